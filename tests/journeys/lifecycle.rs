//! What happens to a license after it was issued, and who is told of it.

use super::orders;
use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::people::{Browser, between, text};
use crate::support::service::{DEAF, demo};
use domain::time::{china_date, day_text};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

fn to(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &demo().key())
}

fn issued() -> Value {
    to("POST", "/v1/licenses").json(&decision::request(&fresh_number())).send().expect(201).json()
}

fn id(license: &Value) -> &str {
    license["id"].as_str().expect("an id")
}

/// What is done to a license, whatever it is now.
fn act(license: &Value, verb: &str, body: &Value) -> Request {
    let request = to("POST", &format!("/v1/licenses/{}:{verb}", id(license)));
    request.header("If-Match", "*").json(body)
}

fn history(license: &Value) -> Value {
    to("GET", &format!("/v1/licenses/{}/history", id(license))).send().expect(200).json()
}

/// How anyone who has the code finds it, at a time or now.
fn verified(license: &Value, at: Option<OffsetDateTime>) -> Value {
    let mut body = json!({ "code": license["code"] });
    if let Some(at) = at {
        body["at"] = at.format(&Rfc3339).expect("a time").into();
    }
    demo().request("POST", "/v1/verifications").json(&body).send().expect(200).json()
}

fn status(report: &Value) -> &Value {
    let checks = report["checks"].as_array().expect("checks");
    checks.iter().find(|check| check["check"] == "status").expect("how it stands")
}

fn revocation(reason: &str) -> Value {
    json!({ "reason": reason, "legal_document": "示审决〔2026〕7号" })
}

