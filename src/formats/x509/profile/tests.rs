use super::*;
use crate::algorithm::{PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};
use crate::shared;
use std::process::Command;
use time::macros::datetime;

struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        getrandom::fill(bytes).map_err(|_| RandomFailed)
    }
}

fn key(kind: &KeyKind) -> PrivateKey {
    PrivateKey::generate(kind, &mut System).expect("a key")
}

fn subject(common_name: &str) -> Vec<u8> {
    name::name(&[(oid::COUNTRY, "CN"), (oid::COMMON_NAME, common_name)])
}

/// A certificate of `profile` for `key`, issued by the given certificate and key.
fn issue(
    profile: &Profile,
    subject: &[u8],
    key: &PrivateKey,
    issuer: Option<(&Certificate, &PrivateKey)>,
) -> Certificate {
    let signer = issuer.map_or(key, |(_, key)| key);
    let issuance = Issuance {
        serial: &[0x81, 2, 3],
        not_before: datetime!(2026-01-01 0:00 UTC),
        not_after: datetime!(2049-12-31 23:59:59 UTC),
        subject,
        public_key: key.public_key(),
        issuer: issuer.map_or(Issuer::Itself, |(certificate, _)| Issuer::Certificate(certificate)),
        suite: signer.default_suite(),
        crl_uri: Some("http://crl.example/issuer.crl"),
        ocsp_uri: None,
    };
    let prepared = prepare(profile, &issuance).expect("prepared");
    assert_eq!(prepare(profile, &issuance), Ok(prepared.clone()), "the same bytes again");
    let message = prepared.message();
    let signature = signer.sign(signer.default_suite(), SM2_DEFAULT_ID, message, &mut System);
    let certificate = prepared.assemble(&signature.expect("signs")).expect("a certificate");
    let verified = certificate.verify_signature(signer.public_key());
    assert_eq!(verified, Ok(()));
    certificate
}

fn openssl() -> bool {
    let present = Command::new("openssl").arg("version").output().is_ok();
    if !present {
        shared::skip("openssl", "openssl is absent");
    }
    present
}

/// openssl hands the SM2 identifier only to the last certificate of a chain, so each link is
/// verified alone.
fn assert_openssl_verifies(issuer: &Certificate, subject: &Certificate, purpose: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, certificate: &Certificate| {
        let path = folder.path().join(name);
        std::fs::write(&path, certificate.to_pem()).expect("written");
        path
    };
    let sm2 = issuer.public_key().map(PublicKey::kind) == Ok(KeyKind::Sm2);
    let id: &[&str] = if sm2 { &["-vfyopt", "distid:1234567812345678"] } else { &[] };
    let output = Command::new("openssl")
        .args(["verify", "-x509_strict", "-partial_chain", "-attime", "1800000000"])
        .args(id)
        .args(["-purpose", purpose, "-trusted"])
        .args([path("issuer.pem", issuer), path("subject.pem", subject)])
        .output()
        .expect("openssl runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} for {purpose}: {said}", subject.subject());
}

#[test]
fn openssl_verifies_every_profile() {
    if !openssl() {
        return;
    }
    let hosts =
        vec![GeneralName::Dns("license.example".into()), GeneralName::Ip(vec![127, 0, 0, 1])];
    let sealer = sealer_subject("11320500014150050B", "苏州市民政局", "32050000011053");
    let sealer = sealer.expect("a subject");
    for kind in [KeyKind::Sm2, KeyKind::Rsa { bits: 2048 }, KeyKind::P256] {
        let (root_key, ca_key, leaf_key) = (key(&kind), key(&kind), key(&kind));
        let root = issue(&Profile::Root, &subject("Root"), &root_key, None);
        let ca_profile = Profile::Ca { path_len: 0 };
        let ca = issue(&ca_profile, &subject("CA"), &ca_key, Some((&root, &root_key)));
        assert_openssl_verifies(&root, &root, "any");
        assert_openssl_verifies(&root, &ca, "any");
        let mut leaves = vec![
            (Profile::TimeStamper, subject("TSA"), "timestampsign"),
            (Profile::OcspResponder, subject("OCSP"), "ocsphelper"),
            (Profile::Staff, subject("Clerk"), "sslclient"),
            (Profile::TlsServer(hosts.clone()), subject("Server"), "sslserver"),
        ];
        if kind == KeyKind::Sm2 {
            leaves.push((Profile::SealMaker, subject("Maker"), "any"));
            leaves.push((Profile::Sealer, sealer.clone(), "any"));
        } else {
            leaves.push((Profile::DocumentSigner, subject("Signer"), "any"));
        }
        for (profile, subject, purpose) in leaves {
            let leaf = issue(&profile, &subject, &leaf_key, Some((&ca, &ca_key)));
            assert_openssl_verifies(&ca, &leaf, purpose);
        }
    }
}

