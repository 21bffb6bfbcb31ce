//! Another department is asked about a material of a case: told, answered once, and the case decided
//! by the answer.

use super::Office;
use crate::support::http::Answer;
use crate::support::people::credit_code;
use crate::support::receiver::{OK, Receiver};
use serde_json::{Value, json};

/// 食品经营许可证新办, about whose staff 示例市卫生健康委员会 is asked.
const ITEM: &str = "11999900MB000003530057";
const NAME: &str = "样例协查公司";
/// Places of the departments: who asks, who is asked, and one that neither does.
const ASKING: usize = 0;
const ASKED: usize = 1;
const FOREIGN: usize = 2;

/// A case of a company of its own.
struct Case<'a> {
    office: &'a Office,
    company: String,
    case_no: &'static str,
}

impl Case<'_> {
    fn decide(&self, key: &str) -> Value {
        let asked = json!({
            "items": [{ "code": ITEM }], "case_no": self.case_no,
            "applicant": { "name": NAME, "code": self.company }
        });
        let request = self.office.request_as(ASKING, "POST", "/v1/exemption-decisions");
        let request = request.header("Idempotency-Key", key).json(&asked);
        let decided = request.send().expect(201).json();
        let mut lines = decided["materials"].as_array().expect("materials").iter();
        lines.find(|line| line["key"] == "health").expect("the material").clone()
    }

    /// What the asked department sees of the case, without looking at one.
    fn listed(&self, state: &str) -> Vec<Value> {
        let path = format!("/v1/assistance-requests?limit=200&state={state}");
        let page = self.office.request_as(ASKED, "GET", &path).send().expect(200).json();
        let items = page["items"].as_array().expect("items");
        items.iter().filter(|one| one["case_no"] == self.case_no).cloned().collect()
    }

    fn read(&self, who: usize, id: &str) -> Answer {
        self.office.request_as(who, "GET", &format!("/v1/assistance-requests/{id}")).send()
    }

    fn act(&self, who: usize, id: &str, act: &str, key: &str, body: &Value) -> Answer {
        let path = format!("/v1/assistance-requests/{id}:{act}");
        let request = self.office.request_as(who, "POST", &path);
        request.header("Idempotency-Key", key).json(body).send()
    }
}

/// Verdict, reason and state of the question of a line.
fn told(line: &Value) -> [&str; 3] {
    [
        line["verdict"].as_str().expect("a verdict"),
        line["reason"].as_str().expect("a reason"),
        line["assistance"][0]["state"].as_str().expect("a state"),
    ]
}

fn request_of(line: &Value) -> String {
    line["assistance"][0]["request_id"].as_str().expect("a request").to_owned()
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Value {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
    problem
}

fn confirmed() -> Value {
    json!({ "outcome": "confirmed", "statement": "经核对体检登记，均合格。" })
}

#[test]
fn a_department_is_asked_once_and_its_answer_decides_the_case() {
    let office = Office::start("webhook-assisted");
    let endpoint = |who: usize, kind: &str| {
        let receiver = Receiver::start(&[OK]);
        let body = json!({ "url": receiver.url(), "events": [kind] });
        office.request_as(who, "POST", "/v1/webhook-endpoints").json(&body).send().expect(201);
        receiver
    };
    let asked = endpoint(ASKED, "assistance.requested");
    let answered = endpoint(ASKING, "assistance.answered");
    let company = credit_code("91999900MA0000501");
    let case = Case { office: &office, company: company.clone(), case_no: "测协〔2026〕1号" };

    // Asked once, however often it is decided, and told without saying about whom.
    let line = case.decide("assist-1");
    assert_eq!(told(&line), ["pending_assistance", "nothing_in_its_place", "open"]);
    let id = request_of(&line);
    assert_eq!(case.decide("assist-1"), line, "the same key asks nothing");
    let again = case.decide("assist-2");
    assert_eq!((request_of(&again), &again["due"]), (id.clone(), &line["due"]));
    assert_eq!(case.listed("open").len(), 1);
    let event = asked.wait(1)[0].json();
    assert_eq!(event["type"], "assistance.requested");
    assert_eq!((&event["data"]["request_id"], &event["data"]["due"]), (&json!(id), &line["due"]));
    let text = event.to_string();
    assert!(!text.contains(NAME) && !text.contains(&company), "{text}");

    // Who is asked learns about whom; who asks knows it; nobody else learns that there is one.
    let seen = case.read(ASKED, &id).expect(200).json();
    assert_eq!((&seen["applicant_code"], &seen["allowed"]), (&json!(company), &json!(["answer"])));
    let own = case.read(ASKING, &id).expect(200).json();
    assert_eq!((&own["applicant_code"], &own["allowed"]), (&Value::Null, &json!(["withdraw"])));
    refused(case.read(FOREIGN, &id), 404, "not_found");
    refused(case.act(FOREIGN, &id, "answer", "f-1", &confirmed()), 404, "not_found");
    refused(case.act(ASKING, &id, "answer", "f-2", &confirmed()), 404, "not_found");
    refused(case.act(ASKED, &id, "withdraw", "f-3", &json!({})), 404, "not_found");

    // Answered once.
    let wrong = refused(case.act(ASKED, &id, "answer", "a-0", &json!({})), 422, "schema_violation");
    assert_eq!(wrong["errors"][0]["pointer"], "/outcome", "{wrong}");
    let done = case.act(ASKED, &id, "answer", "a-1", &confirmed()).expect(200);
    let replayed = case.act(ASKED, &id, "answer", "a-1", &confirmed()).expect(200);
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    assert_eq!(replayed.json(), done.json());
    let late =
        refused(case.act(ASKED, &id, "answer", "a-2", &confirmed()), 409, "assistance_state");
    assert!(late["detail"].as_str().expect("words").contains("allowed: nothing"), "{late}");
    refused(case.act(ASKING, &id, "withdraw", "w-0", &json!({})), 409, "assistance_state");
    let event = answered.wait(1)[0].json();
    assert_eq!(
        (&event["type"], &event["data"]["outcome"]),
        (&json!("assistance.answered"), &json!("confirmed"),)
    );
    let ended = case.read(ASKED, &id).expect(200).json();
    assert_eq!((&ended["applicant_code"], &ended["state"]), (&Value::Null, &json!("answered")));

    // It counts for its case, and for no other.
    let line = case.decide("assist-3");
    assert_eq!(told(&line), ["waived_by_data", "assistance_confirmed", "answered"]);
    assert_eq!((&line["reference"], &line["waived"]), (&json!(id), &json!(true)));
    assert_eq!(line["assistance"][0]["holds_until"], line["valid_until"]);
    let other = Case { case_no: "测协〔2026〕2号", ..case };
    let line = other.decide("assist-4");
    assert_eq!(told(&line), ["pending_assistance", "nothing_in_its_place", "open"]);

    // What was withdrawn is asked anew; what is denied is brought.
    let first = request_of(&line);
    let taken_back = other.act(ASKING, &first, "withdraw", "w-1", &json!({})).expect(200).json();
    assert_eq!(taken_back["state"], "withdrawn");
    refused(other.act(ASKED, &first, "answer", "a-3", &confirmed()), 409, "assistance_state");
    let second = request_of(&other.decide("assist-5"));
    assert_ne!(second, first);
    let no = json!({ "outcome": "denied", "statement": "无体检登记。" });
    other.act(ASKED, &second, "answer", "a-4", &no).expect(200);
    assert_eq!(told(&other.decide("assist-6")), ["required", "assistance_denied", "answered"]);
    assert!(other.listed("open").is_empty());
}
