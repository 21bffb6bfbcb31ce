//! Paths from the certificates of a case to the anchors of the policy.

use super::case;
use super::material::{Known, Material};
use super::policy::{Claim, Policy, Purpose};
use super::report::Link;
use formats::cms::CmsFacts;
use formats::examine::{Payload, SignatureFacts};
use formats::ses::Edition;
use formats::x509::Certificate;
use formats::x509::path::{self, Budget, Path, PathError, PathRequest, Usage};
use formats::x509::revocation::Status;
use std::cell::RefCell;
use std::fmt;
use time::OffsetDateTime;

/// Most certificates that a report names as unknown: a few signatures of some certificates each.
const UNKNOWN_MAX: usize = 16;

/// A path, or why there is none.
pub(super) type PathFact = Result<Path, NoPath>;

/// Why there is no path, by what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoPath {
    /// No anchor is reached: it is not known who this is.
    Untrusted(String),
    /// The anchor that is reached does not vouch for this.
    NotEntitled(String),
    /// A certificate had ended.
    Expired(String),
    /// A certificate was not valid yet.
    NotYetValid(String),
    /// The certificate is not for this use.
    KeyUsage(String),
    /// The path breaks a rule.
    Rule(String),
}

impl fmt::Display for NoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Untrusted(reason)
        | Self::NotEntitled(reason)
        | Self::Expired(reason)
        | Self::NotYetValid(reason)
        | Self::KeyUsage(reason)
        | Self::Rule(reason)) = self;
        f.write_str(reason)
    }
}

impl From<PathError> for NoPath {
    fn from(error: PathError) -> Self {
        let reason = error.to_string();
        match error {
            PathError::Expired { .. } => Self::Expired(reason),
            PathError::NotYetValid { .. } => Self::NotYetValid(reason),
            PathError::KeyUsage { .. } | PathError::ExtendedKeyUsage { .. } => {
                Self::KeyUsage(reason)
            }
            PathError::TooLong { .. }
            | PathError::UnknownCriticalExtension { .. }
            | PathError::MalformedExtension { .. }
            | PathError::NameConstraints { .. }
            | PathError::Policy
            | PathError::Rule { .. }
            | PathError::PeerName { .. } => Self::Rule(reason),
            // A name may belong to two keys, and strangers may call themselves anything: what does
            // not lead to an anchor is unknown, not wrong.
            PathError::UnknownIssuer { .. }
            | PathError::SignatureInvalid { .. }
            | PathError::Algorithm { .. }
            | PathError::Key { .. }
            | PathError::NotCa { .. }
            | PathError::IssuerKeyUsage { .. }
            | PathError::Exhausted(_) => Self::Untrusted(reason),
        }
    }
}

/// The paths of one case. Absent where there is no such certificate.
#[derive(Clone, Debug, Default)]
pub(super) struct Trust {
    /// Of the signer when it signed.
    pub(super) signer: Option<PathFact>,
    /// Of the signer at the best moment known.
    pub(super) signer_now: Option<PathFact>,
    /// Of the seal maker when it made the seal, as claimed.
    pub(super) maker: Option<PathFact>,
    /// Of the seal maker at the best moment known.
    pub(super) maker_now: Option<PathFact>,
    /// What the lists say of the signer's path, from the leaf up.
    pub(super) signer_status: Vec<Status>,
    /// What the lists say of the seal maker's path.
    pub(super) maker_status: Vec<Status>,
}

/// The moments at which a case is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// When it was signed: proven, else claimed, else that of judgement.
    pub(super) signed: OffsetDateTime,
    /// At which everything must be valid: proven, else that of judgement (best signature time of
    /// ETSI EN 319 102-1).
    pub(super) best: OffsetDateTime,
    /// That of judgement.
    pub(super) at: OffsetDateTime,
}