#[test]
fn a_suspended_license_is_not_valid_until_it_is_resumed() {
    let license = issued();
    let suspension = json!({ "note": "样例：整改期间", "legal_document": "示审暂〔2026〕1号" });
    let answer = act(&license, "suspend", &suspension).send().expect(200);
    let done = answer.json();
    assert_eq!(answer.header("etag"), Some("\"4-suspended\""));
    assert_eq!(
        (&done["state"], &done["allowed"]),
        (&"SUSPENDED".into(), &json!(["resume", "revoke"]))
    );
    let report = verified(&license, None);
    assert_eq!(
        (&report["outcome"], &report["advice"]["code"]),
        (&"INVALID".into(), &"suspended".into())
    );

    // What the state does not allow is named, with what it does.
    let again = act(&license, "suspend", &suspension).send().expect(409).json();
    assert_eq!(again["code"], "illegal_transition");
    assert_eq!(again["allowed"], json!(["resume", "revoke"]));

    act(&license, "resume", &json!({})).send().expect(200);
    assert_eq!(verified(&license, None)["outcome"], "VALID");
    let history = history(&license);
    let events: Vec<&str> = history["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|one| one["event"].as_str().expect("a word"))
        .collect();
    assert_eq!(events, ["order", "issue", "suspend", "resume"]);
    assert_eq!(history["entries"][2]["note"], "样例：整改期间");
    assert_eq!(history["allowed"], json!(["suspend", "revoke", "renew", "change"]));
}

#[test]
fn a_revocation_counts_from_when_it_took_effect() {
    let license = issued();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let effective = OffsetDateTime::now_utc() - Duration::SECOND;
    let mut body = revocation("stripped");
    body["effective_at"] = effective.format(&Rfc3339).expect("a time").into();
    let done = act(&license, "revoke", &body).send().expect(200).json();
    assert_eq!((&done["state"], &done["allowed"]), (&"REVOKED".into(), &json!([])));
    let entry = &done["entry"];
    assert_eq!(
        (&entry["reason"], &entry["legal_document"]),
        (&"stripped".into(), &"示审决〔2026〕7号".into())
    );
    assert_ne!(entry["effective_at"], entry["recorded_at"]);

    let now = verified(&license, None);
    assert_eq!(
        (&now["outcome"], &now["register"]["state"]),
        (&"INVALID".into(), &"REVOKED".into())
    );
    let said = status(&now);
    assert_eq!((&said["code"], &said["text_zh"]), (&"revoked".into(), &"证照已被吊销。".into()));
    assert!(said["detail"].as_str().is_some_and(|text| text.contains("recorded")), "{said}");
    // Before it took effect it was in force, and the answer says what it is now.
    let before = verified(&license, Some(effective - Duration::milliseconds(500)));
    assert_eq!(before["register"]["state"], "ISSUED", "{before:#}");
    assert_eq!(before["register"]["state_now"], "REVOKED");
    assert_eq!(before["outcome"], "VALID", "{before:#}");
    let after = verified(&license, Some(effective));
    assert_eq!(
        (&after["outcome"], &after["register"]["state"]),
        (&"INVALID".into(), &"REVOKED".into())
    );
    assert_eq!(after["register"].get("state_now"), None);

    // The leaf says the moment too, and nothing of whom it is.
    let problem = act(&license, "resume", &json!({})).send().expect(409).json();
    assert_eq!((&problem["code"], &problem["allowed"]), (&"illegal_transition".into(), &json!([])));
}

#[test]
fn what_a_change_needs() {
    let (license, other) = (issued(), issued());
    let future = (OffsetDateTime::now_utc() + Duration::DAY).format(&Rfc3339).expect("a time");
    let long = "号".repeat(101);
    for (verb, body, status, code) in [
        ("suspend", json!({}), 422, "reason_needed"),
        ("suspend", json!({ "note": "样\n例" }), 422, "reason_needed"),
        (
            "suspend",
            json!({ "note": "样例", "effective_at": future }),
            422,
            "effective_time_refused",
        ),
        (
            "suspend",
            json!({ "note": "样例", "effective_at": "2001-01-01T00:00:00Z" }),
            422,
            "effective_time_refused",
        ),
        (
            "suspend",
            json!({ "note": "样例", "effective_at": "yesterday" }),
            400,
            "malformed_request",
        ),
        ("suspend", json!({ "note": "样例", "reason": "lost" }), 400, "malformed_request"),
        ("resume", json!({}), 409, "illegal_transition"),
        (
            "revoke",
            json!({ "reason": "cancelled", "legal_document": " " }),
            422,
            "legal_document_needed",
        ),
        (
            "revoke",
            json!({ "reason": "cancelled", "legal_document": long }),
            422,
            "legal_document_needed",
        ),
        ("revoke", revocation("tired"), 422, "unknown_reason"),
        ("revoke", revocation("issued_in_error"), 422, "corrected_license_refused"),
        ("revoke", json!({}), 422, "legal_document_needed"),
    ] {
        let problem = act(&license, verb, &body).send().expect(status).json();
        assert_eq!(problem["code"], code, "{verb} {body}");
    }
    for corrected in [id(&license), "01890000-0000-7000-8000-000000000000", "x"] {
        let mut body = revocation("issued_in_error");
        body["corrected_license"] = corrected.into();
        let problem = act(&license, "revoke", &body).send().expect(422).json();
        assert_eq!(problem["code"], "corrected_license_refused", "{corrected}");
    }
    assert_eq!(history(&license)["entries"].as_array().map(Vec::len), Some(2), "nothing happened");
    let mut body = revocation("issued_in_error");
    body["corrected_license"] = id(&other).into();
    act(&license, "revoke", &body).send().expect(200);
    let report = verified(&license, None);
    assert_eq!(report["register"]["replaced_by"], id(&other));
    assert_eq!(status(&report)["text_en"], "The license was issued in error and is void.");
}

#[test]
fn a_change_is_for_the_license_as_it_was_read_and_happens_once() {
    let license = issued();
    let path = format!("/v1/licenses/{}", id(&license));
    let tag = to("GET", &path).send().expect(200).header("etag").expect("a tag").to_owned();
    let body = json!({ "note": "样例" });
    let suspend = || to("POST", &format!("{path}:suspend")).json(&body);
    assert_eq!(suspend().send().expect(428).json()["code"], "if_match_required");
    let stale = suspend().header("If-Match", "\"2-pending_seal\"").send().expect(412);
    assert_eq!(stale.json()["code"], "version_mismatch");
    // Of eight at once one wins; the others find another version, or the same answer by its key.
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || suspend().header("If-Match", &tag).send();
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|answer| answer.join().expect("an answer")).collect()
    });
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1, "{:?}", answers.iter().map(|one| one.status).collect::<Vec<_>>());
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((lost.status, &lost.json()["code"]), (412, &"version_mismatch".into()));
    }
    let key = format!("resume-{}", id(&license));
    let resume = act(&license, "resume", &json!({})).header("Idempotency-Key", &key);
    let first = resume.send().expect(200);
    let again = resume.send().expect(200);
    assert_eq!((first.json(), again.header("idempotent-replayed")), (again.json(), Some("true")));
    let other = act(&license, "suspend", &body).header("Idempotency-Key", &key).send().expect(422);
    assert_eq!(other.json()["code"], "idempotency_key_reused");
    assert_eq!(history(&license)["entries"].as_array().map(Vec::len), Some(4));

    // Licenses of others are not found, whatever is asked.
    let foreign = demo().request("POST", &format!("{path}:suspend")).header("If-Match", "*");
    foreign.header("Authorization", &demo().other_key()).json(&body).send().expect(404);
}

