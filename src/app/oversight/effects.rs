//! What it means that the key of a seal was in other hands since a moment.

use crate::view::SealEffectsView;
use crate::view::time::instant;
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::license::Standing;
use time::OffsetDateTime;

/// Licenses looked at together.
const AT_ONCE: u32 = 500;

impl App {
    /// Which licenses of a seal of the caller's organization stay valid if its key was in other
    /// hands since a moment, because the log had them before, and which must be sealed again.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`] for no such seal; the store's.
    pub fn seal_effects(
        &self,
        caller: &Caller,
        seal: &str,
        since: OffsetDateTime,
    ) -> Result<SealEffectsView, AppError> {
        let organization = caller.require(Permission::LicenseRead)?;
        let seals = self.store.seal_list(organization)?;
        let named = seals.iter().find(|one| one.is_named(seal));
        let id = named.ok_or(AppError::NotFound)?.id();
        let mut view = SealEffectsView {
            seal: id.to_string(),
            since: instant(since),
            stay: 0,
            ended: 0,
            seal_again: Vec::new(),
        };
        let mut after = None;
        loop {
            let licenses = self.store.sealed_with(id, after, AT_ONCE)?;
            let Some(last) = licenses.last() else { return Ok(view) };
            after = Some(*last);
            for license in &licenses {
                self.add_effect(*license, since, &mut view)?;
            }
        }
    }

    fn add_effect(
        &self,
        license: domain::id::LicenseId,
        since: OffsetDateTime,
        view: &mut SealEffectsView,
    ) -> Result<(), AppError> {
        let license = self.store.license_read(license)?;
        let file = self.original(&license)?;
        let logged = match file {
            Some(file) => self.logged_since(&license, file)?,
            None => None,
        };
        let over = !matches!(
            license.standing(self.clock.now()),
            Standing::Valid | Standing::NotYetValid | Standing::Suspended
        );
        match logged {
            _ if over => view.ended += 1,
            Some(logged) if logged < since => view.stay += 1,
            _ => view.seal_again.push(license.id().to_string()),
        }
        Ok(())
    }
}
