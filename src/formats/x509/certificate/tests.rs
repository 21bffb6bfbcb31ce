use super::*;
use crate::algorithm::KeyKind;
use crate::shared;
use crate::x509::extension::KeyUsage;

fn sample(name: &str) -> Option<Certificate> {
    let path = shared::shared("certificate", &format!("samples/certs/{name}"))?;
    let bytes = std::fs::read(path).expect("readable");
    let read = match std::str::from_utf8(&bytes) {
        Ok(text) => Certificate::from_pem(text).expect(name),
        Err(_) => Certificate::parse(&bytes).expect(name),
    };
    Some(read)
}

#[test]
fn every_sample_certificate_is_read() {
    let Some(folder) = shared::shared("certificate", "samples/certs") else { return };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .filter(|name| !name.ends_with(".crl"))
        .collect();
    names.sort();
    for name in &names {
        let certificate = sample(name).expect("present");
        assert_eq!(certificate.public_key().map(PublicKey::kind), Ok(KeyKind::Sm2), "{name}");
        assert_eq!(certificate.version(), Version::V3);
        assert!(certificate.not_before() < certificate.not_after());
        let usage = certificate.extensions().key_usage.expect("keyUsage");
        let signer = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
        let needed = if certificate.is_ca() { KeyUsage::KEY_CERT_SIGN } else { signer };
        assert!(usage.any_of(needed), "{name}: {:?}", usage.names());
        assert_eq!(certificate.extensions().unknown_critical(), None, "{name}");
    }
    assert_eq!(names.len(), 17);
}

#[test]
fn sample_chains_verify() {
    let pairs = [
        ("ca_Taier_CA.pem", "rootca_ROOTCA.pem"),
        ("ca_Ant_Financial_Certification_Authority_S1.pem", "rootca_ROOTCA.pem"),
        ("ca_TJCA.pem", "rootca_Civil_Servant_ROOT.pem"),
        ("rootca_ROOTCA.pem", "rootca_ROOTCA.pem"),
        ("rootca_Device_ROOT.pem", "rootca_Device_ROOT.pem"),
        ("rootca_Civil_Servant_ROOT.pem", "rootca_Civil_Servant_ROOT.pem"),
    ];
    for (subject, issuer) in pairs {
        let (Some(subject), Some(issuer)) = (sample(subject), sample(issuer)) else { return };
        assert_eq!(subject.issuer(), issuer.subject());
        assert_eq!(subject.verify_signature(issuer.public_key().expect("a key")), Ok(()));
    }
    let (Some(wrong), Some(root)) = (sample("ca_TJCA.pem"), sample("rootca_ROOTCA.pem")) else {
        return;
    };
    assert!(wrong.verify_signature(root.public_key().expect("a key")).is_err());
}

#[test]
fn names_of_government_seals_are_shown() {
    let Some(signer) = sample("zibo-land-seal-signer.der") else { return };
    assert_eq!(signer.subject().common_name(), Some("37030000001721"));
    assert_eq!(
        signer.issuer().to_string(),
        "CN=CEGN_SEAL_CA, x500UniqueIdentifier=B00102, O=12100000000018032A, C=CN"
    );
    assert_eq!(signer.serial_hex(), "20031000136757");
}

/// Signed without Z, over keys whose algorithm is not named `id-ecPublicKey`: readable, and never
/// confirmed.
#[test]
fn certificates_signed_without_z_are_refused() {
    let read = |name: &str| {
        let path = shared::shared("certificate", &format!("vectors/third-party/kat/{name}"))?;
        let text = std::fs::read_to_string(path).expect("text");
        Some(Certificate::from_pem(&text).expect(name))
    };
    let Some(root) = read("sm2-noza-root-cert.pem") else { return };
    assert_eq!(root.public_key(), Err(&KeyError::Parameters));
    // The same key under its proper name, so that only Z is in question.
    let point = &root.spki()[root.spki().len() - 65..];
    let point = crate::sm::PublicKey::from_point(point).expect("on the curve");
    let key = PublicKey::of_sm2(&point);
    assert!(root.verify_signature(&key).is_err());
    assert!(read("sm2-noza-cert.pem").expect("present").verify_signature(&key).is_err());
    assert_eq!(read("sm2-root-cert.pem").expect("present").verify_signature(&key), Ok(()));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn damaged_certificates_do_not_panic(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let Some(certificate) = sample("zibo-land-seal-signer.der") else { return Ok(()) };
            let mut der = certificate.der().to_vec();
            let at = at.index(der.len());
            der[at] = byte;
            let _ = Certificate::parse(&der).map(|read| read.subject().to_string());
            let _ = Certificate::parse(&der[..cut.index(der.len())]);
        }
    }
}
