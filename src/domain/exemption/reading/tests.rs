use crate::exemption::{ItemError, ServiceItem};
use serde_json::{Value as Json, json};

/// A small restaurant: the item of the examples in this folder.
pub(in crate::exemption) fn document() -> Json {
    json!({
        "code": "99990001310800001", "version": 1,
        "name": { "zh": "小餐饮经营许可（新办）", "en": "Small catering, new" },
        "department": "119999000000000198", "handling": "accepted",
        "applicants": ["organization"], "agents": true, "example": true, "days": 20,
        "situations": [
            { "key": "premises", "question": { "zh": "经营场所是租的吗？", "en": "Rented?" },
              "answers": [ { "key": "rented", "label": { "zh": "租的", "en": "Yes" } },
                           { "key": "owned", "label": { "zh": "自有", "en": "No" } } ] },
            { "key": "owner", "question": { "zh": "登记在谁名下？", "en": "Whose?" },
              "answers": [ { "key": "company", "label": { "zh": "公司", "en": "Company" } },
                           { "key": "spouse", "label": { "zh": "配偶", "en": "Spouse" } } ],
              "when": { "answer": { "premises": ["owned"] } } } ],
        "materials": [
            { "key": "form", "name": { "zh": "申请书", "en": "Form" }, "source": "form",
              "grade": "D", "necessity": "required", "form": "original" },
            { "key": "license", "name": { "zh": "营业执照", "en": "Business license" },
              "source": "issued", "issuer": "市场监督管理部门", "grade": "A",
              "necessity": "required", "form": "copy", "copies": 2,
              "waived_by": [ { "all": [ { "license_type": "11100000MB0143028R001",
                "holder": "applicant", "where": ["valid_until >= today+30"] } ] } ],
              "covered_by": [ { "material": "form" }, { "output": "119999000000000198002" } ] },
            { "key": "lease", "name": { "zh": "租赁合同", "en": "Lease" }, "source": "self_made",
              "grade": "C", "necessity": "required", "form": "copy",
              "when": { "answer": { "premises": ["rented"] } },
              "commitment": { "basis": "示例办法第三条", "days": 60 }, "deferrable": { "days": 15 },
              "assistance": { "department": "119999000000000198", "days": 5 },
              "data_check": { "connector": "leases" } } ],
        "outputs": [ { "name": { "zh": "小餐饮经营许可证", "en": "License" },
            "license_type": "119999000000000198003", "seal": "electronic", "signature": "none" } ],
        "form": [ { "key": "name", "label": { "zh": "名称", "en": "Name" }, "from": [
            { "license_type": "11100000MB0143028R001", "field": "name", "holder": "applicant" } ] } ]
    })
}

fn read(document: &Json) -> Result<ServiceItem, String> {
    ServiceItem::read(document.to_string().as_bytes()).map_err(|error| {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    })
}

/// Reading fails and says `expected` when the value at `pointer` is replaced.
#[track_caller]
fn check(pointer: &str, value: Json, expected: &str) {
    let mut document = document();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent) {
        Some(Json::Array(entries)) => entries[key.parse::<usize>().expect("a place")] = value,
        Some(Json::Object(entries)) => {
            entries.insert(key.to_owned(), value);
        }
        _ => panic!("nothing at {parent}"),
    }
    let error = read(&document).expect_err(pointer);
    assert!(error.contains(expected), "{pointer}: {error}");
}

#[test]
fn a_document_is_read_and_written_back() {
    let item = read(&document()).expect("an item");
    assert_eq!(serde_json::to_value(&item).expect("JSON"), document());
}

#[test]
fn what_is_wrong_in_an_item_is_named() {
    check("/surprise", json!(1), "unknown field `surprise`");
    check("/code", json!("123"), "11 to 31 digits");
    check("/version", json!(0), "/version: versions begin");
    check("/department", json!("119999000000000199"), "check character must be 8");
    check("/handling", json!("fast"), "unknown variant `fast`");
    check("/applicants", json!([]), "/applicants: somebody");
    check("/name", json!({ "zh": " ", "en": "x" }), "/name/zh: 1 to 500");
    check("/form/0/key", json!("Name"), "a key is a-z");
}

#[test]
fn what_is_wrong_in_a_situation_is_named() {
    check("/situations/0/answers", json!([]), "/situations/0/answers: 2 to 30");
    check("/situations/1/key", json!("premises"), "/situations/1/key: `premises` occurs twice");
    let owner = json!({ "answer": { "owner": ["company"] } });
    check("/situations/0/when", owner.clone(), "there is no earlier question `owner`");
    check("/situations/1/when", json!({ "answer": { "premises": ["lent"] } }), "no answer `lent`");
    check("/situations/1/when", json!({ "answer": { "premises": [] } }), "with no answer");
    let mut deep = owner;
    for _ in 0..10 {
        deep = json!({ "not": deep });
    }
    check("/materials/0/when", deep, "too deep");
    check("/materials/0/when", json!({ "answer": { "x": ["y"] } }), "no earlier question `x`");
}

#[test]
fn what_is_wrong_in_a_material_is_named() {
    check("/materials/1/key", json!("form"), "/materials/1/key: `form` occurs twice");
    check("/materials/0/grade", json!("E"), "unknown variant `E`");
    check("/materials/0/copies", json!(0), "/materials/0/copies: at least one");
    check("/materials/1/waived_by/0/all", json!([]), "would waive for everybody");
    check("/materials/1/waived_by/0/all/0/where", json!(["status = 1 or 2"]), "is no predicate");
    check("/materials/1/waived_by/0/all/0/license_type", json!("x"), "has 21 characters");
    check("/materials/1/covered_by", json!([{ "material": "none" }]), "there is no material");
    check("/materials/0/covered_by", json!([{ "material": "license" }]), "covers itself");
    check("/materials/2/deferrable", json!({ "days": 0 }), "/materials/2/deferrable/days: 1 to");
    check("/materials/2/commitment", json!({ "basis": "", "days": 1 }), "commitment/basis: 1 to");
    check("/materials/2/cancelled", json!({ "basis": "a\nb" }), "cancelled/basis: 1 to");
}

#[test]
fn budgets_are_kept() {
    let material = document()["materials"][0].clone();
    check("/materials", Json::Array(vec![material; 101]), "/materials: 101 entries; at most 100");
    let large = ServiceItem::read(&vec![b' '; 600_000]).expect_err("too large");
    assert!(matches!(large, ItemError::TooLarge(600_000)));
    assert!(ServiceItem::read(b"[]").is_err());
    assert!(ServiceItem::read(b"").is_err());
}
