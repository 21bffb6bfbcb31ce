//! What the service needs to know to start.

use crate::forms::Forms;
use crate::offline::Asking;
use domain::audit::Vigilance;
use domain::exemption::ExemptionPolicy;
use domain::sealing::Level;
use gateway::custody::CustodySettings;
use gateway::files::FilePlace;
use std::path::{Path, PathBuf};
use std::time::Duration;
use storage::Location;

/// The register in a data folder, and in a backup.
pub(crate) const REGISTER: &str = "register.db";
/// The sealed files, likewise.
pub(crate) const FILES: &str = "files";
/// The newest checkpoint of the log, likewise.
pub(crate) const CHECKPOINT: &str = "log.checkpoint";

/// Settings of the service; read once by the command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the database, the sealed files and the key custody.
    pub data: PathBuf,
    /// Where the register lies; `register.db` in the data folder when absent.
    pub database: Option<Location>,
    /// Where the sealed files lie; `files` in the data folder when absent.
    pub files: Option<FilePlace>,
    /// Where keys are made, and how tokens and devices are reached.
    pub custody: CustodySettings,
    /// Refuses to open with anything of the demo or of the tests.
    pub production: bool,
    /// Lets API keys in although it is production; without it only clients that prove who they are.
    pub api_keys_in_production: bool,
    /// Folder of trust anchors and CRLs, or a signed trust list; `DATA/trust` when absent.
    pub trust: Option<PathBuf>,
    /// Who signs trust lists, by certificate or public key (PEM).
    pub trust_signer: Option<PathBuf>,
    /// Who may be asked about revocation; nobody when absent.
    pub asking: Option<Asking>,
    /// Time-stamp authorities elsewhere.
    pub time_stamps: TimeStamps,
    /// Address that codes and answers name, such as `https://zheng.example.gov.cn`.
    pub public_url: String,
    /// More fonts (TTF, OTF) after the built-in ones, for rare characters.
    pub fonts: Vec<PathBuf>,
    /// Folder of more license types; the built-in catalogue is always there.
    pub catalogue: Option<PathBuf>,
    /// Prints 样例 on everything that is issued. Always on in the demo.
    pub sample_mark: bool,
    /// Shows the accounts of the demo, with their passwords, where people sign in. Of the command
    /// `demo` alone; no configuration sets it.
    pub demo_accounts: bool,
    /// The level of signatures when a request names none.
    pub level: Level,
    /// Largest uploaded file in bytes.
    pub file_bytes_max: usize,
    /// The program itself, when files of strangers are to be examined in processes of their own.
    pub examiner: Option<PathBuf>,
    /// How many days a verification, and with it its receipt, is kept.
    pub verification_days: u32,
    /// How many days the file of a batch is kept after the end of the batch.
    pub batch_days: u32,
    /// How long a prepared document waits for the signature of somebody with a key of their own.
    pub signing_time: Duration,
    /// Opens a register that is older than the newest checkpoint of its log.
    pub accept_older_register: bool,
    /// Folder of those who vouch for people and systems that prove who they are by a certificate
    /// (anchors, lists); no certificate is asked for when absent.
    pub client_authorities: Option<PathBuf>,
    /// How people sign in.
    pub sign_in: SignInSettings,
    /// Where events may be sent.
    pub webhooks: WebhookSettings,
    /// Services at which licenses of other regions are verified.
    pub regions: Vec<RegionSettings>,
    /// What counts when it is decided what need not be handed in.
    pub exemption: ExemptionPolicy,
    /// Application forms.
    pub forms: Forms,
    /// Systems of other departments that confirm what a material would show.
    pub connectors: Vec<ConnectorSettings>,
    /// What systems must say when they look at what is personal.
    pub errands: ErrandRule,
    /// What is worth an alert.
    pub vigilance: Vigilance,
    /// By how much the clock may be wrong before nothing is sealed any more.
    pub clock_tolerance: Duration,
}

/// How people sign in.
#[derive(Clone, Debug, Default)]
pub struct SignInSettings {
    /// A certificate opens a session by itself, without a one-time code.
    pub certificate_alone: bool,
    /// Who vouches for citizens.
    pub providers: Vec<ProviderSettings>,
    /// Vouches for invented people itself. For demos: refused in production.
    pub test_identity: bool,
}

/// An identity provider (OpenID Connect).
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Its name in addresses.
    pub id: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Its issuer, an address of https.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// File with our secret there; without one only PKCE protects the code.
    pub client_secret: Option<PathBuf>,
    /// What is asked for, such as `openid profile`.
    pub scope: String,
    /// The claim with the assured number of the person, or the credit code of the body.
    pub id_claim: String,
    /// The claim with the name.
    pub name_claim: String,
    /// Levels (`acr`) that are enough; any when empty.
    pub assurance: Vec<String>,
    /// Networks and hosts of the inside where it may lie.
    pub allow: Vec<String>,
    /// Certificates (PEM) that its certificate leads to; the system's when absent.
    pub ca_file: Option<PathBuf>,
    /// It is the demo's own.
    pub is_test: bool,
}

