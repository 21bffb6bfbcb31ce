//! What was found out lately, by the SHA-256 of what it was found out about; never more than so
//! many entries.

use domain::digest::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// At most `MAX` things that were found out.
pub(crate) struct Lately<T, const MAX: usize>(Mutex<HashMap<Sha256, T>>);

impl<T, const MAX: usize> Default for Lately<T, MAX> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone, const MAX: usize> Lately<T, MAX> {
    pub(crate) fn find(&self, about: Sha256) -> Option<T> {
        self.lock().get(&about).cloned()
    }

    pub(crate) fn remember(&self, about: Sha256, found: T) {
        let mut known = self.lock();
        if known.len() >= MAX {
            known.clear();
        }
        known.insert(about, found);
    }

    /// A panic elsewhere leaves it whole: it is changed in single steps.
    fn lock(&self) -> MutexGuard<'_, HashMap<Sha256, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded() {
        let known = Lately::<usize, 16>::default();
        for number in 0..=16_usize {
            known.remember(Sha256::of(&number.to_be_bytes()), number);
        }
        assert!(known.lock().len() <= 16);
        assert_eq!(
            known.find(Sha256::of(&16_usize.to_be_bytes())),
            Some(16),
            "the last one is there"
        );
    }
}
