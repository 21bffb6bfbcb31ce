//! Targets (指标): how far a region has come, each with its definition, numerator and denominator.
//!
//! A share is never flattered: what has no denominator is told as missing and counts nowhere, what a
//! definition leaves out is told as left out, and what is unknown is not reached.

mod items;

pub use items::{AtHand, is_free, is_mapped};

use crate::word::words;
use std::collections::BTreeMap;

words! { "target";
    /// What is measured.
    pub enum Target {
        /// 证照配置率: items that ask for a paper of an office, and know a license in its place.
        Mapped = "license_mapping",
        /// 新增归集率: licenses stored in time, of those that departments say they issued.
        Collected = "new_collection",
        /// 电子印章覆盖率: departments with a seal that can be used today.
        Sealed = "seal_coverage",
        /// 四免事项占比: items free of what the region counts.
        Free = "free_items",
        /// 减材料数: materials that were left out, of those that were asked for.
        Saved = "materials_saved",
        /// 入库及时率: licenses stored a day after issue at the latest.
        Timely = "timely_storing",
        /// 差错率: faults of a thousand licenses that were examined.
        Faults = "faults",
    }
}

/// How a share is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of a hundred.
    Percent,
    /// Of a thousand.
    PerThousand,
}

impl Target {
    /// How its share is written.
    #[must_use]
    pub fn unit(self) -> Unit {
        if self == Self::Faults { Unit::PerThousand } else { Unit::Percent }
    }

    /// What the plans of departments ask for, in its unit; at most that where less is better.
    #[must_use]
    pub fn goal(self) -> Option<u64> {
        match self {
            Self::Mapped => Some(60),
            Self::Collected | Self::Sealed => Some(90),
            Self::Free => Some(30),
            Self::Saved | Self::Timely | Self::Faults => None,
        }
    }

    /// Whether less of it is better.
    #[must_use]
    pub fn is_fault(self) -> bool {
        self == Self::Faults
    }
}

words! { "reason of a row";
    /// Why a row is left out, or does not count as reached.
    pub enum Why {
        /// Left out: the item asks for no paper of an office.
        NothingIssued = "nothing_issued",
        /// Left out: nobody declared how many were issued.
        DenominatorMissing = "denominator_missing",
        /// Left out: nothing was stored that could be looked at.
        NothingStored = "nothing_stored",
        /// No license type stands in the place of a paper.
        NotMapped = "not_mapped",
        /// A license type does, and none of it was issued within a year.
        NotLive = "not_live",
        /// The department has no seal.
        NoSeal = "no_seal",
        /// It has one that cannot be used today.
        SealNotUsable = "seal_not_usable",
        /// A paper of an office is handed in.
        HandsIn = "hands_in",
        /// A field of the form is filled in although a license has it.
        FillsIn = "fills_in",
        /// Something is stamped on paper.
        Stamped = "stamped",
        /// Something is signed by hand.
        SignedByHand = "signed_by_hand",
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The numerator.
    pub part: u64,
    /// The denominator.
    pub whole: u64,
}

impl Share {
    /// One that is reached or not.
    #[must_use]
    pub fn one(reached: bool) -> Self {
        Self { part: reached.into(), whole: 1 }
    }

    /// In a unit, rounded down: what is not reached is not told as reached. None of nothing.
    #[must_use]
    pub fn value(self, unit: Unit) -> Option<u64> {
        let scale = match unit {
            Unit::Percent => 100,
            Unit::PerThousand => 1000,
        };
        let scaled = u128::from(self.part) * scale;
        let value = scaled.checked_div(u128::from(self.whole))?;
        Some(u64::try_from(value).unwrap_or(u64::MAX))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let part = self.part.saturating_add(other.part);
        Self { part, whole: self.whole.saturating_add(other.whole) }
    }
}

/// What a share is made of: an item, a department, or a type of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its code.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The department that answers for it.
    pub department: String,
    /// What it counts; none when it is left out.
    pub share: Option<Share>,
    /// Why it is left out, or not reached.
    pub why: Vec<Why>,
}

/// What rows come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// All that count; none where nothing does.
    pub share: Option<Share>,
    /// Rows that count.
    pub counted: usize,
    /// Rows that a definition leaves out.
    pub excluded: usize,
    /// Rows left out because nobody said how many there are.
    pub missing: usize,
}

