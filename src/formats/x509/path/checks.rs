//! What is asked of the leaf and of each issuer on its own.

use super::error::subject_of;
use super::{PathError, PathRequest, Usage};
use crate::oid::{self, Oid};
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;

/// The leaf before any search.
pub(super) fn leaf(request: &PathRequest<'_>) -> Result<(), PathError> {
    extensions(request.leaf)?;
    key_usage(request.leaf, request.usage)?;
    purposes(request.leaf, request.usage)?;
    validity(request, request.leaf)
}

/// A certificate as the issuer above a chain.
pub(super) fn issuer(
    request: &PathRequest<'_>,
    chain: &[&Certificate],
    issuer: &Certificate,
) -> Result<(), PathError> {
    let subject = || subject_of(issuer);
    if !issuer.is_ca() {
        return Err(PathError::NotCa { subject: subject() });
    }
    let usage = issuer.extensions().key_usage;
    if usage.is_some_and(|usage| !usage.any_of(KeyUsage::KEY_CERT_SIGN)) {
        return Err(PathError::IssuerKeyUsage { subject: subject() });
    }
    // The leaf is not an intermediate, and self-issued certificates do not count (clause 6.1.4 l).
    let below = chain.iter().skip(1).filter(|certificate| !certificate.is_self_issued()).count();
    let constraint = issuer.extensions().basic_constraints.and_then(|found| found.path_len);
    let allowed =
        constraint.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if below > allowed.min(request.intermediates_max) {
        return Err(PathError::TooLong { subject: subject() });
    }
    extensions(issuer)?;
    validity(request, issuer)
}

/// Unknown critical extensions, and malformed ones that decide something.
fn extensions(certificate: &Certificate) -> Result<(), PathError> {
    let extensions = certificate.extensions();
    if let Some(oid) = extensions.unknown_critical() {
        let (subject, oid) = (subject_of(certificate), oid.clone());
        return Err(PathError::UnknownCriticalExtension { subject, oid });
    }
    let decides = |oid: &&Oid| DECIDING.contains(oid) || extensions.is_critical(oid);
    match extensions.malformed.iter().find(decides) {
        None => Ok(()),
        Some(oid) => {
            let (subject, oid) = (subject_of(certificate), oid.clone());
            Err(PathError::MalformedExtension { subject, oid })
        }
    }
}

const DECIDING: [Oid; 8] = [
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::NAME_CONSTRAINTS,
    oid::CERTIFICATE_POLICIES,
    oid::POLICY_MAPPINGS,
    oid::POLICY_CONSTRAINTS,
    oid::INHIBIT_ANY_POLICY,
];

fn validity(request: &PathRequest<'_>, certificate: &Certificate) -> Result<(), PathError> {
    let at = request.at;
    if certificate.is_valid_at(at) {
        return Ok(());
    }
    let subject = subject_of(certificate);
    let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
    Err(if at < not_before {
        PathError::NotYetValid { subject, not_before, at }
    } else {
        PathError::Expired { subject, not_after, at }
    })
}

fn key_usage(leaf: &Certificate, usage: Usage) -> Result<(), PathError> {
    let signer = KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION);
    let needed = match usage {
        Usage::SealMaker | Usage::Sealer | Usage::DocumentSigner | Usage::TimeStamping => signer,
        Usage::OcspSigning => signer,
        Usage::CrlSigning => KeyUsage::CRL_SIGN,
        Usage::TlsServer => KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::KEY_ENCIPHERMENT),
        Usage::TlsClient => KeyUsage::DIGITAL_SIGNATURE,
        Usage::Any => return Ok(()),
    };
    match leaf.extensions().key_usage {
        Some(found) if !found.any_of(needed) => {
            let found = found.names().join(", ");
            Err(PathError::KeyUsage { subject: subject_of(leaf), found })
        }
        _ => Ok(()),
    }
}

/// extKeyUsage. Signers of seals and documents carry many different purposes, so for them only
/// those are refused that say "this and nothing else".
fn purposes(leaf: &Certificate, usage: Usage) -> Result<(), PathError> {
    let listed = leaf.extensions().extended_key_usage.as_deref();
    let lists = |purpose: &Oid| listed.is_some_and(|listed| listed.contains(purpose));
    let any_or =
        |purpose: &Oid| listed.is_none() || lists(&oid::ANY_EXTENDED_KEY_USAGE) || lists(purpose);
    let special = [oid::KP_TIME_STAMPING, oid::KP_OCSP_SIGNING];
    let allowed = match usage {
        Usage::SealMaker | Usage::Sealer | Usage::DocumentSigner => {
            !listed.is_some_and(|listed| listed.iter().all(|purpose| special.contains(purpose)))
        }
        // RFC 3161, clause 2.3: present, critical, and the only one.
        Usage::TimeStamping => {
            listed == Some(&[oid::KP_TIME_STAMPING][..])
                && leaf.extensions().is_critical(&oid::EXTENDED_KEY_USAGE)
        }
        // RFC 6960, clause 4.2.2.2: a delegate says so in its certificate.
        Usage::OcspSigning => lists(&oid::KP_OCSP_SIGNING),
        Usage::TlsServer => any_or(&oid::KP_SERVER_AUTH),
        Usage::TlsClient => any_or(&oid::KP_CLIENT_AUTH),
        Usage::CrlSigning | Usage::Any => true,
    };
    if allowed { Ok(()) } else { Err(PathError::ExtendedKeyUsage { subject: subject_of(leaf) }) }
}
