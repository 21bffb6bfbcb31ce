//! Whether everything that was issued is here: declared against stored, and numbers that are missing.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, OffsetDateTime};

use crate::audit::Actor;
use crate::id::OrganizationId;
use crate::identifier::LicenseTypeCode;

/// How many licenses a department says it issued on a day, by whatever system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredCount {
    /// The department.
    pub organization: OrganizationId,
    /// Of which type.
    pub license_type: LicenseTypeCode,
    /// On which day.
    pub day: Date,
    /// So many.
    pub count: u32,
    /// Who says so.
    pub by: Actor,
    /// When.
    pub at: OffsetDateTime,
}

/// One type on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// Of which type.
    pub license_type: LicenseTypeCode,
    /// The day of issue.
    pub day: Date,
    /// What the department says it issued; nobody said it when absent.
    pub declared: Option<u32>,
    /// Licenses with this day of issue that are here.
    pub stored: u32,
    /// Those of them that were here by the end of the next day.
    pub on_time: u32,
}

impl Collection {
    /// The share that was here on time (新增归集率), in percent to a tenth. None without a declared
    /// count: what reached us is no measure of what was issued.
    #[must_use]
    pub fn rate_percent(&self) -> Option<f64> {
        let declared = self.declared?;
        let share = match declared {
            0 if self.stored == 0 => 1.0,
            0 => return None,
            declared => f64::from(self.on_time) / f64::from(declared),
        };
        Some((share * 1000.0).round() / 10.0)
    }
}

/// Numbers that are missing in a sequence, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
    /// How many.
    pub count: u64,
}

/// No number counts further, and all of them are exact.
const DIGITS_MAX: usize = 15;
/// Of fewer numbers nothing is concluded.
const SEQUENCE_MIN: usize = 3;

/// The gaps of sequences such as 示监许〔2026〕12号, in the order of the numbers. What counts is the last
/// run of digits. A run of which most is missing is no sequence (check digits look like that), and
/// nothing is said of it.
#[must_use]
pub fn gaps<'n>(numbers: impl IntoIterator<Item = &'n str>) -> Vec<Gap> {
    let mut sequences: BTreeMap<(&str, &str, usize), BTreeSet<u64>> = BTreeMap::new();
    for number in numbers {
        let Some((before, digits, behind)) = parted(number) else { continue };
        let Ok(value) = digits.parse() else { continue };
        // 007 and 7 are of two sequences.
        let width = if digits.starts_with('0') { digits.len() } else { 0 };
        sequences.entry((before, behind, width)).or_default().insert(value);
    }
    merged(&mut sequences);
    let mut gaps = Vec::new();
    for ((before, behind, width), values) in &sequences {
        let (Some(first), Some(last)) = (values.first(), values.last()) else { continue };
        let missing = last - first + 1 - values.len() as u64;
        if values.len() < SEQUENCE_MIN || missing > values.len() as u64 {
            continue;
        }
        let shown = |value: u64| format!("{before}{value:0width$}{behind}");
        let ends = values.iter().zip(values.iter().skip(1));
        for (below, above) in ends.filter(|(below, above)| **above > *below + 1) {
            let (from, to) = (shown(below + 1), shown(above - 1));
            gaps.push(Gap { from, to, count: above - below - 1 });
        }
    }
    gaps
}

/// 0998, 0999 and 1000 are of one sequence of four digits, although the last shows no zero.
fn merged(sequences: &mut BTreeMap<(&str, &str, usize), BTreeSet<u64>>) {
    let widths: Vec<_> = sequences.keys().filter(|key| key.2 > 0).copied().collect();
    for key in widths {
        let (least, most) = (10_u64.pow(key.2 as u32 - 1), 10_u64.pow(key.2 as u32));
        let Some(plain) = sequences.get_mut(&(key.0, key.1, 0)) else { continue };
        let same: Vec<u64> = plain.range(least..most).copied().collect();
        plain.retain(|value| !same.contains(value));
        sequences.entry(key).or_default().extend(same);
    }
}

/// What stands before the last run of digits, the run, what stands behind it.
fn parted(number: &str) -> Option<(&str, &str, &str)> {
    let end = number.rfind(|c: char| c.is_ascii_digit())? + 1;
    let digits = number[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = end - digits;
    let fits = digits <= DIGITS_MAX;
    fits.then(|| (&number[..start], &number[start..end], &number[end..]))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn said(numbers: &[&str]) -> Vec<String> {
        let all = gaps(numbers.iter().copied());
        all.into_iter().map(|gap| format!("{}..{} {}", gap.from, gap.to, gap.count)).collect()
    }

    #[test]
    fn gaps_of_sequences() {
        for (numbers, expected) in [
            (
                &["示〔2026〕1号", "示〔2026〕2号", "示〔2026〕4号"][..],
                &["示〔2026〕3号..示〔2026〕3号 1"][..],
            ),
            (&["A001", "A002", "A005", "A006"], &["A003..A004 2"]),
            (&["A0998", "A0999", "A1001", "A1002"], &["A1000..A1000 1"]),
            // Two years are two sequences.
            (
                &[
                    "1〔2025〕9",
                    "1〔2025〕10",
                    "1〔2025〕11",
                    "1〔2026〕1",
                    "1〔2026〕2",
                    "1〔2026〕3",
                ],
                &[],
            ),
            // Too few, mostly missing, no digits, too many digits.
            (&["A1", "A3"], &[]),
            (&["A1", "A50", "A99"], &[]),
            (&["甲", "乙", "丙"], &[]),
            (&["1234567890123456", "1234567890123458", "1234567890123459"], &[]),
            (&["B2", "B2", "B3", "B1"], &[]),
            (&[], &[]),
        ] {
            assert_eq!(said(numbers), expected, "{numbers:?}");
        }
    }

    #[test]
    fn without_a_declared_count_there_is_no_rate() {
        let one = |declared, stored, on_time| Collection {
            license_type: "119999000000000198001".parse().unwrap(),
            day: date!(2026 - 03 - 02),
            declared,
            stored,
            on_time,
        };
        for (collection, expected) in [
            (one(None, 10, 10), None),
            (one(Some(10), 10, 9), Some(90.0)),
            (one(Some(3), 1, 1), Some(33.3)),
            (one(Some(0), 0, 0), Some(100.0)),
            (one(Some(0), 2, 2), None),
            (one(Some(10), 11, 11), Some(110.0)),
        ] {
            assert_eq!(collection.rate_percent(), expected, "{collection:?}");
        }
    }
}
