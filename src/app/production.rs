//! In production nothing of the demo and of the tests is used: their keys are public, or invented.

use crate::{App, AppError};
use domain::sealing::{KeyPurpose, KeyState};
use formats::x509::Certificate;
use std::sync::LazyLock;

/// Stands in every name that the demo and the test PKI give.
const SAMPLE: &str = "样例";

macro_rules! test_certificates {
    ($($role:literal)*) => {
        [$(include_str!(concat!("../../certs-test/", $role, "/certificate.pem"))),*]
    };
}

/// The certificates of the test PKI, whose private keys everybody has.
const TEST_CERTIFICATES: [&str; 14] = test_certificates!(
    "ca-rsa" "ca-sm2" "document-signer-p256" "document-signer-rsa" "expired" "revoked" "root-rsa"
    "root-sm2" "seal-maker" "seal-signer" "staff" "time-stamper-rsa" "time-stamper-sm2" "tls-server"
);

/// Their public keys, SubjectPublicKeyInfo.
static TEST_KEYS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let certificates = TEST_CERTIFICATES.iter().filter_map(|pem| Certificate::from_pem(pem).ok());
    certificates.filter_map(|one| Some(one.public_key().ok()?.to_spki().to_vec())).collect()
});

impl App {
    /// Refuses the demo's data, and every active key and anchor that is one of the tests or whose
    /// certificate says 样例.
    pub(crate) fn require_production(&self) -> Result<(), AppError> {
        if self.settings.data.join("demo").exists() || self.settings.sample_mark {
            return Err(refused("the data folder is the demo's, or everything is marked 样例"));
        }
        for purpose in KeyPurpose::ALL {
            for key in self.store.signing_key_list(*purpose)? {
                let chain = key.chain.iter().filter_map(|der| Certificate::parse(der).ok());
                let known = TEST_KEYS.contains(&key.public_key);
                if key.state == KeyState::Active && (known || chain.into_iter().any(is_of_tests)) {
                    return Err(refused(&format!("key {} ({purpose})", key.id)));
                }
            }
        }
        let trust = self.trust.now();
        match trust.trust.anchor_certificates().find(|one| is_of_tests((*one).clone())) {
            Some(anchor) => Err(refused(&format!("trust anchor {}", anchor.subject()))),
            None => Ok(()),
        }
    }
}

fn is_of_tests(certificate: Certificate) -> bool {
    let says = |name: String| name.contains(SAMPLE);
    let key =
        certificate.public_key().is_ok_and(|key| TEST_KEYS.iter().any(|k| k == key.to_spki()));
    key || says(certificate.subject().to_string()) || says(certificate.issuer().to_string())
}

fn refused(what: &str) -> AppError {
    AppError::Refused {
        code: "test_keys_in_production",
        detail: format!("custody.production refuses what is for tests: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use domain::id::KeyId;
    use domain::sealing::SigningKey;

    fn open(folder: &std::path::Path) -> Result<App, AppError> {
        App::open(Settings { production: true, ..Settings::in_folder(folder) })
    }

    #[track_caller]
    fn is_refused(folder: &std::path::Path, what: &str) {
        match open(folder) {
            Err(AppError::Refused { code: "test_keys_in_production", detail }) => {
                assert!(detail.contains(what), "{detail}");
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("{what} is taken"),
        }
    }

    #[test]
    fn every_test_key_is_known() {
        assert_eq!(TEST_KEYS.len(), TEST_CERTIFICATES.len());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../certs-test");
        let roles = std::fs::read_dir(folder).unwrap().flatten();
        let roles = roles.filter(|role| role.path().join("certificate.pem").exists());
        assert_eq!(roles.count(), TEST_CERTIFICATES.len());
    }

    #[test]
    fn what_is_for_tests_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()).expect("nothing of the tests is there"));
        let trust = folder.path().join("trust");
        std::fs::create_dir_all(&trust).unwrap();
        std::fs::write(trust.join("root.pem"), TEST_CERTIFICATES[7]).unwrap();
        is_refused(folder.path(), "trust anchor");
        std::fs::remove_file(trust.join("root.pem")).unwrap();
        let key = SigningKey {
            id: KeyId::mint(time::OffsetDateTime::UNIX_EPOCH, [1; 10]),
            organization: None,
            purpose: KeyPurpose::TimeStamper,
            kind: "SM2".to_owned(),
            public_key: TEST_KEYS[0].clone(),
            chain: Vec::new(),
            custody: "0".repeat(32),
            state: KeyState::Active,
            created_at: time::OffsetDateTime::UNIX_EPOCH,
        };
        let app = App::open(Settings::in_folder(folder.path())).expect("it opens otherwise");
        app.store.signing_key_insert(&key).unwrap();
        drop(app);
        is_refused(folder.path(), "(time_stamper)");
        let demo = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(demo.path().join("demo")).unwrap();
        is_refused(demo.path(), "the demo's");
    }
}
