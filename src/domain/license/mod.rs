//! The electronic license: what is fixed when it is drafted, and what happens to it after.

mod history;
mod lifecycle;
mod number;
mod rendition;
mod status;
mod succession;

pub use history::state_at;
pub use lifecycle::{Event, LicenseState, Refused, Standing};
pub use number::{BadNumber, LicenseNumber};
pub use rendition::{Rendition, RenditionKind};
pub use status::{Change, Reason, StatusEntry, WrongReason};
pub use succession::{Succession, SuccessionKind};

use time::{Date, OffsetDateTime};

use crate::id::{LicenseId, OrganizationId, PublicCode, StatusEntryId};
use crate::identifier::{LicenseIdentifier, LicenseTypeCode};
use crate::party::Holder;
use crate::time::Period;

/// What is fixed from the day a license is drafted.
#[derive(Clone, PartialEq, Eq)]
pub struct Particulars {
    /// Its id.
    pub id: LicenseId,
    /// The license type.
    pub type_code: LicenseTypeCode,
    /// The version of the license type by which it was drawn.
    pub type_version: u32,
    /// The number that the department gave it.
    pub number: LicenseNumber,
    /// Its identifier (GB/T 36904).
    pub identifier: LicenseIdentifier,
    /// The code by which anyone may look it up.
    pub public_code: PublicCode,
    /// Who issues it.
    pub issuer: OrganizationId,
    /// Who holds it, if the type knows a holder.
    pub holder: Option<Holder>,
    /// All fields by key, as a JSON text, just as they were given.
    pub fields_json: String,
    /// The day printed as the day of issue.
    pub issued_on: Option<Date>,
    /// The days on which it is valid.
    pub period: Period,
    /// The license whose place it takes.
    pub succession: Option<Succession>,
    /// The licenses of which it is made (一业一证); none of an ordinary one.
    pub parts: Vec<LicenseId>,
    /// When it was drafted.
    pub created_at: OffsetDateTime,
}

/// Without holder and fields, which are personal.
impl std::fmt::Debug for Particulars {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = out.debug_struct("Particulars");
        shown.field("id", &self.id).field("type_code", &self.type_code);
        shown.field("identifier", &self.identifier).finish_non_exhaustive()
    }
}

/// An electronic license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    particulars: Particulars,
    state: LicenseState,
    changed_at: OffsetDateTime,
    version: u32,
}

impl License {
    /// A new license, not yet sealed.
    #[must_use]
    pub fn draft(particulars: Particulars) -> Self {
        let changed_at = particulars.created_at;
        Self { particulars, state: LicenseState::Draft, changed_at, version: 1 }
    }

    /// A license as it was stored.
    #[must_use]
    pub fn stored(
        particulars: Particulars,
        state: LicenseState,
        changed_at: OffsetDateTime,
        version: u32,
    ) -> Self {
        Self { particulars, state, changed_at, version }
    }

    /// What is fixed.
    #[must_use]
    pub fn particulars(&self) -> &Particulars {
        &self.particulars
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> LicenseId {
        self.particulars.id
    }

    /// The stored state; whether it has expired is told by [`License::standing`].
    #[must_use]
    pub fn state(&self) -> LicenseState {
        self.state
    }

    /// Whether it came to be, or still may: not given up.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state != LicenseState::Void
    }

    /// Whether it came to be, whatever happened since.
    #[must_use]
    pub fn is_issued(&self) -> bool {
        use LicenseState::{Draft, PendingSeal, Void};
        !matches!(self.state, Draft | PendingSeal | Void)
    }

    /// When the state last changed.
    #[must_use]
    pub fn changed_at(&self) -> OffsetDateTime {
        self.changed_at
    }

    /// Grows by one with every change: the entity tag of the license.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// How it stands at an instant: the stored state, and the period where the state leaves room.
    #[must_use]
    pub fn standing(&self, at: OffsetDateTime) -> Standing {
        self.state.standing(&self.particulars.period, at)
    }

    /// How it stood at an instant by what is known now: `entries` is all that happened to it, as it
    /// was recorded.
    #[must_use]
    pub fn standing_then(&self, entries: &[StatusEntry], at: OffsetDateTime) -> Standing {
        state_at(entries, at).standing(&self.particulars.period, at)
    }

    /// Changes the state, and the entry to keep of it.
    ///
    /// # Errors
    /// When the lifecycle does not allow the event from this state; the license stays as it was.
    pub fn apply(&mut self, entry: StatusEntryId, change: Change) -> Result<StatusEntry, Refused> {
        let to = self.state.next(change.event())?;
        let entry = StatusEntry { id: entry, license: self.id(), from: self.state, to, change };
        self.state = to;
        self.changed_at = entry.change.recorded_at();
        self.version += 1;
        Ok(entry)
    }
}

#[cfg(test)]
pub(crate) mod tests;
