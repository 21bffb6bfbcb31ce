//! Reading a list.

use super::Reason;
use crate::algorithm::PublicKey;
use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};
use crate::x509::certificate::{CertificateSignatureError, X509Error};
use crate::x509::extension::{
    AuthorityKeyIdentifier, DistributionPointName, ReasonFlags, authority_key_identifier,
    read_extension,
};
use crate::x509::general_name::GeneralName;
use crate::x509::name::Name;
use crate::x509::signed::Signed;
use std::sync::Arc;
use time::OffsetDateTime;

/// Largest list read: a quarter of a million entries. The lists of national roots have some
/// hundred bytes, those of busy authorities a megabyte.
pub const CRL_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most extensions of a list or an entry.
const EXTENSIONS_MAX: usize = 32;

/// `CertificateList` (RFC 5280, clause 5.1), over the bytes as stored. Cloning is cheap.
#[derive(Clone)]
pub struct Crl(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    signed: Signed,
    issuer: Name,
    this_update: OffsetDateTime,
    next_update: Option<OffsetDateTime>,
    entries: Vec<Entry>,
    facts: Facts,
}

/// What the extensions of a list say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Facts {
    number: Option<Vec<u8>>,
    number_is_critical: bool,
    delta_base: Option<Vec<u8>>,
    authority: Option<AuthorityKeyIdentifier>,
    scope: Option<IssuingDistributionPoint>,
    unknown_critical: Option<Oid>,
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Content of the serial number, two's complement.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: OffsetDateTime,
    /// Why, if the list says so.
    pub reason: Option<Reason>,
    /// Since when the key is thought to have been unsafe.
    pub invalid_since: Option<OffsetDateTime>,
    /// Who issued the certificate; the list's issuer when `None`.
    pub issuer: Option<Arc<Name>>,
}

/// `IssuingDistributionPoint` (RFC 5280, clause 5.2.5): for which certificates and reasons a list
/// speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuingDistributionPoint {
    /// Under which names it is published.
    pub name: Option<DistributionPointName>,
    /// Only certificates of end entities.
    pub only_users: bool,
    /// Only certificates of authorities.
    pub only_authorities: bool,
    /// Only these reasons.
    pub only_reasons: Option<ReasonFlags>,
    /// Also certificates of other issuers.
    pub indirect: bool,
    /// Only attribute certificates.
    pub only_attributes: bool,
}

impl Crl {
    /// Reads a list; nothing may follow it.
    ///
    /// # Errors
    /// Not a list, and where.
    pub fn parse(der: &[u8]) -> Result<Self, X509Error> {
        if der.len() > CRL_BYTES_MAX {
            return Err(X509Error::TooLarge(der.len()));
        }
        let mut outer = Reader::only(der, tag::SEQUENCE)?.reader();
        let (signed, tbs) = Signed::read(&mut outer)?;
        outer.finish()?;

        let mut fields = tbs.reader();
        let version = fields.optional(tag::INTEGER)?;
        let version = version.map_or(Ok(0), |version| version.small_integer())?;
        let inner = fields.read(tag::SEQUENCE)?;
        if inner.raw() != signed.algorithm(der) {
            return Err(X509Error::AlgorithmMismatch);
        }
        let issuer = Name::read(fields.any()?)?;
        let this_update = fields.any()?.time()?;
        let has_next = matches!(fields.peek(), Some(tag::UTC_TIME | tag::GENERALIZED_TIME));
        let next_update = if has_next { Some(fields.any()?.time()?) } else { None };
        let revoked = fields.optional(tag::SEQUENCE)?;
        let extensions = fields.optional(tag::context(0))?;
        fields.finish()?;
        // Version 1 has no extensions; version 2 is the highest.
        if !(0..=1).contains(&version) || (version == 0 && extensions.is_some()) {
            return Err(X509Error::Version);
        }
        let mut facts = extensions.map_or(Ok(Facts::default()), Facts::read)?;
        let entries = revoked.map_or(Ok(Vec::new()), |list| read_entries(list, &mut facts))?;
        Ok(Self(Arc::new(Parsed {
            der: der.to_vec(),
            signed,
            issuer,
            this_update,
            next_update,
            entries,
            facts,
        })))
    }

