//! Anyone verifies: what is asked wrongly, what is strange, and what must not be learned.

use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::pdf::one_page;
use crate::support::service::{FILE_BYTES_MAX, demo};
use serde_json::Value;

fn upload(bytes: &[u8]) -> Request {
    let parts = [("file", Some("a.pdf"), "application/pdf", bytes)];
    demo().request("POST", "/v1/verifications").parts(&parts)
}

fn verify(bytes: &[u8]) -> Value {
    upload(bytes).send().expect(200).json()
}

#[test]
fn every_sealed_file_of_the_demo_is_valid_online_and_offline() {
    let trust = app::offline::Trust::load(&demo().trust()).expect("anchors");
    let sealed = demo().sealed();
    assert!(sealed.len() >= 30, "{} sealed files", sealed.len());
    for file in sealed {
        let bytes = std::fs::read(&file).expect("readable");
        let now = time::OffsetDateTime::now_utc();
        let offline = app::offline::verify(&bytes, &trust, now);
        assert_eq!(offline.outcome, "VALID", "{}: {offline:#?}", file.display());
        let online = verify(&bytes);
        assert_eq!(online["outcome"], "VALID", "{}: {online:#}", file.display());
        assert_eq!(online["register"]["byte_identical"], true, "{}", file.display());
    }
}

#[test]
fn a_finished_verification_is_an_answer_whatever_it_says() {
    let sealed = std::fs::read(&demo().sealed()[0]).expect("readable");
    let mut changed = sealed.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let mut longer = sealed.clone();
    longer.extend_from_slice(b"\n% a comment after the seal\n");
    for (bytes, outcome) in [
        (changed.as_slice(), "INVALID"),
        (&one_page("no seal"), "INDETERMINATE"),
        (b"words", "INDETERMINATE"),
        (b"%PDF-1.7\n", "INDETERMINATE"),
        (b"PK\x03\x04", "INDETERMINATE"),
    ] {
        let report = verify(bytes);
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(12)]).into_owned();
        assert_eq!(report["outcome"], outcome, "{head}: {report:#}");
        let next = &report["advice"];
        assert!(next["zh"].as_str().is_some_and(|text| !text.is_empty()), "{next}");
        assert!(next["en"].as_str().is_some_and(|text| !text.is_empty()), "{next}");
    }
    assert_ne!(verify(&longer)["outcome"], "VALID", "bytes after the seal");
}

#[test]
fn without_its_anchors_a_good_file_is_not_valid() {
    let bytes = std::fs::read(&demo().sealed()[0]).expect("readable");
    let nobody = app::offline::Trust::none();
    let report = app::offline::verify(&bytes, &nobody, time::OffsetDateTime::now_utc());
    assert_eq!(report.outcome, "INDETERMINATE", "{report:#?}");
}

#[test]
fn uploads_beyond_the_limit_are_refused() {
    let problem = upload(&vec![b'a'; FILE_BYTES_MAX + 1]).send().expect(413).json();
    assert_eq!(problem["code"], "file_too_large");
}

#[test]
fn by_code_or_id_nothing_is_said_of_a_copy_at_hand() {
    let summary = &demo().summary;
    let post = |body: Value| {
        demo().request("POST", "/v1/verifications").json(&body).send().expect(200).json()
    };
    for (input, value) in
        [("code", &summary.example_code), ("license_id", &summary.example_license)]
    {
        let report = post(serde_json::json!({ input: value }));
        assert_eq!((&report["input"], &report["outcome"]), (&input.into(), &"VALID".into()));
        assert_eq!(report["register"]["byte_identical"], Value::Null, "{report:#}");
        let id = report["id"].as_str().expect("an id");
        let page = demo().at(&format!("/verifications/{id}?lang=zh")).expect(200).body;
        let page = String::from_utf8(page).expect("text");
        assert!(page.contains("登记库有这份证照。") && !page.contains("逐字节一致"), "{input}");
    }
}

