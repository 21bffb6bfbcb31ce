//! What is believed and asked for: configured by the operator, never taken from a file.

use formats::algorithm::{KeyKind, RSA_BITS_MIN};
use formats::x509::Certificate;
use formats::x509::crl::Crl;
use formats::x509::ocsp::Answer;
use time::Duration;

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
    /// Revocation.
    pub revocation: Revocation,
    /// Name and version of the trust list, for the report.
    pub trust_list: Option<String>,
}

impl Policy {
    /// A policy with these anchors and otherwise the defaults.
    #[must_use]
    pub fn new(anchors: Vec<Anchor>) -> Self {
        Self {
            anchors,
            intermediates: Vec::new(),
            rsa_bits_min: RSA_BITS_MIN,
            revocation: Revocation::default(),
            trust_list: None,
        }
    }

    /// The anchors for one purpose.
    #[must_use]
    pub fn anchors_for(&self, purpose: Option<Purpose>) -> Vec<Certificate> {
        let fits = |anchor: &&Anchor| purpose.is_none_or(|one| anchor.purposes.contains(&one));
        self.anchors.iter().filter(fits).map(|anchor| anchor.certificate.clone()).collect()
    }

    /// Whether a key is strong enough. What is not in the allow-list of suites never gets here.
    #[must_use]
    pub fn allows(&self, key: &KeyKind) -> bool {
        match key {
            KeyKind::Rsa { bits } => *bits >= self.rsa_bits_min,
            _ => true,
        }
    }
}
