//! Rules across the fields of a license, as people type them: `accepted_on <= issue_date`,
//! `birth(citizen_id) = born_on`, `sex(citizen_id) = sex`, `grade needs category`.

use super::content::Content;
use super::field::FieldKind;
use super::license_type::LicenseType;
use super::value::Value;
use crate::identifier::CitizenId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::Date;

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The value of a field.
    Field(String),
    /// The day of birth in a citizen number.
    Birth(String),
    /// `male` or `female`, by a citizen number.
    Sex(String),
    /// The first day of a period.
    From(String),
    /// The last day of a period.
    To(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    NotAfter,
    Before,
    Equal,
}

/// A rule across fields; read from its text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldRule(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Compare(Side, Relation, Side),
    /// Where the first has a value, the second has one.
    Needs(String, String),
}

/// Whether a content keeps a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It does, or has no value that the rule is about.
    Yes,
    /// It does not.
    No,
    /// Nobody can tell, such as the birth in a number of another kind.
    Unknown,
}

/// A text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no rule; such as: accepted_on <= issue_date, birth(citizen_id) = born_on, a needs b"
)]
pub struct BadRule(String);

/// What a side is worth.
#[derive(PartialEq)]
pub(crate) enum Worth<'a> {
    /// There is no value.
    Nothing,
    /// Nobody can tell.
    Unknown,
    /// A day.
    Day(Date),
    /// A decimal.
    Number(&'a str),
    /// Any other value.
    Text(&'a str),
}

/// As what a side is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Days.
    Day,
    /// Numbers, however many zeros are written.
    Number,
    /// Texts, of which none comes first.
    Text,
}

impl Side {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let key = |text: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            (!text.is_empty() && text.chars().all(fits)).then(|| text.to_owned())
        };
        let Some((function, rest)) = text.split_once('(') else {
            return key(text).map(Self::Field);
        };
        let key = key(rest.strip_suffix(')')?)?;
        match function {
            "birth" => Some(Self::Birth(key)),
            "sex" => Some(Self::Sex(key)),
            "from" => Some(Self::From(key)),
            "to" => Some(Self::To(key)),
            _ => None,
        }
    }

    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Field(key)
            | Self::Birth(key)
            | Self::Sex(key)
            | Self::From(key)
            | Self::To(key) => key,
        }
    }

    pub(crate) fn suits(&self, kind: &FieldKind) -> bool {
        match self {
            Self::Field(_) => {
                !matches!(kind, FieldKind::Photo | FieldKind::Table { .. } | FieldKind::Period)
            }
            Self::Birth(_) | Self::Sex(_) => {
                matches!(kind, FieldKind::CitizenId | FieldKind::Text { .. })
            }
            Self::From(_) | Self::To(_) => *kind == FieldKind::Period,
        }
    }

    /// As what it is compared where its field is of this kind.
    pub(crate) fn sort(&self, kind: &FieldKind) -> Sort {
        match (self, kind) {
            (Self::Birth(_) | Self::From(_) | Self::To(_), _)
            | (Self::Field(_), FieldKind::Date) => Sort::Day,
            (Self::Field(_), FieldKind::Number { .. } | FieldKind::Money { .. }) => Sort::Number,
            (Self::Field(_) | Self::Sex(_), _) => Sort::Text,
        }
    }

    pub(crate) fn worth<'a>(&self, content: &'a Content) -> Worth<'a> {
        let Some(value) = content.value(self.key()) else { return Worth::Nothing };
        let citizen = || match value {
            Value::CitizenId(id) => Some(id.clone()),
            Value::Text(text) => text.parse::<CitizenId>().ok(),
            _ => None,
        };
        match (self, value) {
            (Self::Birth(_), _) => citizen().map_or(Worth::Unknown, |id| Worth::Day(id.born())),
            (Self::Sex(_), _) => {
                match citizen().and_then(|id| id.as_str().as_bytes().get(16).copied()) {
                    Some(digit) => Worth::Text(if digit % 2 == 1 { "male" } else { "female" }),
                    None => Worth::Unknown,
                }
            }
            (Self::From(_), Value::Period(period)) => Worth::Day(period.from),
            (Self::To(_), Value::Period(period)) => period.to.map_or(Worth::Nothing, Worth::Day),
            (_, Value::Date(day)) => Worth::Day(*day),
            (_, Value::Text(text) | Value::Choice(text)) => Worth::Text(text),
            (_, Value::Number(text) | Value::Money(text)) => Worth::Number(text),
            (_, Value::CitizenId(id)) => Worth::Text(id.as_str()),
            (_, Value::Uscc(code)) => Worth::Text(code.as_str()),
            _ => Worth::Unknown,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(key) => out.write_str(key),
            Self::Birth(key) => write!(out, "birth({key})"),
            Self::Sex(key) => write!(out, "sex({key})"),
            Self::From(key) => write!(out, "from({key})"),
            Self::To(key) => write!(out, "to({key})"),
        }
    }
}

impl FieldRule {
    /// Whether a content keeps it.
    #[must_use]
    pub fn kept(&self, content: &Content) -> Kept {
        match &self.0 {
            Form::Needs(given, needed) => {
                let missing = content.value(given).is_some() && content.value(needed).is_none();
                if missing { Kept::No } else { Kept::Yes }
            }
            Form::Compare(left, relation, right) => {
                compared(left.worth(content), *relation, right.worth(content))
            }
        }
    }

