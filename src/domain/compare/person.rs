//! Names of persons: parts with dots between them, and names in Latin letters.

use super::letters::dot;
use super::pieces::{Align, Piece, Pieces, agree, aligned};
use super::{Found, Reason, whole};
use std::collections::BTreeSet;

/// What two names differ in.
pub(super) fn compared(mut one: Pieces, mut other: Pieces) -> Vec<Found> {
    for name in [&mut one, &mut other] {
        dotted(name);
    }
    if agree(&one, &other) {
        return aligned(&one, &other, Align::NAME);
    }
    match (is_latin(&one), is_latin(&other)) {
        (true, true) => latin(&one, &other),
        (true, false) | (false, true) if !any_unreadable(&one, &other) => {
            vec![whole(Reason::OtherScript)]
        }
        _ => undotted(one, other),
    }
}

fn any_unreadable(one: &Pieces, other: &Pieces) -> bool {
    one.list.iter().chain(&other.list).any(Piece::is_unreadable)
}

/// A full stop between two characters of a name is a dot.
fn dotted(name: &mut Pieces) {
    for place in 1..name.list.len().saturating_sub(1) {
        let stop = name.list[place].is('.') || name.list[place].is('。');
        let between = !name.list[place - 1].is_worded() && !name.list[place + 1].is_worded();
        if stop && between {
            name.list[place].key = dot('•').to_string();
            name.list[place].note = Some(Reason::MiddleDot);
        }
    }
}

/// Names that are not the same with their dots: perhaps without them.
fn undotted(mut one: Pieces, mut other: Pieces) -> Vec<Found> {
    let whole_names = (one.clone(), other.clone());
    let dots = [&mut one, &mut other].map(|name| {
        let dots: Vec<usize> =
            (0..name.list.len()).rev().filter(|place| name.list[*place].is('·')).collect();
        dots.iter().for_each(|place| name.drop_at(*place, Reason::DotLeftOut));
        !dots.is_empty()
    });
    match dots {
        [true, true] if agree(&one, &other) => vec![whole(Reason::DotMoved)],
        [true, false] | [false, true] => aligned(&one, &other, Align::NAME),
        _ => aligned(&whole_names.0, &whole_names.1, Align::NAME),
    }
}

fn is_latin(name: &Pieces) -> bool {
    let letter = |piece: &Piece| piece.key.chars().all(|c| c.is_alphabetic());
    name.list.iter().any(Piece::is_worded)
        && name.list.iter().all(|one| one.is_worded() || !letter(one))
}

/// A word of a name in Latin letters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    key: String,
    capitals: bool,
}

fn latin(one: &Pieces, other: &Pieces) -> Vec<Found> {
    // What hides letters is no word, and would be passed over with the commas.
    if any_unreadable(one, other) {
        return aligned(one, other, Align::NAME);
    }
    let (ours, theirs) = (words(one), words(other));
    let sorted = |words: &[Word]| {
        let mut keys: Vec<String> = words.iter().map(|word| word.key.clone()).collect();
        keys.sort();
        keys
    };
    if sorted(&ours) == sorted(&theirs) && ours.len() > 1 {
        return reordered(one, other, (&ours, &theirs));
    }
    if initials(&ours, &theirs) {
        return vec![whole(Reason::InitialOnly)];
    }
    aligned(one, other, Align::NAME)
}

/// The words; a comma and a full stop part them as spaces do.
fn words(name: &Pieces) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut parted = true;
    for piece in &name.list {
        parted |= piece.gap.contains(&Reason::Space);
        if !piece.is_worded() && !piece.is('-') && !piece.is('\'') {
            parted = true;
            continue;
        }
        let capital = !piece.source.chars().any(char::is_lowercase);
        match words.last_mut().filter(|_| !parted) {
            Some(word) => {
                word.key.push_str(&piece.key);
                word.capitals &= capital;
            }
            None => words.push(Word { key: piece.key.clone(), capitals: capital }),
        }
        parted = false;
    }
    words
}

/// Names of the same words: the same, if it is told which is the family name and it stands first on
/// one side.
fn reordered(one: &Pieces, other: &Pieces, (ours, theirs): (&[Word], &[Word])) -> Vec<Found> {
    let family = [(one, ours), (other, theirs)].map(|(name, words)| family(name, words));
    let keys = |words: &[Word]| words.iter().map(|word| word.key.clone()).collect::<Vec<_>>();
    let (ours_keys, theirs_keys) = (keys(ours), keys(theirs));
    let given_first = |words: &[String], marked: &BTreeSet<String>| -> Vec<String> {
        let given = words.iter().filter(|word| !marked.contains(*word));
        given.chain(words.iter().filter(|word| marked.contains(*word))).cloned().collect()
    };
    let told = family
        .iter()
        .flatten()
        .any(|marked| given_first(&ours_keys, marked) == given_first(&theirs_keys, marked));
    let contradict = matches!(&family, [Some(ours), Some(theirs)] if ours != theirs);
    let same_order = ours_keys == theirs_keys;
    let mut reasons = vec![match (same_order, told && !contradict) {
        (true, _) if contradict => whole(Reason::NameOrder),
        (true, _) => whole(Reason::Space),
        (false, true) => whole(Reason::FamilyNameFirst),
        (false, false) => whole(Reason::NameOrder),
    }];
    let text = |name: &Pieces| name.list.iter().filter(|one| one.is_worded()).count();
    let capitals = |words: &[Word]| {
        let mut sorted = words.to_vec();
        sorted.sort();
        sorted
    };
    if text(one) == text(other) && capitals(ours) != capitals(theirs) {
        reasons.push(whole(Reason::LetterCase));
    }
    reasons
}

/// The words of the family name where the name tells: before a comma, or alone in capitals.
fn family(name: &Pieces, words: &[Word]) -> Option<BTreeSet<String>> {
    if let Some(comma) = name.list.iter().position(|piece| piece.is(',')) {
        let before = Pieces { list: name.list[..comma].to_vec(), ..Pieces::default() };
        return Some(self::words(&before).into_iter().map(|word| word.key).collect());
    }
    let (capitals, others): (Vec<&Word>, Vec<&Word>) =
        words.iter().partition(|word| word.capitals && word.key.chars().count() > 1);
    let told = !capitals.is_empty() && !others.is_empty();
    told.then(|| capitals.into_iter().map(|word| word.key.clone()).collect())
}

/// Whether one has initials where the other has names.
fn initials(ours: &[Word], theirs: &[Word]) -> bool {
    let fits = |(one, other): (&Word, &Word)| {
        let (short, long) =
            if one.key.len() <= other.key.len() { (one, other) } else { (other, one) };
        short.key == long.key
            || (short.key.chars().count() == 1 && long.key.starts_with(&short.key))
    };
    ours.len() == theirs.len() && ours.len() > 1 && ours.iter().zip(theirs).all(fits)
}
