//! Anyone verifies: what is asked wrongly, what is strange, and what must not be learned.

use crate::support::http::Request;
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
    let nobody = app::offline::Trust::default();
    let report = app::offline::verify(&bytes, &nobody, time::OffsetDateTime::now_utc());
    assert_eq!(report.outcome, "INDETERMINATE", "{report:#?}");
}

#[test]
fn uploads_beyond_the_limit_are_refused() {
    let problem = upload(&vec![b'a'; FILE_BYTES_MAX + 1]).send().expect(413).json();
    assert_eq!(problem["code"], "file_too_large");
}

#[test]
fn unknown_and_foreign_things_are_not_told_apart() {
    let id = &demo().summary.licenses[0].id;
    let path = format!("/v1/licenses/{id}");
    let own = demo().request("GET", &path).header("Authorization", &demo().key()).send();
    assert_eq!(own.status, 200);
    let foreign = demo().request("GET", &path).header("Authorization", &demo().other_key()).send();
    let unknown = "/v1/licenses/0190b5f0-0000-7000-8000-000000000000";
    let unknown = demo().request("GET", unknown).header("Authorization", &demo().key()).send();
    let plain = |answer: Value| {
        let mut answer = answer;
        let members = answer.as_object_mut().expect("an object");
        members.remove("trace_id");
        members.remove("instance");
        answer
    };
    assert_eq!(plain(foreign.expect(404).json()), plain(unknown.expect(404).json()));
}

#[test]
fn a_public_answer_hides_the_person() {
    for license in &demo().summary.licenses {
        let path = license.code_url.split_once("/v/").expect("an address").1;
        let request = demo().request("GET", &format!("/v/{path}"));
        let face = request.header("Accept", "application/json").send().expect(200).json();
        let shown = face.to_string();
        for secret in &license.private {
            assert!(!shown.contains(secret.as_str()), "{path} shows {secret}");
        }
    }
}
