//! Digests of bodies (RFC 9530), checked while the body comes in.

use super::Refused;
use formats::algorithm::{Digest, Hasher};
use formats::structured_field::{Bare, Item, Member, dictionary};
use subtle::ConstantTimeEq;

/// The digests that are read, by their names in `Content-Digest`; `sm3` is our own.
const DIGESTS: [(&str, Digest); 3] =
    [("sha-256", Digest::Sha256), ("sha-512", Digest::Sha512), ("sm3", Digest::Sm3)];

/// What a body must be.
#[derive(Clone)]
pub struct BodyDigest(Vec<(Hasher, Vec<u8>)>);

impl std::fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BodyDigest({})", self.0.len())
    }
}

impl BodyDigest {
    /// As `Content-Digest` says it: by every digest of it that is read here.
    ///
    /// # Errors
    /// Not of its form, or without a digest that is read.
    pub fn read(field: &str) -> Result<Self, Refused> {
        let header = "Content-Digest";
        let members = dictionary(field).map_err(|cause| Refused::Field { header, cause })?;
        let known = members.into_iter().filter_map(|(name, member)| {
            let (_, digest) = DIGESTS.iter().find(|(known, _)| *known == name)?;
            Some((*digest, member))
        });
        let value = |(digest, member): (Digest, Member)| match member {
            Member::Item(Item { bare: Bare::Bytes(bytes), .. }) if bytes.len() == digest.len() => {
                Ok((Hasher::new(digest), bytes))
            }
            _ => Err(Refused::Form("a digest in Content-Digest has another length")),
        };
        let all = known.map(value).collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            return Err(Refused::Form("Content-Digest has neither sha-256, sha-512 nor sm3"));
        }
        Ok(Self(all))
    }

    /// By one digest.
    #[must_use]
    pub fn new(digest: Digest, value: Vec<u8>) -> Self {
        Self(vec![(Hasher::new(digest), value)])
    }

    /// The next part of the body.
    pub fn update(&mut self, part: &[u8]) {
        self.0.iter_mut().for_each(|(hasher, _)| hasher.update(part));
    }

    /// Whether the body, of which nothing more comes, is what it must be.
    #[must_use]
    pub fn is_right(self) -> bool {
        self.0.into_iter().all(|(hasher, value)| bool::from(hasher.finish().ct_eq(&value)))
    }
}

/// `Content-Digest` of a body.
#[must_use]
pub fn content_digest(digest: Digest, body: &[u8]) -> String {
    let name = DIGESTS.iter().find(|(_, one)| *one == digest).map_or("sha-256", |(name, _)| name);
    let digest = if name == "sha-256" { Digest::Sha256 } else { digest };
    format!("{name}={}", Bare::Bytes(digest.hash(&[body])))
}
