//! What must hold of a license that stands in a material's place, as people type it:
//! `valid_until >= today+30`, `category = 'food'`, `age(citizen_id) >= 60`, `usage in ('住宅', '商业')`.
//!
//! Sides are those of rules across fields ([`crate::catalogue::FieldRule`]), and besides
//! `valid_from`, `valid_until`, `issued_on` and `age(citizen number or day)`.

use crate::canonical::search_key;
use crate::catalogue::{Content, Field, FieldKind, Kept, LicenseType, Side, Sort, Worth};
use crate::identifier::CitizenId;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use time::{Date, Duration, Month};

/// A text is not a predicate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no predicate; such as: valid_until >= today+30, category = 'food', age(citizen_id) >= 60"
)]
pub struct BadPredicate(String);

/// Longer lists of values belong into several alternatives.
const VALUES_MAX: usize = 50;
/// A predicate is one line.
const TEXT_BYTES_MAX: usize = 1000;
/// Ten years ahead or back.
const DAYS_MAX: i64 = 3660;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    /// The first day of validity.
    ValidFrom,
    /// The last day of validity; a license without one lasts longer than any day.
    ValidUntil,
    /// The day of issue.
    IssuedOn,
    /// Years completed today, since the birth in a citizen number or since a day.
    Age(String),
    /// What a rule across fields may name.
    Side(Side),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Other,
    Before,
    NotAfter,
    After,
    NotBefore,
}

const RELATIONS: [(&str, Relation); 6] = [
    ("=", Relation::Equal),
    ("!=", Relation::Other),
    ("<", Relation::Before),
    ("<=", Relation::NotAfter),
    (">", Relation::After),
    (">=", Relation::NotBefore),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    /// So many days from today.
    Today(i64),
    Day(Date),
    /// A decimal, as written.
    Number(String),
    Text(String),
    Side(Side),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Compare(Relation, Operand),
    /// One of these texts.
    In(Vec<String>),
}

/// What must hold of a license; read from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    subject: Subject,
    form: Form,
}

enum Measure<'a> {
    Nothing,
    Unknown,
    /// Later than any day.
    Endless,
    Day(Date),
    /// The day since which years are counted.
    Since(Date),
    /// A decimal.
    Number(&'a str),
    Text(&'a str),
}

impl Predicate {
    /// Whether it holds of a license's content today; unknown where there is no value to judge.
    #[must_use]
    pub fn holds(&self, content: &Content, today: Date) -> Kept {
        let subject = self.subject.measure(content);
        match &self.form {
            Form::In(texts) => match subject {
                Measure::Text(text) => {
                    truth(texts.iter().any(|one| search_key(one) == search_key(text)))
                }
                Measure::Number(number) => {
                    truth(texts.iter().any(|one| decimals(number, one) == Some(Ordering::Equal)))
                }
                _ => Kept::Unknown,
            },
            Form::Compare(relation, operand) => {
                let operand = operand.measure(content, today);
                let order =
                    operand.and_then(|operand| ordered(&subject, *relation, &operand, today));
                order.map_or(Kept::Unknown, |order| truth(relation.suits(order)))
            }
        }
    }

    /// The last day on which it goes on to hold of a license of which it holds today; none means
    /// without end.
    #[must_use]
    pub fn until(&self, content: &Content, today: Date) -> Option<Date> {
        let Form::Compare(relation, operand) = &self.form else { return None };
        match (self.subject.measure(content), operand) {
            (Measure::Day(day), Operand::Today(days)) => {
                let met = day.checked_sub(Duration::days(*days))?;
                match relation {
                    Relation::NotBefore | Relation::Equal => Some(met),
                    Relation::After => met.previous_day(),
                    Relation::Other if met > today => met.previous_day(),
                    Relation::Other | Relation::Before | Relation::NotAfter => None,
                }
            }
            (Measure::Since(_), _) if matches!(relation, Relation::After | Relation::NotBefore) => {
                None
            }
            (Measure::Since(day), _) => next_anniversary(day, today).previous_day(),
            _ => None,
        }
    }

    /// Whether licenses of a type have what it is about.
    ///
    /// # Errors
    /// What does not fit, for the person who wrote it.
    pub fn check(&self, license_type: &LicenseType) -> Result<(), String> {
        let field = |key: &str| {
            license_type.field(key).ok_or_else(|| format!("the type has no field `{key}`"))
        };
        let sort = |side: &Side| {
            let kind = &field(side.key())?.kind;
            let suits = side.suits(kind).then(|| side.sort(kind));
            suits.ok_or_else(|| format!("`{side}` cannot be compared"))
        };
        let left = match &self.subject {
            Subject::Side(side) => sort(side)?,
            Subject::Age(key) if !has_age(field(key)?) => {
                return Err(format!("`{key}` is no citizen number and no day"));
            }
            Subject::Age(_) => Sort::Number,
            Subject::ValidFrom | Subject::ValidUntil | Subject::IssuedOn => Sort::Day,
        };
        let Form::Compare(relation, Operand::Side(right)) = &self.form else { return Ok(()) };
        if left != sort(right)? || (left == Sort::Text && relation.orders()) {
            return Err("days are compared with days, numbers with numbers, and other values \
                only by = and !="
                .to_owned());
        }
        Ok(())
    }
}

fn has_age(field: &Field) -> bool {
    matches!(field.kind, FieldKind::CitizenId | FieldKind::Date | FieldKind::Text { .. })
}

fn truth(holds: bool) -> Kept {
    if holds { Kept::Yes } else { Kept::No }
}

impl Relation {
    fn suits(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Other => order.is_ne(),
            Self::Before => order.is_lt(),
            Self::NotAfter => order.is_le(),
            Self::After => order.is_gt(),
            Self::NotBefore => order.is_ge(),
        }
    }

    /// Whether it asks which of two comes first.
    fn orders(self) -> bool {
        !matches!(self, Self::Equal | Self::Other)
    }

    fn sign(self) -> &'static str {
        RELATIONS.iter().find(|(_, one)| *one == self).map_or("", |(sign, _)| sign)
    }
}

