//! Undertakings that are due: told so many days before and once it is over, each mark once, whoever looks
//! and however often.

use super::{App, AppError, Undertaking};
use domain::time::china_date;
use domain::webhook::EventType;
use storage::{StoreError, UndertakingReminder};
use time::{Date, Duration};

/// Told so many days before the last day, the nearest first. One that was recorded later is told of the
/// nearest mark alone.
const MARKS: [u16; 3] = [1, 3, 7];
/// The mark of those whose last day is over.
const OVER: u16 = 0;
/// Told in one transaction.
const AT_ONCE: u32 = 200;

impl App {
    /// Tells departments of the undertakings to them that are due or overdue; of how many. Where processes
    /// share a register, the first that writes it down tells.
    ///
    /// # Errors
    /// The store's; what was told before stays told.
    pub fn tell_of_undertakings(&self) -> Result<usize, AppError> {
        let mut count = 0;
        for (days, between) in bands(china_date(self.clock.now())) {
            loop {
                let due = self.store.undertaking_due(between, days, AT_ONCE)?;
                if due.is_empty() {
                    break;
                }
                let reminders = due.iter().map(|one| self.reminder(one, days));
                let reminders = reminders.collect::<Result<Vec<_>, _>>()?;
                match self.store.undertaking_remind(&reminders) {
                    Ok(()) => count += reminders.len(),
                    // Another process is at it.
                    Err(StoreError::Exists { .. }) => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        if count > 0 {
            self.outbox.wake();
        }
        Ok(count)
    }

    fn reminder(&self, one: &Undertaking, days: u16) -> Result<UndertakingReminder, AppError> {
        let at = self.clock.now();
        let data = self.undertaking_event(one, at);
        let owed = self.event(one.organization, EventType::UndertakingDue, data)?;
        Ok(UndertakingReminder { undertaking: one.id, days, owed, at })
    }
}

/// Each mark with the last days for which it is the nearest.
fn bands(today: Date) -> Vec<(u16, (Option<Date>, Date))> {
    let yesterday = today.saturating_sub(Duration::DAY);
    let mut bands = vec![(OVER, (None, yesterday))];
    let mut from = today;
    for days in MARKS {
        let last = today.saturating_add(Duration::days(days.into()));
        bands.push((days, (Some(from), last)));
        from = last.saturating_add(Duration::DAY);
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn each_last_day_has_one_mark() {
        let today = date!(2026 - 03 - 02);
        for (due, mark) in [
            (date!(2026 - 02 - 01), Some(0)),
            (date!(2026 - 03 - 01), Some(0)),
            (date!(2026 - 03 - 02), Some(1)),
            (date!(2026 - 03 - 03), Some(1)),
            (date!(2026 - 03 - 04), Some(3)),
            (date!(2026 - 03 - 09), Some(7)),
            (date!(2026 - 03 - 10), None),
        ] {
            let bands = bands(today);
            let within = |(_, (from, to)): &&(u16, (Option<Date>, Date))| {
                from.is_none_or(|from| due >= from) && due <= *to
            };
            let mut found = bands.iter().filter(within);
            assert_eq!(found.next().map(|(days, _)| *days), mark, "{due}");
            assert_eq!(found.next(), None, "{due}");
        }
    }
}
