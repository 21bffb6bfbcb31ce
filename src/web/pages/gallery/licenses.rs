//! Pages about licenses, from made-up answers.

use crate::pages::bulk::BulkPage;
use crate::pages::frame::Frame;
use crate::pages::license::{LicensePage, Refusal};
use crate::pages::licenses::{Asked, LicensesPage};
use app::view::{
    BulkMoveRowView, BulkMoveView, LicenseFieldView, LicenseHistoryView, LicenseLeafView,
    LicensePageView, LicensePartView, LicenseRenewalView, LicenseSealView, LicenseVersionView,
    LicenseView, RelianceView, RenditionView, RenewalEvidenceView, RenewalNeedView,
    StatusEntryView,
};
use app::{Page, Typed};
use askama::Template;

const AT: &str = "2026-03-02T09:15:04+08:00";
const ID: &str = "01890000-0000-7000-8000-000000000000";

pub(super) fn license(state: &str) -> LicenseView {
    let text = str::to_owned;
    LicenseView {
        id: text(ID),
        identifier: text("1.2.156.3005.2.119999000000000198001.11999900MB00000353.1.002.X"),
        license_type: text("119999000000000198001"),
        type_name: text("行政许可决定书"),
        type_version: 1,
        number: text("示测许〔2026〕<餐饮>号"),
        holder_name: text("示例市青禾<餐饮>有限公司"),
        issuer: text("示例市行政审批服务局"),
        state: text(state),
        issued_on: Some(text("2026-03-02")),
        valid_from: Some(text("2026-03-02")),
        valid_to: Some(text("2026-12-31")),
        created_at: text(AT),
        code: text("ABCDEFGHJK"),
        code_url: text("https://zheng.example/v/ABCDEFGHJK"),
        fields: serde_json::Map::new(),
        renditions: vec![RenditionView {
            kind: text("original"),
            media_type: text("application/pdf"),
            bytes: 60_000,
            sha256: "ab".repeat(32),
            sm3: "5c".repeat(32),
            form: text("both"),
            href: text("/v1/licenses/0/renditions/original"),
        }],
        version: 4,
        parts: vec![LicensePartView {
            license_id: text(ID),
            type_name: text("<餐饮>许可证"),
            type_name_en: text("License <餐饮>"),
            state: text("ISSUED"),
        }],
        supersedes: None,
        succession: None,
        order: None,
    }
}

fn entry(event: &str, reason: Option<&str>) -> StatusEntryView {
    StatusEntryView {
        event: event.to_owned(),
        from: "ISSUED".to_owned(),
        to: "REVOKED".to_owned(),
        reason: reason.map(str::to_owned),
        replaced_by: reason.map(|_| ID.to_owned()),
        legal_document: reason.map(|_| "示审决〔2026〕<餐饮>号".to_owned()),
        note: reason.map(|_| "<餐饮>".to_owned()),
        actor: "api-key:1".to_owned(),
        who: reason.map(|_| "<餐饮>".to_owned()),
        effective_at: AT.to_owned(),
        recorded_at: AT.to_owned(),
    }
}

pub(super) fn field(key: &str, kind: &str, value: &str) -> LicenseFieldView {
    LicenseFieldView {
        key: key.to_owned(),
        name: "样例<餐饮>".to_owned(),
        name_en: "Sample <餐饮>".to_owned(),
        kind: kind.to_owned(),
        value: value.to_owned(),
        editable: kind != "photo",
        anew: matches!(kind, "date" | "period"),
        suggested: value.to_owned(),
        required: true,
        choices: vec![("a".to_owned(), "<餐饮>".to_owned())],
    }
}

fn renewal() -> LicenseRenewalView {
    let need = |code: &str, pointer: Option<&str>| RenewalNeedView {
        code: code.to_owned(),
        pointer: pointer.map(str::to_owned),
        detail: "<餐饮>".to_owned(),
    };
    let evidence = |kind: &str, outcome: Option<&str>| RenewalEvidenceView {
        kind: kind.to_owned(),
        href: "/v1/log/proof".to_owned(),
        sm3: None,
        outcome: outcome.map(str::to_owned),
        as_of: AT.to_owned(),
    };
    LicenseRenewalView {
        license_id: ID.to_owned(),
        state: "ISSUED".to_owned(),
        version: 3,
        valid_to: None,
        days_left: Some(28),
        possible: false,
        confirmation: "5c".repeat(32),
        fields: serde_json::Map::new(),
        enter_anew: Vec::new(),
        needs: vec![
            need("part_not_in_force", Some("/parts/0")),
            need("field_required", Some("/fields/name")),
            need("seal_not_usable", None),
        ],
        evidence: vec![evidence("sealed_file", Some("VALID")), evidence("log_proof", None)],
    }
}

