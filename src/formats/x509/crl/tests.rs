use super::*;
use crate::algorithm::KeyKind;
use crate::shared;
use crate::x509::Certificate;
use crate::x509::path::{Budget, Rules};
use crate::x509::profile::Profile;
use crate::x509::revocation::{Evidence, Status, UnknownStatus, list_status};
use crate::x509::testpki::{AT, Entity, Wish};
use std::process::Command;
use time::OffsetDateTime;
use time::macros::datetime;

#[test]
fn sample_lists_verify_and_are_stale() {
    let pairs = [
        ("crl_ROOTCA.crl", "rootca_ROOTCA.pem"),
        ("crl_Civil_Servant_ROOT.crl", "rootca_Civil_Servant_ROOT.pem"),
        ("crl_Device_ROOT.crl", "rootca_Device_ROOT.pem"),
    ];
    for (list, root) in pairs {
        let read = |name: &str| {
            let path = shared::shared("crl", &format!("samples/certs/{name}"))?;
            Some(std::fs::read(path).expect("readable"))
        };
        let (Some(list), Some(root)) = (read(list), read(root)) else { return };
        let root = Certificate::from_pem(std::str::from_utf8(&root).expect("text")).expect("PEM");
        let list = Crl::parse(&list).expect("a list");
        assert_eq!(list.issuer(), root.subject());
        assert_eq!(list.verify_signature(root.public_key().expect("a key")), Ok(()));
        assert!(list.is_current_at(list.this_update()));
        assert!(!list.is_current_at(datetime!(2026-01-01 0:00 UTC)));
        assert!(list.next_update() < Some(datetime!(2022-07-01 0:00 UTC)));
    }
}

fn status(root: &Entity, serial: u8, lists: &[Crl], at: OffsetDateTime) -> Status {
    let leaf = root.issue_as(&Wish { serial, ..Wish::new(&Profile::Staff, "Clerk") });
    let root = &root.certificate;
    let evidence =
        Evidence { lists, rules: Rules::Rfc5280, ..Evidence::new(std::slice::from_ref(root), at) };
    list_status(&leaf.certificate, root, root, &evidence, &mut Budget::default())
}

fn revoked(serial: u8, reason: Reason) -> Revoked {
    Revoked {
        serial: vec![serial],
        at: datetime!(2026-01-05 12:00 UTC),
        reason,
        invalid_since: (reason == Reason::KeyCompromise).then_some(datetime!(2026-01-04 0:00 UTC)),
    }
}

#[test]
fn good_revoked_and_unknown() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let list = root.list(&[revoked(9, Reason::KeyCompromise), revoked(8, Reason::Unspecified)]);
    let lists = std::slice::from_ref(&list);
    assert!(matches!(status(&root, 3, lists, AT), Status::Good { .. }));
    let Status::Revoked(found) = status(&root, 9, lists, AT) else {
        panic!("on the list");
    };
    assert_eq!(found.at, datetime!(2026-01-05 12:00 UTC));
    assert_eq!(found.reason, Some(Reason::KeyCompromise));
    assert_eq!(found.invalid_since, Some(datetime!(2026-01-04 0:00 UTC)));
    let unknown = |lists: &[Crl], at| match status(&root, 3, lists, at) {
        Status::Unknown(reason) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown(&[], AT), UnknownStatus::NoList);
    let late = unknown(lists, datetime!(2026-02-01 0:00 UTC));
    assert!(matches!(late, UnknownStatus::NotCurrent { .. }));
    // Another authority with the same name and another key.
    let stranger = Entity::root(&KeyKind::Sm2, "Root").list(&[]);
    assert_eq!(unknown(&[stranger], AT), UnknownStatus::Signature);
}

#[test]
fn lists_with_faults_are_not_prepared() {
    let authority = Entity::root(&KeyKind::P256, "Root");
    let leaf = authority.issue(&Profile::Staff, "Clerk").certificate;
    let good = CrlIssuance {
        issuer: &authority.certificate,
        suite: authority.key.default_suite(),
        number: 1,
        this_update: datetime!(2026-01-10 0:00 UTC),
        next_update: datetime!(2026-01-20 0:00 UTC),
        revoked: &[],
    };
    assert!(prepare(&good).is_ok());
    assert_eq!(
        prepare(&CrlIssuance { next_update: good.this_update, ..good }),
        Err(CrlError::Updates)
    );
    assert_eq!(prepare(&CrlIssuance { issuer: &leaf, ..good }), Err(CrlError::NotCa));
    let twice = [revoked(1, Reason::Superseded), revoked(1, Reason::KeyCompromise)];
    assert_eq!(prepare(&CrlIssuance { revoked: &twice, ..good }), Err(CrlError::Serial));
}

#[test]
fn openssl_verifies_our_lists() {
    if Command::new("openssl").arg("version").output().is_err() {
        return shared::skip("openssl_verifies_our_lists", "openssl is absent");
    }
    for kind in [KeyKind::Rsa { bits: 2048 }, KeyKind::P256] {
        let authority = Entity::root(&kind, "Root");
        let list = authority.list(&[revoked(9, Reason::KeyCompromise)]);
        let folder = tempfile::tempdir().expect("a folder");
        let (crl, root) = (folder.path().join("list.crl"), folder.path().join("root.pem"));
        std::fs::write(&crl, list.der()).expect("written");
        std::fs::write(&root, authority.certificate.to_pem()).expect("written");
        let output = Command::new("openssl")
            .args(["crl", "-inform", "DER", "-noout", "-text", "-in"])
            .arg(&crl)
            .arg("-CAfile")
            .arg(&root)
            .output()
            .expect("openssl runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("verify OK"), "{kind}: {said}");
        assert!(text.contains("Key Compromise") && text.contains("Invalidity Date"), "{text}");
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn damaged_lists_do_not_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            static LIST: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
            let list = LIST.get_or_init(|| {
                let entries = [revoked(9, Reason::KeyCompromise), revoked(200, Reason::Superseded)];
                Entity::root(&KeyKind::Sm2, "Root").list(&entries).der().to_vec()
            });
            let mut damaged = list.clone();
            let at = at.index(damaged.len());
            damaged[at] = byte;
            let _ = Crl::parse(&damaged);
        }
    }
}
