//! Suspending, resuming and revoking.

use super::{Seen, illegal};
use crate::once::{Asked, Named, asked};
use crate::view::LicenseMoveView;
use crate::{App, AppError, Caller, IdempotencyKey, Once, refused};
use domain::access::Permission;
use domain::audit::{Entry, Subject};
use domain::digest::Sm3;
use domain::id::{LicenseId, StatusEntryId};
use domain::license::{Change, Event, License, LicenseState, Reason, StatusEntry};
use domain::party::Organization;
use domain::time::{day_begins, micros};
use domain::webhook::OwedEvent;
use storage::{Moved, StoreError};
use time::OffsetDateTime;

/// How often it is tried again when somebody else was quicker and any version will do.
const ATTEMPTS: usize = 4;
const NOTE_CHARACTERS_MAX: usize = 200;
const DOCUMENT_CHARACTERS_MAX: usize = 100;

/// What somebody does to a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenseMove {
    /// It is not to be relied on for the time being.
    Suspend,
    /// The suspension ends.
    Resume,
    /// It ends for good.
    Revoke,
}

impl LicenseMove {
    fn event(self) -> Event {
        match self {
            Self::Suspend => Event::Suspend,
            Self::Resume => Event::Reinstate,
            Self::Revoke => Event::Revoke,
        }
    }

    /// As the audit trail names it.
    fn action(self) -> &'static str {
        match self {
            Self::Suspend => "license.suspend",
            Self::Resume => "license.resume",
            Self::Revoke => "license.revoke",
        }
    }
}

/// What is to happen to a license, as it was asked for; an empty text is none.
#[derive(Clone, Debug)]
pub struct MoveRequest {
    /// What.
    pub act: LicenseMove,
    /// Of a revocation: the class of its reason.
    pub reason: Option<String>,
    /// The number of the decision; a revocation needs one.
    pub legal_document: Option<String>,
    /// Why, in words; a suspension needs it.
    pub note: Option<String>,
    /// Since when it counts; from now on when absent.
    pub effective_at: Option<OffsetDateTime>,
    /// Of a revocation for an error: id of the license that is right.
    pub corrected: Option<String>,
}

impl MoveRequest {
    fn texts(&self) -> [&Option<String>; 4] {
        [&self.reason, &self.legal_document, &self.note, &self.corrected]
    }

    /// SM3 of it, and of the license that it is for.
    pub(super) fn digest(&self, license: Option<LicenseId>) -> Sm3 {
        let texts = self.texts().map(|text| text.as_deref().unwrap_or_default());
        let effective = self.effective_at.map_or_else(String::new, |at| micros(at).to_string());
        let license = license.map_or_else(String::new, |id| id.to_string());
        let parts = [texts[0], texts[1], texts[2], texts[3], &effective, &license];
        asked(self.act.action(), &parts.map(str::as_bytes))
    }
}

impl App {
    /// Suspends, resumes or revokes a license of the caller's organization: its state, entry, leaf,
    /// event, audit row and answer, all of it or nothing. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::IllegalMove`]; [`AppError::VersionMismatch`];
    /// `reason_needed`, `unknown_reason`, `legal_document_needed`, `corrected_license_refused`,
    /// `effective_time_refused`.
    pub fn license_move(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        seen: &Seen,
        request: &MoveRequest,
    ) -> Result<Once<LicenseMoveView>, AppError> {
        let license = self.own_license_for(caller, Permission::LicenseStatus, id)?;
        let organization = license.particulars().issuer;
        let what = request.digest(Some(license.id()));
        let named = Named { caller: organization.to_string(), key, asked: what };
        let done =
            self.once(named, |asked| self.moved(caller, license.id(), seen, request, asked))?;
        self.outbox.license_changed();
        Ok(done)
    }

    fn moved(
        &self,
        caller: &Caller,
        id: LicenseId,
        seen: &Seen,
        request: &MoveRequest,
        asked: &Asked<'_>,
    ) -> Result<LicenseMoveView, AppError> {
        for _ in 0..ATTEMPTS {
            let mut license = self.store.license_read(id)?;
            self.require_seen(&license, seen)?;
            let change = self.change_asked(caller, &license, request)?;
            let event = self.move_said(request.act.action(), &license, &change)?;
            let issuer = self.store.organization_read(license.particulars().issuer)?;
            let made = self.made(&mut license, change, &issuer)?;
            let view = self.move_view(&license, &made.entry)?;
            let kept = asked.kept(200, &view)?;
            match self.store.license_change(&made.moved(&license, &[event]), kept.answer()) {
                // Somebody else was quicker: it is looked at again.
                Err(StoreError::Conflict { .. }) => {}
                done => return done.map(|()| view).map_err(AppError::from),
            }
        }
        Err(AppError::VersionMismatch)
    }

    /// Applies a change to a license that is or was in force, with what belongs to it.
    pub(super) fn made(
        &self,
        license: &mut License,
        change: Change,
        issuer: &Organization,
    ) -> Result<Made, AppError> {
        let id = self.clock.id(StatusEntryId::mint)?;
        let entry = license.apply(id, change).map_err(|refused| illegal(&refused))?;
        let leaf = Self::leaf(license, &entry, issuer, None)?;
        let owed = self.owed(license, &entry)?;
        let told = self.told_of_part(license)?;
        Ok(Made { entry, leaf, owed, told })
    }

    /// Whether this could be done to a license of the caller's organization; which it is.
    pub(super) fn license_move_checked(
        &self,
        caller: &Caller,
        id: &str,
        request: &MoveRequest,
    ) -> Result<License, AppError> {
        let license = self.own_license_for(caller, Permission::LicenseStatus, id)?;
        self.change_asked(caller, &license, request)?;
        Ok(license)
    }

