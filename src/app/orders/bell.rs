//! Wakes whoever waits for work that this process made; what others made is found by looking.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Rung when there is something to do, and when whoever waits is to end.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    rings: u64,
    closing: bool,
}

impl Bell {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// There is something to do.
    pub(crate) fn ring(&self) {
        self.change(|state| state.rings += 1);
    }

    /// Whoever waits is to end.
    pub(crate) fn close(&self) {
        self.change(|state| state.closing = true);
    }

    pub(crate) fn open(&self) {
        self.change(|state| state.closing = false);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closing
    }

    /// Waits for the next ring, at most so long.
    pub(crate) fn wait(&self, at_most: Duration) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = state.rings;
        let same = |state: &mut State| state.rings == heard && !state.closing;
        drop(self.changed.wait_timeout_while(state, at_most, same));
    }
}
