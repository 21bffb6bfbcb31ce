//! Application forms (申请表) as documents: which fields they have, and where the value of each stands
//! already (免填写).
//!
//! A form is one JSON document ([`Form::read`]) that belongs to a service item. Its fields are those of
//! license types ([`Field`]); where a value is taken from follows the rules of exemption ([`Source`]).

mod filling;
mod reading;

pub use filling::{Fill, Filled, Taken, Why, filled};
pub use reading::FormError;

use crate::catalogue::{Field, FieldKind, Names};
use crate::compare::Kind;
use crate::exemption::{ItemCode, Key, Source};
use serde::{Deserialize, Serialize};

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FormEntry {
    /// What it holds: as a field of a license type.
    pub field: Field,
    /// As what two values of it are compared; by what it holds when absent.
    #[serde(default, with = "optional_kind", skip_serializing_if = "Option::is_none")]
    pub compared_as: Option<Kind>,
    /// Where its value can be taken from, best first; nothing means that the applicant says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Source>,
    /// Whether it takes a whole line of the form.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wide: bool,
}

/// Fields under one heading.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FormSection {
    /// The heading.
    pub title: Names,
    /// Its fields in order.
    pub entries: Vec<FormEntry>,
}

/// One version of a form. Read with [`Form::read`], so that every value of this type is consistent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its name in addresses.
    pub code: Key,
    /// Which version of it, from 1.
    pub version: u32,
    /// Its title.
    pub name: Names,
    /// The service item that asks for it.
    pub item: ItemCode,
    /// Made up to show how it works (样例), which its face says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub example: bool,
    /// What stands below the fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Names>,
    /// Its fields by section.
    pub sections: Vec<FormSection>,
}

impl Form {
    /// All fields in order.
    pub fn entries(&self) -> impl Iterator<Item = &FormEntry> {
        self.sections.iter().flat_map(|section| &section.entries)
    }

    /// The field of this name.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&FormEntry> {
        self.entries().find(|entry| entry.field.key == key)
    }
}

impl FormEntry {
    /// As what two values of it are compared.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.compared_as.unwrap_or(match self.field.kind {
            FieldKind::Date => Kind::Date,
            FieldKind::CitizenId | FieldKind::Uscc => Kind::Identifier,
            FieldKind::Number { .. } | FieldKind::Money { .. } => Kind::Number,
            _ => Kind::Text,
        })
    }
}

/// A kind by its word; it may be absent.
mod optional_kind {
    use crate::compare::Kind;
    use serde::{Deserializer, Serializer};

    #[allow(clippy::ref_option, reason = "serde asks so")]
    pub(super) fn serialize<S: Serializer>(kind: &Option<Kind>, to: S) -> Result<S::Ok, S::Error> {
        match kind {
            Some(kind) => crate::as_text::serialize(kind, to),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Kind>, D::Error> {
        crate::as_text::deserialize(from).map(Some)
    }
}

#[cfg(test)]
mod tests;
