//! The token by which a request is completed once; only a digest of it is kept.

use crate::digest::Sha256;
use formats::algorithm::Digest;
use std::fmt;
use std::str::FromStr;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// 256 random bits, given out once with the prepared document.
#[derive(Clone)]
pub struct SigningToken(Zeroizing<[u8; 32]>);

/// The text is no token; nothing of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of a signing request")]
pub struct BadSigningToken;

impl SigningToken {
    /// A token of these random bits.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        let digest = Digest::Sha256.hash(&[b"yinzheng signing\0", &self.0[..]]);
        // SHA-256 has 32 bytes; a digest of another length matches nothing.
        Sha256::try_from(&digest[..]).unwrap_or(Sha256::from([0; 32]))
    }

    /// Whether its digest is this one. The time it takes does not depend on where they differ.
    #[must_use]
    pub fn is(&self, kept: Sha256) -> bool {
        bool::from(self.digest().as_bytes().ct_eq(kept.as_bytes()))
    }

    /// The text for whoever asked.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0[..]))
    }
}

impl FromStr for SigningToken {
    type Err = BadSigningToken;

    fn from_str(text: &str) -> Result<Self, BadSigningToken> {
        let mut random = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text, &mut random[..]).map_err(|_| BadSigningToken)?;
        Ok(Self(random))
    }
}

impl fmt::Debug for SigningToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SigningToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_digest_alone() {
        let (one, other) = (SigningToken::new([7; 32]), SigningToken::new([8; 32]));
        let read: SigningToken = one.reveal().parse().expect("a token");
        assert!(read.is(one.digest()) && !other.is(one.digest()));
        assert_eq!(format!("{one:?}"), "SigningToken(…)");
        for wrong in ["", "07", &"07".repeat(33), &"zz".repeat(32)] {
            assert_eq!(wrong.parse::<SigningToken>().err(), Some(BadSigningToken), "{wrong}");
        }
    }
}
