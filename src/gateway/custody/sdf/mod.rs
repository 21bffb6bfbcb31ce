//! SM2 keys inside a device that speaks SDF (GM/T 0018), reached through its maker's library.
//!
//! Such devices make their signing keys with tools of their own, each with a number; a new key is
//! the next of the configured numbers that was not taken. Z and e are computed here, never there.

mod raw;

use super::device::{Driver, Trouble, fingerprint};
use super::secret::Source;
use super::settings::{Place, SdfSettings};
use super::{CustodyError, io_error, signing};
use crate::durable::{self, Readers};
use formats::algorithm::{KeyKind, PublicKey, SignError, Suite};
use raw::{Calls, OpenDevice, Refused, Session};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use zeroize::Zeroizing;

/// Environment variable with the password of the keys.
pub(super) const PASSWORD_VARIABLE: &str = "YZ_SDF_PASSWORD";
const PASSWORD: &str = "the password of the keys in the SDF device";

/// `SDR_COMMFAIL`, `SDR_HARDFAIL`, `SDR_OPENDEVICE` and `SDR_OPENSESSION`: the device is away.
const AWAY: std::ops::RangeInclusive<u32> = 0x0100_0003..=0x0100_0006;
const KEY_NOT_EXIST: u32 = 0x0100_0008;

/// A device and its maker's library.
pub(super) struct Sdf {
    library: PathBuf,
    numbers: Vec<u32>,
    password: Zeroizing<String>,
    /// Where it is written down which keys were taken.
    folder: PathBuf,
    calls: Mutex<Option<Arc<Calls>>>,
    /// The open device; its sessions keep it open.
    device: Mutex<Weak<OpenDevice>>,
    /// The device refused the password. It is not told again: devices lock.
    refused: AtomicBool,
}

/// A session, with the public keys that were read in it.
pub(super) struct Line {
    session: Session,
    keys: HashMap<u32, PublicKey>,
}

impl Sdf {
    /// Reads the password; the device itself may come later.
    pub(super) fn new(settings: &SdfSettings, folder: &Path) -> Result<Self, CustodyError> {
        let source = Source {
            what: PASSWORD,
            variable: PASSWORD_VARIABLE,
            setting: "custody.sdf.password_file",
            file: settings.password_file.as_deref(),
        };
        Ok(Self {
            library: settings.library.clone(),
            numbers: settings.keys.clone(),
            password: source.read()?,
            folder: folder.to_owned(),
            calls: Mutex::default(),
            device: Mutex::new(Weak::new()),
            refused: AtomicBool::new(false),
        })
    }

    fn calls(&self) -> Result<Arc<Calls>, Trouble> {
        let mut held = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(calls) = held.as_ref() {
            return Ok(Arc::clone(calls));
        }
        let calls = Calls::load(&self.library).map_err(|cause| Trouble::Gone(cause.to_string()))?;
        Ok(Arc::clone(held.insert(Arc::new(calls))))
    }

    /// What the device answered to the password, or after it.
    fn refusal(&self, number: u32, refused: Refused) -> Trouble {
        let told = refused.call == "SDF_GetPrivateKeyAccessRight";
        if told && !AWAY.contains(&refused.code) {
            self.refused.store(true, Ordering::Relaxed);
            return password_refused();
        }
        trouble(number, refused)
    }

    fn require_password(&self) -> Result<(), Trouble> {
        if self.refused.load(Ordering::Relaxed) { Err(password_refused()) } else { Ok(()) }
    }

    /// True when the key was not taken before; it is from now on.
    fn take(&self, number: u32, key: &PublicKey) -> Result<bool, Trouble> {
        let print = fingerprint(key);
        let path = self.folder.join(format!("sdf-{number}-{print}"));
        durable::write_once(&path, print.as_bytes(), Readers::OwnerOnly).map_err(|failure| {
            Trouble::Final(io_error("taking", &format!("{number} of the device"), failure.into()))
        })
    }
}

