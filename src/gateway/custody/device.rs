//! What is common to keys outside this program: a library of a maker that may fail, hang, or come
//! back, asked with a time limit.
//!
//! Each call runs on a thread of its own, because nothing ends a call that hangs inside a foreign
//! library. A caller who has waited long enough goes; the thread stays until the library returns,
//! and counts against a bound, so that a dead device costs a few threads and no more.

use super::settings::Place;
use super::{CustodyError, Keeper};
use crate::breaker::Breaker;
use domain::digest::Sm3;
use formats::algorithm::device::prepare;
use formats::algorithm::{KeyKind, PublicKey, SignError, Suite};
use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Calls at once. A virtual device answers thirty and more in parallel, a token one after the other.
const CALLS_MAX: usize = 16;
/// A token makes an RSA key of 4096 bits in a minute or two.
const GENERATE_MAX: Duration = Duration::from_secs(180);
/// After two calls in a row without an answer the device is tried again so often, by one caller.
const LEFT_ALONE_FOR: Duration = Duration::from_secs(5);

/// Why a call did not do what was asked.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The line is broken, or the device away: a new line may do better. The reason is for the log.
    Gone(String),
    /// Trying again changes nothing.
    Final(CustodyError),
}

/// A library of a maker.
pub(super) trait Driver: Send + Sync + 'static {
    /// Where its keys live.
    const PLACE: Place;
    /// One connection to the device, used by one thread at a time.
    type Line: Send + 'static;

    /// A new connection, logged in.
    fn connect(&self) -> Result<Self::Line, Trouble>;

    /// Makes a key that never leaves the device; its name there.
    fn generate(
        &self,
        line: &mut Self::Line,
        kind: &KeyKind,
    ) -> Result<(String, PublicKey), Trouble>;

    /// The public part of the key of that name.
    fn public_key(&self, line: &mut Self::Line, name: &str) -> Result<PublicKey, Trouble>;

    /// Signs a value that was computed here.
    fn sign(
        &self,
        line: &mut Self::Line,
        name: &str,
        suite: Suite,
        value: &[u8],
    ) -> Result<Vec<u8>, Trouble>;
}

/// A device and what is known of it.
pub(super) struct Device<D: Driver> {
    shared: Arc<Shared<D>>,
    time_max: Duration,
    /// Public keys by name; a name fits one key only.
    known: Mutex<HashMap<String, PublicKey>>,
}

struct Shared<D: Driver> {
    driver: D,
    state: Mutex<State<D::Line>>,
    /// A call has ended.
    ended: Condvar,
}

struct State<L> {
    /// Connections that nobody uses now.
    idle: Vec<L>,
    calls: usize,
    breaker: Breaker,
}

impl<D: Driver> Device<D> {
    pub(super) fn new(driver: D, time_max: Duration) -> Self {
        let state = State { idle: Vec::new(), calls: 0, breaker: Breaker::default() };
        let shared = Shared { driver, state: Mutex::new(state), ended: Condvar::new() };
        Self { shared: Arc::new(shared), time_max, known: Mutex::default() }
    }

    /// The name in the device, and the public key that goes with it.
    fn public_key(&self, key: &str) -> Result<(String, PublicKey), CustodyError> {
        let missing = || CustodyError::Missing { key: key.to_owned() };
        let inner = key.strip_prefix(D::PLACE.prefix()).ok_or_else(missing)?;
        let (name, printed) = inner.rsplit_once(':').ok_or_else(missing)?;
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(public) = known().get(key) {
            return Ok((name.to_owned(), public.clone()));
        }
        let wanted = name.to_owned();
        let public =
            self.call(self.time_max, move |driver, line| driver.public_key(line, &wanted))?;
        if fingerprint(&public) != printed {
            return Err(CustodyError::OtherKey { key: key.to_owned() });
        }
        known().insert(key.to_owned(), public.clone());
        Ok((name.to_owned(), public))
    }

    /// Does `work` on a connection, a second time on a new one when the first was broken.
    fn call<T: Send + 'static>(
        &self,
        time_max: Duration,
        work: impl Fn(&D, &mut D::Line) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, CustodyError> {
        let deadline = Instant::now() + time_max;
        let call = self.begin(deadline)?;
        let (answer, answered) = mpsc::sync_channel(1);
        let shared = Arc::clone(&self.shared);
        let thread = thread::Builder::new().name("custody".to_owned()).spawn(move || {
            let result = shared.work(&work, deadline);
            drop(call);
            // Nobody hears it when the caller has gone: then there is no signature.
            let _ = answer.send(result);
        });
        thread.map_err(|cause| unavailable::<D>(format!("no thread: {cause}")))?;
        let patience = deadline.saturating_duration_since(Instant::now());
        let result = answered.recv_timeout(patience);
        let mut state = self.shared.lock();
        if let Ok(result) = result {
            state.breaker = Breaker::default();
            return result;
        }
        state.breaker.failed(Instant::now());
        Err(unavailable::<D>(format!("no answer within {} s", time_max.as_secs_f32())))
    }

