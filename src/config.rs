//! Configuration: `yinzheng.toml`, then `YZ_*`, then the command line. Read once, before anything
//! is opened; one struct a concern; unknown keys are refused.

mod clients;
mod custody;
mod exemption;
mod oversight;
mod places;
mod server;
mod sharing;
mod sign_in;
mod variables;

use clients::Clients;
use custody::Custody;
use exemption::Exemption;
use oversight::{Access, Alerts};
use places::{Database, Files};
use serde::{Deserialize, Serialize};
use server::{Server, Tls};
use sharing::Sharing;
use sign_in::SignIn;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use variables::{OTHER_VARIABLES, VARIABLES, known_names};

/// Read when no other file is named.
const FILE_DEFAULT: &str = "yinzheng.toml";

/// Everything that can be configured.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// What is kept where.
    pub(crate) storage: Storage,
    /// Where keys are made.
    pub(crate) custody: Custody,
    /// Whom to trust.
    pub(crate) trust: Trust,
    /// Whom to ask about revocation.
    pub(crate) verification: Verification,
    /// Time-stamp authorities elsewhere.
    pub(crate) time_stamp: TimeStamp,
    /// How licenses look.
    pub(crate) issue: Issue,
    /// Where to listen.
    pub(crate) server: Server,
    /// How people sign in.
    pub(crate) sign_in: SignIn,
    /// TLS; plain HTTP when absent.
    pub(crate) tls: Option<Tls>,
    /// How systems prove who they are.
    pub(crate) clients: Clients,
    /// Where events are sent.
    pub(crate) webhooks: Webhooks,
    /// Services of other regions.
    pub(crate) sharing: Sharing,
    /// What counts when it is decided what need not be handed in.
    pub(crate) exemption: Exemption,
    /// How much is accepted.
    pub(crate) limits: Limits,
    /// What systems must say when they look at what is personal.
    pub(crate) access: Access,
    /// What is worth an alert.
    pub(crate) alerts: Alerts,
    /// When the clock is believed.
    pub(crate) clock: Clock,
    /// What is logged.
    pub(crate) log: Log,
}

/// What is kept where.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Storage {
    /// Folder of the database, the sealed files and the keys.
    pub(crate) data: PathBuf,
    /// Where the register lies: a path, or `postgres://…`; `register.db` in the data folder when
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<Database>,
    /// Where the sealed files lie: a path, or `s3://BUCKET/PREFIX`; `files` in the data folder when
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<Files>,
    /// How many days a verification, and with it its receipt, is kept.
    pub(crate) verification_days: u32,
    /// How many days the file of a batch is kept after the end of the batch.
    pub(crate) batch_days: u32,
}

/// Whom to trust.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Trust {
    /// Folder of trust anchors and CRLs, or a signed trust list; `trust` in the data folder when
    /// absent.
    pub(crate) folder: Option<PathBuf>,
    /// Certificate or public key (PEM) of the one who signs trust lists.
    pub(crate) signer: Option<PathBuf>,
}

/// Whom to ask about revocation.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Verification {
    /// Asks responders about certificates of which nothing is known.
    pub(crate) fetch: bool,
    /// Who may be asked, besides those of the trust list: `http://HOST[:PORT]/PATH`.
    pub(crate) responders: Vec<String>,
    /// Machines of the inside to which their names may lead.
    pub(crate) inside: Vec<IpAddr>,
}

/// Time-stamp authorities elsewhere.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TimeStamp {
    /// Stamps signatures that readers everywhere know.
    pub(crate) url: Option<String>,
    /// Stamps SM2 seal signatures.
    pub(crate) sm2_url: Option<String>,
    /// File with the value of the header `Authorization`.
    pub(crate) authorization: Option<PathBuf>,
    /// What becomes of sealing when there is no stamp.
    pub(crate) policy: StampPolicy,
    /// Longest time for one stamp, in seconds.
    pub(crate) timeout_s: u64,
}

/// What becomes of sealing when there is no stamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StampPolicy {
    /// Nothing is sealed.
    #[default]
    Required,
    /// It is sealed without.
    Deferred,
}

impl Default for TimeStamp {
    fn default() -> Self {
        let (url, sm2_url, authorization) = (None, None, None);
        Self { url, sm2_url, authorization, policy: StampPolicy::Required, timeout_s: 10 }
    }
}