impl Subject {
    fn read(text: &str) -> Option<Self> {
        match text {
            "valid_from" => Some(Self::ValidFrom),
            "valid_until" => Some(Self::ValidUntil),
            "issued_on" => Some(Self::IssuedOn),
            _ => match text.strip_prefix("age(").and_then(|rest| rest.strip_suffix(')')) {
                Some(key) => match Side::read(key)? {
                    Side::Field(key) => Some(Self::Age(key)),
                    _ => None,
                },
                None => Side::read(text).map(Self::Side),
            },
        }
    }

    fn measure<'a>(&self, content: &'a Content) -> Measure<'a> {
        let day = |day: Option<Date>| day.map_or(Measure::Nothing, Measure::Day);
        match self {
            Self::ValidFrom => day(content.valid_from()),
            Self::ValidUntil => content.valid_to().map_or(Measure::Endless, Measure::Day),
            Self::IssuedOn => day(content.issue_date()),
            Self::Age(key) => {
                let born = match Side::Field(key.clone()).worth(content) {
                    Worth::Day(day) => Some(day),
                    Worth::Text(text) => text.parse::<CitizenId>().ok().map(|id| id.born()),
                    Worth::Nothing | Worth::Unknown | Worth::Number(_) => None,
                };
                born.map_or(Measure::Unknown, Measure::Since)
            }
            Self::Side(side) => measured(side, content),
        }
    }
}

fn measured<'a>(side: &Side, content: &'a Content) -> Measure<'a> {
    match side.worth(content) {
        Worth::Nothing => Measure::Nothing,
        Worth::Unknown => Measure::Unknown,
        Worth::Day(day) => Measure::Day(day),
        Worth::Number(text) => Measure::Number(text),
        Worth::Text(text) => Measure::Text(text),
    }
}

/// Years completed on `today`.
fn years(since: Date, today: Date) -> i32 {
    let had = (today.month() as u8, today.day()) >= (since.month() as u8, since.day());
    today.year() - since.year() - i32::from(!had)
}

/// The first day after today on which another year is completed; a 29 February has it on 1 March.
fn next_anniversary(since: Date, today: Date) -> Date {
    let year = since.year() + years(since, today) + 1;
    let first_of_march = || Date::from_calendar_date(year, Month::March, 1);
    since.replace_year(year).or_else(|_| first_of_march()).unwrap_or(Date::MAX)
}

/// How the two stand to each other; none where nobody can tell, as which of two texts comes first.
fn ordered(
    subject: &Measure<'_>,
    relation: Relation,
    operand: &Measure<'_>,
    today: Date,
) -> Option<Ordering> {
    match (subject, operand) {
        (Measure::Endless, Measure::Day(_)) => Some(Ordering::Greater),
        (Measure::Day(left), Measure::Day(right)) => Some(left.cmp(right)),
        (Measure::Since(day), Measure::Number(right)) => {
            decimals(&years(*day, today).to_string(), right)
        }
        (Measure::Number(left), Measure::Number(right) | Measure::Text(right))
        | (Measure::Text(left), Measure::Number(right)) => decimals(left, right),
        (Measure::Text(left), Measure::Text(right)) if !relation.orders() => {
            Some(search_key(left).cmp(&search_key(right)))
        }
        _ => None,
    }
}

