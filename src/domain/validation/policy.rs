//! What is believed and asked for: configured by the operator, never taken from a file.

use crate::digest::Sha256;
use formats::algorithm::{Digest, KeyKind, PublicKey, RSA_BITS_MIN};
use formats::text;
use formats::x509::Certificate;
use formats::x509::crl::{Crl, Reason};
use formats::x509::ocsp::Answer;
use formats::x509::path::Path;
use formats::x509::revocation::{Revocation as CertificateRevocation, Source};
use std::fmt;
use time::{Duration, OffsetDateTime, UtcOffset};

/// What a trust anchor may vouch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Certificates of seal makers.
    SealMaker,
    /// Certificates of those who seal.
    Sealer,
    /// Certificates of those who sign documents.
    DocumentSigner,
    /// Certificates of time-stamp authorities.
    TimeStamper,
    /// Answers about revocation, of every issuer.
    Responder,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::SealMaker, Self::Sealer, Self::DocumentSigner, Self::TimeStamper, Self::Responder];

    /// What a certificate of a plain folder may vouch for: a responder for other issuers is named
    /// by a trust list only.
    pub const OF_FOLDERS: [Self; 4] =
        [Self::SealMaker, Self::Sealer, Self::DocumentSigner, Self::TimeStamper];

    /// The purpose of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The name for programs and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SealMaker => "seal_maker",
            Self::Sealer => "sealer",
            Self::DocumentSigner => "document_signer",
            Self::TimeStamper => "time_stamper",
            Self::Responder => "responder",
        }
    }
}

/// A certificate that is believed without further proof, for some purposes.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// The certificate.
    pub certificate: Certificate,
    /// What it may vouch for.
    pub purposes: Vec<Purpose>,
    /// Within what.
    pub mandate: Mandate,
}

impl Anchor {
    /// An anchor without limits.
    #[must_use]
    pub fn new(certificate: Certificate, purposes: &[Purpose]) -> Self {
        Self { certificate, purposes: purposes.to_vec(), mandate: Mandate::default() }
    }
}

/// Within what an anchor may vouch; without any, for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mandate {
    /// It vouches for nothing any more, not even for what was before.
    pub withdrawn: bool,
    /// Only for what was signed from then on.
    pub from: Option<OffsetDateTime>,
    /// Only for what was signed until then.
    pub to: Option<OffsetDateTime>,
    /// Only for seals of these kinds, by the numbers of their makers.
    pub seal_kinds: Option<Vec<i64>>,
    /// Only on licenses of these types.
    pub license_types: Option<Vec<String>>,
}

/// What an anchor is asked to vouch for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    /// For what; any purpose when none.
    pub(super) purpose: Option<Purpose>,
    /// When it was signed.
    pub(super) signed: OffsetDateTime,
    /// The kind of the seal, when there is one.
    pub(super) seal_kind: Option<i64>,
    /// The type of the license, when it is known.
    pub(super) license_type: Option<&'a str>,
}

impl Mandate {
    /// What of the claim is outside.
    fn outside(&self, claim: &Claim<'_>) -> Option<String> {
        let at = text::moment_utc(claim.signed);
        if self.withdrawn {
            return Some("it was withdrawn".to_owned());
        }
        if self.from.is_some_and(|from| claim.signed < from) {
            return Some(format!("it does not yet vouch for {at}"));
        }
        if self.to.is_some_and(|to| claim.signed > to) {
            return Some(format!("it no longer vouches for {at}"));
        }
        match (&self.seal_kinds, claim.seal_kind) {
            (Some(kinds), Some(kind)) if !kinds.contains(&kind) => {
                return Some(format!("it does not vouch for seals of kind {kind}"));
            }
            _ => {}
        }
        match (&self.license_types, claim.license_type) {
            (Some(_), None) => Some("it vouches for some license types only".to_owned()),
            (Some(types), Some(of)) if !types.iter().any(|one| one == of) => {
                Some(format!("it does not vouch for licenses of type {of}"))
            }
            _ => None,
        }
    }
}

