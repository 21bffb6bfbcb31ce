//! Public keys as JSON (RFC 7517).

use super::{Algorithm, NAME_BYTES_MAX};
use crate::signed::json::strict;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use formats::algorithm::{KeyKind, PublicKey, RSA_BITS_MAX, RSA_BITS_MIN};
use serde_json::{Map, Value, json};

/// Most keys in a set; who changes keys has two or three.
pub const KEYS_MAX: usize = 32;
/// Longest set read: that many RSA keys of 8192 bits with their certificates.
const SET_BYTES_MAX: usize = 256 * 1024;

/// Why something is not a key to believe by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// Not JSON, or not of this form.
    #[error("not a public key or a set of public keys as JSON (RFC 7517)")]
    Form,
    /// Numbers or a point that are no key.
    #[error("the numbers are no usable public key")]
    Numbers,
    /// A kind of key, a use or an algorithm that no token here is signed with.
    #[error("a key of another kind: RSA from 2048 bits, EC on P-256 or SM2, and Ed25519 are used")]
    Kind,
    /// It has the private part with it, so it is no secret any more.
    #[error("this is a private key; send the public one, and make a new pair")]
    Private,
    /// More than [`KEYS_MAX`].
    #[error("at most {KEYS_MAX} keys are read")]
    TooMany,
    /// None that could be used.
    #[error("there is no usable key in it")]
    Empty,
}

/// A public key with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    key: PublicKey,
}

impl Key {
    /// A key under a name.
    #[must_use]
    pub fn new(id: Option<String>, key: PublicKey) -> Self {
        Self { id, algorithm: None, key }
    }

    /// Reads a key; white space and the order of members are free.
    ///
    /// # Errors
    /// It is not one, or is not one that is used here.
    pub fn read(json: &[u8]) -> Result<Self, KeyRefused> {
        match read(json)? {
            Value::Object(members) => Self::of(&members),
            _ => Err(KeyRefused::Form),
        }
    }

    fn of(members: &Map<String, Value>) -> Result<Self, KeyRefused> {
        if ["d", "p", "q", "k"].iter().any(|name| members.contains_key(*name)) {
            return Err(KeyRefused::Private);
        }
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= NAME_BYTES_MAX => Ok(Some(text.as_str())),
            Some(_) => Err(KeyRefused::Form),
        };
        if text("use")?.is_some_and(|purpose| purpose != "sig") {
            return Err(KeyRefused::Kind);
        }
        let algorithm = text("alg")?.map(str::parse).transpose().map_err(|_| KeyRefused::Kind)?;
        let key = numbers(members)?;
        Ok(Self { id: text("kid")?.map(str::to_owned), algorithm, key })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The key itself.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Whether tokens of this algorithm may be signed with it.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                matches!(self.key.kind(), KeyKind::Rsa { .. })
            }
            Algorithm::Es256 => self.key.kind() == KeyKind::P256,
            Algorithm::EdDsa => self.key.kind() == KeyKind::Ed25519,
            Algorithm::Sm2 => self.key.kind() == KeyKind::Sm2,
        };
        kind && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// The key as JSON, with its name; `None` for a kind that has no such form here.
    #[must_use]
    pub fn to_json(&self) -> Option<Value> {
        let point = |curve: &str| {
            let (x, y) = self.key.subject_public_key().get(1..)?.split_at_checked(32)?;
            Some(json!({"kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y)}))
        };
        let mut value = match self.key.kind() {
            KeyKind::P256 => point("P-256"),
            KeyKind::Sm2 => point("SM2"),
            KeyKind::Ed25519 => Some(json!({
                "kty": "OKP", "crv": "Ed25519", "x": encoded(self.key.subject_public_key()),
            })),
            KeyKind::Rsa { .. } => {
                let (n, e) = self.key.rsa_numbers()?;
                Some(json!({"kty": "RSA", "n": encoded(&n), "e": encoded(&e)}))
            }
            KeyKind::P384 | KeyKind::Unsupported(_) => None,
        }?;
        if let (Some(id), Some(members)) = (&self.id, value.as_object_mut()) {
            members.insert("kid".to_owned(), id.clone().into());
        }
        Some(value)
    }
}

fn numbers(members: &Map<String, Value>) -> Result<PublicKey, KeyRefused> {
    let word = |name: &str| members.get(name).and_then(Value::as_str).ok_or(KeyRefused::Form);
    let number = |name: &str| {
        let text = word(name)?;
        URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyRefused::Form)
    };
    let point = |kind: &KeyKind| {
        let point = [&[4][..], &number("x")?, &number("y")?].concat();
        PublicKey::of_point(kind, &point).map_err(|_| KeyRefused::Numbers)
    };
    match (word("kty")?, members.get("crv").and_then(Value::as_str)) {
        ("EC", Some("P-256")) => point(&KeyKind::P256),
        ("EC", Some("SM2")) => point(&KeyKind::Sm2),
        ("OKP", Some("Ed25519")) => {
            let bytes = number("x")?.try_into().map_err(|_| KeyRefused::Numbers)?;
            Ok(PublicKey::of_ed25519(bytes))
        }
        ("RSA", _) => {
            let (modulus, exponent) = (number("n")?, number("e")?);
            let key = PublicKey::of_rsa_numbers(&modulus, &exponent);
            let key = key.map_err(|_| KeyRefused::Numbers)?;
            let strong = matches!(key.kind(), KeyKind::Rsa { bits } if (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits));
            strong.then_some(key).ok_or(KeyRefused::Kind)
        }
        _ => Err(KeyRefused::Kind),
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read(json: &[u8]) -> Result<Value, KeyRefused> {
    if json.len() > SET_BYTES_MAX {
        return Err(KeyRefused::Form);
    }
    strict(json).map_err(|_| KeyRefused::Form)
}

/// The keys of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet(Vec<Key>);

impl KeySet {
    /// Reads `{"keys": […]}`. Keys of other kinds and purposes are left out, as RFC 7517, clause 5,
    /// asks; one with its private part is refused, and so is a set without a usable key.
    ///
    /// # Errors
    /// It is no such set.
    pub fn read(json: &[u8]) -> Result<Self, KeyRefused> {
        let set = read(json)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(KeyRefused::Form)?;
        if keys.len() > KEYS_MAX {
            return Err(KeyRefused::TooMany);
        }
        let mut read = Vec::new();
        for key in keys {
            match Key::of(key.as_object().ok_or(KeyRefused::Form)?) {
                Ok(key) => read.push(key),
                Err(KeyRefused::Private) => return Err(KeyRefused::Private),
                Err(_) => {}
            }
        }
        if read.is_empty() { Err(KeyRefused::Empty) } else { Ok(Self(read)) }
    }

    /// The key of this name, or without a name the only one, that goes with the algorithm.
    pub(super) fn only(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&PublicKey> {
        let fits = |key: &&Key| key.fits(algorithm) && (id.is_none() || key.id() == id);
        let mut fitting = self.0.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(&first.key)
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<Source: IntoIterator<Item = Key>>(keys: Source) -> Self {
        Self(keys.into_iter().collect())
    }
}
