//! The one canonical form of a JSON value (RFC 8785), and strict reading.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value that has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is a number that not every program keeps; only whole numbers below 2^53 are used")]
pub struct NotCanonical(String);

/// Largest whole number that every JSON program keeps (RFC 7493, clause 2.2).
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// The canonical form of a value (RFC 8785): no white space, members in the order of their names
/// as UTF-16. Numbers are whole: those have one form in every program.
///
/// # Errors
/// A fraction, or a whole number from 2^53 on.
pub fn canonical(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    match value {
        Value::Number(number) => {
            let number = kept(number).ok_or_else(|| NotCanonical(number.to_string()))?;
            out.extend(number.to_string().bytes());
        }
        Value::Null | Value::Bool(_) | Value::String(_) => out.extend(text(value)),
        Value::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                out.extend((place > 0).then_some(b','));
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_by(|(one, _), (two, _)| one.encode_utf16().cmp(two.encode_utf16()));
            out.push(b'{');
            for (place, (name, member)) in sorted.into_iter().enumerate() {
                out.extend((place > 0).then_some(b','));
                out.extend(text(name));
                out.push(b':');
                write(member, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// Texts, `true`, `null`: serde_json escapes just what RFC 8785, clause 3.2.2.2, escapes.
fn text(value: &(impl serde::Serialize + ?Sized)) -> Vec<u8> {
    // Writing such a value to memory cannot fail.
    serde_json::to_vec(value).expect("a simple value")
}

fn kept(number: &Number) -> Option<&Number> {
    let small = |number: u64| number <= INTEGER_MAX;
    let whole = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    whole.is_some_and(small).then_some(number)
}

/// Reads one value; members that stand twice are refused, which parsers read in different ways.
pub(crate) fn strict(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // Whoever needs the canonical form refuses it there.
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let member = members.next_value_seed(Strict)?;
            if read.contains_key(&name) {
                return Err(A::Error::custom(format!("the member {name} stands twice")));
            }
            read.insert(name, member);
        }
        Ok(Value::Object(read))
    }
}
