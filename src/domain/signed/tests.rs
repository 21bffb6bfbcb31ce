use super::*;
use formats::algorithm::{KeyKind, PrivateKey, PublicKey, Random, RandomFailed, SM2_DEFAULT_ID};
use proptest::prelude::*;

const KIND: &str = "yinzheng/test/1";

struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        bytes.fill_with(|| {
            self.0 = self.0.wrapping_add(1);
            self.0
        });
        Ok(())
    }
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::generate(&KeyKind::Sm2, &mut Counting(seed)).expect("a key")
}

fn signed(content: &Value) -> Vec<u8> {
    let prepared = prepare(KIND, content).expect("a payload");
    let key = key(1);
    let value = key.sign(SUITE, SM2_DEFAULT_ID, prepared.message(), &mut Counting(9));
    prepared.complete(&[], &value.expect("a signature"))
}

fn read(bytes: &[u8], key: &PublicKey) -> Result<Value, SignedError> {
    open(bytes, KIND)?.verify(key)
}

#[test]
fn the_examples_of_rfc_8785() {
    let check = |value: Value, expected: &str| {
        assert_eq!(String::from_utf8(canonical(&value).expect("a form")).expect("text"), expected);
    };
    check(
        json!({"b": 1, "a": [true, null, {"z": "", "y": -5}]}),
        r#"{"a":[true,null,{"y":-5,"z":""}],"b":1}"#,
    );
    // Clause 3.2.3: by UTF-16 code units, so that a surrogate pair stands before U+FB33.
    check(
        json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7}),
        "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}",
    );
    check(
        json!("\u{8}\t\n\u{c}\r\"\\/\u{1f}\u{7f}\u{2028}"),
        "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\u{7f}\u{2028}\"",
    );
    for bad in [json!(1.5), json!(1e300), json!(1u64 << 53), json!(-(1i64 << 53))] {
        assert!(canonical(&bad).is_err(), "{bad}");
    }
}

#[test]
fn what_is_signed_is_read() {
    let content = json!({"version": 7, "name": "示例市"});
    let bytes = signed(&content);
    assert_eq!(read(&bytes, key(1).public_key()), Ok(content.clone()));
    // Spread out and in another order it is the same document.
    let value: Value = serde_json::from_slice(&bytes).expect("JSON");
    let pretty = serde_json::to_vec_pretty(&json!({"signature": value["signature"],
        "payload": {"version": 7, "type": KIND, "name": "示例市"}}));
    assert_eq!(read(&pretty.expect("JSON"), key(1).public_key()), Ok(content));
}

#[test]
fn what_is_not_believed() {
    let bytes = signed(&json!({"version": 7}));
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert_eq!(read(&bytes, key(2).public_key()), Err(SignedError::Signature));
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        read(text.replacen(from, to, 1).as_bytes(), key(1).public_key())
    };
    assert_eq!(changed("\"version\":7", "\"version\":8"), Err(SignedError::Signature));
    assert!(matches!(changed("test/1", "test/2"), Err(SignedError::Kind { .. })));
    assert!(matches!(changed("SM2-SM3", "none"), Err(SignedError::Algorithm(_))));
    for (from, to) in [
        ("\"version\":7", "\"version\":7,\"version\":7"),
        ("\"certificates\":[]", "\"certificates\":[\"AAAA\"]"),
        ("\"value\":\"", "\"value\":\"*"),
        ("{\"payload\"", "{\"more\":1,\"payload\""),
        ("}\n", "}\n{}"),
    ] {
        assert!(matches!(changed(from, to), Err(SignedError::Form(_))), "{to}");
    }
    let fraction = changed("\"version\":7", "\"version\":7.0");
    assert!(matches!(fraction, Err(SignedError::NotCanonical(_))), "{fraction:?}");
    assert_eq!(
        open(&vec![b' '; SIGNED_BYTES_MAX + 1], KIND),
        Err(SignedError::TooLarge(SIGNED_BYTES_MAX + 1))
    );
    assert!(matches!(prepare(KIND, &json!([1])), Err(SignedError::Form(_))));
    assert!(matches!(prepare(KIND, &json!({"type": 1})), Err(SignedError::Form(_))));
    assert!(matches!(prepare(KIND, &json!({"rate": 0.5})), Err(SignedError::NotCanonical(_))));
}

proptest! {
    #[test]
    fn the_form_is_read_back_and_is_its_own_form(names in proptest::collection::vec(".*", 0..6), number in any::<i32>()) {
        let members = names.iter().enumerate().map(|(place, name)| (name.clone(), json!([place, number, name])));
        let value = Value::Object(members.collect());
        let form = canonical(&value).expect("a form");
        let back = json::strict(&form).expect("JSON");
        prop_assert_eq!(&back, &value);
        prop_assert_eq!(canonical(&back).expect("a form"), form);
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = open(&bytes, KIND);
    }
}
