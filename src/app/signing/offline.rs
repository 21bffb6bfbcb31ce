//! What a signer looks at before it signs: that the bytes to sign are those of its own document.

use crate::view::PreparedSigningView;
use crate::{AppError, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::signing::SigningAlgorithm;
use formats::algorithm::device::digest_to_sign;
use formats::algorithm::{PrivateKey, SM2_DEFAULT_ID, verify};
use formats::pdf::sign::{PadesElsewhere, Prepared};
use formats::x509::{Certificate, pem_blocks};
use gateway::random::SystemRandom;

/// What was looked at, and the signature value.
#[derive(Clone, Debug)]
pub struct SigningSummary {
    /// The signature value, in base64.
    pub signature: String,
    /// The digest that was signed, in hexadecimal.
    pub digest: String,
}

/// Signs what a service has prepared, with a key in a file (PKCS#8, PEM), if it is of this document:
/// the prepared file begins with it, the digest of what the signature covers stands in the bytes to
/// sign, and the digest of these is the one that is told.
///
/// # Errors
/// `signing_mismatch` with what does not fit; nothing was signed then.
pub fn sign_prepared(
    view: &PreparedSigningView,
    document: &[u8],
    prepared: &[u8],
    (key, certificate): (&str, &str),
) -> Result<SigningSummary, AppError> {
    let unfit = |detail: &str| refused("signing_mismatch", detail);
    let algorithm: SigningAlgorithm =
        view.algorithm.parse().map_err(|cause| refused("signing_mismatch", cause))?;
    let suite = super::suite(algorithm);
    if !prepared.starts_with(document) {
        return Err(unfit("the prepared file does not begin with the document"));
    }
    let made = made(&view.byte_range, document, prepared);
    let made = made.ok_or_else(|| unfit("the covered bytes are not those of the file"))?;
    let message = STANDARD.decode(&view.to_be_signed);
    let message = message.map_err(|_| unfit("the bytes to sign cannot be read"))?;
    let keys = pem_blocks(key, "PRIVATE KEY").map_err(|cause| refused("signing_key", cause))?;
    let der = keys.first().ok_or_else(|| refused("signing_key", "no private key (PKCS#8, PEM)"))?;
    let key = PrivateKey::from_pkcs8(der).map_err(|cause| refused("signing_key", cause))?;
    let own = Certificate::all_from_pem(certificate);
    let own = own.map_err(|cause| refused("signer_certificate", cause))?;
    let own = own.first().filter(|one| one.public_key().ok() == Some(key.public_key()));
    let own =
        own.ok_or_else(|| refused("signing_key", "the key is not that of the certificate"))?;
    // Built anew and compared whole: a digest that merely stands in it somewhere proves nothing.
    let expected = PadesElsewhere::new(&made, own, &[], suite);
    if !expected.is_ok_and(|expected| expected.message() == message) {
        return Err(unfit("the bytes to sign are not of this document"));
    }
    let failed = |cause| AppError::internal("signing with a key in a file".to_owned(), cause);
    let digest = digest_to_sign(suite, key.public_key(), &message).map_err(failed)?;
    if hex::encode(&digest) != view.digest {
        return Err(unfit("the digest is not that of the bytes to sign"));
    }
    let value = key.sign(suite, SM2_DEFAULT_ID, &message, &mut SystemRandom).map_err(failed)?;
    verify(suite, key.public_key(), SM2_DEFAULT_ID, &[&message], &value)
        .map_err(|cause| AppError::internal("signing with a key in a file".to_owned(), cause))?;
    Ok(SigningSummary { signature: STANDARD.encode(value), digest: view.digest.clone() })
}

/// What was prepared, if the ranges leave nothing out but one empty gap in what was added to the document.
fn made<'a>(byte_range: &[u64], document: &'a [u8], file: &[u8]) -> Option<Prepared<'a>> {
    let [from, first, start, second] = byte_range else { return None };
    let place = |number: u64| usize::try_from(number).ok();
    let (first, start) = (place(*first)?, place(*start)?);
    let whole = *from == 0 && start.checked_add(place(*second)?)? == file.len();
    let inside = |at: usize| at.checked_sub(document.len());
    let added = file.get(document.len()..)?.to_vec();
    Prepared::resume(document, added, inside(first)?..inside(start)?).filter(|_| whole)
}
