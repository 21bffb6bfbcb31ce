//! Clients with certificates, and who vouches for them.

use super::service::empty_folder;
use formats::algorithm::{KeyKind, PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};
use formats::oid;
use formats::x509::Certificate;
use formats::x509::crl::{self, CrlIssuance, Reason, Revoked};
use formats::x509::name::write::name;
use formats::x509::profile::{self, Issuance, Issuer, Profile};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// Not secret; different with each call.
struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        self.0 += 1;
        for (byte, value) in bytes.iter_mut().zip(self.0.to_be_bytes().iter().rev().cycle()) {
            *byte = *value ^ 0x5a;
        }
        Ok(())
    }
}

/// Who vouches for clients.
pub struct Authority {
    key: PrivateKey,
    certificate: Certificate,
    random: Counting,
    serial: u8,
    /// Where it is believed.
    pub folder: PathBuf,
}

/// A client.
pub struct Client {
    key: PrivateKey,
    /// Its certificate.
    pub certificate: Certificate,
}

impl Authority {
    /// One with keys of a kind, believed in a folder of this name.
    pub fn new(kind: &KeyKind, folder: &str) -> Self {
        let mut random = Counting(u64::from(std::process::id()));
        let key = PrivateKey::generate(kind, &mut random).expect("a key");
        let validity = Duration::days(-365)..Duration::days(365);
        let certificate = certified(&Profile::Root, "样例认证机构", 1, &key, None, validity);
        let folder = empty_folder(folder);
        fs::write(folder.join("root.der"), certificate.der()).expect("written");
        Self { key, certificate, random, serial: 1, folder }
    }

    /// A client of this name, whose certificate is valid between these moments from now.
    pub fn client(&mut self, name: &str, validity: std::ops::Range<Duration>) -> Client {
        let key = PrivateKey::generate(&self.key.kind(), &mut self.random).expect("a key");
        self.serial += 1;
        let issuer = Some((&self.certificate, &self.key));
        let certificate = certified(&Profile::Staff, name, self.serial, &key, issuer, validity);
        Client { key, certificate }
    }

    /// Says which certificates were revoked.
    pub fn revoke(&self, revoked: &[&Client]) {
        let now = OffsetDateTime::now_utc().replace_nanosecond(0).expect("a whole second");
        let one = |client: &&Client| Revoked {
            serial: client.certificate.serial().to_vec(),
            at: now - Duration::MINUTE,
            reason: Reason::KeyCompromise,
            invalid_since: None,
        };
        let revoked: Vec<Revoked> = revoked.iter().map(one).collect();
        let issuance = CrlIssuance {
            issuer: &self.certificate,
            suite: self.key.default_suite(),
            number: 1,
            this_update: now - Duration::MINUTE,
            next_update: now + Duration::days(1),
            revoked: &revoked,
        };
        let prepared = crl::prepare(&issuance).expect("prepared");
        let list = prepared.assemble(&sign(&self.key, prepared.message())).expect("a list");
        fs::write(self.folder.join("clients.crl"), list.der()).expect("written");
    }
}

/// Between a day ago and a month from now.
pub const NOW: std::ops::Range<Duration> = Duration::days(-1)..Duration::days(30);

fn sign(key: &PrivateKey, message: &[u8]) -> Vec<u8> {
    key.sign(key.default_suite(), SM2_DEFAULT_ID, message, &mut Counting(7)).expect("signed")
}

fn certified(
    profile: &Profile,
    common_name: &str,
    serial: u8,
    key: &PrivateKey,
    issuer: Option<(&Certificate, &PrivateKey)>,
    validity: std::ops::Range<Duration>,
) -> Certificate {
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).expect("a whole second");
    let signer = issuer.map_or(key, |(_, signer)| signer);
    let issuance = Issuance {
        serial: &[serial],
        not_before: now + validity.start,
        not_after: now + validity.end,
        subject: &name(&[(oid::COMMON_NAME, common_name)]),
        public_key: key.public_key(),
        issuer: issuer.map_or(Issuer::Itself, |(certificate, _)| Issuer::Certificate(certificate)),
        suite: signer.default_suite(),
        crl_uri: None,
        ocsp_uri: None,
    };
    let prepared = profile::prepare(profile, &issuance).expect("prepared");
    prepared.assemble(&sign(signer, prepared.message())).expect("a certificate")
}

impl Client {
    /// Its certificate as a gateway hands it on (RFC 9440).
    pub fn header(&self) -> String {
        use base64::Engine as _;
        let der = self.certificate.der();
        format!(":{}:", base64::engine::general_purpose::STANDARD.encode(der))
    }

    /// Its certificate as a file.
    pub fn pem(&self) -> String {
        formats::x509::to_pem("CERTIFICATE", self.certificate.der())
    }
}

/// The folder of the test PKI of this role.
pub fn role(role: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("certs-test").join(role)
}

/// TLS to the server of the test PKI, as this client or as nobody.
pub fn tls(client: Option<&Client>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let root = role("root-rsa").join("certificate.pem");
    roots.add(CertificateDer::from_pem_file(root).expect("a certificate")).expect("a root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    Arc::new(match client {
        None => builder.with_no_client_auth(),
        Some(one) => {
            let chain = vec![CertificateDer::from(one.certificate.der().to_vec())];
            let key = PrivateKeyDer::Pkcs8(one.key.to_pkcs8().to_vec().into());
            builder.with_client_auth_cert(chain, key).expect("a key that fits")
        }
    })
}
