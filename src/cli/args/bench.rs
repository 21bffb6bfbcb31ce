//! `yinzheng bench`.

use super::{DataTyped, Form};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What to measure, and on which service.
#[derive(Debug, Args)]
pub(crate) struct BenchTyped {
    /// Address of a running service of this machine, such as `http://127.0.0.1:8080`; without one,
    /// a demo is made and served for the time of the measurement.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// File with the API key of a department that issues licensing decisions; by default that of
    /// the demo in the data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Without --url: where the demo is made, or is already; a passing folder here by default.
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// What to ask for, each for itself, in this order; may be repeated. Everything by default.
    #[arg(long = "ask", value_enum, value_name = "WHAT")]
    pub(crate) asks: Vec<Ask>,
    /// How long each is asked for.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) seconds: u64,
    /// Connections that ask at once, each waiting for its answer.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) clients: u16,
    /// The signatures of the licenses.
    #[arg(long, value_enum, default_value_t = Form::Sm2)]
    pub(crate) form: Form,
    /// A department's own PDF to be sealed each time; by default the service draws a decision.
    #[arg(long, value_name = "FILE")]
    pub(crate) document: Option<PathBuf>,
    /// Ids of issued licenses to ask for, one a line; by default those of the department.
    #[arg(long, value_name = "FILE")]
    pub(crate) ids: Option<PathBuf>,
    /// Where the ids of acknowledged licenses are written, one a line, for `fsck --acknowledged`.
    #[arg(long, value_name = "FILE")]
    pub(crate) acknowledged: Option<PathBuf>,
    /// Instead of asking: a file of so many rows, of which one in a hundred is bad, is sent as a
    /// batch, checked and issued; half way the service is killed and started again, and the rows that
    /// came back are mended and sent once more.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=200_000),
        conflicts_with_all = ["url", "asks", "document", "ids", "acknowledged"])]
    pub(crate) rows: Option<u32>,
    /// Instead of asking for licenses: so many are issued from files of rows, five for each holder, and
    /// clients have it decided what a holder need not hand in for one of 500 items; then licenses are
    /// revoked, and it is measured when whoever relied on them has the webhook.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(5..=1_000_000),
        conflicts_with_all = ["url", "asks", "document", "ids", "acknowledged", "rows"])]
    pub(crate) decisions: Option<u32>,
    /// With --decisions: once the licenses are issued the service ends, the shell runs this line with
    /// the data folder as `$1`, and the service starts again: for a register that is grown by
    /// `benches/grow.py`.
    #[arg(long, value_name = "LINE", requires = "decisions")]
    pub(crate) between: Option<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// One kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ask {
    /// Issue licenses.
    Issue,
    /// Verify sealed files, each judged anew.
    File,
    /// Verify by the code that is printed on a license; its file is judged once a minute.
    Code,
    /// Verify by the id of a license, likewise.
    Id,
    /// All of it at once: of 20 requests one issues, three verify files, eight each codes and ids.
    Mix,
}
