//! The proof bundle of a decision and the marked copies in it: made once, checked by a program that
//! has nothing but whom to believe, and never valid once anything in them is another.

use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::people::{Browser, between, credit_code, text as text_of};
use crate::support::service::{copy, demo, empty_folder};
use app::AccessAsked;
use app::bundle::{BundleKeys, CheckedBundle, check};
use app::offline::Trust;
use domain::digest::Sm3;
use formats::package;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use time::{Duration, OffsetDateTime};

/// 示例市行政审批服务局, which handles the items of these tests and issues what they ask for.
const OFFICE: &str = "11999900MB00000353";
const FIRST: &str = "户外广告设施设置审批";
const SECOND: &str = "样例占道施工审批";

fn to(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &demo().key())
}

/// An item with two materials, each in whose place one of two licensing decisions stands.
fn import(code: &str) {
    let paper = |key: &str, name: &str, what: &str| {
        json!({
            "key": key, "name": { "zh": name, "en": key }, "source": "issued", "grade": "A",
            "necessity": "required", "form": "copy",
            "waived_by": [{ "all": [{ "license_type": decision::TYPE, "holder": "applicant",
                "where": [format!("item = '{what}'")] }] }]
        })
    };
    let item = json!({
        "code": code, "version": 1, "name": { "zh": "样例广告登记", "en": "Sample registration" },
        "department": OFFICE, "handling": "accepted", "applicants": ["organization"],
        "situations": [], "form": [],
        "materials": [paper("permit", "广告许可", FIRST), paper("works", "施工许可", SECOND)]
    });
    let body = json!([item]).to_string();
    let path = "/v1/service-items:import";
    let answer = to("POST", path).body("application/json", body).send().expect(200);
    assert_eq!(answer.json()["problems"], json!([]), "{}", answer.json());
}

fn license(company: &str, what: &str) -> Value {
    let mut body = decision::request(&fresh_number());
    for (key, value) in [("applicant_code", company), ("applicant", "样例甲公司"), ("item", what)]
    {
        body["fields"][key] = json!(value);
    }
    to("POST", "/v1/licenses").json(&body).send().expect(201).json()
}

/// A decision that relies on two licenses of a company of its own.
struct Decided {
    decision: Value,
    licenses: [Value; 2],
}

impl Decided {
    fn new(number: u32) -> Self {
        let code = format!("11999900MB0000035394{number:02}");
        let company = credit_code(&format!("91999900MA00004{number:02}"));
        import(&code);
        let licenses = [license(&company, FIRST), license(&company, SECOND)];
        let asked = json!({
            "items": [{ "code": code }], "case_no": format!("测证〔2026〕{number}号"),
            "applicant": { "name": "样例甲公司", "code": company }
        });
        let decision = to("POST", "/v1/exemption-decisions").json(&asked).send().expect(201).json();
        assert_eq!(decision["waived"], 2, "{decision}");
        Self { decision, licenses }
    }

    fn path(&self, more: &str) -> String {
        format!("/v1/exemption-decisions/{}{more}", text(&self.decision["id"]))
    }

    fn bundle(&self) -> Vec<u8> {
        let answer = to("GET", &self.path("/bundle")).send().expect(200);
        assert_eq!(answer.header("content-type"), Some("application/zip"));
        answer.body
    }

    fn copy_path(&self, place: usize) -> String {
        self.path(&format!("/copies/{}", text(&self.licenses[place]["id"])))
    }

