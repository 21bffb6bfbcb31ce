//! Days and periods as people type them into tables.

use formats::text::date_iso;
use time::{Date, Month};

/// The day in a text such as `2026-03-02`, `2026/3/2`, `2026.3.2`, `2026年3月2日` or `20260302`, as ISO
/// 8601 has it; any other text as it is, so that the check of the field refuses it.
pub(super) fn iso(text: &str) -> String {
    day(text).map_or_else(|| text.to_owned(), date_iso)
}

fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let text = text.strip_suffix('日').unwrap_or(text);
    let parts: Vec<&str> = match text.len() {
        8 if text.bytes().all(|b| b.is_ascii_digit()) => {
            vec![&text[..4], &text[4..6], &text[6..]]
        }
        _ => text.split(['-', '/', '.', '年', '月']).collect(),
    };
    let [year, month, day] = parts[..] else { return None };
    let whole = |text: &str, digits| {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && (1..=digits).contains(&text.len());
        plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let month = Month::try_from(u8::try_from(whole(month, 2)?).ok()?).ok()?;
    let day = u8::try_from(whole(day, 2)?).ok()?;
    let year = whole(year, 4).filter(|_| year.len() == 4)?;
    Date::from_calendar_date(year.into(), month, day).ok()
}

/// What stands for no last day.
const LONG_TERM: [&str; 5] = ["长期", "永久", "长期有效", "long_term", "long term"];

/// The last day of a period: a day, or that there is none.
pub(super) fn last(text: &str) -> String {
    let text = text.trim();
    if LONG_TERM.contains(&text) { "long_term".to_owned() } else { iso(text) }
}

/// Both days of a period such as `2026年3月2日至长期`.
pub(super) fn period(text: &str) -> Option<(String, String)> {
    let parted = ["至", "~", "～", "—", " - "].iter().find_map(|sign| text.split_once(sign));
    parted.map(|(from, to)| (iso(from), last(to.trim_start_matches('—'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_type_them() {
        for (text, expected) in [
            ("2026-03-02", "2026-03-02"),
            (" 2026/3/2 ", "2026-03-02"),
            ("2026.03.2", "2026-03-02"),
            ("2026年3月2日", "2026-03-02"),
            ("20260302", "2026-03-02"),
            ("2026-02-30", "2026-02-30"),
            ("3/2/2026", "3/2/2026"),
            ("26-3-2", "26-3-2"),
            ("2026-3", "2026-3"),
            ("2026-3-2-1", "2026-3-2-1"),
            ("2026-+3-2", "2026-+3-2"),
            ("", ""),
        ] {
            assert_eq!(iso(text), expected);
        }
        assert_eq!(last("长期"), "long_term");
        let both = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(period("2026年3月2日至长期"), both("2026-03-02", "long_term"));
        assert_eq!(period("2026-03-02——2031-03-01"), both("2026-03-02", "2031-03-01"));
        assert_eq!(period("2026-03-02"), None);
    }
}
