//! Finding keys that signed twice with one nonce: such a key is as good as published.

use formats::nonces::Trace;
use std::collections::HashMap;

/// A key and the mark of a nonce.
type Nonce = ([u8; 32], Vec<u8>);
/// A signature value, and where it stands.
type Made<O> = (Vec<u8>, O);

/// Signatures looked at so far, each with where it stands.
#[derive(Clone, Debug)]
pub struct NonceAudit<O> {
    seen: HashMap<Nonce, Made<O>>,
    looked_at: usize,
}

/// Two different signatures of one key with one nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reuse<O> {
    /// SM3 of the SubjectPublicKeyInfo of the key, which must be taken out of use.
    pub key: [u8; 32],
    /// Where the first stands.
    pub first: O,
    /// Where the second stands.
    pub second: O,
}

impl<O> Default for NonceAudit<O> {
    fn default() -> Self {
        Self { seen: HashMap::new(), looked_at: 0 }
    }
}

impl<O: Clone> NonceAudit<O> {
    /// Looks at one more signature. The same signature in two places is no reuse.
    pub fn add(&mut self, trace: Trace, origin: O) -> Option<Reuse<O>> {
        self.looked_at += 1;
        let Trace { key, mark, value } = trace;
        match self.seen.get(&(key, mark.clone())) {
            Some((first, _)) if *first == value => None,
            Some((_, first)) => Some(Reuse { key, first: first.clone(), second: origin }),
            None => {
                self.seen.insert((key, mark), (value, origin));
                None
            }
        }
    }

    /// How many signatures were looked at.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// How many keys made them.
    #[must_use]
    pub fn keys(&self) -> usize {
        let keys: std::collections::HashSet<_> = self.seen.keys().map(|(key, _)| key).collect();
        keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(key: u8, mark: u8, value: u8) -> Trace {
        Trace { key: [key; 32], mark: vec![mark], value: vec![value] }
    }

    #[test]
    fn a_nonce_of_one_key_in_two_signatures() {
        let mut audit = NonceAudit::default();
        assert_eq!(audit.add(trace(1, 1, 1), "a"), None);
        assert_eq!(audit.add(trace(1, 2, 2), "b"), None, "another nonce");
        assert_eq!(audit.add(trace(2, 1, 3), "c"), None, "another key");
        assert_eq!(audit.add(trace(1, 1, 1), "d"), None, "a copy");
        let reuse = Reuse { key: [1; 32], first: "a", second: "e" };
        assert_eq!(audit.add(trace(1, 1, 9), "e"), Some(reuse));
        assert_eq!((audit.looked_at(), audit.keys()), (5, 2));
    }
}
