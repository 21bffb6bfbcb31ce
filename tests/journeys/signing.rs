//! An applicant signs a document with a key of their own: prepared, signed elsewhere, completed once,
//! and sealed below by the department.

use super::restart::{Running, copy};
use crate::support::http::{Answer, Request};
use crate::support::pdf::{document, one_page};
use crate::support::service::{demo, empty_folder, free_address, settings};
use crate::support::tree::root;
use app::offline::{Trust, verify};
use app::view::PreparedSigningView;
use app::{
    App, AppError, Caller, Settings, SignatureSaid, SigningAsked, SigningPlace, sign_prepared,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

const CASE: &str = "测签〔2026〕1号";
/// Those of the demo who sign, by their folders.
pub(crate) const WHO: [&str; 3] = ["sm2", "p256", "rsa"];

/// Key and certificates of somebody of the demo.
fn own(who: &str) -> (String, String) {
    let folder = demo().data.join("demo/signatories").join(who);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("of the demo");
    (read("key.pem"), read("certificate.pem"))
}

/// A service that is asked with a key.
#[derive(Clone)]
struct Office {
    address: SocketAddr,
    key: String,
}

impl Office {
    fn of_demo() -> Self {
        Self { address: demo().address, key: demo().key() }
    }

    fn request(&self, method: &'static str, path: &str) -> Request {
        Request::new(self.address, method, path).header("Authorization", &self.key)
    }

    fn ask(&self, certificate: &str, more: &Value, document: &[u8]) -> Answer {
        let mut fields = json!({ "case_no": CASE, "certificate": certificate });
        for (name, value) in more.as_object().expect("an object") {
            fields[name] = value.clone();
        }
        let fields = fields.to_string();
        let parts = [
            ("fields", None, "application/json", fields.as_bytes()),
            ("document", Some("form.pdf"), "application/pdf", document),
        ];
        self.request("POST", "/v1/signing-requests").parts(&parts).send()
    }

    fn prepare(&self, who: &str, document: &[u8]) -> PreparedSigningView {
        let answer = self.ask(&own(who).1, &json!({}), document).expect(201);
        serde_json::from_slice(&answer.body).expect("a view")
    }

    fn document(&self, id: &str) -> Answer {
        self.request("GET", &format!("/v1/signing-requests/{id}/document")).send()
    }

    fn read(&self, id: &str) -> Value {
        self.request("GET", &format!("/v1/signing-requests/{id}")).send().expect(200).json()
    }

    /// The signature of what was prepared, as its signer makes it.
    fn said(&self, who: &str, view: &PreparedSigningView, document: &[u8]) -> Value {
        let prepared = self.document(&view.id).expect(200).body;
        let (key, certificate) = own(who);
        let made = sign_prepared(view, document, &prepared, (&key, &certificate));
        let made = made.expect("it is of this document");
        json!({ "token": view.token, "signature": made.signature, "digest": made.digest })
    }

    fn act(&self, id: &str, act: &str, key: &str, body: &Value) -> Answer {
        let request = self.request("POST", &format!("/v1/signing-requests/{id}:{act}"));
        request.header("Idempotency-Key", key).json(body).send()
    }
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Value {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
    problem
}

/// A request of this department that waits; its id.
pub(crate) fn prepared(authorization: &str) -> String {
    let office = Office { key: authorization.to_owned(), ..Office::of_demo() };
    office.prepare("sm2", &one_page("To be signed")).id
}

/// A document that somebody of the demo signed; with the department's seal below when one is named.
pub(crate) fn signed(who: &str, seal: Option<&str>) -> Vec<u8> {
    let (office, document) = (Office::of_demo(), one_page("An undertaking"));
    let view = office.prepare(who, &document);
    let said = office.said(who, &view, &document);
    office.act(&view.id, "complete", &format!("signed-{}", view.id), &said).expect(200);
    if let Some(form) = seal {
        let seals = office.request("GET", "/v1/seals").send().expect(200).json();
        let body = json!({ "seal": seals["items"][0]["id"], "form": form });
        office.act(&view.id, "countersign", &format!("sealed-{}", view.id), &body).expect(200);
    }
    office.document(&view.id).expect(200).body
}

/// A signing request over this document in this case, completed; its id.
pub(crate) fn completed(document: &[u8], case_no: &str) -> String {
    let office = Office::of_demo();
    let answer = office.ask(&own("sm2").1, &json!({ "case_no": case_no }), document).expect(201);
    let view: PreparedSigningView = serde_json::from_slice(&answer.body).expect("a view");
    let said = office.said("sm2", &view, document);
    office.act(&view.id, "complete", &format!("completed-{}", view.id), &said).expect(200);
    view.id
}

#[test]
fn three_algorithms_are_signed_across_a_restart_and_sealed_below() {
    let data = empty_folder("signing-restart");
    copy(&demo().made, &data);
    let address = free_address();
    let office = Office { address, key: demo().key() };
    let document = one_page("An undertaking");

    let running = Running::start(&data, address);
    let waiting = WHO.map(|who| office.prepare(who, &document));
    let said: Vec<Value> =
        WHO.iter().zip(&waiting).map(|(who, view)| office.said(who, view, &document)).collect();
    drop(running);

    let running = Running::start(&data, address);
    let seals = office.request("GET", "/v1/seals").send().expect(200).json();
    for ((who, view), said) in WHO.iter().zip(&waiting).zip(&said) {
        assert_eq!(office.read(&view.id)["state"], "prepared");
        let done = office.act(&view.id, "complete", "restart", said);
        let id = &view.id;
        if *who != "sm2" {
            // The key of another request.
            refused(done, 422, "idempotency_key_reused");
            office.act(id, "complete", &format!("restart-{who}"), said).expect(200);
        } else {
            assert_eq!(done.expect(200).json()["state"], "completed");
        }
        let one = office.document(id).expect(200).body;
        assert!(one.starts_with(&document), "the document is not a prefix of the signed file");
        let body = json!({ "seal": seals["items"][0]["id"] });
        let early = Office { key: demo().other_key(), ..office.clone() };
        refused(early.act(id, "countersign", "c-0", &body), 404, "not_found");
        let sealed = office.act(id, "countersign", &format!("c-{who}"), &body).expect(200).json();
        assert!(sealed["countersigned"]["order"].is_string(), "{sealed}");
        refused(office.act(id, "countersign", &format!("d-{who}"), &body), 409, "signing_state");
        let both = office.document(id).expect(200).body;
        assert!(both.starts_with(&one), "the seal changed what was signed");
        for (file, signatures) in [(&one, 1), (&both, 3)] {
            let parts = [("file", Some("a.pdf"), "application/pdf", file.as_slice())];
            let report = Request::new(address, "POST", "/v1/verifications").parts(&parts).send();
            let report = report.expect(200).json();
            assert_eq!(report["outcome"], "VALID", "{who}: {report}");
            let all = report["signatures"].as_array().expect("signatures");
            assert_eq!(all.len(), signatures);
            assert!(all.iter().all(|one| one["outcome"] == "VALID"), "{who}: {report}");
        }
    }
    drop(running);
}

#[test]
fn a_token_counts_once_and_for_its_own_document() {
    let office = Office::of_demo();
    let (form, other) = (one_page("A form"), one_page("Another form"));
    let view = office.prepare("sm2", &form);
    let id = &view.id;
    assert!(!view.signer.contains("申请人甲") && view.signer.starts_with('样'), "{}", view.signer);
    let right = office.said("sm2", &view, &form);
    let with = |name: &str, value: &str| {
        let mut said = right.clone();
        said[name] = json!(value);
        said
    };

    // Nothing that is wrong ends the request.
    let swapped = office.prepare("sm2", &other);
    let foreign = office.said("sm2", &swapped, &other);
    let text = |said: &Value, name: &str| said[name].as_str().expect("a text").to_owned();
    for (place, (body, status, code)) in [
        (with("token", &"0".repeat(64)), 422, "signing_token_wrong"),
        (with("token", &swapped.token), 422, "signing_token_wrong"),
        (with("digest", &text(&foreign, "digest")), 409, "digest_changed"),
        (with("signature", &text(&foreign, "signature")), 422, "signature_wrong"),
        (with("signature", &STANDARD.encode([1; 72])), 422, "signature_wrong"),
        (with("signature", "!"), 422, "signature_wrong"),
        (json!({}), 422, "signing_token_wrong"),
    ]
    .into_iter()
    .enumerate()
    {
        refused(office.act(id, "complete", &format!("once-w{place}"), &body), status, code);
    }
    // A signature by the right key of another document is that of its own request alone.
    let stranger = Office { key: demo().other_key(), ..office.clone() };
    refused(stranger.act(id, "complete", "once-f", &right), 404, "not_found");
    refused(stranger.document(id), 404, "not_found");
    refused(
        stranger.request("GET", &format!("/v1/signing-requests/{id}")).send(),
        404,
        "not_found",
    );

    // Two at once: one of them.
    let racing: Vec<u16> = std::thread::scope(|scope| {
        let one = |key: &'static str| {
            let (office, right) = (office.clone(), right.clone());
            scope.spawn(move || office.act(id, "complete", key, &right).status)
        };
        let both = [one("once-a"), one("once-b")];
        both.map(|one| one.join().expect("an answer")).to_vec()
    });
    let mut sorted = racing.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [200, 409], "{racing:?}");
    let winner = if racing[0] == 200 { "once-a" } else { "once-b" };
    let replayed = office.act(id, "complete", winner, &right).expect(200);
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    refused(office.act(id, "complete", "once-c", &right), 409, "token_used");
    refused(office.act(id, "cancel", "once-d", &json!({})), 409, "signing_state");
    assert_eq!(office.read(id)["document"]["bytes"], office.document(id).body.len());

    // What was taken back is not completed.
    let cancelled = office.act(&swapped.id, "cancel", "once-e", &json!({})).expect(200).json();
    assert_eq!(cancelled["state"], "cancelled");
    refused(office.act(&swapped.id, "complete", "once-g", &foreign), 409, "signing_state");
    refused(office.document(&swapped.id), 404, "not_found");
}

