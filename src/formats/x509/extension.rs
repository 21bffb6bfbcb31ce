//! Certificate extensions (RFC 5280, clause 4.2; GB/T 20518, clause 5.2.4).

use super::general_name::GeneralName;
use super::policy::{PolicyConstraints, PolicyInformation, PolicyMapping};
use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};

/// Most extensions of one certificate. The richest in hand carries 15.
const EXTENSIONS_MAX: usize = 64;
/// Most members of one list inside an extension: more is made to exhaust, not to inform.
const LIST_MAX: usize = 4096;

/// `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue
/// OCTET STRING }` as it stands in the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Which extension.
    pub oid: Oid,
    /// Whether who does not understand it must refuse the certificate.
    pub critical: bool,
    /// The content of extnValue.
    pub value: Vec<u8>,
}

/// The extensions of one certificate, the known ones decoded.
///
/// An extension that is known but malformed is listed in [`Self::malformed`] and otherwise absent.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    /// All of them in the order of the certificate.
    pub all: Vec<Extension>,
    /// Known extensions whose content is not what the standard says.
    pub malformed: Vec<Oid>,
    /// basicConstraints
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage
    pub key_usage: Option<KeyUsage>,
    /// extKeyUsage
    pub extended_key_usage: Option<Vec<Oid>>,
    /// subjectAltName
    pub subject_alt_name: Option<Vec<GeneralName>>,
    /// subjectKeyIdentifier
    pub subject_key_identifier: Option<Vec<u8>>,
    /// authorityKeyIdentifier
    pub authority_key_identifier: Option<AuthorityKeyIdentifier>,
    /// nameConstraints
    pub name_constraints: Option<NameConstraints>,
    /// certificatePolicies
    pub policies: Option<Vec<PolicyInformation>>,
    /// policyMappings
    pub policy_mappings: Option<Vec<PolicyMapping>>,
    /// policyConstraints
    pub policy_constraints: Option<PolicyConstraints>,
    /// inhibitAnyPolicy
    pub inhibit_any_policy: Option<u32>,
    /// cRLDistributionPoints
    pub crl_distribution_points: Option<Vec<DistributionPoint>>,
    /// freshestCRL
    pub freshest_crl: Option<Vec<DistributionPoint>>,
    /// authorityInfoAccess: what is offered, and where
    pub authority_info_access: Option<Vec<(Oid, GeneralName)>>,
}

/// `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// May issue certificates.
    pub ca: bool,
    /// How many CA certificates may follow.
    pub path_len: Option<u32>,
}

/// `KeyUsage ::= BIT STRING { digitalSignature (0), nonRepudiation (1), … }`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature
    pub const DIGITAL_SIGNATURE: Self = Self(1 << 15);
    /// nonRepudiation
    pub const NON_REPUDIATION: Self = Self(1 << 14);
    /// keyEncipherment
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 13);
    /// keyCertSign
    pub const KEY_CERT_SIGN: Self = Self(1 << 10);
    /// cRLSign
    pub const CRL_SIGN: Self = Self(1 << 9);

    const NAMES: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    /// Both sets of usages.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when any of `usages` is asserted.
    #[must_use]
    pub const fn any_of(self, usages: Self) -> bool {
        self.0 & usages.0 != 0
    }

    /// The names of the asserted usages.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let asserted = |(bit, _): &(usize, _)| self.0 & (1 << (15 - bit)) != 0;
        Self::NAMES.into_iter().enumerate().filter(asserted).map(|(_, name)| name).collect()
    }

    /// The shortest BIT STRING with these bits (X.690, clause 11.2.2).
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        let bytes = self.0.to_be_bytes();
        let used = if bytes[1] != 0 { 2 } else { 1 };
        let unused = bytes[used - 1].trailing_zeros().min(7).to_le_bytes()[0];
        let mut content = vec![unused];
        content.extend_from_slice(&bytes[..used]);
        crate::der::write::tlv(tag::BIT_STRING, &content)
    }
}

/// `AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0], authorityCertIssuer [1],
/// authorityCertSerialNumber [2] }`, all optional
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityKeyIdentifier {
    /// Identifier of the issuer's key.
    pub key: Option<Vec<u8>>,
    /// Who issued the issuer's certificate.
    pub issuer: Option<Vec<GeneralName>>,
    /// Serial number of the issuer's certificate, two's complement.
    pub serial: Option<Vec<u8>>,
}

