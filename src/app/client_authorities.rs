//! Who vouches for people and systems that prove who they are by a certificate: authorities of a
//! folder of their own. None of them is one of seals by that, and none of seals is one of them.

use crate::{App, AppError, Settings};
use domain::digest::Sha256;
use formats::x509::crl::Reason;
use formats::x509::path::{self, Budget, Path, PathError, PathRequest, Usage};
use formats::x509::revocation::{Evidence, Status, path_status};
use formats::x509::{CERTIFICATE_BYTES_MAX, Certificate};
use gateway::trust::{Look, TrustFolder, look};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use time::OffsetDateTime;

/// The authorities in use, and how their folder looked.
#[derive(Debug, Default)]
pub(crate) struct ClientAuthorities {
    now: RwLock<Arc<TrustFolder>>,
    look: Mutex<Look>,
}

/// A certificate for which an authority of clients vouches now.
#[derive(Clone, Debug)]
pub struct ClientCertificate(Certificate);

/// Why a certificate does not say who somebody is. For each there is a problem code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefused {
    /// Not a certificate, or larger than any.
    #[error("it cannot be read")]
    Unreadable,
    /// No authority of clients vouches for it, or its path breaks a rule.
    #[error("no authority of clients vouches for it")]
    Untrusted,
    /// It, or one above it, ended or has not begun.
    #[error("it is outside its validity")]
    Expired,
    /// It is for something else.
    #[error("it is not for proving who somebody is")]
    Usage,
    /// It, or one above it, was revoked or is on hold.
    #[error("it was revoked")]
    Revoked,
    /// There are revocation lists, and none speaks of it now.
    #[error("whether it was revoked is not known now")]
    StatusUnknown,
}

impl CertificateRefused {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "certificate_unreadable",
            Self::Untrusted => "certificate_untrusted",
            Self::Expired => "certificate_expired",
            Self::Usage => "certificate_not_for_clients",
            Self::Revoked => "certificate_revoked",
            Self::StatusUnknown => "certificate_status_unknown",
        }
    }
}

impl From<CertificateRefused> for AppError {
    fn from(refused: CertificateRefused) -> Self {
        Self::Unauthenticated { code: refused.code() }
    }
}

impl From<PathError> for CertificateRefused {
    fn from(error: PathError) -> Self {
        match error {
            PathError::Expired { .. } | PathError::NotYetValid { .. } => Self::Expired,
            PathError::KeyUsage { .. } | PathError::ExtendedKeyUsage { .. } => Self::Usage,
            _ => Self::Untrusted,
        }
    }
}

impl ClientCertificate {
    /// SHA-256 of the certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Sha256 {
        Sha256::from(self.0.fingerprint_sha256())
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.0
    }
}

impl ClientAuthorities {
    /// What is configured, or nobody.
    pub(crate) fn read(settings: &Settings) -> Result<Self, AppError> {
        // Looked at before it is read: what changes in between is read again.
        let look = Mutex::new(looked(settings));
        Ok(Self { now: RwLock::new(Arc::new(folder(settings)?)), look })
    }

    fn now(&self) -> Arc<TrustFolder> {
        // It is replaced in one step, and whole whatever panicked.
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn looked(settings: &Settings) -> Look {
    settings.client_authorities.as_deref().map_or_else(Look::default, |folder| look(&[folder]))
}

fn folder(settings: &Settings) -> Result<TrustFolder, AppError> {
    let read = |folder: &std::path::PathBuf| {
        TrustFolder::read(folder)
            .map_err(|cause| AppError::internal("reading the client authorities".to_owned(), cause))
    };
    settings.client_authorities.as_ref().map_or_else(|| Ok(TrustFolder::default()), read)
}

impl App {
    /// Reads the authorities of clients again if their folder changed.
    ///
    /// # Errors
    /// It cannot be read; then all is as before, and the next time is another try.
    pub fn refresh_client_authorities(&self) -> Result<(), AppError> {
        let mut look = self.client_authorities.look.lock().unwrap_or_else(PoisonError::into_inner);
        let now = looked(&self.settings);
        if *look == now {
            return Ok(());
        }
        let new = folder(&self.settings).inspect_err(|error| {
            tracing::error!(%error, "client authorities changed and cannot be read");
        })?;
        tracing::info!(authorities = new.anchors.len(), "client authorities were read anew");
        *self.client_authorities.now.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(new);
        *look = now;
        Ok(())
    }

    /// The names of the authorities of clients (DER), by which programs choose a certificate; none
    /// when certificates are not asked for.
    #[must_use]
    pub fn client_authority_names(&self) -> Option<Vec<Vec<u8>>> {
        self.settings.client_authorities.as_ref()?;
        let authorities = self.client_authorities.now();
        Some(authorities.anchors.iter().map(|one| one.subject().raw().to_vec()).collect())
    }

    /// The certificate of a client who proved to hold its key, if an authority of clients vouches
    /// for it now. `chain` came with it and only helps.
    ///
    /// # Errors
    /// Why not.
    pub fn client_certificate(
        &self,
        der: &[u8],
        chain: &[Vec<u8>],
    ) -> Result<ClientCertificate, CertificateRefused> {
        let authorities = self.client_authorities.now();
        judged(&authorities, der, chain, self.clock.now())
    }
}

fn judged(
    authorities: &TrustFolder,
    der: &[u8],
    chain: &[Vec<u8>],
    at: OffsetDateTime,
) -> Result<ClientCertificate, CertificateRefused> {
    if der.len() > CERTIFICATE_BYTES_MAX {
        return Err(CertificateRefused::Unreadable);
    }
    let leaf = Certificate::parse(der).map_err(|_| CertificateRefused::Unreadable)?;
    // An authority vouches for clients and is none.
    if leaf.is_ca() {
        return Err(CertificateRefused::Usage);
    }
    let mut between = authorities.intermediates.clone();
    between.extend(chain.iter().filter_map(|der| Certificate::parse(der).ok()));
    let anchors = &authorities.anchors;
    let mut budget = Budget::default();
    let request = PathRequest::new(&leaf, &between, anchors, at, Usage::TlsClient);
    let path = path::build(&request, &mut budget)?;
    not_revoked(authorities, &path, &between, at, &mut budget)?;
    Ok(ClientCertificate(leaf))
}

/// Without any list nothing is asked; with one, a certificate of which none speaks is not believed.
fn not_revoked(
    authorities: &TrustFolder,
    path: &Path,
    between: &[Certificate],
    at: OffsetDateTime,
    budget: &mut Budget,
) -> Result<(), CertificateRefused> {
    let TrustFolder { crls: lists, answers, anchors, .. } = authorities;
    if lists.is_empty() && answers.is_empty() {
        return Ok(());
    }
    let evidence = Evidence { lists, answers, certificates: between, ..Evidence::new(anchors, at) };
    let states = path_status(path, &evidence, budget);
    let revoked = |state: &Status| {
        let Status::Revoked(found) = state else { return false };
        found.reason != Some(Reason::RemoveFromCrl)
    };
    if states.iter().any(revoked) {
        return Err(CertificateRefused::Revoked);
    }
    let good = states.iter().all(|state| matches!(state, Status::Good { .. }));
    good.then_some(()).ok_or(CertificateRefused::StatusUnknown)
}

#[cfg(test)]
mod tests;
