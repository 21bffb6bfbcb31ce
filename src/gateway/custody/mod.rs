//! Where private keys live and how they are asked.

mod device;
mod master;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod sdf;
mod secret;
mod settings;
mod software;
mod wrap;

pub use master::MASTER_KEY_VARIABLE;
pub use settings::{CustodySettings, Place, SdfSettings, TokenSettings};

use domain::digest::Sm3;
use domain::sealing::{KeyUse, KeyUseState};
use formats::algorithm::{KeyKind, PublicKey, Suite};
use software::Software;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// Whoever keeps private keys somewhere.
trait Keeper: Send + Sync {
    /// Makes a key that is on stable storage when this returns; its name, and its public part.
    fn generate(&self, kind: &KeyKind) -> Result<(String, PublicKey), CustodyError>;

    /// Signs `message`; the signature was verified.
    fn sign(&self, key: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, CustodyError>;
}

/// Keeps private keys, each where it was made. A key never leaves; a signature leaves only after it
/// was verified with the public key, and only over the message that a row of the ledger names.
pub struct Custody {
    software: Software,
    pkcs11: Option<Box<dyn Keeper>>,
    sdf: Option<Box<dyn Keeper>>,
    settings: CustodySettings,
    uses: AtomicU64,
}

impl std::fmt::Debug for Custody {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let CustodySettings { sm2, rsa, p256, .. } = self.settings;
        write!(out, "Custody(SM2 in {sm2}, RSA in {rsa}, P-256 in {p256})")
    }
}

impl Custody {
    /// Opens the custody in `folder`. From here on the process leaves no core. The master key is
    /// that of `YZ_MASTER_KEY`, of the configured program, or of the file `master.key`, which is
    /// made once. Tokens and devices need not be there yet.
    ///
    /// # Errors
    /// When the folder or a secret cannot be made or read, or the master key does not open every key
    /// in the folder.
    pub fn open(folder: &Path, settings: &CustodySettings) -> Result<Self, CustodyError> {
        crate::confine::keep_secrets().map_err(CustodyError::Dump)?;
        let command = settings.master_key_command.as_deref();
        let file = folder.join(MASTER_KEY_FILE);
        let software = Software::open(folder, |keys| master::obtain(&file, command, keys))?;
        let pkcs11 = settings.pkcs11.as_ref().map(token).transpose()?;
        let sdf = settings.sdf.as_ref().map(|settings| {
            let device = sdf::Sdf::new(settings, folder)?;
            let keeper = device::Device::new(device, settings.time_max);
            Ok::<_, CustodyError>(Box::new(keeper) as Box<dyn Keeper>)
        });
        let (sdf, settings) = (sdf.transpose()?, settings.clone());
        Ok(Self { software, pkcs11, sdf, settings, uses: AtomicU64::new(0) })
    }

    fn keeper(&self, place: Place) -> Option<&dyn Keeper> {
        match place {
            Place::Software => Some(&self.software),
            Place::Pkcs11 => self.pkcs11.as_deref(),
            Place::Sdf => self.sdf.as_deref(),
        }
    }

    /// Makes a key where the settings say for its kind; returns the name under which it is asked
    /// for, and its public part. The key is on stable storage when this returns.
    ///
    /// # Errors
    /// When the kind is not supported there or the key cannot be kept.
    pub fn generate(&self, kind: &KeyKind) -> Result<(String, PublicKey), CustodyError> {
        let place = match kind {
            KeyKind::Sm2 => self.settings.sm2,
            KeyKind::Rsa { .. } => self.settings.rsa,
            // No token is asked for it: it signs only roots of the log that an SM2 key signs too.
            KeyKind::Ed25519 => Place::Software,
            _ => self.settings.p256,
        };
        self.keeper(place).ok_or(CustodyError::NoPlace { place })?.generate(kind)
    }

