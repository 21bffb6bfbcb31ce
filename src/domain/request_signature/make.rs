//! Signatures of our own requests: prepared, signed elsewhere, completed. For the command line, for
//! tests, and for whoever needs an example.

use super::simple::text;
use super::{Algorithm, CONTEXT, Mac, Request, Signed};
use formats::algorithm::{Suite, der_to_raw, hmac};
use formats::structured_field::{Bare, Parameters};
use time::OffsetDateTime;

/// What a signature says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// `CLIENT/KEY`.
    pub key: &'a str,
    /// Now.
    pub created: OffsetDateTime,
    /// New for each request.
    pub nonce: &'a str,
    /// How it is signed.
    pub algorithm: Algorithm,
}

/// A signature that is only to be made.
#[derive(Clone, Debug)]
pub struct Prepared {
    algorithm: Algorithm,
    input: String,
    base: Vec<u8>,
}

impl Making<'_> {
    /// What is to be signed of a request: all that must be. `Content-Digest` is among its headers
    /// when a body follows.
    #[must_use]
    pub fn prepare(&self, request: &Request) -> Option<Prepared> {
        let mut components = vec!["@method".to_owned(), "@target-uri".to_owned()];
        let headers = ["content-digest"].into_iter().chain(CONTEXT);
        let there = headers.filter(|name| request.header(name).is_some());
        components.extend(there.map(str::to_owned));
        let parameter = |name: &str, value| (name.to_owned(), value);
        let parameters = Parameters::new(vec![
            parameter("created", Bare::Integer(self.created.unix_timestamp())),
            parameter("nonce", Bare::Text(self.nonce.to_owned())),
            parameter("keyid", Bare::Text(self.key.to_owned())),
            parameter("alg", Bare::Text(self.algorithm.to_string())),
        ]);
        let signed = Signed::new(components, parameters);
        let base = signed.base(request).ok()?;
        Some(Prepared { algorithm: self.algorithm, input: signed.input(), base })
    }
}

impl Prepared {
    /// What is signed.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.base
    }

    /// How it is signed.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.algorithm.suite()
    }

    /// The headers to send; a signature of two numbers is given as DER. `None` when it is not.
    #[must_use]
    pub fn complete(&self, signature: &[u8]) -> Option<[(&'static str, String); 2]> {
        let raw = match self.algorithm.is_of_two_numbers() {
            true => der_to_raw(signature)?,
            false => signature.to_vec(),
        };
        Some([
            ("Signature-Input", format!("sig1={}", self.input)),
            ("Signature", format!("sig1={}", Bare::Bytes(raw))),
        ])
    }
}

/// The headers of the simple profile for a request with this body.
#[must_use]
pub fn make_simple(
    mac: Mac,
    secret: &[u8],
    making: (&str, OffsetDateTime, &str),
    request: &Request,
    body: &[u8],
) -> [(&'static str, String); 6] {
    let (key, created, nonce) = making;
    let timestamp = created.unix_timestamp().to_string();
    let digest = mac.digest().hash(&[body]);
    let text = text(&timestamp, nonce, request, &digest);
    // Both digests have the block that HMAC is written for.
    let code = hmac(mac.digest(), secret, &[text.as_bytes()]).unwrap_or_default();
    [
        ("X-Client-Key", key.to_owned()),
        ("X-Timestamp", timestamp),
        ("X-Nonce", nonce.to_owned()),
        ("X-Signature-Algorithm", mac.to_string()),
        ("X-Body-Digest", hex::encode(digest)),
        ("X-Signature", hex::encode(code)),
    ]
}