#[test]
fn what_could_not_be_sealed_is_not_signed_either() {
    let office = Office::of_demo();
    let certificate = own("p256").1;
    let ask = |document: &[u8], more: Value| office.ask(&certificate, &more, document);
    let acting: Vec<(u32, String)> = [
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    .into_iter()
    .zip(1..)
    .map(|(text, number)| (number, text.to_owned()))
    .collect();
    refused(ask(&document(&acting, ""), json!({})), 422, "active_content");
    refused(ask(b"plain words", json!({})), 415, "unsupported_media_type");
    let form = one_page("A form");
    let mut broken = signed("p256", None);
    let at = form.len() / 2;
    broken[at] ^= 1;
    let answer = ask(&broken, json!({})).expect(422).json();
    assert!(answer["code"].is_string(), "{answer}");
    let off = json!({ "placement": { "page": 2, "x_mm": 20, "y_mm": 20 } });
    refused(ask(&form, off), 422, "seal_place");
    let absent = json!({ "placement": { "field": "a.b" } });
    refused(ask(&form, absent), 422, "document_refused");
    let both = json!({ "placement": { "field": "Here", "page": 1 } });
    refused(ask(&form, both), 400, "malformed_request");

    // Where there is an empty field, it is signed there; a key of RSA may sign with PSS.
    let fields: Vec<(u32, String)> = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R] >>",
        "<< /FT /Sig /T (Here) /Type /Annot /Subtype /Widget /Rect [100 100 250 154] /P 3 0 R >>",
    ]
    .into_iter()
    .zip(1..)
    .map(|(text, number)| (number, text.to_owned()))
    .collect();
    let form = document(&fields, "");
    let more = json!({ "algorithm": "rsa-pss-sha256", "placement": { "field": "Here" } });
    let answer = office.ask(&own("rsa").1, &more, &form).expect(201);
    let view: PreparedSigningView = serde_json::from_slice(&answer.body).expect("a view");
    let said = office.said("rsa", &view, &form);
    office.act(&view.id, "complete", "in-a-field", &said).expect(200);
    let file = office.document(&view.id).expect(200).body;
    let report = judged(&file);
    assert_eq!(
        (&report["outcome"], &report["signatures"][0]["field"]),
        (&json!("VALID"), &json!("Here"))
    );
    assert_eq!(report["signatures"][0]["suite"], "RSA-PSS-SHA256", "{report}");
}