    /// The list as stored.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// When it was issued.
    #[must_use]
    pub fn this_update(&self) -> OffsetDateTime {
        self.0.this_update
    }

    /// When the next one is due at the latest.
    #[must_use]
    pub fn next_update(&self) -> Option<OffsetDateTime> {
        self.0.next_update
    }

    /// True when `at` lies between thisUpdate and nextUpdate. Without nextUpdate nobody can say
    /// that a list is current.
    #[must_use]
    pub fn is_current_at(&self, at: OffsetDateTime) -> bool {
        self.0.this_update <= at && self.0.next_update.is_some_and(|next| at <= next)
    }

    /// cRLNumber as a big-endian number without leading zeros.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        self.0.facts.number.as_deref()
    }

    /// True when cRLNumber is critical, which RFC 5280 forbids.
    #[must_use]
    pub fn number_is_critical(&self) -> bool {
        self.0.facts.number_is_critical
    }

    /// The number of the complete list that this one only changes, if it is a delta list.
    #[must_use]
    pub fn delta_base(&self) -> Option<&[u8]> {
        self.0.facts.delta_base.as_deref()
    }

    /// Identifier of the key that signed it.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&AuthorityKeyIdentifier> {
        self.0.facts.authority.as_ref()
    }

    /// For which certificates it speaks; all of its issuer when `None`.
    #[must_use]
    pub fn scope(&self) -> Option<&IssuingDistributionPoint> {
        self.0.facts.scope.as_ref()
    }

    /// The first critical extension, of the list or of an entry, that is not known. Such a list
    /// says nothing about any certificate (RFC 5280, clauses 5.2 and 5.3).
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&Oid> {
        self.0.facts.unknown_critical.as_ref()
    }

    /// Every entry, in the order of the list.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0.entries
    }

    /// The entry of a certificate, by its issuer and serial number.
    #[must_use]
    pub fn find(&self, issuer: &Name, serial: &[u8]) -> Option<&Entry> {
        let of_issuer = |entry: &Entry| match &entry.issuer {
            Some(named) => **named == *issuer,
            None => self.0.issuer == *issuer,
        };
        self.0.entries.iter().find(|entry| entry.serial == serial && of_issuer(entry))
    }

    /// Checks the signature, SM2 with the default identifier. One that held is not computed again.
    ///
    /// # Errors
    /// The algorithm is not in the allow-list, or the signature is not the key's.
    pub fn verify_signature(&self, key: &PublicKey) -> Result<(), CertificateSignatureError> {
        self.0.signed.verify(self.der(), key)
    }
}

impl std::fmt::Debug for Crl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Crl({}, {} entries)", self.issuer(), self.entries().len())
    }
}

/// Every member of an extension list: identifier, criticality, content.
type Extensions<'a> = Vec<(Oid, bool, &'a [u8])>;

