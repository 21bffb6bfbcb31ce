//! How the service is: a light for each part, with the facts that it rests on. What is not known
//! is said to be unknown, and never good.

use super::health_words::{Told, told};
use crate::view::time::{from_instant, instant};
use crate::view::{HealthPartView, HealthView};
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::audit::Subject;
use domain::seal::SealStatus;
use domain::sealing::{KeyPurpose, KeyState};
use domain::validation::TrustSource;
use formats::x509::Certificate;
use storage::AuditQuery;
use time::{Duration, OffsetDateTime};

/// How a part is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Light {
    /// All is well.
    Good,
    /// Nobody knows.
    Unknown,
    /// Something should be done.
    Attention,
    /// Something must be done now.
    Bad,
}

impl Light {
    /// Its word for programs.
    #[must_use]
    const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Attention => "attention",
            Self::Bad => "bad",
        }
    }
}

/// How long the queues of a server are.
#[derive(Clone, Copy, Debug)]
pub struct Queues {
    /// Work under way.
    pub running: usize,
    /// Work that waits.
    pub waiting: usize,
    /// How much may wait.
    pub most: usize,
}

/// A certificate is renewed in the last quarter of a year; in the last week it is late.
const RENEWED_WITHIN: Duration = Duration::days(90);
const LATE_WITHIN: Duration = Duration::days(7);
/// The log grows every few seconds.
const GROWN_WITHIN: Duration = Duration::minutes(1);
const STUCK_AFTER: Duration = Duration::minutes(10);
/// A backup each week is the least; a month without is none.
const COPIED_WITHIN: Duration = Duration::days(7);
const NOT_COPIED_AFTER: Duration = Duration::days(30);
/// Restoring is tried each half year.
const TRIED_WITHIN: Duration = Duration::days(182);
/// Events are sent within minutes, unless a receiver is away.
const SENT_WITHIN: Duration = Duration::minutes(10);
/// A witness looks every minute or so.
const WITNESSED_WITHIN: Duration = Duration::HOUR;
const MIB: u64 = 1 << 20;

impl App {
    /// How each part is. `queues` are those of the server that asks, if one does.
    ///
    /// # Errors
    /// Not allowed; the store's: then the register itself is the answer.
    pub fn health(&self, caller: &Caller, queues: Option<Queues>) -> Result<HealthView, AppError> {
        caller.require(Permission::Operate)?;
        let now = self.clock.now();
        let mut parts = vec![
            ("register", self.register_health()),
            ("disk", self.disk_health()),
            ("clock", self.clock_health()),
        ];
        parts.extend(queues.map(|queues| ("queues", queue_health(queues))));
        parts.extend([
            ("workers", self.worker_health()),
            ("trust", self.trust_health(now)),
            ("certificates", self.certificate_health(now)?),
            ("time_stamps", self.stamp_health()?),
            ("log", self.log_health(now)?),
            ("witnesses", self.witness_health(now)?),
            ("events", self.event_health(now)?),
            ("backup", self.milestone_health("backup", now)?),
            ("restore", self.milestone_health("restore", now)?),
        ]);
        let light = parts.iter().map(|(_, told)| told.light).max().unwrap_or(Light::Unknown);
        let view = |(part, told): (&'static str, Told)| HealthPartView {
            part,
            light: told.light.as_str(),
            code: told.code,
            text_zh: told.zh,
            text_en: told.en,
        };
        let parts = parts.into_iter().map(view).collect();
        Ok(HealthView { as_of: instant(now), light: light.as_str(), parts })
    }

    fn register_health(&self) -> Told {
        match self.store.durability() {
            Ok(_) if self.is_sound() => told::register_good(),
            Ok(_) => told::disk_failed(),
            Err(cause) => told::register_away(&cause.to_string()),
        }
    }

    fn disk_health(&self) -> Told {
        match gateway::disk::room(&self.settings.data) {
            Err(_) => told::disk_unknown(),
            Ok(room) => {
                let percent = room.free.saturating_mul(100) / room.total.max(1);
                let light = match (room.free / MIB, percent) {
                    (..512, _) | (_, ..2) => Light::Bad,
                    (..2048, _) | (_, ..10) => Light::Attention,
                    _ => Light::Good,
                };
                told::disk_room(light, room.free / MIB, percent)
            }
        }
    }

    fn clock_health(&self) -> Told {
        match self.clock.skew() {
            None => told::clock_good(),
            Some(skew) => told::clock_wrong(&skew.to_string()),
        }
    }

    fn worker_health(&self) -> Told {
        match &self.examiner {
            Some(_) => told::workers_good(),
            None => told::workers_none(),
        }
    }

    /// Whom to believe, and how old what is known of revocation is.
    fn trust_health(&self, now: OffsetDateTime) -> Told {
        let believed = self.trust.now();
        let policy = believed.trust.policy();
        if policy.anchors.is_empty() {
            return told::no_anchor();
        }
        if let TrustSource::List { next_update, .. } = &policy.source
            && *next_update < now
        {
            return told::list_overdue(&instant(*next_update));
        }
        let lists = policy.revocation.lists.iter();
        let ends: Vec<OffsetDateTime> = lists.filter_map(|list| list.next_update()).collect();
        let asked = self.settings.asking.is_some();
        match ends.iter().min() {
            Some(first) if *first < now => told::crl_overdue(&instant(*first)),
            Some(first) => told::crls_current(ends.len(), &instant(*first)),
            None if asked => told::responders_asked(),
            None => told::revocation_unknown(),
        }
    }

