//! Trust lists: who may vouch for what, from when to when. A list is a signed document
//! ([`crate::signed`]) with a version that only grows; the key that signs it is configured and
//! never taken from the list.

mod document;
mod seen;

pub use seen::Seen;

use crate::signed::{self, Opened, Prepared, SignedError};
use crate::validation::{Anchor, Mandate, Policy, Purpose, TrustSource};
use document::Content;
use formats::algorithm::{Digest, PublicKey};
use formats::x509::Certificate;
use serde::Deserialize;
use time::OffsetDateTime;

/// The type that the payload of a trust list names.
pub const TYPE: &str = "yinzheng/trust-list/1";
/// Most entries: every county of the country could have one seal authority.
pub const ENTRIES_MAX: usize = 4096;

/// Who may vouch for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustList {
    /// Whose list it is.
    pub name: Words,
    /// Grows with every edition.
    pub version: u64,
    /// When it was issued.
    pub issued: OffsetDateTime,
    /// When the next one is due at the latest; after that nobody can say that it still holds.
    pub next_update: OffsetDateTime,
    /// Whether a certificate of which no list and no answer speaks leaves the answer open.
    pub revocation_required: bool,
    /// Who vouches.
    pub entries: Vec<Entry>,
    /// Certificates that only help to build paths.
    pub certificates: Vec<Certificate>,
    /// Where revocation may be asked: `http://HOST[:PORT]/PATH`. Nothing else is ever contacted.
    pub responders: Vec<String>,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// One who vouches: an authority, or the maker of seals itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its certificate.
    pub certificate: Certificate,
    /// Its name for people.
    pub name: Words,
    /// For what it vouches.
    pub uses: Vec<Purpose>,
    /// Within what.
    pub mandate: Mandate,
}

/// Why a trust list is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustListError {
    /// Not a signed document of this kind, or not signed by the key.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// A value that makes no sense.
    #[error("{what}: {reason}")]
    Value {
        /// Where.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An older edition than one that was seen, or another one of the same number.
    #[error("version {found} of the trust list, where version {seen} was seen already")]
    Rollback {
        /// Its version.
        found: u64,
        /// The newest version seen.
        seen: u64,
    },
}

impl TrustListError {
    fn value(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Value { what: what.into(), reason: reason.into() }
    }
}

impl TrustList {
    /// Reads a list that `signer` has signed.
    ///
    /// # Errors
    /// It is no such list, or one of its values makes no sense.
    pub fn read(bytes: &[u8], signer: &PublicKey) -> Result<Self, TrustListError> {
        signed::open(bytes, TYPE)?.verify::<Content>(signer)?.try_into()
    }

    /// Reads what a list says without knowing who signed it: to show it, never to use it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn claimed(bytes: &[u8]) -> Result<(Self, Opened), TrustListError> {
        let opened = signed::open(bytes, TYPE)?;
        Ok((opened.claimed::<Content>()?.try_into()?, opened))
    }

    /// Reads the content of a list that is yet to be signed, as JSON; `certificate` finds the
    /// certificate that a text names: base64 of DER, or the name of a file.
    ///
    /// # Errors
    /// Not the content of a list, or one of its values makes no sense.
    pub fn draft(
        json: &[u8],
        certificate: &mut dyn FnMut(&str) -> Result<Certificate, String>,
    ) -> Result<Self, TrustListError> {
        let content: Content =
            serde_json::from_slice(json).map_err(|error| SignedError::Form(error.to_string()))?;
        content.read(certificate)
    }

    /// Prepares it for signing.
    ///
    /// # Errors
    /// One of its values makes no sense.
    pub fn prepare(&self) -> Result<Prepared, TrustListError> {
        let content = Content::from(self);
        Self::try_from(content.clone())?;
        Ok(signed::prepare(TYPE, &content)?)
    }

    /// What a report says of it.
    #[must_use]
    pub fn source(&self) -> TrustSource {
        TrustSource::List {
            name: self.name.zh.clone(),
            version: self.version,
            issued: self.issued,
            next_update: self.next_update,
        }
    }

    /// A policy that believes this list and nothing else.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let anchor = |entry: &Entry| Anchor {
            certificate: entry.certificate.clone(),
            purposes: entry.uses.clone(),
            mandate: entry.mandate.clone(),
        };
        let mut policy = Policy::new(self.entries.iter().map(anchor).collect());
        policy.intermediates.clone_from(&self.certificates);
        policy.revocation.required = self.revocation_required;
        policy.source = self.source();
        policy
    }
}

/// SM3 of a list as it stands in its file, to tell two editions of one number apart.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Digest::Sm3.hash(&[bytes]))
}

#[cfg(test)]
mod tests;
