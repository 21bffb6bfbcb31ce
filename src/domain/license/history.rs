//! What was so at an instant, by what is known now.

use time::OffsetDateTime;

use super::lifecycle::LicenseState;
use super::status::StatusEntry;

/// The state of a license at an instant. A change counts from when it took effect, which may be
/// before it was written down; of those in effect the one that was written down last decides.
/// `entries` is all that happened, as it was recorded.
#[must_use]
pub fn state_at(entries: &[StatusEntry], at: OffsetDateTime) -> LicenseState {
    let in_effect = |entry: &&StatusEntry| entry.change.effective_at() <= at;
    entries.iter().rfind(in_effect).map_or(LicenseState::Draft, |entry| entry.to)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::audit::Actor;
    use crate::id::StatusEntryId;
    use crate::license::tests::draft;
    use crate::license::{Change, Event, License, Reason, Standing};

    const ISSUED: OffsetDateTime = datetime!(2026-03-02 09:00 +8);

    fn add(license: &mut License, entries: &mut Vec<StatusEntry>, change: Change) {
        let id = StatusEntryId::mint(change.recorded_at(), [3; 10]);
        entries.push(license.apply(id, change).unwrap());
    }

    fn history(changes: impl IntoIterator<Item = Change>) -> (License, Vec<StatusEntry>) {
        let (mut license, mut entries) = (draft(), Vec::new());
        let issue = [Event::Order, Event::Issue];
        for event in issue {
            let change = Change::plain(event, Actor::Console, ISSUED).unwrap();
            add(&mut license, &mut entries, change);
        }
        for change in changes {
            add(&mut license, &mut entries, change);
        }
        (license, entries)
    }

    fn revoked(effective: OffsetDateTime, recorded: OffsetDateTime) -> Change {
        let change = Change::revoke(Reason::Annulled, None, Actor::Console, recorded).unwrap();
        change.effective(effective)
    }

    proptest! {
        /// Whatever is tried in whatever order, entries and license tell the same story.
        #[test]
        fn entries_and_license_agree(tried in proptest::collection::vec((0..6_usize, -3..4_i64), 0..24)) {
            let (mut license, mut entries) = history([]);
            for (place, (event, shift)) in tried.into_iter().enumerate() {
                let at = ISSUED + time::Duration::hours(i64::try_from(place).unwrap() + 1);
                let change = match event {
                    0 => Change::plain(Event::Suspend, Actor::Console, at).unwrap(),
                    1 => Change::plain(Event::Reinstate, Actor::Console, at).unwrap(),
                    2 => Change::plain(Event::Issue, Actor::Console, at).unwrap(),
                    3 => Change::supersede(license.id(), Actor::Console, at),
                    4 => Change::plain(Event::Abandon, Actor::Console, at).unwrap(),
                    _ => revoked(at, at),
                };
                let change = change.effective(at + time::Duration::hours(shift.min(0)));
                let before = license.clone();
                match license.apply(StatusEntryId::mint(at, [3; 10]), change) {
                    Ok(entry) => entries.push(entry),
                    Err(refused) => {
                        prop_assert_eq!(&license, &before);
                        prop_assert_eq!(refused.allowed, license.state().allowed());
                    }
                }
            }
            let mut state = LicenseState::Draft;
            for entry in &entries {
                prop_assert_eq!(entry.from, state);
                prop_assert_eq!(state.next(entry.change.event()), Ok(entry.to));
                prop_assert!(entry.change.effective_at() <= entry.change.recorded_at());
                state = entry.to;
            }
            let last = entries.last().unwrap();
            prop_assert_eq!((license.state(), license.changed_at()), (state, last.change.recorded_at()));
            prop_assert_eq!(license.version() as usize, 1 + entries.len());
            prop_assert_eq!(state_at(&entries, last.change.recorded_at()), state);
        }
    }

    #[test]
    fn a_revocation_counts_from_when_it_took_effect() {
        let (effective, recorded) =
            (datetime!(2026-03-10 00:00 +8), datetime!(2026-03-20 10:00 +8));
        let (license, entries) = history([revoked(effective, recorded)]);
        for (at, standing) in [
            (datetime!(2026-03-02 08:59 +8), Standing::NotIssued),
            (ISSUED, Standing::Valid),
            (datetime!(2026-03-09 23:59 +8), Standing::Valid),
            (effective, Standing::Revoked),
            (recorded, Standing::Revoked),
        ] {
            assert_eq!(license.standing_then(&entries, at), standing, "{at}");
        }
        assert_eq!(license.standing(datetime!(2026-03-09 23:59 +8)), Standing::Revoked);
    }

    #[test]
    fn what_was_written_down_last_decides() {
        let day = |day: u8| ISSUED.replace_day(day).unwrap();
        let plain = |event, at| Change::plain(event, Actor::Console, at).unwrap();
        let (_, entries) = history([
            plain(Event::Suspend, day(5)),
            plain(Event::Reinstate, day(8)),
            // Of effect before the suspension.
            revoked(day(4), day(12)),
        ]);
        let states: Vec<LicenseState> = (2..=12).map(|one| state_at(&entries, day(one))).collect();
        assert_eq!(states[..2], [LicenseState::Issued; 2]);
        assert_eq!(states[2..], [LicenseState::Revoked; 9]);
        let before: Vec<LicenseState> =
            (2..=9).map(|one| state_at(&entries[..4], day(one))).collect();
        assert_eq!(before[..3], [LicenseState::Issued; 3]);
        assert_eq!(before[3..6], [LicenseState::Suspended; 3]);
        assert_eq!(before[6..], [LicenseState::Issued; 2]);
    }
}
