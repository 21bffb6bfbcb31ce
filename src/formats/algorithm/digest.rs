//! Message digests of the allow-list.

use crate::oid::{self, Oid};
use aws_lc_rs::digest as sha;
use sm3::Digest as _;

/// A digest algorithm. SHA-1 and MD5 are not in the list: nothing new relies on them, and an old
/// file that does is reported as unsupported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Digest {
    /// SM3, 32 bytes
    Sm3,
    /// SHA-256, 32 bytes
    Sha256,
    /// SHA-384, 48 bytes
    Sha384,
    /// SHA-512, 64 bytes
    Sha512,
}

impl Digest {
    /// Every digest of the list.
    pub const ALL: [Self; 4] = [Self::Sm3, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sm3 => oid::SM3,
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
        }
    }

    /// The digest of an object identifier. SM3 is also found as "SM3 without key" and, in files of
    /// some makers, under the identifier of the signature algorithm.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        if *oid == oid::SM3_WITHOUT_KEY || *oid == oid::SM2_WITH_SM3 {
            return Some(Self::Sm3);
        }
        Self::ALL.into_iter().find(|digest| digest.oid() == *oid)
    }

    /// The name shown to people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sm3 => "SM3",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Length of the value in bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no digest is empty")]
    pub const fn len(self) -> usize {
        match self {
            Self::Sm3 | Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The value over the parts, one after the other.
    #[must_use]
    pub fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        Hasher::over(self, parts).finish()
    }

    fn sha(self) -> Option<&'static sha::Algorithm> {
        match self {
            Self::Sm3 => None,
            Self::Sha256 => Some(&sha::SHA256),
            Self::Sha384 => Some(&sha::SHA384),
            Self::Sha512 => Some(&sha::SHA512),
        }
    }

    /// The value in the form that the RSA and ECDSA verifiers take; `None` for SM3.
    pub(super) fn sha_value(self, parts: &[&[u8]]) -> Option<sha::Digest> {
        let mut context = sha::Context::new(self.sha()?);
        parts.iter().for_each(|part| context.update(part));
        Some(context.finish())
    }
}

/// SM3 over the parts; what begins as others did lately is taken up there.
pub(crate) fn sm3_over(parts: &[&[u8]]) -> [u8; 32] {
    super::begun::over(parts).finalize().into()
}

/// A digest being computed over parts as they come.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sm3(sm3::Sm3),
    Sha(sha::Context),
}

impl Hasher {
    /// A digest over nothing yet.
    #[must_use]
    pub fn new(digest: Digest) -> Self {
        Self(match digest.sha() {
            Some(algorithm) => State::Sha(sha::Context::new(algorithm)),
            None => State::Sm3(sm3::Sm3::new()),
        })
    }

    /// A digest over the parts; what begins as others did lately is taken up there.
    pub(crate) fn over(digest: Digest, parts: &[&[u8]]) -> Self {
        if digest == Digest::Sm3 {
            return Self(State::Sm3(super::begun::over(parts)));
        }
        let mut hasher = Self::new(digest);
        parts.iter().for_each(|part| hasher.update(part));
        hasher
    }

    /// Adds the next part.
    pub fn update(&mut self, part: &[u8]) {
        match &mut self.0 {
            State::Sm3(state) => state.update(part),
            State::Sha(state) => state.update(part),
        }
    }

    /// The value.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Sm3(state) => state.finalize().to_vec(),
            State::Sha(state) => state.finish().as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        let abc = |digest: Digest| hex::encode(digest.hash(&[b"a", b"", b"bc"]));
        assert_eq!(
            abc(Digest::Sm3),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(
            abc(Digest::Sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        for digest in Digest::ALL {
            assert_eq!(digest.hash(&[b"abc"]).len(), digest.len());
            assert_eq!(Digest::from_oid(&digest.oid()), Some(digest));
        }
    }

    #[test]
    fn broken_digests_are_not_in_the_list() {
        assert_eq!(Digest::from_oid(&oid::SHA1), None);
        assert_eq!(Digest::from_oid(&oid::SM3_WITH_KEY), None);
    }
}
