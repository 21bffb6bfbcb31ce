//! One character written in several ways: the steps from what is written to what it is.

use super::Reason;
use super::variants::{Distance, simplified};
use unicode_normalization::UnicodeNormalization;

/// What a step takes away, in the order of the steps.
type Step = (Reason, fn(&str) -> String);

const STEPS: [Step; 9] = [
    (Reason::VariationSelector, |text| text.chars().filter(|c| !is_selector(*c)).collect()),
    (Reason::CompatibilityIdeograph, |text| text.chars().flat_map(ideograph).collect()),
    (Reason::CodeForm, |text| text.chars().flat_map(unradical).nfc().collect()),
    (Reason::FullWidth, |text| text.chars().map(narrow).collect()),
    (Reason::Bracket, |text| text.chars().map(bracket).collect()),
    (Reason::Dash, |text| if text.chars().all(is_dash) { "-".to_owned() } else { text.to_owned() }),
    (Reason::MiddleDot, |text| text.chars().map(dot).collect()),
    (Reason::Apostrophe, |text| text.chars().map(apostrophe).collect()),
    (Reason::LetterCase, |text| text.chars().flat_map(char::to_lowercase).collect()),
];

/// What a piece of text is, whatever way it is written.
pub(super) fn key(source: &str) -> String {
    let plain = STEPS.iter().fold(source.to_owned(), |text, (_, step)| step(&text));
    plain.chars().map(|c| simplified(c).map_or(c, |(simple, _)| simple)).collect()
}

/// What two pieces of one key differ in.
pub(super) fn differences(one: &str, other: &str, name: bool) -> Vec<Reason> {
    let (mut one, mut other) = (one.to_owned(), other.to_owned());
    let mut reasons = Vec::new();
    for (reason, step) in STEPS {
        if one == other {
            return reasons;
        }
        let (next, next_other) = (step(&one), step(&other));
        if next != one || next_other != other {
            reasons.push(reason);
        }
        (one, other) = (next, next_other);
    }
    if one != other {
        reasons.push(variant(&one, &other, name));
    }
    reasons
}

/// How bad it is that two pieces are one character in two forms.
fn variant(one: &str, other: &str, name: bool) -> Reason {
    let forms = one.chars().zip(other.chars()).filter(|(one, other)| one != other);
    let worst = forms.map(|(one, other)| match (simplified(one), simplified(other)) {
        // Two forms behind one simplified character may be two words: 發 and 髮.
        (Some((_, first)), Some((_, second))) => match (first, second) {
            (Distance::Two, _) | (_, Distance::Two) => Reason::NameVariant,
            _ if name => Reason::AmbiguousTraditional,
            _ => Reason::TraditionalOrVariant,
        },
        (Some((_, distance)), None) | (None, Some((_, distance))) => match distance {
            Distance::Two => Reason::NameVariant,
            Distance::Name if name => Reason::AmbiguousTraditional,
            Distance::Name | Distance::Form => Reason::TraditionalOrVariant,
        },
        (None, None) => Reason::CharactersDiffer,
    });
    worst.max().unwrap_or(Reason::TraditionalOrVariant)
}

/// A variation selector, of ideographs too.
pub(super) fn is_selector(character: char) -> bool {
    matches!(character, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Characters without ink that are no selectors.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

/// A dash of any length, also as spreadsheets and keyboards make them.
pub(super) fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
    )
}

/// Signs by which a system says that it has not the character; and codes that each system gives to
/// characters of its own.
pub(super) fn is_unreadable(character: char) -> bool {
    matches!(character, '\u{FFFD}' | '□' | '■' | '〓' | '*' | '＊' | '?' | '？' | '\u{E000}'..='\u{F8FF}'
        | '\u{F0000}'..='\u{10FFFD}')
}

fn ideograph(character: char) -> Vec<char> {
    match character {
        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
            std::iter::once(character).nfkc().collect()
        }
        other => vec![other],
    }
}

/// Radicals that stand for characters. Other compatibility forms mean something (m² is not m2).
fn unradical(character: char) -> Vec<char> {
    match character {
        '\u{2E80}'..='\u{2FDF}' => std::iter::once(character).nfkc().collect(),
        other => vec![other],
    }
}

/// From a full-width form to what it is a form of.
pub(super) fn narrow(character: char) -> char {
    const FULL_WIDTH: u32 = '！' as u32 - '!' as u32;
    match character {
        '！'..='～' => char::from_u32(character as u32 - FULL_WIDTH).unwrap_or(character),
        '｡' => '。',
        '､' => '、',
        '･' => '·',
        '￥' => '¥',
        other => other,
    }
}

fn bracket(character: char) -> char {
    match character {
        '〔' | '【' | '〖' | '[' | '{' | '〈' | '《' | '⟨' | '⦅' => '(',
        '〕' | '】' | '〗' | ']' | '}' | '〉' | '》' | '⟩' | '⦆' => ')',
        other => other,
    }
}

fn apostrophe(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{00B4}' | '`' => '\'',
        other => other,
    }
}

pub(super) fn dot(character: char) -> char {
    match character {
        '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' | '\u{25CF}'
        | '\u{16EB}' => '·',
        other => other,
    }
}
