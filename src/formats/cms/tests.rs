use super::*;
use crate::algorithm::{Digest, KeyKind, PrivateKey, SM2_DEFAULT_ID, Suite};
use crate::der::{Reader, tag, write};
use crate::oid;
use crate::proof::{DigestFact, Encoding, SignatureFact, Undecidable};
use crate::sample::{TestRandom, member, sample, signer};
use time::macros::datetime;

const SM2: SignatureFact =
    SignatureFact::Verified { suite: Suite::Sm2Sm3, encoding: Encoding::Standard };

fn is_verified(fact: &SignatureFact) -> bool {
    matches!(fact, SignatureFact::Verified { .. })
}

#[test]
fn cfca_attached() {
    let Some(message) = sample("cms", "cms/cfca-sadk-attached-noattr.der") else { return };
    let Some(content) = sample("cms", "cms/cfca-sadk-content.bin") else { return };
    for (original, fact, data) in [
        (Some(&content[..]), ContentFact::Original, DigestFact::Equal(Digest::Sm3)),
        (Some(b"other"), ContentFact::Other, DigestFact::Different(Digest::Sm3)),
        (None, ContentFact::Unchecked, DigestFact::NoOriginal),
    ] {
        let parts = original.map(|bytes| [bytes]);
        let facts = examine(&message, parts.as_ref().map(|parts| &parts[..])).expect("facts");
        assert_eq!((facts.content, facts.data), (fact, data));
        assert_eq!((facts.covers, &facts.signature), (Covers::Content, &SM2));
        assert_eq!(facts.content_len, Some(content.len()));
        assert!(facts.attributes.is_none());
    }
}

#[test]
fn cfca_detached() {
    let Some(message) = sample("cms", "cms/cfca-sadk-detached-noattr.der") else { return };
    let Some(content) = sample("cms", "cms/cfca-sadk-content.bin") else { return };
    let facts = examine(&message, Some(&[&content[..4], &content[4..]])).expect("facts");
    assert_eq!(facts.variant().to_string(), "GB/T 35275, detached, signed over the original");
    assert_eq!((facts.signature, facts.data), (SM2, DigestFact::Absent));
    let other = examine(&message, Some(&[b"other"])).expect("facts");
    assert!(matches!(other.signature, SignatureFact::Bad { .. }));
    let alone = examine(&message, None).expect("facts");
    assert_eq!(alone.signature, SignatureFact::Undecidable(Undecidable::NoOriginal));
}

#[test]
fn unsorted_attributes_are_verified_as_stored() {
    for sign in ["Sign_0", "Sign_1"] {
        let file = |name: &str| {
            member("cms", "ofd/testPathClip.ofd", &format!("Doc_0/Signs/{sign}/{name}"))
        };
        let (Some(message), Some(xml)) = (file("SignedValue.dat"), file("Signature.xml")) else {
            return;
        };
        let facts = examine(&message, Some(&[&xml])).expect("facts");
        assert_eq!((&facts.signature, facts.data), (&SM2, DigestFact::Equal(Digest::Sm3)));
        assert_eq!((facts.content, facts.covers), (ContentFact::Detached, Covers::Attributes));
        let attributes = facts.attributes.expect("attributes");
        assert!(!attributes.sorted, "{sign}");
        assert_eq!(attributes.content_type, Binding::Same);
        assert!(attributes.repeated.is_empty());
        assert_eq!(attributes.signing_time.map(|at| at.year()), Some(2022));
        let other = examine(&message, Some(&[b"other"])).expect("facts");
        assert_eq!((other.signature, other.data), (SM2, DigestFact::Different(Digest::Sm3)));
    }
}

#[test]
fn the_digest_as_content() {
    let package = "ofd/hello-integrity.ofd";
    let Some(message) = member("cms", package, "signedvalue.dat") else { return };
    let Some(original) = member("cms", package, "OFDEntries.xml") else { return };
    let facts = examine(&message, Some(&[&original])).expect("facts");
    assert_eq!(
        facts.variant().to_string(),
        "GB/T 35275, with the original's digest as content, signed over the content"
    );
    assert_eq!((facts.signature, facts.data), (SM2, DigestFact::Equal(Digest::Sm3)));
}

