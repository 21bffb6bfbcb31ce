//! Making a seal: its keys in custody, their certificates, and the seal maker's signature.

use super::life::{not_from_here, raced, reason, step_refused};
use super::registry::Known;
use crate::sealing::Signer;
use crate::{App, AppError, Caller, refused};
use domain::audit::{Actor, Subject};
use domain::id::KeyId;
use domain::party::Organization;
use domain::seal::{
    ApprovalRule, Seal, SealApplication, SealDuty, SealEvent, SealProperties, SealRefused,
    SealStatus,
};
use domain::sealing::{KeyPurpose, KeyState, SigningKey};
use domain::validation::{Outcome, Purpose};
use formats::algorithm::KeyKind;
use formats::ses::{Edition, SealDraft, prepare_seal};
use formats::x509::Certificate;
use formats::x509::path::{self, Budget, PathRequest, Usage};
use formats::x509::profile::sealer_subject;

/// Which key of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SealKey {
    /// Seal signatures, SM2.
    Sm2,
    /// Signatures that every PDF reader checks.
    Pades,
}

impl std::str::FromStr for SealKey {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        match text {
            "sm2" => Ok(Self::Sm2),
            "pades" => Ok(Self::Pades),
            _ => Err(refused("malformed_request", "name the key: sm2 or pades")),
        }
    }
}

impl App {
    /// Makes the keys of a seal that was approved, in custody: SM2 for seal signatures, and one of
    /// this kind for the signatures that every PDF reader checks.
    ///
    /// # Errors
    /// `key_kind`, `keys_made`, `seal_state`, not allowed, [`AppError::NotFound`].
    pub fn seal_keys_make(&self, caller: &Caller, id: &str, kind: &str) -> Result<(), AppError> {
        let (mut application, by) = self.to_be_made(caller, id)?;
        let kind = match kind {
            "p256" => KeyKind::P256,
            "rsa-2048" => KeyKind::Rsa { bits: 2048 },
            "rsa-3072" => KeyKind::Rsa { bits: 3072 },
            "rsa-4096" => KeyKind::Rsa { bits: 4096 },
            _ => return Err(refused("key_kind", "p256, rsa-2048, rsa-3072 or rsa-4096")),
        };
        if application.sm2_key.is_some() {
            return Err(refused("keys_made", "its keys are made already"));
        }
        self.clock.require_right()?;
        let of = Some(application.organization);
        let sm2 = self.new_key(&KeyKind::Sm2, KeyPurpose::Sealer, of)?;
        let pades = self.new_key(&kind, KeyPurpose::DocumentSigner, of)?;
        (application.sm2_key, application.pades_key) = (Some(sm2.id), Some(pades.id));
        application.version += 1;
        let detail = [("sm2", sm2.id.to_string()), ("pades", pades.id.to_string())];
        let said = self.seal_said(&by, "keys", application.id, &detail)?;
        self.store.seal_application_replace(&application, None, &[said]).map_err(raced)
    }

    /// What an authority is asked to certify of a key, `sm2` or `pades`: PKCS#10 as PEM, signed by
    /// the key.
    ///
    /// # Errors
    /// `keys_missing`, `seal_state`, not allowed, [`AppError::NotFound`].
    pub fn seal_key_request(
        &self,
        caller: &Caller,
        id: &str,
        which: &str,
    ) -> Result<String, AppError> {
        let (application, by) = self.to_be_made(caller, id)?;
        let key = self.seal_key(&application, which.parse()?)?;
        let of = self.store.organization_read(application.organization)?;
        let asked = self.certificate_request(&key, &subject(&of, &application)?)?;
        let said = self.clock.entry(&by, "key.request", Subject::new("key", key.id), &[])?;
        self.store.audit_append(&[said])?;
        Ok(asked)
    }

