//! What is said when a limit of a seal is reached: counted each time, in the audit trail once an hour.

use crate::lately::Lately;
use crate::{App, AppError};
use domain::audit::Subject;
use domain::digest::Sha256;
use domain::sealing::SealingOrder;
use std::sync::atomic::{AtomicU64, Ordering};

/// More seals than any organization has.
const SEALS_MAX: usize = 1024;
const HOUR_SECONDS: i64 = 3600;

/// What was said of limits.
#[derive(Default)]
pub(crate) struct LimitsSaid {
    reached: AtomicU64,
    lately: Lately<(), SEALS_MAX>,
}

impl App {
    /// How often a limit of a seal was reached since the start.
    #[must_use]
    pub fn limits_reached(&self) -> u64 {
        self.limits_said.reached.load(Ordering::Relaxed)
    }

    /// Notes an order that was refused because of a limit.
    pub(crate) fn note_limit(&self, order: &SealingOrder, error: &AppError) {
        let AppError::LimitReached { detail, .. } = error else { return };
        self.limits_said.reached.fetch_add(1, Ordering::Relaxed);
        let hour = self.clock.now().unix_timestamp().div_euclid(HOUR_SECONDS);
        let about = Sha256::of(format!("{} {hour}", order.seal).as_bytes());
        if self.limits_said.lately.find(about).is_some() {
            return;
        }
        self.limits_said.lately.remember(about, ());
        let subject = Subject::new("seal", order.seal);
        let detail = [("limit", detail.clone())];
        let told = self.clock.entry(&order.requested_by, "seal.limit", subject, &detail);
        let kept = told.and_then(|entry| Ok(self.store.audit_append(&[entry])?));
        if let Err(error) = kept {
            tracing::error!(%error, seal = %order.seal, "a limit that was reached is not in the trail");
        }
    }
}
