//! Facts about one signature value and one digest, shared by seals and signed messages.

use crate::algorithm::{
    AlgorithmError, Digest, KeyError, PublicKey, SM2_DEFAULT_ID, SignatureError, Suite,
    sm2_raw_to_der, verify, verify_once,
};
use crate::der::{Reader, tag};
use crate::original::Original;
use crate::seen::Seen;
use crate::x509::Certificate;
use std::borrow::Cow;
use std::fmt;

/// What became of checking one signature value over its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureFact {
    /// The key of the certificate made this signature over these bytes.
    Verified {
        /// Key, padding and digest.
        suite: Suite,
        /// How the value was written.
        encoding: Encoding,
    },
    /// It did not.
    Bad {
        /// Key, padding and digest.
        suite: Suite,
        /// How the value was written.
        encoding: Encoding,
        /// In what way it is bad.
        reason: SignatureError,
    },
    /// Nothing can be said; this is never as good as verified.
    Undecidable(Undecidable),
}

impl SignatureFact {
    /// The suite, when one was found.
    #[must_use]
    pub fn suite(&self) -> Option<Suite> {
        match self {
            Self::Verified { suite, .. } | Self::Bad { suite, .. } => Some(*suite),
            Self::Undecidable(_) => None,
        }
    }
}

/// How a signature value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As the suite's standard asks; for SM2 and ECDSA a DER SEQUENCE of r and s.
    Standard,
    /// SM2 as 64 bytes r‖s, which no standard of these structures allows and some files have.
    Raw,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Standard => "standard",
            Self::Raw => "raw r‖s",
        })
    }
}

/// Why nothing can be said about a signature value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecidable {
    /// The certificate is not readable.
    #[error("the certificate is not readable: {0}")]
    Certificate(String),
    /// No certificate of the signer is at hand.
    #[error("the signer's certificate is not at hand")]
    NoCertificate,
    /// The key in the certificate is not usable.
    #[error("the key is not usable: {0}")]
    Key(String),
    /// The algorithm is not in the allow-list, or does not go with the key.
    #[error("{0}")]
    Algorithm(#[from] AlgorithmError),
    /// The digest algorithm is not in the allow-list.
    #[error("digest {0} is not supported")]
    Digest(String),
    /// The bytes that were signed are not at hand.
    #[error("what was signed is not at hand")]
    NoOriginal,
}

impl From<KeyError> for Undecidable {
    fn from(error: KeyError) -> Self {
        Self::Key(error.to_string())
    }
}

/// What became of comparing a stored digest with the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestFact {
    /// Equal under this algorithm.
    Equal(Digest),
    /// Different under this algorithm.
    Different(Digest),
    /// There was no original to compare with.
    NoOriginal,
    /// The structure holds no digest.
    Absent,
}

impl DigestFact {
    /// Compares `stored` with the digest of `original`.
    #[must_use]
    pub fn of(stored: &[u8], digest: Digest, original: Option<Original<'_>>) -> Self {
        match original {
            None => Self::NoOriginal,
            Some(original) if original.digest(digest) == stored => Self::Equal(digest),
            Some(_) => Self::Different(digest),
        }
    }
}

/// A certificate found in a structure; an unreadable one is kept as the reason.
pub type CertificateFact = Result<Certificate, Undecidable>;

/// Reads a certificate found in a structure.
pub(crate) fn certificate(der: &[u8], seen: &mut Seen) -> CertificateFact {
    seen.certificate(der).map_err(|error| Undecidable::Certificate(error.to_string()))
}

/// The usable key of a certificate found in a structure.
pub(crate) fn key_of(certificate: &CertificateFact) -> Result<&PublicKey, Undecidable> {
    let certificate = certificate.as_ref().map_err(Clone::clone)?;
    certificate.public_key().map_err(|error| Undecidable::Key(error.to_string()))
}

/// Checks a signature value with the default SM2 identifier, which all structures here use.
pub(crate) fn check(
    suite: Suite,
    key: &PublicKey,
    message: &[&[u8]],
    signature: &[u8],
) -> SignatureFact {
    let (encoding, value) = standard_form(suite, signature);
    fact(suite, encoding, verify(suite, key, SM2_DEFAULT_ID, message, &value))
}

/// As [`check`], for what comes with file after file: one that held is not computed again.
pub(crate) fn check_once(
    suite: Suite,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> SignatureFact {
    let (encoding, value) = standard_form(suite, signature);
    fact(suite, encoding, verify_once(suite, key, SM2_DEFAULT_ID, message, &value))
}

fn fact(suite: Suite, encoding: Encoding, found: Result<(), SignatureError>) -> SignatureFact {
    match found {
        Ok(()) => SignatureFact::Verified { suite, encoding },
        Err(reason) => SignatureFact::Bad { suite, encoding, reason },
    }
}

/// Decides the form before anything is verified, so that one value is read in one way only.
fn standard_form(suite: Suite, signature: &[u8]) -> (Encoding, Cow<'_, [u8]>) {
    let raw = suite == Suite::Sm2Sm3 && signature.len() == 64 && !is_two_integers(signature);
    match sm2_raw_to_der(signature).filter(|_| raw) {
        Some(der) => (Encoding::Raw, Cow::Owned(der)),
        None => (Encoding::Standard, Cow::Borrowed(signature)),
    }
}

fn is_two_integers(bytes: &[u8]) -> bool {
    let two = || {
        let mut reader = Reader::only(bytes, tag::SEQUENCE)?.reader();
        reader.read(tag::INTEGER)?;
        reader.read(tag::INTEGER)?;
        reader.finish()
    };
    two().is_ok()
}