    fn case_no(&self) -> &str {
        text(&self.decision["case_no"])
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The decision and the bundle that several tests look at.
fn made() -> &'static (Decided, Vec<u8>) {
    static MADE: LazyLock<(Decided, Vec<u8>)> = LazyLock::new(|| {
        let decided = Decided::new(1);
        let bundle = decided.bundle();
        (decided, bundle)
    });
    &MADE
}

/// A marked copy.
pub(crate) fn a_copy() -> Vec<u8> {
    to("GET", &made().0.copy_path(0)).send().expect(200).body
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
}

fn yinzheng(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    let output = program.args(["--lang", "en"]).args(arguments).current_dir(folder).output();
    let output = output.expect("it ran");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn keys() -> BundleKeys {
    BundleKeys::load(&demo().trust()).expect("keys")
}

fn checked_at(bundle: &[u8], at: OffsetDateTime) -> CheckedBundle {
    check(bundle, &keys(), &Trust::load(&demo().trust()).expect("trust"), at)
}

fn checked(bundle: &[u8]) -> CheckedBundle {
    checked_at(bundle, OffsetDateTime::now_utc())
}

/// Path and code of every part that is not valid.
fn faults(checked: &CheckedBundle) -> Vec<(String, String)> {
    let bad = checked.parts.iter().filter(|part| part.outcome != "VALID");
    bad.map(|part| (part.path.clone(), part.code.clone().unwrap_or_default())).collect()
}

/// The same package with other entries, every checksum right.
fn repacked(bundle: &[u8], change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let entries = package::read(bundle).expect("a package").into_iter();
    let mut entries = entries.map(|one| (one.name.clone(), one.bytes.to_vec())).collect();
    change(&mut entries);
    package::write(&entries).expect("a package")
}

#[test]
fn a_bundle_verifies_in_a_folder_with_nothing_but_whom_to_believe() {
    let (decided, bundle) = made();
    assert_eq!(decided.bundle(), *bundle, "made once");
    let folder = empty_folder("bundle");
    fs::write(folder.join("b.zip"), bundle).expect("written");
    copy(&demo().trust(), &folder.join("trust"));
    let (code, said) = yinzheng(&["verify", "b.zip", "--trust", "trust", "--json"], &folder);
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &said["outcome"]), (Some(0), &json!("VALID")), "{said}");
    let parts = said["parts"].as_array().expect("parts").iter();
    let parts: Vec<&str> = parts.map(|part| text(&part["part"])).collect();
    let of_license = ["receipt", "log_proof", "marked_copy"];
    assert_eq!(parts, [&["manifest", "decision"][..], &of_license, &of_license].concat());
    assert_eq!(said["manifest"]["case_no"], decided.decision["case_no"]);
    let mut kept = decided.decision.clone();
    kept["filled"].as_array_mut().expect("fields").iter_mut().for_each(|field| {
        field.as_object_mut().expect("a field").remove("value");
    });
    assert_eq!(said["decision"], kept, "as recorded");
    let (code, told) = yinzheng(&["verify", "b.zip", "--trust", "trust"], &folder);
    assert!(code == Some(0) && told.contains("valid") && told.contains("copy.pdf"), "{told}");

    // Before it was made, and when the last day of the decision is over.
    let earlier = checked_at(bundle, OffsetDateTime::now_utc() - Duration::days(2));
    assert_ne!(earlier.outcome, "VALID");
    let (code, told) =
        yinzheng(&["verify", "b.zip", "--trust", "trust", "--at", "2030-01-01"], &folder);
    assert!(code == Some(1) && told.contains("marked_copy_over"), "{told}");
    assert!(told.contains("decision_lapsed"), "{told}");
    // Who does not know the service, or its log, is told no more than that.
    for (taken, part) in [("logs", "log-proof.json"), ("receipts", "manifest.json")] {
        fs::remove_dir_all(folder.join("trust").join(taken)).expect("taken away");
        let (code, told) = yinzheng(&["verify", "b.zip", "--trust", "trust"], &folder);
        assert!(code == Some(2) && told.contains(&format!("{part} unknown_key")), "{told}");
    }
}

#[test]
fn no_flipped_byte_leaves_a_bundle_valid() {
    let (_, bundle) = made();
    let (keys, trust) = (keys(), Trust::load(&demo().trust()).expect("trust"));
    let now = OffsetDateTime::now_utc();
    // Primes, so that no field of the form is always passed over.
    for at in (0..bundle.len()).step_by((bundle.len() / 211).max(1) | 1) {
        let mut changed = bundle.clone();
        changed[at] ^= 1 << (at % 8);
        let outcome = check(&changed, &keys, &trust, now).outcome;
        assert_ne!(outcome, "VALID", "byte {at}");
    }
}

