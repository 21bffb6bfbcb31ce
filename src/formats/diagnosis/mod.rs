//! Why a file fails, found by trying over its own bytes what signers are known to get wrong.
//!
//! Nothing here is a verification: the answers have types of their own, none of which a check reads,
//! and what is found says how to mend the program that made the file, not that the file may pass.
//! Every search ends: [`Effort`] counts what is tried.

mod certificate;
mod digest;
mod message;
mod range;
mod seal;
mod search;
mod spelling;
mod transfer;

pub use certificate::{made_by, other_ids};
pub use digest::{DigestHabit, Misdigest};
pub use range::Region;
pub use search::{Method, Missigned, Over};
pub use spelling::Spelling;
pub use transfer::{Arrival, Wrapping, arrival};

use crate::container::{self, Kind};
use crate::examine::{FileFacts, Payload, SignatureFacts};
use crate::proof::{DigestFact, SignatureFact};

/// Signature verifications tried for one file: each takes 0.1 to 0.3 ms.
const TRIES_MAX: usize = 1_000;
/// Bytes digested for one file: about a second of SM3.
const BYTES_MAX: usize = 256 << 20;

/// What may still be tried for one file.
#[derive(Clone, Debug)]
pub struct Effort {
    tries: usize,
    bytes: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { tries: TRIES_MAX, bytes: BYTES_MAX }
    }
}

impl Effort {
    /// Takes one verification away; false when none is left.
    fn try_one(&mut self) -> bool {
        take(&mut self.tries, 1)
    }

    /// Takes bytes to be digested away; false when there are fewer left.
    fn digest(&mut self, bytes: usize) -> bool {
        take(&mut self.bytes, bytes)
    }

    /// Whether everything that there was to try has been tried.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.tries == 0 || self.bytes == 0
    }
}

fn take(left: &mut usize, amount: usize) -> bool {
    let rest = left.checked_sub(amount);
    *left = rest.unwrap_or(0);
    rest.is_some()
}

/// What became of looking for a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Found<T> {
    /// There was nothing to explain: it is right, or it is not there.
    #[default]
    NotAsked,
    /// This explains it.
    Reason(T),
    /// Nothing that is known explains it.
    Nothing,
}

impl<T> Found<T> {
    fn of(found: Option<T>) -> Self {
        found.map_or(Self::Nothing, Self::Reason)
    }

    /// The reason, when there is one.
    #[must_use]
    pub const fn reason(&self) -> Option<&T> {
        match self {
            Self::Reason(reason) => Some(reason),
            Self::NotAsked | Self::Nothing => None,
        }
    }
}

/// What explains that one signature does not hold.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// Of the signer's signature value.
    pub signature: Found<Missigned>,
    /// Of the seal maker's signature value.
    pub seal: Found<Missigned>,
    /// Of the digest of the original.
    pub digest: Found<Misdigest>,
}

/// Looks for the reason of every signature in a file that was examined and does not hold;
/// `original` is the document of a bare signature.
#[must_use]
pub fn explain(
    file: &[u8],
    original: Option<&[u8]>,
    facts: &FileFacts,
    effort: &mut Effort,
) -> Vec<Explanation> {
    let found = facts.signatures.as_deref().unwrap_or_default();
    found.iter().map(|one| signature((file, original), facts, one, effort)).collect()
}

fn signature(
    (file, original): (&[u8], Option<&[u8]>),
    facts: &FileFacts,
    one: &SignatureFacts,
    effort: &mut Effort,
) -> Explanation {
    let place = one.pdf.as_ref().map(|place| &place.signed);
    let stored = place.map_or(file, |place| &place.contents);
    let Some(payload) = container::payload(stored) else { return Explanation::default() };
    let revisions = facts.document.as_ref().map_or(&[][..], |document| &document.revisions);
    let regions = match (place, original) {
        (Some(place), _) => range::regions(file, place, revisions),
        (None, Some(original)) => range::of_original(original),
        (None, None) => Vec::new(),
    };
    let covered = place.and_then(|place| place.message(file));
    let whole = original.map(|bytes| [bytes]);
    let original = match (&covered, &whole) {
        (Some(parts), _) => Some(&parts[..]),
        (None, Some(parts)) => Some(&parts[..]),
        (None, None) => None,
    };
    match (&one.payload, payload.kind) {
        (Payload::Cms(found), Kind::Cms) => Explanation {
            signature: asked(is_bad(&found.signature), || {
                message::signature(payload.der, original, effort)
            }),
            digest: asked(is_different(found.data), || {
                message::digest(payload.der, &regions, effort)
            }),
            seal: Found::NotAsked,
        },
        (Payload::TimeStamp(found), Kind::Cms) => Explanation {
            signature: asked(is_bad(&found.message.signature), || {
                message::signature(payload.der, None, effort)
            }),
            ..Explanation::default()
        },
        (Payload::Ses(found), Kind::SealSignature) => Explanation {
            signature: asked(is_bad(&found.signature), || {
                seal::signature(payload.der, original, effort)
            }),
            seal: asked(is_bad(&found.seal.signature), || seal::seal(&found.seal.bytes, effort)),
            digest: asked(is_different(found.data), || seal::digest(payload.der, &regions, effort)),
        },
        (Payload::Seal(found), Kind::Seal) => Explanation {
            seal: asked(is_bad(&found.signature), || seal::seal(payload.der, effort)),
            ..Explanation::default()
        },
        _ => Explanation::default(),
    }
}

fn asked<T>(asked: bool, look: impl FnOnce() -> Option<T>) -> Found<T> {
    if asked { Found::of(look()) } else { Found::NotAsked }
}

fn is_bad(fact: &SignatureFact) -> bool {
    matches!(fact, SignatureFact::Bad { .. })
}

fn is_different(fact: DigestFact) -> bool {
    matches!(fact, DigestFact::Different(_))
}

#[cfg(test)]
mod tests;
