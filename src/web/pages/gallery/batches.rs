//! Pages about batches.

use crate::pages::batches::{BatchPage, BatchesPage};
use crate::pages::counts::{CountsPage, Typed};
use crate::pages::frame::Frame;
use app::view::{
    CollectionView, CollectionsView, IngestBatchView, IngestProblemCountView, IngestProblemView,
    IngestRowView, LicenseTypeView, NumberGapView,
};
use askama::Template;

const AT: &str = "2026-03-02T09:15:04+08:00";
const ID: &str = "01890000-0000-7000-8000-000000000000";

fn batch(state: &str, allowed: &[&str]) -> IngestBatchView {
    let running = state == "running";
    IngestBatchView {
        id: ID.to_owned(),
        license_type: "119999000000000198001".to_owned(),
        type_name: "行政许可决定书".to_owned(),
        format: Some("csv".to_owned()),
        file_name: "三月<样例>.csv".to_owned(),
        sm3: "5c".repeat(32),
        bytes: 12_345,
        state: state.to_owned(),
        allowed: allowed.iter().map(|one| (*one).to_owned()).collect(),
        trouble: (state == "paused").then(|| "seal_not_applicable: no seal <样例>".to_owned()),
        declared_count: Some(100),
        received_count: 99,
        counts_agree: Some(state == "completed"),
        ready: 40,
        failed: 2,
        sealing: 0,
        waiting: u32::from(running) * 7,
        issued: 50,
        problems: vec![IngestProblemCountView {
            field: "applicant_code".to_owned(),
            name: "统一社会信用代码".to_owned(),
            code: "check_character".to_owned(),
            rows: 2,
        }],
        rate_per_second: running.then_some(12.5),
        seconds_left: running.then_some(95),
        created_at: AT.to_owned(),
        started_at: Some(AT.to_owned()),
        ended_at: None,
        file_gone_at: None,
        failed_href: None,
    }
}

fn collection(declared: Option<u32>) -> CollectionView {
    CollectionView {
        license_type: "119999000000000198001".to_owned(),
        type_name: "行政许可决定书".to_owned(),
        day: "2026-03-02".to_owned(),
        declared,
        stored: 9,
        on_time: 8,
        rate_percent: declared.map(|_| 80.0),
        remark: declared.is_none().then(|| "denominator_missing".to_owned()),
    }
}

pub(super) fn pages(frame: &Frame) -> Vec<(&'static str, askama::Result<String>)> {
    let words = frame.batches();
    let list = |name: &'static str, batches: &[IngestBatchView], error| {
        let types: &[LicenseTypeView] = &[];
        let next = (!batches.is_empty()).then_some("next");
        let (license_type, declared) = ("", "一百<样例>");
        let drawn =
            BatchesPage { frame, words, batches, next, types, license_type, declared, error };
        (name, drawn.render())
    };
    let problem = |field: &str, name: &str, code: &str| IngestProblemView {
        field: field.to_owned(),
        name: name.to_owned(),
        code: code.to_owned(),
        message: "the check character does not fit <样例>".to_owned(),
    };
    let failed = [IngestRowView {
        row: 3,
        state: "failed".to_owned(),
        problems: vec![
            problem("applicant_code", "统一社会信用代码", "check_character"),
            problem("", "", "duplicate_in_file"),
        ],
        license_id: None,
    }];
    let one = |name: &'static str, batch: &IngestBatchView, failed: &[IngestRowView], error| {
        let next = (!failed.is_empty()).then_some(3);
        let drawn = BatchPage { frame, words, batch, failed, next, error };
        (name, drawn.render())
    };
    let found = CollectionsView {
        from: "2026-03-01".to_owned(),
        to: "2026-03-02".to_owned(),
        items: vec![collection(Some(10)), collection(None)],
        gaps: vec![NumberGapView {
            license_type: "119999000000000198001".to_owned(),
            type_name: "行政许可决定书".to_owned(),
            from: "示测许〔2026〕3号".to_owned(),
            to: "示测许〔2026〕4号".to_owned(),
            count: 2,
        }],
    };
    let typed = Typed { count: "很多<样例>".to_owned(), ..Typed::default() };
    let error = Some(words.problem_day);
    let counts = CountsPage { frame, words, found: &found, types: &[], typed: &typed, error };
    let checked = batch("checked", &["start", "cancel"]);
    vec![
        ("counts", counts.render()),
        list("batches-none", &[], None),
        list("batches", &[checked.clone(), batch("completed", &[])], Some(words.problem_declared)),
        one("batch-checked", &checked, &failed, None),
        one("batch-running", &batch("running", &["pause", "cancel"]), &[], None),
        one(
            "batch-paused",
            &batch("paused", &["resume", "cancel", "retry_failed"]),
            &failed,
            Some(words.problem_state),
        ),
    ]
}
