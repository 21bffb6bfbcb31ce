//! The life of a license, as one table.

use time::OffsetDateTime;

use crate::time::{Period, Position, china_date};
use crate::word::words;

words! { "license state";
    /// The stored state of a license. That it has expired is computed, never stored.
    pub enum LicenseState {
        /// Registered with its number, nothing drawn or sealed yet.
        Draft = "DRAFT",
        /// Drawn; a sealing order stands.
        PendingSeal = "PENDING_SEAL",
        /// Sealed and in force.
        Issued = "ISSUED",
        /// Not to be relied on for the time being.
        Suspended = "SUSPENDED",
        /// Ended for a reason, for good.
        Revoked = "REVOKED",
        /// Replaced by another license.
        Superseded = "SUPERSEDED",
        /// Never issued: its number is free again, the row explains the gap.
        Void = "VOID",
    }
}

words! { "license event";
    /// What can happen to a license.
    pub enum Event {
        /// Its sealing was ordered.
        Order = "order",
        /// Its sealed file is on stable storage.
        Issue = "issue",
        /// It is not to be relied on for the time being.
        Suspend = "suspend",
        /// The suspension ends.
        Reinstate = "reinstate",
        /// It ends for a reason.
        Revoke = "revoke",
        /// Another license takes its place.
        Supersede = "supersede",
        /// Its issuing was given up before it was sealed.
        Abandon = "abandon",
    }
}

/// The lifecycle does not allow the event from this state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a license that is {state} cannot {event}; possible: {}", list(.allowed))]
pub struct Refused {
    /// The state it is in.
    pub state: LicenseState,
    /// The event that was refused.
    pub event: Event,
    /// The events that would be possible; none from a final state.
    pub allowed: Vec<Event>,
}

fn list(events: &[Event]) -> String {
    if events.is_empty() {
        return "nothing".to_owned();
    }
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(", ")
}

impl LicenseState {
    /// The state after `event`.
    ///
    /// # Errors
    /// When the table has no such row; the refusal lists what would be possible.
    pub fn next(self, event: Event) -> Result<Self, Refused> {
        let refused = || Refused { state: self, event, allowed: self.allowed() };
        self.after(event).ok_or_else(refused)
    }

    /// The events that are possible from here.
    #[must_use]
    pub fn allowed(self) -> Vec<Event> {
        Event::ALL.iter().copied().filter(|event| self.after(*event).is_some()).collect()
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        self.allowed().is_empty()
    }

    /// How a license in this state, valid on the days of a period, stands at an instant.
    #[must_use]
    pub fn standing(self, period: &Period, at: OffsetDateTime) -> Standing {
        match (self, period.position(china_date(at))) {
            (Self::Draft | Self::PendingSeal, _) => Standing::NotIssued,
            (Self::Void, _) => Standing::Void,
            (Self::Revoked, _) => Standing::Revoked,
            (Self::Superseded, _) => Standing::Superseded,
            (Self::Issued | Self::Suspended, Position::After) => Standing::Expired,
            (Self::Suspended, Position::Before | Position::Within) => Standing::Suspended,
            (Self::Issued, Position::Before) => Standing::NotYetValid,
            (Self::Issued, Position::Within) => Standing::Valid,
        }
    }

    fn after(self, event: Event) -> Option<Self> {
        use Event::{Abandon, Issue, Order, Reinstate, Revoke, Supersede, Suspend};
        use LicenseState::{Draft, Issued, PendingSeal, Revoked, Superseded, Suspended, Void};
        match (self, event) {
            (Draft, Order) => Some(PendingSeal),
            (PendingSeal, Issue) => Some(Issued),
            (Draft | PendingSeal, Abandon) => Some(Void),
            (Issued, Suspend) => Some(Suspended),
            (Suspended, Reinstate) => Some(Issued),
            (Issued | Suspended, Revoke) => Some(Revoked),
            (Issued, Supersede) => Some(Superseded),
            _ => None,
        }
    }
}

words! { "standing";
    /// How a license stands at an instant.
    pub enum Standing {
        /// Not issued yet.
        NotIssued = "NOT_ISSUED",
        /// In force.
        Valid = "VALID",
        /// Issued, and its first day is still to come.
        NotYetValid = "NOT_YET_VALID",
        /// Its last day is over.
        Expired = "EXPIRED",
        /// In force itself, but a license of which it is made is not.
        Incomplete = "INCOMPLETE",
        /// Suspended.
        Suspended = "SUSPENDED",
        /// Revoked.
        Revoked = "REVOKED",
        /// Replaced.
        Superseded = "SUPERSEDED",
        /// Never issued.
        Void = "VOID",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every state with every event, as ARCHITECTURE.md shows it; a dash is a refusal.
    fn table() -> String {
        let heads = Event::ALL.iter().map(|event| format!(" {event} |"));
        let lines = Event::ALL.iter().map(|_| "---|".to_owned());
        let row = |first: &str, cells: &mut dyn Iterator<Item = String>| {
            format!("| {first} |{}\n", cells.collect::<String>())
        };
        let mut table = row("state", &mut heads.into_iter());
        table += &format!("|---|{}\n", lines.collect::<String>());
        for state in LicenseState::ALL {
            let after = |event: &Event| state.next(*event).map_or("—", LicenseState::as_str);
            let mut cells = Event::ALL.iter().map(|event| format!(" {} |", after(event)));
            table += &row(state.as_str(), &mut cells);
        }
        table
    }

    #[test]
    fn the_whole_table() {
        let architecture = include_str!("../../../ARCHITECTURE.md");
        let (_, rest) = architecture.split_once("<!-- states -->\n").unwrap();
        let (shown, _) = rest.split_once("<!-- end -->").unwrap();
        assert_eq!(shown, table(), "ARCHITECTURE.md shows another table");
    }

    #[test]
    fn a_refusal_names_state_event_and_what_is_possible() {
        let refused = LicenseState::Issued.next(Event::Reinstate).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a license that is ISSUED cannot reinstate; possible: suspend, revoke, supersede"
        );
        let refused = LicenseState::Revoked.next(Event::Suspend).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a license that is REVOKED cannot suspend; possible: nothing"
        );
        assert!(LicenseState::Void.is_final());
    }

    proptest! {
        #[test]
        fn final_states_are_never_left(events in proptest::collection::vec(0..Event::ALL.len(), 0..20)) {
            let mut state = LicenseState::Draft;
            let mut ended = None;
            for event in events {
                state = state.next(Event::ALL[event]).unwrap_or(state);
                prop_assert!(ended.is_none_or(|ended| ended == state));
                ended = state.is_final().then_some(state);
            }
        }
    }
}
