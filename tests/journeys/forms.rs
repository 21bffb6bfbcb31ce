//! Forms that need not be filled in: compared and filled from licenses.

use crate::journeys::orders;
use crate::support::http::Answer;
use crate::support::people::{credit_code, text};
use crate::support::service::demo;
use app::AccessAsked;
use formats::pdf::text::find;
use formats::pdf::{File, Limits};
use serde_json::{Value, json};

fn post(path: &str, body: &Value) -> Answer {
    demo().request("POST", path).header("Authorization", &demo().key()).json(body).send()
}

#[test]
fn pairs_are_compared_and_their_values_are_not_said_again() {
    let pair = |name: &str, kind: &str, ours: &str, theirs: &str| json!({ "name": name, "kind": kind, "ours": ours, "theirs": theirs });
    let pairs = [
        pair("经营者", "person_name", "买买提•吐尔逊", "买买提·吐尔逊"),
        pair("住所", "address", "示例县城关镇1号", "示例区城关镇1号"),
        pair("法定代表人", "person_name", "王喆", "王哲"),
        pair("联系人", "person_name", "王祎", "王袆"),
    ];
    let renamed = [json!({ "from": "示例县", "to": "示例区" })];
    let answer = post("/v1/compare", &json!({ "pairs": pairs, "renamed": renamed })).expect(200);
    let said = answer.json();
    let answers = said["results"].as_array().expect("results").iter();
    let answers: Vec<&str> = answers.filter_map(|one| one["answer"].as_str()).collect();
    assert_eq!(answers, ["same_after", "same_after", "unclear", "different"], "{said}");
    assert_eq!(said["results"][3]["reasons"][0]["code"], "looks_alike");
    assert_eq!(said["results"][3]["reasons"][0]["ours"], 1);
    assert_eq!(said["counts"], json!({ "same": 0, "same_after": 2, "unclear": 1, "different": 1 }));
    assert!(!text(&answer).contains("吐尔逊") && !text(&answer).contains("城关镇"), "{said}");
}

#[test]
fn each_pair_that_cannot_be_compared_is_named() {
    let wrong = json!({ "pairs": [
        { "name": "甲", "kind": "colour", "ours": "红", "theirs": "红" },
        { "name": "乙", "kind": "text", "ours": "长".repeat(1001), "theirs": "" },
    ] });
    let problem = post("/v1/compare", &wrong).expect(422).json();
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|one| one["pointer"].as_str())
        .collect();
    assert_eq!(pointers, ["/pairs/0/kind", "/pairs/1/ours"]);
    post("/v1/compare", &json!({ "pairs": [] })).expect(422);
}

/// A food business license of this company, as the demo's first department issues it.
fn food(company: &str, number: &str, person: &str) -> Value {
    let body = json!({ "license_type": "119999000000000198002", "fields": {
        "license_number": number, "operator": "样例乙公司", "operator_code": company,
        "responsible_person": person, "registered_address": "示例省示例市样板区长安路7号",
        "business_address": "示例省示例市样板区长安路7号", "business_form": "餐饮服务经营者",
        "business_items": "热食类食品制售", "supervisor": "样板区市场监督管理所", "signatory": "陈示例",
        "issue_date": "2024-03-02", "valid_to": "2099-03-01",
    }});
    let issue =
        demo().request("POST", "/v1/licenses").header("Authorization", &orders::authorization());
    issue.json(&body).send().expect(201).json()
}

fn question(form: &str, company: &str, case_no: &str) -> Value {
    json!({ "form": form, "case_no": case_no,
        "applicant": { "name": "样例乙公司", "code": company } })
}

fn field<'f>(prefilled: &'f Value, key: &str) -> &'f Value {
    let mut fields = prefilled["fields"].as_array().expect("fields").iter();
    fields.find(|field| field["key"] == key).expect("a field")
}

fn rows(case_no: &str) -> usize {
    let auditor = demo().app.console("示例市行政审批服务局").expect("an organization");
    let asked = AccessAsked { case_no: case_no.to_owned(), ..AccessAsked::default() };
    demo().app.access_log(&auditor, &asked).expect("searched").looks.len()
}

#[test]
fn a_form_is_filled_from_licenses_in_force_and_each_value_says_where_it_stands() {
    let (company, case_no) = (credit_code("91999900MA0000501"), "测填〔2026〕1号");
    let empty =
        post("/v1/prefill", &question("food_business", &company, case_no)).expect(200).json();
    assert_eq!(
        (&empty["prefilled"], &field(&empty, "name")["reason"]),
        (&json!(0), &json!("no_license"))
    );
    let license = food(&company, "JY29990000050101", "王喆");
    let filled =
        post("/v1/prefill", &question("food_business", &company, case_no)).expect(200).json();
    let name = field(&filled, "name");
    assert_eq!((&name["state"], &name["value"]), (&json!("prefilled"), &json!("样例乙公司")));
    let source = &name["sources"][0];
    assert_eq!(source["license_id"], license["id"]);
    assert_eq!((&source["field"], &source["grade"]), (&json!("operator"), &json!("A")));
    let receipt =
        format!("/v1/verifications/{}", source["verification_id"].as_str().expect("an id"));
    demo().request("GET", &receipt).send().expect(200);
    assert_eq!(field(&filled, "area")["reason"], "typed");
    assert_eq!(field(&filled, "established_on")["reason"], "no_license");
    assert_eq!(rows(case_no), 2, "a row for each answer");
    // A second license that names somebody else, who may be the same or not: nobody chooses.
    food(&company, "JY29990000050102", "王哲");
    let filled =
        post("/v1/prefill", &question("food_business", &company, case_no)).expect(200).json();
    let person = field(&filled, "representative");
    assert_eq!((&person["state"], &person["value"]), (&json!("conflict"), &Value::Null));
    assert_eq!(person["sources"].as_array().expect("both").len(), 2);
    assert_eq!(person["sources"][1]["compared"]["answer"], "unclear");
    // What is revoked says nothing any more.
    let path = format!("/v1/licenses/{}:revoke", license["id"].as_str().expect("an id"));
    let revoke = demo().request("POST", &path).header("Authorization", &orders::authorization());
    let revocation = json!({ "reason": "stripped", "legal_document": "示审决〔2026〕7号" });
    revoke.header("If-Match", "*").json(&revocation).send().expect(200);
    let filled =
        post("/v1/prefill", &question("food_business", &company, case_no)).expect(200).json();
    assert_eq!(field(&filled, "representative")["value"], "王哲");
}

