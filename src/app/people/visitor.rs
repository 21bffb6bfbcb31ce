//! Who asks to sign in: from where, and with which certificate.

use crate::{App, AppError};
use domain::access::{Origin, Session};
use domain::digest::Sha256;
use domain::id::StaffId;
use formats::x509::Certificate;
use std::net::{IpAddr, Ipv4Addr};

/// A certificate of which somebody proved to hold the key, and those that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCertificate {
    /// As DER.
    pub der: Vec<u8>,
    /// Those between it and an authority, perhaps.
    pub chain: Vec<Vec<u8>>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// From where.
    pub address: IpAddr,
    /// With which certificate.
    pub certificate: Option<ShownCertificate>,
}

impl Default for Visitor {
    /// Somebody at this machine, without a certificate.
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), certificate: None }
    }
}

impl Visitor {
    /// SHA-256 of the certificate.
    pub(super) fn fingerprint(&self) -> Option<Sha256> {
        self.certificate.as_ref().map(|shown| Sha256::of(&shown.der))
    }

    /// The network.
    pub(super) fn network(&self) -> Origin {
        Origin::network(self.address)
    }
}

/// Whom a certificate names.
pub(super) fn named(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    subject.common_name().map_or_else(|| subject.to_string(), ToOwned::to_owned)
}

impl App {
    /// Whom the certificate names that a visitor shows, where certificates are asked for. Nobody
    /// has vouched for it yet.
    #[must_use]
    pub fn shown_name(&self, visitor: &Visitor) -> Option<String> {
        self.settings.client_authorities.as_ref()?;
        Certificate::parse(&visitor.certificate.as_ref()?.der).ok().as_ref().map(named)
    }

    /// Whether a session may go on by the certificate that is shown now: one that was begun with a
    /// certificate needs the same one, in force.
    pub(super) fn may_go_on(&self, session: &Session, visitor: &Visitor) -> Result<bool, AppError> {
        let Some(begun_with) = session.certificate else { return Ok(true) };
        let Some(shown) = visitor.certificate.as_ref() else { return Ok(false) };
        if visitor.fingerprint() != Some(begun_with) {
            return Ok(false);
        }
        let registered = self.store.staff_certificate_find(begun_with)?;
        let own = registered
            .is_some_and(|one| one.staff == session.staff && one.in_force(self.clock.now()));
        Ok(own && self.client_certificate(&shown.der, &shown.chain).is_ok())
    }

    /// Counts a wrong guess from an origin; what whoever guessed is told.
    pub(super) fn guessed_from(
        &self,
        origin: &Origin,
        staff: StaffId,
        what: &str,
    ) -> Result<AppError, AppError> {
        let told = |rests: bool| self.told_guess(staff, what, rests);
        let (counted, rests) = (told(false)?, told(true)?);
        let now = self.clock.now();
        self.store.attempts_change(staff, origin, now, |one| {
            Some(if one.guessed_wrong(now) { rests.clone() } else { counted.clone() })
        })?;
        Ok(super::sign_in::failed())
    }
}