/// What the command line would say of a file, by the anchors of the demo.
fn judged(file: &[u8]) -> Value {
    let trust = Trust::load(&demo().trust()).expect("anchors");
    let view = verify(file, &trust, time::OffsetDateTime::now_utc());
    serde_json::to_value(view).expect("JSON")
}

/// A service of its own that believes the test PKI too, and waits so long for signatures.
fn with_test_pki(folder: &str, patience: Duration) -> (App, Caller, PathBuf) {
    let data = empty_folder(folder);
    copy(&demo().made, &data);
    for role in ["root-sm2", "root-rsa", "ca-sm2", "ca-rsa"] {
        let from = root().join("certs-test").join(role);
        for (name, end) in [("certificate.pem", "pem"), ("revoked.crl", "crl")] {
            let to = data.join("trust").join(format!("test-{role}.{end}"));
            fs::copy(from.join(name), to).expect("copied");
        }
    }
    let settings = Settings { signing_time: patience, ..settings(&data, free_address()) };
    let app = App::open(settings).expect("opened");
    let caller = app.console(&demo().summary.departments[0].name).expect("a department");
    (app, caller, data)
}

fn asked(certificate: String) -> SigningAsked {
    SigningAsked {
        document: one_page("A form"),
        case_no: CASE.to_owned(),
        item: None,
        certificate,
        algorithm: None,
        place: SigningPlace::Corner,
    }
}

