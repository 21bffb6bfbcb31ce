//! What rules find in licenses is scored and corrected, and what is uncertain is not called good.

use crate::support::http::{Answer, Request};
use crate::support::service::demo;
use domain::time::{china_date, day_text};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

fn ask(method: &'static str, path: &str) -> Request {
    let key = format!("Bearer {}", demo().summary.departments[0].api_key);
    demo().request(method, path).header("Authorization", &key)
}

/// A small catering license of this owner, issued that day.
fn issue(number: &str, owner: &str, day: &str) -> String {
    let fields = json!({
        "license_number": number, "operator": "示例市样例食品有限公司",
        "operator_code": "91999900MA0000015N", "owner": owner,
        "business_address": "示例市样板区幸福路1号", "business_area": "12.5",
        "business_items": "糕点", "supervisor": "样板所", "valid_from": day, "issue_date": day,
    });
    let body = json!({
        "license_type": "119999000000000198003", "fields": fields, "form": "pades", "level": "b",
    });
    let made = ask("POST", "/v1/licenses").header("Idempotency-Key", number).json(&body).send();
    made.expect(201).json()["id"].as_str().expect("an id").to_owned()
}

/// What is open of a license.
fn open(license: &str) -> Option<Value> {
    let all = ask("GET", "/v1/quality/findings").send().expect(200).json();
    let all = all["items"].as_array().expect("items").clone();
    all.into_iter().find(|one| one["license"] == license)
}

/// The finding of a license, once the round that examines it has been.
fn finding(license: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        demo().app.watch_quality().expect("a round");
        if let Some(found) = open(license) {
            return found;
        }
        assert!(Instant::now() < until, "it was never examined");
    }
}

fn step(id: &str, step: &str, note: &str) -> Answer {
    let path = format!("/v1/quality/findings/{id}:{step}");
    ask("POST", &path).json(&json!({ "note": note })).send()
}

#[test]
fn a_fault_is_found_scored_taken_answered_and_closed() {
    let before = ask("GET", "/v1/quality").send().expect(200).json();
    let license = issue("XCY1999900000201", "不详", "2026-03-02");
    let found = finding(&license);
    assert_eq!(
        (&found["rule"], &found["field"], &found["state"], &found["certain"]),
        (&json!("placeholder"), &json!("owner"), &json!("open"), &json!(true))
    );
    let text = found.to_string();
    assert!(!text.contains("不详") && !text.contains("XCY1999900000201"), "no value: {text}");

    let score = ask("GET", "/v1/quality").send().expect(200).json()["score"].clone();
    let count = |score: &Value, name: &str| score[name].as_u64().expect("a number");
    assert!(count(&score, "faulty") > count(&before["score"], "faulty"));
    let parts = ["good", "faulty", "uncertain"].map(|name| count(&score, name));
    assert_eq!(parts.iter().sum::<u64>(), count(&score, "total"));
    assert_eq!(count(&score, "percent"), parts[0] * 100 / count(&score, "total"));

    // Another department neither sees nor changes it.
    let id = found["id"].as_str().expect("an id").to_owned();
    let other = demo().request("POST", &format!("/v1/quality/findings/{id}:take"));
    other.header("Authorization", &demo().other_key()).json(&json!({})).send().expect(404);

    assert_eq!(step(&id, "close", "不行").expect(409).json()["code"], "finding_state");
    step(&id, "take", "").expect(200);
    assert_eq!(step(&id, "answer", " ").expect(422).json()["code"], "reason_needed");
    let answered = step(&id, "answer", "已通知经营者补正").expect(200).json();
    assert_eq!(answered["state"], "answered", "it is there still");
    step(&id, "reopen", "").expect(200);
    step(&id, "answer", "证照已核对，经营者不愿公开姓名").expect(200);
    assert_eq!(step(&id, "close", "情况属实").expect(200).json()["state"], "closed");
    // The score is of whatever others issue meanwhile, too.
    assert_eq!(open(&license), None);
}

#[test]
fn missing_numbers_of_the_last_weeks_are_told() {
    let yesterday = china_date(OffsetDateTime::now_utc()) - time::Duration::DAY;
    for place in [1, 2, 5, 6] {
        issue(&format!("XCY199990000070{place}"), "何样例", &day_text(yesterday));
    }
    let said = ask("GET", "/v1/quality").send().expect(200).json();
    let gaps = said["gaps"].as_array().expect("gaps");
    let found = gaps.iter().find(|gap| gap["from"] == "XCY1999900000703").expect("the gap");
    assert_eq!((&found["to"], &found["count"]), (&json!("XCY1999900000704"), &json!(2)), "{said}");
    assert!(said["missing"].as_u64() >= Some(2), "{said}");
}
