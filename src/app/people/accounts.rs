//! Accounts: made, changed and closed by a security administrator, never by their own person.

use super::readable;
use crate::clockwork::random;
use crate::view::{StaffView, time::instant};
use crate::{App, AppError, Caller, id_of, refused};
use domain::access::{Login, Permission, Role, Roles, RolesRefused, Staff, StaffStatus};
use domain::audit::Actor;
use domain::id::{OrganizationId, StaffId};
use domain::party::{Organization, OrganizationStatus};
use gateway::password;
use std::ops::RangeInclusive;
use storage::StoreError;
use zeroize::Zeroizing;

/// So many characters a person's name has.
const NAME_CHARACTERS: RangeInclusive<usize> = 1..=60;

/// Who is to sign in.
#[derive(Clone, Debug)]
pub struct AccountRequest {
    /// The organization, by id or social credit code.
    pub organization: String,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Words of roles.
    pub roles: Vec<String>,
}

/// An account with its first password, which is shown once.
#[derive(Debug)]
pub struct Invited {
    /// The account.
    pub account: StaffView,
    /// The first password, for a week and until an own one is set.
    pub password: Zeroizing<String>,
}

fn roles(words: &[String]) -> Result<Roles, AppError> {
    let roles: Result<Vec<Role>, RolesRefused> =
        words.iter().map(|word| word.parse().map_err(|_| RolesRefused::Unknown)).collect();
    let roles = roles.and_then(Roles::new);
    roles.map_err(|refusal| match refusal {
        RolesRefused::NotApart => refused("roles_not_apart", refusal),
        other => refused("roles_refused", other),
    })
}

