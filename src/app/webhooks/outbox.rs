//! What is to be sent now, handed to senders: at once when this process committed it, and within
//! a second when another did.

use crate::{App, AppError};
use domain::id::WebhookEndpointId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use storage::{Claim, Claimed};

/// How often it is looked for what other processes committed, and for what is due again.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
/// Under way to one endpoint, so that one that hangs leaves senders to the others.
const EACH: usize = 4;
/// An attempt ends within the patience of the sender (15 s and the time to resolve a name), and
/// what was claimed begins at once; somebody who died is followed after this.
const LEASE: time::Duration = time::Duration::seconds(40);

/// What senders share. The locks are never poisoned half way: each change is a single step.
#[derive(Default)]
pub(crate) struct Outbox {
    /// Whether something may be owed that nobody has looked for.
    owed: Mutex<bool>,
    changed: Condvar,
    ready: Mutex<Ready>,
    closing: AtomicBool,
}

#[derive(Default)]
struct Ready {
    claimed: VecDeque<Claimed>,
    under_way: BTreeMap<WebhookEndpointId, usize>,
    looked: Option<Instant>,
}

impl Outbox {
    /// Something was committed, or an endpoint has room again.
    pub(crate) fn wake(&self) {
        *lock(&self.owed) = true;
        // Whoever finds something wakes the next.
        self.changed.notify_one();
    }

    /// Senders end after what they have under way.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        *lock(&self.owed) = true;
        self.changed.notify_all();
    }

    pub(super) fn open(&self) {
        self.closing.store(false, Ordering::SeqCst);
    }

    /// An attempt ended.
    pub(super) fn ended(&self, endpoint: WebhookEndpointId) {
        let mut ready = lock(&self.ready);
        if let Some(count) = ready.under_way.get_mut(&endpoint) {
            *count = count.saturating_sub(1);
        }
        ready.under_way.retain(|_, count| *count > 0);
        drop(ready);
        self.wake();
    }

    fn take_owed(&self) -> bool {
        std::mem::take(&mut *lock(&self.owed))
    }

    /// Waits until something may be owed, or it is time to look.
    fn rest(&self) {
        let owed = lock(&self.owed);
        let waited = self.changed.wait_timeout_while(owed, LOOKED_EVERY, |owed| !*owed);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// The next delivery for one of `senders`; `None` when they are to end.
    pub(super) fn next_delivery(&self, senders: usize) -> Option<Claimed> {
        loop {
            if self.outbox.closing.load(Ordering::SeqCst) {
                return None;
            }
            match self.claim(senders) {
                Ok(Some(claimed)) => return Some(claimed),
                Ok(None) => self.outbox.rest(),
                Err(error) => {
                    tracing::warn!(%error, "deliveries could not be claimed");
                    std::thread::sleep(LOOKED_EVERY);
                }
            }
        }
    }

    fn claim(&self, senders: usize) -> Result<Option<Claimed>, AppError> {
        if self.clock.skew().is_some() {
            // Nothing could be signed, and what is overdue is not known.
            return Ok(None);
        }
        let mut ready = lock(&self.outbox.ready);
        let late = ready.looked.is_none_or(|looked| looked.elapsed() >= LOOKED_EVERY);
        if ready.claimed.is_empty() && (self.outbox.take_owed() || late) {
            let busy: usize = ready.under_way.values().sum();
            let claimed = self.store.delivery_claim(&Claim {
                at: self.clock.now(),
                lease: LEASE,
                // No more than begin at once: the one who asks is free.
                count: senders.saturating_sub(busy).max(1),
                each: EACH,
                under_way: &ready.under_way,
            })?;
            ready.looked = Some(Instant::now());
            for one in &claimed {
                *ready.under_way.entry(one.endpoint.id).or_default() += 1;
            }
            ready.claimed.extend(claimed);
        }
        let first = ready.claimed.pop_front();
        drop(ready);
        if first.is_some() {
            // There may be more, for others.
            self.outbox.wake();
        }
        Ok(first)
    }
}