    /// The certificates of keys and the seals that are in use, by when they end.
    fn certificate_health(&self, now: OffsetDateTime) -> Result<Told, AppError> {
        let mut ends: Vec<(OffsetDateTime, String)> = Vec::new();
        for purpose in KeyPurpose::ALL {
            for key in self.store.signing_key_list(*purpose)? {
                let read = key.chain.first().map(|der| Certificate::parse(der));
                if let (Some(Ok(certificate)), KeyState::Active) = (read, key.state) {
                    ends.push((certificate.not_after(), format!("key {}", key.id)));
                }
            }
        }
        for seal in self.store.seals_of(None)? {
            if seal.status() == SealStatus::Active {
                let properties = seal.properties();
                ends.push((properties.not_after, format!("seal {}", properties.code)));
            }
        }
        ends.sort();
        let Some((first, _)) = ends.first() else { return Ok(told::no_certificates()) };
        let left = *first - now;
        if left > RENEWED_WITHIN {
            return Ok(told::certificates_good(ends.len(), left.whole_days()));
        }
        let soon = ends.iter().take_while(|(end, _)| *end - now <= RENEWED_WITHIN);
        let named: Vec<String> = soon
            .take(10)
            .map(|(end, name)| format!("{name} ({} d)", (*end - now).whole_days()))
            .collect();
        let light = if left <= LATE_WITHIN { Light::Bad } else { Light::Attention };
        Ok(told::certificates_end(light, left.whole_days(), &named.join(", ")))
    }

    fn stamp_health(&self) -> Result<Told, AppError> {
        let stamps = &self.settings.time_stamps;
        if stamps.url.is_some() || stamps.sm2_url.is_some() {
            return Ok(told::stamps_elsewhere());
        }
        let own = self.store.signing_key_list(KeyPurpose::TimeStamper)?;
        Ok(if own.is_empty() { told::stamps_none() } else { told::stamps_own() })
    }

    fn log_health(&self, now: OffsetDateTime) -> Result<Told, AppError> {
        let waiting = self.store.log_waiting()?;
        let Some(newest) = self.store.log_newest()? else {
            return Ok(if waiting == 0 { told::log_empty() } else { told::log_waits(waiting) });
        };
        let age = now - newest.at;
        let at = instant(newest.at);
        Ok(match (waiting, newest.note.is_some()) {
            (0, true) => told::log_good(newest.size, &at),
            _ if age <= GROWN_WITHIN => told::log_good(newest.size, &at),
            _ if age <= STUCK_AFTER => told::log_late(Light::Attention, waiting, &at),
            _ => told::log_late(Light::Bad, waiting, &at),
        })
    }

    /// Whether others sign that the log only grew, and how lately.
    fn witness_health(&self, now: OffsetDateTime) -> Result<Told, AppError> {
        if self.log_witness_keys()?.is_empty() {
            return Ok(told::witnesses_none());
        }
        let seen = self.log_witnesses()?;
        let newest = seen.iter().filter_map(|one| from_instant(&one.at)).max();
        let signed_at = self.store.log_newest()?.map(|newest| newest.at);
        Ok(match (newest, signed_at) {
            (Some(at), _) => told::witnessed(seen.len(), &instant(at)),
            (None, Some(at)) if now - at > WITNESSED_WITHIN => told::unwitnessed(&instant(at)),
            (None, _) => told::witness_awaited(),
        })
    }

    fn event_health(&self, now: OffsetDateTime) -> Result<Told, AppError> {
        let late = self.store.delivery_late(now - SENT_WITHIN)?;
        Ok(if late == 0 { told::events_good() } else { told::events_late(late) })
    }

    /// When something was last done that leaves an event: a backup, or trying one out.
    fn milestone_health(&self, kind: &'static str, now: OffsetDateTime) -> Result<Told, AppError> {
        let subject = Some(Subject::new(kind, "register"));
        let query = AuditQuery { subject, ..AuditQuery::default() };
        let newest = self.store.audit_search(&query, 1)?;
        let Some(event) = newest.first() else {
            return Ok(told::never(kind));
        };
        let age = now - event.entry.at;
        let (good, bad) = match kind {
            "backup" => (COPIED_WITHIN, NOT_COPIED_AFTER),
            _ => (TRIED_WITHIN, Duration::MAX),
        };
        let light = match age {
            age if age <= good => Light::Good,
            age if age <= bad => Light::Attention,
            _ => Light::Bad,
        };
        Ok(told::done(light, kind, &instant(event.entry.at)))
    }
}

fn queue_health(queues: Queues) -> Told {
    let light = match queues.waiting {
        waiting if waiting >= queues.most => Light::Bad,
        waiting if waiting * 2 >= queues.most => Light::Attention,
        _ => Light::Good,
    };
    told::queues(light, queues.running, queues.waiting, queues.most)
}
