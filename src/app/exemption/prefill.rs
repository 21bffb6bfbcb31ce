//! Filling a form from the licenses of those whom a case is about (免填写).
//!
//! Who may ask, why, and what is written down is as for decisions: whoever is shown what a license
//! says has a row in the access log first.

use super::asking::{Checked, ItemAsked};
use super::looking::Looks;
use super::{ATTEMPTS, App, AppError, Decider, ExemptionAsked, PartyAsked};
use crate::compare::reasons;
use crate::forms::FiledForm;
use crate::view::time::instant;
use crate::view::{
    ApplicantView, FieldComparedView, FieldSourceView, PrefillView, PrefilledFieldView,
};
use crate::{Caller, Errand, FieldProblem};
use domain::access::Permission;
use domain::audit::{Basis, Fields};
use domain::catalogue::{Format, HolderKind};
use domain::compare::Comparison;
use domain::exemption::{self, Key};
use domain::form::{self, Fill, Filled, FormEntry, Taken, Why};
use domain::id::LicenseId;
use domain::identifier::LicenseTypeCode;
use domain::mask;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use storage::Shown;
use time::OffsetDateTime;

/// A form that is to be filled in.
#[derive(Clone, Debug, Default)]
pub struct PrefillAsked {
    /// Its code.
    pub form: String,
    /// Who applies.
    pub applicant: PartyAsked,
    /// Who acts for the applicant.
    pub agent: Option<PartyAsked>,
    /// Others whose licenses may count, by their relation to the applicant.
    pub relations: BTreeMap<String, PartyAsked>,
    /// The number of the case.
    pub case_no: String,
}

/// A form that was filled, and all by which it is shown.
pub(super) struct FilledForm {
    pub(super) filed: Arc<FiledForm>,
    pub(super) filled: Filled,
    pub(super) case_no: String,
    pub(super) now: OffsetDateTime,
    checked: Checked,
    looks: Looks,
    /// Verifications of the licenses that fill it.
    verified: BTreeMap<LicenseId, String>,
}

impl App {
    /// A form as far as licenses of those in the case fill it in: each value with where it stands, and
    /// why where there is none. That licenses were looked at is written down before anything is shown.
    ///
    /// # Errors
    /// One problem for each value that is not acceptable; `item_not_entitled`; `case_number_missing`,
    /// `operator_missing`; the register's.
    pub fn prefill(
        &self,
        caller: &Caller,
        errand: &Errand,
        asked: &PrefillAsked,
    ) -> Result<PrefillView, AppError> {
        self.form_filled(caller, errand, asked)?.view(self)
    }

    /// The same, not shown yet.
    pub(super) fn form_filled(
        &self,
        caller: &Caller,
        errand: &Errand,
        asked: &PrefillAsked,
    ) -> Result<FilledForm, AppError> {
        let organization = caller.require_whole(Permission::ExemptionDecide)?;
        let filed = self.form(asked.form.trim()).map_err(|cause| match cause {
            AppError::NotFound => {
                problem("/form", "unknown_form", "there is no such form, or its item is not here")
            }
            other => other,
        })?;
        let request = asked.exemption(filed.form.item.as_str());
        let errand = request.errand(errand)?;
        self.require_errand(caller, &errand)?;
        if !caller.serves(Some(filed.form.item.as_str())) {
            let detail = format!("item {} is not in the scope of the client", filed.form.item);
            return Err(AppError::Forbidden { code: "item_not_entitled", detail });
        }
        let checked = self.exemption_checked(&request).map_err(of_the_form)?;
        let decider = Decider { caller, organization, errand };
        self.filled_by(filed, &decider, checked)
    }

