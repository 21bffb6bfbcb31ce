//! Reading samples in tests: files beside the project and the members of OFD packages.

use crate::algorithm::{KeyKind, PrivateKey, Random, RandomFailed};
use crate::der::{tag, write};
use crate::oid;
use crate::shared::shared;
use crate::x509::Certificate;
use std::io::Read as _;
use time::macros::datetime;

/// The sample `relative`, or nothing, said loudly.
pub(crate) fn sample(test: &str, relative: &str) -> Option<Vec<u8>> {
    let path = shared(test, &format!("samples/{relative}"))?;
    Some(std::fs::read(path).expect("a readable sample"))
}

/// The member `name` of the OFD sample `relative`.
pub(crate) fn member(test: &str, relative: &str, name: &str) -> Option<Vec<u8>> {
    let package = sample(test, relative)?;
    Some(inflated(&package, name).unwrap_or_else(|| panic!("{relative} without {name}")))
}

/// Finds a member by the central directory: just enough for well-formed samples.
fn inflated(zip: &[u8], wanted: &str) -> Option<Vec<u8>> {
    let number = |at: usize, len: usize| {
        zip[at..at + len].iter().rev().fold(0, |value: usize, byte| value << 8 | usize::from(*byte))
    };
    let end = zip.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut at = number(end + 16, 4);
    while zip[at..].starts_with(b"PK\x01\x02") {
        let (name, extra, comment) = (number(at + 28, 2), number(at + 30, 2), number(at + 32, 2));
        if &zip[at + 46..at + 46 + name] == wanted.as_bytes() {
            let local = number(at + 42, 4);
            let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
            let stored = &zip[start..start + number(at + 20, 4)];
            let mut out = Vec::new();
            match number(at + 10, 2) {
                0 => out.extend_from_slice(stored),
                _ => drop(flate2::read::DeflateDecoder::new(stored).read_to_end(&mut out).ok()?),
            }
            return Some(out);
        }
        at += 46 + name + extra + comment;
    }
    None
}

/// Randomness of the operating system for tests.
pub(crate) struct TestRandom;

impl Random for TestRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        getrandom::fill(bytes).map_err(|_| RandomFailed)
    }
}

/// A key and a certificate that holds it; the certificate's own signature is not looked at here.
pub(crate) fn signer(kind: KeyKind, serial: u64) -> (PrivateKey, Certificate) {
    let key = PrivateKey::generate(&kind, &mut TestRandom).expect("a key");
    let at = |at| write::generalized_time(at);
    let algorithm = write::sequence(&[&write::oid(&oid::SM2_WITH_SM3)]);
    let common_name = write::sequence(&[&write::oid(&oid::COMMON_NAME), &write::utf8("测试")]);
    let name = write::sequence(&[&write::set_of(&[&common_name])]);
    let from = datetime!(2020-01-01 00:00 UTC);
    let period = write::sequence(&[&at(from), &at(datetime!(2090-01-01 00:00 UTC))]);
    let version = write::constructed(tag::context(0), &[&write::integer(2)]);
    let serial = write::integer(serial);
    let spki = key.public_key().to_spki();
    let tbs = [&version, &serial, &algorithm, &name, &period, &name, spki].map(AsRef::as_ref);
    let tbs = write::sequence(&tbs);
    let der = write::sequence(&[&tbs, &algorithm, &write::bit_string(&[0; 64])]);
    (key, Certificate::parse(&der).expect("a certificate"))
}
