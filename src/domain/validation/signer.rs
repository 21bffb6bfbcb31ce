//! Who is to sign, judged before anything is signed: the same anchors, rules and lists by which the
//! signature will be judged afterwards, and nothing left open.

use super::judge::BUDGET;
use super::policy::Policy;
use super::trust::{Basis, Moments, NoPath, Trust, Unknown};
use formats::x509::Certificate;
use formats::x509::crl::Reason;
use formats::x509::revocation::Status;
use time::OffsetDateTime;

/// Why a certificate is not one to sign with now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerRefused {
    /// No anchor is reached, or it does not vouch for those who sign documents.
    #[error("no anchor vouches for the certificate: {0}")]
    Untrusted(String),
    /// A certificate ended or has not begun.
    #[error("the certificate is outside its validity: {0}")]
    Expired(String),
    /// The certificate is for something else.
    #[error("the certificate is not for signing documents: {0}")]
    KeyUsage(String),
    /// The path breaks a rule, or a key is too weak.
    #[error("the certificate breaks a rule: {0}")]
    Rule(String),
    /// It, or one above it, was revoked or is on hold.
    #[error("the certificate was revoked")]
    Revoked,
    /// Revocation is asked for, and nobody at hand speaks of the certificate.
    #[error("whether the certificate was revoked is not known now")]
    StatusUnknown,
}

impl From<NoPath> for SignerRefused {
    fn from(none: NoPath) -> Self {
        match none {
            NoPath::Untrusted(reason) | NoPath::NotEntitled(reason) => Self::Untrusted(reason),
            NoPath::Expired(reason) | NoPath::NotYetValid(reason) => Self::Expired(reason),
            NoPath::KeyUsage(reason) => Self::KeyUsage(reason),
            NoPath::Rule(reason) => Self::Rule(reason),
        }
    }
}

/// The certificates above that of somebody who may sign documents at a moment, without the root, which
/// every verifier has itself; `carried` came with it and only helps to find the way to an anchor.
///
/// # Errors
/// Why not. What is unknown is refused too: a signature that is asked for is asked for to be believed.
pub fn judge_signer(
    certificate: &Certificate,
    carried: &[Certificate],
    policy: &Policy,
    at: OffsetDateTime,
) -> Result<Vec<Certificate>, SignerRefused> {
    if certificate.is_ca() {
        return Err(SignerRefused::KeyUsage("it is one of an authority".to_owned()));
    }
    let (mut budget, unknown) = (BUDGET, Unknown::default());
    let basis = Basis { policy, unknown: &unknown, materials: &[] };
    let moments = Moments { signed: at, best: at, at };
    let trust = Trust::of_document_signer(certificate, carried, basis, moments, &mut budget);
    let none = || NoPath::Untrusted("there is no path".to_owned());
    let path = trust.signer.unwrap_or_else(|| Err(none()))?;
    if let Some(weak) = policy.weak(&path) {
        return Err(SignerRefused::Rule(format!("{}: its key is too weak", weak.subject())));
    }
    let revoked = |state: &Status| match state {
        Status::Revoked(found) => found.reason != Some(Reason::RemoveFromCrl),
        _ => false,
    };
    if trust.signer_status.iter().any(revoked) {
        return Err(SignerRefused::Revoked);
    }
    let good = |state: &Status| matches!(state, Status::Good { .. });
    if policy.revocation.is_asked() && !trust.signer_status.iter().all(good) {
        return Err(SignerRefused::StatusUnknown);
    }
    let above = path.certificates.into_iter().skip(1);
    Ok(above.filter(|one| !one.is_self_issued()).collect())
}
