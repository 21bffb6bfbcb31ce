//! Documents of strangers: scripts, actions, attachments, two files in one, bombs and damage.

use super::pictures::{archive, deflated};
use super::{Case, MARK};
use crate::support::pdf::{document, one_page};

const ACTIVE: Option<&str> = Some("material_active");
const DAMAGED: Option<&str> = Some("material_damaged");
const INVOLVED: Option<&str> = Some("material_too_involved");
const MIXED: Option<&str> = Some("material_mixed");

/// A page with more in its catalog, in the page, and objects from 6 on.
fn with(catalog: &str, page: &str, more: &[&str]) -> Vec<u8> {
    let content = "BT /F1 24 Tf 72 720 Td (Page) Tj ET";
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> >> {page} >>"
        ),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    objects.extend(more.iter().map(|&one| one.to_owned()));
    document(&(1..).zip(objects).collect::<Vec<_>>(), "")
}

fn annotated(annotation: &str) -> Vec<u8> {
    with("", "/Annots [6 0 R]", &[&format!("<< /Type /Annot /Rect [0 0 9 9] {annotation} >>")])
}

fn linked(address: &str) -> Vec<u8> {
    annotated(&format!("/Subtype /Link /A << /S /URI /URI ({address}) >>"))
}

/// What acts, or leads outside.
pub(super) fn active() -> Vec<Case> {
    let script = format!("/S /JavaScript /JS (app.alert\\('{MARK}'\\))");
    let catalog = |entry: &str| with(entry, "", &[]);
    let action = |entry: &str| annotated(&format!("/Subtype /Link /A << {entry} >>"));
    let stream = format!("<< /Length {} >>\nstream\n{MARK}\nendstream", MARK.len());
    // Hidden by a later revision, and still there.
    let hidden = {
        let mut file = catalog(&format!("/OpenAction << {script} >>"));
        let (at, before) = (file.len(), last_section(&file));
        file.extend_from_slice(b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
        let start = file.len();
        file.extend_from_slice(
            format!(
                "xref\n1 1\n{at:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev {before} >>\n\
                 startxref\n{start}\n%%EOF\n"
            )
            .as_bytes(),
        );
        file
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("script on opening", catalog(&format!("/OpenAction << {script} >>"))),
        ("script on closing", catalog(&format!("/AA << /WC << {script} >> >>"))),
        ("script on turning a page", with("", &format!("/AA << /O << {script} >> >>"), &[])),
        (
            "script by name",
            catalog(&format!("/Names << /JavaScript << /Names [(a) << {script} >>] >> >>")),
        ),
        ("script behind a link", action(&script)),
        (
            "script after a harmless step",
            action(&format!("/S /GoTo /D [3 0 R /Fit] /Next << {script} >>")),
        ),
        ("script under an escaped name", action("/S /J#61vaScript /#4a#53 (x)")),
        ("script in hexadecimal", action("/S /JavaScript /JS <6170702e616c657274>")),
        ("script in a stream", with("/OpenAction << /S /JavaScript /JS 6 0 R >>", "", &[&stream])),
        (
            "script of a bookmark",
            with(
                "/Outlines 6 0 R",
                "",
                &[
                    "<< /Type /Outlines /First 7 0 R /Last 7 0 R >>",
                    &format!("<< /Title (x) /Parent 6 0 R /A << {script} >> >>"),
                ],
            ),
        ),
        (
            "script of a form field",
            with(
                "/AcroForm << /Fields [6 0 R] >>",
                "",
                &[&format!("<< /FT /Tx /T (a) /AA << /F << {script} >> >> >>")],
            ),
        ),
        ("script hidden by a later revision", hidden),
        ("program by launch", action("/S /Launch /F (cmd.exe)")),
        ("program with arguments", action("/S /Launch /Win << /F (cmd.exe) /P (/c calc) >>")),
        ("program on opening", catalog("/OpenAction << /S /Launch /F (a.sh) >>")),
        ("address on opening", catalog("/OpenAction << /S /URI /URI (https://example.test) >>")),
        ("form that sends itself", action("/S /SubmitForm /F (https://example.test/)")),
        ("form that reads a file", action("/S /ImportData /F (a.fdf)")),
        ("form that is emptied", action("/S /ResetForm")),
        ("link into another file", action("/S /GoToR /F (\\\\\\\\host\\\\a.pdf) /D [0 /Fit]")),
        ("link into an attachment", action("/S /GoToE /T << /R /C >>")),
        ("thread of another file", action("/S /Thread /F (a.pdf) /D 0")),
        (
            "attachment of the document",
            with(
                "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /EF << /F 6 0 R >> >>] >> >>",
                "",
                &[&stream],
            ),
        ),
        ("attachment on a page", annotated("/Subtype /FileAttachment /FS << /F (a.exe) >>")),
        ("portfolio", catalog("/Collection << /Type /Collection >>")),
        ("second form inside", with("/AcroForm << /Fields [] /XFA 6 0 R >>", "", &[&stream])),
        ("rich media", annotated("/Subtype /RichMedia")),
        ("film", annotated("/Subtype /Movie /Movie << /F (a.avi) >>")),
        ("sound", action("/S /Sound /Sound 4 0 R")),
        ("screen", annotated("/Subtype /Screen")),
        ("three dimensions", annotated("/Subtype /3D")),
        ("rendition", action("/S /Rendition /OP 0")),
        ("view of three dimensions", action("/S /GoTo3DView")),
        ("command to rich media", action("/S /RichMediaExecute")),
        ("link to a script", linked("javascript:alert(1)")),
        ("link to a script with a blank in it", linked("java\\tscript:alert(1)")),
        ("link to a Basic script", linked("VBScript:x")),
        ("link to a file", linked("file:///etc/passwd")),
        ("link to data", linked("data:text/html,x")),
        ("link to another machine", linked("\\\\\\\\host\\\\share")),
        ("link to an editor", linked("ms-word:ofe|u|https://example.test/a.docm")),
        ("script as the base of addresses", catalog("/URI << /Base (javascript:) >>")),
        (
            "program for printers",
            with(
                "",
                "/X 6 0 R",
                &["<< /Type /XObject /Subtype /PS /Length 1 >>\nstream\nx\nendstream"],
            ),
        ),
        ("page of another file", with("", "/X << /Ref << /F (a.pdf) /Page 0 >> >>", &[])),
        ("picture of another file", with("", "/X << /OPI << /2.0 << /F (a.tif) >> >> >>", &[])),
        ("file at an address", with("/AF [<< /FS /URL /F (https://example.test/a) >>]", "", &[])),
    ];
    cases.into_iter().map(|(name, file)| Case::pdf(name, file, ACTIVE)).collect()
}

/// Where the last section begins.
fn last_section(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file);
    let (_, rest) = text.rsplit_once("startxref").expect("an end");
    rest.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Two files in one.
pub(super) fn mixed() -> Vec<Case> {
    let plain = || one_page("Page");
    let tail = |more: &[u8]| [&plain()[..], more].concat();
    let head = |more: &[u8]| [more, &plain()].concat();
    // A comment in the head: of use to a browser, of none to a reader.
    let behind_header = |more: &str| {
        let text = format!("%{more}\n");
        let objects: Vec<(u32, String)> = vec![(1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned())];
        let mut file = document(&objects, "");
        file.splice(9..9, text.bytes());
        file
    };
    let held = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        with("", "/X 6 0 R", &[&format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len())])
    };
    let page = format!("<html><script>{MARK}</script>");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("archive behind", tail(&archive())),
        ("page behind", tail(page.as_bytes())),
        ("program behind", tail(b"MZ This program cannot be run in DOS mode")),
        ("text behind", tail(MARK.as_bytes())),
        ("RAR behind", tail(b"Rar!\x1a\x07\x00")),
        ("archive inside", held(&archive())),
        ("PHP inside", with("", "/X (<?php system\\(1\\); ?>)", &[])),
        ("phar inside", with("", "/X (__HALT_COMPILER\\(\\);) % __HALT_COMPILER();\n", &[])),
        ("program inside", with("", "/X (This program cannot be run in DOS mode)", &[])),
        ("page in the head", behind_header(&page)),
        ("picture in the head", behind_header("<SVG onload=x>")),
        ("script in the head", behind_header("<ScRiPt>x</script>")),
        ("program in front", head(b"MZ\x90\0")),
        ("GIF in front", head(b"GIF89a/*")),
        ("line in front", head(b"\n")),
        ("page in front", head(page.as_bytes())),
        ("archive in front", head(&archive())),
        ("shell in front", head(b"#!/bin/sh\n")),
    ];
    cases.into_iter().map(|(name, file)| Case::pdf(name, file, MIXED)).collect()
}

