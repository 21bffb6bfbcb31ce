//! Licenses that end soon: told so many days before, each mark once, whoever looks and however often.

use crate::view::LicenseEndingView;
use crate::{App, AppError};
use domain::license::License;
use domain::time::{china_date, day_text};
use domain::webhook::EventType;
use storage::{ExpiryNotice, StoreError};
use time::{Date, Duration};

/// Told so many days before the last day, the nearest first. One that was issued or looked at later
/// is told of the nearest mark alone.
const MARKS: [u16; 3] = [7, 30, 90];
/// Told in one transaction.
const AT_ONCE: u32 = 200;

impl App {
    /// Tells of the licenses that end; how many were told of. Where processes share a register, the
    /// first that writes it down tells.
    ///
    /// # Errors
    /// The store's; what was told before stays told.
    pub fn tell_of_ending(&self) -> Result<usize, AppError> {
        let today = china_date(self.clock.now());
        let mut count = 0;
        for (days, between) in bands(today) {
            loop {
                let ending = self.store.license_ending(between, days, AT_ONCE)?;
                if ending.is_empty() {
                    break;
                }
                let notices = ending.into_iter().map(|one| self.ending_notice(&one, days, today));
                let notices = notices.collect::<Result<Vec<_>, _>>()?;
                match self.store.license_ending_tell(&notices) {
                    Ok(()) => count += notices.len(),
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

    fn ending_notice(
        &self,
        license: &License,
        days: u16,
        today: Date,
    ) -> Result<ExpiryNotice, AppError> {
        let last = license.particulars().period.last().unwrap_or(today);
        let data = LicenseEndingView {
            license_id: license.id().to_string(),
            license_type: license.particulars().type_code.to_string(),
            state: license.state().to_string(),
            version: license.version().into(),
            valid_to: day_text(last),
            days_left: (last - today).whole_days(),
            mark: days,
        };
        let issuer = license.particulars().issuer;
        let owed = self.event(issuer, EventType::LicenseExpiring, data)?;
        Ok(ExpiryNotice { license: license.id(), last, days, owed, at: self.clock.now() })
    }
}

/// Each mark with the last days for which it is the nearest.
fn bands(today: Date) -> Vec<(u16, (Date, Date))> {
    let mut from = today;
    let mut bands = Vec::new();
    for days in MARKS {
        let last = today.saturating_add(Duration::days(days.into()));
        bands.push((days, (from, last)));
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
        for (last, mark) in [
            (date!(2026 - 03 - 01), None),
            (date!(2026 - 03 - 02), Some(7)),
            (date!(2026 - 03 - 09), Some(7)),
            (date!(2026 - 03 - 10), Some(30)),
            (date!(2026 - 04 - 01), Some(30)),
            (date!(2026 - 04 - 02), Some(90)),
            (date!(2026 - 05 - 31), Some(90)),
            (date!(2026 - 06 - 01), None),
        ] {
            let bands = bands(today);
            let mut found = bands.iter().filter(|(_, (from, to))| (*from..=*to).contains(&last));
            assert_eq!(found.next().map(|(days, _)| *days), mark, "{last}");
            assert_eq!(found.next(), None, "{last}");
        }
    }
}
