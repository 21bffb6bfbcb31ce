//! Changes of a license's state: why, by whom, since when.

use time::OffsetDateTime;

use super::lifecycle::{Event, LicenseState};
use crate::audit::Actor;
use crate::id::{LicenseId, StatusEntryId};
use crate::word::words;

words! { "reason";
    /// Why a license was revoked.
    pub enum Reason {
        /// 注销: on request or by law.
        Cancelled = "cancelled",
        /// 撤销: it should not have been issued.
        Annulled = "annulled",
        /// 撤回: the circumstances changed.
        Withdrawn = "withdrawn",
        /// 吊销: as a punishment.
        Stripped = "stripped",
        /// 作废, 遗失: void or lost.
        Lost = "lost",
        /// 错发: wrong data; the corrected license is named.
        IssuedInError = "issued_in_error",
    }
}

impl Reason {
    /// The word of the law.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "注销",
            Self::Annulled => "撤销",
            Self::Withdrawn => "撤回",
            Self::Stripped => "吊销",
            Self::Lost => "作废",
            Self::IssuedInError => "错发",
        }
    }
}

/// What is to happen to a license, with all that must be kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    event: Event,
    reason: Option<Reason>,
    replacement: Option<LicenseId>,
    legal_document: Option<String>,
    note: Option<String>,
    actor: Actor,
    effective_at: OffsetDateTime,
    recorded_at: OffsetDateTime,
}

/// The reason and the event do not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongReason {
    /// A revocation says why.
    #[error("a revocation needs a reason")]
    Missing,
    /// A license issued in error, or superseded, names the right one.
    #[error("the license that takes its place must be named")]
    ReplacementMissing,
    /// Only a revocation has a reason, only revocation and replacement name another license.
    #[error("this event has no reason and names no other license")]
    Misplaced,
}

impl Change {
    /// A change that needs no reason: order, issue, suspend, reinstate, abandon.
    ///
    /// # Errors
    /// For revoke and supersede, which need one.
    pub fn plain(event: Event, actor: Actor, at: OffsetDateTime) -> Result<Self, WrongReason> {
        match event {
            Event::Revoke => Err(WrongReason::Missing),
            Event::Supersede => Err(WrongReason::ReplacementMissing),
            event => Ok(Self::new(event, actor, at)),
        }
    }

    /// A revocation.
    ///
    /// # Errors
    /// When it was issued in error and no corrected license is named.
    pub fn revoke(
        reason: Reason,
        replacement: Option<LicenseId>,
        actor: Actor,
        at: OffsetDateTime,
    ) -> Result<Self, WrongReason> {
        if reason == Reason::IssuedInError && replacement.is_none() {
            return Err(WrongReason::ReplacementMissing);
        }
        let change = Self::new(Event::Revoke, actor, at);
        Ok(Self { reason: Some(reason), replacement, ..change })
    }

    /// A replacement by a newer license.
    #[must_use]
    pub fn supersede(by: LicenseId, actor: Actor, at: OffsetDateTime) -> Self {
        Self { replacement: Some(by), ..Self::new(Event::Supersede, actor, at) }
    }

    fn new(event: Event, actor: Actor, at: OffsetDateTime) -> Self {
        Self {
            event,
            reason: None,
            replacement: None,
            legal_document: None,
            note: None,
            actor,
            effective_at: at,
            recorded_at: at,
        }
    }

    /// A change as it was stored.
    ///
    /// # Errors
    /// When reason and event do not belong together.
    pub fn stored(
        event: Event,
        reason: Option<Reason>,
        replacement: Option<LicenseId>,
        actor: Actor,
        recorded_at: OffsetDateTime,
    ) -> Result<Self, WrongReason> {
        match (event, reason, replacement) {
            (Event::Revoke, Some(reason), replacement) => {
                Self::revoke(reason, replacement, actor, recorded_at)
            }
            (Event::Supersede, None, Some(by)) => Ok(Self::supersede(by, actor, recorded_at)),
            (event, None, None) => Self::plain(event, actor, recorded_at),
            _ => Err(WrongReason::Misplaced),
        }
    }

    /// The same, in force since another instant, also one that is past.
    #[must_use]
    pub fn effective(self, effective_at: OffsetDateTime) -> Self {
        Self { effective_at, ..self }
    }

    /// The same, by this legal document.
    #[must_use]
    pub fn under(self, legal_document: impl Into<String>) -> Self {
        Self { legal_document: Some(legal_document.into()), ..self }
    }

    /// The same, with words beside it.
    #[must_use]
    pub fn noted(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> Event {
        self.event
    }

    /// The reason of a revocation.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// The license that takes its place.
    #[must_use]
    pub fn replacement(&self) -> Option<LicenseId> {
        self.replacement
    }

    /// The number of the legal document.
    #[must_use]
    pub fn legal_document(&self) -> Option<&str> {
        self.legal_document.as_deref()
    }

    /// What was said beside it.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Who did it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Since when it is in force.
    #[must_use]
    pub fn effective_at(&self) -> OffsetDateTime {
        self.effective_at
    }

    /// When it was written down.
    #[must_use]
    pub fn recorded_at(&self) -> OffsetDateTime {
        self.recorded_at
    }
}

/// One change as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// Its id.
    pub id: StatusEntryId,
    /// The license.
    pub license: LicenseId,
    /// The state before.
    pub from: LicenseState,
    /// The state after.
    pub to: LicenseState,
    /// What happened.
    pub change: Change,
}