    /// The change as the domain knows it, once it is complete and the license is in a state for it.
    fn change_asked(
        &self,
        caller: &Caller,
        license: &License,
        request: &MoveRequest,
    ) -> Result<Change, AppError> {
        license.state().next(request.act.event()).map_err(|refused| illegal(&refused))?;
        let now = self.clock.now();
        let document = document_number(&request.legal_document)?;
        let note = note(&request.note)?;
        let change = match request.act {
            LicenseMove::Revoke => {
                if document.is_none() {
                    let detail = "a revocation names the number of its decision";
                    return Err(refused("legal_document_needed", detail));
                }
                self.revoking(caller, license, request, now)?
            }
            LicenseMove::Suspend | LicenseMove::Resume => {
                if request.act == LicenseMove::Suspend && note.is_none() {
                    return Err(refused("reason_needed", "say why it is suspended"));
                }
                let event = request.act.event();
                Change::plain(event, caller.actor(), now)
                    .map_err(|cause| AppError::internal("changing a license".to_owned(), cause))?
            }
        };
        let change = change.effective(effective(license, request.effective_at, now)?);
        Ok(said(change, &document, &note))
    }

    fn revoking(
        &self,
        caller: &Caller,
        license: &License,
        request: &MoveRequest,
        now: OffsetDateTime,
    ) -> Result<Change, AppError> {
        let words = Reason::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
        let reason = request.reason.as_deref().unwrap_or_default().parse::<Reason>();
        let reason = reason.map_err(|_| refused("unknown_reason", format!("one of {words}")))?;
        let corrected = request.corrected.as_deref().filter(|id| !id.trim().is_empty());
        let corrected = match (reason, corrected) {
            (Reason::IssuedInError, Some(id)) => {
                Some(self.corrected(caller, license, id.trim())?)
            }
            (_, None) => None,
            (_, Some(_)) => {
                let detail = "only a license that was issued in error names the corrected one";
                return Err(refused("corrected_license_refused", detail));
            }
        };
        Change::revoke(reason, corrected, caller.actor(), now)
            .map_err(|cause| refused("corrected_license_refused", cause))
    }

    /// The license that is right: another one of the department, in force.
    fn corrected(
        &self,
        caller: &Caller,
        license: &License,
        id: &str,
    ) -> Result<LicenseId, AppError> {
        let right = match self.own_license_for(caller, Permission::LicenseStatus, id) {
            Err(AppError::NotFound) => None,
            found => Some(found?),
        };
        right
            .filter(|right| right.id() != license.id() && right.state() == LicenseState::Issued)
            .map(|right| right.id())
            .ok_or_else(|| {
                let detail = "another license of the department that is in force is needed";
                refused("corrected_license_refused", detail)
            })
    }

    /// A change as the audit trail has it.
    pub(super) fn move_said(
        &self,
        action: &str,
        license: &License,
        change: &Change,
    ) -> Result<Entry, AppError> {
        let words = [
            ("reason", change.reason().map(|reason| reason.to_string())),
            ("document", change.legal_document().map(str::to_owned)),
            ("replacement", change.replacement().map(|id| id.to_string())),
            ("effective", Some(crate::view::time::instant(change.effective_at()))),
        ];
        let detail: Vec<(&str, String)> =
            words.into_iter().filter_map(|(name, word)| Some((name, word?))).collect();
        let subject = Subject::new("license", license.id());
        self.clock.entry(change.actor(), action, subject, &detail)
    }
}

/// A change that was applied, with what belongs to it.
pub(super) struct Made {
    pub(super) entry: StatusEntry,
    leaf: domain::log::Leaf,
    owed: OwedEvent,
    told: Vec<OwedEvent>,
}

impl Made {
    pub(super) fn moved<'a>(&'a self, license: &'a License, events: &'a [Entry]) -> Moved<'a> {
        let Self { entry, leaf, owed, told } = self;
        Moved { changed: (license, entry), leaf, owed, told, events }
    }
}

/// A change with the number of its decision and what was said beside it.
pub(crate) fn said(change: Change, document: &Option<String>, note: &Option<String>) -> Change {
    let change = match document {
        Some(document) => change.under(document),
        None => change,
    };
    match note {
        Some(note) => change.noted(note),
        None => change,
    }
}

/// The number of a decision as it was typed.
pub(super) fn document_number(typed: &Option<String>) -> Result<Option<String>, AppError> {
    text("legal_document_needed", typed, DOCUMENT_CHARACTERS_MAX)
}

/// What was said beside a change.
pub(super) fn note(typed: &Option<String>) -> Result<Option<String>, AppError> {
    text("reason_needed", typed, NOTE_CHARACTERS_MAX)
}

/// What was typed; nothing when it is empty.
fn text(
    code: &'static str,
    typed: &Option<String>,
    most: usize,
) -> Result<Option<String>, AppError> {
    let text = typed.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > most || text.contains(char::is_control)) {
        return Err(refused(code, format!("at most {most} characters, on one line")));
    }
    Ok(text.map(str::to_owned))
}

/// Since when a change counts: past, and not before there was a license. One that was issued on
/// paper before has its day of issue.
fn effective(
    license: &License,
    asked: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, AppError> {
    let Some(asked) = asked else { return Ok(now) };
    let particulars = license.particulars();
    let on_paper = particulars.issued_on.map(day_begins);
    let earliest = on_paper.map_or(particulars.created_at, |day| day.min(particulars.created_at));
    if asked > now {
        let detail = "a change that is still to come is recorded when it has come";
        return Err(refused("effective_time_refused", detail));
    }
    if asked < earliest {
        let detail = "there was no license yet";
        return Err(refused("effective_time_refused", detail));
    }
    Ok(asked)
}
