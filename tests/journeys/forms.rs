//! Forms that need not be filled in: compared and filled from licenses.

use crate::support::http::Answer;
use crate::support::people::text;
use crate::support::service::demo;
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
