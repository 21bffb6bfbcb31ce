//! Every type with every sample: drawn, read back by outside programs, and looked at.
//!
//! `YZ_PICTURES=DIR cargo test -p render` leaves the PDFs and seals in DIR, for people to look at.

use crate::page::{Item, Page};
use crate::shared::skip;
use crate::{Fonts, RenderContext, RenderError, Rendered, license_pdf};
use domain::catalogue::{
    Content, FieldKind, Format, LicenseType, Sample, Value, built_in, samples,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use time::macros::datetime;

const IDENTIFIER: &str =
    "1.2.156.3005.2.11100000MB0143028R001.119999000000000198.20260302000001.001.K";
const CODE_URL: &str = "https://zheng.example.gov.cn/v/7KQ2M9XPD4";

struct Case {
    license_type: LicenseType,
    sample: Sample,
    content: Content,
}

/// Every sample with its type, checked once.
fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(read_cases);
    &CASES
}

fn read_cases() -> Vec<Case> {
    let types = built_in().expect("the built-in types");
    let with_type = |sample: Sample| {
        let known = types.iter().find(|known| Some(known.code()) == sample.license_type);
        let license_type = known.expect("a sample of a type").clone();
        let content = Content::check(&license_type, &sample.content).unwrap_or_else(|errors| {
            panic!("{} {}: {errors:?}", license_type.name().zh, sample.about)
        });
        Case { license_type, sample, content }
    };
    samples().expect("the samples").into_iter().map(with_type).collect()
}

fn context<'a>(fonts: &'a Fonts, issuer: &'a str) -> RenderContext<'a> {
    RenderContext {
        fonts,
        issuer,
        identifier: Some(IDENTIFIER),
        code_url: Some(CODE_URL),
        sample_mark: true,
        created: datetime!(2026-03-02 09:30:00 UTC),
    }
}

impl Case {
    fn drawn(&self, fonts: &Fonts) -> Rendered {
        let context = context(fonts, &self.sample.issuer);
        license_pdf(&self.license_type, &self.content, &context)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    fn name(&self) -> String {
        format!("{} ({})", self.license_type.name().zh, self.sample.about)
    }

    /// What drawing says when one value is changed.
    fn with(&self, key: &str, value: &str) -> Result<Rendered, RenderError> {
        let mut json = self.sample.content.clone();
        json.insert(key.to_owned(), value.into());
        let content = Content::check(&self.license_type, &json).expect("a right content");
        license_pdf(&self.license_type, &content, &context(&Fonts::embedded(), &self.sample.issuer))
    }
}

/// The first sample of a type.
fn first(name: &str) -> &'static Case {
    let found = cases().iter().find(|case| case.license_type.name().zh == name);
    found.expect("a type of this name")
}

/// Where the files of this run lie: `YZ_PICTURES`, or a folder of the test.
fn folder() -> PathBuf {
    let chosen = std::env::var_os("YZ_PICTURES").map(PathBuf::from);
    let folder = chosen.unwrap_or_else(|| std::env::temp_dir().join("yinzheng-render-tests"));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The output of a program, or none, said loudly, where it is absent.
fn ran(test: &str, program: &str, arguments: &[&str]) -> Option<std::process::Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(_) => {
            skip(test, &format!("{program} is absent"));
            None
        }
    }
}

fn written(case: &Case, number: usize, pdf: &[u8]) -> PathBuf {
    let name = case.license_type.name().en.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let path = folder().join(format!("{name}-{number}.pdf"));
    std::fs::write(&path, pdf).expect("written");
    path
}

#[test]
fn every_sample_is_drawn_and_read_back() {
    let fonts = Fonts::embedded();
    let mut numbers = BTreeMap::new();
    for case in cases() {
        let rendered = case.drawn(&fonts);
        let number = numbers.entry(case.license_type.code()).or_insert(0);
        *number += 1;
        let path = written(case, *number, &rendered.pdf);
        places_are_on_pages(case, &rendered);
        qpdf_accepts(case, &path);
        every_value_is_in_the_text(case, &path, rendered.pages.len());
    }
    assert!(numbers.values().sum::<usize>() >= 36);
}

fn places_are_on_pages(case: &Case, rendered: &Rendered) {
    assert!(!rendered.seals.is_empty(), "{}: no seal", case.name());
    for place in rendered.seals.iter().chain(&rendered.code) {
        let page = &rendered.pages[place.page - 1];
        let area = place.area;
        let inside = area.x >= 0.0
            && area.y >= 0.0
            && area.x + area.width <= page.width
            && area.y + area.height <= page.height;
        assert!(inside, "{}: {place:?}", case.name());
    }
}

fn qpdf_accepts(case: &Case, path: &Path) {
    let path = path.to_string_lossy();
    if let Some(output) = ran("qpdf_accepts", "qpdf", &["--check", &path]) {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{}: {said}", case.name());
    }
}

fn every_value_is_in_the_text(case: &Case, path: &Path, pages: usize) {
    let path = path.to_string_lossy();
    let Some(output) = ran("every_value", "pdftotext", &["-raw", &path, "-"]) else { return };
    let text = unspaced(&String::from_utf8_lossy(&output.stdout));
    for (key, value) in case.content.values() {
        let field = case.license_type.field(key).expect("its field");
        for printed in printed(&field.kind, value).iter().filter(|_| field.printed) {
            let printed: Vec<char> = unspaced(printed).chars().collect();
            let missing = printed.chunks(12).map(String::from_iter).filter(|c| !text.contains(c));
            let missing: Vec<String> = missing.collect();
            // The head and foot of a page may part one piece.
            assert!(missing.len() < pages, "{}: {key} {missing:?}", case.name());
        }
    }
    for expected in [&case.license_type.name().zh, &case.sample.issuer, IDENTIFIER, "SAMPLE"] {
        assert!(text.contains(&unspaced(expected)), "{}: {expected}", case.name());
    }
}

