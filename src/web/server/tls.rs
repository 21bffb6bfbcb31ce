//! TLS 1.2 and 1.3: our certificate, read anew when its files change, and certificates of clients,
//! asked for and not demanded.

use crate::settings::TlsFiles;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoClientAuth, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme};
use std::fmt::Display;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

/// Our certificate and key, and how their files looked.
#[derive(Debug)]
pub(super) struct Shown {
    files: TlsFiles,
    now: RwLock<Arc<CertifiedKey>>,
    look: Mutex<Look>,
}

type Look = [Option<(SystemTime, u64)>; 2];

impl Shown {
    /// # Errors
    /// The files cannot be used; the error names one.
    pub(super) fn read(files: &TlsFiles) -> io::Result<Self> {
        // Looked at before they are read: what changes in between is read again.
        let look = Mutex::new(look(files));
        Ok(Self { now: RwLock::new(Arc::new(read(files)?)), look, files: files.clone() })
    }

    /// Reads the files again if they changed. While they do not go together (one was replaced, the
    /// other not yet), what was shown still is.
    pub(super) fn refresh(&self) {
        let mut look_then = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        let look_now = look(&self.files);
        if *look_then == look_now {
            return;
        }
        match read(&self.files) {
            Ok(new) => {
                *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                tracing::info!("the TLS certificate was read anew");
            }
            Err(error) => tracing::error!(%error, "the TLS files changed and cannot be used"),
        }
        *look_then = look_now;
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn look(files: &TlsFiles) -> Look {
    [&files.certificates, &files.key].map(|file| {
        let about = std::fs::metadata(file).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn unusable(path: &Path, error: &dyn Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {error}", path.display()))
}

fn read(files: &TlsFiles) -> io::Result<CertifiedKey> {
    let in_certificates = |error: &dyn Display| unusable(&files.certificates, error);
    let certificates: Vec<_> = CertificateDer::pem_file_iter(&files.certificates)
        .and_then(Iterator::collect)
        .map_err(|error| in_certificates(&error))?;
    if certificates.is_empty() {
        return Err(in_certificates(&"it has no certificate"));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| unusable(&files.key, &error))?;
    CertifiedKey::from_der(certificates, key, &aws_lc_rs::default_provider())
        .map_err(|error| in_certificates(&error))
}

/// The settings of TLS; with `client_authorities` (their names as DER) clients are asked for a
/// certificate.
///
/// # Errors
/// Never with the provider that is built in.
pub(super) fn config(
    shown: Arc<Shown>,
    client_authorities: Option<Vec<Vec<u8>>>,
) -> io::Result<ServerConfig> {
    let provider = aws_lc_rs::default_provider();
    let clients: Arc<dyn ClientCertVerifier> = match client_authorities {
        Some(names) => Arc::new(Possession::new(&provider, names)),
        None => Arc::new(NoClientAuth),
    };
    ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_client_cert_verifier(clients).with_cert_resolver(shown))
        .map_err(io::Error::other)
}

/// Has clients prove that they hold the key of the certificate they show, and nothing more: who is
/// believed is judged with each request, by the engine that judges seals, so that a certificate
/// that is not believed gets an answer in words instead of a broken connection, and one that was
/// revoked meanwhile does not live on in an open one.
#[derive(Debug)]
struct Possession {
    schemes: WebPkiSupportedAlgorithms,
    authorities: Vec<DistinguishedName>,
}

impl Possession {
    fn new(provider: &CryptoProvider, authorities: Vec<Vec<u8>>) -> Self {
        let authorities = authorities.into_iter().map(DistinguishedName::from).collect();
        Self { schemes: provider.signature_verification_algorithms, authorities }
    }
}

impl ClientCertVerifier for Possession {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.authorities
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.schemes)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.schemes)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.supported_schemes()
    }
}
