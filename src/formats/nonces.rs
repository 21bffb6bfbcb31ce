//! What signatures show of the nonces they were made with: two different signatures of one key with
//! the same mark give that key away, and anyone can compute the marks.

use crate::algorithm::{SM2_DEFAULT_ID, sm2_raw_to_der};
use crate::cms::{SignedData, SignerId};
use crate::container::{self, Kind};
use crate::der::{Reader, tag};
use crate::examine::FileFacts;
use crate::oid;
use crate::ses::{Seal, SealSignature};
use crate::sm::{self, Signature};
use crate::x509::Certificate;

/// One signature by SM2 or ECDSA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// SM3 of the signer's SubjectPublicKeyInfo.
    pub key: [u8; 32],
    /// What all signatures of this key with this nonce, or its negative, have in common.
    pub mark: Vec<u8>,
    /// The signature value: a copy of one signature reuses nothing.
    pub value: Vec<u8>,
}

/// The trace of a signature over message parts; none for RSA, and for what is no signature.
#[must_use]
pub fn trace(certificate: &Certificate, message: &[&[u8]], value: &[u8]) -> Option<Trace> {
    let key = certificate.public_key().ok()?;
    let value = sm2_raw_to_der(value).unwrap_or_else(|| value.to_vec());
    let mark = match key.sm2() {
        Some(key) => {
            let signature = Signature::from_der(&value).ok()?;
            sm::nonce_mark(key, SM2_DEFAULT_ID, message, &signature).ok()?.0.to_vec()
        }
        // In ECDSA the first number is the mark.
        None => {
            let mut numbers = Reader::only(&value, tag::SEQUENCE).ok()?.reader();
            numbers.any().ok()?.unsigned_bytes().ok()?.to_vec()
        }
    };
    Some(Trace { key: sm::sm3(&[key.to_spki()]), mark, value })
}

/// The traces of every signature in a file that was examined: signers, seal makers and time-stamp
/// authorities.
#[must_use]
pub fn traces(file: &[u8], facts: &FileFacts) -> Vec<Trace> {
    let mut found = Vec::new();
    for signature in facts.signatures.iter().flatten() {
        match &signature.pdf {
            Some(place) => {
                let covered = place.signed.message(file);
                structure(
                    &place.signed.contents,
                    covered.as_ref().map(|parts| &parts[..]),
                    &mut found,
                );
            }
            None => structure(file, None, &mut found),
        }
    }
    found
}

fn structure(bytes: &[u8], original: Option<&[&[u8]]>, found: &mut Vec<Trace>) {
    let Some(payload) = container::payload(bytes) else { return };
    match payload.kind {
        Kind::Cms => message(payload.der, original, found),
        Kind::SealSignature => {
            let Ok(read) = SealSignature::parse(payload.der) else { return };
            push(read.certificate, &[read.to_sign], read.signature, found);
            seal(&read.seal, found);
            token(read.time_stamp, found);
        }
        Kind::Seal => {
            if let Ok(read) = Seal::parse(payload.der) {
                seal(&read, found);
            }
        }
        _ => {}
    }
}

fn push(certificate: &[u8], message: &[&[u8]], value: &[u8], found: &mut Vec<Trace>) {
    let certificate = Certificate::parse(certificate).ok();
    found.extend(certificate.and_then(|certificate| trace(&certificate, message, value)));
}

fn seal(read: &Seal<'_>, found: &mut Vec<Trace>) {
    push(read.certificate, &[read.signed_bytes()], read.signature, found);
    token(read.time_stamp, found);
}

/// A time stamp; those inside it, which nobody makes, are not followed.
fn token(token: Option<&[u8]>, found: &mut Vec<Trace>) {
    if let Some(Ok(read)) = token.map(SignedData::parse) {
        signers(&read, None, found);
    }
}

fn message(der: &[u8], original: Option<&[&[u8]]>, found: &mut Vec<Trace>) {
    let Ok(read) = SignedData::parse(der) else { return };
    signers(&read, original, found);
    let unsigned = read.signers.iter().flat_map(|signer| &signer.unsigned_attributes);
    let stamps = unsigned.filter(|attribute| attribute.id == oid::SIGNATURE_TIME_STAMP);
    for stamp in stamps.flat_map(|attribute| &attribute.values) {
        token(Some(stamp.raw()), found);
    }
}

fn signers(read: &SignedData<'_>, original: Option<&[&[u8]]>, found: &mut Vec<Trace>) {
    let certificates: Vec<Certificate> =
        read.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
    for signer in &read.signers {
        let named = |one: &&Certificate| match signer.id {
            SignerId::IssuerSerial { issuer, serial } => {
                one.issuer().raw() == issuer && one.serial() == serial
            }
            SignerId::KeyIdentifier(wanted) => {
                one.extensions().subject_key_identifier.as_deref() == Some(wanted)
            }
        };
        let Some(certificate) = certificates.iter().find(named) else { continue };
        let value = signer.signature;
        found.extend(match (&signer.signed_attributes, read.content, original) {
            (Some(list), _, _) => trace(certificate, &list.signed_bytes(), value),
            (None, Some(content), _) => trace(certificate, &[content], value),
            (None, None, Some(parts)) => trace(certificate, parts, value),
            (None, None, None) => None,
        });
    }
}
