//! The list of license types for those who change them, and beginning a draft.

use super::keeping::{code_of, definition};
use crate::error::refused;
use crate::people::readable;
use crate::view::{TypeDraftView, TypeRowView};
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::catalogue::LicenseType;
use domain::identifier::LicenseTypeCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A type to begin, after another.
#[derive(Clone, Debug, Default)]
pub struct NewType {
    /// Three digits behind the credit code of the caller's organization.
    pub number: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The code of the type after which it is made.
    pub model: String,
}

impl App {
    /// Every type, and drafts of those that were not published yet, by name.
    ///
    /// # Errors
    /// Not allowed; the register's.
    pub fn type_rows(&self, caller: &Caller) -> Result<Vec<TypeRowView>, AppError> {
        caller.require(Permission::CatalogueWrite)?;
        let mut drafts = BTreeMap::new();
        for draft in self.store.type_drafts()? {
            drafts.insert(draft.code, definition(draft.document.as_bytes())?);
        }
        let published = self.catalogue.all().into_iter().map(|(one, _)| one.code());
        let mut rows = Vec::new();
        for code in published.collect::<Vec<_>>() {
            let draft = drafts.remove(&code);
            rows.push(self.row(caller, code, draft.as_ref())?);
        }
        for (code, draft) in &drafts {
            rows.push(self.row(caller, *code, Some(draft))?);
        }
        rows.sort_by(|a, b| (!a.own, &a.name, &a.code).cmp(&(!b.own, &b.name, &b.code)));
        Ok(rows)
    }

    /// One type of the list.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; not allowed.
    pub fn type_row(&self, caller: &Caller, code: &str) -> Result<TypeRowView, AppError> {
        caller.require(Permission::CatalogueWrite)?;
        let code = code_of(code)?;
        let draft = self.store.type_draft(&code)?;
        let draft = draft.map(|draft| definition(draft.document.as_bytes())).transpose()?;
        self.row(caller, code, draft.as_ref())
    }

    fn row(
        &self,
        caller: &Caller,
        code: LicenseTypeCode,
        draft: Option<&LicenseType>,
    ) -> Result<TypeRowView, AppError> {
        let kind = self.catalogue.kind(code.as_str());
        let newest = kind.as_ref().and_then(|kind| kind.newest());
        let named = newest.map(|newest| &**newest).or(draft).ok_or(AppError::NotFound)?;
        let withdrawn = kind.as_ref().and_then(|kind| kind.withdrawn.as_ref());
        Ok(TypeRowView {
            code: code.to_string(),
            name: named.name().zh.clone(),
            version: newest.map(|newest| newest.version()),
            draft: draft.map(LicenseType::version),
            status: if withdrawn.is_none() { "in_use" } else { "withdrawn" },
            reason: withdrawn.map(|one| one.reason.clone()),
            keeper: self.type_keeper(&code)?.map(|keeper| keeper.name),
            own: self.keeps_type(caller, code.as_str()),
        })
    }

    /// Begins the draft of a type's next version from its newest.
    ///
    /// # Errors
    /// As [`App::type_draft_put`].
    pub fn type_next(&self, caller: &Caller, code: &str) -> Result<TypeDraftView, AppError> {
        let newest = self.license_type(code)?.version;
        let mut document = self.parsed(code, newest)?;
        document["version"] = newest.saturating_add(1).into();
        self.type_draft_put(caller, code, document.to_string().as_bytes(), None)
    }

    /// Begins a type of the caller's organization after another.
    ///
    /// # Errors
    /// `type_number_refused`, `unknown_license_type`, `name_refused`; as [`App::type_draft_put`].
    pub fn type_begin(&self, caller: &Caller, new: &NewType) -> Result<TypeDraftView, AppError> {
        let own = caller.require(Permission::CatalogueWrite)?;
        let own = self.store.organization_read(own)?;
        let bad = || refused("type_number_refused", "three digits that are not used yet");
        let code = format!("{}{}", own.code, new.number.trim());
        let code: LicenseTypeCode = code.parse().map_err(|_| bad())?;
        let known = self.catalogue.find(code.as_str()).is_some();
        if known || self.store.type_draft(&code)?.is_some() {
            return Err(bad());
        }
        let unknown = |_| refused("unknown_license_type", "there is no such type");
        let model = self.license_type(new.model.trim()).map_err(unknown)?;
        let mut document = self.parsed(&model.code, model.version)?;
        let invented = own.code.as_str().get(2..8) == Some(INVENTED_DIVISION);
        document["code"] = code.as_str().into();
        document["code_status"] = if invented { "placeholder" } else { "official" }.into();
        document["version"] = 1.into();
        document["name"] =
            json!({ "zh": readable(&new.zh, 2..=60)?, "en": readable(&new.en, 2..=100)? });
        document["defining_authority"] = json!({ "name": own.name, "code": own.code.as_str() });
        let document = document.to_string();
        self.type_draft_put(caller, code.as_str(), document.as_bytes(), None)
    }

    fn parsed(&self, code: &str, version: u32) -> Result<Value, AppError> {
        let json = self.type_document(code, version)?.json;
        serde_json::from_str(&json)
            .map_err(|cause| AppError::internal(format!("reading type {code}"), cause))
    }
}

/// Division of invented bodies: no place has it (GB/T 2260).
const INVENTED_DIVISION: &str = "999900";
