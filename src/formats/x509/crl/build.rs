//! Making a list: prepare, let somebody sign, assemble.

use super::{Crl, Reason};
use crate::algorithm::Suite;
use crate::der::{tag, write};
use crate::oid;
use crate::x509::certificate::{Certificate, X509Error};
use crate::x509::profile::{authority, extension, moment};
use time::OffsetDateTime;

/// A certificate to put on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Content of the serial number as [`Certificate::serial`] gives it.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: OffsetDateTime,
    /// Why.
    pub reason: Reason,
    /// Since when the key is thought to have been unsafe.
    pub invalid_since: Option<OffsetDateTime>,
}

/// Everything of a new list.
#[derive(Clone, Copy, Debug)]
pub struct CrlIssuance<'a> {
    /// The issuing authority.
    pub issuer: &'a Certificate,
    /// With what it signs.
    pub suite: Suite,
    /// Higher than that of every earlier list.
    pub number: u64,
    /// When it is issued.
    pub this_update: OffsetDateTime,
    /// When the next one is due at the latest.
    pub next_update: OffsetDateTime,
    /// What is revoked.
    pub revoked: &'a [Revoked],
}

/// Why a list was not prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    /// The next list would be due before this one.
    #[error("the next update is not after this one")]
    Updates,
    /// The issuer is not an authority.
    #[error("the issuer of the list is not an authority")]
    NotCa,
    /// A serial number that is no INTEGER, or stands twice.
    #[error("a serial number is no number or stands twice")]
    Serial,
}

/// A list whose signature is still missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedCrl {
    tbs: Vec<u8>,
    algorithm: Vec<u8>,
}

impl PreparedCrl {
    /// The bytes to sign, with the suite of the issuance and for SM2 the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.tbs
    }

    /// The list with its signature; SM2 and ECDSA signatures as DER.
    ///
    /// # Errors
    /// Never for bytes from [`prepare`], unless the list is larger than those read.
    pub fn assemble(&self, signature: &[u8]) -> Result<Crl, X509Error> {
        let signature = write::bit_string(signature);
        Crl::parse(&write::sequence(&[&self.tbs, &self.algorithm, &signature]))
    }
}

/// `TBSCertList` of version 2 with cRLNumber and authorityKeyIdentifier, entries by serial number.
///
/// # Errors
/// The times do not follow each other, the issuer is no authority, or a serial number stands twice.
pub fn prepare(issuance: &CrlIssuance<'_>) -> Result<PreparedCrl, CrlError> {
    if issuance.next_update <= issuance.this_update {
        return Err(CrlError::Updates);
    }
    if !issuance.issuer.is_ca() {
        return Err(CrlError::NotCa);
    }
    let algorithm = issuance.suite.algorithm_identifier();
    let number = extension(&oid::CRL_NUMBER, false, &write::integer(issuance.number));
    let issuer = extension(&oid::AUTHORITY_KEY_IDENTIFIER, false, &authority(issuance.issuer));
    let extensions = write::sequence(&[&issuer, &number]);
    let tbs = write::sequence(&[
        &write::integer(1),
        &algorithm,
        issuance.issuer.subject().raw(),
        &moment(issuance.this_update),
        &moment(issuance.next_update),
        &entries(issuance.revoked)?,
        &write::tlv(tag::context(0), &extensions),
    ]);
    Ok(PreparedCrl { tbs, algorithm })
}

/// The entries; nothing at all when none (an empty SEQUENCE is forbidden).
fn entries(revoked: &[Revoked]) -> Result<Vec<u8>, CrlError> {
    let mut sorted: Vec<&Revoked> = revoked.iter().collect();
    sorted
        .sort_by(|one, two| (one.serial.len(), &one.serial).cmp(&(two.serial.len(), &two.serial)));
    let empty = sorted.iter().any(|entry| entry.serial.is_empty());
    if empty || sorted.windows(2).any(|pair| pair[0].serial == pair[1].serial) {
        return Err(CrlError::Serial);
    }
    let written: Vec<Vec<u8>> = sorted.into_iter().map(entry).collect();
    if written.is_empty() {
        return Ok(Vec::new());
    }
    Ok(write::sequence(&written.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

fn entry(revoked: &Revoked) -> Vec<u8> {
    let serial = write::tlv(tag::INTEGER, &revoked.serial);
    let mut extensions = Vec::new();
    // RFC 5280, clause 5.3.1: the reason is left out when it would say "unspecified".
    if revoked.reason != Reason::Unspecified {
        let code = write::tlv(tag::ENUMERATED, &[revoked.reason.number()]);
        extensions.extend(extension(&oid::CRL_REASON, false, &code));
    }
    if let Some(since) = revoked.invalid_since {
        let since = write::generalized_time(since);
        extensions.extend(extension(&oid::INVALIDITY_DATE, false, &since));
    }
    let at = moment(revoked.at);
    if extensions.is_empty() {
        write::sequence(&[&serial, &at])
    } else {
        write::sequence(&[&serial, &at, &write::sequence(&[&extensions])])
    }
}
