//! Which characters a license may hold.

/// Whether `character` is invisible, changes direction, or means nothing by itself: controls,
/// zero-width and bidirectional marks, private use, noncharacters. None can be printed or compared.
pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x180E
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
            | 0x3164 | 0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF
            | 0xFFA0 | 0xFFF0..=0xFFFB | 0xE0000..=0xE0FFF | 0xF0000..=0x10_FFFF)
        || u32::from(character) & 0xFFFE == 0xFFFE
}

/// The first unprintable character of `text`, line ends apart when `lines` are allowed.
pub(super) fn first_unprintable(text: &str, lines: bool) -> Option<char> {
    text.chars().find(|c| is_unprintable(*c) && !(lines && *c == '\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_printable_characters_pass() {
        for (text, lines, expected) in [
            ("示例 Ａ(甲)1㎡", false, None),
            ("一\n二", true, None),
            ("一\n二", false, Some('\n')),
            ("一\t二", true, Some('\t')),
            ("一\u{0}", true, Some('\u{0}')),
            ("有\u{202E}限", true, Some('\u{202E}')),
            ("有\u{200B}限", true, Some('\u{200B}')),
            ("\u{E000}", true, Some('\u{E000}')),
            ("\u{1FFFF}", true, Some('\u{1FFFF}')),
            ("𬴂", true, None),
        ] {
            assert_eq!(first_unprintable(text, lines), expected, "{text:?}");
        }
    }
}