/// `/Contents` and the two covered parts of the first signature of a PDF, found as plain text.
fn pdf(file: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let bytes = sample("cms", &format!("pdf/signed/{file}"))?;
    let after = |wanted: &[u8], from: usize| {
        bytes[from..]
            .windows(wanted.len())
            .position(|w| w == wanted)
            .map(|at| from + at + wanted.len())
    };
    let start = after(b"/ByteRange", 0).expect("a byte range");
    let range = String::from_utf8_lossy(&bytes[start..start + 60]).into_owned();
    let range = range.split(']').next().expect("an end").trim_start_matches([' ', '[']);
    let range: Vec<usize> =
        range.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    let covered = [&bytes[..range[1]], &bytes[range[2]..range[2] + range[3]]].concat();
    let text = String::from_utf8_lossy(&bytes[range[1] + 1..range[2] - 1]).into_owned();
    Some((hex::decode(text.trim()).expect("hexadecimal"), covered))
}

fn pdf_facts(file: &str) -> Option<CmsFacts> {
    let (contents, covered) = pdf(file)?;
    let payload = crate::container::payload(&contents).expect("an element");
    assert!(payload.rest.iter().all(|byte| *byte == 0));
    Some(examine(payload.der, Some(&[&covered])).expect("facts"))
}

#[test]
fn signatures_of_pdf_files() {
    for file in [
        "minimal-two-fields-signed-twice.pdf",
        "certified-with-indirect-refs-in-dir.pdf",
        "pades-with-old-style-signing-cert-attr.pdf",
        "pades-with-old-style-signing-cert-attr-issser.pdf",
        "pades-lta-dss-indirect-arrs-test.pdf",
        "separate-annots-kids-indir.pdf",
        "sig-with-ski-sid.pdf",
    ] {
        let Some(facts) = pdf_facts(file) else { continue };
        assert!(is_verified(&facts.signature), "{file}: {:?}", facts.signature);
        assert!(matches!(facts.data, DigestFact::Equal(_)), "{file}");
        let attributes = facts.attributes.expect("attributes");
        assert_eq!(attributes.content_type, Binding::Same, "{file}");
        assert!(attributes.repeated.is_empty() && attributes.sorted, "{file}");
        for binding in [
            attributes.signing_certificate,
            attributes.signing_certificate_v2,
            attributes.algorithm_protection,
        ] {
            assert!(matches!(binding, Binding::Same | Binding::Absent), "{file}");
        }
        let old = file.contains("old-style");
        assert!(!old || attributes.signing_certificate == Binding::Same, "{file}");
    }
}

#[test]
fn no_signed_attributes_in_a_pdf() {
    let Some(facts) = pdf_facts("sig-no-signed-attrs.pdf") else { return };
    assert_eq!((facts.covers, facts.data), (Covers::Original, DigestFact::Absent));
    assert!(is_verified(&facts.signature));
}

#[test]
fn content_in_a_message_that_should_be_detached() {
    let Some(facts) = pdf_facts("pdf-sig-with-econtent.pdf") else { return };
    assert_ne!(facts.content, ContentFact::Detached);
}

#[test]
fn a_time_stamp_is_handed_on() {
    let Some(facts) = pdf_facts("pades-lta-dss-indirect-arrs-test.pdf") else { return };
    let [token] = &facts.time_stamps[..] else { panic!("one token") };
    assert_eq!(SignedData::parse(token).expect("a token").content_type, oid::TST_INFO);
}

#[test]
fn what_is_not_supported_is_named() {
    for file in ["ed448-shake256-nolen.pdf", "ed448-disallowed-hash.pdf"] {
        let Some(facts) = pdf_facts(file) else { continue };
        let SignatureFact::Undecidable(reason) = facts.signature else { panic!("{file}") };
        assert!(reason.to_string().contains("Ed448"), "{file}: {reason}");
    }
}