/// What costs a reader more than it should, or cannot be read.
pub(super) fn broken() -> Vec<Case> {
    let plain = one_page("Page");
    let packed = |plain: usize, entries: &str| {
        let data = deflated(&vec![0; plain]);
        let head = format!("<< /Filter /FlateDecode {entries} /Length {} >>", data.len());
        (head, data)
    };
    let bomb = |page: &str, plain: usize, entries: &str| raw(page, packed(plain, entries));
    let twice = {
        let data = deflated(&deflated(&vec![0; 48 << 20]));
        let head = format!("<< /Filter [/FlateDecode /FlateDecode] /Length {} >>", data.len());
        raw("/X 6 0 R", (head, data))
    };
    let deep = |open: &str, close: &str| {
        with(&format!("/X {}1{}", open.repeat(5_000), close.repeat(5_000)), "", &[])
    };
    let many_pages = {
        let mut objects = vec![(1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned())];
        let kids: String = (0..1_200).map(|page| format!("{} 0 R ", page + 3)).collect();
        objects.push((2, format!("<< /Type /Pages /Kids [{kids}] /Count 1200 >>")));
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";
        objects.extend((0..1_200).map(|number| (number + 3, page.to_owned())));
        document(&objects, "")
    };
    let replaced = |from: &str, to: &str| {
        let text = String::from_utf8_lossy(&plain).into_owned();
        assert!(text.contains(from), "{from}");
        text.replace(from, to).into_bytes()
    };
    let size = plain.len();
    let start = format!("startxref\n{}", last_section(&plain));
    let looped = replaced("/Root 1 0 R ", &format!("/Root 1 0 R /Prev {} ", last_section(&plain)));
    vec![
        Case::pdf("page of 48 MB from little", bomb("/X 6 0 R", 48 << 20, ""), INVOLVED),
        Case::pdf("contents of 48 MB from little", contents(packed(48 << 20, "")), INVOLVED),
        Case::pdf("packed twice", twice, INVOLVED),
        Case::pdf(
            "picture of 60,000 × 60,000",
            bomb("/X 6 0 R", 100, "/Subtype /Image /Width 60000 /Height 60000"),
            INVOLVED,
        ),
        Case::pdf("deep arrays", deep("[", "]"), INVOLVED),
        Case::pdf("deep dictionaries", deep("<< /A ", " >>"), INVOLVED),
        Case::pdf(
            "a million values",
            with(&format!("/X [{}]", "0 ".repeat(1_000_000)), "", &[]),
            INVOLVED,
        ),
        Case::pdf("more pages than are bound", many_pages, INVOLVED),
        Case::pdf("sections in a loop", looped, DAMAGED),
        Case::pdf("pages in a loop", replaced("/Kids [3 0 R]", "/Kids [2 0 R]"), DAMAGED),
        Case::pdf(
            "length of itself",
            with("", "/X 6 0 R", &["<< /Length 6 0 R >>\nstream\nx\nendstream"]),
            DAMAGED,
        ),
        Case::pdf(
            "negative length",
            with("", "/X 6 0 R", &["<< /Length -5 >>\nstream\nx\nendstream"]),
            DAMAGED,
        ),
        Case::pdf(
            "length beyond the end",
            with("", "/X 6 0 R", &["<< /Length 99999999 >>\nstream\nx\nendstream"]),
            DAMAGED,
        ),
        Case::pdf(
            "data outside the file",
            with("", "/X 6 0 R", &["<< /F (/etc/passwd) /Length 1 >>\nstream\nx\nendstream"]),
            DAMAGED,
        ),
        Case::pdf("section beyond the end", replaced(&start, "startxref\n99999999"), DAMAGED),
        Case::pdf(
            "section at a number without end",
            replaced(&start, "startxref\n99999999999999999999"),
            DAMAGED,
        ),
        Case::pdf("cut in half", plain[..size / 2].to_vec(), DAMAGED),
        Case::pdf("without its end", plain[..size - 10].to_vec(), DAMAGED),
        Case::pdf("header alone", b"%PDF-1.7\n".to_vec(), DAMAGED),
        Case::pdf("version of letters", [b"%PDF-x.y", &plain[8..]].concat(), DAMAGED),
        Case::pdf("catalog that is none", replaced("/Type /Catalog", "/Type /Nothing"), DAMAGED),
        Case::pdf("page of no size", replaced("[0 0 595 842]", "[0 0 000 000]"), DAMAGED),
        Case::pdf(
            "bytes that nothing explains",
            replaced("endobj\n2 0 obj", "endobjX\n2 0 ob"),
            DAMAGED,
        ),
        Case::pdf("section of huge numbers", huge_index(), DAMAGED),
        Case::pdf(
            "encrypted",
            document(
                &[
                    (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
                    (2, "<< /Type /Pages /Kids [] /Count 0 >>".to_owned()),
                ],
                "/Encrypt << /Filter /Standard /V 1 >> ",
            ),
            Some("material_encrypted"),
        ),
        Case::pdf(
            "encrypted in part",
            with("", "/X 6 0 R", &["<< /Filter /Crypt /Length 1 >>\nstream\nx\nendstream"]),
            Some("material_encrypted"),
        ),
    ]
}

/// A page with object 6 of these bytes.
fn raw(page: &str, (head, data): (String, Vec<u8>)) -> Vec<u8> {
    bytes_for(&with("", page, &[&format!("{head}\nstream\n@@@@\nendstream")]), &data)
}

/// A page whose contents are of these bytes.
fn contents((head, data): (String, Vec<u8>)) -> Vec<u8> {
    let object = format!("{head}\nstream\n@@@@\nendstream");
    let file = document(
        &[
            (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
            (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
            (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".to_owned()),
            (4, object),
        ],
        "",
    );
    bytes_for(&file, &data)
}

/// Puts bytes where a document has four signs, which is in its last object.
fn bytes_for(file: &[u8], data: &[u8]) -> Vec<u8> {
    let at = file.windows(4).position(|four| four == b"@@@@").expect("a place");
    let (before, moved) = (last_section(file), data.len() - 4);
    let end = String::from_utf8_lossy(&file[before..]).into_owned();
    let end =
        end.replace(&format!("startxref\n{before}"), &format!("startxref\n{}", before + moved));
    [&file[..at], data, &file[at + 4..before], end.as_bytes()].concat()
}

fn huge_index() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /W [1 2 1] /Index [0 4000000000] /Size 4000000000 /Length 4 \
      /Root 1 0 R >>\nstream\n\0\0\0\0\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
        .to_vec()
}