/// `NameConstraints ::= SEQUENCE { permittedSubtrees [0], excludedSubtrees [1] }`, both optional
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Names of a listed form must be within one of these.
    pub permitted: Vec<GeneralName>,
    /// Names must not be within any of these.
    pub excluded: Vec<GeneralName>,
}

/// `DistributionPoint ::= SEQUENCE { distributionPoint [0], reasons [1], cRLIssuer [2] }`, all
/// optional (RFC 5280, clause 4.2.1.13)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistributionPoint {
    /// Where the list is found.
    pub name: Option<DistributionPointName>,
    /// Which reasons it covers; all when absent.
    pub reasons: Option<ReasonFlags>,
    /// Who signs it, when not the certificate's issuer.
    pub crl_issuer: Option<Vec<GeneralName>>,
}

/// `DistributionPointName ::= CHOICE { fullName [0], nameRelativeToCRLIssuer [1] }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistributionPointName {
    /// Whole names
    Full(Vec<GeneralName>),
    /// The last relative name below the CRL issuer's name: the SET's content
    Relative(Vec<u8>),
}

/// `ReasonFlags ::= BIT STRING`: bit n of the standard is bit n here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonFlags(pub u16);

impl ReasonFlags {
    /// Every reason that a list can be limited to: keyCompromise (1) to aACompromise (8).
    pub const ALL: Self = Self(0b1_1111_1110);
}

impl Extensions {
    /// `Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension`
    ///
    /// # Errors
    /// Not the structure, none, too many, or two of the same kind.
    pub(super) fn read(sequence: Element<'_>) -> Result<Self, DerError> {
        let elements = sequence.expect(tag::SEQUENCE)?.reader().collect()?;
        let bad = |what| DerError::value(sequence.offset(), what);
        if elements.is_empty() || elements.len() > EXTENSIONS_MAX {
            return Err(bad("extensions"));
        }
        let mut extensions = Self::default();
        for element in elements {
            let (oid, critical, value) = read_extension(element)?;
            if extensions.find(&oid).is_some() {
                return Err(bad("extensions, each once"));
            }
            if extensions.decode(&oid, value).is_err() {
                extensions.malformed.push(oid.clone());
            }
            extensions.all.push(Extension { oid, critical, value: value.to_vec() });
        }
        Ok(extensions)
    }

    /// The extension of a kind, as stored.
    #[must_use]
    pub fn find(&self, oid: &Oid) -> Option<&Extension> {
        self.all.iter().find(|extension| extension.oid == *oid)
    }

    /// True when an extension of the kind is present and critical.
    #[must_use]
    pub fn is_critical(&self, oid: &Oid) -> bool {
        self.find(oid).is_some_and(|extension| extension.critical)
    }

    /// The first critical extension that this crate does not process.
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&Oid> {
        let unknown =
            |extension: &&Extension| extension.critical && !PROCESSED.contains(&extension.oid);
        self.all.iter().find(unknown).map(|extension| &extension.oid)
    }

    fn decode(&mut self, oid: &Oid, value: &[u8]) -> Result<(), DerError> {
        match oid {
            _ if *oid == oid::BASIC_CONSTRAINTS => {
                self.basic_constraints = Some(basic_constraints(value)?);
            }
            _ if *oid == oid::KEY_USAGE => self.key_usage = Some(key_usage(value)?),
            _ if *oid == oid::EXTENDED_KEY_USAGE => {
                let purposes = list(value)?.into_iter().map(|element| element.oid());
                self.extended_key_usage = Some(purposes.collect::<Result<_, _>>()?);
            }
            _ if *oid == oid::SUBJECT_ALT_NAME => {
                self.subject_alt_name = Some(GeneralName::read_all(&list(value)?, 0)?);
            }
            _ if *oid == oid::ISSUER_ALT_NAME => {
                GeneralName::read_all(&list(value)?, 0)?;
            }
            _ if *oid == oid::SUBJECT_KEY_IDENTIFIER => {
                let identifier = Reader::only(value, tag::OCTET_STRING)?.content();
                self.subject_key_identifier = Some(identifier.to_vec());
            }
            _ if *oid == oid::AUTHORITY_KEY_IDENTIFIER => {
                self.authority_key_identifier = Some(authority_key_identifier(value)?);
            }
            _ if *oid == oid::NAME_CONSTRAINTS => {
                self.name_constraints = Some(name_constraints(value)?);
            }
            _ if *oid == oid::CERTIFICATE_POLICIES => {
                self.policies = Some(PolicyInformation::read_all(&list(value)?)?);
            }
            _ if *oid == oid::POLICY_MAPPINGS => {
                self.policy_mappings = Some(PolicyMapping::read_all(&list(value)?)?);
            }
            _ if *oid == oid::POLICY_CONSTRAINTS => {
                self.policy_constraints = Some(PolicyConstraints::read(value)?);
            }
            _ if *oid == oid::INHIBIT_ANY_POLICY => {
                self.inhibit_any_policy = Some(count(Reader::only(value, tag::INTEGER)?)?);
            }
            _ if *oid == oid::CRL_DISTRIBUTION_POINTS => {
                self.crl_distribution_points = Some(distribution_points(value)?);
            }
            _ if *oid == oid::FRESHEST_CRL => self.freshest_crl = Some(distribution_points(value)?),
            _ if *oid == oid::AUTHORITY_INFO_ACCESS => {
                self.authority_info_access = Some(access_descriptions(value)?);
            }
            _ => {}
        }
        Ok(())
    }
}

