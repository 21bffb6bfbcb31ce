//! What the register of seals says of certificates: a seal that was revoked here counts no longer,
//! whether or not its authority has said so yet.

use crate::{App, AppError};
use domain::digest::Sha256;
use domain::id::{KeyId, SealId};
use domain::seal::{Seal, SealRevocation, SealRevocationReason};
use domain::validation::Stated;
use formats::x509::crl::Reason;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Another process may have revoked a seal: it is known here at the latest after so long.
const REMEMBERED_FOR: Duration = Duration::from_millis(500);

/// What was read last.
#[derive(Default)]
pub(crate) struct RevokedSeals(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// What is stated, and when it was read.
    stated: Option<(Instant, Arc<[Stated]>)>,
    /// Keys of revoked seals: no use is later than the revocation, so they stay the same.
    keys: BTreeMap<SealId, BTreeSet<KeyId>>,
}

impl RevokedSeals {
    /// The next one who asks reads it anew.
    pub(crate) fn forget(&self) {
        self.lock().stated = None;
    }

    /// A panic elsewhere leaves it whole: each part is replaced in one step.
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// The certificates of revoked seals.
    ///
    /// # Errors
    /// The register's.
    pub(crate) fn revoked_seals(&self) -> Result<Arc<[Stated]>, AppError> {
        let mut known = self.revoked_seals.lock();
        if let Some((read, stated)) = &known.stated
            && read.elapsed() < REMEMBERED_FOR
        {
            return Ok(Arc::clone(stated));
        }
        let mut stated = Vec::new();
        for seal in self.store.seals_revoked()? {
            let keys = match known.keys.get(&seal.id()) {
                Some(keys) => keys.clone(),
                None => self.keys_of(&seal)?,
            };
            self.stated_of(&seal, &keys, &mut stated)?;
            known.keys.insert(seal.id(), keys);
        }
        let stated: Arc<[Stated]> = stated.into();
        known.stated = Some((Instant::now(), Arc::clone(&stated)));
        Ok(stated)
    }

    /// The keys of a seal, and those that it had before.
    fn keys_of(&self, seal: &Seal) -> Result<BTreeSet<KeyId>, AppError> {
        let properties = seal.properties();
        let own = [properties.sm2_key, properties.pades_key].into_iter().flatten();
        Ok(own.chain(self.store.seal_keys_used(seal.id())?).collect())
    }

    fn stated_of(
        &self,
        seal: &Seal,
        keys: &BTreeSet<KeyId>,
        stated: &mut Vec<Stated>,
    ) -> Result<(), AppError> {
        let Some(why) = seal.revocation() else { return Ok(()) };
        for key in keys {
            let key = self.store.signing_key_read(*key)?;
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