    /// The fields that it is about; the one to correct first comes last.
    #[must_use]
    pub fn keys(&self) -> [&str; 2] {
        match &self.0 {
            Form::Compare(left, _, right) => [left.key(), right.key()],
            Form::Needs(given, needed) => [given, needed],
        }
    }

    /// Whether the type has its fields, of kinds that can be compared so.
    pub(super) fn check(&self, license_type: &LicenseType) -> Result<(), String> {
        for key in self.keys() {
            if license_type.field(key).is_none() {
                return Err(format!("there is no field `{key}`"));
            }
        }
        let Form::Compare(left, relation, right) = &self.0 else { return Ok(()) };
        let suits = |side: &Side| {
            license_type.field(side.key()).is_some_and(|field| side.suits(&field.kind))
        };
        let is_day = |side: &Side| {
            license_type.field(side.key()).is_some_and(|field| side.sort(&field.kind) == Sort::Day)
        };
        let alike = is_day(left) == is_day(right);
        if suits(left) && suits(right) && alike && (*relation == Relation::Equal || is_day(left)) {
            return Ok(());
        }
        Err("days are compared with days, and other values only by =".to_owned())
    }
}

fn compared(left: Worth<'_>, relation: Relation, right: Worth<'_>) -> Kept {
    let holds = match (left, relation, right) {
        (Worth::Nothing, ..) | (.., Worth::Nothing) => return Kept::Yes,
        (Worth::Day(left), Relation::NotAfter, Worth::Day(right)) => left <= right,
        (Worth::Day(left), Relation::Before, Worth::Day(right)) => left < right,
        (Worth::Day(left), Relation::Equal, Worth::Day(right)) => left == right,
        (
            Worth::Text(left) | Worth::Number(left),
            Relation::Equal,
            Worth::Text(right) | Worth::Number(right),
        ) => left == right,
        _ => return Kept::Unknown,
    };
    if holds { Kept::Yes } else { Kept::No }
}

impl FromStr for FieldRule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let bad = || BadRule(text.chars().take(100).collect());
        let words: Vec<&str> = text.split_whitespace().collect();
        let [left, relation, right] = words[..] else { return Err(bad()) };
        let (left, right) = Side::read(left).zip(Side::read(right)).ok_or_else(bad)?;
        let relation = match (relation, &left, &right) {
            ("<=", ..) => Relation::NotAfter,
            ("<", ..) => Relation::Before,
            ("=", ..) => Relation::Equal,
            ("needs", Side::Field(given), Side::Field(needed)) => {
                return Ok(Self(Form::Needs(given.clone(), needed.clone())));
            }
            _ => return Err(bad()),
        };
        Ok(Self(Form::Compare(left, relation, right)))
    }
}

impl fmt::Display for FieldRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Needs(given, needed) => write!(out, "{given} needs {needed}"),
            Form::Compare(left, relation, right) => {
                let sign = match relation {
                    Relation::NotAfter => "<=",
                    Relation::Before => "<",
                    Relation::Equal => "=",
                };
                write!(out, "{left} {sign} {right}")
            }
        }
    }
}

impl TryFrom<String> for FieldRule {
    type Error = BadRule;

    fn try_from(text: String) -> Result<Self, BadRule> {
        text.parse()
    }
}

impl From<FieldRule> for String {
    fn from(rule: FieldRule) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in;
    use serde_json::json;

    #[track_caller]
    fn check(rule: &str, changed: serde_json::Value, expected: Kept) {
        let types = built_in().expect("the built-in types");
        let card = types.iter().find(|one| one.name().zh == "残疾人证");
        let card = card.or_else(|| types.iter().find(|one| one.field("citizen_id").is_some()));
        let card = card.expect("a type with a citizen number");
        let mut json = card.invented_content();
        for (key, value) in changed.as_object().expect("an object") {
            json.insert(key.clone(), value.clone());
        }
        let content = Content::check(card, &json).expect("a content");
        let rule: FieldRule = rule.parse().expect("a rule");
        assert_eq!(rule.check(card), Ok(()), "{rule}");
        assert_eq!(rule.kept(&content), expected, "{rule}");
        assert_eq!(rule.to_string().parse(), Ok(rule));
    }

    #[test]
    fn contents_keep_rules_or_not_or_nobody_can_tell() {
        // The invented number is of a man born on 1988-04-12.
        check("birth(citizen_id) = born_on", json!({ "born_on": "1988-04-12" }), Kept::Yes);
        check("birth(citizen_id) = born_on", json!({ "born_on": "1988-04-13" }), Kept::No);
        check("birth(citizen_id) < born_on", json!({ "born_on": "1988-04-13" }), Kept::Yes);
        check("born_on <= born_on", json!({}), Kept::Yes);
        check("born_on < born_on", json!({}), Kept::No);
        check("sex(citizen_id) = sex", json!({ "sex": "male" }), Kept::Yes);
        check("sex(citizen_id) = sex", json!({ "sex": "female" }), Kept::No);
        check("birth(name) = born_on", json!({}), Kept::Unknown);
        check("name needs address", json!({}), Kept::Yes);
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let types = built_in().expect("the built-in types");
        let card = types.iter().find(|one| one.field("citizen_id").is_some()).expect("a card");
        for text in
            ["", "a", "a <= ", "a ? b", "age(a) = b", "A = b", "birth(a) needs b", "a = b = c"]
        {
            assert!(text.parse::<FieldRule>().is_err(), "{text}");
        }
        for text in ["nothing = name", "name <= name", "born_on = name", "photo = photo"] {
            let rule: FieldRule = text.parse().expect("a rule");
            assert!(rule.check(card).is_err(), "{text}");
        }
    }
}
