//! Covers, several items at once, freedoms and fields that are filled.

use super::*;
use crate::exemption::{Asked, Case};
use serde_json::{Value as Json, json};

fn item(code: &str, materials: Json, gives: Option<&str>) -> ServiceItem {
    let mut document = crate::exemption::reading::tests::document();
    document["code"] = json!(code);
    document["materials"] = materials;
    if let Some(code) = gives {
        document["outputs"][0]["license_type"] = json!(code);
    }
    ServiceItem::read(document.to_string().as_bytes()).expect("an item")
}

fn paper(key: &str, name: &str, more: Json) -> Json {
    let mut paper = json!({
        "key": key, "name": { "zh": name, "en": name }, "source": "issued", "grade": "A",
        "necessity": "required", "form": "copy"
    });
    for (key, value) in more.as_object().expect("an object") {
        paper[key] = value.clone();
    }
    paper
}

fn decided(items: &[ServiceItem]) -> Decision {
    let answers = Answers::new();
    let policy: ExemptionPolicy = serde_json::from_value(made::policy()).expect("a policy");
    let key = APPLICANT.parse::<Key>().expect("a key");
    let made = Made::read("", "company", "");
    let found = Looked::Found(vec![made.license("B", APPLICANT, 1)]);
    decide(&Case {
        items: items.iter().map(|item| Asked { item, answers: &answers }).collect(),
        parties: made.parties.clone(),
        looked: &BTreeMap::from([(key, found)]),
        confirmed: BTreeMap::new(),
        assisted: BTreeMap::new(),
        library: Some(&[]),
        policy: &policy,
        today: TODAY,
    })
}

/// Material, ground and reason of every line, with how many ask for it.
#[track_caller]
fn check(items: &[ServiceItem], expected: &[&str]) {
    let told = |decision: &Decision| -> Vec<String> {
        let line = |line: &Line| {
            let Verdict { material, ground, reason, .. } = &line.verdict;
            format!("{material} {ground} {reason} {}", line.askers.len())
        };
        decision.lines.iter().map(line).collect()
    };
    let decision = decided(items);
    assert_eq!(told(&decision), expected);
    let mut reversed = items.to_vec();
    reversed.reverse();
    reversed.extend(items.first().cloned());
    assert_eq!(decided(&reversed), decision, "the order, and what is asked twice, do not matter");
}

const A: &str = "99990001310800001";
const B: &str = "99990001310800002";
const C: &str = "99990001310800003";
const FOOD: &str = "119999000000000198002";
const HYGIENE: &str = "119999000000000198004";

fn license() -> Json {
    json!([{ "all": [{ "license_type": "11100000MB0143028R001", "holder": "applicant" }] }])
}

#[test]
fn what_is_handed_in_or_proved_covers_and_what_may_be_missing_does_not() {
    let by = |key: &str| json!({ "covered_by": [{ "material": key }] });
    let materials = json!([
        paper("plain", "甲", json!({})),
        paper("by_plain", "乙", by("plain")),
        paper("proved", "丙", json!({ "waived_by": license() })),
        paper("by_proved", "丁", by("proved")),
        paper("by_by_proved", "戊", by("by_proved")),
        paper("late", "己", json!({ "deferrable": { "days": 5 } })),
        paper("by_late", "庚", by("late")),
        paper("gone", "辛", json!({ "cancelled": { "basis": "示例" } })),
        paper("by_gone", "壬", by("gone")),
        paper("maybe", "癸", json!({ "necessity": "optional" })),
        paper("by_maybe", "子", by("maybe")),
    ]);
    let expected = [
        "plain required nothing_in_its_place 1",
        "by_plain covered_by_other covered_by_material 1",
        "proved waived_by_license license_valid 1",
        "by_proved covered_by_other covered_by_material 1",
        "by_by_proved covered_by_other covered_by_material 1",
        "late deferrable nothing_in_its_place 1",
        "by_late required nothing_in_its_place 1",
        "gone cancelled no_longer_asked 1",
        "by_gone required nothing_in_its_place 1",
        "maybe required optional 1",
        "by_maybe required nothing_in_its_place 1",
    ];
    check(&[item(A, materials.clone(), None)], &expected);
    let decision = decided(&[item(A, materials, None)]);
    let relied = |line: &Line| line.verdict.relied.len();
    let counts: Vec<usize> = decision.lines.iter().map(relied).collect();
    assert_eq!(counts, [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], "a cover relies on what it covers by");
}

