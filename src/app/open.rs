//! Opening the service: what it needs is read once, and what a crash left is put in order.

use crate::access::{KnownCallers, RefusedKeys};
use crate::believed::Believed;
use crate::catalogue::Catalogue;
use crate::client_authorities::ClientAuthorities;
use crate::clockwork::Clockwork;
use crate::examiner::Examiner;
use crate::exemption::{Connectors, HolderKey};
use crate::identity::{Providers, TestIdentity};
use crate::items::FiledItems;
use crate::orders::{Bell, LimitsSaid};
use crate::oversight::OpenAlerts;
use crate::sealing::{Outside, Pictures};
use crate::seals::RevokedSeals;
use crate::service_key::ServiceKeys;
use crate::sharing::Regions;
use crate::trust::Trust;
use crate::verify::{Behind, Recent, Verdicts};
use crate::webhooks::Outbox;
use crate::{AppError, NotReady, Readiness, Settings};
use domain::id::PublicCode;
use gateway::clock::{Clock, SystemClock};
use gateway::custody::Custody;
use gateway::files::FileStore;
use gateway::lock::{FolderLock, LockError};
use gateway::webhook::Sender;
use render::Fonts;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storage::Store;

/// The running service; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the use cases work with.
pub struct Parts {
    pub(crate) settings: Settings,
    pub(crate) store: Arc<Store>,
    pub(crate) files: FileStore,
    pub(crate) custody: Custody,
    pub(crate) catalogue: Catalogue,
    pub(crate) fonts: Fonts,
    pub(crate) trust: Believed,
    /// Who vouches for clients.
    pub(crate) client_authorities: ClientAuthorities,
    /// Looks at files of strangers; without it they are looked at in this process.
    pub(crate) examiner: Option<Examiner>,
    /// Who stamps elsewhere.
    pub(crate) outside: Outside,
    pub(crate) clock: Clockwork,
    pub(crate) recent: Recent,
    pub(crate) known_callers: KnownCallers,
    pub(crate) verdicts: Verdicts,
    pub(crate) revoked_seals: RevokedSeals,
    pub(crate) behind: Behind,
    pub(crate) open_alerts: OpenAlerts,
    pub(crate) refused_keys: RefusedKeys,
    pub(crate) pictures: Pictures,
    pub(crate) service_keys: ServiceKeys,
    /// Sends events to receivers.
    pub(crate) sender: Sender,
    pub(crate) outbox: Outbox,
    /// Who vouches for citizens.
    pub(crate) providers: Providers,
    /// Vouches for invented people, in demos.
    pub(crate) test_identity: Option<TestIdentity>,
    /// Services of other regions.
    pub(crate) regions: Regions,
    /// Systems that confirm what a material would show.
    pub(crate) connectors: Connectors,
    /// Wakes those who seal what was approved.
    pub(crate) bell: Bell,
    pub(crate) limits_said: LimitsSaid,
    /// Wakes whoever works on batches.
    pub(crate) batch_bell: Bell,
    /// Versions of service items that were asked for lately.
    pub(crate) items: FiledItems,
    /// Turns codes of holders into what is kept of them, once it was asked for.
    pub(crate) holder_key: HolderKey,
    /// Held by the first process on the data folder; others leave recovery and tending to it,
    /// unless the register is on a server.
    pub(crate) lock: Option<FolderLock>,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Opened before anything is served: a custody that cannot be is told with everything it says.
fn custody(settings: &Settings) -> Result<Custody, AppError> {
    Custody::open(&settings.data.join("custody"), &settings.custody)
        .map_err(|cause| AppError::internal("opening the key custody".to_owned(), cause))
}

fn sender(settings: &Settings) -> Result<Sender, AppError> {
    let webhooks = &settings.webhooks;
    Sender::new(&webhooks.allow, webhooks.ca_file.as_deref())
        .map_err(|cause| AppError::internal(format!("settings of webhooks: {cause}"), cause))
}

fn examiner(settings: &Settings, trust: &Trust) -> Result<Option<Examiner>, AppError> {
    let start = |program: &PathBuf| Examiner::start(program, trust, settings.file_bytes_max);
    settings.examiner.as_ref().map(start).transpose()
}

impl App {
    /// Opens the data folder, applies migrations, reads catalogue, fonts and trust, and gives up
    /// what a crash left unfinished.
    ///
    /// # Errors
    /// When any of them is missing or damaged; the error names the file.
    pub fn open(settings: Settings) -> Result<Self, AppError> {
        Self::open_by(settings, Arc::new(SystemClock))
    }

