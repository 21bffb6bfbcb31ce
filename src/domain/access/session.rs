//! Sessions of people who signed in; only a digest of what their browser keeps is kept.

use std::fmt;
use std::str::FromStr;

use formats::algorithm::Digest;
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use crate::digest::Sha256;
use crate::id::StaffId;
use crate::word::words;

/// How long somebody may be away.
const IDLE: Duration = Duration::minutes(30);
/// How long a session lasts at most: a working day.
const WHOLE: Duration = Duration::hours(12);
/// Time to type a code, or to set up an account.
const BETWEEN_STEPS: Duration = Duration::minutes(10);

words! { "session stage";
    /// How far somebody is with signing in.
    pub enum SessionStage {
        /// The first password was right: an own one and one-time codes are to be set up.
        Setup = "setup",
        /// The password was right: a one-time code is awaited.
        Code = "code",
        /// Signed in.
        Open = "open",
    }
}

/// What the browser keeps: 256 random bits.
#[derive(Clone)]
pub struct SessionToken(Zeroizing<[u8; 32]>);

/// The text is no session; nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a session")]
pub struct BadSessionToken;

impl SessionToken {
    /// A token of these random bits.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        self.derived(b"yinzheng session\0")
    }

    /// What a form of this session carries, and no page of a stranger knows.
    #[must_use]
    pub fn form_token(&self) -> String {
        self.derived(b"yinzheng form\0").to_string()
    }

    /// Whether a form came from a page of this session, in the same time wherever it differs.
    #[must_use]
    pub fn sent(&self, form_token: &str) -> bool {
        bool::from(self.form_token().as_bytes().ct_eq(form_token.as_bytes()))
    }

    /// The text for the browser.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0[..]))
    }

    fn derived(&self, purpose: &[u8]) -> Sha256 {
        let digest = Digest::Sha256.hash(&[purpose, &self.0[..]]);
        // SHA-256 has 32 bytes; a digest of another length matches no session.
        Sha256::try_from(&digest[..]).unwrap_or(Sha256::from([0; 32]))
    }
}

impl FromStr for SessionToken {
    type Err = BadSessionToken;

    fn from_str(text: &str) -> Result<Self, BadSessionToken> {
        let mut random = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text, &mut random[..]).map_err(|_| BadSessionToken)?;
        Ok(Self(random))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionToken(…)")
    }
}

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Digest of what the browser keeps.
    pub digest: Sha256,
    /// Whose.
    pub staff: StaffId,
    /// How far it is.
    pub stage: SessionStage,
    /// The secret of one-time codes that is being set up, as custody wrapped it.
    pub offered: Option<Vec<u8>>,
    /// The certificate with which it was begun: it goes on with the same one alone.
    pub certificate: Option<Sha256>,
    /// When this stage began.
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub seen_at: OffsetDateTime,
}

impl Session {
    /// Whether it still counts.
    #[must_use]
    pub fn in_force(&self, at: OffsetDateTime) -> bool {
        let (whole, idle) = match self.stage {
            SessionStage::Open => (WHOLE, IDLE),
            SessionStage::Setup | SessionStage::Code => (BETWEEN_STEPS, BETWEEN_STEPS),
        };
        at < self.created_at + whole && at < self.seen_at + idle
    }

    /// Whether it is time to note that it was used.
    #[must_use]
    pub fn to_be_noted(&self, at: OffsetDateTime) -> bool {
        at >= self.seen_at + Duration::minutes(1)
    }

    /// Sessions that began before this are over, whatever they are.
    #[must_use]
    pub fn forgotten_before(at: OffsetDateTime) -> OffsetDateTime {
        at - WHOLE
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn session(stage: SessionStage) -> Session {
        let digest = SessionToken::new([7; 32]).digest();
        let staff = StaffId::mint(NOON, [1; 10]);
        let (offered, certificate) = (None, None);
        Session { digest, staff, stage, offered, certificate, created_at: NOON, seen_at: NOON }
    }

    #[test]
    fn it_ends_by_itself() {
        let open = session(SessionStage::Open);
        assert!(open.in_force(NOON + IDLE - Duration::SECOND) && !open.in_force(NOON + IDLE));
        let used = Session { seen_at: NOON + WHOLE - Duration::MINUTE, ..open.clone() };
        assert!(used.in_force(NOON + WHOLE - Duration::SECOND) && !used.in_force(NOON + WHOLE));
        for stage in [SessionStage::Setup, SessionStage::Code] {
            assert!(!session(stage).in_force(NOON + BETWEEN_STEPS), "{stage}");
        }
        assert!(!open.to_be_noted(NOON) && open.to_be_noted(NOON + Duration::MINUTE));
    }

    #[test]
    fn a_token_reads_back_and_tells_nothing() {
        let token = SessionToken::new([0xab; 32]);
        let read: SessionToken = token.reveal().parse().unwrap();
        assert_eq!(read.digest(), token.digest());
        assert!(token.sent(&read.form_token()) && !token.sent("") && !token.sent(&token.reveal()));
        assert!(!format!("{token:?}").contains("abab"));
        assert_ne!(token.form_token(), token.digest().to_string());
        for text in ["", "ab", "not hex", &"g".repeat(64)] {
            assert_eq!(text.parse::<SessionToken>().err(), Some(BadSessionToken), "{text}");
        }
    }
}
