//! The workbench from made-up answers.

use super::super::case::{CasePage, Fault, Focus};
use super::super::decision::DecisionPage;
use super::super::frame::Frame;
use super::super::item_words::Words as ItemWords;
use super::super::workbench::WorkbenchPage;
use super::super::workbench_words::Words;
use super::items::{needs, row, sign};
use app::view::{
    ApplicantView, AskerView, DecidedAssistanceView, DecidedEvidenceView, DecidedItemView,
    DecidedMaterialView, ExemptionDecisionView, FilledFieldView, ServiceItemsView,
};
use app::{ExemptionAsked, PartyAsked};
use askama::Template;

pub(super) fn search(frame: &Frame, some: bool) -> askama::Result<String> {
    let items = if some { vec![row(false), row(true)] } else { Vec::new() };
    let found = ServiceItemsView { items, next_cursor: None };
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    WorkbenchPage { frame, words, items, found: Some(&found), text: "spjy<餐饮>" }.render()
}

pub(super) fn case(frame: &Frame, wrong: bool) -> askama::Result<String> {
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let party = || PartyAsked { name: "<餐饮>".to_owned(), code: "1".to_owned(), kind: None };
    let typed = ExemptionAsked {
        applicant: party(),
        agent: wrong.then(party),
        case_no: "YL<餐饮>".to_owned(),
        ..ExemptionAsked::default()
    };
    let fault = |input: &str, item, words| Fault { input: input.to_owned(), item, words };
    let faults = match wrong {
        true => vec![
            fault("agent.code", None, words.fault_code),
            fault("item.1", Some(1), words.fault_kind),
        ],
        false => Vec::new(),
    };
    let mut other = needs(true);
    other.code = "11999900MB000003530061".to_owned();
    other.questions[0].text.zh = "从业人员<餐饮>多少？".to_owned();
    let needs = if wrong { vec![needs(true), other] } else { vec![needs(true)] };
    let found = ServiceItemsView { items: vec![row(false), row(true)], next_cursor: None };
    let page = CasePage {
        frame,
        words,
        items,
        needs: &needs,
        typed: &typed,
        faults: &faults,
        found: wrong.then_some(("<餐饮>", &found)),
        more: wrong,
        key: "<餐饮>",
        focus: Focus::Questions,
    };
    page.render()
}

/// The items of a decision.
const CODES: [&str; 2] = ["11999900MB000003530057", "11999900MB000003530061"];

fn asked_by(codes: &[&str]) -> Vec<AskerView> {
    let asker = |code: &&str| AskerView {
        item: (*code).to_owned(),
        material: "license".to_owned(),
        verdict: "required".to_owned(),
        reason: "no_license".to_owned(),
    };
    codes.iter().map(asker).collect()
}

fn item(code: &str, example: bool) -> DecidedItemView {
    DecidedItemView {
        code: code.to_owned(),
        version: 1,
        digest: "ab".repeat(32),
        name: "食品<餐饮>经营".to_owned(),
        name_en: "Food".to_owned(),
        example,
        freedoms: std::collections::BTreeMap::new(),
    }
}

fn asked() -> DecidedAssistanceView {
    DecidedAssistanceView {
        request_id: "01890000-0000-7000-8000-000000000004".to_owned(),
        item: "11999900MB000003530057".to_owned(),
        department: "示例市<餐饮>卫生健康委员会".to_owned(),
        due: "2026-03-05".to_owned(),
        state: "open".to_owned(),
        outcome: None,
        answered_at: None,
        holds_until: None,
    }
}

fn material(verdict: &str, reason: &str) -> DecidedMaterialView {
    let evidence = DecidedEvidenceView {
        license_id: "01890000-0000-7000-8000-000000000001".to_owned(),
        license_version: 2,
        license_type: "11100000MB0143028R001".to_owned(),
        type_name: "营业<餐饮>执照".to_owned(),
        number: "9199…23H".to_owned(),
        issuer: "示例市市场监督管理局".to_owned(),
        valid_to: Some("2058-11-02".to_owned()),
        holder: "applicant".to_owned(),
        proves: None,
        grade: "A".to_owned(),
        verification_id: "01890000-0000-7000-8000-000000000002".to_owned(),
    };
    let waived = verdict == "waived_by_license";
    DecidedMaterialView {
        material: None,
        key: verdict.to_owned(),
        name: "营业<餐饮>执照".to_owned(),
        name_en: "Business license".to_owned(),
        source: "issued".to_owned(),
        verdict: verdict.to_owned(),
        reason: reason.to_owned(),
        waived,
        text: "免提交<餐饮>。".to_owned(),
        text_en: "Not needed.".to_owned(),
        valid_until: "2026-04-01".to_owned(),
        due: None,
        reference: None,
        assistance: if verdict == "pending_assistance" { vec![asked()] } else { Vec::new() },
        evidence: if waived { vec![evidence] } else { Vec::new() },
        asked_by: asked_by(if waived { &CODES } else { &CODES[..1] }),
    }
}

pub(super) fn decision(frame: &Frame, some: bool) -> askama::Result<String> {
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let all = [
        material("waived_by_license", "license_valid"),
        material("waived_by_data", "data_confirmed"),
        material("waived_by_material", "material_held"),
        material("covered_by_other", "covered_by_material"),
        material("cancelled", "no_longer_asked"),
        material("by_commitment", "no_license"),
        material("pending_assistance", "no_license"),
        material("deferrable", "no_license"),
        material("required", "no_license"),
        material("required", "optional"),
        material("not_applicable", "condition_not_met"),
    ];
    let filled = FilledFieldView {
        item: "11999900MB000003530057".to_owned(),
        field: "name".to_owned(),
        label: "名称<餐饮>".to_owned(),
        label_en: "Name".to_owned(),
        license_id: "01890000-0000-7000-8000-000000000001".to_owned(),
        from: "name".to_owned(),
        value: some.then(|| "示例<餐饮>公司".to_owned()),
    };
    let decision = ExemptionDecisionView {
        id: "01890000-0000-7000-8000-000000000003".to_owned(),
        as_of: "2026-03-02T09:15:04+08:00".to_owned(),
        valid_until: "2026-04-01".to_owned(),
        case_no: "YL<餐饮>".to_owned(),
        applicant: ApplicantView { kind: "person".to_owned(), name: "张*<餐饮>".to_owned() },
        items: CODES[..if some { 2 } else { 1 }].iter().map(|code| item(code, some)).collect(),
        asked_for: 9,
        waived: 4,
        materials: if some { all.to_vec() } else { all[..1].to_vec() },
        filled: vec![filled],
    };
    let submitted = !some;
    let signs = &[sign(), sign()];
    let asked = &[super::assistance::request("answered", Some("confirmed"))];
    DecisionPage { frame, words, items, decision: &decision, submitted, asked, signs }.render()
}