#[test]
fn what_cannot_be_filled_is_named() {
    let company = credit_code("91999900MA0000502");
    let pointer = |answer: Answer| {
        let problem = answer.expect(422).json();
        let error = &problem["errors"][0];
        (
            error["pointer"].as_str().expect("a pointer").to_owned(),
            error["code"].as_str().expect("a code").to_owned(),
        )
    };
    let said = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let asked = question("colour", &company, "测填〔2026〕2号");
    assert_eq!(pointer(post("/v1/prefill", &asked)), said("/form", "unknown_form"));
    // The item of this form is for people.
    let asked = question("disabled_subsidy", &company, "测填〔2026〕2号");
    assert_eq!(pointer(post("/v1/prefill", &asked)), said("/form", "applicant_not_admitted"));
    let mut asked = question("food_business", &company, "测填〔2026〕2号");
    asked["relations"] = json!({ "neighbour": { "name": "邻", "code": "999900193804120017" } });
    assert_eq!(pointer(post("/v1/prefill", &asked)), said("/relations", "unknown_relation"));
    asked = question("food_business", &company, "");
    assert_eq!(pointer(post("/v1/prefill", &asked)), said("/case_no", "bad_text"));
    let nobody =
        demo().request("POST", "/v1/prefill").json(&question("food_business", &company, "测"));
    nobody.send().expect(401);
}

#[test]
fn forms_are_listed_and_read_by_anyone() {
    let listed = demo().request("GET", "/v1/forms").send().expect(200).json();
    let codes: Vec<&str> = listed["items"]
        .as_array()
        .expect("forms")
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert_eq!(codes, ["catering", "disabled_subsidy", "food_business"]);
    let form = demo().request("GET", "/v1/forms/catering").send().expect(200).json();
    assert_eq!(form["item"], "11999900MB000003530058");
    demo().request("GET", "/v1/forms/colour").send().expect(404);
}

#[test]
fn a_filled_form_marks_each_value_and_refuses_what_does_not_fit() {
    let (company, case_no) = (credit_code("91999900MA0000503"), "测填〔2026〕3号");
    food(&company, "JY29990000050301", "王祎");
    let mut asked = question("food_business", &company, case_no);
    let pointers = |asked: &Value| {
        let problem = post("/v1/form-documents", asked).expect(422).json();
        let errors = problem["errors"].as_array().expect("errors").iter();
        let said =
            |error: &Value| format!("{} {}", error["pointer"], error["code"]).replace('"', "");
        errors.map(said).collect::<Vec<_>>()
    };
    let needed = ["area", "business_form", "contact", "phone", "premises"];
    let mut missing = pointers(&asked);
    missing.sort();
    // The food business license says where the premises are; the rest is typed.
    assert_eq!(
        missing,
        needed
            .iter()
            .filter(|key| **key != "premises")
            .map(|key| format!("/values/{key} required"))
            .collect::<Vec<_>>()
    );
    let values = json!({ "area": "85.5", "business_form": "catering", "contact": "样例联系人",
        "phone": "13800000000", "representative": "王袆" });
    asked["values"] = values.clone();
    let answer = post("/v1/form-documents", &asked).expect(200);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let limits = Limits::default();
    let drawn = File::read(&answer.body, &limits).expect("a PDF");
    for words in [
        "样例SAMPLE",
        "样例乙公司",
        "预填：《食品经营许可证》",
        "申请人填写",
        "改填：证照为“王祎”",
        "字形相近",
    ] {
        assert!(!find(&drawn, words).expect("text").is_empty(), "{words}");
    }
    assert_eq!(rows(case_no), 2, "a row for each look");
    asked["values"]["area"] = json!("many");
    asked["values"]["colour"] = json!("red");
    assert_eq!(pointers(&asked), ["/values/area not_a_number", "/values/colour unknown_field"]);
    // What two licenses say differently is said by whoever fills it in.
    food(&company, "JY29990000050302", "王袆");
    asked["values"] = values.clone();
    post("/v1/form-documents", &asked).expect(200);
    asked["values"].as_object_mut().expect("values").remove("representative");
    assert_eq!(pointers(&asked), ["/values/representative licenses_differ"]);
}
