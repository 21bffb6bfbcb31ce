//! One spelling for search: names and numbers are kept as given and found by their key.

use unicode_normalization::UnicodeNormalization;

/// A dropped space can bring a loose accent to the letter before it, and the pair has another normal
/// form; two rounds settled every character tried, the bound keeps a surprise from looping.
const FOLDS_MAX: usize = 4;

/// The key under which a name is searched: NFKC, capitals, one kind of bracket, dash and dot, no
/// invisible characters; one space between Latin words and none elsewhere.
///
/// Two texts that a clerk would call the same have the same key; the key of a key is itself.
#[must_use]
pub fn search_key(text: &str) -> String {
    let mut key = fold(text);
    for _ in 0..FOLDS_MAX {
        let again = fold(&key);
        if again == key {
            break;
        }
        key = again;
    }
    key
}

fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut gap = false;
    for character in spelled(text) {
        if character == ' ' {
            gap = true;
            continue;
        }
        let previous = key.chars().next_back();
        if character == '-' && previous == Some('-') {
            gap = false;
            continue;
        }
        if gap && previous.is_some_and(is_worded) && is_worded(character) {
            key.push(' ');
        }
        gap = false;
        key.push(character);
    }
    key
}

/// The key of a number: as [`search_key`], and no space counts.
#[must_use]
pub fn number_key(text: &str) -> String {
    search_key(text).chars().filter(|character| *character != ' ').collect()
}

/// Compatibility forms first, so that the tables below see plain characters; normal form again
/// after the capitals, which may have taken characters apart.
fn spelled(text: &str) -> Vec<char> {
    if let Some(simple) = text.chars().map(simple).collect() {
        return simple;
    }
    let visible = text.chars().filter(|character| !is_invisible(*character));
    let capitals: String = visible.nfkc().flat_map(char::to_uppercase).nfkc().collect();
    capitals.chars().filter(|char| !is_invisible(*char)).map(plain).collect()
}

/// The spelling of a character that has no ties to its neighbours: most names and numbers have no
/// others, and need no tables.
fn simple(character: char) -> Option<char> {
    /// From a full-width form to what it is a form of.
    const FULL_WIDTH: u32 = '！' as u32 - '!' as u32;
    let narrow = match character {
        ' '..='~' | '一'..='\u{9FFF}' | '〔' | '〕' | '【' | '】' => Some(character),
        '！'..='～' => char::from_u32(character as u32 - FULL_WIDTH),
        _ => None,
    };
    narrow.map(|narrow| plain(narrow.to_ascii_uppercase()))
}

fn plain(character: char) -> char {
    match character {
        '〔' | '【' | '〖' | '［' | '[' | '{' | '⟨' | '⦅' => '(',
        '〕' | '】' | '〗' | '］' | ']' | '}' | '⟩' | '⦆' => ')',
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2500}'
        | '\u{2501}'
        | '\u{2E3A}'
        | '\u{2E3B}' => '-',
        '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' | '\u{25CF}'
        | '\u{16EB}' => '·',
        character if character.is_whitespace() || character.is_control() => ' ',
        character => character,
    }
}

/// Characters without ink: soft hyphen, zero-width and bidirectional marks, variation selectors,
/// tags.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Scripts that put spaces between words; Chinese does not, so there a space is only layout.
fn is_worded(character: char) -> bool {
    character.is_alphanumeric() && (character as u32) < 0x2E80
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_are_the_same_to_a_clerk() {
        for (text, key) in [
            ("  示例市（东区）餐饮有限公司 ", "示例市(东区)餐饮有限公司"),
            ("示例市 (东区) 餐饮有限公司", "示例市(东区)餐饮有限公司"),
            ("ＪＹ１４４０３０００", "JY14403000"),
            ("jy14403000", "JY14403000"),
            ("示卫许字〔2026〕第 12 号", "示卫许字(2026)第12号"),
            ("示卫许字【2026】第12号", "示卫许字(2026)第12号"),
            ("示卫许字[2026]第12号", "示卫许字(2026)第12号"),
            ("A——12–3－4", "A-12-3-4"),
            ("A - - 12", "A-12"),
            ("John\u{3000}  Smith", "JOHN SMITH"),
            ("买买提•吐尔逊", "买买提·吐尔逊"),
            ("买买提・吐尔逊", "买买提·吐尔逊"),
            ("张\u{200B}三\u{FEFF}", "张三"),
            ("葛\u{E0100}", "葛"),
            ("①", "1"),
            ("", ""),
            (" \t\n", ""),
        ] {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn numbers_ignore_spaces() {
        assert_eq!(number_key("JY 1 4403 – 0001"), "JY14403-0001");
        assert_eq!(search_key("JY 1 4403"), "JY 1 4403");
    }

    #[test]
    fn different_names_stay_different() {
        assert_ne!(search_key("示例一公司"), search_key("示例1公司"));
        assert_ne!(search_key("A-1"), search_key("A1"));
    }

    #[test]
    fn the_key_of_a_key_is_itself_for_every_character_with_forms() {
        let blocks =
            [0..0x3400, 0xA000..0xAC00, 0xF900..0x1_0000, 0x1_D000..0x1_F300, 0x2_F800..0x2_FA20];
        for character in blocks.into_iter().flatten().filter_map(char::from_u32) {
            let key = search_key(&format!("a{character}中"));
            assert_eq!(search_key(&key), key, "{:x}", character as u32);
        }
    }

    /// By the tables, whatever it is.
    fn tabled(text: &str) -> Vec<char> {
        let capitals: String = text.nfkc().flat_map(char::to_uppercase).nfkc().collect();
        capitals.chars().map(plain).collect()
    }

    #[test]
    fn what_needs_no_tables_is_spelled_as_by_the_tables() {
        let mut count = 0;
        for character in '\0'..=char::MAX {
            if let Some(spelled) = simple(character) {
                assert_eq!([spelled], tabled(&character.to_string())[..], "{character:?}");
                count += 1;
            }
        }
        assert_eq!(count, 95 + 20_992 + 4 + 94);
    }

    proptest! {
        #[test]
        fn what_needs_no_tables_has_no_ties_to_its_like(text in "[ -~！-～〔〕一-鿿]{0,20}") {
            prop_assert!(text.chars().all(|character| simple(character).is_some()));
            prop_assert_eq!(spelled(&text), tabled(&text));
        }

        #[test]
        fn the_key_of_a_key_is_itself(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), &key[..]);
            let key = number_key(&text);
            prop_assert_eq!(number_key(&key), &key[..]);
        }
    }
}
