//! The two encodings of an SM2 signature (GB/T 35276, clause 7.3; GB/T 32918.2).

use crate::der::{DerError, DerReason, Reader, tag, write};
use elliptic_curve::PrimeField;
use sm2_curve::{FieldBytes, NonZeroScalar, Scalar};

/// `SM2Signature ::= SEQUENCE { r INTEGER, s INTEGER }` with 1 ≤ r, s ≤ n − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub(super) r: NonZeroScalar,
    pub(super) s: NonZeroScalar,
}

/// Why bytes are not an SM2 signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureEncodingError {
    /// Not the SEQUENCE of two INTEGERs, or something follows it.
    #[error("SM2 signature is not DER SEQUENCE {{ r, s }}")]
    Der(#[source] DerError),
    /// r or s lies outside [1, n−1].
    #[error("r or s of the SM2 signature is outside [1, n-1]")]
    Range,
}

impl From<DerError> for SignatureEncodingError {
    fn from(error: DerError) -> Self {
        match error.reason {
            DerReason::Value("non-negative INTEGER") => Self::Range,
            _ => Self::Der(error),
        }
    }
}

impl Signature {
    /// Reads the DER form; nothing may follow it.
    ///
    /// # Errors
    /// Any deviation from DER, or a number outside [1, n−1].
    pub fn from_der(der: &[u8]) -> Result<Self, SignatureEncodingError> {
        let mut numbers = Reader::only(der, tag::SEQUENCE)?.reader();
        let r = scalar(numbers.any()?.unsigned_bytes()?)?;
        let s = scalar(numbers.any()?.unsigned_bytes()?)?;
        numbers.finish()?;
        Ok(Self { r, s })
    }

    /// Reads r‖s, each 32 bytes big-endian; `None` for another length or numbers out of range.
    #[must_use]
    pub fn from_raw(raw: &[u8]) -> Option<Self> {
        let (r, s) = raw.split_at_checked(32).filter(|(_, s)| s.len() == 32)?;
        Some(Self { r: scalar(r).ok()?, s: scalar(s).ok()? })
    }

    /// The DER form.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        write::sequence(&[&write::unsigned(&self.r.to_repr()), &write::unsigned(&self.s.to_repr())])
    }
}

/// A number in [1, n−1] from its big-endian magnitude of at most 32 bytes.
fn scalar(magnitude: &[u8]) -> Result<NonZeroScalar, SignatureEncodingError> {
    let mut bytes = FieldBytes::default();
    let start = bytes.len().checked_sub(magnitude.len()).ok_or(SignatureEncodingError::Range)?;
    bytes[start..].copy_from_slice(magnitude);
    let scalar = Scalar::from_repr(bytes).into_option().and_then(|scalar| {
        let nonzero: Option<NonZeroScalar> = NonZeroScalar::new(scalar).into();
        nonzero
    });
    scalar.ok_or(SignatureEncodingError::Range)
}
