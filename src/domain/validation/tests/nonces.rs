//! Nonces in the signatures of files, as an audit of the register sees them.

use super::pdf::pades_pdf;
use super::*;
use crate::nonces::NonceAudit;
use formats::nonces::{Trace, trace, traces};

fn of(bytes: &[u8]) -> Vec<Trace> {
    traces(bytes, &facts(bytes, Some(DOCUMENT)))
}

#[test]
fn every_signature_of_a_file_leaves_a_trace() {
    let by_authority = |value: &[u8]| stamp(value, SEALED, &world().stamper);
    let made = stamped_seal(SealCase::default(), &by_authority);
    // Maker, its stamp, sealer, its stamp.
    assert_eq!(of(&sealed(&made, &[DOCUMENT], SEALED, Some(&by_authority))).len(), 4);
    assert_eq!(of(&made).len(), 2);
    assert_eq!(of(&pades(&[DOCUMENT], Some(&by_authority))).len(), 2);
    assert_eq!(of(&pades_pdf(&pdf::plain_pdf(), "Signature1")).len(), 1);
    assert_eq!(of(b"nothing"), []);
}

#[test]
fn a_broken_generator_is_found_in_the_register() {
    let sealer = &world().sealer;
    let mut audit = NonceAudit::default();
    // The hedged nonces of two messages differ even with the same randomness.
    for document in [&b"one"[..], b"two", b"three"] {
        let bytes = sealed(&seal(SealCase::default(), b"picture"), &[document], SEALED, None);
        for found in of(&bytes) {
            assert_eq!(audit.add(found, "honest"), None);
        }
    }
    let first = trace(&sealer.certificate, &[b"one"], &sealer.sign(b"one")).expect("a trace");
    assert_eq!(audit.add(first.clone(), "first"), None);
    // Of another signature with the same nonce only the value differs.
    let second = Trace { value: vec![1], ..first };
    let reuse = audit.add(second, "second").expect("found");
    assert_eq!((reuse.first, reuse.second), ("first", "second"));
}
