//! How people sign in.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How people sign in.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SignIn {
    /// A certificate opens a session by itself, without a one-time code.
    pub(crate) certificate_alone: bool,
    /// Vouches for invented people itself; the demo does.
    pub(crate) test_identity: bool,
    /// Who vouches for citizens.
    pub(super) provider: Vec<Provider>,
}

/// Who vouches for citizens (OpenID Connect).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    /// Its name in addresses: small letters, digits and `-`.
    id: String,
    /// Its name in Chinese.
    name_zh: String,
    /// Its name in English.
    name_en: String,
    /// Its issuer.
    issuer: String,
    /// Our name there.
    client_id: String,
    /// File with our secret there.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_file: Option<PathBuf>,
    /// What is asked for.
    #[serde(default = "scope")]
    scope: String,
    /// The claim with the assured number of the person, or the credit code of the body.
    id_claim: String,
    /// The claim with the name.
    #[serde(default = "name_claim")]
    name_claim: String,
    /// Levels (`acr`) that are enough; any when empty.
    #[serde(default)]
    assurance: Vec<String>,
    /// Networks and hosts of the inside where it may lie.
    #[serde(default)]
    allow: Vec<String>,
    /// Certificates (PEM) that its certificate leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<PathBuf>,
}

fn scope() -> String {
    "openid profile".to_owned()
}

fn name_claim() -> String {
    "name".to_owned()
}

impl SignIn {
    /// Whether the providers have names that can stand in addresses, each another.
    pub(super) fn are_providers_named_well(&self) -> bool {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let well = |id: &str| !id.is_empty() && id != "test" && id.bytes().all(plain);
        let all: Vec<&str> = self.provider.iter().map(|one| one.id.as_str()).collect();
        let once = |id: &&str| all.iter().filter(|one| *one == id).count() == 1;
        all.iter().all(|id| well(id) && once(id))
    }

    /// What the service needs to know.
    pub(super) fn settings(&self) -> app::SignInSettings {
        app::SignInSettings {
            certificate_alone: self.certificate_alone,
            test_identity: self.test_identity,
            providers: self.provider.iter().cloned().map(Provider::settings).collect(),
        }
    }
}

impl Provider {
    fn settings(self) -> app::ProviderSettings {
        app::ProviderSettings {
            id: self.id,
            name_zh: self.name_zh,
            name_en: self.name_en,
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: self.client_secret_file,
            scope: self.scope,
            id_claim: self.id_claim,
            name_claim: self.name_claim,
            assurance: self.assurance,
            allow: self.allow,
            ca_file: self.ca_file,
            is_test: false,
        }
    }
}
