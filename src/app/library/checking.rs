//! A clerk compares a material with the original; a department has one erased for its holder.

use super::operator;
use crate::error::{id_of, problem};
use crate::once::{Asked, Named, Once, asked};
use crate::view::LibraryMaterialView;
use crate::{App, AppError, Caller, Errand, IdempotencyKey, refused};
use domain::access::Permission;
use domain::audit::Actor;
use domain::id::OrganizationId;
use domain::library::{LibraryCheck, LibraryErasure, LibraryMaterial, LibrarySource};
use domain::time::china_date;
use storage::StoreError;

/// That a clerk compared a material with the original.
#[derive(Clone, Debug, Default)]
pub struct CheckAsked {
    /// At which window.
    pub window: String,
}

impl App {
    /// Keeps that the caller compared a material with the original: it has grade B from now on. Once per
    /// idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `material_state` for one that was checked before, is erased or over;
    /// `material_grade` for what the holder made; `material_self_check` for what the clerk brought;
    /// `case_number_missing`, `operator_missing`; not allowed.
    pub fn check_material(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        id: &str,
        said: &CheckAsked,
    ) -> Result<Once<LibraryMaterialView>, AppError> {
        let organization = self.reader(caller, errand)?;
        let operator = operator(caller, errand);
        if operator.is_empty() && !matches!(caller, Caller::Person { .. } | Caller::Console { .. })
        {
            return Err(refused("operator_missing", "say who compared it: X-Operator-Id"));
        }
        let window = Errand::said(&said.window)
            .map_err(|reason| AppError::Fields(vec![problem("/window", "bad_text", reason)]))?;
        let texts = [id, &operator, &window, &errand.case_no].map(str::as_bytes);
        let what = asked("material.check", &texts);
        let named = Named { caller: organization.to_string(), key, asked: what };
        let checked = self.once(named, |asked| {
            let one = self.store.library_read(id_of(id)?)?;
            let (by, at) = (caller.actor(), self.clock.now());
            let case_no = errand.case_no.clone();
            let (operator, window) = (operator.clone(), window.clone());
            let check = LibraryCheck { by, organization, operator, window, case_no, at };
            self.material_checked(one, check, asked)
        })?;
        // What was answered before is shown again, too.
        self.note_party_shown(caller, errand)?;
        Ok(checked)
    }

    fn material_checked(
        &self,
        mut one: LibraryMaterial,
        check: LibraryCheck,
        asked: &Asked<'_>,
    ) -> Result<LibraryMaterialView, AppError> {
        if one.source == LibrarySource::SelfMade {
            let detail = "the holder made it and vouches for it: there is no original";
            return Err(refused("material_grade", detail));
        }
        if one.was_handed_in_by(&check.by, &check.operator) {
            let detail = "somebody else compares what you brought".to_owned();
            return Err(AppError::Forbidden { code: "material_self_check", detail });
        }
        if one.erased.is_some() || one.check.is_some() || one.is_expired(china_date(check.at)) {
            return Err(state());
        }
        let told = self.material_told(&check.by, &one, "material.check", &check.case_no)?;
        one.check = Some(check.clone());
        let view = self.material_shown(&one)?;
        let kept = asked.kept(200, &view)?;
        match self.store.library_check(one.id, &check, &told, kept.answer()) {
            Err(StoreError::Conflict { .. }) => Err(state()),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(view),
        }
    }

    /// Erases a material for its holder, by the department that brought it: the file goes, what is known
    /// of it and of its uses stays. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one that another department or its holder brought;
    /// `material_state` for one that is erased; not allowed.
    pub fn erase_material(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
    ) -> Result<Once<LibraryMaterialView>, AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let what = asked("material.erase", &[id.as_bytes()]);
        self.once(Named { caller: own.to_string(), key, asked: what }, |asked| {
            let one = self.store.library_read(id_of(id)?)?;
            if one.handed.organization != Some(own) {
                return Err(AppError::NotFound);
            }
            self.material_erased(one, (caller.actor(), Some(own)), asked)
        })
    }

    pub(super) fn material_erased(
        &self,
        mut one: LibraryMaterial,
        (by, organization): (Actor, Option<OrganizationId>),
        asked: &Asked<'_>,
    ) -> Result<LibraryMaterialView, AppError> {
        if one.erased.is_some() {
            return Err(state());
        }
        let told = self.material_told(&by, &one, "material.erase", "")?;
        let erasure = LibraryErasure { by, organization, at: self.clock.now() };
        one.erased = Some(erasure.clone());
        let view = self.material_shown(&one)?;
        let kept = asked.kept(200, &view)?;
        match self.store.library_erase(one.id, &erasure, &told, kept.answer()) {
            Err(StoreError::Conflict { .. }) => return Err(state()),
            done => done?,
        }
        // Should this process end here, the file is one that nobody knows, and goes with those.
        self.remove_unknown(vec![one.file.sm3])?;
        Ok(view)
    }
}

fn state() -> AppError {
    refused("material_state", "it was checked before, is erased, or its last day is over")
}
