//! Orders that wait for a person: asked for, approved or refused, then sealed.

use time::OffsetDateTime;

use super::{Level, Placement, SealForm};
use crate::audit::Actor;
use crate::digest::Sm3;
use crate::id::{LicenseId, ManifestId, OrganizationId, SealId, SealingRequestId};
use crate::word::words;

words! { "sealing request state";
    /// How far an order is that a person has to approve.
    pub enum RequestState {
        /// Nobody has decided yet.
        Waiting = "waiting",
        /// Approved: it is sealed as soon as that can be.
        Approved = "approved",
        /// Somebody seals it at this moment, or died doing so.
        Sealing = "sealing",
        /// The license is in force.
        Sealed = "sealed",
        /// A person refused it; the license never was.
        Refused = "refused",
        /// It was approved and can never be sealed; the license never was.
        Failed = "failed",
    }
}

impl RequestState {
    /// Whether something is still to happen to it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Approved | Self::Sealing)
    }
}

/// Who decided, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Never who asked.
    pub by: Actor,
    /// When.
    pub at: OffsetDateTime,
    /// The manifest that was approved or refused.
    pub manifest: ManifestId,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// An order to seal a license, which waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingRequest {
    /// Its id.
    pub id: SealingRequestId,
    /// The license.
    pub license: LicenseId,
    /// The organization, whose approvers decide.
    pub organization: OrganizationId,
    /// The seal.
    pub seal: SealId,
    /// SM3 of the document: these bytes are sealed, and no others.
    pub document: Sm3,
    /// Which signatures.
    pub form: SealForm,
    /// What stands beside each signature.
    pub level: Level,
    /// Where the seal stands.
    pub placements: Vec<Placement>,
    /// Who asked.
    pub requested_by: Actor,
    /// When.
    pub requested_at: OffsetDateTime,
    /// How far it is.
    pub state: RequestState,
    /// Who decided; none while it waits.
    pub decision: Option<Decision>,
    /// Why it could not be sealed the last time that it was tried, as a code.
    pub trouble: Option<String>,
}
