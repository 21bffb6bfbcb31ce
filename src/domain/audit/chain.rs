//! The hash chain over what happened, and over who looked.

use std::borrow::Cow;

use formats::algorithm::Digest;
use time::OffsetDateTime;

use super::event::Entry;
use crate::digest::Sm3;
use crate::time::{kept, micros};

/// What can stand in a chain.
pub trait Link: Sized {
    /// Names the layout of the hashed bytes, so that another layout never has the same hash.
    const LAYOUT: &'static [u8];

    /// When it happened.
    fn at(&self) -> OffsetDateTime;

    /// The same at another instant.
    #[must_use]
    fn moved(self, at: OffsetDateTime) -> Self;

    /// Everything else, always in one order.
    fn texts(&self) -> Vec<Cow<'_, str>>;
}

/// A link in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chained<L> {
    /// Its place, from 1.
    pub sequence: u64,
    /// What happened.
    pub entry: L,
    /// Hash of the link before; zeros for the first.
    pub previous: Sm3,
    /// SM3 over the hash before and the canonical bytes of this link.
    pub hash: Sm3,
}

impl<L: Link> Chained<L> {
    /// Whether its hash is that of what it says, whatever stands before it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.hash == hash(self.sequence, &self.entry, self.previous)
    }
}

/// The end of a chain: what the next link builds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many links there are.
    pub sequence: u64,
    /// Hash of the last one; zeros before the first.
    pub hash: Sm3,
}

impl Head {
    /// The end of a chain without links.
    #[must_use]
    pub fn empty() -> Self {
        Self { sequence: 0, hash: Sm3::from([0; 32]) }
    }

    /// The next link of the chain, which moves on.
    pub fn append<L: Link>(&mut self, entry: L) -> Chained<L> {
        let at = kept(entry.at());
        let entry = entry.moved(at);
        let sequence = self.sequence + 1;
        let previous = self.hash;
        let hash = hash(sequence, &entry, previous);
        *self = Self { sequence, hash };
        Chained { sequence, entry, previous, hash }
    }

    /// Follows one stored link.
    ///
    /// # Errors
    /// When the link is not the next one, or was changed.
    pub fn follow<L: Link>(&mut self, link: &Chained<L>) -> Result<(), Broken> {
        let fits =
            link.sequence == self.sequence + 1 && link.previous == self.hash && link.is_whole();
        if !fits {
            return Err(Broken { sequence: self.sequence + 1 });
        }
        *self = Self { sequence: link.sequence, hash: link.hash };
        Ok(())
    }
}

/// The chain does not hold at this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chain is broken at place {sequence}")]
pub struct Broken {
    /// The first place that does not fit.
    pub sequence: u64,
}

/// Follows all links from the first.
///
/// # Errors
/// Names the first place where a link was changed, removed, added or moved.
pub fn verify<'a, L: Link + 'a>(
    links: impl IntoIterator<Item = &'a Chained<L>>,
) -> Result<Head, Broken> {
    let mut head = Head::empty();
    links.into_iter().try_for_each(|link| head.follow(link))?;
    Ok(head)
}

impl Link for Entry {
    const LAYOUT: &'static [u8] = b"yinzheng audit 1\0";

    fn at(&self) -> OffsetDateTime {
        self.at
    }

    fn moved(self, at: OffsetDateTime) -> Self {
        Self { at, ..self }
    }

    fn texts(&self) -> Vec<Cow<'_, str>> {
        let Self { id, at: _, actor, action, subject, detail } = self;
        let (id, actor) = (Cow::Owned(id.to_string()), Cow::Owned(actor.to_string()));
        let fixed = [id, actor, action.into(), (&subject.kind).into(), (&subject.id).into()];
        let details = detail.iter().flat_map(|(name, value)| [name.into(), value.into()]);
        fixed.into_iter().chain(details).collect()
    }
}

/// SM3(layout ‖ previous ‖ sequence ‖ fields), each text led by its length: no two links have the
/// same bytes.
fn hash<L: Link>(sequence: u64, entry: &L, previous: Sm3) -> Sm3 {
    let mut bytes = [L::LAYOUT, previous.as_bytes(), &sequence.to_be_bytes()].concat();
    bytes.extend_from_slice(&micros(entry.at()).to_be_bytes());
    for text in entry.texts() {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    // SM3 has 32 bytes; zeros of another length would fit no chain.
    Sm3::try_from(&Digest::Sm3.hash(&[&bytes])[..]).unwrap_or(Sm3::from([0; 32]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::audit::{Actor, AuditEvent, Subject};
    use crate::id::AuditEventId;

    fn entry(seed: u8) -> Entry {
        let at = datetime!(2026-03-02 12:00 UTC);
        Entry {
            id: AuditEventId::mint(at, [seed; 10]),
            at,
            actor: Actor::Console,
            action: "license.issue".into(),
            subject: Subject::new("license", seed),
            detail: [("form".to_owned(), "both".to_owned())].into(),
        }
    }

    fn chain(len: u8) -> Vec<AuditEvent> {
        let mut head = Head::empty();
        (0..len).map(|seed| head.append(entry(seed))).collect()
    }

    #[test]
    fn a_whole_chain_holds() {
        let events = chain(5);
        let head = verify(&events).unwrap();
        assert_eq!((head.sequence, head.hash), (5, events[4].hash));
        assert_eq!(verify::<Entry>(&[]), Ok(Head::empty()));
    }

    #[test]
    fn moving_text_between_fields_is_seen() {
        let mut events = chain(1);
        events[0].entry.action = "license.".into();
        events[0].entry.subject.kind = "issuelicense".into();
        assert_eq!(verify(&events), Err(Broken { sequence: 1 }));
    }

    /// All single changes of one event that a hand on the database could make.
    fn change(event: &mut AuditEvent, kind: u8) {
        let entry = &mut event.entry;
        match kind {
            0 => event.sequence += 1,
            1 => entry.at += time::Duration::MICROSECOND,
            2 => entry.actor = Actor::Anonymous,
            3 => entry.action.push('x'),
            4 => entry.subject.kind.push('x'),
            5 => entry.subject.id.push('x'),
            6 => entry.detail.clear(),
            7 => drop(entry.detail.insert("more".into(), String::new())),
            8 => entry.id = AuditEventId::mint(entry.at, [0xee; 10]),
            9 => event.previous = Sm3::from([9; 32]),
            _ => event.hash = Sm3::from([9; 32]),
        }
    }

    proptest! {
        #[test]
        fn any_change_is_named(place in 0..6usize, kind in 0..11u8) {
            let mut events = chain(6);
            change(&mut events[place], kind);
            prop_assert_eq!(verify(&events), Err(Broken { sequence: place as u64 + 1 }));
        }

        #[test]
        fn removal_addition_and_exchange_are_seen(place in 0..5usize) {
            let whole = chain(6);
            let mut removed = whole.clone();
            removed.remove(place);
            prop_assert_eq!(verify(&removed), Err(Broken { sequence: place as u64 + 1 }));
            let mut doubled = whole.clone();
            doubled.insert(place, whole[place].clone());
            prop_assert!(verify(&doubled).is_err());
            let mut exchanged = whole.clone();
            exchanged.swap(place, place + 1);
            prop_assert_eq!(verify(&exchanged), Err(Broken { sequence: place as u64 + 1 }));
        }
    }
}
