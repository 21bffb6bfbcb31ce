//! A department whose signing key never leaves a token: certified, used, pulled and put back.

use super::restart::{Running, copy};
use crate::support::decision;
use crate::support::device::{Device, PIN, SoftHsm, TOKEN, pin_file};
use crate::support::http::{Answer, Request};
use crate::support::postgres;
use crate::support::service::{database, demo, demo_on, empty_folder, free_address, key_of};
use crate::support::tool::{Said, run, said, tool};
use app::offline::{Trust, verify};
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const DEPARTMENT: &str = "示例市行政审批服务局";

/// An office on a copy of the demo, with a token.
struct Office {
    token: SoftHsm,
    data: PathBuf,
    folder: PathBuf,
    configuration: PathBuf,
    address: SocketAddr,
    /// On a server: a register of its own, because its seal gets keys that no other test has.
    database: Option<String>,
    summary: app::demo::Summary,
}

impl Office {
    /// With SoftHSM itself, or what passes everything on to it until it is told otherwise.
    fn new(test: &str, name: &str, device: Option<&mut Option<Device>>) -> Option<Self> {
        let folder = empty_folder(name);
        let mut token = SoftHsm::new(test, &folder)?;
        if let Some(device) = device {
            let between = token.behind(test, &folder)?;
            token.library.clone_from(&between.library);
            *device = Some(between);
        }
        let (data, configuration) = (folder.join("data"), folder.join("yinzheng.toml"));
        let database = match database() {
            Some(_) => Some(postgres::database(test)?),
            None => None,
        };
        match &database {
            Some(url) => drop(demo_on(url, &data)),
            None => copy(&demo().made, &data),
        }
        let summary = fs::read(data.join("demo/summary.json")).expect("a summary");
        let summary = serde_json::from_slice(&summary).expect("a summary");
        let text = format!(
            "[custody]\nrsa = 'pkcs11'\np256 = 'pkcs11'\n[custody.pkcs11]\nlibrary = '{}'\n\
             token = '{TOKEN}'\npin_file = '{}'\ntimeout_s = 5\n",
            token.library.display(),
            pin_file(&folder, PIN).display()
        );
        fs::write(&configuration, text).expect("written");
        let address = free_address();
        Some(Self { token, data, folder, configuration, address, database, summary })
    }

    fn at(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn typed(&self, arguments: &[&str]) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.args(["--lang", "en", "--config"]).arg(&self.configuration);
        program.args(arguments).arg("--data").arg(&self.data);
        program.envs(self.database.as_ref().map(|url| ("YZ_DATABASE", url)));
        self.token.run(program)
    }

    fn key(&self, arguments: &[&str]) -> Said {
        self.typed(&[&["key"], arguments, &["--organization", DEPARTMENT]].concat())
    }

    /// A key on the token, certified by the authority of the tests, as the department's.
    fn certified(&self, openssl: &Path, kind: &str) -> String {
        let made = self.key(&["make", "--kind", kind]);
        made.expect(&["pkcs11:", "document_signer"]);
        let id = made.text.lines().next().expect("an id").to_owned();
        let (request, chain) = (self.at(&format!("{kind}.csr")), self.at(&format!("{kind}.pem")));
        self.key(&["request", &id, "-o", &request]).expect(&[]);
        run(openssl, ["req", "-verify", "-noout", "-in", &request]).expect(&["OK"]);
        let extensions = self.at("extensions");
        let text = "basicConstraints = critical, CA:false\n\
                    keyUsage = critical, digitalSignature, nonRepudiation\n\
                    extendedKeyUsage = 1.3.6.1.5.5.7.3.36\nsubjectKeyIdentifier = hash\n\
                    authorityKeyIdentifier = keyid\n";
        fs::write(&extensions, text).expect("written");
        let authority = format!("{}/certs-test/ca-rsa", env!("CARGO_MANIFEST_DIR"));
        let certificate = format!("{authority}/certificate.pem");
        let key = format!("{authority}/key.pem");
        run(
            openssl,
            [
                "x509",
                "-req",
                "-in",
                &request,
                "-CA",
                &certificate,
                "-CAkey",
                &key,
                "-days",
                "30",
                "-sha256",
                "-extfile",
                &extensions,
                "-out",
                &chain,
            ],
        )
        .expect(&[]);
        let both = fs::read_to_string(&chain).expect("certified")
            + &fs::read_to_string(&certificate).expect("the authority's");
        let turned = fs::read_to_string(&certificate).expect("the authority's");
        fs::write(self.at("wrong.pem"), turned).expect("written");
        assert!(!self.key(&["certify", &id, &self.at("wrong.pem")]).well, "another's certificate");
        fs::write(&chain, both).expect("written");
        self.key(&["certify", &id, &chain]).expect(&["certificate", DEPARTMENT]);
        assert!(!self.key(&["certify", &id, &chain]).well, "it has one already");
        id
    }

