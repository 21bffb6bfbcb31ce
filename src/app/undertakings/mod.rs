//! Undertakings of applicants (告知承诺, 容缺): made from what a decision allows, drawn to be signed, watched
//! until their last day, and found to be kept or not.

mod due;
mod paper;

use crate::error::{id_of, refused};
use crate::exemption::of_case;
use crate::once::{Asked, Named, Once, asked};
use crate::view::time::instant;
use crate::view::{DecidedMaterialView, UndertakingEventView, UndertakingView};
use crate::{App, AppError, Caller, Document, Errand, FieldProblem, IdempotencyKey, Page, parsed};
use domain::access::Permission;
use domain::audit::{Entry, Subject};
use domain::digest::Sm3;
use domain::id::{OrganizationId, SigningRequestId, UndertakingId};
use domain::mask;
use domain::signing::SigningState;
use domain::time::{china_date, day, day_text};
use domain::undertaking::{
    Undertaking, UndertakingEnd, UndertakingKind, UndertakingMove, UndertakingState,
};
use domain::webhook::EventType;
use storage::{PageRequest, StoreError, UndertakingFilter};
use time::{Date, OffsetDateTime};

/// Of a page where nobody says how many.
const PAGE_ITEMS: u32 = 50;
const NAME_CHARACTERS_MAX: usize = 100;
const REASON_CHARACTERS_MAX: usize = 200;

/// An undertaking to record.
#[derive(Clone, Debug, Default)]
pub struct UndertakingAsked {
    /// The decision that allows it.
    pub decision: String,
    /// The material, by its key in the decision.
    pub material: String,
    /// Who promises; of a decision about an organization that one when absent.
    pub party: Option<String>,
    /// By when, if earlier than the decision says.
    pub due: Option<String>,
}

/// Which undertakings are listed.
#[derive(Clone, Debug, Default)]
pub struct UndertakingQuery {
    /// Only in this state; `open` has the overdue ones too.
    pub state: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl App {
    /// Records an undertaking that a decision of the caller's organization allows, and draws its document
    /// to be signed. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a decision of another organization; `undertaking_not_offered`,
    /// `undertaking_state` when there is one already; one problem for each value that is not acceptable.
    pub fn undertake(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        wanted: &UndertakingAsked,
    ) -> Result<Once<UndertakingView>, AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let texts = [&wanted.party, &wanted.due].map(|one| one.as_deref().unwrap_or_default());
        let texts = [&wanted.decision, &wanted.material, texts[0], texts[1]].map(str::as_bytes);
        let named = Named { caller: own.to_string(), key, asked: asked("undertaking", &texts) };
        self.once(named, |asked| self.undertaken(caller, own, wanted, asked))
    }

    fn undertaken(
        &self,
        caller: &Caller,
        own: OrganizationId,
        wanted: &UndertakingAsked,
        asked: &Asked<'_>,
    ) -> Result<UndertakingView, AppError> {
        let decision = self.exemption_decision(caller, &wanted.decision)?;
        let material = decision.materials.iter().find(|one| one.key == wanted.material);
        let material = material.ok_or_else(|| {
            problem("/material", "unknown_value", "the decision has no such material")
        })?;
        let (kind, last) = offered(material)?;
        let now = self.clock.now();
        let due = due(wanted.due.as_deref(), china_date(now), last)?;
        let of_organization = decision.applicant.kind == "organization";
        let party = party(wanted.party.as_deref(), of_organization, &decision.applicant.name)?;
        let item = material.asked_by.first().map_or("", |one| one.item.as_str());
        if !caller.serves(Some(item)) {
            return Err(AppError::NotFound);
        }
        let item_name = self.service_item(item, None)?.item.name.zh.clone();
        let paper = paper::Paper {
            kind,
            party: &party,
            item: &item_name,
            material: &material.name,
            case_no: &decision.case_no,
            office: &self.store.organization_read(own)?.name,
            due,
            now,
        };
        let one = Undertaking {
            id: self.clock.id(UndertakingId::mint)?,
            organization: own,
            actor: caller.actor(),
            kind,
            decision: id_of(&decision.id)?,
            item: id_of(item)?,
            material: id_of(&material.key)?,
            material_name: material.name.clone(),
            party: if of_organization { party.clone() } else { mask::person_name(&party) },
            due,
            file: self.kept_file(&self.undertaking_paper(&paper)?)?,
            at: now,
            signing: None,
            end: None,
            case_no: decision.case_no,
        };
        let told = self.undertaking_told(caller, &one, "undertaking.record", &[])?;
        let view = self.undertaking_view(&one, now);
        let kept = asked.kept(200, &view)?;
        match self.store.undertaking_record(&one, &told, kept.answer()) {
            Err(StoreError::Exists { .. }) => Err(refused(
                "undertaking_state",
                "the decision has an undertaking for this material already",
            )),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(view),
        }
    }

