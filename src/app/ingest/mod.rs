//! Many licenses from one file: received, checked row by row before anything is issued, then issued
//! behind the answers, each row once.

mod check;
mod input;
mod returned;
mod steps;
mod work;

pub(crate) use input::Table;
pub use work::BatchWorker;

use crate::view::time::instant;
use crate::view::{
    IngestBatchView, IngestProblemCountView, IngestProblemView, IngestRowView, IngestRowsView,
};
use crate::{
    App, AppError, Caller, IdempotencyKey, Level, Once, Page, SealForm, id_of, parsed, refused,
};
use domain::access::Permission;
use domain::audit::Subject;
use domain::digest::Sm3;
use domain::id::IngestBatchId;
use domain::ingest::{Batch, BatchState, Problem, Row, RowState};
use storage::{BatchFilter, PageRequest};

/// A file of a hundred thousand rows has some 30 MB.
pub(crate) const FILE_BYTES_MAX: usize = 64 << 20;
/// What a sender may call a file.
const NAME_CHARACTERS_MAX: usize = 200;
/// Batches of a page, where the client does not say.
const PAGE_ITEMS: u32 = 50;
/// Rows of a page.
const PAGE_ROWS: u32 = 200;

/// A file of rows.
#[derive(Clone, Debug)]
pub struct IngestRequest {
    /// Code of the license type of all rows.
    pub license_type: String,
    /// What its sender calls the file.
    pub file_name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// How many rows it has, by its sender.
    pub declared: Option<u32>,
    /// The seal by name or id; the department's seal for this type when absent.
    pub seal: Option<String>,
    /// The signatures; the strongest that the seal has when absent.
    pub form: Option<SealForm>,
    /// The level; that of the settings when absent.
    pub level: Option<Level>,
}

/// Which rows of a batch.
#[derive(Clone, Debug, Default)]
pub struct RowQuery {
    /// Only those in this state.
    pub state: Option<RowState>,
    /// Only those behind this number.
    pub after: u32,
    /// At most so many; 200 when absent.
    pub limit: Option<usize>,
}

/// A table that is no batch.
///
/// # Errors
/// `not_a_table` and others for what cannot be read as one.
pub(crate) fn sheet_of(bytes: &[u8]) -> Result<Table, AppError> {
    let input = input::Input::read(bytes, FILE_BYTES_MAX);
    Ok(input.map_err(|bad| refused(bad.code, bad.detail))?.table)
}

impl App {
    /// The largest file of rows that is taken.
    #[must_use]
    pub const fn ingest_bytes_max() -> usize {
        FILE_BYTES_MAX
    }

