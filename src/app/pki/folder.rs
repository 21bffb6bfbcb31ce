//! The PKI of the tests: one folder a role with key and certificate, made again byte for byte from
//! the keys that are there.

use super::plan::{self, Identity, Keys, Plan, Validity};
use crate::AppError;
use formats::algorithm::{KeyKind, PrivateKey, PublicKey, Random, RandomFailed, Suite};
use formats::x509::crl::{Reason, Revoked};
use formats::x509::general_name::GeneralName;
use formats::x509::profile::{Profile, sealer_subject};
use formats::x509::to_pem;
use gateway::random::SystemRandom;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use time::macros::datetime;

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PkiSummary {
    /// Roles, in the order of making.
    pub roles: Vec<String>,
    /// How many keys were new; 0 when the folder was complete.
    pub new_keys: usize,
}

const LONG: Validity =
    Validity { from: datetime!(2026-01-01 00:00 UTC), to: datetime!(2045-12-31 23:59:59 UTC) };
/// The lists are of the day after the last revocation, and current as long as the certificates.
const LISTED: Validity = Validity { from: datetime!(2026-02-02 00:00 UTC), to: LONG.to };
const OVER: Validity =
    Validity { from: datetime!(2024-01-01 00:00 UTC), to: datetime!(2025-12-31 23:59:59 UTC) };

/// An invented organization: its code is formally right and of no division that exists.
const ORGANIZATION: &str = "样例测试机构";
const CREDIT_CODE: &str = "11999900MB00000946";

struct Role {
    name: &'static str,
    issuer: Option<&'static str>,
    profile: fn() -> Profile,
    kind: KeyKind,
    validity: Validity,
    seal_code: Option<&'static str>,
}

const RSA: KeyKind = KeyKind::Rsa { bits: 2048 };

const fn role(
    name: &'static str,
    issuer: Option<&'static str>,
    profile: fn() -> Profile,
    kind: KeyKind,
) -> Role {
    Role { name, issuer, profile, kind, validity: LONG, seal_code: None }
}

fn roles() -> Vec<Role> {
    let sealer = |name, seal_code, validity| Role {
        validity,
        seal_code: Some(seal_code),
        ..role(name, Some("ca-sm2"), || Profile::Sealer, KeyKind::Sm2)
    };
    let server = || {
        let loopback = GeneralName::Ip(vec![127, 0, 0, 1]);
        Profile::TlsServer(vec![GeneralName::Dns("localhost".to_owned()), loopback])
    };
    vec![
        role("root-sm2", None, || Profile::Root, KeyKind::Sm2),
        role("root-rsa", None, || Profile::Root, RSA),
        role("ca-sm2", Some("root-sm2"), || Profile::Ca { path_len: 0 }, KeyKind::Sm2),
        role("ca-rsa", Some("root-rsa"), || Profile::Ca { path_len: 0 }, RSA),
        role("seal-maker", Some("ca-sm2"), || Profile::SealMaker, KeyKind::Sm2),
        sealer("seal-signer", "99990000000001", LONG),
        sealer("expired", "99990000000002", OVER),
        sealer("revoked", "99990000000003", LONG),
        role("document-signer-rsa", Some("ca-rsa"), || Profile::DocumentSigner, RSA),
        role("document-signer-p256", Some("ca-rsa"), || Profile::DocumentSigner, KeyKind::P256),
        role("time-stamper-sm2", Some("ca-sm2"), || Profile::TimeStamper, KeyKind::Sm2),
        role("time-stamper-rsa", Some("ca-rsa"), || Profile::TimeStamper, RSA),
        role("staff", Some("ca-sm2"), || Profile::Staff, KeyKind::Sm2),
        role("tls-server", Some("ca-rsa"), server, KeyKind::P256),
    ]
}

