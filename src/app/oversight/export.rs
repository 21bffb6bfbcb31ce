//! The access log as a file that proves itself: every row with its hash, and a checker that needs
//! nothing else.

use domain::audit::{Access, AccessRow, Errand};
use domain::digest::Sm3;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessFormat {
    /// Comma-separated, the names of columns first (RFC 4180).
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl AccessFormat {
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl",
        }
    }
}

/// What an export turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// How many rows it has.
    pub rows: u64,
    /// The place of the first one.
    pub first: u64,
    /// And of the last.
    pub last: u64,
    /// How often rows between were left out: an export of one case has not its neighbours.
    pub gaps: u64,
    /// SM3 of the last row, to be compared with the service's own.
    pub hash: String,
}

/// Why an export does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ExportFault {
    /// From 1.
    pub line: usize,
    /// In words.
    pub reason: &'static str,
}

/// The columns behind the place of a row, each named once.
macro_rules! columns {
    ($($name:ident)*) => {
        /// One row as it is exported; texts as they are hashed.
        #[derive(Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Line {
            sequence: u64,
            $($name: String,)*
        }

        const COLUMNS: [&str; 17] = ["sequence", $(stringify!($name)),*];

        impl Line {
            fn cells(&self) -> [String; 17] {
                [self.sequence.to_string(), $(self.$name.clone()),*]
            }

            fn of_cells(cells: Vec<String>) -> Option<Self> {
                let [sequence, $($name),*]: [String; 17] = cells.try_into().ok()?;
                Some(Self { sequence: sequence.parse().ok()?, $($name),* })
            }
        }
    };
}

columns! {
    id at actor organization_id route roles operator operator_role item case_no basis licenses fields
    outcome previous hash
}

impl Line {
    fn of(row: &AccessRow) -> Self {
        let entry = &row.entry;
        let errand = entry.errand.clone();
        Self {
            sequence: row.sequence,
            id: entry.id.to_string(),
            // To the microsecond, as it is hashed; only years beyond 9999 have no such text.
            at: entry.at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default(),
            actor: entry.actor.to_string(),
            organization_id: entry.organization.map_or_else(String::new, |id| id.to_string()),
            route: errand.route,
            roles: errand.roles,
            operator: errand.operator,
            operator_role: errand.operator_role,
            item: errand.item,
            case_no: errand.case_no,
            basis: entry.basis.to_string(),
            licenses: entry.licenses_text(),
            fields: entry.fields.to_string(),
            outcome: entry.outcome.to_string(),
            previous: row.previous.to_string(),
            hash: row.hash.to_string(),
        }
    }

    /// The row, if this is exactly how it is written: not a character that nothing vouches for.
    fn row(self) -> Option<AccessRow> {
        let cells = self.cells();
        self.read().filter(|row| Self::of(row).cells() == cells)
    }

    fn read(self) -> Option<AccessRow> {
        let hash = |text: &str| text.parse::<Sm3>().ok();
        let organization = match self.organization_id.as_str() {
            "" => None,
            id => Some(id.parse().ok()?),
        };
        let licenses = self.licenses.split_ascii_whitespace().map(|id| id.parse().ok());
        Some(AccessRow {
            sequence: self.sequence,
            previous: hash(&self.previous)?,
            hash: hash(&self.hash)?,
            entry: Access {
                id: self.id.parse().ok()?,
                at: OffsetDateTime::parse(&self.at, &Rfc3339).ok()?,
                actor: self.actor.parse().ok()?,
                organization,
                basis: self.basis.parse().ok()?,
                licenses: licenses.collect::<Option<_>>()?,
                fields: self.fields.parse().ok()?,
                outcome: self.outcome.parse().ok()?,
                errand: Errand {
                    route: self.route,
                    roles: self.roles,
                    operator: self.operator,
                    operator_role: self.operator_role,
                    item: self.item,
                    case_no: self.case_no,
                },
            },
        })
    }
}