fn read(id: &Value) -> Value {
    let path = format!("/v1/licenses/{}", id.as_str().expect("an id"));
    to("GET", &path).send().expect(200).json()
}

fn fields(items: &[(&str, &str)]) -> Value {
    let items = items.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value)));
    json!({ "fields": items.collect::<serde_json::Map<_, _>>(), "legal_document": "示审变〔2026〕3号" })
}

#[test]
fn a_changed_license_takes_the_place_of_the_one_before() {
    let before = issued();
    let key = format!("change-{}", id(&before));
    let change = act(&before, "change", &fields(&[("item", "临时占用场地审批")]));
    let change = change.header("Idempotency-Key", &key);
    let answer = change.send().expect(201);
    let after = answer.json();
    assert_eq!((&after["supersedes"], &after["succession"]), (&before["id"], &"change".into()));
    assert_eq!((&after["number"], &after["state"]), (&before["number"], &"ISSUED".into()));
    assert_eq!(after["fields"]["item"], "临时占用场地审批");
    assert_eq!(after["fields"]["body"], before["fields"]["body"], "what is not given stays");
    // The same identifier in its next version (GB/T 36904).
    let parts = |license: &Value| {
        let text = license["identifier"].as_str().expect("an identifier").to_owned();
        let all: Vec<String> = text.split('.').map(str::to_owned).collect();
        (all[..all.len() - 2].join("."), all[all.len() - 2].clone())
    };
    assert_eq!(parts(&before).0, parts(&after).0);
    assert_eq!((parts(&before).1.as_str(), parts(&after).1.as_str()), ("001", "002"));

    assert_eq!(read(&before["id"])["state"], "SUPERSEDED");
    let old = verified(&before, None);
    assert_eq!(
        (&old["outcome"], &old["register"]["state"]),
        (&"INVALID".into(), &"SUPERSEDED".into())
    );
    assert_eq!(old["register"]["replaced_by"], after["id"]);
    assert_eq!(verified(&after, None)["outcome"], "VALID");
    let last = history(&before)["entries"][2].clone();
    assert_eq!((&last["event"], &last["replaced_by"]), (&"supersede".into(), &after["id"]));
    assert_eq!(last["legal_document"], "示审变〔2026〕3号");
    // Once by its key; and what is superseded is not changed again.
    let again = change.send().expect(201);
    assert_eq!((again.header("idempotent-replayed"), again.json()), (Some("true"), after.clone()));
    let refused = act(&before, "change", &fields(&[])).send().expect(409).json();
    assert_eq!((&refused["code"], &refused["allowed"]), (&"illegal_transition".into(), &json!([])));
    // A third version, under a number of its own; both numbers stay taken.
    let number = fresh_number();
    let third = act(&after, "change", &fields(&[("document_number", &number)])).send().expect(201);
    assert_eq!(parts(&third.json()).1, "003");
    for taken in [before["number"].as_str().expect("a number"), &number] {
        let again = to("POST", "/v1/licenses").json(&decision::request(taken)).send().expect(409);
        assert_eq!(again.json()["code"], "duplicate_license_number", "{taken}");
    }
}

