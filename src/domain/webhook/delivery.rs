//! One event owed to one endpoint: sent at once, again after ever longer gaps, in the end given up.

use time::{Duration, OffsetDateTime};

use super::EventType;
use crate::id::{WebhookEndpointId, WebhookEventId};
use crate::word::words;

/// The time from one attempt to the next, as Standard Webhooks recommends.
const GAPS: [Duration; 9] = [
    Duration::seconds(5),
    Duration::minutes(5),
    Duration::minutes(30),
    Duration::hours(2),
    Duration::hours(5),
    Duration::hours(10),
    Duration::hours(14),
    Duration::hours(20),
    Duration::hours(24),
];
/// Attempts at one delivery.
pub const ATTEMPTS_MAX: u32 = GAPS.len() as u32 + 1;
/// What was not accepted by then is a dead letter; the last attempt is made at that moment.
pub const GIVEN_UP_AFTER: Duration = Duration::hours(72);
/// A receiver that asks for more patience than this is asked again all the same.
const RETRY_AFTER_MAX: Duration = Duration::hours(24);

words! { "delivery state";
    /// How a delivery stands.
    pub enum DeliveryState {
        /// To be sent, or sent again.
        Pending = "pending",
        /// The receiver accepted it.
        Delivered = "delivered",
        /// Given up; it can be replayed.
        Dead = "dead",
    }
}

words! { "delivery trouble";
    /// Why an attempt was not accepted.
    pub enum Trouble {
        /// The receiver answered with another status than 2xx.
        Status = "status",
        /// The receiver wanted it sent elsewhere; nothing is sent where nobody asked for it.
        Redirect = "redirect",
        /// The name cannot be resolved.
        Name = "name_not_resolved",
        /// The address is one of the inside that is not allowed.
        Address = "address_not_allowed",
        /// No connection, or it broke off.
        Connection = "connection_failed",
        /// The receiver's TLS certificate is not believed, or TLS failed otherwise.
        Tls = "tls_failed",
        /// The answer did not come in time.
        Timeout = "timeout",
        /// The answer is not HTTP, or larger than any answer.
        Answer = "answer_unusable",
        /// This service could not sign.
        Signing = "signing_failed",
        /// The endpoint was disabled while the delivery waited.
        Disabled = "endpoint_disabled",
        /// Nothing was accepted for 72 hours.
        Overdue = "overdue",
    }
}

/// What came back of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// 2xx.
    Accepted,
    /// 410: the receiver wants no more.
    Gone,
    /// 429, 502 or 504: the receiver wants less.
    Slower {
        /// Not before so long, when it said so.
        retry_after: Option<Duration>,
    },
    /// Any other answer.
    Refused,
    /// No answer.
    Silent,
}

impl Answered {
    /// The meaning of a status, with what `Retry-After` said.
    #[must_use]
    pub fn of_status(status: u16, retry_after: Option<Duration>) -> Self {
        let retry_after = retry_after.map(|asked| asked.clamp(Duration::ZERO, RETRY_AFTER_MAX));
        match status {
            200..=299 => Self::Accepted,
            410 => Self::Gone,
            429 | 502 | 504 => Self::Slower { retry_after },
            503 if retry_after.is_some() => Self::Slower { retry_after },
            _ => Self::Refused,
        }
    }
}

/// How a delivery goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Delivered,
    /// It is given up.
    Dead,
    /// It is sent again then.
    At(OffsetDateTime),
}

/// One event owed to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The event; the receiver sees this id in every attempt.
    pub event: WebhookEventId,
    /// Its type.
    pub kind: EventType,
    /// Whom it is owed to.
    pub endpoint: WebhookEndpointId,
    /// How it stands.
    pub state: DeliveryState,
    /// Attempts since it was begun, with those that a crash interrupted left out.
    pub attempts: u32,
    /// When it was owed, or replayed: what patience is counted from.
    pub begun_at: OffsetDateTime,
    /// When it is sent next, while it is pending.
    pub due_at: OffsetDateTime,
    /// The last attempt.
    pub tried_at: Option<OffsetDateTime>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// What was wrong with the last attempt.
    pub trouble: Option<Trouble>,
    /// When it was owed first.
    pub created_at: OffsetDateTime,
}