/// How licenses look.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Issue {
    /// Fonts (TTF, OTF) after the built-in ones, for rare characters.
    pub(crate) fonts: Vec<PathBuf>,
    /// Folder of license types besides the built-in ones.
    pub(crate) catalogue: Option<PathBuf>,
    /// Prints 样例 on everything that is issued.
    pub(crate) sample_mark: bool,
    /// What stands beside each signature when a request does not say: `b`, `t`, `lt` or `lta`.
    pub(crate) level: SealLevel,
}

/// What stands beside each signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SealLevel {
    /// Nothing.
    #[default]
    B,
    /// A time stamp.
    T,
    /// Also the certificates and revocation lists.
    Lt,
    /// Also a time stamp over all of it.
    Lta,
}

/// Where events are sent, besides public addresses.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Webhooks {
    /// Networks (`10.1.2.0/24`) and hosts (`hooks.example.gov`) of the inside that receive events.
    pub(crate) allow: Vec<String>,
    /// Certificates (PEM) that receivers' certificates lead to; the system's when absent.
    pub(crate) ca_file: Option<PathBuf>,
    /// How often it is looked for what other processes committed, and for what is due again.
    pub(crate) look_s: u64,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { allow: Vec::new(), ca_file: None, look_s: 1 }
    }
}

/// How much is accepted.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Largest uploaded file in bytes.
    pub(crate) file_bytes_max: usize,
    /// Bytes of all uploads that may be in memory at once.
    pub(crate) upload_bytes_total_max: usize,
    /// How long a prepared document waits for the signature of somebody with a key of their own, in
    /// minutes.
    pub(crate) signing_minutes: u32,
    /// Longest time to receive one request, in seconds.
    pub(crate) request_s: u64,
    /// Longest time to wait for one answer, in seconds.
    pub(crate) answer_s: u64,
    /// Requests that may wait for a worker.
    pub(crate) queue_max: usize,
    /// Verifications without a key that one address may ask for at once.
    pub(crate) anonymous_burst: u32,
    /// Verifications without a key that one address may ask for in a minute, in the long run.
    pub(crate) anonymous_per_minute: u32,
}

/// When the clock is believed.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Clock {
    /// By how many seconds it may be wrong before nothing is sealed any more.
    pub(crate) tolerance_s: u64,
}

/// What is logged, on standard error.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    /// Least severe level: `error`, `warn`, `info`, `debug` or `trace`.
    pub(crate) level: Level,
    /// One JSON object a line, or text for people.
    pub(crate) format: LogFormat,
}

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Only what failed.
    Error,
    /// And what is about to fail.
    Warn,
    /// And each request.
    Info,
    /// And steps within a request.
    Debug,
    /// Everything.
    Trace,
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Text for people.
    Text,
}

impl Default for Storage {
    fn default() -> Self {
        let data = PathBuf::from("data");
        Self { data, database: None, files: None, verification_days: 365, batch_days: 90 }
    }
}

impl Default for Limits {
    /// A scanned license of a few pages is below 10 MB, and a minute is enough for it on a slow
    /// line; a whole office may share one address.
    fn default() -> Self {
        Self {
            file_bytes_max: 50 << 20,
            upload_bytes_total_max: 400 << 20,
            signing_minutes: 15,
            request_s: 60,
            answer_s: 60,
            queue_max: 256,
            anonymous_burst: 300,
            anonymous_per_minute: 600,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self { tolerance_s: 5 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: Level::Info, format: LogFormat::Json }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("configuration file {path}: {cause}")]
    Read {
        /// The file.
        path: String,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("configuration file {path}: {cause}")]
    Parse {
        /// The file.
        path: String,
        /// Line, column and reason.
        cause: Box<toml::de::Error>,
    },
    /// A setting has a value that cannot be.
    #[error("setting {setting}: {reason}")]
    Setting {
        /// The key or the environment variable.
        setting: &'static str,
        /// What would be right.
        reason: String,
    },
    /// `YZ_*` variables that mean nothing: most likely mistyped names.
    #[error("environment: {} unknown; there are {}", .0.join(", "), known_names())]
    UnknownVariables(Vec<String>),
}

/// A configuration and where it was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What is in force.
    pub(crate) config: Config,
    /// The file, unless there was none.
    pub(crate) file: Option<PathBuf>,
    /// `YZ_*` variables that nobody knows; something else may have set them.
    pub(crate) unknown: Vec<String>,
}