#[test]
fn pades_round_trip() {
    for (kind, suite) in [
        (KeyKind::Rsa { bits: 2048 }, Suite::RsaPkcs1(Digest::Sha256)),
        (KeyKind::Rsa { bits: 2048 }, Suite::RsaPss(Digest::Sha384)),
        (KeyKind::P256, Suite::EcdsaP256(Digest::Sha256)),
        (KeyKind::Sm2, Suite::Sm2Sm3),
    ] {
        let (key, certificate) = signer(kind, 77);
        let (_, above) = signer(KeyKind::P256, 1);
        let digest = suite.digest().hash(&[b"a document"]);
        let chain = [above];
        let draft =
            PadesDraft { signer: &certificate, chain: &chain, suite, document_digest: &digest };
        let prepared = prepare_pades(&draft).expect("a draft");
        let value = sign(&key, suite, prepared.message());
        let bound = pades_bytes_max(&certificate, &chain, suite).expect("a bound");
        for stamp in [None, Some(write::sequence(&[&write::null()]))] {
            let message = prepared.complete(&value, stamp.as_deref());
            let facts = examine(&message, Some(&[b"a ", b"document"])).expect("facts");
            let verified = SignatureFact::Verified { suite, encoding: Encoding::Standard };
            assert_eq!(facts.signature, verified);
            assert_eq!(facts.data, DigestFact::Equal(suite.digest()));
            assert_eq!(facts.time_stamps.len(), usize::from(stamp.is_some()));
            assert_eq!(facts.certificates.len(), 2);
            let attributes = facts.attributes.expect("attributes");
            assert_eq!(attributes.signing_certificate_v2, Binding::Same);
            assert_eq!(attributes.algorithm_protection, Binding::Same);
            assert_eq!(attributes.signing_time, None);
            assert!(attributes.sorted);
            assert!(stamp.is_some() || (bound - 8..=bound).contains(&message.len()));
        }
    }
}

fn sign(key: &PrivateKey, suite: Suite, message: &[u8]) -> Vec<u8> {
    key.sign(suite, SM2_DEFAULT_ID, message, &mut TestRandom).expect("a signature")
}

#[test]
fn gm_round_trip() {
    let (key, certificate) = signer(KeyKind::Sm2, 200);
    let digest = Digest::Sm3.hash(&[b"content"]).try_into().expect("32 bytes");
    let at = datetime!(2026-03-02 01:15:04 UTC);
    for (content, expected) in [
        (
            GmContent::Attached(b"content"),
            "GB/T 35275, with the original as content, signed over the content",
        ),
        (
            GmContent::Detached { digest: &digest, signing_time: Some(at) },
            "GB/T 35275, detached, signed over attributes",
        ),
    ] {
        let draft = GmDraft { signer: &certificate, chain: &[], content };
        let prepared = prepare_gm(&draft).expect("a draft");
        let message = prepared.complete(&sign(&key, Suite::Sm2Sm3, prepared.message()), None);
        let facts = examine(&message, Some(&[b"content"])).expect("facts");
        assert_eq!(facts.variant().to_string(), expected);
        assert_eq!((facts.signature, facts.data), (SM2, DigestFact::Equal(Digest::Sm3)));
        let time = facts.attributes.and_then(|attributes| attributes.signing_time);
        assert!(matches!(content, GmContent::Attached(_)) || time == Some(at));
    }
    let (_, other) = signer(KeyKind::P256, 1);
    let draft = GmDraft { signer: &other, chain: &[], content: GmContent::Attached(b"x") };
    assert!(matches!(prepare_gm(&draft), Err(BuildError::Suite(_))));
}

#[test]
fn a_digest_of_another_length_is_refused() {
    let (_, signer) = signer(KeyKind::P256, 1);
    let suite = Suite::EcdsaP256(Digest::Sha256);
    let draft = PadesDraft { signer: &signer, chain: &[], suite, document_digest: &[0; 20] };
    let error = prepare_pades(&draft).expect_err("refused").to_string();
    assert_eq!(error, "a digest of 20 bytes where SHA-256 gives 32");
}

/// A PAdES message whose attributes are made by `attributes` from the standard ones, signed again.
fn resigned(attributes: impl Fn(Vec<Vec<u8>>) -> Vec<Vec<u8>>) -> CmsFacts {
    let (key, certificate) = signer(KeyKind::P256, 5);
    let suite = Suite::EcdsaP256(Digest::Sha256);
    let digest = Digest::Sha256.hash(&[b"a document"]);
    let draft = PadesDraft { signer: &certificate, chain: &[], suite, document_digest: &digest };
    let prepared = prepare_pades(&draft).expect("a draft");
    let set = Reader::only(prepared.message(), tag::SET).expect("a SET");
    let list = set.reader().collect().expect("attributes");
    let list = attributes(list.iter().map(|element| element.raw().to_vec()).collect());
    let list: Vec<&[u8]> = list.iter().map(Vec::as_slice).collect();
    let changed = prepared.with_attributes(write::constructed(tag::SET, &list));
    let value = sign(&key, suite, changed.message());
    examine(&changed.complete(&value, None), Some(&[b"a document"])).expect("facts")
}