impl Delivery {
    /// How it goes on after one more attempt that ended `at`; `chance` spreads what was owed at
    /// one moment over a tenth of each gap.
    #[must_use]
    pub fn after(&self, answered: &Answered, at: OffsetDateTime, chance: u16) -> Next {
        let retry_after = match answered {
            Answered::Accepted => return Next::Delivered,
            Answered::Gone => return Next::Dead,
            Answered::Slower { retry_after } => retry_after.unwrap_or(Duration::ZERO),
            Answered::Refused | Answered::Silent => Duration::ZERO,
        };
        let end = self.begun_at + GIVEN_UP_AFTER;
        let gap = GAPS.get(self.attempts as usize).filter(|_| at < end);
        gap.map_or(Next::Dead, |gap| {
            // A tenth of the gap is a hundred milliseconds for each second of it.
            let tenth = gap.whole_seconds() * 100;
            let spread = Duration::milliseconds(tenth * i64::from(chance) / i64::from(u16::MAX));
            Next::At((at + (*gap + spread).max(retry_after)).min(end))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

    fn delivery() -> Delivery {
        Delivery {
            event: WebhookEventId::mint(AT, [2; 10]),
            kind: EventType::LicenseIssued,
            endpoint: WebhookEndpointId::mint(AT, [3; 10]),
            state: DeliveryState::Pending,
            attempts: 0,
            begun_at: AT,
            due_at: AT,
            tried_at: None,
            status: None,
            trouble: None,
            created_at: AT,
        }
    }

    /// The instants of all attempts when every one fails so and takes no time.
    fn attempts(answered: Answered, chance: u16) -> Vec<i64> {
        let (mut one, mut seconds, mut at) = (delivery(), vec![0], AT);
        while let Next::At(next) = one.after(&answered, at, chance) {
            assert!(next > at);
            (at, one.attempts) = (next, one.attempts + 1);
            seconds.push((at - AT).whole_seconds());
        }
        seconds
    }

    #[test]
    fn the_table_of_standard_webhooks_ends_at_72_hours() {
        let hours = |hours: i64, rest: i64| hours * 3600 + rest;
        let expected = [
            0,
            5,
            305,
            2105,
            hours(2, 2105),
            hours(7, 2105),
            hours(17, 2105),
            hours(31, 2105),
            hours(51, 2105),
            hours(72, 0),
        ];
        assert_eq!(attempts(Answered::Silent, 0), expected);
        assert_eq!(attempts(Answered::Refused, 0), expected);
        assert_eq!(expected.len(), ATTEMPTS_MAX as usize);
    }

    #[test]
    fn chance_spreads_by_a_tenth_and_patience_is_kept() {
        let late = attempts(Answered::Silent, u16::MAX);
        assert_eq!(late[..3], [0, 5, 335]);
        assert_eq!(late.last(), Some(&(72 * 3600)), "still one attempt at the end");
        let slower = Answered::Slower { retry_after: Some(Duration::hours(1)) };
        assert_eq!(attempts(slower, 0)[..4], [0, 3600, 7200, 10_800]);
        let never = Answered::Slower { retry_after: Some(Duration::hours(24)) };
        assert_eq!(attempts(never, 0), [0, 86_400, 172_800, 259_200]);
    }

    #[test]
    fn what_is_accepted_or_gone_is_not_sent_again() {
        let one = delivery();
        assert_eq!(one.after(&Answered::Accepted, AT, 0), Next::Delivered);
        assert_eq!(one.after(&Answered::Gone, AT, 0), Next::Dead);
        let long_stopped = Delivery { attempts: 0, ..delivery() };
        let after = AT + GIVEN_UP_AFTER;
        assert_eq!(long_stopped.after(&Answered::Silent, after, 0), Next::Dead, "tried once");
    }

    #[test]
    fn statuses() {
        let hour = Some(Duration::hours(1));
        for (status, retry_after, expected) in [
            (200, None, Answered::Accepted),
            (204, hour, Answered::Accepted),
            (302, None, Answered::Refused),
            (400, None, Answered::Refused),
            (410, None, Answered::Gone),
            (429, hour, Answered::Slower { retry_after: hour }),
            (502, None, Answered::Slower { retry_after: None }),
            (503, None, Answered::Refused),
            (503, hour, Answered::Slower { retry_after: hour }),
            (504, Some(Duration::days(9)), Answered::Slower { retry_after: Some(Duration::DAY) }),
        ] {
            assert_eq!(Answered::of_status(status, retry_after), expected, "{status}");
        }
    }
}
