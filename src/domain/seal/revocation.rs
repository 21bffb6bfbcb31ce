//! Why a seal was ended for good, and since when nothing sealed with it is believed.

use time::OffsetDateTime;

use crate::word::words;

words! { "seal revocation reason";
    /// Why a seal was revoked.
    pub enum SealRevocationReason {
        /// Somebody else may have had its key: what was sealed from a moment on is not believed.
        KeyCompromise = "key_compromise",
        /// It was lost, or misused by somebody who might use it.
        Misused = "misused",
        /// Its organization has another name or does not exist any more.
        OrganizationChanged = "organization_changed",
        /// It was made wrongly.
        MadeWrongly = "made_wrongly",
        /// It is no longer needed.
        NoLongerUsed = "no_longer_used",
    }
}

/// A revocation of a seal. What was sealed before it stays genuine, but for a key that was
/// compromised: then it does when it was sealed before [`SealRevocation::invalid_from`], and there
/// is a proof of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealRevocation {
    reason: SealRevocationReason,
    invalid_from: Option<OffsetDateTime>,
}

/// The revocation contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSealRevocation {
    /// A compromise without its moment.
    #[error("say since when the key may have been known to others")]
    WithoutMoment,
    /// A moment, though no key was compromised.
    #[error("only a key that was compromised has a moment from which on nothing is believed")]
    NeedlessMoment,
    /// The moment has not come.
    #[error("the key cannot have been known to others since a moment that has not come")]
    InFuture,
}

impl SealRevocation {
    /// A revocation at `at`.
    ///
    /// # Errors
    /// A compromised key needs a moment that is not after `at`, and no other reason has one.
    pub fn new(
        reason: SealRevocationReason,
        invalid_from: Option<OffsetDateTime>,
        at: OffsetDateTime,
    ) -> Result<Self, BadSealRevocation> {
        match (reason, invalid_from) {
            (SealRevocationReason::KeyCompromise, None) => Err(BadSealRevocation::WithoutMoment),
            (SealRevocationReason::KeyCompromise, Some(from)) if from > at => {
                Err(BadSealRevocation::InFuture)
            }
            (SealRevocationReason::KeyCompromise, Some(_)) | (_, None) => {
                Ok(Self { reason, invalid_from })
            }
            (_, Some(_)) => Err(BadSealRevocation::NeedlessMoment),
        }
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> SealRevocationReason {
        self.reason
    }

    /// Since when nothing sealed with it is believed, when its key was compromised.
    #[must_use]
    pub fn invalid_from(&self) -> Option<OffsetDateTime> {
        self.invalid_from
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn only_a_compromise_has_a_moment() {
        let (then, now) = (datetime!(2026-03-01 0:00 UTC), datetime!(2026-03-02 0:00 UTC));
        for reason in SealRevocationReason::ALL {
            let compromise = *reason == SealRevocationReason::KeyCompromise;
            let with = SealRevocation::new(*reason, Some(then), now);
            let without = SealRevocation::new(*reason, None, now);
            assert_eq!((with.is_ok(), without.is_ok()), (compromise, !compromise), "{reason}");
        }
        let compromise = SealRevocationReason::KeyCompromise;
        let early = SealRevocation::new(compromise, Some(now), then);
        assert_eq!(early, Err(BadSealRevocation::InFuture));
        let kept = SealRevocation::new(compromise, Some(then), now).unwrap();
        assert_eq!((kept.reason(), kept.invalid_from()), (compromise, Some(then)));
    }
}
