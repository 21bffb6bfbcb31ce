//! A department issues a license; whoever gets the file can verify it.

use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::service::demo;
use serde_json::{Value, json};

fn issue(body: &Value) -> Request {
    demo().request("POST", "/v1/licenses").header("Authorization", &demo().key()).json(body)
}

fn rendition(license: &Value) -> Answer {
    let path = license["renditions"][0]["href"].as_str().expect("a path");
    demo().request("GET", path).header("Authorization", &demo().key()).send()
}

fn verify(bytes: &[u8]) -> Value {
    let parts = [("file", Some("a.pdf"), "application/pdf", bytes)];
    demo().request("POST", "/v1/verifications").parts(&parts).send().expect(200).json()
}

#[test]
fn an_issued_license_is_a_file_that_verifies() {
    let number = fresh_number();
    let answer = issue(&decision::request(&number)).send().expect(201);
    let license = answer.json();
    let path = format!("/v1/licenses/{}", license["id"].as_str().expect("an id"));
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!(license["number"], number.as_str());
    assert_eq!(license["state"], "ISSUED");

    let file = rendition(&license).expect(200);
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    assert_eq!(license["renditions"][0]["bytes"], file.body.len());
    let report = verify(&file.body);
    assert_eq!(report["outcome"], "VALID", "{report:#}");
    assert_eq!(report["register"]["issued_here"], true);
    assert_eq!(report["register"]["byte_identical"], true);
    assert_eq!(report["signatures"].as_array().map(Vec::len), Some(2));

    let stored = demo().at(&format!("/v1/verifications/{}", report["id"].as_str().expect("an id")));
    assert_eq!(stored.expect(200).json()["outcome"], "VALID");
    let code = license["code"].as_str().expect("a code");
    let by_code = demo().request("POST", "/v1/verifications").json(&json!({ "code": code }));
    assert_eq!(by_code.send().expect(200).json()["outcome"], "VALID");
    let page = demo().request("GET", &format!("/v/{code}")).header("Accept", "application/json");
    assert_eq!(page.send().expect(200).json()["outcome"], "VALID");
}

#[test]
fn every_form_verifies() {
    for (form, signatures) in [("pades", 1), ("sm2", 1), ("both", 2)] {
        let mut body = decision::request(&fresh_number());
        body["form"] = form.into();
        let license = issue(&body).send().expect(201).json();
        assert_eq!(license["renditions"][0]["form"], form);
        let report = verify(&rendition(&license).expect(200).body);
        assert_eq!(report["outcome"], "VALID", "{form}: {report:#}");
        assert_eq!(report["signatures"].as_array().map(Vec::len), Some(signatures), "{form}");
    }
}

#[test]
fn the_same_request_issues_once() {
    let body = decision::request(&fresh_number());
    let key = format!("key-{}", body["fields"]["document_number"].as_str().expect("text").len());
    let key = format!("{key}-{}", std::process::id());
    let request = issue(&body).header("Idempotency-Key", &key);
    let first = request.send().expect(201);
    assert_eq!(first.header("idempotent-replayed"), None);
    let again = request.send().expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.json(), again.json());

    let other = issue(&decision::request(&fresh_number())).header("Idempotency-Key", &key);
    assert_eq!(other.send().expect(422).json()["code"], "idempotency_key_reused");
}

#[test]
fn many_at_once_under_one_key_issue_once() {
    let body = decision::request(&fresh_number());
    let request = issue(&body).header("Idempotency-Key", &format!("race-{}", std::process::id()));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..6).map(|_| scope.spawn(|| request.send())).collect();
        asked.into_iter().map(|answer| answer.join().expect("an answer")).collect()
    });
    let mut ids: Vec<String> = Vec::new();
    for answer in answers {
        match answer.status {
            201 => ids.push(answer.json()["id"].to_string()),
            _ => assert_eq!(answer.expect(409).json()["code"], "request_in_progress"),
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[test]
fn a_number_is_registered_once() {
    let number = fresh_number();
    let first = issue(&decision::request(&number)).send().expect(201).json();
    let problem = issue(&decision::request(&number)).send().expect(409).json();
    assert_eq!(problem["code"], "duplicate_license_number");
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(first["id"].as_str().expect("an id")), "{detail}");
    // The type fixes how its numbers are written, so another spelling does not get so far.
    let wide = number.replace('2', "２");
    let problem = issue(&decision::request(&wide)).send().expect(422).json();
    assert_eq!(problem["errors"][0]["code"], "bad_pattern");
}

#[test]
fn bad_fields_are_named_one_by_one() {
    let mut body = decision::request(&fresh_number());
    body["fields"]["applicant_code"] = "91999900MA0000015M".into();
    body["fields"]["accepted_on"] = "2026-02-30".into();
    body["fields"]["colour"] = "red".into();
    body["fields"].as_object_mut().expect("an object").remove("body");
    let answer = issue(&body).send().expect(422);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["code"], "schema_violation");
    let entries = problem["errors"].as_array().expect("entries");
    let mut pointers: Vec<_> = entries.iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    pointers.sort_unstable();
    let named = ["/fields/accepted_on", "/fields/applicant_code", "/fields/body", "/fields/colour"];
    assert_eq!(pointers, named);
    let code = entries.iter().find(|e| e["pointer"] == "/fields/applicant_code").expect("there");
    assert!(code["message"].as_str().is_some_and(|m| m.contains('N')), "the right one: {code}");
}

#[test]
fn what_is_not_a_request_is_refused_by_name() {
    let to = |path| demo().request("POST", path).header("Authorization", &demo().key());
    let issue = || to("/v1/licenses");
    let unknown_type = json!({ "license_type": "000000000000000000000", "fields": {} });
    let mut extra = decision::request(&fresh_number());
    extra["state"] = "REVOKED".into();
    for (request, status) in [
        (issue().body("application/json", "{"), 400),
        (issue().body("application/json", "[]"), 400),
        (issue().body("application/json", &b"\xff\xfe"[..]), 400),
        (issue().json(&extra), 400),
        (issue().body("text/plain", "{}"), 415),
        (issue().json(&unknown_type), 422),
        (issue().json(&decision::request("第一号")), 422),
        (issue().json(&decision::request(&fresh_number())).header("Idempotency-Key", "a b"), 400),
        (to("/v1/verifications").json(&json!({ "code": "a", "license_id": "b" })), 400),
        (to("/v1/verifications").json(&json!({})), 400),
        (to("/v1/absent").json(&json!({})), 404),
    ] {
        let answer = request.send().expect(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["code"].is_string() && problem["trace_id"].is_string(), "{problem}");
    }
}