/// What a value prints in its usual form; periods in their two days.
fn printed(kind: &FieldKind, value: &Value) -> Vec<String> {
    match (value, kind) {
        (Value::Period(_), _) => {
            vec![value.printed(kind, Format::From), value.printed(kind, Format::To)]
        }
        (Value::Table(rows), FieldKind::Table { columns, .. }) => {
            let cells = rows.iter().flat_map(|row| columns.iter().zip(row));
            let filled = cells.filter_map(|(column, cell)| Some((column, cell.as_ref()?)));
            filled.map(|(column, cell)| cell.printed(&column.kind, Format::Plain)).collect()
        }
        _ => vec![value.printed(kind, Format::Plain)],
    }
}

fn unspaced(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for name in ["营业执照", "医师执业证书", "行政许可决定书"] {
        let case = first(name);
        // Two loads of the fonts, as in two processes.
        assert!(case.drawn(&Fonts::embedded()).pdf == case.drawn(&Fonts::embedded()).pdf, "{name}");
    }
}

#[test]
fn a_text_that_does_not_fit_names_its_field() {
    let cases = [
        ("营业执照", "business_scope", "一般项目；".repeat(580)),
        ("结婚证", "first_name", "阿".repeat(200)),
        ("建筑工程施工许可证", "scale", "总".repeat(200)),
        ("出生医学证明", "institution", "示".repeat(200)),
    ];
    for (name, key, value) in cases {
        let error = first(name).with(key, &value).expect_err(name);
        assert_eq!(error, RenderError::Overflow { field: key.to_owned() }, "{name}");
    }
}

#[test]
fn a_character_without_glyph_is_named() {
    for (name, key) in
        [("营业执照", "address"), ("不动产权证书", "right_holder"), ("行政许可决定书", "body")]
    {
        let error = first(name).with(key, "示例\u{2A6D6}号").expect_err(name);
        let expected =
            RenderError::MissingCharacter { field: key.to_owned(), character: '\u{2A6D6}' };
        assert_eq!(error, expected, "{name}");
        assert_eq!(error.field(), Some(key));
        assert!(error.to_string().contains("U+2A6D6"), "{error}");
    }
}

#[test]
fn names_of_the_standard_table_are_printed() {
    // 喆 堃 玥 are outside GB 2312, 㛃 outside the basic plane's first block, 𬴂 outside the plane.
    let case = first("营业执照");
    assert!(case.with("legal_representative", "喆堃玥㛃𬴂").is_ok());
}

#[test]
fn an_address_too_long_for_the_code_is_refused() {
    let case = first("医师执业证书");
    let fonts = Fonts::embedded();
    let long = format!("https://zheng.example.gov.cn/v/{}", "A".repeat(900));
    let context = RenderContext {
        code_url: Some(&long),
        ..context(&fonts, "示例市卫生健康委员会")
    };
    let error = license_pdf(&case.license_type, &case.content, &context).expect_err("too long");
    assert_eq!(error, RenderError::Code { bytes: long.len() });
}

#[test]
fn the_sample_mark_is_there_only_when_asked() {
    let case = first("小餐饮经营许可证");
    let fonts = Fonts::embedded();
    let marked = case.drawn(&fonts);
    assert!(texts(&marked.pages[0]).iter().any(|text| text.contains("不具有法律效力")));
    let plain =
        RenderContext { sample_mark: false, ..context(&fonts, "示例市市场监督管理局") };
    let plain = license_pdf(&case.license_type, &case.content, &plain).expect("drawn");
    assert!(!texts(&plain.pages[0]).iter().any(|text| text.contains("SAMPLE")));
}

fn texts(page: &Page) -> Vec<&str> {
    let runs = page.all().filter_map(|item| match item {
        Item::Text(run) => Some(run.text.as_str()),
        Item::Path(_) | Item::Picture(_) => None,
    });
    runs.collect()
}

#[test]
fn a_long_decision_runs_over_pages_and_is_sealed_on_the_last() {
    let case = first("行政许可决定书");
    let mut pages_before = 0;
    for paragraphs in [1, 4, 5, 6, 7, 20, 60] {
        let body = vec![
            "本决定自送达之日起生效，申请人应当按照许可的内容从事活动。";
            paragraphs
        ]
        .join("\n");
        let rendered = case.with("body", &body).expect("drawn");
        let last = rendered.pages.len();
        assert!(last >= pages_before, "{paragraphs} paragraphs");
        pages_before = last;
        assert_eq!(rendered.seals.len(), 1);
        assert_eq!(rendered.seals[0].page, last);
        let text = texts(&rendered.pages[last - 1]).concat();
        assert!(text.contains("2026年3月2日"), "the closing is on page {last}");
        assert!(text.contains("活动。"), "the closing of {paragraphs} paragraphs is alone");
    }
    assert!(pages_before > 3);
}

#[test]
fn a_decision_longer_than_a_book_is_refused() {
    let case = first("行政许可决定书");
    let body = "示例\n".repeat(1500);
    let error = case.with("body", body.trim_end()).expect_err("too long");
    assert_eq!(error, RenderError::TooManyPages { max: 60 });
}

/// The photo of a sample.
pub(crate) fn photograph(name: &str, number: usize) -> domain::catalogue::Photograph {
    let case = cases().iter().filter(|case| case.license_type.name().zh == name).nth(number);
    match case.and_then(|case| case.content.value("photo")) {
        Some(Value::Photo(photograph)) => photograph.clone(),
        _ => panic!("{name} {number} has no photo"),
    }
}
