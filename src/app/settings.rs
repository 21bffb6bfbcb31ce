//! What the service needs to know to start.

use crate::offline::Asking;
use domain::sealing::Level;
use gateway::custody::CustodySettings;
use gateway::files::FilePlace;
use std::path::{Path, PathBuf};
use std::time::Duration;
use storage::Location;

/// The register in a data folder, and in a backup.
pub(crate) const REGISTER: &str = "register.db";
/// The sealed files, likewise.
pub(crate) const FILES: &str = "files";
/// The newest checkpoint of the log, likewise.
pub(crate) const CHECKPOINT: &str = "log.checkpoint";

/// Settings of the service; read once by the command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the database, the sealed files and the key custody.
    pub data: PathBuf,
    /// Where the register lies; `register.db` in the data folder when absent.
    pub database: Option<Location>,
    /// Where the sealed files lie; `files` in the data folder when absent.
    pub files: Option<FilePlace>,
    /// Where keys are made, and how tokens and devices are reached.
    pub custody: CustodySettings,
    /// Refuses to open with anything of the demo or of the tests.
    pub production: bool,
    /// Folder of trust anchors and CRLs, or a signed trust list; `DATA/trust` when absent.
    pub trust: Option<PathBuf>,
    /// Who signs trust lists, by certificate or public key (PEM).
    pub trust_signer: Option<PathBuf>,
    /// Who may be asked about revocation; nobody when absent.
    pub asking: Option<Asking>,
    /// Time-stamp authorities elsewhere.
    pub time_stamps: TimeStamps,
    /// Address that codes and answers name, such as `https://zheng.example.gov.cn`.
    pub public_url: String,
    /// More fonts (TTF, OTF) after the built-in ones, for rare characters.
    pub fonts: Vec<PathBuf>,
    /// Folder of more license types; the built-in catalogue is always there.
    pub catalogue: Option<PathBuf>,
    /// Prints 样例 on everything that is issued. Always on in the demo.
    pub sample_mark: bool,
    /// Shows the accounts of the demo, with their passwords, where people sign in. Of the command
    /// `demo` alone; no configuration sets it.
    pub demo_accounts: bool,
    /// The level of signatures when a request names none.
    pub level: Level,
    /// Largest uploaded file in bytes.
    pub file_bytes_max: usize,
    /// The program itself, when files of strangers are to be examined in processes of their own.
    pub examiner: Option<PathBuf>,
    /// How many days a verification, and with it its receipt, is kept.
    pub verification_days: u32,
    /// Opens a register that is older than the newest checkpoint of its log.
    pub accept_older_register: bool,
    /// Where events may be sent.
    pub webhooks: WebhookSettings,
    /// By how much the clock may be wrong before nothing is sealed any more.
    pub clock_tolerance: Duration,
}

/// Where events may be sent besides public addresses, and whom to believe there.
#[derive(Clone, Debug, Default)]
pub struct WebhookSettings {
    /// Networks such as `10.1.2.0/24` and hosts such as `hooks.example.gov`.
    pub allow: Vec<String>,
    /// Certificates (PEM) that receivers' certificates lead to; the system's when absent.
    pub ca_file: Option<PathBuf>,
}

/// Time-stamp authorities elsewhere (RFC 3161 over HTTP); the service's own keys stamp where none is
/// named.
#[derive(Clone, Debug)]
pub struct TimeStamps {
    /// Stamps signatures that readers everywhere know: `http://HOST[:PORT]/PATH`.
    pub url: Option<String>,
    /// Stamps seal signatures, by SM3.
    pub sm2_url: Option<String>,
    /// File with the value of the header `Authorization`.
    pub authorization: Option<PathBuf>,
    /// Seals without a stamp when there is none, instead of not at all.
    pub deferred: bool,
    /// Longest time for one stamp.
    pub time_max: Duration,
}

impl Default for TimeStamps {
    fn default() -> Self {
        let (url, sm2_url, authorization) = (None, None, None);
        Self { url, sm2_url, authorization, deferred: false, time_max: Duration::from_secs(10) }
    }
}

impl Settings {
    /// Where the register lies.
    #[must_use]
    pub fn register(&self) -> Location {
        let own = || Location::File(self.data.join(REGISTER));
        self.database.clone().unwrap_or_else(own)
    }

    /// Where the sealed files lie.
    pub(crate) fn file_place(&self) -> FilePlace {
        let own = || FilePlace::Folder(self.data.join(FILES));
        self.files.clone().unwrap_or_else(own)
    }

    /// Where the newest checkpoint of the log is kept.
    pub(crate) fn checkpoint_file(&self) -> PathBuf {
        self.data.join(CHECKPOINT)
    }

    /// Defaults for a data folder.
    #[must_use]
    pub fn in_folder(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            database: None,
            files: None,
            custody: CustodySettings::default(),
            production: false,
            trust: None,
            trust_signer: None,
            asking: None,
            time_stamps: TimeStamps::default(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            fonts: Vec::new(),
            catalogue: None,
            sample_mark: false,
            demo_accounts: false,
            level: Level::B,
            file_bytes_max: 50 << 20,
            examiner: None,
            verification_days: 365,
            accept_older_register: false,
            webhooks: WebhookSettings::default(),
            clock_tolerance: Duration::from_secs(5),
        }
    }
}
