//! Answers over the bytes as stored (RFC 6960, clause 4.2).

use super::id::sha1;
use super::request::{explicit, read_extensions, read_version};
use super::{
    ANSWER_BYTES_MAX, CERTIFICATES_MAX, CertId, CertStatus, OcspError, Refusal, SINGLES_MAX,
};
use crate::algorithm::{Digest, PublicKey};
use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};
use crate::x509::Certificate;
use crate::x509::certificate::CertificateSignatureError;
use crate::x509::crl::Reason;
use crate::x509::name::Name;
use crate::x509::signed::Signed;
use std::sync::Arc;
use time::OffsetDateTime;

/// A successful answer: `OCSPResponse` around `BasicOCSPResponse`. Cloning is cheap.
#[derive(Clone)]
pub struct Answer(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    signed: Signed,
    responder: ResponderId,
    produced_at: OffsetDateTime,
    singles: Vec<SingleAnswer>,
    nonce: Option<Vec<u8>>,
    unknown_critical: Option<Oid>,
    certificates: Vec<Certificate>,
}

/// `ResponderID ::= CHOICE { byName [1] Name, byKey [2] KeyHash }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponderId {
    /// Its name.
    Name(Name),
    /// A digest of its public key: SHA-1, and SM3 where nothing else is used.
    Key(Vec<u8>),
}

fn key_fits(key: &[u8], hash: &[u8]) -> bool {
    sha1(key) == hash || Digest::Sm3.hash(&[key]) == hash
}

impl ResponderId {
    /// True when it names the holder of a certificate.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => name == certificate.subject(),
            Self::Key(hash) => {
                certificate.public_key().is_ok_and(|key| key_fits(key.subject_public_key(), hash))
            }
        }
    }
}

/// `SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, nextUpdate [0] OPTIONAL,
/// singleExtensions [1] OPTIONAL }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleAnswer {
    /// Which certificate.
    pub id: CertId,
    /// What is said of it.
    pub status: CertStatus,
    /// When that was known to be right.
    pub this_update: OffsetDateTime,
    /// When newer information will be there at the latest.
    pub next_update: Option<OffsetDateTime>,
    /// Since when the key is thought to have been unsafe.
    pub invalid_since: Option<OffsetDateTime>,
}

impl Answer {
    /// Reads an `OCSPResponse`; nothing may follow it.
    ///
    /// # Errors
    /// Not an answer, or a refusal.
    pub fn parse(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > ANSWER_BYTES_MAX {
            return Err(OcspError::TooLarge(der.len()));
        }
        let mut outer = Reader::only(der, tag::SEQUENCE)?.reader();
        let status = outer.read(tag::ENUMERATED)?;
        let body = outer.optional(tag::context(0))?;
        outer.finish()?;
        let bad = DerError::value(status.offset(), "OCSPResponseStatus");
        let body = match (status.content(), body) {
            ([0], Some(body)) => explicit(body)?,
            ([number], None) => {
                return Err(OcspError::Refused(Refusal::from_number(*number).ok_or(bad)?));
            }
            _ => return Err(bad.into()),
        };
        let mut fields = body.reader();
        if fields.read(tag::OID)?.oid()? != oid::OCSP_BASIC {
            return Err(OcspError::Type);
        }
        let mut basic = fields.read(tag::OCTET_STRING)?.reader();
        fields.finish()?;
        let read = Self::basic(der, basic.read(tag::SEQUENCE)?)?;
        basic.finish()?;
        Ok(read)
    }

    /// Reads a `BasicOCSPResponse` that stands by itself, as in the attribute revocationValues.
    ///
    /// # Errors
    /// Not such an answer.
    pub fn parse_basic(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > ANSWER_BYTES_MAX {
            return Err(OcspError::TooLarge(der.len()));
        }
        Self::basic(der, Reader::only(der, tag::SEQUENCE)?)
    }

