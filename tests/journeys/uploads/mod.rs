//! Files of strangers at the door of the material library: refused by name, or kept without what was
//! packed into them. Made here, so that each can be read; more come from the shared vectors.

mod documents;
mod pictures;

use super::library::{Office, handed_in};
use crate::support::http::Answer;
use crate::support::shared::shared;
use std::time::{Duration, Instant};

/// Stands in everything that must not be kept.
pub(super) const MARK: &str = "PAYLOAD-9F3C71";
/// Longest time for one; unoptimised code on a busy machine gets more.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 5 });

/// A file as it is sent, and what is to become of it.
pub(super) struct Case {
    name: String,
    bytes: Vec<u8>,
    file: &'static str,
    media_type: &'static str,
    /// The problem; none for what is kept and written anew.
    code: Option<&'static str>,
}

impl Case {
    fn of(name: &str, bytes: Vec<u8>, file: &'static str, media_type: &'static str) -> Self {
        Self { name: name.to_owned(), bytes, file, media_type, code: None }
    }

    fn pdf(name: &str, bytes: Vec<u8>, code: Option<&'static str>) -> Self {
        Self { code, ..Self::of(name, bytes, "a.pdf", "application/pdf") }
    }

    fn png(name: &str, bytes: Vec<u8>, code: Option<&'static str>) -> Self {
        Self { code, ..Self::of(name, bytes, "a.png", "image/png") }
    }

    fn jpeg(name: &str, bytes: Vec<u8>, code: Option<&'static str>) -> Self {
        Self { code, ..Self::of(name, bytes, "a.jpg", "image/jpeg") }
    }

    fn sent(&self, office: &Office) -> Answer {
        let begin = Instant::now();
        let answer = office.sent(&self.bytes, self.file, self.media_type);
        assert!(begin.elapsed() < PATIENCE, "{}: {:?}", self.name, begin.elapsed());
        answer
    }
}