/// A service of another region, by the sharing interface.
#[derive(Clone, Debug)]
pub struct RegionSettings {
    /// Its name for programs.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its address, without a path.
    pub url: String,
    /// File with the value of the header `Authorization`.
    pub authorization: PathBuf,
    /// Divisions (GB/T 2260, from the left) whose bodies issue there.
    pub divisions: Vec<String>,
    /// Networks and hosts of the inside where it may lie.
    pub allow: Vec<String>,
    /// Certificates (PEM) that its certificate leads to; the system's when absent.
    pub ca_file: Option<PathBuf>,
}

/// A system of another department that confirms what a material would show.
#[derive(Clone, Debug)]
pub struct ConnectorSettings {
    /// The name by which items ask for it.
    pub id: String,
    /// Where it is asked.
    pub url: String,
    /// File with the value of the header `Authorization`.
    pub authorization: PathBuf,
    /// How long an answer is waited for.
    pub patience: Duration,
    /// Networks and hosts of the inside where it may lie.
    pub allow: Vec<String>,
    /// Certificates (PEM) that its certificate leads to; the system's when absent.
    pub ca_file: Option<PathBuf>,
}

/// What systems must say when they look at what is personal; everything said is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErrandRule {
    /// For which case.
    pub case_number: bool,
    /// Who sits at the screen, and in which role.
    pub operator: bool,
}

/// Where events may be sent besides public addresses, whom to believe there, and how often it is looked.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Networks such as `10.1.2.0/24` and hosts such as `hooks.example.gov`.
    pub allow: Vec<String>,
    /// Certificates (PEM) that receivers' certificates lead to; the system's when absent.
    pub ca_file: Option<PathBuf>,
    /// How often it is looked for what other processes committed, and for what is due again. What this
    /// process commits is sent at once.
    pub look_every: Duration,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), ca_file: None, look_every: Duration::from_secs(1) }
    }
}

/// Time-stamp authorities elsewhere (RFC 3161 over HTTP); the service's own keys stamp where none is
/// named.
#[derive(Clone, Debug)]
pub struct TimeStamps {
    /// Stamps signatures that readers everywhere know: `http://HOST[:PORT]/PATH`.
    pub url: Option<String>,
    /// Stamps seal signatures, by SM3.
    pub sm2_url: Option<String>,
    /// File with the value of the header `Authorization`.
    pub authorization: Option<PathBuf>,
    /// Seals without a stamp when there is none, instead of not at all.
    pub deferred: bool,
    /// Longest time for one stamp.
    pub time_max: Duration,
}

impl Default for TimeStamps {
    fn default() -> Self {
        let (url, sm2_url, authorization) = (None, None, None);
        Self { url, sm2_url, authorization, deferred: false, time_max: Duration::from_secs(10) }
    }
}

impl Settings {
    /// Where the register lies.
    #[must_use]
    pub fn register(&self) -> Location {
        let own = || Location::File(self.data.join(REGISTER));
        self.database.clone().unwrap_or_else(own)
    }

    /// Where the sealed files lie.
    pub(crate) fn file_place(&self) -> FilePlace {
        let own = || FilePlace::Folder(self.data.join(FILES));
        self.files.clone().unwrap_or_else(own)
    }

    /// Where the newest checkpoint of the log is kept.
    pub(crate) fn checkpoint_file(&self) -> PathBuf {
        self.data.join(CHECKPOINT)
    }

    /// Defaults for a data folder.
    #[must_use]
    pub fn in_folder(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            database: None,
            files: None,
            custody: CustodySettings::default(),
            production: false,
            api_keys_in_production: false,
            trust: None,
            trust_signer: None,
            asking: None,
            time_stamps: TimeStamps::default(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            fonts: Vec::new(),
            catalogue: None,
            sample_mark: false,
            demo_accounts: false,
            level: Level::B,
            file_bytes_max: 50 << 20,
            examiner: None,
            verification_days: 365,
            batch_days: 90,
            signing_time: Duration::from_secs(15 * 60),
            accept_older_register: false,
            client_authorities: None,
            sign_in: SignInSettings::default(),
            webhooks: WebhookSettings::default(),
            regions: Vec::new(),
            exemption: ExemptionPolicy::default(),
            forms: Forms::default(),
            connectors: Vec::new(),
            errands: ErrandRule::default(),
            vigilance: Vigilance::default(),
            clock_tolerance: Duration::from_secs(5),
        }
    }
}
