//! RSA, PKCS#1 v1.5 and PSS (RFC 8017), by aws-lc.

use super::{AlgorithmError, Digest, KeyError, SignatureError};
use crate::der::{Element, Reader, tag, write};
use crate::oid::{self, Oid};
use aws_lc_rs::signature::{
    self as lc, ParsedPublicKey, RsaEncoding, RsaParameters, RsaPssSaltLength, UnparsedPublicKey,
};

/// Below this length keys are in reach of large attackers (NIST SP 800-131A).
pub const RSA_BITS_MIN: usize = 2048;
/// Longest modulus that aws-lc takes, and far above any certificate in use.
pub const RSA_BITS_MAX: usize = 8192;

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017, A.1.1): the
/// length of the modulus in bits.
///
/// e = 3 is read: it is safe where the whole padded block is compared, as it is here, and such keys
/// are in the test suites of all verifiers. Whether one is believed is for the policy to say.
pub(super) fn modulus_bits(key: &[u8]) -> Result<usize, KeyError> {
    let mut numbers = Reader::only(key, tag::SEQUENCE)?.reader();
    let modulus = numbers.any()?.unsigned_bytes()?;
    let exponent = numbers.any()?.unsigned_bytes()?;
    numbers.finish()?;
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    let exponent_fits = exponent.len() <= 4 && exponent != [1];
    if !odd(modulus) || !odd(exponent) || !exponent_fits {
        return Err(KeyError::RsaNumbers);
    }
    let leading = modulus[0].leading_zeros().try_into().unwrap_or(0);
    let bits = modulus.len() * 8 - leading;
    let strong = (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits);
    if strong && ParsedPublicKey::new(&lc::RSA_PKCS1_2048_8192_SHA256, key).is_err() {
        return Err(KeyError::RsaNumbers);
    }
    Ok(bits)
}

/// The public exponent; it has at most four bytes in every key that was read.
pub(super) fn exponent(key: &[u8]) -> Option<u32> {
    let mut numbers = Reader::only(key, tag::SEQUENCE).ok()?.reader();
    numbers.any().ok()?;
    let exponent = numbers.any().ok()?;
    let value = exponent.unsigned_bytes().ok()?;
    Some(value.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// How a PSS signature was made: one digest for message and mask, and the length of the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pss {
    pub(super) digest: Digest,
    pub(super) salt_len: u16,
}

/// `RSASSA-PSS-params` (RFC 4055, clause 3.1), every field as its DER.
///
/// The defaults of the first two fields are SHA-1, so absent fields are refused as such.
pub(super) fn pss(parameters: Element<'_>) -> Result<Pss, AlgorithmError> {
    let mut fields = parameters.expect(tag::SEQUENCE)?.reader();
    let unsupported = |oid: Oid| AlgorithmError::Unsupported(oid.to_string());
    let hash_field = fields.optional(tag::context(0))?;
    let mask_field = fields.optional(tag::context(1))?;
    let salt_field = fields.optional(tag::context(2))?;
    let trailer_field = fields.optional(tag::context(3))?;
    fields.finish()?;
    let (Some(hash_field), Some(mask_field)) = (hash_field, mask_field) else {
        return Err(unsupported(oid::SHA1));
    };
    let digest = digest_identifier(inner(hash_field)?)?;
    let mut mask = inner(mask_field)?.expect(tag::SEQUENCE)?.reader();
    let generator = mask.any()?.oid()?;
    if generator != oid::MGF1 {
        return Err(unsupported(generator));
    }
    let mask_digest = digest_identifier(mask.any()?)?;
    mask.finish()?;
    if mask_digest != digest {
        return Err(AlgorithmError::PssMaskDigest { digest, mask: mask_digest });
    }
    let number = |field: Element<'_>| Ok::<_, AlgorithmError>(inner(field)?.small_integer()?);
    let salt = salt_field.map_or(Ok(20), number)?;
    let trailer = trailer_field.map_or(Ok(1), number)?;
    match (u16::try_from(salt), trailer) {
        (Ok(salt_len), 1) => Ok(Pss { digest, salt_len }),
        _ => Err(AlgorithmError::PssSaltLength(salt)),
    }
}

fn inner(field: Element<'_>) -> Result<Element<'_>, AlgorithmError> {
    let mut reader = field.reader();
    let element = reader.any()?;
    reader.finish()?;
    Ok(element)
}

fn digest_identifier(identifier: Element<'_>) -> Result<Digest, AlgorithmError> {
    let (oid, parameters) = super::identifier(identifier)?;
    let digest = Digest::from_oid(&oid).filter(|digest| *digest != Digest::Sm3);
    match digest.filter(|_| super::null_or_absent(parameters)) {
        Some(digest) => Ok(digest),
        None => Err(AlgorithmError::Unsupported(oid.to_string())),
    }
}

fn pkcs1_parameters(digest: Digest) -> Option<&'static RsaParameters> {
    Some(match digest {
        Digest::Sha256 => &lc::RSA_PKCS1_2048_8192_SHA256,
        Digest::Sha384 => &lc::RSA_PKCS1_2048_8192_SHA384,
        Digest::Sha512 => &lc::RSA_PKCS1_2048_8192_SHA512,
        Digest::Sm3 => return None,
    })
}

/// Verifiers for one digest: salts of no byte, the default of RFC 4055, the three digest lengths,
/// and the longest that fits, which some signers take. Other lengths are reported as unsupported.
struct PssVerifiers {
    fixed: [(u16, RsaParameters); 5],
    longest: RsaParameters,
}

macro_rules! pss_verifiers {
    ($base:expr) => {{
        const fn salted(len: u16) -> (u16, RsaParameters) {
            (len, $base.with_pss_salt_length(RsaPssSaltLength::Custom(len)))
        }
        PssVerifiers {
            fixed: [salted(0), salted(20), salted(32), salted(48), salted(64)],
            longest: $base.with_pss_salt_length(RsaPssSaltLength::Max),
        }
    }};
}

static PSS_SHA256: PssVerifiers = pss_verifiers!(lc::RSA_PSS_2048_8192_SHA256);
static PSS_SHA384: PssVerifiers = pss_verifiers!(lc::RSA_PSS_2048_8192_SHA384);
static PSS_SHA512: PssVerifiers = pss_verifiers!(lc::RSA_PSS_2048_8192_SHA512);

/// The PSS verifier for a modulus of `bits`, a digest and a salt length, if there is one.
pub(super) fn pss_parameters(bits: usize, pss: Pss) -> Option<&'static RsaParameters> {
    let verifiers = match pss.digest {
        Digest::Sha256 => &PSS_SHA256,
        Digest::Sha384 => &PSS_SHA384,
        Digest::Sha512 => &PSS_SHA512,
        Digest::Sm3 => return None,
    };
    let longest = bits.saturating_sub(1).div_ceil(8).checked_sub(pss.digest.len() + 2)?;
    if usize::from(pss.salt_len) == longest {
        return Some(&verifiers.longest);
    }
    verifiers.fixed.iter().find(|(len, _)| *len == pss.salt_len).map(|(_, verifier)| verifier)
}

