//! One change for many licenses: each for itself, with an answer of its own.

use super::{MoveRequest, Seen, SuccessionRequest};
use crate::once::{Named, asked};
use crate::view::{BulkMoveRowView, BulkMoveView, LicenseTypeView};
use crate::{App, AppError, Caller, Errand, IdempotencyKey, Once, parsed, refused};
use domain::access::Permission;
use domain::digest::Sm3;
use domain::id::{LicenseId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::license::{License, LicenseState, SuccessionKind};
use domain::time::china_date;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use storage::{LicenseFilter, PageRequest};
use time::Duration;

/// Each is a transaction of its own; a client waits for all of them.
const ROWS_MAX: usize = 200;
/// Each of these is sealed besides.
const SEALED_MAX: usize = 50;
/// A number has one license that counts; those before it are looked through.
const OF_A_NUMBER_MAX: u32 = 200;

/// Which licenses.
#[derive(Clone, Debug)]
pub enum BulkChoice {
    /// These: ids or numbers, as the caller has them.
    Listed {
        /// Each once.
        licenses: Vec<String>,
        /// Of what type the numbers are; any when absent.
        license_type: Option<String>,
    },
    /// All of the caller's organization that fit, page by page.
    Fitting {
        /// Only this type.
        license_type: Option<String>,
        /// Only in this stored state.
        state: Option<String>,
        /// Only those that end within so many days.
        ending_within: Option<u16>,
        /// Where the page before ended.
        cursor: Option<String>,
    },
}

/// What is to happen to each.
#[derive(Clone, Debug)]
pub enum BulkAct {
    /// It is suspended, resumed or revoked.
    Move(MoveRequest),
    /// Another license with this in its content takes its place.
    Change {
        /// What is another than before, by key.
        fields: Map<String, Value>,
        /// The number of the decision.
        legal_document: Option<String>,
        /// Why, in words.
        note: Option<String>,
    },
}

/// One change for many licenses.
#[derive(Clone, Debug)]
pub struct BulkMoveRequest {
    /// Which.
    pub which: BulkChoice,
    /// What.
    pub act: BulkAct,
    /// Only says what would become of each.
    pub dry_run: bool,
}

/// The licenses of one request, as they were given, and where the next ones begin.
type Chosen = (Vec<(String, Result<LicenseId, AppError>)>, Option<String>);

impl App {
    /// License types, for who changes licenses of a department.
    ///
    /// # Errors
    /// Not allowed.
    pub fn license_move_types(&self, caller: &Caller) -> Result<Vec<LicenseTypeView>, AppError> {
        caller.require(Permission::LicenseStatus)?;
        Ok(self.license_types())
    }

    /// Changes many licenses of the caller's organization, one after the other: what is refused for
    /// one does not keep the others. Once per idempotency key, also when it was interrupted: a license
    /// that was changed under the key is not changed again. A dry run changes nothing and finds
    /// the same reasons.
    ///
    /// # Errors
    /// `bulk_size`; a type, state or cursor that is none; not allowed. What is wrong with one row is
    /// in its answer.
    pub fn license_move_all(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        request: &BulkMoveRequest,
    ) -> Result<Once<BulkMoveView>, AppError> {
        let organization = caller.require(Permission::LicenseStatus)?;
        let bulk = Bulk { app: self, caller, errand, key, request };
        if request.dry_run {
            let value = bulk.rows(|id| bulk.checked(id))?;
            return Ok(Once { value, replayed: false });
        }
        let named = Named { caller: organization.to_string(), key, asked: digest(request) };
        self.once(named, |asked| {
            let view = bulk.rows(|id| bulk.done(id))?;
            self.store.request_done(asked.kept(200, &view)?.answer())?;
            Ok(view)
        })
    }
}

/// One request with whoever asks it.
struct Bulk<'a> {
    app: &'a App,
    caller: &'a Caller,
    errand: &'a Errand,
    key: Option<&'a IdempotencyKey>,
    request: &'a BulkMoveRequest,
}

