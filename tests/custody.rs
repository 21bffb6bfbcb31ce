//! What is promised of keys, whoever keeps them: files, a PKCS#11 token, an SDF device.

use crate::support::device::{Device, PIN, SoftHsm, TOKEN, pin_file};
use crate::support::service::empty_folder;
use crate::support::tool::said;
use domain::digest::Sm3;
use domain::id::{KeyId, KeyUseId};
use domain::sealing::{Cause, KeyUse, KeyUseState};
use formats::algorithm::{Digest, KeyKind, SM2_DEFAULT_ID, Suite, verify};
use gateway::custody::{Custody, CustodyError, CustodySettings, Place, SdfSettings, TokenSettings};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use time::macros::datetime;

/// Long enough for a machine that is busy with other tests.
const TIME_MAX: Duration = Duration::from_secs(4);
const MESSAGE: &[u8] = b"what is signed";
const EC: Suite = Suite::EcdsaP256(Digest::Sha256);
const RSA: Suite = Suite::RsaPkcs1(Digest::Sha256);
const PSS: Suite = Suite::RsaPss(Digest::Sha256);

/// A custody under test.
struct Case<'a> {
    folder: &'a Path,
    settings: CustodySettings,
    /// What its keys' names begin with.
    prefix: &'static str,
    /// Each kind, how it signs, and how it does not.
    kinds: Vec<(KeyKind, Vec<Suite>, Suite)>,
}

/// A row of the ledger as it stands before the key signs.
fn written(message: &[u8]) -> KeyUse {
    let at = datetime!(2026-03-02 09:15 +8);
    let (id, key) = (KeyUseId::mint(at, [1; 10]), KeyId::mint(at, [2; 10]));
    KeyUse::intend(id, key, Sm3::of(message), Cause::Duty("a test".to_owned()), at)
}

