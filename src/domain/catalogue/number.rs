//! The form of a license number: a row of segments, matched as a whole.

use serde::{Deserialize, Serialize};

/// One part of a number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Segment {
    /// These characters.
    Literal(String),
    /// One of these texts.
    OneOf(Vec<String>),
    /// So many digits: at least, at most.
    Digits(usize, usize),
    /// So many capital letters or digits.
    Alphanumeric(usize, usize),
    /// So many Chinese characters.
    Chinese(usize, usize),
}

/// The segments in order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct NumberPattern(pub Vec<Segment>);

/// A pattern of more segments is not a number; it also bounds the depth of matching.
pub(super) const SEGMENTS_MAX: usize = 16;

impl NumberPattern {
    /// Whether the whole of `text` has this form.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        // Every end that the segments so far can reach; never more than the text has characters.
        let mut ends = vec![0];
        for segment in self.0.iter().take(SEGMENTS_MAX) {
            let mut next = Vec::new();
            for start in ends {
                segment.ends(text, start, &mut next);
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.contains(&text.len())
    }

    /// The form in words, such as `JY + 14 digits`.
    #[must_use]
    pub fn describe(&self) -> String {
        let words: Vec<String> = self.0.iter().map(Segment::describe).collect();
        words.join(" + ")
    }
}

impl Segment {
    fn ends(&self, text: &str, start: usize, ends: &mut Vec<usize>) {
        let rest = text.get(start..).unwrap_or_default();
        match self {
            Self::Literal(literal) => {
                ends.extend(rest.starts_with(literal.as_str()).then_some(start + literal.len()));
            }
            Self::OneOf(texts) => ends.extend(
                texts
                    .iter()
                    .filter(|one| rest.starts_with(one.as_str()))
                    .map(|one| start + one.len()),
            ),
            Self::Digits(least, most) => {
                run(rest, start, *least, *most, |c| c.is_ascii_digit(), ends);
            }
            Self::Alphanumeric(least, most) => {
                let fits = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
                run(rest, start, *least, *most, fits, ends);
            }
            Self::Chinese(least, most) => {
                let fits =
                    |c: char| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}');
                run(rest, start, *least, *most, fits, ends);
            }
        }
    }

    fn describe(&self) -> String {
        let count = |least: &usize, most: &usize, what: &str| {
            if least == most {
                format!("{least} {what}")
            } else {
                format!("{least} to {most} {what}")
            }
        };
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::OneOf(texts) => texts.join("|"),
            Self::Digits(least, most) => count(least, most, "digits"),
            Self::Alphanumeric(least, most) => count(least, most, "capital letters or digits"),
            Self::Chinese(least, most) => count(least, most, "Chinese characters"),
        }
    }
}

/// Adds the end of every run of `least` to `most` characters that fit.
fn run(
    rest: &str,
    start: usize,
    least: usize,
    most: usize,
    fits: impl Fn(char) -> bool,
    ends: &mut Vec<usize>,
) {
    let mut end = start;
    if least == 0 {
        ends.push(end);
    }
    for (index, character) in rest.chars().take(most).take_while(|c| fits(*c)).enumerate() {
        end += character.len_utf8();
        if index + 1 >= least {
            ends.push(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let pattern: NumberPattern = serde_json::from_str(pattern).expect("a pattern");
        assert_eq!(pattern.matches(text), expected, "{} against {text}", pattern.describe());
    }

    #[test]
    fn whole_texts_of_the_form_match() {
        let food = r#"[{"literal":"JY"},{"digits":[14,14]}]"#;
        check(food, "JY19999000000018", true);
        check(food, "JY1999900000001", false);
        check(food, "JY199990000000188", false);
        check(food, "jy19999000000018", false);
        let decision = r#"[{"chinese":[1,6]},{"literal":"许决字〔"},{"digits":[4,4]},{"literal":"〕"},{"digits":[1,6]},{"literal":"号"}]"#;
        check(decision, "示市监许决字〔2026〕12号", true);
        check(decision, "示市监许决字〔2026〕号", false);
        check(r#"[{"one_of":["A","AB"]},{"literal":"B"}]"#, "AB", true);
        check(r#"[{"one_of":["A","AB"]},{"literal":"B"}]"#, "ABB", true);
        check(r#"[{"digits":[0,3]},{"digits":[2,2]}]"#, "12", true);
        check(r#"[]"#, "", true);
        check(r#"[]"#, "1", false);
    }
}
