//! Structured fields of HTTP (RFC 9651): dictionaries of items and inner lists, as signatures of
//! messages (RFC 9421) and digests of bodies (RFC 9530) use them.
//!
//! Read strictly: a key that stands twice is refused, where the standard lets the last one win.
//! Decimals, dates and display strings are in none of these fields and are refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Longest field read: signatures of RSA keys of 8192 bits, with dozens of components.
pub const FIELD_BYTES_MAX: usize = 16 * 1024;
/// Most members of a dictionary: signatures of a client and of those between.
const MEMBERS_MAX: usize = 16;
/// Most items of an inner list: the components that a signature covers.
const ITEMS_MAX: usize = 64;
/// Most parameters of an item or list.
const PARAMETERS_MAX: usize = 16;

/// Why a text is not such a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Longer than [`FIELD_BYTES_MAX`].
    #[error("a field of {0} bytes is too long")]
    TooLong(usize),
    /// More members, items or parameters than any field in use.
    #[error("too many {0}")]
    TooMany(&'static str),
    /// Another text than is expected, at this byte.
    #[error("{expected} is expected at byte {at}")]
    Expected {
        /// What would be right.
        expected: &'static str,
        /// Where, from 0.
        at: usize,
    },
    /// A key that stands twice.
    #[error("a key stands twice")]
    Twice,
}

/// A bare item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bare {
    /// At most 15 digits
    Integer(i64),
    /// In quotation marks
    Text(String),
    /// A word
    Token(String),
    /// Between colons
    Bytes(Vec<u8>),
    /// `?0` or `?1`
    Flag(bool),
}

/// Parameters in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, Bare)>);

/// An item with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The item.
    pub bare: Bare,
    /// What stands behind it.
    pub parameters: Parameters,
}

/// A member of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// One item
    Item(Item),
    /// Items in parentheses, and the parameters of the list
    List(Vec<Item>, Parameters),
}

impl Parameters {
    /// Parameters in this order.
    #[must_use]
    pub fn new(pairs: Vec<(String, Bare)>) -> Self {
        Self(pairs)
    }

    /// The parameter of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Bare> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for Bare {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(out, "{number}"),
            Self::Text(text) => {
                write!(out, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            Self::Token(word) => out.write_str(word),
            Self::Bytes(bytes) => write!(out, ":{}:", STANDARD.encode(bytes)),
            Self::Flag(flag) => write!(out, "?{}", u8::from(*flag)),
        }
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            match value {
                Bare::Flag(true) => write!(out, ";{name}")?,
                value => write!(out, ";{name}={value}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.bare, self.parameters)
    }
}

impl fmt::Display for Member {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => item.fmt(out),
            Self::List(items, parameters) => {
                let items: Vec<String> = items.iter().map(Item::to_string).collect();
                write!(out, "({}){parameters}", items.join(" "))
            }
        }
    }
}

