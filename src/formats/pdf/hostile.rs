//! Hostile and damaged files: they end quickly, by name, and no single byte of a sealed file matters
//! to nobody.

use super::samples::{folder, tool, two_pages_with};
use super::sign::{SignatureKind, SignatureRequest, prepare};
use super::*;
use std::time::{Duration, Instant};

fn sealed() -> Vec<u8> {
    let original = two_pages_with(
        SectionKind::Table,
        &[(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"), (4, "null"), (6, "null")],
    );
    let mut request = SignatureRequest::new("S", SignatureKind::Seal);
    request.contents_reserve = 40;
    let prepared = prepare(&original, &request, &Limits::default()).expect("prepares");
    prepared.complete(&DER).expect("room")
}

const DER: [u8; 34] = [
    0x30, 32, 4, 30, 0xab, 0xcd, 0xef, 3, 4, 5, 6, 7, 8, 9, 10, 0xab, 0xcd, 0xef, 3, 4, 5, 6, 7, 8,
    9, 10, 0xab, 0xcd, 0xef, 3, 4, 5, 6, 7,
];

/// Whether the file still holds what was signed, for a validator that looks at everything.
fn stands(file: &[u8], message: &[u8]) -> bool {
    let Ok(facts) = examine(file, &Limits::default()) else { return false };
    let [facts_of] = &facts.signatures[..] else { return false };
    let signed = &facts_of.signed;
    let genuine = signed.der() == DER
        && signed.message(file).is_some_and(|parts| parts.concat() == message)
        && signed.padding().iter().all(|&byte| byte == 0);
    genuine
        && signed.coverage == Ok(Coverage::WholeFile)
        && facts_of.later.level == ChangeLevel::None
        && facts.defects.is_empty()
        && facts.strays.is_empty()
}

#[test]
fn no_byte_may_change() {
    let file = sealed();
    let facts = examine(&file, &Limits::default()).expect("reads");
    let message = facts.signatures[0].signed.message(&file).expect("covered").concat();
    assert!(stands(&file, &message));
    let mut changed = file.clone();
    for at in 0..file.len() {
        for mask in [0x01, 0x20, 0x80] {
            changed[at] ^= mask;
            assert!(!stands(&changed, &message), "byte {at} with {mask:#x}");
            changed[at] = file[at];
        }
    }
    for at in 0..file.len() {
        let without = [&file[..at], &file[at + 1..]].concat();
        assert!(!stands(&without, &message), "byte {at} removed");
        let with = [&file[..at], b"0", &file[at..]].concat();
        assert!(!stands(&with, &message), "a byte at {at} inserted");
    }
}

/// Everything that reads a file.
fn exercise(bytes: &[u8]) {
    let limits = Limits::default();
    let _ = examine(bytes, &limits);
    if let Ok(file) = File::read(bytes, &limits) {
        let _ = outline(&file);
        let _ = text::find(&file, "Hello");
    }
    let request = SignatureRequest::new("New", SignatureKind::Pades);
    if let Ok(prepared) = prepare(bytes, &request, &limits) {
        let signed = prepared.complete(&DER).expect("room");
        assert!(signed.starts_with(bytes));
        let facts = examine(&signed, &limits);
        let found = facts.iter().flat_map(|facts| &facts.signatures);
        assert!(
            found.into_iter().any(|facts| facts.signed.field_name == "New"),
            "lost its signature"
        );
    }
}

/// A small generator of our own, so that a failure can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("fits")
    }
}

