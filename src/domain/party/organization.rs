//! Organizations.

use time::OffsetDateTime;

use crate::id::OrganizationId;
use crate::identifier::{Division, UnifiedCode};
use crate::word::words;

/// A body that issues, verifies or operates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its unified social credit code.
    pub code: UnifiedCode,
    /// Its full name.
    pub name: String,
    /// Where it acts.
    pub division: Division,
    /// The body above it.
    pub parent: Option<OrganizationId>,
    /// Whether it may act.
    pub status: OrganizationStatus,
    /// When it was registered here.
    pub created_at: OffsetDateTime,
}

words! { "organization status";
    /// Whether an organization may act.
    pub enum OrganizationStatus {
        /// It may.
        Active = "active",
        /// Dissolved or merged: what it issued stays, nothing new is made.
        Closed = "closed",
    }
}
