//! Where private keys live and how they are asked.

mod master;
mod software;
mod wrap;

pub use master::MASTER_KEY_VARIABLE;
pub use software::SoftwareCustody;

use domain::digest::Sm3;
use domain::sealing::{KeyUse, KeyUseState};
use formats::algorithm::{KeyKind, PublicKey, Suite};
use zeroize::Zeroizing;

/// Keeps private keys. A key never leaves; a signature leaves only after it was verified with the
/// public key, and only over the message that a row of the ledger names.
pub trait Custody: Send + Sync {
    /// Makes a key and returns the name under which it is asked for, and its public part. The key
    /// is on stable storage when this returns.
    ///
    /// # Errors
    /// When the kind is not supported or the key cannot be kept.
    fn generate(&self, kind: &KeyKind) -> Result<(String, PublicKey), CustodyError>;

    /// Signs `message` (never a digest of the caller's) with the key of that name, under the row
    /// that was written to the ledger for it; SM2 with the default identifier.
    ///
    /// # Errors
    /// When the row is not of this message or not open, there is no such key, it cannot sign so,
    /// or the signature does not verify.
    fn sign(
        &self,
        key: &str,
        suite: Suite,
        message: &[u8],
        under: &KeyUse,
    ) -> Result<Vec<u8>, CustodyError>;

    /// A secret as it may be kept elsewhere, bound to `name`: only this custody opens it, under the
    /// same name.
    ///
    /// # Errors
    /// When the system has no chance or cipher to give.
    fn wrap(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, CustodyError>;

    /// The secret that was wrapped under this name.
    ///
    /// # Errors
    /// When it was not, or is damaged.
    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CustodyError>;

    /// How often private keys were asked to sign since this custody was opened, whatever came of
    /// it: what has no authority must leave this number as it is.
    fn uses(&self) -> u64;
}

/// Why a key was not made or did not sign. Never says anything of the key but its name.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// There is no key of that name.
    #[error("there is no key {key} in custody")]
    Missing {
        /// Its name.
        key: String,
    },
    /// The key is there and cannot be used: damaged, or kept under another master key.
    #[error(
        "the key {key} in custody cannot be opened: it is damaged or kept under another master key"
    )]
    Sealed {
        /// Its name.
        key: String,
    },
    /// The master key is missing, malformed, or not for its owner alone.
    #[error("the master key of the custody: {reason}")]
    Master {
        /// What is wrong, and what to do.
        reason: &'static str,
    },
    /// Keeping or reading it failed.
    #[error("{operation} the key {key}")]
    Io {
        /// What was being done.
        operation: &'static str,
        /// Its name.
        key: String,
        /// The cause.
        #[source]
        cause: std::io::Error,
    },
    /// The row of the ledger is not of this message, or no longer open.
    #[error("the key {key} was asked for something that the ledger does not say")]
    NotInLedger {
        /// Its name.
        key: String,
    },
    /// Making it or signing with it failed.
    #[error("{operation} with the key {key}")]
    Signing {
        /// What was being done.
        operation: &'static str,
        /// Its name.
        key: String,
        /// The cause.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The signature did not verify and was thrown away.
    #[error("a signature of the key {key} did not verify and was thrown away")]
    WrongSignature {
        /// Its name.
        key: String,
    },
}

/// Refuses what the ledger does not say.
fn permit(key: &str, message: &[u8], under: &KeyUse) -> Result<(), CustodyError> {
    let open = under.state == KeyUseState::Intended;
    let permitted = open && under.to_be_signed == Sm3::of(message);
    permitted.then_some(()).ok_or_else(|| CustodyError::NotInLedger { key: key.to_owned() })
}

fn io_error(operation: &'static str, key: &str, cause: std::io::Error) -> CustodyError {
    CustodyError::Io { operation, key: key.to_owned(), cause }
}
