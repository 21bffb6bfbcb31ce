//! Every look at what is personal is written down, on stable storage, before anything is shown.

use crate::{App, AppError, Caller, Errand};
use domain::audit::{Access, Basis, Fields, Outcome};
use domain::id::{AccessId, LicenseId};

impl App {
    /// Refuses a system that does not say why it looks, where that is required: before it is told
    /// whether there is anything.
    pub(crate) fn require_errand(&self, caller: &Caller, errand: &Errand) -> Result<(), AppError> {
        let rule = self.settings.errands;
        let refused =
            |code, detail: &str| Err(AppError::Refused { code, detail: detail.to_owned() });
        if matches!(caller, Caller::Person { .. } | Caller::Console { .. }) {
            return Ok(());
        }
        if rule.case_number && errand.case_no.is_empty() {
            return refused("case_number_missing", "say for which case: X-Case-No");
        }
        if rule.operator && (errand.operator.is_empty() || errand.operator_role.is_empty()) {
            let detail = "say who looks and in which role: X-Operator-Id and X-Operator-Role";
            return refused("operator_missing", detail);
        }
        Ok(())
    }

    /// Writes down that the caller looks at these licenses. Nothing is shown when that fails.
    pub(crate) fn note_look(
        &self,
        caller: &Caller,
        errand: &Errand,
        licenses: Vec<LicenseId>,
        fields: Fields,
    ) -> Result<(), AppError> {
        self.note_look_by(caller, errand, Self::basis(caller), licenses, fields)
    }

    /// What allows a caller to look at licenses of its own organization.
    pub(crate) fn basis(caller: &Caller) -> Basis {
        match caller {
            Caller::Console { .. } => Basis::Console,
            _ => Basis::Issuer,
        }
    }

    /// The same with what allows it.
    pub(crate) fn note_look_by(
        &self,
        caller: &Caller,
        errand: &Errand,
        basis: Basis,
        licenses: Vec<LicenseId>,
        fields: Fields,
    ) -> Result<(), AppError> {
        let outcome = if licenses.is_empty() { Outcome::Nothing } else { Outcome::Shown };
        self.note(caller, errand, basis, (licenses, fields, outcome))
    }

    /// Writes down that the caller is shown who an application is about, without any license.
    pub(crate) fn note_party_shown(
        &self,
        caller: &Caller,
        errand: &Errand,
    ) -> Result<(), AppError> {
        let shown = (Vec::new(), Fields::Content, Outcome::Shown);
        self.note(caller, errand, Basis::Function, shown)
    }

    fn note(
        &self,
        caller: &Caller,
        errand: &Errand,
        basis: Basis,
        (licenses, fields, outcome): (Vec<LicenseId>, Fields, Outcome),
    ) -> Result<(), AppError> {
        Ok(self.store.access_append(Access {
            id: self.clock.id(AccessId::mint)?,
            at: self.clock.now(),
            actor: caller.actor(),
            organization: caller.organization(),
            errand: errand.clone(),
            basis,
            licenses,
            fields,
            outcome,
        })?)
    }
}