    fn basic(der: &[u8], element: Element<'_>) -> Result<Self, OcspError> {
        let mut outer = element.reader();
        let (signed, tbs) = Signed::read(&mut outer)?;
        let carried = outer.optional(tag::context(0))?;
        outer.finish()?;

        let mut fields = tbs.reader();
        read_version(fields.optional(tag::context(0))?)?;
        let responder = responder(fields.any()?)?;
        let produced_at = fields.read(tag::GENERALIZED_TIME)?.time()?;
        let list = fields.read(tag::SEQUENCE)?.reader().collect()?;
        let (found, max) = (list.len(), SINGLES_MAX);
        if found > max {
            return Err(OcspError::TooMany { what: "single answers", found, max });
        }
        let extensions = fields.optional(tag::context(1))?.map(explicit).transpose()?;
        fields.finish()?;
        let extensions = match extensions {
            Some(list) => read_extensions(list, tbs.offset())?,
            None => Default::default(),
        };
        let mut unknown_critical = extensions.unknown_critical;
        let singles = list.into_iter().map(|one| single(one, &mut unknown_critical));
        let singles = singles.collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Parsed {
            der: der.to_vec(),
            signed,
            responder,
            produced_at,
            singles,
            nonce: extensions.nonce,
            unknown_critical,
            certificates: carried.map_or(Ok(Vec::new()), certificates)?,
        })))
    }

    /// The answer as stored.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Who answers, by its own word.
    #[must_use]
    pub fn responder(&self) -> &ResponderId {
        &self.0.responder
    }

    /// When it was signed.
    #[must_use]
    pub fn produced_at(&self) -> OffsetDateTime {
        self.0.produced_at
    }

    /// What is said, certificate by certificate.
    #[must_use]
    pub fn singles(&self) -> &[SingleAnswer] {
        &self.0.singles
    }

    /// What is said of a certificate below its issuer: the newest, when it is said more than once.
    #[must_use]
    pub fn about(&self, subject: &Certificate, issuer: &Certificate) -> Option<&SingleAnswer> {
        let about = self.0.singles.iter().filter(|single| single.id.fits(subject, issuer));
        about.max_by_key(|single| single.this_update)
    }

    /// The nonce of the question, if it is repeated.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_deref()
    }

    /// A critical extension that is not known: such an answer says nothing.
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&Oid> {
        self.0.unknown_critical.as_ref()
    }

    /// The readable certificates that travel with it: claims.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }

    /// Checks the signature, SM2 with the default identifier. One that held is not computed again.
    ///
    /// # Errors
    /// The algorithm is not in the allow-list, or the signature is not the key's.
    pub fn verify_signature(&self, key: &PublicKey) -> Result<(), CertificateSignatureError> {
        self.0.signed.verify(self.der(), key)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let singles = self.singles().len();
        write!(f, "Answer({:?}, {}, {singles} certificates)", self.responder(), self.produced_at())
    }
}

fn responder(element: Element<'_>) -> Result<ResponderId, DerError> {
    let mut inner = element.reader();
    let responder = match element.tag() {
        name if name == tag::context(1) => ResponderId::Name(Name::read(inner.any()?)?),
        key if key == tag::context(2) => {
            ResponderId::Key(inner.read(tag::OCTET_STRING)?.content().to_vec())
        }
        _ => return Err(DerError::value(element.offset(), "ResponderID")),
    };
    inner.finish()?;
    Ok(responder)
}

fn single(
    element: Element<'_>,
    unknown_critical: &mut Option<Oid>,
) -> Result<SingleAnswer, DerError> {
    let mut fields = element.expect(tag::SEQUENCE)?.reader();
    let id = CertId::read(fields.any()?)?;
    let status = cert_status(fields.any()?)?;
    let this_update = fields.read(tag::GENERALIZED_TIME)?.time()?;
    let next_update = match fields.optional(tag::context(0))? {
        Some(field) => Some(Reader::only(field.content(), tag::GENERALIZED_TIME)?.time()?),
        None => None,
    };
    let mut invalid_since = None;
    if let Some(field) = fields.optional(tag::context(1))? {
        let extensions = read_extensions(explicit(field)?, element.offset())?;
        invalid_since = extensions.invalid_since;
        *unknown_critical = unknown_critical.take().or(extensions.unknown_critical);
    }
    fields.finish()?;
    Ok(SingleAnswer { id, status, this_update, next_update, invalid_since })
}

fn cert_status(element: Element<'_>) -> Result<CertStatus, DerError> {
    let empty = element.content().is_empty();
    match element.tag() {
        good if good == tag::context_primitive(0) && empty => Ok(CertStatus::Good),
        unknown if unknown == tag::context_primitive(2) && empty => Ok(CertStatus::Unknown),
        revoked if revoked == tag::context(1) => {
            let mut fields = element.reader();
            let at = fields.read(tag::GENERALIZED_TIME)?.time()?;
            let reason = fields.optional(tag::context(0))?.map(reason).transpose()?;
            fields.finish()?;
            Ok(CertStatus::Revoked { at, reason })
        }
        _ => Err(DerError::value(element.offset(), "CertStatus")),
    }
}

fn reason(field: Element<'_>) -> Result<Reason, DerError> {
    let code = Reader::only(field.content(), tag::ENUMERATED)?;
    let bad = DerError::value(field.offset(), "CRLReason");
    let [number] = code.content() else { return Err(bad) };
    // A single answer takes nothing back (RFC 5280, clause 5.3.1: removeFromCRL is of delta lists).
    let known = Reason::from_number(*number).filter(|reason| *reason != Reason::RemoveFromCrl);
    known.ok_or(bad)
}

fn certificates(field: Element<'_>) -> Result<Vec<Certificate>, OcspError> {
    let members = explicit(field)?.reader().collect()?;
    let (found, max) = (members.len(), CERTIFICATES_MAX);
    if found > max {
        return Err(OcspError::TooMany { what: "certificates", found, max });
    }
    Ok(members.iter().filter_map(|member| Certificate::parse(member.raw()).ok()).collect())
}
