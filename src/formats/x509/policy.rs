//! The policy extensions (RFC 5280, clauses 4.2.1.4, .5, .11).

use super::extension::{count, list};
use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};

/// Most policies or mappings of one certificate: the processing in `path` keeps a node for each.
const POLICIES_MAX: usize = 64;

/// `PolicyInformation ::= SEQUENCE { policyIdentifier, policyQualifiers OPTIONAL }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyInformation {
    /// Which policy.
    pub policy: Oid,
    /// The SEQUENCE OF PolicyQualifierInfo as stored; empty when absent.
    pub qualifiers: Vec<u8>,
}

/// One member of `PolicyMappings`: the issuer's policy counts as the subject's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMapping {
    /// In the issuer's domain.
    pub issuer: Oid,
    /// In the subject's domain.
    pub subject: Oid,
}

/// `PolicyConstraints ::= SEQUENCE { requireExplicitPolicy [0], inhibitPolicyMapping [1] }`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyConstraints {
    /// After so many certificates a policy is required.
    pub require_explicit: Option<u32>,
    /// After so many certificates mapping is forbidden.
    pub inhibit_mapping: Option<u32>,
}

fn bounded<'a, 'b>(elements: &'b [Element<'a>]) -> Result<&'b [Element<'a>], DerError> {
    if elements.len() > POLICIES_MAX {
        return Err(DerError::value(0, "list of policies"));
    }
    Ok(elements)
}

impl PolicyInformation {
    pub(super) fn read_all(elements: &[Element<'_>]) -> Result<Vec<Self>, DerError> {
        let mut policies: Vec<Self> = Vec::new();
        for element in bounded(elements)? {
            let mut fields = element.expect(tag::SEQUENCE)?.reader();
            let policy = fields.any()?.oid()?;
            let qualifiers = fields.optional(tag::SEQUENCE)?;
            fields.finish()?;
            if policies.iter().any(|known| known.policy == policy) {
                return Err(DerError::value(element.offset(), "policies, each once"));
            }
            let qualifiers = qualifiers.map_or(Vec::new(), |element| element.raw().to_vec());
            policies.push(Self { policy, qualifiers });
        }
        Ok(policies)
    }
}

impl PolicyMapping {
    pub(super) fn read_all(elements: &[Element<'_>]) -> Result<Vec<Self>, DerError> {
        let read = |element: &Element<'_>| {
            let mut fields = element.expect(tag::SEQUENCE)?.reader();
            let mapping = Self { issuer: fields.any()?.oid()?, subject: fields.any()?.oid()? };
            fields.finish()?;
            Ok(mapping)
        };
        bounded(elements)?.iter().map(read).collect()
    }
}

impl PolicyConstraints {
    pub(super) fn read(value: &[u8]) -> Result<Self, DerError> {
        let mut fields = Reader::only(value, tag::SEQUENCE)?.reader();
        let require_explicit = fields.optional(tag::context_primitive(0))?;
        let inhibit_mapping = fields.optional(tag::context_primitive(1))?;
        fields.finish()?;
        if require_explicit.is_none() && inhibit_mapping.is_none() {
            return Err(DerError::value(0, "PolicyConstraints"));
        }
        Ok(Self {
            require_explicit: require_explicit.map(count).transpose()?,
            inhibit_mapping: inhibit_mapping.map(count).transpose()?,
        })
    }
}

/// The texts of the user notices among policy qualifiers (RFC 5280, clause 4.2.1.4).
///
/// # Errors
/// The qualifiers are not well-formed.
pub fn user_notices(qualifiers: &[u8]) -> Result<Vec<String>, DerError> {
    let mut notices = Vec::new();
    if qualifiers.is_empty() {
        return Ok(notices);
    }
    for qualifier in list(qualifiers)? {
        let mut fields = qualifier.expect(tag::SEQUENCE)?.reader();
        if fields.any()?.oid()? != oid::USER_NOTICE {
            continue;
        }
        // UserNotice ::= SEQUENCE { noticeRef SEQUENCE OPTIONAL, explicitText OPTIONAL }
        let mut notice = fields.sequence()?;
        notice.optional(tag::SEQUENCE)?;
        while !notice.is_empty() {
            notices.push(notice.any()?.text()?);
        }
    }
    Ok(notices)
}
