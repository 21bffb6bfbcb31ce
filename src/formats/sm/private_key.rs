//! The SM2 private key and signing (GB/T 32918.2, clause 6).

use super::key::PublicKey;
use super::nonce::Nonces;
use super::signature::Signature;
use crate::algorithm::{Random, RandomFailed, SignError};
use elliptic_curve::PrimeField;
use elliptic_curve::ops::Reduce;
use sm2_curve::{FieldBytes, NonZeroScalar, Scalar};
use zeroize::{Zeroize, Zeroizing};

/// A private number outside [1, n−2]. For n−1 the inverse of 1+d does not exist: such a key
/// signs, and nothing verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("SM2 private key is not a number of 32 bytes in [1, n-2]")]
pub struct ScalarOutOfRange;

pub(crate) struct PrivateKey {
    d: Scalar,
    /// (1 + d)⁻¹, computed once.
    inverse: Scalar,
    public: PublicKey,
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        self.d.zeroize();
        self.inverse.zeroize();
    }
}

impl PrivateKey {
    /// Exactly 32 bytes, as RFC 5915 fixes the length; 31 bytes with a dropped zero are refused.
    pub(crate) fn from_scalar(bytes: &[u8]) -> Result<Self, ScalarOutOfRange> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| ScalarOutOfRange)?;
        let d =
            Scalar::from_repr(FieldBytes::from(*bytes)).into_option().ok_or(ScalarOutOfRange)?;
        let inverse = sm2_curve::inverse(&(d + Scalar::ONE)).ok_or(ScalarOutOfRange)?;
        let point = sm2_curve::public_point(&d).ok_or(ScalarOutOfRange)?;
        let public = PublicKey::from_point(&point).map_err(|_| ScalarOutOfRange)?;
        Ok(Self { d, inverse, public })
    }

    pub(crate) fn generate(random: &mut dyn Random) -> Result<Self, RandomFailed> {
        // Four draws outside [1, n−2] in a row have a chance below 2^-120: the source is broken.
        for _ in 0..4 {
            let mut bytes = Zeroizing::new([0; 32]);
            random.fill(&mut bytes[..])?;
            if let Ok(key) = Self::from_scalar(&bytes[..]) {
                return Ok(key);
            }
        }
        Err(RandomFailed)
    }

    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn to_scalar(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.d.to_repr().into())
    }

    pub(crate) fn sign(
        &self,
        id: &[u8],
        message: &[&[u8]],
        random: &mut dyn Random,
    ) -> Result<Signature, SignError> {
        let e = self.public.e(id, message)?;
        let mut fresh = Zeroizing::new([0; 32]);
        random.fill(&mut fresh[..])?;
        let mut nonces = Nonces::new(&self.to_scalar(), &e.to_repr().into(), &fresh);
        loop {
            if let Some(signature) = self.sign_with_nonce(&e, &nonces.next()) {
                return Ok(signature);
            }
        }
    }

    /// Steps A4–A6; `None` when this k must not be used (r = 0, r + k = n, or s = 0).
    pub(super) fn sign_with_nonce(&self, e: &Scalar, k: &NonZeroScalar) -> Option<Signature> {
        let r = NonZeroScalar::new(*e + Scalar::reduce(&sm2_curve::nonce_x(k))).into_option()?;
        let sum = NonZeroScalar::new(*r + **k).into_option()?;
        // (1+d)⁻¹(k − rd) = (1+d)⁻¹(k + r) − r: the private number enters once.
        let s = NonZeroScalar::new(self.inverse * *sum - *r).into_option()?;
        Some(Signature { r, s })
    }
}
