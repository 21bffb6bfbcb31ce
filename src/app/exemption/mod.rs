//! What an applicant need not hand in: looked up in the register, decided by rules, recorded.
//!
//! Nothing is believed: relations are proved by licenses, licenses are verified as anybody's, and
//! what could not be found out is told as that.

mod answering;
mod asking;
mod assistance;
mod bundling;
mod connectors;
mod copies;
mod form_document;
mod holders;
mod looking;
mod prefill;
mod reliances;
mod shown;
mod words;

pub use answering::{AssistanceQuery, AssistanceSaid};
pub(crate) use asking::of_case;
pub use asking::{ExemptionAsked, ItemAsked, PartyAsked};
pub(crate) use connectors::Connectors;
pub use form_document::FormDocumentAsked;
pub(crate) use holders::HolderKey;
pub use prefill::PrefillAsked;
pub use reliances::RelianceQuery;

use crate::error::{id_of, refused};
use crate::items::FiledItem;
use crate::once::{Asked, Named, Once, asked};
use crate::view::ExemptionDecisionView;
use crate::{App, AppError, Caller, Errand, IdempotencyKey};
use asking::Checked;
use connectors::Confirmed;
use domain::access::Permission;
use domain::audit::{Basis, Fields, Subject};
use domain::digest::Sm3;
use domain::exemption::{self, Case, Decision, RecordedDecision, Reliance};
use domain::id::{ExemptionDecisionId, LicenseId, OrganizationId, RelianceId};
use domain::library::{LibraryHeld, LibraryUse, items_text};
use domain::time::china_date;
use looking::Looks;
use std::collections::{BTreeMap, BTreeSet};
use storage::{NewAssistance, StoreError};
use time::OffsetDateTime;

/// How often it is decided anew when a license changed while it was decided.
const ATTEMPTS: usize = 4;

/// Who decides, and why.
struct Decider<'a> {
    caller: &'a Caller,
    organization: OrganizationId,
    errand: Errand,
}

impl App {
    /// Decides what an applicant need not hand in, records it, who relied on what, and what other
    /// departments are asked. That licenses
    /// were looked at is written down before anything is shown. Once per idempotency key.
    ///
    /// # Errors
    /// One problem for each value that is not acceptable; `item_not_entitled`;
    /// `case_number_missing`, `operator_missing`; the register's.
    pub fn decide_exemption(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        request: &ExemptionAsked,
    ) -> Result<Once<ExemptionDecisionView>, AppError> {
        let organization = caller.require_whole(Permission::ExemptionDecide)?;
        let errand = request.errand(errand)?;
        self.require_errand(caller, &errand)?;
        if let Some(item) = request.items.iter().find(|item| !caller.serves(Some(&item.code))) {
            let detail = format!("item {} is not in the scope of the client", item.code);
            return Err(AppError::Forbidden { code: "item_not_entitled", detail });
        }
        let decider = Decider { caller, organization, errand };
        let named =
            Named { caller: organization.to_string(), key, asked: digest(request, &decider)? };
        let answer = self.once(named, |asked| self.decided(&decider, request, asked))?;
        if answer.replayed {
            // It shows values of licenses again, as if they were looked up now.
            let read = licenses_shown(&answer.value)?;
            self.note_look_by(caller, &decider.errand, Basis::Function, read, Fields::Content)?;
        }
        Ok(answer)
    }

    /// The same for what a page sent: once for the page and what was typed into it, so that a second
    /// click or a reload records nothing more, and what was typed anew after going back is decided.
    ///
    /// # Errors
    /// As [`App::decide_exemption`].
    pub fn decide_exemption_typed(
        &self,
        caller: &Caller,
        errand: &Errand,
        page: &IdempotencyKey,
        request: &ExemptionAsked,
    ) -> Result<Once<ExemptionDecisionView>, AppError> {
        let key = page.and(asked("typed exemption", &[&json(request)?]));
        self.decide_exemption(caller, errand, Some(&key), request)
    }