impl Bulk<'_> {
    /// A row for each license, in the order in which they were given; each license once.
    fn rows(
        &self,
        work: impl Fn(LicenseId) -> Result<BulkMoveRowView, AppError>,
    ) -> Result<BulkMoveView, AppError> {
        let (chosen, next_cursor) = self.chosen()?;
        let mut seen = BTreeSet::new();
        let row = |(license, id): (String, Result<LicenseId, AppError>)| {
            let done = id.and_then(|id| match seen.insert(id) {
                true => work(id),
                false => Err(refused("listed_twice", "the list has this license already")),
            });
            match done {
                Ok(row) => BulkMoveRowView { license, ..row },
                Err(error) => refused_row(license, &error),
            }
        };
        let rows: Vec<BulkMoveRowView> = chosen.into_iter().map(row).collect();
        let done = rows.iter().filter(|row| row.code.is_none()).count();
        let refused = rows.len() - done;
        Ok(BulkMoveView { dry_run: self.request.dry_run, done, refused, rows, next_cursor })
    }

    /// What one request may change at most.
    fn rows_max(&self) -> usize {
        match self.request.act {
            BulkAct::Move(_) => ROWS_MAX,
            BulkAct::Change { .. } if self.request.dry_run => ROWS_MAX,
            BulkAct::Change { .. } => SEALED_MAX,
        }
    }

    fn chosen(&self) -> Result<Chosen, AppError> {
        let rows_max = self.rows_max();
        match &self.request.which {
            BulkChoice::Listed { licenses, license_type } => {
                if !(1..=rows_max).contains(&licenses.len()) {
                    return Err(refused(
                        "bulk_size",
                        format!("1 to {rows_max} licenses at a time"),
                    ));
                }
                let type_code = parsed("license_type", license_type.as_deref())?;
                let named = |given: &String| (given.clone(), self.named(type_code, given.trim()));
                Ok((licenses.iter().map(named).collect(), None))
            }
            BulkChoice::Fitting { license_type, state, ending_within, cursor } => {
                let app = self.app;
                let today = china_date(app.clock.now());
                let filter = LicenseFilter {
                    type_code: parsed("license_type", license_type.as_deref())?,
                    state: parsed("state", state.as_deref())?,
                    ending: ending_within.map(|days| (today, today + Duration::days(days.into()))),
                    ..self.own()?
                };
                let limit = u32::try_from(rows_max).unwrap_or(u32::MAX);
                let after = parsed("cursor", cursor.as_deref())?;
                let page = app.store.license_list(&filter, &PageRequest { limit, after })?;
                let named = |one: &License| (one.id().to_string(), Ok(one.id()));
                let rows = page.items.iter().map(named).collect();
                Ok((rows, page.next.map(|cursor| cursor.to_string())))
            }
        }
    }

    /// Licenses with which the caller may do this.
    fn own(&self) -> Result<LicenseFilter, AppError> {
        let issuer: OrganizationId = self.caller.require(Permission::LicenseStatus)?;
        let types = self.caller.types().map(|types| types.into_iter().collect());
        Ok(LicenseFilter { issuer: Some(issuer), types, ..LicenseFilter::default() })
    }

    /// The license that the caller means: by its id, or by its number the one that counts.
    fn named(
        &self,
        type_code: Option<LicenseTypeCode>,
        given: &str,
    ) -> Result<LicenseId, AppError> {
        if let Ok(id) = given.parse::<LicenseId>() {
            return Ok(id);
        }
        let number = Some(given.parse().map_err(|_| AppError::NotFound)?);
        let filter = LicenseFilter { type_code, number, ..self.own()? };
        let request = PageRequest { limit: OF_A_NUMBER_MAX, after: None };
        let found = self.app.store.license_list(&filter, &request)?.items;
        let counts = |state| !matches!(state, LicenseState::Superseded | LicenseState::PendingSeal);
        let mut ids = found.iter().filter(|one| counts(one.state())).map(License::id);
        match (ids.next(), ids.next()) {
            (Some(id), None) => Ok(id),
            (Some(_), Some(_)) => {
                Err(refused("ambiguous_number", "licenses of several types have it: name the type"))
            }
            (None, _) => Err(AppError::NotFound),
        }
    }

    /// What would become of one license.
    fn checked(&self, id: LicenseId) -> Result<BulkMoveRowView, AppError> {
        let (app, text) = (self.app, id.to_string());
        let license = match &self.request.act {
            BulkAct::Move(change) => app.license_move_checked(self.caller, &text, change)?,
            BulkAct::Change { .. } => {
                app.license_succeed_checked(self.caller, &text, &self.succession())?
            }
        };
        let state = Some(app.shown_state(&license)?);
        Ok(BulkMoveRowView { license_id: Some(text), state, ..BulkMoveRowView::default() })
    }

    /// What becomes of one license.
    fn done(&self, id: LicenseId) -> Result<BulkMoveRowView, AppError> {
        let key = self.key.map(|key| row_key(key, id)).transpose()?;
        let (app, caller, key, text) = (self.app, self.caller, key.as_ref(), id.to_string());
        let seen = &Seen::Whatever;
        let (state, replaced_by) = match &self.request.act {
            BulkAct::Move(change) => {
                (app.license_move(caller, key, &text, seen, change)?.value.state, None)
            }
            BulkAct::Change { .. } => {
                let change = self.succession();
                let next = app.license_succeed(caller, self.errand, key, &text, seen, change)?;
                (app.shown_state(&app.store.license_read(id)?)?, Some(next.value.id))
            }
        };
        let row = BulkMoveRowView { license_id: Some(text), ..BulkMoveRowView::default() };
        Ok(BulkMoveRowView { state: Some(state), replaced_by, ..row })
    }

    fn succession(&self) -> SuccessionRequest {
        let (fields, legal_document, note) = match &self.request.act {
            BulkAct::Change { fields, legal_document, note } => {
                (fields.clone(), legal_document.clone(), note.clone())
            }
            BulkAct::Move(_) => (Map::new(), None, None),
        };
        SuccessionRequest {
            fields,
            legal_document,
            note,
            ..SuccessionRequest::of(SuccessionKind::Change)
        }
    }
}

