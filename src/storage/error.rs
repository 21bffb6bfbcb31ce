//! What can go wrong with the register, with the operation and its subject.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::id::LicenseId;
use domain::license::Refused;
use domain::seal::{LimitReached, NotApplicable};

use crate::location::Location;

/// The cause below, for the log.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong with the register. Names things by id, never by what they contain.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such thing.
    #[error("{what} {id} does not exist")]
    Missing {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// It was changed by someone else meanwhile, or is not in the state that the change needs.
    #[error("{what} {id} was changed meanwhile")]
    Conflict {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Something with the same unique property is already there.
    #[error("{what} {id} is already there")]
    Exists {
        /// The kind of thing.
        what: &'static str,
        /// The id of the new one.
        id: String,
    },
    /// The number is taken within its license type.
    #[error("the license number is taken by license {by}")]
    NumberTaken {
        /// The license that has it.
        by: LicenseId,
    },
    /// Another license takes the place of the same license.
    #[error("license {by} takes the same place")]
    Succeeded {
        /// Which.
        by: LicenseId,
    },
    /// The idempotency key belongs to another request.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// The first request with the idempotency key is still under way.
    #[error("the first request with this idempotency key is under way")]
    InProgress,
    /// The seal may not be used, seen inside the transaction that would use it.
    #[error("seal {seal} may not be used")]
    SealNotApplicable {
        /// The seal.
        seal: String,
        /// Why.
        #[source]
        reason: NotApplicable,
    },
    /// A limit of the seal is reached, seen inside the transaction that would use it.
    #[error("seal {seal} may not be used now")]
    SealLimit {
        /// The seal.
        seal: String,
        /// Which limit.
        #[source]
        reached: LimitReached,
        /// When the seal may be used again, at the earliest.
        wait: std::time::Duration,
    },
    /// The lifecycle of a license does not allow the change.
    #[error("changing license {license}")]
    Refused {
        /// The license.
        license: LicenseId,
        /// The refusal.
        #[source]
        refused: Refused,
    },
    /// A row is not what it must be.
    #[error("{what} {id} is damaged: {reason}")]
    Corrupt {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database was made by a newer program.
    #[error(
        "the database has migration {migration}, which this program does not know: it was made by a newer one"
    )]
    Newer {
        /// The unknown migration.
        migration: String,
    },
    /// The database could not be opened.
    #[error("opening the database {place}: {cause}")]
    Open {
        /// Where.
        place: Location,
        /// The cause.
        #[source]
        cause: Cause,
    },
    /// This program was built without the database.
    #[error(
        "{place} is a PostgreSQL database, and this program was built without it: build it with --features postgres, or name a file"
    )]
    Unsupported {
        /// Where.
        place: Location,
    },
    /// The database was locked or restarting, or no connection was free, for too long. What was to
    /// be done may be done again: where it was done nevertheless, that is found.
    #[error("{operation}: the database is busy")]
    Busy {
        /// What was to be done.
        operation: &'static str,
    },
    /// The disk is full; nothing was stored.
    #[error("{operation}: the disk is full")]
    Full {
        /// What was to be done.
        operation: &'static str,
    },
    /// The disk did not take or give the bytes. Of what was being written it is not known what is
    /// there: nothing more may be promised on this disk.
    #[error("{operation}: the disk failed")]
    Disk {
        /// What was to be done.
        operation: &'static str,
        /// The cause.
        #[source]
        cause: Cause,
    },
    /// A rule of the database forbids it, such as a reference to something that does not exist.
    #[error("{operation}: against a rule of the database")]
    Violation {
        /// What was to be done.
        operation: &'static str,
        /// The cause.
        #[source]
        cause: Cause,
    },
    /// The database failed; what was to be done was not done.
    #[error("{operation}")]
    Failed {
        /// What was to be done.
        operation: &'static str,
        /// The cause.
        #[source]
        cause: Cause,
    },
}

/// How the databases say that others were in the way.
const BUSY: [&str; 11] = [
    "database is locked",
    "database table is locked",
    "deadlock detected",
    "due to lock timeout",
    "due to statement timeout",
    "terminating connection",
    // A server that restarts.
    "the database system is",
    "server closed the connection",
    "no connection to the server",
    "could not receive data",
    "could not send data",
];
/// How they say that there is no room.
const FULL: [&str; 3] = ["disk is full", "No space left on device", "Disk quota exceeded"];
/// How they say that the disk did not take or give what it should; what SQLite reads from a disk
/// that is gone is no database to it.
const DISK: [&str; 3] =
    ["disk I/O error", "database disk image is malformed", "file is not a database"];

impl StoreError {
    /// A failure of the database, told apart by what its message says where the code does not come
    /// through diesel.
    pub(crate) fn database(operation: &'static str, cause: DieselError) -> Self {
        use DatabaseErrorKind::{
            CheckViolation, ClosedConnection, ForeignKeyViolation, NotNullViolation,
            SerializationFailure, UniqueViolation,
        };
        if let DieselError::DatabaseError(
            CheckViolation | ForeignKeyViolation | NotNullViolation | UniqueViolation,
            _,
        ) = cause
        {
            return Self::Violation { operation, cause: Box::new(cause) };
        }
        if let DieselError::DatabaseError(ClosedConnection | SerializationFailure, _)
        | DieselError::BrokenTransactionManager = cause
        {
            return Self::Busy { operation };
        }
        let message = cause.to_string();
        let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
        if says(&BUSY) {
            Self::Busy { operation }
        } else if says(&FULL) {
            Self::Full { operation }
        } else if says(&DISK) {
            Self::Disk { operation, cause: Box::new(cause) }
        } else {
            Self::Failed { operation, cause: Box::new(cause) }
        }
    }

    /// A failed insert: [`StoreError::Exists`] when a unique property is taken.
    pub(crate) fn insert(what: &'static str, id: impl ToString, cause: DieselError) -> Self {
        match cause {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Self::Exists { what, id: id.to_string() }
            }
            cause => Self::database(what, cause),
        }
    }

    /// What a test makes of a write.
    pub(crate) fn injected() -> Self {
        Self::Failed { operation: "a fault", cause: "injected".into() }
    }

    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::Missing { what, id: id.to_string() }
    }

    pub(crate) fn conflict(what: &'static str, id: impl ToString) -> Self {
        Self::Conflict { what, id: id.to_string() }
    }

    pub(crate) fn corrupt(what: &'static str, id: &str, reason: impl ToString) -> Self {
        Self::Corrupt { what, id: id.to_owned(), reason: reason.to_string() }
    }

    /// Whether the database itself failed, so that nothing of its transaction can be trusted.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. } | Self::Full { .. } | Self::Disk { .. } | Self::Failed { .. }
        )
    }
}