    /// Believes the authority of the tests, besides that of the demo.
    fn believe(&self) {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("certs-test");
        for (from, to) in [
            ("root-rsa/certificate.pem", "tests-root.pem"),
            ("ca-rsa/certificate.pem", "tests-ca.pem"),
            ("root-rsa/revoked.crl", "tests-root.crl"),
            ("ca-rsa/revoked.crl", "tests-ca.crl"),
        ] {
            fs::copy(tests.join(from), self.data.join("trust").join(to)).expect("copied");
        }
    }

    fn serve(&self) -> Running {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.arg("--config").arg(&self.configuration).arg("serve");
        program.arg("--data").arg(&self.data).args(["--listen", &self.address.to_string()]);
        program.env("SOFTHSM2_CONF", &self.token.configuration);
        program.envs(self.database.as_ref().map(|url| ("YZ_DATABASE", url)));
        Running::listening(program, self.address)
    }

    fn issue(&self, request: &Value, idempotency: &str) -> Answer {
        Request::new(self.address, "POST", "/v1/licenses")
            .json(request)
            .header("Idempotency-Key", idempotency)
            .header("Authorization", &key_of(&self.summary, DEPARTMENT))
            .send()
    }

    /// The file of a license that was issued, judged without the service.
    fn outcome(&self, license: &Value) -> String {
        let path = license["renditions"][0]["href"].as_str().expect("a path");
        let file = Request::new(self.address, "GET", path)
            .header("Authorization", &key_of(&self.summary, DEPARTMENT))
            .send()
            .expect(200);
        let trust = Trust::load(&self.data.join("trust")).expect("anchors");
        verify(&file.body, &trust, time::OffsetDateTime::now_utc()).outcome
    }

    /// The seal of the department.
    fn seal(&self) -> &str {
        let mut departments = self.summary.departments.iter();
        &departments.find(|one| one.name == DEPARTMENT).expect("the department").seal
    }

    fn is_sound(&self) {
        self.typed(&["fsck", "--quick"]).expect(&["everything that was promised is there"]);
    }
}

fn request() -> Value {
    let mut request = decision::request(&decision::fresh_number());
    request["form"] = "pades".into();
    request
}

/// Slow, lying or away: the client is told to come back, and nothing wrong is stored.
#[test]
fn a_token_out_of_order_is_answered_with_503() {
    const TEST: &str = "a_token_out_of_order_is_answered_with_503";
    let Some(openssl) = tool(TEST, "openssl") else { return };
    let mut device = None;
    let Some(office) = Office::new(TEST, "bad-token-office", Some(&mut device)) else { return };
    let device = device.expect("made with the office");
    office.believe();
    let key = office.certified(&openssl, "p256");
    office.key(&["use", &key, "--seal", office.seal()]).expect(&[]);
    let running = office.serve();
    for mode in ["flip", "gone", "hang"] {
        let (waiting, idempotency) = (request(), format!("token-{mode}"));
        device.becomes(mode);
        for _ in 0..3 {
            let answer = office.issue(&waiting, &idempotency).expect(503);
            assert_eq!(answer.json()["code"], "signing_key_unavailable", "{mode}");
            assert!(answer.header("retry-after").is_some(), "{mode}");
        }
        office.is_sound();
        device.becomes("well");
        let begin = Instant::now();
        let mut answer = office.issue(&waiting, &idempotency);
        while answer.status == 503 && begin.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(200));
            answer = office.issue(&waiting, &idempotency);
        }
        assert_eq!(office.outcome(&answer.expect(201).json()), "VALID", "{mode}");
    }
    drop(running);
    office.is_sound();
}

