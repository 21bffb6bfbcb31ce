//! Licenses that take the place of others.

use crate::id::LicenseId;
use crate::word::words;

words! { "succession";
    /// How a license comes from the one whose place it takes.
    pub enum SuccessionKind {
        /// 延续: the same content for another period.
        Renewal = "renewal",
        /// 变更: another content.
        Change = "change",
    }
}

/// Whose place a license takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The license before, which is superseded when this one is issued.
    pub of: LicenseId,
    /// How this one comes from it.
    pub kind: SuccessionKind,
    /// It takes over the number of the license before; otherwise it takes one of its own.
    pub keeps_number: bool,
}
