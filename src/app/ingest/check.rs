//! Every row as if it were issued, without issuing anything: fields, duplicates, documents, and
//! whether all of it fits its place on the paper.

use super::input::{Input, Reader};
use super::work::Stopping;
use crate::issue::{field_problems, not_drawn, outline};
use crate::{App, AppError, FieldProblem};
use domain::catalogue::{Content, LicenseType};
use domain::ingest::{Batch, BatchEvent, Problem, ProblemCount, Row, RowState};
use domain::party::Organization;
use render::RenderContext;
use std::collections::{BTreeMap, HashMap, HashSet};
use storage::ClaimedBatch;

/// Rows checked and kept together: one commit, some hundred milliseconds.
const ROWS_AT_ONCE: usize = 1000;
/// Kinds of problems that are counted; more than a person reads.
const PROBLEM_KINDS_MAX: usize = 100;

/// What every row is checked against.
struct Against<'a> {
    license_type: &'a LicenseType,
    issuer: &'a Organization,
    input: &'a Input<'a>,
    reader: &'a Reader<'a>,
}

/// A row that was looked at by itself.
struct Looked {
    row: Row,
    /// The key of its number, when it has one.
    key: Option<String>,
}

/// What is known of the rows before.
#[derive(Default)]
struct Before {
    numbers: HashMap<String, u32>,
    documents: HashSet<String>,
    problems: BTreeMap<(String, String), u32>,
}

impl App {
    /// Checks the rows of a batch that is there; what was checked before a crash is kept.
    pub(super) fn check_batch(
        &self,
        claimed: &mut ClaimedBatch,
        stopping: &Stopping<'_>,
    ) -> Result<(), AppError> {
        let bytes = self.files.read(claimed.batch.file)?;
        let input = match Input::read(&bytes, self.settings.file_bytes_max) {
            Ok(input) => input,
            Err(bad) => return self.reject(&claimed.batch, bad.code, &bad.detail),
        };
        claimed.batch.format = Some(input.format);
        let type_code = claimed.batch.license_type.to_string();
        let license_type = match self.type_to_issue(&type_code) {
            Ok(license_type) => license_type,
            Err(AppError::Refused { code, detail }) => {
                return self.reject(&claimed.batch, code, &detail);
            }
            Err(error) => return Err(error),
        };
        let license_type = license_type.as_ref();
        let reader = match input.reader(license_type) {
            Ok(reader) => reader,
            Err(bad) => return self.reject(&claimed.batch, bad.code, &bad.detail),
        };
        let issuer = self.store.organization_read(claimed.batch.organization)?;
        let against = Against { license_type, issuer: &issuer, input: &input, reader: &reader };
        let (mut before, mut waiting) = (Before::default(), Vec::new());
        for from in (0..input.len()).step_by(ROWS_AT_ONCE) {
            if stopping.now() || !self.hold_on(claimed)? {
                return Ok(());
            }
            let places = from..input.len().min(from + ROWS_AT_ONCE);
            let (batch, known) = (&claimed.batch, &mut before);
            // While the disk takes some rows, the next ones are looked at.
            let (kept, looked) = std::thread::scope(|scope| {
                let kept = scope.spawn(move || self.keep_looked(batch, waiting, known));
                let looked = self.look_at(&against, places);
                (kept.join().unwrap_or_else(|_| Err(broken())), looked)
            });
            kept?;
            waiting = looked?;
        }
        self.keep_looked(&claimed.batch, waiting, &mut before)?;
        self.checked(&claimed.batch, before)
    }

    /// Looks at rows by themselves, on every processor.
    fn look_at(
        &self,
        against: &Against<'_>,
        places: std::ops::Range<usize>,
    ) -> Result<Vec<Looked>, AppError> {
        let places: Vec<usize> = places.collect();
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let share = places.len().div_ceil(processors).max(1);
        let look = |places: &[usize]| -> Result<Vec<Looked>, AppError> {
            places.iter().filter_map(|place| self.look(against, *place).transpose()).collect()
        };
        let parts = std::thread::scope(|scope| {
            let parts: Vec<_> =
                places.chunks(share).map(|part| scope.spawn(move || look(part))).collect();
            let joined =
                parts.into_iter().map(|part| part.join().unwrap_or_else(|_| Err(broken())));
            joined.collect::<Result<Vec<_>, _>>()
        })?;
        Ok(parts.into_iter().flatten().collect())
    }

