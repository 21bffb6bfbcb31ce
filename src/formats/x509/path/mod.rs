//! Building and validating a certification path (RFC 5280, clause 6): one builder for SM2, RSA and
//! ECDSA chains.
//!
//! The search goes from the leaf towards the configured anchors, checks every link where it is
//! made, and validates each complete path as a whole. Time is an argument, and so is the work
//! allowed: certificates come from strangers. Revocation is judged apart, over the path found.

mod budget;
mod checks;
mod error;
mod host;
mod names;
mod peer;
mod policy;
mod rules;
mod search;

pub use budget::{Budget, Exhausted};
pub use error::PathError;
pub use peer::Peer;
pub use policy::{PolicyInput, ValidPolicy};

use super::certificate::Certificate;
use time::OffsetDateTime;

/// Most certificates between leaf and anchor that are not self-issued. Government chains have one
/// or two; the deepest of the public test suites has six.
pub const INTERMEDIATES_MAX: usize = 8;

/// For what the leaf is used; decides its keyUsage and extKeyUsage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usage {
    /// Signs electronic seals.
    SealMaker,
    /// Signs with an electronic seal.
    Sealer,
    /// Signs documents.
    DocumentSigner,
    /// Signs time stamps.
    TimeStamping,
    /// Signs OCSP answers.
    OcspSigning,
    /// Signs revocation lists.
    CrlSigning,
    /// Is a TLS server.
    TlsServer,
    /// Is a TLS client: a person who logs in.
    TlsClient,
    /// Any use: only the chain counts.
    Any,
}

/// How much of what the standards ask of issuers is asked of certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rules {
    /// Everything that decides whether a certificate may be trusted, and nothing that is only
    /// form: serial numbers, key identifiers, critical marks are taken as they are in use.
    #[default]
    Trust,
    /// Also the form that RFC 5280 asks of conforming issuers.
    Rfc5280,
    /// Also what the baseline requirements of the CA/Browser Forum ask of web servers.
    Web,
}

/// What is asked of the builder.
#[derive(Clone, Debug)]
pub struct PathRequest<'a> {
    /// The certificate in question.
    pub leaf: &'a Certificate,
    /// Certificates that may help, from anywhere.
    pub intermediates: &'a [Certificate],
    /// Trusted certificates: from configuration, never from the file that is judged.
    pub anchors: &'a [Certificate],
    /// The moment at which the path must be valid.
    pub at: OffsetDateTime,
    /// For what the leaf is used.
    pub usage: Usage,
    /// How strict.
    pub rules: Rules,
    /// Names that the leaf must carry.
    pub peers: &'a [Peer],
    /// Certificate policies asked for.
    pub policy: PolicyInput,
    /// Most certificates between leaf and anchor, self-issued ones not counted.
    pub intermediates_max: usize,
}

impl<'a> PathRequest<'a> {
    /// A request with the usual settings: [`Rules::Trust`], no names, any policy.
    #[must_use]
    pub fn new(
        leaf: &'a Certificate,
        intermediates: &'a [Certificate],
        anchors: &'a [Certificate],
        at: OffsetDateTime,
        usage: Usage,
    ) -> Self {
        Self {
            leaf,
            intermediates,
            anchors,
            at,
            usage,
            rules: Rules::Trust,
            peers: &[],
            policy: PolicyInput::default(),
            intermediates_max: INTERMEDIATES_MAX,
        }
    }
}

/// A valid path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// From the leaf to the anchor, both included; one when the leaf itself is an anchor.
    pub certificates: Vec<Certificate>,
    /// Under which certificate policies it is valid.
    pub policies: Vec<ValidPolicy>,
}

impl Path {
    /// The anchor.
    #[must_use]
    pub fn anchor(&self) -> &Certificate {
        // A path has at least its leaf.
        self.certificates.last().expect("a path is not empty")
    }

    /// Each certificate with its issuer, from the leaf up; the anchor has none here.
    pub fn links(&self) -> impl Iterator<Item = (&Certificate, &Certificate)> {
        self.certificates.iter().zip(self.certificates.iter().skip(1))
    }
}

/// What is asked of the leaf before any path is sought: extensions, usage and validity.
///
/// # Errors
/// The first thing that is wrong with it.
pub(in crate::x509) fn check_leaf(request: &PathRequest<'_>) -> Result<(), PathError> {
    checks::leaf(request)
}

/// Finds a valid path from the leaf to one of the anchors.
///
/// # Errors
/// The most telling reason found: a path that failed one check says more than a missing issuer.
/// [`PathError::Exhausted`] when the budget ran out before an answer.
pub fn build(request: &PathRequest<'_>, budget: &mut Budget) -> Result<Path, PathError> {
    search::run(request, budget)
}

#[cfg(test)]
mod tests;