fn read_extensions(sequence: Element<'_>) -> Result<Extensions<'_>, DerError> {
    let elements = sequence.expect(tag::SEQUENCE)?.reader().collect()?;
    let mut extensions: Extensions<'_> = Vec::with_capacity(elements.len());
    for element in elements {
        let extension = read_extension(element)?;
        let repeated = extensions.iter().any(|(oid, ..)| *oid == extension.0);
        if repeated || extensions.len() == EXTENSIONS_MAX {
            return Err(DerError::value(element.offset(), "extensions, each once"));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

fn number(value: &[u8]) -> Result<Vec<u8>, DerError> {
    Ok(Reader::only(value, tag::INTEGER)?.unsigned_bytes()?.to_vec())
}

impl Facts {
    fn read(field: Element<'_>) -> Result<Self, DerError> {
        let mut reader = field.reader();
        let sequence = reader.any()?;
        reader.finish()?;
        let mut facts = Self::default();
        for (oid, critical, value) in read_extensions(sequence)? {
            match oid {
                _ if oid == oid::CRL_NUMBER => {
                    facts.number = Some(number(value)?);
                    facts.number_is_critical = critical;
                }
                _ if oid == oid::DELTA_CRL_INDICATOR => facts.delta_base = Some(number(value)?),
                _ if oid == oid::AUTHORITY_KEY_IDENTIFIER => {
                    facts.authority = Some(authority_key_identifier(value)?);
                }
                _ if oid == oid::ISSUING_DISTRIBUTION_POINT => {
                    facts.scope = Some(IssuingDistributionPoint::read(value)?);
                }
                _ if critical => facts.unknown_critical = Some(oid),
                _ => {}
            }
        }
        Ok(facts)
    }
}

impl IssuingDistributionPoint {
    fn read(value: &[u8]) -> Result<Self, DerError> {
        let mut fields = Reader::only(value, tag::SEQUENCE)?.reader();
        let name = fields.optional(tag::context(0))?;
        let flag = |fields: &mut Reader<'_>, number| {
            let field = fields.optional(tag::context_primitive(number))?;
            Ok::<bool, DerError>(field.is_some_and(|field| field.content() == [0xff]))
        };
        let only_users = flag(&mut fields, 1)?;
        let only_authorities = flag(&mut fields, 2)?;
        let only_reasons = fields.optional(tag::context_primitive(3))?;
        let indirect = flag(&mut fields, 4)?;
        let only_attributes = flag(&mut fields, 5)?;
        fields.finish()?;
        Ok(Self {
            name: name.map(DistributionPointName::read).transpose()?,
            only_users,
            only_authorities,
            only_reasons: only_reasons.map(ReasonFlags::read).transpose()?,
            indirect,
            only_attributes,
        })
    }
}

/// `revokedCertificates SEQUENCE OF SEQUENCE { userCertificate, revocationDate,
/// crlEntryExtensions OPTIONAL }`. A certificateIssuer counts until the next one.
fn read_entries(list: Element<'_>, facts: &mut Facts) -> Result<Vec<Entry>, DerError> {
    let mut entries = Vec::new();
    let mut issuer: Option<Arc<Name>> = None;
    let mut reader = list.reader();
    while !reader.is_empty() {
        let mut fields = reader.sequence()?;
        let mut entry = Entry {
            serial: fields.any()?.integer_bytes()?.to_vec(),
            at: fields.any()?.time()?,
            reason: None,
            invalid_since: None,
            issuer: None,
        };
        if let Some(extensions) = fields.optional(tag::SEQUENCE)? {
            entry_extensions(extensions, &mut entry, &mut issuer, facts)?;
        }
        fields.finish()?;
        entry.issuer.clone_from(&issuer);
        entries.push(entry);
    }
    Ok(entries)
}

fn entry_extensions(
    sequence: Element<'_>,
    entry: &mut Entry,
    issuer: &mut Option<Arc<Name>>,
    facts: &mut Facts,
) -> Result<(), DerError> {
    let bad = |what| DerError::value(sequence.offset(), what);
    for (oid, critical, value) in read_extensions(sequence)? {
        match oid {
            _ if oid == oid::CRL_REASON => {
                let code = Reader::only(value, tag::ENUMERATED)?;
                let [number] = code.content() else { return Err(bad("CRLReason")) };
                entry.reason = Some(Reason::from_number(*number).ok_or(bad("CRLReason"))?);
            }
            _ if oid == oid::INVALIDITY_DATE => {
                let mut reader = Reader::new(value);
                entry.invalid_since = Some(reader.read(tag::GENERALIZED_TIME)?.time()?);
                reader.finish()?;
            }
            _ if oid == oid::CERTIFICATE_ISSUER => {
                let members = Reader::only(value, tag::SEQUENCE)?.reader().collect()?;
                let names = GeneralName::read_all(&members, sequence.offset())?;
                let directory = names.into_iter().find_map(|name| match name {
                    GeneralName::Directory(name) => Some(name),
                    _ => None,
                });
                *issuer = Some(Arc::new(directory.ok_or(bad("certificateIssuer"))?));
            }
            _ if critical && facts.unknown_critical.is_none() => {
                facts.unknown_critical = Some(oid);
            }
            _ => {}
        }
    }
    Ok(())
}
