//! Writers that wait together: what comes while a batch is on its way to the disk goes with the
//! next one.
//!
//! For rows of a chain, of which a server takes only one transaction at a time: however many
//! threads have a row each, they need two commits, not one each.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::StoreError;
use crate::writer::Failure;

/// Failed batches whose members may not have looked yet; each is looked at within microseconds.
const FAILURES_KEPT: usize = 64;

pub(crate) struct Gather<T> {
    state: Mutex<State<T>>,
    ended: Condvar,
}

struct State<T> {
    waiting: Vec<T>,
    /// The number of the batch that is being gathered.
    number: u64,
    /// All before this number came to an end.
    ended: u64,
    writing: bool,
    failures: Vec<(u64, Failure)>,
}

impl<T> Default for Gather<T> {
    fn default() -> Self {
        let (waiting, failures) = (Vec::new(), Vec::new());
        let state = State { waiting, number: 0, ended: 0, writing: false, failures };
        Self { state: Mutex::new(state), ended: Condvar::new() }
    }
}

impl<T> Gather<T> {
    /// Writes `one` with whatever others bring meanwhile, by `write`; returns when it is on stable
    /// storage or undone.
    pub(crate) fn write(
        &self,
        operation: &'static str,
        one: T,
        write: impl FnOnce(&[T]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.waiting.push(one);
        let number = state.number;
        while state.writing && state.ended <= number {
            state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.ended > number {
            return match state.failures.iter().find(|(failed, _)| *failed == number) {
                Some((_, failure)) => Err(failure.error(operation)),
                None => Ok(()),
            };
        }
        self.lead(state, write)
    }

    /// Writes what was gathered, for all.
    fn lead(
        &self,
        mut state: MutexGuard<'_, State<T>>,
        write: impl FnOnce(&[T]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut state.waiting);
        let number = state.number;
        state.number += 1;
        state.writing = true;
        drop(state);
        let outcome = catch_unwind(AssertUnwindSafe(|| write(&batch)));
        let failure = match &outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Failure::of(error)),
            Err(_) => Some(Failure::Other),
        };
        let mut state = self.lock();
        state.writing = false;
        state.ended = number + 1;
        if let Some(failure) = failure {
            if state.failures.len() == FAILURES_KEPT {
                state.failures.remove(0);
            }
            state.failures.push((number, failure));
        }
        drop(state);
        self.ended.notify_all();
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Never poisoned by our own code: panics of `write` are caught, and nothing else panics here.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// How many rows wait for the batch that is being written.
    fn waiting(gather: &Gather<u32>) -> usize {
        gather.lock().waiting.len()
    }

    #[test]
    fn whoever_comes_meanwhile_goes_together() {
        let gather = Gather::default();
        let batches = AtomicUsize::new(0);
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                gather.write("first", 0, |rows| {
                    held.lock().unwrap().recv().unwrap();
                    assert_eq!(rows, [0]);
                    Ok(())
                })
            });
            while !gather.lock().writing {
                thread::yield_now();
            }
            let write = |number| {
                gather.write("next", number, |rows| {
                    batches.fetch_add(1, Ordering::SeqCst);
                    assert_eq!(rows.len(), 20);
                    Ok(())
                })
            };
            let others: Vec<_> =
                (1..=20).map(|number| scope.spawn(move || write(number))).collect();
            while waiting(&gather) < 20 {
                thread::yield_now();
            }
            release.send(()).unwrap();
            first.join().unwrap().unwrap();
            others.into_iter().for_each(|other| other.join().unwrap().unwrap());
        });
        assert_eq!(batches.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_batch_that_fails_fails_for_all_and_the_next_is_written() {
        let gather = Gather::default();
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                gather.write("first", 0, |_| {
                    held.lock().unwrap().recv().unwrap();
                    Ok(())
                })
            });
            while !gather.lock().writing {
                thread::yield_now();
            }
            let fails = |number| {
                gather.write("next", number, |_| Err(StoreError::Full { operation: "test" }))
            };
            let others: Vec<_> = (1..=3).map(|number| scope.spawn(move || fails(number))).collect();
            while waiting(&gather) < 3 {
                thread::yield_now();
            }
            release.send(()).unwrap();
            first.join().unwrap().unwrap();
            for other in others {
                assert!(matches!(other.join().unwrap(), Err(StoreError::Full { .. })));
            }
        });
        gather
            .write("after", 4, |rows| {
                assert_eq!(rows, [4]);
                Ok(())
            })
            .unwrap();
        let panics = catch_unwind(AssertUnwindSafe(|| gather.write("panics", 5, |_| panic!("5"))));
        assert!(panics.is_err());
        gather.write("after", 6, |_| Ok(())).unwrap();
    }
}
