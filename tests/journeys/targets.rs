//! Figures of a region stand on their rows, and what has no denominator is not called reached.

use crate::support::office::Office;
use crate::support::people::Browser;
use crate::support::systems::{Client, new_client};
use serde_json::{Value, json};

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn figures_stand_on_their_rows() {
    // Its own: in the demo of all, other tests issue and import at the same time.
    let Some(office) = Office::new("figures_stand_on_their_rows", "targets") else { return };
    let new = new_client(&office.app, "private_key_jwt", "target.read");
    let client = Client::registered(&office.app, office.serve(), &new);
    let token = client.token();
    let ask = |path: &str| client.request("GET", path).header("Authorization", &token).send();
    let all = ask("/v1/targets").expect(200).json();
    let targets = all["targets"].as_array().expect("targets");
    assert_eq!(targets.len(), 7, "{all}");
    for one in targets {
        let name = one["target"].as_str().expect("a name");
        let rows = ask(&format!("/v1/targets/{name}/rows")).expect(200).json();
        let rows = rows["items"].as_array().expect("rows").clone();
        let sum = |part: &str| rows.iter().filter_map(|row| row[part].as_u64()).sum::<u64>();
        let told = ["part", "whole"].map(|part| one[part].as_u64().unwrap_or_default());
        assert_eq!(told, [sum("part"), sum("whole")], "{name}");
        let scale = if one["unit"] == "percent" { 100 } else { 1000 };
        let value = (sum("part") * scale).checked_div(sum("whole"));
        assert_eq!(one["value"].as_u64(), value, "{name}");
        let counted = rows.iter().filter(|row| !row["part"].is_null()).count();
        assert_eq!(number(&one["counted"]), counted as u64, "{name}");
        for row in &rows {
            let left_out = row["part"].is_null();
            let why = row["why"].as_array().expect("reasons");
            let reached = row["part"] == row["whole"];
            let partial = ["materials_saved", "timely_storing", "faults", "new_collection"];
            if left_out || !reached && !partial.contains(&name) {
                assert!(!why.is_empty(), "{name}: no reason for {row}");
            }
        }
    }
    ask("/v1/targets/all/rows").expect(404);
}

#[test]
fn a_count_that_nobody_declared_is_no_hundred() {
    let client = Client::new("private_key_jwt", "target.read");
    let token = client.token();
    let path = "/v1/targets/new_collection/rows";
    let ask = || client.request("GET", path).header("Authorization", &token);
    let rows = ask().send().expect(200).json();
    let missing = json!("denominator_missing");
    let undeclared = rows["items"].as_array().expect("rows").iter().filter(|row| {
        row["part"].is_null() && row["why"].as_array().expect("reasons").contains(&missing)
    });
    assert!(undeclared.count() > 0, "the demo issues without declaring: {rows}");
    let table = ask().header("Accept", "text/csv").send().expect(200);
    let text = String::from_utf8(table.body).expect("UTF-8");
    assert!(text.starts_with("\u{feff}key,name,department,part,whole,why\r\n"), "{text}");
    assert!(text.contains(",,,denominator_missing\r\n"), "{text}");
}

#[test]
fn targets_are_for_those_who_oversee() {
    for (login, status) in [("auditor", 200), ("security", 200), ("clerk", 403)] {
        let page = Browser::of(login).get("/targets");
        assert_eq!(page.status, status, "{login}");
    }
    let page = Browser::of("auditor").get("/targets/seal_coverage").expect(200);
    let text = String::from_utf8(page.body).expect("UTF-8");
    assert!(text.contains("电子印章覆盖率") && text.contains("示例市"), "{text}");
    let without = Client::new("private_key_jwt", "license.read");
    let ask = without.request("GET", "/v1/targets").header("Authorization", &without.token());
    assert_eq!(ask.send().expect(403).json()["code"], "scope_missing");
}
