//! Files that are two things at once, and what the files are that are not kept.

/// How far browsers and viewers look for what a file is.
const HEAD: usize = 1024;
/// The end record of a ZIP with its longest comment (APPNOTE 4.3.16).
const ZIP_END_BYTES: usize = 22;

/// What a file is, by its first bytes, in words.
const NAMES: [(&[u8], &str); 22] = [
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document of the old kind"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"#!", "a script"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a WebP picture or a recording"),
    (b"{\\rtf", "an RTF document"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (b"%!PS", "a PostScript program"),
    (b"8BPS", "a Photoshop picture"),
];

/// Words with which browsers take a text for a page.
const MARKUP: [&[u8]; 8] =
    [b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<svg", b"<?php"];

/// What else a PDF is; none for one that is nothing else.
pub(super) fn within(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(HEAD)];
    if holds_markup(head) {
        return Some("a web page in a document");
    }
    if ends_as_zip(bytes) {
        return Some("an archive in a document");
    }
    [
        (&b"Rar!\x1a\x07"[..], "an archive in a document"),
        (b"7z\xbc\xaf\x27\x1c", "an archive in a document"),
        (b"<?php", "a script in a document"),
        (b"__HALT_COMPILER();", "a script in a document"),
        (b"This program cannot be run in DOS mode", "a program in a document"),
    ]
    .into_iter()
    .find_map(|(sign, what)| holds(bytes, sign).then_some(what))
}

/// Whether a reader that is not strict would find a PDF somewhere in the head.
pub(super) fn hides_pdf(bytes: &[u8]) -> bool {
    holds(&bytes[..bytes.len().min(HEAD)], b"%PDF-")
}

/// What a file that is not kept is.
pub(super) fn name(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        return "an empty file";
    }
    if let Some((_, name)) = NAMES.iter().find(|(sign, _)| bytes.starts_with(sign)) {
        return name;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    if holds_any_case(head, b"<svg") {
        "an SVG picture"
    } else if holds_markup(head) || head.trim_ascii_start().starts_with(b"<") {
        "a web page or XML"
    } else if bytes.get(4..8) == Some(b"ftyp") {
        "a HEIC picture or a film"
    } else {
        "a file of another kind"
    }
}

fn holds_markup(head: &[u8]) -> bool {
    MARKUP.iter().any(|word| holds_any_case(head, word))
}

fn holds_any_case(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

fn holds(bytes: &[u8], sign: &[u8]) -> bool {
    bytes.windows(sign.len()).any(|window| window[0] == sign[0] && window == sign)
}

/// Whether readers of ZIP find an archive: its end record is one, wherever it stands, when there is
/// also an entry of a directory. The ten bytes come together by chance once in 10²⁴ bytes.
fn ends_as_zip(bytes: &[u8]) -> bool {
    let is_end = |window: &[u8]| window.starts_with(b"PK\x05\x06") && window[4..8] == [0; 4];
    bytes.windows(ZIP_END_BYTES).any(|window| window[0] == b'P' && is_end(window))
}
