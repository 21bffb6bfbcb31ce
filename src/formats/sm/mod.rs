//! SM2 signatures (GB/T 32918.2) and SM3 (GB/T 32905): keys, Z, identifiers, signature encoding.
//!
//! Everything here takes messages. A digest given by a caller could be one that was solved for
//! after the signature, so no public function signs or verifies a digest.

mod audit;
mod habit;
mod key;
mod nonce;
mod private_key;
mod signature;
mod sm3;

pub use audit::{NonceMark, nonce_mark};
pub(crate) use habit::digests;
pub use habit::{Habit, SignedNumber, habit};
pub use key::{ID_BYTES_MAX, IdTooLong, PointError, PublicKey};
pub(crate) use private_key::PrivateKey;
pub use private_key::ScalarOutOfRange;
pub use signature::{Signature, SignatureEncodingError};
pub use sm3::{hmac_sm3, sm3};

#[cfg(test)]
mod tests;
