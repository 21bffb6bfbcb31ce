use super::*;
use crate::algorithm::{Digest, KeyKind, PrivateKey, SM2_DEFAULT_ID, Suite};
use crate::der::{Reader, tag, write};
use crate::proof::{DigestFact, Encoding, SignatureFact};
use crate::sample::{TestRandom, member, sample, signer};
use crate::x509::Certificate;
use time::macros::datetime;

const VERIFIED: SignatureFact =
    SignatureFact::Verified { suite: Suite::Sm2Sm3, encoding: Encoding::Standard };

fn is_bad(fact: &SignatureFact) -> bool {
    matches!(fact, SignatureFact::Bad { suite: Suite::Sm2Sm3, .. })
}

#[track_caller]
fn seal(file: &str) -> Option<SealFacts> {
    let bytes = sample("ses", &format!("seal/{file}"))?;
    Some(examine_seal(&bytes).expect("a seal"))
}

#[test]
fn real_seals_of_every_edition() {
    for (file, edition, vendor, time_stamp) in [
        ("UserV1.esl", Edition::V1, "OFDR&WTest", None),
        ("UserV4.esl", Edition::V4, "OFDR&WTest", None),
        ("UserV5.esl", Edition::V5, "OFDR&WTestV5", None),
        ("UserV5_ts.esl", Edition::V5, "OFDR&WTestV5", Some(vec![1, 2, 3])),
    ] {
        let Some(facts) = seal(file) else { continue };
        assert_eq!(facts.edition, edition, "{file}");
        assert_eq!(facts.header_version, i64::from(edition.version()), "{file}");
        assert_eq!(facts.vendor, vendor, "{file}");
        assert_eq!(facts.signature, VERIFIED, "{file}");
        assert_eq!(facts.time_stamp, time_stamp, "{file}");
        assert_eq!(facts.picture.kind, "PNG", "{file}");
        assert_eq!((facts.picture.width_mm, facts.picture.height_mm), (40, 40), "{file}");
        assert!(facts.picture.bytes.starts_with(b"\x89PNG"), "{file}");
    }
}

#[test]
fn seal_made_after_its_maker_certificate_ended() {
    let Some(facts) = seal("UserV5.esl") else { return };
    let maker = facts.maker.expect("a certificate");
    assert_eq!(facts.created, datetime!(2026-04-24 08:53:23 UTC));
    assert!(maker.not_after() < facts.created);
}

#[test]
fn real_seal_signatures_without_their_document() {
    for (file, edition) in [("SignedValueV4.dat", Edition::V4), ("SignedValueV5.dat", Edition::V5)]
    {
        let Some(bytes) = sample("ses", &format!("seal/{file}")) else { continue };
        let facts = examine(&bytes, None).expect("a seal signature");
        assert_eq!((facts.edition, facts.seal.edition), (edition, edition), "{file}");
        assert_eq!(facts.version, i64::from(edition.version()), "{file}");
        assert_eq!((&facts.signature, &facts.seal.signature), (&VERIFIED, &VERIFIED), "{file}");
        assert_eq!(facts.listing, Listing::Certificate, "{file}");
        assert_eq!(facts.data, DigestFact::NoOriginal, "{file}");
        assert_eq!(facts.property_info, "/Doc_0/Signs/Sign_0/Signature.xml", "{file}");
        let other = examine(&bytes, Some(&[b"another document"])).expect("a seal signature");
        assert_eq!(other.data, DigestFact::Different(Digest::Sm3), "{file}");
    }
}

#[test]
fn signatures_inside_ofd_packages() {
    let signature = "Doc_0/Signs/Sign_0/SignedValue.dat";
    let original = "Doc_0/Signs/Sign_0/Signature.xml";
    for (package, time) in [
        ("ofd/999.ofd", datetime!(2020-08-17 11:13:29 UTC)),
        ("ofd/v4signed.ofd", datetime!(2020-10-10 07:11:20 UTC)),
        ("ofd/fapiao-tampered-document.ofd", datetime!(2020-10-10 07:11:20 UTC)),
    ] {
        let Some(bytes) = member("ses", package, signature) else { continue };
        let Some(xml) = member("ses", package, original) else { continue };
        let facts = examine(&bytes, Some(&[&xml[..10], &xml[10..]])).expect("a seal signature");
        assert_eq!(facts.time, TimeFact::Claimed(time), "{package}");
        assert_eq!(facts.data, DigestFact::Equal(Digest::Sm3), "{package}");
        assert_eq!((&facts.signature, &facts.seal.signature), (&VERIFIED, &VERIFIED), "{package}");
        assert_eq!(facts.listing, Listing::Certificate, "{package}");
        assert_eq!(facts.seal.vendor, "GOMAIN", "{package}");
        assert_eq!(facts.seal.name, "测试全国统一发票监制章国家税务总局重庆市税务局", "{package}");
    }
}