impl App {
    /// All accounts, by organization and name to sign in with.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn accounts(&self, caller: &Caller) -> Result<Vec<StaffView>, AppError> {
        caller.require(Permission::AccessManage)?;
        let names = self.organization_names()?;
        let staff = self.store.staff_list()?;
        Ok(staff.iter().map(|one| view(one, names.get(&one.organization))).collect())
    }

    /// One account.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn account(&self, caller: &Caller, id: &str) -> Result<StaffView, AppError> {
        caller.require(Permission::AccessManage)?;
        let staff = self.store.staff_read(id_of(id)?)?;
        let organization = self.store.organization_read(staff.organization)?;
        let networks = self.store.attempts_rest(staff.id, self.clock.now())?;
        let rests_until = staff.rests_until.max(networks).map(instant);
        Ok(StaffView { rests_until, ..view(&staff, Some(&organization.name)) })
    }

    /// Makes an account.
    ///
    /// # Errors
    /// Not allowed; `roles_not_apart` for an administrator with a second role, and other refusals
    /// by name; `login_taken`.
    pub fn account_add(&self, caller: &Caller, new: &AccountRequest) -> Result<Invited, AppError> {
        caller.require(Permission::AccessManage)?;
        let organization = self.organization_named(&new.organization)?;
        let login: Login = new.login.parse().map_err(|bad| refused("login_refused", bad))?;
        let name = readable(&new.name, NAME_CHARACTERS)?;
        let (staff, first) = self.invited(organization.id, login, name, roles(&new.roles)?)?;
        let detail =
            [("organization", organization.id.to_string()), ("roles", staff.roles.to_string())];
        let told = self.told(&caller.actor(), "staff.add", staff.id, &detail)?;
        match self.store.staff_insert(&staff, &told) {
            Err(StoreError::Exists { .. }) => {
                Err(refused("login_taken", "the name to sign in with is taken"))
            }
            other => {
                other?;
                Ok(Invited { account: view(&staff, Some(&organization.name)), password: first })
            }
        }
    }

    /// An account that nobody has used yet, and its first password.
    pub(crate) fn invited(
        &self,
        organization: OrganizationId,
        login: Login,
        name: String,
        roles: Roles,
    ) -> Result<(Staff, Zeroizing<String>), AppError> {
        let first = password::first(&random()?);
        let now = self.clock.now();
        let staff = Staff {
            id: self.clock.id(StaffId::mint)?,
            organization,
            login,
            name,
            roles,
            status: StaffStatus::Invited,
            password: keep(&first)?,
            password_at: now,
            one_time: None,
            one_time_step: 0,
            guesses: 0,
            rests_until: None,
            created_at: now,
            version: 1,
        };
        Ok((staff, first))
    }

    /// Gives an account a first password again; whoever is signed in with it is signed out.
    ///
    /// # Errors
    /// Not allowed, `own_account`, [`AppError::NotFound`].
    pub fn account_reset(&self, caller: &Caller, id: &str) -> Result<Invited, AppError> {
        let first = password::first(&random()?);
        let kept = keep(&first)?;
        let now = self.clock.now();
        let account = self.account_change(caller, id, "staff.reset", |staff| {
            staff.reset(kept, now);
            Ok(())
        })?;
        Ok(Invited { account, password: first })
    }

    /// Closes an account: nobody signs in with it any more, and whoever is, is signed out.
    ///
    /// # Errors
    /// Not allowed, `own_account`, [`AppError::NotFound`].
    pub fn account_close(&self, caller: &Caller, id: &str) -> Result<StaffView, AppError> {
        self.account_change(caller, id, "staff.close", |staff| {
            staff.status = StaffStatus::Closed;
            Ok(())
        })
    }

    /// Gives an account other roles.
    ///
    /// # Errors
    /// Not allowed, `own_account`, `roles_not_apart`, `roles_refused`, [`AppError::NotFound`].
    pub fn account_roles(
        &self,
        caller: &Caller,
        id: &str,
        words: &[String],
    ) -> Result<StaffView, AppError> {
        let new = roles(words)?;
        self.account_change(caller, id, "staff.roles", |staff| {
            staff.roles = new;
            Ok(())
        })
    }

    fn account_change(
        &self,
        caller: &Caller,
        id: &str,
        action: &str,
        change: impl FnOnce(&mut Staff) -> Result<(), AppError>,
    ) -> Result<StaffView, AppError> {
        caller.require(Permission::AccessManage)?;
        let mut staff = self.store.staff_read(id_of(id)?)?;
        if caller.actor() == Actor::Staff(staff.id) {
            return Err(refused("own_account", "another administrator changes this account"));
        }
        let read_version = staff.version;
        change(&mut staff)?;
        staff.version += 1;
        let detail = [("roles", staff.roles.to_string()), ("status", staff.status.to_string())];
        let told = self.told(&caller.actor(), action, staff.id, &detail)?;
        self.store.staff_replace(&staff, read_version, true, &[told])?;
        let organization = self.store.organization_read(staff.organization)?;
        Ok(view(&staff, Some(&organization.name)))
    }

    /// An organization that may act, by id or social credit code.
    fn organization_named(&self, name: &str) -> Result<Organization, AppError> {
        let name = name.trim();
        let all = self.store.organization_list()?;
        let found = all
            .into_iter()
            .find(|one| one.code.as_str().eq_ignore_ascii_case(name) || one.id.to_string() == name);
        found
            .filter(|one| one.status == OrganizationStatus::Active)
            .ok_or_else(|| refused("unknown_organization", "no such organization is active"))
    }
}

fn keep(first: &str) -> Result<String, AppError> {
    password::keep(first)
        .map_err(|cause| AppError::internal("keeping a password".to_owned(), cause))
}

fn view(staff: &Staff, organization: Option<&String>) -> StaffView {
    StaffView {
        id: staff.id.to_string(),
        organization_id: staff.organization.to_string(),
        organization: organization.cloned().unwrap_or_default(),
        login: staff.login.to_string(),
        name: staff.name.clone(),
        roles: staff.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        status: staff.status.to_string(),
        rests_until: staff.rests_until.map(instant),
        created_at: instant(staff.created_at),
    }
}
