use super::*;
use proptest::prelude::*;

/// Chinese characters are one em broad, others half an em.
fn measured(text: &str) -> Vec<Measured> {
    let breadth = |character: char| if character.is_ascii() { 0.5 } else { 1.0 };
    text.chars().map(|character| Measured { character, breadth: breadth(character) }).collect()
}

fn broken(text: &str, width: f32, wrap: Wrap) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let lines = lines(&measured(text), width, 0.0, wrap);
    lines.into_iter().map(|line| characters[line].iter().collect()).collect()
}

#[track_caller]
fn check(wrap: Wrap, text: &str, width: f32, expected: &[&str]) {
    assert_eq!(broken(text, width, wrap), expected, "{text} in {width}");
}

#[test]
fn full_lines_keep_the_rules() {
    check(Wrap::Fill, "甲乙丙丁戊", 3.0, &["甲乙丙", "丁戊"]);
    check(Wrap::Fill, "甲乙丙，丁戊", 3.5, &["甲乙丙，", "丁戊"]);
    check(Wrap::Fill, "甲乙丙，丁戊", 3.0, &["甲乙", "丙，", "丁戊"]);
    check(Wrap::Fill, "甲乙《丙》丁", 3.0, &["甲乙", "《丙》", "丁"]);
    check(Wrap::Fill, "甲乙ABCD丙", 3.0, &["甲乙", "ABCD丙"]);
    check(Wrap::Fill, "共100平方米用房", 3.0, &["共100", "平方米", "用房"]);
    check(Wrap::Fill, "至2026年3月止", 3.0, &["至", "2026年", "3月止"]);
    check(Wrap::Fill, "甲乙丙丁", 10.0, &["甲乙丙丁"]);
    check(Wrap::Fill, "ab cd ef", 2.5, &["ab cd ", "ef"]);
    check(Wrap::Fill, "甲乙丙丁戊己。", 6.5, &["甲乙丙丁戊己。"]);
    check(Wrap::Fill, "", 5.0, &[""]);
}

#[test]
fn a_last_character_does_not_stand_alone() {
    check(Wrap::Fill, "甲乙丙丁戊己庚", 6.0, &["甲乙丙丁戊", "己庚"]);
    check(Wrap::Fill, "甲乙丙丁戊己庚。", 6.0, &["甲乙丙丁戊", "己庚。"]);
}

#[test]
fn what_is_longer_than_a_line_is_parted_somewhere() {
    check(Wrap::Fill, "ABCDEFGH", 2.0, &["ABCD", "EFGH"]);
    check(Wrap::Clause, "ABCDEFGH", 2.0, &["ABCD", "EFGH"]);
    check(Wrap::Fill, "甲", 0.2, &["甲"]);
    assert!(is_forced(&measured("ABCD"), 2));
    assert!(!is_forced(&measured("甲乙"), 1));
}

#[test]
fn even_lines_end_with_clauses() {
    check(
        Wrap::Clause,
        "有限责任公司（自然人投资或控股）",
        10.0,
        &["有限责任公司", "（自然人投资或控股）"],
    );
    check(Wrap::Clause, "甲乙丙丁戊己庚", 6.0, &["甲乙丙丁", "戊己庚"]);
    check(
        Wrap::Clause,
        "示例市远山文化，丙丁传播有限公司",
        12.0,
        &["示例市远山文化，", "丙丁传播有限公司"],
    );
}

/// Chinese text with marks, numbers and words.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[一-十中国示例市区路楼室经营]{1,8}",
        2 => "[，。、；：（）《》“”…]",
        1 => "[0-9]{1,6}",
        1 => "[A-Za-z]{1,8}",
        1 => Just(" ".to_owned()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lines_are_the_text_in_order(text in text(), width in 0.1_f32..30.0, clause: bool) {
        let wrap = if clause { Wrap::Clause } else { Wrap::Fill };
        prop_assert_eq!(broken(&text, width, wrap).concat(), text);
    }

    #[test]
    fn no_line_is_too_broad(text in text(), width in 1.0_f32..30.0, tracking in 0.0_f32..0.5, clause: bool) {
        let wrap = if clause { Wrap::Clause } else { Wrap::Fill };
        let characters = measured(&text);
        for line in lines(&characters, width, tracking, wrap) {
            let line = &characters[line];
            prop_assert!(line.len() <= 1 || breadth(line, tracking) <= width + SLACK);
        }
    }

    #[test]
    fn marks_keep_their_side_unless_nothing_else_fits(text in text(), width in 10.0_f32..30.0, clause: bool) {
        let wrap = if clause { Wrap::Clause } else { Wrap::Fill };
        let characters = measured(&text);
        let lines = lines(&characters, width, 0.0, wrap);
        for line in lines.iter().take(lines.len().saturating_sub(1)) {
            let allowed = (line.start + 1..line.end).any(|end| !is_forced(&characters, end));
            prop_assert!(!is_forced(&characters, line.end) || !allowed);
        }
    }

    #[test]
    fn even_lines_are_no_more_than_full_ones(text in text(), width in 4.0_f32..30.0) {
        let characters = measured(&text);
        let full = lines(&characters, width, 0.0, Wrap::Fill).len();
        prop_assert!(lines(&characters, width, 0.0, Wrap::Clause).len() <= full);
    }
}
