//! Certificates by which people sign in: registered by a security administrator, or by the person
//! who shows one; withdrawn by either.

use super::visitor::named;
use super::{ShownCertificate, Visitor};
use crate::view::{StaffCertificateView, time::instant};
use crate::{App, AppError, Caller, CertificateRefused, Person, id_of, refused};
use domain::access::{Permission, StaffCertificate, StaffStatus};
use domain::audit::Actor;
use domain::digest::Sha256;
use domain::id::StaffId;
use formats::x509::Certificate;
use storage::StoreError;

/// An account has no more certificates than this, withdrawn ones among them.
const CERTIFICATES_MAX: usize = 50;

/// Who is signed in.
fn own(caller: &Caller) -> Result<StaffId, AppError> {
    match caller.actor() {
        Actor::Staff(id) => Ok(id),
        _ => Err(AppError::Unauthenticated { code: "session_needed" }),
    }
}

fn not_taken(refusal: CertificateRefused) -> AppError {
    refused(refusal.code(), refusal)
}

fn view(one: &StaffCertificate, at: time::OffsetDateTime) -> StaffCertificateView {
    StaffCertificateView {
        fingerprint: one.fingerprint.to_string(),
        subject: one.subject.clone(),
        until: instant(one.until),
        added_at: instant(one.added_at),
        in_force: one.in_force(at),
        withdrawn: one.withdrawn_at.is_some(),
    }
}

impl App {
    /// The certificates of an account, the newest first.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn account_certificates(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Vec<StaffCertificateView>, AppError> {
        caller.require(Permission::AccessManage)?;
        self.certificates_of(id_of(id)?)
    }

    /// The certificates of who is signed in, the newest first.
    ///
    /// # Errors
    /// Nobody is.
    pub fn own_certificates(&self, caller: &Caller) -> Result<Vec<StaffCertificateView>, AppError> {
        self.certificates_of(own(caller)?)
    }

    fn certificates_of(&self, staff: StaffId) -> Result<Vec<StaffCertificateView>, AppError> {
        let all = self.store.staff_certificate_list(staff)?;
        Ok(all.iter().map(|one| view(one, self.clock.now())).collect())
    }

    /// Registers the certificate of a file (PEM) to an account.
    ///
    /// # Errors
    /// Not allowed, `own_account`, [`AppError::NotFound`]; `certificate_taken`,
    /// `too_many_certificates`, or why no authority vouches for it.
    pub fn account_certificate_add(
        &self,
        caller: &Caller,
        id: &str,
        pem: &str,
    ) -> Result<(), AppError> {
        let staff = self.other_account(caller, id)?;
        let read = Certificate::from_pem(pem).map_err(|_| CertificateRefused::Unreadable);
        let der = read.map_err(not_taken)?.der().to_vec();
        self.register_certificate(caller, staff, &ShownCertificate { der, chain: Vec::new() })
    }

    /// Registers the certificate that a person shows to the own account. The session was opened
    /// with password and code: who has found a certificate does not add another.
    ///
    /// # Errors
    /// `password_needed`, `certificate_needed`; then as [`App::account_certificate_add`].
    pub fn own_certificate_add(&self, person: &Person, visitor: &Visitor) -> Result<(), AppError> {
        let staff = own(&person.caller)?;
        if person.by_certificate {
            return Err(refused("password_needed", "sign in with password and code"));
        }
        let shown = visitor.certificate.as_ref();
        let shown = shown.ok_or_else(|| refused("certificate_needed", "none is shown"))?;
        self.register_certificate(&person.caller, staff, shown)
    }

    fn register_certificate(
        &self,
        caller: &Caller,
        staff: StaffId,
        shown: &ShownCertificate,
    ) -> Result<(), AppError> {
        let vouched = self.client_certificate(&shown.der, &shown.chain).map_err(not_taken)?;
        if self.store.staff_certificate_list(staff)?.len() >= CERTIFICATES_MAX {
            return Err(refused("too_many_certificates", "the account has too many already"));
        }
        let certificate = vouched.certificate();
        let new = StaffCertificate {
            fingerprint: vouched.fingerprint(),
            staff,
            subject: named(certificate),
            until: certificate.not_after(),
            added_at: self.clock.now(),
            withdrawn_at: None,
        };
        let detail = [("certificate", new.fingerprint.to_string())];
        let told = self.told(&caller.actor(), "staff.certificate_add", staff, &detail)?;
        match self.store.staff_certificate_insert(&new, &told) {
            Err(StoreError::Exists { .. }) => {
                Err(refused("certificate_taken", "it is or was registered to an account"))
            }
            other => Ok(other?),
        }
    }

    /// Withdraws a certificate of an account; whoever is signed in with it is signed out.
    ///
    /// # Errors
    /// Not allowed, `own_account`, [`AppError::NotFound`].
    pub fn account_certificate_withdraw(
        &self,
        caller: &Caller,
        id: &str,
        fingerprint: &str,
    ) -> Result<(), AppError> {
        let staff = self.other_account(caller, id)?;
        self.withdraw_certificate(caller, staff, fingerprint)
    }

    /// Withdraws a certificate of who is signed in.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn own_certificate_withdraw(
        &self,
        caller: &Caller,
        fingerprint: &str,
    ) -> Result<(), AppError> {
        self.withdraw_certificate(caller, own(caller)?, fingerprint)
    }

    fn withdraw_certificate(
        &self,
        caller: &Caller,
        staff: StaffId,
        fingerprint: &str,
    ) -> Result<(), AppError> {
        let fingerprint: Sha256 = id_of(fingerprint)?;
        let detail = [("certificate", fingerprint.to_string())];
        let told = self.told(&caller.actor(), "staff.certificate_withdraw", staff, &detail)?;
        let now = self.clock.now();
        Ok(self.store.staff_certificate_withdraw(staff, fingerprint, now, &told)?)
    }

    /// An account that a security administrator may change: not the own one, and not a closed one.
    fn other_account(&self, caller: &Caller, id: &str) -> Result<StaffId, AppError> {
        caller.require(Permission::AccessManage)?;
        let staff = self.store.staff_read(id_of(id)?)?;
        if caller.actor() == Actor::Staff(staff.id) {
            return Err(refused("own_account", "another administrator changes this account"));
        }
        match staff.status {
            StaffStatus::Closed => Err(AppError::NotFound),
            StaffStatus::Invited | StaffStatus::Active => Ok(staff.id),
        }
    }
}
