//! A text as pieces that can be laid beside those of another.

use super::letters::{differences, is_dash, is_invisible, is_selector, is_unreadable, key, narrow};
use super::variants::look_alike;
use super::{Found, Reason};
use std::collections::BTreeSet;
use unicode_normalization::char::canonical_combining_class;

/// One character with what belongs to it, or a run of dashes.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// As it is written.
    pub(super) source: String,
    /// What it is, whatever way it is written.
    pub(super) key: String,
    /// Where it begins: characters from 0.
    pub(super) at: usize,
    /// What stands before it and does not count.
    pub(super) gap: BTreeSet<Reason>,
    /// Why its source is not what it is; set where more than letters were read.
    pub(super) note: Option<Reason>,
}

impl Piece {
    /// Whether it stands for a character that nobody can read.
    pub(super) fn is_unreadable(&self) -> bool {
        self.source.chars().any(is_unreadable)
    }

    /// A letter or digit of a script that puts spaces between words.
    pub(super) fn is_worded(&self) -> bool {
        self.key.chars().next().is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x2E80)
    }

    pub(super) fn is(&self, character: char) -> bool {
        let mut characters = self.key.chars();
        characters.next() == Some(character) && characters.next().is_none()
    }

    /// Its only character.
    pub(super) fn character(&self) -> Option<char> {
        let mut characters = self.key.chars();
        characters.next().filter(|_| characters.next().is_none())
    }
}

/// A text in pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    pub(super) list: Vec<Piece>,
    /// What stands behind the last and does not count.
    pub(super) tail: BTreeSet<Reason>,
    /// Its characters.
    pub(super) length: usize,
}

impl Pieces {
    /// Where a piece begins; behind the last, where the text ends.
    fn at(&self, place: usize) -> usize {
        self.list.get(place).map_or(self.length, |piece| piece.at)
    }

    /// Takes out the piece at a place; what it leaves is told of the next.
    pub(super) fn drop_at(&mut self, place: usize, reason: Reason) {
        let mut gap = self.list.remove(place).gap;
        gap.insert(reason);
        match self.list.get_mut(place) {
            Some(next) => next.gap.append(&mut gap),
            None => self.tail.append(&mut gap),
        }
    }

    pub(super) fn texts(&self) -> Vec<&str> {
        self.list.iter().map(|piece| piece.key.as_str()).collect()
    }
}

/// Takes a text apart.
pub(super) fn pieces(text: &str) -> Pieces {
    let mut read = Pieces::default();
    let mut gap = BTreeSet::new();
    for (at, character) in text.chars().enumerate() {
        read.length = at + 1;
        let last = read.list.last_mut().filter(|_| gap.is_empty());
        let belongs = |last: &Piece| {
            is_selector(character)
                || canonical_combining_class(character) != 0
                || (is_dash(character) && last.source.chars().all(is_dash))
        };
        match last {
            Some(last) if belongs(last) => last.source.push(character),
            _ if is_invisible(character) => drop(gap.insert(Reason::InvisibleCharacter)),
            _ if character.is_whitespace() || character.is_control() => {
                gap.insert(Reason::Space);
            }
            _ => read.list.push(Piece {
                source: character.to_string(),
                key: String::new(),
                at,
                gap: std::mem::take(&mut gap),
                note: None,
            }),
        }
    }
    for piece in &mut read.list {
        piece.key = key(&piece.source);
    }
    read.tail = gap;
    read
}

/// How texts of a kind are laid beside each other.
#[derive(Clone, Copy)]
pub(super) struct Align {
    /// A simplified form that is a name of its own too may be another name.
    pub(super) name: bool,
    /// A space between Latin letters or digits parts words.
    pub(super) words: bool,
}

impl Align {
    pub(super) const TEXT: Self = Self { name: false, words: true };
    pub(super) const NAME: Self = Self { name: true, words: true };
    pub(super) const NUMBER: Self = Self { name: false, words: false };
}

/// Whether the pieces are the same, whatever way they are written.
pub(super) fn agree(one: &Pieces, other: &Pieces) -> bool {
    one.list.len() == other.list.len()
        && one.list.iter().zip(&other.list).all(|(one, other)| one.key == other.key)
}

