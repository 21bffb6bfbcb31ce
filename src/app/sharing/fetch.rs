//! What other platforms fetch: a license with its file, and how one stands.

use crate::view::time::instant;
use crate::view::{LicenseStatusView, LicenseView, state};
use crate::{App, AppError, Caller, Document, Errand, VerifyInput};
use domain::audit::Fields;

impl App {
    /// A license of the caller's organization, by id or GB/T 36904 identifier, and its sealed file;
    /// that both were looked at is written down first, once.
    ///
    /// # Errors
    /// As [`App::rendition`].
    pub fn license_and_file(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<(LicenseView, Document), AppError> {
        self.require_errand(caller, errand)?;
        let known = self.known_by_id(id)?;
        let license = self.own_license(caller, &known.license.id().to_string())?;
        let file = self.sealed_file(&license)?;
        let issuer = self.store.organization_read(license.particulars().issuer)?;
        let renditions = self.store.rendition_list(license.id())?;
        let view = self.license_view(&license, &issuer, &renditions, None)?;
        self.note_look(caller, errand, vec![license.id()], Fields::File)?;
        Ok((view, file))
    }

    /// How a license stands in the register now, by id or identifier.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one that the caller's scope does not reach.
    pub fn license_status(&self, caller: &Caller, id: &str) -> Result<LicenseStatusView, AppError> {
        self.may_ask(caller, &VerifyInput::License { id: id.to_owned(), at: None })?;
        let license = self.known_by_id(id)?.license;
        let now = self.clock.now();
        Ok(LicenseStatusView {
            license_id: license.id().to_string(),
            identifier: license.particulars().identifier.to_string(),
            license_type: license.particulars().type_code.to_string(),
            state: state(license.standing(now)),
            state_since: instant(license.changed_at()),
            as_of: instant(now),
        })
    }
}