/// Where anchors come from: it stands in every report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustSource {
    /// Nowhere: nothing is believed.
    Nothing,
    /// Plain certificates, put there by the operator; no version but the digest of all of them.
    Folder {
        /// SM3 over the anchors, in hexadecimal.
        digest: String,
    },
    /// A signed trust list.
    List {
        /// Whose it is.
        name: String,
        /// Its version.
        version: u64,
        /// When it was issued.
        issued: OffsetDateTime,
        /// When the next one is due at the latest.
        next_update: OffsetDateTime,
    },
}

impl TrustSource {
    /// Of plain certificates, whatever their order.
    #[must_use]
    pub fn folder(anchors: &[Certificate]) -> Self {
        let mut each: Vec<[u8; 32]> = anchors.iter().map(Certificate::fingerprint_sm3).collect();
        each.sort_unstable();
        Self::Folder { digest: text::hex(&Digest::Sm3.hash(&[each.as_flattened()])) }
    }
}

/// Short, and for every source another: `2026-03-01#41`, `folder#66c7f0f462eeedd9`, `none`.
impl fmt::Display for TrustSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("none"),
            Self::Folder { digest } => write!(f, "folder#{}", digest.get(..16).unwrap_or(digest)),
            Self::List { version, issued, .. } => {
                write!(f, "{}#{version}", issued.to_offset(UtcOffset::UTC).date())
            }
        }
    }
}

/// A certificate that no longer counts by the word of whoever judges: a register of seals knows of a
/// revocation before its authority has said so. No list takes such a word back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The certificate.
    pub certificate: Sha256,
    /// Since when it is revoked.
    pub at: OffsetDateTime,
    /// Why.
    pub reason: Reason,
    /// Since when its key may have been in other hands.
    pub invalid_since: Option<OffsetDateTime>,
}

impl Stated {
    fn revocation(&self) -> CertificateRevocation {
        CertificateRevocation {
            source: Source::Statement,
            at: self.at,
            reason: Some(self.reason),
            invalid_since: self.invalid_since,
            this_update: self.at,
        }
    }
}

/// How certificate revocation is looked at: by what is configured here, and by what travels with a
/// file and is signed by those whom the anchors vouch for.
///
/// With nothing configured it is not asked for: every report says so, and what a file carries
/// counts all the same. With anything configured, a certificate of which nothing is said is not
/// known to be good, and the answer stays open.
#[derive(Clone, Debug, Default)]
pub struct Revocation {
    /// Revocation lists.
    pub lists: Vec<Crl>,
    /// Answers of responders (OCSP).
    pub answers: Vec<Answer>,
    /// What whoever judges says of certificates; it counts whether revocation is asked for or not.
    pub stated: Vec<Stated>,
    /// How old either may be, besides its own `nextUpdate`.
    pub age_max: Option<Duration>,
    /// Asked for even with nothing at hand.
    pub required: bool,
}

impl Revocation {
    /// Whether a certificate of which nothing is said leaves the answer open.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.required || !self.lists.is_empty() || !self.answers.is_empty()
    }

    /// What is stated of a certificate at a moment.
    pub(super) fn stated_of(
        &self,
        certificate: &Certificate,
        at: OffsetDateTime,
    ) -> Option<CertificateRevocation> {
        // The digest is computed for nothing where nobody says anything, which is nearly always.
        let said = (!self.stated.is_empty()).then(|| Sha256::of(certificate.der()))?;
        let own = |one: &&Stated| one.certificate == said && one.at <= at;
        self.stated.iter().find(own).map(Stated::revocation)
    }
}

/// With small exponents mistakes of other programs become forgeries (FIPS 186-5, A.1.1).
const RSA_EXPONENT_MIN: u32 = 65_537;

