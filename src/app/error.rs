//! Why a use case did not happen, as its callers need to tell it apart.

/// An error and what caused it, in one line.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

/// What is refused by name, with the reason and what to do.
pub(crate) fn refused(code: &'static str, detail: impl ToString) -> AppError {
    AppError::Refused { code, detail: detail.to_string() }
}

/// An id in an address; what is none is of nothing.
pub(crate) fn id_of<Id: std::str::FromStr>(text: &str) -> Result<Id, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// One field of a request that is not as the license type asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer to the value, such as `/fields/holder_code`.
    pub pointer: String,
    /// Stable code, such as `required` or `check_character`.
    pub code: &'static str,
    /// What is wrong and what would be right; never the value of a private field.
    pub message: String,
}

/// What is wrong at a place of a request.
pub(crate) fn problem(pointer: &str, code: &'static str, message: impl ToString) -> FieldProblem {
    FieldProblem { pointer: pointer.to_owned(), code, message: message.to_string() }
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The content does not fit the license type; one entry per field.
    #[error("{} field(s) of the content are not acceptable", .0.len())]
    Fields(Vec<FieldProblem>),
    /// The definition of a license type cannot be kept or published; one entry per fault.
    #[error("{}", .0.first().map_or("not a license type", |one| &one.message))]
    TypeRefused(Vec<FieldProblem>),
    /// A service item, or what may stand in the place of its materials, is not as it must be.
    #[error("{}", .0.first().map_or("not a service item", |one| &one.message))]
    ItemRefused(Vec<FieldProblem>),
    /// The license number is already in use for this type.
    #[error("a license of this type and number is already registered")]
    Duplicate {
        /// The license that holds the number.
        id: String,
    },
    /// A license in this state cannot do this.
    #[error("a license that is {state} does not do this; possible: {}", list(.allowed))]
    IllegalMove {
        /// The state it is in.
        state: &'static str,
        /// What would be possible; nothing from a final state.
        allowed: Vec<&'static str>,
    },
    /// It is not as the caller has seen it.
    #[error("it was changed since it was read")]
    VersionMismatch,
    /// The idempotency key was used with another request.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// The first request with this idempotency key is still under way.
    #[error("the first request with this idempotency key is still under way")]
    InProgress,
    /// It is logged, and no signed checkpoint covers it yet: in some seconds one does.
    #[error("no checkpoint covers this yet")]
    LogPending,
    /// No such thing, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The caller is not known.
    #[error("not authenticated")]
    Unauthenticated {
        /// `token_missing` or `token_invalid`.
        code: &'static str,
    },
    /// The caller may not do this.
    #[error("not allowed: {detail}")]
    Forbidden {
        /// Stable code, such as `scope_missing`.
        code: &'static str,
        /// What would be needed.
        detail: String,
    },
    /// The uploaded document is not a PDF.
    #[error("a PDF is needed, this is {detected}")]
    NotPdf {
        /// What the bytes look like.
        detected: String,
    },
    /// The upload is larger than allowed.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The document or the request cannot be sealed or read as asked, by name.
    #[error("{detail}")]
    Refused {
        /// Stable code, such as `encrypted_document` or `seal_not_applicable`.
        code: &'static str,
        /// The reason, and what to do.
        detail: String,
    },
    /// The service cannot do this now; trying again later is right.
    #[error("not available now: {detail}")]
    Unavailable {
        /// Stable code, such as `signing_key_unavailable`.
        code: &'static str,
        /// Which part.
        detail: String,
    },
    /// A limit of a seal is reached; nothing was sealed.
    #[error("{detail}")]
    LimitReached {
        /// Which limit.
        detail: String,
        /// When trying again is right.
        wait: std::time::Duration,
    },
    /// The disk is full; nothing was stored. Trying again is right once there is room.
    #[error("{0}")]
    Full(String),
    /// The disk did not take what was written: nothing more may be promised, the process ends.
    #[error("{0}")]
    DiskFailed(String),
    /// Our fault; the cause is for the log only.
    #[error("{operation}")]
    Internal {
        /// What was being done, to what.
        operation: String,
        /// The cause.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn list(words: &[&str]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

impl AppError {
    /// Our fault, while doing `operation`.
    pub(crate) fn internal(
        operation: String,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Internal { operation, cause: cause.into() }
    }

    /// What a test makes of a step.
    pub(crate) fn injected() -> Self {
        Self::internal("a fault".to_owned(), "injected")
    }
}

impl From<storage::StoreError> for AppError {
    fn from(error: storage::StoreError) -> Self {
        use storage::StoreError as E;
        match error {
            E::Missing { .. } => Self::NotFound,
            E::NumberTaken { by } => Self::Duplicate { id: by.to_string() },
            E::Succeeded { by } => Self::Refused {
                code: "successor_exists",
                detail: format!("license {by} takes its place"),
            },
            E::KeyReused => Self::KeyReused,
            E::InProgress => Self::InProgress,
            E::SealNotApplicable { reason, .. } => {
                Self::Refused { code: "seal_not_applicable", detail: reason.to_string() }
            }
            E::SealLimit { reached, wait, .. } => {
                Self::LimitReached { detail: reached.to_string(), wait }
            }
            E::Busy { operation } => {
                Self::Unavailable { code: "maintenance", detail: format!("{operation}: busy") }
            }
            E::Full { .. } => Self::Full(error.to_string()),
            E::Disk { .. } => disk_failed(&error),
            other => Self::internal(other.to_string(), other),
        }
    }
}

fn disk_failed(error: &(dyn std::error::Error + 'static)) -> AppError {
    tracing::error!(error, "the disk failed");
    AppError::DiskFailed(error.to_string())
}

impl From<gateway::files::FileError> for AppError {
    fn from(error: gateway::files::FileError) -> Self {
        use gateway::files::FileError as E;
        match error {
            E::Full { .. } => Self::Full(error.to_string()),
            E::Unsynced { .. } => disk_failed(&error),
            E::Unavailable { .. } => {
                tracing::warn!(error = &error as &dyn std::error::Error, "sealed files");
                Self::Unavailable { code: "maintenance", detail: error.to_string() }
            }
            other => Self::internal(other.to_string(), other),
        }
    }
}

impl From<gateway::kept::KeptError> for AppError {
    fn from(error: gateway::kept::KeptError) -> Self {
        Self::internal(error.to_string(), error)
    }
}

impl From<gateway::backup::CopyError> for AppError {
    fn from(error: gateway::backup::CopyError) -> Self {
        Self::internal(error.to_string(), error)
    }
}

impl From<gateway::custody::CustodyError> for AppError {
    fn from(error: gateway::custody::CustodyError) -> Self {
        use gateway::custody::CustodyError as E;
        tracing::error!(error = &error as &dyn std::error::Error, "key custody");
        // What its operator has to do is said; what a device or a file answered is for the log.
        let detail = match error {
            E::NotConfigured { .. } | E::NoPlace { .. } | E::Kind { .. } | E::NoneLeft => {
                error.to_string()
            }
            E::Unavailable { place, .. } => format!("{place} does not answer"),
            _ => "signing failed".to_owned(),
        };
        Self::Unavailable { code: "signing_key_unavailable", detail }
    }
}

impl From<domain::access::Denied> for AppError {
    fn from(denied: domain::access::Denied) -> Self {
        match denied {
            domain::access::Denied::Anonymous(_) => Self::Unauthenticated { code: "token_missing" },
            domain::access::Denied::Missing(permission) => Self::Forbidden {
                code: "scope_missing",
                detail: format!("the caller has not the permission {permission}"),
            },
            domain::access::Denied::Narrowed(_) => {
                Self::Forbidden { code: "scope_missing", detail: denied.to_string() }
            }
        }
    }
}