    fn look(&self, against: &Against<'_>, place: usize) -> Result<Option<Looked>, AppError> {
        let Some((number, read)) = against.reader.row(place) else { return Ok(None) };
        let mut problems = read.problems;
        let mut key = None;
        // Both: a person mends a row once.
        match Content::check(against.license_type, &read.content) {
            Err(errors) => problems.extend(of_row(field_problems(errors))?),
            Ok(content) => {
                key = match outline(against.license_type, &content) {
                    Ok(outline) => Some(outline.number.key().to_owned()),
                    Err(error) => {
                        problems.extend(of_row(error)?);
                        None
                    }
                };
                if against.input.archive.is_none()
                    && let Err(error) = self.fits(against, &content)
                {
                    problems.extend(of_row(error)?);
                }
            }
        }
        if let Some(error) = self.document_refused(against, read.document.as_deref())? {
            problems.extend(error);
        }
        let content = serde_json::to_string(&read.content)
            .map_err(|cause| AppError::internal("keeping a row".to_owned(), cause))?;
        let row = Row {
            number,
            state: if problems.is_empty() { RowState::Ready } else { RowState::Failed },
            content: problems.is_empty().then_some(content),
            document: read.document,
            problems,
            license: None,
        };
        Ok(Some(Looked { row, key }))
    }

    /// Whether everything fits its place on the paper, and every character can be drawn.
    fn fits(&self, against: &Against<'_>, content: &Content) -> Result<(), AppError> {
        let context = RenderContext {
            fonts: &self.fonts,
            issuer: &against.issuer.name,
            identifier: None,
            code_url: None,
            sample_mark: false,
            created: self.clock.now(),
        };
        render::license_fits(against.license_type, content, &context).map_err(not_drawn)
    }

    /// What is wrong with the document that a row names.
    fn document_refused(
        &self,
        against: &Against<'_>,
        name: Option<&str>,
    ) -> Result<Option<Vec<Problem>>, AppError> {
        let Some((list, archive)) = &against.input.archive else { return Ok(None) };
        let found = name.filter(|name| name != list).and_then(|name| archive.file(name));
        let Some(entry) = found else {
            return Ok(Some(vec![problem("document_missing", "the archive has no such document")]));
        };
        let Ok(pdf) = archive.inflate(entry) else {
            return Ok(Some(vec![problem("document_damaged", "the document is damaged")]));
        };
        self.require_pdf(&pdf).err().map(of_row).transpose()
    }

    /// Keeps rows with what the rows before them and the register say.
    fn keep_looked(
        &self,
        batch: &Batch,
        mut looked: Vec<Looked>,
        before: &mut Before,
    ) -> Result<(), AppError> {
        let (Some(first), Some(last)) = (looked.first(), looked.last()) else { return Ok(()) };
        let known = self.store.ingest_states(batch.id, first.row.number - 1, last.row.number)?;
        let keys: Vec<String> = looked.iter().filter_map(|one| one.key.clone()).collect();
        let taken = self.store.license_numbers_taken(batch.license_type, &keys)?;
        for one in &mut looked {
            before.look(one);
            let is_own = known.get(&one.row.number).is_some_and(|state| *state != RowState::Failed);
            if !is_own && one.key.as_ref().is_some_and(|key| taken.contains_key(key)) {
                let message = "a license of this type and number is in the register";
                one.row.fail(problem("duplicate_number", message));
            }
            for found in one.row.problems.iter().filter(|_| !is_own) {
                *before.problems.entry((found.field.clone(), found.code.clone())).or_default() += 1;
            }
        }
        let (again, rest): (Vec<Row>, Vec<Row>) = looked
            .into_iter()
            .map(|one| one.row)
            .partition(|row| known.get(&row.number) == Some(&RowState::Failed));
        let new: Vec<Row> =
            rest.into_iter().filter(|row| !known.contains_key(&row.number)).collect();
        self.store.ingest_rows_add(batch.id, &new)?;
        Ok(self.store.ingest_rows_again(batch.id, &again)?)
    }

