//! What an auditor should look at: rules over the access log and the audit trail.

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime, Weekday};

use super::access::AccessRow;
use super::event::{Actor, AuditEvent};
use crate::id::{AlertId, LicenseId, StaffId};
use crate::time::CHINA;
use crate::word::words;

words! { "alert rule";
    /// Why an auditor is told.
    pub enum Rule {
        /// Many different licenses by one actor within minutes.
        Bulk = "bulk",
        /// A person looked outside office hours.
        OutsideHours = "outside_hours",
        /// A system looked without naming a case.
        NoCaseNumber = "no_case_number",
        /// One actor looked at one license again and again.
        SameLicense = "same_license",
        /// A seal came to its limit.
        SealLimit = "seal_limit",
        /// Wrong passwords or codes, again and again.
        SignIn = "sign_in",
        /// A key or client was known and refused.
        KeyRefused = "key_refused",
    }
}

words! { "alert state";
    /// How far an alert is.
    pub enum AlertState {
        /// Nobody has looked at it.
        Open = "open",
        /// Somebody has, and said what it was.
        Looked = "looked_at",
    }
}

/// Something that an auditor should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Why.
    pub rule: Rule,
    /// Who did it, as the logs name actors.
    pub actor: String,
    /// To what, such as `license 0192…`; empty where the actor says it all.
    pub subject: String,
    /// When it was seen first.
    pub first_at: OffsetDateTime,
    /// And last.
    pub last_at: OffsetDateTime,
    /// How often.
    pub times: u32,
    /// How far it is.
    pub state: AlertState,
    /// Who looked at it, and when.
    pub looked: Option<(StaffId, OffsetDateTime)>,
    /// What they found.
    pub note: String,
}

/// So many within such a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// From this number on.
    pub at_least: u32,
    /// Within this time before the last one.
    pub within: Duration,
}

/// When people are at work, in China time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// The first hour, 0 to 23.
    pub from: u8,
    /// The hour at which work ends, 1 to 24.
    pub until: u8,
    /// Days of work.
    pub days: Vec<Weekday>,
}

impl OfficeHours {
    /// Whether people are at work then.
    #[must_use]
    pub fn contain(&self, at: OffsetDateTime) -> bool {
        let at = at.to_offset(CHINA);
        self.days.contains(&at.weekday()) && (self.from..self.until).contains(&at.hour())
    }
}

/// What is worth an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vigilance {
    /// Different licenses by one actor.
    pub bulk: Count,
    /// Looks of one actor at one license.
    pub same_license: Count,
    /// Wrong passwords and codes for one account.
    pub guesses: Count,
    /// When people may look without anybody wondering; always, when absent.
    pub hours: Option<OfficeHours>,
    /// Whether looks of systems without a case number are worth it.
    pub without_case: bool,
}

impl Default for Vigilance {
    /// An office works on twenty or thirty cases an hour; an account rests after five guesses.
    fn default() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        let days = vec![Monday, Tuesday, Wednesday, Thursday, Friday];
        Self {
            bulk: Count { at_least: 100, within: Duration::minutes(10) },
            same_license: Count { at_least: 20, within: Duration::DAY },
            guesses: Count { at_least: 5, within: Duration::minutes(15) },
            hours: Some(OfficeHours { from: 7, until: 21, days }),
            without_case: true,
        }
    }
}

/// What must be counted before a sign is an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Different licenses at which the actor looked.
    Licenses(Count),
    /// Looks of the actor at this license.
    Looks(LicenseId, Count),
    /// Events of this action and subject.
    Events(&'static str, Count),
}

/// What may be worth an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// By which rule.
    pub rule: Rule,
    /// Who.
    pub actor: String,
    /// To what.
    pub subject: String,
    /// When, the last time.
    pub at: OffsetDateTime,
    /// How often.
    pub times: u32,
    /// What decides; it is an alert by itself when absent.
    pub counted: Option<Counted>,
}

/// A wrong password or code.
const GUESS: &str = "session.guess";
/// What the trail says when something known was refused, and when a seal came to its limit.
const REFUSED: [&str; 3] = ["api_key.refuse", "client.refuse", "session.refused"];
const LIMITED: &str = "seal.limit";

/// Signs of one rule, actor, subject and minute are one: a thousand looks are counted once a minute.
#[derive(Default)]
struct Signs(BTreeMap<(Rule, String, String, i64), Sign>);

impl Signs {
    fn add(&mut self, sign: Sign) {
        let minute = sign.at.unix_timestamp().div_euclid(60);
        let key = (sign.rule, sign.actor.clone(), sign.subject.clone(), minute);
        let times = self.0.get(&key).map_or(0, |earlier| earlier.times);
        self.0.insert(key, Sign { times: times + sign.times, ..sign });
    }

    /// In the order of time.
    fn all(self) -> Vec<Sign> {
        let mut all: Vec<Sign> = self.0.into_values().collect();
        all.sort_by_key(|sign| sign.at);
        all
    }
}

