//! Files of others through the whole engine: never a panic, and never valid by our anchors.

use crate::support::service::demo;
use crate::support::shared::shared;
use crate::support::tool::{run, tool};
use app::offline::{Trust, verify};
use app::{AppError, Place, SealForm, SealRequest};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

fn pdfs(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(pdfs(&path));
        } else if path.extension().is_some_and(|end| end == "pdf") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn nothing_of_others_is_valid_by_our_anchors() {
    let test = "nothing_of_others_is_valid_by_our_anchors";
    let trust = Trust::load(&demo().trust()).expect("anchors");
    for folder in ["samples", "vectors/hostile"] {
        let Some(folder) = shared(test, folder) else { return };
        let mut found = Vec::new();
        crate::artefacts::below(&folder, &mut found);
        for file in found {
            let bytes = fs::read(&file).expect("readable");
            let begin = Instant::now();
            let report = verify(&bytes, &trust, OffsetDateTime::now_utc());
            let took = begin.elapsed();
            assert_ne!(report.outcome, "VALID", "{}: {report:#?}", file.display());
            assert!(took < Duration::from_secs(10), "{} takes {took:?}", file.display());
        }
    }
}

#[test]
fn every_signature_of_others_is_judged_by_itself() {
    let test = "every_signature_of_others_is_judged_by_itself";
    let Some(folder) = shared(test, "samples/pdf/signed") else { return };
    let nobody = Trust::none();
    for file in pdfs(&folder) {
        let bytes = fs::read(&file).expect("readable");
        let report = verify(&bytes, &nobody, OffsetDateTime::now_utc());
        for signature in &report.signatures {
            assert!(!signature.checks.is_empty(), "{}: no checks", file.display());
        }
        let reasons = report.checks.iter().chain(report.signatures.iter().flat_map(|s| &s.checks));
        let mut reasons = reasons.filter(|check| ["fail", "unknown"].contains(&&*check.result));
        assert!(
            reasons.all(|check| check.code.is_some()),
            "{}: a reason without code",
            file.display()
        );
    }
}

#[test]
fn foreign_files_are_sealed_right_or_refused_by_name() {
    let test = "foreign_files_are_sealed_right_or_refused_by_name";
    let Some(folder) = shared(test, "samples/pdf/unsigned") else { return };
    let (service, qpdf) = (demo(), tool(test, "qpdf"));
    let trust = Trust::load(&service.trust()).expect("anchors");
    let department = &service.summary.departments[0];
    let caller = service.app.console(&department.name).expect("a department");
    let place = crate::support::service::empty_folder("foreign");
    let mut sealed_count = 0;
    for file in pdfs(&folder) {
        let document = fs::read(&file).expect("readable");
        let request = SealRequest {
            level: None,
            document: document.clone(),
            seal: department.seal.clone(),
            form: SealForm::Both,
            place: Place::Default,
            riding: false,
        };
        match service.app.seal_document(&caller, request) {
            Ok(sealed) => {
                assert!(sealed.bytes.starts_with(&document), "{}: not kept", file.display());
                let report = verify(&sealed.bytes, &trust, OffsetDateTime::now_utc());
                assert_eq!(report.outcome, "VALID", "{}: {report:#?}", file.display());
                let path = place.join(file.file_name().expect("a name"));
                fs::write(&path, &sealed.bytes).expect("written");
                let check = |path: &Path| {
                    qpdf.as_ref().map(|qpdf| run(qpdf, [Path::new("--check"), path]).well)
                };
                // A file that qpdf faults before is not ours to mend.
                assert!(check(&path) >= check(&file), "{}: qpdf faults it", file.display());
                sealed_count += 1;
            }
            Err(AppError::Refused { code, detail }) => {
                assert!(!code.is_empty() && !detail.is_empty(), "{}", file.display());
            }
            Err(AppError::NotPdf { .. }) => {}
            Err(error) => panic!("{}: {error:?}", file.display()),
        }
    }
    assert!(sealed_count > 0, "no foreign file could be sealed");
}
