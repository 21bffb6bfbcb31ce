//! One signature before its judges: its facts, the policy, the moment, and the paths.

use super::material::Material;
use super::policy::Policy;
use super::proof::{self, DocumentStamps, Existence, Stamp};
use super::revocation::Used;
use super::trust::{Basis, Moments, Trust};
use formats::algorithm::Digest;
use formats::cms::{CmsFacts, Covers};
use formats::container::Kind;
use formats::examine::{KeptFacts, Payload, SignatureFacts, Stamped};
use formats::pdf::SignedField;
use formats::proof::{CertificateFact, DigestFact, SignatureFact};
use formats::ses::{Edition, SealFacts, SealSignatureFacts, TimeFact};
use formats::text;
use formats::x509::Certificate;
use formats::x509::path::Budget;
use std::collections::HashMap;
use std::ops::Range;
use time::OffsetDateTime;

/// Whether a signature is right over what it covers, whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Soundness {
    /// It is.
    Sound,
    /// That cannot be told.
    Open,
    /// It is not.
    Broken,
}

/// What every check is given.
pub(super) struct Case<'a> {
    pub(super) signature: &'a SignatureFacts,
    pub(super) policy: &'a Policy,
    pub(super) at: OffsetDateTime,
    pub(super) trust: Trust,
    /// What time stamps prove of it.
    pub(super) existence: Existence,
    /// The earliest moment at which the signature is proven to have been there.
    pub(super) proven: Option<OffsetDateTime>,
    /// The document around it.
    pub(super) document: &'a Document<'a>,
}

/// What the signatures of one file share.
#[derive(Debug, Default)]
pub(super) struct Document<'a> {
    /// The signed fields by name.
    pub(super) fields: HashMap<&'a str, Soundness>,
    /// The file is a seal and nothing else.
    pub(super) is_bare_seal: bool,
    /// The document time stamps that hold.
    pub(super) stamps: DocumentStamps,
    /// What it keeps for validators.
    kept: &'a [KeptFacts],
}

impl<'a> Document<'a> {
    pub(super) fn of(
        kind: Kind,
        found: &'a [SignatureFacts],
        kept: &'a [KeptFacts],
        basis: Basis<'_>,
        at: OffsetDateTime,
        budget: &mut Budget,
    ) -> Self {
        let field = |one: &'a SignatureFacts| {
            Some((one.pdf.as_ref()?.signed.field_name.as_str(), soundness(one)))
        };
        Self {
            is_bare_seal: kind == Kind::Seal,
            fields: found.iter().filter_map(field).collect(),
            stamps: DocumentStamps::of(found, kept, basis, at, budget),
            kept,
        }
    }
}

impl<'a> Case<'a> {
    pub(super) fn new(
        signature: &'a SignatureFacts,
        document: &'a Document<'a>,
        basis: Basis<'a>,
        at: OffsetDateTime,
        budget: &mut Budget,
    ) -> Self {
        let revision = proof::revision(signature);
        let by_document = revision.and_then(|revision| document.stamps.after(revision + 1..));
        // A log that had the whole file proves each signature in it, as a time stamp over it does.
        let by_document = by_document.into_iter().chain(basis.policy.logged.since()).min();
        let known = by_document.unwrap_or(at);
        let mut materials = Material::of_document(document.kept, &document.stamps, at);
        let message = message(&signature.payload);
        materials.extend(message.into_iter().flat_map(|one| Material::of_message(one, known)));
        let policy = basis.policy;
        let basis = Basis { materials: &materials, ..basis };
        let existence = Existence::of(signature, by_document, basis, at, budget);
        let proven = existence.proven();
        let moments = Moments {
            signed: proven.or_else(|| claimed_time(signature)).unwrap_or(at),
            best: proven.unwrap_or(at),
            at,
        };
        let trust = Trust::of(signature, basis, moments, budget);
        Self { signature, policy, at, trust, existence, proven, document }
    }

    /// The time stamps inside the signature, judged.
    pub(super) fn stamps(&self) -> &[(Stamped, Stamp)] {
        &self.existence.stamps
    }

    /// When the signer's certificate was used. For seal signatures the standards take the time
    /// stamp for the time of signing; for signed messages it only proves that it was not later.
    pub(super) fn used(&self) -> Used {
        let (claimed, proven) = (self.claimed_time(), self.proven);
        let stamped = self.existence.stamped(Stamped::Signature);
        match &self.signature.payload {
            Payload::Certificate(_) => Used { claimed: Some(self.at), ..Used::default() },
            Payload::Ses(_) => Used { claimed: stamped.or(claimed), proven, outlives: false },
            _ => Used { claimed: claimed.or(stamped), proven, outlives: false },
        }
    }

    /// When the seal maker's certificate was used.
    pub(super) fn used_for_seal(&self, seal: &SealFacts) -> Used {
        Used {
            claimed: Some(seal.created),
            proven: self.existence.seal_proven(),
            outlives: seal.edition == Edition::V5,
        }
    }

    /// When it was signed: proven, or else claimed.
    pub(super) fn signing_time(&self) -> Option<OffsetDateTime> {
        self.proven.or_else(|| self.claimed_time())
    }

    /// The moment at which everything must be valid: proven, or else that of judgement.
    pub(super) fn best_time(&self) -> OffsetDateTime {
        self.proven.unwrap_or(self.at)
    }

