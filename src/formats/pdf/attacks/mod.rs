//! Attacks on our own sealed files, by class, and honest changes that must not be taken for one.
//! The cryptography is played: a signature counts as genuine while the bytes it covers and its DER
//! value are those that were signed.

use super::picture::tests::png;
use super::samples::{append_section, file};
use super::sign::{Appearance, Placement, SignatureKind, SignatureRequest, prepare};
use super::*;
use std::collections::HashMap;
use table::{Attack, Writer, attacks, objects, stream};

mod honest;
mod shapes;
mod sight;
mod structure;
#[path = "../../../../tests/support/attacks/mod.rs"]
#[allow(unreachable_pub)] // the file is shared with tests where `pub` is reachable
mod table;
mod updates;

const DER: [u8; 20] = [0x30, 18, 4, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

/// What the test's signers have signed: DER value to message.
#[derive(Clone, Default)]
struct Signers(HashMap<Vec<u8>, Vec<u8>>);

impl Signers {
    /// Signs `original` visibly, the way the product does.
    fn sign(&mut self, original: &[u8], name: &str, kind: SignatureKind, shown: bool) -> Vec<u8> {
        let mut request = SignatureRequest::new(name, kind);
        request.contents_reserve = 64;
        request.refuse_active_content = false;
        if shown {
            let file = png(2, 2, ::png::ColorType::Rgb, &[200; 12]);
            let picture = SealPicture::read(&file, &Limits::default()).expect("picture");
            let place = PlaceMm { x: 100.0, y: 200.0, width: 40.0, height: 40.0 };
            let placements = vec![Placement::Page { index: 0, place }];
            request.appearance = Some(Appearance { picture, placements });
        }
        self.complete(original, &request)
    }

    fn complete(&mut self, original: &[u8], request: &SignatureRequest) -> Vec<u8> {
        let prepared = prepare(original, request, &Limits::default()).expect("prepares");
        let mut der = DER.to_vec();
        der[4] = u8::try_from(self.0.len()).expect("few");
        self.0.insert(der.clone(), prepared.covered().concat());
        prepared.complete(&der).expect("room")
    }

    /// Names of the signatures of `file` that a careful validator would accept.
    fn accepted(&self, file: &[u8]) -> Vec<String> {
        let Ok(facts) = examine(file, &Limits::default()) else { return Vec::new() };
        if !facts.defects.is_empty() {
            return Vec::new();
        }
        let genuine = |signed: &SignedField| {
            let message = signed.message(file).map(|parts| parts.concat());
            message.is_some() && self.0.get(signed.der()) == message.as_ref()
        };
        let accepted = |facts: &&SignatureFacts| {
            genuine(&facts.signed)
                && facts.signed.coverage.is_ok()
                && facts.signed.padding().iter().all(|&byte| byte == 0)
                && facts.later.permitted()
        };
        facts
            .signatures
            .iter()
            .filter(accepted)
            .map(|facts| facts.signed.field_name.clone())
            .collect()
    }
}

/// The document that the attacks start from.
fn document(kind: SectionKind) -> Vec<u8> {
    let objects = objects();
    let borrowed: Vec<(u32, &str)> =
        objects.iter().map(|(number, body)| (*number, body.as_str())).collect();
    file(kind, &borrowed)
}

/// A file to be attacked.
struct Base<'a>(&'a [u8]);

impl Writer for Base<'_> {
    fn object(&self, number: u32) -> String {
        let read = File::read(self.0, &Limits::default()).expect("reads");
        let id = Id { number, generation: 0 };
        let object = read.newest().object(id).expect("reads").expect("exists");
        let end = object.stream.as_ref().map_or(object.object.span.end, |data| data.end + 10);
        String::from_utf8_lossy(&self.0[object.object.span.start..end]).into_owned()
    }

    fn update(&self, objects: &[(u32, &str)], freed: &[u32], trailer: &str) -> Vec<u8> {
        update(self.0, objects, freed, trailer)
    }
}

/// Appends an update with the given objects and trailer entries, as a classic writer would.
fn update(file: &[u8], objects: &[(u32, &str)], freed: &[u32], trailer: &str) -> Vec<u8> {
    let read = File::read(file, &Limits::default()).expect("the base reads");
    let (prev, size) = (read.sections[0].span.start, read.next_number().max(60));
    let mut bytes = file.to_vec();
    let mut offsets = Vec::new();
    for (number, body) in objects {
        offsets.push((*number, bytes.len()));
        bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    let root = if trailer.contains("/Root") { "" } else { "/Root 1 0 R" };
    let id = if trailer.contains("/ID") { "" } else { "/ID [<aa> <cc>]" };
    let prev = if trailer.contains("/Prev") { String::new() } else { format!("/Prev {prev}") };
    let trailer = format!("{root} {id} {prev} {trailer}");
    if read.section_kind() == SectionKind::Stream {
        // Offset 0 makes a free entry there.
        offsets.extend(freed.iter().map(|&number| (number, 0)));
        append_section(&mut bytes, SectionKind::Stream, offsets, size, &trailer);
        return bytes;
    }
    let start = bytes.len();
    bytes.extend(b"xref\n0 0\n");
    offsets.sort_unstable();
    let mut rows: Vec<(u32, String)> = offsets
        .iter()
        .map(|(number, offset)| (*number, format!("{offset:010} 00000 n \n")))
        .collect();
    rows.extend(freed.iter().map(|&number| (number, "0000000000 00001 f \n".to_owned())));
    rows.sort();
    for (number, row) in rows {
        bytes.extend(format!("{number} 1\n{row}").bytes());
    }
    bytes.extend(
        format!("trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    bytes
}

/// The newest text of an object, with one piece exchanged.
fn edited(file: &[u8], number: u32, from: &str, to: &str) -> String {
    Base(file).edited(number, from, to)
}

struct Sealed {
    signers: Signers,
    file: Vec<u8>,
    names: Vec<&'static str>,
}

/// The three forms, each over the three kinds of sections.
fn sealed() -> Vec<Sealed> {
    let mut all = Vec::new();
    for kind in [SectionKind::Table, SectionKind::Stream, SectionKind::Hybrid] {
        let document = document(kind);
        let mut signers = Signers::default();
        let pades = signers.sign(&document, "Pades", SignatureKind::Pades, true);
        all.push(Sealed { signers: signers.clone(), file: pades.clone(), names: vec!["Pades"] });
        let both = signers.sign(&pades, "Seal", SignatureKind::Seal, true);
        all.push(Sealed { signers, file: both, names: vec!["Pades", "Seal"] });
        let mut signers = Signers::default();
        let seal = signers.sign(&document, "Seal", SignatureKind::Seal, true);
        all.push(Sealed { signers, file: seal, names: vec!["Seal"] });
    }
    all
}

/// The signature object of a field.
fn signature(file: &[u8], name: &str) -> SignedField {
    let facts = examine(file, &Limits::default()).expect("reads");
    let found = facts.signatures.into_iter().find(|facts| facts.signed.field_name == name);
    found.expect("the field is there").signed
}

#[track_caller]
fn none_accepted(sealed: &Sealed, attack: &str, file: &[u8]) {
    // A machine with other work is slow at times; what costs too much, each time.
    let quick = (0..3).any(|_| {
        let started = std::time::Instant::now();
        let accepted = sealed.signers.accepted(file);
        assert!(accepted.is_empty(), "{attack}: {accepted:?} accepted of {:?}", sealed.names);
        started.elapsed().as_millis() < 500
    });
    assert!(quick, "{attack}: slow");
}
