//! Verifying with the register: a file, a code, or a license by its id.

mod behind;
mod kept;
mod register;
mod verdicts;

use crate::asking::{Judged, judged};
use crate::believed::Now;
use crate::offline::Circumstances;
use crate::once::{Asked, Named, Once, asked};
use crate::view::{PublicCheckView, VerificationView};
use crate::{App, AppError, Caller, IdempotencyKey, VerifyInput, offline};
pub(crate) use behind::Behind;
pub use behind::Keeping;
use domain::digest::Sm3;
use domain::license::License;
use domain::time::micros;
pub(crate) use kept::{Recent, kept_view};
use std::sync::Arc;
use storage::Shown;
use time::OffsetDateTime;
pub(crate) use verdicts::Verdicts;

impl App {
    /// Verifies a file, a code or a license; the answer is kept and can be read again.
    ///
    /// # Errors
    /// Only when the request is wrong or no verification could begin; an invalid file is an
    /// answer, not an error.
    pub fn verify(&self, input: VerifyInput) -> Result<VerificationView, AppError> {
        self.verify_asked(input, &Asked::each_time(self))
    }

    /// The same once for each idempotency key of a caller; of the answer no more is kept than its
    /// id. Who is not known shares keys with all others, and learns by a key that somebody else
    /// chose no more than by asking the same.
    ///
    /// # Errors
    /// As [`App::verify`]; the key belongs to another request, or that is under way.
    pub fn verify_once(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        input: VerifyInput,
    ) -> Result<Once<VerificationView>, AppError> {
        let Some(key) = key else {
            return Ok(Once { value: self.verify(input)?, replayed: false });
        };
        let known = caller.organization().map(|organization| organization.to_string());
        let caller = known.unwrap_or_else(|| "anyone".to_owned());
        let named = Named { caller, key: Some(key), asked: digest(&input) };
        let mut fresh = None;
        let Once { value: id, replayed } = self.once(named, |asked| {
            let view = self.verify_asked(input, asked)?;
            Ok::<String, AppError>(fresh.insert(view).id.clone().unwrap_or_default())
        })?;
        let value = fresh.map_or_else(|| self.verification(&id), Ok)?;
        Ok(Once { value, replayed })
    }

    fn verify_asked(
        &self,
        input: VerifyInput,
        asked: &Asked<'_>,
    ) -> Result<VerificationView, AppError> {
        match input {
            VerifyInput::File { bytes, at } => self.verify_file(&bytes, at, asked),
            VerifyInput::Code(code) => {
                self.verify_known(&self.known_by_code(&code)?, "code", asked)
            }
            VerifyInput::License(id) => {
                self.verify_known(&self.known_by_id(&id)?, "license_id", asked)
            }
        }
    }

    /// What anyone may learn of a license by the code printed on it; personal data is masked.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an unknown or malformed code.
    pub fn public_check(&self, code: &str) -> Result<PublicCheckView, AppError> {
        let known = self.known_by_code(code)?;
        let view = self.judge_known(&known, "code")?;
        Ok(PublicCheckView {
            outcome: view.outcome,
            as_of: view.as_of,
            license: self.face(&known.license, &known.issuer, self.clock.now()),
            checks: view.checks,
            signatures: view.signatures,
            sha256: known.file.sha256.to_string(),
            sm3: known.file.sm3.to_string(),
        })
    }

    fn verify_file(
        &self,
        bytes: &[u8],
        at: Option<OffsetDateTime>,
        asked: &Asked<'_>,
    ) -> Result<VerificationView, AppError> {
        if bytes.len() > self.settings.file_bytes_max {
            return Err(AppError::TooLarge { limit: self.settings.file_bytes_max });
        }
        let now = self.clock.now();
        let digest = Sm3::of(bytes);
        let shown = self.store.shown_by_file(digest)?;
        let license = shown.as_ref().map(|shown| &shown.license);
        let believed = self.trust.now();
        let judge = |known: &Circumstances| match &self.examiner {
            Some(examiner) => examiner.verify(bytes, &believed.trust, known),
            None => Ok(offline::verify_under(bytes, &believed.trust, known)),
        };
        let mut view = match (license, at) {
            (Some(license), None) => self.verdict(license, digest, &believed, now, judge)?,
            _ => {
                let known = circumstances(license, at.unwrap_or(now));
                judged(believed.inquiries.as_ref(), known, now, judge)?
            }
        };
        self.add_register(&mut view, shown.as_ref(), Some(true), now);
        self.keep_verification(view, Some(digest), license, asked)
    }

    fn verify_known(
        &self,
        known: &Shown,
        input: &'static str,
        asked: &Asked<'_>,
    ) -> Result<VerificationView, AppError> {
        let view = self.judge_known(known, input)?;
        self.keep_verification(view, None, Some(&known.license), asked)
    }

    /// Judges the stored file and how the license stands in the register. Nobody showed a file, so
    /// nothing is said of one.
    fn judge_known(
        &self,
        known: &Shown,
        input: &'static str,
    ) -> Result<VerificationView, AppError> {
        let now = self.clock.now();
        let believed = self.trust.now();
        let file = known.file.sm3;
        let judge = |known: &Circumstances| {
            Ok(offline::verify_under(&self.files.read(file)?, &believed.trust, known))
        };
        let of_file = self.verdict(&known.license, file, &believed, now, judge)?;
        let mut view = VerificationView { input: input.to_owned(), ..of_file };
        self.add_register(&mut view, Some(known), None, now);
        Ok(view)
    }

    /// The verdict on a sealed file of the register: the one of this minute, or a new one.
    fn verdict(
        &self,
        license: &License,
        file: Sm3,
        believed: &Arc<Now>,
        now: OffsetDateTime,
        judge: impl Fn(&Circumstances) -> Result<Judged, AppError>,
    ) -> Result<VerificationView, AppError> {
        if let Some(view) = self.verdicts.find(file, believed, now) {
            return Ok(VerificationView::clone(&view));
        }
        let known = circumstances(Some(license), now);
        let view = judged(believed.inquiries.as_ref(), known, now, judge)?;
        self.verdicts.remember(file, believed, now, &view);
        Ok(view)
    }
}

/// The register knows what its licenses are; of other files nobody says it.
fn circumstances(license: Option<&License>, at: OffsetDateTime) -> Circumstances {
    let license_type = license.map(|license| license.particulars().type_code.to_string());
    Circumstances { license_type, ..Circumstances::at(at) }
}

/// SM3 of what is to be verified, and when.
fn digest(input: &VerifyInput) -> Sm3 {
    let (kind, of, at) = match input {
        VerifyInput::File { bytes, at } => ("file", bytes.as_slice(), at.map(micros)),
        VerifyInput::Code(code) => ("code", code.as_bytes(), None),
        VerifyInput::License(id) => ("license", id.as_bytes(), None),
    };
    let at = at.map_or_else(Vec::new, |at| at.to_be_bytes().to_vec());
    asked("verification", &[kind.as_bytes(), of, &at])
}
