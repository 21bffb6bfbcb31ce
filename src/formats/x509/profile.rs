//! Making certificates: a profile decides the extensions, the caller gives serial number, times
//! and keys, and somebody signs the prepared bytes.
//!
//! The same arguments give the same bytes.

use super::certificate::{Certificate, X509Error};
use super::extension::KeyUsage;
use super::general_name::{GeneralName, write as general_name};
use super::name::write as name;
use crate::algorithm::{Digest, KeyKind, PublicKey, Suite};
use crate::der::{tag, write};
use crate::oid::{self, Oid};
use time::OffsetDateTime;

/// What a certificate is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A trust anchor: signs certificates and lists.
    Root,
    /// Issues certificates below a root.
    Ca {
        /// How many further CA certificates may follow below it.
        path_len: u32,
    },
    /// Signs electronic seals (GB/T 38540, the maker).
    SealMaker,
    /// Signs with an electronic seal; its subject follows [`sealer_subject`].
    Sealer,
    /// Signs PDF documents for readers that know RSA or ECDSA.
    DocumentSigner,
    /// Signs documents with a key of its own: a person or a company.
    Signatory,
    /// Signs time stamps (RFC 3161, clause 2.3).
    TimeStamper,
    /// Signs OCSP answers for its issuer (RFC 6960, clause 4.2.2.2).
    OcspResponder,
    /// A person who logs in.
    Staff,
    /// A server, by its names and addresses.
    TlsServer(Vec<GeneralName>),
}

/// Who issues: the certificate of a CA, or the subject itself.
#[derive(Clone, Copy, Debug)]
pub enum Issuer<'a> {
    /// Self-signed
    Itself,
    /// An issuing certificate
    Certificate(&'a Certificate),
}

/// Everything of a new certificate that its profile does not decide.
#[derive(Clone, Copy, Debug)]
pub struct Issuance<'a> {
    /// Magnitude of the serial number: 1 to 20 bytes, the first below 0x80 when 20 long, not zero.
    pub serial: &'a [u8],
    /// First second of the validity.
    pub not_before: OffsetDateTime,
    /// Last second of the validity.
    pub not_after: OffsetDateTime,
    /// The subject as DER, see [`super::name::write::name`].
    pub subject: &'a [u8],
    /// The subject's key.
    pub public_key: &'a PublicKey,
    /// Who issues.
    pub issuer: Issuer<'a>,
    /// With what the issuer signs.
    pub suite: Suite,
    /// Where the issuer's revocation list will be.
    pub crl_uri: Option<&'a str>,
    /// Where the issuer's OCSP responder is.
    pub ocsp_uri: Option<&'a str>,
}

/// Why a certificate was not prepared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Zero, too long, or negative.
    #[error("a serial number is 1 to 20 bytes and positive")]
    Serial,
    /// The validity ends before it begins, or cannot be written.
    #[error("validity does not end after it begins, within years 1950 to 9999")]
    Validity,
    /// The subject is not a name, or is empty.
    #[error("subject is not a name")]
    Subject,
    /// A part of a sealer's subject is not what the convention asks for.
    #[error("{0}")]
    SealerSubject(&'static str),
    /// The key is of a kind that the profile does not allow.
    #[error("a key of kind {0} does not go with the profile")]
    Key(KeyKind),
    /// A root is issued by itself, every other profile by a CA.
    #[error("only a root is issued by itself, and by nobody else")]
    Issuer,
    /// A TLS server without a name, or with a name of another form than host or address.
    #[error("a server certificate names hosts and addresses")]
    ServerNames,
}

/// The subject of a sealer: `C=CN, O=<credit code><organization>, CN=<seal code>`, as certificates
/// of government seals have it; the seal code is the esID of the seal.
///
/// # Errors
/// The credit code has not 18 characters, the seal code not 14 digits, or the name is empty.
pub fn sealer_subject(
    credit_code: &str,
    organization: &str,
    seal_code: &str,
) -> Result<Vec<u8>, ProfileError> {
    let code = credit_code.len() == 18 && credit_code.bytes().all(|b| b.is_ascii_alphanumeric());
    let seal = seal_code.len() == 14 && seal_code.bytes().all(|byte| byte.is_ascii_digit());
    match (code, seal, organization.trim().is_empty()) {
        (false, _, _) => {
            Err(ProfileError::SealerSubject("a unified social credit code has 18 characters"))
        }
        (_, false, _) => Err(ProfileError::SealerSubject("a seal code has 14 digits")),
        (_, _, true) => Err(ProfileError::SealerSubject("the organization has no name")),
        (true, true, false) => Ok(name::name(&[
            (oid::COUNTRY, "CN"),
            (oid::ORGANIZATION, &format!("{credit_code}{organization}")),
            (oid::COMMON_NAME, seal_code),
        ])),
    }
}

