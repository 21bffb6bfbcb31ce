//! From a file to a payload that a known key signed.

use super::{CERTIFICATES_MAX, SIGNED_BYTES_MAX, SUITE, SignedError, TYPE, canonical, json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::{PublicKey, SM2_DEFAULT_ID, verify};
use formats::x509::Certificate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A document as read: nobody has checked its signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    payload: Value,
    message: Vec<u8>,
    certificates: Vec<Certificate>,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    payload: Value,
    signature: Signature,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    algorithm: String,
    certificates: Vec<String>,
    value: String,
}

/// Reads a document of one type. What it says counts only after [`Opened::verify`].
///
/// # Errors
/// It is not such a document; the first thing that is not is named.
pub fn open(bytes: &[u8], kind: &str) -> Result<Opened, SignedError> {
    if bytes.len() > SIGNED_BYTES_MAX {
        return Err(SignedError::TooLarge(bytes.len()));
    }
    let form = |error: serde_json::Error| SignedError::Form(error.to_string());
    let value = json::strict(bytes).map_err(form)?;
    let Document { payload, signature } = serde_json::from_value(value).map_err(form)?;
    let found = payload.get(TYPE).and_then(Value::as_str).unwrap_or("unknown");
    if found != kind {
        let (expected, found) = (kind.to_owned(), found.chars().take(64).collect());
        return Err(SignedError::Kind { expected, found });
    }
    if signature.algorithm != SUITE.name() {
        let named = signature.algorithm.chars().take(64).collect();
        return Err(SignedError::Algorithm(named));
    }
    Ok(Opened {
        message: canonical(&payload)?,
        payload,
        certificates: certificates(&signature.certificates)?,
        signature: decoded(&signature.value)?,
    })
}

fn certificates(texts: &[String]) -> Result<Vec<Certificate>, SignedError> {
    if texts.len() > CERTIFICATES_MAX {
        return Err(SignedError::Form(format!("{} certificates", texts.len())));
    }
    let read = |text: &String| {
        Certificate::parse(&decoded(text)?).map_err(|error| SignedError::Form(error.to_string()))
    };
    texts.iter().map(read).collect()
}

fn decoded(text: &str) -> Result<Vec<u8>, SignedError> {
    STANDARD.decode(text).map_err(|error| SignedError::Form(error.to_string()))
}

impl Opened {
    /// The certificates that travel along, the signer's first: a claim.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The exact bytes that are signed.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// What the payload says, whoever signed it: to be shown, never to be believed.
    ///
    /// # Errors
    /// The content is not a `T`.
    pub fn claimed<T: DeserializeOwned>(&self) -> Result<T, SignedError> {
        let mut payload = self.payload.clone();
        if let Some(members) = payload.as_object_mut() {
            members.shift_remove(TYPE);
        }
        serde_json::from_value(payload).map_err(|error| SignedError::Form(error.to_string()))
    }

    /// The content of the payload, if `key` signed it.
    ///
    /// # Errors
    /// The key did not sign it, or the content is not a `T`.
    pub fn verify<T: DeserializeOwned>(&self, key: &PublicKey) -> Result<T, SignedError> {
        verify(SUITE, key, SM2_DEFAULT_ID, &[&self.message], &self.signature)
            .map_err(|_| SignedError::Signature)?;
        self.claimed()
    }
}
