//! Approving a manifest by a signature, or refusing it for a reason.

use super::making::named;
use super::{approver, decided, key_refused, self_approval};
use crate::{App, AppError, Caller, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::{Actor, Subject};
use domain::digest::Sm3;
use domain::id::ApproverKeyId;
use domain::license::Event;
use domain::sealing::{
    Approval, ApprovalRefused, ManifestContent, ManifestState, RequestState, SealingRequest,
    verify_approval,
};
use gateway::files::FileError;
use storage::{Approved, Refusal, StoreError};

/// A reason has no more characters than this.
const REASON_CHARACTERS_MAX: usize = 200;
/// An RSA signature of the largest key, in base64.
const SIGNATURE_CHARACTERS_MAX: usize = 4096;

impl App {
    /// Approves a manifest: the signature (base64) is that of a key of the caller under its bytes.
    ///
    /// # Errors
    /// Not allowed; `self_approval`; `approver_key_refused`; `signature_refused`; `digest_changed`
    /// when a document is no longer the one that is named; `order_decided`. Then nothing is approved.
    pub fn manifest_approve(
        &self,
        caller: &Caller,
        id: &str,
        key: &str,
        signature: &str,
    ) -> Result<(), AppError> {
        let (staff, _) = approver(caller)?;
        let by = Actor::Staff(staff);
        let (manifest, content) = self.own_manifest(caller, id)?;
        if manifest.state != ManifestState::Open {
            return Err(decided());
        }
        let key: ApproverKeyId = key.parse().map_err(|_| key_refused())?;
        let public_key = self.approver_key_in_force(staff, key)?.public_key;
        let signature = decoded(signature)?;
        verify_approval(&public_key, manifest.text.as_bytes(), &signature).map_err(|refusal| {
            match refusal {
                ApprovalRefused::Key => key_refused(),
                ApprovalRefused::Signature => refused("signature_refused", refusal),
            }
        })?;
        for request in self.still_waiting(&content, &by)? {
            self.unsealed(&request)?;
        }
        let event = self.clock.entry(
            &by,
            "sealing.approve",
            Subject::new("manifest", manifest.id),
            &[
                ("orders", content.count.to_string()),
                ("seal", content.seal.id.clone()),
                ("key", key.to_string()),
                ("manifest", Sm3::of(manifest.text.as_bytes()).to_string()),
            ],
        )?;
        let approved = self.store.manifest_approve(&Approved {
            manifest: manifest.id,
            approval: &Approval { key, signature },
            by: &by,
            at: self.clock.now(),
            orders: &named(&content)?,
            event: &event,
        });
        approved.map_err(as_decided)?;
        self.bell.ring();
        Ok(())
    }

    /// Refuses a manifest: none of its licenses is issued, their numbers are free.
    ///
    /// # Errors
    /// Not allowed; `reason_needed`; `order_decided`.
    pub fn manifest_refuse(&self, caller: &Caller, id: &str, reason: &str) -> Result<(), AppError> {
        let (staff, _) = approver(caller)?;
        let by = Actor::Staff(staff);
        let reason = reason.trim();
        let readable = (1..=REASON_CHARACTERS_MAX).contains(&reason.chars().count());
        if !readable || reason.chars().any(char::is_control) {
            return Err(refused("reason_needed", "give a reason of 1 to 200 characters"));
        }
        let (manifest, content) = self.own_manifest(caller, id)?;
        let at = self.clock.now();
        let mut given_up = Vec::new();
        for request in self.still_waiting(&content, &by)? {
            let mut license = self.store.license_read(request.license)?;
            let entry = self.applied(&mut license, Event::Abandon, by.clone(), at)?;
            let owed = self.owed_refusal(&license, &entry)?;
            given_up.push((license, entry, owed));
        }
        let event = self.clock.entry(
            &by,
            "sealing.refuse",
            Subject::new("manifest", manifest.id),
            &[("orders", content.count.to_string()), ("seal", content.seal.id.clone())],
        )?;
        let refusal = self.store.manifest_refuse(&Refusal {
            manifest: manifest.id,
            reason,
            by: &by,
            at,
            orders: &named(&content)?,
            given_up: &given_up,
            event: &event,
        });
        refusal.map_err(as_decided)?;
        self.outbox.wake();
        Ok(())
    }

    /// The orders of a manifest, if all of them still wait and others asked for them.
    fn still_waiting(
        &self,
        content: &ManifestContent,
        by: &Actor,
    ) -> Result<Vec<SealingRequest>, AppError> {
        let mut requests = Vec::with_capacity(content.count);
        for (id, document) in named(content)? {
            let request = self.store.sealing_request_read(id)?;
            if request.requested_by == *by {
                return Err(self_approval());
            }
            if request.state != RequestState::Waiting {
                return Err(decided());
            }
            if request.document != document {
                return Err(digest_changed());
            }
            requests.push(request);
        }
        Ok(requests)
    }

    /// The document of an order, exactly the bytes that the order names.
    pub(super) fn unsealed(&self, request: &SealingRequest) -> Result<Vec<u8>, AppError> {
        let bytes = match self.files.read(request.document) {
            Err(FileError::Changed { .. }) => return Err(digest_changed()),
            // One that is away may come back: nothing is known of its bytes.
            read => read?,
        };
        let same = Sm3::of(&bytes) == request.document;
        same.then_some(bytes).ok_or_else(digest_changed)
    }
}

fn digest_changed() -> AppError {
    refused("digest_changed", "a document is not the one that was asked for; nothing is sealed")
}

/// What the register found at the last moment.
fn as_decided(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict { what: "approver key", .. } => key_refused(),
        StoreError::Conflict { .. } => decided(),
        StoreError::Violation { .. } => self_approval(),
        other => other.into(),
    }
}

fn decoded(signature: &str) -> Result<Vec<u8>, AppError> {
    let bad = || refused("signature_refused", "the signature is not base64");
    let text: String = signature.split_ascii_whitespace().collect();
    if text.is_empty() || text.len() > SIGNATURE_CHARACTERS_MAX {
        return Err(bad());
    }
    STANDARD.decode(text).map_err(|_| bad())
}