/// A certificate whose signature is still missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    tbs: Vec<u8>,
    algorithm: Vec<u8>,
}

impl Prepared {
    /// The bytes to sign, with the suite of the issuance and for SM2 the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.tbs
    }

    /// The certificate with its signature; SM2 and ECDSA signatures as DER.
    ///
    /// # Errors
    /// Never for bytes from [`prepare`]; the result is read back as any certificate.
    pub fn assemble(&self, signature: &[u8]) -> Result<Certificate, X509Error> {
        let signature = write::bit_string(signature);
        Certificate::parse(&write::sequence(&[&self.tbs, &self.algorithm, &signature]))
    }
}

/// `TBSCertificate` (RFC 5280, clause 4.1.2) of version 3.
///
/// # Errors
/// An argument is not what the profile or the standard allows.
pub fn prepare(profile: &Profile, issuance: &Issuance<'_>) -> Result<Prepared, ProfileError> {
    let subject = super::Name::parse(issuance.subject).map_err(|_| ProfileError::Subject)?;
    if subject.is_empty() {
        return Err(ProfileError::Subject);
    }
    profile.check_key(issuance.public_key)?;
    let issuer = match (issuance.issuer, profile) {
        (Issuer::Itself, Profile::Root) => issuance.subject,
        (Issuer::Certificate(issuer), profile) if *profile != Profile::Root && issuer.is_ca() => {
            issuer.subject().raw()
        }
        _ => return Err(ProfileError::Issuer),
    };
    let algorithm = issuance.suite.algorithm_identifier();
    let tbs = write::sequence(&[
        &write::tlv(tag::context(0), &write::integer(2)),
        &serial(issuance.serial)?,
        &algorithm,
        issuer,
        &validity(issuance.not_before, issuance.not_after)?,
        issuance.subject,
        issuance.public_key.to_spki(),
        &write::tlv(tag::context(3), &profile.extensions(issuance)?),
    ]);
    Ok(Prepared { tbs, algorithm })
}

/// A positive INTEGER of at most 20 bytes (RFC 5280, clause 4.1.2.2).
pub(super) fn serial(magnitude: &[u8]) -> Result<Vec<u8>, ProfileError> {
    let written = write::unsigned(magnitude);
    let zero = magnitude.iter().all(|byte| *byte == 0);
    if zero || written.len() > 2 + 20 { Err(ProfileError::Serial) } else { Ok(written) }
}

fn validity(from: OffsetDateTime, to: OffsetDateTime) -> Result<Vec<u8>, ProfileError> {
    let years = 1950..=9999;
    let writable = |at: OffsetDateTime| years.contains(&at.to_utc().year());
    if to <= from || !writable(from) || !writable(to) {
        return Err(ProfileError::Validity);
    }
    Ok(write::sequence(&[&moment(from), &moment(to)]))
}

/// UTCTime through the year 2049, GeneralizedTime from 2050 (RFC 5280, clause 4.1.2.5).
pub(super) fn moment(at: OffsetDateTime) -> Vec<u8> {
    if at.to_utc().year() < 2050 { write::utc_time(at) } else { write::generalized_time(at) }
}

/// The identifier of a key: the first 160 bits of SHA-256 (RFC 7093, clause 2, method 1).
#[must_use]
pub fn key_identifier(key: &PublicKey) -> Vec<u8> {
    let mut value = Digest::Sha256.hash(&[key.subject_public_key()]);
    value.truncate(20);
    value
}

impl Profile {
    fn check_key(&self, key: &PublicKey) -> Result<(), ProfileError> {
        let kind = key.kind();
        let allowed = match self {
            Self::SealMaker | Self::Sealer => kind == KeyKind::Sm2,
            // Readers of PDF know RSA and the NIST curves only.
            Self::DocumentSigner => matches!(kind, KeyKind::Rsa { .. } | KeyKind::P256),
            Self::Signatory => matches!(kind, KeyKind::Sm2 | KeyKind::Rsa { .. } | KeyKind::P256),
            _ => !matches!(kind, KeyKind::Unsupported(_)),
        };
        let weak = matches!(kind, KeyKind::Rsa { bits } if bits < crate::algorithm::RSA_BITS_MIN);
        if allowed && !weak { Ok(()) } else { Err(ProfileError::Key(kind)) }
    }

