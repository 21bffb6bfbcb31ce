//! Digests by name, so that one is never taken for the other.

use formats::algorithm::Digest;
use std::fmt;
use std::str::FromStr;

/// The text is not a digest: 64 hexadecimal digits in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 64 hexadecimal digits in small letters")]
pub struct BadDigest;

macro_rules! digests {
    ($($(#[$meaning:meta])* $name:ident $algorithm:ident $prefix:literal,)*) => {$(
        $(#[$meaning])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The digest of these bytes.
            #[must_use]
            pub fn of(bytes: &[u8]) -> Self {
                Self::of_parts(&[bytes])
            }

            /// The digest of these parts, one after the other.
            #[must_use]
            pub fn of_parts(parts: &[&[u8]]) -> Self {
                // The algorithm has 32 bytes, so the fallback is never taken.
                Self(Digest::$algorithm.hash(parts).try_into().unwrap_or([0; 32]))
            }

            /// The 32 bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = BadDigest;

            fn try_from(bytes: &[u8]) -> Result<Self, BadDigest> {
                bytes.try_into().map(Self).map_err(|_| BadDigest)
            }
        }

        impl FromStr for $name {
            type Err = BadDigest;

            fn from_str(text: &str) -> Result<Self, BadDigest> {
                let mut bytes = [0; 32];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| BadDigest)?;
                (hex::encode(bytes) == text).then_some(Self(bytes)).ok_or(BadDigest)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!($prefix, ":{}"), self)
            }
        }
    )*};
}

digests! {
    /// An SM3 digest (GB/T 32905): the name of a file in the store and of what was signed.
    Sm3 Sm3 "sm3",
    /// A SHA-256 digest: the entity tag of a file.
    Sha256 Sha256 "sha256",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_digest() {
        let digest = Sm3::from([0xab; 32]);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(format!("{digest:?}"), format!("sm3:{}", "ab".repeat(32)));
        assert_eq!("AB".repeat(32).parse::<Sm3>(), Err(BadDigest));
        assert_eq!("ab".repeat(31).parse::<Sm3>(), Err(BadDigest));
        assert_eq!("".parse::<Sha256>(), Err(BadDigest));
        assert_eq!(Sha256::try_from(&[0u8; 31][..]), Err(BadDigest));
    }
}
