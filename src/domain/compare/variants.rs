//! Which characters are one written differently, and which merely look alike.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The table, with its source in its head.
const TABLE: &str = include_str!("variants.txt");

/// Characters that people and scanners take for each other, and that are not the same.
const ALIKE: [&str; 47] = [
    "己已巳",
    "未末",
    "士土",
    "日曰",
    "戊戌戍戎",
    "母毋毌",
    "汨汩",
    "洗冼",
    "佘余",
    "荀苟",
    "祎袆",
    "钰珏",
    "晢皙",
    "昐盼",
    "彧或",
    "赟赞",
    "禹禺",
    "茶荼",
    "侯候",
    "辛幸",
    "人入",
    "干于千",
    "天夭",
    "田由甲申",
    "刀力刁",
    "贝见",
    "壬王玉",
    "兔免",
    "拔拨",
    "析折拆",
    "暑署",
    "晴睛",
    "沐沭",
    "斌赋",
    "锡钖",
    "宓密",
    "妺妹",
    "祢弥",
    "衹祇祗",
    "昊吴",
    "瑨晋",
    "棱梭",
    "氾汜",
    "丐丏",
    "o0〇○",
    "il1|",
    "-一",
];

/// How far a form stands from the simplified one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distance {
    /// One character.
    Form,
    /// As a name it may be another.
    Name,
    /// It may be another, in whatever text.
    Two,
}

static VARIANTS: LazyLock<HashMap<char, (char, Distance)>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mut variants = HashMap::new();
    for entry in lines.flat_map(str::split_whitespace) {
        let mut characters = entry.chars();
        let Some(simple) = characters.next() else { continue };
        let mut distance = Distance::Form;
        for character in characters {
            match character {
                '*' => distance = Distance::Name,
                '?' => distance = Distance::Two,
                character => {
                    variants.insert(character, (simple, distance));
                    distance = Distance::Form;
                }
            }
        }
    }
    variants
});

/// The simplified form of a character, and how far it is from it.
pub(super) fn simplified(character: char) -> Option<(char, Distance)> {
    VARIANTS.get(&character).copied()
}

/// Whether two different characters merely look alike.
pub(super) fn look_alike(one: char, other: char) -> bool {
    ALIKE.iter().any(|group| group.contains(one) && group.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_leads_to_a_form_and_none_stands_for_itself() {
        assert!(VARIANTS.len() > 2400, "{}", VARIANTS.len());
        for (form, (simple, _)) in VARIANTS.iter() {
            assert_ne!(form, simple);
            assert!(!VARIANTS.contains_key(simple), "{form} {simple}");
        }
    }

    #[test]
    fn what_looks_alike_is_not_one_character_in_another_form() {
        let same = |one: char, other: char| {
            let simple = |c: char| simplified(c).map_or(c, |(simple, _)| simple);
            simple(one) == simple(other)
        };
        for group in ALIKE {
            for one in group.chars() {
                assert!(group.chars().all(|other| one == other || !same(one, other)), "{group}");
            }
        }
    }
}