#[track_caller]
fn code<T: std::fmt::Debug>(done: Result<T, AppError>) -> &'static str {
    match done {
        Err(AppError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_who_is_vouched_for_may_sign() {
    let (app, caller, _) = with_test_pki("signing-who", Duration::from_secs(600));
    let of = |role: &str| {
        let path = root().join("certs-test").join(role).join("certificate.pem");
        fs::read_to_string(path).expect("a certificate")
    };
    let prepare = |certificate: String| app.prepare_signing(&caller, None, &asked(certificate));
    for (role, expected) in [
        ("expired", "signer_expired"),
        ("revoked", "signer_revoked"),
        ("time-stamper-sm2", "signer_key_usage"),
        ("ca-sm2", "signer_key_usage"),
    ] {
        assert_eq!(code(prepare(of(role))), expected, "{role}");
    }
    assert_eq!(code(prepare("no certificate".to_owned())), "signer_certificate");
    let mut wrong = asked(of("seal-signer"));
    wrong.algorithm = Some("rsa-pkcs1-sha256".to_owned());
    assert_eq!(code(app.prepare_signing(&caller, None, &wrong)), "signer_certificate");
    prepare(of("seal-signer")).expect("one that counts");
    // The demo itself does not believe the test PKI.
    let stranger = Office::of_demo().ask(&of("seal-signer"), &json!({}), &one_page("A form"));
    refused(stranger, 422, "signer_untrusted");
}

/// The file below a folder that has these bytes.
fn holder(folder: &Path, bytes: &[u8]) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).expect("readable").flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.find_map(|path| match path.is_dir() {
        true => holder(&path, bytes),
        false => fs::read(&path).is_ok_and(|found| found == bytes).then_some(path),
    })
}

#[test]
fn nothing_is_completed_too_late_or_of_other_bytes() {
    let (app, caller, data) = with_test_pki("signing-late", Duration::from_millis(1));
    let (_, certificate) = own("sm2");
    let view = app.prepare_signing(&caller, None, &asked(certificate)).expect("prepared").value;
    std::thread::sleep(Duration::from_millis(2));
    let said = SignatureSaid { token: view.token.clone(), ..SignatureSaid::default() };
    let late = app.complete_signing(&caller, None, &view.id, &said);
    assert_eq!(code(late), "signing_expired");
    let state = app.signing_request(&caller, &view.id).expect("its own");
    assert_eq!((state.state.as_str(), state.document), ("expired", None));
    drop(app);

    // The kept file is another: whoever changed it, no signature goes into it.
    let waiting =
        Settings { signing_time: Duration::from_secs(600), ..settings(&data, free_address()) };
    let app = App::open(waiting).expect("opened");
    let (key, certificate) = own("sm2");
    let asked = asked(certificate.clone());
    let view = app.prepare_signing(&caller, None, &asked).expect("prepared").value;
    let prepared = app.signing_document(&caller, &app::Errand::by("test"), &view.id);
    let prepared = prepared.expect("it waits");
    let made = sign_prepared(&view, &asked.document, &prepared.bytes, (&key, &certificate));
    let signature = made.expect("of this document").signature;
    let kept = holder(&data.join("files"), &prepared.bytes);
    let kept = kept.expect("the prepared file");
    let mut changed = prepared.bytes.clone();
    changed[100] ^= 1;
    fs::remove_file(&kept).and_then(|()| fs::write(&kept, &changed)).expect("changed");
    let said = SignatureSaid { token: view.token, signature, digest: None };
    assert_eq!(code(app.complete_signing(&caller, None, &view.id, &said)), "digest_changed");
    fs::write(&kept, &prepared.bytes).expect("as it was");
    app.complete_signing(&caller, None, &view.id, &said).expect("completed");
}

#[test]
fn no_byte_of_a_signed_document_may_be_another() {
    let file = signed("sm2", None);
    assert_eq!(judged(&file)["outcome"], "VALID");
    let trust = Trust::load(&demo().trust()).expect("anchors");
    let now = time::OffsetDateTime::now_utc();
    // A sample; every byte of such files is tried by tests/tampering.rs.
    for at in (0..file.len()).step_by(file.len() / 60) {
        let mut bytes = file.clone();
        bytes[at] ^= 1;
        let view = serde_json::to_value(verify(&bytes, &trust, now)).expect("JSON");
        assert_ne!(view["outcome"], "VALID", "byte {at}");
    }
}
