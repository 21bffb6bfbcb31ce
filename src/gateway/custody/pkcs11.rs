//! Keys on a token that speaks PKCS#11: made there, never extractable, used there.

use super::device::{Driver, Trouble};
use super::secret::Source;
use super::settings::{Place, TokenSettings};
use super::{CustodyError, signing};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use formats::algorithm::{Digest, KeyKind, PublicKey, SignError, Suite};
use formats::der::{Reader, tag};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Environment variable with the PIN.
pub(super) const PIN_VARIABLE: &str = "YZ_PKCS11_PIN";

/// What the objects of our keys are called on the token.
const LABEL: &[u8] = b"yinzheng";
/// `OBJECT IDENTIFIER secp256r1` (RFC 5480, 2.1.1.1).
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// A token and its maker's library.
pub(super) struct Token {
    library: PathBuf,
    token: String,
    pin: AuthPin,
    /// The library, initialized.
    context: Mutex<Option<Pkcs11>>,
    /// Held by each connection: while there is one, the library is not started anew.
    connected: Arc<()>,
    /// The token said that the PIN is wrong. It is not told again: most lock after three times.
    pin_refused: AtomicBool,
}

/// A session, with the keys that were looked up in it.
pub(super) struct Line {
    // Closed before it says so: fields are dropped in their order.
    session: Session,
    keys: HashMap<String, (ObjectHandle, PublicKey)>,
    _connected: Arc<()>,
}

impl Token {
    /// Reads the PIN; the token itself may come later.
    pub(super) fn new(settings: &TokenSettings) -> Result<Self, CustodyError> {
        let source = Source {
            what: "the PIN of the PKCS#11 token",
            variable: PIN_VARIABLE,
            setting: "custody.pkcs11.pin_file",
            file: settings.pin_file.as_deref(),
        };
        Ok(Self {
            library: settings.library.clone(),
            token: settings.token.clone(),
            pin: AuthPin::from(source.read()?.as_str()),
            context: Mutex::new(None),
            connected: Arc::default(),
            pin_refused: AtomicBool::new(false),
        })
    }

    fn start(&self) -> Result<Pkcs11, Trouble> {
        let context = Pkcs11::new(&self.library).map_err(gone)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(context),
            Err(error) => Err(gone(error)),
        }
    }

    /// Where the token is; nowhere when it was pulled.
    fn slot(&self, context: &Pkcs11) -> Result<Slot, Trouble> {
        let mut found = Vec::new();
        for slot in context.get_slots_with_token().map_err(gone)? {
            // A token that is pulled at this moment is not the one.
            let Ok(info) = context.get_token_info(slot) else { continue };
            let named = [info.label().trim_end(), info.serial_number().trim_end()];
            found.extend(named.contains(&self.token.as_str()).then_some(slot));
        }
        match found[..] {
            [slot] => Ok(slot),
            [] => Err(Trouble::Gone(format!("there is no token {}", self.token))),
            _ => Err(Trouble::Gone(format!("several tokens are called {}", self.token))),
        }
    }

    /// The library, started, and a hold on it: while there is one it is not stopped.
    fn started(&self) -> Result<(Pkcs11, Arc<()>), Trouble> {
        let mut held = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let context = match held.as_ref() {
            Some(context) => context.clone(),
            None => held.insert(self.start()?).clone(),
        };
        Ok((context, Arc::clone(&self.connected)))
    }

    /// Stops the library, unless somebody holds it: many look for tokens only when they start.
    fn stop(&self) {
        let mut held = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::strong_count(&self.connected) == 1 {
            // It may be gone so far that it cannot even be stopped.
            let _ = held.take().map(Pkcs11::finalize);
        }
    }

    /// The token's slot, looked for once more by a library that was started anew.
    fn found(&self) -> Result<(Pkcs11, Slot, Arc<()>), Trouble> {
        let (context, connected) = self.started()?;
        if let Ok(slot) = self.slot(&context) {
            return Ok((context, slot, connected));
        }
        drop((context, connected));
        self.stop();
        let (context, connected) = self.started()?;
        let slot = self.slot(&context)?;
        Ok((context, slot, connected))
    }

    fn log_in(&self, session: &Session) -> Result<(), Trouble> {
        use RvError as R;
        match session.login(UserType::User, Some(&self.pin)) {
            Ok(()) | Err(Error::Pkcs11(R::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(
                R::PinIncorrect | R::PinInvalid | R::PinLenRange | R::PinExpired | R::PinLocked,
                _,
            )) => {
                self.pin_refused.store(true, Ordering::Relaxed);
                Err(refused())
            }
            Err(error) => Err(gone(error)),
        }
    }
}

