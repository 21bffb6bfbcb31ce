//! Who is signed in.

use super::sign_in::over;
use crate::{App, AppError, Caller};
use domain::access::{Role, Roles, SessionStage, SessionToken, Staff, StaffStatus};
use domain::party::OrganizationStatus;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// As a caller.
    pub caller: Caller,
    /// The person's name.
    pub name: String,
    /// The name of the organization.
    pub organization: String,
    /// The roles.
    pub roles: Roles,
}

impl Person {
    /// Whether the person has the role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.include(role)
    }
}

impl App {
    /// Who holds this session, if it is open and the account may act now: what is taken from
    /// somebody is gone with the next request.
    ///
    /// # Errors
    /// The store's.
    pub fn person(&self, token: &SessionToken) -> Result<Option<Person>, AppError> {
        let now = self.clock.now();
        let Some((mut session, staff)) = self.store.session_find(token.digest())? else {
            return Ok(None);
        };
        if session.stage != SessionStage::Open || !session.in_force(now) {
            return Ok(None);
        }
        let Some(person) = self.acting(&staff)? else { return Ok(None) };
        if session.to_be_noted(now) {
            session.seen_at = now;
            self.store.session_note(&session)?;
        }
        Ok(Some(person))
    }

    fn acting(&self, staff: &Staff) -> Result<Option<Person>, AppError> {
        let organization = self.store.organization_read(staff.organization)?;
        let may = staff.status == StaffStatus::Active
            && organization.status == OrganizationStatus::Active;
        Ok(may.then(|| Person {
            caller: Caller::Person {
                staff: staff.id,
                organization: staff.organization,
                permissions: staff.roles.permissions(),
            },
            name: staff.name.clone(),
            organization: organization.name,
            roles: staff.roles.clone(),
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// It is over already; the store's.
    pub fn sign_out(&self, token: &SessionToken) -> Result<(), AppError> {
        let (session, staff) = self.store.session_find(token.digest())?.ok_or_else(over)?;
        let actor = domain::audit::Actor::Staff(staff.id);
        let told = self.told(&actor, "session.end", staff.id, &[])?;
        Ok(self.store.session_end(session.digest, &[told])?)
    }

    /// Takes away the sessions that are over.
    pub(crate) fn forget_sessions(&self) -> Result<usize, AppError> {
        let before = domain::access::Session::forgotten_before(self.clock.now());
        Ok(self.store.sessions_forget(before)?)
    }
}
