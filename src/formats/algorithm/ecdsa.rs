//! ECDSA over P-256 and P-384, by aws-lc.

use super::{Digest, SignatureError};
use aws_lc_rs::signature::{self as lc, EcdsaVerificationAlgorithm, UnparsedPublicKey};

/// The curves whose signatures are verified; signatures are made with P-256 only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
}

/// The verifier of `SEQUENCE { r, s }`; `None` where aws-lc has no such pair.
fn verifier(curve: Curve, digest: Digest) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match (curve, digest) {
        (Curve::P256, Digest::Sha256) => &lc::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Digest::Sha384) => &lc::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Digest::Sha512) => &lc::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Digest::Sha256) => &lc::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Digest::Sha384) => &lc::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Digest::Sha512) => &lc::ECDSA_P384_SHA512_ASN1,
        (_, Digest::Sm3) => return None,
    })
}

/// True when `point` is `04‖X‖Y` of a point on the curve.
pub(super) fn is_point(curve: Curve, point: &[u8]) -> bool {
    let (len, algorithm) = match curve {
        Curve::P256 => (65, &lc::ECDSA_P256_SHA256_ASN1),
        Curve::P384 => (97, &lc::ECDSA_P384_SHA384_ASN1),
    };
    let uncompressed = point.len() == len && point[0] == 4;
    uncompressed && lc::ParsedPublicKey::new(algorithm, point).is_ok()
}

pub(super) fn verify(
    curve: Curve,
    digest: Digest,
    point: &[u8],
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let algorithm = verifier(curve, digest).ok_or(SignatureError::KeyMismatch)?;
    let value = digest.sha_value(message).ok_or(SignatureError::KeyMismatch)?;
    UnparsedPublicKey::new(algorithm, point)
        .verify_digest(&value, signature)
        .map_err(|_| SignatureError::Mismatch)
}
