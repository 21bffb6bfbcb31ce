//! Attacks on the signature dictionary itself: universal forgery, ranges, hexadecimal, padding, gap.

/// Attacks by name, with the file that each makes of a sealed one; `byte_range` is that of the newest
/// signature, whose DER value has `der` bytes.
pub fn shapes(file: &[u8], byte_range: [usize; 4], der: usize) -> Vec<(&'static str, Vec<u8>)> {
    [ranges(file, byte_range), contents(file, byte_range, der)].concat()
}

fn ranges(file: &[u8], [a, b, c, d]: [usize; 4]) -> Vec<(&'static str, Vec<u8>)> {
    let range = format!("[{a:>10} {b:>10} {c:>10} {d:>10}]");
    let at = file.windows(range.len()).rposition(|window| window == range.as_bytes());
    let at = at.expect("the byte range as it is written");
    let texts = [
        ("no range", String::new()),
        ("null range", "null".into()),
        ("empty range", "[]".into()),
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
        ("indirect range", "1 0 R".into()),
        ("a name", "/X".into()),
        ("comment in the range", format!("[0 {b} %{c}\n{d}]")),
    ];
    let shaped = |text: String| {
        let text = format!("{text:<width$}", width = range.len());
        [&file[..at], text.as_bytes(), &file[at + range.len()..]].concat()
    };
    texts.into_iter().map(|(name, text)| (name, shaped(text))).collect()
}

/// Attacks that need more room than the signature leaves are left out.
fn contents(file: &[u8], [_, b, c, _]: [usize; 4], der: usize) -> Vec<(&'static str, Vec<u8>)> {
    let text = String::from_utf8_lossy(&file[b..c]).into_owned();
    let digits = &text[1..text.len() - 1];
    let padded = |head: String, fill: char, tail: &str| {
        let room = text.len().checked_sub(head.len() + tail.len())?;
        Some(format!("{head}{}{tail}", fill.to_string().repeat(room)))
    };
    let der = &digits[..der * 2];
    let replaced = |from: &str, to: &str| text.contains(from).then(|| text.replacen(from, to, 1));
    let texts = [
        ("null contents", padded("null".into(), ' ', "")),
        ("empty contents", padded("<>".into(), ' ', "")),
        ("zero contents", padded("<00>".into(), ' ', "")),
        ("number", padded("7".into(), ' ', "")),
        ("literal string", padded("(".into(), 'x', ")")),
        ("odd digits", padded(format!("<{}", &digits[..digits.len() - 1]), ' ', "> ")),
        ("spaced digits", replaced("00", " 0")),
        ("digits of both cases", replaced("a", "A")),
        ("data in the padding", padded(format!("<{der}"), '0', "41>")),
        ("keys in the gap", padded(format!("<{der}>/Reason (x)"), ' ', "")),
        ("second range in the gap", padded(format!("<{der}>/ByteRange [0 1 2 3]"), ' ', "")),
        ("comment in the gap", padded(format!("<{der}>%"), 'x', "\n")),
        ("another string", padded(format!("<{der}"), '0', "><00>")),
    ];
    let shaped = |text: String| [&file[..b], text.as_bytes(), &file[c..]].concat();
    texts.into_iter().filter_map(|(name, text)| Some((name, shaped(text?)))).collect()
}
