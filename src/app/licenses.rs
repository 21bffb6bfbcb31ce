//! Reading the register as the issuing organization.

use crate::orders::order_view;
use crate::view::time::instant;
use crate::view::{LicenseView, RenditionView, state};
use crate::{App, AppError, Caller, Document, Errand, LicenseQuery, Page, SealForm, id_of};
use domain::access::Permission;
use domain::audit::{Basis, Fields};
use domain::license::{License, LicenseState, Rendition, RenditionKind};
use domain::party::Organization;
use domain::time::{china_date, day_text};
use storage::{LicenseFilter, PageRequest};
use time::Duration;

/// Licenses of a page where the client does not say.
const PAGE_ITEMS: u32 = 50;
/// A license ends soon.
pub(crate) const SOON: Duration = Duration::days(90);

impl App {
    /// One license of the caller's organization; that it was looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a license of another organization; `case_number_missing`,
    /// `operator_missing`.
    pub fn license(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LicenseView, AppError> {
        self.require_errand(caller, errand)?;
        let license = self.own_license(caller, id)?;
        let issuer = self.store.organization_read(license.particulars().issuer)?;
        let renditions = self.store.rendition_list(license.id())?;
        let view = self.license_view(&license, &issuer, &renditions, None)?;
        self.note_look(caller, errand, vec![license.id()], Fields::Content)?;
        Ok(view)
    }

    /// Licenses of the caller's organization, or of all for who audits, newest first; that they were looked at is written
    /// down first, also when there are none.
    ///
    /// # Errors
    /// A malformed cursor or filter, or the store's; `case_number_missing`, `operator_missing`.
    pub fn licenses(
        &self,
        caller: &Caller,
        errand: &Errand,
        query: &LicenseQuery,
    ) -> Result<Page<LicenseView>, AppError> {
        self.require_errand(caller, errand)?;
        let (issuer, basis) = match caller.require(Permission::LicenseRead) {
            Ok(organization) => (Some(organization), Self::basis(caller)),
            Err(denied) => {
                caller.require(Permission::AuditRead).map_err(|_| denied)?;
                (None, Basis::Audit)
            }
        };
        let today = china_date(self.clock.now());
        let filter = LicenseFilter {
            issuer,
            type_code: parsed("license_type", query.license_type.as_deref())?,
            types: caller.types().map(|types| types.into_iter().collect()),
            number: parsed("number", query.number.as_deref())?,
            holder_name: query.holder.clone(),
            state: parsed("state", query.state.as_deref())?,
            ending: query.ending_within.map(|days| (today, today + Duration::days(days.into()))),
        };
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let after = parsed("cursor", query.cursor.as_deref())?;
        let page = self.store.license_list(&filter, &PageRequest { limit, after })?;
        let view = |license: &License| {
            let issuer = self.store.organization_read(license.particulars().issuer)?;
            let renditions = self.store.rendition_list(license.id())?;
            self.license_view(license, &issuer, &renditions, None)
        };
        let items = page.items.iter().map(view).collect::<Result<_, AppError>>()?;
        let shown = page.items.iter().map(License::id).collect();
        self.note_look_by(caller, errand, basis, shown, Fields::Content)?;
        Ok(Page { items, next_cursor: page.next.map(|cursor| cursor.to_string()) })
    }

    /// The sealed file of a license, byte for byte as issued; that it was looked at is written
    /// down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or the stored bytes no longer have their digest;
    /// `case_number_missing`, `operator_missing`.
    pub fn rendition(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        self.require_errand(caller, errand)?;
        let license = self.own_license(caller, id)?;
        let file = self.sealed_file(&license)?;
        self.note_look(caller, errand, vec![license.id()], Fields::File)?;
        Ok(file)
    }

    /// The same for people: clerks alone take the file of a license away.
    ///
    /// # Errors
    /// As [`App::rendition`].
    pub fn rendition_for_clerks(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        caller.require(Permission::LicenseIssue)?;
        self.rendition(caller, errand, id)
    }

    /// The file of a license as it was issued; who asks for it notes the look.
    pub(crate) fn sealed_file(&self, license: &License) -> Result<Document, AppError> {
        let renditions = self.store.rendition_list(license.id())?;
        let original = renditions
            .iter()
            .find(|rendition| rendition.kind == RenditionKind::Original)
            .ok_or(AppError::NotFound)?;
        Ok(Document {
            bytes: self.files.read(original.sm3)?,
            media_type: "application/pdf",
            name: format!("{}.pdf", license.id()),
            sha256: original.sha256.to_string(),
        })
    }

    pub(crate) fn own_license(&self, caller: &Caller, id: &str) -> Result<License, AppError> {
        self.own_license_for(caller, Permission::LicenseRead, id)
    }

    /// The license of the caller's organization with which the caller may do this.
    pub(crate) fn own_license_for(
        &self,
        caller: &Caller,
        permission: Permission,
        id: &str,
    ) -> Result<License, AppError> {
        let organization = caller.require(permission)?;
        let id = id_of(id)?;
        let license = self.store.license_read(id)?;
        let fixed = license.particulars();
        if fixed.issuer != organization || !caller.reaches(organization, fixed.type_code) {
            return Err(AppError::NotFound);
        }
        Ok(license)
    }

    /// How a license stands now, in the words of the interface.
    pub(crate) fn shown_state(&self, license: &License) -> Result<String, AppError> {
        match license.state() {
            LicenseState::PendingSeal => Ok(LicenseState::PendingSeal.to_string()),
            _ => {
                let own = license.standing(self.clock.now());
                Ok(state(self.standing_by_parts(license, own, None)?.standing))
            }
        }
    }

    /// A license as its issuing organization sees it. `form` is known while it is issued; later it
    /// is read from the order.
    pub(crate) fn license_view(
        &self,
        license: &License,
        issuer: &Organization,
        renditions: &[Rendition],
        form: Option<SealForm>,
    ) -> Result<LicenseView, AppError> {
        let particulars = license.particulars();
        let form = match form {
            Some(form) => form.word().to_owned(),
            None => self
                .store
                .order_list(license.id())?
                .last()
                .map_or_else(String::new, |order| order.form.to_string()),
        };
        let type_code = particulars.type_code.to_string();
        let type_name = self.catalogue.find(&type_code).map(|found| found.name().zh.clone());
        let fields = self.content_of(license)?;
        let rendition = |one: &Rendition| RenditionView {
            kind: one.kind.to_string(),
            media_type: one.media_type.clone(),
            bytes: one.bytes,
            sha256: one.sha256.to_string(),
            sm3: one.sm3.to_string(),
            form: form.clone(),
            href: format!("/v1/licenses/{}/renditions/{}", license.id(), one.kind),
        };
        Ok(LicenseView {
            id: license.id().to_string(),
            identifier: particulars.identifier.to_string(),
            type_name: type_name.unwrap_or_else(|| type_code.clone()),
            license_type: type_code,
            type_version: particulars.type_version,
            number: particulars.number.as_str().to_owned(),
            holder_name: particulars
                .holder
                .as_ref()
                .map_or_else(String::new, |holder| holder.name().to_owned()),
            issuer: issuer.name.clone(),
            state: self.shown_state(license)?,
            parts: self.parts_view(license)?,
            order: match license.state() {
                LicenseState::PendingSeal | LicenseState::Void => {
                    self.store.sealing_request_of(license.id())?.as_ref().map(order_view)
                }
                _ => None,
            },
            issued_on: particulars.issued_on.map(day_text),
            valid_from: particulars.period.first().map(day_text),
            valid_to: particulars.period.last().map(day_text),
            created_at: instant(particulars.created_at),
            code: particulars.public_code.as_str().to_owned(),
            code_url: self.code_url(particulars.public_code),
            fields,
            renditions: renditions.iter().map(rendition).collect(),
            version: u64::from(license.version()),
            supersedes: particulars.succession.map(|succession| succession.of.to_string()),
            succession: particulars.succession.map(|succession| succession.kind.to_string()),
        })
    }
}

/// A parameter of a query, when it is given.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, AppError> {
    let read = |text: &str| {
        text.parse::<T>().map_err(|cause| AppError::Refused {
            code: "unsupported_parameter",
            detail: format!("{name}: {cause}"),
        })
    };
    text.map(read).transpose()
}
