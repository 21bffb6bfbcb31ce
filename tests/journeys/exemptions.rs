//! What an applicant need not hand in: asked of the register, proved, recorded, and told when it
//! changes.

use super::lifecycle::combined_of;
use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::people::credit_code;
use crate::support::service::demo;
use app::AccessAsked;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// 示例市行政审批服务局, which handles the items of these tests and issues what they ask for.
const OFFICE: &str = "11999900MB00000353";

fn to(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &demo().key())
}

/// A material that the licensing decision of its applicant stands for, and one that may come later.
fn item(code: &str) -> Value {
    let paper = |key: &str, name: &str, more: Value| {
        let mut paper = json!({
            "key": key, "name": { "zh": name, "en": key }, "source": "issued", "grade": "A",
            "necessity": "required", "form": "copy"
        });
        for (key, value) in more.as_object().expect("an object") {
            paper[key] = value.clone();
        }
        paper
    };
    let waived = json!([{ "all": [{ "license_type": decision::TYPE, "holder": "applicant",
        "where": ["item = '户外广告设施设置审批'"] }] }]);
    let of_spouse = json!([{ "all": [
        { "license_type": decision::TYPE, "holder": "spouse" }] }]);
    json!({
        "code": code, "version": 1, "name": { "zh": "样例广告登记", "en": "Sample registration" },
        "department": OFFICE, "handling": "accepted", "applicants": ["organization"],
        "situations": [{ "key": "premises", "question": { "zh": "场所是租的吗？", "en": "Rented?" },
            "answers": [{ "key": "rented", "label": { "zh": "是", "en": "Yes" } },
                { "key": "owned", "label": { "zh": "否", "en": "No" } }] }],
        "materials": [
            paper("permit", "行政许可决定书", json!({ "waived_by": waived })),
            paper("lease", "租赁合同", json!({ "deferrable": { "days": 15 },
                "when": { "answer": { "premises": ["rented"] } } })),
            paper("spouse", "配偶许可", json!({ "waived_by": of_spouse })),
        ],
        "form": [{ "key": "name", "label": { "zh": "名称", "en": "Name" }, "from": [
            { "license_type": decision::TYPE, "field": "applicant", "holder": "applicant" }] }]
    })
}

fn import(code: &str) {
    import_as(&item(code));
}

fn import_as(item: &Value) {
    let body = json!([item]).to_string();
    let path = "/v1/service-items:import";
    let answer = to("POST", path).body("application/json", body).send().expect(200);
    assert_eq!(answer.json()["problems"], json!([]), "{}", answer.json());
}

fn license(company: &str) -> Value {
    let mut body = decision::request(&fresh_number());
    body["fields"]["applicant_code"] = json!(company);
    body["fields"]["applicant"] = json!("样例甲公司");
    to("POST", "/v1/licenses").json(&body).send().expect(201).json()
}

fn question(item: &str, company: &str, case_no: &str) -> Value {
    json!({
        "items": [{ "code": item }], "answers": { "premises": "rented" },
        "applicant": { "name": "样例甲公司", "code": company }, "case_no": case_no
    })
}

fn decide(question: &Value) -> Value {
    to("POST", "/v1/exemption-decisions").json(question).send().expect(201).json()
}

