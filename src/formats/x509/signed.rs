//! A signed part, the algorithm and the value, as certificates, lists and answers have them
//! (RFC 5280, clause 4.1.1).

use super::certificate::CertificateSignatureError;
use crate::algorithm::{self, PublicKey, SM2_DEFAULT_ID};
use crate::der::{DerError, Element, Reader, tag};
use std::ops::Range;
use std::sync::OnceLock;

/// Where the three stand.
pub(super) struct Signed {
    tbs: Range<usize>,
    algorithm: Range<usize>,
    value: Range<usize>,
    /// The key that is known to have made the signature: neither ever changes.
    made_by: OnceLock<PublicKey>,
}

impl Signed {
    /// Reads the three, and hands out the signed part.
    pub(super) fn read<'a>(outer: &mut Reader<'a>) -> Result<(Self, Element<'a>), DerError> {
        let tbs = outer.read(tag::SEQUENCE)?;
        let algorithm = outer.read(tag::SEQUENCE)?;
        algorithm::identifier(algorithm)?;
        let value = outer.read(tag::BIT_STRING)?;
        let len = value.bit_string()?.len();
        let end = value.offset() + value.raw().len();
        let (value, made_by) = (end - len..end, OnceLock::new());
        Ok((Self { tbs: range(tbs), algorithm: range(algorithm), value, made_by }, tbs))
    }

    /// The signed part, as stored.
    pub(super) fn tbs<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        &der[self.tbs.clone()]
    }

    /// The AlgorithmIdentifier, as stored.
    pub(super) fn algorithm<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        &der[self.algorithm.clone()]
    }

    /// The signature value.
    pub(super) fn value<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        &der[self.value.clone()]
    }

    /// Checks the signature, SM2 with the default identifier. One that held is not computed again.
    pub(super) fn verify(
        &self,
        der: &[u8],
        key: &PublicKey,
    ) -> Result<(), CertificateSignatureError> {
        if self.made_by.get() == Some(key) {
            return Ok(());
        }
        let suite = algorithm::suite_of(self.algorithm(der), key, None)?;
        algorithm::verify_once(suite, key, SM2_DEFAULT_ID, self.tbs(der), self.value(der))?;
        // Another thread may have been first.
        let _ = self.made_by.set(key.clone());
        Ok(())
    }
}

pub(super) fn range(element: Element<'_>) -> Range<usize> {
    element.offset()..element.offset() + element.raw().len()
}
