//! Notices of a case: sealed instead of stamped, checked like licenses, withdrawn and replaced.

use crate::support::decision;
use crate::support::http::{Answer, Request};
use crate::support::service::demo;
use app::{IdempotencyKey, NoticeAsked, NoticeBulkAsked, NoticeQuery};
use serde_json::{Value, json};
use std::fs;

const KINDS: [&str; 6] =
    ["acceptance", "corrections", "one_time", "completion", "refusal", "approval"];

fn request(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &demo().key())
}

fn post(path: &str, body: &Value) -> Answer {
    request("POST", path).json(body).send()
}

/// A notice of this kind in a case of the test's own, as the sample of its type says.
fn notice(kind: &str, case_no: &str) -> Value {
    let path = format!("{}/schema/notices/samples/notice_{kind}.json", env!("CARGO_MANIFEST_DIR"));
    let samples: Value =
        serde_json::from_str(&fs::read_to_string(path).expect("samples")).expect("JSON");
    let mut fields = samples[0]["content"].clone();
    let said = fields.as_object_mut().expect("fields");
    for key in ["number", "case_no", "party", "party_code"] {
        said.remove(key);
    }
    json!({ "kind": kind, "case_no": case_no, "fields": fields,
        "party": { "name": "示例市青禾食品有限公司", "code": "91999900MA0000015N" } })
}

/// A notice that a department issued; its id.
pub(crate) fn issued(authorization: &str) -> String {
    let issue = demo().request("POST", "/v1/notices").header("Authorization", authorization);
    let issued = issue.json(&notice("completion", "示测办〔2026〕权限")).send().expect(201).json();
    issued["id"].as_str().expect("an id").to_owned()
}

fn of_case(case_no: &str) -> Vec<Value> {
    let caller = demo().app.console("示例市行政审批服务局").expect("an organization");
    let query = NoticeQuery { case_no: Some(case_no.to_owned()), ..NoticeQuery::default() };
    let page = demo().app.notices(&caller, &app::Errand::by("a test"), &query).expect("a list");
    page.items.iter().map(|one| serde_json::to_value(one).expect("JSON")).collect()
}

/// What anybody is told of a file.
fn verified(file: &[u8]) -> Value {
    let parts = [("file", Some("notice.pdf"), "application/pdf", file)];
    demo().request("POST", "/v1/verifications").parts(&parts).send().expect(200).json()
}

#[test]
fn a_notice_of_each_kind_is_sealed_and_holds_until_it_is_withdrawn() {
    for kind in KINDS {
        let case_no = format!("示测办〔2026〕{kind}");
        let issued = post("/v1/notices", &notice(kind, &case_no)).expect(201).json();
        assert_eq!((&issued["kind"], &issued["state"]), (&json!(kind), &json!("ISSUED")));
        let number = issued["number"].as_str().expect("a number");
        assert!(number.starts_with(&case_no) && number.ends_with("1-MB00000353"), "{number}");
        let at = format!("/v1/notices/{}", issued["id"].as_str().expect("an id"));
        let file = request("GET", &format!("{at}/document")).send().expect(200).body;
        let judged = verified(&file);
        assert_eq!(judged["outcome"], "VALID", "{kind}: {judged}");
        assert_eq!(judged["register"]["state"], "ISSUED", "{kind}");
        let printed = format!("/v/{}", issued["code"].as_str().expect("a code"));
        let by_code = || {
            demo().request("GET", &printed).header("Accept", "application/json").send().expect(200)
        };
        assert_eq!(by_code().json()["outcome"], "VALID", "{kind}");
        assert_eq!(of_case(&case_no).len(), 1, "{kind}");
        post(&format!("{at}:withdraw"), &json!({ "reason": " " })).expect(422);
        let reason = json!({ "reason": "样例：当事人名称有误" });
        let moved = post(&format!("{at}:withdraw"), &reason).expect(200).json();
        assert_eq!(moved["entry"]["reason"], "withdrawn");
        assert_eq!(moved["entry"]["note"], "样例：当事人名称有误");
        assert_eq!(verified(&file)["outcome"], "INVALID", "{kind}");
        assert_eq!(by_code().json()["outcome"], "INVALID", "{kind}");
        assert_eq!(request("GET", &at).send().expect(200).json()["state"], "REVOKED");
        post(&format!("{at}:withdraw"), &reason).expect(409);
    }
}

#[test]
fn a_notice_of_a_decision_says_what_was_decided() {
    let caller = demo().app.console("示例市行政审批服务局").expect("an organization");
    let query = NoticeQuery { kind: Some("one_time".to_owned()), ..NoticeQuery::default() };
    let errand = app::Errand::by("a test");
    let found = demo().app.notices(&caller, &errand, &query).expect("a list").items;
    let made = found.iter().find(|one| one.decision_id.is_some()).expect("the demo's");
    let decision = made.decision_id.as_deref().expect("a decision");
    let decided = demo().app.exemption_decision(&caller, decision).expect("the decision");
    let said = |key: &str| made.fields.get(key).and_then(Value::as_str).unwrap_or_default();
    for one in decided.materials.iter().filter(|one| one.verdict != "not_applicable") {
        let optional = one.reason == "optional";
        let key = if one.verdict == "required" { "materials" } else { "waived" };
        assert_eq!(said(key).contains(&one.name), !optional, "{} in {key}", one.name);
    }
    assert_eq!(
        (said("case_no"), said("due")),
        (decided.case_no.as_str(), decided.valid_until.as_str())
    );
    assert_eq!(made.party, "示例市青禾食品有限公司");
}

