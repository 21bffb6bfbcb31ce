//! Files of others, with the verdicts that their makers state.

use super::*;
use crate::shared::shared;
use formats::x509::Certificate;

/// What is expected of samples without any anchor: the first words of the summary.
#[test]
fn samples_of_others() {
    let at = datetime!(2026-11-22 00:00 UTC);
    let mut wrong = Vec::new();
    for line in include_str!("samples.tsv").lines() {
        let (file, expected) = line.split_once('\t').expect("two columns");
        let Some(path) = shared("samples_of_others", &format!("samples/{file}")) else { continue };
        let bytes = std::fs::read(path).expect("a sample");
        let found = summary(&judge(&facts(&bytes, None), &Policy::new(Vec::new()), at));
        if found != expected {
            wrong.push(format!("{file}\t{found}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

/// The files that their makers call valid under their own test authority at that time.
#[test]
fn samples_under_their_own_authority() {
    let at = datetime!(2020-11-01 00:00 UTC);
    for file in [
        "certified-with-indirect-refs-in-dir",
        "pades-with-old-style-signing-cert-attr",
        "pades-with-old-style-signing-cert-attr-issser",
        "separate-annots-kids-indir",
        "sig-no-signed-attrs",
        "sig-with-ski-sid",
        "pades-lta-dss-indirect-arrs-test",
    ] {
        let path =
            shared("samples_under_their_own_authority", &format!("samples/pdf/signed/{file}.pdf"));
        let Some(path) = path else { continue };
        let found = facts(&std::fs::read(path).expect("a sample"), None);
        let mut anchors = Vec::new();
        for one in found.signatures.as_ref().expect("signatures") {
            let carried = match &one.payload {
                Payload::Cms(facts) => &facts.certificates,
                Payload::TimeStamp(facts) => &facts.message.certificates,
                _ => continue,
            };
            anchors.extend(carried.iter().filter(|one| one.is_self_issued()).cloned());
        }
        let anchor = |certificate| Anchor::new(certificate, &Purpose::ALL);
        let policy = Policy::new(anchors.into_iter().map(anchor).collect());
        assert_eq!(summary(&judge(&found, &policy, at)), "VALID", "{file}");
    }
}

#[test]
fn national_authorities_under_their_roots() {
    for (file, root) in [
        ("ca_Taier_CA", "rootca_ROOTCA"),
        ("ca_Ant_Financial_Certification_Authority_S1", "rootca_ROOTCA"),
        ("ca_TJCA", "rootca_Civil_Servant_ROOT"),
    ] {
        let read = |name: &str| {
            let path = shared("national_authorities", &format!("samples/certs/{name}.pem"))?;
            Some(std::fs::read(path).expect("a sample"))
        };
        let (Some(bytes), Some(root)) = (read(file), read(root)) else { continue };
        let root = String::from_utf8(root).expect("text");
        let certificate = Certificate::from_pem(&root).expect("a root");
        let policy = Policy::new(vec![Anchor::new(certificate, &[Purpose::Sealer])]);
        let at = datetime!(2021-01-01 00:00 UTC);
        assert_eq!(summary(&judge(&facts(&bytes, None), &policy, at)), "VALID", "{file}");
    }
}
