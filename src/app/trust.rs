//! Whom to believe: plain certificates of a folder, or a signed trust list; and making such lists.

mod parcel;

pub(crate) use parcel::{unwrapped, wrapped};

use crate::view::time::instant;
use crate::view::{RevocationDataView, TrustListView};
use crate::{AppError, chain};
use domain::digest::Sha256;
use domain::signed::SUITE;
use domain::trust_list::{Seen, TrustList, TrustListError, digest};
use domain::validation::{Anchor, Logged, Policy, Purpose, Report, Revocation, Stated, judge};
use formats::algorithm::{PrivateKey, PublicKey};
use formats::examine::{FileFacts, examine};
use formats::pdf::Limits;
use formats::x509::crl::Crl;
use formats::x509::ocsp::Answer;
use formats::x509::{Certificate, pem_blocks};
use gateway::inquiry::Said;
use gateway::kept;
use gateway::random::SystemRandom;
use gateway::trust::TrustFolder;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::OffsetDateTime;

/// Where trust is configured.
#[derive(Clone, Debug, Default)]
pub struct TrustPlace {
    /// A folder of certificates, lists and answers, or a trust list.
    pub path: PathBuf,
    /// Certificate or public key (PEM) of the one who signs trust lists. With it nothing but a list
    /// is believed, without it no list is.
    pub signer: Option<PathBuf>,
    /// Where the newest list seen is remembered, so that an older one is not taken again.
    pub seen: Option<PathBuf>,
}

/// What is believed: anchors, certificates between, revocation lists and answers.
#[derive(Clone, Debug)]
pub struct Trust {
    policy: Policy,
    seen: Option<Seen>,
    /// As it was read, to be handed on.
    read: TrustFolder,
    signer: Option<PublicKey>,
    responders: Vec<String>,
}

/// What else a file is judged by.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The moment.
    pub at: OffsetDateTime,
    /// Type of the license that the file is, where that is known from elsewhere than the file.
    pub license_type: Option<String>,
    /// What a log says of the file.
    pub logged: Logged,
    /// What responders said when they were asked about its certificates.
    pub(crate) said: Vec<Said>,
    /// What the register of seals says of certificates.
    pub(crate) stated: Arc<[Stated]>,
}

impl Circumstances {
    /// A moment, and nothing else is known.
    #[must_use]
    pub fn at(at: OffsetDateTime) -> Self {
        Self {
            at,
            license_type: None,
            logged: Logged::NotShown,
            said: Vec::new(),
            stated: [].into(),
        }
    }
}

impl Trust {
    /// Nothing is believed: every signature stays undecided.
    #[must_use]
    pub fn none() -> Self {
        let (policy, read) = (Policy::new(Vec::new()), TrustFolder::default());
        Self { policy, seen: None, read, signer: None, responders: Vec::new() }
    }

    /// The trust list in use, as its file is, and its edition.
    pub(crate) fn list(&self) -> Option<(&[u8], String)> {
        self.read.list.as_deref().map(|list| (list, self.policy.source.to_string()))
    }

    /// Reads every certificate, revocation list and answer of a folder. Self-issued certificates
    /// are anchors, the others only help to build paths.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read, or it holds a trust list.
    pub fn load(folder: &Path) -> Result<Self, AppError> {
        Self::from_place(&TrustPlace { path: folder.to_owned(), ..TrustPlace::default() })
    }

    /// Reads what is configured.
    ///
    /// # Errors
    /// When something cannot be read, or a trust list is not signed by the key named, or is older
    /// than one seen before.
    pub fn from_place(place: &TrustPlace) -> Result<Self, AppError> {
        let read = TrustFolder::read(&place.path).map_err(|cause| refused(chain(&cause)))?;
        let signer = place.signer.as_deref().map(signer).transpose()?;
        let mut trust = Self::of(read, signer)?;
        if let (Some(now), Some(file)) = (trust.seen.take(), &place.seen) {
            trust.seen = Some(newest(file, now)?);
        }
        Ok(trust)
    }

