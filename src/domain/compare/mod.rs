//! Comparing what a form says with what a license says (智能比对): the same, the same after named
//! harmless differences of writing, different, or nobody can tell.
//!
//! A difference is harmless when it is one of a fixed list and nothing else is left ([`Reason`]). What
//! may be harmless and may not is [`Answer::Unclear`], never the same. Whoever is compared with whom
//! changes nothing but the sides ([`Comparison::mirrored`]).

mod address;
mod date;
mod identifier;
mod letters;
mod number;
mod person;
mod pieces;
mod variants;

use crate::word::words;
pub use address::REGION_CHARACTERS_MAX;
use pieces::{Align, aligned, pieces};
use std::collections::BTreeMap;

/// The longest value of one line that any license type prints is shorter; each costs its length twice.
pub const VALUE_CHARACTERS_MAX: usize = 1000;

words! { "kind of value";
    /// What two values are.
    pub enum Kind {
        /// Any text.
        Text = "text",
        /// The name of a person.
        PersonName = "person_name",
        /// The name of a body.
        OrganizationName = "organization_name",
        /// An address in China.
        Address = "address",
        /// A day.
        Date = "date",
        /// A number or an amount, with its unit.
        Number = "number",
        /// A number that names something: of a person, a body, a document.
        Identifier = "identifier",
    }
}

words! { "answer";
    /// What comes of comparing, the best first.
    pub enum Answer {
        /// Character by character.
        Same = "same",
        /// After harmless differences, each of which is named.
        SameAfter = "same_after",
        /// Nobody can tell from the values alone.
        Unclear = "unclear",
        /// They are two.
        Different = "different",
    }
}

words! { "reason of a comparison";
    /// A difference that was found: harmless ones first, then those that leave it open, then those
    /// that make two values of it.
    pub enum Reason {
        /// Full-width and half-width forms.
        FullWidth = "full_width",
        /// Spaces.
        Space = "space",
        /// Characters without ink.
        InvisibleCharacter = "invisible_character",
        /// Brackets of another shape.
        Bracket = "bracket",
        /// Dashes of another length.
        Dash = "dash",
        /// Dots between the parts of a name, of another shape.
        MiddleDot = "middle_dot",
        /// The dot between the parts of a name is written on one side alone.
        DotLeftOut = "dot_left_out",
        /// Apostrophes of another shape.
        Apostrophe = "apostrophe",
        /// Capitals and small letters.
        LetterCase = "letter_case",
        /// The same character by two codes (Unicode normal forms, radicals).
        CodeForm = "code_form",
        /// A compatibility ideograph and the character that it stands for.
        CompatibilityIdeograph = "compatibility_ideograph",
        /// A variation selector, which only asks for another glyph.
        VariationSelector = "variation_selector",
        /// Simplified, traditional or variant forms.
        TraditionalOrVariant = "traditional_or_variant",
        /// The family name first on one side, where that is marked.
        FamilyNameFirst = "family_name_first",
        /// A day written otherwise.
        DateWriting = "date_writing",
        /// No last day, written otherwise.
        LongTermWriting = "long_term_writing",
        /// A number written otherwise: separators, zeros without a meaning.
        NumberWriting = "number_writing",
        /// Chinese and Arabic numerals.
        ChineseNumeral = "chinese_numeral",
        /// The unit written otherwise, or a larger one.
        UnitWriting = "unit_writing",
        /// 元, which goes without saying.
        YuanLeftOut = "yuan_left_out",
        /// Fifteen and eighteen digits of one citizen number.
        OldCitizenId = "old_citizen_id",
        /// A province, city or district that goes without saying, since a smaller one is named.
        RegionLeftOut = "region_left_out",
        /// 广东 for 广东省.
        RegionShort = "region_short",
        /// A region was renamed, as the caller knows.
        RegionRenamed = "region_renamed",
        /// A dash between house numbers whose units are said.
        UnitDash = "unit_dash",
        /// 号院 for 号.
        CourtyardWord = "courtyard_word",

        /// One side says nothing.
        ValueMissing = "value_missing",
        /// A placeholder or a private code stands for a character.
        UnreadableCharacter = "unreadable_character",
        /// The simplified form is a name of its own too.
        AmbiguousTraditional = "ambiguous_traditional",
        /// Once variants, today two characters of names.
        NameVariant = "name_variant",
        /// Both sides have a dot, at other places.
        DotMoved = "dot_moved",
        /// A space where the other side goes on.
        WordBreak = "word_break",
        /// The same words in another order.
        NameOrder = "name_order",
        /// An initial for a name.
        InitialOnly = "initial_only",
        /// One side is in Latin letters.
        OtherScript = "other_script",
        /// One side names no region at all.
        RegionMissing = "region_missing",
        /// House numbers without their units.
        UnitWords = "unit_words",
        /// A day without its day or month.
        PartialDate = "partial_date",
        /// A year of two digits.
        TwoDigitYear = "two_digit_year",
        /// Day and month may be either way round.
        DayOrder = "day_order",
        /// It cannot be read as a day.
        NotADate = "not_a_date",
        /// It cannot be read as a number.
        NotANumber = "not_a_number",
        /// One side has a unit, the other none.
        UnitMissing = "unit_missing",
        /// Two units, of which one is not known here: nobody can say how many of it make the other.
        UnitUnknown = "unit_unknown",

        /// Two characters that merely look alike.
        LooksAlike = "looks_alike",
        /// Other characters.
        CharactersDiffer = "characters_differ",
        /// Something stands on our side alone.
        OnlyInOurs = "only_in_ours",
        /// Something stands on their side alone.
        OnlyInTheirs = "only_in_theirs",
        /// Another day.
        DateDiffers = "date_differs",
        /// Another number.
        NumberDiffers = "number_differs",
        /// Another unit, which is not a multiple.
        UnitDiffers = "unit_differs",
        /// Another region.
        RegionDiffers = "region_differs",
    }
}