pub(super) fn shown(state: &str, allowed: &[&str]) -> LicensePageView {
    let version = |version: u16, id: &str| LicenseVersionView {
        id: id.to_owned(),
        version,
        succession: (version > 1).then(|| "renewal".to_owned()),
        number: "示测许〔2026〕<餐饮>号".to_owned(),
        state: state.to_owned(),
        changed_at: AT.to_owned(),
    };
    LicensePageView {
        license: license(state),
        history: LicenseHistoryView {
            license_id: ID.to_owned(),
            state: state.to_owned(),
            version: 4,
            allowed: allowed.iter().map(|word| (*word).to_owned()).collect(),
            entries: vec![entry("issue", None), entry("revoke", Some("stripped"))],
        },
        versions: vec![version(1, "01890000-0000-7000-8000-000000000001"), version(2, ID)],
        seals: vec![LicenseSealView {
            seal: ID.to_owned(),
            name: "示例市<餐饮>专用章".to_owned(),
            form: "both".to_owned(),
            state: "spent".to_owned(),
            approved_by: "service:approval-policy".to_owned(),
            approved_at: AT.to_owned(),
        }],
        leaves: vec![
            LicenseLeafView { event: "issue".to_owned(), index: Some(7), at: AT.to_owned() },
            LicenseLeafView { event: "revoke".to_owned(), index: None, at: AT.to_owned() },
        ],
        reliance: RelianceView {
            days: 180,
            organizations: vec!["示例市<餐饮>局".to_owned()],
            verifications: 12,
        },
        fields: vec![
            field("name", "text", "示例<餐饮>"),
            field("body", "long_text", "甲\n乙"),
            field("day", "date", "2026-03-02"),
            field("term", "period", "2026-03-02 long_term"),
            field("sort", "choice", "a"),
            field("photo", "photo", ""),
        ],
        renewal: (state == "ISSUED").then(renewal),
        part_of: license(state).parts,
        days_left: (state == "ISSUED").then_some(28),
    }
}

fn one(
    frame: &Frame,
    state: &str,
    allowed: &[&str],
    open: &str,
    error: Option<&Refusal>,
) -> askama::Result<String> {
    let typed: Typed = [("note".to_owned(), "<餐饮>".to_owned())].into_iter().collect();
    let shown = shown(state, allowed);
    let tag = shown.license.tag();
    let (words, shown, typed) = (frame.licenses(), &shown, &typed);
    LicensePage { frame, words, shown, acts: true, tag, typed, open, error }.render()
}

/// Many licenses: before, tried or done.
fn bulk(frame: &Frame, tried: Option<bool>, error: Option<&str>) -> askama::Result<String> {
    let row = |code: Option<&str>| BulkMoveRowView {
        license: "<餐饮>".to_owned(),
        license_id: code.is_none().then(|| ID.to_owned()),
        state: code.is_none().then(|| "SUSPENDED".to_owned()),
        code: code.map(str::to_owned),
        detail: code.map(|_| "<餐饮>".to_owned()),
        ..BulkMoveRowView::default()
    };
    let codes = [None, Some("not_found"), Some("listed_twice"), Some("ambiguous_number")];
    let others =
        [Some("illegal_transition"), Some("effective_time_refused"), Some("reason_needed")];
    let view = tried.map(|dry_run| BulkMoveView {
        dry_run,
        done: 1,
        refused: 6,
        rows: codes.into_iter().chain(others).map(row).collect(),
        next_cursor: Some("1-2".to_owned()),
    });
    let typed: Typed = [("note".to_owned(), "<餐饮>".to_owned())].into_iter().collect();
    let (words, typed, rows, types) = (frame.bulk(), &typed, view.as_ref(), &[][..]);
    BulkPage { frame, words, types, typed, rows, key: "1", error }.render()
}

pub(super) fn pages(frame: &Frame) -> Vec<(&'static str, askama::Result<String>)> {
    let states = ["ISSUED", "SUSPENDED", "REVOKED", "SUPERSEDED", "EXPIRED", "PENDING_SEAL"];
    let items = states.map(license).to_vec();
    let found = Page { items, next_cursor: Some("1-2".to_owned()) };
    let nothing = Page { items: Vec::new(), next_cursor: None };
    let asked = Asked { number: "<餐饮>".to_owned(), ..Asked::default() };
    let (words, types) = (frame.licenses(), &[][..]);
    let list = |found, error| LicensesPage {
        frame,
        words,
        found,
        types,
        asked: &asked,
        acts: true,
        error,
    };
    let fields = vec![("name".to_owned(), "<餐饮>".to_owned())];
    let refusal = Refusal { said: words.problem_content, fields };
    let issued = ["suspend", "revoke", "renew", "change"];
    vec![
        ("licenses", list(&found, None).render()),
        ("licenses-none", list(&nothing, Some(words.problem_query)).render()),
        ("bulk", bulk(frame, None, None)),
        ("bulk-tried", bulk(frame, Some(true), None)),
        ("bulk-done", bulk(frame, Some(false), None)),
        ("bulk-refused", bulk(frame, None, Some(frame.bulk().problem_size))),
        ("license", one(frame, "ISSUED", &issued, "", None)),
        ("license-refused", one(frame, "ISSUED", &issued, "change", Some(&refusal))),
        ("license-suspended", one(frame, "SUSPENDED", &["resume", "revoke"], "revoke", None)),
        ("license-revoked", one(frame, "REVOKED", &[], "", None)),
    ]
}
