//! Who relied on licenses, and is told when they change.

use super::{App, AppError};
use crate::view::time::{from_instant, instant};
use crate::view::{RelianceEventView, ReliedLicenseView};
use crate::{Caller, Page, parsed, refused};
use domain::access::Permission;
use domain::exemption::Reliance;
use domain::time::day_text;
use domain::webhook::EventType;
use storage::{PageRequest, RelianceTold};

/// Events of the audit trail that one round looks through.
const EVENTS_AT_ONCE: u32 = 256;
/// Of a page where nobody says how many.
const PAGE_ITEMS: u32 = 50;

/// Which reliances are listed.
#[derive(Clone, Debug, Default)]
pub struct RelianceQuery {
    /// Only licenses whose change was noticed since (RFC 3339).
    pub changed_since: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl App {
    /// Tells every organization that relied on licenses that changed since the round before; each
    /// once, whatever process does it.
    ///
    /// # Errors
    /// The register's; the next round tries again.
    pub(crate) fn watch_reliances(&self) -> Result<(), AppError> {
        loop {
            let followed = self.store.reliance_next(EVENTS_AT_ONCE)?;
            if followed.events == 0 {
                return Ok(());
            }
            let mut told = Vec::new();
            for id in &followed.licenses {
                let license = self.store.license_read(*id)?;
                let organizations = self.store.reliance_untold(&license)?;
                let mut events = Vec::new();
                for organization in organizations {
                    let data = RelianceEventView {
                        license_id: license.id().to_string(),
                        license_type: license.particulars().type_code.to_string(),
                        state: license.state().to_string(),
                        version: license.version().into(),
                    };
                    events.push(self.event(organization, EventType::RelianceChanged, data)?);
                }
                if !events.is_empty() {
                    told.push(RelianceTold { license, events, at: self.clock.now() });
                }
            }
            self.store.reliance_tell(&told, followed.reached)?;
            if !told.is_empty() {
                self.outbox.wake();
            }
            // What came meanwhile was told as well, or is looked for.
            if followed.events < EVENTS_AT_ONCE as usize || self.outbox.is_closing() {
                return Ok(());
            }
        }
    }

    /// Licenses that the caller's organization relied on and that changed since, in the order in
    /// which that was noticed.
    ///
    /// # Errors
    /// Not allowed; a malformed instant or cursor; the register's.
    pub fn reliances(
        &self,
        caller: &Caller,
        query: &RelianceQuery,
    ) -> Result<Page<ReliedLicenseView>, AppError> {
        let organization = caller.require_whole(Permission::ExemptionDecide)?;
        let since = query.changed_since.as_deref().map(|text| {
            let detail = "changed_since: an instant (RFC 3339) is needed";
            from_instant(text).ok_or_else(|| refused("unsupported_parameter", detail))
        });
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let after = parsed("cursor", query.cursor.as_deref())?;
        let page = PageRequest { limit, after };
        let page = self.store.reliance_changed(organization, since.transpose()?, &page)?;
        Ok(Page {
            items: page.items.iter().filter_map(reliance_view).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        })
    }
}

/// Only what changed is listed.
fn reliance_view(one: &Reliance) -> Option<ReliedLicenseView> {
    let changed = one.changed?;
    Some(ReliedLicenseView {
        id: one.id.to_string(),
        decision_id: one.decision.to_string(),
        case_no: one.case_no.clone(),
        license_id: one.license.to_string(),
        relied_version: one.version,
        relied_at: instant(one.at),
        valid_until: day_text(one.until),
        state: changed.state.to_string(),
        version: changed.version,
        changed_at: instant(changed.at),
    })
}
