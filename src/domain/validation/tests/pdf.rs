//! Documents: each form, several signatures, and what must not pass.

use super::*;
use formats::pdf::sign::{Appearance, Placement, SignatureKind, SignatureRequest, prepare};
use formats::pdf::{PlaceMm, SealPicture};

/// A PDF with one page, as plain as can be.
pub(super) fn plain_pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut file = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = file.len();
    file.push_str("xref\n0 4\n0000000000 65535 f \n");
    for offset in offsets {
        file.push_str(&format!("{offset:010} 00000 n \n"));
    }
    file.push_str(&format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    file.into_bytes()
}

/// A red square of 4 by 4 pixels.
fn picture(red: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 4, 4);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[red, 0, 0].repeat(16)).expect("samples");
    writer.finish().expect("an end");
    out
}

pub(super) fn request(field: &str, kind: SignatureKind, shown: Option<&[u8]>) -> SignatureRequest {
    let mut request = SignatureRequest::new(field, kind);
    request.signing_time = Some(SEALED);
    request.appearance = shown.map(|picture| Appearance {
        picture: SealPicture::read(picture, &Limits::default()).expect("a picture"),
        placements: vec![Placement::Page {
            index: 0,
            place: PlaceMm { x: 120.0, y: 200.0, width: 42.0, height: 42.0 },
        }],
    });
    request
}

pub(super) fn pades_pdf(original: &[u8], field: &str) -> Vec<u8> {
    let request = request(field, SignatureKind::Pades, None);
    let prepared = prepare(original, &request, &Limits::default()).expect("a revision");
    prepared.complete(&pades(&prepared.covered(), None)).expect("room")
}

fn sealed_pdf(original: &[u8], field: &str, shown: Option<&[u8]>) -> Vec<u8> {
    let request = request(field, SignatureKind::Seal, shown);
    let prepared = prepare(original, &request, &Limits::default()).expect("a revision");
    let seal = seal(SealCase::default(), &picture(200));
    prepared.complete(&sealed(&seal, &prepared.covered(), SEALED, None)).expect("room")
}

#[track_caller]
fn check_pdf(bytes: &[u8], expected: &str) {
    check(&facts(bytes, None), &policy(), LOOKED, expected);
}

#[test]
fn pdf_of_each_form() {
    let plain = plain_pdf();
    check_pdf(&plain, "INDETERMINATE signed=no_signature");
    assert!(judge(&facts(&plain, None), &policy(), LOOKED).is_unsigned());
    let pades = pades_pdf(&plain, "Signature1");
    check_pdf(&pades, "VALID");
    let sm2 = sealed_pdf(&plain, "Seal1", Some(&picture(200)));
    check_pdf(&sm2, "VALID");
    let both = sealed_pdf(&pades, "Seal1", Some(&picture(200)));
    check_pdf(&both, "VALID");
    let report = judge(&facts(&both, None), &policy(), LOOKED);
    let forms: Vec<Form> = report.signatures.iter().map(|one| one.form).collect();
    assert_eq!(forms, [Form::Pades, Form::Sm2Seal]);
    let whole: Vec<Option<bool>> =
        report.signatures.iter().map(|one| one.covers_whole_file).collect();
    assert_eq!(whole, [Some(false), Some(true)]);
}

#[test]
fn another_stamp_than_the_seals() {
    let file = sealed_pdf(&plain_pdf(), "Seal1", Some(&picture(201)));
    check_pdf(&file, "INVALID seal_picture=seal_picture_mismatch");
    let invisible = sealed_pdf(&plain_pdf(), "Seal1", None);
    check_pdf(&invisible, "VALID");
}

#[test]
fn one_broken_signature_hides_no_other() {
    let both = sealed_pdf(&pades_pdf(&plain_pdf(), "Signature1"), "Seal1", None);
    let mut broken = both.clone();
    let at = both.windows(8).position(|window| window == b"MediaBox").expect("a page");
    broken[at + 10] = b'1';
    let report = judge(&facts(&broken, None), &policy(), LOOKED);
    assert_eq!(report.outcome, Outcome::Invalid);
    let outcomes: Vec<Outcome> = report.signatures.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Invalid, Outcome::Invalid]);
    // Only the second signature's own value is damaged: the first stays right.
    let mut broken = both.clone();
    let contents = both.windows(9).rposition(|window| window == b"/Contents").expect("a signature");
    let last_digit =
        contents + both[contents..].windows(4).position(|w| w == b"0000").expect("0") - 2;
    broken[last_digit] = if broken[last_digit] == b'1' { b'2' } else { b'1' };
    let report = judge(&facts(&broken, None), &policy(), LOOKED);
    let outcomes: Vec<Outcome> = report.signatures.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes[1], Outcome::Invalid);
    assert_eq!(report.outcome, Outcome::Invalid);
}

#[test]
fn hidden_bytes_behind_the_signature() {
    let file = sealed_pdf(&plain_pdf(), "Seal1", None);
    let contents = file.windows(9).rposition(|window| window == b"/Contents").expect("contents");
    let close = contents + file[contents..].iter().position(|byte| *byte == b'>').expect("an end");
    let mut changed = file.clone();
    changed[close - 1] = b'7';
    check_pdf(&changed, "INVALID format=padding_not_empty");
}

#[test]
fn something_appended() {
    let file = sealed_pdf(&plain_pdf(), "Seal1", None);
    let appended = [file, b"% one more line\n".to_vec()].concat();
    let report = judge(&facts(&appended, None), &policy(), LOOKED);
    assert_eq!(
        summary(&report),
        "INVALID document_structure=modified_after_seal file_covered=byte_range_invalid"
    );
}