/// What a critical mark on an extension asks for is done for these.
const PROCESSED: [Oid; 16] = [
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
    oid::ISSUER_ALT_NAME,
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::NAME_CONSTRAINTS,
    oid::CERTIFICATE_POLICIES,
    oid::POLICY_MAPPINGS,
    oid::POLICY_CONSTRAINTS,
    oid::INHIBIT_ANY_POLICY,
    oid::CRL_DISTRIBUTION_POINTS,
    oid::FRESHEST_CRL,
    oid::AUTHORITY_INFO_ACCESS,
    oid::OCSP_NO_CHECK,
];

/// One extension; `critical FALSE` written out is against DER and common.
pub(super) fn read_extension(element: Element<'_>) -> Result<(Oid, bool, &[u8]), DerError> {
    let mut fields = element.expect(tag::SEQUENCE)?.reader();
    let oid = fields.any()?.oid()?;
    let critical = match fields.optional(tag::BOOLEAN)? {
        Some(flag) => flag.boolean()?,
        None => false,
    };
    let value = fields.read(tag::OCTET_STRING)?.content();
    fields.finish()?;
    Ok((oid, critical, value))
}

/// The members of `SEQUENCE SIZE (1..MAX) OF`.
pub(super) fn list(value: &[u8]) -> Result<Vec<Element<'_>>, DerError> {
    let elements = Reader::only(value, tag::SEQUENCE)?.reader().collect()?;
    if elements.is_empty() || elements.len() > LIST_MAX {
        return Err(DerError::value(0, "list"));
    }
    Ok(elements)
}

/// A number of certificates or policies. Beyond `u32` it says "no limit".
pub(super) fn count(element: Element<'_>) -> Result<u32, DerError> {
    let bytes = match element.tag() {
        tag::INTEGER => element.unsigned_bytes()?,
        _ => element.content(),
    };
    if bytes.is_empty() || (element.tag() != tag::INTEGER && bytes[0] & 0x80 != 0) {
        return Err(DerError::value(element.offset(), "non-negative INTEGER"));
    }
    let value = bytes
        .iter()
        .fold(0u32, |sum, byte| sum.saturating_mul(256).saturating_add(u32::from(*byte)));
    Ok(value)
}

fn basic_constraints(value: &[u8]) -> Result<BasicConstraints, DerError> {
    let mut fields = Reader::only(value, tag::SEQUENCE)?.reader();
    let ca = fields.optional(tag::BOOLEAN)?.map_or(Ok(false), |flag| flag.boolean())?;
    let path_len = fields.optional(tag::INTEGER)?.map(count).transpose()?;
    fields.finish()?;
    Ok(BasicConstraints { ca, path_len })
}

/// The first 16 bits of a BIT STRING of flags.
pub(super) fn flags(element: Element<'_>) -> Result<u16, DerError> {
    let bad = DerError::value(element.offset(), "BIT STRING of flags");
    let [unused @ 0..=7, bytes @ ..] = element.content() else { return Err(bad) };
    let Some(last) = bytes.last() else {
        return if *unused == 0 { Ok(0) } else { Err(bad) };
    };
    if last.trailing_zeros() < u32::from(*unused) || bytes.len() > 2 {
        return Err(bad);
    }
    Ok(u16::from_be_bytes([bytes[0], bytes.get(1).copied().unwrap_or(0)]))
}

fn key_usage(value: &[u8]) -> Result<KeyUsage, DerError> {
    Ok(KeyUsage(flags(Reader::only(value, tag::BIT_STRING)?)?))
}

