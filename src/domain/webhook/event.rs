//! What a subscriber is told: that something happened, to what, when. Never personal data.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;

use crate::id::{OrganizationId, WebhookEventId};
use crate::license;
use crate::word::{UnknownWord, words};

words! { "event type";
    /// What happened.
    pub enum EventType {
        /// A license is in force.
        LicenseIssued = "license.issued",
        /// A license that waited for a person was refused, or can never be sealed: it never was.
        LicenseRefused = "license.refused",
        /// A license is not to be relied on for the time being.
        LicenseSuspended = "license.suspended",
        /// The suspension of a license ended.
        LicenseReinstated = "license.reinstated",
        /// A license ended for a reason.
        LicenseRevoked = "license.revoked",
        /// Another license took the place of a license.
        LicenseSuperseded = "license.superseded",
        /// A license of which another is made has changed; its issuer is told.
        LicensePartChanged = "license.part_changed",
        /// A license changed on which the organization relied for a decision.
        RelianceChanged = "reliance.changed",
        /// Another department asks the organization about a material of a case.
        AssistanceRequested = "assistance.requested",
        /// What the organization asked another department was answered.
        AssistanceAnswered = "assistance.answered",
        /// No row of a batch is left to do.
        IngestBatchCompleted = "ingest_batch.completed",
        /// A license in force ends within 90, 30 or 7 days.
        LicenseExpiring = "license.expiring",
        /// What an applicant promised is due within 7, 3 or 1 days, or its last day is over.
        UndertakingDue = "undertaking.due",
        /// What an applicant promised was kept.
        UndertakingFulfilled = "undertaking.fulfilled",
        /// What an applicant promised was not kept.
        UndertakingBreached = "undertaking.breached",
        /// Nothing: somebody tries whether events arrive.
        EndpointTest = "endpoint.test",
    }
}

impl EventType {
    /// What subscribers learn of a change of a license; nothing of one that is not in force yet.
    #[must_use]
    pub fn of_change(event: license::Event) -> Option<Self> {
        use license::Event as E;
        match event {
            E::Issue => Some(Self::LicenseIssued),
            E::Suspend => Some(Self::LicenseSuspended),
            E::Reinstate => Some(Self::LicenseReinstated),
            E::Revoke => Some(Self::LicenseRevoked),
            E::Supersede => Some(Self::LicenseSuperseded),
            E::Order | E::Abandon => None,
        }
    }
}

/// An event, owed to every endpoint of the organization that asked for its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedEvent {
    /// Its id: the same in every attempt to deliver it, to whomever.
    pub id: WebhookEventId,
    /// Whose subscribers.
    pub organization: OrganizationId,
    /// What happened.
    pub kind: EventType,
    /// The JSON text that is delivered, byte for byte.
    pub body: String,
    /// When it happened.
    pub at: OffsetDateTime,
}

/// The types that an endpoint asked for, written with spaces between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription(BTreeSet<EventType>);

impl Subscription {
    /// Everything but tests, which are sent by asking for one.
    #[must_use]
    pub fn all() -> Self {
        EventType::ALL.iter().copied().filter(|kind| *kind != EventType::EndpointTest).collect()
    }

    /// Whether the type is among them.
    #[must_use]
    pub fn includes(&self, kind: EventType) -> bool {
        self.0.contains(&kind)
    }

    /// The types in order.
    pub fn types(&self) -> impl Iterator<Item = EventType> {
        self.0.iter().copied()
    }
}

impl FromIterator<EventType> for Subscription {
    fn from_iter<Source: IntoIterator<Item = EventType>>(types: Source) -> Self {
        Self(types.into_iter().collect())
    }
}

impl fmt::Display for Subscription {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.types().map(EventType::as_str).collect();
        out.write_str(&words.join(" "))
    }
}

impl FromStr for Subscription {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.split_ascii_whitespace().map(EventType::from_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_license_in_force_is_told_and_no_other() {
        let told: Vec<String> = license::Event::ALL
            .iter()
            .map(|event| EventType::of_change(*event).map_or("", EventType::as_str).to_owned())
            .collect();
        assert_eq!(
            told,
            [
                "",
                "license.issued",
                "license.suspended",
                "license.reinstated",
                "license.revoked",
                "license.superseded",
                ""
            ]
        );
    }

    #[test]
    fn subscriptions_read_back() {
        let all = Subscription::all();
        assert_eq!(all.to_string().parse(), Ok(all.clone()));
        assert_eq!(all.types().count(), 15);
        assert!(!all.includes(EventType::EndpointTest));
        assert!("license.issued license.printed".parse::<Subscription>().is_err());
    }
}