/// Makes the test PKI in `folder`: keys that are there are kept, missing ones are made, and every
/// certificate is made anew, the same bytes for the same keys.
///
/// # Errors
/// When the folder cannot be written, or a key in it cannot be read.
pub fn make(folder: &Path, progress: &mut dyn FnMut(&str)) -> Result<PkiSummary, AppError> {
    let mut keys = FolderKeys { folder: folder.to_owned(), held: BTreeMap::new(), new: 0 };
    let mut made: BTreeMap<&str, Identity> = BTreeMap::new();
    let mut names = Vec::new();
    for (place, role) in roles().into_iter().enumerate() {
        progress(role.name);
        let subject = match role.seal_code {
            Some(code) => sealer_subject(CREDIT_CODE, ORGANIZATION, code)
                .map_err(|cause| AppError::internal("naming a test sealer".to_owned(), cause))?,
            None => plan::subject(ORGANIZATION, &format!("样例 SAMPLE {}", role.name)),
        };
        let plan = Plan {
            key: role.name,
            profile: (role.profile)(),
            kind: role.kind,
            subject,
            // Fixed numbers, so that the bytes are the same each time.
            serial: vec![0x20, 0x26, u8::try_from(place + 1).unwrap_or(u8::MAX)],
            validity: role.validity,
        };
        let issuer = role.issuer.and_then(|issuer| made.get(issuer));
        let identity = plan.carry_out(issuer, &mut keys)?;
        let path = folder.join(role.name).join("certificate.pem");
        let pem = to_pem("CERTIFICATE", identity.certificate.der());
        std::fs::write(&path, pem)
            .map_err(|cause| AppError::internal(format!("writing {}", path.display()), cause))?;
        made.insert(role.name, identity);
        names.push(role.name.to_owned());
    }
    let revoked = Revoked {
        serial: made["revoked"].certificate.serial().to_vec(),
        at: datetime!(2026-02-01 00:00 UTC),
        reason: Reason::KeyCompromise,
        invalid_since: None,
    };
    for (name, entries) in [
        ("root-sm2", &[][..]),
        ("root-rsa", &[]),
        ("ca-sm2", std::slice::from_ref(&revoked)),
        ("ca-rsa", &[]),
    ] {
        let list = made[name].list(LISTED, entries, &mut keys)?;
        let path = folder.join(name).join("revoked.crl");
        std::fs::write(&path, list)
            .map_err(|cause| AppError::internal(format!("writing {}", path.display()), cause))?;
    }
    Ok(PkiSummary { roles: names, new_keys: keys.new })
}

/// Keys as PKCS#8 files: only for tests, and only in the folder of the test PKI.
struct FolderKeys {
    folder: PathBuf,
    held: BTreeMap<String, PrivateKey>,
    new: usize,
}

impl FolderKeys {
    fn load(&mut self, name: &str, kind: &KeyKind) -> Result<&PrivateKey, AppError> {
        if !self.held.contains_key(name) {
            let folder = self.folder.join(name);
            let path = folder.join("key.pem");
            let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
                AppError::internal(format!("the test key {}", path.display()), cause)
            };
            let key = if path.exists() {
                let text = std::fs::read_to_string(&path).map_err(|cause| failed(cause.into()))?;
                let blocks = formats::x509::pem_blocks(&text, "PRIVATE KEY")
                    .map_err(|cause| failed(cause.into()))?;
                let der = blocks.first().ok_or_else(|| failed("no key in it".into()))?;
                PrivateKey::from_pkcs8(der).map_err(|cause| failed(cause.into()))?
            } else {
                let key = PrivateKey::generate(kind, &mut SystemRandom)
                    .map_err(|cause| failed(cause.into()))?;
                std::fs::create_dir_all(&folder).map_err(|cause| failed(cause.into()))?;
                std::fs::write(&path, to_pem("PRIVATE KEY", &key.to_pkcs8()))
                    .map_err(|cause| failed(cause.into()))?;
                self.new += 1;
                key
            };
            self.held.insert(name.to_owned(), key);
        }
        Ok(&self.held[name])
    }
}

impl Keys for FolderKeys {
    fn public_key(&mut self, name: &str, kind: &KeyKind) -> Result<PublicKey, AppError> {
        Ok(self.load(name, kind)?.public_key().clone())
    }

    fn sign(&mut self, name: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, AppError> {
        // The kind is only asked for a missing key, and an issuer's key is there by now.
        let key = self.load(name, &KeyKind::Sm2)?;
        plan::sign_in_memory(key, suite, message, &mut NoChance)
    }
}

/// No chance at all: the nonce then depends on key and message alone, so that a certificate is
/// made again byte for byte. Right for this, and for nothing else.
struct NoChance;

impl Random for NoChance {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        bytes.fill(0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_keys_give_the_same_certificates() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = make(folder.path(), &mut |_| {}).expect("made");
        assert_eq!(first.new_keys, first.roles.len());
        let read = |role: &str| {
            std::fs::read(folder.path().join(role).join("certificate.pem")).expect("a certificate")
        };
        let before: Vec<Vec<u8>> = first.roles.iter().map(|role| read(role)).collect();
        let second = make(folder.path(), &mut |_| {}).expect("made again");
        assert_eq!((second.new_keys, &second.roles), (0, &first.roles));
        let after: Vec<Vec<u8>> = second.roles.iter().map(|role| read(role)).collect();
        assert!(before == after, "a certificate changed");
    }
}
