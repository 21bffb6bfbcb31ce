//! Judged by the PKI of the tests.

use super::*;
use std::path::PathBuf;
use time::macros::datetime;

fn file(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../certs-test")).join(name)
}

fn certificate(role: &str) -> Vec<u8> {
    let pem = std::fs::read_to_string(file(role).join("certificate.pem")).unwrap();
    Certificate::from_pem(&pem).unwrap().der().to_vec()
}

/// A folder of these files of the PKI.
fn authorities(files: &[&str]) -> TrustFolder {
    let folder = tempfile::tempdir().unwrap();
    for (number, name) in files.iter().enumerate() {
        let end = name.rsplit('.').next().unwrap();
        std::fs::copy(file(name), folder.path().join(format!("{number}.{end}"))).unwrap();
    }
    TrustFolder::read(folder.path()).unwrap()
}

const NOON: OffsetDateTime = datetime!(2026-06-01 12:00 UTC);
const BOTH: [&str; 2] = ["root-sm2/certificate.pem", "ca-sm2/certificate.pem"];
const RSA: [&str; 2] = ["root-rsa/certificate.pem", "ca-rsa/certificate.pem"];
const LISTS: [&str; 4] = [BOTH[0], BOTH[1], "root-sm2/revoked.crl", "ca-sm2/revoked.crl"];

#[test]
fn who_is_vouched_for_and_why_not() {
    use CertificateRefused::{Expired, StatusUnknown, Unreadable, Untrusted, Usage};
    let staff = certificate("staff");
    let later = datetime!(2050-01-01 0:00 UTC);
    let before = datetime!(2025-12-31 0:00 UTC);
    for (folder, der, at, expected) in [
        (&BOTH[..], &staff, NOON, Ok(())),
        (&LISTS, &staff, NOON, Ok(())),
        (&BOTH, &staff, later, Err(Expired)),
        (&BOTH, &staff, before, Err(Expired)),
        (&[], &staff, NOON, Err(Untrusted)),
        (&BOTH[..1], &staff, NOON, Err(Untrusted)),
        (&RSA, &staff, NOON, Err(Untrusted)),
        // An authority is no client, and neither is a server.
        (&BOTH, &certificate("ca-sm2"), NOON, Err(Usage)),
        (&BOTH, &certificate("root-sm2"), NOON, Err(Usage)),
        (&RSA, &certificate("tls-server"), NOON, Err(Usage)),
        (&BOTH, &b"not a certificate".to_vec(), NOON, Err(Unreadable)),
        (&BOTH, &vec![0x30; CERTIFICATE_BYTES_MAX + 1], NOON, Err(Unreadable)),
        // A list of the root, and none of the authority below it.
        (&[BOTH[0], BOTH[1], LISTS[2]], &staff, NOON, Err(StatusUnknown)),
    ] {
        let found = judged(&authorities(folder), der, &[], at).map(drop);
        assert_eq!(found, expected, "{folder:?}");
    }
}

#[test]
fn what_came_with_it_only_helps() {
    let staff = certificate("staff");
    let (root, between) = (certificate("root-sm2"), certificate("ca-sm2"));
    let vouched =
        judged(&authorities(&BOTH[..1]), &staff, std::slice::from_ref(&between), NOON).unwrap();
    assert_eq!(vouched.fingerprint(), Sha256::of(&staff));
    let stranger = judged(&authorities(&[]), &staff, &[between, root], NOON);
    assert_eq!(stranger.map(drop), Err(CertificateRefused::Untrusted));
}
