use super::*;
use crate::shared;
use crate::x509::testpki::{AT, Entity, FROM, TO, sign, subject};
use std::process::Command;

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
    for kind in [KeyKind::Sm2, KeyKind::Rsa { bits: 2048 }, KeyKind::P256] {
        let root = Entity::root(&kind, "Root");
        let ca = root.issue(&Profile::Ca { path_len: 0 }, "CA");
        assert_openssl_verifies(&root.certificate, &root.certificate, "any");
        assert_openssl_verifies(&root.certificate, &ca.certificate, "any");
        let mut profiles = vec![
            (Profile::TimeStamper, "timestampsign"),
            (Profile::OcspResponder, "ocsphelper"),
            (Profile::Staff, "sslclient"),
            (Profile::TlsServer(hosts.clone()), "sslserver"),
        ];
        if kind == KeyKind::Sm2 {
            profiles.extend([(Profile::SealMaker, "any"), (Profile::Sealer, "any")]);
        } else {
            profiles.push((Profile::DocumentSigner, "any"));
        }
        for (profile, purpose) in profiles {
            let leaf = ca.issue(&profile, "Leaf");
            assert_openssl_verifies(&ca.certificate, &leaf.certificate, purpose);
        }
    }
}

#[test]
fn extensions_are_those_of_the_profile() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let sealer = root.issue(&Profile::Sealer, "Sealer").certificate;
    let root = &root.certificate;
    assert!(!sealer.is_ca() && root.is_ca());
    assert_eq!(
        sealer.extensions().key_usage.map(KeyUsage::names),
        Some(vec!["digitalSignature", "nonRepudiation"])
    );
    let linked = sealer.extensions().authority_key_identifier.clone().expect("AKI").key;
    assert_eq!(linked, root.extensions().subject_key_identifier);
    // SM2: the identifier without parameters.
    assert_eq!(hex::encode(sealer.signature_algorithm()), "300a06082a811ccf55018375");
}

#[test]
fn arguments_stand_in_the_certificate() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let name = sealer_subject("11320500014150050B", "苏州市民政局", "32050000011053");
    let issuance = Issuance {
        serial: &[0x81, 2, 3],
        not_before: FROM,
        not_after: TO,
        subject: &name.expect("a subject"),
        public_key: root.key.public_key(),
        issuer: Issuer::Certificate(&root.certificate),
        suite: Suite::Sm2Sm3,
        crl_uri: Some("http://crl.example/issuer.crl"),
        ocsp_uri: Some("http://ocsp.example/"),
    };
    let prepared = prepare(&Profile::TimeStamper, &issuance).expect("prepared");
    let signature = sign(&root.key, prepared.message());
    let certificate = prepared.assemble(&signature).expect("a certificate");
    assert_eq!(certificate.serial(), [0, 0x81, 2, 3]);
    assert_eq!((certificate.not_before(), certificate.not_after()), (FROM, TO));
    assert!(certificate.is_valid_at(AT));
    let shown = "CN=32050000011053, O=11320500014150050B苏州市民政局, C=CN";
    assert_eq!(certificate.subject().to_string(), shown);
    let extensions = certificate.extensions();
    assert!(extensions.malformed.is_empty());
    assert!(extensions.is_critical(&oid::EXTENDED_KEY_USAGE));
    assert_eq!(extensions.extended_key_usage, Some(vec![oid::KP_TIME_STAMPING]));
    let points = extensions.crl_distribution_points.as_deref().expect("a point");
    let uri = GeneralName::Uri("http://crl.example/issuer.crl".into());
    let full = crate::x509::extension::DistributionPointName::Full(vec![uri]);
    assert_eq!(points[0].name, Some(full));
    let ocsp = (oid::ACCESS_OCSP, GeneralName::Uri("http://ocsp.example/".into()));
    assert_eq!(extensions.authority_info_access, Some(vec![ocsp]));
}

#[test]
fn what_a_profile_does_not_allow() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let p256 = Entity::root(&KeyKind::P256, "Other");
    let name = subject("X");
    let good = Issuance {
        serial: &[1],
        not_before: FROM,
        not_after: TO,
        subject: &name,
        public_key: root.key.public_key(),
        issuer: Issuer::Certificate(&root.certificate),
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
    let p256 = Issuance { public_key: p256.key.public_key(), ..good };
    assert_eq!(sealer(p256), Err(ProfileError::Key(KeyKind::P256)));
    assert_eq!(prepare(&Profile::DocumentSigner, &good), Err(ProfileError::Key(KeyKind::Sm2)));
    assert_eq!(sealer(Issuance { issuer: Issuer::Itself, ..good }), Err(ProfileError::Issuer));
    assert_eq!(prepare(&Profile::Root, &good), Err(ProfileError::Issuer));
    assert_eq!(sealer(Issuance { subject: &[0x30, 0], ..good }), Err(ProfileError::Subject));
    assert_eq!(prepare(&Profile::TlsServer(vec![]), &good), Err(ProfileError::ServerNames));
}

#[test]
fn sealer_subjects_follow_the_convention() {
    assert!(sealer_subject("11320500014150050B", "x", "32050000011053").is_ok());
    assert!(sealer_subject("1132", "x", "32050000011053").is_err());
    assert!(sealer_subject("11320500014150050B", "x", "3205").is_err());
    assert!(sealer_subject("11320500014150050B", " ", "32050000011053").is_err());
}
