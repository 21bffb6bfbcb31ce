//! A PAdES signature by a key that somebody else holds: what they sign, and what becomes of it.
//! Nothing is put into the document that does not verify.

use super::{NeedsRoom, Prepared};
use crate::algorithm::device::{digest_to_sign, raw_to_der};
use crate::algorithm::{SM2_DEFAULT_ID, SignError, SignatureError, Suite, verify};
use crate::cms::{self, BuildError, PadesDraft};
use crate::x509::Certificate;

/// A document and the message that its signer is still to sign.
#[derive(Clone, Debug)]
pub struct PadesElsewhere<'a> {
    document: &'a Prepared<'a>,
    message: cms::Prepared,
    document_digest: Vec<u8>,
    signer: &'a Certificate,
    suite: Suite,
}

/// Why a document was not completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCompleted {
    /// The value is no signature of the message by the key of the certificate.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The room in the document is too small for it.
    #[error(transparent)]
    Room(#[from] NeedsRoom),
}

impl<'a> PadesElsewhere<'a> {
    /// The message of a signature over `document` by the key of `signer`; `chain` is carried along.
    /// The same arguments give the same message, so that it need not be kept.
    ///
    /// # Errors
    /// The suite does not go with the key.
    pub fn new(
        document: &'a Prepared<'a>,
        signer: &'a Certificate,
        chain: &[Certificate],
        suite: Suite,
    ) -> Result<Self, BuildError> {
        let document_digest = suite.digest().hash(&document.covered());
        let draft = PadesDraft { signer, chain, suite, document_digest: &document_digest };
        let message = cms::prepare_pades(&draft)?;
        Ok(Self { document, message, document_digest, signer, suite })
    }

    /// The bytes to sign: the signed attributes.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        self.message.message()
    }

    /// The digest of the covered bytes of the document, as the message has it.
    #[must_use]
    pub fn document_digest(&self) -> &[u8] {
        &self.document_digest
    }

    /// The digest of the message, for signers that are given nothing else: e of SM2, with Z of the
    /// default identifier, and the plain digest of the other suites.
    ///
    /// # Errors
    /// The suite does not go with the key.
    pub fn digest_to_sign(&self) -> Result<Vec<u8>, SignError> {
        let key = self.signer.public_key().map_err(|error| SignError::Key(error.clone()))?;
        digest_to_sign(self.suite, key, self.message())
    }

    /// The signed document. SM2 and ECDSA values are DER, or r‖s of 32 bytes each, as devices and
    /// browsers write them.
    ///
    /// # Errors
    /// The value does not verify; nothing was put together then.
    pub fn complete(&self, value: &[u8]) -> Result<Vec<u8>, NotCompleted> {
        let key = self.signer.public_key().map_err(|_| SignatureError::KeyMismatch)?;
        let holds =
            |value: &[u8]| verify(self.suite, key, SM2_DEFAULT_ID, &[self.message()], value);
        let raw = match self.suite {
            Suite::Sm2Sm3 | Suite::EcdsaP256(_) => raw_to_der(value),
            _ => None,
        };
        let signature = match holds(value) {
            Ok(()) => value.to_vec(),
            Err(error) => {
                let raw = raw.filter(|raw| holds(raw).is_ok());
                raw.ok_or(error)?
            }
        };
        Ok(self.document.complete(&self.message.complete(&signature, None))?)
    }
}

#[cfg(test)]
mod tests;