/// What a log that is believed says of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Logged {
    /// Nobody showed a proof.
    #[default]
    NotShown,
    /// The file was in the log at this instant, at the latest: so were its signatures.
    Since(OffsetDateTime),
    /// What was shown proves nothing, and why.
    Unproved(String),
}

impl Logged {
    /// Since when the file is known to have been there.
    #[must_use]
    pub fn since(&self) -> Option<OffsetDateTime> {
        match self {
            Self::Since(at) => Some(*at),
            Self::NotShown | Self::Unproved(_) => None,
        }
    }
}

/// Everything a judgement depends on besides the facts and the moment.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The anchors.
    pub anchors: Vec<Anchor>,
    /// Certificates that may stand between a leaf and an anchor, besides those in the file.
    pub intermediates: Vec<Certificate>,
    /// Smallest RSA key, in bits.
    pub rsa_bits_min: usize,
    /// Smallest public exponent of an RSA key.
    pub rsa_exponent_min: u32,
    /// Revocation.
    pub revocation: Revocation,
    /// Where the anchors come from.
    pub source: TrustSource,
    /// Type of the license that the file is, where the register knows it.
    pub license_type: Option<String>,
    /// What a log says of the file.
    pub logged: Logged,
}

impl Policy {
    /// A policy with these anchors and otherwise the defaults.
    #[must_use]
    pub fn new(anchors: Vec<Anchor>) -> Self {
        let certificates: Vec<Certificate> =
            anchors.iter().map(|anchor| anchor.certificate.clone()).collect();
        let source = match &certificates[..] {
            [] => TrustSource::Nothing,
            all => TrustSource::folder(all),
        };
        Self {
            anchors,
            intermediates: Vec::new(),
            rsa_bits_min: RSA_BITS_MIN,
            rsa_exponent_min: RSA_EXPONENT_MIN,
            revocation: Revocation::default(),
            source,
            license_type: None,
            logged: Logged::NotShown,
        }
    }

    /// The anchors that may vouch for a claim.
    pub(super) fn anchors_for(&self, claim: &Claim<'_>) -> Vec<Certificate> {
        let fits = |anchor: &&Anchor| {
            let for_it = |one| anchor.purposes.contains(&one);
            claim.purpose.is_none_or(for_it) && anchor.mandate.outside(claim).is_none()
        };
        self.anchors.iter().filter(fits).map(|anchor| anchor.certificate.clone()).collect()
    }

    /// Every anchor, for whatever it vouches.
    pub(super) fn anchors(&self) -> Vec<Certificate> {
        self.anchors.iter().map(|anchor| anchor.certificate.clone()).collect()
    }

    /// Why an anchor does not vouch for a claim.
    pub(super) fn refusal(&self, anchor: &Certificate, claim: &Claim<'_>) -> String {
        let mut own = self.anchors.iter().filter(|one| one.certificate == *anchor);
        let reason = own.find_map(|anchor| match claim.purpose {
            Some(purpose) if !anchor.purposes.contains(&purpose) => None,
            _ => anchor.mandate.outside(claim),
        });
        let purpose = claim.purpose.map_or("this", Purpose::name);
        let reason = reason.unwrap_or_else(|| format!("it does not vouch for {purpose}"));
        format!("{}: {reason}", anchor.subject())
    }

    /// Whether a key is strong enough. What is not in the allow-list of suites never gets here.
    #[must_use]
    pub fn allows(&self, key: &PublicKey) -> bool {
        let exponent = key.rsa_exponent().unwrap_or(u32::MAX);
        match key.kind() {
            KeyKind::Rsa { bits } => bits >= self.rsa_bits_min && exponent >= self.rsa_exponent_min,
            _ => true,
        }
    }

    /// The first certificate of a path whose key is not strong enough.
    pub(super) fn weak<'a>(&self, path: &'a Path) -> Option<&'a Certificate> {
        let strong = |one: &&Certificate| one.public_key().is_ok_and(|key| self.allows(key));
        path.certificates.iter().find(|one| !strong(one))
    }
}