#[test]
fn a_pulled_token_stops_issuing_and_nothing_else() {
    const TEST: &str = "a_pulled_token_stops_issuing_and_nothing_else";
    let Some(openssl) = tool(TEST, "openssl") else { return };
    let Some(office) = Office::new(TEST, "token-office", None) else { return };
    office.believe();
    for kind in ["p256", "rsa-2048"] {
        let key = office.certified(&openssl, kind);
        office.key(&["use", &key, "--seal", office.seal()]).expect(&[]);
        let running = office.serve();
        let before = office.issue(&request(), &format!("{kind}-before")).expect(201).json();
        assert_eq!(office.outcome(&before), "VALID", "{kind}");

        let away = office.tokens_away();
        let waiting = request();
        for _ in 0..3 {
            let answer = office.issue(&waiting, &format!("{kind}-pulled")).expect(503);
            assert_eq!(answer.json()["code"], "signing_key_unavailable");
            assert!(answer.header("retry-after").is_some());
            assert!(!String::from_utf8_lossy(&answer.body).contains(PIN));
        }
        let health = Request::new(office.address, "GET", "/readyz").send();
        assert_eq!(health.status, 200, "verifying goes on");
        assert_eq!(office.outcome(&before), "VALID", "{kind}");
        office.is_sound();

        office.tokens_back(&away);
        let after = office.issue(&waiting, &format!("{kind}-pulled")).expect(201).json();
        assert_eq!(office.outcome(&after), "VALID", "{kind}");
        assert_eq!(after["fields"]["document_number"], waiting["fields"]["document_number"]);
        office.is_sound();
        drop(running);
    }
    // Without the setting there is no software in its place.
    fs::write(&office.configuration, "").expect("emptied");
    let running = office.serve();
    let answer = office.issue(&request(), "not-configured").expect(503).json();
    assert_eq!(answer["code"], "signing_key_unavailable");
    assert!(answer["detail"].as_str().is_some_and(|said| said.contains("custody.pkcs11")));
    drop(running);
    office.is_sound();
}

impl Office {
    fn tokens_away(&self) -> PathBuf {
        let away = self.folder.join("pulled");
        fs::rename(&self.token.tokens, &away).expect("pulled");
        away
    }

    fn tokens_back(&self, away: &Path) {
        fs::rename(away, &self.token.tokens).expect("put back");
    }
}

/// Who is ended badly leaves no core in which keys would be, whatever the shell allows.
#[test]
fn who_holds_keys_leaves_no_core() {
    let data = empty_folder("no-core");
    copy(&demo().made, &data);
    let address = free_address();
    let shell = tool("who_holds_keys_leaves_no_core", "sh").expect("a shell");
    let mut program = Command::new(shell);
    let line = format!(
        "ulimit -c unlimited; exec '{}' serve --data '{}' --listen {address}",
        env!("CARGO_BIN_EXE_yinzheng"),
        data.display()
    );
    program.args(["-c", &line]).current_dir(&data);
    program.envs(database().map(|url| ("YZ_DATABASE", url)));
    let running = Running::listening(program, address);
    let limits = fs::read_to_string(format!("/proc/{}/limits", running.id())).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.expect("a line").split_ascii_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{limits}");
    let ended = Command::new("kill").args(["-ABRT", &running.id().to_string()]).output();
    said(ended.expect("kill")).expect(&[]);
    assert_eq!(running.ended(), None, "it was ended by the signal");
    let left = fs::read_dir(&data).expect("listed").flatten();
    let cores = left.filter(|file| file.file_name().to_string_lossy().starts_with("core"));
    assert_eq!(cores.count(), 0);
}
