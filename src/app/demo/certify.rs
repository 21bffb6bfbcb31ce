//! The demo's own authority certifies the keys of a seal, so that everybody can walk the whole way
//! from asking for a seal to sealing with it. Nowhere else is there such an authority.

use super::SUMMARY;
use crate::clockwork::random;
use crate::pki::{Identity, Keys, Plan, Validity};
use crate::sealing::HeldKey;
use crate::seals::{SealKey, subject};
use crate::service_key::public_key;
use crate::{App, AppError, Caller};
use domain::sealing::{KeyPurpose, KeyState, SigningKey};
use formats::algorithm::{KeyKind, PublicKey, Suite};
use formats::x509::Certificate;
use formats::x509::profile::Profile;
use time::Duration;

/// Longer than a seal lasts.
const YEARS: i64 = 11;

impl App {
    /// Whether the demo's own authority is here.
    #[must_use]
    pub fn demo_certifies(&self) -> bool {
        self.settings.demo_accounts && self.settings.data.join("demo").join(SUMMARY).exists()
    }

    /// Certifies the keys of a seal that was approved; only in the demo.
    ///
    /// # Errors
    /// Elsewhere than in the demo [`AppError::NotFound`]; as [`App::seal_key_certify`].
    pub fn seal_certify_in_demo(&self, caller: &Caller, id: &str) -> Result<(), AppError> {
        let (application, by) = self.to_be_made(caller, id)?;
        if !self.demo_certifies() {
            return Err(AppError::NotFound);
        }
        let of = self.store.organization_read(application.organization)?;
        let subject = subject(&of, &application)?;
        for (which, profile) in
            [(SealKey::Sm2, Profile::Sealer), (SealKey::Pades, Profile::DocumentSigner)]
        {
            let key = self.seal_key(&application, which)?;
            if !key.chain.is_empty() {
                continue;
            }
            let authority = self.demo_authority(which == SealKey::Sm2)?;
            let certified = self.demo_certified(&key, &authority, profile, subject.clone())?;
            self.certify(key, &certified, &by)?;
        }
        Ok(())
    }

    /// The certificates of a key by an authority of the demo.
    fn demo_certified(
        &self,
        key: &SigningKey,
        authority: &SigningKey,
        profile: Profile,
        subject: Vec<u8>,
    ) -> Result<Vec<Certificate>, AppError> {
        let chain = certificates(authority)?;
        let Some((own, above)) = chain.split_first() else { return Err(AppError::NotFound) };
        let name = authority.id.to_string();
        let issuer =
            Identity { key: name.clone(), certificate: own.clone(), chain: above.to_vec() };
        let mut serial = random::<16>()?;
        serial[0] = serial[0] & 0x3f | 0x40; // positive and of full length
        let now = self.clock.now();
        let plan = Plan {
            key: "seal",
            profile,
            kind: public_key(key)?.kind(),
            subject,
            serial: serial.to_vec(),
            validity: Validity {
                from: now - Duration::hours(1),
                to: (now + Duration::days(365 * YEARS)).min(own.not_after()),
            },
        };
        let duty = format!("certificate {}", hex::encode(serial));
        let mut keys = OneAuthority { app: self, key, authority, duty };
        Ok(plan.carry_out(Some(&issuer), &mut keys)?.path())
    }

    /// The authority of the demo that certifies keys of this kind: not the root.
    fn demo_authority(&self, sm2: bool) -> Result<SigningKey, AppError> {
        let keys = self.store.signing_key_list(KeyPurpose::Ca)?.into_iter();
        let mut fitting = keys.filter(|key| {
            let below = certificates(key)
                .is_ok_and(|chain| chain.first().is_some_and(|own| !own.is_self_issued()));
            key.state == KeyState::Active && below && (key.kind == "SM2") == sm2
        });
        fitting.next().ok_or(AppError::NotFound)
    }
}

fn certificates(key: &SigningKey) -> Result<Vec<Certificate>, AppError> {
    let read: Result<_, _> = key.chain.iter().map(|der| Certificate::parse(der)).collect();
    read.map_err(|cause| AppError::internal(format!("reading key {}", key.id), cause))
}

/// One key to certify, and one that does.
struct OneAuthority<'a> {
    app: &'a App,
    key: &'a SigningKey,
    authority: &'a SigningKey,
    /// What the ledger says of the signature.
    duty: String,
}

impl Keys for OneAuthority<'_> {
    fn public_key(&mut self, _: &str, _: &KeyKind) -> Result<PublicKey, AppError> {
        public_key(self.key)
    }

    fn sign(&mut self, _: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, AppError> {
        let SigningKey { id, custody, .. } = self.authority;
        self.app.sign_on_duty(&HeldKey { id: *id, custody, suite }, message, &self.duty)
    }
}