/// Reads the named file, or `YZ_CONFIG`, or `yinzheng.toml` if it is there; then applies
/// `environment`.
///
/// # Errors
/// A file that is named but absent, an unknown key, an impossible value.
pub(crate) fn load(
    named: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Loaded, ConfigError> {
    let mut variables: Vec<(String, String)> =
        environment.filter(|(name, _)| name.starts_with("YZ_")).collect();
    variables.sort();
    let by_variable = variables.iter().find(|(name, _)| name == "YZ_CONFIG");
    let file = match (named, by_variable) {
        (Some(path), _) => Some(path.to_owned()),
        (None, Some((_, path))) => Some(PathBuf::from(path)),
        (None, None) => Path::new(FILE_DEFAULT).exists().then(|| PathBuf::from(FILE_DEFAULT)),
    };
    let mut config = file.as_deref().map_or_else(|| Ok(Config::default()), read)?;
    let mut unknown = Vec::new();
    for (name, value) in variables {
        if !config.apply(&name, &value)? && !OTHER_VARIABLES.contains(&name.as_str()) {
            unknown.push(name);
        }
    }
    config.check()?;
    Ok(Loaded { config, file, unknown })
}

fn read(path: &Path) -> Result<Config, ConfigError> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::Read { path: shown.clone(), cause })?;
    toml::from_str(&text)
        .map_err(|cause| ConfigError::Parse { path: shown, cause: Box::new(cause) })
}

impl Config {
    /// Sets what a variable stands for; false when it stands for nothing.
    fn apply(&mut self, name: &str, value: &str) -> Result<bool, ConfigError> {
        let Some((setting, apply)) = VARIABLES.iter().find(|(known, _)| *known == name) else {
            return Ok(false);
        };
        apply(self, value).map_err(|reason| ConfigError::Setting { setting, reason })?;
        Ok(true)
    }

