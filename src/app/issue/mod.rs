//! Issuing a license: what will be signed is written down, signed, checked, stored, answered.

mod document;
mod draft;
mod opening;
mod recovery;

use crate::offline::Circumstances;
use crate::sealing::{Door, Order, seal};
use crate::view::LicenseView;
use crate::{App, AppError, Caller, FieldProblem, IdempotencyKey, IssueRequest, Once, SealForm};
use domain::access::Permission;
use domain::audit::Subject;
use domain::catalogue::Content;
use domain::digest::{Sha256, Sm3};
use domain::id::{OrderId, OrganizationId, RenditionId, StatusEntryId};
use domain::license::{Change, Event, License, Rendition, RenditionKind};
use domain::party::Organization;
use domain::sealing::Level;
use gateway::files::Stored;
use opening::Opening;
use storage::{Commit, Ended, NewRequest};
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
        let organization = caller.require(Permission::LicenseIssue)?;
        // Of an own document, which names the request and is what the order is for.
        let document = request.document.as_deref().map(Sm3::of);
        let named = |key| self.named(organization, key, &request, document);
        let new_request = key.map(named).transpose()?;
        if let Some(named) = &new_request
            && let Some(answer) =
                self.store.request_answer(&named.caller, &named.key, named.digest)?
        {
            return Ok(Once { value: self.unwrapped(named, &answer)?, replayed: true });
        }
        let once =
            || self.issue_once(caller, organization, new_request.as_ref(), &request, document);
        match once() {
            Err(Stop::TakenOver(license)) => {
                // Its first worker died: what it left is given up, then it is done again.
                license.map_or(Ok(()), |license| self.give_up(license))?;
                once().map_err(Stop::into_error)
            }
            other => other.map_err(Stop::into_error),
        }
    }

    fn named(
        &self,
        organization: OrganizationId,
        key: &IdempotencyKey,
        request: &IssueRequest,
        document: Option<Sm3>,
    ) -> Result<NewRequest, AppError> {
        self.new_request(organization.to_string(), key, request_digest(request, document))
    }

    fn issue_once(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        request: Option<&NewRequest>,
        asked: &IssueRequest,
        document: Option<Sm3>,
    ) -> Result<Once<LicenseView>, Stop> {
        let at = self.clock.now();
        let license_type = self.catalogue.find(&asked.license_type).ok_or_else(|| {
            let detail = format!("there is no license type {}", asked.license_type);
            AppError::Refused { code: "unknown_license_type", detail }
        })?;
        let content = Content::check(license_type, &asked.fields).map_err(field_problems)?;
        let issuer = self.store.organization_read(organization)?;
        let draft = self.draft(license_type, &content, &issuer, at)?;
        let type_code = draft.particulars().type_code;
        let instrument =
            self.instrument(organization, asked.seal.as_deref(), Some(&type_code), at)?;
        let known =
            Circumstances { license_type: Some(type_code.to_string()), ..Circumstances::at(at) };
        let form = asked.form.unwrap_or_else(|| instrument.best_form());
        let source = fault::at("document", AppError::injected, || {
            self.document(license_type, &content, &issuer, &draft, asked, &instrument)
        })?;
        let document = document.unwrap_or_else(|| Sm3::of(&source.pdf));
        let (license, actor) = (Some(draft.id()), caller.actor());
        let order = self.approve(&instrument, license, document, form, actor, at)?;
        let asked = Order {
            form,
            level: asked.level.unwrap_or(self.settings.level),
            placements: source.placements,
            at,
            reason: &format!("{}：{}", license_type.name().zh, content.license_number()),
        };
        let mut opening = Opening::new(self, draft, request, caller.actor())?;
        let mut door = Door::new(self, order, &mut opening);
        let kept = seal(&source.pdf, &instrument, &asked, &mut door)
            .and_then(|file| Ok((self.check_own(&file, &known, asked.level)?, file)))
            .and_then(|(digests, file)| self.keep(digests, &file));
        let spent = door.spent().ok_or_else(nothing_signed);
        kept.and_then(|kept| self.put_in_force(&opening, spent?, &kept, form, caller, &issuer))
            .map_err(|error| opening.give_up(error))
    }

    /// The sealed file on stable storage.
    fn keep(&self, digests: Stored, file: &[u8]) -> Result<Kept, AppError> {
        let Stored { sm3, sha256 } = digests;
        fault::at("file", AppError::injected, || Ok(self.files.put_new(sm3, file)?))?;
        Ok(Kept { sm3, sha256, bytes: file.len() as u64 })
    }

    fn put_in_force(
        &self,
        opening: &Opening<'_>,
        order: OrderId,
        kept: &Kept,
        form: SealForm,
        caller: &Caller,
        issuer: &Organization,
    ) -> Result<Once<LicenseView>, AppError> {
        let at = self.clock.now();
        let (mut license, request) = opening.ordered();
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
        let entry = self.applied(&mut license, Event::Issue, caller.actor(), at)?;
        let drawn = std::slice::from_ref(&rendition);
        let view = self.license_view(&license, issuer, drawn, Some(form))?;
        let answer = request.map(|request| self.wrapped(request, 201, &view)).transpose()?;
        let owed = self.owed(&license, &entry)?;
        let event = self.clock.entry(
            &caller.actor(),
            "license.issue",
            Subject::new("license", license.id()),
            &[("sm3", kept.sm3.to_string()), ("form", form.word().to_owned())],
        )?;
        let leaf = Self::leaf(&license, &entry, issuer, Some(kept.sm3))?;
        self.store.issue_commit(&Commit {
            issued: (&license, &entry),
            leaf: &leaf,
            renditions: drawn,
            owed: &owed,
            ended: Ended { order, events: &[event], at },
            answer: request.map(|request| request.id).zip(answer.as_ref()),
        })?;
        self.outbox.wake();
        Ok(Once { value: view, replayed: false })
    }

    /// Applies a change that needs no reason.
    pub(crate) fn applied(
        &self,
        license: &mut License,
        event: Event,
        actor: domain::audit::Actor,
        at: OffsetDateTime,
    ) -> Result<domain::license::StatusEntry, AppError> {
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

/// A sealed file on stable storage.
struct Kept {
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

fn field_problems(errors: Vec<domain::catalogue::FieldError>) -> AppError {
    let problem = |error: domain::catalogue::FieldError| FieldProblem {
        pointer: format!("/fields{}", error.pointer),
        code: error.code,
        message: error.message,
    };
    AppError::Fields(errors.into_iter().map(problem).collect())
}

/// SM3 of everything that was asked, so that the same key with another request is told apart.
fn request_digest(request: &IssueRequest, document: Option<Sm3>) -> Sm3 {
    let fields = serde_json::to_vec(&sorted(&request.fields)).unwrap_or_default();
    let form = request.form.map_or("", SealForm::word);
    let level = request.level.map_or("", Level::as_str);
    let seal = request.seal.as_deref().unwrap_or("");
    let document: &[u8] = document.as_ref().map_or(&[], |sm3| sm3.as_bytes());
    let words = [&request.license_type, form, level, seal].map(str::as_bytes);
    crate::once::asked("license", &[&[&fields, document], &words[..]].concat())
}

/// The order of JSON members carries no meaning, so it must not tell two requests apart.
fn sorted(
    fields: &serde_json::Map<String, serde_json::Value>,
) -> std::collections::BTreeMap<&String, &serde_json::Value> {
    fields.iter().collect()
}
