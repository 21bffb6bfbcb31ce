//! Verifying with the register: a file, a code, or a license by its id.

mod behind;
mod kept;
mod register;
mod verdicts;

use crate::asking::{Judged, judged};
use crate::offline::Circumstances;
use crate::once::{Asked, Named, Once, asked};
use crate::view::{PublicCheckView, VerificationView};
use crate::{App, AppError, Caller, IdempotencyKey, VerifyInput, offline};
pub(crate) use behind::Behind;
pub use behind::Keeping;
use domain::access::Permission;
use domain::digest::Sm3;
use domain::id::OrganizationId;
use domain::license::License;
use domain::time::micros;
use domain::validation::{Logged, Outcome};
pub(crate) use kept::{Recent, kept_view};
pub(crate) use register::shown_number;
use std::sync::Arc;
use storage::{Shown, StoreError};
use time::OffsetDateTime;
pub(crate) use verdicts::{By, Verdicts};

impl App {
    /// Verifies a file, a code or a license; the answer is kept and can be read again.
    ///
    /// # Errors
    /// Only when the request is wrong or no verification could begin; an invalid file is an
    /// answer, not an error.
    pub fn verify(&self, input: VerifyInput) -> Result<VerificationView, AppError> {
        self.verify_asked(input, &Asked::each_time(self), None)
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
        self.may_ask(caller, &input)?;
        let organization = caller.organization();
        let Some(key) = key else {
            let value = self.verify_asked(input, &Asked::each_time(self), organization)?;
            return Ok(Once { value, replayed: false });
        };
        let known = organization.map(|organization| organization.to_string());
        let caller = known.unwrap_or_else(|| "anyone".to_owned());
        let named = Named { caller, key: Some(key), asked: digest(&input) };
        let mut fresh = None;
        let Once { value: id, replayed } = self.once(named, |asked| {
            let view = self.verify_asked(input, asked, organization)?;
            Ok::<String, AppError>(fresh.insert(view).id.clone().unwrap_or_default())
        })?;
        let value = fresh.map_or_else(|| self.verification(&id), Ok)?;
        Ok(Once { value, replayed })
    }

    /// Who presents a key or a token may ask what it is for; of licenses beyond its scope a client
    /// learns no more than that they are not found.
    pub(crate) fn may_ask(&self, caller: &Caller, input: &VerifyInput) -> Result<(), AppError> {
        if *caller == Caller::Anonymous {
            return Ok(());
        }
        caller.require(Permission::Verify)?;
        let Caller::Client { .. } = caller else { return Ok(()) };
        let known = match input {
            VerifyInput::File { .. } => return Ok(()),
            VerifyInput::Code { text, .. } => self.known_by_code(text)?,
            VerifyInput::License { id, .. } => self.known_by_id(id)?,
        };
        let fixed = known.license.particulars();
        let reaches = caller.reaches(fixed.issuer, fixed.type_code);
        if reaches { Ok(()) } else { Err(AppError::NotFound) }
    }

    fn verify_asked(
        &self,
        input: VerifyInput,
        asked: &Asked<'_>,
        organization: Option<OrganizationId>,
    ) -> Result<VerificationView, AppError> {
        let asker = Asker { asked, organization };
        match input {
            VerifyInput::File { bytes, at } => self.verify_file(&bytes, at, &asker),
            VerifyInput::Code { text, at } => {
                self.verify_known(&self.known_by_code(&text)?, ("code", at), &asker)
            }
            VerifyInput::License { id, at } => {
                self.verify_known(&self.known_by_id(&id)?, ("license_id", at), &asker)
            }
        }
    }