/// Material, verdict and reason of every line.
fn verdicts(decided: &Value) -> Vec<String> {
    let lines = decided["materials"].as_array().expect("materials");
    let word = |line: &Value, key: &str| line[key].as_str().expect("a word").to_owned();
    let told = |line| [word(line, "key"), word(line, "verdict"), word(line, "reason")].join(" ");
    lines.iter().map(told).collect()
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Value {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
    problem
}

/// 食品经营许可证新办, about whose staff 示例市卫生健康委员会 is asked.
const ASKING_ITEM: &str = "11999900MB000003530057";

#[test]
fn who_is_asked_by_another_department_sees_about_whom_and_that_is_on_record() {
    let (company, case_no) = (credit_code("91999900MA0000302"), "测免〔2026〕协1号");
    let decided = to("POST", "/v1/exemption-decisions").json(&json!({
        "items": [{ "code": ASKING_ITEM }], "case_no": case_no,
        "applicant": { "name": "样例甲公司", "code": company }
    }));
    let decided = decided.send().expect(201).json();
    let lines = decided["materials"].as_array().expect("materials");
    let line = lines.iter().find(|line| line["key"] == "health").expect("a line");
    let asked = line["assistance"][0]["request_id"].as_str().expect("a request");
    let path = format!("/v1/assistance-requests/{asked}");
    let auditor = demo().app.console("示例市行政审批服务局").expect("an organization");
    let of_case = AccessAsked { case_no: case_no.to_owned(), ..AccessAsked::default() };
    let looks = || demo().app.access_log(&auditor, &of_case).expect("searched").looks;
    let before = looks().len();
    // Whoever asked knows it, and learns nothing.
    to("GET", &path).send().expect(200);
    assert_eq!(looks().len(), before);
    let other = demo().request("GET", &path).header("Authorization", &demo().other_key());
    let seen = other.send().expect(200).json();
    assert_eq!(
        (&seen["applicant"]["name"], &seen["applicant_code"]),
        (&json!("样例甲公司"), &json!(company))
    );
    let looks = looks();
    let row = &looks[0];
    assert_eq!((looks.len(), row.basis, row.outcome), (before + 1, "function", "shown"));
    assert_eq!((row.item.as_str(), row.licenses.len()), (ASKING_ITEM, 0));
    assert_eq!(row.route, "GET /v1/assistance-requests/{id}");
}

#[test]
fn a_license_stands_in_a_materials_place_while_it_is_in_force() {
    let (code, company) = ("11999900MB000003539101", credit_code("91999900MA0000301"));
    let case_no = "测免〔2026〕1号";
    import(code);
    let asked = question(code, &company, case_no);
    let nothing = "spouse required party_missing";
    let before = decide(&asked);
    let late = "lease deferrable nothing_in_its_place";
    assert_eq!(verdicts(&before), ["permit required no_license", late, nothing]);
    assert_eq!((&before["asked_for"], &before["waived"]), (&json!(3), &json!(0)));

    let license = license(&company);
    let decided = decide(&asked);
    assert_eq!(verdicts(&decided), ["permit waived_by_license license_valid", late, nothing]);
    assert_eq!(decided["waived"], 1);
    assert_eq!(decided["items"][0]["freedoms"]["submission"], false);
    let line = &decided["materials"][0];
    assert_eq!(line["text"], "免提交：已由电子证照核实。");
    let evidence = &line["evidence"][0];
    assert_eq!((&evidence["license_id"], &evidence["grade"]), (&license["id"], &json!("A")));
    let filled = &decided["filled"][0];
    assert_eq!((&filled["field"], &filled["value"]), (&json!("name"), &json!("样例甲公司")));

    // The verification that it relies on has a receipt like any other.
    let verification = evidence["verification_id"].as_str().expect("an id");
    let receipt = to("GET", &format!("/v1/verifications/{verification}/receipt")).send();
    assert_eq!(receipt.expect(200).json()["payload"]["outcome"], "VALID");

    // Read again it is the same, without what only the license says; of others it is nothing.
    let path = format!("/v1/exemption-decisions/{}", decided["id"].as_str().expect("an id"));
    let mut kept = decided.clone();
    kept["filled"][0].as_object_mut().expect("an object").remove("value");
    assert_eq!(to("GET", &path).send().expect(200).json(), kept);
    let other = demo().request("GET", &path).header("Authorization", &demo().other_key());
    refused(other.send(), 404, "not_found");
    refused(demo().request("GET", &path).send(), 401, "token_missing");

    // Whoever audits sees who looked, for which case, and on what ground.
    let auditor = demo().app.console("示例市行政审批服务局").expect("an organization");
    let of_case = AccessAsked { case_no: case_no.to_owned(), ..AccessAsked::default() };
    let looks = demo().app.access_log(&auditor, &of_case).expect("searched").looks;
    let told: Vec<_> = looks.iter().map(|look| (look.basis, look.outcome)).collect();
    assert_eq!(told, [("function", "shown"), ("function", "nothing")]);
    assert!(format!("{:?}", looks[0].licenses).contains(license["id"].as_str().expect("an id")));

    // What is suspended is required again, and whoever relied on it is told.
    let suspend = format!("/v1/licenses/{}:suspend", license["id"].as_str().expect("an id"));
    let request = to("POST", &suspend).header("If-Match", "*");
    request.json(&json!({ "note": "样例：整改期间" })).send().expect(200);
    let after = decide(&asked);
    assert_eq!(verdicts(&after)[0], "permit required license_suspended");
    let told = relied(&license);
    assert_eq!((&told["state"], &told["case_no"]), (&json!("SUSPENDED"), &json!(case_no)));
    assert_eq!(told["decision_id"], decided["id"]);
}

#[test]
fn whoever_relied_on_a_license_of_parts_is_told_of_a_part() {
    let (code, company) = ("11999900MB000003539104", credit_code("91999900MA0000304"));
    let kind = format!("{}002", demo().summary.departments[0].code);
    let mut item = item(code);
    item["materials"][0]["waived_by"] =
        json!([{ "all": [{ "license_type": kind, "holder": "applicant" }] }]);
    item["form"] = json!([]);
    import_as(&item);
    let part = license(&company);
    let whole = combined_of(&company, &json!([part["id"]]), &kind).send().expect(201).json();
    let decided = decide(&question(code, &company, "测免〔2026〕5号"));
    let evidence = &decided["materials"][0]["evidence"];
    assert_eq!((&evidence[0]["license_id"], &evidence[1]), (&whole["id"], &Value::Null));
    let suspend = format!("/v1/licenses/{}:suspend", part["id"].as_str().expect("an id"));
    let request = to("POST", &suspend).header("If-Match", "*");
    request.json(&json!({ "note": "样例：整改期间" })).send().expect(200);
    let told = relied(&part);
    assert_eq!((&told["decision_id"], &told["state"]), (&decided["id"], &json!("SUSPENDED")));
}

/// The reliance on a license, once its change was noticed.
fn relied(license: &Value) -> Value {
    let begun = Instant::now();
    loop {
        let page = to("GET", "/v1/reliances?limit=200").send().expect(200).json();
        let items = page["items"].as_array().expect("items");
        if let Some(one) = items.iter().find(|one| one["license_id"] == license["id"]) {
            return one.clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nobody is told");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn it_is_decided_once_for_a_key() {
    let (code, company) = ("11999900MB000003539102", credit_code("91999900MA0000302"));
    import(code);
    let case_no = "测免〔2026〕2号";
    let asked = question(code, &company, case_no);
    let license = license(&company);
    let send = |asked: &Value| {
        to("POST", "/v1/exemption-decisions").header("Idempotency-Key", "once").json(asked).send()
    };
    let first = send(&asked).expect(201);
    let again = send(&asked).expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.json(), again.json());
    // The second answer shows the license as the first did, and that is written down as well.
    let auditor = demo().app.console("示例市行政审批服务局").expect("an organization");
    let of_case = AccessAsked { case_no: case_no.to_owned(), ..AccessAsked::default() };
    let looks = demo().app.access_log(&auditor, &of_case).expect("searched").looks;
    assert_eq!(looks.len(), 2);
    for look in &looks {
        let licenses = format!("{:?}", look.licenses);
        assert!(licenses.contains(license["id"].as_str().expect("an id")), "{licenses}");
    }
    refused(send(&question(code, &company, "测免〔2026〕3号")), 422, "idempotency_key_reused");
}

#[test]
fn what_cannot_be_decided_is_named() {
    let (code, company) = ("11999900MB000003539103", credit_code("91999900MA0000303"));
    import(code);
    let good = question(code, &company, "测免〔2026〕4号");
    let send = |asked: &Value| to("POST", "/v1/exemption-decisions").json(asked).send();
    for (pointer, value, place, fault) in [
        ("/items", json!([]), "/items", "bad_count"),
        ("/items", json!([{ "code": "11999900MB000003539999" }]), "/items/0", "unknown_item"),
        ("/items", json!([{ "code": code, "version": 9 }]), "/items/0", "unknown_item"),
        ("/items", json!([{ "code": code }, { "code": code }]), "/items/1", "named_twice"),
        ("/answers", json!({ "premises": "lent" }), "/answers/premises", "unknown_answer"),
        ("/answers", json!({ "roof": "red" }), "/answers", "unknown_question"),
        ("/applicant/code", json!("123"), "/applicant/code", "bad_identifier"),
        ("/applicant/name", json!(" "), "/applicant/name", "bad_text"),
        ("/applicant/kind", json!("person"), "/applicant/code", "bad_identifier"),
        ("/applicant/code", json!("99990019880412001X"), "/items/0", "applicant_not_admitted"),
        ("/agent", good["applicant"].clone(), "/items/0", "agent_not_admitted"),
        ("/relations", json!({ "friend": good["applicant"] }), "/relations", "unknown_relation"),
        ("/case_no", json!(""), "/case_no", "bad_text"),
    ] {
        let mut asked = good.clone();
        match asked.pointer_mut(pointer) {
            Some(old) => *old = value,
            None => {
                let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
                asked.pointer_mut(parent).expect("an object")[key] = value;
            }
        }
        let problem = refused(send(&asked), 422, "schema_violation");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(place), &json!(fault)),
            "{problem}"
        );
        assert!(!problem.to_string().contains(&company), "{problem}");
    }
    let both = to("POST", "/v1/exemption-decisions").header("X-Case-No", "另一件");
    refused(both.json(&good).send(), 400, "ambiguous_input");
    let unknown = demo().request("POST", "/v1/exemption-decisions").json(&good).send();
    refused(unknown, 401, "token_missing");
    refused(
        to("GET", "/v1/reliances?changed_since=yesterday").send(),
        400,
        "unsupported_parameter",
    );
}
