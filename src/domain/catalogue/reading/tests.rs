use crate::catalogue::{LicenseType, built_in, samples};
use serde_json::{Value as Json, json};

fn document() -> Json {
    json!({
        "code": "119999000000000198901",
        "code_status": "placeholder",
        "version": 1,
        "name": { "zh": "样例证", "en": "Sample" },
        "holder_kind": "person",
        "defining_authority": { "name": "示例机构", "code": "119999000000000198" },
        "category": "license",
        "validity": { "kind": "long_term" },
        "fields": [
            { "key": "number", "name": { "zh": "编号", "en": "Number" }, "kind": "text",
              "required": true, "sensitivity": "public", "role": "license_number" },
            { "key": "holder", "name": { "zh": "持证人", "en": "Holder" }, "kind": "text",
              "required": true, "sensitivity": "masked", "role": "holder_name" },
            { "key": "rooms", "name": { "zh": "房间", "en": "Rooms" }, "kind": "table",
              "sensitivity": "public", "columns": [
                { "key": "room", "name": { "zh": "房号", "en": "Room" }, "kind": "text" } ] }
        ],
        "layout": {
            "page": { "width": 210, "height": 148 },
            "styles": { "value": { "font": "song", "size": 12, "color": "#1A1A1A" } },
            "elements": [
                { "kind": "text", "at": [20, 20, 100, 10], "text": "{number}{holder}", "style": "value" },
                { "kind": "table", "at": [20, 40, 100, 40], "field": "rooms", "row_height": 8,
                  "columns": [{ "key": "room", "width": 50 }], "color": "#000000",
                  "head_style": "value", "style": "value" },
                { "kind": "seal", "center": [150, 100], "size": 42 }
            ]
        }
    })
}

fn read(document: &Json) -> Result<LicenseType, String> {
    LicenseType::read(document.to_string().as_bytes()).map_err(|error| {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    })
}

/// Reading fails and says `expected` when the value at `pointer` is replaced.
#[track_caller]
fn check(pointer: &str, value: Json, expected: &str) {
    let mut document = document();
    match document.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
            let parent = document.pointer_mut(parent).and_then(Json::as_object_mut);
            parent.expect("an object").insert(key.to_owned(), value);
        }
    }
    let error = read(&document).expect_err(pointer);
    assert!(error.contains(expected), "{pointer}: {error}");
}

#[test]
fn the_plain_document_is_read_and_written_back() {
    let license_type = read(&document()).expect("a license type");
    let written = serde_json::to_vec(&license_type).expect("JSON");
    assert_eq!(LicenseType::read(&written).expect("the same"), license_type);
    assert_eq!(license_type.code().as_str(), "119999000000000198901");
}

#[test]
fn what_is_wrong_in_a_type_is_named() {
    check("/surprise", json!(1), "unknown field `surprise`");
    check("/code", json!("119999000000000199901"), "check character must be 8");
    check("/code", json!("11100000MB0143028R001"), "does not begin with `defining_authority.code`");
    check("/code_status", json!("official"), "invented division 999900");
    check("/defining_authority/code", json!("119999000000000199"), "check character must be 8");
    check("/category", json!("permit"), "unknown variant `permit`");
    check("/validity", json!({ "kind": "stated" }), "`stated` goes with a field");
    check("/validity", json!({ "kind": "years" }), "missing field `years`");
    check("/name/fr", json!("x"), "unknown field `fr`");
}

#[test]
fn what_is_wrong_in_a_field_is_named() {
    check("/fields/0/key", json!("Number"), "a key is a-z");
    check("/fields/1/key", json!("number"), "the key occurs twice");
    check("/fields/0/kind", json!("string"), "unknown variant `string`");
    check("/fields/0/choices", json!([]), "`choices` does not belong to a field of this kind");
    check("/fields/0/sensitivity", json!(null), "`sensitivity` is missing");
    check("/fields/0/colour", json!("red"), "unknown field `colour`");
    check("/fields/0/role", json!(null), "one required `license_number`");
    check("/fields/0/required", json!(false), "one required `license_number`");
    check("/fields/1/role", json!("holder_code"), "a required `holder_name`");
    check("/fields/1/role", json!("issue_date"), "kind text does not suit its role");
    check("/fields/2/columns", json!([]), "no columns");
    check("/fields/2/columns/0/kind", json!("photo"), "a cell is not a table or a photo");
    check("/fields/2/columns/0/role", json!("holder_name"), "a column has only");
    check("/fields/2/pattern", json!([{ "digits": [1, 2] }]), "a pattern is for text");
    check("/fields/0/pattern", json!([{ "digits": [1] }]), "");
}

