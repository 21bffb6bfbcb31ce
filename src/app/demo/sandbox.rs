//! The sandbox: one license for each way in which a verification ends, with a list for programs.

use super::office::Department;
use super::{named, write};
use crate::view::{LicenseView, SandboxLicenseView, SandboxView};
use crate::{
    App, AppError, Caller, Errand, IssueRequest, LicenseMove, MoveRequest, Seen, SuccessionRequest,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::license::SuccessionKind;
use serde_json::{Map, Value, json};
use std::path::Path;

/// The list, in the folder of the demo.
const LIST: &str = "sandbox.json";
const ERRAND: &str = "yinzheng demo";
/// 行政许可决定书, and 食品经营许可证, which ends.
const DECISION: &str = "119999000000000198001";
const FOOD: &str = "119999000000000198002";

/// What becomes of a license.
type Fate = fn(&Sandbox<'_>, &LicenseView) -> Result<(), AppError>;

/// Name, the same for people, outcome and state of each license.
const CASES: [(&str, &str, &str, &str, &str, Fate); 5] = [
    ("valid", "有效", "in force", "VALID", "ISSUED", |_, _| Ok(())),
    ("suspended", "已暂扣", "suspended", "INVALID", "SUSPENDED", |one, of| one.suspend(of)),
    ("revoked", "已注销", "revoked", "INVALID", "REVOKED", |one, of| one.revoke(of)),
    ("superseded", "已被取代", "superseded", "INVALID", "SUPERSEDED", |one, of| {
        one.supersede(of)
    }),
    ("expired", "已过期", "expired", "INVALID", "EXPIRED", |_, _| Ok(())),
];

/// The department whose licenses they are.
struct Sandbox<'a> {
    app: &'a App,
    caller: Caller,
}

/// Issues the licenses, and does to each what its name says.
pub(super) fn make(app: &App, department: &Department) -> Result<SandboxView, AppError> {
    let sandbox = Sandbox { app, caller: Caller::Console { organization: department.id } };
    let mut items = Vec::new();
    for (place, (case, zh, en, outcome, state, fate)) in CASES.into_iter().enumerate() {
        let number = 90_001 + place;
        let issued = sandbox.issue(case, number)?;
        fate(&sandbox, &issued)?;
        let content = || app.rendition(&sandbox.caller, &Errand::by(ERRAND), &issued.id);
        items.push(SandboxLicenseView {
            case: case.to_owned(),
            text_zh: zh.to_owned(),
            text_en: en.to_owned(),
            outcome: Some(outcome.to_owned()),
            state: state.to_owned(),
            code: Some(issued.code.clone()),
            content: match case {
                "valid" => Some(STANDARD.encode(content()?.bytes)),
                _ => None,
            },
            license_id: issued.id,
        });
    }
    Ok(SandboxView { items })
}

/// A license that waits for an approver: nobody is told of it yet.
pub(super) fn pending(license: LicenseView) -> SandboxLicenseView {
    SandboxLicenseView {
        case: "pending".to_owned(),
        text_zh: "等待审批签章".to_owned(),
        text_en: "waiting for an approver".to_owned(),
        license_id: license.id,
        code: None,
        outcome: None,
        state: license.state,
        content: None,
    }
}

/// Writes the list.
pub(super) fn publish(folder: &Path, list: &SandboxView) -> Result<(), AppError> {
    let json = serde_json::to_vec_pretty(list)
        .map_err(|cause| AppError::internal("writing the list of the sandbox".to_owned(), cause))?;
    write(&folder.join(LIST), &json)
}

impl App {
    /// The licenses of the sandbox, one for each outcome. Only a demo has them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] anywhere else.
    pub fn sandbox(&self) -> Result<SandboxView, AppError> {
        let path = self.settings.data.join("demo").join(LIST);
        let json = std::fs::read(&path).map_err(|_| AppError::NotFound)?;
        serde_json::from_slice(&json)
            .map_err(|cause| AppError::internal(format!("reading {}", path.display()), cause))
    }
}

impl Sandbox<'_> {
    fn issue(&self, case: &str, number: usize) -> Result<LicenseView, AppError> {
        let (license_type, fields) = match case {
            "expired" => (FOOD, food(number)),
            _ => (DECISION, decision(number)),
        };
        let request = IssueRequest::drawn(license_type, fields);
        let key = named(&format!("demo-sandbox-{case}"))?;
        Ok(self.app.issue(&self.caller, Some(&key), request)?.value)
    }

    /// Once, however often the demo is made.
    fn do_to(&self, license: &LicenseView, request: &MoveRequest) -> Result<(), AppError> {
        let (app, caller) = (self.app, &self.caller);
        let key = named(&format!("demo-sandbox-move-{}", license.id))?;
        app.license_move(caller, Some(&key), &license.id, &Seen::Whatever, request).map(drop)
    }

    fn suspend(&self, license: &LicenseView) -> Result<(), AppError> {
        let note = Some("样例：调查期间暂扣".to_owned());
        self.do_to(license, &MoveRequest { note, ..asked(LicenseMove::Suspend) })
    }

    fn revoke(&self, license: &LicenseView) -> Result<(), AppError> {
        let reason = Some("cancelled".to_owned());
        let legal_document = Some("示行审注〔2026〕1号".to_owned());
        let asked = asked(LicenseMove::Revoke);
        self.do_to(license, &MoveRequest { reason, legal_document, ..asked })
    }

    fn supersede(&self, license: &LicenseView) -> Result<(), AppError> {
        let request = SuccessionRequest {
            fields: map(json!({ "item": "户外广告设施设置审批（变更）" })),
            note: Some("样例：变更".to_owned()),
            ..SuccessionRequest::of(SuccessionKind::Change)
        };
        let (app, caller, errand) = (self.app, &self.caller, Errand::by(ERRAND));
        let (key, seen) = (named("demo-sandbox-change")?, Seen::Whatever);
        app.license_succeed(caller, &errand, Some(&key), &license.id, &seen, request).map(drop)
    }
}

fn asked(act: LicenseMove) -> MoveRequest {
    MoveRequest {
        act,
        reason: None,
        legal_document: None,
        note: None,
        effective_at: None,
        corrected: None,
    }
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn decision(number: usize) -> Map<String, Value> {
    map(json!({
        "document_number": format!("示例许〔2026〕{number}号"),
        "applicant": "示例市青禾食品有限公司",
        "applicant_code": "91999900MA0000015N",
        "item": "户外广告设施设置审批",
        "accepted_on": "2026-02-20",
        "body": "沙箱样例：准予你单位在示例市样板区长安路100号设置户外广告设施一处。",
        "issue_date": "2026-03-02",
    }))
}

fn food(number: usize) -> Map<String, Value> {
    map(json!({
        "license_number": format!("JY199990000{number}"),
        "operator": "示例市青禾食品有限公司",
        "operator_code": "91999900MA0000015N",
        "responsible_person": "林样例",
        "registered_address": "示例省示例市样板区长安路100号",
        "business_address": "示例省示例市样板区长安路100号",
        "business_form": "小餐馆",
        "business_items": "面食",
        "supervisor": "样板所",
        "signatory": "陈示例",
        "issue_date": "2019-03-02",
        "valid_to": "2024-03-01",
    }))
}
