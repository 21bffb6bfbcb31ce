//! Reading the register as the issuing organization.

use crate::view::time::{day, instant};
use crate::view::{LicenseView, RenditionView, state};
use crate::{App, AppError, Caller, Document, LicenseQuery, Page, SealForm};
use domain::access::Permission;
use domain::license::{License, Rendition, RenditionKind};
use domain::party::Organization;
use storage::{LicenseFilter, PageRequest};

/// Licenses of a page where the client does not say.
const PAGE_ITEMS: u32 = 50;

impl App {
    /// One license of the caller's organization.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a license of another organization.
    pub fn license(&self, caller: &Caller, id: &str) -> Result<LicenseView, AppError> {
        let license = self.own_license(caller, id)?;
        let issuer = self.store.organization_read(license.particulars().issuer)?;
        let renditions = self.store.rendition_list(license.id())?;
        self.license_view(&license, &issuer, &renditions, None)
    }

    /// Licenses of the caller's organization, newest first.
    ///
    /// # Errors
    /// A malformed cursor or filter, or the store's.
    pub fn licenses(
        &self,
        caller: &Caller,
        query: &LicenseQuery,
    ) -> Result<Page<LicenseView>, AppError> {
        let organization = caller.require(Permission::LicenseRead)?;
        let filter = LicenseFilter {
            issuer: Some(organization),
            type_code: parsed("license_type", query.license_type.as_deref())?,
            number: parsed("number", query.number.as_deref())?,
            holder_name: query.holder.clone(),
            state: None,
        };
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let after = parsed("cursor", query.cursor.as_deref())?;
        let page = self.store.license_list(&filter, &PageRequest { limit, after })?;
        let issuer = self.store.organization_read(organization)?;
        let view = |license: &License| {
            let renditions = self.store.rendition_list(license.id())?;
            self.license_view(license, &issuer, &renditions, None)
        };
        Ok(Page {
            items: page.items.iter().map(view).collect::<Result<_, AppError>>()?,
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        })
    }

    /// The sealed file of a license, byte for byte as issued.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or the stored bytes no longer have their digest.
    pub fn rendition(&self, caller: &Caller, id: &str) -> Result<Document, AppError> {
        let license = self.own_license(caller, id)?;
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
        let organization = caller.require(Permission::LicenseRead)?;
        let id = id.parse().map_err(|_| AppError::NotFound)?;
        let license = self.store.license_read(id)?;
        if license.particulars().issuer != organization {
            return Err(AppError::NotFound);
        }
        Ok(license)
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
        let fields = serde_json::from_str(&particulars.fields_json).map_err(|cause| {
            AppError::internal(format!("reading the content of license {}", license.id()), cause)
        })?;
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
            state: state(license.standing(self.clock.now())),
            issued_on: particulars.issued_on.map(day),
            valid_from: particulars.period.first().map(day),
            valid_to: particulars.period.last().map(day),
            created_at: instant(particulars.created_at),
            code: particulars.public_code.as_str().to_owned(),
            code_url: self.code_url(particulars.public_code),
            fields,
            renditions: renditions.iter().map(rendition).collect(),
            version: u64::from(license.version()),
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
