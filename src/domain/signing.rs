//! Signing by a key of the signer's own (免手写签名): prepared here, signed elsewhere, completed here
//! once. The service never holds such a key.

mod token;

pub use token::{BadSigningToken, SigningToken};

use crate::audit::Actor;
use crate::digest::Sha256;
use crate::exemption::{ItemCode, KeptFile};
use crate::id::{OrderId, OrganizationId, SigningRequestId};
use crate::word::words;
use std::ops::Range;
use time::OffsetDateTime;

words! { "signing state";
    /// Where a request is.
    pub enum SigningState {
        /// The document waits for the signature.
        Prepared = "prepared",
        /// The signature is in it.
        Completed = "completed",
        /// Nobody signed in time.
        Expired = "expired",
        /// Whoever asked needs it no longer.
        Cancelled = "cancelled",
    }
}

words! { "signing move";
    /// What becomes of a request.
    pub enum SigningMove {
        /// The signature came.
        Complete = "complete",
        /// Its time is over.
        Expire = "expire",
        /// It is taken back.
        Cancel = "cancel",
    }
}

words! { "signing algorithm";
    /// How the signer signs, as the register knows it.
    pub enum SigningAlgorithm {
        /// SM2 with SM3.
        Sm2 = "sm2-sm3",
        /// ECDSA on P-256 with SHA-256.
        P256 = "ecdsa-p256-sha256",
        /// RSA, PKCS#1 v1.5, with SHA-256.
        RsaPkcs1 = "rsa-pkcs1-sha256",
        /// RSA, PSS, with SHA-256.
        RsaPss = "rsa-pss-sha256",
    }
}

/// The state does not allow the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing request that is {state} cannot {asked}")]
pub struct SigningRefused {
    /// Where the request is.
    pub state: SigningState,
    /// What was asked for.
    pub asked: SigningMove,
}

impl SigningState {
    /// The state after a move; only what is prepared moves.
    ///
    /// # Errors
    /// [`SigningRefused`] from every other state.
    pub fn after(self, asked: SigningMove) -> Result<Self, SigningRefused> {
        match (self, asked) {
            (Self::Prepared, SigningMove::Complete) => Ok(Self::Completed),
            (Self::Prepared, SigningMove::Expire) => Ok(Self::Expired),
            (Self::Prepared, SigningMove::Cancel) => Ok(Self::Cancelled),
            (state, asked) => Err(SigningRefused { state, asked }),
        }
    }
}

/// The document as it waits: one file, whose first bytes are the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingDocument {
    /// The original and the revision with room for the signature.
    pub file: KeptFile,
    /// Size of the original.
    pub original_bytes: u64,
    /// The room for the signature within the revision.
    pub gap: Range<u64>,
    /// Certificates of the signer and of those above, as PEM; they go when the request ends.
    pub certificates: Option<String>,
}

/// Who is to sign, as it stays on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatory {
    /// The name in the certificate: of a person masked.
    pub shown: String,
    /// SHA-256 of the certificate.
    pub fingerprint: Sha256,
    /// How it signs.
    pub algorithm: SigningAlgorithm,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningEnd {
    /// The final state.
    pub state: SigningState,
    /// The signed document; only of what was completed.
    pub file: Option<KeptFile>,
    /// Who ended it.
    pub by: Actor,
    /// When.
    pub at: OffsetDateTime,
}

/// The seal that the department put below the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countersigned {
    /// The order.
    pub order: OrderId,
    /// The document with signature and seal.
    pub file: KeptFile,
    /// When.
    pub at: OffsetDateTime,
}

/// A document that somebody is to sign with a key of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningRequest {
    /// Its id.
    pub id: SigningRequestId,
    /// Who asks.
    pub organization: OrganizationId,
    /// On whose behalf there.
    pub actor: Actor,
    /// For which case.
    pub case_no: String,
    /// For which service item, if one is named.
    pub item: Option<ItemCode>,
    /// Who is to sign.
    pub signatory: Signatory,
    /// The document.
    pub document: WaitingDocument,
    /// SHA-256 of the bytes to sign.
    pub message: Sha256,
    /// What is kept of the token.
    pub token: Sha256,
    /// When it was prepared.
    pub at: OffsetDateTime,
    /// Until when it may be completed.
    pub expires_at: OffsetDateTime,
    /// How it ended; none while it waits.
    pub end: Option<SigningEnd>,
    /// The seal below the signature.
    pub countersigned: Option<Countersigned>,
}

impl SigningRequest {
    /// Where it is at a moment: what nobody signed in time is expired, whether that is stored yet or not.
    #[must_use]
    pub fn state(&self, now: OffsetDateTime) -> SigningState {
        match &self.end {
            Some(end) => end.state,
            None if now >= self.expires_at => SigningState::Expired,
            None => SigningState::Prepared,
        }
    }

    /// The newest file of what was completed.
    #[must_use]
    pub fn result(&self) -> Option<&KeptFile> {
        let signed = self.end.as_ref()?.file.as_ref();
        self.countersigned.as_ref().map(|one| &one.file).or(signed)
    }
}

/// The name in a certificate, without what some authorities write behind it (`姓名@号码`).
#[must_use]
pub fn name_of(common_name: &str) -> &str {
    common_name.split('@').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state with every move, as ARCHITECTURE.md shows it; a dash is a refusal.
    fn table() -> String {
        let row = |state: &SigningState| {
            let after = |one: &SigningMove| state.after(*one).map_or("—", SigningState::as_str);
            let cells: String =
                SigningMove::ALL.iter().map(|one| format!(" {} |", after(one))).collect();
            format!("| {state} |{cells}\n")
        };
        let rows: String = SigningState::ALL.iter().map(row).collect();
        format!("| state | complete | expire | cancel |\n|---|---|---|---|\n{rows}")
    }

    #[test]
    fn the_whole_table() {
        let architecture = include_str!("../../ARCHITECTURE.md");
        let (_, rest) = architecture.split_once("<!-- signing -->\n").expect("the table");
        let (shown, _) = rest.split_once("<!-- end -->").expect("its end");
        assert_eq!(shown, table(), "ARCHITECTURE.md shows another table");
    }

    #[test]
    fn a_name_is_what_stands_before_a_number() {
        for (written, name) in
            [("样例甲", "样例甲"), ("样例甲@110101199001011234", "样例甲"), (" 样例 ", "样例")]
        {
            assert_eq!(name_of(written), name);
        }
    }
}
