//! Attacks on files with real signatures, through the whole engine: none is VALID, and all is said
//! quickly. Honest changes of the same files stay VALID.

use crate::support::attacks::{Sections, Writer, attacks, objects, shapes, stream, structural};
use crate::support::pdf::document;
use crate::support::service::empty_folder;
use crate::support::tree::root;
use crate::support::workshop::{AT, Form, Workshop, anchors};
use app::doctor::diagnose;
use app::offline::{Trust, verify};
use formats::pdf::{Limits, SignedField, examine};
use std::fs;
use std::time::{Duration, Instant};

/// A hundredth of this is the promise; unoptimised code on a busy machine gets more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tests run side by side: each has a folder of its own.
fn trust(name: &str) -> Trust {
    let folder = empty_folder(&format!("attacks-{name}"));
    let between = root().join("certs-test/ca-sm2/certificate.pem");
    for (place, anchor) in anchors().iter().chain([&between]).enumerate() {
        fs::copy(anchor, folder.join(format!("{place}.pem"))).expect("copied");
    }
    Trust::load(&folder).expect("anchors")
}

/// A sealed file, read as a person would: by the words in it, with no parser of ours.
struct Sealed {
    form: Form,
    file: Vec<u8>,
}

impl Sealed {
    fn all() -> Vec<Self> {
        let workshop = Workshop::open();
        let objects = objects();
        let plain = document(&objects, "/ID [<aa> <bb>] ");
        let forms = [Form::Rsa, Form::Sm2, Form::Both];
        forms.map(|form| Self { form, file: workshop.seal(&plain, form) }).into()
    }

    /// The numbers behind every `startxref`, in the order of the file.
    fn sections(&self) -> Vec<usize> {
        let text = String::from_utf8_lossy(&self.file).into_owned();
        let numbers = text.split("startxref\n").skip(1);
        numbers
            .map(|rest| rest.lines().next().expect("a line").parse().expect("a number"))
            .collect()
    }

    /// The newest signature; it is visible.
    fn last(&self) -> SignedField {
        let facts = examine(&self.file, &Limits::default()).expect("examined");
        let signatures = facts.signatures.into_iter().map(|facts| facts.signed);
        signatures.max_by_key(|signed| signed.revision).expect("signed")
    }
}

impl Writer for Sealed {
    fn object(&self, number: u32) -> String {
        let head = format!("\n{number} 0 obj\n");
        let at = self.file.windows(head.len()).rposition(|window| window == head.as_bytes());
        let body = &self.file[at.expect("the object") + head.len()..];
        let end = body.windows(7).position(|window| window == b"\nendobj").expect("an end");
        String::from_utf8_lossy(&body[..end]).into_owned()
    }

    fn update(&self, objects: &[(u32, &str)], freed: &[u32], trailer: &str) -> Vec<u8> {
        let mut bytes = self.file.clone();
        let mut rows: Vec<(u32, String)> =
            freed.iter().map(|&number| (number, "0000000000 00001 f \n".to_owned())).collect();
        for (number, body) in objects {
            rows.push((*number, format!("{:010} 00000 n \n", bytes.len())));
            bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        }
        rows.sort();
        let start = bytes.len();
        let table: String = rows.iter().map(|(number, row)| format!("{number} 1\n{row}")).collect();
        let prev = self.sections().last().copied().expect("a section");
        let root = if trailer.contains("/Root") { "" } else { "/Root 1 0 R" };
        let id = if trailer.contains("/ID") { "" } else { "/ID [<aa> <cc>]" };
        bytes.extend(
            format!(
                "xref\n0 0\n{table}trailer\n<< /Size 70 /Prev {prev} {root} {id} {trailer} >>\n\
                 startxref\n{start}\n%%EOF\n"
            )
            .bytes(),
        );
        bytes
    }
}

