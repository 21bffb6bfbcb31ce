//! Searching for what a signature value was made over, how, and by which key.

use super::spelling::{self, Spelling};
use super::{Effort, certificate};
use crate::algorithm::{Digest, KeyKind, PublicKey, SM2_DEFAULT_ID, Suite, suite_of, verify};
use crate::sm::{self, Habit, Signature, SignedNumber};
use crate::x509::Certificate;
use std::borrow::Cow;

/// What was signed, among the bytes that are near what should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// What the standard says.
    Right,
    /// Of signed attributes: with their own tag `[0]` in place of SET.
    TaggedAttributes,
    /// Of signed attributes: sorted, while they are stored unsorted.
    SortedAttributes,
    /// What should be signed, without its tag and length.
    WithoutHeader,
    /// The document itself.
    Original,
    /// The digest of the document, as stored.
    StoredDigest,
    /// Of a seal signature: the seal.
    Seal,
    /// Of a seal signature: the part to sign together with certificate and algorithm.
    WithCertificate,
    /// Of a seal: by the rule of another edition of the standard.
    OtherEdition,
    /// Of a seal: the picture.
    Picture,
    /// The whole structure in which the signature stands, but for the signature.
    Rewritten,
}

/// How it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// As it should be.
    Right,
    /// SM2, by another way to the number that is signed.
    Sm2(Habit),
    /// RSA or ECDSA with another padding or digest than named.
    Suite(Suite),
}

/// What explains a signature value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missigned {
    /// What was signed.
    pub over: Over,
    /// How.
    pub method: Method,
    /// How the value is written.
    pub spelling: Spelling,
    /// Whose key it is, when it is not that of the certificate named.
    pub other_key: Option<String>,
}

/// Bytes that may have been signed.
pub(super) type Candidate<'a> = (Over, Vec<Cow<'a, [u8]>>);

/// Certificates whose keys are tried besides the signer's.
const OTHER_KEYS_MAX: usize = 4;

/// A signature value to be explained.
pub(super) struct Search<'a> {
    /// Whose it should be.
    pub(super) signer: &'a Certificate,
    /// Whose else it may be.
    pub(super) others: &'a [Certificate],
    /// The suite that the structure names.
    pub(super) suite: Suite,
    pub(super) value: &'a [u8],
}

impl Search<'_> {
    /// The first explanation among the candidates, the shorter ones tried first.
    pub(super) fn run(
        &self,
        mut candidates: Vec<Candidate<'_>>,
        effort: &mut Effort,
    ) -> Option<Missigned> {
        let later = |over: Over| over != Over::Right && over != Over::StoredDigest;
        candidates.sort_by_key(|(over, parts)| (later(*over), length(parts)));
        let others = self.others.iter().filter(|one| *one != self.signer);
        let keys = std::iter::once(self.signer).chain(others.take(OTHER_KEYS_MAX));
        let known: Vec<(&Certificate, &PublicKey)> =
            keys.filter_map(|one| Some((one, one.public_key().ok()?))).collect();
        known.into_iter().find_map(|(certificate, key)| {
            let found = match key.sm2() {
                Some(sm2) => self.sm2((certificate, sm2), &candidates, effort),
                None => self.other((certificate, key), &candidates, effort),
            }?;
            let stranger = certificate != self.signer;
            let other_key = stranger.then(|| certificate.subject().to_string());
            Some(Missigned { other_key, ..found })
        })
    }

    fn sm2(
        &self,
        (certificate, key): (&Certificate, &sm::PublicKey),
        candidates: &[Candidate<'_>],
        effort: &mut Effort,
    ) -> Option<Missigned> {
        let mut numbers = Vec::new();
        for (spelling, der) in spelling::pairs(self.value, 32) {
            let Ok(signature) = Signature::from_der(&der) else { continue };
            if !effort.try_one() {
                return None;
            }
            numbers.extend(SignedNumber::of(key, &signature).map(|number| (spelling, number)));
        }
        let ids = certificate::other_ids(certificate);
        for (over, parts) in candidates {
            let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
            let bytes = parts.iter().map(|part| part.len()).sum::<usize>();
            for (spelling, number) in &numbers {
                if !effort.digest(bytes.saturating_mul(sm::digests(ids.len()))) {
                    return None;
                }
                if let Some(habit) = sm::habit(*number, key, (SM2_DEFAULT_ID, &ids), &parts) {
                    let right = habit == Habit::Id(SM2_DEFAULT_ID.to_vec());
                    let method = if right { Method::Right } else { Method::Sm2(habit) };
                    return Some(found(*over, method, *spelling));
                }
            }
        }
        None
    }

    fn other(
        &self,
        (_, key): (&Certificate, &PublicKey),
        candidates: &[Candidate<'_>],
        effort: &mut Effort,
    ) -> Option<Missigned> {
        let spellings = match key.kind() {
            KeyKind::P256 => spelling::pairs(self.value, 32),
            KeyKind::P384 => spelling::pairs(self.value, 48),
            KeyKind::Rsa { bits } => spelling::numbers(self.value, bits.div_ceil(8)),
            KeyKind::Sm2 | KeyKind::Ed25519 | KeyKind::Unsupported(_) => return None,
        };
        let suites = suites(self.suite, key);
        for (over, parts) in candidates {
            let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
            let bytes = parts.iter().map(|part| part.len()).sum::<usize>();
            for (spelling, value) in &spellings {
                for suite in &suites {
                    if !effort.try_one() || !effort.digest(bytes) {
                        return None;
                    }
                    if verify(*suite, key, SM2_DEFAULT_ID, &parts, value).is_ok() {
                        let named = *suite == self.suite;
                        let method = if named { Method::Right } else { Method::Suite(*suite) };
                        return Some(found(*over, method, *spelling));
                    }
                }
            }
        }
        None
    }
}

fn found(over: Over, method: Method, spelling: Spelling) -> Missigned {
    Missigned { over, method, spelling, other_key: None }
}

fn length(parts: &[Cow<'_, [u8]>]) -> usize {
    parts.iter().map(|part| part.len()).sum()
}

/// The suite that is named first, then the others that go with the key.
fn suites(named: Suite, key: &PublicKey) -> Vec<Suite> {
    let shas = [Digest::Sha256, Digest::Sha384, Digest::Sha512];
    let fits = |suite: &Suite| {
        suite_of(&suite.algorithm_identifier(), key, None).is_ok_and(|found| found == *suite)
    };
    let all = shas.into_iter().flat_map(|digest| match key.kind() {
        KeyKind::Rsa { .. } => vec![Suite::RsaPkcs1(digest), Suite::RsaPss(digest)],
        KeyKind::P256 => vec![Suite::EcdsaP256(digest)],
        _ => vec![Suite::EcdsaP384(digest)],
    });
    let others = all.filter(|suite| *suite != named && fits(suite));
    std::iter::once(named).chain(others).collect()
}