fn attribute(id: &oid::Oid, values: &[&[u8]]) -> Vec<u8> {
    write::sequence(&[&write::oid(id), &write::constructed(tag::SET, values)])
}

fn is(attribute: &[u8], id: &oid::Oid) -> bool {
    Reader::only(attribute, tag::SEQUENCE)
        .expect("an attribute")
        .reader()
        .any()
        .expect("an id")
        .oid()
        == Ok(id.clone())
}

/// Replaces the attribute `id` by `by`; with none it is left out.
fn replaced(id: &oid::Oid, by: Option<Vec<u8>>) -> CmsFacts {
    resigned(|list| {
        let kept = list.into_iter().filter(|one| !is(one, id));
        kept.chain(by.clone()).collect()
    })
}

#[test]
fn attributes_that_do_not_agree_are_facts() {
    let facts = resigned(|list| list);
    assert!(is_verified(&facts.signature), "the frame of these tests is right");

    let twice = resigned(|list| [list.clone(), list[..1].to_vec()].concat());
    assert_eq!(twice.attributes.expect("attributes").repeated.len(), 1);

    let type_missing = replaced(&oid::CONTENT_TYPE, None).attributes.expect("attributes");
    assert_eq!(type_missing.content_type, Binding::Absent);
    let other_type = attribute(&oid::CONTENT_TYPE, &[&write::oid(&oid::TST_INFO)]);
    let other_type = replaced(&oid::CONTENT_TYPE, Some(other_type)).attributes;
    assert_eq!(other_type.expect("attributes").content_type, Binding::Different);

    let digest = |values: &[&[u8]]| {
        replaced(&oid::MESSAGE_DIGEST, Some(attribute(&oid::MESSAGE_DIGEST, values))).data
    };
    let right = write::octet_string(&Digest::Sha256.hash(&[b"a document"]));
    assert_eq!(digest(&[&right]), DigestFact::Equal(Digest::Sha256));
    assert_eq!(digest(&[&write::octet_string(&[0; 32])]), DigestFact::Different(Digest::Sha256));
    assert_eq!(digest(&[&right, &right]), DigestFact::Absent);
    assert_eq!(digest(&[]), DigestFact::Absent);
    assert_eq!(replaced(&oid::MESSAGE_DIGEST, None).data, DigestFact::Absent);
}

#[test]
fn bindings_to_another_certificate_or_algorithm_are_facts() {
    let entry = write::sequence(&[&write::octet_string(&[7; 32])]);
    let value = write::sequence(&[&write::sequence(&[&entry])]);
    let by = |value: &[u8]| {
        let id = oid::SIGNING_CERTIFICATE_V2;
        replaced(&id, Some(attribute(&id, &[value]))).attributes.expect("attributes")
    };
    assert_eq!(by(&value).signing_certificate_v2, Binding::Different);
    assert_eq!(by(&write::null()).signing_certificate_v2, Binding::Unreadable);

    let digest = write::sequence(&[&write::oid(&oid::SHA512)]);
    let algorithm = write::constructed(tag::context(1), &[&write::oid(&oid::ECDSA_WITH_SHA256)]);
    let value = write::sequence(&[&digest, &algorithm]);
    let id = oid::CMS_ALGORITHM_PROTECTION;
    let facts = replaced(&id, Some(attribute(&id, &[&value]))).attributes.expect("attributes");
    assert_eq!(facts.algorithm_protection, Binding::Different);
}

