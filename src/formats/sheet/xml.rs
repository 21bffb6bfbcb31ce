//! The little of XML that workbooks are made of: elements, attributes, text. No document type, no
//! entities but the five of the standard, no processing but that of line ends.

use super::SheetError;

/// A tag or a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name …>`; `empty` when nothing follows inside.
    Open { name: &'a str, attributes: &'a str, empty: bool },
    /// `</name>`.
    Close(&'a str),
    /// Text, still with its references.
    Text(&'a str),
    /// Text of a CDATA section, which has none.
    Literal(&'a str),
}

/// The tokens of a document in order; element names without their prefix.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    depth: usize,
}

/// A sheet nests six deep.
const DEPTH_MAX: usize = 64;

fn malformed(reason: &'static str) -> SheetError {
    SheetError::Malformed { row: 0, reason }
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, SheetError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| SheetError::Encoding)?;
        Ok(Self { rest: text, depth: 0 })
    }

    /// The next token; none at the end of the document.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, SheetError> {
        loop {
            if self.rest.is_empty() {
                return match self.depth {
                    0 => Ok(None),
                    _ => Err(malformed("a document that ends too early")),
                };
            }
            let Some(tag) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Ok(Some(Token::Text(text)));
            };
            if let Some(rest) = tag.strip_prefix("!--") {
                self.rest = behind(rest, "-->")?.1;
            } else if let Some(rest) = tag.strip_prefix('?') {
                self.rest = behind(rest, "?>")?.1;
            } else if let Some(rest) = tag.strip_prefix("![CDATA[") {
                let (text, rest) = behind(rest, "]]>")?;
                self.rest = rest;
                return Ok(Some(Token::Literal(text)));
            } else if tag.starts_with('!') {
                return Err(malformed("a document type, which no workbook has"));
            } else {
                return self.tag(tag).map(Some);
            }
        }
    }

    fn tag(&mut self, tag: &'a str) -> Result<Token<'a>, SheetError> {
        let (inside, rest) = whole_tag(tag)?;
        self.rest = rest;
        if let Some(name) = inside.strip_prefix('/') {
            self.depth = self.depth.checked_sub(1).ok_or(malformed("a tag closes nothing"))?;
            return Ok(Token::Close(local(name.trim_end())));
        }
        let empty = inside.ends_with('/');
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        let end = inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        if !empty {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err(malformed("elements nest too deep"));
            }
        }
        Ok(Token::Open { name: local(name), attributes, empty })
    }
}

fn behind<'a>(text: &'a str, end: &str) -> Result<(&'a str, &'a str), SheetError> {
    text.split_once(end).ok_or(malformed("a document that ends too early"))
}

/// What stands between `<` and its `>`, which may stand in quotes before.
fn whole_tag(tag: &str) -> Result<(&str, &str), SheetError> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Ok((&tag[..at], &tag[at + 1..])),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'<') => return Err(malformed("a tag within a tag")),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    Err(malformed("a document that ends too early"))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(attributes: &str, wanted: &str) -> Result<Option<String>, SheetError> {
    let mut rest = attributes.trim_start();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=').ok_or(malformed("an attribute without value"))?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
        let quote = quote.ok_or(malformed("an attribute without quotes"))?;
        let (text, behind) =
            value[1..].split_once(quote).ok_or(malformed("an attribute that is left open"))?;
        if local(name.trim()) == wanted {
            return text_of(text).map(Some);
        }
        rest = behind.trim_start();
    }
    Ok(None)
}

/// A text without its references.
pub(super) fn text_of(text: &str) -> Result<String, SheetError> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let (name, behind) =
            rest[at + 1..].split_once(';').ok_or(malformed("a reference that is left open"))?;
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => numbered(name).ok_or(malformed("a reference to what is not there"))?,
        });
        rest = behind;
    }
    plain.push_str(rest);
    Ok(plain)
}

fn numbered(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let number = match digits.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(number).filter(|c| *c != '\0')
}

/// A text as it stands in a document; characters that XML does not have become blanks.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