impl Reason {
    /// The best answer that it leaves possible.
    #[must_use]
    pub fn leaves(self) -> Answer {
        match self {
            one if one < Self::ValueMissing => Answer::SameAfter,
            one if one < Self::LooksAlike => Answer::Unclear,
            _ => Answer::Different,
        }
    }

    fn mirrored(self) -> Self {
        match self {
            Self::OnlyInOurs => Self::OnlyInTheirs,
            Self::OnlyInTheirs => Self::OnlyInOurs,
            other => other,
        }
    }
}

/// A reason, and where it was met first: characters from 0; of what is not there, where it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was found.
    pub reason: Reason,
    /// Where on our side.
    pub ours: usize,
    /// Where on their side.
    pub theirs: usize,
}

/// What came of comparing two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The answer: of all reasons the worst.
    pub answer: Answer,
    /// Every reason once, the weightiest first, then by place.
    pub reasons: Vec<Found>,
}

/// A value is longer than any that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{characters} characters; at most {VALUE_CHARACTERS_MAX} are compared")]
pub struct ValueTooLong {
    /// How long it is.
    pub characters: usize,
}

/// A region that has another name today (县改区), as whoever asks knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The name before, such as 示例县.
    pub from: String,
    /// The name today.
    pub to: String,
}

/// Compares two values of a kind. `renamed` counts in addresses alone.
///
/// # Errors
/// One of them is longer than [`VALUE_CHARACTERS_MAX`].
pub fn compare(
    kind: Kind,
    ours: &str,
    theirs: &str,
    renamed: &[Renamed],
) -> Result<Comparison, ValueTooLong> {
    for text in [ours, theirs] {
        let characters = text.chars().count();
        if characters > VALUE_CHARACTERS_MAX {
            return Err(ValueTooLong { characters });
        }
    }
    Ok(Comparison::of(found(kind, ours, theirs, renamed)))
}

fn found(kind: Kind, ours: &str, theirs: &str, renamed: &[Renamed]) -> Vec<Found> {
    let (one, other) = (pieces(ours), pieces(theirs));
    if one.list.is_empty() || other.list.is_empty() {
        return vec![Found { reason: Reason::ValueMissing, ours: 0, theirs: 0 }];
    }
    // One writing is one value, whatever it means, if every character of it can be read.
    if ours == theirs && !one.list.iter().any(pieces::Piece::is_unreadable) {
        return Vec::new();
    }
    // What is read as a whole is not read in part.
    let unreadable = || ours.chars().chain(theirs.chars()).any(letters::is_unreadable);
    let found = match kind {
        Kind::Date | Kind::Number if unreadable() => vec![whole(Reason::UnreadableCharacter)],
        Kind::Text | Kind::OrganizationName => aligned(&one, &other, Align::TEXT),
        Kind::PersonName => person::compared(one, other),
        Kind::Address => address::compared(one, other, renamed),
        Kind::Date => date::compared(ours, theirs),
        Kind::Number => number::compared(ours, theirs),
        Kind::Identifier => identifier::compared(&one, &other),
    };
    // Written otherwise they are, so something is told of it.
    let other_writing = found.is_empty() && ours != theirs;
    if other_writing { vec![whole(writing(ours, theirs))] } else { found }
}

/// What two writings differ in that nothing else told: in what stands between letters, or in more.
fn writing(ours: &str, theirs: &str) -> Reason {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    if letters(ours) == letters(theirs) { Reason::Space } else { Reason::NameVariant }
}

/// A reason of whole values, which has no better place than their first characters.
fn whole(reason: Reason) -> Found {
    Found { reason, ours: 0, theirs: 0 }
}

impl Comparison {
    fn of(found: Vec<Found>) -> Self {
        let mut first: BTreeMap<Reason, Found> = BTreeMap::new();
        for one in found {
            let known = first.entry(one.reason).or_insert(one);
            let place = |found: &Found| (found.ours + found.theirs, found.ours.min(found.theirs));
            if place(&one) < place(known) {
                *known = one;
            }
        }
        let answer = first.keys().map(|reason| reason.leaves()).max().unwrap_or(Answer::Same);
        let mut reasons: Vec<Found> = first.into_values().collect();
        reasons.sort_by_key(|one| {
            (std::cmp::Reverse(one.reason.leaves()), one.ours + one.theirs, one.reason)
        });
        Self { answer, reasons }
    }

    /// Of texts that are longer than any that is compared: the same or not, character by character.
    pub(crate) fn undivided(same: bool) -> Self {
        Self::of(if same { Vec::new() } else { vec![whole(Reason::CharactersDiffer)] })
    }

    /// The same from the other side.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let found = self.reasons.iter().map(|one| Found {
            reason: one.reason.mirrored(),
            ours: one.theirs,
            theirs: one.ours,
        });
        Self::of(found.collect())
    }
}

#[cfg(test)]
mod tests;