impl Figure {
    /// The figure of rows.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut figure = Self::default();
        for row in rows {
            figure.missing += usize::from(row.why.contains(&Why::DenominatorMissing));
            match row.share {
                Some(share) => {
                    figure.counted += 1;
                    figure.share = Some(figure.share.unwrap_or_default().and(share));
                }
                None if row.why.contains(&Why::DenominatorMissing) => {}
                None => figure.excluded += 1,
            }
        }
        figure
    }
}

/// The figures of departments, those that are furthest behind first; those without one last.
#[must_use]
pub fn by_department(target: Target, rows: &[Row]) -> Vec<(&str, Figure)> {
    let mut departments: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        departments.entry(&row.department).or_default().push(row);
    }
    let mut figures: Vec<(&str, Figure)> =
        departments.into_iter().map(|(name, rows)| (name, Figure::of(rows))).collect();
    figures.sort_by_key(|(_, figure)| {
        // In millionths, so that departments of one percent stand in an order.
        let value = figure.share.filter(|share| share.whole > 0).map(|share| {
            u64::try_from(u128::from(share.part) * 1_000_000 / u128::from(share.whole))
                .unwrap_or(u64::MAX)
        });
        let behind = value.map(|value| if target.is_fault() { u64::MAX - value } else { value });
        (behind.is_none(), behind)
    });
    figures
}

/// The middle of delays, by how often each occurs; of two the shorter.
#[must_use]
pub fn median(delays: &BTreeMap<i64, u64>) -> Option<i64> {
    let half = delays.values().sum::<u64>().div_ceil(2);
    let mut seen = 0;
    let middle = delays.iter().find(|(_, count)| {
        seen += **count;
        seen >= half && half > 0
    });
    middle.map(|(delay, _)| *delay)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(department: &str, share: Option<(u64, u64)>, why: &[Why]) -> Row {
        Row {
            key: String::new(),
            name: String::new(),
            department: department.to_owned(),
            share: share.map(|(part, whole)| Share { part, whole }),
            why: why.to_vec(),
        }
    }

    #[test]
    fn what_is_missing_is_not_a_hundred() {
        let missing = row("甲", None, &[Why::DenominatorMissing]);
        let figure = Figure::of([&missing]);
        assert_eq!((figure.share, figure.missing, figure.excluded), (None, 1, 0));
        let known = row("甲", Some((9, 10)), &[]);
        let left_out = row("乙", None, &[Why::NothingIssued]);
        let partly = row("乙", Some((1, 10)), &[Why::DenominatorMissing]);
        let figure = Figure::of([&missing, &known, &left_out, &partly]);
        assert_eq!(figure.share, Some(Share { part: 10, whole: 20 }));
        assert_eq!((figure.counted, figure.missing, figure.excluded), (2, 2, 1));
    }

    #[test]
    fn shares_are_rounded_down() {
        for (part, whole, percent, thousand) in [
            (0, 0, None, None),
            (0, 3, Some(0), Some(0)),
            (2, 3, Some(66), Some(666)),
            (899_999, 1_000_000, Some(89), Some(899)),
            (3, 3, Some(100), Some(1000)),
            (u64::MAX, u64::MAX, Some(100), Some(1000)),
            (12, 10, Some(120), Some(1200)),
        ] {
            let share = Share { part, whole };
            assert_eq!(share.value(Unit::Percent), percent, "{share:?}");
            assert_eq!(share.value(Unit::PerThousand), thousand, "{share:?}");
        }
    }

    #[test]
    fn who_is_behind_comes_first() {
        let rows = [
            row("好", Some((99, 100)), &[]),
            row("空", None, &[Why::NothingStored]),
            row("差", Some((1, 100)), &[]),
            row("中", Some((1, 2)), &[]),
            row("差", Some((1, 100)), &[]),
        ];
        let order =
            |target| by_department(target, &rows).iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(order(Target::Sealed), ["差", "中", "好", "空"]);
        assert_eq!(order(Target::Faults), ["好", "中", "差", "空"]);
    }

    #[test]
    fn the_middle_of_delays() {
        for (delays, middle) in [
            (&[][..], None),
            (&[(3, 1)], Some(3)),
            (&[(0, 1), (9, 1)], Some(0)),
            (&[(0, 1), (1, 1), (9, 1)], Some(1)),
            (&[(-1, 1), (0, 5), (30, 5)], Some(0)),
        ] {
            assert_eq!(median(&delays.iter().copied().collect()), middle, "{delays:?}");
        }
    }
}
