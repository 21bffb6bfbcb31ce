//! Issuing a license: what will be signed is written down, signed, checked, stored, answered.

mod document;
mod draft;
mod opening;
mod recovery;

use crate::lifecycle::{Superseded, said};
use crate::offline::Circumstances;
use crate::orders::ToApprove;
use crate::sealing::{Door, Instrument, Order, seal};
use crate::view::LicenseView;
use crate::{App, AppError, Caller, FieldProblem, IdempotencyKey, IssueRequest, Once, SealForm};
pub(crate) use document::not_drawn;
use domain::access::Permission;
use domain::audit::{Actor, Subject};
use domain::catalogue::LicenseType;
use domain::digest::{Sha256, Sm3};
use domain::id::{OrderId, OrganizationId, RenditionId, StatusEntryId};
use domain::license::{
    Change, Event, License, Rendition, RenditionKind, StatusEntry, SuccessionKind,
};
use domain::party::Organization;
use domain::seal::ApprovalRule;
use domain::sealing::Level;
pub(crate) use draft::outline;
use gateway::files::Stored;
use opening::Opening;
use std::sync::Arc;
use storage::{ClaimedRequest, Commit, Ended, NewRequest, RowOf, StoreError};
use time::OffsetDateTime;

impl App {
    /// Issues one license: checks the content, renders or takes the department's PDF, seals,
    /// verifies its own signatures, stores, and only then answers. Once per idempotency key.
    ///
    /// # Errors
    /// See [`AppError`]; nothing is left half done.
    pub fn issue(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        request: IssueRequest,
    ) -> Result<Once<LicenseView>, AppError> {
        self.issue_as(caller, key, &request, request_digest(&request), |_| Ok(None))
    }

