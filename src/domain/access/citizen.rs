//! Sessions of citizens and of people of companies, whose identity another vouches for.

use time::{Duration, OffsetDateTime};

use crate::digest::Sha256;

/// How long somebody may be away.
const IDLE: Duration = Duration::minutes(15);
/// How long a session lasts at most.
const WHOLE: Duration = Duration::hours(2);

/// Who somebody is, as far as it is kept: enough to find the same person again, and nothing to find
/// out who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// Who vouches, by the name in the settings.
    pub provider: String,
    /// HMAC-SHA256 of the assured number, under a key of this service.
    pub holder: Sha256,
    /// The name, masked.
    pub name: String,
}

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitizenSession {
    /// Digest of what the browser keeps.
    pub digest: Sha256,
    /// Whose.
    pub citizen: Citizen,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub seen_at: OffsetDateTime,
}

impl CitizenSession {
    /// Whether it still counts.
    #[must_use]
    pub fn in_force(&self, at: OffsetDateTime) -> bool {
        at < self.created_at + WHOLE && at < self.seen_at + IDLE
    }

    /// Whether it is time to note that it was used.
    #[must_use]
    pub fn to_be_noted(&self, at: OffsetDateTime) -> bool {
        at >= self.seen_at + Duration::minutes(1)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn it_ends_by_itself() {
        let noon = datetime!(2026-03-02 12:00 UTC);
        let holder = Sha256::of(b"somebody");
        let citizen = Citizen { provider: "a".into(), holder, name: "样**".into() };
        let digest = Sha256::of(b"a token");
        let one = CitizenSession { digest, citizen, created_at: noon, seen_at: noon };
        assert!(one.in_force(noon + IDLE - Duration::SECOND) && !one.in_force(noon + IDLE));
        let used = CitizenSession { seen_at: noon + WHOLE - Duration::MINUTE, ..one.clone() };
        assert!(used.in_force(noon + WHOLE - Duration::SECOND) && !used.in_force(noon + WHOLE));
        assert!(!one.to_be_noted(noon) && one.to_be_noted(noon + Duration::MINUTE));
    }
}
