//! Use cases: the only place where rules, formats, storage and the outside meet.
//!
//! [`App`] is the running service: a store, key custody, files, fonts, policy and clock, nothing
//! global. What people and programs see of an answer is in [`view`].

pub mod view;

mod error;
mod request;
mod settings;

pub use error::{AppError, FieldProblem};
pub use request::{
    Caller, Document, IdempotencyKey, IssueRequest, Issued, LicenseQuery, Page, Place, Readiness,
    SealForm, SealRequest, VerifyInput,
};
pub use settings::Settings;

use std::sync::Arc;
use view::{LicenseTypeView, LicenseView, PublicCheckView, SealView, VerificationView};

/// The running service; cheap to clone.
#[derive(Clone)]
pub struct App {
    settings: Arc<Settings>,
}

impl App {
    /// Opens the data folder, applies migrations, reads catalogue, fonts and trust.
    ///
    /// # Errors
    /// When any of them is missing or damaged; the error names the file.
    pub fn open(settings: Settings) -> Result<Self, AppError> {
        Ok(Self { settings: Arc::new(settings) })
    }

    /// The settings the service was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Who presents this API key.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for an unknown, malformed or revoked key, all alike.
    pub fn authenticate(&self, _presented: &str) -> Result<Caller, AppError> {
        Err(AppError::Unauthenticated { code: "token_missing" })
    }

    /// Issues one license: checks the content, renders or takes the department's PDF, seals,
    /// verifies its own signatures, stores, and only then answers. Once per idempotency key.
    ///
    /// # Errors
    /// See [`AppError`]; nothing is left half done.
    pub fn issue(
        &self,
        _caller: &Caller,
        _key: Option<&IdempotencyKey>,
        _request: IssueRequest,
    ) -> Result<Issued, AppError> {
        Err(AppError::NotFound)
    }

    /// One license of the caller's organization.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a license of another organization.
    pub fn license(&self, _caller: &Caller, _id: &str) -> Result<LicenseView, AppError> {
        Err(AppError::NotFound)
    }

    /// Licenses of the caller's organization, newest first.
    ///
    /// # Errors
    /// A malformed cursor, or the store's.
    pub fn licenses(
        &self,
        _caller: &Caller,
        _query: &LicenseQuery,
    ) -> Result<Page<LicenseView>, AppError> {
        Err(AppError::NotFound)
    }

    /// The sealed file of a license, byte for byte as issued.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or the stored bytes no longer have their digest.
    pub fn rendition(&self, _caller: &Caller, _id: &str) -> Result<Document, AppError> {
        Err(AppError::NotFound)
    }

    /// Seals any PDF with a seal of the caller's organization, without registering a license.
    ///
    /// # Errors
    /// Unknown seal, or the document is refused by name.
    pub fn seal_document(
        &self,
        _caller: &Caller,
        _request: SealRequest,
    ) -> Result<Document, AppError> {
        Err(AppError::NotFound)
    }

    /// Seals of the caller's organization.
    ///
    /// # Errors
    /// The store's.
    pub fn seals(&self, _caller: &Caller) -> Result<Vec<SealView>, AppError> {
        Ok(Vec::new())
    }

    /// Verifies a file, a code or a license; the answer is stored and can be read again.
    ///
    /// # Errors
    /// Only when the request is wrong or no verification could begin; an invalid file is an
    /// answer, not an error.
    pub fn verify(&self, _input: VerifyInput) -> Result<VerificationView, AppError> {
        Err(AppError::NotFound)
    }

    /// A stored verification.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn verification(&self, _id: &str) -> Result<VerificationView, AppError> {
        Err(AppError::NotFound)
    }

    /// What anyone may learn of a license by the code printed on it; personal data is masked.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an unknown or malformed code.
    pub fn public_check(&self, _code: &str) -> Result<PublicCheckView, AppError> {
        Err(AppError::NotFound)
    }

    /// The catalogue, ordered by name.
    #[must_use]
    pub fn license_types(&self) -> Vec<LicenseTypeView> {
        Vec::new()
    }

    /// One license type with its fields.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn license_type(&self, _code: &str) -> Result<LicenseTypeView, AppError> {
        Err(AppError::NotFound)
    }

    /// Whether the service can issue and verify now, part by part.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        Readiness { parts: Vec::new() }
    }
}
