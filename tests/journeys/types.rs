//! License types change while the service runs: a draft is tried, published, never changed again,
//! and used by every process.

use crate::support::http::{Answer, Request};
use crate::support::service::{demo, empty_folder};
use app::{App, OrganizationRequest, Settings, TrailQuery};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// 小餐饮经营许可证, after which the tests make types of their own.
const MODEL: &str = include_str!("../../schema/catalogue/small_catering_license.json");

/// A type of the demo's first department, under a number of its own.
fn definition(number: &str) -> (String, Value) {
    let department = &demo().summary.departments[0];
    let code = format!("{}{number}", department.code);
    let mut document: Value = serde_json::from_str(MODEL).expect("JSON");
    document["code"] = code.as_str().into();
    document["name"] = json!({ "zh": "样例登记证", "en": "Sample registration" });
    document["defining_authority"] = json!({ "name": department.name, "code": department.code });
    (code, document)
}

fn key() -> String {
    format!("Bearer {}", demo().summary.departments[0].api_key)
}

fn ask(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &key())
}

fn keep(code: &str, document: &Value, tag: Option<&str>) -> Answer {
    let request = ask("PUT", &format!("/v1/license-types/{code}/draft")).json(document);
    match tag {
        Some(tag) => request.header("If-Match", tag).send(),
        None => request.header("If-None-Match", "*").send(),
    }
}

fn publish(code: &str, tag: &str) -> Answer {
    ask("POST", &format!("/v1/license-types/{code}:publish")).header("If-Match", tag).send()
}

fn issue(code: &str, number: &str) -> Answer {
    let fields = json!({
        "license_number": number, "operator": "示例市样例食品有限公司",
        "operator_code": "91999900MA0000015N", "owner": "张样例",
        "business_address": "示例市样板区幸福路1号", "business_area": "12.5",
        "business_items": "糕点", "valid_from": "2026-03-02", "issue_date": "2026-03-02",
    });
    let body = json!({ "license_type": code, "fields": fields, "form": "pades", "level": "b" });
    ask("POST", "/v1/licenses").header("Idempotency-Key", number).json(&body).send()
}

fn refused(answer: Answer, status: u16, code: &str) -> Value {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
    problem
}

