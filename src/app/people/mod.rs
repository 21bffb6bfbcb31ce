//! People who sign in: who they are, how they sign in, and who says what they may do.

mod accounts;
mod organizations;
mod session;
mod sign_in;
mod trail;

pub use accounts::{AccountRequest, Invited};
pub use organizations::OrganizationRequest;
pub use session::Person;
pub use sign_in::{SetupOffer, Started};
pub use trail::TrailQuery;

use crate::{App, AppError};
use domain::audit::{Actor, Entry, Subject};
use domain::id::StaffId;
use std::str::FromStr;

/// An id in an address; what is none is of nothing.
fn id_of<Id: FromStr>(text: &str) -> Result<Id, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// The name under which custody wraps the secret of somebody's one-time codes.
pub(crate) fn secret_name(staff: StaffId) -> String {
    format!("one-time codes of staff {staff}")
}

impl App {
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
