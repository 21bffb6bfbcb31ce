//! What departments ask each other, from made-up answers.

use super::super::assistance::{AssistancePage, Listed, RequestPage};
use super::super::assistance_words::Words;
use super::super::frame::Frame;
use app::view::{ApplicantView, AssistanceRequestView};
use app::{AssistanceSaid, Page};
use askama::Template;

pub(super) fn request(state: &str, outcome: Option<&str>) -> AssistanceRequestView {
    let text = str::to_owned;
    let open = outcome.is_none() && state != "withdrawn";
    AssistanceRequestView {
        id: text("01890000-0000-7000-8000-000000000004"),
        state: text(state),
        allowed: if open { vec![text("answer"), text("withdraw")] } else { Vec::new() },
        asking: text("示例市<餐饮>行政审批服务局"),
        asked: text("示例市<餐饮>卫生健康委员会"),
        item: text("11999900MB000003530057"),
        material: text("health"),
        material_name: text("从业人员<餐饮>健康证明"),
        question: text("请核实申请人是否具备“从业人员<餐饮>健康证明”所证明的情况。"),
        case_no: text("YL<餐饮>"),
        applicant: ApplicantView { kind: text("organization"), name: text("示例<餐饮>公司") },
        applicant_code: open.then(|| text("91999900MA0000015N")),
        due: text("2026-03-05"),
        requested_at: text("2026-03-02T09:15:04+08:00"),
        decision_id: Some(text("01890000-0000-7000-8000-000000000003")),
        outcome: outcome.map(text),
        statement: outcome.map(|_| text("经核对<餐饮>登记记录")),
        document_number: outcome.map(|_| text("示卫函<餐饮>〔2026〕3号")),
        holds_until: outcome.map(|_| text("2026-06-01")),
        ended_at: (!open).then(|| text("2026-03-03T09:15:04+08:00")),
    }
}

pub(super) fn list(frame: &Frame, some: bool) -> askama::Result<String> {
    let all = [
        request("open", None),
        request("overdue", None),
        request("answered", Some("confirmed")),
        request("answered", Some("unable")),
        request("withdrawn", None),
    ];
    let listed = |name| {
        let items = if some { all.to_vec() } else { Vec::new() };
        let next_cursor = some.then(|| "<餐饮>".to_owned());
        Listed { name, page: Page { items, next_cursor } }
    };
    let lists = ["to_answer", "answered", "sent"].map(listed);
    AssistancePage { frame, words: Words::of(frame), lists: &lists, alone: !some }.render()
}

pub(super) fn one(frame: &Frame, state: &str, outcome: Option<&str>) -> askama::Result<String> {
    let words = Words::of(frame);
    let wrong = state == "overdue";
    let fault = ("statement".to_owned(), words.fault_statement);
    let faults = if wrong { vec![fault] } else { Vec::new() };
    let typed = AssistanceSaid {
        outcome: "unable".to_owned(),
        statement: if wrong { "<餐饮>" } else { "" }.to_owned(),
        ..AssistanceSaid::default()
    };
    let one = &request(state, outcome);
    RequestPage { frame, words, one, typed: &typed, faults: &faults }.render()
}
