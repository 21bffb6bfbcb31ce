//! A person approves what is sealed, by a signature of their own, and nothing else is sealed.

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::people::{Browser, between, person, text};
use crate::support::service::{demo, empty_folder, free_address, key_of, settings};
use crate::support::{postgres, workshop};
use app::{App, Caller, IssueRequest, Role};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::digest::Sm3;
use fault::Fault;
use formats::algorithm::{KeyKind, PrivateKey};
use formats::x509::to_pem;
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

pub(crate) const DEPARTMENT: &str = "示例市市场监督管理局";
const SEAL: &str = "示例市市场监督管理局重要证照专用章";
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn authorization() -> String {
    key_of(&demo().summary, DEPARTMENT)
}

fn asked(number: &str) -> Value {
    let mut body = decision::request(number);
    body["seal"] = SEAL.into();
    body
}

/// Asks for a license that a person has to approve.
pub(crate) fn ask(number: &str) -> Value {
    let request = demo().request("POST", "/v1/licenses").header("Authorization", &authorization());
    request.json(&asked(number)).send().expect(202).json()
}

fn license(id: &str) -> Value {
    let request = demo().request("GET", &format!("/v1/licenses/{id}"));
    request.header("Authorization", &authorization()).send().expect(200).json()
}

fn id_of(license: &Value) -> &str {
    license["id"].as_str().expect("an id")
}

pub(crate) fn order_of(license: &Value) -> String {
    license["order"]["id"].as_str().expect("an order").to_owned()
}

/// Waits until the license is no longer pending.
fn settled(id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let now = license(id);
        if now["state"] != "PENDING_SEAL" {
            return now;
        }
        assert!(begun.elapsed() < PATIENCE, "{now:#}");
        sleep(Duration::from_millis(100));
    }
}

/// A key of the demo's approver, registered once: each registration takes a code.
struct Registered {
    id: String,
    key: PrivateKey,
}

static KEY: LazyLock<Registered> = LazyLock::new(|| {
    let key = PrivateKey::generate(&KeyKind::Sm2, &mut app::SystemRandom).expect("a key");
    let pem = to_pem("PUBLIC KEY", key.public_key().to_spki());
    let mut browser = Browser::of("approver");
    let wrong =
        browser.post("/approver-keys", &[("label", "样例"), ("public_key", &pem), ("code", "1")]);
    assert!(text(&wrong.expect(400)).contains("动态口令不正确"));
    // The code of now let the approver in; one counts once.
    let code = person("approver").code(OffsetDateTime::now_utc() + time::Duration::seconds(30));
    let fields = [("label", "样例密钥<b>"), ("public_key", pem.as_str()), ("code", &code)];
    browser.post("/approver-keys", &fields).expect(303);
    let page = text(&browser.get("/approver-keys").expect(200));
    assert!(page.contains("样例密钥&#60;b&#62;"), "shown as it was typed");
    let id = between(&page, "action=\"/approver-keys/", ":revoke").expect("its id");
    Registered { id, key }
});

/// Puts a manifest of these orders together; its page.
pub(crate) fn manifest(orders: &[String]) -> String {
    let fields: Vec<(&str, &str)> = orders.iter().map(|id| ("order", id.as_str())).collect();
    let made = Browser::of("approver").post("/orders", &fields).expect(303);
    made.header("location").expect("its page").to_owned()
}

/// The manifest as it is downloaded.
fn downloaded(page: &str) -> Vec<u8> {
    let file = Browser::of("approver").get(&format!("{page}/manifest.json")).expect(200);
    assert_eq!(file.header("content-type"), Some("application/json"));
    file.body
}

fn signature(manifest: &[u8]) -> String {
    STANDARD.encode(workshop::sign(&KEY.key, manifest))
}

fn approve(page: &str, key: &str, signature: &str) -> Answer {
    let fields = [("key", key), ("signature", signature)];
    Browser::of("approver").post(&format!("{page}:approve"), &fields)
}

/// What the ledger of the seal says of a license.
fn uses(number: &str) -> Vec<String> {
    let file = Browser::of("auditor").get(&format!("/seals/{}/uses.csv", seal())).expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines = text(&file);
    lines.lines().filter(|line| line.contains(number)).map(str::to_owned).collect()
}