    pub(super) fn ses(&self) -> Option<&'a SealSignatureFacts> {
        ses(&self.signature.payload)
    }

    /// The seal: by itself or inside a seal signature.
    pub(super) fn seal(&self) -> Option<&'a SealFacts> {
        seal(&self.signature.payload)
    }

    pub(super) fn signature_fact(&self) -> Option<&'a SignatureFact> {
        signature_fact(&self.signature.payload)
    }

    pub(super) fn signer_fact(&self) -> Option<&'a CertificateFact> {
        signer_fact(&self.signature.payload)
    }

    pub(super) fn signer(&self) -> Option<&'a Certificate> {
        self.signer_fact().and_then(|fact| fact.as_ref().ok())
    }

    pub(super) fn claimed_time(&self) -> Option<OffsetDateTime> {
        claimed_time(self.signature)
    }

    /// Its dictionary, in a PDF.
    pub(super) fn dictionary(&self) -> Option<&'a SignedField> {
        self.signature.pdf.as_ref().map(|place| &place.signed)
    }

    /// Whether the signature claims to be of the European profile for PDF.
    pub(super) fn is_pades(&self) -> bool {
        let name = self.dictionary().and_then(|place| place.sub_filter.as_deref());
        name == Some("ETSI.CAdES.detached")
    }

    pub(super) fn object(&self) -> Option<u32> {
        Some(self.dictionary()?.object?.number)
    }

    pub(super) fn span(&self) -> Option<Range<usize>> {
        self.dictionary()?.span.clone()
    }

    /// From the first to the last byte covered, in a PDF.
    pub(super) fn covered(&self) -> Option<Range<usize>> {
        let [first, second] = self.dictionary()?.covered.as_ref()?;
        Some(first.start..second.end)
    }
}

fn ses(payload: &Payload) -> Option<&SealSignatureFacts> {
    match payload {
        Payload::Ses(facts) => Some(facts),
        _ => None,
    }
}

pub(super) fn seal(payload: &Payload) -> Option<&SealFacts> {
    match payload {
        Payload::Ses(facts) => Some(&facts.seal),
        Payload::Seal(facts) => Some(facts),
        _ => None,
    }
}

/// The signed message of a signature.
pub(super) fn message(payload: &Payload) -> Option<&CmsFacts> {
    match payload {
        Payload::Cms(facts) => Some(facts),
        Payload::TimeStamp(facts) => Some(&facts.message),
        Payload::Ses(_) | Payload::Seal(_) | Payload::Certificate(_) | Payload::Unreadable(_) => {
            None
        }
    }
}

pub(super) fn signature_fact(payload: &Payload) -> Option<&SignatureFact> {
    match payload {
        Payload::Cms(facts) => Some(&facts.signature),
        Payload::TimeStamp(facts) => Some(&facts.message.signature),
        Payload::Ses(facts) => Some(&facts.signature),
        Payload::Seal(_) | Payload::Certificate(_) | Payload::Unreadable(_) => None,
    }
}

pub(super) fn signer_fact(payload: &Payload) -> Option<&CertificateFact> {
    match payload {
        Payload::Cms(facts) => Some(&facts.signer),
        Payload::TimeStamp(facts) => Some(&facts.message.signer),
        Payload::Ses(facts) => Some(&facts.signer),
        Payload::Seal(_) | Payload::Certificate(_) | Payload::Unreadable(_) => None,
    }
}

/// The time of signing by the signer's own word: the seal signature's, the signed attribute, or
/// the `/M` of the signature dictionary, which the signature covers.
pub(super) fn claimed_time(signature: &SignatureFacts) -> Option<OffsetDateTime> {
    let in_pdf = || text::pdf_date(signature.pdf.as_ref()?.signed.claimed_time.as_deref()?);
    match &signature.payload {
        Payload::Ses(facts) => match facts.time {
            TimeFact::Claimed(time) => Some(time),
            TimeFact::Token(_) | TimeFact::Unreadable => None,
        },
        Payload::Cms(facts) => {
            facts.attributes.as_ref().and_then(|list| list.signing_time).or_else(in_pdf)
        }
        Payload::TimeStamp(facts) => Some(facts.time),
        _ => None,
    }
}

/// Whether the signature value and the digest are right over a sound byte range.
pub(super) fn soundness(signature: &SignatureFacts) -> Soundness {
    let data = match &signature.payload {
        Payload::Ses(facts) => facts.data,
        Payload::TimeStamp(facts) => facts.imprint,
        Payload::Cms(facts) if facts.covers == Covers::Original => DigestFact::Equal(Digest::Sm3),
        Payload::Cms(facts) => facts.data,
        Payload::Seal(_) | Payload::Certificate(_) | Payload::Unreadable(_) => DigestFact::Absent,
    };
    let covered = signature.pdf.as_ref().is_some_and(|place| place.signed.coverage.is_ok());
    match (data, signature_fact(&signature.payload)) {
        _ if !covered => Soundness::Broken,
        (DigestFact::Equal(_), Some(SignatureFact::Verified { .. })) => Soundness::Sound,
        (DigestFact::Equal(_), Some(SignatureFact::Undecidable(_))) => Soundness::Open,
        _ => Soundness::Broken,
    }
}
