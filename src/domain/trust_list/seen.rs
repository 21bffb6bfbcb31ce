//! The newest trust list seen: an older one is not taken again.

use super::{TrustList, TrustListError};

/// What is kept of the newest list seen, as one line of text: its version and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    version: u64,
    digest: String,
}

impl Seen {
    /// Of a list with the digest of its file.
    #[must_use]
    pub fn of(list: &TrustList, digest: String) -> Self {
        Self { version: list.version, digest }
    }

    /// Reads the line; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (version, digest) = text.trim_end().split_once(' ')?;
        let hex = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self { version: version.parse().ok()?, digest: hex.then(|| digest.to_owned())? })
    }

    /// The list that was seen now, after this one.
    ///
    /// # Errors
    /// It is older, or another list of the same number.
    pub fn then(&self, next: Self) -> Result<Self, TrustListError> {
        let same = next.version == self.version && next.digest == self.digest;
        if next.version > self.version || same {
            return Ok(next);
        }
        Err(TrustListError::Rollback { found: next.version, seen: self.version })
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {}", self.version, self.digest)
    }
}
