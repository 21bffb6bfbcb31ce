//! Renewing and changing: another license takes the place of one, sealed anew.

use super::moves::{Made, document_number, note, said};
use super::parts::parts_field;
use super::{Seen, illegal};
use crate::issue::{Origin, request_digest};
use crate::once::asked;
use crate::view::LicenseView;
use crate::{App, AppError, Caller, Errand, FieldProblem, IdempotencyKey, IssueRequest, Once};
use crate::{Level, SealForm};
use domain::access::Permission;
use domain::audit::{Actor, Entry, Fields};
use domain::catalogue::{Field, LicenseType, Role};
use domain::digest::Sm3;
use domain::license::{Change, Event, License, SuccessionKind};
use domain::party::Organization;
use serde_json::{Map, Value};
use std::sync::Arc;
use storage::Moved;

/// A license that is to take the place of another.
#[derive(Clone, Debug)]
pub struct SuccessionRequest {
    /// A renewal changes the dates alone, and the number where it must.
    pub kind: SuccessionKind,
    /// What is another than before, by key; `null` leaves a field out. A renewal needs its dates
    /// anew.
    pub fields: Map<String, Value>,
    /// The department's own PDF; rendered from the content when absent.
    pub document: Option<Vec<u8>>,
    /// The seal by name or id; the organization's seal for this type when absent.
    pub seal: Option<String>,
    /// The form; both when absent.
    pub form: Option<SealForm>,
    /// The level; that of the settings when absent.
    pub level: Option<Level>,
    /// The number of the decision.
    pub legal_document: Option<String>,
    /// Why, in words.
    pub note: Option<String>,
    /// Of a change of a license that is made of others: of which from now on; as before when absent.
    pub parts: Option<Vec<String>>,
    /// Of a renewal: the digest of what was shown and confirmed. Dates that are not said are those
    /// that were suggested.
    pub confirmed: Option<String>,
}

impl SuccessionRequest {
    /// One that asks for nothing yet.
    #[must_use]
    pub fn of(kind: SuccessionKind) -> Self {
        Self {
            kind,
            fields: Map::new(),
            document: None,
            seal: None,
            form: None,
            level: None,
            legal_document: None,
            note: None,
            parts: None,
            confirmed: None,
        }
    }
}

/// What a renewal enters anew.
const ENTERED_ANEW: [Role; 4] =
    [Role::IssueDate, Role::ValidFrom, Role::ValidTo, Role::ValidPeriod];

/// Whether a renewal enters the field anew.
pub(super) fn is_anew(field: &Field) -> bool {
    field.role.is_some_and(|role| ENTERED_ANEW.contains(&role))
}

impl App {
    /// Issues the license that takes the place of another of the caller's organization: the one
    /// before is superseded in the transaction that puts the new one in force, also when a person
    /// has to approve it first. That its content was looked at is written down. Once per key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::IllegalMove`]; [`AppError::VersionMismatch`];
    /// `successor_exists`; and as [`App::issue`].
    pub fn license_succeed(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        id: &str,
        seen: &Seen,
        request: SuccessionRequest,
    ) -> Result<Once<LicenseView>, AppError> {
        self.require_errand(caller, errand)?;
        let before = self.own_license_for(caller, Permission::LicenseStatus, id)?;
        let type_code = before.particulars().type_code;
        let license_type = self.type_of(&before)?;
        let digest = digest(&before, &request);
        let parts = self.parts_after(&before, &request)?;
        let issue = IssueRequest {
            license_type: type_code.to_string(),
            fields: self.content_after(&before, &license_type, &request)?,
            document: request.document,
            seal: request.seal,
            form: request.form,
            level: request.level,
            parts,
        };
        let (legal_document, note) =
            (document_number(&request.legal_document)?, note(&request.note)?);
        let origin = |app: &Self| {
            let license = app.store.license_read(before.id())?;
            app.require_confirmed(&license, request.confirmed.as_deref())?;
            // What was confirmed says also which version of the license it is of.
            match (seen, &request.confirmed) {
                (Seen::Unsaid, Some(_)) => {}
                _ => app.require_seen(&license, seen)?,
            }
            let given_up = app.require_free(&license)?;
            // The answer shows the content; what is refused shows none.
            app.note_look(caller, errand, vec![license.id()], Fields::Content)?;
            Ok(Some(Origin {
                license,
                kind: request.kind,
                given_up,
                legal_document: legal_document.clone(),
                note: note.clone(),
            }))
        };
        let answer = self.issue_as(caller, key, &issue, digest, origin)?;
        if answer.replayed {
            self.note_look(caller, errand, vec![before.id()], Fields::Content)?;
        }
        Ok(answer)
    }

    /// Whether another license could take the place of one of the caller's organization; which it
    /// is. Whether it can be sealed is not tried.
    pub(super) fn license_succeed_checked(
        &self,
        caller: &Caller,
        id: &str,
        request: &SuccessionRequest,
    ) -> Result<License, AppError> {
        let license = self.own_license_for(caller, Permission::LicenseStatus, id)?;
        document_number(&request.legal_document)?;
        note(&request.note)?;
        self.require_free(&license)?;
        let license_type = self.type_of(&license)?;
        let parts = self.parts_asked(&self.parts_after(&license, request)?)?;
        let fields = self.content_after(&license, &license_type, request)?;
        self.content_with_parts(&license_type, &fields, &parts)?;
        Ok(license)
    }

    /// Of which licenses one is made that takes the place of another.
    fn parts_after(
        &self,
        before: &License,
        request: &SuccessionRequest,
    ) -> Result<Vec<String>, AppError> {
        match &request.parts {
            Some(parts) => Ok(parts.clone()),
            None => self.parts_now(before),
        }
    }