impl Case<'_> {
    fn open(&self) -> Custody {
        Custody::open(self.folder, &self.settings).expect("opened")
    }

    /// Every kind of key is made, signs what the ledger says and nothing else, and is there again.
    fn suite(&self) {
        let custody = self.open();
        for (kind, suites, other) in &self.kinds {
            let (name, public) = custody.generate(kind).expect("made");
            assert!(name.starts_with(self.prefix), "{name}");
            assert_eq!(public.kind(), *kind);
            for suite in suites {
                for custody in [&custody, &self.open()] {
                    let signed = custody.sign(&name, *suite, MESSAGE, &written(MESSAGE));
                    let signed = signed.expect("signed");
                    verify(*suite, &public, SM2_DEFAULT_ID, &[MESSAGE], &signed).expect("right");
                }
            }
            let (before, suite) = (custody.uses(), suites[0]);
            let refused = custody.sign(&name, *other, MESSAGE, &written(MESSAGE));
            assert!(matches!(refused, Err(CustodyError::Signing { .. })), "{kind}: {refused:?}");
            let ended = KeyUse { state: KeyUseState::Done, ..written(MESSAGE) };
            for under in [written(b"another"), ended] {
                let refused = custody.sign(&name, suite, MESSAGE, &under);
                assert!(matches!(refused, Err(CustodyError::NotInLedger { .. })), "{refused:?}");
            }
            let absent = match name.rsplit_once(':') {
                Some((key, print)) => {
                    let last = if key.ends_with('9') { '8' } else { '9' };
                    format!("{}{last}:{print}", &key[..key.len() - 1])
                }
                None => "0".repeat(32),
            };
            let refused = custody.sign(&absent, suite, MESSAGE, &written(MESSAGE));
            let missing = matches!(
                refused,
                Err(CustodyError::Missing { .. } | CustodyError::OtherKey { .. })
            );
            assert!(missing, "{absent}: {refused:?}");
            assert_eq!(custody.uses(), before + 4, "refused ones are counted too");
            self.is_where_it_belongs(&name);
        }
        let wrapped = custody.wrap("a", b"secret").expect("wrapped");
        assert_eq!(**custody.unwrap("a", &wrapped).expect("the master key is ours"), *b"secret");
    }

    /// A file for a key in a file, and none for any other.
    fn is_where_it_belongs(&self, name: &str) {
        let files = fs::read_dir(self.folder).expect("listed").flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let keys: Vec<String> = names.filter(|name| name.ends_with(".key")).collect();
        let of_key = keys.contains(&format!("{name}.key"));
        assert_eq!(of_key, self.prefix.is_empty(), "{name}: {keys:?}");
        assert!(self.prefix.is_empty() || keys == ["master.key"], "{keys:?}");
    }

    /// The device goes, lies and hangs; nothing wrong leaves, and it recovers by itself.
    fn ordeal(&self, device: &Device) {
        let custody = self.open();
        let (kind, suites, _) = &self.kinds[0];
        let (name, public) = custody.generate(kind).expect("made");
        let sign = || custody.sign(&name, suites[0], MESSAGE, &written(MESSAGE));
        let well = || {
            let signed = sign().expect("signed");
            verify(suites[0], &public, SM2_DEFAULT_ID, &[MESSAGE], &signed).expect("right");
        };
        let away = |mode: &str| match sign() {
            Err(CustodyError::Unavailable { reason, .. }) => assert!(!reason.contains(PIN)),
            other => panic!("{mode}: {other:?}"),
        };
        for _ in 0..2 {
            well();
            device.becomes("gone");
            (0..3).for_each(|_| away("gone"));
            let refused = custody.generate(kind);
            assert!(matches!(refused, Err(CustodyError::Unavailable { .. })), "{refused:?}");
            device.becomes("well");
        }
        well();
        device.becomes("flip");
        let refused = sign();
        assert!(matches!(refused, Err(CustodyError::WrongSignature { .. })), "{refused:?}");
        device.becomes("hang");
        let begin = Instant::now();
        (0..12).for_each(|_| away("hang"));
        assert!(begin.elapsed() < TIME_MAX * 4, "it keeps nobody waiting: {:?}", begin.elapsed());
        device.becomes("well");
        let begin = Instant::now();
        while sign().is_err() {
            assert!(begin.elapsed() < Duration::from_secs(60), "it does not recover");
            std::thread::sleep(Duration::from_millis(100));
        }
        // Many at once, as a service asks.
        std::thread::scope(|scope| {
            (0..24).for_each(|_| drop(scope.spawn(|| (0..5).for_each(|_| well()))));
        });
    }

    /// A wrong PIN is told once, and not again: tokens lock.
    fn wrong_pin(&self, count: impl Fn() -> usize) {
        let custody = self.open();
        for _ in 0..4 {
            let Err(CustodyError::Secret { what, reason }) = custody.generate(&self.kinds[0].0)
            else {
                panic!("a wrong PIN is taken")
            };
            assert!(reason.contains("refused it") && !format!("{what}{reason}").contains("wrong"));
        }
        assert_eq!(count(), 1, "told more than once");
    }
}

#[test]
fn keys_in_files_keep_the_promises() {
    let folder = empty_folder("custody-files");
    let kinds = vec![
        (KeyKind::Sm2, vec![Suite::Sm2Sm3], RSA),
        (KeyKind::P256, vec![EC], Suite::Sm2Sm3),
        (KeyKind::Rsa { bits: 2048 }, vec![RSA, PSS], EC),
    ];
    Case { folder: &folder, settings: CustodySettings::default(), prefix: "", kinds }.suite();
}

fn sdf(folder: &Path, device: &Device, password: &str) -> CustodySettings {
    let sdf = SdfSettings {
        library: device.library.clone(),
        keys: vec![3, 7, 8],
        password_file: Some(pin_file(folder, password)),
        time_max: TIME_MAX,
    };
    CustodySettings { sm2: Place::Sdf, sdf: Some(sdf), ..CustodySettings::default() }
}

