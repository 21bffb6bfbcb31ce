//! Keys by hand: made where the settings say, certified by an authority elsewhere, given to a seal.
//! Whoever sits at the machine does this; no address leads here.

use crate::sealing::{HeldKey, Signer};
use crate::service_key;
use crate::view::KeyView;
use crate::{App, AppError, Caller, id_of};
use domain::audit::{Actor, Subject};
use domain::id::{KeyId, OrganizationId};
use domain::party::Organization;
use domain::seal::Seal;
use domain::sealing::{KeyPurpose, KeyState, SigningKey};
use formats::algorithm::KeyKind;
use formats::oid;
use formats::x509::name::write::name;
use formats::x509::{Certificate, request, to_pem};
use storage::SealStep;

/// Certificates of one path; real ones have three.
const CHAIN_MAX: usize = 8;

impl App {
    /// A new key of the caller's organization that signs documents; nothing certifies it yet.
    ///
    /// # Errors
    /// SM2, whose keys come with a seal; or whoever keeps such keys does not make one.
    pub fn key_make(&self, caller: &Caller, kind: &KeyKind) -> Result<KeyView, AppError> {
        signs_documents(kind)?;
        self.key_made(caller, kind, (KeyPurpose::DocumentSigner, Some(console(caller)?)))
    }

    /// A new key of the service itself, which seals marked copies; nothing certifies it yet.
    ///
    /// # Errors
    /// As [`App::key_make`].
    pub fn own_signer_make(&self, caller: &Caller, kind: &KeyKind) -> Result<KeyView, AppError> {
        signs_documents(kind)?;
        self.key_made(caller, kind, (KeyPurpose::DocumentSigner, None))
    }

    /// A new SM2 key of the caller's organization that signs seals and nothing else (制章).
    ///
    /// # Errors
    /// As [`App::key_make`].
    pub fn seal_maker_key_make(&self, caller: &Caller) -> Result<KeyView, AppError> {
        self.key_made(caller, &KeyKind::Sm2, (KeyPurpose::SealMaker, Some(console(caller)?)))
    }

    fn key_made(
        &self,
        caller: &Caller,
        kind: &KeyKind,
        (purpose, organization): (KeyPurpose, Option<OrganizationId>),
    ) -> Result<KeyView, AppError> {
        console(caller)?;
        self.clock.require_right()?;
        let key = self.new_key(kind, purpose, organization)?;
        let (subject, detail) = (Subject::new("key", key.id), [("kind", key.kind.clone())]);
        let said = self.clock.entry(&Actor::Console, "key.make", subject, &detail)?;
        self.store.audit_append(&[said])?;
        Ok(view(&key))
    }

    /// The keys of the caller's organization, and those with which the service itself seals, oldest
    /// first.
    ///
    /// # Errors
    /// The store's.
    pub fn keys(&self, caller: &Caller) -> Result<Vec<KeyView>, AppError> {
        let organization = console(caller)?;
        let mut views = Vec::new();
        for purpose in [KeyPurpose::Sealer, KeyPurpose::DocumentSigner, KeyPurpose::SealMaker] {
            let keys = self.store.signing_key_list(purpose)?.into_iter();
            let own = keys.filter(|key| is_at_hand(key, organization));
            views.extend(own.map(|key| view(&key)));
        }
        Ok(views)
    }

    /// What an authority is asked to certify: PKCS#10 as PEM, in the organization's name, signed by
    /// the key itself.
    ///
    /// # Errors
    /// There is no such key of the organization, or it does not sign now.
    pub fn key_request(&self, caller: &Caller, id: &str) -> Result<String, AppError> {
        let key = self.own_key(caller, id)?;
        let of = self.store.organization_read(console(caller)?)?;
        self.certificate_request(&key, &subject(&of))
    }