fn seal() -> String {
    let request = demo().request("GET", "/v1/seals").header("Authorization", &authorization());
    let seals = request.send().expect(200).json();
    let seals = seals["items"].as_array().cloned().unwrap_or_default();
    let found = seals.into_iter().find(|one| one["name"] == SEAL).expect("the seal");
    found["id"].as_str().expect("an id").to_owned()
}

#[test]
fn one_license_waits_is_approved_and_sealed() {
    let number = fresh_number();
    let key = hex::encode(&number);
    let once = || {
        let request =
            demo().request("POST", "/v1/licenses").header("Authorization", &authorization());
        request.header("Idempotency-Key", &key).json(&asked(&number)).send().expect(202)
    };
    let first = once();
    let waiting = first.json();
    let id = id_of(&waiting).to_owned();
    assert_eq!(first.header("location"), Some(format!("/v1/licenses/{id}").as_str()));
    assert_eq!(
        (&waiting["state"], &waiting["order"]["state"]),
        (&json!("PENDING_SEAL"), &json!("waiting"))
    );
    assert_eq!(first.body, once().body, "the same answer, byte for byte");
    let file = demo().request("GET", &format!("/v1/licenses/{id}/renditions/original"));
    file.header("Authorization", &authorization()).send().expect(404);
    assert!(uses(&number).is_empty(), "no key was used");

    let browser = Browser::of("approver");
    let list = text(&browser.get("/orders").expect(200));
    assert!(list.contains(&number), "the approver sees it");
    assert!(text(&browser.get("/work")).contains("待审批"));
    let order = order_of(&waiting);
    let document = browser.get(&format!("/orders/{order}/document")).expect(200);
    assert!(document.body.starts_with(b"%PDF-"));
    let digest = Sm3::of(&document.body).to_string();
    let page = manifest(&[order]);
    let manifest = downloaded(&page);
    let named: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!((&named["count"], &named["orders"][0]["document"]), (&json!(1), &json!(digest)));
    assert_eq!(named["orders"][0]["number"], number.as_str());

    // Forged, of another text, by another key, with a key that is nobody's.
    let right = signature(&manifest);
    let other = PrivateKey::generate(&KeyKind::P256, &mut app::SystemRandom).expect("a key");
    for wrong in [
        "AAAA".to_owned(),
        String::new(),
        signature(b"{}"),
        STANDARD.encode(workshop::sign(&other, &manifest)),
    ] {
        let refused = text(&approve(&page, &KEY.id, &wrong).expect(400));
        assert!(refused.contains("没有批准"), "{wrong}");
    }
    let nobodys = order_of(&waiting);
    assert!(text(&approve(&page, &nobodys, &right).expect(403)).contains("审批密钥不可用"));
    assert_eq!(license(&id)["order"]["state"], "waiting");
    assert!(uses(&number).is_empty(), "no key was used");

    approve(&page, &KEY.id, &right).expect(303);
    let sealed = settled(&id);
    assert_eq!(sealed["state"], "ISSUED", "{sealed:#}");
    assert!(sealed.get("order").is_none());
    approve(&page, &KEY.id, &right).expect(409);
    let path = sealed["renditions"][0]["href"].as_str().expect("a path");
    let file = demo().request("GET", path).header("Authorization", &authorization()).send();
    let parts = [("file", Some("a.pdf"), "application/pdf", &file.expect(200).body[..])];
    let report = demo().request("POST", "/v1/verifications").parts(&parts).send().expect(200);
    assert_eq!(report.json()["outcome"], "VALID");
    let ledger = uses(&number);
    assert_eq!(ledger.len(), 2, "a use for each signature");
    let manifest = page.rsplit('/').next().expect("an id");
    assert!(ledger[0].contains("样例用印审批人") && ledger[0].contains(manifest), "{}", ledger[0]);
    let shown = text(&Browser::of("keeper").get(&format!("/seals/{}/uses", seal())).expect(200));
    assert!(shown.contains(&number) && shown.contains(manifest));
}

