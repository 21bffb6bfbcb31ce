//! What a signature that does not verify was made over, for those who have to mend its maker.
//!
//! Verification solved for e: r − x, computable by anyone. That some message gives this number says
//! how a signer went wrong and proves nothing: nothing here answers whether a signature is good.

use super::key::PublicKey;
use super::signature::Signature;
use super::sm3::sm3;
use crate::algorithm::Digest;
use crate::text::hex;
use elliptic_curve::PrimeField;
use elliptic_curve::ops::Reduce;
use sm2_curve::{FieldBytes, Scalar};

/// How signers are known to arrive at e.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Habit {
    /// SM3(Z ‖ M) with this identifier (GB/T 32918.2, 6.1): the right way, if it is the agreed one.
    Id(Vec<u8>),
    /// SM3(M): Z is forgotten.
    WithoutZ,
    /// The message itself, 32 bytes, as the number: a digest given to a function that takes e.
    Itself,
    /// SM3(Z ‖ SM3(M)): a digest given to a function that takes messages.
    OverDigest,
    /// SM3(SM3(Z ‖ M)) or SM3(SM3(M)).
    Twice,
    /// SM3(Z ‖ text of SM3(M) in hexadecimal), or the same without Z.
    OverHex,
    /// SHA-256 in place of SM3, with or without Z.
    Sha256,
    /// The bytes of SM3(Z ‖ M) in reverse order.
    Reversed,
}

/// The number that a pair r, s belongs to under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedNumber(Scalar);

impl SignedNumber {
    /// Of a signature value; none where no number fits.
    #[must_use]
    pub fn of(key: &PublicKey, signature: &Signature) -> Option<Self> {
        key.number_of(signature).map(Self)
    }

    fn is(&self, digest: &[u8]) -> bool {
        let repr = <[u8; 32]>::try_from(digest).map(FieldBytes::from);
        repr.is_ok_and(|repr| Scalar::reduce(&repr).to_repr() == self.0.to_repr())
    }
}

/// By which habit the number is that of the message, `id` being the one to use; `None` when by
/// none of them.
#[must_use]
pub fn habit(
    number: SignedNumber,
    key: &PublicKey,
    (id, others): (&[u8], &[Vec<u8>]),
    message: &[&[u8]],
) -> Option<Habit> {
    let z = |id: &[u8]| key.z(id).ok();
    let prefixed = |z: &[u8; 32], digest: &dyn Fn(&[&[u8]]) -> Vec<u8>| {
        let parts: Vec<&[u8]> = std::iter::once(&z[..]).chain(message.iter().copied()).collect();
        digest(&parts)
    };
    let by_sm3 = |parts: &[&[u8]]| sm3(parts).to_vec();
    for one in std::iter::once(id).chain(others.iter().map(Vec::as_slice)) {
        if z(one).is_some_and(|z| number.is(&prefixed(&z, &by_sm3))) {
            return Some(Habit::Id(one.to_vec()));
        }
    }
    let z = z(id)?;
    let right = prefixed(&z, &by_sm3);
    let plain = sm3(message);
    let texts = [hex(&plain), hex(&plain).to_uppercase()];
    let over_text = |text: &String| {
        number.is(&sm3(&[&z, text.as_bytes()])) || number.is(&sm3(&[text.as_bytes()]))
    };
    let sha256 = |parts: &[&[u8]]| Digest::Sha256.hash(parts);
    let itself = || matches!(message, [only] if number.is(only));
    let reversed: Vec<u8> = right.iter().rev().copied().collect();
    match () {
        () if number.is(&plain) => Some(Habit::WithoutZ),
        () if itself() => Some(Habit::Itself),
        () if number.is(&sm3(&[&z, &plain])) => Some(Habit::OverDigest),
        () if number.is(&sm3(&[&right])) || number.is(&sm3(&[&plain])) => Some(Habit::Twice),
        () if texts.iter().any(over_text) => Some(Habit::OverHex),
        () if number.is(&reversed) => Some(Habit::Reversed),
        () if number.is(&sha256(message)) || number.is(&prefixed(&z, &sha256)) => {
            Some(Habit::Sha256)
        }
        () => None,
    }
}

/// Digests of a message that [`habit`] computes at most with so many other identifiers.
#[must_use]
pub(crate) const fn digests(others: usize) -> usize {
    others + 5
}

#[cfg(test)]
mod tests {
    use super::super::nonce::Nonces;
    use super::super::private_key::PrivateKey;
    use super::*;
    use crate::algorithm::SM2_DEFAULT_ID as ID;
    use crate::sample::TestRandom;

    const MESSAGE: &[u8] = b"thirty-two bytes, like a digest.";

    /// By which habit a signature over the number of `digest` was made over [`MESSAGE`].
    #[track_caller]
    fn check(digest: impl Fn(&[u8; 32]) -> Vec<u8>, expected: Option<Habit>) {
        let key = PrivateKey::generate(&mut TestRandom).expect("a key");
        let z = key.public().z(ID).expect("short");
        let digest: [u8; 32] = digest(&z).try_into().expect("32 bytes");
        let e = Scalar::reduce(&FieldBytes::from(digest));
        let mut nonces = Nonces::new(&key.to_scalar(), &digest, &[7; 32]);
        let signature = key.sign_with_nonce(&e, &nonces.next()).expect("a signature");
        let number = SignedNumber::of(key.public(), &signature).expect("a number");
        let others = [b"ALICE123@YAHOO.COM".to_vec()];
        assert_eq!(habit(number, key.public(), (ID, &others), &[MESSAGE]), expected);
    }

    #[test]
    fn each_habit_is_told() {
        let digest = sm3(&[MESSAGE]);
        let text = hex(&digest);
        let right = |z: &[u8; 32]| sm3(&[z, MESSAGE]).to_vec();
        check(right, Some(Habit::Id(ID.to_vec())));
        check(|_| digest.to_vec(), Some(Habit::WithoutZ));
        check(|_| MESSAGE.to_vec(), Some(Habit::Itself));
        check(|z| sm3(&[z, &digest]).to_vec(), Some(Habit::OverDigest));
        check(|z| sm3(&[&right(z)]).to_vec(), Some(Habit::Twice));
        check(|_| sm3(&[&digest]).to_vec(), Some(Habit::Twice));
        check(|_| sm3(&[text.to_uppercase().as_bytes()]).to_vec(), Some(Habit::OverHex));
        check(|z| right(z).into_iter().rev().collect(), Some(Habit::Reversed));
        check(|z| Digest::Sha256.hash(&[z, MESSAGE]), Some(Habit::Sha256));
        check(|_| Digest::Sha256.hash(&[MESSAGE]), Some(Habit::Sha256));
        check(|_| vec![9; 32], None);
    }
}
