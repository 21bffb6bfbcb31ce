//! The signature dictionary itself.

use super::*;
use table::shapes;

#[test]
fn signature_dictionary() {
    for sealed in sealed() {
        let name = sealed.names[sealed.names.len() - 1];
        let signed = signature(&sealed.file, name);
        let range = signed.byte_range.expect("four");
        for (attack, file) in shapes(&sealed.file, range, DER.len()) {
            none_of_last(&sealed, attack, &file, name);
        }
    }
}

/// The newest signature falls; an earlier one must not stand on it either, whatever its own digest says.
#[track_caller]
fn none_of_last(sealed: &Sealed, attack: &str, file: &[u8], name: &str) {
    assert_ne!(file, &sealed.file[..], "{attack} changes nothing");
    let accepted = sealed.signers.accepted(file);
    assert!(!accepted.iter().any(|accepted| accepted == name), "{attack}");
    let Ok(facts) = examine(file, &Limits::default()) else { return };
    for facts in facts.signatures.iter().filter(|facts| facts.signed.field_name == name) {
        let padding = facts.signed.padding().iter().any(|&byte| byte != 0);
        assert!(facts.signed.coverage.is_err() || padding, "{attack}: {:?}", facts.signed.coverage);
    }
}
