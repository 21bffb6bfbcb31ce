//! Ed25519 (RFC 8032, clause 5.1), by aws-lc.

use super::SignatureError;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

/// Length of a public key.
pub(super) const KEY_BYTES: usize = 32;

pub(super) fn verify(
    key: &[u8; KEY_BYTES],
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    // The message is gone through twice, so it cannot be given in parts.
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&message.concat(), signature)
        .map_err(|_| SignatureError::Mismatch)
}