fn refused() -> Trouble {
    Trouble::Final(CustodyError::Secret {
        what: "the PIN of the PKCS#11 token",
        reason: "the token refused it; it is not tried again until the next start".to_owned(),
    })
}

/// What the library said, in short.
fn gone(error: Error) -> Trouble {
    Trouble::Gone(match error {
        Error::Pkcs11(code, function) => format!("{function:?}: {code:?}"),
        other => other.to_string(),
    })
}

impl Line {
    fn find(&self, class: ObjectClass, id: &[u8]) -> Result<Option<ObjectHandle>, Trouble> {
        let template = [Attribute::Class(class), Attribute::Token(true), Attribute::Id(id.into())];
        let found = self.session.find_objects(&template).map_err(gone)?;
        Ok(if let [only] = found[..] { Some(only) } else { None })
    }

    /// The key of that name: looked up once in a session.
    fn key(&mut self, name: &str) -> Result<(ObjectHandle, PublicKey), Trouble> {
        if let Some(known) = self.keys.get(name) {
            return Ok(known.clone());
        }
        let missing = || Trouble::Final(CustodyError::Missing { key: name.to_owned() });
        let id = hex::decode(name).map_err(|_| missing())?;
        let private = self.find(ObjectClass::PRIVATE_KEY, &id)?.ok_or_else(missing)?;
        let public = self.find(ObjectClass::PUBLIC_KEY, &id)?.ok_or_else(missing)?;
        let public = self.public_key(public)?;
        self.keys.insert(name.to_owned(), (private, public.clone()));
        Ok((private, public))
    }

    fn public_key(&self, object: ObjectHandle) -> Result<PublicKey, Trouble> {
        use AttributeType as A;
        let wanted = [A::EcPoint, A::Modulus, A::PublicExponent];
        let (mut point, mut modulus, mut exponent) = (None, None, None);
        for attribute in self.session.get_attributes(object, &wanted).map_err(gone)? {
            match attribute {
                Attribute::EcPoint(bytes) => point = Some(bytes),
                Attribute::Modulus(bytes) => modulus = Some(bytes),
                Attribute::PublicExponent(bytes) => exponent = Some(bytes),
                _ => {}
            }
        }
        let key = match (point, modulus, exponent) {
            (Some(point), _, _) => PublicKey::from_point(&KeyKind::P256, bare(&point)),
            (None, Some(modulus), Some(exponent)) => PublicKey::from_rsa(&modulus, &exponent),
            _ => return Err(Trouble::Gone("a public key without its numbers".to_owned())),
        };
        key.map_err(|cause| {
            Trouble::Final(signing("reading the public part of", LABEL_TEXT, cause))
        })
    }

