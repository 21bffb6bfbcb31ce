//! What is kept beside a signature so that it can be judged later: every level of every form.

use crate::support::pdf::one_page;
use crate::support::service::demo;
use app::offline::{Trust, verify};
use app::{Level, Place, SealForm, SealRequest};

/// A document sealed in every form at every level: valid, with a proven time from `t` on.
#[test]
fn every_form_is_sealed_at_every_level() {
    let service = demo();
    let department = &service.summary.departments[0];
    let caller = service.app.console(&department.name).expect("a department");
    let trust = Trust::load(&service.trust()).expect("anchors");
    for form in [SealForm::Pades, SealForm::Sm2, SealForm::Both] {
        for &level in Level::ALL {
            let request = SealRequest {
                document: one_page("Keep me"),
                seal: department.seal.clone(),
                form,
                level: Some(level),
                place: Place::Default,
                riding: false,
            };
            let sealed = service.app.seal_document(&caller, request).expect("sealed");
            let report = verify(&sealed.bytes, &trust, time::OffsetDateTime::now_utc());
            let said = format!("{form:?} {level:?}: {report:#?}");
            assert_eq!(report.outcome, "VALID", "{said}");
            let (stamps, seals): (Vec<_>, Vec<_>) =
                report.signatures.iter().partition(|one| one.form == "time_stamp");
            assert_eq!(stamps.len(), usize::from(level == Level::Lta), "{said}");
            for seal in seals {
                assert_eq!(seal.proven_time.is_some(), level >= Level::T, "{said}");
            }
            let has = |words: &[u8]| sealed.bytes.windows(words.len()).any(|at| at == words);
            assert_eq!(has(b"/Type /DSS"), level >= Level::Lt, "{said}");
        }
    }
}
