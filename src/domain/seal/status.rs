//! The life of a seal, from the day somebody asks for it.

use time::OffsetDateTime;

use crate::audit::Actor;
use crate::id::{SealEntryId, SealId};
use crate::word::words;

words! { "seal status";
    /// How far a seal is, and whether it may be used. That it has expired is computed from its
    /// period.
    pub enum SealStatus {
        /// A department asked for it.
        Requested = "requested",
        /// Another person of the department approved it; it can be made.
        Approved = "approved",
        /// It was not approved, or could not be made; for good.
        Rejected = "rejected",
        /// Whoever asked wants it no more; for good.
        Withdrawn = "withdrawn",
        /// The seal maker signed it.
        Made = "made",
        /// It was put on record (备案) and can be taken into use.
        Filed = "filed",
        /// In use.
        Active = "active",
        /// Not to be used for the time being.
        Suspended = "suspended",
        /// Ended, for good.
        Revoked = "revoked",
        /// A new seal took its place, for good; it can only be revoked.
        Replaced = "replaced",
    }
}

words! { "seal event";
    /// What can happen to a seal.
    pub enum SealEvent {
        /// Say that it is to be made.
        Approve = "approve",
        /// Say that it is not to be made.
        Reject = "reject",
        /// Ask for it no more.
        Withdraw = "withdraw",
        /// Make it.
        Make = "make",
        /// Put it on record (备案).
        File = "file",
        /// Take it into use.
        Activate = "activate",
        /// Stop using it for the time being.
        Suspend = "suspend",
        /// Use it again.
        Resume = "resume",
        /// End it.
        Revoke = "revoke",
        /// Put a new one in its place.
        Replace = "replace",
    }
}

/// The lifecycle does not allow the event from this status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a seal that is {status} cannot {event}; it can {}", allowed(*.status))]
pub struct SealRefused {
    /// The status it has.
    pub status: SealStatus,
    /// The event that was refused.
    pub event: SealEvent,
}

/// What is allowed from a status, in words.
fn allowed(status: SealStatus) -> String {
    let words: Vec<&str> = status.allowed().map(SealEvent::as_str).collect();
    if words.is_empty() { "do nothing any more".to_owned() } else { words.join(", ") }
}

impl SealStatus {
    /// The status after `event`.
    ///
    /// # Errors
    /// When the table has no such row.
    pub fn next(self, event: SealEvent) -> Result<Self, SealRefused> {
        use SealEvent as E;
        use SealStatus::{
            Active, Approved, Filed, Made, Rejected, Replaced, Requested, Revoked, Suspended,
            Withdrawn,
        };
        match (self, event) {
            (Requested, E::Approve) => Ok(Approved),
            (Requested | Approved, E::Reject) => Ok(Rejected),
            (Requested | Approved, E::Withdraw) => Ok(Withdrawn),
            (Approved, E::Make) => Ok(Made),
            (Made, E::File) => Ok(Filed),
            (Filed, E::Activate) | (Suspended, E::Resume) => Ok(Active),
            (Active, E::Suspend) => Ok(Suspended),
            // A key that is not used any more may have been known to others while it was.
            (Made | Filed | Active | Suspended | Replaced, E::Revoke) => Ok(Revoked),
            (Active | Suspended, E::Replace) => Ok(Replaced),
            (status, event) => Err(SealRefused { status, event }),
        }
    }

    /// The events that the table has for this status.
    pub fn allowed(self) -> impl Iterator<Item = SealEvent> {
        SealEvent::ALL.iter().copied().filter(move |event| self.next(*event).is_ok())
    }

    /// Whether a seal may stand on other license types from now on, under other limits.
    ///
    /// # Errors
    /// It is not made, or is not used any more.
    pub fn changeable(self) -> Result<(), SealRefused> {
        match self {
            Self::Made | Self::Filed | Self::Active | Self::Suspended => Ok(()),
            status => Err(SealRefused { status, event: SealEvent::Resume }),
        }
    }

    /// Whether the seal maker has signed it.
    #[must_use]
    pub fn is_made(self) -> bool {
        !matches!(self, Self::Requested | Self::Approved | Self::Rejected | Self::Withdrawn)
    }
}

/// One step of a seal's life, kept for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealEntry {
    /// Its id.
    pub id: SealEntryId,
    /// The seal.
    pub seal: SealId,
    /// The status before; none when somebody asked for the seal.
    pub from: Option<SealStatus>,
    /// The status after.
    pub to: SealStatus,
    /// Who.
    pub by: Actor,
    /// Why, in words of that person.
    pub reason: String,
    /// When.
    pub at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let mut table = Vec::new();
        for status in SealStatus::ALL {
            for event in SealEvent::ALL {
                if let Ok(next) = status.next(*event) {
                    table.push(format!("{status} {event} {next}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "requested approve approved",
                "requested reject rejected",
                "requested withdraw withdrawn",
                "approved reject rejected",
                "approved withdraw withdrawn",
                "approved make made",
                "made file filed",
                "made revoke revoked",
                "filed activate active",
                "filed revoke revoked",
                "active suspend suspended",
                "active revoke revoked",
                "active replace replaced",
                "suspended resume active",
                "suspended revoke revoked",
                "suspended replace replaced",
                "replaced revoke revoked",
            ]
        );
    }

    #[test]
    fn a_refusal_names_what_is_allowed() {
        let said = |status: SealStatus, event| status.next(event).unwrap_err().to_string();
        assert_eq!(
            said(SealStatus::Revoked, SealEvent::Resume),
            "a seal that is revoked cannot resume; it can do nothing any more"
        );
        assert_eq!(
            said(SealStatus::Requested, SealEvent::Make),
            "a seal that is requested cannot make; it can approve, reject, withdraw"
        );
    }
}