    /// Issues a license that `digest` names under its key. What it comes from is looked at only when
    /// the request was not answered before.
    pub(crate) fn issue_as(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        request: &IssueRequest,
        digest: Sm3,
        origin: impl Fn(&Self) -> Result<Option<Origin>, AppError>,
    ) -> Result<Once<LicenseView>, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        if let Ok(type_code) = request.license_type.parse() {
            caller.require_for(Permission::LicenseIssue, type_code)?;
        }
        let named = |key| self.new_request(organization.to_string(), key, digest);
        let new_request = key.map(named).transpose()?;
        if let Some(named) = &new_request
            && let Some(answer) =
                self.store.request_answer(&named.caller, &named.key, named.digest)?
        {
            return Ok(Once { value: self.unwrapped(named, &answer)?, replayed: true });
        }
        let asking = Asking {
            organization,
            actor: caller.actor(),
            request: new_request.as_ref(),
            row: None,
            means: None,
        };
        let once = || {
            let origin = origin(self)?;
            self.issue_once(&asking, request, origin.as_ref())
        };
        match once() {
            Err(Stop::TakenOver(license)) => {
                // Its first worker died: what it left is given up, then it is done again.
                license.map_or(Ok(()), |license| self.give_up(license))?;
                once().map_err(Stop::into_error)
            }
            other => other.map_err(Stop::into_error),
        }
    }

    /// What all licenses of a type are issued with, read once for many. Whether the seal may be used
    /// is asked again with each of them, where its key use is written down.
    pub(crate) fn means(
        &self,
        organization: OrganizationId,
        license_type: &str,
        seal: Option<&str>,
    ) -> Result<Means, AppError> {
        let license_type = self.type_to_issue(license_type)?;
        let (code, at) = (license_type.code(), self.clock.now());
        let issuer = self.store.organization_read(organization)?;
        let instrument = self.instrument(organization, seal, Some(&code), at)?;
        Ok(Means { license_type, issuer, instrument })
    }

    /// Issues the license of a row of a batch, once: the row is taken with the number.
    pub(crate) fn issue_row(
        &self,
        (organization, actor): (OrganizationId, Actor),
        (row, means): (RowOf, &Means),
        asked: &IssueRequest,
    ) -> Result<(), AppError> {
        let (row, means) = (Some(row), Some(means));
        let asking = Asking { organization, actor, request: None, row, means };
        self.issue_once(&asking, asked, None).map(drop).map_err(Stop::into_error)
    }

    fn issue_once(
        &self,
        asking: &Asking<'_>,
        asked: &IssueRequest,
        origin: Option<&Origin>,
    ) -> Result<Once<LicenseView>, Stop> {
        let Asking { organization, request, row, means, .. } = *asking;
        let actor = &asking.actor;
        let at = self.clock.now();
        let license_type = match means {
            Some(means) => Arc::clone(&means.license_type),
            None => self.type_to_issue(&asked.license_type)?,
        };
        let parts = self.parts_asked(&asked.parts)?;
        let content = self.content_with_parts(&license_type, &asked.fields, &parts)?;
        let issuer = match means {
            Some(means) => means.issuer.clone(),
            None => self.store.organization_read(organization)?,
        };
        let parts = parts.iter().map(License::id).collect();
        let draft = self.draft(&license_type, &content, &issuer, origin, parts, at)?;
        let type_code = draft.particulars().type_code;
        let own;
        let instrument = match means {
            Some(means) => &means.instrument,
            None => {
                let seal = asked.seal.as_deref();
                own = self.instrument(organization, seal, Some(&type_code), at)?;
                &own
            }
        };
        let known =
            Circumstances { license_type: Some(type_code.to_string()), ..Circumstances::at(at) };
        let form = asked.form.unwrap_or_else(|| instrument.best_form());
        let source = fault::at("document", AppError::injected, || {
            self.document(&license_type, &content, &issuer, &draft, asked, instrument)
        })?;
        let document = source.sm3();
        let level = asked.level.unwrap_or(self.settings.level);
        if instrument.seal.properties().approval == ApprovalRule::Person {
            return self.ask_for_approval(&ToApprove {
                draft,
                origin,
                request,
                row,
                actor,
                issuer: &issuer,
                instrument,
                pdf: &source.pdf,
                document,
                form,
                level,
                placements: &source.placements,
            });
        }
        let license = Some(draft.id());
        let order = self.approve(instrument, license, document, form, actor.clone(), at)?;
        let asked =
            Order { form, level, placements: source.placements, at, reason: &self.reason(&draft) };
        let mut opening = Opening::new(self, draft, (request, row), actor.clone(), origin)?;
        let mut door = Door::new(self, order, &mut opening);
        let kept = seal(&source.pdf, instrument, &asked, &mut door)
            .and_then(|file| Ok((self.check_own(&file, &known, asked.level)?, file)))
            .and_then(|(digests, file)| self.keep(digests, &file));
        let spent = door.spent().ok_or_else(nothing_signed);
        let (ordered, request) = opening.ordered();
        let in_force = |kept| {
            self.put_in_force(&InForce {
                license: &ordered,
                request,
                claimed: None,
                order: spent?,
                kept: &kept,
                form,
                actor,
                issuer: &issuer,
            })
        };
        kept.and_then(in_force).map_err(|error| opening.give_up(error))
    }

    /// The sealed file on stable storage.
    pub(crate) fn keep(&self, digests: Stored, file: &[u8]) -> Result<Kept, AppError> {
        let Stored { sm3, sha256 } = digests;
        fault::at("file", AppError::injected, || Ok(self.files.put_new(sm3, file)?))?;
        Ok(Kept { sm3, sha256, bytes: file.len() as u64 })
    }

    /// What was sealed and stored counts from here on.
    pub(crate) fn put_in_force(&self, issued: &InForce<'_>) -> Result<Once<LicenseView>, AppError> {
        let at = self.clock.now();
        let InForce { license, request, claimed, order, kept, form, actor, issuer } = *issued;
        let mut license = license.clone();
        let rendition = Rendition {
            id: self.clock.id(RenditionId::mint)?,
            license: license.id(),
            kind: RenditionKind::Original,
            media_type: "application/pdf".to_owned(),
            sm3: kept.sm3,
            sha256: kept.sha256,
            bytes: kept.bytes,
            created_at: at,
        };
        let entry = self.applied(&mut license, Event::Issue, actor.clone(), at)?;
        let drawn = std::slice::from_ref(&rendition);
        let view = self.license_view(&license, issuer, drawn, Some(form))?;
        let answer = request.map(|request| self.wrapped(request, 201, &view)).transpose()?;
        let owed = self.owed(&license, &entry)?;
        let event = self.clock.entry(
            actor,
            "license.issue",
            Subject::new("license", license.id()),
            &[("sm3", kept.sm3.to_string()), ("form", form.word().to_owned())],
        )?;
        let leaf = Self::leaf(&license, &entry, issuer, Some(kept.sm3))?;
        let superseded = self.superseded_by(&license, actor, issuer)?;
        let committed = self.store.issue_commit(&Commit {
            issued: (&license, &entry),
            superseded: superseded.as_ref().map(Superseded::moved),
            leaf: &leaf,
            renditions: drawn,
            owed: &owed,
            ended: Ended { order, events: &[event], at },
            answer: request.map(|request| request.id).zip(answer.as_ref()),
            claimed,
        });
        match committed {
            // The license before was changed while this one was sealed.
            Err(StoreError::Conflict { .. }) if superseded.is_some() => {
                return Err(AppError::VersionMismatch);
            }
            committed => committed?,
        }
        match superseded {
            Some(_) => self.outbox.license_changed(),
            None => self.outbox.wake(),
        }
        Ok(Once { value: view, replayed: false })
    }

    /// The order of a license; of one that takes the place of another it says by which decision.
    pub(crate) fn ordered(
        &self,
        license: &mut License,
        actor: &Actor,
        origin: Option<&Origin>,
    ) -> Result<StatusEntry, AppError> {
        let at = license.particulars().created_at;
        let mut entry = self.applied(license, Event::Order, actor.clone(), at)?;
        if let Some(origin) = origin {
            entry.change = said(entry.change, &origin.legal_document, &origin.note);
        }
        Ok(entry)
    }

    /// Applies a change that needs no reason.
    pub(crate) fn applied(
        &self,
        license: &mut License,
        event: Event,
        actor: Actor,
        at: OffsetDateTime,
    ) -> Result<StatusEntry, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("changing license {}", license.id()), cause)
        };
        let change = Change::plain(event, actor, at).map_err(|cause| failed(cause.into()))?;
        let id = self.clock.id(StatusEntryId::mint)?;
        let of = license.id();
        license
            .apply(id, change)
            .map_err(|cause| AppError::internal(format!("changing license {of}"), cause))
    }
}