#[test]
fn extensions_are_those_of_the_profile() {
    let (root_key, leaf_key) = (key(&KeyKind::Sm2), key(&KeyKind::Sm2));
    let root = issue(&Profile::Root, &subject("Root"), &root_key, None);
    let issuer = Some((&root, &root_key));
    let sealer = issue(&Profile::Sealer, &subject("S"), &leaf_key, issuer);
    assert_eq!(
        sealer.extensions().key_usage.map(KeyUsage::names),
        Some(vec!["digitalSignature", "nonRepudiation"])
    );
    assert!(!sealer.is_ca() && root.is_ca());
    assert_eq!(sealer.serial(), [0, 0x81, 2, 3]);
    let stamper = issue(&Profile::TimeStamper, &subject("T"), &leaf_key, issuer);
    assert!(stamper.extensions().is_critical(&oid::EXTENDED_KEY_USAGE));
    assert_eq!(stamper.extensions().extended_key_usage, Some(vec![oid::KP_TIME_STAMPING]));
    let linked = stamper.extensions().authority_key_identifier.clone().expect("AKI").key;
    assert_eq!(linked, root.extensions().subject_key_identifier);
    // SM2: the identifier without parameters.
    assert_eq!(hex::encode(sealer.signature_algorithm()), "300a06082a811ccf55018375");
}

#[test]
fn what_a_profile_does_not_allow() {
    let (root_key, rsa) = (key(&KeyKind::Sm2), key(&KeyKind::P256));
    let root = issue(&Profile::Root, &subject("Root"), &root_key, None);
    let name = subject("X");
    let good = Issuance {
        serial: &[1],
        not_before: datetime!(2026-01-01 0:00 UTC),
        not_after: datetime!(2051-01-01 0:00 UTC),
        subject: &name,
        public_key: root_key.public_key(),
        issuer: Issuer::Certificate(&root),
        suite: Suite::Sm2Sm3,
        crl_uri: None,
        ocsp_uri: None,
    };
    let sealer = |issuance: Issuance<'_>| prepare(&Profile::Sealer, &issuance);
    assert!(sealer(good).is_ok());
    for serial in [&[][..], &[0, 0], &[0x80; 20], &[1; 21]] {
        assert_eq!(sealer(Issuance { serial, ..good }), Err(ProfileError::Serial));
    }
    let reversed = Issuance { not_after: good.not_before, ..good };
    assert_eq!(sealer(reversed), Err(ProfileError::Validity));
    let p256 = Issuance { public_key: rsa.public_key(), ..good };
    assert_eq!(sealer(p256), Err(ProfileError::Key(KeyKind::P256)));
    assert_eq!(prepare(&Profile::DocumentSigner, &good), Err(ProfileError::Key(KeyKind::Sm2)));
    assert_eq!(sealer(Issuance { issuer: Issuer::Itself, ..good }), Err(ProfileError::Issuer));
    assert_eq!(prepare(&Profile::Root, &good), Err(ProfileError::Issuer));
    assert_eq!(sealer(Issuance { subject: &[0x30, 0], ..good }), Err(ProfileError::Subject));
    assert_eq!(prepare(&Profile::TlsServer(vec![]), &good), Err(ProfileError::ServerNames));
}

#[test]
fn sealer_subjects_follow_the_convention() {
    let subject = sealer_subject("11320500014150050B", "苏州市民政局", "32050000011053");
    let name = crate::x509::Name::parse(&subject.expect("a subject")).expect("a name");
    assert_eq!(name.to_string(), "CN=32050000011053, O=11320500014150050B苏州市民政局, C=CN");
    assert!(sealer_subject("1132", "x", "32050000011053").is_err());
    assert!(sealer_subject("11320500014150050B", "x", "3205").is_err());
    assert!(sealer_subject("11320500014150050B", " ", "32050000011053").is_err());
}