#[track_caller]
fn never_valid(sealed: &Sealed, attack: &str, file: &[u8], trust: &Trust) {
    assert_ne!(file, sealed.file, "{attack} changes nothing");
    let begin = Instant::now();
    let report = verify(file, trust, AT);
    let took = begin.elapsed();
    assert_ne!(report.outcome, "VALID", "{attack} on {:?}: {report:#?}", sealed.form);
    assert!(took < PATIENCE, "{attack} takes {took:?}");
    let found = diagnose(file, None, trust, AT);
    assert!(found.fails_here(), "{attack} on {:?} has no reason: {found:#?}", sealed.form);
}

#[test]
fn no_update_passes() {
    let trust = trust("updates");
    for sealed in Sealed::all() {
        let last = sealed.last();
        let (field, number) = (last.field.number, last.object.expect("an object").number);
        for attack in attacks() {
            let file = attack.carry_out(&sealed, field, number);
            never_valid(&sealed, attack.name, &file, &trust);
        }
    }
}

#[test]
fn no_crooked_structure_passes() {
    let trust = trust("structure");
    for sealed in Sealed::all() {
        let all = sealed.sections();
        let (oldest, newest) = (all[0], all[all.len() - 1]);
        for (attack, file) in structural(&sealed.file, Sections { oldest, newest, stream: oldest })
        {
            never_valid(&sealed, attack, &file, &trust);
        }
    }
}

#[test]
fn no_crooked_signature_passes() {
    let trust = trust("signature");
    for sealed in Sealed::all() {
        let last = sealed.last();
        let range = last.byte_range.expect("four");
        let length = last.der_length.expect("DER");
        for (attack, file) in shapes(&sealed.file, range, length) {
            never_valid(&sealed, attack, &file, &trust);
        }
    }
}

/// What anybody may do to a sealed file.
#[test]
fn honest_changes_stay_valid() {
    let (trust, workshop) = (trust("honest"), Workshop::open());
    for sealed in Sealed::all() {
        let text = "BT /F1 9 Tf (Hello) Tj ET";
        let look = "/Type /XObject /Subtype /Form /BBox [0 0 90 20] /Resources << /Font << /F1 6 0 R >> >>";
        let look = stream(look, text);
        let filled = sealed.edited(7, "/AP << /N 8 0 R >>", "/AP << /N 50 0 R >> /V (Hello)");
        let metadata = "<x:xmpmeta xmlns:x='a'><b/></x:xmpmeta>";
        let metadata = stream("/Type /Metadata /Subtype /XML", metadata);
        let stamped = workshop.stamped(&sealed.file, "Stamp1");
        let archived = workshop.stamped(&workshop.with_material(&stamped), "Stamp2");
        let second = match sealed.form {
            Form::Sm2 => workshop.seal(&sealed.file, Form::P256),
            _ => workshop.seal_again(&sealed.file, "Seal2"),
        };
        let changes = [
            ("nothing", sealed.update(&[], &[], "")),
            ("a field filled", sealed.update(&[(7, &filled), (50, &look)], &[], "")),
            ("metadata", sealed.update(&[(12, &metadata)], &[], "")),
            ("information", sealed.update(&[(50, "<< /ModDate (D:2026) >>")], &[], "/Info 50 0 R")),
            ("a time stamp", stamped),
            ("validation material", workshop.with_material(&sealed.file)),
            ("an archive", archived),
            ("a second seal", second),
        ];
        for (change, file) in changes {
            let at = AT + time::Duration::hours(2);
            let report = verify(&file, &trust, at);
            assert_eq!(report.outcome, "VALID", "{change} of {:?}: {report:#?}", sealed.form);
            let found = diagnose(&file, None, &trust, at);
            assert!(!found.fails_here(), "{change} of {:?}: {found:#?}", sealed.form);
        }
        // A field that does not show its value is not called a forgery, and not believed.
        let look = stream("/Type /XObject /Subtype /Form /BBox [0 0 90 20]", "0 0 9 9 re f");
        let file = sealed.update(&[(7, &filled), (50, &look)], &[], "");
        assert_eq!(verify(&file, &trust, AT).outcome, "INDETERMINATE", "{:?}", sealed.form);
    }
}