impl Line {
    fn public_key(&mut self, number: u32) -> Result<PublicKey, Trouble> {
        if let Some(known) = self.keys.get(&number) {
            return Ok(known.clone());
        }
        let numbers =
            self.session.public_key(number).map_err(|refused| trouble(number, refused))?;
        let unreadable = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Trouble::Final(signing("reading the public part of", &number.to_string(), cause))
        };
        let numbers = numbers.ok_or_else(|| unreadable("it is no SM2 key".into()))?;
        let point = [&[4], &numbers[..]].concat();
        let key = PublicKey::from_point(&KeyKind::Sm2, &point)
            .map_err(|cause| unreadable(cause.into()))?;
        self.keys.insert(number, key.clone());
        Ok(key)
    }
}

fn trouble(number: u32, refused: Refused) -> Trouble {
    match refused.code {
        KEY_NOT_EXIST => Trouble::Final(CustodyError::Missing { key: format!("sdf:{number}") }),
        code => Trouble::Gone(format!("{}: {code:#010x}", refused.call)),
    }
}

fn password_refused() -> Trouble {
    Trouble::Final(CustodyError::Secret {
        what: PASSWORD,
        reason: "the device refused it; it is not tried again until the next start".to_owned(),
    })
}

fn number(name: &str) -> Result<u32, Trouble> {
    let missing = |_| Trouble::Final(CustodyError::Missing { key: format!("sdf:{name}") });
    name.parse().map_err(missing)
}

impl Driver for Sdf {
    const PLACE: Place = Place::Sdf;
    type Line = Line;

    fn connect(&self) -> Result<Line, Trouble> {
        let calls = self.calls()?;
        // Never held while the library is asked: it may hang.
        let held = || self.device.lock().unwrap_or_else(PoisonError::into_inner);
        let line = |session| Line { session, keys: HashMap::new() };
        let open = held().upgrade();
        if let Some(device) = open
            && let Ok(session) = Session::open(device)
        {
            return Ok(line(session));
        }
        let away = |refused| trouble(0, refused);
        let device = Arc::new(OpenDevice::open(calls).map_err(away)?);
        let session = Session::open(Arc::clone(&device)).map_err(away)?;
        *held() = Arc::downgrade(&device);
        Ok(line(session))
    }

    fn generate(&self, line: &mut Line, kind: &KeyKind) -> Result<(String, PublicKey), Trouble> {
        if *kind != KeyKind::Sm2 {
            let (kind, place) = (kind.to_string(), Self::PLACE);
            return Err(Trouble::Final(CustodyError::Kind { kind, place }));
        }
        self.require_password()?;
        for number in &self.numbers {
            let key = line.public_key(*number)?;
            let right = line.session.right(*number, &self.password);
            drop(right.map_err(|refused| self.refusal(*number, refused))?);
            if self.take(*number, &key)? {
                return Ok((number.to_string(), key));
            }
        }
        Err(Trouble::Final(CustodyError::NoneLeft))
    }

    fn public_key(&self, line: &mut Line, name: &str) -> Result<PublicKey, Trouble> {
        line.public_key(number(name)?)
    }

    fn sign(
        &self,
        line: &mut Line,
        name: &str,
        suite: Suite,
        value: &[u8],
    ) -> Result<Vec<u8>, Trouble> {
        let number = number(name)?;
        let (Suite::Sm2Sm3, Ok(value)) = (suite, value.try_into()) else {
            return Err(Trouble::Final(signing("signing", name, SignError::KeyMismatch)));
        };
        self.require_password()?;
        match line.session.sign(number, &self.password, value) {
            Ok(Some(signature)) => Ok(signature.to_vec()),
            Ok(None) => Ok(Vec::new()), // no signature, which is found out by whoever verifies it
            Err(refused) => Err(self.refusal(number, refused)),
        }
    }
}
