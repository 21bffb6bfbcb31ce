//! What responders say about certificates of which nothing is known here: each question is asked
//! once at a time, its answer kept while it is fresh, and who does not answer is left alone for a
//! while.

mod silence;

pub use silence::{SILENCES, Silence};

use crate::breaker::Breaker;
use crate::fetch::{Question, Responders};
use formats::algorithm::{Digest, KeyKind};
use formats::oid;
use formats::x509::Certificate;
use formats::x509::crl::Crl;
use formats::x509::extension::DistributionPointName;
use formats::x509::general_name::GeneralName;
use formats::x509::ocsp::{self, Answer, CertId, IdDigest, OcspError};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// All that is asked for one file together: names, connections, answers.
pub const TOTAL: Duration = Duration::from_secs(5);
/// Most addresses asked about one certificate.
const URLS_MAX: usize = 2;
/// Most addresses that are reported for one certificate and were not asked.
const REFUSED_MAX: usize = 4;
/// What was said is asked again after this at the latest: a revocation should not wait for longer.
const KEPT_MAX: Duration = Duration::from_secs(600);
/// That nothing was said is remembered for this long.
const SILENT_FOR: Duration = Duration::from_secs(10);
/// Questions under way at once: each has a thread, and waits for little but the network.
const UNDER_WAY_MAX: usize = 16;
/// A question that has been under way for longer is lost.
const LOST_AFTER: Duration = Duration::from_secs(120);
/// Answers kept, and their bytes together.
const KEPT_COUNT_MAX: usize = 1024;
const KEPT_BYTES_MAX: usize = 32 << 20;

/// What kind of thing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The state of one certificate (RFC 6960).
    Ocsp,
    /// A revocation list (RFC 5280).
    Crl,
}

impl Kind {
    /// The name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ocsp => "ocsp",
            Self::Crl => "crl",
        }
    }
}

/// What was said. Whether it is genuine is for the policy to see.
#[derive(Clone, Debug)]
pub enum Said {
    /// A revocation list.
    List(Crl),
    /// The answer of a responder.
    Answer(Answer),
}

impl Said {
    /// As it came.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        match self {
            Self::List(list) => list.der(),
            Self::Answer(answer) => answer.der(),
        }
    }

    /// When it was made.
    #[must_use]
    pub fn made(&self) -> OffsetDateTime {
        match self {
            Self::List(list) => list.this_update(),
            Self::Answer(answer) => answer.produced_at(),
        }
    }
}

/// One address of a certificate, and what came of it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was asked for.
    pub kind: Kind,
    /// The address.
    pub url: String,
    /// About which certificate.
    pub certificate: Certificate,
    /// What was said, or why nothing.
    pub result: Result<Said, Silence>,
}

/// The responders that are asked, and what they said lately. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Inquiries(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    responders: Responders,
    state: Mutex<State>,
    changed: Condvar,
}

/// The same bytes to the same address are the same question; a list is asked for without any.
type Key = (String, Vec<u8>);

#[derive(Debug, Default)]
struct State {
    known: HashMap<Key, Entry>,
    failing: HashMap<(String, u16), Breaker>,
}

#[derive(Debug)]
enum Entry {
    UnderWay { since: Instant },
    Known { result: Result<Said, Silence>, until: Instant },
}

/// A certificate, its issuer, and the moment at which it is asked about.
#[derive(Clone)]
struct About {
    subject: Certificate,
    issuer: Certificate,
    now: OffsetDateTime,
}

