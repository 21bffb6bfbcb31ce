//! The material library: handed in, found for a case, compared with the original, relied on, erased.

use crate::support::http::{Answer, Request};
use crate::support::pdf::one_page;
use crate::support::people::credit_code;
use crate::support::service::demo;
use serde_json::{Value, json};
use std::path::PathBuf;

/// 示例市行政审批服务局, which handles the item of these tests.
const OFFICE: &str = "11999900MB00000353";
const CASE: &str = "测材〔2026〕1号";

/// A department of the demo, and whose materials it brings.
pub(super) struct Office {
    key: String,
    operator: &'static str,
    pub(super) holder: String,
}

impl Office {
    pub(super) fn of_demo() -> Self {
        Self::of("91999900MA0000310")
    }

    fn of(holder: &str) -> Self {
        Self { key: demo().key(), operator: "甲", holder: credit_code(holder) }
    }

    fn by(&self, operator: &'static str) -> Self {
        Self { key: self.key.clone(), operator, holder: self.holder.clone() }
    }

    fn other(&self) -> Self {
        Self { key: demo().other_key(), operator: "丙", holder: self.holder.clone() }
    }

    /// For no case.
    fn bare(&self, method: &'static str, path: &str) -> Request {
        demo()
            .request(method, path)
            .header("Authorization", &self.key)
            .header("X-Operator-Id", self.operator)
            .header("X-Operator-Role", "clerk")
    }

    fn request(&self, method: &'static str, path: &str) -> Request {
        self.bare(method, path).header("X-Case-No", CASE)
    }

    fn keep(&self, more: &Value, file: (&[u8], &str, &str)) -> Request {
        let mut fields = json!({ "holder_code": self.holder, "name": "租赁合同" });
        for (name, value) in more.as_object().expect("an object") {
            fields[name] = value.clone();
        }
        let (bytes, name, media_type) = file;
        let name = Some(name).filter(|name| !name.is_empty());
        let fields = fields.to_string();
        self.bare("POST", "/v1/materials").parts(&[
            ("fields", None, "application/json", fields.as_bytes()),
            ("file", name, media_type, bytes),
        ])
    }

    pub(super) fn sent(&self, bytes: &[u8], name: &str, media_type: &str) -> Answer {
        self.keep(&json!({}), (bytes, name, media_type)).send()
    }

    pub(super) fn file(&self, id: &str) -> Answer {
        self.request("GET", &format!("/v1/materials/{id}/file")).send()
    }

    fn read(&self, id: &str) -> Value {
        self.request("GET", &format!("/v1/materials/{id}")).send().expect(200).json()
    }

    fn check(&self, id: &str) -> Answer {
        let path = format!("/v1/materials/{id}:check");
        self.request("POST", &path).json(&json!({ "window": "3号窗口" })).send()
    }

    fn erase(&self, id: &str) -> Answer {
        self.bare("POST", &format!("/v1/materials/{id}:erase")).send()
    }

    fn found(&self) -> Value {
        let body = json!({ "holder_code": self.holder });
        let found = self.request("POST", "/v1/materials:search").json(&body).send();
        found.expect(200).json()["items"].clone()
    }
}

/// A PDF of this name, kept.
pub(super) fn handed_in(office: &Office, bytes: &[u8], name: &str) -> Value {
    let file = (bytes, "a.pdf", "application/pdf");
    office.keep(&json!({ "name": name }), file).send().expect(201).json()
}

/// A material that the department of a key brought.
pub(crate) fn brought(key: String) -> String {
    let office = Office { key, ..Office::of("91999900MA0000314") };
    id(&handed_in(&office, &one_page("Brought"), "租赁合同"))
}

fn id(said: &Value) -> String {
    said["id"].as_str().expect("an id").to_owned()
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
}