    /// Undertakings to the caller's organization, newest first.
    ///
    /// # Errors
    /// Not allowed; a malformed state or cursor; the register's.
    pub fn undertakings(
        &self,
        caller: &Caller,
        query: &UndertakingQuery,
    ) -> Result<Page<UndertakingView>, AppError> {
        let organization = caller.require_whole(Permission::ExemptionDecide)?;
        let now = self.clock.now();
        let (state, due_before) = match query.state.as_deref() {
            Some("overdue") => (Some(UndertakingState::Open), Some(china_date(now))),
            word => (parsed("state", word)?, None),
        };
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let page = PageRequest { limit, after: parsed("cursor", query.cursor.as_deref())? };
        let filter = UndertakingFilter { organization, state, due_before };
        let page = self.store.undertaking_list(&filter, &page)?;
        // A client that serves some items alone has a shorter page.
        let served = page.items.iter().filter(|one| caller.serves(Some(one.item.as_str())));
        Ok(Page {
            items: served.map(|one| self.undertaking_view(one, now)).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        })
    }

    /// An undertaking to the caller's organization.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one to another organization; not allowed.
    pub fn undertaking(&self, caller: &Caller, id: &str) -> Result<UndertakingView, AppError> {
        let (_, one) = self.own_undertaking(caller, id)?;
        Ok(self.undertaking_view(&one, self.clock.now()))
    }

    /// Its document: as it was signed, else as it is to be. That it was looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `operator_missing`.
    pub fn undertaking_document(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        let (_, one) = self.own_undertaking(caller, id)?;
        of_case(errand, &one.case_no, "X-Case-No is of another case than the undertaking")?;
        let about = Errand { item: one.item.to_string(), ..errand.clone() };
        let errand = Errand { case_no: one.case_no.clone(), ..about };
        self.require_errand(caller, &errand)?;
        let signing = one.signing.map(|id| self.store.signing_read(id)).transpose()?;
        let file = signing.as_ref().and_then(|request| request.result()).unwrap_or(&one.file);
        let bytes = self.files.read(file.sm3)?;
        self.note_party_shown(caller, &errand)?;
        Ok(Document {
            bytes,
            media_type: "application/pdf",
            name: format!("undertaking-{}.pdf", one.id),
            sha256: file.sha256.to_string(),
        })
    }

    /// Notes by which signing request an undertaking was signed: one of the same case, completed, over this
    /// very document. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a request of another organization; `undertaking_state` for one
    /// that was signed or has ended; `digest_changed` for a request over another document.
    pub fn sign_undertaking(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        request: &str,
    ) -> Result<Once<UndertakingView>, AppError> {
        let (own, one) = self.own_undertaking(caller, id)?;
        let what = asked("undertaking.sign", &[id.as_bytes(), request.as_bytes()]);
        let named = Named { caller: own.to_string(), key, asked: what };
        self.once(named, |asked| {
            let signing = self.signed_over(own, &one, request)?;
            let detail = [("signing_request", signing.to_string())];
            let told = self.undertaking_told(caller, &one, "undertaking.sign", &detail)?;
            let signed = Undertaking { signing: Some(signing), ..one };
            let view = self.undertaking_view(&signed, self.clock.now());
            let kept = asked.kept(200, &view)?;
            match self.store.undertaking_sign(signed.id, signing, &told, kept.answer()) {
                Err(StoreError::Conflict { .. } | StoreError::Exists { .. }) => Err(refused(
                    "undertaking_state",
                    "it was signed before, or is not open any more",
                )),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(view),
            }
        })
    }

