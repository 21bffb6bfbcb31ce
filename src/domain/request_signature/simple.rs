//! The simple profile for old clients: HMAC by a secret that both know, over
//! `timestamp\nnonce\nMETHOD\npath?query\nhex(digest(body))`. Headers are not signed, so the context
//! of a call is only as good as its connection.

use super::{BodyDigest, Refused, Request, is_nonce, key_name, within_window};
use crate::word::words;
use formats::algorithm::{Digest, hmac};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;

words! { "code of the simple profile";
    /// How a request is signed by a secret.
    pub enum Mac {
        /// HMAC with SM3, the body by SM3.
        Sm3 = "hmac-sm3",
        /// HMAC with SHA-256, the body by SHA-256.
        Sha256 = "hmac-sha256",
    }
}

impl Mac {
    /// The digest of the code and of the body.
    #[must_use]
    pub fn digest(self) -> Digest {
        match self {
            Self::Sm3 => Digest::Sm3,
            Self::Sha256 => Digest::Sha256,
        }
    }
}

/// A signature of the simple profile as it was read: nobody has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimpleSigned {
    key: (String, String),
    mac: Mac,
    timestamp: String,
    nonce: String,
    body: Vec<u8>,
    code: Vec<u8>,
}

impl SimpleSigned {
    /// The signature of a request, if it has one.
    ///
    /// # Errors
    /// A header is missing or not of its form.
    pub fn read(request: &Request) -> Result<Option<Self>, Refused> {
        const NEEDED: &str = "send X-Client-Key (CLIENT/KEY), X-Timestamp (seconds since 1970), \
            X-Nonce, X-Signature-Algorithm (hmac-sm3 or hmac-sha256), X-Body-Digest and \
            X-Signature (both hexadecimal), each once";
        let Some(code) = request.header("x-signature") else { return Ok(None) };
        let needed = || Refused::Form(NEEDED);
        let header = |name: &str| request.header(name).ok_or_else(needed);
        let bytes = |text: &str| hex::decode(text).map_err(|_| needed());
        let named = header("x-client-key")?;
        let (client, key) = key_name(&named).ok_or_else(needed)?;
        let mac: Mac = header("x-signature-algorithm")?.parse().map_err(|_| needed())?;
        let (timestamp, nonce) = (header("x-timestamp")?, header("x-nonce")?);
        let (body, code) = (bytes(&header("x-body-digest")?)?, bytes(&code)?);
        let lengths = [body.len(), code.len()] == [mac.digest().len(); 2];
        if !is_nonce(&nonce) || timestamp.len() > 15 || !lengths {
            return Err(needed());
        }
        let key = (client.to_owned(), key.to_owned());
        Ok(Some(Self { key, mac, timestamp, nonce, body, code }))
    }

    /// The client and the name of its secret.
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.key.0, &self.key.1)
    }

    /// What is said once, and until when it must be remembered, of a signature that is of now.
    ///
    /// # Errors
    /// The time is another.
    pub fn once(&self, now: OffsetDateTime) -> Result<(&str, OffsetDateTime), Refused> {
        let seconds = self.timestamp.parse().map_err(|_| Refused::Window)?;
        let created = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| Refused::Window)?;
        within_window(created, now)?;
        Ok((&self.nonce, created + super::WINDOW + super::AHEAD))
    }

    /// What the body must be, if the secret made this code of the request.
    ///
    /// # Errors
    /// It did not.
    pub fn verify(&self, secret: &[u8], request: &Request) -> Result<BodyDigest, Refused> {
        let text = text(&self.timestamp, &self.nonce, request, &self.body);
        let right = hmac(self.mac.digest(), secret, &[text.as_bytes()]);
        let same = right.is_some_and(|right| bool::from(right.ct_eq(&self.code)));
        let body = BodyDigest::new(self.mac.digest(), self.body.clone());
        same.then_some(body).ok_or(Refused::Signature)
    }
}

/// What is signed.
pub(super) fn text(timestamp: &str, nonce: &str, request: &Request, body: &[u8]) -> String {
    let digest = hex::encode(body);
    [timestamp, nonce, &request.method, &request.target(), &digest].join("\n")
}
