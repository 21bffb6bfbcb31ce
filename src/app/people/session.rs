//! Who is signed in.

use super::Visitor;
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
    /// Whether the person signed in by certificate.
    pub by_certificate: bool,
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
    /// somebody is gone with the next request. A session that was begun with a certificate ends
    /// when another or none is shown, or the certificate does not count any more.
    ///
    /// # Errors
    /// The store's.
    pub fn person(
        &self,
        token: &SessionToken,
        visitor: &Visitor,
    ) -> Result<Option<Person>, AppError> {
        let now = self.clock.now();
        let Some((mut session, staff)) = self.store.session_find(token.digest())? else {
            return Ok(None);
        };
        if session.stage != SessionStage::Open || !session.in_force(now) {
            return Ok(None);
        }
        if !self.may_go_on(&session, visitor)? {
            let actor = domain::audit::Actor::Staff(staff.id);
            let told = self.told(&actor, "session.certificate_missing", staff.id, &[])?;
            self.store.session_end(session.digest, &[told])?;
            return Ok(None);
        }
        let Some(mut person) = self.acting(&staff)? else { return Ok(None) };
        person.by_certificate = session.certificate.is_some();
        if session.to_be_noted(now) {
            session.seen_at = now;
            self.store.session_note(&session)?;
        }
        Ok(Some(person))
    }

    /// Somebody who proves at the machine who they are, for one command: the session ends at once.
    ///
    /// # Errors
    /// `sign_in_failed`, and whoever has not set up the account yet.
    pub fn signed_in_once(
        &self,
        login: &str,
        password: &str,
        code: &str,
    ) -> Result<Caller, AppError> {
        let here = Visitor::default();
        let started = self.sign_in(login, password, &here)?;
        let token = self.sign_in_code(&started.token, code, &here)?;
        let person = self.person(&token, &here)?.ok_or_else(over)?;
        self.sign_out(&token)?;
        Ok(person.caller)
    }

    /// The person of an account that may act now.
    pub(super) fn acting(&self, staff: &Staff) -> Result<Option<Person>, AppError> {
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
            by_certificate: false,
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
        let now = self.clock.now();
        self.store.attempts_forget(domain::access::Attempts::known_since(now))?;
        let citizens = self.forget_citizens()?;
        let staff = domain::access::Session::forgotten_before(now);
        Ok(citizens + self.store.sessions_forget(staff)?)
    }
}
