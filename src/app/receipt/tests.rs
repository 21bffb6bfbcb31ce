//! A receipt from the service to somebody who has only its key.

use super::*;
use crate::{App, Settings, VerifyInput};

/// A service in a folder of its own, and the receipt of what it says of `file`.
fn receipt_of(file: &[u8]) -> (tempfile::TempDir, App, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::open(Settings::in_folder(folder.path())).expect("opened");
    let view = app.verify(VerifyInput::File { bytes: file.to_vec(), at: None }).expect("answered");
    let receipt = app.receipt(&view.id.expect("an id")).expect("a receipt");
    (folder, app, receipt.bytes)
}

fn keys(app: &App) -> ReceiptKeys {
    let folder = tempfile::tempdir().expect("a folder");
    let receipts = folder.path().join(receipt_keys::FOLDER);
    std::fs::create_dir(&receipts).expect("made");
    for key in app.receipt_keys().expect("keys") {
        std::fs::write(receipts.join(format!("{}.pem", key.key)), key.pem).expect("written");
    }
    ReceiptKeys::load(folder.path()).expect("loaded")
}

fn standing(receipt: &[u8], file: Option<&[u8]>, keys: &ReceiptKeys) -> Standing {
    check(receipt, file, keys, &Trust::none()).standing
}

#[test]
fn a_receipt_is_checked_by_its_key_alone() {
    let (_folder, app, receipt) = receipt_of(b"words");
    let keys = keys(&app);
    let checked = check(&receipt, Some(b"words"), &keys, &Trust::none());
    assert_eq!(checked.standing, Standing::Genuine);
    let said = checked.receipt.expect("what it says");
    assert_eq!((said.outcome.as_str(), said.input.bytes), ("INDETERMINATE", 5));
    assert_eq!(checked.judged_again.as_deref(), Some("INDETERMINATE"));
    assert_eq!(standing(&receipt, Some(b"other words"), &keys), Standing::OtherFile);
    assert_eq!(standing(&receipt, None, &ReceiptKeys::default()), Standing::UnknownKey);
    assert_eq!(standing(b"words", None, &keys), Standing::NotAReceipt);
    let again = app.receipt(&said.verification).expect("the same").bytes;
    assert_eq!(again, receipt, "signed once");
    assert_eq!(app.custody.uses(), 1);
    assert_eq!(app.store.key_use_open().expect("listed"), []);
}

#[test]
fn another_service_with_the_same_name_is_not_believed() {
    let (_one, app, _) = receipt_of(b"words");
    let (_two, _, forged) = receipt_of(b"words");
    assert_eq!(standing(&forged, None, &keys(&app)), Standing::UnknownKey);
    let own = app.receipt_keys().expect("keys")[0].key.clone();
    let named = serde_json::from_slice::<serde_json::Value>(&forged).expect("JSON");
    let claimed = named["payload"]["service"]["key"].as_str().expect("a key").to_owned();
    let renamed = String::from_utf8(forged).expect("text").replace(&claimed, &own);
    assert_eq!(standing(renamed.as_bytes(), None, &keys(&app)), Standing::Altered);
}

#[test]
fn a_receipt_altered_in_any_byte_fails() {
    let (_folder, app, receipt) = receipt_of(b"words");
    let keys = keys(&app);
    for place in 0..receipt.len() {
        for change in [1, 0x20, 0x80] {
            let mut altered = receipt.clone();
            altered[place] ^= change;
            assert_ne!(standing(&altered, None, &keys), Standing::Genuine, "byte {place}");
        }
        let mut shorter = receipt.clone();
        shorter.remove(place);
        assert_ne!(standing(&shorter, None, &keys), Standing::Genuine, "without byte {place}");
        let mut longer = receipt.clone();
        longer.insert(place, b' ');
        assert_ne!(standing(&longer, None, &keys), Standing::Genuine, "blank at {place}");
    }
}

#[test]
fn nothing_personal_is_kept_of_a_file_of_others() {
    let sample = "samples/pdf/signed";
    let Some(folder) = crate::shared::shared("receipt::nothing_personal_is_kept", sample) else {
        return;
    };
    let (_folder, app, _) = receipt_of(b"words");
    let mut looked = 0;
    for entry in std::fs::read_dir(folder).expect("listed").flatten() {
        if entry.path().extension().is_none_or(|end| end != "pdf") {
            continue;
        }
        let bytes = std::fs::read(entry.path()).expect("read");
        let view = app.verify(VerifyInput::File { bytes, at: None }).expect("answered");
        let id = view.id.clone().expect("an id").parse().expect("an id");
        let stored = app.store.verification_read(id).expect("stored").report;
        for signer in view.signatures.iter().filter_map(|one| one.signer.as_ref()) {
            let values = signer.subject.split([',', '=']).map(str::trim);
            for value in values.filter(|value| value.chars().count() > 4) {
                assert!(!stored.contains(value), "{value} of {}", entry.path().display());
            }
            looked += 1;
        }
    }
    assert!(looked > 5, "{looked} signers");
}
