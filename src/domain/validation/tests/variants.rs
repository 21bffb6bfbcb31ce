//! The seven readings of GB/T 35275 and CMS with SM2 that are in use, each made as its makers make
//! it; and what would be looser.

use super::*;
use formats::algorithm::Digest;
use formats::der::{tag, write};
use formats::oid::{self, Oid};

/// How one maker writes a message.
#[derive(Clone)]
struct Maker {
    outer: Oid,
    inner: Oid,
    content: Option<Vec<u8>>,
    /// Identifiers of the attributes in their order, if there are any.
    attributes: Option<Vec<Oid>>,
    /// Whether the digest algorithm has NULL: in the list at the top, and with the signer.
    nulls: [bool; 2],
    algorithm: Vec<u8>,
    raw: bool,
}

fn algorithm(id: &Oid, null: bool) -> Vec<u8> {
    let null = if null { write::null() } else { Vec::new() };
    write::sequence(&[&write::oid(id), &null])
}

fn digest() -> Vec<u8> {
    Digest::Sm3.hash(&[DOCUMENT])
}

/// The first: the digest as content, no attributes.
fn first() -> Maker {
    Maker {
        outer: oid::GM_SIGNED_DATA,
        inner: oid::GM_DATA,
        content: Some(digest()),
        attributes: None,
        nulls: [false, false],
        algorithm: algorithm(&oid::SM2_SIGN, false),
        raw: false,
    }
}

fn variants() -> [Maker; 7] {
    let one = first();
    let full = algorithm(&oid::SM2_SIGN, true);
    let bare = algorithm(&oid::SM2_WITH_SM3, false);
    let sadk = Maker { nulls: [true, true], algorithm: full.clone(), ..one.clone() };
    [
        one.clone(),
        Maker { nulls: [true, false], algorithm: bare.clone(), raw: true, ..one.clone() },
        Maker {
            inner: oid::DATA,
            content: None,
            // As stored: not in the order of DER.
            attributes: Some(vec![oid::CONTENT_TYPE, oid::MESSAGE_DIGEST, oid::SIGNING_TIME]),
            ..sadk.clone()
        },
        Maker { content: Some(DOCUMENT.to_vec()), ..sadk.clone() },
        Maker { content: None, ..sadk },
        Maker { algorithm: bare.clone(), ..one.clone() },
        Maker {
            outer: oid::SIGNED_DATA,
            inner: oid::DATA,
            content: None,
            attributes: Some(vec![oid::CONTENT_TYPE, oid::MESSAGE_DIGEST]),
            algorithm: bare,
            ..one
        },
    ]
}

impl Maker {
    fn attribute(&self, id: &Oid) -> Vec<u8> {
        let value = match id {
            id if *id == oid::CONTENT_TYPE => write::oid(&oid::GM_DATA),
            id if *id == oid::MESSAGE_DIGEST => write::octet_string(&digest()),
            _ => write::utc_time(SEALED),
        };
        write::sequence(&[&write::oid(id), &write::set_of(&[&value])])
    }

    fn message(&self) -> Vec<u8> {
        let signer = &world().sealer;
        let attributes = self.attributes.as_ref().map(|ids| {
            let all: Vec<Vec<u8>> = ids.iter().map(|id| self.attribute(id)).collect();
            write::tlv(tag::SET, &all.concat())
        });
        let signed = match (&attributes, &self.content) {
            (Some(set), _) => set.clone(),
            (None, Some(content)) => content.clone(),
            (None, None) => DOCUMENT.to_vec(),
        };
        let mut value = signer.sign(&signed);
        if self.raw {
            value = raw(&value);
        }
        let tagged = attributes.map_or_else(Vec::new, |mut set| {
            set[0] = tag::context(0);
            set
        });
        let serial = write::tlv(tag::INTEGER, signer.certificate.serial());
        let signer_info = write::sequence(&[
            &write::integer(1),
            &write::sequence(&[signer.certificate.issuer().raw(), &serial]),
            &algorithm(&oid::SM3, self.nulls[1]),
            &tagged,
            &self.algorithm,
            &write::octet_string(&value),
        ]);
        let content = self.content.as_ref().map_or_else(Vec::new, |content| {
            write::constructed(tag::context(0), &[&write::octet_string(content)])
        });
        let data = write::sequence(&[
            &write::integer(1),
            &write::set_of(&[&algorithm(&oid::SM3, self.nulls[0])]),
            &write::sequence(&[&write::oid(&self.inner), &content]),
            &write::constructed(tag::context(0), &[signer.certificate.der()]),
            &write::set_of(&[&signer_info]),
        ]);
        write::sequence(&[&write::oid(&self.outer), &write::constructed(tag::context(0), &[&data])])
    }
}

/// r‖s of 64 bytes.
fn raw(der: &[u8]) -> Vec<u8> {
    let numbers = formats::der::Reader::only(der, tag::SEQUENCE).expect("DER").reader();
    let numbers = numbers.collect().expect("two numbers");
    let padded = |number: &[u8]| [vec![0; 32 - number.len()], number.to_vec()].concat();
    numbers.iter().flat_map(|one| padded(one.unsigned_bytes().expect("a number"))).collect()
}

#[track_caller]
fn check_maker(maker: &Maker, expected: &str) {
    check(&facts(&maker.message(), Some(DOCUMENT)), &policy(), LOOKED, expected);
}

#[test]
fn all_seven_are_read() {
    for (place, maker) in variants().iter().enumerate() {
        let facts = facts(&maker.message(), Some(DOCUMENT));
        assert_eq!(summary(&judge(&facts, &policy(), LOOKED)), "VALID", "variant {}", place + 1);
    }
}

/// The same seven over another document.
#[test]
fn none_is_read_over_another_original() {
    for (place, maker) in variants().iter().enumerate() {
        let facts = facts(&maker.message(), Some(b"another license"));
        let report = judge(&facts, &policy(), LOOKED);
        assert_eq!(report.outcome, Outcome::Invalid, "variant {}", place + 1);
    }
}

#[test]
fn nothing_looser_is_read() {
    let [one, _, three, ..] = variants();
    let with =
        |attributes: &[Oid]| Maker { attributes: Some(attributes.to_vec()), ..three.clone() };
    let invalid = "INVALID signed_message=signed_message_invalid";
    check_maker(&with(&[oid::MESSAGE_DIGEST]), invalid);
    let twice = [oid::CONTENT_TYPE, oid::MESSAGE_DIGEST, oid::SIGNING_TIME, oid::SIGNING_TIME];
    check_maker(&with(&twice), invalid);
    // Content that is neither the original nor its digest.
    let other = Maker { content: Some(b"other".to_vec()), ..one.clone() };
    check_maker(&other, "INVALID integrity=digest_mismatch");
    let twice_hashed = Maker { content: Some(Digest::Sm3.hash(&[&digest()])), ..one.clone() };
    check_maker(&twice_hashed, "INVALID integrity=digest_mismatch");
    // An SM2 key under another algorithm, and algorithms that are not in the list.
    let mismatch = "INVALID signature=algorithm_mismatch";
    let under = |id: &Oid| Maker { algorithm: algorithm(id, false), ..one.clone() };
    check_maker(&under(&oid::ECDSA_WITH_SHA256), mismatch);
    let unknown = "INDETERMINATE signature=algorithm_unsupported";
    check_maker(&under(&oid::SM3), unknown);
    // Parameters that mean nothing here.
    let parameters = write::sequence(&[&write::oid(&oid::SM2_SIGN), &write::integer(1)]);
    check_maker(&Maker { algorithm: parameters, ..one }, unknown);
}
