//! The secret that a receiver shares, and the signatures of one message.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
/// Standard Webhooks asks for 24 to 64.
const BYTES: usize = 32;

/// Random bytes that the service and one receiver know.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one; `None` when the system has no chance to give.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut bytes = Zeroizing::new(vec![0; BYTES]);
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The secret of these bytes, as they were kept.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes, to be wrapped and kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text that the receiver is told: `whsec_` and base64.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + self.0.len() * 2));
        text.push_str(PREFIX);
        STANDARD.encode_string(&self.0[..], &mut text);
        text
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret")
    }
}

/// What every signature of a message is over: `id.timestamp.body`.
#[must_use]
pub fn signed_content(id: &str, unix_seconds: i64, body: &[u8]) -> Vec<u8> {
    [format!("{id}.{unix_seconds}.").as_bytes(), body].concat()
}

/// `v1,` and the HMAC-SHA256 of the content in base64.
#[must_use]
pub fn v1(secret: &Secret, content: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("v1,{}", STANDARD.encode(hmac::sign(&key, content)))
}

/// `v1s,` and an SM2 signature over the content (DER, default identifier) in base64: an extension
/// that other libraries pass over.
#[must_use]
pub fn v1s(signature: &[u8]) -> String {
    format!("v1s,{}", STANDARD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's hmac and hashlib and accepted by the package `standardwebhooks`.
    #[test]
    fn the_signature_is_that_of_others() {
        let secret = Secret::from_bytes(Zeroizing::new((0u8..32).collect()));
        assert_eq!(*secret.reveal(), "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let id = "019cadb6-3c00-7101-8101-010101010101";
        let body = r#"{"type":"license.issued","timestamp":"2026-03-02T16:00:00+08:00","data":{}}"#;
        let content = signed_content(id, 1_772_438_400, body.as_bytes());
        assert_eq!(content, format!("{id}.1772438400.{body}").as_bytes());
        assert_eq!(v1(&secret, &content), "v1,jXmkwRyWtibTcxSSOqacfSgOxLujgWO/m9Dv5hn8TwM=");
    }

    #[test]
    fn a_new_secret_is_long_random_and_not_printed() {
        let (one, other) = (Secret::generate().unwrap(), Secret::generate().unwrap());
        assert!((24..=64).contains(&one.as_bytes().len()));
        assert_ne!(one.as_bytes(), other.as_bytes());
        assert_eq!(format!("{one:?}"), "Secret");
    }
}
