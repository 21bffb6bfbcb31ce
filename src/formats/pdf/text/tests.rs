use super::*;
use crate::pdf::samples::{folder, two_pages_with};
use crate::pdf::{File, Limits, SectionKind};

fn occurrences(bytes: &[u8], keyword: &str) -> Vec<Occurrence> {
    let file = File::read(bytes, &Limits::default()).expect("reads");
    find(&file, keyword).expect("finds")
}

/// A page whose content is `content`, with a Helvetica F1 and an Identity-H font F2 (codes 1 to 4 are
/// 盖章日期, 1000 wide; 5 is narrow).
fn page(content: &str, more: &[(u32, &str)]) -> Vec<u8> {
    let stream = |data: &str| format!("<< /Length {} >>\nstream\n{data}\nendstream", data.len());
    let map = "1 beginbfrange <0001> <0004> [<76d6> <7ae0> <65e5> <671f>] endbfrange \
               1 beginbfchar <0005> <002e> endbfchar";
    let (content, map) = (stream(content), stream(map));
    let mut objects = vec![
        (
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 720 720] /Contents 5 0 R /Resources \
             << /Font << /F1 6 0 R /F2 7 0 R >> /XObject << /X 10 0 R >> >> >>",
        ),
        (5, &*content),
        (
            7,
            "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 8 0 R \
             /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 1000 /W [5 [250]] >>] >>",
        ),
        (8, &map),
    ];
    objects.extend(more);
    two_pages_with(SectionKind::Table, &objects)
}

#[track_caller]
fn check(content: &str, keyword: &str, expected: &[(f64, f64, f64, f64)]) {
    let found = occurrences(&page(content, &[]), keyword);
    let mm = 25.4 / 72.0;
    let boxes: Vec<_> = found
        .iter()
        .filter(|found| found.page == 0)
        .map(|found| {
            let PlaceMm { x, y, width, height } = found.place;
            let points = |value: f64| (value / mm * 100.0).round() / 100.0;
            (points(x), points(720.0 * mm - y - height), points(width), points(height))
        })
        .collect();
    assert_eq!(boxes, expected, "{content}");
}

#[test]
fn operators() {
    // Left, bottom, width, height in points; the box is 0.12 below and 0.88 above the base line.
    check("BT /F2 10 Tf 100 200 Td <00010002> Tj ET", "盖章", &[(100.0, 198.8, 20.0, 10.0)]);
    check(
        "BT /F2 10 Tf 1 0 0 1 100 200 Tm [<0001> -1000 <0002>] TJ ET",
        "盖 章",
        &[(100.0, 198.8, 30.0, 10.0)],
    );
    check("BT /F2 10 Tf 2 Tc 100 200 Td <00010002> Tj ET", "盖章", &[(100.0, 198.8, 22.0, 10.0)]);
    check("BT /F2 10 Tf 50 Tz 100 200 Td <00010002> Tj ET", "盖章", &[(100.0, 198.8, 10.0, 10.0)]);
    check(
        "2 0 0 2 10 20 cm BT /F2 10 Tf 5 Ts 0 0 Td <0001> Tj ET",
        "盖",
        &[(10.0, 27.6, 20.0, 20.0)],
    );
    check(
        "q 9 0 0 9 0 0 cm Q BT /F2 10 Tf 5 5 TD <0003> Tj T* <0001> Tj ET",
        "盖",
        &[(5.0, 8.8, 10.0, 10.0)],
    );
    check("BT /F2 10 Tf 12 TL 50 50 Td <0003> Tj <0001> ' ET", "盖", &[(50.0, 36.8, 10.0, 10.0)]);
    check("BT /F2 10 Tf 12 TL 50 50 Td 0 3 <00010002> \" ET", "盖章", &[(50.0, 36.8, 23.0, 10.0)]);
    check("BT /F1 10 Tf 0 0 Td (Seal here) Tj ET", "here", &[(22.79, -1.2, 20.01, 10.0)]);
    check(
        "BI /W 1 /H 1 ID x\n(Tj) EIx\nEI BT /F2 10 Tf 0 0 Td <0001> Tj ET",
        "盖",
        &[(0.0, -1.2, 10.0, 10.0)],
    );
}

#[test]
fn what_belongs_together() {
    check("BT /F2 10 Tf 100 200 Td <0001> Tj 0 -20 Td <0002> Tj ET", "盖章", &[]);
    check("BT /F2 10 Tf 100 200 Td <0001> Tj 300 0 Td <0002> Tj ET", "盖章", &[]);
    check(
        "BT /F2 10 Tf 100 200 Td <00010002> Tj 0 -20 Td <00010002> Tj ET",
        "盖章",
        &[(100.0, 198.8, 20.0, 10.0), (100.0, 178.8, 20.0, 10.0)],
    );
    check("BT /F2 10 Tf 100 200 Td <00010002> Tj ET", "章盖", &[]);
    check("BT /F2 10 Tf 100 200 Td <00010002> Tj ET", " ", &[]);
}

#[test]
fn forms_and_turned_pages() {
    let form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Matrix [1 0 0 1 7 8] /Length 47 >>\n\
                stream\nBT /F2 10 Tf 0 0 Td <0001> Tj ET /X Do          \nendstream";
    let found = occurrences(&page("1 0 0 1 100 100 cm /X Do", &[(10, form)]), "盖");
    assert_eq!(found.len(), 1, "a form that draws itself is drawn once");
    let mm = 25.4 / 72.0;
    assert!((found[0].place.x - 107.0 * mm).abs() < 0.01);
    let place = found[0].seal_place(40.0, 40.0);
    assert!((place.x + 20.0 - (107.0 + 5.0) * mm).abs() < 0.01);
    let corner =
        Occurrence { place: PlaceMm { x: 0.0, y: 250.0, width: 5.0, height: 5.0 }, ..found[0] };
    let place = corner.seal_place(40.0, 40.0);
    assert!(place.x.abs() < 1e-9 && (place.y - (254.0 - 40.0)).abs() < 0.01);
}

#[test]
fn hostile_content_ends() {
    let deep = "q ".repeat(100_000);
    let file = page(&deep, &[]);
    let file = File::read(&file, &Limits::default()).expect("reads");
    assert!(find(&file, "x").is_err());
    let junk = page("BT /F2 10 Tf ) > } 1 0 R [[[ << <0001> Tj (unclosed", &[]);
    assert!(find(&File::read(&junk, &Limits::default()).expect("reads"), "盖").is_ok());
}

#[test]
fn foreign_files() {
    for (name, bytes) in folder("text of foreign files", "samples/pdf/unsigned") {
        let Ok(file) = File::read(&bytes, &Limits::default()) else { continue };
        let found = find(&file, "Hello").map(|found| found.len());
        if ["minimal.pdf", "minimal-two-pages.pdf", "minimal-hybrid-xref.pdf"].contains(&&*name) {
            assert_eq!(found, Ok(1), "{name}");
        }
    }
}
