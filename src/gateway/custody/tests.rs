//! Keys in files, and what holds wherever a key lives.

use super::*;
use domain::id::{KeyId, KeyUseId};
use domain::sealing::Cause;
use formats::algorithm::{self, Digest, SM2_DEFAULT_ID};
use std::fs;
use time::macros::datetime;

fn open(folder: &Path) -> Result<Custody, CustodyError> {
    Custody::open(folder, &CustodySettings::default())
}

fn custody() -> (tempfile::TempDir, Custody) {
    let folder = tempfile::tempdir().expect("a folder");
    let custody = open(&folder.path().join("custody")).expect("opened");
    (folder, custody)
}

/// A row of the ledger as it stands before the key signs.
fn written(message: &[u8]) -> KeyUse {
    let at = datetime!(2026-03-02 09:15 +8);
    let (id, key) = (KeyUseId::mint(at, [1; 10]), KeyId::mint(at, [2; 10]));
    KeyUse::intend(id, key, Sm3::of(message), Cause::Duty("a test".to_owned()), at)
}

#[test]
fn nothing_is_signed_that_the_ledger_does_not_say() {
    let (_folder, custody) = custody();
    let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
    let ended = KeyUse { state: KeyUseState::Done, ..written(b"message") };
    for under in [written(b"another message"), written(b""), ended] {
        let refused = custody.sign(&name, Suite::Sm2Sm3, b"message", &under);
        assert!(matches!(refused, Err(CustodyError::NotInLedger { .. })), "{under:?}");
    }
}

#[test]
fn a_key_signs_now_and_after_a_restart() {
    let (folder, custody) = custody();
    let (name, public) = custody.generate(&KeyKind::Sm2).expect("made");
    let again = open(&folder.path().join("custody")).expect("opened again");
    for custody in [custody, again] {
        let signature =
            custody.sign(&name, Suite::Sm2Sm3, b"message", &written(b"message")).expect("signed");
        algorithm::verify(Suite::Sm2Sm3, &public, SM2_DEFAULT_ID, &[b"message"], &signature)
            .expect("a right signature");
    }
}

#[test]
fn every_kind_of_key_signs() {
    let (_folder, custody) = custody();
    for (kind, suite) in [
        (KeyKind::Sm2, Suite::Sm2Sm3),
        (KeyKind::P256, Suite::EcdsaP256(Digest::Sha256)),
        (KeyKind::Rsa { bits: 2048 }, Suite::RsaPkcs1(Digest::Sha256)),
        (KeyKind::Ed25519, Suite::Ed25519),
    ] {
        let (name, public) = custody.generate(&kind).expect("made");
        let signature =
            custody.sign(&name, suite, b"message", &written(b"message")).expect("signed");
        algorithm::verify(suite, &public, SM2_DEFAULT_ID, &[b"message"], &signature)
            .expect("a right signature");
    }
    assert_eq!(custody.uses(), 4);
}

#[test]
fn what_is_not_a_key_here_is_refused() {
    let (_folder, custody) = custody();
    let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
    let capitals = name.to_uppercase() + "A";
    for unknown in ["", "../master", "master", &"0".repeat(32), &capitals] {
        let refused = custody.sign(unknown, Suite::Sm2Sm3, b"message", &written(b"message"));
        assert!(matches!(refused, Err(CustodyError::Missing { .. })), "{unknown}");
    }
    let other_suite =
        custody.sign(&name, Suite::RsaPkcs1(Digest::Sha256), b"message", &written(b"message"));
    assert!(matches!(other_suite, Err(CustodyError::Signing { .. })));
    assert_eq!(custody.uses(), 6, "refused ones are counted too");
}

#[test]
fn another_master_key_does_not_open_the_folder() {
    let (folder, custody) = custody();
    custody.generate(&KeyKind::Sm2).expect("made");
    let path = folder.path().join("custody");
    drop(custody);
    fs::write(path.join(MASTER_KEY_FILE), "a".repeat(64)).expect("replaced");
    let refused = open(&path);
    assert!(matches!(refused, Err(CustodyError::Sealed { .. })), "{refused:?}");
    fs::remove_file(path.join(MASTER_KEY_FILE)).expect("removed");
    let refused = open(&path);
    assert!(matches!(refused, Err(CustodyError::Master { .. })), "{refused:?}");
    assert!(!path.join(MASTER_KEY_FILE).exists(), "no new one is made over old keys");
}

#[test]
fn a_key_under_another_keys_name_does_not_open() {
    let (folder, custody) = custody();
    let (one, _) = custody.generate(&KeyKind::Sm2).expect("made");
    let (two, _) = custody.generate(&KeyKind::Sm2).expect("made");
    let path = |key: &str| folder.path().join("custody").join(format!("{key}.key"));
    fs::copy(path(&one), path(&two)).expect("exchanged");
    let refused = custody.sign(&two, Suite::Sm2Sm3, b"message", &written(b"message"));
    assert!(matches!(refused, Err(CustodyError::Sealed { key }) if key == two));
}

#[test]
fn keys_are_for_their_owner_and_never_in_clear() {
    let (folder, custody) = custody();
    let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
    let private = custody.software.key(&name).expect("opened").to_pkcs8();
    for entry in fs::read_dir(folder.path().join("custody")).expect("listed") {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("read");
        assert!(!bytes.windows(32).any(|window| private.windows(32).any(|part| part == window)));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("metadata").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
    }
    assert!(!format!("{custody:?}").contains(&name));
}

#[test]
fn a_key_whose_place_is_not_configured_has_no_substitute() {
    let (_folder, custody) = custody();
    custody.generate(&KeyKind::Sm2).expect("made");
    for (key, setting) in [("pkcs11:00:00", "custody.pkcs11"), ("sdf:1:00", "custody.sdf")] {
        let refused = custody.sign(key, Suite::Sm2Sm3, b"message", &written(b"message"));
        let said = refused.expect_err(setting).to_string();
        assert!(said.ends_with(&format!("the setting {setting} is missing")), "{said}");
    }
    let settings = CustodySettings { rsa: Place::Pkcs11, ..CustodySettings::default() };
    let elsewhere = tempfile::tempdir().expect("a folder");
    let custody = Custody::open(elsewhere.path(), &settings).expect("opened");
    let refused = custody.generate(&KeyKind::Rsa { bits: 2048 });
    assert!(matches!(refused, Err(CustodyError::NoPlace { place: Place::Pkcs11 })));
    custody.generate(&KeyKind::P256).expect("made in a file, as that kind is");
}
