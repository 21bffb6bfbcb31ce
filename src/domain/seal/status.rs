//! The life of a seal after it was made.

use crate::word::words;

words! { "seal status";
    /// Whether a seal may be used. That it has expired is computed from its period.
    pub enum SealStatus {
        /// In use.
        Active = "active",
        /// Not to be used for the time being.
        Suspended = "suspended",
        /// Ended, for good.
        Revoked = "revoked",
        /// A new seal took its place, for good.
        Replaced = "replaced",
    }
}

words! { "seal event";
    /// What can happen to a seal.
    pub enum SealEvent {
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
#[error("a seal that is {status} cannot {event}")]
pub struct SealRefused {
    /// The status it has.
    pub status: SealStatus,
    /// The event that was refused.
    pub event: SealEvent,
}

impl SealStatus {
    /// The status after `event`.
    ///
    /// # Errors
    /// When the table has no such row.
    pub fn next(self, event: SealEvent) -> Result<Self, SealRefused> {
        use SealEvent::{Replace, Resume, Revoke, Suspend};
        use SealStatus::{Active, Replaced, Revoked, Suspended};
        match (self, event) {
            (Active, Suspend) => Ok(Suspended),
            (Suspended, Resume) => Ok(Active),
            (Active | Suspended, Revoke) => Ok(Revoked),
            (Active | Suspended, Replace) => Ok(Replaced),
            (status, event) => Err(SealRefused { status, event }),
        }
    }
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
                "active suspend suspended",
                "active revoke revoked",
                "active replace replaced",
                "suspended resume active",
                "suspended revoke revoked",
                "suspended replace replaced",
            ]
        );
    }

    #[test]
    fn a_refusal_names_both() {
        let refused = SealStatus::Revoked.next(SealEvent::Resume).unwrap_err();
        assert_eq!(refused.to_string(), "a seal that is revoked cannot resume");
    }
}