    /// What was read, judged: who is believed follows from it and the key of the signer alone.
    fn of(read: TrustFolder, signer: Option<PublicKey>) -> Result<Self, AppError> {
        let mut responders = Vec::new();
        let (mut policy, seen) = match (&read.list, &signer) {
            (Some(bytes), Some(signer)) => {
                let list = TrustList::read(bytes, signer)?;
                let mut policy = list.policy();
                // Beside a list, certificates only help: it alone says who vouches.
                policy.intermediates.extend_from_slice(&read.anchors);
                let seen = Seen::of(&list, digest(bytes));
                responders = list.responders;
                (policy, Some(seen))
            }
            (None, None) => {
                let anchors = read.anchors.iter().cloned();
                let anchors = anchors.map(|one| Anchor::new(one, &Purpose::OF_FOLDERS));
                (Policy::new(anchors.collect()), None)
            }
            (Some(_), None) => {
                return Err(refused("there is a trust list, and nobody is named who signs it"));
            }
            (None, Some(_)) => {
                return Err(refused("a signer of trust lists is named, and there is no list"));
            }
        };
        policy.intermediates.extend_from_slice(&read.intermediates);
        let (lists, answers) = (read.crls.clone(), read.answers.clone());
        policy.revocation = Revocation { lists, answers, ..policy.revocation };
        Ok(Self { policy, seen, read, signer, responders })
    }

    /// The same where responders are asked: then a certificate of which nothing is said leaves the
    /// answer open.
    #[must_use]
    pub fn with_revocation_asked(mut self) -> Self {
        self.policy.revocation.required = true;
        self
    }

    /// The same with certificates that help to build paths, and with more revocation lists and
    /// answers, each of which counts by its own signature.
    pub(crate) fn with_evidence(mut self, evidence: TrustFolder) -> Self {
        self.policy.intermediates.extend(evidence.intermediates);
        self.policy.revocation.lists.extend(evidence.crls);
        self.policy.revocation.answers.extend(evidence.answers);
        self
    }

    /// The responders that the trust list names.
    pub(crate) fn responders(&self) -> &[String] {
        &self.responders
    }

    /// Remembers the trust list in use, so that an older one is not taken again.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(crate) fn remember(&self, file: &Path) -> Result<(), AppError> {
        let Some(seen) = &self.seen else { return Ok(()) };
        Ok(kept::write(file, &seen.to_string())?)
    }

    /// What a judgement depends on.
    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The revocation lists.
    pub(crate) fn lists(&self) -> &[Crl] {
        &self.policy.revocation.lists
    }

    /// The certificates of the anchors.
    pub(crate) fn anchor_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.policy.anchors.iter().map(|anchor| &anchor.certificate)
    }

    /// How many anchors there are.
    #[must_use]
    pub fn anchors(&self) -> usize {
        self.policy.anchors.len()
    }

    /// The revocation lists and answers at hand, oldest first, with their age at a moment.
    pub(crate) fn revocation_data(&self, at: OffsetDateTime) -> Vec<RevocationDataView> {
        let Revocation { lists, answers, .. } = &self.policy.revocation;
        let data = |kind: &str, der: &[u8], made: OffsetDateTime, next: Option<OffsetDateTime>| {
            RevocationDataView {
                kind: kind.to_owned(),
                sha256: Sha256::of(der).to_string(),
                made: instant(made),
                next: next.map(instant),
                age_s: (at - made).whole_seconds(),
            }
        };
        let of_list = |one: &Crl| data("crl", one.der(), one.this_update(), one.next_update());
        let of_answer = |one: &Answer| {
            let next = one.singles().iter().filter_map(|single| single.next_update).min();
            data("ocsp", one.der(), one.produced_at(), next)
        };
        let mut all: Vec<RevocationDataView> =
            lists.iter().map(of_list).chain(answers.iter().map(of_answer)).collect();
        all.sort_by_key(|one| -one.age_s);
        all
    }

    /// The same, with what else is known.
    pub(crate) fn under(&self, known: &Circumstances) -> Cow<'_, Self> {
        let plain = known.license_type.is_none() && known.logged == Logged::NotShown;
        if plain && known.said.is_empty() && known.stated.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut trust = self.clone();
        trust.policy.license_type.clone_from(&known.license_type);
        trust.policy.logged.clone_from(&known.logged);
        let Revocation { lists, answers, stated, .. } = &mut trust.policy.revocation;
        stated.extend_from_slice(&known.stated);
        for said in &known.said {
            match said {
                Said::List(list) => lists.push(list.clone()),
                Said::Answer(answer) => answers.push(answer.clone()),
            }
        }
        Cow::Owned(trust)
    }

    /// Bytes to facts, facts to report: the one engine of command line, API and pages.
    pub(crate) fn judge(&self, bytes: &[u8], at: OffsetDateTime) -> Report {
        judge(&examine(bytes, None, &Limits::default()), &self.policy, at)
    }

    /// The report on a file whose examination did not come to an end: nothing can be said of it.
    pub(crate) fn unexamined(&self, bytes: &[u8], at: OffsetDateTime) -> Report {
        judge(&FileFacts::unfinished(bytes), &self.policy, at)
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self::none()
    }
}

