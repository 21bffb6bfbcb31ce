//! What a message carries to tell whether certificates were revoked: lists and answers beside the
//! certificates (RFC 5652, 10.2.1; RFC 5940), in the signed attribute of PDF (ISO 32000-2,
//! 12.8.3.3.2), and in the unsigned attribute of CAdES (ETSI EN 319 122-1, A.1.2).

use super::structure::{SignedData, SignerInfo};
use super::{CRLS_MAX, CmsError, within};
use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};
use crate::x509::crl::Crl;
use crate::x509::ocsp::{Answer, OcspError};

/// Lists and answers: claims until their signers are known.
#[derive(Clone, Debug, Default)]
pub struct RevocationMaterial {
    /// Revocation lists.
    pub lists: Vec<Crl>,
    /// Answers of responders.
    pub answers: Vec<Answer>,
    /// How many are not readable.
    pub unreadable: usize,
}

impl RevocationMaterial {
    /// What is kept somewhere else, each by itself.
    pub(crate) fn kept(lists: &[Vec<u8>], answers: &[Vec<u8>]) -> Self {
        let mut found = Self::default();
        lists.iter().for_each(|one| found.list(Crl::parse(one).ok()));
        answers.iter().for_each(|one| found.answer(Answer::parse(one).ok()));
        found
    }

    /// What stands in the frame of the message, beside the certificates.
    pub(super) fn framed(read: &SignedData<'_>) -> Self {
        let mut found = Self::default();
        for element in &read.crls {
            match element.tag() {
                tag::SEQUENCE => found.list(Crl::parse(element.raw()).ok()),
                _ => found.answer(other(element)),
            }
        }
        found
    }

    /// What stands in attributes of the signer.
    pub(super) fn attributed(signer: &SignerInfo<'_>) -> Result<Self, CmsError> {
        let mut found = Self::default();
        let signed = signer.signed_attributes.iter().flat_map(|list| &list.list);
        let archived = signed.filter(|one| one.id == oid::ADOBE_REVOCATION_ARCHIVAL);
        let unsigned = signer.unsigned_attributes.iter();
        let values = unsigned.filter(|one| one.id == oid::REVOCATION_VALUES);
        for value in archived.flat_map(|one| &one.values) {
            found.values(value, Answer::parse)?;
        }
        for value in values.flat_map(|one| &one.values) {
            found.values(value, Answer::parse_basic)?;
        }
        Ok(found)
    }

    /// `SEQUENCE { crls [0] SEQUENCE OF OPTIONAL, answers [1] SEQUENCE OF OPTIONAL, other [2]
    /// OPTIONAL }`, all explicit: the form that both attributes share.
    fn values(
        &mut self,
        value: &Element<'_>,
        answer: fn(&[u8]) -> Result<Answer, OcspError>,
    ) -> Result<(), CmsError> {
        let Ok((lists, answers)) = members(value) else {
            self.unreadable += 1;
            return Ok(());
        };
        within("revocation lists and answers", lists.len() + answers.len(), 2 * CRLS_MAX)?;
        lists.iter().for_each(|one| self.list(Crl::parse(one.raw()).ok()));
        answers.iter().for_each(|one| self.answer(answer(one.raw()).ok()));
        Ok(())
    }

    fn list(&mut self, list: Option<Crl>) {
        self.unreadable += usize::from(list.is_none());
        self.lists.extend(list);
    }

    fn answer(&mut self, answer: Option<Answer>) {
        self.unreadable += usize::from(answer.is_none());
        self.answers.extend(answer);
    }
}

/// `other [1] IMPLICIT SEQUENCE { format OBJECT IDENTIFIER, info ANY }` that is an answer.
fn other(element: &Element<'_>) -> Option<Answer> {
    let read = || -> Result<(Oid, Element<'_>), DerError> {
        let mut fields = element.expect(tag::context(1))?.reader();
        let parts = (fields.any()?.oid()?, fields.any()?);
        fields.finish()?;
        Ok(parts)
    };
    let (format, info) = read().ok()?;
    (format == oid::RI_OCSP_RESPONSE).then(|| Answer::parse(info.raw()).ok())?
}

type Members<'a> = (Vec<Element<'a>>, Vec<Element<'a>>);

fn members<'a>(value: &Element<'a>) -> Result<Members<'a>, DerError> {
    let mut fields = value.expect(tag::SEQUENCE)?.reader();
    let list = |field: Option<Element<'a>>| match field {
        Some(field) => Reader::only(field.content(), tag::SEQUENCE)?.reader().collect(),
        None => Ok(Vec::new()),
    };
    let lists = list(fields.optional(tag::context(0))?)?;
    let answers = list(fields.optional(tag::context(1))?)?;
    fields.optional(tag::context(2))?;
    fields.finish()?;
    Ok((lists, answers))
}
