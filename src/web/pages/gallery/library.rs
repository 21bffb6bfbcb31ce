//! The pages of the material library, from made-up answers.

use super::super::frame::Frame;
use super::super::library::{LibraryPage, MyMaterialsPage, Typed};
use super::super::library_words::Words;
use app::MaterialAsked;
use app::view::{LibraryMaterialView, MaterialCheckView, MaterialUseView};
use askama::Template;

const AT: &str = "2026-03-02T09:15:04+08:00";

fn material(grade: &str, expired: bool, erased: bool) -> LibraryMaterialView {
    let used = |relied: bool| MaterialUseView {
        department: "示例<餐饮>局".to_owned(),
        case_no: "示<餐饮>号".to_owned(),
        item: relied.then(|| "11999900MB000003530057".to_owned()),
        relied,
        at: AT.to_owned(),
    };
    LibraryMaterialView {
        id: "01890000-0000-7000-8000-000000000001".to_owned(),
        name: "租赁<餐饮>合同".to_owned(),
        source: if grade == "D" { "self_made" } else { "copy" }.to_owned(),
        grade: grade.to_owned(),
        media_type: "image/jpeg".to_owned(),
        pages: 1,
        bytes: 120_000,
        sha256: "ab".repeat(32),
        sm3: "cd".repeat(32),
        original_sha256: "ef".repeat(32),
        rewritten: true,
        handed_in_at: (grade == "B").then(|| "示例<餐饮>局".to_owned()),
        handed_in: AT.to_owned(),
        valid_to: expired.then(|| "2026-01-01".to_owned()),
        expired,
        checked: (grade == "B").then(|| MaterialCheckView {
            department: "示例<餐饮>局".to_owned(),
            clerk: "staff:01890000-0000-7000-8000-000000000003".to_owned(),
            operator: None,
            window: "3号<餐饮>窗口".to_owned(),
            case_no: "示<餐饮>号".to_owned(),
            at: AT.to_owned(),
        }),
        erased_at: erased.then(|| AT.to_owned()),
        uses: if grade == "B" { 2 } else { 0 },
        used_by: if grade == "B" { vec![used(true), used(false)] } else { Vec::new() },
    }
}

fn all() -> Vec<LibraryMaterialView> {
    vec![
        material("C", false, false),
        material("B", false, false),
        material("D", false, false),
        material("C", true, false),
        material("C", false, true),
    ]
}

/// The citizen's own page.
pub(super) fn own(frame: &Frame, some: bool) -> askama::Result<String> {
    let (words, materials) = (Words::of(frame), if some { all() } else { Vec::new() });
    let typed = MaterialAsked { name: "<餐饮>".to_owned(), ..MaterialAsked::default() };
    let drawn = MyMaterialsPage {
        frame,
        words,
        form_token: "<餐饮>".to_owned(),
        key: "<餐饮>".to_owned(),
        materials: &materials,
        typed: &typed,
        error: (!some).then_some(words.problem_active),
        limit_mib: 50,
    };
    drawn.render()
}

/// The page of a clerk: nothing asked, nothing found, something.
pub(super) fn window(frame: &Frame, found: Option<bool>) -> askama::Result<String> {
    let typed = Typed { case_no: "示<餐饮>号".to_owned(), ..Typed::default() };
    let mut materials = all();
    materials.truncate(if found == Some(true) { 4 } else { 0 });
    let drawn = LibraryPage {
        frame,
        words: Words::of(frame),
        typed: &typed,
        found: found.map(|_| &materials[..]),
        checked: found == Some(true),
        error: found.is_none().then_some("<餐饮>"),
    };
    drawn.render()
}
