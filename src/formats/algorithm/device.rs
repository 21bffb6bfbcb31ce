//! Signatures by a key that a device keeps: prepare here, let the device sign, complete here.
//!
//! The value that is signed is computed from the message, in one place: a device that digests by
//! itself would need the identifier of the signer and may leave it out. Nothing is completed that
//! does not verify.

use super::{
    Digest, KeyError, KeyKind, PublicKey, SM2_DEFAULT_ID, SignError, SignatureError, Suite,
    goes_with, sm2_raw_to_der, verify,
};
use crate::der::write;
use crate::oid;

/// A message on its way to a device that keeps the key.
#[derive(Clone, Debug)]
pub struct Prepared<'a> {
    suite: Suite,
    key: &'a PublicKey,
    message: &'a [u8],
    value: Vec<u8>,
}

/// Prepares a signature over `message`; SM2 with the default identifier.
///
/// # Errors
/// The suite is not one of this key, or not one that is made.
pub fn prepare<'a>(
    suite: Suite,
    key: &'a PublicKey,
    message: &'a [u8],
) -> Result<Prepared<'a>, SignError> {
    if !goes_with(suite, key) {
        return Err(SignError::KeyMismatch);
    }
    let value = match suite {
        Suite::RsaPkcs1(digest) => digest_info(digest, message),
        _ => digest_to_sign(suite, key, message)?,
    };
    Ok(Prepared { suite, key, message, value })
}

/// What is signed of a message: e of SM2 with the default identifier, the digest of the other suites.
///
/// # Errors
/// The suite is not one of this key, or not one that is made.
pub fn digest_to_sign(suite: Suite, key: &PublicKey, message: &[u8]) -> Result<Vec<u8>, SignError> {
    if !goes_with(suite, key) {
        return Err(SignError::KeyMismatch);
    }
    match (suite, key.sm2()) {
        (Suite::Sm2Sm3, Some(key)) => Ok(key.value(SM2_DEFAULT_ID, &[message])?.to_vec()),
        (Suite::EcdsaP256(Digest::Sha256), _) => Ok(Digest::Sha256.hash(&[message])),
        (Suite::RsaPss(digest) | Suite::RsaPkcs1(digest), _) => Ok(digest.hash(&[message])),
        _ => Err(SignError::KeyMismatch),
    }
}

impl Prepared<'_> {
    /// What the device signs, without digesting it again: e of SM2, the digest of ECDSA and PSS, the
    /// `DigestInfo` of PKCS#1 v1.5.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The signature as messages carry it, from what the device answered: r‖s of 32 bytes each for
    /// SM2 and ECDSA, the block itself for RSA.
    ///
    /// # Errors
    /// The answer is no signature of this message by this key.
    pub fn complete(self, answer: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let signature = match self.suite {
            Suite::Sm2Sm3 => sm2_raw_to_der(answer).ok_or(SignatureError::Mismatch)?,
            Suite::EcdsaP256(_) => raw_to_der(answer).ok_or(SignatureError::Mismatch)?,
            _ => answer.to_vec(),
        };
        verify(self.suite, self.key, SM2_DEFAULT_ID, &[self.message], &signature)?;
        Ok(signature)
    }
}

/// `DigestInfo ::= SEQUENCE { digestAlgorithm, digest OCTET STRING }` (RFC 8017, 9.2).
fn digest_info(digest: Digest, message: &[u8]) -> Vec<u8> {
    let algorithm = write::sequence(&[&write::oid(&digest.oid()), &write::null()]);
    write::sequence(&[&algorithm, &write::octet_string(&digest.hash(&[message]))])
}

/// The DER form of a signature given as r‖s of 32 bytes each, as devices and browsers write it; whether
/// the numbers are in range is for whoever verifies it. `None` for another length.
#[must_use]
pub fn raw_to_der(raw: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = raw.split_at_checked(32).filter(|(_, s)| s.len() == 32)?;
    Some(write::sequence(&[&write::unsigned(r), &write::unsigned(s)]))
}

impl PublicKey {
    /// The key of a point `04‖X‖Y` that a device gave out: SM2 or P-256.
    ///
    /// # Errors
    /// Another kind, or no point of its curve.
    pub fn from_point(kind: &KeyKind, point: &[u8]) -> Result<Self, KeyError> {
        let curve = match kind {
            KeyKind::Sm2 => oid::SM2_CURVE,
            KeyKind::P256 => oid::P256_CURVE,
            other => return Err(KeyError::Unsupported(other.to_string())),
        };
        let parts = [write::oid(&oid::EC_PUBLIC_KEY), write::oid(&curve)].concat();
        Self::from_spki(&write::sequence(&[&write::sequence(&[&parts]), &write::bit_string(point)]))
    }

    /// The key of an RSA modulus and exponent that a device gave out, both big-endian.
    ///
    /// # Errors
    /// Numbers that cannot be those of a key.
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let numbers = [write::unsigned(modulus), write::unsigned(exponent)];
        Self::of_rsa(&write::sequence(&[&numbers[0], &numbers[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm;

    /// The device: signs the value with the key of GB/T 32918.5, without any knowledge of messages.
    fn p256(key: &aws_lc_rs::signature::EcdsaKeyPair, message: &[u8]) -> Vec<u8> {
        let random = aws_lc_rs::rand::SystemRandom::new();
        key.sign(&random, message).expect("signed").as_ref().to_vec()
    }

    #[test]
    fn the_value_of_each_suite() {
        let sm2 = sm::PrivateKey::from_scalar(&[7; 32]).expect("in range");
        let sm2 = PublicKey::of_sm2(sm2.public());
        let prepared = prepare(Suite::Sm2Sm3, &sm2, b"message").expect("prepared");
        let z = sm2.sm2().expect("SM2").z(SM2_DEFAULT_ID).expect("short");
        assert_eq!(prepared.value(), sm::sm3(&[&z, b"message"]), "e = SM3(Z ‖ M)");
        assert_eq!(
            hex::encode(&digest_info(Digest::Sha256, b"abc")[..19]),
            "3031300d060960864801650304020105000420",
            "RFC 8017, 9.2, note 1"
        );
        for other in [Suite::RsaPkcs1(Digest::Sha256), Suite::EcdsaP256(Digest::Sha256)] {
            assert_eq!(prepare(other, &sm2, b"").err(), Some(SignError::KeyMismatch));
        }
    }

    #[test]
    fn what_does_not_verify_is_not_completed() {
        use aws_lc_rs::signature::{self as lc, EcdsaKeyPair, KeyPair};
        let pair = EcdsaKeyPair::generate(&lc::ECDSA_P256_SHA256_FIXED_SIGNING).expect("made");
        let key = PublicKey::from_point(&KeyKind::P256, pair.public_key().as_ref()).expect("a key");
        let suite = Suite::EcdsaP256(Digest::Sha256);
        let begun = || prepare(suite, &key, b"message").expect("prepared");
        assert_eq!(begun().value(), Digest::Sha256.hash(&[b"message"]));
        let raw = p256(&pair, b"message");
        let signature = begun().complete(&raw).expect("right");
        verify(suite, &key, SM2_DEFAULT_ID, &[b"message"], &signature).expect("verifies");
        for place in [0, 31, 32, 63] {
            let mut wrong = raw.clone();
            wrong[place] ^= 1;
            assert!(begun().complete(&wrong).is_err(), "bit of byte {place}");
        }
        for wrong in [&raw[1..], &[], &[0; 64], &[0xff; 64], &p256(&pair, b"another")] {
            assert!(begun().complete(wrong).is_err(), "{wrong:02x?}");
        }
    }
}
