//! Ids, instants and secrets: the clock and the random source behind one door.

use crate::AppError;
use domain::audit::{Actor, Entry, Subject};
use domain::id::{AuditEventId, Entropy};
use formats::algorithm::Random;
use gateway::clock::Clock;
use gateway::random::SystemRandom;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// The clock, and ids made from it and chance.
#[derive(Clone)]
pub(crate) struct Clockwork(Arc<dyn Clock>);

impl Clockwork {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(clock)
    }

    /// Now, in the precision in which instants are kept.
    pub(crate) fn now(&self) -> OffsetDateTime {
        domain::time::kept(self.0.now())
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
