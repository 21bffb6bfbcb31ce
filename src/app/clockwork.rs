//! Ids, instants and secrets: the clock and the random source behind one door.

mod watch;

use crate::AppError;
use domain::audit::{Actor, Entry, Subject};
use domain::id::{AuditEventId, Entropy};
use formats::algorithm::Random;
use gateway::clock::Clock;
use gateway::random::SystemRandom;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
pub(crate) use watch::Skew;
use watch::{Look, Watch};

/// The clock, and ids made from it and chance.
pub(crate) struct Clockwork {
    clock: Arc<dyn Clock>,
    watch: Watch,
}

impl Clockwork {
    /// A clock that may be wrong by `tolerance`.
    pub(crate) fn new(clock: Arc<dyn Clock>, tolerance: std::time::Duration) -> Self {
        let tolerance = Duration::try_from(tolerance).unwrap_or(Duration::MAX);
        Self { clock, watch: Watch::new(tolerance) }
    }

    /// Now, in the precision in which instants are kept.
    pub(crate) fn now(&self) -> OffsetDateTime {
        domain::time::kept(self.clock.now())
    }

    /// Why the clock is not right, if it is not.
    pub(crate) fn skew(&self) -> Option<Skew> {
        let before = self.clock.running();
        let now = self.now();
        self.watch.judge(Look { now, before, after: self.clock.running() })
    }

    /// Refuses what must not be done at a wrong time.
    pub(crate) fn require_right(&self) -> Result<(), AppError> {
        self.skew().map_or(Ok(()), |skew| Err(skew.into()))
    }

    /// What else is known of the time.
    pub(crate) const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// A new id made by its `mint`.
    pub(crate) fn id<Id>(
        &self,
        mint: impl FnOnce(OffsetDateTime, Entropy) -> Id,
    ) -> Result<Id, AppError> {
        Ok(mint(self.now(), random()?))
    }

    /// An audit entry of now.
    pub(crate) fn entry(
        &self,
        actor: &Actor,
        action: &str,
        subject: Subject,
        detail: &[(&str, String)],
    ) -> Result<Entry, AppError> {
        let detail: BTreeMap<String, String> =
            detail.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Ok(Entry {
            id: self.id(AuditEventId::mint)?,
            at: self.now(),
            actor: actor.clone(),
            action: action.to_owned(),
            subject,
            detail,
        })
    }
}

/// Bytes from the system's random source.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    SystemRandom.fill(&mut bytes).map_err(|cause| {
        AppError::internal("asking the system for random bytes".to_owned(), cause)
    })?;
    Ok(bytes)
}