    /// Refuses when nothing can take the place of a license now; else how many were to take it and
    /// were given up.
    pub(super) fn require_free(&self, license: &License) -> Result<u16, AppError> {
        license.state().next(Event::Supersede).map_err(|refused| illegal(&refused))?;
        let next = self.store.license_successors(license.id())?;
        if let Some(open) = next.iter().find(|next| next.is_open()) {
            return Err(storage::StoreError::Succeeded { by: open.id() }.into());
        }
        Ok(u16::try_from(next.len()).unwrap_or(u16::MAX))
    }

    /// The content of the license that takes the place of another.
    fn content_after(
        &self,
        before: &License,
        license_type: &LicenseType,
        request: &SuccessionRequest,
    ) -> Result<Map<String, Value>, AppError> {
        let mut fields = self.content_of(before)?;
        if let Some(listed) = parts_field(license_type) {
            fields.remove(&listed.key);
        }
        let anew = |key: &str| license_type.field(key).is_some_and(is_anew);
        if request.kind == SuccessionKind::Renewal {
            fields.retain(|key, _| !anew(key));
            let number = |key: &str| {
                license_type.field(key).is_some_and(|one| one.role == Some(Role::LicenseNumber))
            };
            let changed = request.fields.iter().filter(|(key, value)| {
                !anew(key) && !number(key) && fields.get(*key).unwrap_or(&Value::Null) != *value
            });
            let problems: Vec<FieldProblem> = changed.map(|(key, _)| not_renewed(key)).collect();
            if !problems.is_empty() {
                return Err(AppError::Fields(problems));
            }
        }
        if request.kind == SuccessionKind::Renewal && request.confirmed.is_some() {
            fields.extend(self.suggested_all(before, license_type));
        }
        for (key, value) in &request.fields {
            match value {
                Value::Null => fields.remove(key),
                value => fields.insert(key.clone(), value.clone()),
            };
        }
        Ok(fields)
    }

    /// The type of a license as it is issued today.
    pub(super) fn type_of(&self, license: &License) -> Result<Arc<LicenseType>, AppError> {
        self.type_to_issue(&license.particulars().type_code.to_string())
    }

    /// What a license says.
    pub(crate) fn content_of(&self, license: &License) -> Result<Map<String, Value>, AppError> {
        serde_json::from_str(&license.particulars().fields_json).map_err(|cause| {
            AppError::internal(format!("reading the content of license {}", license.id()), cause)
        })
    }

    /// The change of the license whose place a license takes that was just issued, by the decision
    /// that its order names.
    pub(crate) fn superseded_by(
        &self,
        issued: &License,
        actor: &Actor,
        issuer: &Organization,
    ) -> Result<Option<Superseded>, AppError> {
        let Some(succession) = issued.particulars().succession else { return Ok(None) };
        let mut license = self.store.license_read(succession.of)?;
        let entries = self.store.status_entry_list(issued.id())?;
        let order = entries.iter().find(|entry| entry.change.event() == Event::Order);
        let words = order.map(|entry| &entry.change);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let change = Change::supersede(issued.id(), actor.clone(), issued.changed_at());
        let change = said(
            change,
            &owned(words.and_then(Change::legal_document)),
            &owned(words.and_then(Change::note)),
        );
        let event = self.move_said(action(succession.kind), &license, &change)?;
        let made = self.made(&mut license, change, issuer)?;
        Ok(Some(Superseded { license, made, events: [event] }))
    }

    /// Refuses to seal what can take no place any more: the license before is not in force.
    pub(crate) fn require_place(&self, license: &License) -> Result<(), AppError> {
        let Some(succession) = license.particulars().succession else { return Ok(()) };
        let before = self.store.license_read(succession.of)?;
        let next = before.state().next(Event::Supersede);
        next.map(drop).map_err(|refused| illegal(&refused))
    }
}

/// A license as it is superseded, with what belongs to it.
pub(crate) struct Superseded {
    license: License,
    made: Made,
    events: [Entry; 1],
}

impl Superseded {
    pub(crate) fn moved(&self) -> Moved<'_> {
        self.made.moved(&self.license, &self.events)
    }
}

/// As the audit trail names it.
fn action(kind: SuccessionKind) -> &'static str {
    match kind {
        SuccessionKind::Renewal => "license.renew",
        SuccessionKind::Change => "license.change",
    }
}

fn not_renewed(key: &str) -> FieldProblem {
    FieldProblem {
        pointer: format!("/fields/{key}"),
        code: "not_renewed",
        message: "a renewal has other dates and perhaps another number; for anything else ask for a change".to_owned(),
    }
}

/// SM3 of what is asked, and of which license.
fn digest(before: &License, request: &SuccessionRequest) -> Sm3 {
    let content = request_digest(&IssueRequest {
        license_type: before.particulars().type_code.to_string(),
        fields: request.fields.clone(),
        document: request.document.clone(),
        seal: request.seal.clone(),
        form: request.form,
        level: request.level,
        parts: request.parts.clone().unwrap_or_default(),
    });
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (document, note) = (text(&request.legal_document), text(&request.note));
    let id = before.id().to_string();
    let words: [&[u8]; 4] =
        [content.as_bytes(), id.as_bytes(), document.as_bytes(), note.as_bytes()];
    let confirmed = request.confirmed.as_deref().map(str::as_bytes);
    asked(action(request.kind), &[&words[..], confirmed.as_slice()].concat())
}