#[test]
fn what_is_no_signed_message_is_refused_by_name() {
    let refused = |bytes: &[u8]| examine(bytes, None).expect_err("refused").to_string();
    let empty = write::constructed(tag::context(0), &[&write::sequence(&[])]);
    let enveloped = write::sequence(&[&write::oid(&oid::DATA), &empty]);
    assert_eq!(refused(&enveloped), "content type 1.2.840.113549.1.7.1 is not signedData");
    assert_eq!(refused(&[0x30, 0x80]), "DER at byte 0: length is not DER");
    let Some(message) = sample("cms", "cms/cfca-sadk-attached-noattr.der") else { return };
    let read = SignedData::parse(&message).expect("a message");
    assert_eq!(read.signers.len(), 1);
    let twice = two_signers(&message);
    assert_eq!(refused(&twice), "2 signers where one is expected");
}

/// The same message with its signer twice.
fn two_signers(message: &[u8]) -> Vec<u8> {
    let outer = Reader::only(message, tag::SEQUENCE).expect("ContentInfo");
    let outer = outer.reader().collect().expect("elements");
    let inner = Reader::only(outer[1].content(), tag::SEQUENCE).expect("SignedData");
    let inner = inner.reader().collect().expect("elements");
    let (signers, head) = inner.split_last().expect("signers");
    let signers = write::constructed(tag::SET, &[signers.content(), signers.content()]);
    let mut parts: Vec<&[u8]> = head.iter().map(|element| element.raw()).collect();
    parts.push(&signers);
    let content = write::constructed(tag::context(0), &[&write::sequence(&parts)]);
    write::sequence(&[outer[0].raw(), &content])
}

#[test]
fn the_frame_fits_in_every_sample() {
    for file in ["cms/cfca-sadk-attached-noattr.der", "cms/cfca-sadk-detached-noattr.der"] {
        let Some(message) = sample("cms", file) else { continue };
        assert_eq!(examine(&message, None).expect("facts").irregular, [], "{file}");
    }
    for file in [
        "minimal-two-fields-signed-twice.pdf",
        "certified-with-indirect-refs-in-dir.pdf",
        "pades-lta-dss-indirect-arrs-test.pdf",
        "sig-with-ski-sid.pdf",
        "ed448-shake256-nolen.pdf",
        "minimal-signed-twice-no-sig-type.pdf",
        "coverage-anomalies/tail-uncovered.pdf",
    ] {
        let Some(facts) = pdf_facts(file) else { continue };
        assert_eq!(facts.irregular, [], "{file}");
        for token in &facts.time_stamps {
            assert_eq!(examine(token, None).expect("a token").irregular, [], "{file}");
        }
    }
    let Some(message) = member("cms", "ofd/testPathClip.ofd", "Doc_0/Signs/Sign_0/SignedValue.dat")
    else {
        return;
    };
    assert_eq!(examine(&message, None).expect("facts").irregular, []);
}

#[test]
fn a_frame_that_does_not_fit() {
    let (key, certificate) = signer(KeyKind::P256, 5);
    let suite = Suite::EcdsaP256(Digest::Sha256);
    let digest = Digest::Sha256.hash(&[b"a document"]);
    let draft = PadesDraft { signer: &certificate, chain: &[], suite, document_digest: &digest };
    let prepared = prepare_pades(&draft).expect("a draft");
    let message = prepared.complete(&sign(&key, suite, prepared.message()), None);
    let with = |from: &[u8], to: &[u8]| {
        let at = message.windows(from.len()).position(|window| window == from).expect("there");
        let mut changed = message.clone();
        changed[at..at + to.len()].copy_from_slice(to);
        examine(&changed, None).expect("facts").irregular
    };
    assert_eq!(with(&[0x30], &[0x30]), []);
    let set = write::set_of(&[&write::sequence(&[&write::oid(&oid::SHA256)])]);
    let head = [&write::integer(1)[..], &set].concat();
    assert_eq!(with(&head, &[2, 1, 3]), [Irregularity::Version]);
    let other = write::set_of(&[&write::sequence(&[&write::oid(&oid::SHA512)])]);
    assert_eq!(with(&set, &other), [Irregularity::DigestAlgorithms]);
    let by = [&write::integer(1)[..], &[0x30]].concat();
    let at_end = message.windows(4).rposition(|window| window == by).expect("a signer");
    let mut changed = message.clone();
    changed[at_end + 2] = 3;
    let facts = examine(&changed, None).expect("facts");
    assert_eq!(facts.irregular, [Irregularity::SignerVersion]);
}
