//! Text strings and dates (ISO 32000-2, 7.9.2, 7.9.4).

use time::OffsetDateTime;

/// The text of a text string: UTF-16BE or UTF-8 by its byte order mark, else PDFDocEncoding.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units = rest.chunks(2).map(|pair| match *pair {
                [high, low] => u16::from_be_bytes([high, low]),
                _ => 0xfffd,
            });
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| document_character(byte)).collect(),
    }
}

/// PDFDocEncoding (ISO 32000-2, annex D.3) agrees with Latin-1 but for these rows.
fn document_character(byte: u8) -> char {
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    match byte {
        0x18..=0x1f => LOW[usize::from(byte - 0x18)],
        0x80..=0xa0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// A string token for `text`: literal when it is printable ASCII, else UTF-16BE in hexadecimal.
#[must_use]
pub fn encode(text: &str) -> String {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let escaped: String = text
            .chars()
            .flat_map(|character| {
                matches!(character, '(' | ')' | '\\').then_some('\\').into_iter().chain([character])
            })
            .collect();
        return format!("({escaped})");
    }
    let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("<FEFF{units}>")
}

/// `(D:YYYYMMDDHHmmSSOHH'mm')`
pub(crate) fn date(time: OffsetDateTime) -> String {
    let (hours, minutes, _) = time.offset().as_hms();
    let sign = if time.offset().is_negative() { '-' } else { '+' };
    format!(
        "(D:{:04}{:02}{:02}{:02}{:02}{:02}{sign}{:02}'{:02}')",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        hours.unsigned_abs(),
        minutes.unsigned_abs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn there_and_back() {
        for text in ["Seal (1)", "市场监督管理局", "a\\b", "𠮷"] {
            let token = encode(text);
            let (token, _) =
                super::super::syntax::Lexer::new(token.as_bytes(), 0).next().expect(text);
            let super::super::syntax::Token::String(bytes) = token else { panic!("{text}") };
            assert_eq!(decode(&bytes), text);
        }
        assert_eq!(decode(b"\x80 \xa0 \xe9 \x1c"), "• € é ˝");
        assert_eq!(decode(b"\xef\xbb\xbf\xe5\x8d\xb0"), "印");
    }

    #[test]
    fn dates() {
        assert_eq!(date(datetime!(2026-01-02 03:04:05 +8)), "(D:20260102030405+08'00')");
        assert_eq!(date(datetime!(2026-01-02 03:04:05 -3:30)), "(D:20260102030405-03'30')");
    }
}
