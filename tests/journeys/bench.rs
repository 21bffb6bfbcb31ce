//! Measuring the service: what is asked is done, counted, and found again.

use super::restart::copy;
use crate::support::service::{database, demo, empty_folder};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn bench(data: &Path, options: &[&str]) -> Value {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    program.arg("bench").arg("--data").arg(data).args(options);
    program.args(["--seconds", "1", "--clients", "2", "--json"]);
    let said = program.envs(database().map(|url| ("YZ_DATABASE", url))).output().expect("it runs");
    let text = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{text}");
    serde_json::from_slice(&said.stdout).expect("JSON")
}

#[test]
fn everything_that_is_asked_is_done_and_what_was_acknowledged_is_there() {
    let data = empty_folder("bench");
    copy(&demo().made, &data);
    let told = data.join("told");
    let answer = bench(&data, &["--acknowledged", told.to_str().expect("UTF-8")]);
    let rounds = answer["rounds"].as_array().expect("rounds");
    let asked: Vec<_> = rounds.iter().map(|round| round["asked"].as_str().unwrap()).collect();
    assert_eq!(asked, ["issue", "file", "code", "id", "mix"]);
    for round in rounds {
        let asked = round["asked"].as_str().unwrap();
        for kind in ["issue", "file", "code", "id"] {
            let figures = &round[kind];
            if asked != "mix" && asked != kind {
                assert!(figures.is_null(), "{asked}: {figures}");
                continue;
            }
            // In a second of a mix a slow machine may not come to every kind.
            assert!(asked == "mix" || figures["count"].as_u64() > Some(0), "{asked}: {figures}");
            let errors = figures["errors"].as_object().is_none_or(serde_json::Map::is_empty);
            assert!(errors, "{asked}: {figures}");
            assert!(figures["p50_ms"].as_f64() <= figures["p99_ms"].as_f64(), "{figures}");
        }
        assert!(round["processor_ms"].as_f64() > Some(0.0), "{round}");
    }
    assert!(answer["resident_bytes"].as_u64() > Some(1 << 20), "{answer}");
    assert!(answer["limits"]["fsyncs"].as_u64() > Some(0), "{answer}");
    let told = fs::read_to_string(told).expect("ids");
    assert_eq!(answer["acknowledged"].as_u64(), Some(told.lines().count() as u64));
    assert!(told.lines().count() > 0 && answer["lost"] == Value::Array(Vec::new()), "{answer}");
}

#[test]
fn what_cannot_be_measured_is_said() {
    let program = env!("CARGO_BIN_EXE_yinzheng");
    for (options, code, words) in [
        (&["--url", "http://192.0.2.1:8080"][..], 64, "an address of this machine"),
        (&["--url", "http://127.0.0.1:1"], 64, "an API key is needed"),
        (&["--clients", "0"], 64, "--clients"),
        (&["--document", "/nowhere/absent.pdf"], 1, "/nowhere/absent.pdf"),
    ] {
        let said = Command::new(program).args(["--lang", "en", "bench"]).args(options).output();
        let said = said.expect("it runs");
        let text = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(code), "{options:?}: {text}");
        assert!(text.contains(words), "{options:?}: {text}");
    }
}

#[test]
fn licenses_are_issued_and_every_decision_finds_the_one_that_stands_in_place() {
    let data = empty_folder("bench-decisions");
    copy(&demo().made, &data);
    let answer = bench(&data, &["--decisions", "25"]);
    let numbers = ["licenses", "holders", "items"].map(|name| answer[name].as_u64());
    assert_eq!(numbers, [Some(25), Some(5), Some(500)]);
    let decisions = &answer["decisions"];
    assert!(decisions["count"].as_u64() > Some(0), "{answer}");
    assert_eq!(decisions["errors"], serde_json::json!({}), "{answer}");
    let revocations = &answer["revocations"];
    assert_eq!(revocations["count"], 5, "each that was relied on is told: {revocations}");
    assert!(decisions["p50_ms"].as_f64() <= decisions["p99_ms"].as_f64(), "{decisions}");
    assert!(answer["processor_ms"].as_f64() > Some(0.0), "{answer}");
}