    /// The request, when it was completed over the document of the undertaking.
    fn signed_over(
        &self,
        own: OrganizationId,
        one: &Undertaking,
        request: &str,
    ) -> Result<SigningRequestId, AppError> {
        let request = self.store.signing_read(id_of(request)?)?;
        if request.organization != own || request.case_no != one.case_no {
            return Err(AppError::NotFound);
        }
        let signed = request.result().filter(|_| {
            request.end.as_ref().is_some_and(|end| end.state == SigningState::Completed)
        });
        let signed = signed
            .ok_or_else(|| refused("signing_state", "the signing request is not completed"))?;
        let bytes = self.files.read(signed.sm3)?;
        // What was signed begins with the bytes of the document, and only adds to them.
        let size = usize::try_from(one.file.bytes).unwrap_or(usize::MAX);
        let same = bytes.get(..size).is_some_and(|first| Sm3::of(first) == one.file.sm3);
        if !same || request.document.original_bytes != one.file.bytes {
            return Err(refused("digest_changed", "another document than this was signed"));
        }
        Ok(request.id)
    }

    /// Ends an undertaking: it was kept (`fulfil`), or it was not (`breach`). Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `reason_needed`; `undertaking_state` for one that has ended.
    pub fn end_undertaking(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        (wanted, reason): (UndertakingMove, &str),
    ) -> Result<Once<UndertakingView>, AppError> {
        let (own, one) = self.own_undertaking(caller, id)?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_CHARACTERS_MAX {
            let detail = format!("say by what, in 1 to {REASON_CHARACTERS_MAX} characters");
            return Err(refused("reason_needed", detail));
        }
        let texts = [id, wanted.as_str(), reason].map(str::as_bytes);
        let what = asked("undertaking.end", &texts);
        let named = Named { caller: own.to_string(), key, asked: what };
        let done = self.once(named, |asked| {
            let at = self.clock.now();
            let state =
                one.state().after(wanted).map_err(|cause| refused("undertaking_state", cause))?;
            let (by, reason) = (caller.actor(), reason.to_owned());
            let end = UndertakingEnd { state, reason, by, at };
            let ended = Undertaking { end: Some(end.clone()), ..one };
            let action = format!("undertaking.{wanted}");
            let told = self.undertaking_told(caller, &ended, &action, &[])?;
            let event = match wanted {
                UndertakingMove::Fulfil => EventType::UndertakingFulfilled,
                UndertakingMove::Breach => EventType::UndertakingBreached,
            };
            let owed = self.event(own, event, self.undertaking_event(&ended, at))?;
            let view = self.undertaking_view(&ended, at);
            let kept = asked.kept(200, &view)?;
            match self.store.undertaking_end(ended.id, &end, (&told, &owed), kept.answer()) {
                // Somebody else was quicker.
                Err(StoreError::Conflict { .. }) => {
                    Err(refused("undertaking_state", "it has ended meanwhile"))
                }
                Err(error) => Err(error.into()),
                Ok(()) => Ok(view),
            }
        })?;
        self.outbox.wake();
        Ok(done)
    }

    /// An undertaking to the caller's organization, and which that is.
    fn own_undertaking(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(OrganizationId, Undertaking), AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let one = self.store.undertaking_read(id_of(id)?)?;
        let ours = one.organization == own && caller.serves(Some(one.item.as_str()));
        ours.then_some((own, one)).ok_or(AppError::NotFound)
    }

