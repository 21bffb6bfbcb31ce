//! A trust list as JSON.

use super::time::instant;
use domain::trust_list::{Entry, TrustList};
use formats::x509::Certificate;
use serde::Serialize;

/// What a trust list says.
#[derive(Clone, Debug, Serialize)]
pub struct TrustListView {
    /// What reports call it: date of issue and version.
    pub id: String,
    /// Whose it is, in Chinese.
    pub name_zh: String,
    /// Whose it is, in English.
    pub name_en: String,
    /// Its version.
    pub version: u64,
    /// When it was issued.
    pub issued: String,
    /// When the next one is due at the latest.
    pub next_update: String,
    /// Whether revocation must be known.
    pub revocation_required: bool,
    /// Who signed it, by the certificate that travels along.
    pub signer: Option<String>,
    /// Who vouches.
    pub entries: Vec<TrustEntryView>,
    /// Where revocation may be asked.
    pub responders: Vec<String>,
}

/// One who vouches.
#[derive(Clone, Debug, Serialize)]
pub struct TrustEntryView {
    /// Its name, in Chinese.
    pub name_zh: String,
    /// Its name, in English.
    pub name_en: String,
    /// Subject of its certificate.
    pub subject: String,
    /// SHA-256 of its certificate.
    pub sha256: String,
    /// For what it vouches.
    pub uses: Vec<String>,
    /// `in_force` or `withdrawn`.
    pub status: String,
    /// Only for what was signed from then on.
    pub from: Option<String>,
    /// Only for what was signed until then.
    pub to: Option<String>,
    /// Only for seals of these kinds.
    pub seal_kinds: Option<Vec<i64>>,
    /// Only on licenses of these types.
    pub license_types: Option<Vec<String>>,
}

impl TrustListView {
    pub(crate) fn of(list: &TrustList, signer: Option<&Certificate>) -> Self {
        Self {
            id: list.source().to_string(),
            name_zh: list.name.zh.clone(),
            name_en: list.name.en.clone(),
            version: list.version,
            issued: instant(list.issued),
            next_update: instant(list.next_update),
            revocation_required: list.revocation_required,
            signer: signer.map(|certificate| certificate.subject().to_string()),
            entries: list.entries.iter().map(entry).collect(),
            responders: list.responders.clone(),
        }
    }
}

fn entry(entry: &Entry) -> TrustEntryView {
    let status = if entry.mandate.withdrawn { "withdrawn" } else { "in_force" };
    TrustEntryView {
        name_zh: entry.name.zh.clone(),
        name_en: entry.name.en.clone(),
        subject: entry.certificate.subject().to_string(),
        sha256: hex::encode(entry.certificate.fingerprint_sha256()),
        uses: entry.uses.iter().map(|one| one.name().to_owned()).collect(),
        status: status.to_owned(),
        from: entry.mandate.from.map(instant),
        to: entry.mandate.to.map(instant),
        seal_kinds: entry.mandate.seal_kinds.clone(),
        license_types: entry.mandate.license_types.clone(),
    }
}
