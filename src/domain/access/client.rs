//! Systems that call the service in the name of an organization, and what they prove it with.

use std::fmt;
use std::str::FromStr;

use formats::algorithm::Digest;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Grant, Secret};
use crate::digest::Sha256;
use crate::id::{ClientId, CredentialId, OrganizationId};
use crate::word::words;

words! { "client authentication method";
    /// How a client proves who it is when it asks for a token.
    pub enum ClientMethod {
        /// A token that it signs with its key (RFC 7523).
        PrivateKeyJwt = "private_key_jwt",
        /// The certificate of its TLS connection (RFC 8705).
        TlsClientAuth = "tls_client_auth",
        /// A secret that both know; for tests.
        ClientSecret = "client_secret",
        /// No token: it signs each request, by its key or by a secret that both know.
        SignedRequests = "signed_requests",
    }
}

words! { "client status";
    /// Whether a client may act.
    pub enum ClientStatus {
        /// It may.
        Active = "active",
        /// It may not any more, for good.
        Closed = "closed",
    }
}

words! { "kind of credential";
    /// What a client proves something with.
    pub enum CredentialKind {
        /// A public key: signs assertions and requests.
        Key = "key",
        /// A certificate, by its SHA-256.
        Certificate = "certificate",
        /// A digest of a secret.
        Secret = "secret",
        /// A secret for HMAC, as custody wrapped it.
        Hmac = "hmac",
    }
}

/// The name of a client (`client_id`): 3 to 48 small letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientName(String);

/// The text is not the name of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a client has 3 to 48 small letters, digits and hyphens, a letter first")]
pub struct BadClientName;

impl ClientName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientName {
    type Err = BadClientName;

    fn from_str(text: &str) -> Result<Self, BadClientName> {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        let fits = (3..=48).contains(&text.len()) && begins && text.bytes().all(good);
        fits.then(|| Self(text.to_owned())).ok_or(BadClientName)
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A system that calls the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// For whom it acts.
    pub organization: OrganizationId,
    /// Its `client_id`.
    pub name: ClientName,
    /// What people call it.
    pub label: String,
    /// How it proves who it is.
    pub method: ClientMethod,
    /// What it may do, and on what.
    pub grant: Grant,
    /// Networks and addresses from which it calls; from anywhere when there are none.
    pub addresses: Vec<String>,
    /// Whether each of its requests must be signed.
    pub requires_signed_requests: bool,
    /// Whether it may act.
    pub status: ClientStatus,
    /// Its last instant, if it has one.
    pub valid_until: Option<OffsetDateTime>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
}

impl Client {
    /// Whether it may act now.
    #[must_use]
    pub fn in_force(&self, at: OffsetDateTime) -> bool {
        self.status == ClientStatus::Active && self.valid_until.is_none_or(|until| at < until)
    }
}

/// One thing that a client proves something with. Several are in force at once, so that the next
/// one is in use before the last one ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Whose.
    pub client: ClientId,
    /// What it is.
    pub kind: CredentialKind,
    /// Its name within the client: `kid`.
    pub key_id: String,
    /// SubjectPublicKeyInfo, SHA-256 of a certificate or of a secret, or a wrapped secret.
    pub material: Vec<u8>,
    /// What people know it by: the kind of key, the subject of a certificate.
    pub about: String,
    /// Its first instant.
    pub valid_from: OffsetDateTime,
    /// Its last instant, if it has one.
    pub valid_until: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// When it was used last, to the minute.
    pub used_at: Option<OffsetDateTime>,
}

impl Credential {
    /// Whether it proves anything now.
    #[must_use]
    pub fn in_force(&self, at: OffsetDateTime) -> bool {
        self.revoked_at.is_none()
            && self.valid_from <= at
            && self.valid_until.is_none_or(|until| at < until)
    }
}

const PREFIX: &str = "yzt_";

/// What a client presents once it has proved who it is: 256 random bits, known by their digest.
#[derive(Clone, Debug)]
pub struct AccessToken(Secret);

/// The text is not an access token; nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an access token")]
pub struct BadAccessToken;

impl AccessToken {
    /// A token of these random bits.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(Secret::new(random))
    }

    /// Whether a text is written as one.
    #[must_use]
    pub fn is_written_so(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        let own = self.0.digest();
        let digest = Digest::Sha256.hash(&[b"yinzheng access token\0", own.as_bytes()]);
        // SHA-256 has 32 bytes; a digest of another length matches no token.
        Sha256::try_from(&digest[..]).unwrap_or(Sha256::from([0; 32]))
    }

    /// The text that the client presents.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", *self.0.reveal()))
    }
}

impl FromStr for AccessToken {
    type Err = BadAccessToken;

    fn from_str(text: &str) -> Result<Self, BadAccessToken> {
        let secret = text.strip_prefix(PREFIX).ok_or(BadAccessToken)?;
        secret.parse().map(Self).map_err(|_| BadAccessToken)
    }
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// Digest of the token.
    pub digest: Sha256,
    /// To whom.
    pub client: ClientId,
    /// By what it was proved.
    pub credential: CredentialId,
    /// What it is for: a part of the client's grant.
    pub grant: Grant,
    /// SHA-256 of the certificate whose connection alone may present it (`x5t#S256`).
    pub certificate: Option<Sha256>,
    /// When it was issued.
    pub created_at: OffsetDateTime,
    /// Its last instant.
    pub expires_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_narrow() {
        for good in ["abc", "permit-window-2", "a1-"] {
            assert_eq!(good.parse::<ClientName>().unwrap().as_str(), good);
        }
        let long = "a".repeat(49);
        for bad in ["", "ab", "Abc", "1ab", "-ab", "a b", "a_b", "窗口系统", &long] {
            assert_eq!(bad.parse::<ClientName>(), Err(BadClientName), "{bad}");
        }
    }

    #[test]
    fn a_token_reads_back_and_tells_nothing() {
        let token = AccessToken::new([0xab; 32]);
        let read: AccessToken = token.reveal().parse().unwrap();
        assert_eq!(read.digest(), token.digest());
        assert!(AccessToken::is_written_so(&token.reveal()));
        assert!(!format!("{token:?}").contains("abab"));
        // The digest of a secret of these bits is another: a key is no token.
        assert_ne!(token.digest(), Secret::new([0xab; 32]).digest());
        for text in ["", "yzt_", "yzt_00", "yz_00", &token.reveal()[4..]] {
            assert_eq!(text.parse::<AccessToken>().err(), Some(BadAccessToken), "{text}");
        }
    }
}
