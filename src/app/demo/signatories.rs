//! The applicants of the demo who sign with a key of their own: invented, with keys in files that
//! everybody may use. The service has none of them.

use crate::AppError;
use crate::pki::{Identity, Keys, Plan, Validity};
use formats::algorithm::{KeyKind, PrivateKey, PublicKey, Suite};
use formats::oid;
use formats::x509::name::write::name;
use formats::x509::profile::Profile;
use formats::x509::{Certificate, to_pem};
use gateway::random::SystemRandom;
use std::fs;
use std::path::Path;

/// Folder of their keys and certificates below the demo's.
pub(super) const FOLDER: &str = "signatories";

/// Somebody who signs.
pub(super) struct Signatory {
    /// Its folder.
    pub(super) folder: &'static str,
    /// Its kind of key.
    pub(super) kind: KeyKind,
    /// Its name.
    name: &'static str,
    /// Whether it is a company.
    company: bool,
}

/// One for each algorithm.
pub(super) const SIGNATORIES: [Signatory; 3] = [
    Signatory { folder: "sm2", kind: KeyKind::Sm2, name: "样例申请人甲", company: false },
    Signatory { folder: "p256", kind: KeyKind::P256, name: "样例申报公司", company: true },
    Signatory {
        folder: "rsa",
        kind: KeyKind::Rsa { bits: 2048 },
        name: "样例申请人乙",
        company: false,
    },
];

impl Signatory {
    /// Makes the key and its certificate below `issuer`, whose key `keys` have, and writes both.
    pub(super) fn make(
        &self,
        issuer: &Identity,
        keys: &mut dyn Keys,
        (serial, validity): (Vec<u8>, Validity),
        demo: &Path,
    ) -> Result<(), AppError> {
        let made = PrivateKey::generate(&self.kind, &mut SystemRandom);
        let key = made.map_err(|cause| AppError::internal("making a key".to_owned(), cause))?;
        let common_name = (oid::COMMON_NAME, self.name);
        let subject = match self.company {
            true => name(&[(oid::COUNTRY, "CN"), (oid::ORGANIZATION, self.name), common_name]),
            false => name(&[(oid::COUNTRY, "CN"), common_name]),
        };
        let (kind, profile) = (self.kind.clone(), Profile::Signatory);
        let plan = Plan { key: self.folder, profile, kind, subject, serial, validity };
        let mut keys = OwnKey { own: &key, authority: keys };
        let identity = plan.carry_out(Some(issuer), &mut keys)?;
        let folder = demo.join(FOLDER).join(self.folder);
        let failed = |cause| AppError::internal(format!("writing {}", folder.display()), cause);
        fs::create_dir_all(&folder).map_err(failed)?;
        let chain: String = identity.path().iter().map(Certificate::to_pem).collect();
        fs::write(folder.join("certificate.pem"), chain).map_err(failed)?;
        fs::write(folder.join("key.pem"), to_pem("PRIVATE KEY", &key.to_pkcs8())).map_err(failed)
    }
}

/// A key that is not in custody, and an authority whose key is.
struct OwnKey<'a> {
    own: &'a PrivateKey,
    authority: &'a mut dyn Keys,
}

impl Keys for OwnKey<'_> {
    fn public_key(&mut self, _name: &str, _kind: &KeyKind) -> Result<PublicKey, AppError> {
        Ok(self.own.public_key().clone())
    }

    fn sign(&mut self, name: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, AppError> {
        self.authority.sign(name, suite, message)
    }
}
