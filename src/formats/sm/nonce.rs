//! Hedged nonces: a generator seeded with the private key, the message and fresh randomness.
//!
//! The construction is HMAC_DRBG (RFC 6979, clauses 3.2 and 3.6) with SM3. With a sound random
//! source the nonces are random; with a broken one (stuck, or repeated by a restored snapshot)
//! they still differ from message to message.

use super::sm3::hmac_sm3;
use elliptic_curve::PrimeField;
use sm2_curve::{FieldBytes, NonZeroScalar, Scalar};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Nonces {
    key: [u8; 32],
    value: [u8; 32],
}

impl Nonces {
    pub(super) fn new(scalar: &[u8; 32], e: &[u8; 32], fresh: &[u8; 32]) -> Self {
        let mut nonces = Self { key: [0; 32], value: [1; 32] };
        nonces.reseed(0, &[scalar, e, fresh]);
        nonces.reseed(1, &[scalar, e, fresh]);
        nonces
    }

    fn reseed(&mut self, step: u8, seed: &[&[u8]]) {
        let step = [step];
        let parts: Vec<&[u8]> =
            [&self.value[..], &step].into_iter().chain(seed.iter().copied()).collect();
        self.key = hmac_sm3(&self.key, &parts);
        self.value = hmac_sm3(&self.key, &[&self.value]);
    }

    /// The next k in [1, n−1]: a draw outside is thrown away, so that none is favored.
    pub(super) fn next(&mut self) -> Zeroizing<NonZeroScalar> {
        loop {
            self.value = hmac_sm3(&self.key, &[&self.value]);
            let drawn = Scalar::from_repr(FieldBytes::from(self.value)).into_option();
            self.reseed(0, &[]);
            if let Some(k) = drawn.and_then(|k| NonZeroScalar::new(k).into_option()) {
                return Zeroizing::new(k);
            }
        }
    }
}