pub(super) fn export_text(rows: &[AccessRow], format: AccessFormat) -> String {
    let lines = rows.iter().map(Line::of);
    match format {
        AccessFormat::JsonLines => lines
            // A structure of texts always serializes.
            .map(|line| serde_json::to_string(&line).unwrap_or_default() + "\n")
            .collect(),
        AccessFormat::Csv => {
            let head = COLUMNS.join(",") + "\r\n";
            let lines = lines.map(|line| line.cells().map(|cell| quoted(&cell)).join(",") + "\r\n");
            std::iter::once(head).chain(lines).collect()
        }
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

/// Checks an export, of either form, without anything else: each row against its hash, and against
/// the row before it where that is there.
///
/// # Errors
/// The first line that does not hold.
pub fn verify_export(text: &str) -> Result<Exported, ExportFault> {
    let csv = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows: Vec<(usize, Option<AccessRow>)> = match csv.strip_prefix(&COLUMNS.join(",")) {
        Some(rest) => {
            let lines = rest.lines().enumerate().skip(1);
            let row = |line: &str| cells(line).and_then(Line::of_cells).and_then(Line::row);
            lines.map(|(place, line)| (place + 1, row(line))).collect()
        }
        None => {
            let row = |line: &str| serde_json::from_str::<Line>(line).ok().and_then(Line::row);
            text.lines().enumerate().map(|(place, line)| (place + 1, row(line))).collect()
        }
    };
    let mut known: Option<AccessRow> = None;
    let mut found = Exported { rows: 0, first: 0, last: 0, gaps: 0, hash: String::new() };
    for (line, row) in rows {
        let fault = |reason| ExportFault { line, reason };
        let row = row.ok_or(fault("this is no row of the access log"))?;
        if !row.is_whole() {
            return Err(fault("the row was changed: its hash is another"));
        }
        let before = known.as_ref().map_or(0, |before| before.sequence);
        if row.sequence <= before {
            return Err(fault("the row is not where it belongs"));
        }
        let follows = row.sequence == before + 1;
        match &known {
            Some(before) if follows && row.previous != before.hash => {
                return Err(fault("the row does not follow the one before"));
            }
            Some(_) if !follows => found.gaps += 1,
            None => found.first = row.sequence,
            Some(_) => {}
        }
        found.rows += 1;
        (found.last, found.hash) = (row.sequence, row.hash.to_string());
        known = Some(row);
    }
    Ok(found)
}

/// The cells of a line of CSV; `None` when quotes are left open.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = vec![String::new()];
    let (mut open, mut closed) = (false, false);
    for character in line.chars() {
        // There is always a last cell.
        let cell = cells.last_mut()?;
        match character {
            '"' if open => (open, closed) = (false, true),
            '"' if closed => {
                cell.push('"');
                (open, closed) = (true, false);
            }
            '"' if cell.is_empty() => open = true,
            ',' if !open => {
                cells.push(String::new());
                closed = false;
            }
            other => cell.push(other),
        }
    }
    (!open).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::{Actor, Basis, Fields, Head, Outcome};
    use domain::id::{AccessId, ApiKeyId, LicenseId, OrganizationId};
    use time::Duration;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-03-02 08:00:00.123456 UTC);

    fn rows(count: u8) -> Vec<AccessRow> {
        let mut head = Head::empty();
        let access = |seed: u8| Access {
            id: AccessId::mint(NOW, [seed; 10]),
            at: NOW + Duration::seconds(seed.into()),
            actor: Actor::ApiKey(ApiKeyId::mint(NOW, [1; 10])),
            organization: seed.is_multiple_of(2).then(|| OrganizationId::mint(NOW, [2; 10])),
            errand: Errand {
                case_no: "示〔2026〕1号".into(),
                // No client can say it; whoever owns the database can write it.
                operator: "\"a\",b".into(),
                ..Errand::by("GET /v1/licenses/{id}")
            },
            basis: Basis::Issuer,
            licenses: (0..seed).map(|seed| LicenseId::mint(NOW, [seed; 10])).collect(),
            fields: Fields::Content,
            outcome: Outcome::Shown,
        };
        (0..count).map(|seed| head.append(access(seed))).collect()
    }

    #[test]
    fn an_export_proves_itself() {
        let all = rows(5);
        for format in [AccessFormat::Csv, AccessFormat::JsonLines] {
            let found = verify_export(&export_text(&all, format)).unwrap();
            let hash = all[4].hash.to_string();
            assert_eq!(found, Exported { rows: 5, first: 1, last: 5, gaps: 0, hash });
            let some = [all[1].clone(), all[2].clone(), all[4].clone()];
            let found = verify_export(&export_text(&some, format)).unwrap();
            assert_eq!((found.rows, found.first, found.last, found.gaps), (3, 2, 5, 1));
            assert_eq!(verify_export(&export_text(&[], format)).unwrap().rows, 0);
        }
    }

    #[test]
    fn every_character_counts() {
        for format in [AccessFormat::Csv, AccessFormat::JsonLines] {
            let whole = export_text(&rows(2), format);
            let begin = if format == AccessFormat::Csv { whole.find('\n').unwrap() + 1 } else { 0 };
            for (place, _) in whole.char_indices().filter(|(place, _)| *place >= begin) {
                let mut altered = whole.clone();
                let character = altered.remove(place);
                altered.insert(place, if character == '7' { '8' } else { '7' });
                if let Ok(found) = verify_export(&altered) {
                    // A blank between two ids is a blank, and the end of a line is one.
                    assert!("\r\n".contains(character), "{place} {character:?} {found:?}");
                }
            }
        }
    }

    #[test]
    fn moved_and_exchanged_rows_are_named() {
        let all = rows(4);
        let text = |rows: &[AccessRow]| export_text(rows, AccessFormat::JsonLines);
        let exchanged = [all[1].clone(), all[0].clone()];
        assert_eq!(verify_export(&text(&exchanged)).unwrap_err().line, 2);
        let mut forged = all.clone();
        // Made whole by itself, but not the one that the next one follows.
        let entry = Access { outcome: Outcome::Nothing, ..all[1].entry.clone() };
        let mut before = Head { sequence: 1, hash: all[0].hash };
        forged[1] = before.append(entry);
        assert_eq!(verify_export(&text(&forged)).unwrap_err().line, 3);
        assert_eq!(verify_export("{}").unwrap_err().line, 1);
    }
}