    /// Waits for a place among the calls, if there is any hope.
    fn begin(&self, deadline: Instant) -> Result<Call<D>, CustodyError> {
        let mut state = self.shared.lock();
        loop {
            let now = Instant::now();
            if state.breaker.is_open_for(LEFT_ALONE_FOR, now) {
                return Err(unavailable::<D>("it did not answer lately".to_owned()));
            }
            if state.calls < CALLS_MAX {
                state.calls += 1;
                return Ok(Call(Arc::clone(&self.shared)));
            }
            let patience = deadline.saturating_duration_since(now);
            if patience.is_zero() {
                return Err(unavailable::<D>("too many calls wait for it".to_owned()));
            }
            let waited = self.shared.ended.wait_timeout(state, patience);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<D: Driver> Shared<D> {
    fn lock(&self) -> MutexGuard<'_, State<D::Line>> {
        // Nothing in it is half done after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work<T>(
        &self,
        work: &impl Fn(&D, &mut D::Line) -> Result<T, Trouble>,
        deadline: Instant,
    ) -> Result<T, CustodyError> {
        let held = self.lock().idle.pop();
        if let Some(line) = held
            && let Some(result) = self.on(line, work)
        {
            return result;
        }
        // Whoever has gone is not signed for.
        if Instant::now() >= deadline {
            return Err(unavailable::<D>("too late".to_owned()));
        }
        let line = self.driver.connect().map_err(into_error::<D>)?;
        self.on(line, work).unwrap_or_else(|| Err(unavailable::<D>("it broke off".to_owned())))
    }

    /// `None` when the line is broken. Then those that nobody uses are too: a device that was away
    /// knows none of them.
    fn on<T>(
        &self,
        mut line: D::Line,
        work: &impl Fn(&D, &mut D::Line) -> Result<T, Trouble>,
    ) -> Option<Result<T, CustodyError>> {
        let result = match work(&self.driver, &mut line) {
            Ok(done) => Ok(done),
            Err(Trouble::Final(error)) => Err(error),
            Err(Trouble::Gone(_)) => {
                drop(line);
                let idle = mem::take(&mut self.lock().idle);
                drop(idle); // without the lock: closing them asks the library
                return None;
            }
        };
        self.lock().idle.push(line);
        Some(result)
    }
}

/// One of the calls under way.
struct Call<D: Driver>(Arc<Shared<D>>);

impl<D: Driver> Drop for Call<D> {
    fn drop(&mut self) {
        self.0.lock().calls -= 1;
        self.0.ended.notify_one();
    }
}

fn into_error<D: Driver>(trouble: Trouble) -> CustodyError {
    match trouble {
        Trouble::Gone(reason) => unavailable::<D>(reason),
        Trouble::Final(error) => error,
    }
}

fn unavailable<D: Driver>(reason: String) -> CustodyError {
    CustodyError::Unavailable { place: D::PLACE, reason }
}

/// `PLACE:NAME:FINGERPRINT`: the name of a key says which public key it has, so that a device in
/// which another key took the place of the first is noticed.
fn name_of<D: Driver>(name: &str, key: &PublicKey) -> String {
    format!("{}{name}:{}", D::PLACE.prefix(), fingerprint(key))
}

/// The first half of SM3 over the SubjectPublicKeyInfo.
pub(super) fn fingerprint(key: &PublicKey) -> String {
    let mut text = Sm3::of(key.to_spki()).to_string();
    text.truncate(32);
    text
}

impl<D: Driver> Keeper for Device<D> {
    fn generate(&self, kind: &KeyKind) -> Result<(String, PublicKey), CustodyError> {
        let wanted = kind.clone();
        let made = self.call(GENERATE_MAX, move |driver, line| driver.generate(line, &wanted));
        let (name, public) = made?;
        let name = name_of::<D>(&name, &public);
        // A key that does not sign what it verifies is found before anybody relies on it.
        if let Some(suite) = Suite::usual(kind) {
            self.sign(&name, suite, b"self check")?;
        }
        Ok((name, public))
    }

    fn sign(&self, key: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, CustodyError> {
        let (name, public) = self.public_key(key)?;
        let failed = |cause: SignError| super::signing("signing", key, cause);
        let prepared = prepare(suite, &public, message).map_err(failed)?;
        let value = prepared.value().to_vec();
        let answer =
            self.call(self.time_max, move |driver, line| driver.sign(line, &name, suite, &value))?;
        prepared.complete(&answer).map_err(|_| CustodyError::WrongSignature { key: key.to_owned() })
    }
}

#[cfg(test)]
mod tests;
