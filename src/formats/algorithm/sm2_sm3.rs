//! SM2 with SM3: the signer's identifier is part of what is signed, so it is always an argument.

use super::SignatureError;
use crate::sm;

pub(super) fn verify(
    key: &sm::PublicKey,
    id: &[u8],
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let signature = sm::Signature::from_der(signature)?;
    if key.verify(id, message, &signature)? { Ok(()) } else { Err(SignatureError::Mismatch) }
}