#[test]
fn a_type_is_drafted_published_used_and_withdrawn_while_the_service_runs() {
    let (code, mut document) = definition("101");
    let other_process = App::open(demo().app.settings().clone()).expect("a second process");

    // Only its keeper, and only on what it has seen.
    let path = format!("/v1/license-types/{code}/draft");
    let stranger = demo().request("PUT", &path).header("Authorization", &demo().other_key());
    let stranger = stranger.header("If-None-Match", "*").json(&document).send();
    refused(stranger, 403, "not_the_keeper");
    refused(ask("PUT", &path).json(&document).send(), 428, "if_match_required");
    assert_eq!(keep(&code, &document, None).expect(200).header("etag"), Some("\"1\""));
    refused(keep(&code, &document, None), 412, "version_mismatch");
    refused(keep(&code, &document, Some("\"7\"")), 412, "version_mismatch");

    // What is wrong is named with its place, and keeps it from being published.
    let mut wrong = document.clone();
    wrong["fields"][3]["kind"] = "period".into();
    wrong["fields"][3]["role"] = "issue_date".into();
    let problem = refused(keep(&code, &wrong, Some("\"1\"")), 422, "license_type_refused");
    assert_eq!(problem["errors"][0]["pointer"], "/fields/3");
    let mut over = document.clone();
    over["layout"]["elements"][8]["center"] = json!([50, 239]);
    let draft = keep(&code, &over, Some("\"1\"")).expect(200).json();
    let found = draft["findings"].as_array().expect("findings");
    assert!(found.iter().any(|one| one["code"] == "seal_over_code"), "{draft}");
    let problem = refused(publish(&code, "\"2\""), 422, "license_type_refused");
    assert_eq!(problem["errors"][0]["pointer"], "/layout/elements/8");
    keep(&code, &document, Some("\"2\"")).expect(200);
    refused(publish(&code, "\"2\""), 412, "version_mismatch");
    assert_eq!(publish(&code, "\"3\"").expect(200).json()["version"], 1);

    // The other process uses it within seconds; what was published never changes.
    let until = Instant::now() + Duration::from_secs(20);
    while other_process.license_type(&code).is_err() {
        assert!(Instant::now() < until, "the other process never saw it");
        std::thread::sleep(Duration::from_millis(50));
    }
    let problem = refused(keep(&code, &document, None), 422, "license_type_refused");
    assert_eq!(problem["errors"][0]["pointer"], "/version");

    let published = demo().request("GET", &format!("/v1/license-types/{code}/versions/1"));
    let tag = published.send().expect(200).header("etag").expect("a tag").to_owned();
    published.header("If-None-Match", &tag).send().expect(304);

    // Licenses keep the version by which they were drawn; new ones use the newest.
    let first = issue(&code, "XCY1999900000101").expect(201).json();
    document["version"] = 2.into();
    document["fields"][3]["name"]["zh"] = "经营者".into();
    keep(&code, &document, None).expect(200);
    publish(&code, "\"1\"").expect(200);
    let second = issue(&code, "XCY1999900000102").expect(201).json();
    assert_eq!((&first["type_version"], &second["type_version"]), (&json!(1), &json!(2)));
    let name = |license: &Value| {
        let path = format!("/v1/licenses/{}/metadata", license["id"].as_str().expect("an id"));
        let metadata = ask("GET", &path).send().expect(200).json();
        let all = metadata["extensions"].as_array().expect("extensions").clone();
        all.into_iter().find(|one| one["key"] == "owner").expect("the owner")["name"].clone()
    };
    assert_eq!((name(&first), name(&second)), (json!("经营者姓名"), json!("经营者")));

    // Out of use, and back.
    let act = |act: &str, body: Value| {
        ask("POST", &format!("/v1/license-types/{code}:{act}")).json(&body).send()
    };
    refused(act("withdraw", json!({ "reason": " " })), 422, "reason_needed");
    act("withdraw", json!({ "reason": "并入食品经营许可" })).expect(200);
    refused(act("withdraw", json!({ "reason": "再次" })), 409, "license_type_state");
    refused(issue(&code, "XCY1999900000103"), 422, "license_type_withdrawn");
    let shown = demo().at(&format!("/v1/license-types/{code}")).expect(200).json();
    assert_eq!(shown["status"], "withdrawn");
    act("reinstate", json!({})).expect(200);
    refused(act("reinstate", json!({})), 409, "license_type_state");

    // Everything is in the audit trail.
    let console = demo().app.console("示例市行政审批服务局").expect("a console");
    let query = TrailQuery { subject: format!("license_type {code}"), ..TrailQuery::default() };
    let trail = demo().app.trail(&console, &query).expect("the trail");
    let told: Vec<&str> = trail.events.iter().map(|event| event.action.as_str()).collect();
    for action in ["draft", "publish", "withdraw", "reinstate"] {
        assert!(told.contains(&format!("license_type.{action}").as_str()), "{action}: {told:?}");
    }
}

#[test]
fn what_is_exported_and_imported_is_the_same() {
    let (code, document) = definition("102");
    keep(&code, &document, None).expect(200);
    publish(&code, "\"1\"").expect(200);
    let path = format!("/v1/license-types/{code}/versions/1");
    let exported = demo().at(&path).expect(200).body;
    let app = App::open(Settings::in_folder(&empty_folder("types-import"))).expect("a service");
    let made = app.organization_found(&OrganizationRequest {
        name: demo().summary.departments[0].name.clone(),
        code: demo().summary.departments[0].code.clone(),
        parent: String::new(),
    });
    let caller = app.console(&made.expect("an organization").name).expect("a console");
    let draft = app.type_draft_put(&caller, &code, &exported, None).expect("a draft");
    app.type_publish(&caller, &code, draft.revision).expect("published");
    let again = app.type_document(&code, 1).expect("the document");
    assert_eq!(again.json.as_bytes(), exported);
    assert!(app.type_named(&exported).expect("a type").1, "it is published");

    // A catalogue elsewhere takes the type as an item; names are those of GB/T 36902.
    let item = demo().request("GET", &format!("/v1/license-types/{code}/directory-item"));
    let xml = item.header("Accept", "application/xml").send().expect(200);
    let xml = String::from_utf8(xml.body).expect("text");
    let expected = format!("short-name=\"ZZLXDM\" column=\"certificate_type_name_code\">{code}<");
    assert!(xml.contains(&expected), "{xml}");
}

#[test]
fn what_nobody_keeps_here_is_changed_at_the_machine_alone() {
    // 营业执照 is of a ministry that is no organization of the demo.
    let code = "11100000MB0143028R001";
    let console = demo().app.consoles().expect("consoles").remove(0);
    assert!(demo().app.keeps_type(&console, code), "the console may");
    let path = format!("/v1/license-types/{code}:withdraw");
    refused(ask("POST", &path).json(&json!({ "reason": "样例" })).send(), 403, "not_the_keeper");
}
