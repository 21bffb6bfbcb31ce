//! API keys: `yz_<id>_<secret>`; only a digest of the secret is kept.

use std::fmt;
use std::str::FromStr;

use formats::algorithm::Digest;
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::Permissions;
use crate::digest::Sha256;
use crate::id::{ApiKeyId, OrganizationId};

const PREFIX: &str = "yz_";

/// 256 random bits. With that much chance in it, one round of SHA-256 hides it as well as a slow
/// hash would: there is nothing to guess.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// A secret of these random bits.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        let digest = Digest::Sha256.hash(&[b"yinzheng api key\0", &self.0[..]]);
        // SHA-256 has 32 bytes; a digest of another length matches no key.
        Sha256::try_from(&digest[..]).unwrap_or(Sha256::from([0; 32]))
    }
}

impl Secret {
    /// The text of it, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0[..]))
    }

    /// Whether its digest is this one. The time it takes does not depend on where they differ.
    #[must_use]
    pub fn is(&self, digest: &[u8]) -> bool {
        bool::from(self.digest().as_bytes().ct_eq(digest))
    }
}

impl FromStr for Secret {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let mut random = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text, &mut random[..]).map_err(|_| BadToken)?;
        Ok(Self(random))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// What a client presents.
#[derive(Clone, Debug)]
pub struct ApiKeyToken {
    /// Which key.
    pub id: ApiKeyId,
    /// Its secret.
    pub secret: Secret,
}

/// The text is not an API key; nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an API key")]
pub struct BadToken;

impl ApiKeyToken {
    /// The text that the client keeps. It is shown once.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}_{}", self.id, *self.secret.reveal()))
    }
}

impl FromStr for ApiKeyToken {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let (id, secret) =
            text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).ok_or(BadToken)?;
        Ok(Self { id: id.parse().map_err(|_| BadToken)?, secret: secret.parse()? })
    }
}

/// An API key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The organization that its bearer acts for.
    pub organization: OrganizationId,
    /// What it is called.
    pub label: String,
    /// Digest of its secret.
    pub secret_digest: Sha256,
    /// What its bearer may do.
    pub permissions: Permissions,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Its last instant, if it has one.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
}

impl ApiKey {
    /// Whether `token` is this key and the key is in force. The time it takes does not depend on
    /// where the secrets differ.
    #[must_use]
    pub fn admits(&self, token: &ApiKeyToken, at: OffsetDateTime) -> bool {
        let same = token.secret.is(self.secret_digest.as_bytes());
        let in_force =
            self.revoked_at.is_none() && self.expires_at.is_none_or(|expiry| at < expiry);
        same && in_force && self.id == token.id
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::access::Role;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn token(seed: u8) -> ApiKeyToken {
        ApiKeyToken { id: ApiKeyId::mint(NOON, [1; 10]), secret: Secret::new([seed; 32]) }
    }

    fn key(token: &ApiKeyToken) -> ApiKey {
        ApiKey {
            id: token.id,
            organization: OrganizationId::mint(NOON, [2; 10]),
            label: "窗口".into(),
            secret_digest: token.secret.digest(),
            permissions: Role::Issuer.permissions(),
            created_at: NOON,
            expires_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_reads_back_and_opens_its_key_alone() {
        let mine = token(7);
        let read: ApiKeyToken = mine.reveal().parse().unwrap();
        assert!(key(&mine).admits(&read, NOON));
        assert!(!key(&mine).admits(&token(8), NOON));
        let other = ApiKeyToken { id: ApiKeyId::mint(NOON, [9; 10]), ..token(7) };
        assert!(!key(&mine).admits(&other, NOON));
    }

    #[test]
    fn neither_expired_nor_revoked_keys_open() {
        let mine = token(7);
        let expiring = ApiKey { expires_at: Some(NOON), ..key(&mine) };
        assert!(!expiring.admits(&mine, NOON));
        assert!(expiring.admits(&mine, NOON - time::Duration::SECOND));
        let revoked = ApiKey { revoked_at: Some(NOON), ..key(&mine) };
        assert!(!revoked.admits(&mine, NOON));
    }

    #[test]
    fn the_secret_is_not_shown() {
        let shown = format!("{:?}", token(0xab));
        assert!(!shown.contains("abab"), "{shown}");
    }

    #[test]
    fn refusals() {
        let right = token(7).reveal().to_string();
        for text in [
            "",
            "yz_",
            "yz__",
            &right[3..],
            &right[..right.len() - 1],
            &format!("{right}0"),
            &right.replacen("yz", "ab", 1),
            "yz_证_照",
        ] {
            assert_eq!(text.parse::<ApiKeyToken>().err(), Some(BadToken), "{text}");
        }
    }
}
