//! A receiver of events.

use time::{Duration, OffsetDateTime};

use super::{Answered, EventType, Subscription};
use crate::id::{OrganizationId, WebhookEndpointId};
use crate::word::words;

/// Endpoints of one organization: each costs a delivery an event.
pub const ENDPOINTS_MAX: usize = 16;
/// Longest address of an endpoint.
pub const URL_BYTES_MAX: usize = 1024;

/// The first pause of an endpoint that does not answer; each failure doubles it.
const PAUSE_FIRST: Duration = Duration::seconds(5);
/// The longest, so that one that recovers is not left waiting.
const PAUSE_MAX: Duration = Duration::minutes(5);

words! { "endpoint state";
    /// Whether an endpoint is sent events.
    pub enum EndpointState {
        /// It is.
        Enabled = "enabled",
        /// It said 410: it wants no more. A test that it accepts enables it again.
        Disabled = "disabled",
        /// It was taken away; the row goes when nothing refers to it any more.
        Deleted = "deleted",
    }
}

/// The secret before a rotation, which signs beside the new one for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldSecret {
    /// As custody wrapped it.
    pub wrapped: Vec<u8>,
    /// It signs until then.
    pub until: OffsetDateTime,
}

/// A receiver of an organization's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Whose events.
    pub organization: OrganizationId,
    /// Where to.
    pub url: String,
    /// Which events.
    pub events: Subscription,
    /// Whether it is sent any.
    pub state: EndpointState,
    /// The secret that signs, as custody wrapped it.
    pub secret: Vec<u8>,
    /// The one before.
    pub old_secret: Option<OldSecret>,
    /// How often in a row it did not answer, or asked for less.
    pub failures: u32,
    /// Nothing is sent until then.
    pub paused_until: Option<OffsetDateTime>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
}

impl Endpoint {
    /// What an answer to an event of this type, or silence, says of the endpoint itself: one that
    /// answers is sent more at once, one that does not is left alone for a while, so that it does
    /// not hold up what is owed to others.
    pub fn learn(&mut self, kind: EventType, answered: &Answered, at: OffsetDateTime) {
        match answered {
            Answered::Accepted => {
                (self.failures, self.paused_until) = (0, None);
                if kind == EventType::EndpointTest {
                    self.state = EndpointState::Enabled;
                }
            }
            Answered::Gone => self.state = EndpointState::Disabled,
            Answered::Refused => {}
            Answered::Slower { retry_after } => self.pause(*retry_after, at),
            Answered::Silent => self.pause(None, at),
        }
    }

    fn pause(&mut self, asked: Option<Duration>, at: OffsetDateTime) {
        let doubled = PAUSE_FIRST * 2i32.pow(self.failures.min(10));
        let pause = asked.unwrap_or(Duration::ZERO).max(doubled.min(PAUSE_MAX));
        self.failures = self.failures.saturating_add(1);
        self.paused_until = Some(at + pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

    fn endpoint() -> Endpoint {
        Endpoint {
            id: WebhookEndpointId::mint(AT, [1; 10]),
            organization: OrganizationId::mint(AT, [2; 10]),
            url: "https://hooks.example.gov.cn/".into(),
            events: Subscription::all(),
            state: EndpointState::Enabled,
            secret: vec![1],
            old_secret: None,
            failures: 0,
            paused_until: None,
            created_at: AT,
        }
    }

    #[test]
    fn silence_doubles_the_pause_and_an_answer_ends_it() {
        let mut one = endpoint();
        let pauses: Vec<i64> = (0..9)
            .map(|_| {
                one.learn(EventType::LicenseIssued, &Answered::Silent, AT);
                (one.paused_until.unwrap() - AT).whole_seconds()
            })
            .collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        one.learn(EventType::LicenseIssued, &Answered::Refused, AT);
        assert_eq!(one.failures, 9, "a refusal is an answer about one event");
        one.learn(EventType::LicenseIssued, &Answered::Accepted, AT);
        assert_eq!((one.failures, one.paused_until), (0, None));
        let asked = Answered::Slower { retry_after: Some(Duration::hours(1)) };
        one.learn(EventType::LicenseIssued, &asked, AT);
        assert_eq!(one.paused_until, Some(AT + Duration::hours(1)));
    }

    #[test]
    fn gone_disables_and_only_an_accepted_test_enables() {
        let mut one = endpoint();
        one.learn(EventType::LicenseIssued, &Answered::Gone, AT);
        assert_eq!(one.state, EndpointState::Disabled);
        one.learn(EventType::LicenseIssued, &Answered::Accepted, AT);
        one.learn(EventType::EndpointTest, &Answered::Refused, AT);
        assert_eq!(one.state, EndpointState::Disabled);
        one.learn(EventType::EndpointTest, &Answered::Accepted, AT);
        assert_eq!(one.state, EndpointState::Enabled);
    }
}
