//! Pages about seals, from made-up answers.

use crate::pages::frame::Frame;
use crate::pages::seal::SealPage;
use crate::pages::seals::{NewPage, SealsPage, Typed};
use app::SealDuty;
use app::view::{
    SealCertificateView, SealEntryView, SealKeyView, SealLifeView, SealLimitsView,
    SealProposalView, SealRevocationView, SealTaskView, SealView,
};
use askama::Template;

pub(super) fn task() -> SealTaskView {
    SealTaskView {
        id: "01890000-0000-7000-8000-000000000002".to_owned(),
        name: "示例市<餐饮>专用章".to_owned(),
        organization: "示例市档案馆".to_owned(),
        duty: "approve".to_owned(),
    }
}

fn seal_view(state: &str) -> SealView {
    let text = str::to_owned;
    SealView {
        id: task().id,
        name: task().name,
        code: text("99990000000104"),
        kind: text("99"),
        organization: text("示例市档案馆"),
        size_mm: [42, 42],
        not_before: text("2026-03-02T00:00:00+08:00"),
        not_after: text("2031-03-01T23:59:59+08:00"),
        state: text(state),
        license_types: Some(vec![text("119999000000000198001")]),
        limits: SealLimitsView { per_hour: Some(200), per_day: None, hours: Some(text("8-18")) },
        suites: vec![text("SM2-SM3")],
    }
}

pub(super) fn all(frame: &Frame) -> askama::Result<String> {
    let all: Vec<SealView> =
        frame.seal_states().iter().map(|(state, _)| seal_view(state)).collect();
    let (words, waiting) = (frame.seals(), &[task()][..]);
    SealsPage { frame, words, seals: &all, waiting, state: "ACTIVE", may_ask: true }.render()
}

pub(super) fn none(frame: &Frame) -> askama::Result<String> {
    let (seals, waiting, words) = (&[][..], &[][..], frame.seals());
    SealsPage { frame, words, seals, waiting, state: "", may_ask: false }.render()
}

pub(super) fn new(frame: &Frame) -> askama::Result<String> {
    let typed = Typed { name: "<餐饮>".to_owned(), ..Default::default() };
    let designs = vec![("round 42x42".to_owned(), "圆形 42 × 42 mm".to_owned())];
    let (types, replaceable) = (&[][..], &[seal_view("ACTIVE")][..]);
    let (words, error) = (frame.seals(), Some(frame.seals().problem_text));
    let preview = Some("data:image/png;base64,iVBORw0KGgo=");
    let typed = &typed;
    NewPage { frame, words, typed, designs, types, replaceable, preview, error }.render()
}

pub(super) fn one(frame: &Frame, state: &str, duties: &[SealDuty]) -> askama::Result<String> {
    let text = str::to_owned;
    let certificate = SealCertificateView {
        subject: text("CN=99990000000104, O=11999900MB0000043X示例市档案馆"),
        issuer: text("CN=样例印章 CA"),
        not_before: text("2026-03-02T00:00:00+08:00"),
        not_after: text("2037-03-01T00:00:00+08:00"),
    };
    let key = |signs: &str, certificate| SealKeyView {
        signs: text(signs),
        kind: text("SM2"),
        certificate,
    };
    let proposal = |state: &str| SealProposalView {
        id: task().id,
        change: text("revoke"),
        state: text(state),
        reason: text("演练<餐饮>"),
        proposed_by: text("keeper"),
        proposed_at: text("2026-03-02T09:15:04+08:00"),
        decided_by: (state != "open").then(|| text("approver")),
        decided_at: (state != "open").then(|| text("2026-03-02T09:20:04+08:00")),
        revocation: Some(SealRevocationView {
            reason: text("key_compromise"),
            invalid_from: Some(text("2026-03-01T09:15:00+08:00")),
        }),
        license_types: None,
        limits: None,
    };
    let entry = |from: Option<&str>, to: &str| SealEntryView {
        at: text("2026-03-02T09:15:04+08:00"),
        from: from.map(text),
        to: text(to),
        by: text("keeper"),
        reason: text("新设部门<餐饮>"),
    };
    let open = state == "SUSPENDED";
    let life = SealLifeView {
        seal: seal_view(state),
        filing: open.then(|| text("示备 2026-001")),
        replaces: None,
        replaced_by: open.then(|| task().id),
        revocation: None,
        keys: vec![key("sm2", (state != "APPROVED").then_some(certificate)), key("pades", None)],
        history: vec![entry(None, "REQUESTED"), entry(Some("REQUESTED"), "APPROVED")],
        proposals: vec![proposal(if open { "open" } else { "refused" }), proposal("confirmed")],
        next: Vec::new(),
    };
    SealPage {
        frame,
        words: frame.seals(),
        life: &life,
        duties,
        types: &[],
        picture: "data:image/png;base64,iVBORw0KGgo=",
        open: life.proposals.first().filter(|_| open),
        chosen: &[],
        decided: true,
        certified: false,
        demo: true,
        acts: true,
        error: Some(frame.seals().problem_self),
    }
    .render()
}