    /// Keeps the certificates of a key (PEM): its own first, then those above it, but for the root.
    /// They lead to an anchor that this service believes for such a key.
    ///
    /// # Errors
    /// `key_certificate` with the reason, `keys_missing`, `seal_state`, not allowed,
    /// [`AppError::NotFound`].
    pub fn seal_key_certify(
        &self,
        caller: &Caller,
        id: &str,
        which: &str,
        pem: &str,
    ) -> Result<(), AppError> {
        let (application, by) = self.to_be_made(caller, id)?;
        let which = which.parse()?;
        let key = self.seal_key(&application, which)?;
        let chain = Certificate::all_from_pem(pem);
        let chain = chain.map_err(|cause| refused("key_certificate", cause))?;
        if let Some(own) = chain.first() {
            self.vouched_for(own, &chain[1..], which)?;
            if own.not_after() < application.not_after {
                let detail = "the certificate ends before the seal; have it issued for longer";
                return Err(refused("key_certificate", detail));
            }
        }
        self.certify(key, &chain, &by)?;
        Ok(())
    }

    /// Refuses a certificate that no anchor of this service vouches for.
    fn vouched_for(
        &self,
        own: &Certificate,
        above: &[Certificate],
        which: SealKey,
    ) -> Result<(), AppError> {
        let (purpose, usage) = match which {
            SealKey::Sm2 => (Purpose::Sealer, Usage::Sealer),
            SealKey::Pades => (Purpose::DocumentSigner, Usage::DocumentSigner),
        };
        let believed = self.trust.now();
        let policy = believed.trust.policy();
        let anchors: Vec<Certificate> = policy
            .anchors
            .iter()
            .filter(|anchor| anchor.purposes.contains(&purpose))
            .map(|anchor| anchor.certificate.clone())
            .collect();
        let between = [above, &policy.intermediates].concat();
        let asked = PathRequest::new(own, &between, &anchors, self.clock.now(), usage);
        let found = path::build(&asked, &mut Budget::default());
        found.map(drop).map_err(|cause| refused("key_certificate", cause))
    }

