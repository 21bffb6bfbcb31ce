//! `YZ_*` variables and the settings that they win over.

use super::Config;
use super::places::{Database, Files};
use serde::Deserialize;
use std::path::PathBuf;

/// Sets what a variable stands for, or says why its value cannot be.
pub(super) type Setter = fn(&mut Config, &str) -> Result<(), String>;

/// Every variable, the setting it wins over, and how.
pub(super) const VARIABLES: [(&str, Setter); 21] = [
    ("YZ_DATA", |config, value| path(&mut config.storage.data, value)),
    ("YZ_DATABASE", |config, value| {
        config.storage.database = Some(Database::new(value));
        Ok(())
    }),
    ("YZ_FILES", |config, value| {
        config.storage.files = Some(Files::new(value));
        Ok(())
    }),
    ("YZ_MASTER_KEY_COMMAND", |config, value| {
        config.custody.master_key_command = Some(value.to_owned());
        Ok(())
    }),
    ("YZ_PRODUCTION", |config, value| parsed(&mut config.custody.production, value)),
    ("YZ_TRUST", |config, value| path(config.trust.folder.get_or_insert_default(), value)),
    ("YZ_TRUST_SIGNER", |config, value| path(config.trust.signer.get_or_insert_default(), value)),
    ("YZ_CATALOGUE", |config, value| path(config.issue.catalogue.get_or_insert_default(), value)),
    ("YZ_SAMPLE_MARK", |config, value| parsed(&mut config.issue.sample_mark, value)),
    ("YZ_LEVEL", |config, value| named(&mut config.issue.level, value)),
    ("YZ_LISTEN", |config, value| parsed(&mut config.server.listen, value)),
    ("YZ_PUBLIC_URL", |config, value| {
        parsed(config.server.public_url.get_or_insert_default(), value)
    }),
    ("YZ_CASE_NUMBER", |config, value| named(&mut config.access.case_number, value)),
    ("YZ_SHUTDOWN_S", |config, value| parsed(&mut config.server.shutdown_s, value)),
    ("YZ_WEBHOOKS_ALLOW", |config, value| {
        config.webhooks.allow = value.split(',').map(|one| one.trim().to_owned()).collect();
        Ok(())
    }),
    ("YZ_WEBHOOKS_CA_FILE", |config, value| {
        path(config.webhooks.ca_file.get_or_insert_default(), value)
    }),
    ("YZ_WEBHOOKS_LOOK_S", |config, value| parsed(&mut config.webhooks.look_s, value)),
    ("YZ_FILE_BYTES_MAX", |config, value| parsed(&mut config.limits.file_bytes_max, value)),
    ("YZ_REQUEST_S", |config, value| parsed(&mut config.limits.request_s, value)),
    ("YZ_LOG_LEVEL", |config, value| named(&mut config.log.level, value)),
    ("YZ_LOG_FORMAT", |config, value| named(&mut config.log.format, value)),
];

/// Variables that are not settings: where the file is, secrets, and those of the test suite.
pub(super) const OTHER_VARIABLES: [&str; 11] = [
    "YZ_CONFIG",
    "YZ_CUTS",
    "YZ_KILLS",
    "YZ_MASTER_KEY",
    "YZ_PKCS11_PIN",
    "YZ_REQUIRE_ALL",
    "YZ_SDF_PASSWORD",
    "YZ_SHARED",
    "YZ_TEST_DATABASE",
    "YZ_TEST_LOAD_S",
    "YZ_UPDATE",
];

pub(super) fn known_names() -> String {
    VARIABLES.map(|(name, _)| name).join(", ") + ", YZ_CONFIG"
}

fn path(setting: &mut PathBuf, value: &str) -> Result<(), String> {
    *setting = PathBuf::from(value);
    Ok(())
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    setting: &mut T,
    value: &str,
) -> Result<(), String> {
    *setting = value.parse().map_err(|reason| format!("{value:?}: {reason}"))?;
    Ok(())
}

fn named<T: for<'de> Deserialize<'de>>(setting: &mut T, value: &str) -> Result<(), String> {
    let plain = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(value);
    *setting = T::deserialize(plain).map_err(|reason| reason.to_string())?;
    Ok(())
}
