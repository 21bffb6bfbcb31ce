//! Pages of license types from made-up answers.

use super::super::frame::Frame;
use super::super::type_form::{Typed, Wrong};
use super::super::type_words::Words;
use super::super::types::{EditPage, TypePage, TypesPage};
use app::view::{FieldView, TypeDraftView, TypeFindingView, TypeRowView, TypeVersionView};
use app::{NewType, TypePreview};
use askama::Template;
use serde_json::json;

const CODE: &str = "11999900MB0000019D001";

fn row(own: bool, status: &'static str) -> TypeRowView {
    TypeRowView {
        code: CODE.to_owned(),
        name: "食品小作坊<餐饮>登记证".to_owned(),
        version: Some(2),
        draft: own.then_some(3),
        status,
        reason: (status != "in_use").then(|| "并入食品<餐饮>经营许可".to_owned()),
        keeper: own.then(|| "示例市市场监督管理局".to_owned()),
        own,
    }
}

fn preview(drawn: bool) -> TypePreview {
    let page =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 210 297\"></svg>".to_owned();
    match drawn {
        true => TypePreview { pages: vec![page], trouble: None },
        false => TypePreview { pages: Vec::new(), trouble: Some(finding("error")) },
    }
}

fn finding(severity: &'static str) -> TypeFindingView {
    TypeFindingView {
        code: "overflow",
        severity,
        pointer: "/fields/0".to_owned(),
        text_zh: "“经营<餐饮>项目”放不进版面上的位置。".to_owned(),
        text_en: "the text of field `business_items` does not fit".to_owned(),
    }
}

pub(super) fn list(frame: &Frame) -> askama::Result<String> {
    let types = [row(true, "in_use"), row(false, "withdrawn")];
    let typed = &NewType { zh: "登记<餐饮>".to_owned(), ..NewType::default() };
    let words = Words::of(frame);
    TypesPage { frame, words, types: &types, typed, error: Some(words.number_refused) }.render()
}

pub(super) fn one(frame: &Frame, own: bool, status: &'static str) -> askama::Result<String> {
    let fields = [FieldView {
        key: "operator".to_owned(),
        name: "经营者<餐饮>".to_owned(),
        name_en: "Operator".to_owned(),
        kind: "text".to_owned(),
        required: true,
        sensitivity: "public".to_owned(),
    }];
    let versions = [TypeVersionView {
        version: 2,
        digest: "ab".repeat(32),
        published_at: "2026-03-02T09:15:04+08:00".to_owned(),
    }];
    TypePage {
        frame,
        words: Words::of(frame),
        row: &row(own, status),
        fields: &fields,
        versions: &versions,
        preview: &preview(true),
        error: None,
    }
    .render()
}

pub(super) fn edit(frame: &Frame, wrong: bool) -> askama::Result<String> {
    let words = Words::of(frame);
    let document = json!({
        "name": { "zh": "登记证<餐饮>", "en": "Registration" },
        "holder_kind": "organization", "category": "license", "validity": { "kind": "years", "years": 3 },
        "fields": [
            { "key": "license_number", "name": { "zh": "编号", "en": "Number" }, "kind": "text",
              "required": true, "sensitivity": "public", "role": "license_number",
              "pattern": [{ "literal": "XZF<餐饮>" }, { "digits": [13, 13] }] },
            { "key": "sex", "name": { "zh": "性别", "en": "Sex" }, "kind": "choice",
              "sensitivity": "masked", "choices": [{ "value": "f" }] },
        ],
        "layout": { "page": { "width": 210, "height": 297 }, "styles": {}, "elements": [
            { "kind": "text", "at": [32, 44, 146, 17], "text": "登记证<餐饮>", "style": "title" },
            { "kind": "seal", "center": [145, 239], "size": 42 },
        ] },
    });
    let said = ["f0_rule", "e1_more", "years", "styles"]
        .map(|id| (id.to_owned(), words.problem("a number of millimetres is needed")));
    let wrong: Wrong = if wrong { said.into() } else { Wrong::new() };
    let findings = [finding("error"), finding("warning")];
    let draft = TypeDraftView {
        code: CODE.to_owned(),
        version: 3,
        revision: 7,
        changed_at: "2026-03-02T09:15:04+08:00".to_owned(),
        changed_by: "王样例".to_owned(),
        findings: Vec::new(),
        document: json!({}),
    };
    EditPage {
        frame,
        words,
        draft: &draft,
        typed: &Typed::of(&document),
        wrong: &wrong,
        findings: if wrong.is_empty() { &[] } else { &findings },
        preview: &preview(wrong.is_empty()),
        saved: wrong.is_empty(),
    }
    .render()
}