#[test]
fn damage_never_panics() {
    let mut seeds: Vec<Vec<u8>> = [SectionKind::Table, SectionKind::Stream, SectionKind::Hybrid]
        .into_iter()
        .map(|kind| two_pages_with(kind, &[]))
        .chain([sealed()])
        .collect();
    seeds
        .extend(folder("damage", "samples/pdf/signed").into_iter().map(|(_, bytes)| bytes).take(4));
    let mut chance = Chance(0x5eed);
    for round in 0..800 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..=chance.below(4) {
            let at = chance.below(bytes.len());
            match chance.below(4) {
                0 => bytes[at] = u8::try_from(chance.below(256)).expect("a byte"),
                1 => drop(bytes.drain(at..(at + chance.below(40)).min(bytes.len()))),
                2 => {
                    let from = chance.below(bytes.len());
                    let piece = bytes[from..(from + chance.below(60)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
                _ => bytes[at] = b"0123456789<>[]/ R"[chance.below(17)],
            }
            if bytes.is_empty() {
                bytes.push(b'%');
            }
        }
        exercise(&bytes);
    }
}

/// Two seconds; unoptimised code on a busy machine gets more.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// What must happen when somebody wants a seal on them; `either` in the manifest is free.
const SEALING: [(&str, bool); 5] = [
    ("00-control.pdf", true),
    ("04-parent-loop.pdf", false),
    ("10-startxref-far.pdf", false),
    ("18-count-1e9.pdf", true),
    ("24-neg-length.pdf", false),
];

#[test]
fn hostile_files_end_quickly() {
    for (name, bytes) in folder("hostile files", "vectors/hostile/pdf-hostile") {
        let started = Instant::now();
        exercise(&bytes);
        let request = SignatureRequest::new("New", SignatureKind::Pades);
        let outcome = prepare(&bytes, &request, &Limits::default());
        assert!(started.elapsed() < PATIENCE, "{name}: {:?}", started.elapsed());
        let expected = SEALING.iter().any(|(known, sealed)| *known == name && *sealed);
        assert_eq!(outcome.is_ok(), expected, "{name}: {:?}", outcome.map(|_| ()));
    }
}

/// Made here, after the classes of which the manifest shows every second one.
#[test]
fn more_hostile_files() {
    let huge_index = |index: &str, size: &str| {
        let text = format!(
            "%PDF-1.7\n1 0 obj\n<< /Type /XRef /W [1 2 1] /Index [{index}] /Size {size} /Length 4 /Root 1 0 R >>\n\
             stream\n\0\0\0\0\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
        );
        text.into_bytes()
    };
    let deep = format!("<< /Type /Catalog /Pages 2 0 R /X {} >>", "[".repeat(50_000));
    let wide = format!("<< /Type /Catalog /Pages 2 0 R /X [{}] >>", "0 ".repeat(1_000_000));
    let long_kids = format!("<< /Type /Pages /Kids [{}] /Count 1 >>", "3 0 R ".repeat(100_000));
    let length_loop = "<< /Length 5 0 R >>\nstream\nx\nendstream";
    let files = [
        ("deep arrays", two_pages_with(SectionKind::Table, &[(1, &deep)])),
        ("a million values", two_pages_with(SectionKind::Table, &[(1, &wide)])),
        (
            "kids loop",
            two_pages_with(SectionKind::Table, &[(2, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>")]),
        ),
        ("one kid often", two_pages_with(SectionKind::Table, &[(2, &long_kids)])),
        ("length of itself", two_pages_with(SectionKind::Table, &[(5, length_loop)])),
        ("huge index", huge_index("0 4000000000", "4000000000")),
        ("overflowing index", huge_index("18446744073709551615 2", "9")),
        ("many indexes", huge_index(&"0 0 ".repeat(100_000), "9")),
        (
            "launch",
            two_pages_with(
                SectionKind::Table,
                &[(1, "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch >> >>")],
            ),
        ),
        (
            "external stream",
            two_pages_with(
                SectionKind::Table,
                &[(5, "<< /Length 1 /F (/etc/passwd) >>\nstream\nx\nendstream")],
            ),
        ),
        (
            "zero page",
            two_pages_with(
                SectionKind::Table,
                &[(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 0 0] >>")],
            ),
        ),
        ("reference loop", two_pages_with(SectionKind::Table, &[(2, "2 0 R")])),
    ];
    for (name, bytes) in files {
        let started = Instant::now();
        exercise(&bytes);
        let request = SignatureRequest::new("New", SignatureKind::Pades);
        assert!(prepare(&bytes, &request, &Limits::default()).is_err(), "{name} was sealed");
        assert!(started.elapsed() < PATIENCE, "{name}: {:?}", started.elapsed());
    }
}

#[test]
fn linearized_files_are_one_revision() {
    let plain = two_pages_with(SectionKind::Table, &[]);
    let arguments = ["--linearize", "--object-streams=generate", "-"];
    let path = std::env::temp_dir().join(format!("yz-linearized-{}.pdf", std::process::id()));
    std::fs::write(&path, &plain).expect("writable");
    let output = std::process::Command::new("qpdf").arg(&path).args(arguments).output();
    let _ = std::fs::remove_file(&path);
    let Ok(output) = output else { return crate::shared::skip("linearized", "qpdf is absent") };
    let file = File::read(&output.stdout, &Limits::default()).expect("reads");
    assert_eq!(outline(&file).expect("outlines").revisions.len(), 1);
    let request = SignatureRequest::new("New", SignatureKind::Pades);
    let prepared = prepare(&output.stdout, &request, &Limits::default()).expect("prepares");
    let signed = prepared.complete(&DER).expect("room");
    let facts = examine(&signed, &Limits::default()).expect("examines");
    assert_eq!(facts.signatures[0].signed.coverage, Ok(Coverage::WholeFile));
    assert!(facts.defects.is_empty(), "{:?}", facts.defects);
    if let Some((sound, text)) = tool("linearized", "qpdf", &["--check"], &signed) {
        assert!(sound, "{text}");
    }
}
