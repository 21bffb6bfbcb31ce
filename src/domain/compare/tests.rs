use super::*;
use proptest::prelude::*;

const PAIRS: &str = include_str!("../../../fixtures/compare/pairs.txt");

/// `\u{..}` as the character; nothing else is written otherwise.
fn read(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut read, part| {
        let (code, rest) = part.split_once('}').expect("a code");
        let code = u32::from_str_radix(code, 16).expect("hexadecimal");
        read.push(char::from_u32(code).expect("a character"));
        read + rest
    })
}

fn said(comparison: &Comparison) -> String {
    let reasons = comparison.reasons.iter();
    let reasons: Vec<String> =
        reasons.map(|one| format!("{} {}/{}", one.reason, one.ours, one.theirs)).collect();
    format!("{} | {}", comparison.answer, reasons.join(", "))
}

#[test]
fn every_pair_of_the_fixture_is_answered_as_it_says_from_both_sides() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in PAIRS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let kind: Kind = cells[0].parse().expect("a kind");
        let (ours, theirs) = (read(cells[1]), read(cells[2]));
        let renamed = cells.get(5).and_then(|cell| cell.split_once('>'));
        let renamed = renamed.map(|(from, to)| Renamed { from: from.into(), to: to.into() });
        let renamed: Vec<Renamed> = renamed.into_iter().collect();
        let answer = compare(kind, &ours, &theirs, &renamed).expect("short");
        let expected = format!("{} | {}", cells[3], cells[4]);
        if said(&answer) != expected {
            wrong.push(format!("{line}\n    is {}", said(&answer)));
        }
        let back = compare(kind, &theirs, &ours, &renamed).expect("short");
        assert_eq!(back, answer.mirrored(), "{line}");
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 100, "{count} pairs");
}

#[test]
fn reasons_stand_in_the_order_of_what_they_leave_possible() {
    let left: Vec<Answer> = Reason::ALL.iter().map(|reason| reason.leaves()).collect();
    assert!(left.is_sorted());
    assert_eq!(Reason::CourtyardWord.leaves(), Answer::SameAfter);
    assert_eq!(Reason::ValueMissing.leaves(), Answer::Unclear);
    assert_eq!(Reason::UnitMissing.leaves(), Answer::Unclear);
    assert_eq!(Reason::LooksAlike.leaves(), Answer::Different);
}

#[test]
fn a_value_that_is_too_long_is_refused_and_the_longest_is_compared() {
    let long = "甲".repeat(VALUE_CHARACTERS_MAX + 1);
    let refused = compare(Kind::Text, "甲", &long, &[]).unwrap_err();
    assert_eq!(refused.characters, VALUE_CHARACTERS_MAX + 1);
    let longest = "甲".repeat(VALUE_CHARACTERS_MAX);
    for kind in Kind::ALL {
        assert_eq!(compare(*kind, &longest, &longest, &[]).expect("short").answer, Answer::Same);
    }
}

/// Values with much of what is read: figures, units, regions, forms, marks.
fn value() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "张",
        "張",
        "三",
        "十",
        "二",
        "后",
        "後",
        "喆",
        "哲",
        "己",
        "已",
        "省",
        "市",
        "东区",
        "示例",
        "路",
        "号",
        "号院",
        "楼",
        "单元",
        "-",
        "—",
        "·",
        "•",
        ".",
        " ",
        "(",
        "（",
        "〔",
        "1",
        "２",
        "05",
        "2026",
        "年",
        "月",
        "日",
        "万",
        "元",
        "㎡",
        "A",
        "b",
        "Smith",
        "JOHN",
        ",",
        "□",
        "*",
        "\u{E0100}",
        "\u{200B}",
        "\u{F907}",
        "/",
        "壹佰",
        "0",
        "O",
        "广东",
    ]);
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat())
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn who_is_compared_with_whom_changes_the_sides_alone(
        kind in kind(), ours in value(), theirs in value(),
    ) {
        let renamed = [Renamed { from: "示例市".into(), to: "示例东区".into() }];
        let there = compare(kind, &ours, &theirs, &renamed).expect("short");
        let back = compare(kind, &theirs, &ours, &renamed).expect("short");
        prop_assert_eq!(back, there.mirrored());
    }

    #[test]
    fn a_value_that_can_be_read_is_the_same_as_itself(kind in kind(), value in value()) {
        let answer = compare(kind, &value, &value, &[]).expect("short").answer;
        let readable = !value.contains(['□', '*']);
        let said = value.chars().any(|c| !c.is_whitespace() && c != '\u{200B}');
        prop_assert_eq!(answer, if readable && said { Answer::Same } else { Answer::Unclear });
    }

    #[test]
    fn no_text_makes_it_panic_and_what_is_another_text_says_why(
        kind in kind(), ours in "\\PC{0,40}", theirs in "\\PC{0,40}",
    ) {
        let found = compare(kind, &ours, &theirs, &[]).expect("short");
        prop_assert_eq!(found.answer == Answer::Same, found.reasons.is_empty());
    }
}