#[test]
fn what_takes_the_place_of_a_notice_has_its_number_and_the_one_before_holds_no_more() {
    let case_no = "示测办〔2026〕替换";
    let issued = post("/v1/notices", &notice("corrections", case_no)).expect(201).json();
    let at = format!("/v1/notices/{}", issued["id"].as_str().expect("an id"));
    let body = json!({ "fields": { "due": "2026-04-30" }, "reason": "样例：期限有误" });
    let next = post(&format!("{at}:replace"), &body).expect(201).json();
    assert_eq!((&next["number"], &next["supersedes"]), (&issued["number"], &issued["id"]));
    assert_eq!(next["fields"]["due"], "2026-04-30");
    assert_eq!(next["fields"]["materials"], issued["fields"]["materials"]);
    let states: Vec<Value> = of_case(case_no).iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["ISSUED", "SUPERSEDED"]);
    let file = request("GET", &format!("{at}/document")).send().expect(200).body;
    assert_eq!(verified(&file)["outcome"], "INVALID");
}

#[test]
fn each_value_that_is_not_acceptable_is_named_and_nothing_is_issued() {
    let case_no = "示测办〔2026〕不妥";
    let wrong = |change: fn(&mut Value)| {
        let mut body = notice("refusal", case_no);
        change(&mut body);
        post("/v1/notices", &body).expect(422).json()["errors"][0]["pointer"].clone()
    };
    assert_eq!(wrong(|body| body["kind"] = json!("farewell")), "/kind");
    assert_eq!(wrong(|body| body["party"] = Value::Null), "/fields/party");
    assert_eq!(wrong(|body| body["fields"]["basis"] = Value::Null), "/fields/basis");
    assert_eq!(wrong(|body| body["fields"]["colour"] = json!("red")), "/fields/colour");
    assert_eq!(of_case(case_no).len(), 0);
    let license = post("/v1/licenses", &decision::request(&decision::fresh_number()));
    let id = license.expect(201).json()["id"].as_str().expect("an id").to_owned();
    request("GET", &format!("/v1/notices/{id}")).send().expect(404);
    post(&format!("/v1/notices/{id}:withdraw"), &json!({ "reason": "样例" })).expect(404);
}

#[test]
fn many_are_tried_first_and_what_is_wrong_with_one_does_not_keep_the_others() {
    let case_no = "示测办〔2026〕批量";
    let mut rows: Vec<Value> = KINDS.iter().map(|kind| notice(kind, case_no)).collect();
    rows[1]["fields"]["due"] = json!("soon");
    let tried = post("/v1/notices:bulk-issue", &json!({ "notices": rows, "dry_run": true }));
    let tried = tried.expect(200).json();
    assert_eq!((&tried["done"], &tried["refused"]), (&json!(5), &json!(1)), "{tried}");
    assert_eq!(of_case(case_no).len(), 0, "a trial issues nothing");
    let body = json!({ "notices": rows });
    let send = || {
        let many = request("POST", "/v1/notices:bulk-issue");
        many.header("Idempotency-Key", "many-notices").json(&body).send().expect(200)
    };
    let (first, again) = (send(), send());
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let first = first.json();
    assert_eq!(first["rows"][1]["code"], "schema_violation");
    assert!(first["rows"][1]["detail"].as_str().expect("words").contains("/fields/due"));
    assert_eq!(of_case(case_no).len(), 5);
    post("/v1/notices:bulk-issue", &json!({ "notices": [] })).expect(422);
}

/// A list that was interrupted after any of its rows: those before are in force under their own keys, and
/// the list was never answered.
#[test]
fn a_list_that_was_interrupted_anywhere_issues_each_row_once() {
    let app = &demo().app;
    let caller = app.console("示例市行政审批服务局").expect("an organization");
    const ROWS: usize = 3;
    for done in 0..=ROWS {
        let case_no = format!("示测办〔2026〕中断{done}");
        let one = |_| NoticeAsked {
            kind: "completion".to_owned(),
            case_no: Some(case_no.clone()),
            party: Some("样例乙公司".to_owned()),
            fields: json!({ "item": "样例事项", "decided_on": "2026-03-02", "body": "准予。" })
                .as_object()
                .expect("fields")
                .clone(),
            ..NoticeAsked::default()
        };
        let list = NoticeBulkAsked { notices: (0..ROWS).map(one).collect(), dry_run: false };
        let key: IdempotencyKey = format!("interrupted-{done}").parse().expect("a key");
        let mut before = Vec::new();
        for (place, notice) in list.notices.iter().enumerate().take(done) {
            let key = list.row_key(&key, place).expect("a key");
            before.push(app.issue_notice(&caller, Some(&key), notice).expect("issued").value.id);
        }
        let view = app.issue_notices(&caller, Some(&key), &list).expect("the list").value;
        let ids: Vec<String> = view.rows.iter().filter_map(|row| row.notice_id.clone()).collect();
        assert_eq!((view.done, ids.len()), (ROWS, ROWS), "{done}");
        assert_eq!(ids[..done], before, "{done}");
        assert_eq!(of_case(&case_no).len(), ROWS, "{done}: alike rows are each issued, once");
    }
}
