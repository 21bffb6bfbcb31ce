//! Signing in by certificate: that its key is held was proven to us, or to a gateway that is
//! believed. Whoever guesses at passwords or codes of the account does not stand in the way.

use super::sign_in::Started;
use super::{Visitor, sign_in};
use crate::{App, AppError};
use domain::access::{SessionStage, Staff, StaffCertificate};
use domain::audit::Actor;
use domain::digest::Sha256;

fn failed(code: &'static str) -> AppError {
    AppError::Unauthenticated { code }
}

impl App {
    /// The first step, and where the settings say so the only one: whose certificate this is.
    ///
    /// # Errors
    /// `certificate_needed`, `certificate_unregistered`, `certificate_withdrawn`,
    /// `account_not_active`, or why no authority vouches for it.
    pub fn sign_in_by_certificate(&self, visitor: &Visitor) -> Result<Started, AppError> {
        let shown = visitor.certificate.as_ref().ok_or_else(|| failed("certificate_needed"))?;
        let fingerprint = Sha256::of(&shown.der);
        let registered = self.store.staff_certificate_find(fingerprint)?;
        let vouched = self.client_certificate(&shown.der, &shown.chain);
        let Some(registered) = registered else {
            tracing::info!(%fingerprint, vouched = vouched.is_ok(), "an unknown certificate");
            return Err(failed(
                vouched.map_or_else(|why| why.code(), |_| "certificate_unregistered"),
            ));
        };
        let staff = self.store.staff_read(registered.staff)?;
        let refusal = match vouched {
            Err(why) => Some(why.code()),
            Ok(_) => self.refusal(&registered, &staff)?,
        };
        let certificate = ("certificate", fingerprint.to_string());
        if let Some(code) = refusal {
            let detail = [certificate, ("reason", code.to_owned())];
            let told = self.told(&Actor::Anonymous, "session.refused", staff.id, &detail)?;
            self.store.audit_append(&[told])?;
            return Err(failed(code));
        }
        let alone = self.settings.sign_in.certificate_alone;
        let stage = if alone { SessionStage::Open } else { SessionStage::Code };
        let (token, mut session) = self.new_session(staff.id, stage)?;
        session.certificate = Some(fingerprint);
        let actor = Actor::Staff(staff.id);
        let told = alone.then(|| self.told(&actor, "session.open", staff.id, &[certificate]));
        self.store.session_begin(&session, None, told.transpose()?.as_slice())?;
        Ok(Started { token, stage })
    }

    /// Why nobody signs in with a certificate that is registered and vouched for.
    fn refusal(
        &self,
        registered: &StaffCertificate,
        staff: &Staff,
    ) -> Result<Option<&'static str>, AppError> {
        if !registered.in_force(self.clock.now()) {
            return Ok(Some("certificate_withdrawn"));
        }
        Ok(self.acting(staff)?.is_none().then_some("account_not_active"))
    }

    /// Whether the bearer of a certificate may try another code.
    pub(super) fn may_try(&self, staff: &Staff, certificate: Sha256) -> Result<(), AppError> {
        let now = self.clock.now();
        let origin = domain::access::Origin::certificate(certificate);
        let (attempts, _) = self.store.attempts_read(staff.id, &origin, now)?;
        let may = self.acting(staff)?.is_some() && attempts.admitted(now, 0);
        may.then_some(()).ok_or_else(sign_in::failed)
    }
}
