//! What a connector is asked and answers (`docs/connectors.md`): the office that knows is asked whether
//! what a material would show is so; it says yes, no, or that it does not know.

use super::case::{Confirmation, Party};
use super::key::{ItemCode, Key};
use crate::time::day;
use serde::{Deserialize, Serialize};

const REFERENCE_CHARACTERS_MAX: usize = 100;

/// A question to a connector, as it is sent.
#[derive(Serialize)]
pub struct ConnectorQuestion<'a> {
    /// The name under which it is configured.
    pub connector: &'a Key,
    /// The item that is applied for.
    pub item: &'a ItemCode,
    /// The version of the item.
    pub item_version: u32,
    /// The material in whose place the answer would stand.
    pub material: &'a Key,
    /// The number of the case.
    pub case_no: &'a str,
    /// About whom it is asked.
    pub applicant: AskedAbout<'a>,
    /// When it is asked, RFC 3339.
    pub asked_at: &'a str,
}

/// About whom a connector is asked.
#[derive(Serialize)]
pub struct AskedAbout<'a> {
    /// `person` or `organization`.
    pub kind: &'static str,
    /// The name.
    pub name: &'a str,
    /// The citizen number, social credit code or other code.
    pub code: &'a str,
}

impl<'a> AskedAbout<'a> {
    /// This party.
    #[must_use]
    pub fn of(party: &'a Party) -> Self {
        Self { kind: party.kind.name(), name: &party.name, code: &party.code }
    }
}

/// An answer as it is read; members besides these are for others.
#[derive(Deserialize)]
struct Answer {
    answer: Word,
    reference: Option<String>,
    valid_until: Option<String>,
}

/// What is answered.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Confirmed,
    Denied,
    Unknown,
}

/// The bytes are no answer of a connector.
#[derive(Debug, thiserror::Error)]
pub enum BadAnswer {
    /// Not JSON of the form.
    #[error("not the JSON of an answer")]
    Form(#[source] serde_json::Error),
    /// It confirms and does not say under which reference.
    #[error("a reference of 1 to {REFERENCE_CHARACTERS_MAX} characters of one line is needed")]
    Reference,
    /// Its last day is none.
    #[error("valid_until is no day such as 2026-03-02")]
    Day,
}

/// What a connector said.
///
/// # Errors
/// It cannot be used, whatever it says.
pub fn connector_answer(bytes: &[u8]) -> Result<Confirmation, BadAnswer> {
    let answer: Answer = serde_json::from_slice(bytes).map_err(BadAnswer::Form)?;
    let until = answer.valid_until.as_deref();
    let until = until.map(|text| day(text).ok_or(BadAnswer::Day)).transpose()?;
    match answer.answer {
        Word::Denied => Ok(Confirmation::No),
        Word::Unknown => Ok(Confirmation::Unavailable),
        Word::Confirmed => {
            let fits = |text: &String| {
                let characters = text.chars().count();
                (1..=REFERENCE_CHARACTERS_MAX).contains(&characters)
                    && !text.trim().is_empty()
                    && !text.chars().any(char::is_control)
            };
            let reference = answer.reference.filter(fits).ok_or(BadAnswer::Reference)?;
            Ok(Confirmation::Yes { reference, until })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn answers_are_read_and_what_is_none_is_refused() {
        let yes = |until| Confirmation::Yes { reference: "R 1".to_owned(), until };
        for (answer, expected) in [
            (r#"{"answer":"confirmed","reference":"R 1"}"#, yes(None)),
            (
                r#"{"answer":"confirmed","reference":"R 1","valid_until":"2026-12-31","more":1}"#,
                yes(Some(date!(2026 - 12 - 31))),
            ),
            (r#"{"answer":"denied"}"#, Confirmation::No),
            (r#"{"answer":"unknown","reference":"x"}"#, Confirmation::Unavailable),
        ] {
            assert_eq!(connector_answer(answer.as_bytes()).expect(answer), expected);
        }
        let long = format!(r#"{{"answer":"confirmed","reference":"{}"}}"#, "证".repeat(101));
        for answer in [
            "",
            "true",
            "{}",
            r#"{"answer":"yes","reference":"R 1"}"#,
            r#"{"answer":true,"reference":"R 1"}"#,
            r#"{"answer":"denied","answer":"confirmed","reference":"R 1"}"#,
            r#"{"answer":"confirmed"}"#,
            r#"{"answer":"confirmed","reference":" "}"#,
            r#"{"answer":"confirmed","reference":"a\nb"}"#,
            r#"{"answer":"confirmed","reference":"R 1","valid_until":"2026-02-30"}"#,
            r#"{"answer":"confirmed","reference":"R 1"} {}"#,
            &long,
        ] {
            assert!(connector_answer(answer.as_bytes()).is_err(), "{answer}");
        }
    }
}
