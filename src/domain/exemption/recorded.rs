//! What is kept of a decision, and who has to be told when a license changes.

use super::decide::Decision;
use super::key::ItemCode;
use super::verdict::{Ground, Reason};
use crate::audit::Actor;
use crate::digest::{Sha256, Sm3};
use crate::id::{ExemptionDecisionId, LicenseId, OrganizationId, RelianceId};
use crate::license::LicenseState;
use crate::marked_copy::CopyId;
use time::{Date, OffsetDateTime};

/// A decision as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedDecision {
    /// Its id.
    pub id: ExemptionDecisionId,
    /// For which organization it was decided.
    pub organization: OrganizationId,
    /// Who asked.
    pub actor: Actor,
    /// For which case.
    pub case_no: String,
    /// Items and their versions.
    pub items: Vec<(ItemCode, u32)>,
    /// What is kept of the applicant's code.
    pub applicant: Sha256,
    /// The last day on which all of it may be relied on.
    pub until: Date,
    /// The answer, JSON; without content of licenses.
    pub answer: String,
    /// What it left out.
    pub saved: Saved,
    /// When.
    pub at: OffsetDateTime,
}

/// What decisions left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Materials that were asked for, left out or not; what a situation does not need is not asked, nor
    /// what may be left out by anybody.
    pub asked: u64,
    /// Those left out.
    pub waived: u64,
    /// Form fields that were filled from licenses.
    pub filled: u64,
}

impl Saved {
    /// What one decision left out.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        let count = |lines: usize| u64::try_from(lines).unwrap_or(u64::MAX);
        let asked = decision.lines.iter().map(|line| &line.verdict);
        let asked = asked
            .filter(|one| one.ground != Ground::NotApplicable && one.reason != Reason::Optional);
        Self {
            asked: count(asked.clone().count()),
            waived: count(asked.filter(|one| one.ground.is_waiver()).count()),
            filled: count(decision.fills.len()),
        }
    }
}

/// That an organization relied on a license, and what became of that since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reliance {
    /// Its id.
    pub id: RelianceId,
    /// The decision that relied on it.
    pub decision: ExemptionDecisionId,
    /// The license.
    pub license: LicenseId,
    /// Which version of its state was relied on.
    pub version: u32,
    /// Who relied on it.
    pub organization: OrganizationId,
    /// For which case.
    pub case_no: String,
    /// The last day on which the decision may be relied on.
    pub until: Date,
    /// When it was relied on.
    pub at: OffsetDateTime,
    /// The newest change since, of which the organization was told.
    pub changed: Option<Changed>,
}

/// How a license stands since it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its state.
    pub state: LicenseState,
    /// Its version.
    pub version: u32,
    /// When the organization was told.
    pub at: OffsetDateTime,
}

/// A marked copy that was made of a license for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedCopy {
    /// The identifier inside it.
    pub id: CopyId,
    /// The decision.
    pub decision: ExemptionDecisionId,
    /// The license.
    pub license: LicenseId,
    /// For which organization it was made.
    pub organization: OrganizationId,
    /// Who had it made.
    pub actor: Actor,
    /// For which case.
    pub case_no: String,
    /// The license file that it shows.
    pub original: Sm3,
    /// The copy, as it was sealed.
    pub file: KeptFile,
    /// The last day on which it may be used.
    pub until: Date,
    /// When it was made.
    pub at: OffsetDateTime,
}

/// The proof bundle of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedBundle {
    /// The decision.
    pub decision: ExemptionDecisionId,
    /// For which organization it was made.
    pub organization: OrganizationId,
    /// Who had it made.
    pub actor: Actor,
    /// The bundle.
    pub file: KeptFile,
    /// When it was made.
    pub at: OffsetDateTime,
}

/// A file of the store by its digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its SM3, which is its name.
    pub sm3: Sm3,
    /// Its SHA-256.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: u64,
}
