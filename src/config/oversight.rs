//! What is recorded of looks at what is personal, and what an auditor is told.

use super::{ConfigError, wrong};
use app::{Count, ErrandRule, OfficeHours, Vigilance};
use serde::{Deserialize, Serialize};
use time::{Duration, Weekday};

/// What systems must say when they look at what is personal.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Access {
    /// Whether `X-Case-No` is required.
    pub(crate) case_number: Said,
    /// Whether `X-Operator-Id` and `X-Operator-Role` are.
    pub(crate) operator: Said,
}

/// Whether something must be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Said {
    /// It is recorded when it is said.
    #[default]
    Recorded,
    /// Without it nothing is shown.
    Required,
}

/// What is worth an alert.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Alerts {
    /// Different licenses by one actor within `bulk_minutes`.
    pub(crate) bulk_licenses: u32,
    /// Within so many minutes.
    pub(crate) bulk_minutes: u32,
    /// Looks of one actor at one license within a day.
    pub(crate) same_license: u32,
    /// Wrong passwords and codes for one account within `wrong_sign_in_minutes`.
    pub(crate) wrong_sign_ins: u32,
    /// Within so many minutes.
    pub(crate) wrong_sign_in_minutes: u32,
    /// The hour in China at which people begin to work.
    pub(crate) office_from: u8,
    /// And at which they end.
    pub(crate) office_until: u8,
    /// On which days; never is outside, when there are none.
    pub(crate) office_days: Vec<Day>,
    /// Whether looks of systems without a case number are worth it.
    pub(crate) without_case_number: bool,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Mon => Self::Monday,
            Day::Tue => Self::Tuesday,
            Day::Wed => Self::Wednesday,
            Day::Thu => Self::Thursday,
            Day::Fri => Self::Friday,
            Day::Sat => Self::Saturday,
            Day::Sun => Self::Sunday,
        }
    }
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            bulk_licenses: 100,
            bulk_minutes: 10,
            same_license: 20,
            wrong_sign_ins: 5,
            wrong_sign_in_minutes: 15,
            office_from: 7,
            office_until: 21,
            office_days: vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri],
            without_case_number: true,
        }
    }
}

impl Access {
    pub(crate) fn rule(&self) -> ErrandRule {
        let required = |said| said == Said::Required;
        ErrandRule { case_number: required(self.case_number), operator: required(self.operator) }
    }
}

impl Alerts {
    /// What types cannot say.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let minutes = 1..=1440;
        let rules = [
            ("alerts.bulk_licenses", self.bulk_licenses > 0, "at least 1"),
            ("alerts.bulk_minutes", minutes.contains(&self.bulk_minutes), "1 to 1440 minutes"),
            ("alerts.same_license", self.same_license > 0, "at least 1"),
            ("alerts.wrong_sign_ins", self.wrong_sign_ins > 0, "at least 1"),
            (
                "alerts.wrong_sign_in_minutes",
                minutes.contains(&self.wrong_sign_in_minutes),
                "1 to 1440 minutes",
            ),
            (
                "alerts.office_until",
                self.office_from < self.office_until && self.office_until <= 24,
                "later than alerts.office_from, and at most 24",
            ),
        ];
        match rules.into_iter().find(|(_, kept, _)| !kept) {
            Some((setting, _, reason)) => Err(wrong(setting, reason)),
            None => Ok(()),
        }
    }

    pub(crate) fn vigilance(&self) -> Vigilance {
        let within = |minutes: u32| Duration::minutes(minutes.into());
        let days: Vec<Weekday> = self.office_days.iter().copied().map(Weekday::from).collect();
        let (from, until) = (self.office_from, self.office_until);
        Vigilance {
            bulk: Count { at_least: self.bulk_licenses, within: within(self.bulk_minutes) },
            same_license: Count { at_least: self.same_license, within: Duration::DAY },
            guesses: Count {
                at_least: self.wrong_sign_ins,
                within: within(self.wrong_sign_in_minutes),
            },
            hours: (!days.is_empty()).then_some(OfficeHours { from, until, days }),
            without_case: self.without_case_number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_service() {
        assert_eq!(Alerts::default().vigilance(), Vigilance::default());
        assert_eq!(Access::default().rule(), ErrandRule::default());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let check = |change: fn(&mut Alerts)| {
            let mut alerts = Alerts::default();
            change(&mut alerts);
            alerts.check().map_err(|error| error.to_string())
        };
        assert_eq!(check(|_| ()), Ok(()));
        assert!(check(|one| one.office_until = 25).is_err());
        assert!(check(|one| one.office_from = 21).is_err());
        assert!(check(|one| one.bulk_licenses = 0).is_err());
        assert!(check(|one| one.wrong_sign_in_minutes = 0).is_err());
        let always = Alerts { office_days: Vec::new(), ..Alerts::default() };
        assert_eq!(always.vigilance().hours, None);
    }
}