    fn checked(&self, batch: &Batch, before: Before) -> Result<(), AppError> {
        let count = |((field, code), rows)| ProblemCount { field, code, rows };
        let mut problems: Vec<ProblemCount> = before.problems.into_iter().map(count).collect();
        problems.sort_by_key(|one| std::cmp::Reverse(one.rows));
        problems.truncate(PROBLEM_KINDS_MAX);
        let event = match batch.started_at {
            None => BatchEvent::Check,
            Some(_) => BatchEvent::Continue,
        };
        let batch = Batch { problems, ..batch.clone() };
        self.pass_batch(&batch, event, self.seal_trouble(&batch).as_deref())
    }

    /// Why the seal could not be used now, told before somebody starts the batch.
    fn seal_trouble(&self, batch: &Batch) -> Option<String> {
        let (seal, type_code) = (batch.seal.as_deref(), Some(&batch.license_type));
        let found = self.instrument(batch.organization, seal, type_code, self.clock.now());
        found.err().map(|error| match error {
            AppError::Refused { code, detail } => format!("{code}: {detail}"),
            other => format!("seal_not_applicable: {other}"),
        })
    }

    fn reject(&self, batch: &Batch, code: &str, detail: &str) -> Result<(), AppError> {
        self.pass_batch(batch, BatchEvent::Reject, Some(&format!("{code}: {detail}")))
    }
}

impl Before {
    /// Compares a row with those before it.
    fn look(&mut self, one: &mut Looked) {
        if let Some(key) = &one.key {
            match self.numbers.get(key) {
                Some(first) => {
                    let message = format!("row {first} has the same number");
                    one.row.fail(problem("duplicate_in_file", &message));
                }
                None => drop(self.numbers.insert(key.clone(), one.row.number)),
            }
        }
        if let Some(document) = &one.row.document
            && !self.documents.insert(document.clone())
        {
            one.row.fail(problem("document_twice", "a row before has the same document"));
        }
    }
}

fn broken() -> AppError {
    AppError::internal("checking rows".to_owned(), "a thread ended")
}

trait Fails {
    fn fail(&mut self, why: Problem);
}

impl Fails for Row {
    fn fail(&mut self, why: Problem) {
        self.problems.push(why);
        self.state = RowState::Failed;
        self.content = None;
    }
}

fn problem(code: &str, message: &str) -> Problem {
    Problem { field: String::new(), code: code.to_owned(), message: message.to_owned() }
}

fn of_fields(found: Vec<FieldProblem>) -> Vec<Problem> {
    let one = |found: FieldProblem| Problem {
        field: found.pointer.trim_start_matches("/fields").trim_start_matches('/').to_owned(),
        code: found.code.to_owned(),
        message: found.message,
    };
    found.into_iter().map(one).collect()
}

/// What an error says of its row; an error that is not the row's comes back.
pub(super) fn of_row(error: AppError) -> Result<Vec<Problem>, AppError> {
    Ok(match error {
        AppError::Fields(found) => of_fields(found),
        AppError::Duplicate { .. } => {
            let message = "a license of this type and number is in the register";
            vec![problem("duplicate_number", message)]
        }
        AppError::NotPdf { detected } => {
            vec![problem("not_a_pdf", &format!("a PDF is needed, this is {detected}"))]
        }
        AppError::TooLarge { limit } => {
            vec![problem("file_too_large", &format!("larger than {limit} bytes"))]
        }
        AppError::Refused { code, detail } if !MENDED_BY_OTHERS.contains(&code) => {
            vec![problem(code, &detail)]
        }
        AppError::Unavailable { code: "sealing_failed", detail } => {
            vec![problem("sealing_failed", &detail)]
        }
        other => return Err(other),
    })
}

/// What somebody has to mend before any row goes on.
const MENDED_BY_OTHERS: [&str; 5] = [
    "seal_not_applicable",
    "validation_material_missing",
    "time_stamps_not_configured",
    "unknown_license_type",
    "license_type_withdrawn",
];
