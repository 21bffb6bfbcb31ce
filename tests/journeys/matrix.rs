//! The crash matrix: the service fails at each step of an issue in each way, on either register,
//! and whatever a client was told is there, once.

use super::crash::licenses;
use super::restart::{Running, copy};
use crate::support::decision;
use crate::support::http::Request;
use crate::support::postgres;
use crate::support::receiver::{OK, Receiver};
use crate::support::service::{database, demo, demo_on, empty_folder, free_address};
use crate::support::shared::cannot;
use crate::support::tool::{Said, said};
use fault::Fault;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

/// A step of issuing, and the place in the service that stands for it.
struct Step {
    name: &'static str,
    place: &'static str,
    stands: &'static str,
    /// The client has its answer before the step, which comes a little later by itself.
    behind: bool,
}

const fn step(name: &'static str, place: &'static str, stands: &'static str) -> Step {
    Step { name, place, stands, behind: false }
}

const fn behind(name: &'static str, place: &'static str, stands: &'static str) -> Step {
    Step { name, place, stands, behind: true }
}

/// First what leaves an issue unfinished: on a server another process may be at it, so that it is
/// only taken over when its lease of two minutes has run out.
const STEPS: [Step; 12] = [
    step("intent", "intent", "the transaction of request, number, order and intent, as a whole"),
    step("signature", "sign", "the key of the first signature"),
    step("time stamp", "time_stamp", "the stamp on the first signature"),
    step("sealed file", "file", "the file on the disk, under its digest"),
    step("commit", "commit", "the transaction that puts the license in force"),
    behind("webhook", "webhook", "the sending of an event"),
    behind("checkpoint", "checkpoint", "signing the root of the log and keeping it"),
    step("request", "request", "its row, inside the first transaction"),
    step("upload", "document", "the PDF to be sealed, which is held in memory and never stored"),
    step("number", "number", "the row of the license, inside the first transaction"),
    step("approval", "approval", "the row of the order, inside the first transaction"),
    step("answer", "answer", "the answer; dies after: when the client has it"),
];

/// A request is taken over after two minutes at the latest.
const PATIENCE: Duration = Duration::from_secs(180);
/// What comes by itself comes within seconds; what a dead sender had under way within 40.
const BY_ITSELF: Duration = Duration::from_secs(60);
const SENT_AGAIN: Duration = Duration::from_secs(90);

/// What a client asks for under one key, and what it was told.
struct Case {
    name: String,
    number: String,
    /// Every body of a 201; a repeated one is the same, byte for byte.
    told: BTreeSet<Vec<u8>>,
}

impl Case {
    fn id(&self) -> String {
        let only: Value = serde_json::from_slice(self.told.first().expect("it was told"))
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        only["id"].as_str().expect("an id").to_owned()
    }
}

/// One register and the service on it, which fails again and again.
struct Trial {
    register: &'static str,
    database: Option<String>,
    data: PathBuf,
    faults: PathBuf,
    address: SocketAddr,
    authorization: String,
    running: Option<Running>,
    receiver: Receiver,
    cases: Vec<Case>,
    deaths: usize,
    begin: Instant,
}

impl Trial {
    fn new(register: &'static str, database: Option<String>) -> Self {
        let begin = Instant::now();
        let data = empty_folder(&format!("matrix-{register}"));
        let authorization = match &database {
            Some(url) => demo_on(url, &data),
            None => {
                copy(&demo().made, &data);
                demo().key()
            }
        };
        let faults = empty_folder(&format!("matrix-{register}-faults"));
        let (address, receiver) = (free_address(), Receiver::start(&[OK]));
        let (running, cases) = (None, Vec::new());
        let mut trial = Self {
            register,
            database,
            data,
            faults,
            address,
            authorization,
            running,
            receiver,
            cases,
            deaths: 0,
            begin,
        };
        trial.start();
        let endpoint = json!({ "url": trial.receiver.url() });
        trial.request("POST", "/v1/webhook-endpoints").json(&endpoint).send().expect(201);
        trial
    }