pub(super) fn verify_pkcs1(
    digest: Digest,
    key: &[u8],
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    verify(pkcs1_parameters(digest), digest, key, message, signature)
}

pub(super) fn verify_pss(
    (bits, key): (usize, &[u8]),
    pss: Pss,
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    verify(pss_parameters(bits, pss), pss.digest, key, message, signature)
}

fn verify(
    parameters: Option<&'static RsaParameters>,
    digest: Digest,
    key: &[u8],
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let parameters = parameters.ok_or(SignatureError::KeyMismatch)?;
    let value = digest.sha_value(message).ok_or(SignatureError::KeyMismatch)?;
    UnparsedPublicKey::new(parameters, key)
        .verify_digest(&value, signature)
        .map_err(|_| SignatureError::Mismatch)
}

/// PKCS#1 v1.5 padding for signing.
pub(super) fn pkcs1_encoding(digest: Digest) -> Option<&'static dyn RsaEncoding> {
    Some(match digest {
        Digest::Sha256 => &lc::RSA_PKCS1_SHA256,
        Digest::Sha384 => &lc::RSA_PKCS1_SHA384,
        Digest::Sha512 => &lc::RSA_PKCS1_SHA512,
        Digest::Sm3 => return None,
    })
}

/// PSS padding for signing, with a salt as long as the digest.
pub(super) fn pss_encoding(digest: Digest) -> Option<&'static dyn RsaEncoding> {
    Some(match digest {
        Digest::Sha256 => &lc::RSA_PSS_SHA256,
        Digest::Sha384 => &lc::RSA_PSS_SHA384,
        Digest::Sha512 => &lc::RSA_PSS_SHA512,
        Digest::Sm3 => return None,
    })
}

/// The AlgorithmIdentifier of PSS with every field written.
pub(super) fn pss_identifier(digest: Digest, salt_len: usize) -> Vec<u8> {
    let hash = write::sequence(&[&write::oid(&digest.oid()), &write::null()]);
    let mask = write::sequence(&[&write::oid(&oid::MGF1), &hash]);
    let salt = write::unsigned(&salt_len.to_be_bytes());
    let fields = write::sequence(&[
        &write::tlv(tag::context(0), &hash),
        &write::tlv(tag::context(1), &mask),
        &write::tlv(tag::context(2), &salt),
    ]);
    write::sequence(&[&write::oid(&oid::RSASSA_PSS), &fields])
}
