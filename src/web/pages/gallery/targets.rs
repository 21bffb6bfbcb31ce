//! The pages of targets from made-up answers.

use super::super::frame::Frame;
use super::super::target_words::Words;
use super::super::targets::{TargetPage, TargetsPage};
use app::view::{TargetDayView, TargetDepartmentView, TargetRowView, TargetView, TargetsView};
use askama::Template;

const TARGETS: [&str; 7] = [
    "license_mapping",
    "new_collection",
    "seal_coverage",
    "free_items",
    "materials_saved",
    "timely_storing",
    "faults",
];
const REASONS: [&str; 11] = [
    "nothing_issued",
    "denominator_missing",
    "nothing_stored",
    "not_mapped",
    "not_live",
    "no_seal",
    "seal_not_usable",
    "hands_in",
    "fills_in",
    "stamped",
    "signed_by_hand",
];

fn target(place: usize, target: &'static str) -> TargetView {
    let missing = target == "new_collection";
    let value = (!missing).then(|| 25 + 10 * place as u64);
    let goal = [Some(60), Some(90), Some(90), Some(30)].get(place).copied().flatten();
    let day = |number: u64| TargetDayView {
        day: format!("2026-03-{number:02}"),
        part: Some(number),
        whole: Some(20),
        value: Some(number * 5),
    };
    TargetView {
        target,
        part: value,
        whole: value.map(|_| 100),
        value,
        unit: if target == "faults" { "per_thousand" } else { "percent" },
        goal,
        reached: value.zip(goal).map(|(value, goal)| value >= goal),
        remark: missing.then_some("denominator_missing"),
        counted: 71,
        excluded: 12,
        missing: usize::from(missing) * 3,
        median_days: (target == "timely_storing").then_some(1),
        fields_filled: (target == "materials_saved").then_some(318),
        laggards: vec![TargetDepartmentView {
            department: "示例市<餐饮>局".to_owned(),
            part: 1,
            whole: 8,
            value: 12,
        }],
        trend: if place % 3 == 2 { Vec::new() } else { (1..=20).map(day).collect() },
    }
}

pub(super) fn all(frame: &Frame) -> askama::Result<String> {
    let view = TargetsView {
        as_of: "2026-03-09T09:15:04+08:00".to_owned(),
        from: "2026-02-08".to_owned(),
        to: "2026-03-09".to_owned(),
        targets: TARGETS.iter().enumerate().map(|(place, one)| target(place, one)).collect(),
    };
    TargetsPage { frame, words: Words::of(frame), view: &view }.render()
}

pub(super) fn one(frame: &Frame, some: bool) -> askama::Result<String> {
    let row = |why: &'static str| TargetRowView {
        key: "11999900MB0000019D0001".to_owned(),
        name: "小餐饮<餐饮>经营许可".to_owned(),
        department: "示例市市场监督管理局".to_owned(),
        part: (why != "nothing_issued").then_some(0),
        whole: (why != "nothing_issued").then_some(1),
        why: vec![why, "stamped"],
    };
    let rows: Vec<TargetRowView> = REASONS.into_iter().map(row).collect();
    let rows = if some { &rows[..] } else { &[] };
    TargetPage { frame, words: Words::of(frame), target: "free_items", rows }.render()
}