#[test]
fn nonconforming_v1_signature() {
    let package = "ofd/n.ofd";
    let Some(bytes) = member("ses", package, "Doc_0/Signs/Sign_0/SignedValue.dat") else { return };
    let Some(xml) = member("ses", package, "Doc_0/Signs/Sign_0/Signature.xml") else { return };
    let facts = examine(&bytes, Some(&[&xml])).expect("a seal signature");
    assert_eq!((facts.edition, facts.seal.vendor.as_str()), (Edition::V1, "dms360.cn"));
    assert_eq!(facts.time, TimeFact::Claimed(datetime!(2020-01-25 07:31:56.377 UTC)));
    assert_eq!(facts.seal.signature, VERIFIED);
    assert!(is_bad(&facts.signature));
    assert_eq!(facts.data, DigestFact::Different(Digest::Sm3));
    assert_eq!(facts.seal.listed, [ListedFact::Other]);
    assert_eq!(facts.listing, Listing::Absent);
}

/// The elements of a seal, to be put together in other ways.
fn parts(seal: &[u8]) -> Vec<Vec<u8>> {
    let outer = Reader::only(seal, tag::SEQUENCE).expect("a seal");
    let parts = outer.reader().collect().expect("elements");
    parts.iter().map(|part| part.raw().to_vec()).collect()
}