#[test]
fn one_signature_approves_a_batch() {
    let waiting: Vec<Value> = (0..5).map(|_| ask(&fresh_number())).collect();
    let orders: Vec<String> = waiting.iter().map(order_of).collect();
    let page = manifest(&orders);
    let shown = text(&Browser::of("approver").get(&page).expect(200));
    assert!(shown.contains("<strong>5</strong>"), "the count");
    approve(&page, &KEY.id, &signature(&downloaded(&page))).expect(303);
    for one in &waiting {
        assert_eq!(settled(id_of(one))["state"], "ISSUED");
    }
    let shown = text(&Browser::of("approver").get(&page).expect(200));
    assert!(shown.contains("已签章 <strong>5</strong>"), "progress");
}

/// What the service says of a batch once it fits.
fn batch_until(path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let request = demo().request("GET", path).header("Authorization", &authorization());
        let batch = request.send().expect(200).json();
        if fits(&batch) {
            return batch;
        }
        assert!(begun.elapsed() < PATIENCE, "{batch:#}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn rows_of_a_file_wait_for_a_person_and_what_is_refused_comes_back() {
    let numbers: Vec<String> = (0..3).map(|_| fresh_number()).collect();
    let lines = numbers.iter().map(|number| {
        let mut fields = asked(number)["fields"].clone();
        fields["document_number"] = number.as_str().into();
        format!("{fields}\n")
    });
    let lines: String = lines.collect();
    let service = demo();
    let ask = |method, path: &str| {
        service.request(method, path).header("Authorization", &authorization())
    };
    let parts: &[(&str, Option<&str>, &str, &[u8])] = &[
        ("license_type", None, "text/plain", decision::TYPE.as_bytes()),
        ("seal", None, "text/plain", SEAL.as_bytes()),
        ("file", Some("三月.jsonl"), "application/jsonl", lines.as_bytes()),
    ];
    let sent = ask("POST", "/v1/ingest-batches").parts(parts).send().expect(202).json();
    let path = format!("/v1/ingest-batches/{}", id_of(&sent));
    batch_until(&path, |batch| batch["state"] == "checked");
    ask("POST", &format!("{path}:start")).send().expect(200);
    let waiting = batch_until(&path, |batch| batch["waiting"] == 3);
    assert_eq!((&waiting["state"], &waiting["issued"]), (&json!("running"), &json!(0)));
    let rows = ask("GET", &format!("{path}/rows?state=waiting")).send().expect(200).json();
    let rows = rows["items"].as_array().expect("rows").clone();
    let order = |row: &Value| order_of(&license(row["license_id"].as_str().expect("an id")));
    let orders: Vec<String> = rows.iter().map(order).collect();
    assert!(numbers.iter().all(|number| uses(number).is_empty()), "no key was used");
    let page = manifest(&orders[..2]);
    approve(&page, &KEY.id, &signature(&downloaded(&page))).expect(303);
    let refused = manifest(&orders[2..]);
    let reason = [("reason", "申请材料不全")];
    Browser::of("approver").post(&format!("{refused}:refuse"), &reason).expect(303);
    let done = batch_until(&path, |batch| batch["state"] == "completed");
    assert_eq!((&done["issued"], &done["failed"]), (&json!(2), &json!(1)), "{done:#}");
    let failed = ask("GET", &format!("{path}/rows?state=failed")).send().expect(200).json();
    assert_eq!(failed["items"][0]["problems"][0]["code"], "not_approved", "{failed:#}");
    let back = text(&ask("GET", &format!("{path}/failed")).send().expect(200));
    assert!(back.lines().count() == 1 && back.contains(&numbers[2]), "{back}");
}

#[test]
fn what_is_refused_never_was_and_says_why() {
    let number = fresh_number();
    let waiting = ask(&number);
    let page = manifest(&[order_of(&waiting)]);
    let refuse = |reason: &str| {
        Browser::of("approver").post(&format!("{page}:refuse"), &[("reason", reason)])
    };
    assert!(text(&refuse(" ").expect(400)).contains("请填写理由"));
    refuse("申请材料不全").expect(303);
    let refused = license(id_of(&waiting));
    assert_eq!(
        (&refused["state"], &refused["order"]["state"]),
        (&json!("VOID"), &json!("refused"))
    );
    assert_eq!(refused["order"]["reason"], "申请材料不全");
    assert_eq!(ask(&number)["state"], "PENDING_SEAL", "its number is free");
    assert!(uses(&number).is_empty(), "no key was used");
}

#[test]
fn who_asked_does_not_approve() {
    let service = demo();
    let number = fresh_number();
    let security = service.app.console(DEPARTMENT).expect("the department");
    let accounts = service.app.accounts(&security).expect("accounts");
    let approver = accounts.iter().find(|one| one.login == "approver").expect("the approver");
    // Both roles in one hand.
    let caller = Caller::Person {
        staff: approver.id.parse().expect("an id"),
        organization: approver.organization_id.parse().expect("an id"),
        permissions: [Role::Clerk, Role::SealApprover]
            .into_iter()
            .flat_map(Role::permissions)
            .collect(),
    };
    let body = asked(&number);
    let request = IssueRequest {
        license_type: decision::TYPE.to_owned(),
        fields: body["fields"].as_object().expect("fields").clone(),
        document: None,
        seal: Some(SEAL.to_owned()),
        form: None,
        level: None,
        parts: Vec::new(),
    };
    let waiting = service.app.issue(&caller, None, request).expect("it waits").value;
    let order = waiting.order.expect("an order").id;
    let mut browser = Browser::of("approver");
    let refused = browser.post("/orders", &[("order", &order)]).expect(403);
    assert!(text(&refused).contains("不能由同一人办理"));
    let list = text(&browser.get("/orders").expect(200));
    assert!(list.contains("本人申请，须由他人审批"));
    assert!(service.app.seal_approval(&caller, SEAL, app::ApprovalRule::Policy).is_err());
}

/// A copy of the demo, by itself and without a server: nothing is sealed before it is asked to.
struct Alone {
    app: App,
    data: PathBuf,
    address: SocketAddr,
}

impl Alone {
    /// `None` where the demo's register is on a server, which is not copied.
    fn new(name: &str) -> Option<Self> {
        if postgres::is_wanted() {
            return None;
        }
        let data = empty_folder(name);
        copy(&demo().made, &data);
        let address = free_address();
        let app = App::open(settings(&data, address)).expect("it opens");
        Some(Self { app, data, address })
    }

    /// The demo's approver, with a key.
    fn approver(&self) -> (Caller, String, PrivateKey) {
        let console = self.app.console(DEPARTMENT).expect("the department");
        let accounts = self.app.accounts(&console).expect("accounts");
        let one = accounts.into_iter().find(|one| one.login == "approver").expect("the approver");
        let caller = Caller::Person {
            staff: one.id.parse().expect("an id"),
            organization: one.organization_id.parse().expect("an id"),
            permissions: Role::SealApprover.permissions(),
        };
        let key = PrivateKey::generate(&KeyKind::P256, &mut app::SystemRandom).expect("a key");
        let new = app::ApproverKeyRequest {
            label: "样例".to_owned(),
            public_key: to_pem("PUBLIC KEY", key.public_key().to_spki()),
            in_browser: false,
            code: person("approver").code(OffsetDateTime::now_utc()),
        };
        self.app.approver_key_add(&caller, &new).expect("registered");
        let id = self.app.approver_keys(&caller).expect("keys").remove(0).id;
        (caller, id, key)
    }

    /// Everything that waits, approved; the ids of the licenses.
    fn approve_all(&self) -> Vec<String> {
        let (caller, id, key) = self.approver();
        let waiting = self.app.orders(&caller, &app::Errand::by("test")).expect("orders").waiting;
        let orders: Vec<String> = waiting.iter().map(|one| one.id.clone()).collect();
        let manifest = self.app.manifest_make(&caller, &orders).expect("made");
        let why = app::Errand::by("test");
        let bytes = self.app.manifest_file(&caller, &why, &manifest).expect("its bytes").bytes;
        let signed = STANDARD.encode(workshop::sign(&key, &bytes));
        self.app.manifest_approve(&caller, &manifest, &id, &signed).expect("approved");
        waiting.into_iter().map(|one| one.license).collect()
    }

    fn license(&self, id: &str) -> app::view::LicenseView {
        let console = self.app.console(DEPARTMENT).expect("the department");
        self.app.license(&console, &app::Errand::by("test"), id).expect("it is there")
    }
}

/// The stored file of this digest.
fn stored(folder: &Path, digest: &str) -> Option<PathBuf> {
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = stored(&path, digest) {
                return Some(found);
            }
        } else if path.to_string_lossy().replace(['/', '\\'], "").contains(digest) {
            return Some(path);
        }
    }
    None
}