fn refused(detail: impl ToString) -> AppError {
    AppError::Refused { code: "trust_list", detail: detail.to_string() }
}

impl From<TrustListError> for AppError {
    fn from(error: TrustListError) -> Self {
        refused(error)
    }
}

/// The newest list that was seen, by the file that remembers it, once `now` is seen too.
fn newest(file: &Path, now: Seen) -> Result<Seen, AppError> {
    let Some(line) = kept::read(file)? else { return Ok(now) };
    let before = Seen::parse(&line)
        .ok_or_else(|| AppError::internal(file.display().to_string(), "it is damaged"))?;
    Ok(before.then(now)?)
}

/// The key in the file of the one who signs trust lists.
fn signer(file: &Path) -> Result<PublicKey, AppError> {
    let pem = std::fs::read_to_string(file)
        .map_err(|cause| AppError::internal(format!("reading {}", file.display()), cause))?;
    signing_key(&pem)
}

/// The key of a PEM file: of its first certificate, or a bare public key.
fn signing_key(pem: &str) -> Result<PublicKey, AppError> {
    let blocks = |label| pem_blocks(pem, label).map_err(refused);
    if let Some(der) = blocks("PUBLIC KEY")?.first() {
        return PublicKey::from_spki(der).map_err(refused);
    }
    let [der, ..] = &blocks("CERTIFICATE")?[..] else {
        return Err(refused("the signer's file has neither a certificate nor a public key"));
    };
    let certificate = Certificate::parse(der).map_err(refused)?;
    certificate.public_key().cloned().map_err(refused)
}

/// What a list says, whoever signed it.
///
/// # Errors
/// It is no trust list.
pub fn show(bytes: &[u8]) -> Result<TrustListView, AppError> {
    let (list, opened) = TrustList::claimed(bytes)?;
    Ok(TrustListView::of(&list, opened.certificates().first()))
}

/// What a list says, signed by the key in `signer` (PEM).
///
/// # Errors
/// It is no trust list, or not signed by that key.
pub fn verify(bytes: &[u8], signer: &str) -> Result<TrustListView, AppError> {
    let list = TrustList::read(bytes, &signing_key(signer)?)?;
    let (_, opened) = TrustList::claimed(bytes)?;
    Ok(TrustListView::of(&list, opened.certificates().first()))
}

/// Signs a list from its content as JSON, in which certificates are files beside `folder` or
/// base64; with a key in a file (PKCS#8, PEM), as it is brought to a ceremony and taken away again.
///
/// # Errors
/// The content makes no sense, or the key is no SM2 key or not that of the certificate.
pub fn make(draft: &[u8], folder: &Path, key: &str, signer: &str) -> Result<Vec<u8>, AppError> {
    let list = TrustList::draft(draft, &mut |text| certificate(folder, text))?;
    let prepared = list.prepare()?;
    let keys = pem_blocks(key, "PRIVATE KEY").map_err(refused)?;
    let key = keys.first().ok_or_else(|| refused("the key's file has no private key"))?;
    let key = PrivateKey::from_pkcs8(key).map_err(refused)?;
    let certificates = Certificate::all_from_pem(signer).map_err(refused)?;
    if certificates.first().and_then(|one| one.public_key().ok()) != Some(key.public_key()) {
        return Err(refused("the key is not that of the certificate"));
    }
    let message = prepared.message();
    let signature = crate::pki::sign_in_memory(&key, SUITE, message, &mut SystemRandom)?;
    Ok(prepared.complete(&certificates, &signature))
}

fn certificate(folder: &Path, text: &str) -> Result<Certificate, String> {
    let is_file = [".pem", ".crt", ".cer"].iter().any(|end| text.ends_with(end));
    if !is_file {
        let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text);
        let der = der.map_err(|error| error.to_string())?;
        return Certificate::parse(&der).map_err(|error| error.to_string());
    }
    let path = folder.join(text);
    let failed = |cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
    let pem = std::fs::read_to_string(&path).map_err(|cause| failed(&cause))?;
    Certificate::from_pem(&pem).map_err(|cause| failed(&cause))
}
