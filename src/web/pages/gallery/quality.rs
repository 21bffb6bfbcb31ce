//! The page of quality from made-up answers.

use super::super::frame::Frame;
use super::super::quality::{Asked, QualityPage};
use super::super::quality_words::Words;
use app::view::{
    NumberGapView, QualityFindingView, QualityScoreView, QualityView, QualityWeekView,
};
use askama::Template;

fn finding(rule: &'static str, state: &'static str, certain: bool) -> QualityFindingView {
    let at = "2026-03-02T09:15:04+08:00".to_owned();
    QualityFindingView {
        id: format!("01890000-0000-7000-8000-{rule:0>12}-{state}"),
        license: "01890000-0000-7000-8000-000000000001".to_owned(),
        license_type: "119999000000000198003".to_owned(),
        type_name: "小餐饮<餐饮>经营许可证".to_owned(),
        rule,
        field: "owner".to_owned(),
        field_name: "经营者<餐饮>姓名".to_owned(),
        detail: "accepted_on <= issue_date".to_owned(),
        certain,
        state,
        found_at: at.clone(),
        due_at: at.clone(),
        overdue: state == "open",
        changed_by: (state != "open").then(|| "王样例".to_owned()),
        changed_at: (state != "open").then_some(at),
        answer: if state == "answered" { "已通知<餐饮>补正" } else { "" }.to_owned(),
    }
}

fn gap() -> NumberGapView {
    NumberGapView {
        license_type: "119999000000000198003".to_owned(),
        type_name: "小餐饮<餐饮>经营许可证".to_owned(),
        from: "XCY<1>999900000203".to_owned(),
        to: "XCY<1>999900000204".to_owned(),
        count: 2,
    }
}

pub(super) fn page(frame: &Frame, some: bool) -> askama::Result<String> {
    let number = |number: u64| if some { number } else { 0 };
    let score = QualityScoreView {
        total: number(120),
        good: number(96),
        faulty: number(9),
        uncertain: number(15),
        percent: some.then_some(80),
        fresh: number(60),
        late: number(40),
        fresh_percent: some.then_some(50),
    };
    let quality = QualityView {
        as_of: "2026-03-09T09:15:04+08:00".to_owned(),
        score,
        weeks: vec![QualityWeekView { week: "2026-03-02".to_owned(), score }],
        missing: number(2),
        gaps: some.then(gap).into_iter().collect(),
        open: usize::from(some) * 3,
        overdue: usize::from(some),
    };
    let findings = [
        finding("placeholder", "open", true),
        finding("fields", "in_work", false),
        finding("holder_code", "answered", true),
        finding("number_form", "closed", true),
    ];
    let words = Words::of(frame);
    let shown = if some { &findings[..] } else { &[] };
    let error = some.then_some(words.reason_needed);
    let asked = &Asked::default();
    QualityPage { frame, words, quality: &quality, findings: shown, asked, error }.render()
}
