//! Updates that change what was signed: incremental saving, shadow and certification attacks, each
//! with what the examination must say of it.

use super::*;

/// What the examination says against the file.
fn objections(file: &[u8]) -> Vec<String> {
    let facts = match examine(file, &Limits::default()) {
        Err(error) => return vec![error.to_string()],
        Ok(facts) => facts,
    };
    let mut said = Vec::new();
    for facts in &facts.signatures {
        said.extend(facts.signed.coverage.as_ref().err().map(ToString::to_string));
        let changes = facts.later.changes.iter();
        said.extend(
            changes
                .filter(|change| change.level >= ChangeLevel::Annotations)
                .map(|change| change.kind.to_string()),
        );
    }
    said.extend(facts.strays.iter().map(|_| "signature of no field".to_owned()));
    said
}

#[test]
fn updates() {
    let mut disagreements = String::new();
    for sealed in sealed() {
        let file = &sealed.file;
        let first = signature(file, sealed.names[0]);
        let number = first.object.expect("an object").number;
        for attack in attacks() {
            let attacked = attack.carry_out(&Base(file), first.field.number, number);
            none_accepted(&sealed, attack.name, &attacked);
            let said = objections(&attacked);
            if !said.iter().any(|said| said.contains(attack.expected)) {
                disagreements += &format!("{}: {said:?}\n", attack.name);
            }
            forgotten(&sealed, &attack, &attacked);
        }
    }
    assert!(disagreements.is_empty(), "{disagreements}");
}

/// A change must not be forgotten when a further update takes it back.
fn forgotten(sealed: &Sealed, attack: &Attack, attacked: &[u8]) {
    let Some(number @ 3..=6) = attack.first_object() else { return };
    let body = edited(&sealed.file, number, "<<", "<<");
    none_accepted(sealed, attack.name, &update(attacked, &[(number, &body)], &[], ""));
}