#[test]
fn a_renewal_has_other_dates_and_nothing_else() {
    let before = issued();
    let missing = act(&before, "renew", &fields(&[])).send().expect(422).json();
    assert_eq!(missing["errors"][0]["pointer"], "/fields/issue_date");
    let more = fields(&[("issue_date", "2026-11-02"), ("item", "临时占用场地审批")]);
    let refused = act(&before, "renew", &more).send().expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&"/fields/item".into(), &"not_renewed".into())
    );
    let same = fields(&[("issue_date", "2026-11-02"), ("item", "户外广告设施设置审批")]);
    let after = act(&before, "renew", &same).send().expect(201).json();
    assert_eq!(
        (&after["issued_on"], &after["succession"]),
        (&"2026-11-02".into(), &"renewal".into())
    );
    // A suspended license is not renewed, and says what is possible.
    act(&after, "suspend", &json!({ "note": "样例" })).send().expect(200);
    let refused = act(&after, "renew", &same).send().expect(409).json();
    assert_eq!(refused["allowed"], json!(["resume", "revoke"]));
}

#[test]
fn of_two_changes_at_once_one_takes_the_place() {
    let before = issued();
    let asked = [fields(&[("item", "甲样例事项")]), fields(&[("item", "乙样例事项")])];
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let before = &before;
        let ask = |body| scope.spawn(move || act(before, "change", body).send());
        let asked: Vec<_> = asked.iter().map(ask).collect();
        asked.into_iter().map(|answer| answer.join().expect("an answer")).collect()
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let lost = answers.iter().find(|answer| answer.status == 409).expect("one").json();
    assert!(
        ["successor_exists", "illegal_transition"].iter().any(|code| lost["code"] == *code),
        "{lost}"
    );
    assert_eq!(read(&before["id"])["state"], "SUPERSEDED");
}

/// A license of the department of the demo's people that ends in so many days of China; its number is
/// fresh.
pub(crate) fn food(days: i64) -> Value {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = format!("JY2999{:010}", NEXT.fetch_add(1, Ordering::Relaxed));
    let last = day_text(china_date(OffsetDateTime::now_utc()) + Duration::days(days));
    let body = json!({
        "license_type": "119999000000000198002",
        "fields": {
            "license_number": number,
            "operator": "示例市青禾食品有限公司",
            "operator_code": "91999900MA0000015N",
            "responsible_person": "林样例",
            "registered_address": "示例省示例市样板区长安路100号3层301室",
            "business_address": "示例省示例市样板区长安路100号1层101室",
            "business_form": "餐饮服务经营者（中型餐馆）",
            "business_items": "热食类食品制售",
            "supervisor": "样板区市场监督管理所",
            "signatory": "陈示例",
            "issue_date": "2024-03-02",
            "valid_to": last,
        },
    });
    let issue =
        demo().request("POST", "/v1/licenses").header("Authorization", &orders::authorization());
    issue.json(&body).send().expect(201).json()
}

fn as_food(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &orders::authorization())
}

#[test]
fn a_renewal_is_confirmed_as_it_was_shown() {
    let license = food(20);
    let path = format!("/v1/licenses/{}", id(&license));
    let shown = || as_food("GET", &format!("{path}/renewal")).send().expect(200).json();
    let renewal = shown();
    assert_eq!(
        (&renewal["possible"], &renewal["days_left"]),
        (&true.into(), &20.into()),
        "{renewal:#}"
    );
    assert_eq!(renewal["fields"]["operator"], "示例市青禾食品有限公司");
    assert_eq!(renewal["fields"].get("valid_to"), None, "entered anew");
    assert_eq!(renewal["evidence"][0]["outcome"], "VALID");
    // The license is no more as it was shown, although it stands as before.
    let confirm = |renewal: &Value| {
        let body = json!({ "confirmed": renewal["confirmation"] });
        as_food("POST", &format!("{path}:renew")).json(&body).send()
    };
    let any = |verb: &str| as_food("POST", &format!("{path}:{verb}")).header("If-Match", "*");
    any("suspend").json(&json!({ "note": "样例" })).send().expect(200);
    any("resume").json(&json!({})).send().expect(200);
    assert_eq!(confirm(&renewal).expect(409).json()["code"], "renewal_changed");
    // One confirmation renews, by the dates that were suggested.
    let renewal = shown();
    let after = confirm(&renewal).expect(201).json();
    assert_eq!(after["fields"]["operator"], license["fields"]["operator"]);
    for field in renewal["enter_anew"].as_array().expect("fields") {
        let key = field["key"].as_str().expect("a key");
        assert_eq!(after["fields"][key], field["suggested"], "{key}");
    }
    assert!(after["valid_to"].as_str() > license["valid_to"].as_str(), "{after:#}");
    // What was renewed is not renewed again, and says why.
    let again = shown();
    assert_eq!(
        (&again["possible"], &again["needs"][0]["code"]),
        (&false.into(), &"illegal_transition".into())
    );
}