    /// Takes a file of rows. It is checked behind the answer; nothing is issued before somebody
    /// starts it. Once per idempotency key.
    ///
    /// # Errors
    /// `scope_missing`, `unknown_license_type`, too large; then nothing is kept.
    pub fn ingest_receive(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        request: IngestRequest,
    ) -> Result<Once<IngestBatchView>, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        let license_type = self.type_to_issue(&request.license_type)?.code();
        caller.require_for(Permission::LicenseIssue, license_type)?;
        if request.bytes.len() > FILE_BYTES_MAX {
            return Err(AppError::TooLarge { limit: FILE_BYTES_MAX });
        }
        let plain = |c: char| if c.is_control() || "/\\".contains(c) { '_' } else { c };
        let name = request.file_name.trim().chars().take(NAME_CHARACTERS_MAX).map(plain);
        let new = Batch {
            id: self.clock.id(IngestBatchId::mint)?,
            organization,
            license_type,
            format: None,
            file_name: name.collect(),
            file: Sm3::of(&request.bytes),
            bytes: request.bytes.len() as u64,
            declared: request.declared,
            seal: request.seal.filter(|seal| !seal.is_empty()),
            form: request.form.map(Into::into),
            level: request.level,
            state: BatchState::Received,
            trouble: None,
            problems: Vec::new(),
            requested_by: caller.actor(),
            created_at: self.clock.now(),
            started_at: None,
            started_with: 0,
            ended_at: None,
            file_gone_at: None,
            version: 1,
        };
        let named =
            crate::once::Named { caller: organization.to_string(), key, asked: asked_digest(&new) };
        let received = self.once(named, |asked| {
            self.files.put(&request.bytes)?;
            let view = self.batch_view(&new)?;
            let kept = asked.kept(202, &view)?;
            let event = self.clock.entry(
                &new.requested_by,
                "ingest.receive",
                Subject::new("batch", new.id),
                &[("file", new.file.to_string()), ("type", new.license_type.to_string())],
            )?;
            self.store.ingest_receive(&new, &[event], kept.answer())?;
            Ok(view)
        });
        self.batch_bell.ring();
        received
    }

    /// A batch of the caller's department.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one of another department.
    pub fn ingest_batch(&self, caller: &Caller, id: &str) -> Result<IngestBatchView, AppError> {
        self.batch_view(&self.own_batch(caller, id)?)
    }

    /// The batches of the caller's department, newest first.
    ///
    /// # Errors
    /// `scope_missing`, a malformed cursor.
    pub fn ingest_batches(
        &self,
        caller: &Caller,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Page<IngestBatchView>, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        let types = caller.types().map(|types| types.into_iter().collect());
        let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let request = PageRequest { limit, after: parsed("cursor", cursor)? };
        let page = self.store.ingest_list(&BatchFilter { organization, types }, &request)?;
        let items = page.items.iter().map(|one| self.batch_view(one));
        Ok(Page {
            items: items.collect::<Result<_, _>>()?,
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        })
    }

    /// Rows of a batch in their order: how far they are and why they failed, not what they say.
    ///
    /// # Errors
    /// As [`App::ingest_batch`].
    pub fn ingest_rows(
        &self,
        caller: &Caller,
        id: &str,
        query: &RowQuery,
    ) -> Result<IngestRowsView, AppError> {
        let batch = self.own_batch(caller, id)?;
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ROWS);
        let limit = limit.clamp(1, PAGE_ROWS);
        let mut rows = self.store.ingest_rows(batch.id, query.state, query.after, limit + 1)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_after = rows.last().filter(|_| more).map(|row| row.number);
        let view = |row: &Row| IngestRowView {
            row: row.number,
            state: row.state.to_string(),
            problems: row.problems.iter().map(|one| self.problem_view(&batch, one)).collect(),
            license_id: row.license.map(|id| id.to_string()),
        };
        Ok(IngestRowsView { items: rows.iter().map(view).collect(), next_after })
    }

    fn own_batch(&self, caller: &Caller, id: &str) -> Result<Batch, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        let id: IngestBatchId = id_of(id)?;
        let batch = self.store.ingest_read(id)?;
        let own =
            batch.organization == organization && caller.reaches(organization, batch.license_type);
        own.then_some(batch).ok_or(AppError::NotFound)
    }

    fn problem_view(&self, batch: &Batch, one: &Problem) -> IngestProblemView {
        IngestProblemView {
            field: one.field.clone(),
            name: self.field_name(batch, &one.field),
            code: one.code.clone(),
            message: one.message.clone(),
        }
    }

    /// The name of a field as people read it; the key where it is none.
    fn field_name(&self, batch: &Batch, field: &str) -> String {
        let key = field.split('/').next().unwrap_or(field);
        let license_type = self.catalogue.find(&batch.license_type.to_string());
        let found = license_type.and_then(|one| one.field(key).map(|field| field.name.zh.clone()));
        found.unwrap_or_else(|| field.to_owned())
    }

    fn batch_view(&self, batch: &Batch) -> Result<IngestBatchView, AppError> {
        let counts = self.store.ingest_counts(batch.id)?;
        let type_code = batch.license_type.to_string();
        let type_name = self.catalogue.find(&type_code).map(|found| found.name().zh.clone());
        let is_checked = !matches!(batch.state, BatchState::Received | BatchState::Unreadable);
        let agree = |declared| declared == counts.all();
        let rate = self.rate(batch, counts.issued);
        let left = rate.map(|rate| f64::from(counts.ready + counts.sealing) / rate);
        let problem = |one: &domain::ingest::ProblemCount| IngestProblemCountView {
            field: one.field.clone(),
            name: self.field_name(batch, &one.field),
            code: one.code.clone(),
            rows: one.rows,
        };
        let failed_href = format!("/v1/ingest-batches/{}/failed", batch.id);
        Ok(IngestBatchView {
            id: batch.id.to_string(),
            type_name: type_name.unwrap_or_else(|| type_code.clone()),
            license_type: type_code,
            format: batch.format.map(|format| format.to_string()),
            file_name: batch.file_name.clone(),
            sm3: batch.file.to_string(),
            bytes: batch.bytes,
            state: batch.state.to_string(),
            allowed: batch.allowed().map(|event| event.to_string()).collect(),
            trouble: batch.trouble.clone(),
            declared_count: batch.declared,
            received_count: counts.all(),
            counts_agree: batch.declared.filter(|_| is_checked).map(agree),
            ready: counts.ready,
            failed: counts.failed,
            sealing: counts.sealing,
            waiting: counts.waiting,
            issued: counts.issued,
            problems: batch.problems.iter().map(problem).collect(),
            rate_per_second: rate,
            // Whole seconds, within the range of the count.
            seconds_left: left.map(|left| left.ceil() as u64),
            created_at: instant(batch.created_at),
            started_at: batch.started_at.map(instant),
            ended_at: batch.ended_at.map(instant),
            file_gone_at: batch.file_gone_at.map(instant),
            failed_href: (counts.failed > 0 && batch.file_gone_at.is_none()).then_some(failed_href),
        })
    }

    /// Rows issued a second since the batch was started or resumed, to a tenth.
    fn rate(&self, batch: &Batch, issued: u32) -> Option<f64> {
        let since = batch.started_at?;
        let until = match batch.state {
            BatchState::Running => self.clock.now(),
            BatchState::Completed => batch.ended_at?,
            _ => return None,
        };
        let seconds = (until - since).as_seconds_f64();
        let done = f64::from(issued.saturating_sub(batch.started_with));
        let rate = (done / seconds.max(0.001) * 10.0).round() / 10.0;
        (rate > 0.0).then_some(rate)
    }
}

/// SM3 of what was asked.
fn asked_digest(new: &Batch) -> Sm3 {
    let declared = new.declared.map_or_else(String::new, |count| count.to_string());
    let form = new.form.map_or("", |form| form.as_str());
    let level = new.level.map_or("", |level| level.as_str());
    let license_type = new.license_type.to_string();
    let seal = new.seal.as_deref().unwrap_or("");
    let words = [&license_type, &new.file_name, &declared, form, level, seal].map(str::as_bytes);
    crate::once::asked("ingest batch", &[&[&new.file.as_bytes()[..]], &words[..]].concat())
}
