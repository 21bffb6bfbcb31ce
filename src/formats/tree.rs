//! A DER structure as an indented tree in words, for people who look into a file.

use crate::der::{Element, Reader, tag};
use crate::text;
use std::fmt::Write as _;

/// Deepest nesting printed; the deepest structure in hand, a certificate inside a seal inside a
/// signature, reaches 15.
pub const DEPTH_MAX: usize = 32;
/// Most lines printed; a signature with certificates and time stamps has about a thousand.
pub const LINES_MAX: usize = 20_000;
/// Bytes of a value that are shown before it is cut.
const SHOWN_BYTES_MAX: usize = 24;
/// Characters of a string that are shown before it is cut.
const SHOWN_CHARACTERS_MAX: usize = 120;

/// The tree of `bytes`: offset, type, length and value of each element; OCTET STRINGs and BIT
/// STRINGs that hold DER are opened. What is not DER is said where it begins.
#[must_use]
pub fn print(bytes: &[u8]) -> String {
    let mut tree = Tree { out: String::new(), lines: 0 };
    tree.run(bytes, 0, 0);
    tree.out
}

struct Tree {
    out: String,
    lines: usize,
}

impl Tree {
    /// All elements of `bytes`, which begin at `base` of the whole input.
    fn run(&mut self, bytes: &[u8], base: usize, depth: usize) {
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() && self.lines < LINES_MAX {
            match reader.any() {
                Ok(element) => self.element(&element, base, depth),
                Err(error) => {
                    let text = format!("{} bytes, not DER: {}", reader.rest().len(), error.reason);
                    return self.line(base + reader.offset(), depth, &text);
                }
            }
        }
    }

    fn element(&mut self, element: &Element<'_>, base: usize, depth: usize) {
        let (name, len) = (type_name(element.tag()), element.content().len());
        let at = base + element.offset();
        let Some(skipped) = opened_after(element) else {
            return self.line(at, depth, &format!("{name} ({len}){}", value(element)));
        };
        self.line(at, depth, &format!("{name} ({len})"));
        if depth + 1 >= DEPTH_MAX {
            return self.line(at, depth + 1, "… deeper levels are not shown");
        }
        let inside = base + element.content_offset() + skipped;
        self.run(&element.content()[skipped..], inside, depth + 1);
    }

    fn line(&mut self, at: usize, depth: usize, text: &str) {
        self.lines += 1;
        // Writing to a String cannot fail.
        let _ = match self.lines {
            LINES_MAX => writeln!(self.out, "… more lines are not shown"),
            _ => writeln!(self.out, "{at:>7} {:indent$}{text}", "", indent = depth * 2),
        };
    }
}

/// How many content bytes stand before the elements inside, for an element that is shown opened:
/// a constructed one, or a string that holds exactly one SEQUENCE or SET.
fn opened_after(element: &Element<'_>) -> Option<usize> {
    let holds = |bytes: &[u8]| {
        [tag::SEQUENCE, tag::SET].iter().any(|tag| Reader::only(bytes, *tag).is_ok())
    };
    match element.tag() {
        tag if tag & 0x20 != 0 => Some(0),
        tag::OCTET_STRING if holds(element.content()) => Some(0),
        tag::BIT_STRING if element.bit_string().is_ok_and(holds) => Some(1),
        _ => None,
    }
}

fn type_name(tag: u8) -> String {
    let name = match tag {
        tag::BOOLEAN => "BOOLEAN",
        tag::INTEGER => "INTEGER",
        tag::BIT_STRING => "BIT STRING",
        tag::OCTET_STRING => "OCTET STRING",
        tag::NULL => "NULL",
        tag::OID => "OBJECT IDENTIFIER",
        tag::ENUMERATED => "ENUMERATED",
        tag::UTF8_STRING => "UTF8String",
        tag::PRINTABLE_STRING => "PrintableString",
        tag::T61_STRING => "T61String",
        tag::IA5_STRING => "IA5String",
        tag::UTC_TIME => "UTCTime",
        tag::GENERALIZED_TIME => "GeneralizedTime",
        tag::BMP_STRING => "BMPString",
        tag::SEQUENCE => "SEQUENCE",
        tag::SET => "SET",
        _ => return class_name(tag),
    };
    name.to_owned()
}

fn class_name(tag: u8) -> String {
    let number = tag & 0x1f;
    match tag >> 6 {
        0 => format!("[UNIVERSAL {number}]"),
        1 => format!("[APPLICATION {number}]"),
        2 => format!("[{number}]"),
        _ => format!("[PRIVATE {number}]"),
    }
}

/// The value in words, with a separator in front; empty when there is nothing to say.
fn value(element: &Element<'_>) -> String {
    let words = match element.tag() {
        tag::NULL => return String::new(),
        tag::BOOLEAN => element.boolean().ok().map(|value| value.to_string()),
        tag::INTEGER | tag::ENUMERATED => element.small_integer().ok().map(|n| n.to_string()),
        tag::OID => element.oid().ok().map(|oid| match oid.name() {
            Some(name) => format!("{oid} {name}"),
            None => oid.to_string(),
        }),
        tag::UTC_TIME | tag::GENERALIZED_TIME => element.time().ok().map(text::moment_utc),
        _ => element.text().ok().map(|shown| quoted(&shown)),
    };
    format!(" {}", words.unwrap_or_else(|| bytes(element.content())))
}

fn quoted(shown: &str) -> String {
    let cut: String = shown.chars().take(SHOWN_CHARACTERS_MAX).collect();
    let more = if cut.len() < shown.len() { "…" } else { "" };
    format!("\"{}{more}\"", text::printable(&cut))
}

fn bytes(content: &[u8]) -> String {
    match content.get(..SHOWN_BYTES_MAX) {
        Some(start) if start.len() < content.len() => format!("{}…", text::hex(start)),
        _ => text::hex(content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::write;
    use crate::oid;

    #[test]
    fn words_for_each_type() {
        let inner = write::sequence(&[&write::oid(&oid::SM3), &write::null()]);
        let input = write::sequence(&[
            &write::integer(4),
            &write::utf8("某某\u{1b}[2J局"),
            &write::octet_string(&inner),
            &write::bit_string(&inner),
            &write::bit_string(&[1, 2]),
            &write::tlv(0x80, &[7]),
            &[0x05],
        ]);
        let expected = "      0 SEQUENCE (60)
      2   INTEGER (1) 4
      5   UTF8String (13) \"某某\u{fffd}[2J局\"
     20   OCTET STRING (14)
     22     SEQUENCE (12)
     24       OBJECT IDENTIFIER (8) 1.2.156.10197.1.401 sm3
     34       NULL (0)
     36   BIT STRING (15)
     39     SEQUENCE (12)
     41       OBJECT IDENTIFIER (8) 1.2.156.10197.1.401 sm3
     51       NULL (0)
     53   BIT STRING (3) 000102
     58   [0] (1) 07
     61   1 bytes, not DER: cut short
";
        assert_eq!(print(&input), expected);
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = (0..200).fold(write::null(), |inner, _| write::sequence(&[&inner]));
        let tree = print(&deep);
        assert_eq!(tree.lines().count(), DEPTH_MAX + 1);
        assert!(tree.ends_with("… deeper levels are not shown\n"));
        let wide = write::sequence(&[&write::null().repeat(3 * LINES_MAX)]);
        let tree = print(&wide);
        assert_eq!(tree.lines().count(), LINES_MAX);
        assert!(tree.ends_with("… more lines are not shown\n"));
    }
}
