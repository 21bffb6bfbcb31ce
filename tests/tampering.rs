//! A sealed file with any byte changed, removed or put in: never valid. Exhaustive, on small files,
//! through the whole engine.

use crate::support::pdf::one_page;
use crate::support::service::empty_folder;
use crate::support::tree::root;
use crate::support::workshop::{AT, Form, Level, Workshop, anchors};
use app::offline::{Trust, verify};
use std::fs;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::{Duration, OffsetDateTime};

/// When it is verified: after the last time stamp.
const NOW: OffsetDateTime = AT.saturating_add(Duration::hours(2));

/// What is done to a file at one place.
#[derive(Clone, Copy, Debug)]
enum Edit {
    /// The bits of the mask are turned over.
    Flip(u8),
    Remove,
    Insert(u8),
}

impl Edit {
    fn carry_out(self, file: &[u8], at: usize) -> Vec<u8> {
        let mut bytes = file.to_vec();
        match self {
            Self::Flip(mask) => bytes[at] ^= mask,
            Self::Remove => drop(bytes.remove(at)),
            Self::Insert(byte) => bytes.insert(at, byte),
        }
        bytes
    }
}

/// The lowest bit makes another digit, letter or delimiter of each, and is in every byte.
const EVERY_BYTE: [Edit; 3] = [Edit::Flip(0x01), Edit::Remove, Edit::Insert(b'0')];

fn trust(name: &str) -> Trust {
    let folder = empty_folder(&format!("anchors-{name}"));
    for (place, anchor) in anchors().iter().enumerate() {
        fs::copy(anchor, folder.join(format!("{place}.pem"))).expect("copied");
    }
    // A seal carries no certificate between its own and the anchor.
    let between = root().join("certs-test/ca-sm2/certificate.pem");
    fs::copy(between, folder.join("between.pem")).expect("copied");
    Trust::load(&folder).expect("anchors")
}

fn sealed(form: Form) -> Vec<u8> {
    Workshop::open().seal(&one_page("Tamper with me"), form)
}

/// Carries out each of `edits` at each of `places`, on all processors; what was still valid.
fn survivors(file: &[u8], places: &[usize], edits: &[Edit], trust: &Trust) -> Vec<(usize, Edit)> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let search = || {
            let mut valid = Vec::new();
            while let Some(&at) = places.get(next.fetch_add(1, Ordering::Relaxed)) {
                for &edit in edits {
                    let bytes = edit.carry_out(file, at);
                    if verify(&bytes, trust, NOW).outcome == "VALID" {
                        valid.push((at, edit));
                    }
                }
            }
            valid
        };
        let searches: Vec<_> = (0..threads).map(|_| scope.spawn(search)).collect();
        searches.into_iter().flat_map(|search| search.join().expect("searched")).collect()
    })
}

#[track_caller]
fn none_survives(file: &[u8], places: &[usize], edits: &[Edit], trust: &Trust) {
    let report = verify(file, trust, NOW);
    assert_eq!(report.outcome, "VALID", "unchanged: {report:#?}");
    let survivors = survivors(file, places, edits, trust);
    let shown: Vec<String> = survivors
        .iter()
        .take(10)
        .map(|(at, edit)| {
            let around = &file[at.saturating_sub(20)..(at + 20).min(file.len())];
            format!("{edit:x?} at {at} near {:?}", String::from_utf8_lossy(around))
        })
        .collect();
    assert!(survivors.is_empty(), "{} changes go unseen:\n{}", survivors.len(), shown.join("\n"));
}

#[track_caller]
fn check(name: &str, form: Form) {
    let file = sealed(form);
    let everywhere: Vec<usize> = (0..file.len()).collect();
    none_survives(&file, &everywhere, &EVERY_BYTE, &trust(name));
}

#[test]
fn no_byte_of_a_pades_file_can_change() {
    check("rsa", Form::Rsa);
}

#[test]
fn no_byte_of_a_p256_file_can_change() {
    check("p256", Form::P256);
}

#[test]
fn no_byte_of_a_sealed_file_can_change() {
    check("sm2", Form::Sm2);
}

#[test]
fn no_byte_of_a_file_with_both_can_change() {
    check("both", Form::Both);
}

/// Where the digits of signatures stand.
fn digits(file: &[u8]) -> Vec<Range<usize>> {
    let starts = file.windows(12).enumerate().filter(|(_, window)| window == b"\n/Contents <");
    let end = |from: usize| from + file[from..].iter().position(|&byte| byte == b'>').expect("end");
    starts.map(|(at, _)| at + 12..end(at + 12)).collect()
}

#[test]
fn no_hex_digit_of_a_signature_can_change_its_case() {
    // 0x20 turns a-f into A-F: the same bytes in another spelling, which nobody signed for.
    let file = sealed(Form::Both);
    let letters: Vec<usize> =
        digits(&file).into_iter().flatten().filter(|&at| file[at].is_ascii_lowercase()).collect();
    assert!(letters.len() > 1000, "only {} letters", letters.len());
    none_survives(&file, &letters, &[Edit::Flip(0x20)], &trust("case"));
}

/// Other bits, and other bytes put in, wherever the bytes are not digits of a signature.
#[test]
fn no_byte_of_the_structure_can_change_in_other_ways() {
    let file = sealed(Form::P256);
    let digits = digits(&file);
    let structure: Vec<usize> =
        (0..file.len()).filter(|at| !digits.iter().any(|digits| digits.contains(at))).collect();
    let flips = [0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff].map(Edit::Flip);
    let inserts = [b' ', b'\n', b'%', b'>', 0].map(Edit::Insert);
    none_survives(&file, &structure, &[&flips[..], &inserts[..]].concat(), &trust("structure"));
}

/// Of a file with validation material and a time stamp over it, all that came after the signature.
#[test]
fn no_byte_of_what_was_kept_for_later_can_change() {
    let workshop = Workshop::open();
    let signed = workshop.seal_at_level(&one_page("Tamper with me"), Level::T);
    let file = workshop.stamped(&workshop.with_material(&signed), "Stamp1");
    let digits = digits(&file);
    let later: Vec<usize> = (signed.len()..file.len())
        .filter(|at| !digits.iter().any(|digits| digits.contains(at)))
        .collect();
    none_survives(&file, &later, &[Edit::Flip(0x01), Edit::Remove], &trust("kept"));
}

#[test]
fn nothing_can_be_appended_or_cut_off() {
    let trust = trust("ends");
    for form in [Form::Rsa, Form::Sm2, Form::Both] {
        let file = sealed(form);
        for cut in 1..file.len().min(400) {
            let outcome = verify(&file[..file.len() - cut], &trust, NOW).outcome;
            assert_ne!(outcome, "VALID", "{form:?}: {cut} bytes fewer");
        }
        for tail in [&b"\n"[..], b" ", b"\0", b"%%EOF\n", b"1 0 obj\n<<>>\nendobj\n", &file] {
            let longer = [&file, tail].concat();
            let outcome = verify(&longer, &trust, NOW).outcome;
            assert_ne!(outcome, "VALID", "{form:?} and {:?}", String::from_utf8_lossy(tail));
        }
    }
}