pub(super) fn authority_key_identifier(value: &[u8]) -> Result<AuthorityKeyIdentifier, DerError> {
    let mut fields = Reader::only(value, tag::SEQUENCE)?.reader();
    let key = fields.optional(tag::context_primitive(0))?;
    let issuer = fields.optional(tag::context(1))?;
    let serial = fields.optional(tag::context_primitive(2))?;
    fields.finish()?;
    let names = |element: Element<'_>| {
        GeneralName::read_all(&element.reader().collect()?, element.offset())
    };
    Ok(AuthorityKeyIdentifier {
        key: key.map(|element| element.content().to_vec()),
        issuer: issuer.map(names).transpose()?,
        serial: serial.map(|element| element.content().to_vec()),
    })
}

fn name_constraints(value: &[u8]) -> Result<NameConstraints, DerError> {
    let mut fields = Reader::only(value, tag::SEQUENCE)?.reader();
    let permitted = fields.optional(tag::context(0))?;
    let excluded = fields.optional(tag::context(1))?;
    fields.finish()?;
    if permitted.is_none() && excluded.is_none() {
        return Err(DerError::value(0, "NameConstraints"));
    }
    Ok(NameConstraints {
        permitted: permitted.map_or(Ok(Vec::new()), subtrees)?,
        excluded: excluded.map_or(Ok(Vec::new()), subtrees)?,
    })
}

/// `GeneralSubtree ::= SEQUENCE { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL }`;
/// RFC 5280 forbids both bounds, so anything but minimum 0 is refused.
fn subtrees(element: Element<'_>) -> Result<Vec<GeneralName>, DerError> {
    let members = element.reader().collect()?;
    if members.is_empty() || members.len() > LIST_MAX {
        return Err(DerError::value(element.offset(), "GeneralSubtrees"));
    }
    let mut names = Vec::with_capacity(members.len());
    for member in members {
        let mut fields = member.expect(tag::SEQUENCE)?.reader();
        names.push(GeneralName::read(fields.any()?)?);
        let minimum = fields.optional(tag::context_primitive(0))?;
        if minimum.is_some_and(|minimum| minimum.content() != [0]) {
            return Err(DerError::value(member.offset(), "GeneralSubtree"));
        }
        fields.finish()?;
    }
    Ok(names)
}

fn distribution_points(value: &[u8]) -> Result<Vec<DistributionPoint>, DerError> {
    list(value)?.into_iter().map(DistributionPoint::read).collect()
}

impl DistributionPoint {
    fn read(element: Element<'_>) -> Result<Self, DerError> {
        let mut fields = element.expect(tag::SEQUENCE)?.reader();
        let name = fields.optional(tag::context(0))?;
        let reasons = fields.optional(tag::context_primitive(1))?;
        let issuer = fields.optional(tag::context(2))?;
        fields.finish()?;
        let names = |element: Element<'_>| {
            GeneralName::read_all(&element.reader().collect()?, element.offset())
        };
        Ok(Self {
            name: name.map(DistributionPointName::read).transpose()?,
            reasons: reasons.map(ReasonFlags::read).transpose()?,
            crl_issuer: issuer.map(names).transpose()?,
        })
    }
}

impl DistributionPointName {
    /// The CHOICE inside an explicit tag.
    pub(super) fn read(field: Element<'_>) -> Result<Self, DerError> {
        let mut reader = field.reader();
        let choice = reader.any()?;
        reader.finish()?;
        match choice.tag() {
            full if full == tag::context(0) => {
                let members = choice.reader().collect()?;
                Ok(Self::Full(GeneralName::read_all(&members, choice.offset())?))
            }
            relative if relative == tag::context(1) => {
                Ok(Self::Relative(choice.content().to_vec()))
            }
            _ => Err(DerError::value(choice.offset(), "DistributionPointName")),
        }
    }
}

impl ReasonFlags {
    pub(super) fn read(element: Element<'_>) -> Result<Self, DerError> {
        Ok(Self(flags(element)?.reverse_bits()))
    }
}

fn access_descriptions(value: &[u8]) -> Result<Vec<(Oid, GeneralName)>, DerError> {
    let describe = |element: Element<'_>| {
        let mut fields = element.expect(tag::SEQUENCE)?.reader();
        let method = fields.any()?.oid()?;
        let location = GeneralName::read(fields.any()?)?;
        fields.finish()?;
        Ok((method, location))
    };
    list(value)?.into_iter().map(describe).collect()
}
