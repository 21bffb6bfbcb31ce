//! Whether an issuer's key made a certificate, rightly or in a known wrong way.

use super::search::{Candidate, Missigned, Over, Search};
use super::{Effort, Found};
use crate::algorithm::SM2_DEFAULT_ID;
use crate::der::{Reader, tag};
use crate::x509::Certificate;

/// Identifiers with which signers of this certificate are known to sign in place of the agreed one
/// (GB/T 35276, clause 10), the likeliest first.
#[must_use]
pub fn other_ids(certificate: &Certificate) -> Vec<Vec<u8>> {
    let subject = certificate.subject();
    let fixed: [&[u8]; 9] = [
        b"",
        // The hexadecimal digits taken for bytes, and the bytes for hexadecimal digits.
        &[0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78],
        b"31323334353637383132333435363738",
        b"1234567812345678\0",
        b"12345678",
        &[0; 16],
        // The examples of GB/T 32918.
        b"ALICE123@YAHOO.COM",
        b"BILL456@YAHOO.COM",
        // RFC 8998, 3.2.1: of TLS.
        b"TLSv1.3+GM+Cipher+Suite",
    ];
    let mut ids: Vec<Vec<u8>> = fixed.iter().map(|id| id.to_vec()).collect();
    let names = [subject.common_name(), subject.organization()];
    ids.extend(names.into_iter().flatten().map(|name| name.as_bytes().to_vec()));
    ids.push(subject.raw().to_vec());
    ids.push(certificate.serial_hex().into_bytes());
    ids.retain(|id| id != SM2_DEFAULT_ID && id.len() <= crate::sm::ID_BYTES_MAX);
    ids
}

/// Why the signature of a certificate does not verify under the key of its issuer;
/// [`Found::NotAsked`] when it does.
#[must_use]
pub fn made_by(
    certificate: &Certificate,
    issuer: &Certificate,
    effort: &mut Effort,
) -> Found<Missigned> {
    let Ok(key) = issuer.public_key() else { return Found::Nothing };
    if certificate.verify_signature(key).is_ok() {
        return Found::NotAsked;
    }
    let Ok(suite) = certificate.signature_suite(key) else { return Found::Nothing };
    let tbs = certificate.tbs();
    let mut candidates: Vec<Candidate<'_>> = vec![(Over::Right, vec![tbs.into()])];
    if let Ok(element) = Reader::only(tbs, tag::SEQUENCE) {
        candidates.push((Over::WithoutHeader, vec![element.content().into()]));
    }
    let search = Search { signer: issuer, others: &[], suite, value: certificate.signature() };
    Found::of(search.run(candidates, effort))
}
