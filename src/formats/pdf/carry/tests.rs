use super::*;
use crate::pdf::SectionKind;
use crate::pdf::samples::{append_section, folder, two_pages_with};

const FIRST: usize = 10;

fn carried(objects: &[(u32, &str)]) -> Carried {
    let one_page = [(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"), (4, "null")];
    let objects = [&one_page, objects].concat();
    let file = two_pages_with(SectionKind::Table, &objects);
    carry(&file, FIRST, &Limits::default()).expect("carried")
}

fn texts(carried: &Carried) -> Vec<String> {
    carried.objects.iter().map(|object| String::from_utf8_lossy(object).into_owned()).collect()
}

fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

#[test]
fn a_page_is_a_form_with_what_it_draws_by() {
    let content = stream("", "/F1 9 Tf");
    let carried = carried(&[
        (
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] /CropBox [10 20 110 220] \
             /Contents 5 0 R /Resources << /Font << /F#31 6 0 R >> /Own (a\\)b) >> \
             /AA << /O 7 0 R >> >>",
        ),
        (5, &content),
        (6, "<< /Type /Font /Size 1.5 /Wide -3 /On true /Of [null 8 0 R] /Parent 3 0 R >>"),
        (7, "<< /S /JavaScript >>"),
        (8, "<< /Type /Catalog /Pages 2 0 R >>"),
    ]);
    let page = &carried.pages[0];
    assert_eq!((page.width, page.height), (100.0, 200.0));
    assert!(page.content.starts_with("q 1 0 0 1 -10 -20 cm /Page Do\n10 20 100 200 re W n\n"));
    assert_eq!(page.forms[0].1, FIRST + 1);
    let texts = texts(&carried);
    let form = &texts[1];
    assert!(form.contains("/BBox [10 20 110 220]") && form.contains("/F1 9 Tf"), "{form}");
    assert!(form.contains("/F1 10 0 R") && form.contains("/Own <612962>"), "{form}");
    assert!(texts[0].contains("/Size 1.5") && texts[0].contains("/Wide -3"), "{}", texts[0]);
    // What leads back to the document, and what acts, stays behind.
    for word in ["JavaScript", "Catalog", "Parent"] {
        assert!(texts.iter().all(|text| !text.contains(word)), "{word}: {texts:?}");
    }
}

#[test]
fn turned_pages_stand_upright() {
    for (rotate, size, matrix) in [
        ("0", (100.0, 200.0), "1 0 0 1 -10 -20"),
        ("90", (200.0, 100.0), "0 -1 1 0 -20 110"),
        ("180", (100.0, 200.0), "-1 0 0 -1 110 220"),
        ("270", (200.0, 100.0), "0 1 -1 0 220 -10"),
    ] {
        let page =
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [10 20 110 220] /Rotate {rotate} >>");
        let carried = carried(&[(3, &page)]);
        let page = &carried.pages[0];
        assert_eq!((page.width, page.height), size, "{rotate}");
        assert!(page.content.starts_with(&format!("q {matrix} cm")), "{}", page.content);
    }
}

#[test]
fn annotations_are_drawn_as_they_are_seen() {
    let form = stream("/Type /XObject /Subtype /Form /BBox [0 0 10 10]", "0 0 10 10 re f");
    let one = |flags: u32| {
        format!("<< /Subtype /Widget /FT /Sig /F {flags} /Rect [20 30 40 70] /AP << /N 6 0 R >> >>")
    };
    for (flags, drawn) in [(4, true), (0, true), (2, false), (32, false)] {
        let annotation = one(flags);
        let carried = carried(&[
            (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Annots [5 0 R] >>"),
            (5, &annotation),
            (6, &form),
        ]);
        let page = &carried.pages[0];
        let content = page.content.contains("q 2 0 0 4 20 30 cm /Note0 Do Q");
        assert_eq!((content, page.forms.len()), (drawn, 1 + usize::from(drawn)), "{flags}");
        assert!(texts(&carried).iter().all(|text| !text.contains("/Sig")));
    }
}

#[test]
fn contents_in_parts_are_joined() {
    let (one, two) = (stream("", "q 1 0 0 1 0 0 cm"), stream("", "Q"));
    let carried = carried(&[
        (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents [5 0 R 6 0 R] >>"),
        (5, &one),
        (6, &two),
    ]);
    let form = carried.objects.iter().find(|one| one.starts_with(b"<< /Type /XObject"));
    assert!(String::from_utf8_lossy(form.expect("a form")).contains("/Filter /FlateDecode"));
}

#[test]
fn what_goes_round_ends_and_what_overlaps_is_refused() {
    let round = carried(&[
        (
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /A 5 0 R >> \
             >> >>",
        ),
        (5, "<< /B 6 0 R >>"),
        (6, "<< /A 5 0 R /C 6 0 R >>"),
    ]);
    assert!(round.objects.len() < 20);
    // Each stream holds all that follow it: small, and large when each is copied for itself.
    assert!(carry(&nested(60), FIRST, &Limits::default()).is_err());
    assert!(carry(&nested(1), FIRST, &Limits::default()).is_ok());
}

/// A page that draws streams of which each lies in the one before.
fn nested(count: usize) -> Vec<u8> {
    const END: &str = "\nendstream\nendobj\n";
    let head = |number: usize, length: usize| {
        format!("{number} 0 obj\n<< /Length {length:08} >>\nstream\n")
    };
    let numbers: Vec<usize> = (100..100 + count).collect();
    let named: String = numbers.iter().map(|one| format!("/X{one} {one} 0 R ")).collect();
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << {named}>> >> >>"
    );
    let objects = [
        (1, "<< /Type /Catalog /Pages 2 0 R >>"),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, page.as_str()),
    ];
    let (mut bytes, mut offsets) = (b"%PDF-1.7\n".to_vec(), Vec::new());
    for (number, body) in objects {
        offsets.push((number, bytes.len()));
        bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    for (place, number) in numbers.iter().enumerate() {
        let below = (count - place - 1) * (head(*number, 0).len() + END.len());
        offsets.push((u32::try_from(*number).expect("small"), bytes.len()));
        bytes.extend(head(*number, below + 500).bytes());
    }
    bytes.extend([b'x'; 500]);
    bytes.extend(END.repeat(count).bytes());
    append_section(&mut bytes, SectionKind::Table, offsets, 200, "/Root 1 0 R");
    bytes
}

#[test]
fn foreign_files_are_carried_or_refused() {
    for (name, bytes) in folder("pages of foreign files", "samples/pdf/unsigned") {
        let Ok(carried) = carry(&bytes, FIRST, &Limits::default()) else { continue };
        assert!(!carried.pages.is_empty(), "{name}");
        let size: usize = carried.objects.iter().map(Vec::len).sum();
        assert!(size < bytes.len() * 8 + (1 << 20), "{name}: {size}");
    }
}