/// What two texts differ in.
pub(super) fn aligned(one: &Pieces, other: &Pieces, how: Align) -> Vec<Found> {
    let mut found = Vec::new();
    if one.list.len() == other.list.len() {
        for place in 0..one.list.len() {
            beside(&mut found, (one, other), place, how);
        }
        let tails = one.tail.symmetric_difference(&other.tail);
        let at = (one.at(one.list.len()), other.at(other.list.len()));
        found.extend(tails.map(|reason| Found { reason: *reason, ours: at.0, theirs: at.1 }));
    } else {
        block(&mut found, one, other);
    }
    found
}

/// What two pieces at one place differ in, and what stands before them.
fn beside(found: &mut Vec<Found>, (one, other): (&Pieces, &Pieces), place: usize, how: Align) {
    let (ours, theirs) = (&one.list[place], &other.list[place]);
    let mut tell = |reason| found.push(Found { reason, ours: ours.at, theirs: theirs.at });
    for reason in ours.gap.symmetric_difference(&theirs.gap) {
        let parts = *reason == Reason::Space && how.words && parts_words(one, other, place);
        tell(if parts { Reason::WordBreak } else { *reason });
    }
    if ours.is_unreadable() || theirs.is_unreadable() {
        return tell(Reason::UnreadableCharacter);
    }
    if ours.key != theirs.key {
        let alike = ours.character().zip(theirs.character());
        let alike = alike.is_some_and(|(ours, theirs)| look_alike(ours, theirs));
        return tell(if alike { Reason::LooksAlike } else { Reason::CharactersDiffer });
    }
    if ours.source == theirs.source {
        return;
    }
    let notes: BTreeSet<Reason> = [ours.note, theirs.note].into_iter().flatten().collect();
    if notes.is_empty() {
        differences(&ours.source, &theirs.source, how.name).into_iter().for_each(tell);
    } else {
        notes.into_iter().for_each(tell);
    }
}

/// Whether a space before this place parts two words in either text.
fn parts_words(one: &Pieces, other: &Pieces, place: usize) -> bool {
    let worded = |text: &Pieces| {
        let before = place.checked_sub(1).and_then(|before| text.list.get(before));
        before.is_some_and(Piece::is_worded) && text.list[place].is_worded()
    };
    worded(one) || worded(other)
}

/// Texts of other lengths: what is left when both ends that agree are taken off.
fn block(found: &mut Vec<Found>, one: &Pieces, other: &Pieces) {
    let (ours, theirs) = (&one.list, &other.list);
    let same = |pair: &(&Piece, &Piece)| pair.0.key == pair.1.key;
    let head = ours.iter().zip(theirs).take_while(same).count();
    let rest = (&ours[head..], &theirs[head..]);
    let tail = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(same).count();
    let middle = (&rest.0[..rest.0.len() - tail], &rest.1[..rest.1.len() - tail]);
    let reason = match (middle.0.is_empty(), middle.1.is_empty()) {
        _ if may_agree(middle.0, middle.1) => Reason::UnreadableCharacter,
        (true, _) => Reason::OnlyInTheirs,
        (_, true) => Reason::OnlyInOurs,
        _ => Reason::CharactersDiffer,
    };
    found.push(Found { reason, ours: one.at(head), theirs: other.at(head) });
}

/// Whether what nobody can read may be what the other side says: it does not where both ends are
/// readable and differ.
fn may_agree(ours: &[Piece], theirs: &[Piece]) -> bool {
    let differ = |ends: (Option<&Piece>, Option<&Piece>)| matches!(ends, (Some(one), Some(other)) if !one.is_unreadable() && !other.is_unreadable());
    ours.iter().chain(theirs).any(Piece::is_unreadable)
        && !differ((ours.first(), theirs.first()))
        && !differ((ours.last(), theirs.last()))
}

/// The text without width and spaces: for what is read by its form.
pub(super) fn visible(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c) && !is_selector(*c));
    visible.map(narrow).filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

/// The same, small.
pub(super) fn folded(text: &str) -> String {
    visible(text).to_lowercase()
}