    fn decided(
        &self,
        decider: &Decider<'_>,
        request: &ExemptionAsked,
        asked: &Asked<'_>,
    ) -> Result<ExemptionDecisionView, AppError> {
        let checked = self.exemption_checked(request)?;
        let wanted = looking::wanted(self, &checked);
        let mut confirmed = Confirmed::new();
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let mut looks = self.looked(&checked, &wanted, now)?;
            // What connectors and other departments say changes nothing of that.
            let unasked = |case: &Case<'_>| exemption::decide(case).unasked;
            self.verify_what_counts(&checked, &mut looks, now, unasked);
            let mut assistance = self.assistance_known(decider, &checked, now)?;
            let mut case = self.case(&checked, &looks, now);
            let library = self.library_of(&checked);
            case.library = library.as_deref();
            case.assisted = assistance.facts.clone();
            case.confirmed = confirmed;
            case.confirmed = self.ask_connectors(&checked, (&case, &decider.errand.case_no), now);
            let decision = exemption::decide(&case);
            confirmed = case.confirmed;
            let verified = match self.verified(&decision, &looks, decider.organization)? {
                Some(verified) => verified,
                None => continue,
            };
            let id = self.clock.id(ExemptionDecisionId::mint)?;
            let of = (id, &decision);
            let new = self.assistance_needed(decider, &checked, of, &mut assistance, now)?;
            let found = (&looks, &verified, &assistance, now);
            let view =
                self.decision_view(id, &checked, &decision, &decider.errand.case_no, found)?;
            let read = looks.read();
            let (caller, errand) = (decider.caller, &decider.errand);
            self.note_look_by(caller, errand, Basis::Function, read, Fields::Content)?;
            match self.record(decider, &checked, (&decision, &view, &new), asked, now) {
                // A license changed since it was looked at, or somebody asked the same department.
                Err(StoreErrorOr::Store(StoreError::Conflict { .. })) => {}
                Err(StoreErrorOr::Store(error)) => return Err(error.into()),
                Err(StoreErrorOr::App(error)) => return Err(error),
                Ok(()) => {
                    if !new.is_empty() {
                        self.outbox.wake();
                    }
                    return Ok(view);
                }
            }
        }
        Err(AppError::Unavailable {
            code: "maintenance",
            detail: "licenses change while it is decided".to_owned(),
        })
    }

    fn case<'a>(&'a self, checked: &'a Checked, looks: &'a Looks, now: OffsetDateTime) -> Case<'a> {
        let asked = checked
            .items
            .iter()
            .map(|one| exemption::Asked { item: &one.filed.item, answers: &one.answers });
        Case {
            items: asked.collect(),
            parties: checked.parties.clone(),
            looked: looks.said(),
            confirmed: Confirmed::new(),
            assisted: BTreeMap::new(),
            // Nobody hangs a verification on it.
            library: Some(&[]),
            policy: &self.settings.exemption,
            today: china_date(now),
        }
    }

    /// Materials of the applicant in the library; none when it cannot be asked.
    fn library_of(&self, checked: &Checked) -> Option<Vec<LibraryHeld>> {
        let holder = self.holder(&checked.applicant().code);
        let found = holder.and_then(|holder| Ok(self.store.library_of(holder)?));
        match found {
            Ok(all) => Some(all.iter().map(LibraryHeld::from).collect()),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the material library");
                None
            }
        }
    }

    /// Verifications of what is relied on, by license; none when a license is not valid any more
    /// since it was decided.
    fn verified(
        &self,
        decision: &Decision,
        looks: &Looks,
        organization: OrganizationId,
    ) -> Result<Option<BTreeMap<LicenseId, String>>, AppError> {
        let mut verified = BTreeMap::new();
        for license in decision.relied().keys() {
            let Some(shown) = looks.shown(*license) else { return Ok(None) };
            match self.verify_relied(shown, organization)? {
                Some(id) => drop(verified.insert(*license, id)),
                None => return Ok(None),
            }
        }
        Ok(Some(verified))
    }

    fn record(
        &self,
        decider: &Decider<'_>,
        checked: &Checked,
        (decision, view, new): (&Decision, &ExemptionDecisionView, &[NewAssistance]),
        asked: &Asked<'_>,
        now: OffsetDateTime,
    ) -> Result<(), StoreErrorOr> {
        let kept = asked.kept(200, view)?;
        let id: ExemptionDecisionId = id_of(&view.id)?;
        let case_no = decider.errand.case_no.clone();
        let answer = serde_json::to_string(&view.without_values())
            .map_err(|cause| AppError::internal("writing a decision".to_owned(), cause))?;
        let recorded = RecordedDecision {
            id,
            organization: decider.organization,
            actor: decider.caller.actor(),
            case_no: case_no.clone(),
            items: checked.items.iter().map(|one| one.named()).collect(),
            applicant: self.holder(&checked.applicant().code)?,
            until: decision.until,
            answer,
            saved: exemption::Saved::of(decision),
            at: now,
        };
        let mut reliances = Vec::new();
        for (license, version) in decision.rests_on() {
            reliances.push(Reliance {
                id: self.clock.id(RelianceId::mint)?,
                decision: id,
                license,
                version,
                organization: decider.organization,
                case_no: case_no.clone(),
                until: decision.until,
                at: now,
                changed: None,
            });
        }
        let items: Vec<&str> = checked.items.iter().map(|one| one.code()).collect();
        let detail = [
            ("items", items.join(" ")),
            ("case", case_no),
            ("relied_on", reliances.len().to_string()),
            ("asked", new.len().to_string()),
        ];
        let subject = Subject::new("exemption", id);
        let told = self.clock.entry(&recorded.actor, "exemption.decide", subject, &detail)?;
        let used = decision.materials_held().into_iter().map(|(material, items)| LibraryUse {
            material,
            organization: decider.organization,
            case_no: recorded.case_no.clone(),
            item: items_text(items.into_iter()),
            decision: Some(id),
            at: now,
        });
        let used: Vec<LibraryUse> = used.collect();
        let answer = kept.answer();
        Ok(self.store.exemption_record(&recorded, &reliances, new, &used, &told, answer)?)
    }

    /// A decision of the caller's organization as it was answered, without values of licenses.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one of another organization.
    pub fn exemption_decision(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<ExemptionDecisionView, AppError> {
        Self::decision_read(&self.recorded_decision(caller, id)?)
    }

    /// A decision of the caller's organization.
    fn recorded_decision(&self, caller: &Caller, id: &str) -> Result<RecordedDecision, AppError> {
        let organization = caller.require_whole(Permission::ExemptionDecide)?;
        let recorded = self.store.exemption_read(id_of(id)?)?;
        let own = recorded.organization == organization;
        own.then_some(recorded).ok_or(AppError::NotFound)
    }

    fn decision_read(recorded: &RecordedDecision) -> Result<ExemptionDecisionView, AppError> {
        let failed = |cause| AppError::internal(format!("reading decision {}", recorded.id), cause);
        serde_json::from_str(&recorded.answer).map_err(failed)
    }
}