#[test]
fn whatever_is_done_to_a_part_is_named() {
    let (_, bundle) = made();
    assert_eq!(faults(&checked(bundle)), []);
    let names: Vec<String> =
        package::read(bundle).expect("a package").iter().map(|one| one.name.clone()).collect();
    assert_eq!(names.len(), 9, "{names:?}");
    for (place, name) in names.iter().enumerate() {
        let flipped = repacked(bundle, |all| {
            let middle = all[place].1.len() / 2;
            all[place].1[middle] ^= 1;
        });
        let removed = repacked(bundle, |all| drop(all.remove(place)));
        for (what, changed) in [("changed", flipped), ("removed", removed)] {
            let checked = checked(&changed);
            assert_ne!(checked.outcome, "VALID", "{what} {name}");
            assert!(faults(&checked).iter().any(|(path, _)| path == name), "{what} {name}");
            if name != "manifest.json" {
                assert_eq!(checked.outcome, "INVALID", "{what} {name}");
            }
        }
        let swapped = names
            .iter()
            .position(|other| other != name && other.rsplit('/').next() == name.rsplit('/').next());
        if let Some(other) = swapped {
            let changed = checked(&repacked(bundle, |all| {
                let taken = std::mem::take(&mut all[place].1);
                all[place].1 = std::mem::replace(&mut all[other].1, taken);
            }));
            let altered = |name: &String| (name.clone(), "altered".to_owned());
            let mut expected = vec![altered(name), altered(&names[other])];
            expected.sort();
            assert_eq!((changed.outcome.as_str(), faults(&changed)), ("INVALID", expected));
        }
    }
    let added = repacked(bundle, |all| all.push(("more.txt".to_owned(), Vec::new())));
    let expected = ("more.txt".to_owned(), "altered".to_owned());
    assert_eq!(faults(&checked(&added)), [expected]);
    // Put in another order, it is the same to a reader of ZIP, and signed all the same.
    let turned = repacked(bundle, |all| all[1..].reverse());
    assert_eq!(checked(&turned).outcome, "VALID");
}

#[test]
fn parts_of_another_bundle_do_not_fit_whoever_signed_them() {
    let (_, bundle) = made();
    let other = Decided::new(2).bundle();
    let taken = package::read(&other).expect("a package");
    for name in ["decision.json", "licenses/001/copy.pdf", "manifest.json"] {
        let part = taken.iter().find(|one| one.name == name).expect(name).bytes.to_vec();
        let mixed = checked(&repacked(bundle, |all| {
            let place = all.iter().position(|(known, _)| known == name).expect(name);
            all[place].1.clone_from(&part);
        }));
        assert_eq!(mixed.outcome, "INVALID", "{name}");
    }
}

