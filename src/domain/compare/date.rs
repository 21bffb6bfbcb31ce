//! Days, in the ways in which they are written.

use super::pieces::folded;
use super::{Found, Reason, whole};
use time::{Date, Month};

/// What a text says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    Whole(Date),
    /// 长期.
    LongTerm,
    /// A year, perhaps a month.
    Part(i32, Option<u8>),
    TwoDigitYear,
    /// Day and month may be either way round.
    EitherWay,
    None,
}

/// What two days differ in.
pub(super) fn compared(ours: &str, theirs: &str) -> Vec<Found> {
    let reason = match (read(ours), read(theirs)) {
        (Day::None, _) | (_, Day::None) => Reason::NotADate,
        (Day::TwoDigitYear, _) | (_, Day::TwoDigitYear) => Reason::TwoDigitYear,
        (Day::EitherWay, _) | (_, Day::EitherWay) => Reason::DayOrder,
        (Day::Whole(one), Day::Whole(other)) if one == other => Reason::DateWriting,
        (Day::LongTerm, Day::LongTerm) => Reason::LongTermWriting,
        (Day::Part(year, month), Day::Part(other_year, other_month))
            if (year, month) == (other_year, other_month) =>
        {
            Reason::DateWriting
        }
        (Day::Part(year, month), Day::Whole(day)) | (Day::Whole(day), Day::Part(year, month)) => {
            part((year, month), (day.year(), Some(u8::from(day.month()))))
        }
        (Day::Part(year, month), Day::Part(other_year, other_month)) => {
            part((year, month), (other_year, other_month))
        }
        (Day::Whole(_) | Day::LongTerm | Day::Part(..), _) => Reason::DateDiffers,
    };
    vec![whole(reason)]
}

/// A part agrees with what it may be a part of.
fn part(one: (i32, Option<u8>), other: (i32, Option<u8>)) -> Reason {
    let months = one.1.zip(other.1).is_none_or(|(one, other)| one == other);
    if one.0 == other.0 && months { Reason::PartialDate } else { Reason::DateDiffers }
}

fn read(text: &str) -> Day {
    let text = folded(&parted(text));
    if ["长期", "長期", "长期有效", "long_term", "永久", "9999-12-31", "99991231"]
        .contains(&text.as_str())
    {
        return Day::LongTerm;
    }
    let Some(numbers) = numbers(&text) else { return Day::None };
    match &numbers[..] {
        [(digits, 8)] => whole_day(digits / 10_000, digits / 100 % 100, digits % 100),
        // 200105: May 2001, or 5 January of a year of two digits.
        [(digits, 6)] if is_day(digits / 100 % 100, digits % 100) => Day::TwoDigitYear,
        [(digits, 6)] if is_year(digits / 100) => month(digits / 100, digits % 100),
        [(year, 4)] => year_of(*year).map_or(Day::None, |year| Day::Part(year, None)),
        [(year, 4), (number, 1 | 2)] => month(*year, *number),
        [(year, 4), (month, 1 | 2), (day, 1 | 2)] => whole_day(*year, *month, *day),
        [(_, 1 | 2), (_, 1 | 2), (_, 4)] => Day::EitherWay,
        [(_, 2), (_, 1 | 2), (_, 1 | 2)] => Day::TwoDigitYear,
        _ => Day::None,
    }
}

fn is_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Spaces between digits part numbers; elsewhere they mean nothing.
fn parted(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    let between = |at: usize| {
        let before = letters[..at].iter().rev().find(|c| !c.is_whitespace());
        digit(before) && digit(letters[at..].iter().find(|c| !c.is_whitespace()))
    };
    let one = |(at, c): (usize, &char)| if c.is_whitespace() && between(at) { '-' } else { *c };
    letters.iter().enumerate().map(one).collect()
}

fn is_year(year: u32) -> bool {
    (1800..=2999).contains(&year)
}

fn year_of(year: u32) -> Option<i32> {
    i32::try_from(year).ok().filter(|_| is_year(year))
}

fn month(year: u32, month: u32) -> Day {
    let month = u8::try_from(month).ok().filter(|month| (1..=12).contains(month));
    match year_of(year).zip(month) {
        Some((year, month)) => Day::Part(year, Some(month)),
        None => Day::None,
    }
}

fn whole_day(year: u32, month: u32, day: u32) -> Day {
    let month = u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok());
    let date = year_of(year).zip(month).zip(u8::try_from(day).ok());
    let date =
        date.and_then(|((year, month), day)| Date::from_calendar_date(year, month, day).ok());
    date.map_or(Day::None, Day::Whole)
}

/// The numbers of a text and how many digits each has, if there is nothing else but what parts them.
fn numbers(text: &str) -> Option<Vec<(u32, usize)>> {
    let mut numbers = Vec::new();
    for word in text.split(['年', '月', '日', '号', '-', '–', '—', '−', '.', '/', '。', '．'])
    {
        if word.is_empty() {
            continue;
        }
        let digits = match word.chars().all(|c| c.is_ascii_digit()) {
            true => word.to_owned(),
            false => chinese(word)?,
        };
        numbers.push((digits.parse().ok().filter(|_| digits.len() <= 8)?, digits.len()));
    }
    Some(numbers)
}

/// 二〇二六 as digits, 十二 and 二十一 as numbers.
fn chinese(word: &str) -> Option<String> {
    let digit = |c: char| super::number::digit(c).map(|digit| digit.to_string());
    if word.contains('十') {
        return super::number::chinese(word).map(|number| number.to_string());
    }
    word.chars().map(digit).collect()
}