/// The name of one row's request, so that an interrupted list changes nothing twice.
fn row_key(key: &IdempotencyKey, license: LicenseId) -> Result<IdempotencyKey, AppError> {
    let digest = asked("bulk", &[key.as_str().as_bytes(), license.to_string().as_bytes()]);
    format!("bulk-{digest}")
        .parse()
        .map_err(|cause: &str| AppError::internal("naming a row".to_owned(), cause))
}

/// SM3 of everything that is asked.
fn digest(request: &BulkMoveRequest) -> Sm3 {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let act = match &request.act {
        BulkAct::Move(change) => change.digest(None).to_string(),
        BulkAct::Change { fields, legal_document, note } => {
            let (document, note) = (text(legal_document), text(note));
            let fields = crate::issue::sorted_text(fields);
            let words = [fields.as_bytes(), document.as_bytes(), note.as_bytes()];
            asked("bulk change of content", &words).to_string()
        }
    };
    let which: Vec<String> = match &request.which {
        BulkChoice::Listed { licenses, license_type } => {
            [&["listed".to_owned(), text(license_type)][..], licenses].concat()
        }
        BulkChoice::Fitting { license_type, state, ending_within, cursor } => {
            let days = ending_within.map_or_else(String::new, |days| days.to_string());
            vec!["fitting".to_owned(), text(license_type), text(state), days, text(cursor)]
        }
    };
    let parts: Vec<&[u8]> = [&act].into_iter().chain(&which).map(String::as_bytes).collect();
    asked("bulk change", &parts)
}

fn refused_row(license: String, error: &AppError) -> BulkMoveRowView {
    let Refusal { code, detail, allowed } = refusal(error);
    BulkMoveRowView {
        license,
        code: Some(code.to_owned()),
        detail,
        allowed: allowed.map(|words| words.iter().map(|word| (*word).to_owned()).collect()),
        ..BulkMoveRowView::default()
    }
}

/// Why a row of a list was refused, as its answer says it.
pub(crate) struct Refusal<'a> {
    /// A problem code.
    pub(crate) code: &'static str,
    /// The same in words; nothing of what is for the log only.
    pub(crate) detail: Option<String>,
    /// What the state of a license allows, where that is the reason.
    pub(crate) allowed: Option<&'a [&'static str]>,
}

pub(crate) fn refusal(error: &AppError) -> Refusal<'_> {
    let (code, allowed) = match error {
        AppError::NotFound => ("not_found", None),
        AppError::IllegalMove { allowed, .. } => ("illegal_transition", Some(allowed.as_slice())),
        AppError::VersionMismatch => ("version_mismatch", None),
        AppError::KeyReused => ("idempotency_key_reused", None),
        AppError::InProgress => ("request_in_progress", None),
        AppError::Fields(_) => ("schema_violation", None),
        AppError::Duplicate { .. } => ("duplicate_license_number", None),
        AppError::Refused { code, .. }
        | AppError::Forbidden { code, .. }
        | AppError::Unavailable { code, .. } => (*code, None),
        AppError::Full(_) => ("storage_full", None),
        AppError::DiskFailed(_) => ("storage_failed", None),
        _ => ("internal_error", None),
    };
    if code == "internal_error" {
        tracing::error!(error = crate::chain(error), "a row of a list");
    }
    let detail = match error {
        AppError::Fields(problems) => {
            let said = |one: &crate::FieldProblem| format!("{}: {}", one.pointer, one.message);
            Some(problems.iter().map(said).collect::<Vec<_>>().join("; "))
        }
        _ => (code != "internal_error").then(|| error.to_string()),
    };
    Refusal { code, detail, allowed }
}