/// What is none of the kinds, or is called another.
fn others() -> Vec<Case> {
    let kinds: [(&str, &[u8]); 22] = [
        ("a page", b"<!DOCTYPE html><script>1</script>"),
        ("an SVG with a script", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
        ("an SVG behind XML", b"<?xml version='1.0'?><svg><use href='#a'/></svg>"),
        ("XML with an entity", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        ("an office document", b"PK\x03\x04\x14\0\0\0\x08\0word/vbaProject.bin"),
        ("an old office document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1macro"),
        ("a Windows program", b"MZ\x90\0\x03"),
        ("a Linux program", b"\x7fELF\x02\x01"),
        ("a class of Java", b"\xca\xfe\xba\xbe\0\0"),
        ("a shell script", b"#!/bin/sh\nrm -rf /\n"),
        ("a shortcut", b"L\0\0\0\x01\x14\x02\0"),
        ("a PostScript program", b"%!PS-Adobe-3.0\n"),
        ("a RAR archive", b"Rar!\x1a\x07\x01\0"),
        ("a gzip archive", b"\x1f\x8b\x08\0"),
        ("a GIF", b"GIF89a\x01\0\x01\0"),
        ("a TIFF", b"II*\0\x08\0\0\0"),
        ("a BMP", b"BM\x36\0\0\0"),
        ("a WebP", b"RIFF\x24\0\0\0WEBPVP8 "),
        ("a HEIC", b"\0\0\0\x18ftypheic"),
        ("an RTF document", b"{\\rtf1 \\object}"),
        ("a text", b"=cmd|'/c calc'!A1"),
        ("nothing", b""),
    ];
    let kinds = kinds
        .into_iter()
        .map(|(name, bytes)| Case::pdf(name, bytes.to_vec(), Some("material_kind")));
    let document = || crate::support::pdf::one_page("Page");
    let picture = || pictures::png(png::ColorType::Rgb);
    let called = [
        ("a document called a program", document(), "a.pdf.exe", "application/pdf"),
        ("a document called a page", document(), "a.html", "application/pdf"),
        ("a document sent as a page", document(), "a.pdf", "text/html"),
        ("a picture called a document", picture(), "a.pdf", "application/pdf"),
        ("a picture called a script", picture(), "a.png.js", "image/png"),
        ("a picture sent as SVG", picture(), "a.png", "image/svg+xml"),
        ("a JPEG called PNG", pictures::jpeg(&[]), "a.png", "image/png"),
    ];
    let called = called.into_iter().map(|(name, bytes, file, media_type)| {
        let code = Some("material_mismatch");
        Case { code, ..Case::of(name, bytes, file, media_type) }
    });
    kinds.chain(called).collect()
}

#[test]
fn a_hundred_malicious_files_are_refused_by_name_or_kept_without_their_payload() {
    let office = Office::of_demo();
    let all: Vec<Case> = [
        documents::active(),
        documents::mixed(),
        documents::broken(),
        pictures::refused(),
        pictures::rewritten(),
        others(),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(all.len() >= 100, "{} files", all.len());
    let mut names: Vec<&str> = all.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "each is a case of its own");
    let mut wrong = Vec::new();
    for case in &all {
        let answer = case.sent(&office);
        let said = answer.json();
        match case.code {
            Some(code) if said["code"] == code => {}
            Some(code) => wrong.push(format!("{}: {said}, not {code}", case.name)),
            None if answer.status == 201 => is_inert(&office, case, &said),
            None => wrong.push(format!("{}: {said}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing of the refused ones was kept, and the service lives.
    assert_eq!(
        office.sent(&crate::support::pdf::one_page("Page"), "a.pdf", "application/pdf").status,
        201
    );
}

/// What is kept was written here: no payload, no metadata, and a file of one kind.
fn is_inert(office: &Office, case: &Case, said: &serde_json::Value) {
    assert_eq!(said["rewritten"], true, "{}", case.name);
    assert_ne!(said["sha256"], said["original_sha256"], "{}", case.name);
    let file = office.file(said["id"].as_str().expect("an id")).expect(200);
    for header in ["content-security-policy", "x-content-type-options", "content-disposition"] {
        assert!(file.header(header).is_some(), "{header}");
    }
    assert_eq!(file.header("content-type"), said["media_type"].as_str());
    let holds = |what: &[u8]| file.body.windows(what.len()).any(|window| window == what);
    let signs = [MARK.as_bytes(), b"<script", b"PK\x03\x04", b"%PDF", b"GPS", b"Exif", b"<?php"];
    for sign in signs {
        assert!(!holds(sign), "{}: {}", case.name, String::from_utf8_lossy(sign));
    }
    let ends: &[u8] = if case.media_type == "image/png" { b"IEND\xaeB`\x82" } else { b"\xff\xd9" };
    assert!(file.body.ends_with(ends), "{}", case.name);
}

#[test]
fn hostile_vectors_are_not_kept_as_they_came() {
    let Some(folder) = shared("uploads", "vectors/hostile") else { return };
    let mut files = Vec::new();
    crate::artefacts::below(&folder, &mut files);
    let office = Office::of_demo();
    // Sound as far as they go: a document without content, and one whose count of pages is not believed.
    let kept = ["00-control.pdf", "18-count-1e9.pdf"];
    for path in files {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("readable");
        let begin = Instant::now();
        let answer = office.sent(&bytes, "", "application/octet-stream");
        assert!(begin.elapsed() < PATIENCE, "{name}: {:?}", begin.elapsed());
        let said = answer.json();
        let code = said["code"].as_str().unwrap_or_default();
        let rewritten = answer.status == 201 && said["rewritten"] == true;
        let fits = kept.contains(&name.as_str()) || rewritten || code.starts_with("material_");
        assert!(fits, "{name}: {} {said}", answer.status);
    }
}

#[test]
fn what_is_sound_is_kept_as_it_came() {
    let office = Office::of_demo();
    let document = crate::support::pdf::one_page("Page");
    let said = handed_in(&office, &document, "租赁合同");
    assert_eq!((&said["rewritten"], &said["pages"]), (&false.into(), &1.into()));
    assert_eq!(office.file(said["id"].as_str().expect("an id")).expect(200).body, document);
}
