//! Rows that failed, as a file in the format in which they came, with a column that says why. Mended,
//! it can be sent as a batch of its own.

use super::input::{Input, Table};
use super::steps::HasFile;
use crate::{App, AppError, Caller, Document, Errand};
use domain::audit::Fields;
use domain::digest::Sha256;
use domain::ingest::{Batch, Format, PROBLEMS_COLUMN, Problem, RowState};
use formats::sheet::{write_csv, write_xlsx};
use formats::zip::zip_with;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows read at a time.
const ROWS_AT_ONCE: u32 = 1000;

impl App {
    /// The failed rows of a batch, in its own format. That they were looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also when none failed; `batch_file_gone`; `case_number_missing`,
    /// `operator_missing`.
    pub fn ingest_failed(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        self.require_errand(caller, errand)?;
        let batch = self.own_batch(caller, id)?;
        batch.has_file()?;
        let reasons = self.reasons(&batch)?;
        if reasons.is_empty() {
            return Err(AppError::NotFound);
        }
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("giving rows of batch {} back", batch.id), cause)
        };
        let file = self.files.read(batch.file)?;
        let input = Input::read(&file, self.settings.file_bytes_max)
            .map_err(|bad| failed(bad.detail.into()))?;
        let table = table(&input.table, &reasons).map_err(failed)?;
        let (bytes, media_type, end) = match (&input.archive, input.format) {
            (Some((list, archive)), _) => {
                let documents = self.documents(&batch)?;
                // As they were sent: one that is damaged is told in its row again.
                let entries = archive.files().filter(|entry| documents.contains(&entry.name));
                let packed = zip_with((list, &table), archive, entries);
                (packed.map_err(|cause| failed(cause.into()))?, "application/zip", "zip")
            }
            (None, Format::Xlsx) => (table, XLSX, "xlsx"),
            (None, Format::JsonLines) => (table, "application/jsonl", "jsonl"),
            (None, _) => (table, "text/csv; charset=utf-8", "csv"),
        };
        self.note_look(caller, errand, Vec::new(), Fields::Content)?;
        Ok(Document {
            sha256: Sha256::of(&bytes).to_string(),
            bytes,
            media_type,
            name: format!("failed-{}.{end}", batch.id),
        })
    }

    /// The failed rows and why, by their number.
    fn reasons(&self, batch: &Batch) -> Result<BTreeMap<u32, String>, AppError> {
        let mut reasons = BTreeMap::new();
        loop {
            let after = reasons.keys().next_back().copied().unwrap_or(0);
            let failed = Some(RowState::Failed);
            let rows = self.store.ingest_rows(batch.id, failed, after, ROWS_AT_ONCE)?;
            if rows.is_empty() {
                return Ok(reasons);
            }
            let words = |one: &Problem| match one.field.as_str() {
                "" => one.message.clone(),
                field => format!("{}：{}", self.field_name(batch, field), one.message),
            };
            for row in rows {
                let all: Vec<String> = row.problems.iter().map(words).collect();
                reasons.insert(row.number, all.join("；"));
            }
        }
    }

    /// The names of the documents of failed rows.
    fn documents(&self, batch: &Batch) -> Result<BTreeSet<String>, AppError> {
        let (mut names, mut after) = (BTreeSet::new(), 0);
        loop {
            let failed = Some(RowState::Failed);
            let rows = self.store.ingest_rows(batch.id, failed, after, ROWS_AT_ONCE)?;
            let Some(last) = rows.last() else { return Ok(names) };
            after = last.number;
            names.extend(rows.into_iter().filter_map(|row| row.document));
        }
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The rows with these numbers as they came, and why each is here.
fn table(
    table: &Table,
    reasons: &BTreeMap<u32, String>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let (charset, head, rows) = match table {
        Table::Lines(lines) => return with_reasons(lines, reasons),
        Table::Sheet { charset, head, rows } => (charset, head, rows),
    };
    // Reasons of an earlier time go.
    let old = head.iter().position(|name| name.trim() == PROBLEMS_COLUMN);
    let line = |cells: &[String], last: &str| {
        let mut line = cells.to_vec();
        line.resize(head.len(), String::new());
        if let Some(old) = old {
            line.remove(old);
        }
        line.push(last.to_owned());
        line
    };
    let mut out = vec![line(head, PROBLEMS_COLUMN)];
    for row in rows {
        out.extend(reasons.get(&row.number).map(|reason| line(&row.cells, reason)));
    }
    let out = out.iter().map(Vec::as_slice);
    match charset {
        Some(charset) => Ok(write_csv(out, *charset)),
        None => Ok(write_xlsx(out)?),
    }
}

fn with_reasons(
    lines: &[(u32, String)],
    reasons: &BTreeMap<u32, String>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut out = String::new();
    for (number, text) in lines {
        let Some(reason) = reasons.get(number) else { continue };
        match serde_json::from_str::<Map<String, Json>>(text) {
            Ok(mut object) => {
                object.insert(PROBLEMS_COLUMN.to_owned(), Json::from(reason.as_str()));
                out.push_str(&serde_json::to_string(&object)?);
            }
            // No object has no place for a reason; it comes back as it was.
            Err(_) => out.push_str(text),
        }
        out.push('\n');
    }
    Ok(out.into_bytes())
}
