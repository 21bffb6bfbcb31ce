//! Values as people read them on a license.

use super::content::Content;
use super::field::{FieldKind, MoneyFormat};
use super::license_type::LicenseType;
use super::template::Format;
use super::value::{Period, Value};
use time::Date;

impl Content {
    /// The value of a field as printed; empty where there is none.
    #[must_use]
    pub fn printed(&self, license_type: &LicenseType, key: &str, format: Format) -> String {
        match (license_type.field(key), self.value(key)) {
            (Some(field), Some(value)) => value.printed(&field.kind, format),
            _ => String::new(),
        }
    }
}

impl Value {
    /// The value as printed; photos and tables are drawn, not printed.
    #[must_use]
    pub fn printed(&self, kind: &FieldKind, format: Format) -> String {
        match (self, kind) {
            (Self::Date(date), _) => date_printed(*date, format),
            (Self::Period(period), _) => period_printed(*period, format),
            (Self::Number(number), FieldKind::Number { unit: Some(unit), .. })
                if format != Format::Bare =>
            {
                format!("{number}{unit}")
            }
            (Self::Money(amount), FieldKind::Money { format: MoneyFormat::Words }) => {
                money_in_words(amount)
            }
            (Self::Money(amount), _) => format!("{}元", grouped(amount)),
            (Self::Choice(value), FieldKind::Choice { choices }) => {
                let choice = choices.iter().find(|choice| choice.value == *value);
                choice.map_or_else(String::new, |choice| choice.name.zh.clone())
            }
            (Self::Text(text), _) | (Self::Number(text), _) | (Self::Choice(text), _) => {
                text.clone()
            }
            (Self::CitizenId(id), _) => id.as_str().to_owned(),
            (Self::Uscc(code), _) => code.as_str().to_owned(),
            (Self::Photo(_) | Self::Table(_), _) => String::new(),
        }
    }
}

fn date_printed(date: Date, format: Format) -> String {
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    match format {
        Format::Year => format!("{year}"),
        Format::Month => format!("{month:02}"),
        Format::Day => format!("{day:02}"),
        Format::Chinese => {
            let year: String = year.to_string().chars().map(figure).collect();
            format!("{year}年{}月{}日", counted(month), counted(day))
        }
        Format::Plain | Format::From | Format::To | Format::Bare => {
            format!("{year}年{month}月{day}日")
        }
    }
}

fn period_printed(period: Period, format: Format) -> String {
    let from = date_printed(period.from, Format::Plain);
    let to = period.to.map(|to| date_printed(to, Format::Plain));
    match (format, to) {
        (Format::From, _) => from,
        (Format::To, to) => to.unwrap_or_else(|| "长期".to_owned()),
        (_, Some(to)) => format!("{from}至{to}"),
        (_, None) => format!("{from}至长期"),
    }
}

fn figure(digit: char) -> char {
    const FIGURES: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    digit.to_digit(10).map_or(digit, |value| FIGURES[value as usize])
}

/// Numbers from 1 to 99 as counted: 十, 十一, 二十, 三十一.
fn counted(number: u8) -> String {
    let (tens, ones) = (number / 10, number % 10);
    let mut text = String::new();
    if tens > 1 {
        text.push(figure((b'0' + tens) as char));
    }
    if tens > 0 {
        text.push('十');
    }
    if ones > 0 {
        text.push(figure((b'0' + ones) as char));
    }
    text
}

/// `1234567.5` as `1,234,567.50`.
fn grouped(amount: &str) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}.{fraction:0<2}")
}

const FINANCIAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// An amount of yuan in financial words, such as 壹佰万元整.
fn money_in_words(amount: &str) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let cents: String = format!("{fraction:0<2}");
    let digit =
        |index: usize| cents.as_bytes().get(index).map_or(0, |b| usize::from(b - b'0') % 10);
    let (jiao, fen) = (digit(0), digit(1));
    let mut text = whole_in_words(whole);
    if text.is_empty() && (jiao, fen) == (0, 0) {
        return "零元整".to_owned();
    }
    let has_yuan = !text.is_empty();
    if has_yuan {
        text.push('元');
    }
    if (jiao, fen) == (0, 0) {
        text.push('整');
        return text;
    }
    if jiao > 0 {
        text.extend([FINANCIAL[jiao], '角']);
    } else if has_yuan {
        text.push('零');
    }
    if fen > 0 {
        text.extend([FINANCIAL[fen], '分']);
    } else {
        text.push('整');
    }
    text
}

fn whole_in_words(whole: &str) -> String {
    const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
    let mut text = String::new();
    let mut zero_pending = false;
    // Whether the four places before a 万, and all places before the 亿, hold a figure.
    let (mut ten_thousands, mut hundred_millions) = (false, false);
    for (index, byte) in whole.bytes().enumerate() {
        let place = whole.len() - 1 - index;
        let value = usize::from(byte - b'0') % 10;
        if value == 0 {
            zero_pending = !text.is_empty();
        } else {
            if std::mem::take(&mut zero_pending) {
                text.push('零');
            }
            text.push(FINANCIAL[value]);
            text.push_str(PLACES[place % 4]);
            (ten_thousands, hundred_millions) = (true, true);
        }
        if place % 8 == 4 && ten_thousands {
            text.push('万');
        }
        if place == 8 && hundred_millions {
            text.push('亿');
        }
        if place.is_multiple_of(4) {
            ten_thousands = false;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn amounts_in_words() {
        for (amount, words) in [
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("1", "壹元整"),
            ("10", "壹拾元整"),
            ("1000000", "壹佰万元整"),
            ("1000000.00", "壹佰万元整"),
            ("10050", "壹万零伍拾元整"),
            ("100000001", "壹亿零壹元整"),
            ("120300.45", "壹拾贰万零叁佰元肆角伍分"),
            ("1001.01", "壹仟零壹元零壹分"),
            ("2000500000", "贰拾亿零伍拾万元整"),
            ("1000000000000", "壹万亿元整"),
            ("1200000000000", "壹万贰仟亿元整"),
        ] {
            assert_eq!(money_in_words(amount), words, "{amount}");
        }
    }

    #[test]
    fn amounts_in_figures() {
        for (amount, figures) in
            [("0", "0.00"), ("12.5", "12.50"), ("1234567", "1,234,567.00"), ("100", "100.00")]
        {
            assert_eq!(grouped(amount), figures);
        }
    }

    #[test]
    fn dates() {
        let day = date!(2026 - 03 - 02);
        for (format, text) in [
            (Format::Plain, "2026年3月2日"),
            (Format::Chinese, "二〇二六年三月二日"),
            (Format::Year, "2026"),
            (Format::Month, "03"),
            (Format::Day, "02"),
        ] {
            assert_eq!(date_printed(day, format), text);
        }
        assert_eq!(
            date_printed(date!(1999 - 12 - 31), Format::Chinese),
            "一九九九年十二月三十一日"
        );
        assert_eq!(date_printed(date!(2010 - 10 - 20), Format::Chinese), "二〇一〇年十月二十日");
        let term = Period { from: day, to: None };
        assert_eq!(period_printed(term, Format::Plain), "2026年3月2日至长期");
        assert_eq!(period_printed(term, Format::To), "长期");
    }
}
