//! Witnesses sign below checkpoints, and what the log had proves what it says, without the service.

use crate::support::http::{Answer, Request};
use crate::support::service::{copy, database, demo, empty_folder, free_address, listen, settings};
use crate::support::shared::cannot;
use app::App;
use domain::log::Note;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn yinzheng(arguments: &[&str], folder: &Path) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    program.args(["--lang", "en"]).args(arguments).current_dir(folder).output().expect("it ran")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn newest(address: SocketAddr) -> String {
    let begin = Instant::now();
    loop {
        let answer = Request::new(address, "GET", "/v1/log/checkpoint").send();
        if answer.status == 200 {
            return text(&answer.body);
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "no checkpoint");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn send(address: SocketAddr, note: &str) -> Answer {
    let request = Request::new(address, "POST", "/v1/log/cosignatures");
    request.body("text/plain", note.as_bytes()).send()
}

/// A service on a copy of the demo, and the folder of a witness that knows its keys.
fn begin() -> (std::path::PathBuf, SocketAddr, std::path::PathBuf) {
    let data = empty_folder("cosigned");
    copy(&demo().made, &data);
    let address = free_address();
    listen(App::open(settings(&data, address)).expect("it opens"), address);
    newest(address);
    let folder = empty_folder("cosigned-witness");
    let keys = Request::new(address, "GET", "/v1/log/keys").send().expect(200).json();
    let pems = keys["items"].as_array().expect("keys").iter();
    let pems: String = pems.map(|key| key["pem"].as_str().expect("PEM")).collect();
    fs::write(folder.join("office.pem"), pems).expect("written");
    (data, address, folder)
}

/// What the witness prints: the note, and on the other stream its key.
fn witnessed(address: SocketAddr, folder: &Path) -> (String, String) {
    let log = format!("http://{address}/v1/log");
    let name = ["--name", "audit.example/w1", "--key", "office.pem", "--state", "state"];
    let output = yinzheng(&[&["witness", &log][..], &name].concat(), folder);
    let key = text(&output.stderr);
    assert!(output.status.success(), "{key}");
    let key = key.lines().find_map(|line| line.split_once(": ")).expect("its key").1.to_owned();
    (text(&output.stdout), key)
}

#[test]
fn a_cosignature_of_a_known_witness_is_shown_and_proves_without_the_service() {
    let (data, address, folder) = begin();
    let (note, key) = witnessed(address, &folder);
    // Whoever is not known signs in vain, and what is not ours is refused.
    assert_eq!(send(address, &note).expect(422).json()["code"], "log_witness");
    for wrong in ["", "no note", &note.replacen("/v1/log\n", "/v1/log\n1", 1)] {
        let code = send(address, wrong).expect(422).json()["code"].to_string();
        assert!(code.contains("log_note") || code.contains("log_size"), "{wrong}: {code}");
    }
    let witnesses = data.join("trust/witnesses");
    fs::create_dir_all(&witnesses).expect("made");
    fs::write(witnesses.join("w1.txt"), format!("{key}\n")).expect("written");
    // Where others issue on the same register, it may have grown meanwhile.
    let cosigned = (0..10).find_map(|_| {
        let (note, _) = witnessed(address, &folder);
        send(address, &note).expect(200);
        assert_eq!(send(address, &note).expect(200).json()["added"], 0, "it is there already");
        let shown = newest(address);
        shown.contains("— audit.example/w1 ").then_some(shown)
    });
    let cosigned = cosigned.expect("the newest checkpoint is witnessed");
    assert!(Note::read(cosigned.as_bytes()).is_ok(), "{cosigned}");
    let page = Request::new(address, "GET", "/log").header("Accept", "text/html").send();
    assert!(text(&page.body).contains("audit.example/w1"));

    // A proof and the file alone, with keys that were kept before.
    let trust = folder.join("trust");
    copy(&data.join("trust"), &trust);
    fs::create_dir_all(trust.join("logs")).expect("made");
    fs::copy(folder.join("office.pem"), trust.join("logs/office.pem")).expect("copied");
    let code = format!("/v1/log/proof?code={}", demo().summary.example_code);
    let proof = text(&Request::new(address, "GET", &code).send().expect(200).body);
    let verify = |proof: &str, file: &Path| {
        fs::write(folder.join("proof.json"), proof).expect("written");
        let file = file.to_str().expect("a path");
        let more = ["--trust", "trust", "--log-proof", "proof.json", "--json"];
        let output = yinzheng(&[&["verify", file][..], &more].concat(), &folder);
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let checks = answer["checks"].as_array().expect("checks");
        let of_log = checks.iter().find(|one| one["check"] == "log_proof").expect("its check");
        let result = of_log["result"].as_str().expect("a word").to_owned();
        (answer["outcome"].as_str().expect("an outcome").to_owned(), result)
    };
    let word = |outcome: &str, result: &str| (outcome.to_owned(), result.to_owned());
    let file = &demo().summary.example_file;
    if proof.contains("audit.example/w1") {
        assert_eq!(verify(&proof, file), word("VALID", "pass"));
    }
    // What proves nothing is left aside: of another file, altered, or without the known witness.
    let other = demo().sealed().into_iter().find(|one| one != file).expect("another file");
    assert_eq!(verify(&proof, &other), word("VALID", "skipped"));
    assert_eq!(verify(&proof.replacen("\"at\\\":\\\"2", "\"at\\\":\\\"1", 1), file).1, "skipped");
    let lines = proof.split("\\n").filter(|line| !line.contains("audit.example/w1"));
    let unwitnessed: Vec<&str> = lines.collect();
    assert_eq!(verify(&unwitnessed.join("\\n"), file).1, "skipped");
}

#[test]
fn the_effects_of_a_compromise_are_told() {
    if database().is_some() {
        return cannot("the_effects_of_a_compromise_are_told", "others issue in this register");
    }
    let data = empty_folder("effects");
    copy(&demo().made, &data);
    let seal = &demo().summary.departments[0].seal;
    let folder = data.to_str().expect("a path");
    let effects = |since: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.args(["audit", "seal", seal, "--since", since, "--json", "--data", folder]);
        let output = program.output().expect("it ran");
        let view: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let again = view["seal_again"].as_array().expect("a list").len();
        (view["stay"].as_u64().expect("a number"), again, output.status.code())
    };
    let (stay, again, code) = effects("2999-01-01");
    assert!(stay > 5 && again == 0 && code == Some(0), "{stay} {again}");
    let (none, all, code) = effects("2020-01-01");
    assert!(none == 0 && all as u64 >= stay && code == Some(1), "{none} {all}");
}