/// Which of two decimals is less; none where one is none, or has more than 24 digits.
fn decimals(left: &str, right: &str) -> Option<Ordering> {
    Some(scaled(left)?.cmp(&scaled(right)?))
}

/// In parts of a million million.
fn scaled(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 24 || fraction.len() > 12 {
        return None;
    }
    format!("{whole}{fraction:0<12}").parse().ok()
}

fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inside.is_empty() && !inside.contains('\'')).then(|| inside.to_owned())
}

impl Operand {
    fn measure<'a>(&'a self, content: &'a Content, today: Date) -> Option<Measure<'a>> {
        Some(match self {
            Self::Today(days) => Measure::Day(today.checked_add(Duration::days(*days))?),
            Self::Day(day) => Measure::Day(*day),
            Self::Number(text) => Measure::Number(text),
            Self::Text(text) => Measure::Text(text),
            Self::Side(side) => measured(side, content),
        })
    }

    fn read(text: &str) -> Option<Self> {
        if text.starts_with('\'') {
            return quoted(text).map(Self::Text);
        }
        if let Some(rest) = text.strip_prefix("today") {
            let days = if rest.is_empty() { Some(0) } else { signed(rest) }?;
            return (days.abs() <= DAYS_MAX).then_some(Self::Today(days));
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            let day = crate::time::day(text).map(Self::Day);
            return day.or_else(|| scaled(text).map(|_| Self::Number(text.to_owned())));
        }
        Side::read(text).map(Self::Side)
    }
}

/// `+30` or `-30`.
fn signed(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-'])?;
    let plain = digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn one_of(text: &str) -> Option<Form> {
    let inside = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let texts: Option<Vec<String>> = inside.split(',').map(|one| quoted(one.trim())).collect();
    texts.filter(|texts| texts.len() <= VALUES_MAX).map(Form::In)
}

impl FromStr for Predicate {
    type Err = BadPredicate;

    fn from_str(text: &str) -> Result<Self, BadPredicate> {
        let bad = || BadPredicate(text.chars().take(100).collect());
        if text.len() > TEXT_BYTES_MAX {
            return Err(bad());
        }
        let (subject, rest) = text.trim().split_once(' ').ok_or_else(bad)?;
        let (word, operand) = rest.trim_start().split_once(' ').ok_or_else(bad)?;
        let subject = Subject::read(subject).ok_or_else(bad)?;
        if word == "in" {
            let form = one_of(operand).ok_or_else(bad)?;
            let is_text = matches!(subject, Subject::Side(_));
            return is_text.then_some(Self { subject, form }).ok_or_else(bad);
        }
        let relation = RELATIONS.iter().find(|(sign, _)| *sign == word).ok_or_else(bad)?.1;
        let operand = Operand::read(operand.trim()).ok_or_else(bad)?;
        let comparable = match (&subject, &operand) {
            (_, Operand::Text(_)) if relation.orders() => false,
            (Subject::Age(_), operand) => matches!(operand, Operand::Number(_)),
            (Subject::Side(_), _) => true,
            (_, operand) => !matches!(operand, Operand::Number(_) | Operand::Text(_)),
        };
        let form = Form::Compare(relation, operand);
        comparable.then_some(Self { subject, form }).ok_or_else(bad)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ValidFrom => out.write_str("valid_from"),
            Self::ValidUntil => out.write_str("valid_until"),
            Self::IssuedOn => out.write_str("issued_on"),
            Self::Age(key) => write!(out, "age({key})"),
            Self::Side(side) => side.fmt(out),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today(0) => out.write_str("today"),
            Self::Today(days) => write!(out, "today{days:+}"),
            Self::Day(day) => out.write_str(&crate::time::day_text(*day)),
            Self::Number(text) => out.write_str(text),
            Self::Text(text) => write!(out, "'{text}'"),
            Self::Side(side) => side.fmt(out),
        }
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.form {
            Form::Compare(relation, operand) => {
                write!(out, "{} {} {operand}", self.subject, relation.sign())
            }
            Form::In(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
                write!(out, "{} in ({})", self.subject, texts.join(", "))
            }
        }
    }
}

impl serde::Serialize for Predicate {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::as_text::serialize(self, to)
    }
}

impl<'de> serde::Deserialize<'de> for Predicate {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::as_text::deserialize(from)
    }
}

#[cfg(test)]
mod tests;
