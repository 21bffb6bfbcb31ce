//! Whom TLS believes: the certificates of one file, or those of the system.

use super::SenderError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where systems keep what they trust: Debian and its kin, Red Hat and its kin, Alpine.
const BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Whom to believe; `None` when nothing is configured and the system has no bundle.
///
/// # Errors
/// The named file cannot be read or has no certificate.
pub(super) fn config(ca_file: Option<&Path>) -> Result<Option<Arc<ClientConfig>>, SenderError> {
    let bundle = || BUNDLES.map(PathBuf::from).into_iter().find(|path| path.is_file());
    let Some(path) = ca_file.map(Path::to_owned).or_else(bundle) else { return Ok(None) };
    let unusable = |reason: String| SenderError::CaFile { path: path.clone(), reason };
    let certificates: Vec<CertificateDer<'_>> = CertificateDer::pem_file_iter(&path)
        .and_then(Iterator::collect)
        .map_err(|cause| unusable(cause.to_string()))?;
    let mut roots = RootCertStore::empty();
    // A system's bundle may hold some that nobody can use any more.
    let (usable, _) = roots.add_parsable_certificates(certificates);
    if usable == 0 {
        return Err(unusable("it has no certificate that can be used".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| unusable(cause.to_string()))?;
    Ok(Some(Arc::new(versions.with_root_certificates(roots).with_no_client_auth())))
}
