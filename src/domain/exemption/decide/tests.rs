//! Cases as a table (`cases.txt`), and what holds of every case.

mod made;
mod several;

use super::*;
use crate::exemption::{
    APPLICANT, Answers, Assisted, ExemptionPolicy, Grade, Held, Looked, Party, Verified,
};
use crate::license::Standing;
use made::{Made, TODAY};
use proptest::prelude::*;

const CASES: &str = include_str!("cases.txt");

/// What a row expects, and what was decided, in the same words.
fn told(verdict: &Verdict) -> String {
    let day = |day: Option<Date>| {
        day.map_or_else(|| "-".to_owned(), |day| format!("{:+}", (day - TODAY).whole_days()))
    };
    let until = if verdict.ground.is_waiver() { day(Some(verdict.until)) } else { "-".to_owned() };
    format!("{} {} {until} {}", verdict.ground, verdict.reason, day(verdict.due))
}

fn rows() -> impl Iterator<Item = (usize, Vec<&'static str>)> {
    let lines = CASES.lines().enumerate();
    let rows = lines.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    rows.map(|(place, line)| (place + 1, line.split('|').map(str::trim).collect()))
}

#[test]
fn the_cases_of_the_table() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (line, columns) in rows() {
        let [material, given, licenses, expected] = columns[..] else {
            panic!("line {line}: four columns are needed")
        };
        let made = Made::read(material, given, licenses);
        let decided = made.decided();
        let found = told(&decided.lines[0].verdict);
        if found != expected {
            wrong.push(format!(
                "line {line}: {material} | {given} | {licenses}: {found}, not {expected}"
            ));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 320, "{count} cases");
}

#[test]
fn what_rests_on_a_license_rests_on_its_parts() {
    let made = Made::read("; F@applicant", "company", "F@applicant ISSUED ok +400 part:+30");
    let decision = made.decided();
    let versions: Vec<u32> = decision.rests_on().into_iter().map(|(_, version)| version).collect();
    assert_eq!((versions, decision.relied().len()), (vec![3, 2], 1));
}

#[test]
fn every_reason_has_a_case() {
    let met: BTreeSet<String> = rows()
        .map(|(_, columns)| columns[3].split(' ').nth(1).unwrap_or_default().to_owned())
        .collect();
    // Several items, and covers, have tests of their own.
    let elsewhere = [Reason::CoveredByMaterial, Reason::CoveredByOutput, Reason::CoversInACircle];
    for reason in Reason::ALL.iter().filter(|reason| !elsewhere.contains(reason)) {
        assert!(met.contains(reason.as_str()), "no case ends with {reason}");
    }
}

/// Whether every material that was no waiver before is none after.
fn adds_no_waiver(before: &Decision, after: &Decision) -> bool {
    let verdicts = |one: &Decision| -> Vec<Verdict> {
        one.lines.iter().flat_map(|line| line.askers.clone()).collect()
    };
    let pairs = verdicts(before).into_iter().zip(verdicts(after));
    pairs.into_iter().all(|(before, after)| before.ground.is_waiver() || !after.ground.is_waiver())
}

fn unusable() -> impl Strategy<Value = (usize, usize, usize)> {
    (0..made::TYPES.len(), 0..8usize, 0..10usize)
}

fn held(made: &mut Made) -> impl Iterator<Item = &mut Held> {
    let found = made.looked.values_mut().filter_map(|said| match said {
        Looked::Found(all) => Some(all),
        Looked::Unavailable | Looked::TooMany => None,
    });
    found.flatten()
}

