//! Encodings and widths of simple fonts that do not say them themselves (ISO 32000-2, annex D).

/// WinAnsiEncoding, which agrees with the other Latin encodings in all of ASCII.
pub(super) fn win_ansi(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '•', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '•', 'Ž', '•', '•', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '•', 'ž', 'Ÿ',
    ];
    match byte {
        0..=31 => None,
        0x80..=0x9f => Some(HIGH[usize::from(byte - 0x80)]),
        _ => Some(char::from(byte)),
    }
}

/// The character of a glyph name: a letter, an Adobe name of ASCII punctuation or a digit, `uniXXXX`.
pub(super) fn named(name: &str) -> Option<char> {
    const NAMES: [(&str, char); 44] = [
        ("space", ' '),
        ("exclam", '!'),
        ("quotedbl", '"'),
        ("numbersign", '#'),
        ("dollar", '$'),
        ("percent", '%'),
        ("ampersand", '&'),
        ("quotesingle", '\''),
        ("parenleft", '('),
        ("parenright", ')'),
        ("asterisk", '*'),
        ("plus", '+'),
        ("comma", ','),
        ("hyphen", '-'),
        ("period", '.'),
        ("slash", '/'),
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("colon", ':'),
        ("semicolon", ';'),
        ("less", '<'),
        ("equal", '='),
        ("greater", '>'),
        ("question", '?'),
        ("at", '@'),
        ("bracketleft", '['),
        ("backslash", '\\'),
        ("bracketright", ']'),
        ("asciicircum", '^'),
        ("underscore", '_'),
        ("grave", '`'),
        ("braceleft", '{'),
        ("bar", '|'),
        ("braceright", '}'),
        ("asciitilde", '~'),
        ("quoteright", '’'),
    ];
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return Some(only);
    }
    let number = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'));
    let number = number.filter(|digits| (4..=6).contains(&digits.len()));
    number
        .and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?))
        .or_else(|| NAMES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character))
}

/// Widths of the standard fonts for codes 0 to 255: Courier is 0.6 throughout, everything else is
/// taken for Helvetica, which places a keyword within a few millimetres for all of them.
pub(super) fn standard_widths(font: &str, characters: &[Option<String>]) -> Vec<f64> {
    /// Helvetica, space to tilde, in thousandths.
    const HELVETICA: [u16; 95] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556,
        556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722,
        722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
        667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
        500, 334, 260, 334, 584,
    ];
    let width = |text: &Option<String>| {
        let character = text.as_ref()?.chars().next()?;
        let index = u32::from(character).checked_sub(32)?;
        HELVETICA.get(index as usize).map(|width| f64::from(*width) / 1000.0)
    };
    let courier = font.contains("Courier");
    characters.iter().map(|text| if courier { 0.6 } else { width(text).unwrap_or(0.556) }).collect()
}
