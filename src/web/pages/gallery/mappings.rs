//! Pages of mappings from made-up answers.

use super::super::frame::Frame;
use super::super::mapping_words::Words;
use super::super::mappings::{Asked, MappingPage, ServiceItemsPage};
use super::items::row;
use app::view::{
    EvidenceTyped, ImportedItemView, ItemEditorView, ItemImportView, ItemProblemView,
    MappedMaterialView, MappingTyped, ServiceItemsView, TitleView,
};
use askama::Template;

pub(super) fn list(frame: &Frame, imported: bool) -> askama::Result<String> {
    let made = ItemImportView {
        kept: false,
        items: vec![ImportedItemView {
            code: "11999900MB000003530057".to_owned(),
            name: "食品<餐饮>经营".to_owned(),
            version: 2,
            outcome: "changed",
        }],
        problems: vec![ItemProblemView {
            row: 3,
            place: "办理方式<餐饮>".to_owned(),
            code: "unknown_word",
            message: "one of: <餐饮>".to_owned(),
        }],
    };
    let found = ServiceItemsView {
        items: if imported { vec![row(true), row(false)] } else { Vec::new() },
        next_cursor: imported.then(|| "11999900MB000003530057".to_owned()),
    };
    let asked = Asked { q: "<餐饮>".to_owned(), ..Asked::default() };
    let error = imported.then_some("<餐饮>");
    let imported = imported.then_some(&made);
    let words = Words::of(frame);
    ServiceItemsPage { frame, words, found: &found, asked: &asked, imported, error }.render()
}

fn material(key: &str, changed: bool) -> MappedMaterialView {
    let evidence = EvidenceTyped {
        license_type: "11100000MB0143028R001".to_owned(),
        holder: "cousin<餐饮>".to_owned(),
        predicates: "valid_until >= today\ncolour = '<餐饮>'".to_owned(),
    };
    MappedMaterialView {
        key: key.to_owned(),
        name: TitleView {
            zh: "营业<餐饮>执照".to_owned(), en: "Business license".to_owned()
        },
        source: "issued",
        grounds: if changed { Vec::new() } else { vec!["waived_by", "deferrable"] },
        changed,
        still_asked: changed,
        suggested: changed.then(|| "11100000MB0143028R001".to_owned()),
        typed: MappingTyped {
            alternatives: if changed { Vec::new() } else { vec![vec![evidence]] },
            cancelled: "<餐饮>".to_owned(),
            ..MappingTyped::default()
        },
    }
}

pub(super) fn editor(frame: &Frame, own: bool) -> askama::Result<String> {
    let item = ItemEditorView {
        code: "11999900MB000003530057".to_owned(),
        version: 2,
        name: TitleView { zh: "食品<餐饮>经营".to_owned(), en: "Food".to_owned() },
        department: Some("示例市行政审批服务局".to_owned()),
        own,
        drifted: own,
        mapped_version: 1,
        materials: vec![material("business_license", false), material("title", true)],
    };
    let faults = if own { vec!["/materials/0 <餐饮>".to_owned()] } else { Vec::new() };
    MappingPage {
        frame,
        words: Words::of(frame),
        item: &item,
        types: &[],
        holders: &["applicant".to_owned(), "guardian<餐饮>".to_owned()],
        open: if own { "business_license" } else { "" },
        saved: !own,
        faults: &faults,
    }
    .render()
}
