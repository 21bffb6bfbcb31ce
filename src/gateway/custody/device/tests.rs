//! A driver that does what it is told, so that a device's whole life is seen without one.

use super::*;
use formats::algorithm::{Digest, PrivateKey};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

const SUITE: Suite = Suite::EcdsaP256(Digest::Sha256);
const TIME_MAX: Duration = Duration::from_secs(1);

/// What the device does, by number, and how often it was asked what.
#[derive(Default)]
struct Told {
    mode: AtomicU32,
    connected: AtomicU32,
    signed: AtomicU32,
    /// Connections from before the device came back are worth nothing.
    age: AtomicU64,
}

const WELL: u32 = 0;
const AWAY: u32 = 1;
const HANGS: u32 = 2;
const LIES: u32 = 3;

struct Fake(Arc<Told>, PrivateKey);

impl Fake {
    fn mode(&self) -> u32 {
        self.0.mode.load(Ordering::SeqCst)
    }
}

impl Driver for Fake {
    const PLACE: Place = Place::Pkcs11;
    type Line = u64;

    fn connect(&self) -> Result<u64, Trouble> {
        self.0.connected.fetch_add(1, Ordering::SeqCst);
        match self.mode() {
            AWAY => Err(Trouble::Gone("pulled".to_owned())),
            _ => Ok(self.0.age.load(Ordering::SeqCst)),
        }
    }

    fn generate(&self, _: &mut u64, _: &KeyKind) -> Result<(String, PublicKey), Trouble> {
        Ok(("key".to_owned(), self.1.public_key().clone()))
    }

    fn public_key(&self, _: &mut u64, _: &str) -> Result<PublicKey, Trouble> {
        Ok(self.1.public_key().clone())
    }

    fn sign(&self, line: &mut u64, _: &str, _: Suite, value: &[u8]) -> Result<Vec<u8>, Trouble> {
        if *line != self.0.age.load(Ordering::SeqCst) || self.mode() == AWAY {
            return Err(Trouble::Gone("no such session".to_owned()));
        }
        self.0.signed.fetch_add(1, Ordering::SeqCst);
        while self.mode() == HANGS {
            thread::sleep(Duration::from_millis(5));
        }
        // The value is a digest, which no key of ours signs: the whole message is.
        assert_eq!(value, Digest::Sha256.hash(&[b"message"]));
        let message: &[u8] = if self.mode() == LIES { b"another" } else { b"message" };
        let mut random = crate::random::SystemRandom;
        let der = self.1.sign(SUITE, b"", message, &mut random).expect("signed");
        Ok(raw(&der))
    }
}

/// r‖s of a DER signature.
fn raw(der: &[u8]) -> Vec<u8> {
    let mut numbers = formats::der::Reader::only(der, 0x30).expect("DER").reader();
    let mut both = Vec::new();
    for _ in 0..2 {
        let number = numbers.any().expect("a number").unsigned_bytes().expect("positive");
        both.extend(vec![0; 32 - number.len()]);
        both.extend(number);
    }
    both
}

struct Setup {
    told: Arc<Told>,
    device: Device<Fake>,
    key: String,
}

impl Setup {
    fn new() -> Self {
        let mut random = crate::random::SystemRandom;
        let key = PrivateKey::generate(&KeyKind::P256, &mut random).expect("made");
        let name = name_of::<Fake>("key", key.public_key());
        let told = Arc::<Told>::default();
        let device = Device::new(Fake(Arc::clone(&told), key), TIME_MAX);
        Self { told, device, key: name }
    }

    fn becomes(&self, mode: u32) {
        self.told.mode.store(mode, Ordering::SeqCst);
    }

    fn sign(&self) -> Result<Vec<u8>, CustodyError> {
        self.device.sign(&self.key, SUITE, b"message")
    }

    #[track_caller]
    fn is_away(&self) {
        let refused = self.sign();
        assert!(matches!(refused, Err(CustodyError::Unavailable { .. })), "{refused:?}");
    }
}

#[test]
fn a_device_that_was_pulled_is_found_again() {
    let setup = Setup::new();
    setup.sign().expect("signed");
    setup.sign().expect("signed on the same line");
    assert_eq!(setup.told.connected.load(Ordering::SeqCst), 1);
    setup.becomes(AWAY);
    (0..5).for_each(|_| setup.is_away());
    // Back, and it knows none of its sessions any more.
    setup.told.age.fetch_add(1, Ordering::SeqCst);
    setup.becomes(WELL);
    setup.sign().expect("signed at once");
    // Away and back between two signatures: the old line is broken, a new one is made.
    setup.told.age.fetch_add(1, Ordering::SeqCst);
    setup.sign().expect("signed on a new line");
}

#[test]
fn a_device_that_hangs_keeps_nobody_waiting() {
    let setup = Setup::new();
    setup.sign().expect("signed");
    setup.becomes(HANGS);
    let begin = Instant::now();
    (0..20).for_each(|_| setup.is_away());
    assert!(begin.elapsed() < TIME_MAX * 10, "left alone after two: {:?}", begin.elapsed());
    assert_eq!(setup.told.signed.load(Ordering::SeqCst), 3, "asked twice");
    setup.becomes(WELL);
    setup.is_away();
    // As if that were long ago.
    setup.device.shared.lock().breaker = Breaker::default();
    setup.sign().expect("signed again");
    let begin = Instant::now();
    while setup.device.shared.lock().calls > 0 {
        assert!(begin.elapsed() < Duration::from_secs(10), "a call that ended is still counted");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn calls_wait_for_each_other_within_a_bound() {
    let setup = Setup::new();
    setup.becomes(HANGS);
    thread::scope(|scope| {
        for _ in 0..CALLS_MAX * 2 {
            scope.spawn(|| setup.is_away());
        }
    });
    assert!(setup.told.signed.load(Ordering::SeqCst) as usize <= CALLS_MAX);
    setup.becomes(WELL);
}

#[test]
fn a_lie_and_another_key_do_not_leave() {
    let setup = Setup::new();
    setup.becomes(LIES);
    let refused = setup.sign();
    assert!(matches!(refused, Err(CustodyError::WrongSignature { .. })), "{refused:?}");
    setup.becomes(WELL);
    setup.sign().expect("signed");
    let other = format!("pkcs11:key:{}", "0".repeat(32));
    let refused = setup.device.sign(&other, SUITE, b"message");
    assert!(matches!(refused, Err(CustodyError::OtherKey { .. })), "{refused:?}");
    for unknown in ["pkcs11:key", "pkcs11:", "sdf:key:0", "key"] {
        let refused = setup.device.sign(unknown, SUITE, b"message");
        assert!(matches!(refused, Err(CustodyError::Missing { .. })), "{unknown}");
    }
    let suite = Suite::RsaPkcs1(Digest::Sha256);
    let refused = setup.device.sign(&setup.key, suite, b"message");
    assert!(matches!(refused, Err(CustodyError::Signing { .. })), "{refused:?}");
}
