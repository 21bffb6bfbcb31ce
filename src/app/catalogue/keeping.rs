//! Changing license types while the service runs: who may, drafts, publishing, withdrawal.

use super::findings::is_grave;
use super::{published, view};
use crate::error::refused;
use crate::people::readable;
use crate::view::time::instant;
use crate::view::{LicenseTypeView, TypeDraftView, TypeFindingView, TypeVersionView};
use crate::{App, AppError, Caller, FieldProblem};
use domain::access::Permission;
use domain::audit::{Entry, Subject};
use domain::catalogue::{CatalogueError, LicenseType};
use domain::id::OrganizationId;
use domain::identifier::{LicenseTypeCode, UnifiedCode};
use domain::party::Organization;
use std::sync::Arc;
use storage::{StoreError, TypeDraft, Withdrawal};

/// A definition as it is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDocument {
    /// The catalogue document, JSON; byte for byte as it was published.
    pub json: String,
    /// SM3 of it.
    pub digest: String,
}

/// Reads a document, or says what is wrong with it and where.
pub(super) fn definition(document: &[u8]) -> Result<LicenseType, AppError> {
    LicenseType::read(document).map_err(|error| {
        let (pointer, message) = match &error {
            CatalogueError::TooLarge(_) => (String::new(), error.to_string()),
            CatalogueError::Form(cause) => (String::new(), cause.to_string()),
            CatalogueError::Inconsistent { place, problem } => {
                (pointer(document, place), format!("{place}: {problem}"))
            }
        };
        wrong(pointer, message)
    })
}

fn wrong(pointer: impl Into<String>, message: String) -> AppError {
    let code = "not_a_license_type";
    AppError::TypeRefused(vec![FieldProblem { pointer: pointer.into(), code, message }])
}

/// The JSON pointer of a place that [`LicenseType::read`] names.
fn pointer(document: &[u8], place: &str) -> String {
    let quoted = |kind: &str| place.strip_prefix(kind)?.strip_prefix(" `")?.strip_suffix('`');
    if let Some(key) = quoted("field") {
        let json: serde_json::Value = serde_json::from_slice(document).unwrap_or_default();
        let fields = json["fields"].as_array().map_or(&[][..], Vec::as_slice);
        let place = fields.iter().rposition(|field| field["key"] == key);
        return place.map_or_else(|| "/fields".to_owned(), |place| format!("/fields/{place}"));
    }
    if let Some(style) = quoted("style") {
        return format!("/layout/styles/{style}");
    }
    format!("/{}", place.replace(['.', '['], "/").replace(']', ""))
}

pub(super) fn code_of(text: &str) -> Result<LicenseTypeCode, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

fn changed_meanwhile(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict { .. } | StoreError::Exists { .. } => {
            refused("version_mismatch", "the draft is at another revision, or is published")
        }
        other => other.into(),
    }
}

impl App {
    /// The catalogue, ordered by code.
    #[must_use]
    pub fn license_types(&self) -> Vec<LicenseTypeView> {
        self.catalogue.all().iter().map(|(one, in_use)| view(one, *in_use)).collect()
    }

