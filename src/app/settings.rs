//! What the service needs to know to start.

use std::path::PathBuf;

/// Settings of the service; read once by the command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the database, the sealed files and the key custody.
    pub data: PathBuf,
    /// Folder of trust anchors and CRLs, or a signed trust list; `DATA/trust` when absent.
    pub trust: Option<PathBuf>,
    /// Who signs trust lists, by certificate or public key (PEM).
    pub trust_signer: Option<PathBuf>,
    /// Address that codes and answers name, such as `https://zheng.example.gov.cn`.
    pub public_url: String,
    /// More fonts (TTF, OTF) after the built-in ones, for rare characters.
    pub fonts: Vec<PathBuf>,
    /// Folder of more license types; the built-in catalogue is always there.
    pub catalogue: Option<PathBuf>,
    /// Prints 样例 on everything that is issued. Always on in the demo.
    pub sample_mark: bool,
    /// Largest uploaded file in bytes.
    pub file_bytes_max: usize,
}
