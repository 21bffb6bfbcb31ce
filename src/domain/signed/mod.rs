//! Documents signed as canonical JSON: trust lists, verification receipts.
//!
//! A file is `{"payload": {…}, "signature": {"algorithm", "certificates", "value"}}`. What is
//! signed are the bytes of the payload in its one canonical form (RFC 8785), with SM2 and the
//! default identifier; white space and the order of members in the file are free, members that
//! stand twice and fractions are refused. The payload says in its member `type` what it is, so
//! that no document can be taken for one of another kind. Certificates that travel along help to
//! find the signer and prove nothing: whose key counts is for the reader to know.

pub(crate) mod json;
mod reading;

pub use json::{NotCanonical, canonical};
pub use reading::{Opened, open};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::Suite;
use formats::x509::Certificate;
use serde::Serialize;
use serde_json::{Value, json};

/// Largest document read: a trust list of some thousand certificates.
pub const SIGNED_BYTES_MAX: usize = 16 << 20;
/// Most certificates that travel along: a signer and those above it.
pub const CERTIFICATES_MAX: usize = 8;
/// How every document here is signed.
pub const SUITE: Suite = Suite::Sm2Sm3;

const TYPE: &str = "type";

/// Why a document cannot be made, read or believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Larger than any document of these kinds.
    #[error("a signed document of {0} bytes is larger than {SIGNED_BYTES_MAX}")]
    TooLarge(usize),
    /// Not JSON, or not of this form.
    #[error("not a signed document: {0}")]
    Form(String),
    /// A value that canonical JSON does not have here.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// A document of another kind.
    #[error("a document of type {found} where {expected} is expected")]
    Kind {
        /// The type asked for.
        expected: String,
        /// The type it says it is.
        found: String,
    },
    /// Another algorithm than [`SUITE`].
    #[error("signed with {0}, which is not used for such documents")]
    Algorithm(String),
    /// The key did not make the signature over this payload.
    #[error("the signature is not that of the key it is checked with")]
    Signature,
}

/// A payload that only lacks its signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    payload: Value,
    message: Vec<u8>,
}

/// Puts `content`, an object, into its canonical form under a type such as
/// `yinzheng/trust-list/1`.
///
/// # Errors
/// The content is no object, has a member `type` of its own, or holds a fraction or a number that
/// JavaScript does not keep.
pub fn prepare(kind: &str, content: &impl Serialize) -> Result<Prepared, SignedError> {
    let value = serde_json::to_value(content).map_err(|error| SignedError::Form(error.to_string()));
    prepared(kind, value?)
}

fn prepared(kind: &str, mut payload: Value) -> Result<Prepared, SignedError> {
    let members = payload.as_object_mut();
    let members = members.ok_or_else(|| SignedError::Form("the payload is no object".into()))?;
    if members.insert(TYPE.to_owned(), kind.into()).is_some() {
        return Err(SignedError::Form("the payload has a type of its own".into()));
    }
    let message = canonical(&payload)?;
    Ok(Prepared { payload, message })
}

impl Prepared {
    /// The exact bytes to sign, with [`SUITE`] and the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The document: canonical JSON and a line feed. `certificates` are the signer's and those
    /// above it. Whether the signature is right is for the caller to check: it asked for it.
    #[must_use]
    pub fn complete(&self, certificates: &[Certificate], signature: &[u8]) -> Vec<u8> {
        let certificates = certificates.iter().map(|one| STANDARD.encode(one.der()));
        let document = json!({
            "payload": self.payload,
            "signature": {
                "algorithm": SUITE.name(),
                "certificates": certificates.collect::<Vec<_>>(),
                "value": STANDARD.encode(signature),
            },
        });
        // The payload is canonical already, and the rest are texts.
        let mut bytes = canonical(&document).expect("canonical parts");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests;
