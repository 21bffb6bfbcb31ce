//! The `fields` object of a request, strictly: a key twice is an error, not a silent choice.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// Field values by key, each key once.
#[derive(Default)]
pub(crate) struct Fields(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a value for each field")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields, A::Error> {
        let mut fields = Map::new();
        while let Some((key, value)) = entries.next_entry::<String, Value>()? {
            if fields.insert(key, value).is_some() {
                return Err(A::Error::custom("duplicate key in fields"));
            }
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_twice_is_refused() {
        let read = |text: &str| serde_json::from_str::<Fields>(text).map(|fields| fields.0.len());
        assert_eq!(read(r#"{"a": 1, "b": [2]}"#).unwrap(), 2);
        assert!(read(r#"{"a": 1, "a": 1}"#).unwrap_err().to_string().contains("duplicate key"));
        assert!(read(r#"{"a": 1, "\u0061": 1}"#).is_err(), "the same key, escaped");
        assert!(read("[]").is_err());
    }
}