fn joined(parts: &[Vec<u8>]) -> Vec<u8> {
    write::sequence(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// r‖s of a DER signature inside a BIT STRING.
fn raw_signature(bit_string: &[u8]) -> Vec<u8> {
    let bits = Reader::only(bit_string, tag::BIT_STRING).expect("a BIT STRING");
    let pair = Reader::only(bits.bit_string().expect("bytes"), tag::SEQUENCE).expect("r and s");
    let numbers = pair.reader().collect().expect("numbers");
    let padded = |number: &[u8]| [vec![0; 32 - number.len()], number.to_vec()].concat();
    numbers.iter().flat_map(|n| padded(n.unsigned_bytes().expect("a number"))).collect()
}

#[test]
fn a_raw_signature_value_is_read_and_said() {
    let Some(bytes) = sample("ses", "seal/UserV4.esl") else { return };
    let mut parts = parts(&bytes);
    parts[3] = write::bit_string(&raw_signature(&parts[3]));
    let facts = examine_seal(&joined(&parts)).expect("a seal");
    let raw = SignatureFact::Verified { suite: Suite::Sm2Sm3, encoding: Encoding::Raw };
    assert_eq!(facts.signature, raw);
}

#[test]
fn a_time_stamp_may_be_tagged_either_way() {
    let Some(bytes) = sample("ses", "seal/UserV4.esl") else { return };
    let explicit = write::constructed(tag::context(0), &[&write::bit_string(b"token")]);
    let implicit = write::tlv(tag::context_primitive(0), b"\0token");
    for stamp in [explicit, implicit] {
        let mut parts = parts(&bytes);
        parts.push(stamp);
        let facts = examine_seal(&joined(&parts)).expect("a seal");
        assert_eq!(facts.time_stamp.as_deref(), Some(&b"token"[..]));
        // Five elements are v5; the header still says 4, and both are facts.
        assert_eq!((facts.edition, facts.header_version), (Edition::V5, 4));
        assert_eq!(facts.signature, VERIFIED);
    }
}

#[test]
fn an_explicit_default_false_is_read() {
    let Some(bytes) = sample("ses", "seal/UserV4.esl") else { return };
    let outer = parts(&bytes);
    let mut info = parts(&outer[0]);
    let id = write::oid(&crate::oid::SM3);
    let value = write::octet_string(b"2.1");
    let explicit = write::sequence(&[&id, &write::boolean(false), &value]);
    let critical = write::sequence(&[&id, &write::boolean(true), &value]);
    info.push(write::sequence(&[&explicit, &critical]));
    let changed = [vec![joined(&info)], outer[1..].to_vec()].concat();
    let facts = examine_seal(&joined(&changed)).expect("a seal");
    let criticals: Vec<bool> = facts.extensions.iter().map(|one| one.critical).collect();
    assert_eq!(criticals, [false, true]);
    assert!(is_bad(&facts.signature));
}

#[test]
fn what_is_no_seal_is_refused_by_name() {
    let Some(bytes) = sample("ses", "seal/UserV4.esl") else { return };
    let outer = parts(&bytes);
    let refused = |bytes: &[u8]| examine_seal(bytes).expect_err("refused").to_string();
    assert_eq!(
        refused(&joined(&outer[..3])),
        "seal with 3 elements: no edition of the standard has that"
    );
    let trailing = [bytes.clone(), vec![0]].concat();
    assert_eq!(refused(&trailing), format!("DER at byte {}: bytes after the end", bytes.len()));
    let huge = vec![0x30; SEAL_BYTES_MAX + 1];
    assert_eq!(refused(&huge), "seal: 524289 exceeds the limit of 524288");
    let mut other = bytes.clone();
    other[12] = b'X';
    assert_eq!(refused(&other), "the header at byte 8 does not begin with ES");
}

#[test]
fn too_many_listed_signers_are_refused() {
    let Some(bytes) = sample("ses", "seal/UserV4.esl") else { return };
    let (outer, entry) = (parts(&bytes), write::octet_string(b"x"));
    let mut info = parts(&outer[0]);
    let mut property = parts(&info[2]);
    property[3] = joined(&vec![entry; LIST_ENTRIES_MAX + 1]);
    info[2] = joined(&property);
    let changed = [vec![joined(&info)], outer[1..].to_vec()].concat();
    let error = examine_seal(&joined(&changed)).expect_err("refused").to_string();
    assert_eq!(error, "entries of the signer list: 65 exceeds the limit of 64");
}

#[test]
fn listed_by_digest() {
    let certificate = b"a certificate";
    let listed = |algorithm: &str, digest: Digest| ListedFact::Digest {
        algorithm: algorithm.to_owned(),
        value: digest.hash(&[certificate]),
    };
    let check = |list: &[ListedFact], expected: Listing| {
        assert_eq!(super::examine::listing(list, certificate), expected);
    };
    check(&[listed("1.2.156.10197.1.401", Digest::Sm3)], Listing::Digest);
    check(&[ListedFact::Other, listed("sm3", Digest::Sm3)], Listing::Digest);
    check(&[listed("SHA256", Digest::Sha256)], Listing::Digest);
    check(&[listed("SHA-256", Digest::Sm3)], Listing::Absent);
    check(&[listed("md5", Digest::Sm3)], Listing::Undecidable { algorithm: "md5".to_owned() });
    check(&[listed("md5", Digest::Sm3), listed("SM3", Digest::Sm3)], Listing::Digest);
    check(&[ListedFact::Certificate(b"another".to_vec())], Listing::Absent);
    check(&[], Listing::Absent);
}

/// One flipped byte never leaves the maker's signature right, except inside the maker's
/// certificate, which v4 does not sign: the path of that certificate is what protects it.
#[test]
fn no_flipped_byte_goes_unnoticed() {
    let Some(bytes) = sample("ses", "seal/UserV4.esl") else { return };
    let read = Seal::parse(&bytes).expect("a seal");
    let offset = |part: &[u8]| part.as_ptr() as usize - bytes.as_ptr() as usize;
    let certificate = offset(read.certificate)..offset(read.certificate) + read.certificate.len();
    let picture = offset(read.info.picture.bytes)..certificate.start;
    // Bytes of the picture and of certificates stand for their neighbors: they only pass through
    // the digest.
    let stride = |at: &usize| match at {
        at if picture.contains(at) => 997,
        at if certificate.contains(at) || (110..630).contains(at) => 29,
        _ => 1,
    };
    for at in (0..bytes.len()).filter(|at| at % stride(at) == 0) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let right = examine_seal(&changed).is_ok_and(|facts| facts.signature == VERIFIED);
        assert!(!right || certificate.contains(&at), "byte {at}");
    }
}

fn draft<'a>(
    signers: &'a [Certificate],
    maker: &'a Certificate,
    edition: Edition,
) -> SealDraft<'a> {
    SealDraft {
        edition,
        vendor: "YINZHENG",
        id: "36042900000001",
        kind: 4,
        name: "湖口县市场监督管理局电子证照专用章",
        signers,
        by_digest: false,
        created: datetime!(2026-01-01 00:00 UTC),
        valid_from: datetime!(2026-01-01 00:00 UTC),
        valid_to: datetime!(2029-01-01 00:00 UTC),
        picture_kind: "PNG",
        picture: b"\x89PNG picture",
        width_mm: 42,
        height_mm: 42,
        maker,
    }
}

