//! Responders are asked about revocation where that is configured, and nobody else ever is.

use super::restart::{Running, copy};
use crate::support::authority::{Authority, Machine, whole};
use crate::support::http::Request;
use crate::support::service::{demo, empty_folder, free_address};
use crate::support::shared::shared;
use crate::support::tool::tool;
use formats::x509::Certificate;
use formats::x509::crl::{Reason, Revoked};
use formats::x509::ocsp::{CertStatus, Refusal, refusal};
use formats::x509::to_pem;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

fn authority() -> Authority {
    Authority::at(OffsetDateTime::now_utc())
}

/// A folder with a trusted authority, and a configuration that lists some machines of this one.
fn configured(folder: &str, root: &Certificate, listed: &[String]) -> (PathBuf, PathBuf) {
    let folder = empty_folder(folder);
    fs::create_dir(folder.join("trust")).expect("made");
    let root = to_pem("CERTIFICATE", root.der());
    fs::write(folder.join("trust/root.pem"), root).expect("written");
    let config = format!(
        "[verification]\nfetch = true\nresponders = {listed:?}\ninside = ['127.0.0.1']\n\
         [trust]\nfolder = {:?}\n",
        folder.join("trust")
    );
    fs::write(folder.join("yinzheng.toml"), config).expect("written");
    let config = folder.join("yinzheng.toml");
    (folder, config)
}

/// What the command line says of some files, one answer each.
fn verified(mut program: Command, config: &Path, files: &[PathBuf]) -> Vec<Value> {
    program.arg("--config").arg(config).args(["verify", "--fetch", "--json"]).args(files);
    let said = program.output().expect("it runs").stdout;
    let lines = said.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("JSON")).collect()
}

fn yinzheng() -> Command {
    Command::new(env!("CARGO_BIN_EXE_yinzheng"))
}

/// The reason of the check of revocation, or how it stands.
fn revocation(answer: &Value) -> &str {
    let checks = answer["signatures"][0]["checks"].as_array().expect("checks");
    let check = checks.iter().find(|one| one["check"] == "certificate_revocation");
    let check = check.expect("revocation is checked");
    check["code"].as_str().or(check["result"].as_str()).expect("a word")
}

/// One certificate whose authority answers in one way: the outcome, why, and what came of asking.
#[track_caller]
fn check(
    name: &str,
    answer: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    expected: [&str; 3],
) {
    let (authority, machine) = (authority(), Machine::answering(answer));
    let (folder, config) = configured(name, &authority.certificate, &[machine.url("")]);
    let url = machine.url(name);
    let by_list = name.contains("list");
    let addresses = if by_list { [None, Some(&*url)] } else { [Some(&*url), None] };
    let file = folder.join("certificate.der");
    fs::write(&file, authority.issue(addresses).der()).expect("written");
    let begin = Instant::now();
    let answer = &verified(yinzheng(), &config, &[file])[0];
    assert!(begin.elapsed() < Duration::from_secs(30), "{name} took {:?}", begin.elapsed());
    let asked = answer["asked"].as_array().expect("what was asked");
    assert_eq!(asked.len(), 1, "{answer:#}");
    let words =
        [&answer["outcome"], &asked[0]["result"]].map(|word| word.as_str().expect("a word"));
    assert_eq!([words[0], revocation(answer), words[1]], expected, "{name}: {answer:#}");
    assert_eq!((&asked[0]["url"], machine.asked()), (&url.into(), 1));
    // What was said stands among the data with its age.
    let data = answer["revocation_data"].as_array().expect("data");
    let sha256 = asked[0]["sha256"].as_str();
    assert_eq!(data.first().and_then(|one| one["sha256"].as_str()), sha256, "{answer:#}");
}

fn responding(status: fn() -> CertStatus) -> impl Fn(&[u8]) -> Vec<u8> {
    move |question| {
        let tomorrow = OffsetDateTime::now_utc() + time::Duration::hours(23);
        whole(&authority().answer(question, status(), tomorrow))
    }
}

#[test]
fn what_a_responder_says_decides() {
    check("good", responding(|| CertStatus::Good), ["VALID", "pass", "answered"]);
    let revoked = || {
        let at = OffsetDateTime::now_utc() - time::Duration::days(3);
        CertStatus::Revoked { at, reason: Some(Reason::KeyCompromise) }
    };
    check("revoked", responding(revoked), ["INVALID", "certificate_revoked", "answered"]);
    let unknown = ["INDETERMINATE", "certificate_not_known", "answered"];
    check("unknown", responding(|| CertStatus::Unknown), unknown);
    check("list", |_| whole(&authority().list(&[])), ["VALID", "pass", "answered"]);
    let revoking = |_: &[u8]| {
        let at = OffsetDateTime::now_utc() - time::Duration::days(3);
        let revoked =
            Revoked { serial: vec![7], at, reason: Reason::Superseded, invalid_since: None };
        whole(&authority().list(&[revoked]))
    };
    check("revoking-list", revoking, ["INVALID", "certificate_revoked", "answered"]);
}