#[test]
fn keys_in_an_sdf_device_keep_the_promises() {
    let folder = empty_folder("custody-sdf");
    let Some(device) = Device::sdf("keys_in_an_sdf_device_keep_the_promises", &folder) else {
        return;
    };
    let keys = folder.join("custody");
    let case = |password: &str| Case {
        folder: &keys,
        settings: sdf(&folder, &device, password),
        prefix: "sdf:",
        kinds: vec![(KeyKind::Sm2, vec![Suite::Sm2Sm3], RSA)],
    };
    case(PIN).suite();
    case(PIN).ordeal(&device);
    // Two of the three numbers are taken by now.
    let custody = case(PIN).open();
    let (name, _) = custody.generate(&KeyKind::Sm2).expect("the last one");
    let none = custody.generate(&KeyKind::Sm2);
    assert!(matches!(none, Err(CustodyError::NoneLeft)), "{none:?}");
    // Another device, or another key under the number, is not the key that was certified.
    device.becomes("other");
    let refused = case(PIN).open().sign(&name, Suite::Sm2Sm3, MESSAGE, &written(MESSAGE));
    assert!(matches!(refused, Err(CustodyError::OtherKey { .. })), "{refused:?}");
    let refused = custody.sign(&name, Suite::Sm2Sm3, MESSAGE, &written(MESSAGE));
    assert!(refused.is_err(), "also where the key was known");
    device.becomes("well");
    Case { folder: &folder.join("wrong"), ..case("wrong") }.wrong_pin(|| device.noted("denied"));
}

/// Where the process that this test starts finds what was prepared for it.
const INSIDE: &str = "CUSTODY_UNDER_TEST";

/// A PKCS#11 library is one for a whole process, and is told by the environment where its tokens are:
/// so this test runs in a process of its own.
#[test]
fn keys_on_a_token_keep_the_promises() {
    const TEST: &str = "keys_on_a_token_keep_the_promises";
    if let Some(folder) = std::env::var_os(INSIDE) {
        return on_a_token(&PathBuf::from(folder));
    }
    let folder = empty_folder("custody-token");
    let Some(token) = SoftHsm::new(TEST, &folder) else { return };
    let Some(_) = token.behind(TEST, &folder) else { return };
    let mut again = Command::new(std::env::current_exe().expect("this program"));
    again.args(["--exact", &format!("custody::{TEST}"), "--test-threads", "1", "--nocapture"]);
    again.env(INSIDE, &folder).env("SOFTHSM2_CONF", &token.configuration);
    said(again.output().expect("run again")).expect(&["1 passed"]);
}

fn on_a_token(folder: &Path) {
    let device = Device::at(folder, "token");
    let keys = folder.join("custody");
    let case = |pin: &str| {
        let pkcs11 = TokenSettings {
            library: device.library.clone(),
            token: TOKEN.to_owned(),
            pin_file: Some(pin_file(folder, pin)),
            time_max: TIME_MAX,
        };
        let (rsa, p256) = (Place::Pkcs11, Place::Pkcs11);
        let settings =
            CustodySettings { rsa, p256, pkcs11: Some(pkcs11), ..CustodySettings::default() };
        let kinds =
            vec![(KeyKind::P256, vec![EC], RSA), (KeyKind::Rsa { bits: 2048 }, vec![RSA, PSS], EC)];
        Case { folder: &keys, settings, prefix: "pkcs11:", kinds }
    };
    // First, because a process that is logged in is not asked for the PIN again.
    case("wrong").wrong_pin(|| device.noted("logins"));
    case(PIN).suite();
    case(PIN).ordeal(&device);
    let other = TokenSettings {
        token: "another".to_owned(),
        ..case(PIN).settings.pkcs11.expect("it has one")
    };
    let settings = CustodySettings { pkcs11: Some(other), ..case(PIN).settings };
    let custody = Custody::open(&keys, &settings).expect("opened");
    let refused = custody.generate(&KeyKind::P256).expect_err("no such token").to_string();
    assert!(refused.contains("there is no token another"), "{refused}");
}
