//! Numbers that name something: of persons, bodies, documents.

use super::pieces::{Align, Pieces, agree, aligned};
use super::{Found, Reason, whole};
use crate::identifier::CitizenId;

/// What two numbers differ in; spaces never count.
pub(super) fn compared(one: &Pieces, other: &Pieces) -> Vec<Found> {
    if !agree(one, other) && old_and_new(&text(one), &text(other)) {
        return vec![whole(Reason::OldCitizenId)];
    }
    aligned(one, other, Align::NUMBER)
}

fn text(pieces: &Pieces) -> String {
    pieces.texts().concat().to_uppercase()
}

/// Whether one is the number of fifteen digits that the other had before 1999.
fn old_and_new(one: &str, other: &str) -> bool {
    let is = |old: &str, new: &str| CitizenId::of_fifteen(old).is_some_and(|id| id.as_str() == new);
    is(one, other) || is(other, one)
}
