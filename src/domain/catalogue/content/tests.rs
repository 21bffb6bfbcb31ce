use crate::catalogue::{Content, FieldError, LicenseType, Value, built_in, samples};
use serde_json::{Map, Value as Json, json};
use time::macros::date;

fn a_type(name: &str) -> LicenseType {
    let types = built_in().expect("the built-in types");
    types.into_iter().find(|known| known.name().zh == name).expect("a type of this name")
}

/// The first sample of a type, changed: a null takes the value away.
fn changed(license_type: &LicenseType, key: &str, value: Json) -> Map<String, Json> {
    let samples = samples().expect("the samples");
    let sample = samples.into_iter().find(|s| s.license_type == Some(license_type.code()));
    let mut content = sample.expect("a sample").content;
    content.insert(key.to_owned(), value);
    content
}

#[track_caller]
fn errors(license_type: &LicenseType, key: &str, value: Json) -> Vec<FieldError> {
    Content::check(license_type, &changed(license_type, key, value)).expect_err(key)
}

/// Exactly one field is refused, at `pointer` with `code`.
#[track_caller]
fn check(name: &str, key: &str, value: Json, pointer: &str, code: &str) {
    let errors = errors(&a_type(name), key, value);
    let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.pointer.as_str(), e.code)).collect();
    assert_eq!(found, [(pointer, code)], "{errors:?}");
}

#[test]
fn every_sample_is_its_own_canonical_form() {
    let types = built_in().expect("the built-in types");
    for sample in samples().expect("the samples") {
        let code = sample.license_type.expect("its type");
        let license_type = types.iter().find(|known| known.code() == code).expect("its type");
        let content = Content::check(license_type, &sample.content).expect("a right sample");
        let json = content.to_json(license_type);
        assert_eq!(Content::check(license_type, &json).expect("again"), content);
        assert!(!content.license_number().is_empty() && !content.holder_names().is_empty());
        let keys: Vec<&str> = content.values().map(|(key, _)| key).collect();
        let order: Vec<&str> = license_type.fields().iter().map(|f| f.key.as_str()).collect();
        assert!(keys.is_sorted_by_key(|key| order.iter().position(|known| known == key)));
    }
}

#[test]
fn each_kind_of_mistake_has_its_code() {
    let food = "食品经营许可证";
    check(food, "operator", json!(null), "/operator", "required");
    check(food, "operator", json!(" 　"), "/operator", "required");
    check(food, "operator", json!(7), "/operator", "wrong_kind");
    check(food, "operator", json!("名\u{0}"), "/operator", "control_character");
    check(food, "operator", json!("名\n称"), "/operator", "control_character");
    check(food, "operator", json!("\u{202E}名称"), "/operator", "control_character");
    check(food, "operator", json!("名".repeat(201)), "/operator", "too_long");
    check(food, "license_number", json!("JY123"), "/license_number", "bad_pattern");
    check(food, "operator_code", json!("91999900MA0000015M"), "/operator_code", "check_character");
    check(food, "operator_code", json!("91999900"), "/operator_code", "bad_identifier");
    check(food, "valid_to", json!("2031-02-29"), "/valid_to", "bad_date");
    check(food, "valid_to", json!("2031-3-1"), "/valid_to", "bad_date");
    check(food, "valid_to", json!("20310301"), "/valid_to", "bad_date");
    check(food, "valid_to", json!("2020-01-01"), "/valid_to", "period_reversed");
    check(food, "owner", json!("x"), "/owner", "unknown_field");
    check(food, "a/b~c", json!("x"), "/a~1b~0c", "unknown_field");
    let card = "残疾人证";
    check(card, "sex", json!("other"), "/sex", "not_a_choice");
    check(card, "citizen_id", json!("999900198804120174"), "/citizen_id", "check_character");
    check(card, "citizen_id", json!("99990019880412017"), "/citizen_id", "bad_identifier");
    check(card, "photo", json!("////"), "/photo", "not_a_photo");
    check(card, "photo", json!("no base64!"), "/photo", "wrong_kind");
    check(card, "photo", json!("A".repeat(1_400_000)), "/photo", "photo_too_large");
    let transport = "道路运输经营许可证";
    check(transport, "term", json!("2026"), "/term", "wrong_kind");
    check(transport, "term", json!({ "from": "2026-01-01" }), "/term", "wrong_kind");
    let reversed = json!({ "from": "2026-01-02", "to": "2026-01-01" });
    check(transport, "term", reversed, "/term", "period_reversed");
    check(transport, "vehicles", json!([{}]), "/vehicles/0/plate", "required");
    check(transport, "vehicles", json!([7]), "/vehicles/0", "wrong_kind");
    let unknown = json!([{ "plate": "示A1", "vehicle_type": "客车", "wheels": 4 }]);
    check(transport, "vehicles", unknown, "/vehicles/0", "unknown_field");
    let many = Json::Array(vec![json!({ "plate": "示A1", "vehicle_type": "客车" }); 14]);
    check(transport, "vehicles", many, "/vehicles", "too_long");
    let business = "营业执照";
    check(business, "registered_capital", json!("1e6"), "/registered_capital", "not_a_number");
    check(business, "registered_capital", json!("-1"), "/registered_capital", "not_a_number");
    check(business, "registered_capital", json!("1.001"), "/registered_capital", "too_precise");
    check(business, "registered_capital", json!(0.5), "/registered_capital", "wrong_kind");
    check(business, "registered_capital", json!("1."), "/registered_capital", "not_a_number");
    let long = "9".repeat(20);
    check(business, "registered_capital", json!(long), "/registered_capital", "too_long");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let license_type = a_type("食品经营许可证");
    let mut content = changed(&license_type, "operator", json!(null));
    content.insert("valid_to".to_owned(), json!("soon"));
    content.insert("surprise".to_owned(), json!(1));
    let errors = Content::check(&license_type, &content).expect_err("three mistakes");
    let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/operator", "/valid_to", "/surprise"]);
    let id = &errors_of_id()[0];
    assert!(!id.message.contains("99990019880412"), "the message repeats personal data");
}

