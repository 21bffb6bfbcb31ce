//! Whoever relied on a license is told that it changed, also when another department issued it.

use super::{Office, TO_THIS_MACHINE};
use crate::support::decision;
use crate::support::receiver::{OK, Receiver};
use serde_json::json;

#[test]
fn a_department_is_told_at_once_that_a_license_it_relied_on_was_revoked() {
    // Nobody looks for it within the time of this test: it is sent because it was committed.
    let seldom = [TO_THIS_MACHINE[0], ("YZ_WEBHOOKS_LOOK_S", "3600")];
    let office = Office::start_with("webhook-relied", &seldom);
    let receiver = Receiver::start(&[OK]);
    let other = |method, path| office.request_as(1, method, path);
    let body = json!({ "url": receiver.url(), "events": ["reliance.changed"] });
    other("POST", "/v1/webhook-endpoints").json(&body).send().expect(201);
    let license = office.issue();
    // 示例市卫生健康委员会 handles this item.
    let (code, owner) = ("11999900MB000002789101", "11999900MB00000278");
    let waived = json!([{ "all": [{ "license_type": decision::TYPE, "holder": "applicant" }] }]);
    let item = json!([{
        "code": code, "version": 1, "name": { "zh": "样例登记", "en": "Sample" },
        "department": owner, "handling": "direct", "applicants": ["organization"],
        "materials": [{ "key": "permit", "name": { "zh": "行政许可决定书", "en": "Decision" },
            "source": "issued", "grade": "A", "necessity": "required", "form": "copy",
            "waived_by": waived }]
    }]);
    let import = other("POST", "/v1/service-items:import");
    import.body("application/json", item.to_string()).send().expect(200);
    let asked = json!({
        "items": [{ "code": code }], "case_no": "测免〔2026〕9号",
        "applicant": { "name": "示例市青禾食品有限公司", "code": "91999900MA0000015N" }
    });
    let decided = other("POST", "/v1/exemption-decisions").json(&asked).send().expect(201).json();
    assert_eq!(decided["materials"][0]["verdict"], "waived_by_license", "{decided}");

    let relied = decided["materials"][0]["evidence"][0]["license_id"].as_str().expect("an id");
    assert_eq!(relied, license["id"].as_str().expect("an id"), "the newest of several");
    let revoke = office.request("POST", &format!("/v1/licenses/{relied}:revoke"));
    let reason = json!({ "reason": "annulled", "legal_document": "示审决〔2026〕7号" });
    revoke.header("If-Match", "*").json(&reason).send().expect(200);
    let all = receiver.wait(1);
    let told = all[0].json();
    assert_eq!(
        (&told["type"], &told["data"]["state"]),
        (&json!("reliance.changed"), &json!("REVOKED"))
    );
    assert_eq!(told["data"]["license_id"], relied);
    let page = other("GET", "/v1/reliances").send().expect(200).json();
    assert_eq!(page["items"][0]["decision_id"], decided["id"], "{page}");
}
