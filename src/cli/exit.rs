//! Exit codes, one table, and the failures that lead to them.

use crate::config::ConfigError;
use app::AppError;
use std::path::Path;
use std::process::ExitCode;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; for `verify`: every file is valid; for `compare`: every pair is the same; for `doctor`:
    /// nothing fails here; for `bench`: everything that was acknowledged is there.
    Success,
    /// Not done, with the reason on standard error; for `verify`: a file is invalid; for `compare`:
    /// a pair is different; for `doctor`: something fails here.
    Failed,
    /// `verify`: no file is invalid, and at least one cannot be confirmed; `compare`: no pair is
    /// different, and of at least one nobody can tell.
    Indeterminate,
    /// The command line is wrong.
    Usage,
    /// The answer, or what is kept, could not be written: the disk is full or fails.
    Output,
    /// The configuration, or a folder that it names, is wrong.
    Config,
}

impl Exit {
    /// All of them, for the published list of codes.
    pub(crate) const ALL: [Self; 6] =
        [Self::Success, Self::Failed, Self::Indeterminate, Self::Usage, Self::Output, Self::Config];

    /// The number; 64, 74 and 78 are those of `sysexits.h`.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Indeterminate => 2,
            Self::Usage => 64,
            Self::Output => 74,
            Self::Config => 78,
        }
    }

    /// What the number tells a script.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => {
                "done; `verify`: every file is valid; `compare`: every pair is the same; `doctor`: \
                 nothing fails here"
            }
            Self::Failed => {
                "not done, the reason is on standard error; `verify`: a file is invalid; \
                 `compare`: a pair is different; `doctor`: something fails here"
            }
            Self::Indeterminate => {
                "`verify`: no file is invalid, at least one cannot be confirmed, is not of a \
                 supported format, or cannot be read; `compare`: no pair is different, of at least \
                 one nobody can tell"
            }
            Self::Usage => "the command line is wrong",
            Self::Output => {
                "the answer or the register could not be written: the disk is full or fails"
            }
            Self::Config => "the configuration, or a folder that it names, is wrong",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line asks for something that does not exist or does not fit together.
    #[error("{0}")]
    Usage(String),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The trust anchors cannot be used; nothing can be judged without them.
    #[error("trust anchors in {folder}: {cause}")]
    Trust {
        /// The folder.
        folder: String,
        /// What is wrong with it.
        cause: AppError,
    },
    /// The use case answered no.
    #[error(transparent)]
    App(#[from] AppError),
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The HTTP server could not start or ended badly.
    #[error("serving: {0}")]
    Serve(String),
    /// A service elsewhere could not be asked, or could not do what was asked.
    #[error("asking {0}")]
    Remote(String),
    /// A service elsewhere does not let us in, however often it is asked.
    #[error("asking {0}")]
    Unproved(String),
    /// The service could not be measured.
    #[error("measuring: {0}")]
    Bench(String),
}

impl Failure {
    /// The exit code that the failure leads to; only a verdict may use [`Exit::Failed`] of
    /// `verify`, which is why trust and configuration have their own.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::App(AppError::Full(_) | AppError::DiskFailed(_)) => Exit::Output,
            Self::Usage(_) => Exit::Usage,
            Self::Config(_) | Self::Trust { .. } => Exit::Config,
            Self::App(_)
            | Self::File { .. }
            | Self::Serve(_)
            | Self::Bench(_)
            | Self::Remote(_)
            | Self::Unproved(_) => Exit::Failed,
        }
    }

    /// For `map_err`: a failure on this file.
    pub(crate) fn on(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |cause| Self::File { path, cause }
    }
}