    fn filled_by(
        &self,
        filed: Arc<FiledForm>,
        decider: &Decider<'_>,
        checked: Checked,
    ) -> Result<FilledForm, AppError> {
        let wanted = self.wanted_by(&filed, &checked);
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let mut looks = self.looked(&checked, &wanted, now)?;
            let unasked = |case: &exemption::Case<'_>| form::filled(&filed.form, case).unasked;
            self.verify_what_counts(&checked, &mut looks, now, unasked);
            let filled = form::filled(&filed.form, &self.case(&checked, &looks, now));
            let mut verified = BTreeMap::new();
            let mut changed = false;
            for license in filled.fills.iter().flat_map(|(_, fill)| fill.taken()) {
                let id = license.license;
                if verified.contains_key(&id) {
                    continue;
                }
                let shown = looks.shown(id);
                let kept = shown.map(|shown| self.verify_relied(shown, decider.organization));
                match kept.transpose()?.flatten() {
                    Some(verification) => drop(verified.insert(id, verification)),
                    None => changed = true,
                }
            }
            if changed {
                continue;
            }
            let (caller, errand) = (decider.caller, &decider.errand);
            self.note_look_by(caller, errand, Basis::Function, looks.read(), Fields::Content)?;
            let case_no = decider.errand.case_no.clone();
            return Ok(FilledForm { filed, filled, case_no, now, checked, looks, verified });
        }
        Err(AppError::Unavailable {
            code: "maintenance",
            detail: "licenses change while a form is filled in".to_owned(),
        })
    }

    /// Types of the sources of a form, and of what proves who somebody is: of no other license is
    /// anything read.
    fn wanted_by(&self, filed: &FiledForm, checked: &Checked) -> BTreeSet<LicenseTypeCode> {
        let named = |holder: &Key| checked.parties.contains_key(holder);
        let sources = filed.form.entries().flat_map(|entry| &entry.from);
        let sources: Vec<_> = sources.filter(|source| named(&source.holder)).collect();
        let proofs = self.settings.exemption.relations.iter();
        let proofs =
            proofs.filter(|one| sources.iter().any(|source| source.holder == one.relation));
        sources
            .iter()
            .map(|one| one.license_type)
            .chain(proofs.map(|one| one.license_type))
            .collect()
    }
}

impl PrefillAsked {
    /// The same as a question about the item of the form.
    fn exemption(&self, item: &str) -> ExemptionAsked {
        ExemptionAsked {
            items: vec![ItemAsked { code: item.to_owned(), ..ItemAsked::default() }],
            answers: BTreeMap::new(),
            applicant: self.applicant.clone(),
            agent: self.agent.clone(),
            relations: self.relations.clone(),
            case_no: self.case_no.clone(),
        }
    }
}

fn problem(pointer: &str, code: &'static str, message: &str) -> AppError {
    let (pointer, message) = (pointer.to_owned(), message.to_owned());
    AppError::Fields(vec![FieldProblem { pointer, code, message }])
}

/// What is wrong with the item is wrong with the form that was named.
fn of_the_form(error: AppError) -> AppError {
    let AppError::Fields(mut problems) = error else { return error };
    for problem in problems.iter_mut().filter(|one| one.pointer.starts_with("/items")) {
        "/form".clone_into(&mut problem.pointer);
    }
    AppError::Fields(problems)
}

impl FilledForm {
    /// What becomes of a field.
    pub(super) fn fill(&self, key: &str) -> &Fill {
        let found = self.filled.fills.iter().find(|(of, _)| of == key);
        found.map_or(&Fill::Empty(Why::Typed), |(_, fill)| fill)
    }

    /// The license of a value.
    pub(super) fn shown(&self, taken: &Taken) -> Option<&Shown> {
        self.looks.shown(taken.license)
    }

    /// As it is shown.
    pub(super) fn view(&self, app: &App) -> Result<PrefillView, AppError> {
        let form = &self.filed.form;
        let fields = form.entries().zip(&self.filled.fills);
        let fields: Vec<PrefilledFieldView> = fields
            .map(|(entry, (_, fill))| self.field(app, entry, fill))
            .collect::<Result<_, _>>()?;
        let applicant = self.checked.applicant();
        let name = match applicant.kind {
            HolderKind::Person => mask::person_name(&applicant.name),
            HolderKind::Organization => applicant.name.clone(),
        };
        Ok(PrefillView {
            form: form.code.to_string(),
            version: form.version,
            name: form.name.zh.clone(),
            name_en: form.name.en.clone(),
            item: form.item.to_string(),
            example: form.example,
            case_no: self.case_no.clone(),
            applicant: ApplicantView { kind: applicant.kind.name().to_owned(), name },
            as_of: instant(self.now),
            prefilled: fields.iter().filter(|field| field.state == "prefilled").count(),
            fields,
        })
    }

