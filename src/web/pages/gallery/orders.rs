//! Pages of approvers.

use crate::pages::approver_keys::ApproverKeysPage;
use crate::pages::frame::Frame;
use crate::pages::ledger::{Asked, LedgerPage};
use crate::pages::manifest::ManifestPage;
use crate::pages::orders::OrdersPage;
use app::view::{
    ApproverKeyView, LedgerEntryView, LedgerUseView, LedgerView, ManifestProgressView,
    ManifestView, OrdersView, WaitingOrderView,
};
use askama::Template;

const AT: &str = "2026-03-02T09:15:04+08:00";
const ID: &str = "01890000-0000-7000-8000-000000000000";

fn order(state: &str, own: bool) -> WaitingOrderView {
    WaitingOrderView {
        id: ID.to_owned(),
        license: ID.to_owned(),
        type_name: "行政许可决定书".to_owned(),
        number: "示测许〔2026〕1号".to_owned(),
        holder_name: "示例市青禾<餐饮>有限公司".to_owned(),
        seal: ID.to_owned(),
        seal_name: "示例市市场监督管理局重要证照专用章".to_owned(),
        document: "5c".repeat(32),
        form: "both".to_owned(),
        asked_by: "console".to_owned(),
        asked_by_reader: own,
        asked_at: AT.to_owned(),
        state: state.to_owned(),
        trouble: (state == "approved").then(|| "signing_key_unavailable".to_owned()),
    }
}

fn manifest(state: &str) -> ManifestView {
    let decided = state != "open";
    let (waiting, sealed) = if state == "approved" { (1, 1) } else { (0, 0) };
    let trouble = Some("signing_key_unavailable".to_owned());
    ManifestView {
        id: ID.to_owned(),
        seal: ID.to_owned(),
        seal_name: "示例市市场监督管理局重要证照专用章".to_owned(),
        count: 2,
        digest: "ab".repeat(32),
        text: "{\"count\":2,\"number\":\"<餐饮>\"}".to_owned(),
        made_at: AT.to_owned(),
        state: state.to_owned(),
        decided_by: decided.then(|| "样例用印审批人".to_owned()),
        decided_at: decided.then(|| AT.to_owned()),
        reason: (state == "refused").then(|| "内容有误<餐饮>".to_owned()),
        progress: ManifestProgressView { waiting, sealed, failed: 0, trouble },
        orders: match state {
            "approved" => vec![order("sealed", false), order("approved", false)],
            "refused" => vec![order("refused", false), order("refused", false)],
            _ => vec![order("waiting", false), order("waiting", false)],
        },
    }
}

fn key(counts: bool) -> ApproverKeyView {
    ApproverKeyView {
        id: ID.to_owned(),
        label: "办公电脑<餐饮>".to_owned(),
        origin: if counts { "browser" } else { "outside" }.to_owned(),
        kind: "P-256".to_owned(),
        print: "5c".repeat(32),
        public_key: "AAAA".to_owned(),
        created_at: AT.to_owned(),
        counts,
    }
}

fn ledger() -> LedgerView {
    let key_use = |state: &str| LedgerUseView {
        id: ID.to_owned(),
        at: AT.to_owned(),
        key: ID.to_owned(),
        signed: "ab".repeat(32),
        state: state.to_owned(),
        attempts: 1,
    };
    let entry = |state: &str, number: Option<&str>| LedgerEntryView {
        order: ID.to_owned(),
        state: state.to_owned(),
        document: "5c".repeat(32),
        form: "both".to_owned(),
        license: number.map(|_| ID.to_owned()),
        number: number.map(str::to_owned),
        asked_by: "api-key:1".to_owned(),
        approved_by: "样例用印审批人".to_owned(),
        manifest: number.map(|_| ID.to_owned()),
        uses: vec![key_use("done"), key_use("failed")],
    };
    let entries = vec![entry("spent", Some("示测许〔2026〕<餐饮>")), entry("failed", None)];
    let next = Some(ID.to_owned());
    LedgerView { seal: ID.to_owned(), seal_name: "样例专用章".to_owned(), entries, next }
}

pub(super) fn pages(frame: &Frame) -> Vec<(&'static str, askama::Result<String>)> {
    let keys = [key(true), key(false)];
    let orders = OrdersView {
        count: 2,
        waiting: vec![order("waiting", false), order("waiting", true)],
        manifests: vec![manifest("approved"), manifest("refused")],
    };
    let nothing = OrdersView { count: 0, waiting: Vec::new(), manifests: Vec::new() };
    let shown = |state: &str, keys: &[ApproverKeyView], error| {
        ManifestPage::of(frame, &manifest(state), keys, error).render()
    };
    let refused = Some(frame.words.problem_signature);
    let asked = Asked { day: "2026-03-02".into(), approver: "<餐饮>".into(), before: "".into() };
    let own = |keys| ApproverKeysPage { frame, keys, error: None, script: "/a.js".to_owned() };
    vec![
        ("orders", OrdersPage::of(frame, &orders, Some(frame.words.problem_decided)).render()),
        ("orders-none", OrdersPage::of(frame, &nothing, None).render()),
        ("manifest", shown("open", &keys, refused)),
        ("manifest-without-key", shown("open", &[], None)),
        ("manifest-approved", shown("approved", &keys, None)),
        ("manifest-refused", shown("refused", &keys, None)),
        ("approver-keys", own(&keys).render()),
        ("approver-keys-none", own(&[]).render()),
        ("ledger", LedgerPage::of(frame, &ledger(), &asked).render()),
    ]
}
