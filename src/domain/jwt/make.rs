//! Tokens of our own: prepared, signed elsewhere, completed.

use super::Algorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use formats::algorithm::{Suite, der_to_raw};
use serde_json::{Map, Value};

/// A token that only lacks its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    algorithm: Algorithm,
    message: String,
}

/// A token of these claims, to be signed by the key named `key_id`.
#[must_use]
pub fn prepare(
    algorithm: Algorithm,
    key_id: Option<&str>,
    claims: &Map<String, Value>,
) -> Prepared {
    let mut header = Map::new();
    header.insert("alg".to_owned(), algorithm.as_str().into());
    header.insert("typ".to_owned(), "JWT".into());
    header.extend(key_id.map(|id| ("kid".to_owned(), id.into())));
    let part = |members: &Map<String, Value>| {
        URL_SAFE_NO_PAD.encode(Value::Object(members.clone()).to_string())
    };
    Prepared { algorithm, message: format!("{}.{}", part(&header), part(claims)) }
}

impl Prepared {
    /// What is signed.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        self.message.as_bytes()
    }

    /// How it is signed.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.algorithm.suite()
    }

    /// The token; a signature of two numbers is given as DER. `None` when it is not.
    #[must_use]
    pub fn complete(self, signature: &[u8]) -> Option<String> {
        let raw = match self.algorithm.is_of_two_numbers() {
            true => der_to_raw(signature)?,
            false => signature.to_vec(),
        };
        Some(format!("{}.{}", self.message, URL_SAFE_NO_PAD.encode(raw)))
    }
}