/// Who asks for a license, and under which name.
struct Asking<'a> {
    organization: OrganizationId,
    actor: Actor,
    /// The request that waits for the answer.
    request: Option<&'a NewRequest>,
    /// The row of a batch that it is made of.
    row: Option<RowOf>,
    /// What is known beforehand.
    means: Option<&'a Means>,
}

/// What licenses of one type of one department are issued with.
pub(crate) struct Means {
    license_type: Arc<LicenseType>,
    issuer: Organization,
    instrument: Instrument,
}

/// The license whose place a new one takes.
pub(crate) struct Origin {
    pub(crate) license: License,
    pub(crate) kind: SuccessionKind,
    /// How many were to take its place and were given up.
    pub(crate) given_up: u16,
    /// The number of the decision.
    pub(crate) legal_document: Option<String>,
    pub(crate) note: Option<String>,
}

/// A license that is sealed, and all that belongs to it.
#[derive(Clone, Copy)]
pub(crate) struct InForce<'a> {
    /// As its order stands.
    pub(crate) license: &'a License,
    /// The request that waits for the answer.
    pub(crate) request: Option<&'a NewRequest>,
    /// The approval by a person.
    pub(crate) claimed: Option<&'a ClaimedRequest>,
    pub(crate) order: OrderId,
    pub(crate) kept: &'a Kept,
    pub(crate) form: SealForm,
    /// Who puts it in force.
    pub(crate) actor: &'a Actor,
    pub(crate) issuer: &'a Organization,
}

/// A sealed file on stable storage.
pub(crate) struct Kept {
    sm3: Sm3,
    sha256: Sha256,
    bytes: u64,
}

/// Why issuing stopped.
pub(crate) enum Stop {
    /// As the caller sees it.
    Error(AppError),
    /// The request was begun by a worker that is dead; this is what it left.
    TakenOver(Option<domain::id::LicenseId>),
}

impl Stop {
    fn into_error(self) -> AppError {
        match self {
            Self::Error(error) => error,
            Self::TakenOver(_) => AppError::InProgress,
        }
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Self::Error(error)
    }
}

impl From<storage::StoreError> for Stop {
    fn from(error: storage::StoreError) -> Self {
        Self::Error(error.into())
    }
}

/// No form of sealing does without a signature.
fn nothing_signed() -> AppError {
    let detail = "nothing was signed".to_owned();
    AppError::Unavailable { code: "sealing_failed", detail }
}

pub(crate) fn field_problems(errors: Vec<domain::catalogue::FieldError>) -> AppError {
    let problem = |error: domain::catalogue::FieldError| FieldProblem {
        pointer: format!("/fields{}", error.pointer),
        code: error.code,
        message: error.message,
    };
    AppError::Fields(errors.into_iter().map(problem).collect())
}

/// SM3 of everything that was asked, so that the same key with another request is told apart.
pub(crate) fn request_digest(request: &IssueRequest) -> Sm3 {
    let document = request.document.as_deref().map(Sm3::of);
    let fields = sorted_text(&request.fields);
    let form = request.form.map_or("", SealForm::word);
    let level = request.level.map_or("", Level::as_str);
    let seal = request.seal.as_deref().unwrap_or("");
    let document: &[u8] = document.as_ref().map_or(&[], |sm3| sm3.as_bytes());
    let parts = request.parts.join(" ");
    let words = [&request.license_type, form, level, seal, &parts].map(str::as_bytes);
    // An ordinary license is named as it always was.
    let words = if parts.is_empty() { &words[..4] } else { &words[..] };
    crate::once::asked("license", &[&[fields.as_bytes(), document], words].concat())
}

/// The order of JSON members carries no meaning, so it must not tell two requests apart.
pub(crate) fn sorted_text(fields: &serde_json::Map<String, serde_json::Value>) -> String {
    let sorted: std::collections::BTreeMap<_, _> = fields.iter().collect();
    serde_json::to_string(&sorted).unwrap_or_default()
}
