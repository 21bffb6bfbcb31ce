//! The form of a license number as people type it: `"JY" 9{14}`, `("A" "B") 9{1,6} "号"`.

use super::number::{NumberPattern, SEGMENTS_MAX, Segment};
use std::fmt;
use std::str::FromStr;

/// A run longer than this is not a number that anybody reads.
const RUN_MAX: usize = 200;

/// A text is not the form of a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {needed} is needed")]
pub struct BadPattern {
    /// Which character, from 1.
    pub at: usize,
    /// What would be right there.
    pub needed: &'static str,
}

impl fmt::Display for NumberPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(written).collect();
        out.write_str(&parts.join(" "))
    }
}

fn written(segment: &Segment) -> String {
    let run = |sign: char, least: &usize, most: &usize| match (least, most) {
        (1, 1) => sign.to_string(),
        (least, most) if least == most => format!("{sign}{{{least}}}"),
        (least, most) => format!("{sign}{{{least},{most}}}"),
    };
    let quoted = |text: &String| format!("\"{text}\"");
    match segment {
        Segment::Literal(text) => quoted(text),
        Segment::OneOf(texts) => {
            format!("({})", texts.iter().map(quoted).collect::<Vec<_>>().join(" "))
        }
        Segment::Digits(least, most) => run('9', least, most),
        Segment::Alphanumeric(least, most) => run('A', least, most),
        Segment::Chinese(least, most) => run('汉', least, most),
    }
}

impl FromStr for NumberPattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        let mut reader = Reader { rest: text.chars().collect(), at: 0 };
        let mut segments = Vec::new();
        loop {
            reader.skip_blanks();
            let Some(sign) = reader.next() else { break };
            if segments.len() == SEGMENTS_MAX {
                return Err(reader.wrong("the end: a number has at most 16 parts"));
            }
            segments.push(reader.segment(sign)?);
        }
        Ok(Self(segments))
    }
}

struct Reader {
    rest: Vec<char>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.get(self.at).copied();
        self.at += 1;
        next
    }

    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn wrong(&self, needed: &'static str) -> BadPattern {
        BadPattern { at: self.at, needed }
    }

    fn segment(&mut self, sign: char) -> Result<Segment, BadPattern> {
        match sign {
            '"' => self.quoted().map(Segment::Literal),
            '(' => self.one_of(),
            '9' => self.run().map(|(least, most)| Segment::Digits(least, most)),
            'A' => self.run().map(|(least, most)| Segment::Alphanumeric(least, most)),
            '汉' => self.run().map(|(least, most)| Segment::Chinese(least, most)),
            _ => Err(self.wrong("\"text\", (\"one\" \"another\"), 9, A or 汉")),
        }
    }

    fn quoted(&mut self) -> Result<String, BadPattern> {
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') if !text.is_empty() => return Ok(text),
                Some('"') => return Err(self.wrong("a text between the quotation marks")),
                Some(character) => text.push(character),
                None => return Err(self.wrong("a closing quotation mark")),
            }
        }
    }

    fn one_of(&mut self) -> Result<Segment, BadPattern> {
        let mut texts = Vec::new();
        loop {
            self.skip_blanks();
            match self.next() {
                Some('"') => texts.push(self.quoted()?),
                Some(')') if !texts.is_empty() => return Ok(Segment::OneOf(texts)),
                _ => return Err(self.wrong("\"text\" or a closing bracket")),
            }
        }
    }

    fn run(&mut self) -> Result<(usize, usize), BadPattern> {
        if self.peek() != Some('{') {
            return Ok((1, 1));
        }
        self.at += 1;
        let least = self.count()?;
        let most = match self.next() {
            Some('}') => return Ok((least, least)),
            Some(',') => self.count()?,
            _ => return Err(self.wrong("a comma or a closing brace")),
        };
        match self.next() {
            Some('}') if least <= most && most > 0 => Ok((least, most)),
            Some('}') => Err(self.wrong("the smaller number first")),
            _ => Err(self.wrong("a closing brace")),
        }
    }

    fn count(&mut self) -> Result<usize, BadPattern> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.rest[start..self.at].iter().collect();
        let count = digits.parse().ok().filter(|count| *count <= RUN_MAX);
        count.ok_or_else(|| self.wrong("a number up to 200"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_reads_back() {
        for (typed, json) in [
            (r#""JY" 9{14}"#, r#"[{"literal":"JY"},{"digits":[14,14]}]"#),
            (
                r#"汉{1,6} "许决字〔" 9{4} "〕" 9{1,6} "号""#,
                r#"[{"chinese":[1,6]},{"literal":"许决字〔"},{"digits":[4,4]},{"literal":"〕"},{"digits":[1,6]},{"literal":"号"}]"#,
            ),
            (r#"("A" "B") A"#, r#"[{"one_of":["A","B"]},{"alphanumeric":[1,1]}]"#),
            ("", "[]"),
        ] {
            let pattern: NumberPattern = serde_json::from_str(json).expect("a pattern");
            assert_eq!(typed.parse(), Ok(pattern.clone()), "{typed}");
            assert_eq!(pattern.to_string(), typed);
        }
        assert_eq!(r#""JY"9{14}"#.parse(), r#" "JY"  9{14} "#.parse::<NumberPattern>());
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        for (typed, at) in [
            ("JY", 1),
            (r#""JY"#, 4),
            (r#""""#, 2),
            ("9{", 2),
            ("9{3,1}", 6),
            ("9{999}", 5),
            ("()", 2),
            ("9{1;2}", 4),
            (&"9 ".repeat(17), 33),
        ] {
            let refused = typed.parse::<NumberPattern>().expect_err(typed);
            assert_eq!(refused.at, at, "{typed}: {refused}");
        }
    }
}
