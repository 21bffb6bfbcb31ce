//! Verdicts on sealed files of the register, remembered for a minute.
//!
//! The bytes behind a digest never change, so a verdict changes only with whom is believed, and
//! with time: what is believed is compared, and a minute is less than the clocks of those who sign
//! may differ. How the license stands is not remembered; that is asked of the register each time.

use crate::believed::Now;
use crate::view::VerificationView;
use domain::digest::Sm3;
use domain::validation::{Outcome, Stated};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};

const REMEMBERED_FOR: Duration = Duration::minutes(1);
/// Each takes some kilobytes.
const VERDICTS_MAX: usize = 4096;

/// By what a verdict is found: whom to believe, and what the register says of seals.
#[derive(Clone)]
pub(crate) struct By {
    pub(super) now: Arc<Now>,
    pub(super) stated: Arc<[Stated]>,
}

impl By {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.now, &other.now) && self.stated == other.stated
    }
}

/// What was found to be valid within the last minute.
#[derive(Default)]
pub(crate) struct Verdicts(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    by_file: HashMap<Sm3, Verdict>,
    oldest_first: VecDeque<(Sm3, OffsetDateTime)>,
}

struct Verdict {
    by: By,
    at: OffsetDateTime,
    view: Arc<VerificationView>,
}

impl Verdicts {
    /// The verdict on the file with this digest, if it still stands.
    pub(super) fn find(
        &self,
        file: Sm3,
        by: &By,
        now: OffsetDateTime,
    ) -> Option<Arc<VerificationView>> {
        let memory = self.lock();
        let verdict = memory.by_file.get(&file)?;
        // A clock that was set back makes it one of the future.
        let stands = verdict.at <= now && now - verdict.at < REMEMBERED_FOR;
        (stands && verdict.by.is(by)).then(|| Arc::clone(&verdict.view))
    }

    /// Remembers a verdict; one that is not VALID may be cured at any moment and is not.
    pub(super) fn remember(&self, file: Sm3, by: &By, at: OffsetDateTime, view: &VerificationView) {
        if view.outcome() != Outcome::Valid {
            return;
        }
        let mut memory = self.lock();
        while memory.oldest_first.len() >= VERDICTS_MAX
            || memory.oldest_first.front().is_some_and(|(_, old)| at - *old >= REMEMBERED_FOR)
        {
            memory.forget_oldest();
        }
        let verdict = Verdict { by: by.clone(), at, view: Arc::new(view.clone()) };
        memory.by_file.insert(file, verdict);
        memory.oldest_first.push_back((file, at));
    }

    /// A panic elsewhere leaves it whole: it is changed in single steps.
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn forget_oldest(&mut self) {
        let Some((file, at)) = self.oldest_first.pop_front() else { return };
        // A newer verdict on the same file has its own place in the line.
        if self.by_file.get(&file).is_some_and(|verdict| verdict.at == at) {
            self.by_file.remove(&file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use crate::believed::Believed;
    use crate::offline::{Trust, verify};
    use domain::digest::Sha256;
    use formats::x509::crl::Reason;
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-03-02 09:15 +8);

    fn believed() -> By {
        let folder = tempfile::tempdir().unwrap();
        let now = Believed::read(&Settings::in_folder(folder.path())).unwrap().now();
        By { now, stated: [].into() }
    }

    fn valid() -> VerificationView {
        let view = verify(b"words", &Trust::none(), AT);
        VerificationView { outcome: Outcome::Valid.name().to_owned(), ..view }
    }

    #[test]
    fn a_verdict_stands_for_a_minute_and_for_one_trust() {
        let (verdicts, by, file) = (Verdicts::default(), believed(), Sm3::of(b"words"));
        verdicts.remember(file, &by, AT, &valid());
        let found = |by: &By, now| verdicts.find(file, by, now).is_some();
        assert!(found(&by, AT) && found(&by, AT + Duration::seconds(59)));
        assert!(!found(&by, AT + REMEMBERED_FOR), "a minute has passed");
        assert!(!found(&by, AT - Duration::SECOND), "the clock was set back");
        assert!(!found(&believed(), AT), "somebody else is believed now");
        let certificate = Sha256::of(b"a certificate");
        let stated =
            Stated { certificate, at: AT, reason: Reason::Superseded, invalid_since: None };
        let told = By { stated: [stated].into(), ..by.clone() };
        assert!(!found(&told, AT), "a seal was revoked meanwhile");
        assert!(verdicts.find(Sm3::of(b"other"), &by, AT).is_none());
    }

    #[test]
    fn only_what_is_valid_is_remembered() {
        let (verdicts, by, file) = (Verdicts::default(), believed(), Sm3::of(b"words"));
        for outcome in [Outcome::Invalid, Outcome::Indeterminate] {
            let view = VerificationView { outcome: outcome.name().to_owned(), ..valid() };
            verdicts.remember(file, &by, AT, &view);
            assert!(verdicts.find(file, &by, AT).is_none());
        }
    }

    #[test]
    fn memory_is_bounded_and_a_newer_verdict_outlives_an_older() {
        let (verdicts, by, view) = (Verdicts::default(), believed(), valid());
        let file = |number: usize| Sm3::of(&number.to_be_bytes());
        verdicts.remember(file(0), &by, AT, &view);
        for number in 0..VERDICTS_MAX {
            verdicts.remember(file(number), &by, AT + Duration::SECOND, &view);
        }
        let memory = verdicts.lock();
        assert_eq!(memory.oldest_first.len(), VERDICTS_MAX);
        assert!(memory.by_file.len() <= VERDICTS_MAX && memory.by_file.contains_key(&file(0)));
        drop(memory);
        verdicts.remember(file(0), &by, AT + REMEMBERED_FOR * 2, &view);
        assert_eq!(verdicts.lock().by_file.len(), 1, "old ones are not held");
    }
}