    /// Makes a seal that was approved and whose keys are certified: the seal maker's own key signs
    /// it (GB/T 38540), under a row of the ledger. What was made is verified before it is kept.
    ///
    /// # Errors
    /// `self_approval` for whoever asked or approved, `keys_missing`, `certificate_missing`,
    /// `seal_maker_missing`,
    /// `seal_state`, not allowed, [`AppError::NotFound`].
    pub fn seal_make(&self, caller: &Caller, id: &str, why: &str) -> Result<(), AppError> {
        let (mut application, by) = self.to_be_made(caller, id)?;
        let why = reason(why, false)?;
        // Before any key is asked: whoever may not make it has not used one.
        let made = application.step(SealEvent::Make, &by);
        made.map_err(|refused| step_refused(&refused))?;
        let sealer = certified(&self.seal_key(&application, SealKey::Sm2)?)?;
        certified(&self.seal_key(&application, SealKey::Pades)?)?;
        let maker = self.seal_maker()?;
        let seal_der = self.seal_signed(&application, &sealer, &maker)?;
        // What takes the place of another is approved as that was.
        let approval = match application.replaces {
            Some(old) => self.store.seal_read(old)?.properties().approval,
            None => ApprovalRule::Policy,
        };
        let seal = properties(&application, seal_der, approval, self.clock.now());
        let seal = Seal::made(seal, by.clone());
        let from = Some(SealStatus::Approved);
        let step = self.seal_step(seal.id(), from, SealStatus::Made, &by, &why)?;
        let said = self.seal_said(&by, "make", seal.id(), &[("maker", maker.key.to_string())])?;
        self.store.seal_make(&seal, &application, &step, &[said]).map_err(raced)?;
        // The seal is there; its certificates are logged now, or within the hour.
        if let Err(error) = self.log_foundations() {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "logging a seal's certificates"
            );
        }
        Ok(())
    }

    /// The seal as its maker signed it, and as the engine that judges everything finds it.
    fn seal_signed(
        &self,
        application: &SealApplication,
        sealer: &Signer,
        maker: &Signer,
    ) -> Result<Vec<u8>, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("making seal {}", application.id), cause)
        };
        let side = |mm: u32| u16::try_from(mm).map_err(|cause| failed(cause.into()));
        let picture = &application.picture;
        let prepared = prepare_seal(&SealDraft {
            edition: Edition::V4,
            vendor: "YinZheng",
            id: application.code.as_str(),
            kind: application
                .kind
                .as_str()
                .parse()
                .map_err(|cause: std::num::ParseIntError| failed(cause.into()))?,
            name: &application.name,
            signers: std::slice::from_ref(&sealer.certificate),
            by_digest: false,
            created: self.clock.now(),
            valid_from: application.not_before,
            valid_to: application.not_after,
            picture_kind: "PNG",
            picture: &picture.bytes,
            width_mm: side(picture.width_mm)?,
            height_mm: side(picture.height_mm)?,
            maker: &maker.certificate,
        })
        .map_err(|cause| failed(cause.into()))?;
        let duty = format!("seal {}", application.code);
        let signature = self.sign_on_duty(&maker.held(), prepared.message(), &duty)?;
        let seal = prepared.complete(&signature);
        let report = self.trust.now().trust.judge(&seal, self.clock.now());
        if report.outcome == Outcome::Invalid {
            let reason = report.reason().map_or("unknown", |code| code.name());
            return Err(refused(
                "seal_does_not_verify",
                format!("the seal that was made: {reason}"),
            ));
        }
        Ok(seal)
    }

    /// The newest key that signs seals, with its certificates.
    fn seal_maker(&self) -> Result<Signer, AppError> {
        let keys = self.store.signing_key_list(KeyPurpose::SealMaker)?;
        let usable = |key: &&SigningKey| key.state == KeyState::Active && !key.chain.is_empty();
        let newest = keys.iter().rev().find(usable).ok_or_else(|| {
            let detail =
                "there is no certified key of a seal maker: yinzheng key make --seal-maker";
            refused("seal_maker_missing", detail)
        })?;
        Signer::read(newest)
    }

    /// An application that was approved, for whoever makes seals.
    pub(crate) fn to_be_made(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(SealApplication, Actor), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Make)?;
        let status = known.status();
        match known {
            Known { application: Some(application), seal: None }
                if status == SealStatus::Approved =>
            {
                Ok((application, by))
            }
            _ => Err(not_from_here(&SealRefused { status, event: SealEvent::Make })),
        }
    }

    pub(crate) fn seal_key(
        &self,
        application: &SealApplication,
        which: SealKey,
    ) -> Result<SigningKey, AppError> {
        let id: Option<KeyId> = match which {
            SealKey::Sm2 => application.sm2_key,
            SealKey::Pades => application.pades_key,
        };
        let id = id.ok_or_else(|| refused("keys_missing", "make its keys first"))?;
        Ok(self.store.signing_key_read(id)?)
    }
}

/// A key that was certified.
fn certified(key: &SigningKey) -> Result<Signer, AppError> {
    if key.chain.is_empty() {
        return Err(refused("certificate_missing", "a key of the seal has no certificate yet"));
    }
    Signer::read(key)
}

/// Whom the certificates of a seal name.
pub(crate) fn subject(of: &Organization, seal: &SealApplication) -> Result<Vec<u8>, AppError> {
    let subject = sealer_subject(of.code.as_str(), &of.name, seal.code.as_str());
    subject.map_err(|cause| AppError::internal("naming a sealer".to_owned(), cause))
}

fn properties(
    of: &SealApplication,
    seal_der: Vec<u8>,
    approval: ApprovalRule,
    at: time::OffsetDateTime,
) -> SealProperties {
    SealProperties {
        id: of.id,
        organization: of.organization,
        code: of.code,
        name: of.name.clone(),
        kind: of.kind,
        seal_der,
        picture: of.picture.clone(),
        sm2_key: of.sm2_key,
        pades_key: of.pades_key,
        scope: of.scope.clone(),
        limits: of.limits,
        approval,
        not_before: of.not_before,
        not_after: of.not_after,
        created_at: at,
    }
}