    /// One license type with its fields: its newest version.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn license_type(&self, code: &str) -> Result<LicenseTypeView, AppError> {
        let kind = self.catalogue.kind(code).ok_or(AppError::NotFound)?;
        let newest = kind.newest().ok_or(AppError::NotFound)?;
        Ok(view(newest, kind.withdrawn.is_none()))
    }

    /// The newest version of a type, by which licenses are drawn now.
    ///
    /// # Errors
    /// `unknown_license_type`, `license_type_withdrawn`.
    pub(crate) fn type_to_issue(&self, code: &str) -> Result<Arc<LicenseType>, AppError> {
        let unknown =
            || refused("unknown_license_type", format!("there is no license type {code}"));
        let kind = self.catalogue.kind(code).ok_or_else(unknown)?;
        if let Some(withdrawn) = &kind.withdrawn {
            let detail = format!("license type {code} was withdrawn: {}", withdrawn.reason);
            return Err(refused("license_type_withdrawn", detail));
        }
        kind.newest().cloned().ok_or_else(unknown)
    }

    /// What was published of a type, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn type_versions(&self, code: &str) -> Result<Vec<TypeVersionView>, AppError> {
        let kind = self.catalogue.kind(code).ok_or(AppError::NotFound)?;
        let code = code_of(code)?;
        let version = |version: &u32| {
            let stored = self.store.license_type_read(&code, *version)?;
            Ok(TypeVersionView {
                version: *version,
                digest: stored.digest.to_string(),
                published_at: instant(stored.published_at),
            })
        };
        kind.versions.keys().rev().map(version).collect()
    }

    /// A published version as it is exported.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn type_document(&self, code: &str, version: u32) -> Result<TypeDocument, AppError> {
        let stored = self.store.license_type_read(&code_of(code)?, version)?;
        Ok(TypeDocument { digest: stored.digest.to_string(), json: stored.document })
    }

    /// Who keeps a type: whom the operator named, or else the authority of its code.
    pub(crate) fn type_keeper(
        &self,
        code: &LicenseTypeCode,
    ) -> Result<Option<Organization>, AppError> {
        let named = self.catalogue.kind(code.as_str()).and_then(|kind| kind.keeper);
        match (named, code.authority().parse::<UnifiedCode>()) {
            (Some(named), _) => Ok(Some(self.store.organization_read(named)?)),
            (None, Ok(authority)) => Ok(self.store.organization_by_code(&authority)?),
            (None, Err(_)) => Ok(None),
        }
    }

    /// Refuses whoever does not act for the keeper of a type. What nobody keeps here is changed at
    /// the machine.
    fn require_keeper(&self, caller: &Caller, code: LicenseTypeCode) -> Result<(), AppError> {
        let own = caller.require_for(Permission::CatalogueWrite, code)?;
        match self.type_keeper(&code)? {
            Some(keeper) if keeper.id == own => Ok(()),
            None if matches!(caller, Caller::Console { .. }) => Ok(()),
            _ => Err(AppError::Forbidden {
                code: "not_the_keeper",
                detail: format!("license type {code} is kept by another organization"),
            }),
        }
    }

    /// Whether the caller may change a type.
    #[must_use]
    pub fn keeps_type(&self, caller: &Caller, code: &str) -> bool {
        code.parse().is_ok_and(|code| self.require_keeper(caller, code).is_ok())
    }

    /// Whoever sits at the machine, as the keeper of a type, or as anyone where nobody keeps it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what is no code, or where no organization is registered.
    pub fn type_console(&self, code: &str) -> Result<Caller, AppError> {
        match self.type_keeper(&code_of(code)?)? {
            Some(keeper) => Ok(Caller::Console { organization: keeper.id }),
            None => self.consoles()?.into_iter().next().ok_or(AppError::NotFound),
        }
    }

    /// The draft of a type, and what was found when it was tried.
    ///
    /// # Errors
    /// [`AppError::NotFound`] without a draft; `not_the_keeper`.
    pub fn type_draft(&self, caller: &Caller, code: &str) -> Result<TypeDraftView, AppError> {
        let code = code_of(code)?;
        self.require_keeper(caller, code)?;
        let draft = self.store.type_draft(&code)?.ok_or(AppError::NotFound)?;
        self.draft_view(&draft, &definition(draft.document.as_bytes())?)
    }

    fn draft_view(
        &self,
        draft: &TypeDraft,
        license_type: &LicenseType,
    ) -> Result<TypeDraftView, AppError> {
        Ok(TypeDraftView {
            code: draft.code.to_string(),
            version: license_type.version(),
            revision: draft.version,
            changed_at: instant(draft.changed_at),
            changed_by: self.actor_named_in_words(&draft.changed_by)?,
            findings: self.type_findings(license_type),
            document: serde_json::from_str(&draft.document).map_err(|cause| {
                AppError::internal(format!("reading the draft of type {}", draft.code), cause)
            })?,
        })
    }

    /// What would be found in a document, without keeping it.
    ///
    /// # Errors
    /// [`AppError::TypeRefused`] for what is not a license type.
    pub fn type_check(
        &self,
        caller: &Caller,
        document: &[u8],
    ) -> Result<Vec<TypeFindingView>, AppError> {
        caller.require(Permission::CatalogueRead)?;
        Ok(self.type_findings(&definition(document)?))
    }

    /// The code of a catalogue document, and whether this very version is published.
    ///
    /// # Errors
    /// [`AppError::TypeRefused`] for what is not a license type.
    pub fn type_named(&self, document: &[u8]) -> Result<(String, bool), AppError> {
        let license_type = definition(document)?;
        let code = license_type.code();
        let known = self.catalogue.version(code.as_str(), license_type.version());
        Ok((code.to_string(), known.is_some_and(|known| *known == license_type)))
    }

    /// Keeps the draft of a type's next version in place of the one at `revision`, or as the first.
    ///
    /// # Errors
    /// [`AppError::TypeRefused`] with what is wrong where; `version_mismatch` when the draft is
    /// at another revision; `not_the_keeper`.
    pub fn type_draft_put(
        &self,
        caller: &Caller,
        code: &str,
        document: &[u8],
        revision: Option<u32>,
    ) -> Result<TypeDraftView, AppError> {
        let code = code_of(code)?;
        self.require_keeper(caller, code)?;
        let license_type = definition(document)?;
        if license_type.code() != code {
            return Err(wrong("/code", format!("the code of this draft is {code}")));
        }
        let newest = self.catalogue.find(code.as_str()).map(|newest| newest.version());
        if let Some(newest) = newest
            && newest.checked_add(1) != Some(license_type.version())
        {
            let message = format!("version {newest} is published; the next is needed");
            return Err(wrong("/version", message));
        }
        let at = self.clock.now();
        let draft = TypeDraft {
            code,
            document: published(&license_type, None, at)?.document,
            changed_by: caller.actor(),
            changed_at: at,
            version: revision.unwrap_or(0).saturating_add(1),
        };
        let detail = [("version", license_type.version().to_string())];
        let told = self.type_told(caller, "license_type.draft", code, &detail)?;
        self.store.type_draft_keep(&draft, &told).map_err(changed_meanwhile)?;
        self.draft_view(&draft, &license_type)
    }

    /// Throws the draft of a type away.
    ///
    /// # Errors
    /// `version_mismatch`, `not_the_keeper`.
    pub fn type_draft_drop(
        &self,
        caller: &Caller,
        code: &str,
        revision: u32,
    ) -> Result<(), AppError> {
        let code = code_of(code)?;
        self.require_keeper(caller, code)?;
        let told = self.type_told(caller, "license_type.drop", code, &[])?;
        self.store.type_draft_drop(&code, revision, &told).map_err(changed_meanwhile)
    }

    /// Publishes the draft that is at `revision`: from here on licenses are drawn by it, and it
    /// never changes.
    ///
    /// # Errors
    /// [`AppError::TypeRefused`] with what must be mended first; `version_mismatch`,
    /// `not_the_keeper`; [`AppError::NotFound`] without a draft.
    pub fn type_publish(
        &self,
        caller: &Caller,
        code: &str,
        revision: u32,
    ) -> Result<LicenseTypeView, AppError> {
        let code = code_of(code)?;
        self.require_keeper(caller, code)?;
        let draft = self.store.type_draft(&code)?.ok_or(AppError::NotFound)?;
        let license_type = definition(draft.document.as_bytes())?;
        let grave = self.type_findings(&license_type).into_iter().filter(is_grave);
        let problems: Vec<FieldProblem> = grave.map(problem).collect();
        if !problems.is_empty() {
            return Err(AppError::TypeRefused(problems));
        }
        let new = published(&license_type, Some(caller.actor()), self.clock.now())?;
        let detail = [("version", new.version.to_string()), ("sm3", new.digest.to_string())];
        let told = self.type_told(caller, "license_type.publish", code, &detail)?;
        self.store.type_draft_publish(&new, revision, &told).map_err(changed_meanwhile)?;
        self.catalogue.look()?;
        self.license_type(code.as_str())
    }

    /// Takes a type out of use: nothing more is issued by it, and what was stays as it is.
    ///
    /// # Errors
    /// `license_type_state` when it is out of use; `not_the_keeper`, `reason_needed`.
    pub fn type_withdraw(
        &self,
        caller: &Caller,
        code: &str,
        reason: &str,
    ) -> Result<LicenseTypeView, AppError> {
        let reason = readable(reason, 1..=200)
            .map_err(|_| refused("reason_needed", "a reason of 1 to 200 characters is needed"))?;
        let by = Withdrawal { at: self.clock.now(), by: caller.actor(), reason: reason.clone() };
        self.type_use(caller, code, Some(&by), "license_type.withdraw", &[("reason", reason)])
    }

    /// Brings a type back into use.
    ///
    /// # Errors
    /// `license_type_state` when it is in use; `not_the_keeper`.
    pub fn type_reinstate(&self, caller: &Caller, code: &str) -> Result<LicenseTypeView, AppError> {
        self.type_use(caller, code, None, "license_type.reinstate", &[])
    }

    fn type_use(
        &self,
        caller: &Caller,
        text: &str,
        withdrawal: Option<&Withdrawal>,
        action: &str,
        detail: &[(&str, String)],
    ) -> Result<LicenseTypeView, AppError> {
        self.license_type(text)?;
        let code = code_of(text)?;
        self.require_keeper(caller, code)?;
        let told = self.type_told(caller, action, code, detail)?;
        self.store.type_withdraw(&code, withdrawal, &told).map_err(|error| match error {
            StoreError::Conflict { .. } => refused("license_type_state", "it stands so already"),
            other => other.into(),
        })?;
        self.catalogue.look()?;
        self.license_type(text)
    }

    /// Says, at the machine, which organization keeps a type from now on.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what is not in the catalogue.
    pub fn type_give(&self, code: &str, keeper: OrganizationId) -> Result<(), AppError> {
        self.license_type(code)?;
        let code = code_of(code)?;
        let keeper = self.store.organization_read(keeper)?.id;
        let caller = Caller::Console { organization: keeper };
        let detail = [("keeper", keeper.to_string())];
        let told = self.type_told(&caller, "license_type.give", code, &detail)?;
        self.store.type_give(&code, keeper, &told)?;
        self.catalogue.look()?;
        Ok(())
    }

    fn type_told(
        &self,
        caller: &Caller,
        action: &str,
        code: LicenseTypeCode,
        detail: &[(&str, String)],
    ) -> Result<Entry, AppError> {
        let subject = Subject::new("license_type", code);
        self.clock.entry(&caller.actor(), action, subject, detail)
    }
}

fn problem(finding: TypeFindingView) -> FieldProblem {
    let TypeFindingView { pointer, code, text_en: message, .. } = finding;
    FieldProblem { pointer, code, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_pointers() {
        let document = br#"{"fields":[{"key":"a"},{"key":"b"},{"key":"a"}]}"#;
        for (place, expected) in [
            ("field `b`", "/fields/1"),
            ("field `a`", "/fields/2"),
            ("field `c`", "/fields"),
            ("style `title`", "/layout/styles/title"),
            ("layout.elements[3]", "/layout/elements/3"),
            ("defining_authority.code", "/defining_authority/code"),
            ("validity", "/validity"),
        ] {
            assert_eq!(pointer(document, place), expected);
        }
    }
}
