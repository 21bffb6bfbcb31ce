//! Values, and where each one stands.

use std::fmt;
use std::ops::Range;

/// A range of byte offsets.
pub type Span = Range<usize>;

/// Object number and generation of an indirect object (ISO 32000-2, 7.3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    /// Object number, from 1.
    pub number: u32,
    /// Generation, 0 in almost every file.
    pub generation: u16,
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.number, self.generation)
    }
}

/// A name without its solidus, `#` escapes resolved (ISO 32000-2, 7.3.5).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) Box<[u8]>);

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == other.as_bytes()
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other.as_bytes()
    }
}

impl Name {
    /// The name as text; bytes that are not UTF-8 are replaced.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "/{}", self.text())
    }
}

/// A value and the bytes it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// Equality of meaning: positions do not count.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// The kinds of values (ISO 32000-2, 7.3); streams are dictionaries of an
/// [`Indirect`](crate::pdf::file::Indirect) with data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Name(Name),
    String(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Reference(Id),
}

impl Object {
    pub(crate) fn integer(&self) -> Option<i64> {
        if let Value::Integer(value) = self.value { Some(value) } else { None }
    }

    /// A non-negative integer as an offset or count.
    pub(crate) fn size(&self) -> Option<usize> {
        self.integer().and_then(|value| usize::try_from(value).ok())
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self.value {
            #[expect(clippy::cast_precision_loss, reason = "coordinates are far below 2^53")]
            Value::Integer(value) => Some(value as f64),
            Value::Real(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> Option<&Name> {
        if let Value::Name(name) = &self.value { Some(name) } else { None }
    }

    pub(crate) fn is_name(&self, expected: &str) -> bool {
        self.name().is_some_and(|name| *name == *expected)
    }

    pub(crate) fn string(&self) -> Option<&[u8]> {
        if let Value::String(bytes) = &self.value { Some(bytes) } else { None }
    }

    pub(crate) fn array(&self) -> Option<&[Object]> {
        if let Value::Array(items) = &self.value { Some(items) } else { None }
    }

    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        if let Value::Dictionary(entries) = &self.value { Some(entries) } else { None }
    }

    pub(crate) fn reference(&self) -> Option<Id> {
        if let Value::Reference(id) = self.value { Some(id) } else { None }
    }
}

/// A dictionary, ordered by key; keys are unique (the parser refuses duplicates).
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    entries: Vec<(Name, Object)>,
}

impl Dictionary {
    /// `Err` is the offset of a value whose key occurs twice.
    pub(crate) fn new(mut entries: Vec<(Name, Object)>) -> Result<Self, usize> {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        match entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(pair[1].1.span.start),
            None => Ok(Self { entries }),
        }
    }

    fn find(&self, key: &[u8]) -> Option<&Object> {
        let index = self.entries.binary_search_by(|(name, _)| (*name.0).cmp(key)).ok()?;
        Some(&self.entries[index].1)
    }

    /// The value of `key`; a null value is an absent one (ISO 32000-2, 7.3.7).
    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.find(key.as_bytes()).filter(|object| object.value != Value::Null)
    }

    /// As [`Dictionary::get`], by name.
    pub(crate) fn get_named(&self, key: &Name) -> Option<&Object> {
        self.find(&key.0).filter(|object| object.value != Value::Null)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Name, &Object)> {
        self.entries
            .iter()
            .filter(|(_, object)| object.value != Value::Null)
            .map(|(name, object)| (name, object))
    }

    /// Where the value of `key` stands, null or not.
    pub(crate) fn span(&self, key: &str) -> Option<Span> {
        self.find(key.as_bytes()).map(|object| object.span.clone())
    }

    pub(crate) fn is_type(&self, expected: &str) -> bool {
        self.get("Type").is_some_and(|value| value.is_name(expected))
    }
}

/// Equality of meaning: null entries do not count, positions do not either.
impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
