//! First letters of the pinyin of Chinese, by which people at a window look things up: `spjyxkz` for
//! 食品经营许可证.
//!
//! The characters of level one of GB/T 2312 (those in use) stand in the order of their pinyin, so the
//! letter of one follows from its place. A character with several readings has the one of its place.

/// The first character of each letter, as two bytes of GB/T 2312, in rising order.
const LETTERS: [(u16, char); 23] = [
    (0xb0a1, 'A'),
    (0xb0c5, 'B'),
    (0xb2c1, 'C'),
    (0xb4ee, 'D'),
    (0xb6ea, 'E'),
    (0xb7a2, 'F'),
    (0xb8c1, 'G'),
    (0xb9fe, 'H'),
    (0xbbf7, 'J'),
    (0xbfa6, 'K'),
    (0xc0ac, 'L'),
    (0xc2e8, 'M'),
    (0xc4c3, 'N'),
    (0xc5b6, 'O'),
    (0xc5be, 'P'),
    (0xc6da, 'Q'),
    (0xc8bb, 'R'),
    (0xc8f6, 'S'),
    (0xcbfa, 'T'),
    (0xcdda, 'W'),
    (0xcef4, 'X'),
    (0xd1b9, 'Y'),
    (0xd4d1, 'Z'),
];
/// The last character of level one.
const LAST: u16 = 0xd7f9;

/// The first letters of a text, capitals; Latin letters and digits stand for themselves, and what has
/// no letter (marks, characters beyond level one) is passed over.
#[must_use]
pub fn initials(text: &str) -> String {
    text.chars().filter_map(initial).collect()
}

fn initial(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric().then(|| character.to_ascii_uppercase());
    }
    let mut bytes = [0; 4];
    let encoded = crate::text::to_gb18030(character.encode_utf8(&mut bytes))?;
    let place = u16::from_be_bytes(encoded.try_into().ok()?);
    let letter = LETTERS.iter().rev().find(|(first, _)| *first <= place);
    letter.filter(|_| place <= LAST).map(|(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_first_letters() {
        for (text, expected) in [
            ("食品经营许可证新办", "SPJYXKZXB"),
            ("60岁以上农村籍退役士兵生活补助", "60SYSNCJTYSBSHBZ"),
            ("法律咨询(来电)", "FLZXLD"),
            ("啊座", "AZ"),
            ("A 证", "AZ"),
            ("𠮷龘，—", ""),
            ("", ""),
        ] {
            assert_eq!(initials(text), expected, "{text}");
        }
    }
}