impl Inquiries {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(responders: Responders) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        Self(Arc::new(Shared { responders, state, changed }))
    }

    /// Asks about certificates, each given with its issuer, at the addresses that they name and
    /// that are listed; all at once, and for no longer than [`TOTAL`].
    #[must_use]
    pub fn ask(&self, links: &[(Certificate, Certificate)], now: OffsetDateTime) -> Vec<Asked> {
        let until = Instant::now() + TOTAL;
        let about = |(subject, issuer): &(Certificate, Certificate)| {
            let about = About { subject: subject.clone(), issuer: issuer.clone(), now };
            self.begun(&about)
        };
        let begun: Vec<(Asked, Option<Key>)> = links.iter().flat_map(about).collect();
        let ended = |(asked, key): (Asked, Option<Key>)| match key {
            Some(key) => Asked { result: self.0.answer(&key, until), ..asked },
            None => asked,
        };
        begun.into_iter().map(ended).collect()
    }

    /// Begins to ask at the addresses of one certificate; those that are not asked say why.
    fn begun(&self, about: &About) -> Vec<(Asked, Option<Key>)> {
        let (mut asked, mut refused) = (0, 0);
        let mut all = Vec::new();
        for (kind, url) in addresses(&about.subject) {
            let listed = self.0.responders.host(url).map_err(Silence::from);
            let result = match listed {
                Ok(_) if asked == URLS_MAX => Err(Silence::TooMany),
                listed => listed,
            };
            let one = |silence| Asked {
                kind,
                url: shown(url),
                certificate: about.subject.clone(),
                result: Err(silence),
            };
            match result {
                Ok(host) => {
                    asked += 1;
                    let key = (url.to_owned(), question(kind, about));
                    self.begin(&key, kind, host, about);
                    all.push((one(Silence::TimedOut), Some(key)));
                }
                Err(silence) if refused < REFUSED_MAX => {
                    refused += 1;
                    all.push((one(silence), None));
                }
                Err(_) => {}
            }
        }
        all
    }

    /// Sees to it that a question is answered or under way.
    fn begin(&self, key: &Key, kind: Kind, host: (String, u16), about: &About) {
        let mut state = self.0.lock();
        let now = Instant::now();
        if state.known.get(key).is_some_and(|entry| entry.holds(now)) {
            return;
        }
        let under_way = |entry: &&Entry| matches!(entry, Entry::UnderWay { .. });
        let refused = match state.failing.get(&host) {
            Some(failing) if failing.is_open(now) => Some(Silence::LeftAlone),
            _ if state.known.values().filter(under_way).count() >= UNDER_WAY_MAX => {
                Some(Silence::Busy)
            }
            _ => None,
        };
        if let Some(silence) = refused {
            state.put(key.clone(), Entry::Known { result: Err(silence), until: now }, now);
            return;
        }
        state.put(key.clone(), Entry::UnderWay { since: now }, now);
        drop(state);
        let (shared, about, own) = (Arc::clone(&self.0), about.clone(), key.clone());
        let work = move || {
            let result = shared.fetched(&own, kind, &about);
            shared.keep(own, host, result, about.now);
        };
        // Not waited for: looking a name up may take longer than anybody waits.
        if std::thread::Builder::new().name("inquiry".to_owned()).spawn(work).is_err() {
            let entry = Entry::Known { result: Err(Silence::Busy), until: now };
            self.0.lock().put(key.clone(), entry, now);
        }
    }
}

impl Shared {
    fn fetched(&self, key: &Key, kind: Kind, about: &About) -> Result<Said, Silence> {
        let (url, body) = key;
        let body = (kind == Kind::Ocsp).then_some(("application/ocsp-request", &body[..]));
        let question = Question { body, ..Question::default() };
        let bytes = self.responders.fetch(url, question, Instant::now() + TOTAL)?;
        let outdated = |next: Option<OffsetDateTime>| next.is_some_and(|next| next <= about.now);
        let said = match kind {
            Kind::Crl => Said::List(Crl::parse(&bytes).map_err(|_| Silence::Unusable)?),
            Kind::Ocsp => Said::Answer(Answer::parse(&bytes).map_err(|error| match error {
                OcspError::Refused(_) => Silence::Refused,
                _ => Silence::Unusable,
            })?),
        };
        match &said {
            Said::Answer(answer) if answer.about(&about.subject, &about.issuer).is_none() => {
                Err(Silence::NotAbout)
            }
            said if outdated(next_update(said)) => Err(Silence::Outdated),
            _ => Ok(said),
        }
    }

    fn keep(
        &self,
        key: Key,
        host: (String, u16),
        result: Result<Said, Silence>,
        now: OffsetDateTime,
    ) {
        let mut state = self.lock();
        let at = Instant::now();
        match &result {
            Err(silence) if silence.is_failure() => {
                state.failing.entry(host).or_default().failed(at);
            }
            _ => drop(state.failing.remove(&host)),
        }
        let fresh = match &result {
            Ok(said) => next_update(said)
                .and_then(|next| Duration::try_from(next - now).ok())
                .map_or(KEPT_MAX, |fresh| fresh.min(KEPT_MAX)),
            Err(_) => SILENT_FOR,
        };
        state.put(key, Entry::Known { result, until: at + fresh }, at);
        drop(state);
        self.changed.notify_all();
    }