    /// A request to certify a key in the name of a subject (DER).
    pub(crate) fn certificate_request(
        &self,
        key: &SigningKey,
        subject: &[u8],
    ) -> Result<String, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("asking for a certificate of key {}", key.id), cause)
        };
        let public = service_key::public_key(key)?;
        let suite = service_key::suite(&public)?;
        let prepared =
            request::prepare(subject, &public, suite).map_err(|cause| failed(cause.into()))?;
        let held = HeldKey { id: key.id, custody: &key.custody, suite };
        let signature = self.sign_on_duty(&held, prepared.message(), "certificate request")?;
        Ok(to_pem("CERTIFICATE REQUEST", &prepared.assemble(&signature)))
    }

    /// Gives a key its certificates (PEM), its own first, then those above it, but for the root.
    ///
    /// # Errors
    /// The first is not of this key, one does not certify the one before it, or the key has some.
    pub fn key_certify(&self, caller: &Caller, id: &str, pem: &str) -> Result<KeyView, AppError> {
        let key = self.own_key(caller, id)?;
        let chain = Certificate::all_from_pem(pem).map_err(|cause| refused(&cause.to_string()))?;
        Ok(view(&self.certify(key, &chain, &Actor::Console)?))
    }

    /// Keeps the certificates of a key, once they are its own and certify each other.
    pub(crate) fn certify(
        &self,
        mut key: SigningKey,
        chain: &[Certificate],
        by: &Actor,
    ) -> Result<SigningKey, AppError> {
        if !key.chain.is_empty() {
            return Err(refused("it has its certificates already"));
        }
        check_chain(&key, chain)?;
        key.chain = chain.iter().map(|one| one.der().to_vec()).collect();
        Signer::read(&key)?;
        let detail = [("issuer", chain[0].issuer().to_string())];
        let subject = Subject::new("key", key.id);
        let said = self.clock.entry(by, "key.certify", subject, &detail)?;
        self.store.signing_key_certify_said(key.id, &key.chain, &[said])?;
        Ok(key)
    }

    /// Has a seal of the organization sign documents with a key from now on.
    ///
    /// # Errors
    /// There is no such seal or key of the organization, or the key has no certificate.
    pub fn key_use(&self, caller: &Caller, id: &str, seal: &str) -> Result<(), AppError> {
        let key = self.own_key(caller, id)?;
        // What the service seals in its own name it does not seal in that of a department.
        let of_department = key.organization.is_some();
        let signs = key.purpose == KeyPurpose::DocumentSigner && key.state == KeyState::Active;
        if !of_department || !signs {
            return Err(refused("it does not sign documents"));
        }
        Signer::read(&key)?;
        let mut seal = self.own_seal(caller, seal)?;
        seal.sign_documents_with(key.id, self.clock.now());
        let (subject, detail) = (Subject::new("seal", seal.id()), [("key", key.id.to_string())]);
        let said = self.clock.entry(&Actor::Console, "seal.document_signer", subject, &detail)?;
        let step = SealStep { seals: &[&seal], decided: None, history: &[], said: &[said] };
        Ok(self.store.seal_change(&step)?)
    }

    fn own_key(&self, caller: &Caller, id: &str) -> Result<SigningKey, AppError> {
        let organization = console(caller)?;
        let id: KeyId = id_of(id)?;
        let key = self.store.signing_key_read(id)?;
        if is_at_hand(&key, organization) { Ok(key) } else { Err(AppError::NotFound) }
    }

    fn own_seal(&self, caller: &Caller, name: &str) -> Result<Seal, AppError> {
        let mut seals = self.store.seal_list(console(caller)?)?.into_iter().filter(|seal| {
            let (properties, id) = (seal.properties(), seal.id().to_string());
            [properties.name.as_str(), properties.code.as_str(), id.as_str()].contains(&name)
        });
        seals.next().ok_or(AppError::NotFound)
    }

    /// How often private keys were asked to sign since the service was opened.
    #[must_use]
    pub fn key_uses(&self) -> u64 {
        self.custody.uses()
    }
}

fn signs_documents(kind: &KeyKind) -> Result<(), AppError> {
    if matches!(kind, KeyKind::P256 | KeyKind::Rsa { bits: 2048 | 3072 | 4096 }) {
        return Ok(());
    }
    let detail = "keys that sign documents are P-256, or RSA of 2048, 3072 or 4096 bits";
    Err(AppError::Refused { code: "key_kind", detail: detail.to_owned() })
}

/// Whether whoever sits at the machine for an organization looks after a key: its own, and those with
/// which the service itself seals.
fn is_at_hand(key: &SigningKey, organization: OrganizationId) -> bool {
    match key.organization {
        Some(of) => of == organization,
        None => key.purpose == KeyPurpose::DocumentSigner,
    }
}

/// Only who sits at the machine.
fn console(caller: &Caller) -> Result<OrganizationId, AppError> {
    match caller {
        Caller::Console { organization } => Ok(*organization),
        _ => Err(AppError::Forbidden {
            code: "scope_missing",
            detail: "keys are made at the machine".to_owned(),
        }),
    }
}

fn refused(why: &str) -> AppError {
    AppError::Refused { code: "key_certificate", detail: format!("the key: {why}") }
}

/// The organization's name, as the certificates of its signers have it.
fn subject(organization: &Organization) -> Vec<u8> {
    let code_and_name = format!("{}{}", organization.code.as_str(), organization.name);
    name(&[
        (oid::COUNTRY, "CN"),
        (oid::ORGANIZATION, &code_and_name),
        (oid::COMMON_NAME, &organization.name),
    ])
}

fn check_chain(key: &SigningKey, chain: &[Certificate]) -> Result<(), AppError> {
    let first = chain.first().ok_or_else(|| refused("there is no certificate in the file"))?;
    if chain.len() > CHAIN_MAX {
        return Err(refused("a chain has at most 8 certificates"));
    }
    let own = first.public_key().map_err(|cause| refused(&cause.to_string()))?;
    if own.to_spki() != key.public_key {
        return Err(refused("the first certificate is another key's"));
    }
    for pair in chain.windows(2) {
        let above = pair[1].public_key().map_err(|cause| refused(&cause.to_string()))?;
        let named = pair[0].issuer() == pair[1].subject();
        if !named || pair[0].verify_signature(above).is_err() {
            return Err(refused("a certificate does not certify the one before it"));
        }
    }
    Ok(())
}

fn view(key: &SigningKey) -> KeyView {
    let certificate = key.chain.first().and_then(|der| Certificate::parse(der).ok());
    KeyView {
        id: key.id.to_string(),
        purpose: key.purpose.to_string(),
        kind: key.kind.clone(),
        state: key.state.to_string(),
        custody: key.custody.clone(),
        certificate: certificate.map(|one| one.subject().to_string()),
    }
}
