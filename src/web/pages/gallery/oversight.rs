//! What auditors and operators look at.

use crate::pages::access::{AccessPage, Asked};
use crate::pages::alerts::AlertsPage;
use crate::pages::frame::Frame;
use crate::pages::health::HealthPage;
use app::view::{AccessLookView, AccessView, AlertView, AlertsView, HealthPartView, HealthView};
use askama::Template;

fn looks() -> AccessView {
    let text = str::to_owned;
    let one = AccessLookView {
        sequence: 12,
        at: text("2026-03-02T09:15:04+08:00"),
        actor: text("api-key:0192c000-0000-7000-8000-000000000001"),
        who: Some(text("示例<餐饮>系统")),
        organization: Some(text("示例市市场监督管理局")),
        roles: String::new(),
        operator: text("YL0012"),
        operator_role: text("窗口"),
        item: text("0100000001"),
        case_no: text("示市监〔2026〕101号"),
        route: text("GET /v1/licenses"),
        basis: "issuer",
        licenses: vec![text("0192c000-0000-7000-8000-00000000000a"); 5],
        fields: "content",
        outcome: "shown",
    };
    let nothing = AccessLookView {
        sequence: 11,
        who: None,
        case_no: String::new(),
        item: String::new(),
        operator: String::new(),
        licenses: Vec::new(),
        outcome: "nothing",
        ..one.clone()
    };
    AccessView { looks: vec![one, nothing], next: Some(11) }
}

fn health() -> HealthView {
    let part = |part, light| HealthPartView {
        part,
        light,
        code: "certificate_30_days",
        text_zh: "印章 <餐饮> 还有 20 天到期。".to_owned(),
        text_en: "The seal <餐饮> ends in 20 days.".to_owned(),
    };
    let parts = vec![
        part("register", "good"),
        part("certificates", "attention"),
        part("log", "bad"),
        part("restore", "unknown"),
    ];
    HealthView { as_of: "2026-03-02T09:15:04+08:00".to_owned(), light: "bad", parts }
}

fn alert() -> AlertView {
    AlertView {
        id: "0192c000-0000-7000-8000-0000000000aa".to_owned(),
        rule: "same_license",
        actor: "api-key:0192c000-0000-7000-8000-000000000001".to_owned(),
        who: Some("示例<餐饮>系统".to_owned()),
        subject: "license 0192c000-0000-7000-8000-00000000000a".to_owned(),
        first_at: "2026-03-02T09:15:04+08:00".to_owned(),
        last_at: "2026-03-02T11:15:04+08:00".to_owned(),
        times: 23,
        looked_by: None,
        looked_at: None,
        note: String::new(),
    }
}

pub(super) fn pages(frame: &Frame) -> Vec<(&'static str, askama::Result<String>)> {
    let found = &looks();
    let asked = &Asked::default();
    let (older, rest) = (Some("/access?before=11".to_owned()), String::new());
    let access = AccessPage { frame, found, asked, error: None, whole: Some(12), older, rest };
    let looked = AlertView {
        looked_by: Some("auditor".to_owned()),
        looked_at: Some("2026-03-02T12:00:00+08:00".to_owned()),
        note: "窗口<餐饮>联调".to_owned(),
        ..alert()
    };
    let many = AlertView { rule: "bulk", subject: String::new(), ..alert() };
    let alerts = AlertsView { open: vec![alert(), many], looked_at: vec![looked] };
    vec![
        ("health", HealthPage { frame, health: &health() }.render()),
        ("access", access.render()),
        ("alerts", AlertsPage { frame, alerts: &alerts, error: None }.render()),
    ]
}
