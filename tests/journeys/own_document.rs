//! A department hands in its own PDF; the sealed one begins with the very same bytes.

use super::restart::copy;
use crate::support::decision::{self, fresh_number};
use crate::support::http::Request;
use crate::support::pdf::one_page;
use crate::support::service::{FILE_BYTES_MAX, demo, empty_folder, free_address, settings};
use app::{App, AppError, Level, Place, SealForm, SealRequest, Settings};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Instant;

fn issue(document: &[u8]) -> Request {
    let fields = decision::request(&fresh_number()).to_string();
    let parts = [
        ("fields", None, "application/json", fields.as_bytes()),
        ("document", Some("own.pdf"), "application/pdf", document),
    ];
    demo().request("POST", "/v1/licenses").header("Authorization", &demo().key()).parts(&parts)
}

#[test]
fn its_bytes_are_kept_and_sealed() {
    let document = one_page("A decision");
    let license = issue(&document).send().expect(201).json();
    let path = license["renditions"][0]["href"].as_str().expect("a path").to_owned();
    let read = demo().request("GET", &path).header("Authorization", &demo().key());
    let sealed = read.send().expect(200).body;
    assert!(sealed.starts_with(&document), "the document is not a prefix of the sealed file");
    let parts = [("file", Some("a.pdf"), "application/pdf", sealed.as_slice())];
    let report = demo().request("POST", "/v1/verifications").parts(&parts).send().expect(200);
    assert_eq!(report.json()["outcome"], "VALID");
}

#[test]
fn what_is_not_a_pdf_is_named() {
    for (document, detected) in [
        (&b"PK\x03\x04 an archive"[..], "zip"),
        (b"\x89PNG\r\n\x1a\n a picture", "png"),
        (b"plain words", ""),
        (b"", ""),
    ] {
        let problem = issue(document).send().expect(415).json();
        assert_eq!(problem["code"], "unsupported_media_type");
        let detail = problem["detail"].as_str().unwrap_or_default().to_lowercase();
        assert!(detail.contains(detected), "{detail} does not say {detected}");
    }
}

#[test]
fn too_large_is_said_before_it_is_read() {
    let mut document = one_page("A decision");
    document.resize(FILE_BYTES_MAX + 1, b' ');
    let problem = issue(&document).send().expect(413).json();
    assert_eq!(problem["code"], "file_too_large");
    assert!(problem["detail"].as_str().is_some_and(|d| d.contains(&FILE_BYTES_MAX.to_string())));
}

#[test]
fn a_damaged_document_is_refused() {
    let whole = one_page("A decision");
    for cut in [9, 40, whole.len() / 2] {
        let problem = issue(&whole[..cut]).send().expect(422).json();
        assert!(problem["code"].is_string(), "{problem}");
    }
}

/// A service on a copy of the demo, whose workers are this program.
fn with_workers(folder: &str, program: Option<PathBuf>) -> App {
    let data = empty_folder(folder);
    copy(&demo().made, &data);
    let settings = settings(&data, free_address());
    App::open(Settings { examiner: program, ..settings }).expect("opened")
}

fn sealed(app: &App) -> Result<app::Document, AppError> {
    let department = &demo().summary.departments[0];
    let caller = app.console(&department.name).expect("a department");
    let request = SealRequest {
        document: one_page("A decision"),
        seal: department.seal.clone(),
        form: SealForm::Pades,
        level: Some(Level::B),
        place: Place::Default,
        riding: false,
    };
    app.seal_document(&caller, request)
}

/// A document that ends the process which reads it ends a worker, and is refused.
#[test]
fn what_ends_a_parser_ends_a_worker() {
    let script = empty_folder("mortal").join("worker");
    fs::write(&script, "#!/bin/sh\nsleep 1\n").expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("executable");
    match sealed(&with_workers("mortal-data", Some(script))) {
        Err(AppError::Refused { code, .. }) => assert_eq!(code, "document_refused"),
        other => panic!("{other:?}"),
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "for a reader who asks with --nocapture")]
fn what_the_worker_costs() {
    const ROUNDS: u32 = 20;
    let program = Some(env!("CARGO_BIN_EXE_yinzheng").into());
    let apps = [None, program].map(|one| with_workers(&format!("cost-{}", one.is_some()), one));
    let best = apps.map(|app| {
        let once = |_| {
            let begin = Instant::now();
            sealed(&app).expect("sealed");
            begin.elapsed()
        };
        (0..ROUNDS).map(once).min().expect("rounds")
    });
    println!(
        "sealing a document of one page: {:?}, with a worker that reads it first {:?}",
        best[0], best[1]
    );
}
