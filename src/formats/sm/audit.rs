//! Finding signatures that share a nonce.

use super::key::{IdTooLong, PublicKey};
use super::signature::Signature;
use elliptic_curve::PrimeField;

/// r − e modulo n: the x coordinate of the nonce's point, computable by anyone.
///
/// Two different signatures of one key with equal marks were made with one nonce (or its
/// negative), and the private key follows from them: the key must be taken out of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NonceMark(pub [u8; 32]);

/// The mark of a signature over the message parts.
///
/// # Errors
/// The identifier is too long.
pub fn nonce_mark(
    key: &PublicKey,
    id: &[u8],
    message: &[&[u8]],
    signature: &Signature,
) -> Result<NonceMark, IdTooLong> {
    let e = key.e(id, message)?;
    Ok(NonceMark((*signature.r - e).to_repr().into()))
}