    /// The same, by another clock than the system's.
    pub(crate) fn open_by(mut settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let test_identity = TestIdentity::start(&mut settings)?;
        let data = settings.data.clone();
        std::fs::create_dir_all(&data).map_err(|cause| {
            AppError::internal(format!("making the data folder {}", data.display()), cause)
        })?;
        let trust = Believed::read(&settings)?;
        let examiner = examiner(&settings, &trust.now().trust)?;
        let lock = match FolderLock::acquire(&data) {
            Ok(lock) => Some(lock),
            Err(LockError::Held { .. }) => None,
            Err(cause) => {
                return Err(AppError::internal(format!("opening {}", data.display()), cause));
            }
        };
        let store = Arc::new(Store::open(&settings.register())?);
        let app = Self(Arc::new(Parts {
            catalogue: Catalogue::new(Arc::clone(&store)),
            store,
            files: FileStore::open_at(&settings.file_place())?,
            custody: custody(&settings)?,
            fonts: fonts(&settings)?,
            trust,
            client_authorities: ClientAuthorities::read(&settings)?,
            examiner,
            outside: Outside::of(&settings)?,
            clock: Clockwork::new(clock, settings.clock_tolerance),
            recent: Recent::default(),
            known_callers: KnownCallers::default(),
            verdicts: Verdicts::default(),
            revoked_seals: RevokedSeals::default(),
            behind: Behind::default(),
            open_alerts: OpenAlerts::default(),
            refused_keys: RefusedKeys::default(),
            pictures: Pictures::default(),
            service_keys: ServiceKeys::default(),
            sender: sender(&settings)?,
            outbox: Outbox::new(settings.webhooks.look_every),
            providers: Providers::open(&settings)?,
            test_identity,
            regions: Regions::open(&settings)?,
            connectors: Connectors::open(&settings)?,
            bell: Bell::default(),
            limits_said: LimitsSaid::default(),
            batch_bell: Bell::default(),
            items: FiledItems::default(),
            holder_key: HolderKey::default(),
            settings,
            lock,
        }));
        if app.settings.production {
            app.require_production()?;
        }
        app.publish_types()?;
        app.require_forms()?;
        app.know_the_time()?;
        if app.tends() {
            app.guard_log()?;
            // What is given up has its time too; when the clock is right, the hour does it.
            if app.clock.skew().is_none() {
                app.recover_and_say()?;
            }
        }
        Ok(app)
    }

    /// Whether this process may take away what is old and give up what is dead: the only one on
    /// its register, or one of many, each of which goes by what the register says.
    pub(crate) fn tends(&self) -> bool {
        self.lock.is_some() || self.store.is_shared()
    }

    fn recover_and_say(&self) -> Result<(), AppError> {
        let given_up = self.recover(!self.store.is_shared())?;
        if given_up > 0 {
            tracing::warn!(given_up, "issues left unfinished by a crash were given up");
        }
        // What the tiles are made of may be damaged; then the log stands still, and fsck says where.
        if let Err(error) = self.store.log_raise() {
            tracing::error!(error = &error as &dyn std::error::Error, "the tiles of the log");
        }
        // Once the log has begun, each change comes with its leaf.
        let logged = if self.store.log_newest()?.is_none() { self.log_catch_up()? } else { 0 };
        if logged > 0 {
            tracing::info!(logged, "changes from before the log were logged");
        }
        self.log_foundations()?;
        Ok(())
    }

    /// The settings the service was opened with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether the service can issue and verify now, part by part.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let not = |code, reason: &dyn ToString| Err(NotReady { code, reason: reason.to_string() });
        let sound = |sound| if sound { Ok(()) } else { not("storage_failed", &"the disk failed") };
        let register = match self.store.durability() {
            Ok(_) => sound(self.store.is_sound()),
            Err(cause) => not("maintenance", &cause),
        };
        let files = sound(self.files.is_sound());
        let trust = match self.trust.now().trust.anchors() {
            0 => not("no_trust_anchor", &"no trust anchor is configured"),
            _ => Ok(()),
        };
        let clock = self.clock.skew().map_or(Ok(()), |skew| not("clock_skew", &skew));
        let parts = [("register", register), ("files", files), ("trust", trust), ("clock", clock)];
        Readiness { parts: parts.into() }
    }

    /// Whether the disk took everything so far. Once it did not, nothing more may be promised:
    /// nothing is written any more, and the process should end.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.store.is_sound() && self.files.is_sound()
    }

    /// The address that a printed code opens.
    pub(crate) fn code_url(&self, code: PublicCode) -> String {
        format!("{}/v/{}", self.settings.public_url.trim_end_matches('/'), code.as_str())
    }

    /// Refuses what is too large, not a PDF, or ends the worker that reads it, before anything is
    /// done with it here.
    pub(crate) fn require_pdf(&self, bytes: &[u8]) -> Result<(), AppError> {
        let limit = self.settings.file_bytes_max;
        if bytes.len() > limit {
            return Err(AppError::TooLarge { limit });
        }
        if !formats::pdf::is_pdf(bytes) {
            return Err(AppError::NotPdf { detected: detected(bytes).to_owned() });
        }
        self.examiner.as_ref().map_or(Ok(()), |examiner| examiner.admit(bytes, self.clock.now()))
    }
}

fn fonts(settings: &Settings) -> Result<Fonts, AppError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|cause| {
            AppError::internal(format!("reading the font {}", path.display()), cause)
        })
    };
    let extra = settings.fonts.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    if extra.is_empty() {
        return Ok(Fonts::embedded());
    }
    Fonts::load(extra)
        .map_err(|cause| AppError::internal("reading the configured fonts".to_owned(), cause))
}

/// What bytes that are no PDF look like, for a person who sent the wrong file.
fn detected(bytes: &[u8]) -> &'static str {
    use formats::container::{Kind, recognise};
    const MAGIC: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a zip archive"),
        (b"\x89PNG", "a png picture"),
        (b"\xff\xd8\xff", "a jpeg picture"),
        (b"II*\0", "a tiff picture"),
        (b"MM\0*", "a tiff picture"),
        (b"\xd0\xcf\x11\xe0", "an office document"),
        (b"<", "markup"),
    ];
    match recognise(bytes) {
        Kind::Unknown if bytes.is_empty() => "empty",
        Kind::Unknown => MAGIC
            .iter()
            .find(|(magic, _)| bytes.starts_with(magic))
            .map_or("of an unknown kind", |(_, name)| name),
        known => known.name(),
    }
}
