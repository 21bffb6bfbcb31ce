//! Signing a manifest without the service, and saying which seals need a signature at all.

use crate::pki::sign_in_memory;
use crate::{App, AppError, Caller, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::Permission;
use domain::audit::Subject;
use domain::seal::ApprovalRule;
use domain::sealing::{ManifestContent, approval_suite};
use formats::algorithm::PrivateKey;
use formats::x509::pem_blocks;
use gateway::random::SystemRandom;
use storage::SealStep;

/// The signature (base64) of a key (PKCS#8, PEM) under a manifest, byte for byte as it was
/// downloaded.
///
/// # Errors
/// `manifest_refused` when the bytes are no manifest, `key_refused` when the key does not sign any.
pub fn sign_manifest(manifest: &[u8], key: &[u8]) -> Result<String, AppError> {
    let text = std::str::from_utf8(manifest).ok();
    let is_manifest = text.is_some_and(|text| ManifestContent::from_text(text).is_ok());
    if !is_manifest {
        let detail = "this is no manifest as it was downloaded; what signs it signs nothing else";
        return Err(refused("manifest_refused", detail));
    }
    let bad = |cause: &dyn ToString| refused("key_refused", cause.to_string());
    let pem = std::str::from_utf8(key).map_err(|_| bad(&"the key's file is no text"))?;
    let keys = pem_blocks(pem, "PRIVATE KEY").map_err(|cause| bad(&cause))?;
    let key = keys.first().ok_or_else(|| bad(&"the key's file has no private key"))?;
    let key = PrivateKey::from_pkcs8(key).map_err(|cause| bad(&cause))?;
    let (_, suite) = approval_suite(key.public_key().to_spki()).map_err(|cause| bad(&cause))?;
    Ok(STANDARD.encode(sign_in_memory(&key, suite, manifest, &mut SystemRandom)?))
}

impl App {
    /// Says who approves the orders of a seal of the caller's organization.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn seal_approval(
        &self,
        caller: &Caller,
        seal: &str,
        rule: ApprovalRule,
    ) -> Result<(), AppError> {
        let organization = caller.require(Permission::SealManage)?;
        let seals = self.store.seal_list(organization)?;
        let found = seals.into_iter().find(|one| one.is_named(seal));
        let mut seal = found.ok_or(AppError::NotFound)?;
        seal.approve_by(rule, self.clock.now());
        let subject = Subject::new("seal", seal.id());
        let detail = [("by", rule.to_string())];
        let told = self.clock.entry(&caller.actor(), "seal.approval", subject, &detail)?;
        let step = SealStep { seals: &[&seal], said: &[told], ..SealStep::default() };
        Ok(self.store.seal_change(&step)?)
    }
}
