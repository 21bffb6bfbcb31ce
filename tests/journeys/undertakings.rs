//! What applicants undertake: from a decision to what was found, signed by the applicant, told once.

use crate::journeys::signing;
use crate::support::http::{Answer, Request};
use crate::support::people::credit_code;
use crate::support::service::demo;
use serde_json::{Value, json};

fn request(method: &'static str, path: &str, key: &str) -> Request {
    demo().request(method, path).header("Authorization", key)
}

fn post(path: &str, body: &Value) -> Answer {
    request("POST", path, &demo().key()).json(body).send()
}

/// A decision for a company, with a material that may be promised: the decision, and the material's key.
fn decided(key: &str, case_no: &str) -> (Value, String) {
    let asked = json!({
        "items": [{ "code": "11999900MB000003530057" }], "case_no": case_no,
        "answers": { "premises": "rented", "catering": "no", "agent": "no" },
        "applicant": { "name": "样例承诺公司", "code": credit_code("91999900MA0000397") }
    });
    let decided = request("POST", "/v1/exemption-decisions", key).json(&asked).send();
    let decided = decided.expect(201).json();
    let mut all = decided["materials"].as_array().expect("materials").iter();
    let promised = all.find(|one| one["verdict"] == "by_commitment").expect("a commitment");
    let material = promised["key"].as_str().expect("a key").to_owned();
    (decided, material)
}

/// An undertaking to a department; its id.
pub(crate) fn recorded(key: &str, case_no: &str) -> String {
    let (decided, material) = decided(key, case_no);
    let body = json!({ "decision_id": decided["id"], "material": material });
    let made = request("POST", "/v1/undertakings", key).json(&body).send().expect(200).json();
    made["id"].as_str().expect("an id").to_owned()
}

#[test]
fn an_undertaking_is_recorded_signed_and_ended_once() {
    let case_no = "示测诺〔2026〕1号";
    let (decided, material) = decided(&demo().key(), case_no);
    let body = json!({ "decision_id": decided["id"], "material": material });
    let made = post("/v1/undertakings", &body).expect(200).json();
    assert_eq!((&made["kind"], &made["state"]), (&json!("commitment"), &json!("open")));
    assert_eq!((&made["party"], &made["case_no"]), (&json!("样例承诺公司"), &json!(case_no)));
    assert_eq!(post("/v1/undertakings", &body).expect(409).json()["code"], "undertaking_state");
    let at = format!("/v1/undertakings/{}", made["id"].as_str().expect("an id"));
    let document = || request("GET", &format!("{at}/document"), &demo().key()).send().expect(200);
    let unsigned = document().body;
    // Over another document, of another case, or over this very one.
    let sign =
        |request: &str| post(&format!("{at}:sign"), &json!({ "signing_request_id": request }));
    let other = signing::completed(&crate::support::pdf::one_page("Another"), case_no);
    assert_eq!(sign(&other).expect(409).json()["code"], "digest_changed");
    sign(&signing::completed(&unsigned, "示测诺〔2026〕别案")).expect(404);
    let own = signing::completed(&unsigned, case_no);
    let signed = sign(&own).expect(200).json();
    assert_eq!(signed["signing_request_id"], json!(own));
    assert_eq!(signed["allowed"], json!(["fulfil", "breach"]));
    sign(&own).expect(409);
    let file = document().body;
    assert!(file.len() > unsigned.len() && file.starts_with(&unsigned), "only added to");
    // It ends once, for a reason.
    post(&format!("{at}:fulfil"), &json!({ "reason": " " })).expect(422);
    let ended = post(&format!("{at}:breach"), &json!({ "reason": "样例：经核查不实" })).expect(200);
    assert_eq!(ended.json()["state"], "breached");
    post(&format!("{at}:fulfil"), &json!({ "reason": "样例" })).expect(409);
    let read = request("GET", &at, &demo().key()).send().expect(200).json();
    assert_eq!((&read["state"], &read["allowed"]), (&json!("breached"), &json!([])));
}

#[test]
fn only_what_a_decision_lets_be_promised_is_and_not_for_longer() {
    let (decided, material) = decided(&demo().key(), "示测诺〔2026〕2号");
    let asked = |material: &Value, due: Value| {
        let id = &decided["id"];
        post("/v1/undertakings", &json!({ "decision_id": id, "material": material, "due": due }))
    };
    let mut all = decided["materials"].as_array().expect("materials").iter();
    let needed = all.find(|one| one["verdict"] == "required").expect("one that is needed");
    let refused = asked(&needed["key"], Value::Null).expect(422).json();
    assert_eq!(refused["code"], "undertaking_not_offered");
    let pointer = |answer: Answer| answer.expect(422).json()["errors"][0]["pointer"].clone();
    assert_eq!(pointer(asked(&json!("nothing"), Value::Null)), "/material");
    for due in ["2099-01-01", "2020-01-01", "soon"] {
        assert_eq!(pointer(asked(&json!(material), json!(due))), "/due", "{due}");
    }
    let due = asked(&json!(material), decided["as_of"].as_str().expect("an instant")[..10].into());
    assert_eq!(due.expect(200).json()["days_left"], 0);
}

/// That each mark is told once is in the tests of the store.
#[test]
fn what_is_due_is_told_and_stays_open() {
    let (decided, material) = decided(&demo().key(), "示测诺〔2026〕3号");
    let today = &decided["as_of"].as_str().expect("an instant")[..10];
    let body = json!({ "decision_id": decided["id"], "material": material, "due": today });
    post("/v1/undertakings", &body).expect(200);
    // Other tests may record some meanwhile.
    assert!(demo().app.tell_of_undertakings().expect("told") >= 1);
    let list = request("GET", "/v1/undertakings?state=open&limit=200", &demo().key());
    let list = list.send().expect(200).json();
    let of_case = |one: &&Value| one["case_no"] == "示测诺〔2026〕3号";
    let open = list["items"].as_array().expect("items").iter().filter(of_case).count();
    assert_eq!(open, 1, "{list}");
}
