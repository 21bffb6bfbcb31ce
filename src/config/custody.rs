//! Where keys are made, as it is configured. Secrets are never in the file, only where they are.

use super::{ConfigError, wrong};
use app::{CustodySettings, KeyPlace, SdfSettings, TokenSettings};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Where keys are made.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Custody {
    /// Where new SM2 keys are made.
    pub(crate) sm2: Sm2Place,
    /// Where new RSA keys are made.
    pub(crate) rsa: NistPlace,
    /// Where new P-256 keys are made.
    pub(crate) p256: NistPlace,
    /// Refuses to start with anything of the demo or of the tests.
    pub(crate) production: bool,
    /// A program and its arguments that prints the master key.
    pub(crate) master_key_command: Option<String>,
    /// The token, when some keys are on one.
    pub(crate) pkcs11: Option<Pkcs11>,
    /// The device, when some keys are in one.
    pub(crate) sdf: Option<Sdf>,
}

/// Where SM2 keys are made. PKCS#11 has no SM2 of its own, only numbers of each maker's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sm2Place {
    /// In files, under the master key.
    #[default]
    Software,
    /// In the SDF device.
    Sdf,
}

/// Where RSA and P-256 keys are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NistPlace {
    /// In files, under the master key.
    #[default]
    Software,
    /// On the PKCS#11 token.
    Pkcs11,
}

/// How a PKCS#11 token is reached.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pkcs11 {
    /// Its maker's library.
    pub(crate) library: PathBuf,
    /// Its label or serial number.
    pub(crate) token: String,
    /// File with the PIN.
    pub(crate) pin_file: Option<PathBuf>,
    /// Longest time for one signature, in seconds.
    #[serde(default = "timeout_s")]
    pub(crate) timeout_s: u64,
}

/// How an SDF device is reached.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sdf {
    /// Its maker's library.
    pub(crate) library: PathBuf,
    /// Numbers of its signing keys that may be taken for new keys.
    #[serde(default)]
    pub(crate) keys: Vec<u32>,
    /// File with the password of these keys.
    pub(crate) password_file: Option<PathBuf>,
    /// Longest time for one signature, in seconds.
    #[serde(default = "timeout_s")]
    pub(crate) timeout_s: u64,
}

const fn timeout_s() -> u64 {
    5
}

impl Custody {
    /// What types cannot say.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let on_token = [self.rsa, self.p256].contains(&NistPlace::Pkcs11);
        if on_token && self.pkcs11.is_none() {
            return Err(wrong(
                "custody.pkcs11",
                "is missing, and keys are to be made on the token",
            ));
        }
        if self.sm2 == Sm2Place::Sdf && self.sdf.is_none() {
            return Err(wrong("custody.sdf", "is missing, and keys are to be made in the device"));
        }
        if self.pkcs11.is_some() && !cfg!(feature = "pkcs11") {
            let reason =
                "this program was built without PKCS#11: build it with `--features pkcs11`";
            return Err(wrong("custody.pkcs11", reason));
        }
        let empty = |command: &String| command.trim().is_empty();
        if self.master_key_command.as_ref().is_some_and(empty) {
            return Err(wrong("custody.master_key_command", "a program is needed"));
        }
        self.check_devices()
    }

    fn check_devices(&self) -> Result<(), ConfigError> {
        let time = |timeout_s: u64| (1..=60).contains(&timeout_s);
        let pkcs11 = self.pkcs11.as_ref();
        let sdf = self.sdf.as_ref();
        if pkcs11.is_some_and(|token| !time(token.timeout_s)) {
            return Err(wrong("custody.pkcs11.timeout_s", "1 to 60 seconds"));
        }
        if sdf.is_some_and(|device| !time(device.timeout_s)) {
            return Err(wrong("custody.sdf.timeout_s", "1 to 60 seconds"));
        }
        let files = [
            ("custody.pkcs11.library", pkcs11.map(|token| &token.library)),
            ("custody.pkcs11.pin_file", pkcs11.and_then(|token| token.pin_file.as_ref())),
            ("custody.sdf.library", sdf.map(|device| &device.library)),
            ("custody.sdf.password_file", sdf.and_then(|device| device.password_file.as_ref())),
        ];
        let mut named = files.into_iter().filter_map(|(setting, file)| Some((setting, file?)));
        match named.find(|(_, file)| !file.is_file()) {
            Some((setting, file)) => {
                Err(wrong(setting, format!("there is no file {}", file.display())))
            }
            None => Ok(()),
        }
    }

    /// What the service needs to know.
    pub(super) fn settings(&self) -> CustodySettings {
        let nist = |place| match place {
            NistPlace::Software => KeyPlace::Software,
            NistPlace::Pkcs11 => KeyPlace::Pkcs11,
        };
        CustodySettings {
            sm2: match self.sm2 {
                Sm2Place::Software => KeyPlace::Software,
                Sm2Place::Sdf => KeyPlace::Sdf,
            },
            rsa: nist(self.rsa),
            p256: nist(self.p256),
            master_key_command: self.master_key_command.clone(),
            pkcs11: self.pkcs11.clone().map(|token| TokenSettings {
                library: token.library,
                token: token.token,
                pin_file: token.pin_file,
                time_max: Duration::from_secs(token.timeout_s),
            }),
            sdf: self.sdf.clone().map(|device| SdfSettings {
                library: device.library,
                keys: device.keys,
                password_file: device.password_file,
                time_max: Duration::from_secs(device.timeout_s),
            }),
        }
    }
}