    /// What the audit trail says: no name.
    fn undertaking_told(
        &self,
        caller: &Caller,
        one: &Undertaking,
        action: &str,
        more: &[(&str, String)],
    ) -> Result<Entry, AppError> {
        let detail = [
            ("case", one.case_no.clone()),
            ("item", one.item.to_string()),
            ("material", one.material.to_string()),
            ("due", day_text(one.due)),
        ];
        let subject = Subject::new("undertaking", one.id);
        self.clock.entry(&caller.actor(), action, subject, &[&detail[..], more].concat())
    }

    fn undertaking_event(&self, one: &Undertaking, now: OffsetDateTime) -> UndertakingEventView {
        let view = self.undertaking_view(one, now);
        UndertakingEventView {
            undertaking_id: view.id,
            kind: view.kind,
            case_no: view.case_no,
            state: view.state,
            due: view.due,
            days_left: view.days_left,
        }
    }

    fn undertaking_view(&self, one: &Undertaking, now: OffsetDateTime) -> UndertakingView {
        let open = one.end.is_none();
        let state = if one.is_overdue(now) { "overdue" } else { one.state().as_str() };
        let mut allowed = Vec::new();
        if open && one.signing.is_none() {
            allowed.push("sign".to_owned());
        }
        let moves = UndertakingMove::ALL.iter().filter(|_| open);
        allowed.extend(moves.map(ToString::to_string));
        UndertakingView {
            id: one.id.to_string(),
            kind: one.kind.to_string(),
            state: state.to_owned(),
            allowed,
            case_no: one.case_no.clone(),
            decision_id: one.decision.to_string(),
            item: one.item.to_string(),
            material: one.material.to_string(),
            material_name: one.material_name.clone(),
            party: one.party.clone(),
            due: day_text(one.due),
            days_left: (one.due - china_date(now)).whole_days(),
            recorded_at: instant(one.at),
            href: format!("/v1/undertakings/{}/document", one.id),
            sm3: one.file.sm3.to_string(),
            signing_request_id: one.signing.map(|id| id.to_string()),
            reason: one.end.as_ref().map(|end| end.reason.clone()),
            ended_at: one.end.as_ref().map(|end| instant(end.at)),
        }
    }
}

/// What may be promised instead of a material, and by when.
fn offered(material: &DecidedMaterialView) -> Result<(UndertakingKind, Date), AppError> {
    let kind = match material.verdict.as_str() {
        "by_commitment" => Some(UndertakingKind::Commitment),
        "deferrable" => Some(UndertakingKind::Deferral),
        _ => None,
    };
    kind.zip(material.due.as_deref().and_then(day)).ok_or_else(|| {
        refused("undertaking_not_offered", "nothing may be promised instead of this material")
    })
}

/// The last day that is wanted: not past, and no later than the decision says.
fn due(wanted: Option<&str>, today: Date, last: Date) -> Result<Date, AppError> {
    let Some(text) = wanted else { return Ok(last) };
    let within = day(text).filter(|wanted| (today..=last).contains(wanted));
    within.ok_or_else(|| {
        let message = format!("a day from {} to {}", day_text(today), day_text(last));
        problem("/due", "bad_date", &message)
    })
}

/// Who promises: as it was said, or the organization that the decision names.
fn party(said: Option<&str>, named: bool, name: &str) -> Result<String, AppError> {
    let said = said.map(str::trim).filter(|text| !text.is_empty());
    let party = said.or(named.then_some(name));
    let fits = party.filter(|text| text.chars().count() <= NAME_CHARACTERS_MAX);
    fits.map(str::to_owned)
        .ok_or_else(|| problem("/party", "required", "say who promises, as it is to be printed"))
}

fn problem(pointer: &str, code: &'static str, message: &str) -> AppError {
    let (pointer, message) = (pointer.to_owned(), message.to_owned());
    AppError::Fields(vec![FieldProblem { pointer, code, message }])
}
