//! Why there is no valid path.

use super::Exhausted;
use crate::algorithm::{AlgorithmError, KeyError};
use crate::oid::Oid;
use crate::x509::certificate::Certificate;
use time::OffsetDateTime;

/// Why there is no valid path. Names are those of certificates in question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The search was given up.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// No certificate of the issuer leads to an anchor.
    #[error("no trusted certificate of the issuer {issuer}")]
    UnknownIssuer {
        /// The name looked for.
        issuer: String,
    },
    /// No certificate with the issuer's name made the signature.
    #[error("the signature on the certificate of {subject} is not its issuer's")]
    SignatureInvalid {
        /// Whose certificate.
        subject: String,
    },
    /// The signature algorithm is not in the allow-list or does not go with the issuer's key.
    #[error("the certificate of {subject} is signed with an algorithm that is not accepted")]
    Algorithm {
        /// Whose certificate.
        subject: String,
        /// What is wrong with the algorithm.
        #[source]
        cause: AlgorithmError,
    },
    /// The key of a certificate in the path is malformed.
    #[error("the key in the certificate of {subject} is not acceptable")]
    Key {
        /// Whose certificate.
        subject: String,
        /// What is wrong with the key.
        #[source]
        cause: KeyError,
    },
    /// An issuer in the path is not a certification authority.
    #[error("{subject} is not a certification authority")]
    NotCa {
        /// Whose certificate.
        subject: String,
    },
    /// An issuer in the path may not sign certificates.
    #[error("the key usage of {subject} does not include keyCertSign")]
    IssuerKeyUsage {
        /// Whose certificate.
        subject: String,
    },
    /// The path is longer than an issuer in it allows, or than was asked for.
    #[error("the path below {subject} is longer than allowed")]
    TooLong {
        /// Where the limit stands.
        subject: String,
    },
    /// A certificate in the path has a critical extension that is not known.
    #[error("the certificate of {subject} has the unknown critical extension {oid}")]
    UnknownCriticalExtension {
        /// Whose certificate.
        subject: String,
        /// Which extension.
        oid: Oid,
    },
    /// A certificate in the path has a malformed extension.
    #[error("the extension {oid} in the certificate of {subject} is malformed")]
    MalformedExtension {
        /// Whose certificate.
        subject: String,
        /// Which extension.
        oid: Oid,
    },
    /// A certificate in the path is outside the names that an issuer above it may certify.
    #[error("the certificate of {subject} is outside the name constraints of {issuer}: {name}")]
    NameConstraints {
        /// Whose certificate.
        subject: String,
        /// Who constrains.
        issuer: String,
        /// The name in question, or what is wrong with it.
        name: String,
    },
    /// The path is not valid under an acceptable certificate policy.
    #[error("the path is not valid under any acceptable certificate policy")]
    Policy,
    /// A certificate does not have the form that the rules ask of its issuer.
    #[error("the certificate of {subject}: {rule}")]
    Rule {
        /// Whose certificate.
        subject: String,
        /// What is not kept.
        rule: &'static str,
    },
    /// A certificate in the path was not valid yet.
    #[error("the certificate of {subject} is valid only from {not_before}, not at {at}")]
    NotYetValid {
        /// Whose certificate.
        subject: String,
        /// First second of its validity.
        not_before: OffsetDateTime,
        /// The moment asked for.
        at: OffsetDateTime,
    },
    /// A certificate in the path was no longer valid.
    #[error("the certificate of {subject} was valid until {not_after}, not at {at}")]
    Expired {
        /// Whose certificate.
        subject: String,
        /// Last second of its validity.
        not_after: OffsetDateTime,
        /// The moment asked for.
        at: OffsetDateTime,
    },
    /// The leaf's keyUsage does not allow the use.
    #[error("the key usage of {subject} ({found}) does not allow the use")]
    KeyUsage {
        /// Whose certificate.
        subject: String,
        /// What it allows.
        found: String,
    },
    /// The leaf's extKeyUsage does not allow the use.
    #[error("the extended key usage of {subject} does not allow the use")]
    ExtendedKeyUsage {
        /// Whose certificate.
        subject: String,
    },
    /// The leaf does not carry the name asked for.
    #[error("the certificate is not for {peer}")]
    PeerName {
        /// The name asked for.
        peer: String,
    },
}

impl PathError {
    /// How much the reason tells, when several paths failed. A path that broke at its last check
    /// tells more than one that was never found; the leaf's own faults tell most.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::UnknownIssuer { .. } => 0,
            Self::NotCa { .. } | Self::IssuerKeyUsage { .. } => 1,
            Self::SignatureInvalid { .. } => 2,
            Self::TooLong { .. } => 3,
            Self::Key { .. } | Self::Algorithm { .. } => 4,
            Self::UnknownCriticalExtension { .. } | Self::MalformedExtension { .. } => 5,
            Self::Rule { .. } => 6,
            Self::Policy => 7,
            Self::NameConstraints { .. } => 8,
            Self::NotYetValid { .. } | Self::Expired { .. } => 9,
            Self::KeyUsage { .. } | Self::ExtendedKeyUsage { .. } | Self::PeerName { .. } => 10,
            Self::Exhausted(_) => 11,
        }
    }
}

pub(super) fn subject_of(certificate: &Certificate) -> String {
    certificate.subject().to_string()
}