    /// The answer to a question that was begun, when it is there in time.
    fn answer(&self, key: &Key, until: Instant) -> Result<Said, Silence> {
        let mut state = self.lock();
        loop {
            match state.known.get(key) {
                Some(Entry::Known { result, .. }) => return result.clone(),
                Some(Entry::UnderWay { .. }) => {}
                None => return Err(Silence::Busy),
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Silence::TimedOut);
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// A panic elsewhere leaves it whole: it is changed in single steps.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Puts an entry in; those that hold no longer go, and the oldest when there are too many.
    fn put(&mut self, key: Key, entry: Entry, now: Instant) {
        self.known.insert(key, entry);
        let bytes = |state: &Self| state.known.values().map(Entry::bytes).sum::<usize>();
        if self.known.len() <= KEPT_COUNT_MAX && bytes(self) <= KEPT_BYTES_MAX {
            return;
        }
        self.known.retain(|_, entry| entry.holds(now));
        while self.known.len() > KEPT_COUNT_MAX || bytes(self) > KEPT_BYTES_MAX {
            let until = |entry: &Entry| match entry {
                Entry::UnderWay { .. } => None,
                Entry::Known { until, .. } => Some(*until),
            };
            let ends = self.known.iter().filter_map(|(key, entry)| Some((key, until(entry)?)));
            let Some(first) = ends.min_by_key(|(_, until)| *until).map(|(key, _)| key.clone())
            else {
                return;
            };
            self.known.remove(&first);
        }
    }
}

impl Entry {
    fn holds(&self, now: Instant) -> bool {
        match self {
            Self::UnderWay { since } => now.saturating_duration_since(*since) < LOST_AFTER,
            Self::Known { until, .. } => now < *until,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Known { result: Ok(said), .. } => said.der().len(),
            Self::Known { .. } | Self::UnderWay { .. } => 0,
        }
    }
}

fn next_update(said: &Said) -> Option<OffsetDateTime> {
    match said {
        Said::List(list) => list.next_update(),
        Said::Answer(answer) => answer.singles().iter().filter_map(|one| one.next_update).min(),
    }
}

/// Where a certificate says that its state is told, responders first.
fn addresses(certificate: &Certificate) -> Vec<(Kind, &str)> {
    let extensions = certificate.extensions();
    let access = extensions.authority_info_access.iter().flatten();
    let responders = access.filter(|(method, _)| *method == oid::ACCESS_OCSP);
    let responders = responders.filter_map(|(_, name)| Some((Kind::Ocsp, uri(name)?)));
    let points = extensions.crl_distribution_points.iter().flatten();
    let names = points.flat_map(|point| match &point.name {
        Some(DistributionPointName::Full(names)) => &names[..],
        Some(DistributionPointName::Relative(_)) | None => &[],
    });
    responders.chain(names.filter_map(|name| Some((Kind::Crl, uri(name)?)))).collect()
}

fn uri(name: &GeneralName) -> Option<&str> {
    match name {
        GeneralName::Uri(uri) => Some(uri),
        _ => None,
    }
}

/// The body of a question; none for a list. Without a nonce, so that a responder may answer from
/// its store and we keep what it said; the digest is one that responders of its issuer know.
fn question(kind: Kind, about: &About) -> Vec<u8> {
    if kind == Kind::Crl {
        return Vec::new();
    }
    let sm2 = about.issuer.public_key().is_ok_and(|key| key.kind() == KeyKind::Sm2);
    let digest = if sm2 { IdDigest::Listed(Digest::Sm3) } else { IdDigest::Sha1 };
    let id = CertId::of(&about.subject, &about.issuer, digest);
    ocsp::request(id.as_slice(), None)
}

/// An address as it is reported: what strangers wrote, in a decent length.
fn shown(url: &str) -> String {
    const CHARACTERS_MAX: usize = 256;
    let plain = |c: char| if c.is_ascii_graphic() { c } else { '?' };
    url.chars().take(CHARACTERS_MAX).map(plain).collect()
}

#[cfg(test)]
mod tests;
