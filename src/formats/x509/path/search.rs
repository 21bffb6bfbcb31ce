//! The search: depth first, anchors before strangers, every link checked where it is made.

use super::error::subject_of;
use super::{Budget, Path, PathError, PathRequest, checks, names, peer, policy, rules};
use crate::x509::certificate::{Certificate, CertificateSignatureError};
use std::collections::HashMap;

pub(super) fn run(request: &PathRequest<'_>, budget: &mut Budget) -> Result<Path, PathError> {
    checks::leaf(request)?;
    peer::check(request.leaf, request.peers)?;
    let mut search = Search {
        request,
        budget,
        links: HashMap::new(),
        worst: PathError::UnknownIssuer { issuer: request.leaf.issuer().to_string() },
    };
    let mut chain = vec![request.leaf];
    if request.anchors.contains(request.leaf) {
        return search.complete(&chain);
    }
    match search.extend(&mut chain)? {
        Some(path) => Ok(path),
        None => Err(search.worst),
    }
}

struct Search<'a, 'b> {
    request: &'a PathRequest<'a>,
    budget: &'b mut Budget,
    /// Signatures already verified, by certificate and issuer: a maze asks for them again.
    links: HashMap<(*const u8, *const u8), Result<(), PathError>>,
    worst: PathError,
}

impl<'a> Search<'a, '_> {
    /// Tries every issuer of the last certificate. `Err` only when the budget is spent.
    fn extend(&mut self, chain: &mut Vec<&'a Certificate>) -> Result<Option<Path>, PathError> {
        let request = self.request;
        for (pool, is_anchor) in [(request.anchors, true), (request.intermediates, false)] {
            for issuer in candidates(chain, pool) {
                self.budget.candidate()?;
                match self.link(chain, issuer) {
                    Err(error @ PathError::Exhausted(_)) => return Err(error),
                    Err(error) => self.note(error),
                    Ok(()) => {
                        chain.push(issuer);
                        let found = self.step(chain, is_anchor)?;
                        chain.pop();
                        if found.is_some() {
                            return Ok(found);
                        }
                    }
                }
            }
        }
        Ok(None)
    }

    /// Validates a chain that reached an anchor, and searches on from any other.
    fn step(
        &mut self,
        chain: &mut Vec<&'a Certificate>,
        is_anchor: bool,
    ) -> Result<Option<Path>, PathError> {
        if !is_anchor {
            return self.extend(chain);
        }
        match self.complete(chain) {
            Ok(path) => Ok(Some(path)),
            Err(error @ PathError::Exhausted(_)) => Err(error),
            Err(error) => {
                self.note(error);
                Ok(None)
            }
        }
    }

    fn note(&mut self, error: PathError) {
        if error.rank() > self.worst.rank() {
            self.worst = error;
        }
    }

    /// May `issuer` stand above the chain, and did it sign the last certificate?
    fn link(&mut self, chain: &[&Certificate], issuer: &Certificate) -> Result<(), PathError> {
        checks::issuer(self.request, chain, issuer)?;
        // A chain begins with the leaf.
        let subject = *chain.last().expect("a chain is not empty");
        let link = (subject.der().as_ptr(), issuer.der().as_ptr());
        if let Some(known) = self.links.get(&link) {
            return known.clone();
        }
        self.budget.signature()?;
        let verified = verify(subject, issuer);
        self.links.insert(link, verified.clone());
        verified
    }

    fn complete(&mut self, chain: &[&Certificate]) -> Result<Path, PathError> {
        rules::check(self.request.rules, chain)?;
        names::check(chain, self.budget)?;
        let policies = policy::check(&self.request.policy, chain)?;
        Ok(Path { certificates: chain.iter().copied().cloned().collect(), policies })
    }
}

fn verify(subject: &Certificate, issuer: &Certificate) -> Result<(), PathError> {
    let key = issuer
        .public_key()
        .map_err(|cause| PathError::Key { subject: subject_of(issuer), cause: cause.clone() })?;
    subject.verify_signature(key).map_err(|error| match error {
        CertificateSignatureError::Algorithm(cause) => {
            PathError::Algorithm { subject: subject_of(subject), cause }
        }
        CertificateSignatureError::Signature(_) => {
            PathError::SignatureInvalid { subject: subject_of(subject) }
        }
    })
}

/// The certificates of `pool` with the issuer's name that do not repeat one of the chain; those
/// whose key identifier is the one asked for come first.
fn candidates<'a>(chain: &[&Certificate], pool: &'a [Certificate]) -> Vec<&'a Certificate> {
    let Some(subject) = chain.last() else { return Vec::new() };
    let repeats = |issuer: &Certificate| {
        let same = |member: &&Certificate| {
            member.subject() == issuer.subject() && member.spki() == issuer.spki()
        };
        chain.iter().any(same)
    };
    let wanted = subject.extensions().authority_key_identifier.as_ref();
    let wanted = wanted.and_then(|authority| authority.key.as_ref());
    let mut found: Vec<&Certificate> = pool
        .iter()
        .filter(|issuer| issuer.subject() == subject.issuer() && !repeats(issuer))
        .collect();
    found.sort_by_key(|issuer| {
        let own = issuer.extensions().subject_key_identifier.as_ref();
        wanted.is_some() && own.is_some() && wanted != own
    });
    found
}