#[test]
fn a_marked_copy_is_for_one_case_and_the_original_stays() {
    let (decided, bundle) = made();
    let license = &decided.licenses[0];
    let original = format!("/v1/licenses/{}/renditions/original", text(&license["id"]));
    let before = to("GET", &original).send().expect(200).body;
    let answer = to("GET", &decided.copy_path(0)).send().expect(200);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let pdf = answer.body;
    assert_eq!(to("GET", &original).send().expect(200).body, before);
    assert!(package::read(bundle).expect("a package").iter().any(|one| one.bytes == pdf));

    let folder = empty_folder("marked-copy");
    fs::write(folder.join("copy.pdf"), &pdf).expect("written");
    copy(&demo().trust(), &folder.join("trust"));
    let verify = |at: &[&str]| {
        let asked = [&["verify", "copy.pdf", "--trust", "trust", "--json"], at].concat();
        let (code, said) = yinzheng(&asked, &folder);
        (code, serde_json::from_str::<Value>(&said).expect("JSON"))
    };
    let (code, said) = verify(&[]);
    assert_eq!((code, &said["advice"]["code"]), (Some(0), &json!("marked_copy")), "{said}");
    let mark = &said["copy"];
    assert_eq!(mark["original"], Sm3::of(&before).to_string());
    assert_eq!(mark["case_no"], decided.case_no());
    assert_eq!(mark["until"], decided.decision["valid_until"]);
    assert_eq!(mark["identifier"], license["identifier"]);
    assert_eq!(mark["consumer"], "示例市行政审批服务局");
    let (code, said) = verify(&["--at", "2030-01-01"]);
    assert_eq!((code, &said["advice"]["code"]), (Some(1), &json!("marked_copy_over")), "{said}");
    let (_, told) = yinzheng(&["verify", "copy.pdf", "--trust", "trust"], &folder);
    assert!(told.contains("marked copy of") && told.contains(decided.case_no()), "{told}");

    // Whoever finds it asks for whom it was made.
    let trace = format!("/v1/marked-copies/{}", text(&mark["id"]));
    let known = to("GET", &trace).send().expect(200).json();
    assert_eq!(known["license_id"], license["id"]);
    assert_eq!(known["decision_id"], decided.decision["id"]);
    assert_eq!(known["sm3"], Sm3::of(&pdf).to_string());
    assert_eq!(
        (&known["standing"], &known["items"][0]["name"]),
        (&json!("stands"), &json!("样例广告登记"))
    );
}

#[test]
fn files_are_for_the_department_of_the_decision_and_leave_a_row() {
    let (decided, _) = made();
    let copy = to("GET", &decided.copy_path(0)).send().expect(200).body;
    let mark = demo().request("POST", "/v1/verifications");
    let mark = mark.parts(&[("file", Some("c.pdf"), "application/pdf", &copy)]).send();
    let id = text(&mark.expect(200).json()["copy"]["id"]).to_owned();
    for path in [decided.path("/bundle"), decided.copy_path(0), format!("/v1/marked-copies/{id}")] {
        let other = demo().request("GET", &path).header("Authorization", &demo().other_key());
        let foreign = other.send().expect(404);
        let absent = to("GET", "/v1/exemption-decisions/absent/bundle").send().expect(404);
        assert_eq!(foreign.json()["title"], absent.json()["title"]);
        refused(demo().request("GET", &path).send(), 401, "token_missing");
    }
    traced_on_a_page(decided, &id, &copy);
    refused(to("GET", &decided.path("/copies/absent")).send(), 404, "not_found");
    let elsewhere = demo().summary.example_license.clone();
    refused(to("GET", &decided.path(&format!("/copies/{elsewhere}"))).send(), 404, "not_found");
    let wrong = to("GET", &decided.path("/bundle")).header("X-Case-No", "另一件");
    refused(wrong.send(), 400, "ambiguous_input");

    let auditor = demo().app.console("示例市行政审批服务局").expect("an organization");
    let case_no = decided.case_no().to_owned();
    let rows = || {
        let asked = AccessAsked { case_no: case_no.clone(), ..AccessAsked::default() };
        demo().app.access_log(&auditor, &asked).expect("searched").looks
    };
    let before = rows().len();
    to("GET", &decided.path("/bundle")).send().expect(200);
    let after = rows();
    assert_eq!(after.len(), before + 1);
    assert_eq!(after[0].route, "GET /v1/exemption-decisions/{id}/bundle");
    assert_eq!((after[0].basis, after[0].licenses.len()), ("function", 2));
}