#[test]
fn a_document_that_was_swapped_is_not_sealed() {
    let Some(alone) = Alone::new("orders-swapped") else { return };
    let (caller, key, own) = alone.approver();
    let waiting = alone.app.orders(&caller, &app::Errand::by("test")).expect("orders").waiting;
    assert_eq!(waiting.len(), 3, "the demo's");
    let swap = |document: &str| {
        let path = stored(&alone.data.join("files"), document).expect("its file");
        let bytes = fs::read(&path).expect("its bytes");
        let mut permissions = fs::metadata(&path).expect("its permissions").permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        fs::set_permissions(&path, permissions).expect("writable");
        fs::write(&path, [&bytes[..], b"\n%another"].concat()).expect("swapped");
        (path, bytes)
    };
    let orders: Vec<String> = waiting.iter().map(|one| one.id.clone()).collect();
    let manifest = alone.app.manifest_make(&caller, &orders).expect("made");
    let why = app::Errand::by("test");
    let bytes = alone.app.manifest_file(&caller, &why, &manifest).expect("its bytes").bytes;
    let auditor = alone.app.console(DEPARTMENT).expect("the department");
    let of_one = app::AccessAsked { license: waiting[0].license.clone(), ..Default::default() };
    let looks = alone.app.access_log(&auditor, &of_one).expect("searched").looks;
    assert_eq!(looks.len(), 2, "at the list of orders, and at the manifest");
    let signed = STANDARD.encode(workshop::sign(&own, &bytes));
    // Before the approval: nothing is approved.
    let (path, whole) = swap(&waiting[0].document);
    let refused = alone.app.manifest_approve(&caller, &manifest, &key, &signed);
    let code = match refused {
        Err(app::AppError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code, "digest_changed");
    fs::write(&path, whole).expect("put back");
    alone.app.manifest_approve(&caller, &manifest, &key, &signed).expect("approved");
    // After the approval: the others are sealed, and no key is used for this one. One whose file is
    // away for a while waits for it.
    swap(&waiting[1].document);
    let away = stored(&alone.data.join("files"), &waiting[2].document).expect("its file");
    let aside = alone.data.join("aside");
    fs::rename(&away, &aside).expect("moved");
    let before = ledger(&alone);
    let sealers = alone.app.seal_approved().expect("sealers");
    let begun = Instant::now();
    let pending = || {
        let states = waiting.iter().map(|one| alone.license(&one.license).state);
        states.filter(|state| state == "PENDING_SEAL").count()
    };
    let troubled =
        || alone.license(&waiting[2].license).order.is_some_and(|one| one.trouble.is_some());
    while pending() > 1 || !troubled() {
        assert!(begun.elapsed() < PATIENCE);
        sleep(Duration::from_millis(50));
    }
    assert_eq!(alone.license(&waiting[2].license).state, "PENDING_SEAL");
    fs::rename(&aside, &away).expect("back");
    while pending() > 0 {
        assert!(begun.elapsed() < PATIENCE);
        sleep(Duration::from_millis(50));
    }
    drop(sealers);
    let states: Vec<String> = waiting.iter().map(|one| alone.license(&one.license).state).collect();
    assert_eq!(states, ["ISSUED", "VOID", "ISSUED"]);
    let order = alone.license(&waiting[1].license).order.expect("its order");
    assert_eq!(
        (order.state.as_str(), order.trouble.as_deref()),
        ("failed", Some("digest_changed"))
    );
    assert_eq!(ledger(&alone) - before, 2, "two orders, none for what was swapped");
    let found = alone.app.fsck(&app::FsckRequest::default(), &mut |_, _| {}).expect("checked");
    let approvals = found.invariants.iter().find(|one| one.name == "approvals").expect("looked at");
    assert_eq!((approvals.looked_at > 0, &approvals.faults), (true, &Vec::new()));
}

/// Orders in the ledger of the seal.
fn ledger(alone: &Alone) -> usize {
    let auditor = Caller::Console { organization: organization(alone) };
    let seals = alone.app.seals(&auditor).expect("seals");
    let seal = seals.iter().find(|one| one.name == SEAL).expect("the seal");
    alone.app.ledger(&auditor, &seal.id, &app::LedgerQuery::default()).expect("read").entries.len()
}

fn organization(alone: &Alone) -> domain::id::OrganizationId {
    let console = alone.app.console(DEPARTMENT).expect("the department");
    console.organization().expect("an organization")
}

#[test]
fn a_batch_goes_on_after_a_crash() {
    let Some(alone) = Alone::new("orders-crash") else { return };
    let licenses = alone.approve_all();
    let (data, address) = (alone.data.clone(), alone.address);
    drop(alone);
    let faults = empty_folder("orders-crash-faults");
    let key = key_of(&demo().summary, DEPARTMENT);
    for (place, fault) in [("sign", Fault::DiesBefore), ("commit", Fault::DiesAfter)] {
        fs::write(faults.join(place), fault.word()).expect("armed");
        // It may die of it before it listens.
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.env("FAULT_AT", &faults).arg("serve").arg("--data").arg(&data);
        program.args(["--listen", &address.to_string()]);
        let mut dying = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("begun");
        let begun = Instant::now();
        while dying.try_wait().expect("asked").is_none() {
            assert!(begun.elapsed() < PATIENCE, "nothing came by {place}");
            sleep(Duration::from_millis(50));
        }
        assert!(!faults.join(place).exists(), "it ended otherwise than by {place}");
    }
    let running = Running::start_among(&data, address, &[]);
    for id in &licenses {
        let begun = Instant::now();
        loop {
            let request = Request::new(address, "GET", &format!("/v1/licenses/{id}"));
            let now = request.header("Authorization", &key).send().expect(200).json();
            if now["state"] == "ISSUED" {
                break;
            }
            assert!(now["state"] == "PENDING_SEAL" && begun.elapsed() < PATIENCE, "{now:#}");
            sleep(Duration::from_millis(100));
        }
    }
    drop(running);
    let app = App::open(settings(&data, address)).expect("it opens");
    let found = app.fsck(&app::FsckRequest::default(), &mut |_, _| {}).expect("checked");
    for one in &found.invariants {
        assert!(one.faults.is_empty(), "{}: {:?}", one.name, one.faults);
    }
}

#[test]
fn a_manifest_that_was_altered_is_named() {
    let Some(alone) = Alone::new("orders-altered") else { return };
    alone.approve_all();
    let (data, address) = (alone.data.clone(), alone.address);
    let faults = |app: &App| {
        let request = app::FsckRequest { quick: true, ..Default::default() };
        let found = app.fsck(&request, &mut |_, _| {}).expect("checked");
        let one = found.invariants.into_iter().find(|one| one.name == "approvals");
        one.expect("looked at").faults
    };
    assert_eq!(faults(&alone.app), Vec::<String>::new());
    drop(alone);
    let register = data.join("register.db");
    let whole = fs::read(&register).expect("the register");
    let begins = br#"{"count":3,"id":""#;
    let place = whole.windows(begins.len()).position(|part| part == begins).expect("the manifest");
    // In the count, in an id, in a value, each another way to be wrong.
    for within in [9, 25, 70, 200] {
        let mut altered = whole.clone();
        altered[place + within] ^= 1;
        fs::write(&register, altered).expect("altered");
        let app = App::open(settings(&data, address)).expect("it opens");
        let named = faults(&app);
        assert!(!named.is_empty() && named[0].starts_with("manifest "), "byte {within}: {named:?}");
    }
}
