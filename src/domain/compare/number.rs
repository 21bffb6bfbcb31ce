//! Numbers and amounts with their units.

use super::pieces::visible;
use super::{Found, Reason, whole};

/// The value of one Chinese digit, in small or formal characters.
pub(super) fn digit(character: char) -> Option<u64> {
    const DIGITS: [&str; 10] = [
        "〇零○",
        "一壹弌",
        "二贰貳两兩",
        "三叁參叄",
        "四肆",
        "五伍",
        "六陆陸",
        "七柒",
        "八捌",
        "九玖",
    ];
    let place = DIGITS.iter().position(|same| same.contains(character))?;
    u64::try_from(place).ok()
}

/// A whole Chinese number such as 一百二十三 or 壹佰万; none where it is no such number.
pub(super) fn chinese(text: &str) -> Option<u64> {
    let (mut total, mut section, mut last): (u64, u64, Option<u64>) = (0, 0, None);
    let mut smaller = u64::MAX;
    // 两千五 is 2500 to some and 2005 to others; 两千零五 is not.
    let mut short = false;
    for character in text.chars() {
        if let Some(digit) = digit(character) {
            short = last.is_none()
                && digit != 0
                && (smaller > 10 && smaller != u64::MAX || smaller == u64::MAX && total > 0);
            // Two digits in a row are no number in words, but for a zero that fills a gap.
            if last.is_some_and(|last| last != 0) {
                return None;
            }
            last = Some(digit);
            continue;
        }
        short = false;
        let unit: u64 = match character {
            '十' | '拾' => 10,
            '百' | '佰' => 100,
            '千' | '仟' => 1000,
            '万' | '萬' => 10_000,
            '亿' | '億' => 100_000_000,
            _ => return None,
        };
        if unit < 10_000 {
            if unit >= smaller {
                return None;
            }
            smaller = unit;
            section = section.checked_add(last.take().unwrap_or(1).checked_mul(unit)?)?;
        } else {
            let section_whole = section.checked_add(last.take().unwrap_or(0))?;
            if section_whole == 0 || (total != 0 && total < unit) {
                return None;
            }
            total = total.checked_add(section_whole.checked_mul(unit)?)?;
            (section, smaller) = (0, u64::MAX);
        }
    }
    if short {
        return None;
    }
    total.checked_add(section)?.checked_add(last.unwrap_or(0))
}

/// A decimal without needless zeros: digits and how many of them stand behind the point (negative:
/// zeros that follow).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    scale: i32,
}

impl Decimal {
    fn new(negative: bool, digits: &str, scale: i32) -> Self {
        let front = digits.trim_start_matches('0');
        let kept = front.trim_end_matches('0');
        let dropped = i32::try_from(front.len() - kept.len()).unwrap_or(0);
        match kept.is_empty() {
            true => Self { negative: false, digits: String::new(), scale: 0 },
            false => Self { negative, digits: kept.to_owned(), scale: scale - dropped },
        }
    }
}

/// What a text says: a number, and its unit by the one spelling that is compared.
struct Amount {
    number: Decimal,
    unit: String,
    /// Whether it is one of [`UNITS`]: of others nobody here knows how many of one make another.
    known: bool,
    in_words: bool,
    /// The unit as it is written.
    written: String,
}

/// What two numbers differ in.
pub(super) fn compared(ours: &str, theirs: &str) -> Vec<Found> {
    let (Some(one), Some(other)) = (read(ours), read(theirs)) else {
        return vec![whole(Reason::NotANumber)];
    };
    let mut reasons = Vec::new();
    if one.unit != other.unit {
        let yuan = [&one, &other].iter().all(|one| ["", "元"].contains(&one.unit.as_str()));
        let plain = [&one, &other].iter().all(|one| ["", "元"].contains(&one.written.as_str()));
        reasons.push(match (yuan, one.unit.is_empty() || other.unit.is_empty()) {
            (true, _) if plain || one.in_words || other.in_words => Reason::YuanLeftOut,
            (_, true) => Reason::UnitMissing,
            (..) if one.known && other.known => Reason::UnitDiffers,
            (..) => Reason::UnitUnknown,
        });
    } else if one.written != other.written {
        reasons.push(Reason::UnitWriting);
    }
    // 100 beside 100 万元 may be the same or not, whatever the figures say.
    let open = reasons.iter().any(|one| matches!(one, Reason::UnitMissing | Reason::UnitUnknown));
    if !open && one.number != other.number {
        reasons.push(Reason::NumberDiffers);
    }
    if one.in_words != other.in_words {
        reasons.push(Reason::ChineseNumeral);
    }
    if reasons.is_empty() {
        reasons.push(Reason::NumberWriting);
    }
    reasons.into_iter().map(whole).collect()
}

