//! Updates that change what was signed: incremental saving, shadow and certification attacks, each
//! with what the examination must say of it (`updates.txt`).

use super::*;

/// What the capitals in the table stand for.
fn expand(text: &str) -> String {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 50 0 R >>";
    let sneaky = "<< /FT /Sig /T (Sneaky) /Type /Annot /Subtype /Widget /Rect [0 0 595 842] /F 132 \
                  /P 3 0 R /AP << /N 51 0 R >> >>";
    let comment = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 595 842] /Contents (x) >>";
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9]";
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x:xmpmeta xmlns:x='a'>&a;</x:xmpmeta>";
    match text {
        "TEXT" => stream("", "BT /F1 12 Tf 72 700 Td (Other) Tj ET"),
        "FORM" => stream(form, "0 0 500 800 re f"),
        "HOLDER" => stream(&format!("{form} /Resources << /P 16 0 R >>"), ""),
        "EMPTY" => stream(form, ""),
        "PAGE" => page.to_owned(),
        "SNEAKY" => sneaky.to_owned(),
        "COMMENT" => comment.to_owned(),
        "BOMB" => stream("/Type /Metadata /Subtype /XML", bomb),
        other => other.replace("COMMENT", comment),
    }
}

/// Carries out the third column of a row.
fn carry_out(file: &[u8], steps: &str) -> Vec<u8> {
    let (mut objects, mut freed, mut trailer) = (Vec::new(), Vec::new(), "");
    for step in steps.split(" ; ") {
        if let Some(number) = step.strip_prefix("free ") {
            freed.push(number.parse().expect("a number"));
        } else if let Some(entries) = step.strip_prefix("trailer ") {
            trailer = entries;
        } else if let Some((number, exchange)) = step.split_once(": ") {
            let number = number.parse().expect("a number");
            let (from, to) = exchange.split_once(" => ").expect("an exchange");
            objects.push((number, edited(file, number, from, &expand(to))));
        } else {
            let (number, text) = step.split_once(" = ").expect("a step");
            objects.push((number.parse().expect("a number"), expand(text)));
        }
    }
    let objects: Vec<(u32, &str)> =
        objects.iter().map(|(number, body)| (*number, &**body)).collect();
    update(file, &objects, &freed, trailer)
}

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
        let number = first.object.expect("an object").number.to_string();
        let rows = include_str!("updates.txt").lines();
        for row in rows.filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let [attack, expected, steps] =
                row.splitn(3, '|').map(str::trim).collect::<Vec<_>>()[..]
            else {
                panic!("{row}")
            };
            let steps = steps.replace("{FIELD}", &first.field.number.to_string());
            let attacked = carry_out(file, &steps.replace("{SIGNATURE}", &number));
            none_accepted(&sealed, attack, &attacked);
            let said = objections(&attacked);
            if !said.iter().any(|said| said.contains(expected)) {
                disagreements += &format!("{attack}: {said:?}\n");
            }
            forgotten(&sealed, attack, &steps, &attacked);
        }
    }
    assert!(disagreements.is_empty(), "{disagreements}");
}

/// A change must not be forgotten when a further update takes it back.
fn forgotten(sealed: &Sealed, attack: &str, steps: &str, attacked: &[u8]) {
    let back: Option<u32> = steps.split([':', ' ']).next().and_then(|number| number.parse().ok());
    let Some(number @ 3..=6) = back else { return };
    let body = edited(&sealed.file, number, "<<", "<<");
    none_accepted(sealed, attack, &update(attacked, &[(number, &body)], &[], ""));
}
