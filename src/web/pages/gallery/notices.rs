//! Pages about notices of a case, from made-up answers.

use super::licenses::{field, license, shown};
use crate::pages::frame::Frame;
use crate::pages::notice_words::Words;
use crate::pages::notices::{Asked, NewNoticePage, NoticePage, NoticesPage};
use app::Page;
use app::view::{NoticeFormView, NoticeView};
use askama::Template;

fn notice(kind: &str, state: &str) -> NoticeView {
    let (text, license) = (str::to_owned, license(state));
    NoticeView {
        id: license.id,
        kind: text(kind),
        title: text("受理<餐饮>通知单"),
        number: text("示行审受字<餐饮>〔2026〕118号"),
        case_no: text("示办<餐饮>1"),
        item: text("食品经营许可<餐饮>"),
        item_code: None,
        decision_id: None,
        party: text("示例<餐饮>公司"),
        issuer: license.issuer,
        state: text(state),
        issued_on: Some(text("2026-03-02")),
        created_at: license.created_at,
        identifier: license.identifier,
        code: license.code,
        code_url: license.code_url,
        fields: license.fields,
        document: None,
        supersedes: None,
        order: None,
    }
}

pub(super) fn list(frame: &Frame, some: bool) -> askama::Result<String> {
    let words = Words::of(frame);
    let kinds = words.kinds(frame).map(|(kind, _)| notice(kind, "ISSUED"));
    let all = [&kinds[..], &[notice("farewell", "REVOKED")]].concat();
    let asked =
        Asked {
            kind: "one_time".to_owned(), case_no: "<餐饮>".to_owned(), cursor: String::new()
        };
    let items = if some { all } else { Vec::new() };
    let found = Page { items, next_cursor: some.then(|| "<餐饮>".to_owned()) };
    NoticesPage { frame, words, asked: &asked, found: &found }.render()
}

pub(super) fn one(frame: &Frame, state: &str) -> askama::Result<String> {
    let words = Words::of(frame);
    let issued = state == "ISSUED";
    let mut shown = shown(state, if issued { &["revoke"] } else { &[] });
    shown.fields.push(field("decision", "text", "<餐饮>"));
    shown.fields.push(field("materials", "long_text", "1．<餐饮>\n2．<餐饮>"));
    let fault = issued.then_some(words.fault_reason);
    NoticePage { frame, words, shown: &shown, fault }.render()
}

pub(super) fn new(frame: &Frame, wrong: bool) -> askama::Result<String> {
    let words = Words::of(frame);
    let fields = [
        ("number", "text", ""),
        ("party", "text", "<餐饮>"),
        ("materials", "long_text", "1．<餐饮>\n2．<餐饮>"),
        ("issue_date", "date", "2026-03-02"),
    ];
    let form = NoticeFormView {
        kind: "corrections".to_owned(),
        title: "材料<餐饮>补正清单".to_owned(),
        title_en: "List <餐饮>".to_owned(),
        decision_id: (!wrong).then(|| "<餐饮>".to_owned()),
        fields: fields.map(|(key, kind, value)| field(key, kind, value)).into(),
    };
    let fault = ("party".to_owned(), words.fault);
    let faults = if wrong { vec![fault] } else { Vec::new() };
    NewNoticePage { frame, words, form: &form, key: "<餐饮>", faults: &faults }.render()
}
