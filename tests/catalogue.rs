//! License types are data: each is as the published JSON Schema says, and so are its samples.

use crate::support::tree::{files, text};
use serde_json::Value;

const SCHEMA: &str = "schema/catalogue/license-type.schema.json";

fn json(file: &str) -> Value {
    serde_json::from_str(&text(file).expect("text")).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn types() -> impl Iterator<Item = String> {
    let folder = "schema/catalogue/";
    let documents = files(folder).into_iter().filter(|file| file.ends_with(".json"));
    documents.filter(move |file| !file[folder.len()..].contains('/') && file != SCHEMA)
}

#[test]
fn every_type_is_as_the_schema_says() {
    let schema = jsonschema::validator_for(&json(SCHEMA)).expect("a schema");
    for file in types() {
        let faults: Vec<_> = schema.iter_errors(&json(&file)).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{file}:\n  {}", faults.join("\n  "));
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_type() {
    let schema = jsonschema::validator_for(&json(SCHEMA)).expect("a schema");
    let good = json(&types().next().expect("a type"));
    for spoil in [
        |t: &mut Value| t["colour"] = "red".into(),
        |t: &mut Value| t["code"] = "too short".into(),
        |t: &mut Value| t["version"] = 0.into(),
        |t: &mut Value| t["fields"] = Value::Array(Vec::new()),
        |t: &mut Value| t["fields"][0]["sensitivity"] = "secret".into(),
        |t: &mut Value| drop(t.as_object_mut().expect("an object").remove("layout")),
    ] {
        let mut spoiled = good.clone();
        spoil(&mut spoiled);
        assert!(!schema.is_valid(&spoiled), "{spoiled}");
    }
}

#[test]
fn the_types_that_departments_need_first_are_there() {
    let names: Vec<String> = types().map(|f| json(&f)["name"]["zh"].to_string()).collect();
    for name in [
        "营业执照",
        "食品经营许可证",
        "小餐饮经营许可证",
        "公共场所卫生许可证",
        "残疾人证",
        "结婚证",
        "出生医学证明",
        "医师执业证",
        "不动产权证",
        "道路运输经营许可证",
        "建筑工程施工许可证",
        "行政许可决定书",
    ] {
        assert!(names.iter().any(|found| found.contains(name)), "{name} is not among {names:?}");
    }
}
