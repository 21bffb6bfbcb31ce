//! On which license types a seal may stand.

use std::collections::BTreeSet;

use super::SealStatus;
use crate::identifier::LicenseTypeCode;
use crate::word::words;

/// The license types on which a seal may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Any.
    Any,
    /// Only these.
    Only(BTreeSet<LicenseTypeCode>),
}

impl Scope {
    /// Whether the type is within.
    #[must_use]
    pub fn allows(&self, code: &LicenseTypeCode) -> bool {
        match self {
            Self::Any => true,
            Self::Only(codes) => codes.contains(code),
        }
    }
}

words! { "approval";
    /// Who approves the orders of a seal.
    pub enum ApprovalRule {
        /// The policy, each by itself and at once.
        Policy = "policy",
        /// A person, who signs for it.
        Person = "person",
    }
}

/// Why a seal may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApplicable {
    /// It is not active.
    #[error("the seal is {0}")]
    Status(SealStatus),
    /// Its period has not begun.
    #[error("the seal is not valid yet")]
    NotYetValid,
    /// Its period is over.
    #[error("the seal has expired")]
    Expired,
    /// A person has to approve its orders, and none has.
    #[error("a person approves what this seal seals")]
    Unapproved,
    /// It may not stand on this license type.
    #[error("the seal may not be used on license type {0}")]
    LicenseType(LicenseTypeCode),
}