#[test]
fn what_is_wrong_in_a_layout_is_named() {
    check("/layout/page/width", json!(5000), "a side is 40 to 1200 mm");
    check("/layout/page/width", json!(1e39), "number out of range");
    check("/layout/styles/value/size", json!(1), "sizes are 4 to 120 pt");
    check("/layout/styles/value/size_min", json!(20), "sizes are 4 to 120 pt");
    check("/layout/styles/value/color", json!("red"), "`red` is not a color");
    check("/layout/styles/value/color", json!("#12345"), "`#12345` is not a color");
    check("/layout/elements/0/style", json!("title"), "there is no style `title`");
    check(
        "/layout/elements/0/text",
        json!("{number}"),
        "field `holder`: the layout does not show it",
    );
    check("/layout/elements/0/text", json!("{numbers}"), "there is no field `numbers`");
    check("/layout/elements/0/text", json!("{number"), "a brace has no partner");
    check("/layout/elements/0/when", json!("nothing"), "there is no field `nothing`");
    check("/layout/elements/0/at", json!([150, 20, 100, 10]), "is not inside the page");
    check("/layout/elements/0/at", json!([-1, 20, 100, 10]), "is not inside the page");
    check("/layout/elements/0/kind", json!("box"), "unknown variant `box`");
    check("/layout/elements/0/turn", json!(90), "unknown field `turn`");
    check("/layout/elements/1/field", json!("holder"), "field `holder` is not a table");
    check("/layout/elements/1/columns/0/key", json!("house"), "the table has no column `house`");
    check("/layout/elements/1/columns/0/width", json!(150), "wider than the table");
    check("/layout/elements/2/size", json!(200), "is not inside the page");
    check("/layout/elements/2/size", json!(5), "the seal is 10 to 60 mm");
    check(
        "/layout/elements/2",
        json!({ "kind": "code", "at": [1, 1], "size": 20 }),
        "no place for the seal",
    );
}

#[test]
fn a_document_that_is_not_one_is_refused() {
    assert!(LicenseType::read(b"").is_err());
    assert!(LicenseType::read(b"[]").is_err());
    assert!(LicenseType::read(&vec![b' '; 600_000]).is_err());
}

#[test]
fn the_built_in_types_and_samples_are_readable() {
    let types = built_in().expect("the built-in types");
    assert!(types.len() >= 12);
    let samples = samples().expect("the samples");
    for license_type in &types {
        let own = samples.iter().filter(|sample| sample.license_type == Some(license_type.code()));
        assert!(own.count() >= 3, "{} has too few samples", license_type.name().zh);
    }
    assert!(samples.iter().all(|sample| sample.license_type.is_some()), "a sample without type");
}

/// The same documents pass the published schema, and what reading refuses for its form fails it.
#[test]
fn the_schema_says_the_same() {
    let schema: Json =
        serde_json::from_str(include_str!("../../../../schema/catalogue/license-type.schema.json"))
            .expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for license_type in built_in().expect("the built-in types") {
        let written = serde_json::to_value(&license_type).expect("JSON");
        assert!(validator.is_valid(&written), "{} as written", license_type.name().zh);
    }
    for (name, text) in crate::catalogue::built_in::TYPES {
        let document: Json = serde_json::from_str(text).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
    assert!(validator.is_valid(&document()));
    for (pointer, value) in [
        ("/category", json!("permit")),
        ("/validity", json!({ "kind": "years" })),
        ("/fields/0/kind", json!("string")),
        ("/fields/2/columns/0/kind", json!("photo")),
        ("/layout/styles/value/color", json!("red")),
        ("/layout/elements/0/kind", json!("box")),
        ("/layout/elements/2/size", json!(5)),
    ] {
        let mut changed = document();
        *changed.pointer_mut(pointer).expect(pointer) = value;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
}
