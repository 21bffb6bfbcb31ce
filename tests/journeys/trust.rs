//! Whom to believe changes while the service runs, and depends on what a license is.

use super::restart::{Running, copy};
use crate::support::http::Request;
use crate::support::service::{demo, empty_folder, free_address};
use crate::support::tool::run;
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn upload(address: SocketAddr, bytes: &[u8]) -> Value {
    let parts = [("file", Some("a.pdf"), "application/pdf", bytes)];
    Request::new(address, "POST", "/v1/verifications").parts(&parts).send().expect(200).json()
}

/// The answer as soon as it is by another trust than `before`.
fn changed(address: SocketAddr, bytes: &[u8], before: &Value) -> Value {
    let begin = Instant::now();
    loop {
        let answer = upload(address, bytes);
        let lists = |answer: &Value| {
            let data = answer["revocation_data"].as_array().expect("a list").iter();
            data.map(|one| one["sha256"].clone()).collect::<Vec<_>>()
        };
        if lists(&answer) != lists(before) {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "it is not read again");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A list that is dropped into the folder counts without a restart, for workers that were there
/// before and for such as take the place of others; so does one that is taken away.
#[test]
fn a_new_revocation_list_counts_without_a_restart() {
    let (data, address) = (empty_folder("trust-anew"), free_address());
    copy(&demo().made, &data);
    let running = Running::start(&data, address);
    let sealed = fs::read(&demo().summary.example_file).expect("readable");
    let known = |answer: &Value| answer["revocation_data"].as_array().expect("a list").len();
    let first = upload(address, &sealed);
    assert_eq!((&first["outcome"], known(&first)), (&"VALID".into(), 6), "{first:#}");
    let folder = data.join("trust");
    fs::remove_file(folder.join("ca-sm2.crl")).expect("taken away");
    let without = changed(address, &sealed, &first);
    assert_eq!((&without["outcome"], known(&without)), (&"INDETERMINATE".into(), 5));
    for worker in running.children() {
        let _ = Command::new("kill").args(["-KILL", &worker]).status();
    }
    let replaced = upload(address, &sealed);
    assert_eq!((known(&replaced), &replaced["trust_list"]), (5, &without["trust_list"]));
    // A damaged file changes nothing.
    fs::write(folder.join("new.crl"), "half a list").expect("written");
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(known(&upload(address, &sealed)), 5);
    fs::remove_file(folder.join("new.crl")).expect("removed");
    fs::copy(demo().trust().join("ca-sm2.crl"), folder.join("ca-sm2.crl")).expect("put back");
    let again = changed(address, &sealed, &without);
    assert_eq!(again["outcome"], "VALID", "{again:#}");
    drop(running);
}

/// A trust list of the demo's roots, for licenses of one type only, signed with a test key.
fn list(folder: &Path, license_type: &str) {
    let root = |name: &str| {
        serde_json::json!({
            "certificate": demo().trust().join(name), "name": {"zh": "样例", "en": "sample"},
            "uses": ["seal_maker", "sealer", "document_signer", "time_stamper"],
            "status": "in_force", "license_types": [license_type],
        })
    };
    let list = serde_json::json!({
        "name": {"zh": "样例", "en": "sample"}, "version": 1, "issued": "2026-01-01T00:00:00Z",
        "next_update": "2046-01-01T00:00:00Z", "revocation": "when_available",
        "entries": [root("root-sm2.pem"), root("root-rsa.pem")],
        "certificates": [demo().trust().join("ca-sm2.pem")],
    });
    fs::write(folder.join("draft.json"), list.to_string()).expect("written");
    let staff = Path::new(env!("CARGO_MANIFEST_DIR")).join("certs-test/staff");
    let at = |name: &str| folder.join(name).into_os_string();
    let program = Path::new(env!("CARGO_BIN_EXE_yinzheng"));
    let made = run(
        program,
        [
            "trust".into(),
            "make".into(),
            at("draft.json"),
            "--key".into(),
            staff.join("key.pem").into_os_string(),
            "--certificate".into(),
            staff.join("certificate.pem").into_os_string(),
            "--output".into(),
            at("trust-list.json"),
        ],
    );
    assert!(made.well, "{}", made.text);
}

/// The register knows what a license is; the command line is told, or leaves it open.
#[test]
fn an_authority_vouches_for_some_types_only() {
    let (file, own) = (&demo().summary.example_file, &demo().summary.example_license);
    let path = format!("/v1/licenses/{own}");
    let license = demo().request("GET", &path).header("Authorization", &demo().key()).send();
    let license_type =
        license.expect(200).json()["license_type"].as_str().expect("a type").to_owned();
    let other = "11100000000013338W999";
    for (listed, outcome) in [(&*license_type, "VALID"), (other, "INDETERMINATE")] {
        let (data, address) = (empty_folder("trust-types"), free_address());
        copy(&demo().made, &data);
        fs::remove_dir_all(data.join("trust")).expect("removed");
        fs::create_dir(data.join("trust")).expect("made");
        list(&data.join("trust"), listed);
        let signer = Path::new(env!("CARGO_MANIFEST_DIR")).join("certs-test/staff/certificate.pem");
        let config = data.join("yinzheng.toml");
        fs::write(&config, format!("[trust]\nsigner = '{}'\n", signer.display())).expect("written");
        let running = Running::start_with(&data, address, &config);
        let answer = upload(address, &fs::read(file).expect("readable"));
        assert_eq!(answer["outcome"], outcome, "{answer:#}");
        assert_eq!(answer["trust_list"], "2026-01-01#1");
        super::log::logged(address, r#""edition":"2026-01-01#1","event":"trust_list""#);
        drop(running);
        let offline = |more: &[&str]| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
            program.args(["verify", "--json", "--trust"]).arg(data.join("trust"));
            program.arg("--trust-signer").arg(&signer).args(more).arg(file);
            let answer = program.output().expect("it runs").stdout;
            let answer: Value = serde_json::from_slice(&answer).expect("JSON");
            answer["outcome"].as_str().expect("a word").to_owned()
        };
        assert_eq!(offline(&[]), "INDETERMINATE");
        assert_eq!(offline(&["--license-type", &license_type]), outcome);
    }
}