#[test]
fn a_material_is_handed_in_once_and_found_for_a_case_alone() {
    let office = Office::of("91999900MA0000311");
    let file = (&one_page("Lease")[..], "lease.pdf", "application/pdf");
    let keep = office.keep(&json!({ "valid_to": "2099-12-31" }), file);
    let keep = keep.header("Idempotency-Key", "a-lease-of-311");
    let first = keep.send().expect(201);
    let again = keep.send().expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let (first, again) = (first.json(), again.json());
    assert_eq!((&first, &first["grade"], &first["expired"]), (&again, &"C".into(), &false.into()));
    for (more, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "source": "found" }), "/source"),
        (json!({ "valid_to": "2020-01-01" }), "/valid_to"),
        (json!({ "holder_code": "119999199003070132" }), "/holder_code"),
    ] {
        let problem = office.keep(&more, file).send().expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    // Anybody of the trade sees it for a case, and nobody without one.
    let other = office.other();
    assert_eq!(other.found()[0]["id"], first["id"]);
    let search = json!({ "holder_code": office.holder });
    let bare = other.bare("POST", "/v1/materials:search").json(&search).send();
    refused(bare, 400, "case_number_missing");
    let path = format!("/v1/materials/{}", id(&first));
    for path in [path.clone(), format!("{path}/file")] {
        refused(other.bare("GET", &path).send(), 400, "case_number_missing");
    }
    assert_eq!(other.read(&id(&first))["uses"], 0);
    for _ in 0..2 {
        assert_eq!(other.file(&id(&first)).expect(200).body, file.0);
    }
    let read = other.read(&id(&first));
    assert_eq!((&read["uses"], read.get("used_by")), (&1.into(), None), "once a case");
}

#[test]
fn a_clerk_checks_what_somebody_else_brought() {
    let office = Office::of("91999900MA0000312");
    let kept = id(&handed_in(&office, &one_page("Lease"), "租赁合同"));
    refused(office.check(&kept), 403, "material_self_check");
    let checked = office.by("乙").check(&kept).expect(200).json();
    assert_eq!((&checked["grade"], &checked["checked"]["operator"]), (&"B".into(), &"乙".into()));
    assert_eq!(checked["checked"]["window"], "3号窗口");
    refused(office.by("丁").check(&kept), 409, "material_state");
    let file = (&one_page("Plan")[..], "a.pdf", "application/pdf");
    let own = office.keep(&json!({ "source": "self_made" }), file).send().expect(201).json();
    assert_eq!(own["grade"], "D");
    refused(office.by("乙").check(&id(&own)), 422, "material_grade");
}

/// An item that takes a lease of grade B.
fn item(code: &str) -> Value {
    json!({
        "code": code, "version": 1, "name": { "zh": "样例场所登记", "en": "Sample premises" },
        "department": OFFICE, "handling": "accepted", "applicants": ["organization"],
        "materials": [{ "key": "lease", "name": { "zh": "租赁合同", "en": "Lease" },
            "source": "self_made", "grade": "B", "necessity": "required", "form": "copy" }]
    })
}

#[test]
fn a_decision_rests_on_what_was_checked_until_it_is_erased() {
    let office = Office::of("91999900MA0000313");
    let code = "11999900MB000003539313";
    let import = office.bare("POST", "/v1/service-items:import");
    let imported = import.body("application/json", json!([item(code)]).to_string()).send();
    assert_eq!(imported.expect(200).json()["problems"], json!([]));
    let question = json!({
        "items": [{ "code": code }], "case_no": CASE,
        "applicant": { "name": "样例丙公司", "code": office.holder }
    });
    let decided = || {
        let decided = office.bare("POST", "/v1/exemption-decisions").json(&question).send();
        let line = decided.expect(201).json()["materials"][0].clone();
        let word = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        (word("verdict"), word("reason"), word("material"))
    };
    let required = || ("required".to_owned(), "nothing_in_its_place".to_owned(), String::new());
    assert_eq!(decided(), required());
    let kept = handed_in(&office, &one_page("A lease to be erased"), "租赁合同");
    assert_eq!(decided(), required(), "grade C is not B");
    office.by("乙").check(&id(&kept)).expect(200);
    let (verdict, reason, material) = decided();
    let held = ("waived_by_material".to_owned(), "material_held".to_owned(), id(&kept));
    assert_eq!((verdict, reason, material), held);
    assert_eq!(office.read(&id(&kept))["uses"], 1);
    let stored = stored(kept["sm3"].as_str().expect("a digest"));
    assert_eq!(stored.len(), 1, "{stored:?}");

    refused(office.other().erase(&id(&kept)), 404, "not_found");
    let erased = office.erase(&id(&kept)).expect(200).json();
    assert!(erased["erased_at"].is_string() && erased["sm3"] == kept["sm3"], "{erased}");
    assert!(!stored[0].exists(), "the bytes are gone");
    refused(office.file(&id(&kept)), 404, "not_found");
    refused(office.erase(&id(&kept)), 409, "material_state");
    assert_eq!(decided(), required());
    assert_eq!(office.found(), json!([]));
    // That there was one, and who relied on it, stays.
    assert_eq!(office.read(&id(&kept))["uses"], 1);
}

/// Where a file of this digest lies.
fn stored(sm3: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    crate::artefacts::below(&demo().data.join("files"), &mut files);
    files.retain(|path| {
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        parts.concat().contains(sm3)
    });
    files
}