#[test]
fn covers_of_covers_are_settled_once_each() {
    // Each is covered by any of twenty before it, and by way of all of them: 2^58 ways.
    let key = |place: usize| format!("m{place}");
    let material = |place: usize| {
        let before = place.saturating_sub(20)..place;
        let covers: Vec<Json> = before.map(|one| json!({ "material": key(one) })).collect();
        let late = json!({ "covered_by": covers, "deferrable": { "days": 5 } });
        paper(&key(place), &format!("材料{place}"), late)
    };
    let materials: Vec<Json> = (0..60).map(material).collect();
    let decision = decided(&[item(A, json!(materials), None)]);
    assert!(decision.lines.iter().all(|line| line.verdict.ground == Ground::Deferrable));
}

#[test]
fn what_another_item_gives_covers_unless_they_wait_for_each_other() {
    let by = |code: &str| json!({ "covered_by": [{ "output": code }] });
    let gives_food = item(A, json!([paper("own", "甲", json!({}))]), Some(FOOD));
    let wants_food = item(B, json!([paper("food", "乙", by(FOOD))]), Some(HYGIENE));
    let alone = ["food required nothing_in_its_place 1"];
    check(std::slice::from_ref(&wants_food), &alone);
    check(
        &[gives_food, wants_food.clone()],
        &["own required nothing_in_its_place 1", "food covered_by_other covered_by_output 1"],
    );
    let both = item(A, json!([paper("hygiene", "甲", by(HYGIENE))]), Some(FOOD));
    check(
        &[both.clone(), wants_food.clone()],
        &["hygiene required covers_in_a_circle 1", "food required covers_in_a_circle 1"],
    );
    let another = item(C, json!([]), Some(HYGIENE));
    check(
        &[both, wants_food, another],
        &["hygiene covered_by_other covered_by_output 1", "food required covers_in_a_circle 1"],
    );
    let itself = item(A, json!([paper("food", "乙", by(FOOD))]), Some(FOOD));
    check(&[itself], &alone);
}

#[test]
fn what_several_ask_for_is_one_line_and_the_strictest_decides() {
    let one =
        item(A, json!([paper("license", "营业执照", json!({ "waived_by": license() }))]), None);
    let two =
        item(B, json!([paper("paper", "营业执照", json!({ "deferrable": { "days": 9 } }))]), None);
    check(&[one.clone(), two.clone()], &["paper deferrable nothing_in_its_place 2"]);
    let form = json!({ "source": "form" });
    let three = item(C, json!([paper("paper", "营业执照", form)]), None);
    let expected =
        ["paper deferrable nothing_in_its_place 2", "paper required nothing_in_its_place 1"];
    check(&[one.clone(), two, three], &expected);
    let optional =
        item(B, json!([paper("paper", "营业执照", json!({ "necessity": "optional" }))]), None);
    check(&[one, optional], &["license waived_by_license license_valid 2"]);
}

#[test]
fn an_item_is_measured_and_its_form_filled() {
    let proved =
        item(A, json!([paper("license", "营业执照", json!({ "waived_by": license() }))]), None);
    let plain = item(B, json!([paper("paper", "其他", json!({}))]), None);
    let decision = decided(&[proved, plain]);
    let freedoms: Vec<Vec<Option<bool>>> =
        decision.items.iter().map(|item| item.freedoms.values().copied().collect()).collect();
    assert_eq!(
        freedoms,
        [vec![Some(true); 4], vec![Some(false), Some(true), Some(true), Some(true)]]
    );
    let fills: Vec<String> =
        decision.fills.iter().map(|fill| format!("{} {}", fill.field, fill.from)).collect();
    assert_eq!(fills, ["name name", "name name"]);
}
