use super::*;
use crate::pdf::picture::tests::png;
use crate::pdf::samples::{folder, tool, two_pages_with};
use crate::pdf::{PlaceMm, SealPicture, SectionKind};

const FORM: (u32, &str) = (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] >> >>");

fn picture() -> SealPicture {
    let pixels: Vec<u8> = (0..8 * 8).flat_map(|i| [200, 20, 20, (i * 4) as u8]).collect();
    SealPicture::read(&png(8, 8, ::png::ColorType::Rgba, &pixels), &Limits::default()).expect("png")
}

fn page_place(index: usize) -> Placement {
    Placement::Page { index, place: PlaceMm { x: 120.0, y: 200.0, width: 40.0, height: 40.0 } }
}

fn request(placements: &[Placement]) -> SignatureRequest {
    let mut request = SignatureRequest::new("Seal1", SignatureKind::Pades);
    request.reason = Some("发证".into());
    if !placements.is_empty() {
        request.appearance =
            Some(Appearance { picture: picture(), placements: placements.to_vec() });
    }
    request
}

fn sign(original: &[u8], request: &SignatureRequest) -> Result<Vec<u8>, SignRefused> {
    let prepared = prepare(original, request, &Limits::default())?;
    let signed = prepared.complete(&[0x30, 0x03, 0x02, 0x01, 0x05]).expect("room");
    assert!(signed.starts_with(original), "earlier bytes changed");
    let [a, b, c, d] = prepared.byte_range();
    assert_eq!((a, c + d, signed[b], signed[c - 1]), (0, signed.len(), b'<', b'>'));
    let text = format!("[{a:>10} {b:>10} {c:>10} {d:>10}]");
    assert!(signed[..b].windows(text.len()).any(|window| window == text.as_bytes()));
    let covered = prepared.covered().concat();
    assert_eq!(covered, [&signed[..b], &signed[c..]].concat());
    File::read(&signed, &Limits::default()).expect("the signed file reads");
    Ok(signed)
}

#[track_caller]
fn check_qpdf(test: &str, file: &[u8]) {
    if let Some((sound, text)) = tool(test, "qpdf", &["--check"], file) {
        assert!(sound, "{text}");
    }
}

#[test]
fn every_kind_of_section_twice() {
    for kind in [SectionKind::Table, SectionKind::Stream, SectionKind::Hybrid] {
        let original = two_pages_with(kind, &[]);
        check_qpdf("sections", &original);
        let once = sign(&original, &request(&[page_place(0)])).expect("signs");
        check_qpdf("sections", &once);
        let mut second =
            request(&[page_place(1), Placement::Riding { y: 100.0, width: 40.0, height: 40.0 }]);
        second.field_name = "Seal2".into();
        second.kind = SignatureKind::Seal;
        let twice = sign(&once, &second).expect("signs again");
        check_qpdf("sections", &twice);
        let file = File::read(&twice, &Limits::default()).expect("reads");
        let expected =
            if kind == SectionKind::Stream { SectionKind::Stream } else { SectionKind::Table };
        assert_eq!((file.section_kind(), file.sections.len()), (expected, 3));
        let form = crate::pdf::form::read(&file.newest()).expect("reads").expect("form");
        let names: Vec<_> =
            form.fields.iter().map(|field| (&*field.name, field.widgets.len())).collect();
        assert_eq!(names, [("Seal1", 1), ("Seal2", 3)]);
    }
}

