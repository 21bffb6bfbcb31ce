//! What the register of seals says of certificates: a seal that was revoked here counts no longer,
//! whether or not its authority has said so yet.

use crate::{App, AppError};
use domain::digest::Sha256;
use domain::seal::{Seal, SealRevocation, SealRevocationReason};
use domain::validation::Stated;
use formats::x509::crl::Reason;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Another process may have revoked a seal: it is known here at the latest after so long.
const REMEMBERED_FOR: Duration = Duration::from_millis(500);

/// What was read last, and when.
#[derive(Default)]
pub(crate) struct RevokedSeals(Mutex<Option<(Instant, Arc<[Stated]>)>>);

impl RevokedSeals {
    /// The next one who asks reads it anew.
    pub(crate) fn forget(&self) {
        *self.lock() = None;
    }

    /// A panic elsewhere leaves it whole: it is replaced in one step.
    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Arc<[Stated]>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// The certificates of revoked seals.
    ///
    /// # Errors
    /// The register's.
    pub(crate) fn revoked_seals(&self) -> Result<Arc<[Stated]>, AppError> {
        let mut last = self.revoked_seals.lock();
        if let Some((read, stated)) = &*last
            && read.elapsed() < REMEMBERED_FOR
        {
            return Ok(Arc::clone(stated));
        }
        let mut stated = Vec::new();
        for seal in self.store.seals_revoked()? {
            self.stated_of(&seal, &mut stated)?;
        }
        let stated: Arc<[Stated]> = stated.into();
        *last = Some((Instant::now(), Arc::clone(&stated)));
        Ok(stated)
    }

    fn stated_of(&self, seal: &Seal, stated: &mut Vec<Stated>) -> Result<(), AppError> {
        let Some(why) = seal.revocation() else { return Ok(()) };
        let properties = seal.properties();
        for key in [properties.sm2_key, properties.pades_key].into_iter().flatten() {
            let key = self.store.signing_key_read(key)?;
            let Some(own) = key.chain.first() else { continue };
            stated.push(Stated {
                certificate: Sha256::of(own),
                at: seal.changed_at(),
                reason: reason(&why),
                invalid_since: why.invalid_from(),
            });
        }
        Ok(())
    }
}

/// The reason in the words of revocation lists (RFC 5280, 5.3.1).
fn reason(why: &SealRevocation) -> Reason {
    match why.reason() {
        SealRevocationReason::KeyCompromise => Reason::KeyCompromise,
        SealRevocationReason::Misused => Reason::PrivilegeWithdrawn,
        SealRevocationReason::OrganizationChanged => Reason::AffiliationChanged,
        SealRevocationReason::MadeWrongly => Reason::Superseded,
        SealRevocationReason::NoLongerUsed => Reason::CessationOfOperation,
    }
}
