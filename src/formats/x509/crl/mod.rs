//! Certificate revocation lists (RFC 5280, clause 5): reading and making. Whether a list speaks
//! for a certificate, and what it says, is decided in [`super::revocation`].

mod build;
mod read;

pub use build::{CrlError, CrlIssuance, PreparedCrl, Revoked, prepare};
pub use read::{CRL_BYTES_MAX, Crl, Entry, IssuingDistributionPoint};

use std::fmt;

/// `CRLReason ::= ENUMERATED` (RFC 5280, clause 5.3.1)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// unspecified (0)
    Unspecified,
    /// keyCompromise (1)
    KeyCompromise,
    /// cACompromise (2)
    CaCompromise,
    /// affiliationChanged (3)
    AffiliationChanged,
    /// superseded (4)
    Superseded,
    /// cessationOfOperation (5)
    CessationOfOperation,
    /// certificateHold (6)
    CertificateHold,
    /// removeFromCRL (8): a delta list takes an entry back
    RemoveFromCrl,
    /// privilegeWithdrawn (9)
    PrivilegeWithdrawn,
    /// aACompromise (10)
    AaCompromise,
}

impl Reason {
    const ALL: [(u8, Self, &'static str); 10] = [
        (0, Self::Unspecified, "unspecified"),
        (1, Self::KeyCompromise, "keyCompromise"),
        (2, Self::CaCompromise, "cACompromise"),
        (3, Self::AffiliationChanged, "affiliationChanged"),
        (4, Self::Superseded, "superseded"),
        (5, Self::CessationOfOperation, "cessationOfOperation"),
        (6, Self::CertificateHold, "certificateHold"),
        (8, Self::RemoveFromCrl, "removeFromCRL"),
        (9, Self::PrivilegeWithdrawn, "privilegeWithdrawn"),
        (10, Self::AaCompromise, "aACompromise"),
    ];

    /// The reason of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().find(|(known, ..)| *known == number).map(|(_, reason, _)| *reason)
    }

    /// The number of the standard.
    #[must_use]
    pub fn number(self) -> u8 {
        let row = Self::ALL.iter().find(|(_, reason, _)| *reason == self);
        // The table has every variant.
        row.map_or(0, |(number, ..)| *number)
    }

    /// The name of the standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = Self::ALL.iter().find(|(_, reason, _)| *reason == self);
        row.map_or("unspecified", |(.., name)| name)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