    /// What types cannot say.
    fn check(&self) -> Result<(), ConfigError> {
        let Self { storage, server, limits, .. } = self;
        if let Some(Err(reason)) = storage.database.as_ref().map(Database::location) {
            return Err(wrong("storage.database", reason));
        }
        if let Some(Err(reason)) = storage.files.as_ref().map(Files::place) {
            return Err(wrong("storage.files", reason));
        }
        self.custody.check()?;
        self.alerts.check()?;
        let origin = server.public_url.as_deref().is_none_or(is_origin);
        let mib = 1 << 20;
        let uploads = limits.file_bytes_max..=16 << 30;
        let asked = &self.verification;
        let stamps = &self.time_stamp;
        let mut stampers = [&stamps.url, &stamps.sm2_url].into_iter().flatten();
        let rules: [(&'static str, bool, &str); 22] = [
            (
                "clock.tolerance_s",
                (1..=31_536_000).contains(&self.clock.tolerance_s),
                "1 to 31536000 seconds (a year)",
            ),
            (
                "time_stamp.url",
                stampers.all(|url| app::offline::is_responder(url)),
                "with time_stamp.sm2_url, an address such as http://tsa.example.cn/",
            ),
            ("time_stamp.timeout_s", (1..=60).contains(&stamps.timeout_s), "1 to 60 seconds"),
            (
                "verification.responders",
                asked.responders.iter().all(|url| app::offline::is_responder(url)),
                "addresses such as http://ocsp.example.cn/ in plain ASCII, without a query",
            ),
            (
                "verification.inside",
                asked.inside.iter().all(is_machine),
                "addresses of single machines, and not of the link or of a cloud's metadata",
            ),
            ("storage.data", !storage.data.as_os_str().is_empty(), "a folder is needed"),
            (
                "storage.verification_days",
                (1..=3650).contains(&storage.verification_days),
                "1 to 3650 days",
            ),
            (
                "limits.signing_minutes",
                (1..=1440).contains(&self.limits.signing_minutes),
                "1 to 1440 minutes",
            ),
            ("storage.batch_days", (1..=3650).contains(&storage.batch_days), "1 to 3650 days"),
            ("server.public_url", origin, "http:// or https:// and a host, without a path"),
            (
                "server.gateways",
                server.gateways.iter().all(|ip| !ip.is_unspecified() && !ip.is_multicast()),
                "addresses of single machines",
            ),
            (
                "sign_in.provider",
                self.sign_in.are_providers_named_well(),
                "each with an id of its own, of small letters, digits and -, other than test",
            ),
            (
                "sharing.region",
                self.sharing.are_regions_named_well(),
                "each with an id of its own, of small letters, digits and -, and divisions of 2 to \
                 6 digits",
            ),
            (
                "exemption.connector",
                self.exemption.are_connectors_well(),
                "each with an id of its own, of a-z, 0-9 and _, and a timeout_ms of 100 to 10000",
            ),
            ("webhooks.look_s", (1..=3600).contains(&self.webhooks.look_s), "1 to 3600 seconds"),
            ("server.shutdown_s", server.shutdown_s <= 600, "at most 600 seconds"),
            (
                "limits.file_bytes_max",
                (mib..=mib << 10).contains(&limits.file_bytes_max),
                "1048576 (1 MiB) to 1073741824 (1 GiB) bytes",
            ),
            (
                "limits.upload_bytes_total_max",
                uploads.contains(&limits.upload_bytes_total_max),
                "limits.file_bytes_max to 17179869184 (16 GiB) bytes",
            ),
            ("limits.request_s", (1..=600).contains(&limits.request_s), "1 to 600 seconds"),
            ("limits.answer_s", (1..=600).contains(&limits.answer_s), "1 to 600 seconds"),
            ("limits.queue_max", (1..=100_000).contains(&limits.queue_max), "1 to 100000"),
            (
                "limits.anonymous_per_minute",
                limits.anonymous_per_minute > 0 && limits.anonymous_burst > 0,
                "with limits.anonymous_burst, at least 1",
            ),
        ];
        match rules.into_iter().find(|(_, kept, _)| !kept) {
            Some((setting, _, reason)) => Err(wrong(setting, reason)),
            None => self.check_files(),
        }
    }

    /// Files and folders that are named must be there.
    fn check_files(&self) -> Result<(), ConfigError> {
        let tls = self
            .tls
            .iter()
            .flat_map(|tls| [("tls.certificate", &tls.certificate), ("tls.key", &tls.key)]);
        let fonts = self.issue.fonts.iter().map(|font| ("issue.fonts", font));
        let authorization = self.time_stamp.authorization.iter();
        let authorization = authorization.map(|file| ("time_stamp.authorization", file));
        let signer = self.trust.signer.iter().map(|file| ("trust.signer", file));
        let ca_file = self.webhooks.ca_file.iter().map(|file| ("webhooks.ca_file", file));
        if let Some((setting, file)) = tls
            .chain(fonts)
            .chain(signer)
            .chain(authorization)
            .chain(ca_file)
            .find(|(_, file)| !file.is_file())
        {
            return Err(wrong(setting, format!("there is no file {}", file.display())));
        }
        if let Err(problem) = self.exemption.policy() {
            return Err(wrong("exemption.policy", problem));
        }
        if let Err(problem) = self.exemption.forms() {
            return Err(wrong("exemption.forms", problem));
        }
        // A trust list may stand by itself.
        let folder = self.trust.folder.clone().filter(|path| !path.is_file());
        let folders = [
            ("trust.folder", &folder),
            ("issue.catalogue", &self.issue.catalogue),
            ("server.client_authorities", &self.server.client_authorities),
        ];
        let mut named =
            folders.into_iter().filter_map(|(key, folder)| Some((key, folder.as_ref()?)));
        match named.find(|(_, folder)| !folder.is_dir()) {
            Some((setting, folder)) => {
                Err(wrong(setting, format!("there is no folder {}", folder.display())))
            }
            None => Ok(()),
        }
    }

    /// The address that codes and answers name.
    pub(crate) fn public_url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let mut listen = self.server.listen;
        if listen.ip().is_unspecified() {
            // No browser opens 0.0.0.0; this machine at least is found.
            listen.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let own = || format!("{scheme}://{listen}");
        self.server.public_url.as_deref().map_or_else(own, |url| url.trim_end_matches('/').into())
    }

    /// What the service itself needs to know.
    pub(crate) fn settings(&self) -> app::Settings {
        app::Settings {
            demo_accounts: false,
            data: self.storage.data.clone(),
            // What cannot be meant was refused when it was read.
            database: self.storage.database.as_ref().and_then(|one| one.location().ok()),
            files: self.storage.files.as_ref().and_then(|one| one.place().ok()),
            custody: self.custody.settings(),
            production: self.custody.production,
            api_keys_in_production: self.clients.api_keys_in_production,
            trust: self.trust.folder.clone(),
            trust_signer: self.trust.signer.clone(),
            time_stamps: self.time_stamps(),
            asking: self.verification.fetch.then(|| self.asking()),
            public_url: self.public_url(),
            fonts: self.issue.fonts.clone(),
            catalogue: self.issue.catalogue.clone(),
            sample_mark: self.issue.sample_mark,
            level: self.issue.level.into(),
            file_bytes_max: self.limits.file_bytes_max,
            examiner: None,
            verification_days: self.storage.verification_days,
            batch_days: self.storage.batch_days,
            signing_time: Duration::from_secs(60 * u64::from(self.limits.signing_minutes)),
            client_authorities: self.server.client_authorities.clone(),
            sign_in: self.sign_in.settings(),
            regions: self.sharing.regions(),
            // What is no policy was refused when it was read.
            exemption: self.exemption.policy().unwrap_or_default(),
            forms: self.exemption.forms().unwrap_or_default(),
            connectors: self.exemption.connectors(),
            errands: self.access.rule(),
            vigilance: self.alerts.vigilance(),
            clock_tolerance: Duration::from_secs(self.clock.tolerance_s),
            accept_older_register: false,
            webhooks: app::WebhookSettings {
                allow: self.webhooks.allow.clone(),
                ca_file: self.webhooks.ca_file.clone(),
                look_every: Duration::from_secs(self.webhooks.look_s),
            },
        }
    }

    fn time_stamps(&self) -> app::TimeStamps {
        let TimeStamp { url, sm2_url, authorization, policy, timeout_s } = self.time_stamp.clone();
        let deferred = policy == StampPolicy::Deferred;
        let time_max = Duration::from_secs(timeout_s);
        app::TimeStamps { url, sm2_url, authorization, deferred, time_max }
    }

    /// Who may be asked about revocation, if anybody is.
    pub(crate) fn asking(&self) -> app::offline::Asking {
        let Verification { responders, inside, .. } = self.verification.clone();
        app::offline::Asking { responders, inside }
    }

    /// What the HTTP layer needs to know.
    pub(crate) fn server_settings(&self) -> web::ServerSettings {
        let Limits { anonymous_burst: burst, anonymous_per_minute: per_minute, .. } = self.limits;
        let tls = |tls: &Tls| web::TlsFiles {
            certificates: tls.certificate.clone(),
            key: tls.key.clone(),
        };
        web::ServerSettings {
            listen: self.server.listen,
            tls: self.tls.as_ref().map(tls),
            file_bytes_max: self.limits.file_bytes_max,
            upload_bytes_total_max: self.limits.upload_bytes_total_max,
            body_timeout: Duration::from_secs(self.limits.request_s),
            answer_timeout: Duration::from_secs(self.limits.answer_s),
            queue_max: self.limits.queue_max,
            guesses: web::ServerSettings::default().guesses,
            anonymous: web::AnonymousLimit { burst, per_minute },
            client_address_header: self.server.client_address_header.clone(),
            gateways: self.server.gateways.clone(),
            shutdown_timeout: Duration::from_secs(self.server.shutdown_s),
        }
    }
}

impl From<SealLevel> for app::Level {
    fn from(level: SealLevel) -> Self {
        match level {
            SealLevel::B => Self::B,
            SealLevel::T => Self::T,
            SealLevel::Lt => Self::Lt,
            SealLevel::Lta => Self::Lta,
        }
    }
}

fn wrong(setting: &'static str, reason: impl Into<String>) -> ConfigError {
    ConfigError::Setting { setting, reason: reason.into() }
}

/// One machine that may answer somebody: not of this link, where clouds keep what is secret, and not
/// several.
fn is_machine(ip: &IpAddr) -> bool {
    const METADATA: [IpAddr; 2] = [
        IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254)),
    ];
    let local = match ip {
        IpAddr::V4(ip) => ip.is_link_local() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip.to_ipv4_mapped().is_some(),
    };
    !(local || ip.is_unspecified() || ip.is_multicast() || METADATA.contains(ip))
}

/// Scheme and host, perhaps a port, nothing after it.
fn is_origin(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    host.map(|host| host.strip_suffix('/').unwrap_or(host)).is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
    })
}

#[cfg(test)]
mod tests;
