//! The service's own time-stamp authority, asked by OpenSSL and by another service.

use super::restart::copy;
use crate::support::authority::{Machine, whole};
use crate::support::pdf::one_page;
use crate::support::service::{demo, empty_folder, free_address, settings};
use crate::support::tool::{run, tool};
use app::offline::{Trust, verify};
use app::view::VerificationView;
use app::{App, AppError, Level, Place, SealForm, SealRequest, Settings, TimeStamps};
use std::fs;
use std::time::{Duration, Instant};

/// Asks with a query that OpenSSL made; the reply as a file.
#[test]
fn openssl_asks_and_accepts() {
    let Some(openssl) = tool("openssl_asks_and_accepts", "openssl") else { return };
    let folder = empty_folder("time-stamp");
    let at = |name: &str| folder.join(name).to_str().expect("text").to_owned();
    fs::write(at("data"), b"what is there").expect("written");
    let (data, query, reply) = (at("data"), at("query"), at("reply"));
    run(&openssl, ["ts", "-query", "-data", &data, "-sha256", "-cert", "-out", &query]).expect(&[]);
    let answer = demo()
        .request("POST", "/v1/time-stamps")
        .header("Authorization", &demo().key())
        .body("application/timestamp-query", fs::read(&query).expect("a query"))
        .send()
        .expect(200);
    assert_eq!(answer.header("content-type"), Some("application/timestamp-reply"));
    fs::write(&reply, &answer.body).expect("written");
    let root = demo().trust().join("root-rsa.pem").to_str().expect("text").to_owned();
    run(&openssl, ["ts", "-verify", "-queryfile", &query, "-in", &reply, "-CAfile", &root])
        .expect(&["Verification: OK"]);
}

#[test]
fn what_cannot_be_stamped_is_rejected_by_name() {
    let ask = |key: &str, media_type: &str, body: &[u8]| {
        demo()
            .request("POST", "/v1/time-stamps")
            .header("Authorization", key)
            .body(media_type, body)
            .send()
    };
    let query = "application/timestamp-query";
    // PKIStatus rejection (2), then the reason in words.
    let rejected = ask(&demo().key(), query, b"not DER").expect(200).body;
    assert_eq!(rejected[2..7], [0x30, rejected[3], 0x02, 0x01, 0x02], "{rejected:02x?}");
    ask(&demo().key(), "application/json", b"{}").expect(415);
    ask("Bearer yz_unknown", query, b"").expect(401);
}

/// A service on a copy of the demo whose stamps come from elsewhere.
fn elsewhere(folder: &str, stamps: TimeStamps) -> App {
    let data = empty_folder(folder);
    copy(&demo().made, &data);
    let settings = settings(&data, free_address());
    App::open(Settings { time_stamps: stamps, examiner: None, ..settings }).expect("opened")
}

fn sealed(app: &App, form: SealForm, level: Level) -> Result<VerificationView, AppError> {
    let department = &demo().summary.departments[0];
    let caller = app.console(&department.name).expect("a department");
    let request = SealRequest {
        document: one_page("Stamp me"),
        seal: department.seal.clone(),
        form,
        level: Some(level),
        place: Place::Default,
        riding: false,
    };
    let file = app.seal_document(&caller, request)?.bytes;
    let trust = Trust::load(&demo().trust()).expect("anchors");
    Ok(verify(&file, &trust, time::OffsetDateTime::now_utc()))
}

fn at(url: String) -> TimeStamps {
    let (url, sm2_url) = (Some(url.clone()), Some(url));
    TimeStamps { url, sm2_url, time_max: Duration::from_secs(3), ..TimeStamps::default() }
}

/// One service stamps for another over HTTP, at every level and in both forms.
#[test]
fn a_service_has_its_files_stamped_by_another() {
    let folder = empty_folder("stamped-elsewhere-key");
    fs::write(folder.join("authorization"), demo().key() + "\n").expect("written");
    let stamps = at(format!("http://{}/v1/time-stamps", demo().address));
    let authorization = Some(folder.join("authorization"));
    let app = elsewhere("stamped-elsewhere", TimeStamps { authorization, ..stamps });
    for level in [Level::T, Level::Lta] {
        let report = sealed(&app, SealForm::Both, level).expect("sealed");
        assert_eq!(report.outcome, "VALID", "{report:#?}");
        let stamps = report.signatures.iter().filter(|one| one.form == "time_stamp").count();
        assert_eq!(stamps, usize::from(level == Level::Lta));
        let mut seals = report.signatures.iter().filter(|one| one.form != "time_stamp");
        assert!(seals.all(|one| one.proven_time.is_some()), "{report:#?}");
    }
    let unasked =
        elsewhere("stamped-nowhere", at(format!("http://{}/v1/time-stamps", demo().address)));
    assert!(
        sealed(&unasked, SealForm::Pades, Level::T).is_err(),
        "without a key it does not stamp"
    );
    assert!(sealed(&unasked, SealForm::Pades, Level::B).is_ok(), "nobody is asked for level b");
}

/// An answer that was right for another question.
fn stale() -> Vec<u8> {
    let query = formats::tsp::TimeStampRequest::new(
        formats::algorithm::Digest::Sha256,
        &[b"something else"],
        Some(&[1; 16]),
    );
    let answer = demo()
        .request("POST", "/v1/time-stamps")
        .header("Authorization", &demo().key())
        .body("application/timestamp-query", query.to_der())
        .send();
    answer.expect(200).body
}

#[test]
fn an_authority_that_does_not_stamp_keeps_nobody_waiting() {
    let slow = Machine::answering(|_| {
        std::thread::sleep(Duration::from_secs(20));
        Vec::new()
    });
    let lying = stale();
    let lying = Machine::answering(move |_| whole(&lying));
    let dead = Machine::answering(|_| Vec::new());
    for (name, machine) in [("slow", &slow), ("lying", &lying), ("dead", &dead)] {
        let app = elsewhere(&format!("stamps-{name}"), at(machine.url("")));
        let begin = Instant::now();
        let refused = |answer: Result<VerificationView, AppError>| match answer {
            Err(AppError::Unavailable { code, .. }) => assert_eq!(code, "time_stamp_unavailable"),
            other => panic!("{name}: {other:?}"),
        };
        (0..4).for_each(|_| refused(sealed(&app, SealForm::Sm2, Level::T)));
        assert_eq!(machine.asked(), 2, "{name} is left alone after that");
        assert!(begin.elapsed() < Duration::from_secs(20), "{name}: {:?}", begin.elapsed());
        let deferred = TimeStamps { deferred: true, ..at(machine.url("")) };
        let app = elsewhere(&format!("stamps-{name}-deferred"), deferred);
        for level in [Level::T, Level::Lta] {
            let report = sealed(&app, SealForm::Both, level).expect("sealed without");
            assert_eq!(report.outcome, "VALID", "{report:#?}");
            assert!(report.signatures.iter().all(|one| one.proven_time.is_none()), "{name}");
        }
    }
}
