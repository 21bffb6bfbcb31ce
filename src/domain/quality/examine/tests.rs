use super::*;
use crate::catalogue::built_in;
use crate::digest::Sm3;
use crate::id::{LicenseId, OrganizationId, PublicCode};
use crate::identifier::{LicenseIdentifier, UnifiedCode};
use crate::party::Holder;
use crate::time::Period;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;
use time::macros::{date, datetime};

/// 小餐饮经营许可证 with a rule of its own.
static CARD: LazyLock<LicenseType> = LazyLock::new(|| {
    let types = built_in().expect("the built-in types");
    let card = types.iter().find(|one| one.code().as_str() == "119999000000000198003");
    let mut document = serde_json::to_value(card).expect("JSON");
    document["rules"] = json!(["issue_date <= valid_from"]);
    LicenseType::read(document.to_string().as_bytes()).expect("a type")
});

fn license(change: impl FnOnce(&mut Json)) -> Particulars {
    let mut content = Json::Object(CARD.invented_content());
    change(&mut content);
    let at = datetime!(2026-03-02 09:00 +8);
    let seed = Sm3::of(b"seed");
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&seed.as_bytes()[..10]);
    let mut random = [0; 12];
    random.copy_from_slice(&seed.as_bytes()[..12]);
    let code: UnifiedCode = "11999900MB0000019D".parse().expect("a code");
    let (type_code, serial) = (CARD.code(), "1".parse().expect("a serial"));
    let holder_code = content["operator_code"].as_str().unwrap_or_default().to_owned();
    let code_type = match holder_code.as_str() {
        "" | "X1" => HolderCodeType::OtherOrganization,
        _ => HolderCodeType::UnifiedCode,
    };
    let issued = content["issue_date"].as_str().map(|_| date!(2026 - 03 - 02));
    Particulars {
        id: LicenseId::mint(at, entropy),
        type_code,
        type_version: 1,
        number: "XCY1234567890123".parse().expect("a number"),
        identifier: LicenseIdentifier::assign(&type_code, &code, &serial, 1).expect("one"),
        public_code: PublicCode::mint(random),
        issuer: OrganizationId::mint(at, entropy),
        holder: Holder::new("示例市样例食品有限公司", code_type, holder_code.as_str()).ok(),
        fields_json: content.to_string(),
        issued_on: issued,
        period: Period::new(issued, None).expect("a period"),
        succession: None,
        parts: Vec::new(),
        created_at: at,
    }
}

/// What is found when a license is stored on 3 March.
fn found(change: impl FnOnce(&mut Json)) -> Vec<(QualityRule, String, bool)> {
    let examined = examine(Some(&CARD), Some(&CARD), &license(change), date!(2026 - 03 - 03));
    examined.faults.into_iter().map(|one| (one.rule, one.field, one.certain)).collect()
}

#[test]
fn a_right_license_has_nothing() {
    let examined = examine(Some(&CARD), Some(&CARD), &license(|_| {}), date!(2026 - 03 - 03));
    assert_eq!(examined, Examination { faults: Vec::new(), delay: Some(1) });
}

#[test]
fn each_rule_finds_what_it_is_for() {
    use QualityRule as R;
    let one = |rule, field: &str, certain| vec![(rule, field.to_owned(), certain)];
    assert_eq!(found(|c| c["owner"] = json!("不详")), one(R::Placeholder, "owner", true));
    assert_eq!(found(|c| c["owner"] = json!("")), one(R::Content, "owner", true));
    let number = found(|c| c["license_number"] = json!("XCY1"));
    assert_eq!(number, one(R::Content, "license_number", true));
    let rule = found(|c| c["valid_from"] = json!("2026-03-01"));
    assert_eq!(rule, one(R::Fields, "valid_from", true));
    let early = examine(Some(&CARD), None, &license(|_| {}), date!(2026 - 03 - 01));
    assert_eq!(early.faults[0].rule, R::IssuedLater);
    assert_eq!(early.delay, Some(-1));
}

#[test]
fn what_nobody_can_tell_is_told() {
    let unknown = examine(None, None, &license(|_| {}), date!(2026 - 03 - 03));
    let rules: Vec<_> = unknown.faults.iter().map(|one| (one.rule, one.certain)).collect();
    assert_eq!(rules, [(QualityRule::UnknownType, false)]);
}

#[test]
fn a_newer_rule_for_numbers_is_no_certain_fault_of_an_older_license() {
    let mut document = serde_json::to_value(&*CARD).expect("JSON");
    document["version"] = 2.into();
    document["fields"][0]["pattern"] = json!([{ "literal": "NEW" }, { "digits": [13, 13] }]);
    let newer = LicenseType::read(document.to_string().as_bytes()).expect("a type");
    let examined = examine(Some(&CARD), Some(&newer), &license(|_| {}), date!(2026 - 03 - 03));
    let rules: Vec<_> = examined.faults.iter().map(|one| (one.rule, one.certain)).collect();
    assert_eq!(rules, [(QualityRule::NumberForm, false)]);
}