fn errors_of_id() -> Vec<FieldError> {
    errors(&a_type("残疾人证"), "citizen_id", json!("999900198804120174"))
}

#[test]
fn values_are_read_into_one_form() {
    let license_type = a_type("营业执照");
    for (given, canonical) in
        [(json!("0001000000.50"), "1000000.50"), (json!(1_000_000), "1000000"), (json!("0"), "0")]
    {
        let content =
            Content::check(&license_type, &changed(&license_type, "registered_capital", given));
        let content = content.expect("an amount");
        assert_eq!(content.value("registered_capital"), Some(&Value::Money(canonical.to_owned())));
    }
    let lines = changed(&license_type, "business_scope", json!("甲；\r\n乙。"));
    let content = Content::check(&license_type, &lines).expect("lines");
    assert_eq!(content.value("business_scope"), Some(&Value::Text("甲；\n乙。".to_owned())));
    let small = changed(&license_type, "uscc", json!("91999900ma0000015n"));
    let content = Content::check(&license_type, &small).expect("small letters");
    assert_eq!(content.license_number(), "91999900MA0000015N");
}

#[test]
fn validity_follows_the_rule_of_the_type() {
    let validity = |name: &str, key: &str, value: Json| {
        let license_type = a_type(name);
        let content = Content::check(&license_type, &changed(&license_type, key, value));
        let content = content.expect("a right content");
        (content.valid_from(), content.valid_to())
    };
    let (from, to) = validity("小餐饮经营许可证", "valid_from", json!("2024-02-29"));
    assert_eq!((from, to), (Some(date!(2024 - 02 - 29)), Some(date!(2027 - 02 - 28))));
    let (_, to) = validity("小餐饮经营许可证", "valid_from", json!("2026-03-02"));
    assert_eq!(to, Some(date!(2029 - 03 - 01)));
    let open = json!({ "from": "2019-05-16", "to": "long_term" });
    assert_eq!(validity("营业执照", "term", open), (Some(date!(2019 - 05 - 16)), None));
    let issued = validity("结婚证", "issue_date", json!("2026-03-02"));
    assert_eq!(issued, (Some(date!(2026 - 03 - 02)), None));
}

#[test]
fn a_marriage_has_two_holders() {
    let license_type = a_type("结婚证");
    let content = Content::check(&license_type, &changed(&license_type, "note", json!(null)));
    let content = content.expect("a right content");
    assert_eq!(content.holder_names(), ["赵样例", "钱示范"]);
    assert_eq!(content.holder_codes().len(), 2);
}
