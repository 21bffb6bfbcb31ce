//! The seals of an organization: their register, and which applies; sealed files are checked here.

mod asking;
mod life;
mod making;
mod picture;
mod registry;
mod revoked;
mod two;

pub use asking::{SealAsked, SealTermsAsked, moment};
pub(crate) use making::{SealKey, subject};
pub(crate) use picture::SEAL_DPI;
pub use picture::{SEAL_PICTURE_BYTES_MAX, SealLook, picture_bytes, picture_text};
pub(crate) use revoked::RevokedSeals;
pub use two::SealProposed;

use crate::offline::Circumstances;
use crate::sealing::{Instrument, Signer};
use crate::{App, AppError, SealForm};
use domain::id::{KeyId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::seal::Seal;
use domain::sealing::Level;
use domain::validation::{Form, Outcome, Report, SignatureReport};
use gateway::files::Stored;
use time::OffsetDateTime;

impl App {
    /// The seal to use: the named one, or the first of the organization that may be used so.
    pub(crate) fn instrument(
        &self,
        organization: OrganizationId,
        name: Option<&str>,
        license_type: Option<&LicenseTypeCode>,
        at: OffsetDateTime,
    ) -> Result<Instrument, AppError> {
        // Before anything is judged by it: a seal would seem not valid yet.
        self.clock.require_right()?;
        let seals = self.store.seal_list(organization)?;
        let named = |seal: &&Seal| name.is_none_or(|name| seal.is_named(name));
        let candidates: Vec<&Seal> = seals.iter().filter(named).collect();
        if candidates.is_empty() {
            let detail = match name {
                Some(name) => format!("the organization has no seal “{name}”"),
                None => "the organization has no seal".to_owned(),
            };
            return Err(AppError::Refused { code: "seal_not_applicable", detail });
        }
        let mut reason = None;
        for seal in candidates {
            match seal.authorize(license_type, at) {
                Ok(()) => return self.instrument_of(seal.clone()),
                Err(refusal) => reason = reason.or(Some(refusal)),
            }
        }
        let detail = reason.map_or_else(String::new, |refusal| refusal.to_string());
        Err(AppError::Refused { code: "seal_not_applicable", detail })
    }

    fn instrument_of(&self, seal: Seal) -> Result<Instrument, AppError> {
        let properties = seal.properties();
        let picture = self.pictures.read(&properties.picture.bytes).map_err(|cause| {
            AppError::internal(format!("reading the picture of seal {}", seal.id()), cause)
        })?;
        let sealer = properties.sm2_key.map(|key| self.signer(key)).transpose()?;
        let document_signer = properties.pades_key.map(|key| self.signer(key)).transpose()?;
        Ok(Instrument { seal, picture, sealer, document_signer })
    }

    pub(crate) fn signer(&self, key: KeyId) -> Result<Signer, AppError> {
        Signer::read(&self.store.signing_key_read(key)?)
    }

    /// Verifies what was just sealed with the engine that everyone else uses; its digests.
    pub(crate) fn check_own(
        &self,
        file: &[u8],
        known: &Circumstances,
        level: Level,
    ) -> Result<Stored, AppError> {
        let believed = self.trust.now();
        let report = believed.trust.under(known).judge(file, known.at);
        // A stamp that its own service does not believe is worth nothing to others.
        let lacks = level >= Level::T
            && believed.trust.anchors() > 0
            && !self.outside.may_lack()
            && last(&report).is_some_and(|one| one.proven_time.is_none());
        if report.outcome != Outcome::Invalid && !report.is_unsigned() && !lacks {
            let read =
                |cause| AppError::internal("reading the digests of a file".to_owned(), cause);
            let (sm3, sha256) = (report.sm3.parse(), report.sha256.parse());
            return Ok(Stored { sm3: sm3.map_err(read)?, sha256: sha256.map_err(read)? });
        }
        let reason = report.reason().map_or("unknown", |code| code.name());
        let code = if lacks { "timestamp_untrusted" } else { reason };
        tracing::error!(code, "a freshly sealed file does not verify; it was thrown away");
        let detail = format!("the sealed file does not verify ({code})");
        Err(AppError::Unavailable { code: "sealing_failed", detail })
    }
}

/// The last signature that is no time stamp.
fn last(report: &Report) -> Option<&SignatureReport> {
    report.signatures.iter().rev().find(|one| one.form != Form::TimeStamp)
}

impl Instrument {
    /// The strongest form that the seal's keys allow.
    pub(crate) fn best_form(&self) -> SealForm {
        match (&self.sealer, &self.document_signer) {
            (Some(_), Some(_)) => SealForm::Both,
            (Some(_), None) => SealForm::Sm2,
            _ => SealForm::Pades,
        }
    }
}
