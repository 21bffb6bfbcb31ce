//! The answers of the reference connector (`yinzheng connector`): a list of what an office knows, as a
//! table. Who is not on it is unknown, which is no "no".

use domain::canonical::number_key;
use domain::exemption::{Key, connector_answer};
use formats::sheet::{SheetLimits, decode, read_csv};
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

const HEAD: [&str; 5] = ["connector", "code", "answer", "reference", "valid_until"];
const LIMITS: SheetLimits = SheetLimits {
    rows_max: 1_000_001,
    columns_max: HEAD.len(),
    cells_max: 5_000_005,
    cell_bytes_max: 1024,
    total_bytes_max: 256 << 20,
};

/// What an office knows, by connector and code of the person or body.
pub struct ConnectorList(BTreeMap<(String, String), String>);

/// Without what is in it.
impl std::fmt::Debug for ConnectorList {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "ConnectorList({})", self.0.len())
    }
}

/// What of a question the list needs.
#[derive(Deserialize)]
struct Question {
    connector: String,
    applicant: Applicant,
}

#[derive(Deserialize)]
struct Applicant {
    code: String,
}

impl ConnectorList {
    /// Reads a table with the columns `connector`, `code`, `answer`, `reference` and `valid_until`.
    ///
    /// # Errors
    /// The first row that cannot be used, and why, in words.
    pub fn read(table: &[u8]) -> Result<Self, String> {
        let (_, text) = decode(table).map_err(|cause| cause.to_string())?;
        let rows = read_csv(&text, &LIMITS).map_err(|cause| cause.to_string())?;
        let mut rows = rows.into_iter();
        let head = rows.next().map(|row| row.cells).unwrap_or_default();
        if head != HEAD {
            return Err(format!("the first row is not {}", HEAD.join(",")));
        }
        let mut answers = BTreeMap::new();
        for row in rows {
            let said = |problem: String| format!("row {}: {problem}", row.number);
            let cell = |place: usize| row.cells.get(place).map_or("", |cell| cell.trim());
            let (connector, code) = (cell(0), number_key(cell(1)));
            if !is_connector_name(connector) || code.is_empty() {
                return Err(said("a connector (a-z, 0-9 and _) and a code are needed".to_owned()));
            }
            let text = |place: usize| Some(cell(place)).filter(|text| !text.is_empty());
            let answer = json!({
                "answer": cell(2), "reference": text(3), "valid_until": text(4),
            })
            .to_string();
            connector_answer(answer.as_bytes()).map_err(|cause| said(crate::chain(&cause)))?;
            if answers.insert((connector.to_owned(), code), answer).is_some() {
                return Err(said("this code is there twice".to_owned()));
            }
        }
        Ok(Self(answers))
    }

    /// The answer to a question, JSON; nothing for what is no question.
    #[must_use]
    pub fn answer(&self, question: &[u8]) -> Option<String> {
        let question: Question = serde_json::from_slice(question).ok()?;
        let known = self.0.get(&(question.connector, number_key(&question.applicant.code)));
        Some(known.cloned().unwrap_or_else(|| json!({ "answer": "unknown" }).to_string()))
    }

    /// The connectors that it answers for.
    pub fn connectors(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<&str> = self.0.keys().map(|(name, _)| name.as_str()).collect();
        names.into_iter()
    }

    /// How many answers it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A list, and what whoever asks must send.
pub struct ReferenceConnector {
    list: ConnectorList,
    authorization: Zeroizing<String>,
}

impl ReferenceConnector {
    /// Answers whoever sends this value of `Authorization`.
    #[must_use]
    pub fn new(list: ConnectorList, authorization: Zeroizing<String>) -> Self {
        Self { list, authorization }
    }

    /// Whether this value of `Authorization` lets in.
    #[must_use]
    pub fn lets_in(&self, authorization: &[u8]) -> bool {
        authorization.ct_eq(self.authorization.as_bytes()).into()
    }

    /// The answer to a question, JSON; nothing for what is no question.
    #[must_use]
    pub fn answer(&self, question: &[u8]) -> Option<String> {
        self.list.answer(question)
    }
}

/// Whether items can ask for a connector by this name.
#[must_use]
pub fn is_connector_name(text: &str) -> bool {
    text.parse::<Key>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD_ROW: &str = "connector,code,answer,reference,valid_until\n";

    fn read(rows: &str) -> Result<ConnectorList, String> {
        ConnectorList::read(format!("{HEAD_ROW}{rows}").as_bytes())
    }

    #[test]
    fn who_is_on_the_list_has_an_answer_and_who_is_not_is_unknown() {
        let list = read(
            "household,99990019880412017x,confirmed,户籍 1,2026-12-31\n\
             household,91999900MA0000015N,denied,,\n",
        )
        .expect("a list");
        let asked = |connector: &str, code: &str| {
            let question = json!({ "connector": connector, "applicant": { "code": code } });
            let answer = list.answer(question.to_string().as_bytes()).expect("an answer");
            serde_json::from_str::<serde_json::Value>(&answer).expect("JSON")["answer"].clone()
        };
        assert_eq!(list.len(), 2);
        assert_eq!(asked("household", "99990019880412017X"), "confirmed");
        assert_eq!(asked("household", "91999900MA0000015N"), "denied");
        assert_eq!(asked("household", "1"), "unknown");
        assert_eq!(asked("pension", "99990019880412017X"), "unknown");
        assert_eq!(list.answer(b"{}"), None);
    }

    #[test]
    fn a_row_that_cannot_be_used_is_named() {
        for (rows, problem) in [
            ("Household,1,denied,,", "row 2: a connector"),
            ("household,,denied,,", "row 2: a connector"),
            ("household,1,yes,,", "row 2: not the JSON of an answer"),
            ("household,1,confirmed,,", "row 2: a reference"),
            ("household,1,confirmed,R,soon", "row 2: valid_until"),
            ("household,1,denied,,\nhousehold,1,denied,,", "row 3: this code is there twice"),
        ] {
            let error = read(rows).expect_err(problem);
            assert!(error.starts_with(problem), "{error}");
        }
        assert!(ConnectorList::read(b"a,b\n").is_err());
        assert!(ConnectorList::read(b"").is_err());
    }
}
