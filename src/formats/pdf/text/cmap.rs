//! CMaps: from codes to CIDs, and from codes to Unicode (ISO 32000-2, 9.7.5, 9.10.3).

use super::font::{CIDS_MAX, Code};
use crate::pdf::syntax::{Lexer, Token};
use std::collections::HashMap;

/// Mappings of one CMap; `usecmap` is not followed.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Code spaces: length in bytes, first and last code.
    spaces: Vec<(usize, u32, u32)>,
    cids: HashMap<u32, u32>,
    texts: HashMap<u32, String>,
    mappings: usize,
}

/// Tokens of a CMap: one of a complete Chinese font has about 100,000.
const TOKENS_MAX: usize = 500_000;
/// Mappings of a CMap, ranges written out.
const MAPPINGS_MAX: usize = 200_000;
/// Bytes that one code stands for: a ligature of sixteen characters.
const TEXT_BYTES_MAX: usize = 32;
/// Malformed tokens after which a CMap is given up.
const ERRORS_MAX: usize = 32;

impl CMap {
    pub(super) fn read(text: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(text, 0);
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut errors = 0;
        for _ in 0..TOKENS_MAX {
            let before = lexer.at();
            match lexer.next() {
                Ok((Token::End, _)) => break,
                Ok((Token::Keyword(operator), _)) => {
                    map.operator(operator, &operands);
                    operands.clear();
                }
                Ok((token, _)) => operands.push(token),
                Err(_) => {
                    errors += 1;
                    if errors > ERRORS_MAX {
                        break;
                    }
                    lexer.seek(lexer.at().max(before + 1));
                }
            }
        }
        map
    }

    fn operator(&mut self, operator: &[u8], operands: &[Token<'_>]) {
        match operator {
            b"endcodespacerange" => {
                for pair in operands.chunks_exact(2) {
                    if let (Token::String(first), Token::String(last)) = (&pair[0], &pair[1]) {
                        self.spaces.push((first.len(), number(first), number(last)));
                    }
                }
            }
            b"endcidchar" => {
                for pair in operands.chunks_exact(2) {
                    if let (Token::String(code), Token::Integer(cid)) = (&pair[0], &pair[1]) {
                        self.cids.extend(u32::try_from(*cid).ok().map(|cid| (number(code), cid)));
                    }
                }
            }
            b"endcidrange" => {
                for triple in operands.chunks_exact(3) {
                    let (Token::String(first), Token::String(last), Token::Integer(cid)) =
                        (&triple[0], &triple[1], &triple[2])
                    else {
                        continue;
                    };
                    let Ok(cid) = u32::try_from(*cid) else { continue };
                    for (offset, code) in self.range(first, last).enumerate() {
                        // At most CIDS_MAX steps.
                        self.cids.insert(code, cid.saturating_add(offset as u32));
                    }
                }
            }
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let (Token::String(code), Token::String(text)) = (&pair[0], &pair[1]) {
                        self.texts.insert(number(code), utf16(text));
                    }
                }
            }
            b"endbfrange" => self.text_ranges(operands),
            _ => {}
        }
    }

    /// `<first> <last> <text>` or `<first> <last> [<text> …]`.
    fn text_ranges(&mut self, operands: &[Token<'_>]) {
        let mut rest = operands;
        while let [Token::String(first), Token::String(last), tail @ ..] = rest {
            match tail {
                [Token::String(text), after @ ..] => {
                    for (offset, code) in self.range(first, last).enumerate() {
                        self.texts.insert(code, utf16(&advanced(text, offset)));
                    }
                    rest = after;
                }
                [Token::ArrayOpen, after @ ..] => {
                    let end = after.iter().position(|token| *token == Token::ArrayClose);
                    let Some(end) = end else { return };
                    for (code, text) in self.range(first, last).zip(&after[..end]) {
                        if let Token::String(text) = text {
                            self.texts.insert(code, utf16(text));
                        }
                    }
                    rest = &after[end + 1..];
                }
                _ => return,
            }
        }
    }

    /// The codes of a range, as far as there is room for them.
    fn range(&mut self, first: &[u8], last: &[u8]) -> impl Iterator<Item = u32> + use<> {
        let (first, last) = (number(first), number(last));
        let room = MAPPINGS_MAX.saturating_sub(self.mappings);
        let codes = first..=last.min(first.saturating_add(CIDS_MAX - 1));
        self.mappings += codes.clone().count();
        codes.take(room)
    }

    pub(super) fn text(&self, code: u32) -> Option<String> {
        self.texts.get(&code).cloned()
    }

    pub(super) fn cid(&self, code: u32) -> Option<u32> {
        self.cids.get(&code).copied()
    }

    /// Splits a string by the code spaces; two bytes where none fits.
    pub(super) fn codes(&self, bytes: &[u8]) -> Vec<Code> {
        let mut codes = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let fits = |length: usize| {
                let code = rest.get(..length).map(number)?;
                let space = |&(size, first, last): &(usize, u32, u32)| {
                    size == length && (first..=last).contains(&code)
                };
                self.spaces.iter().any(space).then_some(Code { number: code, length })
            };
            let fallback = 2.min(rest.len());
            let code = (1..=4).find_map(fits);
            let code = code.unwrap_or(Code { number: number(&rest[..fallback]), length: fallback });
            codes.push(code);
            rest = &rest[code.length..];
        }
        codes
    }
}

/// The last four bytes as a number; codes have at most four.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value, &byte| value << 8 | u32::from(byte))
}

/// `text` with its last code unit raised by `offset`.
fn advanced(text: &[u8], offset: usize) -> Vec<u8> {
    let mut text = text[..text.len().min(TEXT_BYTES_MAX)].to_vec();
    if let [.., high, low] = &mut text[..] {
        let unit = u16::from_be_bytes([*high, *low]).wrapping_add(offset as u16);
        [*high, *low] = unit.to_be_bytes();
    }
    text
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes[..bytes.len().min(TEXT_BYTES_MAX)]
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_unicode() {
        let map = CMap::read(
            b"1 begincodespacerange <00> <80> <8140> <fefe> endcodespacerange\n\
              2 beginbfchar <0001> <5370> <0002> <d842df9f> endbfchar\n\
              2 beginbfrange <0010> <0012> <4e00> <0020> <0021> [<0041> <00420043>] endbfrange\n\
              1 begincidrange <8140> <8142> 100 endcidrange",
        );
        let text = |code| map.text(code).unwrap_or_default();
        assert_eq!((text(1), text(2)), ("印".into(), "𠮟".into()));
        assert_eq!((text(0x12), text(0x20), text(0x21)), ("丂".into(), "A".into(), "BC".into()));
        assert_eq!(map.cid(0x8142), Some(102));
        let codes: Vec<_> = map.codes(b"A\x81\x40B").iter().map(|code| code.number).collect();
        assert_eq!(codes, [0x41, 0x8140, 0x42]);
    }

    #[test]
    fn huge_ranges_are_bounded() {
        let map = CMap::read(b"1 beginbfrange <00000000> <ffffffff> <0000> endbfrange");
        assert_eq!(map.texts.len(), CIDS_MAX as usize);
    }
}
