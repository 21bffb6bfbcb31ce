//! The signature dictionary itself.

use super::*;

/// Shapes of the signature dictionary: universal forgery, ranges, hexadecimal, padding, gap.
#[test]
fn signature_dictionary() {
    for sealed in sealed() {
        let name = sealed.names[sealed.names.len() - 1];
        let signed = signature(&sealed.file, name);
        let [a, b, c, d] = signed.byte_range.expect("four");
        let range = format!("[{a:>10} {b:>10} {c:>10} {d:>10}]");
        let shape = |text: String| format!("{text:<width$}", width = range.len());
        let ranges = [
            ("missing", String::new()),
            ("null", "null".into()),
            ("empty", "[]".into()),
            ("one pair", format!("[0 {b}]")),
            ("three pairs", format!("[0 {b} {c} 1 {} {}]", c + 1, d - 1)),
            ("negative", format!("[0 {b} -{c} {d}]")),
            ("reals", format!("[0 {b}.0 {c} {d}]")),
            ("huge", format!("[0 {b} {c} 9999999999999999999]")),
            ("overflow", format!("[0 {b} {c} 9223372036854775807]")),
            ("beyond the end", format!("[0 {b} {c} {}]", d + 1)),
            ("zeros", "[0 0 0 0]".into()),
            ("overlapping", format!("[0 {c} {b} {d}]")),
            ("swapped", format!("[{c} {d} 0 {b}]")),
            ("short", format!("[0 {b} {c} {}]", d - 10)),
            ("not from the start", format!("[1 {} {c} {d}]", b - 1)),
            ("gap too wide", format!("[0 {} {c} {d}]", b - 1)),
            ("gap inside the string", format!("[0 {} {} {}]", b + 1, c - 1, d + 1)),
            ("indirect", "1 0 R".into()),
            ("a name", "/X".into()),
        ];
        for (attack, text) in ranges {
            let file = replaced(&sealed.file, &range, &shape(text));
            none_of_last(&sealed, attack, &file, name);
        }
        let contents = &sealed.file[b..c];
        let text = String::from_utf8_lossy(contents).into_owned();
        let digits = &text[1..text.len() - 1];
        let padded = |head: String, fill: char, tail: &str| {
            let room = text.len() - head.len() - tail.len();
            format!("{head}{}{tail}", fill.to_string().repeat(room))
        };
        let der = &digits[..DER.len() * 2];
        for (attack, new) in [
            ("null contents", padded("null".into(), ' ', "")),
            ("empty contents", padded("<>".into(), ' ', "")),
            ("zero contents", padded("<00>".into(), ' ', "")),
            ("number", padded("7".into(), ' ', "")),
            ("literal string", padded("(".into(), 'x', ")")),
            (
                "odd digits",
                padded(format!("<{der}"), '0', "0>")[..text.len() - 2].to_owned() + "> ",
            ),
            ("spaced digits", text.replacen("0000", "0 00", 1)),
            ("data in the padding", padded(format!("<{der}"), '0', "41>")),
            ("keys in the gap", padded(format!("<{der}>/Reason (x)"), ' ', "")),
            ("second range in the gap", padded(format!("<{der}>/ByteRange [0 1 2 3]"), ' ', "")),
            ("comment in the gap", padded(format!("<{der}>%"), 'x', "\n")),
            ("another string", padded(format!("<{der}"), '0', "><00>")),
        ] {
            let file = [&sealed.file[..b], new.as_bytes(), &sealed.file[c..]].concat();
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
