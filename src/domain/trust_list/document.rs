//! The content of a trust list as it is published.

use super::{ENTRIES_MAX, Entry, TrustList, TrustListError, Words};
use crate::validation::{Mandate, Purpose};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::x509::Certificate;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// As it stands in the file, with times as in RFC 3339.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    name: Words,
    version: u64,
    issued: String,
    next_update: String,
    revocation: RevocationRule,
    entries: Vec<Row>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    responders: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum RevocationRule {
    /// Unknown leaves the answer open.
    Required,
    /// Looked at when lists or answers are at hand.
    WhenAvailable,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Row {
    certificate: String,
    name: Words,
    uses: Vec<String>,
    status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seal_kinds: Option<Vec<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    license_types: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    InForce,
    Withdrawn,
}

/// Finds the certificate that a text names.
type Find<'a> = &'a mut dyn FnMut(&str) -> Result<Certificate, String>;

impl TryFrom<Content> for TrustList {
    type Error = TrustListError;

    fn try_from(content: Content) -> Result<Self, TrustListError> {
        content.read(&mut |text| {
            let der = STANDARD.decode(text).map_err(|error| error.to_string())?;
            Certificate::parse(&der).map_err(|error| error.to_string())
        })
    }
}

impl Content {
    pub(super) fn read(self, certificate: Find<'_>) -> Result<TrustList, TrustListError> {
        let (issued, next_update) =
            (time("issued", &self.issued)?, time("next_update", &self.next_update)?);
        if self.version == 0 {
            return Err(bad("version", "the first is 1"));
        }
        if next_update <= issued {
            return Err(bad("next_update", "not after issued"));
        }
        if self.entries.is_empty() || self.entries.len() > ENTRIES_MAX {
            return Err(bad(
                "entries",
                format!("{} where 1 to {ENTRIES_MAX} are used", self.entries.len()),
            ));
        }
        named("name", &self.name)?;
        if let Some(wrong) = self.responders.iter().find(|url| !is_address(url)) {
            return Err(bad(format!("responders: {wrong}"), "not http://HOST[:PORT]/PATH"));
        }
        let rows = self.entries.into_iter().enumerate();
        let entries = rows.map(|(place, row)| row.read(&format!("entries[{place}]"), certificate));
        let entries = entries.collect::<Result<_, _>>()?;
        let certificates = self.certificates.iter().enumerate().map(|(place, text)| {
            certificate(text).map_err(|reason| bad(format!("certificates[{place}]"), reason))
        });
        Ok(TrustList {
            name: self.name,
            version: self.version,
            issued,
            next_update,
            revocation_required: self.revocation == RevocationRule::Required,
            entries,
            certificates: certificates.collect::<Result<_, _>>()?,
            responders: self.responders,
        })
    }
}

impl Row {
    fn read(self, place: &str, certificate: Find<'_>) -> Result<Entry, TrustListError> {
        let at = |member: &str| format!("{place}.{member}");
        named(&at("name"), &self.name)?;
        let found = certificate(&self.certificate);
        let moment = |member: &str, text: &Option<String>| {
            text.as_deref().map(|text| time(&at(member), text)).transpose()
        };
        let (from, to) = (moment("from", &self.from)?, moment("to", &self.to)?);
        if matches!((from, to), (Some(from), Some(to)) if to <= from) {
            return Err(bad(at("to"), "not after from"));
        }
        let uses = self.uses.iter().map(|name| {
            Purpose::named(name).ok_or_else(|| bad(at("uses"), format!("{name} is no use")))
        });
        let uses: Vec<Purpose> = uses.collect::<Result<_, _>>()?;
        let empty = |list: bool| if list { Err("nothing in it") } else { Ok(()) };
        empty(uses.is_empty()).map_err(|reason| bad(at("uses"), reason))?;
        empty(self.seal_kinds.as_ref().is_some_and(Vec::is_empty))
            .map_err(|reason| bad(at("seal_kinds"), reason))?;
        empty(self.license_types.as_ref().is_some_and(Vec::is_empty))
            .map_err(|reason| bad(at("license_types"), reason))?;
        Ok(Entry {
            certificate: found.map_err(|reason| bad(at("certificate"), reason))?,
            name: self.name,
            uses,
            mandate: Mandate {
                withdrawn: self.status == Status::Withdrawn,
                from,
                to,
                seal_kinds: self.seal_kinds,
                license_types: self.license_types,
            },
        })
    }
}

impl From<&TrustList> for Content {
    fn from(list: &TrustList) -> Self {
        let base64 = |certificate: &Certificate| STANDARD.encode(certificate.der());
        Self {
            name: list.name.clone(),
            version: list.version,
            issued: text(list.issued),
            next_update: text(list.next_update),
            revocation: match list.revocation_required {
                true => RevocationRule::Required,
                false => RevocationRule::WhenAvailable,
            },
            entries: list
                .entries
                .iter()
                .map(|entry| Row {
                    certificate: base64(&entry.certificate),
                    name: entry.name.clone(),
                    uses: entry.uses.iter().map(|one| one.name().to_owned()).collect(),
                    status: match entry.mandate.withdrawn {
                        true => Status::Withdrawn,
                        false => Status::InForce,
                    },
                    from: entry.mandate.from.map(text),
                    to: entry.mandate.to.map(text),
                    seal_kinds: entry.mandate.seal_kinds.clone(),
                    license_types: entry.mandate.license_types.clone(),
                })
                .collect(),
            certificates: list.certificates.iter().map(base64).collect(),
            responders: list.responders.clone(),
        }
    }
}

fn bad(what: impl Into<String>, reason: impl Into<String>) -> TrustListError {
    TrustListError::value(what, reason)
}

fn named(what: &str, words: &Words) -> Result<(), TrustListError> {
    let empty = words.zh.trim().is_empty() || words.en.trim().is_empty();
    if empty { Err(bad(what, "a name in both languages")) } else { Ok(()) }
}

fn time(what: &str, text: &str) -> Result<OffsetDateTime, TrustListError> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| bad(what, "not a moment such as 2026-03-01T00:00:00Z"))
}

fn text(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    // Years of four digits, as every list that was read has them.
    at.format(&Rfc3339).unwrap_or_default()
}

/// `http://HOST[:PORT]/PATH` in ASCII without user, query or fragment.
fn is_address(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let in_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    let in_path = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
    !host.is_empty() && host.bytes().all(in_host) && path.bytes().all(in_path)
}