/// What the change feed says of a license that ends, from the beginning on.
fn expiring(license: &Value) -> Vec<Value> {
    let (mut seen, mut since) = (Vec::new(), String::new());
    loop {
        let page = as_food("GET", &format!("/v1/changes?{since}")).send().expect(200).json();
        seen.extend(page["items"].as_array().expect("items").iter().cloned());
        since = format!("since={}", page["next_cursor"].as_str().expect("a cursor"));
        if page["more"] == false {
            break;
        }
    }
    seen.retain(|one| one["license_id"] == license["id"] && one["type"] == "license.expiring");
    seen
}

#[test]
fn what_ends_soon_is_told_once_and_listed_first() {
    let licenses = [food(6), food(29), food(200)];
    for _ in 0..2 {
        demo().app.tell_of_ending().expect("told");
    }
    for (license, mark) in licenses.iter().zip([Some("7"), Some("30"), None]) {
        let ids: Vec<Value> = expiring(license).iter().map(|one| one["id"].clone()).collect();
        let told = mark.map(|mark| Value::from(format!("{}-{mark}", id(license))));
        assert_eq!(ids, told.into_iter().collect::<Vec<_>>());
    }
    assert_eq!(expiring(&licenses[0])[0]["valid_to"], licenses[0]["valid_to"]);
    let (mut listed, mut next) =
        (Vec::new(), Some("/v1/licenses?ending_within=30&limit=2".to_owned()));
    while let Some(path) = next {
        let page = as_food("GET", &path).send().expect(200);
        listed.extend(page.json()["items"].as_array().expect("items").iter().cloned());
        let link = page.header("link").map(|link| link.trim_start_matches('<').to_owned());
        next = link.and_then(|link| Some(link.split_once('>')?.0.to_owned()));
    }
    let days: Vec<&str> = listed.iter().filter_map(|one| one["valid_to"].as_str()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let place = |license: &Value| listed.iter().position(|one| one["id"] == license["id"]);
    assert!(place(&licenses[0]) < place(&licenses[1]) && place(&licenses[0]).is_some());
    assert_eq!(place(&licenses[2]), None);
    let refused = as_food("GET", "/v1/licenses?ending_within=0").send().expect(400).json();
    assert_eq!(refused["code"], "malformed_request");
}

#[test]
fn a_change_of_many_answers_for_each_and_happens_once() {
    let licenses: Vec<Value> = (0..3).map(|_| issued()).collect();
    act(&licenses[1], "revoke", &revocation("lost")).send().expect(200);
    let body = json!({
        "act": "suspend",
        "licenses": [licenses[0]["id"], licenses[1]["id"], licenses[2]["number"], "示测许〔2026〕1号", food(400)["id"]],
        "note": "样例：统一整改",
    });
    let key = format!("bulk-{}", id(&licenses[0]));
    let bulk = to("POST", "/v1/licenses:bulk-change").header("Idempotency-Key", &key).json(&body);
    let first = bulk.send().expect(200).json();
    assert_eq!((&first["done"], &first["refused"]), (&2.into(), &3.into()), "{first:#}");
    let row = |place: usize| &first["rows"][place];
    assert_eq!(row(0)["state"], "SUSPENDED");
    assert_eq!((&row(1)["code"], &row(1)["allowed"]), (&"illegal_transition".into(), &json!([])));
    assert_eq!(row(2)["license_id"], licenses[2]["id"]);
    assert_eq!((&row(3)["code"], &row(4)["code"]), (&"not_found".into(), &"not_found".into()));
    let again = bulk.send().expect(200);
    assert_eq!((again.header("idempotent-replayed"), again.json()), (Some("true"), first));
    assert_eq!(history(&licenses[0])["entries"].as_array().map(Vec::len), Some(3), "once");
    for licenses in [Vec::new(), vec!["x"; 201]] {
        let body = json!({ "act": "resume", "licenses": licenses });
        let refused = to("POST", "/v1/licenses:bulk-change").json(&body).send().expect(422);
        assert_eq!(refused.json()["code"], "bulk_size");
    }
}

/// A change of many, and its rows.
fn bulk(body: &Value) -> Value {
    to("POST", "/v1/licenses:bulk-change").json(body).send().expect(200).json()
}

#[test]
fn a_trial_changes_nothing_and_finds_the_same_reasons() {
    let licenses: Vec<Value> = (0..3).map(|_| issued()).collect();
    act(&licenses[1], "revoke", &revocation("lost")).send().expect(200);
    let ids: Vec<&Value> = licenses.iter().map(|one| &one["id"]).collect();
    let change = |dry_run, item: &str| {
        bulk(&json!({
            "act": "change", "dry_run": dry_run, "licenses": [ids[0], ids[1], ids[2], ids[0]],
            "fields": { "item": item }, "legal_document": "示审变〔2026〕8号",
        }))
    };
    let codes = |view: &Value| -> Vec<Value> {
        view["rows"].as_array().expect("rows").iter().map(|row| row["code"].clone()).collect()
    };
    let tried = change(true, "临时占用场地审批");
    let expected = [Value::Null, "illegal_transition".into(), Value::Null, "listed_twice".into()];
    assert_eq!((codes(&tried), &tried["done"]), (expected.to_vec(), &2.into()), "{tried:#}");
    assert_eq!(read(&licenses[0]["id"])["version"], licenses[0]["version"], "as it was");
    // What the type does not take is found by the trial too.
    let long = change(true, &"长".repeat(5000));
    assert_eq!(codes(&long)[0], "schema_violation", "{long:#}");
    let done = change(false, "临时占用场地审批");
    assert_eq!(codes(&done), expected);
    let next = read(&done["rows"][2]["replaced_by"]);
    assert_eq!(next["fields"]["item"], "临时占用场地审批");
    assert_eq!(done["rows"][0]["state"], "SUPERSEDED");
    for body in [
        json!({ "act": "change", "licenses": ["x"], "reason": "lost" }),
        json!({ "act": "suspend", "licenses": ["x"], "fields": { "item": "x" } }),
        json!({ "act": "suspend", "licenses": ["x"], "fitting": {} }),
    ] {
        let refused = to("POST", "/v1/licenses:bulk-change").json(&body).send().expect(400);
        assert_eq!(refused.json()["code"], "malformed_request");
    }
}

#[test]
fn all_licenses_that_fit_are_walked_once() {
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let fitting = json!({ "state": "ISSUED", "cursor": cursor });
        let body = json!({ "act": "suspend", "note": "样例", "dry_run": true, "fitting": fitting });
        let page = bulk(&body);
        let rows = page["rows"].as_array().expect("rows");
        seen.extend(rows.iter().map(|row| row["license_id"].as_str().expect("an id").to_owned()));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((once.len(), seen.is_empty()), (seen.len(), false));
}

#[test]
fn a_clerk_tries_many_and_then_does_it() {
    let licenses = [food(400), food(400)];
    let numbers: Vec<&str> = licenses.iter().map(|one| one["number"].as_str().unwrap()).collect();
    let list = format!("{}\n{}\nJY0\n", numbers[0], numbers[1]);
    let mut clerk = Browser::of("clerk");
    clerk.get("/bulk-changes").expect(200);
    let typed = [("licenses", list.as_str()), ("act", "suspend"), ("note", "样例：统一整改")];
    let tried = text(&clerk.post("/bulk-changes", &typed).expect(200));
    assert!(tried.contains("2 份可以办") && tried.contains("本单位没有这份证照"), "{tried}");
    let state = as_food("GET", &format!("/v1/licenses/{}", id(&licenses[0])));
    assert_eq!(state.send().expect(200).json()["state"], "ISSUED", "only tried");
    let hidden = |name: &str| {
        between(&tried, &format!("name=\"{name}\" value=\""), "\"").expect("a value").to_owned()
    };
    let (ids, key) = (hidden("ids"), hidden("key"));
    let confirmed = [("ids", ids.as_str()), ("key", &key), ("confirmed", "yes")];
    let confirmed = [&confirmed[..], &typed[1..]].concat();
    for _ in 0..2 {
        let done = text(&clerk.post("/bulk-changes", &confirmed).expect(200));
        assert!(done.contains("2 份已办理"), "{done}");
    }
    let entries = |one: &Value| {
        let path = format!("/v1/licenses/{}/history", id(one));
        as_food("GET", &path).send().expect(200).json()["entries"].as_array().map(Vec::len)
    };
    assert_eq!((entries(&licenses[0]), entries(&licenses[1])), (Some(3), Some(3)), "once");
    let nothing = [("act", "resume")];
    clerk.post("/bulk-changes", &nothing).expect(422);
}

#[test]
fn a_clerk_sees_a_license_whole_and_others_do_not() {
    let license = food(400);
    let path = format!("/licenses/{}", id(&license));
    let verified =
        demo().request("POST", "/v1/verifications").header("Authorization", &demo().other_key());
    // One that is named by a key is kept before it is answered.
    let verified = verified.header("Idempotency-Key", id(&license));
    verified.json(&json!({ "license_id": license["id"] })).send().expect(200);
    let mut clerk = Browser::of("clerk");
    let page = text(&clerk.get(&path).expect(200));
    // A title stays in the history of the browser.
    let title = between(&page, "<title>", "</title>").expect("a title");
    assert!(!title.contains(license["number"].as_str().expect("text")), "{title}");
    for shown in ["林样例", "示例市卫生健康委员会", "存证日志", "首次颁发"] {
        assert!(page.contains(shown), "{shown}");
    }
    let typed =
        |note| vec![("tag", "3-issued"), ("note", note), ("document", "示市监暂〔2026〕8号")];
    let refused = text(&clerk.post(&format!("{path}:suspend"), &typed("")).expect(422));
    assert!(
        refused.contains("请填写理由") && refused.contains("示市监暂〔2026〕8号"),
        "kept as typed"
    );
    let stale = [("tag", "2-issued"), ("note", "样例")];
    assert!(
        text(&clerk.post(&format!("{path}:suspend"), &stale).expect(412)).contains("刚刚有人更改")
    );
    clerk.post(&format!("{path}:suspend"), &typed("样例整改")).expect(303);
    let page = text(&clerk.get(&path).expect(200));
    assert!(page.contains("样例整改") && page.contains("已暂扣"), "its history");
    let found = text(
        &clerk
            .post("/licenses", &[("number", license["number"].as_str().expect("text"))])
            .expect(200),
    );
    assert!(found.contains(&path), "found by its number");
    // An auditor sees it and changes nothing; a clerk does not see what others issued.
    let page = text(&Browser::of("auditor").get(&path).expect(200));
    assert!(page.contains("林样例") && !page.contains(":resume"), "no form");
    let foreign = issued();
    clerk.get(&format!("/licenses/{}", id(&foreign))).expect(404);
}

/// A license that is made of others, of the department of the demo's people.
fn combined(parts: &Value, license_type: &str) -> Request {
    combined_of("91999900MA0000015N", parts, license_type)
}

/// The same of a company.
pub(super) fn combined_of(company: &str, parts: &Value, license_type: &str) -> Request {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = format!("ZH2{:012}", NEXT.fetch_add(1, Ordering::Relaxed));
    let body = json!({
        "license_type": license_type,
        "parts": parts,
        "fields": {
            "license_number": number,
            "operator": "示例市青禾食品有限公司",
            "operator_code": company,
            "owner": "林样例",
            "business_address": "示例省示例市样板区长安路100号",
            "business_area": "86.5",
            "valid_from": "2026-03-02",
            "issue_date": "2026-03-02",
        },
    });
    as_food("POST", "/v1/licenses").json(&body)
}

#[test]
fn a_license_of_parts_is_in_force_as_long_as_these_are() {
    let kind = format!("{}002", demo().summary.departments[0].code);
    let parts = [food(400), issued()];
    let refused =
        |parts: Value| combined(&parts, &kind).send().expect(422).json()["errors"].clone();
    let errors = refused(json!([parts[0]["id"], parts[0]["id"], "x"]));
    let pointers = [&errors[0]["pointer"], &errors[1]["pointer"]];
    assert_eq!(pointers, ["/parts/1", "/parts/2"]);
    assert_eq!(errors[1]["code"], "part_not_in_force");
    assert_eq!(refused(json!([]))[0]["code"], "parts_needed");
    let ids = json!([parts[0]["id"], parts[1]["id"]]);
    let other = combined(&ids, "119999000000000198003").send().expect(422).json();
    assert_eq!(other["errors"][0]["code"], "parts_not_taken");

    let whole = combined(&ids, &kind).send().expect(201).json();
    assert_eq!(whole["parts"].as_array().map(Vec::len), Some(2));
    let listed = whole["fields"]["parts"].as_str().expect("the list on its face");
    for part in &parts {
        assert!(listed.contains(part["number"].as_str().expect("a number")), "{listed}");
    }
    // What is made of others is part of nothing.
    assert_eq!(refused(json!([whole["id"]]))[0]["code"], "part_not_in_force");
    assert_eq!(verified(&whole, None)["outcome"], "VALID");

    let hooks = "/v1/webhook-endpoints";
    let body =
        json!({ "url": format!("http://{DEAF}:1/parts"), "events": ["license.part_changed"] });
    let hook = as_food("POST", hooks).json(&body).send().expect(201).json();
    act(&parts[1], "suspend", &json!({ "note": "样例" })).send().expect(200);
    let broken = verified(&whole, None);
    assert_eq!(
        (&broken["outcome"], &broken["register"]["state"]),
        (&"INVALID".into(), &"INCOMPLETE".into())
    );
    assert_eq!(status(&broken)["code"], "part_suspended");
    let shown =
        || as_food("GET", &format!("/v1/licenses/{}", id(&whole))).send().expect(200).json();
    assert_eq!(shown()["parts"][1]["state"], "SUSPENDED");
    let resumed = OffsetDateTime::now_utc();
    act(&parts[1], "resume", &json!({})).send().expect(200);

    // A part that was changed counts in its version of today; its revocation ends the whole.
    let changed = act(&parts[1], "change", &fields(&[("item", "临时占用场地审批")]));
    let changed = changed.send().expect(201).json();
    assert_eq!(verified(&whole, None)["outcome"], "VALID");
    act(&changed, "revoke", &revocation("stripped")).send().expect(200);
    let ended = verified(&whole, None);
    assert_eq!(
        (&ended["outcome"], &status(&ended)["code"]),
        (&"INVALID".into(), &"part_revoked".into())
    );
    let text = status(&ended)["text_zh"].as_str().expect("a text");
    assert!(text.contains("行政许可决定书") && text.contains("已被注销"), "{text}");
    assert_eq!(
        verified(&whole, Some(resumed))["register"]["state"],
        "INCOMPLETE",
        "it was suspended"
    );

    // Its department heard of each change of a part, and changes it with other parts only.
    let deliveries = format!("{hooks}/{}/deliveries", id(&hook));
    let told = as_food("GET", &deliveries).send().expect(200).json();
    assert_eq!(told["items"].as_array().map(Vec::len), Some(4), "{told:#}");
    let change = |parts: Value| {
        let body = json!({ "fields": { "owner": "何样例" }, "parts": parts });
        as_food("POST", &format!("/v1/licenses/{}:change", id(&whole)))
            .header("If-Match", "*")
            .json(&body)
    };
    let refused = change(json!(null)).send().expect(422).json();
    assert_eq!(refused["errors"][0]["code"], "part_not_in_force");
    let next = change(json!([parts[0]["id"]])).send().expect(201).json();
    assert_eq!(verified(&next, None)["outcome"], "VALID");
    let listed = next["fields"]["parts"].as_str().expect("the list anew");
    assert!(!listed.contains(parts[1]["number"].as_str().expect("a number")), "{listed}");
}
