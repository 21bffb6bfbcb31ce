//! What is to be sent now, handed to senders: at once when this process committed it, and when it is
//! looked for (`webhooks.look_s`) when another did.

use crate::{App, AppError};
use domain::id::WebhookEndpointId;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use storage::{Claim, Claimed};

/// How long after an error of the register it is asked again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Under way to one endpoint, so that one that hangs leaves senders to the others.
const EACH: usize = 4;
/// Where looks come one after the other and find nothing, so much lies between two: most of what is
/// committed is owed to nobody.
const REST: Duration = Duration::from_millis(20);
/// An attempt ends within the patience of the sender (15 s and the time to resolve a name), and
/// what was claimed begins at once; somebody who died is followed after this.
const LEASE: time::Duration = time::Duration::seconds(40);

/// Says that there may be something to do; what is said while nobody listens is not lost.
#[derive(Default)]
struct Signal {
    given: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    fn give(&self) {
        *lock(&self.given) = true;
        // Whoever finds something wakes the next.
        self.changed.notify_one();
    }

    fn give_all(&self) {
        *lock(&self.given) = true;
        self.changed.notify_all();
    }

    fn take(&self) -> bool {
        std::mem::take(&mut *lock(&self.given))
    }

    /// Waits until it is given, at most so long.
    fn wait(&self, at_most: Duration) {
        let waited = self.changed.wait_timeout_while(lock(&self.given), at_most, |given| !*given);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// What senders share. The locks are never poisoned half way: each change is a single step.
pub(crate) struct Outbox {
    look_every: Duration,
    /// Whether something may be owed that nobody has looked for.
    owed: Signal,
    /// Whether a license changed on which somebody may rely.
    changed: Signal,
    ready: Mutex<Ready>,
    closing: AtomicBool,
}

#[derive(Default)]
struct Ready {
    claimed: VecDeque<Claimed>,
    under_way: BTreeMap<WebhookEndpointId, usize>,
    looked: Option<Instant>,
    /// Whether that look found something.
    found: bool,
}

impl Outbox {
    pub(crate) fn new(look_every: Duration) -> Self {
        let (owed, changed) = (Signal::default(), Signal::default());
        Self { look_every, owed, changed, ready: Mutex::default(), closing: AtomicBool::default() }
    }

    /// Something was committed, or an endpoint has room again.
    pub(crate) fn wake(&self) {
        self.owed.give();
    }

    /// A license that was in force changed: whoever relied on it is to be told, and its subscribers.
    pub(crate) fn license_changed(&self) {
        self.changed.give();
        self.wake();
    }

    /// Senders end after what they have under way.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.owed.give_all();
        self.changed.give_all();
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

    /// Waits until a rest has passed since a look that found nothing.
    fn rest(&self) {
        let ready = lock(&self.ready);
        let since = ready.looked.filter(|_| !ready.found).map(|looked| looked.elapsed());
        drop(ready);
        if let Some(left) = since.and_then(|since| REST.checked_sub(since)) {
            std::thread::sleep(left);
        }
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// The next delivery for one of `senders`; `None` when they are to end.
    pub(super) fn next_delivery(&self, senders: usize) -> Option<Claimed> {
        loop {
            if self.outbox.is_closing() {
                return None;
            }
            match self.claim(senders) {
                Ok(Some(claimed)) => return Some(claimed),
                Ok(None) => {
                    self.outbox.owed.wait(self.outbox.look_every);
                    self.outbox.rest();
                }
                Err(error) => {
                    tracing::warn!(%error, "deliveries could not be claimed");
                    // What was owed still is.
                    self.outbox.wake();
                    std::thread::sleep(AGAIN_AFTER);
                }
            }
        }
    }

    /// Tells those who relied on licenses, as soon as this process changes one, and looks for what others
    /// changed; until the senders end.
    pub(super) fn tell_relied(&self) {
        while !self.outbox.is_closing() {
            self.outbox.changed.take();
            let told = catch_unwind(AssertUnwindSafe(|| self.watch_reliances()));
            if let Ok(Err(error)) = &told {
                tracing::warn!(%error, "nobody was told of licenses relied on; it is tried again");
            }
            let whole = matches!(told, Ok(Ok(())));
            self.outbox.changed.wait(if whole { self.outbox.look_every } else { AGAIN_AFTER });
        }
    }

    fn claim(&self, senders: usize) -> Result<Option<Claimed>, AppError> {
        if self.clock.skew().is_some() {
            // Nothing could be signed, and what is overdue is not known.
            std::thread::sleep(AGAIN_AFTER);
            return Ok(None);
        }
        let mut ready = lock(&self.outbox.ready);
        let late = ready.looked.is_none_or(|looked| looked.elapsed() >= self.outbox.look_every);
        if ready.claimed.is_empty() && (self.outbox.owed.take() || late) {
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
            ready.found = !claimed.is_empty();
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
