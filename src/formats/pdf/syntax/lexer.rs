//! Tokens (ISO 32000-2, 7.2).

use super::SyntaxError;
use super::object::{Name, Span};

/// White-space characters (ISO 32000-2, table 1).
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Neither white space nor delimiter.
pub(crate) fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// One token; keywords and operators are handed out as they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Integer(i64),
    Real(f64),
    Name(Name),
    String(Vec<u8>),
    ArrayOpen,
    ArrayClose,
    DictionaryOpen,
    DictionaryClose,
    Keyword(&'a [u8]),
    End,
}

/// Longest name: ISO 32000-1 Annex C allowed 127 bytes, thrice that when every byte is escaped.
const NAME_BYTES_MAX: usize = 4096;

/// Longest string: a signature with all of its validation material stays below 1 MiB.
const STRING_BYTES_MAX: usize = 4 << 20;

/// Reads tokens from `bytes`, starting anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn seek(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }

    pub(crate) fn error(&self, offset: usize, reason: &'static str) -> SyntaxError {
        SyntaxError { offset, reason }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.at += 1;
            } else if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\r' && byte != b'\n') {
                    self.at += 1;
                }
            } else {
                return;
            }
        }
    }

    fn run(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// The next token and its bytes.
    pub(crate) fn next(&mut self) -> Result<(Token<'a>, Span), SyntaxError> {
        self.skip_space();
        let start = self.at;
        let token = match self.peek() {
            None => Token::End,
            Some(b'[') => self.single(Token::ArrayOpen),
            Some(b']') => self.single(Token::ArrayClose),
            Some(b'/') => self.name()?,
            Some(b'(') => self.literal()?,
            Some(b'<') if self.bytes.get(start + 1) == Some(&b'<') => {
                self.at += 2;
                Token::DictionaryOpen
            }
            Some(b'<') => self.hexadecimal()?,
            Some(b'>') if self.bytes.get(start + 1) == Some(&b'>') => {
                self.at += 2;
                Token::DictionaryClose
            }
            Some(b')' | b'>' | b'{' | b'}') => {
                return Err(self.error(start, "stray delimiter"));
            }
            Some(_) => self.word()?,
        };
        Ok((token, start..self.at))
    }

    fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        let word = self.run();
        if !matches!(word[0], b'+' | b'-' | b'.' | b'0'..=b'9') {
            return Ok(Token::Keyword(word));
        }
        number(word).ok_or_else(|| self.error(start, "malformed number"))
    }

    fn name(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let raw = self.run();
        if raw.len() > NAME_BYTES_MAX {
            return Err(self.error(start, "name too long"));
        }
        if !raw.contains(&b'#') {
            return Ok(Token::Name(Name(raw.into())));
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let [first, tail @ ..] = rest {
            rest = tail;
            if *first != b'#' {
                name.push(*first);
                continue;
            }
            let byte = tail.get(..2).and_then(hex_pair).filter(|byte| *byte != 0);
            name.push(byte.ok_or_else(|| self.error(start, "malformed escape in a name"))?);
            rest = &tail[2..];
        }
        Ok(Token::Name(Name(name.into())))
    }

    fn hexadecimal(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let length = self.bytes[self.at..].iter().position(|&byte| byte == b'>');
        let end = self.at + length.ok_or_else(|| self.error(start, "string without end"))?;
        if end - self.at > 2 * STRING_BYTES_MAX {
            return Err(self.error(start, "string too long"));
        }
        let mut bytes = Vec::with_capacity((end - self.at).div_ceil(2));
        let mut high = None;
        for (index, &byte) in self.bytes[self.at..end].iter().enumerate() {
            match (hex_digit(byte), high.take()) {
                (Some(digit), None) => high = Some(digit << 4),
                (Some(digit), Some(high)) => bytes.push(high | digit),
                (None, begun) if is_space(byte) => high = begun,
                (None, _) => return Err(self.error(self.at + index, "not a hexadecimal digit")),
            }
        }
        bytes.extend(high);
        self.at = end + 1;
        Ok(Token::String(bytes))
    }

    fn literal(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let mut open = 1_u32;
        let mut bytes = Vec::new();
        while let Some(byte) = self.peek() {
            if bytes.len() > STRING_BYTES_MAX {
                return Err(self.error(start, "string too long"));
            }
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(Token::String(bytes));
                    }
                }
                b'\\' => {
                    bytes.extend(self.escape());
                    continue;
                }
                b'\r' => {
                    self.at += usize::from(self.peek() == Some(b'\n'));
                    bytes.push(b'\n');
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
        Err(self.error(start, "string without end"))
    }

    /// What follows a reverse solidus (ISO 32000-2, table 3); an unknown escape is its character.
    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            b'0'..=b'7' => {
                let mut value = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u16::from(digit - b'0');
                    self.at += 1;
                }
                // High-order overflow is ignored (ISO 32000-2, 7.3.4.2).
                Some((value & 0xff) as u8)
            }
            other => Some(other),
        }
    }
}

/// A number (ISO 32000-2, 7.3.3); an integer beyond 64 bits becomes a real.
fn number(word: &[u8]) -> Option<Token<'static>> {
    let text = std::str::from_utf8(word).ok()?;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let dots = digits.bytes().filter(|&byte| byte == b'.').count();
    let digit_count = digits.bytes().filter(u8::is_ascii_digit).count();
    if dots > 1 || digit_count == 0 || dots + digit_count != digits.len() {
        return None;
    }
    if dots == 0
        && let Ok(value) = text.parse::<i64>()
    {
        return Some(Token::Integer(value));
    }
    text.parse::<f64>().ok().map(Token::Real)
}

/// The value of each byte as a digit, 16 for what is none: signatures are long strings of digits.
const HEX_DIGITS: [u8; 256] = {
    let mut values = [16; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        values[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    values
};

fn hex_digit(byte: u8) -> Option<u8> {
    Some(HEX_DIGITS[usize::from(byte)]).filter(|value| *value < 16)
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Token<'_>) {
        let (token, span) = Lexer::new(text.as_bytes(), 0).next().expect(text);
        assert_eq!(token, expected, "{text}");
        assert_eq!(span, 0..text.len(), "{text}");
    }

    fn bytes(text: &[u8]) -> Token<'static> {
        Token::String(text.to_vec())
    }

    #[test]
    fn tokens() {
        check("-17", Token::Integer(-17));
        check("+.5", Token::Real(0.5));
        check("4.", Token::Real(4.0));
        check("99999999999999999999", Token::Real(1e20));
        check("/A#42#2fC", Token::Name(Name(b"AB/C"[..].into())));
        check("/", Token::Name(Name(b""[..].into())));
        check("<4e 6F7>", bytes(b"Nop"));
        check("(a(b)\\)\\\n\\053\\7)", bytes(b"a(b))+\x07"));
        check("(\r\n)", bytes(b"\n"));
        check("endobj", Token::Keyword(b"endobj"));
    }

    #[test]
    fn malformed() {
        for text in
            ["--5", "1e5", "1.2.3", "-", "<4g>", "<41", "(a(b)", ")", ">", "/A#4", "/A#00", "{"]
        {
            assert!(Lexer::new(text.as_bytes(), 0).next().is_err(), "{text}");
        }
    }
}
