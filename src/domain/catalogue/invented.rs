//! An invented content for a type that has no samples: what a preview shows, and what a definition
//! is tried with. Every name says 样例, every code is of the division 999900 that no place has.

use super::field::{Column, Field, FieldKind, Role};
use super::license_type::{HolderKind, LicenseType};
use super::number::{NumberPattern, Segment};
use serde_json::{Map, Value as Json, json};

const CITIZEN_ID: &str = "999900198804120175";
const USCC: &str = "91999900MA0000015N";
const DAY: &str = "2026-03-02";
const LAST_DAY: &str = "2031-03-01";
/// A grey head and shoulders, PNG.
const PHOTO: &str = "iVBORw0KGgoAAAANSUhEUgAAADwAAABQCAAAAABgoUmPAAAAkklEQVR42u3WQQ6DQAxDUd//AP9+vUlXVEBBipNII0S8f7sZO/oUosGD34fZ4mP2MTEEtEL2Ritmr7WC9lK3YwjqbgxRPXjwi/C6L7mwhmrtWevt2mLUtqq2knOTPAbnH8mis6LSYRDWitN/LsuetDx71DLtQbdhMLVsu9NNGGythP3p9RgSugNDRj8aQ0oPNvEX4IhmX3E8ITwAAAAASUVORK5CYII=";

/// Texts of the usual length have this many characters at most.
const USUAL_CHARACTERS: usize = 60;

impl LicenseType {
    /// A content that fits the type, of invented values of the usual length.
    #[must_use]
    pub fn invented_content(&self) -> Map<String, Json> {
        let value = |field: &Field| (field.key.clone(), self.invented(field));
        self.fields().iter().map(value).collect()
    }

    fn invented(&self, field: &Field) -> Json {
        if let Some(pattern) = &field.pattern {
            return pattern.shortest().into();
        }
        let name = match (field.role, self.holder_kind(), &field.kind) {
            (Some(Role::LicenseNumber), ..) => "YL20260001",
            (Some(Role::HolderName), HolderKind::Person, _) => "张样例",
            (Some(Role::HolderName), HolderKind::Organization, _) => "示例市样例食品有限公司",
            (Some(Role::HolderCode), HolderKind::Person, FieldKind::Text { .. }) => CITIZEN_ID,
            (Some(Role::HolderCode), HolderKind::Organization, FieldKind::Text { .. }) => USCC,
            (Some(Role::ValidTo), ..) => LAST_DAY,
            _ => "",
        };
        match &field.kind {
            FieldKind::Table { columns, rows_max } => {
                Json::from(vec![row(columns); (*rows_max).min(2)])
            }
            kind if name.is_empty() => value(kind, &field.name.zh),
            FieldKind::Text { length_max } | FieldKind::LongText { length_max } => {
                name.chars().take(*length_max).collect::<String>().into()
            }
            FieldKind::Date => name.into(),
            kind => value(kind, &field.name.zh),
        }
    }
}

/// So many rows of a table, each filled.
#[must_use]
pub fn invented_rows(columns: &[Column], rows: usize) -> Json {
    Json::from(vec![row(columns); rows])
}

/// A text of so many characters that begins with a name.
#[must_use]
pub fn invented_text(name: &str, characters: usize) -> String {
    let phrase = format!("样例{name}、");
    phrase.chars().cycle().take(characters).collect()
}

fn row(columns: &[Column]) -> Json {
    let cell = |column: &Column| (column.key.clone(), value(&column.kind, &column.name.zh));
    Json::Object(columns.iter().map(cell).collect())
}

fn value(kind: &FieldKind, name: &str) -> Json {
    match kind {
        FieldKind::Text { length_max } => {
            format!("样例{name}").chars().take(*length_max).collect::<String>().into()
        }
        FieldKind::LongText { length_max } => {
            invented_text(name, USUAL_CHARACTERS.min(*length_max)).into()
        }
        FieldKind::Date => DAY.into(),
        FieldKind::Period => json!({ "from": DAY, "to": LAST_DAY }),
        FieldKind::CitizenId => CITIZEN_ID.into(),
        FieldKind::Uscc => USCC.into(),
        FieldKind::Number { .. } => "128".into(),
        FieldKind::Money { .. } => "1000000".into(),
        FieldKind::Choice { choices } => {
            choices.first().map_or(Json::Null, |choice| choice.value.as_str().into())
        }
        FieldKind::Photo => PHOTO.into(),
        FieldKind::Table { .. } => Json::Null,
    }
}

impl NumberPattern {
    /// The shortest text of this form; digits run from 1.
    #[must_use]
    pub fn shortest(&self) -> String {
        let run = |signs: &str, count: usize| signs.chars().cycle().take(count).collect::<String>();
        let part = |segment: &Segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::OneOf(texts) => texts.first().cloned().unwrap_or_default(),
            Segment::Digits(least, _) => run("1234567890", *least),
            Segment::Alphanumeric(least, _) => run("YL1234567890", *least),
            Segment::Chinese(least, _) => run("示例", *least),
        };
        self.0.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Content, built_in};

    #[test]
    fn it_fits_every_built_in_type() {
        for license_type in built_in().expect("the built-in types") {
            let content = license_type.invented_content();
            let checked = Content::check(&license_type, &content);
            assert!(checked.is_ok(), "{}: {checked:?}", license_type.name().zh);
        }
    }
}
