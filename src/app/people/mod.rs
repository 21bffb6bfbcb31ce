//! People who sign in: who they are, how they sign in, and who says what they may do.

mod accounts;
mod by_certificate;
mod certificates;
mod organizations;
mod session;
mod sign_in;
mod trail;
mod visitor;

pub use accounts::{AccountRequest, Invited};
pub use organizations::OrganizationRequest;
pub use session::Person;
pub use sign_in::{SetupOffer, Started};
pub use trail::TrailQuery;
pub(crate) use trail::{Names, actor_named};
pub use visitor::{ShownCertificate, Visitor};

use crate::{App, AppError, refused};
use domain::audit::{Actor, Entry, Subject};
use domain::id::StaffId;
use std::ops::RangeInclusive;

/// The name of a person or body as it was typed, of so many characters.
pub(crate) fn readable(typed: &str, characters: RangeInclusive<usize>) -> Result<String, AppError> {
    let name = typed.trim();
    if characters.contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    let (least, most) = characters.into_inner();
    Err(refused("name_refused", format!("a name has {least} to {most} characters")))
}

/// The name under which custody wraps the secret of somebody's one-time codes.
pub(crate) fn secret_name(staff: StaffId) -> String {
    format!("one-time codes of staff {staff}")
}

impl App {
    /// What the audit trail says of a wrong guess.
    fn told_guess(&self, staff: StaffId, what: &str, rests: bool) -> Result<Entry, AppError> {
        let detail = [("wrong", what.to_owned()), ("rests", rests.to_string())];
        self.told(&Actor::Anonymous, "session.guess", staff, &detail)
    }

    /// What the audit trail says of somebody's account.
    pub(crate) fn told(
        &self,
        actor: &Actor,
        action: &str,
        staff: StaffId,
        detail: &[(&str, String)],
    ) -> Result<Entry, AppError> {
        self.clock.entry(actor, action, Subject::new("staff", staff), detail)
    }
}