    /// What anyone may learn of a license by the code printed on it; personal data is masked.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an unknown or malformed code.
    pub fn public_check(&self, code: &str) -> Result<PublicCheckView, AppError> {
        let known = self.known_by_code(code)?;
        let view = self.judge_known(&known, ("code", None))?;
        Ok(PublicCheckView {
            outcome: view.outcome,
            as_of: view.as_of,
            license: view
                .license
                .unwrap_or_else(|| self.face(&known.license, &known.issuer, self.clock.now())),
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
        asker: &Asker<'_>,
    ) -> Result<VerificationView, AppError> {
        if bytes.len() > self.settings.file_bytes_max {
            return Err(AppError::TooLarge { limit: self.settings.file_bytes_max });
        }
        let now = self.clock.now();
        let digest = Sm3::of(bytes);
        let shown = self.store.shown_by_file(digest)?;
        let license = shown.as_ref().map(|shown| &shown.license);
        let by = self.by()?;
        let believed = &by.now;
        let judge = |known: &Circumstances| match &self.examiner {
            Some(examiner) => examiner.verify(bytes, &believed.trust, known),
            None => Ok(offline::verify_under(bytes, &believed.trust, known)),
        };
        let mut view = match (license, at) {
            (Some(license), None) => self.verdict(license, digest, &by, now, judge)?,
            _ => {
                let known = circumstances(license, &by, at.unwrap_or(now));
                judged(believed.inquiries.as_ref(), known, now, judge)?
            }
        };
        let same = license.map(|_| true);
        let shown = shown.map_or_else(|| self.copied(&view, digest), |shown| Ok(Some(shown)))?;
        self.add_register(&mut view, shown.as_ref(), same, at)?;
        let license = shown.as_ref().map(|shown| &shown.license);
        self.keep_verification(view, Some(digest), license, asker)
    }

    /// The license of which a file is a marked copy that was made here: how that stands now counts for
    /// the copy too.
    fn copied(&self, view: &VerificationView, file: Sm3) -> Result<Option<Shown>, AppError> {
        let id = view.copy.as_ref().and_then(|mark| mark.id.parse().ok());
        let Some(id) = id else { return Ok(None) };
        match self.store.marked_copy_read(id) {
            Ok(copy) if copy.file.sm3 == file => Ok(self.store.shown_by_id(copy.license)?),
            Ok(_) | Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn verify_known(
        &self,
        known: &Shown,
        input: (&'static str, Option<OffsetDateTime>),
        asker: &Asker<'_>,
    ) -> Result<VerificationView, AppError> {
        let view = self.judge_known(known, input)?;
        self.keep_verification(view, None, Some(&known.license), asker)
    }

    /// Judges the stored file and how the license stands in the register. Nobody showed a file, so
    /// nothing is said of one.
    pub(crate) fn judge_known(
        &self,
        known: &Shown,
        (input, at): (&'static str, Option<OffsetDateTime>),
    ) -> Result<VerificationView, AppError> {
        let of_file = match at {
            None => self.file_verdict(known)?,
            Some(at) => {
                let by = self.by()?;
                let circumstances = circumstances(Some(&known.license), &by, at);
                let judge = |under: &Circumstances| self.judge_file(known, &by, under);
                judged(by.now.inquiries.as_ref(), circumstances, self.clock.now(), judge)?
            }
        };
        let mut view = VerificationView { input: input.to_owned(), ..of_file };
        self.add_register(&mut view, Some(known), None, at)?;
        Ok(view)
    }

    /// The verdict on the sealed file of a license, apart from how it stands in the register.
    pub(crate) fn file_verdict(&self, known: &Shown) -> Result<VerificationView, AppError> {
        let by = self.by()?;
        let judge = |under: &Circumstances| self.judge_file(known, &by, under);
        self.verdict(&known.license, known.file.sm3, &by, self.clock.now(), judge)
    }

    fn judge_file(
        &self,
        known: &Shown,
        by: &By,
        under: &Circumstances,
    ) -> Result<Judged, AppError> {
        Ok(self.files.read_by(known.file.sm3, |bytes| {
            let judged = offline::verify_under(bytes, &by.now.trust, under);
            let digest = judged.sm3();
            (judged, digest)
        })?)
    }

    /// Verifies a license of the register for an organization that relies on it, and keeps that.
    pub(crate) fn verify_for(
        &self,
        known: &Shown,
        organization: OrganizationId,
    ) -> Result<VerificationView, AppError> {
        let asked = Asked::each_time(self);
        let asker = Asker { asked: &asked, organization: Some(organization) };
        self.verify_known(known, ("license_id", None), &asker)
    }

    /// The verdict on a sealed file of the register: the one of this minute, or a new one.
    fn verdict(
        &self,
        license: &License,
        file: Sm3,
        by: &By,
        now: OffsetDateTime,
        judge: impl Fn(&Circumstances) -> Result<Judged, AppError>,
    ) -> Result<VerificationView, AppError> {
        if let Some(view) = self.verdicts.find(file, by, now) {
            return Ok(VerificationView::clone(&view));
        }
        let known = circumstances(Some(license), by, now);
        let inquiries = by.now.inquiries.as_ref();
        let mut view = judged(inquiries, known, now, &judge)?;
        // What was in the log before a key was in other hands stays what it was.
        if view.outcome() != Outcome::Valid
            && let Some(since) = self.logged_since(license, file)?
        {
            let logged = Logged::Since(since);
            let known = Circumstances { logged, ..circumstances(Some(license), by, now) };
            view = judged(inquiries, known, now, &judge)?;
        }
        self.verdicts.remember(file, by, now, &view);
        Ok(view)
    }

    /// Whom to believe now, and what is said of seals now.
    fn by(&self) -> Result<By, AppError> {
        Ok(By { now: self.trust.now(), stated: self.revoked_seals()? })
    }
}

/// By which request it was asked, and for which organization.
pub(super) struct Asker<'a> {
    asked: &'a Asked<'a>,
    organization: Option<OrganizationId>,
}

/// The register knows what its licenses are; of other files nobody says it.
fn circumstances(license: Option<&License>, by: &By, at: OffsetDateTime) -> Circumstances {
    let license_type = license.map(|license| license.particulars().type_code.to_string());
    Circumstances { license_type, stated: Arc::clone(&by.stated), ..Circumstances::at(at) }
}

/// SM3 of what is to be verified, and when.
fn digest(input: &VerifyInput) -> Sm3 {
    let (kind, of, at) = match input {
        VerifyInput::File { bytes, at } => ("file", bytes.as_slice(), at.map(micros)),
        VerifyInput::Code { text, at } => ("code", text.as_bytes(), at.map(micros)),
        VerifyInput::License { id, at } => ("license", id.as_bytes(), at.map(micros)),
    };
    let at = at.map_or_else(Vec::new, |at| at.to_be_bytes().to_vec());
    asked("verification", &[kind.as_bytes(), of, &at])
}