/// What paths and states are judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Basis<'a> {
    pub(super) policy: &'a Policy,
    /// Where certificates are noted of which nobody said whether they were revoked.
    pub(super) unknown: &'a Unknown,
    /// What travels with the signature and the file.
    pub(super) materials: &'a [Material<'a>],
}

impl Trust {
    pub(super) fn of(
        signature: &SignatureFacts,
        basis: Basis<'_>,
        moments: Moments,
        budget: &mut Budget,
    ) -> Self {
        let mut trust = Self::default();
        if let Some(search) = signer(signature) {
            trust.signed_by(search, basis, moments, budget);
        }
        if let Some(seal) = case::seal(&signature.payload)
            && let Ok(certificate) = &seal.maker
        {
            let purpose = Some(Purpose::SealMaker);
            let search = Search {
                certificate,
                purpose,
                usage: Usage::SealMaker,
                carried: &[],
                seal_kind: Some(seal.kind),
            };
            // Only the fifth edition asks what held on a day before the certificate began.
            let made = match seal.edition {
                Edition::V5 => seal.created,
                Edition::V1 | Edition::V4 => seal.created.max(certificate.not_before()),
            };
            let moments = Moments { signed: made, ..moments };
            let found = search.both(basis, moments, budget);
            trust.maker_status = search.status(&found, basis, moments, budget);
            (trust.maker, trust.maker_now) = (Some(found.then), Some(found.now));
        }
        trust
    }

    /// Of somebody who is to sign a document, with what came with the certificate.
    pub(super) fn of_document_signer(
        certificate: &Certificate,
        carried: &[Certificate],
        basis: Basis<'_>,
        moments: Moments,
        budget: &mut Budget,
    ) -> Self {
        let mut trust = Self::default();
        trust.signed_by(document_signer(certificate, carried), basis, moments, budget);
        trust
    }

    /// Of the authority that made a time stamp.
    pub(super) fn of_authority(
        message: &CmsFacts,
        basis: Basis<'_>,
        moments: Moments,
        budget: &mut Budget,
    ) -> Self {
        let mut trust = Self::default();
        if let Ok(certificate) = &message.signer {
            trust.signed_by(authority(certificate, message), basis, moments, budget);
        }
        trust
    }

    fn signed_by(
        &mut self,
        search: Search<'_>,
        basis: Basis<'_>,
        moments: Moments,
        budget: &mut Budget,
    ) {
        let found = search.both(basis, moments, budget);
        self.signer_status = search.status(&found, basis, moments, budget);
        (self.signer, self.signer_now) = (Some(found.then), Some(found.now));
    }
}

fn authority<'a>(certificate: &'a Certificate, message: &'a CmsFacts) -> Search<'a> {
    let purpose = Some(Purpose::TimeStamper);
    let carried = &message.certificates[..];
    Search { certificate, purpose, usage: Usage::TimeStamping, carried, seal_kind: None }
}

fn document_signer<'a>(certificate: &'a Certificate, carried: &'a [Certificate]) -> Search<'a> {
    let (purpose, usage) = (Some(Purpose::DocumentSigner), Usage::DocumentSigner);
    Search { certificate, purpose, usage, carried, seal_kind: None }
}

/// The path when the certificate was used, and now.
struct Found {
    then: PathFact,
    now: PathFact,
}

/// A certificate, what it was used for, and what came with it.
#[derive(Clone, Copy)]
struct Search<'a> {
    certificate: &'a Certificate,
    purpose: Option<Purpose>,
    usage: Usage,
    carried: &'a [Certificate],
    seal_kind: Option<i64>,
}