/// The members of a dictionary, in their order.
///
/// # Errors
/// The text is no dictionary, or over a limit.
pub fn dictionary(text: &str) -> Result<Vec<(String, Member)>, FieldError> {
    if text.len() > FIELD_BYTES_MAX {
        return Err(FieldError::TooLong(text.len()));
    }
    let mut reader = Reader { text: text.trim_matches(' ').as_bytes(), at: 0 };
    let mut members: Vec<(String, Member)> = Vec::new();
    while !reader.is_at_end() {
        if members.len() == MEMBERS_MAX {
            return Err(FieldError::TooMany("members"));
        }
        let key = reader.key()?;
        if members.iter().any(|(earlier, _)| *earlier == key) {
            return Err(FieldError::Twice);
        }
        let member = match reader.took(b'=') {
            true => reader.member()?,
            false => {
                let parameters = reader.parameters()?;
                Member::Item(Item { bare: Bare::Flag(true), parameters })
            }
        };
        members.push((key, member));
        reader.blanks(b" \t");
        if reader.is_at_end() {
            break;
        }
        reader.expect(b',', "a comma")?;
        reader.blanks(b" \t");
        if reader.is_at_end() {
            return Err(reader.expected("a key"));
        }
    }
    Ok(members)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn expected(&self, expected: &'static str) -> FieldError {
        FieldError::Expected { expected, at: self.at }
    }

    fn took(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8, words: &'static str) -> Result<(), FieldError> {
        if self.took(byte) { Ok(()) } else { Err(self.expected(words)) }
    }

    fn blanks(&mut self, which: &[u8]) {
        while self.peek().is_some_and(|byte| which.contains(&byte)) {
            self.at += 1;
        }
    }

    /// The bytes from here that are `good`; they are ASCII.
    fn while_good(&mut self, good: impl Fn(u8) -> bool) -> String {
        let begin = self.at;
        while self.peek().is_some_and(&good) {
            self.at += 1;
        }
        self.text[begin..self.at].iter().map(|byte| char::from(*byte)).collect()
    }

    fn key(&mut self) -> Result<String, FieldError> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'*') {
            return Err(self.expected("a key"));
        }
        Ok(self.while_good(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)
        }))
    }

    fn member(&mut self) -> Result<Member, FieldError> {
        if !self.took(b'(') {
            return Ok(Member::Item(self.item()?));
        }
        let mut items = Vec::new();
        loop {
            self.blanks(b" ");
            if self.took(b')') {
                return Ok(Member::List(items, self.parameters()?));
            }
            if items.len() == ITEMS_MAX {
                return Err(FieldError::TooMany("items"));
            }
            items.push(self.item()?);
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(self.expected("a blank or the end of the list"));
            }
        }
    }

    fn item(&mut self) -> Result<Item, FieldError> {
        Ok(Item { bare: self.bare()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> Result<Parameters, FieldError> {
        let mut pairs: Vec<(String, Bare)> = Vec::new();
        while self.took(b';') {
            if pairs.len() == PARAMETERS_MAX {
                return Err(FieldError::TooMany("parameters"));
            }
            self.blanks(b" ");
            let key = self.key()?;
            if pairs.iter().any(|(earlier, _)| *earlier == key) {
                return Err(FieldError::Twice);
            }
            let value = if self.took(b'=') { self.bare()? } else { Bare::Flag(true) };
            pairs.push((key, value));
        }
        Ok(Parameters(pairs))
    }

    fn bare(&mut self) -> Result<Bare, FieldError> {
        match self.peek() {
            Some(b'"') => self.text(),
            Some(b':') => self.bytes(),
            Some(b'?') => {
                self.at += 1;
                let flag = match self.peek() {
                    Some(b'0') => false,
                    Some(b'1') => true,
                    _ => return Err(self.expected("0 or 1")),
                };
                self.at += 1;
                Ok(Bare::Flag(flag))
            }
            Some(byte) if byte == b'-' || byte.is_ascii_digit() => self.integer(),
            Some(byte) if byte == b'*' || byte.is_ascii_alphabetic() => {
                Ok(Bare::Token(self.while_good(|byte| {
                    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte)
                })))
            }
            _ => Err(self.expected("an item")),
        }
    }

    fn integer(&mut self) -> Result<Bare, FieldError> {
        let begin = self.at;
        let minus = self.took(b'-');
        let digits = self.while_good(|byte| byte.is_ascii_digit());
        let bad = FieldError::Expected { expected: "at most 15 digits", at: begin };
        if digits.len() > 15 || self.peek() == Some(b'.') {
            return Err(bad);
        }
        let number: i64 = digits.parse().map_err(|_| bad)?;
        Ok(Bare::Integer(if minus { -number } else { number }))
    }

    fn text(&mut self) -> Result<Bare, FieldError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let byte = self.peek().ok_or_else(|| self.expected("a quotation mark"))?;
            self.at += 1;
            match byte {
                b'"' => return Ok(Bare::Text(text)),
                b'\\' => match self.peek() {
                    Some(byte @ (b'"' | b'\\')) => {
                        self.at += 1;
                        text.push(char::from(byte));
                    }
                    _ => return Err(self.expected("a quotation mark or a backslash")),
                },
                0x20..=0x7e => text.push(char::from(byte)),
                _ => {
                    self.at -= 1;
                    return Err(self.expected("a visible character"));
                }
            }
        }
    }

    fn bytes(&mut self) -> Result<Bare, FieldError> {
        self.at += 1;
        let begin = self.at;
        let digits = self.while_good(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        self.expect(b':', "a colon")?;
        let bad = FieldError::Expected { expected: "base64", at: begin };
        STANDARD.decode(digits).map(Bare::Bytes).map_err(|_| bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As it is written again.
    fn again(text: &str) -> Result<String, FieldError> {
        let members = dictionary(text)?;
        let written = members.iter().map(|(key, member)| match member {
            Member::Item(Item { bare: Bare::Flag(true), parameters }) => {
                format!("{key}{parameters}")
            }
            member => format!("{key}={member}"),
        });
        Ok(written.collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn what_is_read_is_written_in_the_one_form() {
        for (text, form) in [
            ("", ""),
            ("a=1", "a=1"),
            ("  a=1 ,\tb;x,c=?0;y=?1  ", "a=1, b;x, c=?0;y"),
            (
                r#"sig1=("@method"  "x-y";sf );created=-7;nonce="a\"\\";alg=*to/k:en"#,
                r#"sig1=("@method" "x-y";sf);created=-7;nonce="a\"\\";alg=*to/k:en"#,
            ),
            ("sha-256=:AQID:, b=:AQ==:", "sha-256=:AQID:, b=:AQ==:"),
            ("e=(), f=::", "e=(), f=::"),
        ] {
            assert_eq!(again(text).as_deref(), Ok(form), "{text}");
        }
    }

    #[test]
    fn what_is_no_dictionary_is_refused() {
        let expected = |expected, at| FieldError::Expected { expected, at };
        for (text, error) in [
            ("A=1", expected("a key", 0)),
            ("a=1,", expected("a key", 4)),
            ("a=1 b=2", expected("a comma", 4)),
            ("a=1, a=2", FieldError::Twice),
            ("a;x;x", FieldError::Twice),
            ("a=", expected("an item", 2)),
            ("a=1.5", expected("at most 15 digits", 2)),
            ("a=-", expected("at most 15 digits", 2)),
            ("a=1234567890123456", expected("at most 15 digits", 2)),
            ("a=\"x", expected("a quotation mark", 4)),
            ("a=\"\\x\"", expected("a quotation mark or a backslash", 4)),
            ("a=\"印\"", expected("a visible character", 3)),
            ("a=:AQI", expected("a colon", 6)),
            ("a=:A:", expected("base64", 3)),
            ("a=?2", expected("0 or 1", 3)),
            ("a=(\"x\"\"y\")", expected("a blank or the end of the list", 6)),
            ("a=(1 2", expected("a blank or the end of the list", 6)),
            ("a=@1", expected("an item", 2)),
            ("a=%\"x\"", expected("an item", 2)),
        ] {
            assert_eq!(dictionary(text), Err(error), "{text}");
        }
        let many = |what: &str, count: usize| vec![what; count].join("");
        assert_eq!(dictionary(&"a".repeat(FIELD_BYTES_MAX + 1)), Err(FieldError::TooLong(16385)));
        let members: Vec<String> = (0..17).map(|number| format!("a{number}")).collect();
        assert_eq!(dictionary(&members.join(",")), Err(FieldError::TooMany("members")));
        let list = format!("a=({})", many("1 ", 65));
        assert_eq!(dictionary(&list), Err(FieldError::TooMany("items")));
        let parameters: String = (0..17).map(|number| format!(";p{number}")).collect();
        assert_eq!(dictionary(&format!("a{parameters}")), Err(FieldError::TooMany("parameters")));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_the_form_is_stable(text in "[a-c=;,()\"\\\\:?0-9 @.-]{0,40}|.{0,40}") {
            if let Ok(form) = again(&text) {
                prop_assert_eq!(again(&form), Ok(form));
            }
        }
    }
}