    fn start(&mut self) {
        let faults = self.faults.to_str().expect("a path of ours").to_owned();
        let mut environment =
            vec![("FAULT_AT", faults.as_str()), ("YZ_WEBHOOKS_ALLOW", "127.0.0.0/8")];
        environment.extend(self.database.iter().map(|url| ("YZ_DATABASE", url.as_str())));
        self.running = Some(Running::start_among(&self.data, self.address, &environment));
    }

    fn request(&self, method: &'static str, path: &str) -> Request {
        Request::new(self.address, method, path).header("Authorization", &self.authorization)
    }

    /// Both signatures, each with a time stamp of the service's own.
    fn issue(&self, number: &str) -> Request {
        let mut body = decision::request(number);
        body["form"] = json!("both");
        body["level"] = json!("t");
        let key: String = number.chars().filter(char::is_ascii_digit).collect();
        let key = format!("matrix-{key}");
        self.request("POST", "/v1/licenses").header("Idempotency-Key", &key).json(&body)
    }

    fn run(&mut self, step: &Step, fault: Fault) {
        let number = format!("示错许〔2026〕{}号", 1 + self.cases.len());
        let name = format!("{} {} {}", self.register, step.name, fault.word());
        // Nothing in the service comes after the answer: it is ended by the client.
        let by_client = step.place == "answer" && fault == Fault::DiesAfter;
        let armed = self.faults.join(step.place);
        if !by_client {
            fs::write(&armed, fault.word()).expect("written");
        }
        let answer = self.issue(&number).try_send();
        let mut case = Case { name, number, told: BTreeSet::new() };
        match answer.map(|answer| (answer.status, answer.body)) {
            Ok((201, body)) if step.behind || by_client => drop(case.told.insert(body)),
            Ok((500, _)) if !fault.is_deadly() && !step.behind => {}
            Err(_) if fault.is_deadly() && !by_client => {}
            other => panic!("{}: {other:?}", case.name),
        }
        let begin = Instant::now();
        while armed.exists() {
            assert!(step.behind && begin.elapsed() < BY_ITSELF, "{}: not passed", case.name);
            sleep(Duration::from_millis(20));
        }
        if fault.is_deadly() {
            let running = self.running.take().expect("it runs");
            if by_client {
                drop(running)
            } else {
                assert_eq!(running.ended(), None)
            }
            self.deaths += 1;
            self.start();
        }
        let told = self.repeat(&mut case);
        // What fails gives up what it began; of the dead only a server does not know at once.
        let may_wait = fault.is_deadly() && self.database.is_some();
        assert!(told || may_wait, "{}: still under way", case.name);
        self.cases.push(case);
        self.fsck(&["--quick"]).expect(&[]);
    }

    /// Asks again under the same key; true when it was told, and told the same again.
    fn repeat(&self, case: &mut Case) -> bool {
        let answer = self.issue(&case.number).send();
        if answer.status == 409 && answer.json()["code"] == "request_in_progress" {
            return false;
        }
        case.told.insert(answer.expect(201).body);
        let again = self.issue(&case.number).send();
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{}", case.name);
        case.told.insert(again.expect(201).body);
        assert_eq!(case.told.len(), 1, "{}: was told otherwise", case.name);
        true
    }

    /// Repeats what is still under way until it is done; how many there were.
    fn settle(&mut self) -> usize {
        let mut cases = std::mem::take(&mut self.cases);
        let begin = Instant::now();
        let open: Vec<_> = cases.iter_mut().filter(|case| case.told.is_empty()).collect();
        let count = open.len();
        for case in open {
            while !self.repeat(case) {
                assert!(begin.elapsed() < PATIENCE, "{} is never done", case.name);
                sleep(Duration::from_millis(200));
            }
        }
        self.cases = cases;
        count
    }

    /// Of each number there is one license, that of which the client was told; how many licenses
    /// there are in all.
    fn reckon(&self) -> usize {
        let mut listed = licenses(self.address, &self.authorization);
        let count = listed.values().map(Vec::len).sum();
        for case in &self.cases {
            let found = listed.remove(&case.number).unwrap_or_default();
            assert_eq!(found, [case.id()], "{}", case.name);
        }
        let unasked: Vec<_> = listed.keys().filter(|number| number.contains("示错许")).collect();
        assert!(unasked.is_empty(), "nobody was told of {unasked:?}");
        count
    }