fn signer(signature: &SignatureFacts) -> Option<Search<'_>> {
    let fact = case::signer_fact(&signature.payload).and_then(|fact| fact.as_ref().ok());
    Some(match &signature.payload {
        Payload::Ses(facts) => Search {
            certificate: fact?,
            purpose: Some(Purpose::Sealer),
            usage: Usage::Sealer,
            carried: &[],
            seal_kind: Some(facts.seal.kind),
        },
        Payload::Cms(facts) => document_signer(fact?, &facts.certificates),
        Payload::TimeStamp(facts) => authority(fact?, &facts.message),
        Payload::Certificate(certificate) => {
            Search { certificate, purpose: None, usage: Usage::Any, carried: &[], seal_kind: None }
        }
        Payload::Seal(_) | Payload::Unreadable(_) => return None,
    })
}

impl Search<'_> {
    fn both(self, basis: Basis<'_>, moments: Moments, budget: &mut Budget) -> Found {
        let intermediates = self.intermediates(basis);
        let all = basis.policy.anchors();
        let mut at = |moment| {
            let mut build = |anchors: &[Certificate]| {
                let certificate = self.certificate;
                let request =
                    PathRequest::new(certificate, &intermediates, anchors, moment, self.usage);
                path::build(&request, budget).map_err(NoPath::from)
            };
            let claim = self.claim(basis.policy, moment);
            let entitled = basis.policy.anchors_for(&claim);
            match build(&entitled) {
                // Known, but not for this: another answer than a stranger gets.
                Err(NoPath::Untrusted(_)) if entitled.len() < all.len() => {
                    let path = build(&all)?;
                    Err(NoPath::NotEntitled(basis.policy.refusal(path.anchor(), &claim)))
                }
                found => found,
            }
        };
        Found { then: at(moments.signed), now: at(moments.best) }
    }

    fn claim(self, policy: &Policy, signed: OffsetDateTime) -> Claim<'_> {
        let license_type = policy.license_type.as_deref();
        Claim { purpose: self.purpose, signed, seal_kind: self.seal_kind, license_type }
    }

    /// Those that came with the signature, those that came with the file, and those at hand.
    fn intermediates(self, basis: Basis<'_>) -> Vec<Certificate> {
        let mut all = self.carried.to_vec();
        let came = basis.materials.iter().flat_map(|one| one.certificates);
        for certificate in came.chain(&basis.policy.intermediates) {
            if !all.contains(certificate) {
                all.push(certificate.clone());
            }
        }
        all
    }

    /// The state of each certificate of the path at the best moment known.
    fn status(
        self,
        found: &Found,
        basis: Basis<'_>,
        moments: Moments,
        budget: &mut Budget,
    ) -> Vec<Status> {
        let Ok(path) = found.then.as_ref().or(found.now.as_ref()) else { return Vec::new() };
        let known = Known {
            policy: basis.policy,
            materials: basis.materials,
            certificates: &self.intermediates(basis),
            anchors: &basis.policy.anchors(),
            responders: &basis.policy.anchors_for(&Claim {
                purpose: Some(Purpose::Responder),
                ..self.claim(basis.policy, moments.best)
            }),
            then: moments.best,
            at: moments.at,
        };
        let states = known.status(path, budget);
        basis.unknown.note(path, &states);
        states
    }
}

/// The certificates, below their issuers, of which nobody said whether they were revoked. Each
/// stands in a path to an anchor: of strangers nothing is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Unknown(RefCell<Vec<Link>>);

impl Unknown {
    fn note(&self, path: &Path, states: &[Status]) {
        let mut all = self.0.borrow_mut();
        for ((subject, issuer), state) in path.links().zip(states) {
            let known = !matches!(state, Status::Unknown(_));
            if known || all.len() == UNKNOWN_MAX || all.iter().any(|one| one.subject == *subject) {
                continue;
            }
            all.push(Link { subject: subject.clone(), issuer: issuer.clone() });
        }
    }

    pub(super) fn into_links(self) -> Vec<Link> {
        self.0.into_inner()
    }
}

/// The names of a path, from the leaf to the anchor.
pub(super) fn described(path: &Path) -> String {
    let names: Vec<String> =
        path.certificates.iter().map(|one| one.subject().to_string()).collect();
    names.join(" ← ")
}