fn sign(key: &PrivateKey, message: &[u8]) -> Vec<u8> {
    key.sign(Suite::Sm2Sm3, SM2_DEFAULT_ID, message, &mut TestRandom).expect("a signature")
}

#[test]
fn what_is_made_is_read_and_verifies() {
    let (maker_key, maker) = signer(KeyKind::Sm2, 1);
    let (sealer_key, sealer) = signer(KeyKind::Sm2, 2);
    for edition in [Edition::V4, Edition::V5] {
        let listed = [sealer.clone()];
        let prepared = prepare_seal(&draft(&listed, &maker, edition)).expect("a draft");
        let seal = prepared.complete(&sign(&maker_key, prepared.message()));
        let facts = examine_seal(&seal).expect("a seal");
        assert_eq!((facts.edition, &facts.signature), (edition, &VERIFIED));
        assert_eq!((facts.id.as_str(), facts.kind), ("36042900000001", 4));
        assert_eq!(facts.name, "湖口县市场监督管理局电子证照专用章");

        let at = datetime!(2026-03-02 01:15:04 UTC);
        let range = "[0 840 33610 1040]";
        let draft = SignatureDraft { seal: &seal, signer: &sealer, at, property_info: range };
        let prepared = prepare_signature(&draft, &[b"a ", b"document"]).expect("a draft");
        let value = sign(&sealer_key, prepared.message());
        for stamp in [None, Some(&b"token"[..])] {
            let signature = prepared.complete(&value, stamp);
            let facts = examine(&signature, Some(&[b"a document"])).expect("a signature");
            assert_eq!((facts.edition, &facts.signature), (edition, &VERIFIED));
            assert_eq!(facts.data, DigestFact::Equal(Digest::Sm3));
            assert_eq!(facts.listing, Listing::Certificate);
            assert_eq!(facts.time, TimeFact::Claimed(at));
            assert_eq!(facts.property_info, range);
            assert_eq!(facts.time_stamp.as_deref(), stamp);
            let bound = signature_bytes_max(&seal, &sealer, range);
            assert!(stamp.is_some() || (bound - 100..=bound).contains(&signature.len()));
        }
    }
}

#[test]
fn what_others_would_refuse_is_not_made() {
    let (_, maker) = signer(KeyKind::Sm2, 1);
    let (_, other) = signer(KeyKind::P256, 2);
    let listed = [maker.clone()];
    let good = draft(&listed, &maker, Edition::V4);
    let refused = |draft: SealDraft<'_>| prepare_seal(&draft).expect_err("refused").to_string();
    let big = vec![0; SEAL_BYTES_WRITTEN_MAX];
    assert!(refused(SealDraft { picture: &big, ..good }).starts_with("the seal would have 5"));
    assert_eq!(
        refused(SealDraft { vendor: "印证", ..good }),
        "vendor must be 1 to 256 bytes of ASCII"
    );
    assert_eq!(refused(SealDraft { name: "", ..good }), "seal name must be 1 to 256 bytes");
    assert_eq!(
        refused(SealDraft { signers: &[], ..good }),
        "0 listed signers where 1 to 64 are allowed"
    );
    let swapped = SealDraft { valid_to: datetime!(2020-01-01 00:00 UTC), ..good };
    assert_eq!(refused(swapped), "the seal's period ends before it begins");
    assert!(refused(SealDraft { maker: &other, ..good }).starts_with("a seal is signed with SM2"));
    assert_eq!(
        refused(SealDraft { edition: Edition::V1, ..good }),
        "v1 (GM/T 0031-2014) is read, not written"
    );
}

#[test]
fn a_signer_whom_the_seal_does_not_name_cannot_seal() {
    let (key, maker) = signer(KeyKind::Sm2, 1);
    let (_, stranger) = signer(KeyKind::Sm2, 2);
    let listed = [maker.clone()];
    let prepared = prepare_seal(&draft(&listed, &maker, Edition::V4)).expect("a draft");
    let seal = prepared.complete(&sign(&key, prepared.message()));
    let at = datetime!(2026-03-02 01:15:04 UTC);
    let draft = SignatureDraft { seal: &seal, signer: &stranger, at, property_info: "x" };
    let error = prepare_signature(&draft, &[]).expect_err("refused");
    assert_eq!(error, BuildError::SignerNotInSeal);
}