    /// Waits for a signed checkpoint over so many licenses or more.
    fn wait_for_checkpoint(&self, licenses: usize) {
        let begin = Instant::now();
        loop {
            let note = self.request("GET", "/v1/log/checkpoint").send();
            let note = String::from_utf8(note.expect(200).body).expect("text");
            let size: usize =
                note.lines().nth(1).and_then(|size| size.parse().ok()).expect("a size");
            if size >= licenses {
                return;
            }
            assert!(begin.elapsed() < BY_ITSELF, "{size} of {licenses} under a checkpoint");
            sleep(Duration::from_millis(200));
        }
    }

    /// Each license was told of, under one id however often; how many requests that took.
    fn told_of(&self) -> usize {
        let begin = Instant::now();
        loop {
            let mut events: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            let received = self.receiver.received();
            for one in &received {
                let license = one.json()["data"]["license_id"].as_str().expect("an id").to_owned();
                events.entry(license).or_default().insert(one.header("webhook-id").to_owned());
            }
            let twice = events.iter().find(|(_, ids)| ids.len() > 1);
            assert_eq!(twice, None, "one event, two ids");
            let missing = self.cases.iter().find(|case| !events.contains_key(&case.id()));
            let Some(missing) = missing else { return received.len() };
            assert!(begin.elapsed() < SENT_AGAIN, "{}: nobody was told", missing.name);
            sleep(Duration::from_millis(200));
        }
    }

    fn fsck(&self, options: &[&str]) -> Said {
        let told = self.cases.iter().filter(|case| !case.told.is_empty());
        let ids: Vec<String> = told.map(Case::id).collect();
        let acknowledged = self.faults.join("acknowledged");
        fs::write(&acknowledged, ids.join("\n")).expect("written");
        let mut fsck = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        fsck.args(["--lang", "en", "fsck", "--data"]).arg(&self.data).args(options);
        fsck.arg("--acknowledged").arg(acknowledged);
        fsck.envs(self.database.as_ref().map(|url| ("YZ_DATABASE", url)));
        said(fsck.output().expect("it runs"))
    }
}

/// Every step fails in every way, and then everything is looked at.
#[allow(clippy::print_stdout, reason = "figures for a reader who asks with --nocapture")]
fn attempt(register: &'static str, database: Option<String>) {
    let mut trial = Trial::new(register, database);
    for fault in [Fault::DiesBefore, Fault::DiesAfter, Fault::NotDone, Fault::ReplyLost] {
        STEPS.iter().for_each(|step| trial.run(step, fault));
    }
    let waited = trial.settle();
    trial.running = None;
    trial.start();
    let mut cases = std::mem::take(&mut trial.cases);
    assert!(cases.iter_mut().all(|case| trial.repeat(case)), "what was told is told again");
    trial.cases = cases;
    trial.wait_for_checkpoint(trial.reckon());
    let sent = trial.told_of();
    trial.fsck(&[]).expect(&["everything that was promised is there"]);
    println!(
        "{register}: {} steps in {} ways, {} cases in {:.1} s: {} deaths, {waited} taken over, \
         {} acknowledged, 0 lost, 0 double, told of in {sent} requests",
        STEPS.len(),
        Fault::ALL.len(),
        trial.cases.len(),
        trial.begin.elapsed().as_secs_f32(),
        trial.deaths,
        trial.cases.len(),
    );
}

#[test]
#[allow(clippy::print_stdout, reason = "figures for a reader who asks with --nocapture")]
fn whatever_fails_at_any_step_nothing_is_lost_or_doubled() {
    let test = "whatever_fails_at_any_step_nothing_is_lost_or_doubled";
    if database().is_some() {
        // Both registers have their turn when the demo is in a file.
        return;
    }
    if !fault::ARE_THERE {
        return cannot(test, "a release has no places that fail");
    }
    for step in &STEPS {
        println!("{:12} {}", step.name, step.stands);
    }
    scope(|scope| {
        let in_a_file = scope.spawn(|| attempt("sqlite", None));
        if !cfg!(feature = "postgres") {
            cannot("its half on PostgreSQL", "built without the feature postgres");
        } else if let Some(url) = postgres::database(test) {
            attempt("postgres", Some(url));
        }
        in_a_file.join().expect("the half in a file");
    });
}