/// Spellings of a unit, the one that is compared first, and how many of it: by powers of ten.
const UNITS: [(&str, &[&str], i32); 8] = [
    ("元", &["元", "圆", "圓", "元整", "圆整", "元正", "圆正"], 0),
    ("%", &["%", "％", "﹪"], 0),
    ("m2", &["m2", "m²", "M2", "㎡", "平方米", "平米"], 0),
    ("m3", &["m3", "m³", "M3", "立方米"], 0),
    ("m", &["m", "米"], 0),
    ("m", &["km", "KM", "Km", "公里", "千米"], 3),
    ("kg", &["kg", "KG", "Kg", "㎏", "公斤", "千克"], 0),
    ("kg", &["t", "吨"], 3),
];
/// What stands before a unit, or for itself, and multiplies it: powers of ten.
const MULTIPLES: [(&str, i32); 4] = [("万", 4), ("萬", 4), ("亿", 8), ("億", 8)];

/// A unit by its spelling: the name that is compared, and how many of it.
fn known_unit(written: &str) -> Option<(&'static str, i32)> {
    let (rest, multiple) = MULTIPLES
        .iter()
        .find_map(|(word, power)| Some((written.strip_prefix(word)?, *power)))
        .unwrap_or((written, 0));
    if rest.is_empty() {
        return Some(("", multiple));
    }
    let (name, _, power) = UNITS.iter().find(|(_, spellings, _)| spellings.contains(&rest))?;
    Some((name, power + multiple))
}

fn read(text: &str) -> Option<Amount> {
    if is_two(text) {
        return None;
    }
    let text = visible(text);
    let signs = ["人民币", "CNY", "cny", "RMB", "rmb", "¥"];
    let text = match signs.iter().find_map(|sign| text.strip_prefix(sign)) {
        Some(rest) if !rest.ends_with(['元', '圆', '整']) => format!("{rest}元"),
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let end = text.find(|c: char| !c.is_ascii_digit() && !",.+-−".contains(c));
    let (figures, unit) = text.split_at(end.unwrap_or(text.len()));
    match figures.is_empty() {
        false => in_figures(figures, unit),
        true => in_words(&text),
    }
}

/// Whether spaces part figures into more than groups of three, so that they are perhaps two numbers.
fn is_two(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let behind = pair[1].chars().take_while(char::is_ascii_digit).count();
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && !matches!(behind, 0 | 3)
    })
}

fn in_figures(figures: &str, unit: &str) -> Option<Amount> {
    let negative = figures.starts_with(['-', '−']);
    let figures = figures.strip_prefix(['+', '-', '−']).unwrap_or(figures);
    let (front, behind) = figures.split_once('.').unwrap_or((figures, ""));
    let mut groups = front.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped =
        rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|one| one.len() == 3);
    let digits = format!("{first}{}{behind}", rest.concat());
    if !grouped || first.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let (name, power) = known_unit(unit).unwrap_or((unit, 0));
    let scale = i32::try_from(behind.len()).ok()? - power;
    Some(Amount {
        number: Decimal::new(negative, &digits, scale),
        unit: name.to_owned(),
        known: known_unit(unit).is_some(),
        in_words: false,
        written: unit.to_owned(),
    })
}

/// 壹佰万元整, 一百二十三元五角.
fn in_words(text: &str) -> Option<Amount> {
    let end = text.find(|c: char| digit(c).is_none() && !"十拾百佰千仟万萬亿億".contains(c));
    let (words, unit) = text.split_at(end.unwrap_or(text.len()));
    let number = chinese(words).filter(|_| !words.is_empty())?;
    let amount = |cents: u64, unit: &str, written: &str| Amount {
        number: Decimal::new(false, &format!("{number}{cents:02}"), 2),
        unit: unit.to_owned(),
        known: known_unit(unit).is_some(),
        in_words: true,
        written: written.to_owned(),
    };
    let known = UNITS.iter().find(|(_, written, power)| *power == 0 && written.contains(&unit));
    if let Some((name, ..)) = known {
        // 整 and 正 say that nothing follows.
        let written = unit.trim_end_matches(['整', '正']);
        return Some(amount(0, name, if written == "圆" { "元" } else { written }));
    }
    match unit.strip_prefix(['元', '圆']) {
        Some(small) => Some(amount(cents(small)?, "元", "元")),
        None => Some(amount(0, unit, unit)),
    }
}

/// The value of a text of one Chinese digit.
fn one_digit(text: &str) -> Option<u64> {
    let mut characters = text.chars();
    let value = digit(characters.next()?)?;
    characters.next().is_none().then_some(value)
}

/// 五角, 零五分, 五角二分.
fn cents(text: &str) -> Option<u64> {
    let text = text.trim_start_matches('零').trim_end_matches(['整', '正']);
    let (tenths, rest) = match text.split_once('角') {
        Some((tenths, rest)) => (one_digit(tenths)?, rest),
        None => (0, text),
    };
    let hundredths = match rest.trim_start_matches('零').strip_suffix('分') {
        Some(digits) => one_digit(digits)?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    Some(tenths * 10 + hundredths)
}
