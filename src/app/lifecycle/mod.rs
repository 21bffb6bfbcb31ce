//! What happens to a license after it was issued.

mod bulk;
mod ending;
mod history;
mod moves;
mod page;
mod parts;
mod renewal;
mod succession;
mod typed;

pub(crate) use bulk::refusal;
pub use bulk::{BulkAct, BulkChoice, BulkMoveRequest};
pub(crate) use moves::said;
pub use moves::{LicenseMove, MoveRequest};
pub(crate) use page::{field_view, value_text};
pub(crate) use parts::{Broken, Whole};
pub use succession::SuccessionRequest;
pub(crate) use succession::Superseded;
pub use typed::Typed;

use crate::{App, AppError};
use domain::license::{Event, License, LicenseState, Refused};

/// The license as its caller has seen it, by its entity tag.
#[derive(Clone, Debug, Default)]
pub enum Seen {
    /// Whatever it is now.
    #[default]
    Whatever,
    /// It has one of these tags.
    Tags(Vec<String>),
    /// It was not said, and must be.
    Unsaid,
}

/// A change as callers of the interface name it.
pub(crate) fn verbs(event: Event) -> &'static [&'static str] {
    match event {
        Event::Suspend => &["suspend"],
        Event::Reinstate => &["resume"],
        Event::Revoke => &["revoke"],
        Event::Supersede => &["renew", "change"],
        // Nobody asks for these: issuing takes them.
        Event::Order | Event::Issue | Event::Abandon => &[],
    }
}

/// What callers may do with a license in this state.
pub(crate) fn allowed(state: LicenseState) -> Vec<&'static str> {
    state.allowed().into_iter().flat_map(verbs).copied().collect()
}

fn illegal(refused: &Refused) -> AppError {
    AppError::IllegalMove { state: refused.state.as_str(), allowed: allowed(refused.state) }
}

impl App {
    /// Refuses when the license is not as its caller has seen it.
    fn require_seen(&self, license: &License, seen: &Seen) -> Result<(), AppError> {
        match seen {
            Seen::Whatever => Ok(()),
            Seen::Unsaid => {
                let detail = "send the ETag of the license as If-Match";
                Err(crate::refused("if_match_required", detail))
            }
            Seen::Tags(tags) => {
                let tag = crate::view::tag(license.version(), &self.shown_state(license)?);
                tags.contains(&tag).then_some(()).ok_or(AppError::VersionMismatch)
            }
        }
    }
}
