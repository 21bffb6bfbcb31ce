//! What is kept of a verification: the answer, and nothing of who signed a file that is not ours.

use super::Asker;
use crate::view::{FaceView, SignatureView, VerificationView};
use crate::{App, AppError};
use domain::digest::Sm3;
use domain::id::VerificationId;
use domain::license::License;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use storage::{StoreError, StoredVerification};
use time::{Duration, OffsetDateTime};

/// Whole answers of the last minutes about files of others, in memory alone: the page that an upload
/// leads to shows who signed, and that is not written down.
#[derive(Default)]
pub(crate) struct Recent(Mutex<VecDeque<Answer>>);

struct Answer {
    id: VerificationId,
    at: OffsetDateTime,
    view: VerificationView,
}

/// Answers held in memory: some kilobytes each.
const RECENT_MAX: usize = 512;
/// Long enough to read a page and to reload it.
const RECENT_FOR: Duration = Duration::minutes(15);

impl Recent {
    fn keep(&self, id: VerificationId, at: OffsetDateTime, view: &VerificationView) {
        let mut all = self.lock();
        while all.len() >= RECENT_MAX || all.front().is_some_and(|one| one.is_old(at)) {
            all.pop_front();
        }
        all.push_back(Answer { id, at, view: view.clone() });
    }

    fn find(&self, id: VerificationId, at: OffsetDateTime) -> Option<VerificationView> {
        let all = self.lock();
        let found = all.iter().find(|one| one.id == id && !one.is_old(at));
        found.map(|one| one.view.clone())
    }

    /// A panic elsewhere leaves the list whole: it is changed in single steps.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    fn is_old(&self, now: OffsetDateTime) -> bool {
        now - self.at > RECENT_FOR
    }
}

impl App {
    /// A finished verification. For some minutes with everything that was found; later without
    /// the names of those who signed, unless the license is one of the register's.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also when it is no longer kept.
    pub fn verification(&self, id: &str) -> Result<VerificationView, AppError> {
        let id = id.parse::<VerificationId>().map_err(|_| AppError::NotFound)?;
        if let Some(view) = self.recent.find(id, self.clock.now()) {
            return Ok(view);
        }
        let stored = self.kept(id)?;
        let mut view = kept_view(&stored)?;
        if let Some(license) = stored.license {
            view.license = self.face_then(&self.store.license_read(license)?, &view)?;
        }
        Ok(view)
    }

    /// A verification as it is written down, also when that is still to be done.
    pub(crate) fn kept(&self, id: VerificationId) -> Result<StoredVerification, AppError> {
        match self.store.verification_read(id) {
            Err(StoreError::Missing { .. }) => {
                self.write_behind()?;
                Ok(self.store.verification_read(id)?)
            }
            read => Ok(read?),
        }
    }

    /// The face of a license, with the state that it had then.
    fn face_then(
        &self,
        license: &License,
        view: &VerificationView,
    ) -> Result<Option<FaceView>, AppError> {
        let Some(state) = view.register.as_ref().and_then(|register| register.state.clone()) else {
            return Ok(None);
        };
        let issuer = self.store.organization_read(license.particulars().issuer)?.name;
        let face = self.face(license, &issuer, self.clock.now());
        Ok(Some(FaceView { state, state_since: None, ..face }))
    }

    pub(super) fn keep_verification(
        &self,
        mut view: VerificationView,
        input_sm3: Option<Sm3>,
        license: Option<&License>,
        asker: &Asker<'_>,
    ) -> Result<VerificationView, AppError> {
        let id = self.clock.id(VerificationId::mint)?;
        view.id = Some(id.to_string());
        let report = impersonal(&mut view, license.is_some())
            .map_err(|cause| AppError::internal("writing a verification".to_owned(), cause))?;
        let created_at = self.clock.now();
        let stored = StoredVerification {
            id,
            outcome: view.outcome.clone(),
            input_sm3,
            license: license.map(License::id),
            report,
            created_at,
            receipt: None,
            organization: asker.organization,
        };
        if license.is_none() {
            self.recent.keep(id, created_at, &view);
        }
        let kept = asker.asked.kept(200, &view.id)?;
        let left = match kept.answer() {
            None => self.behind.take(stored).err(),
            Some(_) => Some(Box::new(stored)),
        };
        if let Some(stored) = left {
            self.store.verification_insert(&stored, kept.answer())?;
        }
        Ok(view)
    }
}

/// The answer as it was kept.
pub(crate) fn kept_view(stored: &StoredVerification) -> Result<VerificationView, AppError> {
    serde_json::from_str(&stored.report)
        .map_err(|cause| AppError::internal(format!("reading verification {}", stored.id), cause))
}

/// The answer as JSON without what may name a person. The face is read from the register again; who
/// sealed a license of the register is an organization, and anyone else may be a person.
fn impersonal(view: &mut VerificationView, ours: bool) -> serde_json::Result<String> {
    if ours {
        let face = view.license.take();
        let json = serde_json::to_string(view);
        view.license = face;
        return json;
    }
    // What a file of others says of itself may be anything.
    let mut kept = VerificationView { license: None, copy: None, ..view.clone() };
    kept.checks.iter_mut().for_each(|check| check.detail = None);
    kept.signatures.iter_mut().for_each(forget_names);
    kept.asked.iter_mut().for_each(|asked| asked.certificate = None);
    serde_json::to_string(&kept)
}

fn forget_names(signature: &mut SignatureView) {
    (signature.signer, signature.seal, signature.field) = (None, None, None);
    signature.checks.iter_mut().for_each(|check| check.detail = None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::{Trust, verify};
    use time::macros::datetime;

    #[test]
    fn an_answer_is_whole_for_some_minutes() {
        let (recent, at) = (Recent::default(), datetime!(2026-03-02 09:15 +8));
        let view = verify(b"words", &Trust::none(), at);
        let id = |number: u16| {
            let [high, low] = number.to_be_bytes();
            VerificationId::mint(at, [high, low, 0, 0, 0, 0, 0, 0, 0, 0])
        };
        for number in 0..600 {
            recent.keep(id(number), at, &view);
        }
        assert!(recent.find(id(599), at + RECENT_FOR).is_some());
        assert!(recent.find(id(599), at + RECENT_FOR + Duration::SECOND).is_none(), "no longer");
        assert!(recent.find(id(0), at).is_none(), "there were too many since");
        recent.keep(id(600), at + RECENT_FOR + Duration::SECOND, &view);
        assert_eq!(recent.lock().len(), 1, "old ones are not held");
    }
}