impl Vigilance {
    /// What these looks may be signs of.
    pub fn of_looks<'a>(&self, rows: impl IntoIterator<Item = &'a AccessRow>) -> Vec<Sign> {
        let mut signs = Signs::default();
        for row in rows {
            self.look(row, &mut signs);
        }
        signs.all()
    }

    fn look(&self, row: &AccessRow, signs: &mut Signs) {
        let entry = &row.entry;
        let sign = |rule, subject: String, counted| Sign {
            rule,
            actor: entry.actor.to_string(),
            subject,
            at: entry.at,
            times: 1,
            counted,
        };
        if !entry.licenses.is_empty() {
            signs.add(sign(Rule::Bulk, String::new(), Some(Counted::Licenses(self.bulk))));
        }
        // Lists show what they show; whoever asks for one license means it.
        if let [license] = &entry.licenses[..] {
            let counted = Some(Counted::Looks(*license, self.same_license));
            signs.add(sign(Rule::SameLicense, format!("license {license}"), counted));
        }
        let of_person = matches!(entry.actor, Actor::Staff(_) | Actor::Console)
            || !entry.errand.operator.is_empty();
        if of_person && self.hours.as_ref().is_some_and(|hours| !hours.contain(entry.at)) {
            signs.add(sign(Rule::OutsideHours, String::new(), None));
        }
        let of_system = !matches!(entry.actor, Actor::Staff(_) | Actor::Console);
        if self.without_case && of_system && entry.errand.case_no.is_empty() {
            signs.add(sign(Rule::NoCaseNumber, String::new(), None));
        }
    }

    /// What these events may be signs of.
    pub fn of_events<'a>(&self, events: impl IntoIterator<Item = &'a AuditEvent>) -> Vec<Sign> {
        let mut signs = Signs::default();
        for event in events {
            let entry = &event.entry;
            let subject = format!("{} {}", entry.subject.kind, entry.subject.id);
            let (rule, counted) = match entry.action.as_str() {
                GUESS => (Rule::SignIn, Some(Counted::Events(GUESS, self.guesses))),
                LIMITED => (Rule::SealLimit, None),
                action if REFUSED.contains(&action) => (Rule::KeyRefused, None),
                _ => continue,
            };
            let (actor, at) = (entry.actor.to_string(), entry.at);
            signs.add(Sign { rule, actor, subject, at, times: 1, counted });
        }
        signs.all()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::audit::{Access, Basis, Entry, Errand, Fields, Head, Outcome, Subject};
    use crate::id::{AccessId, ApiKeyId, AuditEventId};

    /// A Monday, 16:00 in China.
    const NOW: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

    fn row(actor: Actor, at: OffsetDateTime, errand: Errand, licenses: u8) -> AccessRow {
        Head::empty().append(Access {
            id: AccessId::mint(at, [1; 10]),
            at,
            actor,
            organization: None,
            errand,
            basis: Basis::Issuer,
            licenses: (0..licenses).map(|seed| LicenseId::mint(NOW, [seed; 10])).collect(),
            fields: Fields::Content,
            outcome: Outcome::Shown,
        })
    }

    fn key() -> Actor {
        Actor::ApiKey(ApiKeyId::mint(NOW, [7; 10]))
    }

    #[test]
    fn looks_and_what_they_are_signs_of() {
        use Rule::{Bulk, NoCaseNumber, OutsideHours, SameLicense};
        let case = Errand { case_no: "1".into(), ..Errand::default() };
        let operator = Errand { operator: "9527".into(), ..case.clone() };
        let night = NOW + Duration::hours(7);
        for (what, row, expected) in [
            ("of a system", row(key(), NOW, case.clone(), 1), vec![Bulk, SameLicense]),
            ("without a case", row(key(), NOW, Errand::default(), 0), vec![NoCaseNumber]),
            ("at night", row(key(), night, case.clone(), 0), vec![]),
            ("an operator at night", row(key(), night, operator.clone(), 0), vec![OutsideHours]),
            ("an operator by day", row(key(), NOW, operator.clone(), 0), vec![]),
            ("on a Sunday", row(key(), NOW - Duration::DAY, operator, 0), vec![OutsideHours]),
            ("at the machine", row(Actor::Console, NOW, Errand::default(), 0), vec![]),
        ] {
            let signs = Vigilance::default().of_looks([&row]);
            let mut rules: Vec<Rule> = signs.iter().map(|sign| sign.rule).collect();
            rules.sort();
            assert_eq!(rules, expected, "{what}");
        }
    }

    #[test]
    fn a_minute_of_looks_is_one_sign() {
        let looks: Vec<AccessRow> = (0..100)
            .map(|second| row(key(), NOW + Duration::seconds(second), Errand::default(), 0))
            .collect();
        let signs = Vigilance::default().of_looks(&looks);
        let times: Vec<u32> = signs.iter().map(|sign| sign.times).collect();
        assert_eq!(times, [60, 40]);
        assert_eq!(signs[1].at, NOW + Duration::seconds(99));
    }

    #[test]
    fn events_and_what_they_are_signs_of() {
        let event = |action: &str| {
            Head::empty().append(Entry {
                id: AuditEventId::mint(NOW, [1; 10]),
                at: NOW,
                actor: Actor::Anonymous,
                action: action.into(),
                subject: Subject::new("staff", "1"),
                detail: BTreeMap::new(),
            })
        };
        for (action, expected) in [
            ("session.guess", Some(Rule::SignIn)),
            ("api_key.refuse", Some(Rule::KeyRefused)),
            ("client.refuse", Some(Rule::KeyRefused)),
            ("session.refused", Some(Rule::KeyRefused)),
            ("seal.limit", Some(Rule::SealLimit)),
            ("license.issue", None),
        ] {
            let signs = Vigilance::default().of_events([&event(action)]);
            assert_eq!(signs.first().map(|sign| sign.rule), expected, "{action}");
        }
    }

    #[test]
    fn office_hours_end_on_the_hour() {
        let hours = Vigilance::default().hours.unwrap();
        for (at, within) in [
            (datetime!(2026-03-02 07:00 +8), true),
            (datetime!(2026-03-02 06:59:59 +8), false),
            (datetime!(2026-03-02 20:59:59 +8), true),
            (datetime!(2026-03-02 21:00 +8), false),
            (datetime!(2026-03-07 12:00 +8), false),
            // Monday in China, Sunday in London.
            (datetime!(2026-03-01 23:30 UTC), true),
        ] {
            assert_eq!(hours.contain(at), within, "{at}");
        }
    }
}
