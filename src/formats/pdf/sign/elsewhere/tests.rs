use super::*;
use crate::algorithm::{Digest, KeyKind};
use crate::examine::{Payload, examine as examine_any};
use crate::pdf::Limits;
use crate::pdf::SectionKind;
use crate::pdf::samples::two_pages_with;
use crate::pdf::sign::{SignatureKind, SignatureRequest, prepare};
use crate::proof::SignatureFact;
use crate::sample::TestRandom;
use crate::x509::profile::Profile;
use crate::x509::testpki::{Entity, Wish};

const RSA: KeyKind = KeyKind::Rsa { bits: 2048 };

/// Somebody with a certificate of their own.
fn signatory(kind: &KeyKind) -> (Entity, Certificate) {
    let root = Entity::root(kind, "Root");
    // The signer is found by issuer and number: not those of the root.
    let wish = Wish { serial: 2, ..Wish::new(&Profile::Signatory, "Person") };
    (root.issue_as(&wish), root.certificate)
}

fn suites() -> [(KeyKind, Suite); 4] {
    [
        (KeyKind::Sm2, Suite::Sm2Sm3),
        (KeyKind::P256, Suite::EcdsaP256(Digest::Sha256)),
        (RSA, Suite::RsaPkcs1(Digest::Sha256)),
        (RSA, Suite::RsaPss(Digest::Sha256)),
    ]
}

#[test]
fn who_holds_the_key_signs_and_the_document_is_resumed_from_its_bytes() {
    let original = two_pages_with(SectionKind::Table, &[]);
    for (kind, suite) in suites() {
        let (own, root) = signatory(&kind);
        let chain = [root];
        let request = SignatureRequest::new("Signature1", SignatureKind::Pades);
        let prepared = prepare(&original, &request, &Limits::default()).expect("prepared");
        let first = PadesElsewhere::new(&prepared, &own.certificate, &chain, suite).expect("fits");
        let value = own.key.sign(suite, SM2_DEFAULT_ID, first.message(), &mut TestRandom);
        let value = value.expect("signs");

        let (revision, gap) = (prepared.revision().to_vec(), prepared.gap());
        let resumed = Prepared::resume(&original, revision, gap).expect("it fits");
        let again = PadesElsewhere::new(&resumed, &own.certificate, &chain, suite).expect("fits");
        assert_eq!(again.message(), first.message());
        assert!(again.message().windows(32).any(|part| part == again.document_digest()));
        let digest = again.digest_to_sign().expect("a digest");
        let plain = suite.digest().hash(&[again.message()]);
        assert_eq!(digest == plain, suite != Suite::Sm2Sm3, "only SM2 signs more than the message");
        let file = again.complete(&value).expect("completed");
        let facts = examine_any(&file, None, &Limits::default()).signatures.expect("read");
        let [one] = &facts[..] else { panic!("{} signatures", facts.len()) };
        let Payload::Cms(message) = &one.payload else { panic!("no message") };
        let verified = matches!(&message.signature,
            SignatureFact::Verified { suite: found, .. } if *found == suite);
        assert!(verified, "{:?}", message.signature);

        // What is wrong by one bit, or of another key, is never put in.
        let mut wrong = value.clone();
        *wrong.last_mut().expect("bytes") ^= 1;
        assert!(matches!(again.complete(&wrong), Err(NotCompleted::Signature(_))));
        assert!(matches!(again.complete(&[]), Err(NotCompleted::Signature(_))));
        let (stranger, _) = signatory(&kind);
        let other = stranger.key.sign(suite, SM2_DEFAULT_ID, first.message(), &mut TestRandom);
        let refused = again.complete(&other.expect("signs"));
        assert!(matches!(refused, Err(NotCompleted::Signature(_))));
    }
}

#[test]
fn devices_and_browsers_may_write_two_numbers() {
    let original = two_pages_with(SectionKind::Table, &[]);
    for (kind, suite) in &suites()[..2] {
        let (own, _) = signatory(kind);
        let request = SignatureRequest::new("Signature1", SignatureKind::Pades);
        let prepared = prepare(&original, &request, &Limits::default()).expect("prepared");
        let waiting = PadesElsewhere::new(&prepared, &own.certificate, &[], *suite).expect("fits");
        let value = own.key.sign(*suite, SM2_DEFAULT_ID, waiting.message(), &mut TestRandom);
        let value = value.expect("signs");
        let raw = crate::algorithm::der_to_raw(&value).expect("two numbers");
        assert_eq!(waiting.complete(&raw), waiting.complete(&value));
    }
}
