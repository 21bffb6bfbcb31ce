//! The ledger of key uses: what will be signed is written down before it is signed.

use time::OffsetDateTime;

use crate::digest::Sm3;
use crate::id::{KeyId, KeyUseId, LicenseId, OrderId};
use crate::word::words;

words! { "key use state";
    /// How far one use of a key is.
    pub enum KeyUseState {
        /// Written down; the signature may or may not have been made.
        Intended = "intended",
        /// The signature left custody, verified, and is part of a stored file.
        Done = "done",
        /// Given up; no signature of it is relied on.
        Failed = "failed",
    }
}

/// Why a key is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An approved sealing order.
    Order {
        /// The order.
        order: OrderId,
        /// The license, when the document is one.
        license: Option<LicenseId>,
    },
    /// The service's own duty, in words without personal data, such as `certificate of seal …`.
    Duty(String),
}

/// One use of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// Its id.
    pub id: KeyUseId,
    /// The key.
    pub key: KeyId,
    /// SM3 of the message to be signed.
    pub to_be_signed: Sm3,
    /// Why.
    pub cause: Cause,
    /// How far it is.
    pub state: KeyUseState,
    /// 1, and one more each time the same message is signed again after a crash.
    pub attempt: u32,
    /// When it was written down.
    pub intended_at: OffsetDateTime,
    /// When it was done or given up.
    pub ended_at: Option<OffsetDateTime>,
}

impl KeyUse {
    /// A use that is about to happen.
    #[must_use]
    pub fn intend(
        id: KeyUseId,
        key: KeyId,
        to_be_signed: Sm3,
        cause: Cause,
        at: OffsetDateTime,
    ) -> Self {
        let state = KeyUseState::Intended;
        Self { id, key, to_be_signed, cause, state, attempt: 1, intended_at: at, ended_at: None }
    }
}