#[test]
fn shapes_of_form_and_annotations() {
    let empty_field =
        (7, "<< /FT /Sig /T (Here) /Type /Annot /Subtype /Widget /Rect [10 10 90 90] /P 3 0 R >>");
    let annotated = (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots 8 0 R >>");
    let cases: [&[(u32, &str)]; 5] = [
        &[FORM, empty_field, annotated, (8, "[7 0 R]")],
        &[
            (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R >>"),
            (9, "<< /Fields 10 0 R /SigFlags 1 >>"),
            (10, "[7 0 R]"),
            empty_field,
            annotated,
            (8, "[ 7 0 R ]"),
        ],
        &[(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << >> >>")],
        &[
            (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm null >>"),
            (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots null >>"),
        ],
        &[(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [] /Rotate 90 >>")],
    ];
    for changes in cases {
        let original = two_pages_with(SectionKind::Table, changes);
        let signed = sign(&original, &request(&[page_place(1)])).expect("signs");
        check_qpdf("shapes", &signed);
        let second = sign(&signed, &SignatureRequest::new("Seal2", SignatureKind::Pades));
        check_qpdf("shapes", &second.expect("signs invisibly"));
    }
}

#[test]
fn an_existing_field_is_filled_in_its_own_place() {
    let original = two_pages_with(
        SectionKind::Table,
        &[
            FORM,
            (
                7,
                "<< /FT /Sig /T (Here) /Type /Annot /Subtype /Widget /Rect [10 10 90 90] \
                 /Lock << /Action /Include /Fields [(Other)] >> >>",
            ),
            (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [7 0 R] >>"),
        ],
    );
    let mut here = request(&[Placement::Field]);
    here.field_name = "Here".into();
    let signed = sign(&original, &here).expect("signs");
    check_qpdf("existing", &signed);
    assert!(signed.windows(8).any(|window| window == b"FieldMDP"));
    assert_eq!(sign(&signed, &here), Err(SignRefused::FieldSigned("Here".into())));
    here.appearance.as_mut().expect("set").placements = vec![page_place(0)];
    assert_eq!(sign(&original, &here), Err(SignRefused::PlaceOfField));
    let mut other = request(&[]);
    other.field_name = "Other".into();
    assert_eq!(sign(&signed, &other), Err(SignRefused::FieldLocked("Other".into())));
}

#[test]
fn refusals() {
    let plain = two_pages_with(SectionKind::Table, &[]);
    let mut named = request(&[]);
    for name in ["", "a.b"] {
        named.field_name = name.into();
        assert_eq!(sign(&plain, &named), Err(SignRefused::FieldName(name.into())));
    }
    let text_field = two_pages_with(SectionKind::Table, &[FORM, (7, "<< /FT /Tx /T (Seal1) >>")]);
    assert_eq!(sign(&text_field, &request(&[])), Err(SignRefused::FieldName("Seal1".into())));
    assert_eq!(
        sign(&plain, &request(&[page_place(2)])),
        Err(SignRefused::NoSuchPage { index: 2, pages: 2 })
    );
    let off = Placement::Page {
        index: 1,
        place: PlaceMm { x: 190.0, y: 0.0, width: 40.0, height: 40.0 },
    };
    assert_eq!(sign(&plain, &request(&[off])), Err(SignRefused::OffPage(1)));
    let mut trailing = plain.clone();
    trailing.extend(b"\nmore");
    assert_eq!(sign(&trailing, &request(&[])), Err(SignRefused::TrailingBytes(5)));
    let encrypted = two_pages_with(SectionKind::Table, &[]);
    let encrypted =
        String::from_utf8_lossy(&encrypted).replace("/Root 1 0 R", "/Root 1 0 R /Encrypt << >>");
    // The replaced header comment makes offsets wrong: the name of the refusal must be right all the same.
    assert!(sign(encrypted.as_bytes(), &request(&[])).is_err());
}

#[test]
fn certification_is_first_and_can_forbid_everything() {
    let plain = two_pages_with(SectionKind::Table, &[]);
    let mut certify = request(&[]);
    certify.doc_mdp = Some(1);
    let certified = sign(&plain, &certify).expect("signs");
    check_qpdf("certified", &certified);
    let mut second = request(&[]);
    second.field_name = "Second".into();
    assert_eq!(sign(&certified, &second), Err(SignRefused::Certified));
    certify.doc_mdp = Some(2);
    let certified = sign(&plain, &certify).expect("signs");
    assert!(sign(&certified, &second).is_ok());
    second.doc_mdp = Some(2);
    assert_eq!(sign(&certified, &second), Err(SignRefused::NotFirst));
}

#[test]
fn active_content_is_refused_when_asked() {
    for (catalog, expected) in [
        ("/OpenAction << /S /JavaScript /JS (x) >>", "OpenAction"),
        ("/OpenAction [3 0 R /Fit]", ""),
        ("/AA << >>", "AdditionalActions"),
        ("/Names << /EmbeddedFiles << >> >>", "EmbeddedFile"),
        ("/AcroForm << /XFA [] >>", "Xfa"),
        ("/Outlines << /A << /S /Launch >> >>", "Launch"),
    ] {
        let catalog = format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>");
        let original = two_pages_with(SectionKind::Table, &[(1, &catalog)]);
        let mut request = request(&[]);
        let refused = sign(&original, &request);
        match refused {
            Err(SignRefused::ActiveContent(findings)) => {
                assert_eq!(format!("{:?}", findings[0].kind), expected, "{catalog}");
            }
            other => assert!(expected.is_empty() && other.is_ok(), "{catalog}: {other:?}"),
        }
        request.refuse_active_content = false;
        sign(&original, &request).expect("signs when not asked");
    }
}

#[test]
fn the_room_grows_and_a_signing_resumes() {
    let original = two_pages_with(SectionKind::Stream, &[]);
    let mut request = request(&[]);
    request.contents_reserve = 10;
    let prepared = prepare(&original, &request, &Limits::default()).expect("prepares");
    assert_eq!(prepared.complete(&[1; 11]), Err(NeedsRoom { needed: 11 }));
    let resumed = Prepared::resume(&original, prepared.revision().to_vec(), prepared.gap());
    assert_eq!(resumed.expect("fits").complete(&[7; 10]), prepared.complete(&[7; 10]));
    assert_eq!(Prepared::resume(&original, prepared.revision().to_vec(), 0..5), None);
}

#[test]
fn foreign_files_are_signed_or_refused_by_name() {
    let mut report = String::new();
    for (name, original) in folder("foreign files", "samples/pdf/unsigned") {
        let outcome = match sign(&original, &request(&[])) {
            Ok(signed) => {
                let before = tool("foreign", "qpdf", &["--check"], &original);
                let after = tool("foreign", "qpdf", &["--check"], &signed);
                if let (Some((true, _)), Some((sound, text))) = (before, after) {
                    assert!(sound, "{name}: {text}");
                }
                "signed".to_owned()
            }
            Err(SignRefused::Unreadable(cause)) => format!("unreadable: {cause}"),
            Err(refused) => format!("{refused}"),
        };
        report += &format!("{name}\t{outcome}\n");
    }
    if !report.is_empty() {
        assert!(report == include_str!("foreign.tsv"), "outcomes changed:\n{report}");
    }
}
