//! Pages of service items from made-up answers.

use super::super::frame::Frame;
use super::super::item_words::Words;
use super::super::items::{ItemPage, ItemsPage};
use app::ItemSign;
use app::view::{
    AskedPaperView, ChoiceView, ItemNeedsView, NeedView, QuestionView, ServiceItemRowView,
    ServiceItemsView, TitleView,
};
use askama::Template;

fn title(zh: &str) -> TitleView {
    TitleView { zh: zh.to_owned(), en: format!("{zh} <餐饮>") }
}

pub(super) fn row(drifted: bool) -> ServiceItemRowView {
    ServiceItemRowView {
        code: "11999900MB000003530057".to_owned(),
        version: 2,
        name: "食品<餐饮>经营许可证新办".to_owned(),
        name_en: "Food <餐饮>".to_owned(),
        department: Some("示例市行政审批服务局".to_owned()),
        department_code: "11999900MB00000353".to_owned(),
        handling: "online",
        materials: 11,
        drifted,
        example: true,
        still_asked: vec![AskedPaperView {
            key: "business_license".to_owned(),
            name: "营业<餐饮>执照".to_owned(),
            name_en: "Business license".to_owned(),
            license_type: drifted.then(|| "11100000MB0143028R001".to_owned()),
        }],
    }
}

pub(super) fn list(frame: &Frame, some: bool) -> askama::Result<String> {
    let found = ServiceItemsView {
        items: if some { vec![row(false), row(true)] } else { Vec::new() },
        next_cursor: some.then(|| "11999900MB000003530057".to_owned()),
    };
    ItemsPage { frame, words: Words::of(frame), found: &found, text: "spjy<餐饮>" }.render()
}

fn need(ground: &'static str, days: Option<u16>) -> NeedView {
    NeedView {
        key: ground.to_owned(),
        name: title("营业<餐饮>执照"),
        ground,
        days,
        sure: days.is_none(),
        form: "copy",
        copies: 1,
        issuer: Some("示例市<餐饮>局".to_owned()),
        note: days.map(|_| title("加盖<餐饮>公章")),
        license_types: vec![title("营业执照"), title("行政许可决定书")],
    }
}

pub(super) fn one(frame: &Frame, some: bool) -> askama::Result<String> {
    ItemPage { frame, words: Words::of(frame), item: &needs(some), sign: &sign() }.render()
}

/// Where its page is.
pub(super) fn sign() -> ItemSign {
    ItemSign {
        address: "https://zheng.example/items/<餐饮>".to_owned(),
        picture: "<svg viewBox=\"0 0 8 8\"><path d=\"M0 0h8v8H0z\"/></svg>".to_owned(),
    }
}

/// What an item asks for.
pub(super) fn needs(some: bool) -> ItemNeedsView {
    let choice =
        |key: &str, chosen| ChoiceView { key: key.to_owned(), label: title("自有"), chosen };
    let questions = vec![QuestionView {
        key: "premises".to_owned(),
        text: title("经营场所<餐饮>是自有还是租用？"),
        choices: vec![choice("owned", true), choice("rented", false)],
    }];
    let needs = vec![
        need("waived_by_license", None),
        need("waived_by_data", None),
        need("covered_by_other", None),
        need("cancelled", None),
        need("by_commitment", Some(30)),
        need("pending_assistance", Some(5)),
        need("deferrable", Some(15)),
        need("required", None),
        need("optional", None),
    ];
    ItemNeedsView {
        code: "11999900MB000003530057".to_owned(),
        version: 2,
        name: title("食品<餐饮>经营许可证新办"),
        department: Some("示例市行政审批服务局".to_owned()),
        handling: "online",
        applicants: vec!["person", "organization"],
        days: some.then_some(10),
        example: some,
        questions: if some { questions } else { Vec::new() },
        relations: vec!["spouse".to_owned()],
        agents: some,
        spared: 4,
        needs: if some { needs } else { Vec::new() },
    }
}