    /// Signs `message` (never a digest of the caller's) with the key of that name, under the row
    /// that was written to the ledger for it; SM2 with the default identifier.
    ///
    /// # Errors
    /// When the row is not of this message or not open, there is no such key, it cannot sign so,
    /// the signature does not verify, or whoever keeps the key does not answer.
    pub fn sign(
        &self,
        key: &str,
        suite: Suite,
        message: &[u8],
        under: &KeyUse,
    ) -> Result<Vec<u8>, CustodyError> {
        self.uses.fetch_add(1, Ordering::Relaxed);
        permit(key, message, under)?;
        let place = Place::of_key(key);
        let not_configured = || CustodyError::NotConfigured { key: key.to_owned(), place };
        self.keeper(place).ok_or_else(not_configured)?.sign(key, suite, message)
    }

    /// A secret as it may be kept elsewhere, bound to `name`: only this custody opens it, under the
    /// same name.
    ///
    /// # Errors
    /// When the system has no chance or cipher to give.
    pub fn wrap(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, CustodyError> {
        let sealed = || CustodyError::Sealed { key: name.to_owned() };
        self.software.master.wrap(&of_others(name), secret).ok_or_else(sealed)
    }

    /// The secret that was wrapped under this name.
    ///
    /// # Errors
    /// When it was not, or is damaged.
    pub fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        let sealed = || CustodyError::Sealed { key: name.to_owned() };
        self.software.master.unwrap(&of_others(name), wrapped).ok_or_else(sealed)
    }

    /// How often private keys were asked to sign since this custody was opened, whatever came of
    /// it: what has no authority must leave this number as it is.
    #[must_use]
    pub fn uses(&self) -> u64 {
        self.uses.load(Ordering::Relaxed)
    }
}

const MASTER_KEY_FILE: &str = "master.key";

#[cfg(feature = "pkcs11")]
fn token(settings: &TokenSettings) -> Result<Box<dyn Keeper>, CustodyError> {
    let token = pkcs11::Token::new(settings)?;
    Ok(Box::new(device::Device::new(token, settings.time_max)))
}

#[cfg(not(feature = "pkcs11"))]
fn token(_settings: &TokenSettings) -> Result<Box<dyn Keeper>, CustodyError> {
    let reason = "this program was built without PKCS#11: build it with `--features pkcs11`";
    Err(CustodyError::Secret { what: "custody.pkcs11", reason: reason.to_owned() })
}

/// Names of secrets that are kept elsewhere; no key's name has a space.
fn of_others(name: &str) -> String {
    format!("secret {name}")
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
    /// A secret of the operator is missing, or was refused; never says what it is.
    #[error("{what}: {reason}")]
    Secret {
        /// Which one.
        what: &'static str,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The key lives where the settings do not lead. No other key takes its place.
    #[error("the key {key} lives in {place}, and the setting {} is missing", place.setting())]
    NotConfigured {
        /// Its name.
        key: String,
        /// Where it lives.
        place: Place,
    },
    /// New keys are to be made where this program cannot.
    #[error("keys are to be made in {place}, and the setting {} is missing", place.setting())]
    NoPlace {
        /// Where they are to be made.
        place: Place,
    },
    /// Keys of this kind are not made there.
    #[error("no key of kind {kind} is made in {place}")]
    Kind {
        /// The kind in words.
        kind: String,
        /// Where it was to be made.
        place: Place,
    },
    /// Every key of the device that may be taken has been.
    #[error(
        "every key of custody.sdf.keys is in use: make another in the device and add its number"
    )]
    NoneLeft,
    /// Another key has taken its place in the device.
    #[error("the key {key} is no longer there: another one has its place")]
    OtherKey {
        /// Its name.
        key: String,
    },
    /// The device is away, slow or out of order; it may come back.
    #[error("{place} does not answer: {reason}")]
    Unavailable {
        /// Which device.
        place: Place,
        /// What its library said.
        reason: String,
    },
    /// The system does not let this process keep its memory to itself.
    #[error("keeping memory from being dumped")]
    Dump(#[source] std::io::Error),
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

fn signing(
    operation: &'static str,
    key: &str,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> CustodyError {
    CustodyError::Signing { operation, key: key.to_owned(), cause: cause.into() }
}

#[cfg(test)]
mod tests;
