//! Keys in custody, as the register knows them: the public part and where the private part lives.

use time::OffsetDateTime;

use crate::id::{KeyId, OrganizationId};
use crate::word::words;

words! { "key purpose";
    /// What a key is for; it signs nothing else.
    pub enum KeyPurpose {
        /// Seal signatures (SM2).
        Sealer = "sealer",
        /// PAdES signatures.
        DocumentSigner = "document_signer",
        /// Seals.
        SealMaker = "seal_maker",
        /// Certificates and certificate revocation lists.
        Ca = "ca",
        /// Time stamps.
        TimeStamper = "time_stamper",
        /// Verification receipts.
        Receipt = "receipt",
        /// Checkpoints of the log.
        Log = "log",
        /// The same, with Ed25519, for the tools that everybody has.
        LogEd25519 = "log_ed25519",
        /// Webhook deliveries.
        Webhook = "webhook",
    }
}

words! { "key state";
    /// Whether a key may be used.
    pub enum KeyState {
        /// It may.
        Active = "active",
        /// No more.
        Retired = "retired",
    }
}

/// The public part of a key in custody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its id.
    pub id: KeyId,
    /// In whose name it signs; none for the service's own keys.
    pub organization: Option<OrganizationId>,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Its kind in words: `SM2`, `RSA-2048`, `P-256`.
    pub kind: String,
    /// SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
    /// Its certificate first, then those above it, DER.
    pub chain: Vec<Vec<u8>>,
    /// How custody finds the private part.
    pub custody: String,
    /// Whether it may be used.
    pub state: KeyState,
    /// When it was made.
    pub created_at: OffsetDateTime,
}
