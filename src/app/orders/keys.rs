//! The approvers' own keys: registered by their owner, who shows a one-time code again.

use super::{approver, key_refused};
use crate::view::ApproverKeyView;
use crate::view::time::instant;
use crate::{App, AppError, Caller, id_of, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::Subject;
use domain::id::{ApproverKeyId, StaffId};
use domain::sealing::{ApproverKey, KeyOrigin, approval_suite};
use formats::x509::{Certificate, pem_blocks};
use storage::StoreError;

/// A label has no more characters than this.
const LABEL_CHARACTERS_MAX: usize = 60;
/// Keys of one person: some devices, and those that are out of use.
const KEYS_MAX: usize = 50;

/// A key that an approver wants to sign with.
#[derive(Clone, Debug)]
pub struct ApproverKeyRequest {
    /// What its owner calls it.
    pub label: String,
    /// The public key or a certificate of it, PEM.
    pub public_key: String,
    /// Whether it is kept in the browser.
    pub in_browser: bool,
    /// A one-time code of now.
    pub code: String,
}

impl App {
    /// The keys of the caller.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn approver_keys(&self, caller: &Caller) -> Result<Vec<ApproverKeyView>, AppError> {
        let (staff, _) = approver(caller)?;
        let person = self.store.staff_read(staff)?;
        let keys = self.store.approver_key_list(staff)?;
        keys.iter().map(|key| view(key, counts(key, person.password_at))).collect()
    }

    /// Registers a key of the caller.
    ///
    /// # Errors
    /// Not allowed; `sign_in_failed` for a wrong code; `key_refused`, `key_taken`, `label_refused`,
    /// `too_many_keys`.
    pub fn approver_key_add(
        &self,
        caller: &Caller,
        new: &ApproverKeyRequest,
    ) -> Result<(), AppError> {
        let (staff, _) = approver(caller)?;
        let label = new.label.trim();
        let readable = (1..=LABEL_CHARACTERS_MAX).contains(&label.chars().count());
        if !readable || label.chars().any(char::is_control) {
            return Err(refused("label_refused", "a label has 1 to 60 characters"));
        }
        let public_key = public_key(&new.public_key)?;
        if self.store.approver_key_list(staff)?.len() >= KEYS_MAX {
            return Err(refused("too_many_keys", "there are too many keys"));
        }
        self.confirm_code(staff, &new.code)?;
        let key = ApproverKey {
            id: self.clock.id(ApproverKeyId::mint)?,
            staff,
            label: label.to_owned(),
            origin: if new.in_browser { KeyOrigin::Browser } else { KeyOrigin::Outside },
            public_key,
            created_at: self.clock.now(),
            revoked_at: None,
        };
        let subject = Subject::new("approver key", key.id);
        let detail = [("origin", key.origin.to_string()), ("key", print(&key.public_key))];
        let told = self.clock.entry(&caller.actor(), "approver_key.add", subject, &detail)?;
        match self.store.approver_key_insert(&key, &told) {
            Err(StoreError::Exists { .. }) => {
                Err(refused("key_taken", "this key was registered before"))
            }
            other => Ok(other?),
        }
    }

    /// Takes a key of the caller out of use. What it approved stays approved.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn approver_key_revoke(&self, caller: &Caller, id: &str) -> Result<(), AppError> {
        let (staff, _) = approver(caller)?;
        let id: ApproverKeyId = id_of(id)?;
        let key = self.store.approver_key_read(id)?;
        if key.staff != staff || key.revoked_at.is_some() {
            return Err(AppError::NotFound);
        }
        let subject = Subject::new("approver key", id);
        let told = self.clock.entry(&caller.actor(), "approver_key.revoke", subject, &[])?;
        Ok(self.store.approver_key_revoke(id, self.clock.now(), &told)?)
    }

    /// A key of the person that counts now.
    pub(super) fn approver_key_in_force(
        &self,
        staff: StaffId,
        id: ApproverKeyId,
    ) -> Result<ApproverKey, AppError> {
        let key = match self.store.approver_key_read(id) {
            Err(StoreError::Missing { .. }) => return Err(key_refused()),
            read => read?,
        };
        let person = self.store.staff_read(staff)?;
        let own = key.staff == staff && counts(&key, person.password_at);
        own.then_some(key).ok_or_else(key_refused)
    }
}

/// An account that was set up anew is another hand's until its owner has registered a key again.
fn counts(key: &ApproverKey, set_up_at: time::OffsetDateTime) -> bool {
    key.revoked_at.is_none() && key.created_at >= set_up_at
}

/// SM3 of a public key, by which it is compared.
fn print(public_key: &[u8]) -> String {
    domain::digest::Sm3::of(public_key).to_string()
}

fn public_key(pem: &str) -> Result<Vec<u8>, AppError> {
    let bad = |cause: &dyn ToString| refused("key_refused", cause.to_string());
    let spki = match pem_blocks(pem, "PUBLIC KEY").map_err(|cause| bad(&cause))?.into_iter().next()
    {
        Some(spki) => spki,
        None => {
            let certificate = Certificate::from_pem(pem).map_err(|cause| bad(&cause))?;
            let key = certificate.public_key().map_err(|cause| bad(&cause))?;
            key.to_spki().to_vec()
        }
    };
    approval_suite(&spki).map_err(|cause| bad(&cause))?;
    Ok(spki)
}

fn view(key: &ApproverKey, counts: bool) -> Result<ApproverKeyView, AppError> {
    let (public, _) = approval_suite(&key.public_key)
        .map_err(|cause| AppError::internal(format!("reading approver key {}", key.id), cause))?;
    Ok(ApproverKeyView {
        id: key.id.to_string(),
        label: key.label.clone(),
        origin: key.origin.to_string(),
        kind: public.kind().to_string(),
        print: print(&key.public_key),
        public_key: STANDARD.encode(&key.public_key),
        created_at: instant(key.created_at),
        counts,
    })
}
