//! The SM2 public key, its Z, and verification (GB/T 32918.2, clauses 5.5 and 7).

use super::signature::Signature;
use super::sm3::sm3;
use crate::algorithm::sm3_over;
use elliptic_curve::ops::Reduce;
use sm2_curve::{FieldBytes, Public, PublicPoint, Scalar};

/// Longest identifier: ENTL counts its bits in two bytes.
pub const ID_BYTES_MAX: usize = 8191;

/// Seal signatures of one seal begin with that seal, picture and all; what differs is shorter than this.
const END_BYTES: usize = 2048;

/// Parameters a and b and the base point, as they enter Z (GB/T 32918.5).
const A_B_G: [u8; 128] = *b"\
\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\
\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc\
\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\
\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93\
\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\
\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\
\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\
\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

/// A point of the curve other than infinity, with the 64 bytes X‖Y that enter Z.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(PublicPoint);

/// Why bytes are not an SM2 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// Not `04‖X‖Y` of 65 bytes. The compressed and hybrid forms are refused: GB/T 35276 knows
    /// only the uncompressed one, and no certificate in use has another.
    #[error("SM2 public key is not an uncompressed point of 65 bytes")]
    Form,
    /// The coordinates are not those of a point on the curve.
    #[error("SM2 public key is not a point on the curve")]
    NotOnCurve,
}

/// The identifier of a signer is longer than ENTL can count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("SM2 identifier of {0} bytes is longer than {ID_BYTES_MAX}")]
pub struct IdTooLong(pub usize);

impl PublicKey {
    /// Reads `04‖X‖Y`.
    ///
    /// # Errors
    /// Another form, coordinates not reduced modulo p, or a point that is not on the curve.
    pub fn from_point(bytes: &[u8]) -> Result<Self, PointError> {
        let bytes: &[u8; 65] = bytes.try_into().map_err(|_| PointError::Form)?;
        let [4, coordinates @ ..] = bytes else { return Err(PointError::Form) };
        PublicPoint::read(coordinates).map(Self).ok_or(PointError::NotOnCurve)
    }

    /// `04‖X‖Y`.
    #[must_use]
    pub fn to_point(&self) -> [u8; 65] {
        let mut bytes = [4; 65];
        bytes[1..].copy_from_slice(self.0.coordinates());
        bytes
    }

    /// Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA), clause 5.5.
    ///
    /// # Errors
    /// The identifier has more than [`ID_BYTES_MAX`] bytes.
    pub fn z(&self, id: &[u8]) -> Result<[u8; 32], IdTooLong> {
        let len = u16::try_from(id.len()).ok().filter(|len| usize::from(*len) <= ID_BYTES_MAX);
        let bits = len.ok_or(IdTooLong(id.len()))? * 8;
        Ok(sm3(&[&bits.to_be_bytes(), id, &A_B_G, self.0.coordinates()]))
    }

    /// SM3(Z ‖ M), what a device that keeps the key is given.
    pub(crate) fn value(&self, id: &[u8], message: &[&[u8]]) -> Result<[u8; 32], IdTooLong> {
        let z = self.z(id)?;
        let mut parts = vec![&z[..]];
        for part in message {
            let (begin, end) = part.split_at(part.len().saturating_sub(END_BYTES));
            parts.extend([begin, end]);
        }
        Ok(sm3_over(&parts))
    }

    /// e = SM3(Z ‖ M) as a number modulo n.
    pub(super) fn e(&self, id: &[u8], message: &[&[u8]]) -> Result<Scalar, IdTooLong> {
        Ok(Scalar::reduce(&FieldBytes::from(self.value(id, message)?)))
    }

    /// True when `signature` is this key's over the message parts under `id`, clause 7.1.
    ///
    /// # Errors
    /// The identifier has more than [`ID_BYTES_MAX`] bytes.
    pub fn verify(
        &self,
        id: &[u8],
        message: &[&[u8]],
        signature: &Signature,
    ) -> Result<bool, IdTooLong> {
        Ok(self.verify_e(&self.e(id, message)?, signature))
    }

    /// The number e for which a signature verifies: r − x.
    pub(super) fn number_of(&self, Signature { r, s }: &Signature) -> Option<Scalar> {
        let t = **r + **s;
        if bool::from(t.is_zero()) {
            return None;
        }
        self.0.sum_x(Public(**s), Public(t)).map(|x| **r - Scalar::reduce(&x))
    }

    /// Steps B5–B7; all inputs are public, so the time may vary.
    pub(super) fn verify_e(&self, e: &Scalar, Signature { r, s }: &Signature) -> bool {
        let t = **r + **s;
        if bool::from(t.is_zero()) {
            return false;
        }
        self.0.sum_x(Public(**s), Public(t)).is_some_and(|x| **r == *e + Scalar::reduce(&x))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sm::PublicKey(")?;
        self.0.coordinates().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