#[test]
fn the_code_on_a_license_tells_each_check_of_each_signature() {
    let path = format!("/v/{}?lang=en", demo().summary.example_code);
    let face = demo().request("GET", &path).header("Accept", "application/json").send();
    let face = face.expect(200).json();
    let uploaded = verify(&std::fs::read(&demo().summary.example_file).expect("readable"));
    assert_eq!(face["signatures"], uploaded["signatures"]);
    let page = demo().request("GET", &path).header("Accept", "text/html").send().expect(200);
    let page = String::from_utf8(page.body).expect("text");
    for signature in face["signatures"].as_array().expect("signatures") {
        for check in signature["checks"].as_array().expect("checks") {
            let name = check["check"].as_str().expect("a name");
            let applies = check["result"] != "not_applicable";
            assert!(
                !applies || page.contains(&format!("<code>{name}</code>")),
                "{name} is not on the page"
            );
        }
    }
}

#[test]
fn unknown_and_foreign_things_are_not_told_apart() {
    let own = decision::request(&fresh_number());
    let issue = demo().request("POST", "/v1/licenses").header("Authorization", &demo().key());
    let license = issue.json(&own).send().expect(201).json();
    let path = format!("/v1/licenses/{}", license["id"].as_str().expect("an id"));
    let read =
        |path: &str, key: &str| demo().request("GET", path).header("Authorization", key).send();
    assert_eq!(read(&path, &demo().key()).status, 200);
    let unknown = "/v1/licenses/0190b5f0-0000-7000-8000-000000000000";
    for ending in ["", "/renditions/original"] {
        let plain = |answer: Answer| {
            let mut answer = answer.expect(404).json();
            let members = answer.as_object_mut().expect("an object");
            members.retain(|key, _| key != "trace_id" && key != "instance");
            answer
        };
        let foreign = read(&format!("{path}{ending}"), &demo().other_key());
        let absent = read(&format!("{unknown}{ending}"), &demo().key());
        assert_eq!(plain(foreign), plain(absent));
    }
}

#[test]
fn a_public_answer_hides_the_person() {
    let types = demo().at("/v1/license-types").expect(200).json();
    let types = types["items"].as_array().expect("types").clone();
    let codes = types.iter().map(|one| one["code"].as_str().expect("a code"));
    let mut persons = 0;
    // By type: of the one that all tests issue there may be thousands.
    for (department, of) in
        codes.flat_map(|of| demo().summary.departments.iter().map(move |one| (one, of)))
    {
        let list = format!("/v1/licenses?limit=20&license_type={of}");
        let list = demo().request("GET", &list);
        let key = format!("Bearer {}", department.api_key);
        let list = list.header("Authorization", &key).send().expect(200).json();
        // What waits for an approver, or is being issued at this moment, is not in force, and nobody
        // is told of it.
        let all = list["items"].as_array().expect("licenses").iter();
        let unborn = |one: &Value| one["state"] == "PENDING_SEAL" || one["state"] == "VOID";
        let known = |one: &&Value| one["order"].is_null() && !unborn(one);
        for license in all.filter(known) {
            let kind = types.iter().find(|t| t["code"] == license["license_type"]).expect("a type");
            let fields = kind["fields"].as_array().expect("fields").iter();
            let hidden: Vec<&str> = fields
                .filter(|field| field["sensitivity"] != "public")
                .filter_map(|field| license["fields"][field["key"].as_str()?].as_str())
                // A few digits stand in any digest.
                .filter(|value| value.chars().count() > 4)
                .collect();
            persons += usize::from(!hidden.is_empty());
            let path = format!("/v/{}", license["code"].as_str().expect("a code"));
            for accept in ["application/json", "text/html"] {
                let face = demo().request("GET", &path).header("Accept", accept).send().expect(200);
                let shown = String::from_utf8_lossy(&face.body).into_owned();
                for value in &hidden {
                    assert!(!shown.contains(value), "{path} shows {value} as {accept}");
                }
            }
        }
    }
    assert!(persons >= 5, "only {persons} licenses with something to hide");
}
