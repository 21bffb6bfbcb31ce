//! The page about undertakings, from made-up answers.

use crate::pages::frame::Frame;
use crate::pages::undertaking_words::Words;
use crate::pages::undertakings::{Asked, UndertakingsPage};
use app::Page;
use app::view::UndertakingView;
use askama::Template;

fn undertaking(kind: &str, state: &str) -> UndertakingView {
    let text = str::to_owned;
    let ended = ["fulfilled", "breached"].contains(&state);
    UndertakingView {
        id: format!("01890000-0000-7000-8000-0000000000{:02}", state.len()),
        kind: text(kind),
        state: text(state),
        allowed: Vec::new(),
        case_no: text("示免<餐饮>1"),
        decision_id: text("01890000-0000-7000-8000-000000000003"),
        item: text("11999900MB000003530057"),
        material: text("lease"),
        material_name: text("经营场所<餐饮>租赁合同"),
        party: text("示例<餐饮>公司"),
        due: text("2026-12-24"),
        days_left: if state == "overdue" { -3 } else { 5 },
        recorded_at: text("2026-03-02T09:15:04+08:00"),
        href: text("/v1/undertakings/0/document"),
        sm3: "5c".repeat(32),
        signing_request_id: ended.then(|| text("01890000-0000-7000-8000-000000000009")),
        reason: ended.then(|| text("经实地<餐饮>核查")),
        ended_at: ended.then(|| text("2026-03-03T09:15:04+08:00")),
    }
}

pub(super) fn list(frame: &Frame, some: bool) -> askama::Result<String> {
    let all = [
        undertaking("commitment", "open"),
        undertaking("deferral", "overdue"),
        undertaking("commitment", "fulfilled"),
        undertaking("deferral", "breached"),
    ];
    let items = if some { all.into() } else { Vec::new() };
    let found = Page { items, next_cursor: some.then(|| "<餐饮>".to_owned()) };
    let asked = Asked { state: "<餐饮>".to_owned(), cursor: String::new() };
    let words = Words::of(frame);
    UndertakingsPage { frame, words, asked: &asked, found: &found, refused: some }.render()
}