    /// Refuses a key that could leave the token, whatever was asked for.
    fn require_kept(&self, key: ObjectHandle) -> Result<(), Trouble> {
        use AttributeType as A;
        let wanted = [A::Sensitive, A::Extractable, A::NeverExtractable, A::Local];
        let found = self.session.get_attributes(key, &wanted).map_err(gone)?;
        let stays = found.len() == wanted.len()
            && found.iter().all(|attribute| match attribute {
                Attribute::Extractable(leaves) => !leaves,
                Attribute::Sensitive(yes)
                | Attribute::NeverExtractable(yes)
                | Attribute::Local(yes) => *yes,
                _ => false,
            });
        if stays {
            return Ok(());
        }
        let _ = self.session.destroy_object(key);
        let cause = "the token made a key that may leave it; it was taken away";
        Err(Trouble::Final(signing("making a signature", LABEL_TEXT, cause)))
    }
}

const LABEL_TEXT: &str = "yinzheng of the token";

/// `ECPoint` is an OCTET STRING around the point; some tokens leave the wrapping out.
fn bare(point: &[u8]) -> &[u8] {
    Reader::only(point, tag::OCTET_STRING).map_or(point, |inner| inner.content())
}

impl Driver for Token {
    const PLACE: Place = Place::Pkcs11;
    type Line = Line;

    fn connect(&self) -> Result<Line, Trouble> {
        if self.pin_refused.load(Ordering::Relaxed) {
            return Err(refused());
        }
        let (context, slot, connected) = self.found()?;
        let session = context.open_rw_session(slot).map_err(gone)?;
        self.log_in(&session)?;
        Ok(Line { session, keys: HashMap::new(), _connected: connected })
    }

    fn generate(&self, line: &mut Line, kind: &KeyKind) -> Result<(String, PublicKey), Trouble> {
        let (mechanism, mut public) = match kind {
            KeyKind::P256 => (Mechanism::EccKeyPairGen, vec![Attribute::EcParams(P256.into())]),
            KeyKind::Rsa { bits: bits @ (2048 | 3072 | 4096) } => {
                let bits = Attribute::ModulusBits((*bits as u64).into());
                let exponent = Attribute::PublicExponent(vec![1, 0, 1]);
                (Mechanism::RsaPkcsKeyPairGen, vec![bits, exponent])
            }
            other => {
                let (kind, place) = (other.to_string(), Self::PLACE);
                return Err(Trouble::Final(CustodyError::Kind { kind, place }));
            }
        };
        let mut id = [0; 16];
        let failed = |cause| Trouble::Final(signing("naming", LABEL_TEXT, cause));
        getrandom::fill(&mut id).map_err(failed)?;
        let named =
            [Attribute::Token(true), Attribute::Id(id.into()), Attribute::Label(LABEL.into())];
        public.extend(named.iter().cloned());
        public.extend([Attribute::Private(false), Attribute::Verify(true)]);
        let mut private = named.to_vec();
        private.extend([
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::SignRecover(false),
        ]);
        let made = line.session.generate_key_pair(&mechanism, &public, &private);
        let (public, private) = made.map_err(gone)?;
        line.require_kept(private)?;
        let public = line.public_key(public)?;
        Ok((hex::encode(id), public))
    }

    fn public_key(&self, line: &mut Line, name: &str) -> Result<PublicKey, Trouble> {
        Ok(line.key(name)?.1)
    }

    fn sign(
        &self,
        line: &mut Line,
        name: &str,
        suite: Suite,
        value: &[u8],
    ) -> Result<Vec<u8>, Trouble> {
        let (key, _) = line.key(name)?;
        let mechanism = match suite {
            Suite::EcdsaP256(_) => Mechanism::Ecdsa,
            Suite::RsaPkcs1(_) => Mechanism::RsaPkcs,
            Suite::RsaPss(Digest::Sha256) => Mechanism::RsaPkcsPss(PkcsPssParams {
                hash_alg: MechanismType::SHA256,
                mgf: PkcsMgfType::MGF1_SHA256,
                s_len: 32.into(),
            }),
            _ => {
                let cause = SignError::KeyMismatch;
                return Err(Trouble::Final(signing("signing", name, cause)));
            }
        };
        line.session.sign(&mechanism, key, value).map_err(gone)
    }
}