    fn key_usage(&self, key: &PublicKey) -> KeyUsage {
        let signer = KeyUsage::DIGITAL_SIGNATURE;
        match self {
            Self::Root | Self::Ca { .. } => KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN),
            Self::SealMaker | Self::Sealer | Self::DocumentSigner | Self::Signatory => {
                signer.and(KeyUsage::NON_REPUDIATION)
            }
            Self::TlsServer(_) if matches!(key.kind(), KeyKind::Rsa { .. }) => {
                signer.and(KeyUsage::KEY_ENCIPHERMENT)
            }
            Self::TimeStamper | Self::OcspResponder | Self::Staff | Self::TlsServer(_) => signer,
        }
    }

    /// extKeyUsage and whether it is critical.
    fn purposes(&self) -> Option<(bool, Oid)> {
        match self {
            Self::Root | Self::Ca { .. } | Self::SealMaker | Self::Sealer => None,
            Self::DocumentSigner | Self::Signatory => Some((false, oid::KP_DOCUMENT_SIGNING)),
            Self::TimeStamper => Some((true, oid::KP_TIME_STAMPING)),
            Self::OcspResponder => Some((false, oid::KP_OCSP_SIGNING)),
            Self::Staff => Some((false, oid::KP_CLIENT_AUTH)),
            Self::TlsServer(_) => Some((false, oid::KP_SERVER_AUTH)),
        }
    }

    /// The SEQUENCE OF Extension, always in the same order.
    fn extensions(&self, issuance: &Issuance<'_>) -> Result<Vec<u8>, ProfileError> {
        let mut all = vec![
            extension(&oid::BASIC_CONSTRAINTS, true, &self.basic_constraints()),
            extension(&oid::KEY_USAGE, true, &self.key_usage(issuance.public_key).to_der()),
        ];
        if let Some((critical, purpose)) = self.purposes() {
            let value = write::sequence(&[&write::oid(&purpose)]);
            all.push(extension(&oid::EXTENDED_KEY_USAGE, critical, &value));
        }
        if let Self::TlsServer(names) = self {
            all.push(extension(&oid::SUBJECT_ALT_NAME, false, &server_names(names)?));
        }
        let own = write::octet_string(&key_identifier(issuance.public_key));
        all.push(extension(&oid::SUBJECT_KEY_IDENTIFIER, false, &own));
        if let Issuer::Certificate(issuer) = issuance.issuer {
            all.push(extension(&oid::AUTHORITY_KEY_IDENTIFIER, false, &authority(issuer)));
        }
        all.extend(issuance.crl_uri.map(crl_distribution_point));
        all.extend(issuance.ocsp_uri.map(ocsp_access));
        if *self == Self::OcspResponder {
            all.push(extension(&oid::OCSP_NO_CHECK, false, &write::null()));
        }
        Ok(write::sequence(&all.iter().map(Vec::as_slice).collect::<Vec<_>>()))
    }

    fn basic_constraints(&self) -> Vec<u8> {
        match self {
            Self::Root => write::sequence(&[&write::boolean(true)]),
            Self::Ca { path_len } => {
                write::sequence(&[&write::boolean(true), &write::integer((*path_len).into())])
            }
            _ => write::sequence(&[]),
        }
    }
}

/// One extension; `critical` is written only when true, as DER asks.
pub(super) fn extension(oid: &Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    let (oid, value) = (write::oid(oid), write::octet_string(value));
    if critical {
        write::sequence(&[&oid, &write::boolean(true), &value])
    } else {
        write::sequence(&[&oid, &value])
    }
}

/// The issuer's own key identifier, so that the two always agree.
pub(super) fn authority(issuer: &Certificate) -> Vec<u8> {
    let named = issuer.extensions().subject_key_identifier.clone();
    let computed = || issuer.public_key().map(key_identifier).unwrap_or_default();
    let identifier = named.unwrap_or_else(computed);
    write::sequence(&[&write::tlv(tag::context_primitive(0), &identifier)])
}

fn server_names(names: &[GeneralName]) -> Result<Vec<u8>, ProfileError> {
    let written: Option<Vec<Vec<u8>>> = names
        .iter()
        .map(|name| match name {
            GeneralName::Dns(host) if host.is_ascii() && !host.is_empty() => {
                Some(general_name::dns(host))
            }
            other => other.address().map(general_name::ip),
        })
        .collect();
    match written {
        Some(written) if !written.is_empty() => {
            Ok(write::sequence(&written.iter().map(Vec::as_slice).collect::<Vec<_>>()))
        }
        _ => Err(ProfileError::ServerNames),
    }
}

fn crl_distribution_point(uri: &str) -> Vec<u8> {
    let full = write::tlv(tag::context(0), &general_name::uri(uri));
    let point = write::sequence(&[&write::tlv(tag::context(0), &full)]);
    extension(&oid::CRL_DISTRIBUTION_POINTS, false, &write::sequence(&[&point]))
}

fn ocsp_access(uri: &str) -> Vec<u8> {
    let method = write::oid(&oid::ACCESS_OCSP);
    let access = write::sequence(&[&method, &general_name::uri(uri)]);
    extension(&oid::AUTHORITY_INFO_ACCESS, false, &write::sequence(&[&access]))
}

#[cfg(test)]
mod tests;
