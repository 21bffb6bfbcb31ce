//! What was found true of given bytes and need not be computed again: the same certificates, lists,
//! seals and pictures come with file after file.
//!
//! Only what is true is kept, as a digest of everything that it depends on, so that an entry answers
//! for nothing else. What is not found is computed; no answer ever depends on what is remembered.

use crate::algorithm::{Digest, Hasher};
use std::sync::{Mutex, PoisonError};

/// SHA-256 of a question.
type Fingerprint = [u8; 32];

/// The fingerprints that are kept, 32 KiB and never more: sets of a few, the last used first. Who
/// floods the table has what he pushes out computed again.
struct Table([[Fingerprint; 4]; 256]);

static TABLE: Mutex<Table> = Mutex::new(Table::new());

/// The result of `decide`, which is not asked when the same is known to be so. `kind` is the
/// question, `about` everything that decides it.
pub(crate) fn once<E>(
    kind: &str,
    about: &[&[u8]],
    decide: impl FnOnce() -> Result<(), E>,
) -> Result<(), E> {
    let question = fingerprint(kind, about);
    let table = || TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    if table().knows(&question) {
        return Ok(());
    }
    decide()?;
    table().keep(question);
    Ok(())
}

/// Each part after its length, so that none can pass into the next.
fn fingerprint(kind: &str, about: &[&[u8]]) -> Fingerprint {
    let mut hasher = Hasher::new(Digest::Sha256);
    for part in std::iter::once(kind.as_bytes()).chain(about.iter().copied()) {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    // SHA-256 has 32 bytes.
    hasher.finish().try_into().expect("32 bytes of SHA-256")
}

impl Table {
    /// Nothing: no bytes are known whose SHA-256 is zero.
    const fn new() -> Self {
        Self([[[0; 32]; 4]; 256])
    }

    fn knows(&mut self, question: &Fingerprint) -> bool {
        let set = self.set(question);
        let Some(place) = set.iter().position(|known| known == question) else { return false };
        set[..=place].rotate_right(1);
        true
    }

    fn keep(&mut self, question: Fingerprint) {
        let set = self.set(&question);
        set.rotate_right(1);
        set[0] = question;
    }

    fn set(&mut self, question: &Fingerprint) -> &mut [Fingerprint; 4] {
        &mut self.0[usize::from(question[0])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_is_not_asked_again_and_what_did_not_is() {
        let mut asked = 0;
        let mut ask = |answer: Result<(), &'static str>| {
            let found = once("a test's question", &[b"its bytes"], || {
                asked += 1;
                answer
            });
            (found, asked)
        };
        assert_eq!(ask(Err("no")), (Err("no"), 1));
        assert_eq!(ask(Err("still")), (Err("still"), 2));
        assert_eq!(ask(Ok(())), (Ok(()), 3));
        assert_eq!(ask(Err("never asked")), (Ok(()), 3));
    }

    #[test]
    fn every_part_of_a_question_has_its_place() {
        let questions: [(&str, &[&[u8]]); 8] = [
            ("a", &[b"b", b"c"]),
            ("b", &[b"b", b"c"]),
            ("a", &[b"c", b"b"]),
            ("a", &[b"bc"]),
            ("a", &[b"bc", b""]),
            ("a", &[b"", b"bc"]),
            ("ab", &[b"c"]),
            ("abc", &[]),
        ];
        let all: std::collections::HashSet<Fingerprint> =
            questions.iter().map(|(kind, about)| fingerprint(kind, about)).collect();
        assert_eq!(all.len(), questions.len());
    }

    #[test]
    fn a_flood_pushes_out_the_oldest_and_is_forgotten_itself() {
        let mut table = Table::new();
        let question = |set: u8, number: u8| {
            let mut question = [number; 32];
            question[0] = set;
            question
        };
        table.keep(question(7, 1));
        for number in 2..=250 {
            table.keep(question(7, number));
            // In use, and so not the oldest.
            assert!(table.knows(&question(7, 1)), "{number}");
            assert!(!table.knows(&question(8, number)));
        }
        let known = (1..=250).filter(|number| table.knows(&question(7, *number)));
        assert_eq!(known.collect::<Vec<_>>(), [1, 248, 249, 250]);
    }
}
