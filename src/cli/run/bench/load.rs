//! Clients that ask, each for one thing after the other, until the time is over.

use super::client::{Answer, Client};
use super::figures::Tally;
use super::requests::Requests;
use crate::cli::args::Ask;
use crate::cli::exit::Failure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What may be asked for, as it grows: licenses are added when they were acknowledged.
#[derive(Default)]
pub(super) struct Known {
    /// Ids and codes of licenses.
    pub(super) licenses: Mutex<Vec<License>>,
    /// Some sealed files.
    pub(super) files: Vec<Vec<u8>>,
    next: AtomicU64,
    /// Ids of licenses that were acknowledged in this run.
    pub(super) acknowledged: Mutex<Vec<String>>,
}

/// A license by its names.
#[derive(Clone)]
pub(super) struct License {
    pub(super) id: String,
    pub(super) code: String,
}

/// One measurement.
pub(super) struct Load<'a> {
    pub(super) requests: &'a Requests,
    pub(super) known: &'a Known,
    pub(super) clients: u16,
    pub(super) time: Duration,
}

/// The kinds in the order of the figures.
const KINDS: [(Ask, &str); 4] =
    [(Ask::Issue, "issue"), (Ask::File, "file"), (Ask::Code, "code"), (Ask::Id, "id")];
/// Of twenty requests of a mix so many are of each kind.
const MIX: [(Ask, u64); 4] = [(Ask::Issue, 1), (Ask::File, 3), (Ask::Code, 8), (Ask::Id, 8)];
/// A refused client waits as long as it is told, but not so long that nothing is measured.
const WAIT_MAX: Duration = Duration::from_secs(1);

const VALID: &[u8] = br#","outcome":"VALID","as_of":"#;

type Tallies = BTreeMap<&'static str, Tally>;

impl Load<'_> {
    /// Asks, and says what came of it by kind and how long it took.
    pub(super) fn run(&self, ask: Ask) -> Result<(Tallies, Duration), Failure> {
        let begin = Instant::now();
        let outcomes: Vec<_> = thread::scope(|scope| {
            let client = |number: u64| scope.spawn(move || self.client(ask, number, begin));
            let clients: Vec<_> = (0..u64::from(self.clients)).map(client).collect();
            clients.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        let mut all = Tallies::new();
        for outcome in outcomes {
            let broken = |_| Failure::Bench("a client broke".to_owned());
            for (kind, tally) in outcome.map_err(broken)? {
                all.entry(kind).or_default().add(tally);
            }
        }
        Ok((all, begin.elapsed()))
    }

    fn client(&self, ask: Ask, number: u64, begin: Instant) -> Tallies {
        let mut client = Client::new(self.requests.address);
        let mut tallies: Tallies = KINDS.map(|(_, name)| (name, Tally::default())).into();
        let mut turn = number;
        while begin.elapsed() < self.time {
            let ask = if ask == Ask::Mix { of_mix(turn) } else { ask };
            turn = turn.wrapping_add(1);
            let name = KINDS.iter().find(|(kind, _)| *kind == ask).map_or("mix", |(_, name)| name);
            let Some(tally) = tallies.get_mut(name) else { continue };
            if let Some(wait) = self.step(&mut client, ask, tally) {
                thread::sleep(wait.min(WAIT_MAX));
            }
        }
        tallies.retain(|_, tally| !tally.is_empty());
        tallies
    }

    /// One request; how long to wait before the next.
    fn step(&self, client: &mut Client, ask: Ask, tally: &mut Tally) -> Option<Duration> {
        let number = self.known.next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = self.request(ask, number) else {
            tally.refused("nothing to ask for".to_owned());
            return Some(WAIT_MAX);
        };
        let begin = Instant::now();
        match client.send(&request) {
            Ok(answer) => match self.understood(ask, &answer) {
                Ok(()) => tally.done(begin.elapsed()),
                Err(why) => {
                    tally.refused(why);
                    return answer.retry_after;
                }
            },
            Err(cause) => {
                tally.refused(cause.kind().to_string());
                return Some(Duration::from_millis(50));
            }
        }
        None
    }

    fn request(&self, ask: Ask, number: u64) -> Option<Vec<u8>> {
        match ask {
            Ask::Issue => Some(self.requests.issue(number)),
            Ask::File => {
                let at = index(number, self.known.files.len())?;
                self.requests.verify_file(&self.known.files[at]).ok()
            }
            Ask::Code => Some(self.requests.verify_by("code", &self.license(number)?.code)),
            _ => Some(self.requests.verify_by("license_id", &self.license(number)?.id)),
        }
    }

    fn license(&self, number: u64) -> Option<License> {
        let licenses = self.known.licenses.lock().ok()?;
        licenses.get(index(number, licenses.len())?).cloned()
    }

    /// Whether the answer did what was asked: a verification that is not VALID did not.
    fn understood(&self, ask: Ask, answer: &Answer) -> Result<(), String> {
        if ask != Ask::Issue {
            return valid(answer);
        }
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let word = |name: &str| said[name].as_str().unwrap_or_default();
        if answer.status != 201 {
            return Err(format!("{} {}", answer.status, word("code")));
        }
        self.known.learn(word("id"), word("code"));
        Ok(())
    }
}

impl Known {
    fn learn(&self, id: &str, code: &str) {
        let license = License { id: id.to_owned(), code: code.to_owned() };
        if let (Ok(mut licenses), Ok(mut told)) = (self.licenses.lock(), self.acknowledged.lock()) {
            licenses.push(license);
            told.push(id.to_owned());
        }
    }
}

/// Whether a verification found a license valid; what it said otherwise.
pub(super) fn valid(answer: &Answer) -> Result<(), String> {
    // As the service writes it; what is written otherwise is read the long way.
    if answer.status == 200 && contains(&answer.body, VALID) {
        return Ok(());
    }
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let word = |name: &str| said[name].as_str().unwrap_or_default();
    match answer.status {
        200 if word("outcome") == "VALID" => Ok(()),
        200 => Err(word("outcome").to_owned()),
        status => Err(format!("{status} {}", word("code"))),
    }
}

/// The outcome of a verification stands near its beginning.
fn contains(body: &[u8], words: &[u8]) -> bool {
    body[..body.len().min(512)].windows(words.len()).any(|window| window == words)
}

/// The kind whose turn it is, the same sequence for every client from its own beginning.
fn of_mix(turn: u64) -> Ask {
    // Seven has no divisor in common with twenty: kinds are spread over the turns.
    let mut place = turn.wrapping_mul(7) % 20;
    for (kind, share) in MIX {
        if place < share {
            return kind;
        }
        place -= share;
    }
    Ask::Id
}

/// Some place below `len`, every one as often as another, neighbours far apart.
pub(super) fn index(number: u64, len: usize) -> Option<usize> {
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    let place = spread.checked_rem(len as u64)?;
    usize::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_twenty_turns_each_kind_has_its_share() {
        for (kind, share) in MIX {
            let turns = (100..120).filter(|turn| of_mix(*turn) == kind).count() as u64;
            assert_eq!(turns, share, "{kind:?}");
        }
        assert_eq!(index(5, 0), None);
        assert!((0..1000).all(|number| index(number, 3).unwrap() < 3));
    }
}