/// By its number and by its file, for those whom it concerns; to others it looks like none.
fn traced_on_a_page(decided: &Decided, id: &str, copy: &[u8]) {
    let window = Browser::of("window");
    let upload = |file: &[u8]| {
        let page = text_of(&window.get("/marked-copies").expect(200));
        let token = between(&page, "name=\"form_token\" value=\"", "\"").expect("a token");
        let parts = [
            ("form_token", None, "text/plain", token.as_bytes()),
            ("file", Some("c.pdf"), "application/pdf", file),
        ];
        let request = window.request("POST", "/marked-copies");
        request.header("Accept", "text/html").header("Accept-Language", "zh").parts(&parts).send()
    };
    let grouped: Vec<&str> = (0..8).map(|at| &id[at * 4..at * 4 + 4]).collect();
    let asked = format!("/marked-copies?id={}", grouped.join("+"));
    for found in [window.get(&asked), upload(copy)] {
        let page = text_of(&found.expect(200));
        for told in [decided.case_no(), "样例广告登记", "仍有效", "行政许可决定书", id]
        {
            let told = told.replace(id, grouped[0]);
            assert!(page.contains(&told), "{told}: {page}");
        }
    }
    let mut longer = copy.to_vec();
    longer.extend_from_slice(b"\n");
    assert!(text_of(&upload(&longer).expect(200)).contains("请勿采信"), "another file");
    let nothing =
        text_of(&window.get(&format!("/marked-copies?id={}", "0".repeat(32))).expect(404));
    assert!(nothing.contains("没有查到"), "{nothing}");
    let foreign = text_of(&Browser::of("clerk").get(&asked).expect(404));
    assert!(foreign.contains("没有查到") && !foreign.contains(decided.case_no()), "{foreign}");
    assert!(text_of(&upload(b"%PDF-1.7 of nothing").expect(404)).contains("没有查到"));
    Browser::of("auditor").get(&asked).expect(403);
}

#[test]
fn a_receipt_says_what_was_true_then_also_when_the_license_is_revoked() {
    let decided = Decided::new(3);
    let bundle = decided.bundle();
    let license = text(&decided.licenses[1]["id"]);
    let evidence = decided.decision["materials"].as_array().expect("materials").iter();
    let mut evidence = evidence.flat_map(|one| one["evidence"].as_array().expect("evidence"));
    let evidence = evidence.find(|one| one["license_id"] == license).expect("relied on");
    let path = format!("/v1/verifications/{}/receipt", text(&evidence["verification_id"]));
    let before = to("GET", &path).send().expect(200).body;
    let later = Decided::new(4);

    for decided in [&decided, &later] {
        let path = format!("/v1/licenses/{}:revoke", text(&decided.licenses[1]["id"]));
        let revoke = to("POST", &path).header("If-Match", "*");
        let why = json!({ "reason": "stripped", "legal_document": "示审决〔2026〕9号",
            "note": "样例" });
        revoke.json(&why).send().expect(200);
    }
    let replayed = to("GET", &path).send().expect(200);
    assert_eq!(replayed.body, before, "the same bytes");
    assert_eq!(replayed.json()["payload"]["outcome"], "VALID");
    assert_eq!(decided.bundle(), bundle, "kept");
    assert_eq!(checked(&bundle).outcome, "VALID");
    let held = package::read(&bundle).expect("a package");
    assert!(held.iter().any(|one| one.bytes == before), "the bundle holds the same receipt");
    // What was not made by then is not made any more, nor shown again.
    refused(to("GET", &decided.copy_path(1)).send(), 409, "license_changed");
    let opened = package::read(&bundle).expect("a package");
    let manifest = opened.iter().find(|one| one.name == "manifest.json").expect("it");
    let manifest: Value = serde_json::from_slice(manifest.bytes).expect("JSON");
    let copies = manifest["payload"]["licenses"].as_array().expect("licenses").iter();
    let copy = copies.clone().find(|one| one["license"] == license).expect("its copy");
    let trace = to("GET", &format!("/v1/marked-copies/{}", text(&copy["copy"]))).send().expect(200);
    let traced = trace.json();
    assert_eq!(
        (&traced["standing"], &traced["license_state"]),
        (&json!("license_changed"), &json!("REVOKED"))
    );
    refused(to("GET", &later.path("/bundle")).send(), 409, "license_changed");
    to("GET", &decided.copy_path(0)).send().expect(200);
}
