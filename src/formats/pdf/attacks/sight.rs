//! What people see of changes that are allowed.

use super::*;

fn remarks(file: &[u8]) -> Vec<RemarkKind> {
    let facts = examine(file, &Limits::default()).expect("reads");
    let first = facts.signatures.iter().find(|facts| facts.signed.field_name == "Pades");
    let remarks = &first.expect("the first signature").later.remarks;
    remarks.iter().map(|remark| remark.kind).collect()
}

/// A seal drawn as ours are darkens the paper; a form that paints hides what is below it.
#[test]
fn a_new_widget_over_what_was_signed() {
    let Sealed { mut signers, file, .. } = sealed().remove(0);
    let mut request = SignatureRequest::new("Over", SignatureKind::Seal);
    request.contents_reserve = 64;
    let picture = png(2, 2, ::png::ColorType::Rgb, &[200; 12]);
    request.appearance = Some(Appearance {
        picture: SealPicture::read(&picture, &Limits::default()).expect("picture"),
        placements: vec![Placement::Page {
            index: 0,
            place: PlaceMm { x: 0.0, y: 0.0, width: 200.0, height: 200.0 },
        }],
    });
    assert_eq!(remarks(&signers.complete(&file, &request)), []);
    let picture = "/Resources << /XObject << /I 53 0 R >> >>";
    let image = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 \
                 /ColorSpace /DeviceGray";
    for (place, look, expected) in [
        ("[60 690 300 720]", "1 g 0 0 999 999 re f", &[RemarkKind::CoversText][..]),
        (
            "[0 0 595 842]",
            "1 g 0 0 999 999 re f",
            &[RemarkKind::CoversText, RemarkKind::CoversAnnotation],
        ),
        ("[60 690 300 720]", "/I Do", &[RemarkKind::CoversText]),
        ("[0 0 0 0]", "1 g 0 0 999 999 re f", &[]),
        ("[300 170 350 200]", "1 g 0 0 999 999 re f", &[RemarkKind::CoversAnnotation]),
    ] {
        let field = format!(
            "<< /FT /Sig /T (Over) /Type /Annot /Subtype /Widget /Rect {place} /P 3 0 R \
             /V 52 0 R /AP << /N 51 0 R >> >>"
        );
        let form = format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {picture}");
        let fields = edited(&file, 9, "[7 0 R", "[50 0 R 7 0 R");
        let page = edited(&file, 3, "[7 0 R", "[50 0 R 7 0 R");
        let covered = update(
            &file,
            &[
                (9, &fields),
                (3, &page),
                (50, &field),
                (51, &stream(&form, look)),
                (52, "<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>"),
                (53, &stream(image, "x")),
            ],
            &[],
            "",
        );
        assert_eq!(remarks(&covered), expected, "{place} {look}");
    }
}

#[test]
fn a_filled_field_shows_its_value() {
    let Sealed { file, .. } = sealed().remove(0);
    let font = "/Resources << /Font << /F1 6 0 R >> >>";
    let form = format!("/Type /XObject /Subtype /Form /BBox [0 0 90 20] {font}");
    let wrong = &[RemarkKind::OtherThanValue][..];
    for (value, look, expected) in [
        ("(Hello you)", "BT /F1 9 Tf (Hello) Tj 20 0 Td (you) Tj ET", &[][..]),
        ("<FEFF00480069>", "BT /F1 9 Tf (Hi) Tj ET", &[]),
        ("[(Hi) (you)]", "BT /F1 9 Tf (Hi, you) Tj ET", &[]),
        ("(Hello)", "BT /F1 9 Tf (Other) Tj ET", wrong),
        ("(Hello)", "0 0 9 9 re f", wrong),
        ("(Hello)", "BT /F9 9 Tf (Hello) Tj ET", wrong),
    ] {
        let field =
            edited(&file, 7, "/AP << /N 8 0 R >>", &format!("/AP << /N 50 0 R >> /V {value}"));
        let filled = update(&file, &[(7, &field), (50, &stream(&form, look))], &[], "");
        assert_eq!(remarks(&filled), expected, "{value} {look}");
    }
    // Without an appearance the reader draws the value itself; one left as it was is out of date.
    let bare = edited(&file, 7, "/AP << /N 8 0 R >>", "/V (Hello)");
    assert_eq!(remarks(&update(&file, &[(7, &bare)], &[], "")), []);
    let stale = edited(&file, 7, "/AP", "/V (Hello) /AP");
    assert_eq!(remarks(&update(&file, &[(7, &stale)], &[], "")), wrong);
}