#[test]
fn whoever_says_nothing_leaves_it_open() {
    let open = |result: &'static str| ["INDETERMINATE", "crl_missing", result];
    let slow = |_: &[u8]| {
        std::thread::sleep(Duration::from_secs(20));
        Vec::new()
    };
    check("slow", slow, open("timed_out"));
    check("dead", |_| Vec::new(), open("answer_not_usable"));
    check("garbage", |_| whole(&[0x30; 500]), open("answer_not_usable"));
    let elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n";
    check("redirect", |_| elsewhere.to_vec(), open("redirected"));
    check("large", |_| whole(&vec![0x30; 2 << 20]), open("answer_too_large"));
    check("busy", |_| whole(&refusal(Refusal::TryLater)), open("responder_refused"));
    // By another than the authority.
    let strangers = |question: &[u8]| {
        let tomorrow = OffsetDateTime::now_utc() + time::Duration::hours(23);
        let mut answer = authority().answer(question, CertStatus::Good, tomorrow);
        let last = answer.len() - 1;
        answer[last] ^= 1;
        whole(&answer)
    };
    check("strangers", strangers, ["INDETERMINATE", "crl_invalid", "answered"]);
}

/// The service asks for its blind workers, keeps what was said, and by a code as by a file.
#[test]
fn the_service_asks_for_its_workers() {
    let (authority, machine) = (authority(), Machine::answering(responding(|| CertStatus::Good)));
    let root = &authority.certificate;
    let (folder, config) = configured("asking-service", root, &[machine.url("")]);
    let (data, address) = (folder.join("data"), free_address());
    copy(&demo().made, &data);
    let running = Running::start_with(&data, address, &config);
    let certificate = authority.issue([Some(&machine.url("a")), Some("https://ocsp.example.cn/")]);
    let upload = || {
        let parts = [("file", Some("a.der"), "application/octet-stream", certificate.der())];
        let post = Request::new(address, "POST", "/v1/verifications").parts(&parts);
        post.send().expect(200).json()
    };
    for _ in 0..3 {
        let answer = upload();
        assert_eq!((&answer["outcome"], revocation(&answer)), (&"VALID".into(), "pass"));
        assert_eq!(answer["asked"][0]["result"], "answered");
        assert_eq!(answer["asked"][1]["result"], "https_not_supported");
    }
    assert_eq!(machine.asked(), 1, "what was said is kept");
    drop(running);
}

/// The connections of the internet that a program and all that it starts make, in lines of strace.
fn connections(trace: &Path) -> Vec<String> {
    let text = fs::read_to_string(trace).expect("a trace");
    let network = |line: &&str| line.contains("AF_INET") && !line.contains("htons(0)");
    text.lines().filter(network).map(str::to_owned).collect()
}

/// Certificates that name machines of the inside, in every disguise, below a trusted authority and
/// with asking on: one connection is made, to the machine that is listed.
#[test]
fn certificates_lead_nowhere() {
    let test = "asking::certificates_lead_nowhere";
    let Some(certificates) = shared(test, "vectors/ssrf-certs") else { return };
    let Some(strace) = tool(test, "strace") else { return };
    let machine = Machine::answering(responding(|| CertStatus::Good));
    let own = authority();
    let pem = fs::read_to_string(certificates.join("ca.pem")).expect("readable");
    let root = Certificate::from_pem(&pem).expect("a certificate");
    let (folder, config) = configured("asking-nowhere", &root, &[machine.url("")]);
    let pem = to_pem("CERTIFICATE", own.certificate.der());
    fs::write(folder.join("trust/own.pem"), pem).expect("written");
    let listed = folder.join("listed.der");
    fs::write(&listed, own.issue([Some(&machine.url("")), None]).der()).expect("written");
    let entries = fs::read_dir(&certificates).expect("a folder").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "der"));
    assert_eq!(files.len(), 40);
    files.push(listed);
    let trace = folder.join("trace");
    let traced = |mut program: Command| {
        program.args(["-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o"]).arg(&trace);
        program.arg(env!("CARGO_BIN_EXE_yinzheng"));
        program
    };
    let answers = verified(traced(Command::new(&strace)), &config, &files);
    for answer in &answers[..40] {
        assert_ne!(answer["outcome"], "VALID", "{answer:#}");
        for asked in answer["asked"].as_array().expect("a list") {
            let result = asked["result"].as_str().expect("a word");
            let refused = ["not_listed", "https_not_supported", "address_not_usable"];
            assert!(refused.contains(&result), "{asked}");
        }
    }
    // Those that were believed enough to look at their addresses.
    let told = answers[..40].iter().filter(|one| one["asked"] != Value::Array(Vec::new()));
    assert!(told.count() >= 20, "{answers:#?}");
    assert_eq!(answers[40]["outcome"], "VALID", "{:#}", answers[40]);
    let made = connections(&trace);
    let port = format!("htons({})", machine.address.port());
    assert!(made.len() == 1 && made[0].contains(&port), "{made:#?}");
}