/// A license that is of no use: not in force, not genuine, not certain, or somebody else's.
fn spoiled(made: &Made, (kind, how, party): (usize, usize, usize)) -> (Key, Held) {
    let roles: Vec<Key> = made.looked.keys().cloned().collect();
    let role = roles[party % roles.len()].clone();
    let mut held = made.license(made::TYPES[kind], role.as_str(), how as u8 + 200);
    match how {
        0 => held.standing = Standing::Revoked,
        1 => held.standing = Standing::Expired,
        2 => held.standing = Standing::Suspended,
        3 => held.verified = Verified::Invalid,
        4 => held.verified = Verified::Unknown,
        5 => held.standing = Standing::Superseded,
        6 => held.verified = Verified::RevocationUnknown,
        _ => held.holders = BTreeSet::from(["STRANGER".to_owned()]),
    }
    (role, held)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_license_of_no_use_never_changes_what_becomes_of_a_material(
        row in 0..200usize, added in prop::collection::vec(unusable(), 1..4),
    ) {
        let mut made = Made::of_row(row);
        let before = made.decided();
        for one in added {
            let (role, held) = spoiled(&made, one);
            if let Some(Looked::Found(all)) = made.looked.get_mut(&role) {
                all.push(held);
            }
        }
        let after = made.decided();
        let grounds = |one: &Decision| -> Vec<Ground> {
            one.lines.iter().map(|line| line.verdict.ground).collect()
        };
        prop_assert_eq!(grounds(&before), grounds(&after));
        prop_assert_eq!(before.relied(), after.relied());
        prop_assert_eq!(before.until, after.until);
    }

    #[test]
    fn taking_a_license_away_adds_no_waiver(row in 0..200usize, which in 0..10usize) {
        let mut made = Made::of_row(row);
        let before = made.decided();
        let roles: Vec<Key> = made.looked.keys().cloned().collect();
        if let Some(Looked::Found(all)) = made.looked.get_mut(&roles[which % roles.len()])
            && !all.is_empty()
        {
            all.remove(which % all.len());
        }
        prop_assert!(adds_no_waiver(&before, &made.decided()));
    }

    #[test]
    fn an_outage_adds_no_waiver_and_is_never_told_as_having_none(
        row in 0..200usize,
        many in any::<bool>(),
    ) {
        let mut made = Made::of_row(row);
        let before = made.decided();
        for looked in made.looked.values_mut() {
            *looked = if many { Looked::TooMany } else { Looked::Unavailable };
        }
        let after = made.decided();
        prop_assert!(adds_no_waiver(&before, &after));
        for line in &after.lines {
            prop_assert_ne!(line.verdict.reason, Reason::NoLicense);
        }
    }

    #[test]
    fn only_a_confirmation_that_still_counts_waives(row in 0..400usize, which in 0..6usize) {
        let mut made = Made::of_row(row);
        made.assisted.clear();
        let before = made.decided();
        made.ask(match which {
            0 => Assisted::Open { due: TODAY },
            1 => Assisted::Open { due: TODAY - Duration::DAY },
            2 => Assisted::Denied,
            3 => Assisted::Unable,
            4 => Assisted::Unreachable,
            _ => Assisted::Confirmed { reference: "A-1".to_owned(), until: TODAY - Duration::DAY },
        });
        let after = made.decided();
        prop_assert!(adds_no_waiver(&before, &after));
        let grounds = |one: &Decision| one.lines[0].verdict.ground;
        if grounds(&before).is_waiver() {
            prop_assert_eq!(before, after, "who is waived otherwise is not troubled by it");
        } else {
            prop_assert!(grounds(&after) >= grounds(&before), "no answer makes it easier");
        }
    }

    #[test]
    fn a_confirmation_makes_nothing_stricter(row in 0..400usize, days in 0..200i64) {
        let mut made = Made::of_row(row);
        made.assisted.clear();
        let before = made.decided();
        let until = TODAY + Duration::days(days);
        made.ask(Assisted::Confirmed { reference: "A-1".to_owned(), until });
        let after = made.decided();
        let (before, after) = (&before.lines[0].verdict, &after.lines[0].verdict);
        prop_assert!(after.ground == before.ground || after.ground == Ground::WaivedByData);
        if after.reason == Reason::AssistanceConfirmed {
            prop_assert!(after.until <= until && after.reference.as_deref() == Some("A-1"));
        }
    }

    #[test]
    fn what_is_erased_over_or_unknown_in_the_library_adds_no_waiver(
        row in 0..400usize, how in 0..4usize,
    ) {
        let mut made = Made::of_row(row);
        let before = made.decided();
        let Some(library) = &mut made.library else { return Ok(()) };
        match how {
            0 => library.iter_mut().for_each(|one| one.erased = true),
            1 => library.iter_mut().for_each(|one| one.last_day = Some(TODAY - Duration::DAY)),
            2 => library.iter_mut().for_each(|one| one.grade = Grade::D),
            _ => made.library = None,
        }
        let after = made.decided();
        prop_assert!(adds_no_waiver(&before, &after));
        prop_assert!(after.materials_held().is_empty() || how == 2);
    }

    #[test]
    fn what_is_of_no_use_in_the_library_changes_nothing(row in 0..400usize, how in 0..3usize) {
        let mut made = Made::of_row(row);
        let before = made.decided();
        made.hold(["Aerased", "A-1", "Aother"][how]);
        if let Some(library) = &mut made.library {
            library.rotate_right(1);
        }
        let after = made.decided();
        prop_assert!(before == after || before.lines[0].verdict.reason == Reason::LibraryUnavailable);
    }

    #[test]
    fn the_order_of_what_came_in_does_not_matter(row in 0..200usize, turn in 1..5usize) {
        let mut made = Made::of_row(row);
        let before = made.decided();
        made.library.iter_mut().for_each(|library| library.reverse());
        for looked in made.looked.values_mut() {
            if let Looked::Found(all) = looked {
                let by = turn % all.len().max(1);
                all.rotate_left(by);
            }
        }
        prop_assert_eq!(&before, &made.decided());
        if let Some(Looked::Found(all)) =
            made.looked.get_mut(&APPLICANT.parse::<Key>().expect("a key"))
        {
            all.reverse();
        }
        prop_assert_eq!(&before, &made.decided());
    }

    #[test]
    fn verifying_only_what_it_hangs_on_decides_the_same(
        row in 0..200usize, added in prop::collection::vec(unusable(), 0..5),
    ) {
        let mut made = Made::of_row(row);
        for one in added {
            let (role, one) = spoiled(&made, one);
            if let Some(Looked::Found(all)) = made.looked.get_mut(&role) {
                all.push(one);
            }
        }
        let whole = made.decided();
        let truth: Vec<_> = held(&mut made).map(|one| (one.id, one.verified)).collect();
        held(&mut made).for_each(|one| one.verified = Verified::Unasked);
        let mut rounds = 0;
        let decided = loop {
            let decided = made.decided();
            if decided.unasked.is_empty() {
                break decided;
            }
            for (one, (id, verified)) in held(&mut made).zip(&truth) {
                if decided.unasked.contains(id) {
                    one.verified = *verified;
                }
            }
            rounds += 1;
            prop_assert!(rounds <= truth.len(), "it comes to no end");
        };
        prop_assert_eq!(whole, decided);
    }
}