    fn field(
        &self,
        app: &App,
        entry: &FormEntry,
        fill: &Fill,
    ) -> Result<PrefilledFieldView, AppError> {
        let (state, why) = match fill {
            Fill::Prefilled(_) => ("prefilled", None),
            Fill::Conflict(_) => ("conflict", None),
            Fill::Empty(why) => ("empty", Some(*why)),
        };
        let note = match fill {
            Fill::Conflict(_) => Some(CONFLICT),
            _ => why.map(words),
        };
        let sources = fill.taken().iter().map(|taken| self.source(app, entry, taken));
        let field = &entry.field;
        Ok(PrefilledFieldView {
            key: field.key.clone(),
            label: field.name.zh.clone(),
            label_en: field.name.en.clone(),
            kind: field.kind.name().to_owned(),
            required: field.required,
            state: state.to_owned(),
            reason: why.map(|why| why.as_str().to_owned()),
            note: note.map(|(zh, _)| zh.to_owned()),
            note_en: note.map(|(_, en)| en.to_owned()),
            value: fill.value().map(|value| value.to_json(&field.kind)),
            text: fill.value().map(|value| value.printed(&field.kind, Format::Plain)),
            sources: sources.collect::<Result<_, _>>()?,
        })
    }

    fn source(
        &self,
        app: &App,
        entry: &FormEntry,
        taken: &Taken,
    ) -> Result<FieldSourceView, AppError> {
        let lost = || AppError::internal("showing a form".to_owned(), "a license is gone");
        let shown = self.looks.shown(taken.license).ok_or_else(lost)?;
        let face = app.face(&shown.license, &shown.issuer, self.now);
        let kind = &entry.field.kind;
        Ok(FieldSourceView {
            license_id: taken.license.to_string(),
            license_version: taken.version,
            license_type: face.type_code,
            type_version: shown.license.particulars().type_version,
            type_name: face.type_name,
            number: face.number,
            issuer: face.issuer,
            issued_on: face.issued_on,
            valid_to: face.valid_to,
            field: taken.source.field.to_string(),
            holder: taken.source.holder.to_string(),
            // Everything in the register was sealed by the body that issued it.
            grade: "A".to_owned(),
            verified_at: instant(self.now),
            verification_id: self.verified.get(&taken.license).cloned().unwrap_or_default(),
            value: taken.value.to_json(kind),
            text: taken.value.printed(kind, Format::Plain),
            compared: taken.compared.as_ref().map(compared),
        })
    }
}

pub(super) fn compared(comparison: &Comparison) -> FieldComparedView {
    FieldComparedView { answer: comparison.answer.to_string(), reasons: reasons(comparison) }
}

const CONFLICT: (&str, &str) = (
    "证照内容不一致，请核对后填写。",
    "Licenses say different things: please check, then fill in.",
);

/// Why a field is empty, in Chinese and English.
fn words(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::Typed => ("由申请人填写。", "The applicant fills it in."),
        Why::NotSaid => ("证照上没有此项内容。", "The license does not say it."),
        Why::Unfit => {
            ("证照上的内容不合本表要求，请填写。", "What the license says does not fit this form.")
        }
        Why::Reason(reason) if reason.is_doubt() => (
            "证照暂时无法查询或核验，并非没有证照。",
            "Licenses cannot be asked or verified at the moment, which does not mean that there is none.",
        ),
        Why::Reason(exemption::Reason::PartyMissing) => {
            ("没有说明是何人的证照。", "It is not said whose license it would be.")
        }
        Why::Reason(_) => ("没有可用的有效证照。", "There is no valid license that says it."),
    }
}
