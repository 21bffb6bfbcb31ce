//! What custody needs to know: where new keys are made, and how tokens and devices are reached.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Where a private key lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In a file, under the master key.
    #[default]
    Software,
    /// On a token that speaks PKCS#11.
    Pkcs11,
    /// In a device that speaks SDF (GM/T 0018).
    Sdf,
}

impl Place {
    /// Stands before the names of its keys; those in files have a bare name.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Software => "",
            Self::Pkcs11 => "pkcs11:",
            Self::Sdf => "sdf:",
        }
    }

    /// Where a key of this name lives.
    pub(super) fn of_key(key: &str) -> Self {
        let is_there = |place: &Self| key.starts_with(place.prefix());
        [Self::Pkcs11, Self::Sdf].into_iter().find(is_there).unwrap_or_default()
    }

    /// The settings without which nothing is found there.
    pub(super) const fn setting(self) -> &'static str {
        match self {
            Self::Software => "storage.data",
            Self::Pkcs11 => "custody.pkcs11",
            Self::Sdf => "custody.sdf",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Software => "a file",
            Self::Pkcs11 => "the PKCS#11 token",
            Self::Sdf => "the SDF device",
        })
    }
}

/// Settings of custody. Secrets are not among them, only where they are read.
#[derive(Clone, Debug, Default)]
pub struct CustodySettings {
    /// Where new SM2 keys are made.
    pub sm2: Place,
    /// Where new RSA keys are made.
    pub rsa: Place,
    /// Where new P-256 keys are made.
    pub p256: Place,
    /// A program and its arguments, separated by blanks, that prints the master key.
    pub master_key_command: Option<String>,
    /// The token, when some keys are on one.
    pub pkcs11: Option<TokenSettings>,
    /// The device, when some keys are in one.
    pub sdf: Option<SdfSettings>,
}

/// How a PKCS#11 token is reached.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// Its maker's library.
    pub library: PathBuf,
    /// Its label or serial number.
    pub token: String,
    /// File of its owner alone with the PIN, unless that is in the environment.
    pub pin_file: Option<PathBuf>,
    /// Longest time for one signature.
    pub time_max: Duration,
}

/// How an SDF device is reached.
#[derive(Clone, Debug)]
pub struct SdfSettings {
    /// Its maker's library.
    pub library: PathBuf,
    /// Numbers of the signing keys inside that may be taken for new keys.
    pub keys: Vec<u32>,
    /// File of its owner alone with the password of these keys, unless that is in the environment.
    pub password_file: Option<PathBuf>,
    /// Longest time for one signature.
    pub time_max: Duration,
}
