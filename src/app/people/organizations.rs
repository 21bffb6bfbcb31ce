//! Organizations: registered and closed by a security administrator.

use super::readable;
use crate::view::{OrganizationView, time::instant};
use crate::{App, AppError, Caller, id_of, refused};
use domain::access::Permission;
use domain::audit::{Actor, Subject};
use domain::id::OrganizationId;
use domain::identifier::UnifiedCode;
use domain::party::{Organization, OrganizationStatus};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use storage::StoreError;

/// So many characters a full name has.
const NAME_CHARACTERS: RangeInclusive<usize> = 2..=100;

/// Which organization is to act here.
#[derive(Clone, Debug)]
pub struct OrganizationRequest {
    /// The full name.
    pub name: String,
    /// The unified social credit code.
    pub code: String,
    /// The body above it, by id; empty when there is none.
    pub parent: String,
}

impl App {
    /// All organizations, by name.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn organizations(&self, caller: &Caller) -> Result<Vec<OrganizationView>, AppError> {
        caller.require(Permission::AccessManage)?;
        let all = self.store.organization_list()?;
        let names: BTreeMap<_, _> = all.iter().map(|one| (one.id, one.name.clone())).collect();
        let name = |id: &OrganizationId| names.get(id).cloned();
        Ok(all.iter().map(|one| view(one, one.parent.as_ref().and_then(name))).collect())
    }

    /// The full name of each organization.
    pub(crate) fn organization_names(&self) -> Result<BTreeMap<OrganizationId, String>, AppError> {
        let all = self.store.organization_list()?;
        Ok(all.into_iter().map(|one| (one.id, one.name)).collect())
    }

    /// Registers an organization. Its division stands in its code (GB 32100-2015, 3rd to 8th
    /// character).
    ///
    /// # Errors
    /// Not allowed; `code_refused`, `name_refused`, `unknown_organization`, `organization_taken`.
    pub fn organization_add(
        &self,
        caller: &Caller,
        new: &OrganizationRequest,
    ) -> Result<OrganizationView, AppError> {
        caller.require(Permission::AccessManage)?;
        self.register(&caller.actor(), new)
    }

    /// The same for whoever sits at the machine: the first organization has nobody yet.
    ///
    /// # Errors
    /// As [`App::organization_add`].
    pub fn organization_found(
        &self,
        new: &OrganizationRequest,
    ) -> Result<OrganizationView, AppError> {
        self.register(&Actor::Console, new)
    }

    fn register(
        &self,
        actor: &Actor,
        new: &OrganizationRequest,
    ) -> Result<OrganizationView, AppError> {
        let code = new.code.trim().to_uppercase().parse::<UnifiedCode>();
        let code = code.map_err(|bad| refused("code_refused", bad))?;
        let name = readable(&new.name, NAME_CHARACTERS)?;
        let division = code.as_str().get(2..8).and_then(|text| text.parse().ok());
        let division = division.ok_or_else(|| refused("code_refused", "it names no division"))?;
        let parent = match new.parent.trim() {
            "" => None,
            id => Some(self.store.organization_read(id_of(id)?)?),
        };
        let organization = Organization {
            id: self.clock.id(OrganizationId::mint)?,
            code,
            name,
            division,
            parent: parent.as_ref().map(|parent| parent.id),
            status: OrganizationStatus::Active,
            created_at: self.clock.now(),
        };
        let subject = Subject::new("organization", organization.id);
        let told = self.clock.entry(actor, "organization.add", subject, &[])?;
        match self.store.organization_register(&organization, &told) {
            Err(StoreError::Exists { .. }) => {
                Err(refused("organization_taken", "an organization of this code is registered"))
            }
            other => {
                other?;
                Ok(view(&organization, parent.map(|parent| parent.name)))
            }
        }
    }

    /// Closes an organization: none of its people signs in any more. What it issued stays.
    ///
    /// # Errors
    /// Not allowed; `own_organization`; [`AppError::NotFound`].
    pub fn organization_close(&self, caller: &Caller, id: &str) -> Result<(), AppError> {
        let own = caller.require(Permission::AccessManage)?;
        let id: OrganizationId = id_of(id)?;
        if own == id {
            return Err(refused("own_organization", "nobody closes the organization they act for"));
        }
        let subject = Subject::new("organization", id);
        let told = self.clock.entry(&caller.actor(), "organization.close", subject, &[])?;
        Ok(self.store.organization_close(id, &told)?)
    }
}

fn view(one: &Organization, parent: Option<String>) -> OrganizationView {
    OrganizationView {
        id: one.id.to_string(),
        code: one.code.to_string(),
        name: one.name.clone(),
        division: one.division.to_string(),
        level: one.division.level().as_str(),
        parent,
        status: one.status.to_string(),
        created_at: instant(one.created_at),
    }
}
