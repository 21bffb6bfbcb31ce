//! PAdES levels before our own judge: what a file keeps counts, and only as far as it is proven.

use crate::support::pdf::one_page;
use crate::support::service::empty_folder;
use crate::support::tree::root;
use crate::support::workshop::{AT, Level, Workshop, anchors};
use app::offline::{Trust, verify};
use app::view::VerificationView;
use std::fs;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// Anchors, and the lists of these roles.
fn trust(name: &str, lists: &[&str]) -> Trust {
    let folder = empty_folder(&format!("levels-{name}"));
    for (place, anchor) in anchors().iter().enumerate() {
        fs::copy(anchor, folder.join(format!("{place}.pem"))).expect("copied");
    }
    for role in lists {
        let list = root().join("certs-test").join(role).join("revoked.crl");
        fs::copy(list, folder.join(format!("{role}.crl"))).expect("copied");
    }
    Trust::load(&folder).expect("anchors")
}

fn judged(level: Level, trust: &Trust) -> VerificationView {
    let file = Workshop::open().seal_at_level(&one_page("Keep me"), level);
    verify(&file, trust, AT + Duration::hours(2))
}

/// When the first signature was there, by the check of its time stamps.
fn proof(report: &VerificationView) -> Option<OffsetDateTime> {
    let mut checks = report.signatures[0].checks.iter();
    let check = checks.find(|check| check.check == "timestamp").expect("a check");
    let detail = check.detail.as_deref().filter(|_| check.result == "pass")?;
    Some(OffsetDateTime::parse(detail, &Rfc3339).expect("a moment"))
}

/// Where revocation is asked for, the lists of the issuing CA must come from somewhere: from B-LT
/// on they are in the file.
#[test]
fn material_in_the_file_answers_what_the_verifier_cannot() {
    let trust = trust("asked", &["root-rsa"]);
    for (level, outcome) in [
        (Level::B, "INDETERMINATE"),
        (Level::T, "INDETERMINATE"),
        (Level::Lt, "VALID"),
        (Level::Lta, "VALID"),
    ] {
        let report = judged(level, &trust);
        assert_eq!(report.outcome, outcome, "{level:?}: {report:#?}");
    }
}

#[test]
fn stamps_prove_when_it_was_signed() {
    let trust = trust("proven", &["root-rsa", "ca-rsa"]);
    for (level, proven) in [
        (Level::B, None),
        (Level::T, Some(AT + Duration::minutes(1))),
        (Level::Lta, Some(AT + Duration::minutes(1))),
    ] {
        let report = judged(level, &trust);
        assert_eq!(report.outcome, "VALID", "{level:?}: {report:#?}");
        assert_eq!(proof(&report), proven, "{level:?}");
    }
    // A document time stamp proves by itself what it covers.
    let workshop = Workshop::open();
    let file = workshop.stamped(&workshop.seal_at_level(&one_page("Keep me"), Level::B), "T");
    let report = verify(&file, &trust, AT + Duration::hours(2));
    assert_eq!(report.outcome, "VALID", "{report:#?}");
    assert_eq!(proof(&report), Some(AT + Duration::hours(1)));
}