/// The licenses of which a decision shows anything, each once.
fn licenses_shown(view: &ExemptionDecisionView) -> Result<Vec<LicenseId>, AppError> {
    let relied = view.materials.iter().flat_map(|line| &line.evidence).map(|one| &one.license_id);
    let ids = relied.chain(view.filled.iter().map(|one| &one.license_id));
    let ids: Result<BTreeSet<LicenseId>, _> = ids.map(|id| id.parse()).collect();
    let ids = ids.map_err(|cause| AppError::internal(format!("reading {}", view.id), cause))?;
    Ok(ids.into_iter().collect())
}

/// Why a decision was not recorded.
enum StoreErrorOr {
    Store(StoreError),
    App(AppError),
}

impl From<StoreError> for StoreErrorOr {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AppError> for StoreErrorOr {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// SM3 of what is asked.
fn digest(request: &ExemptionAsked, decider: &Decider<'_>) -> Result<Sm3, AppError> {
    Ok(asked("exemption", &[&json(request)?, decider.errand.case_no.as_bytes()]))
}

fn json(request: &ExemptionAsked) -> Result<Vec<u8>, AppError> {
    serde_json::to_vec(request)
        .map_err(|cause| AppError::internal("reading a request".to_owned(), cause))
}

impl asking::ItemChecked {
    fn named(&self) -> (exemption::ItemCode, u32) {
        (self.filed.item.code.clone(), self.filed.item.version)
    }

    fn code(&self) -> &str {
        self.filed.item.code.as_str()
    }
}
