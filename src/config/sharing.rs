//! Services of other regions.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Sharing with other platforms.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sharing {
    /// Services at which licenses of other regions are verified.
    pub(super) region: Vec<Region>,
}

/// A service of another region, by the sharing interface of GB/T 36906.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    /// Its name for programs: small letters, digits and `-`.
    id: String,
    /// Its name for people.
    name: String,
    /// Its address, without a path.
    pub(super) url: String,
    /// File with the value of the header `Authorization`.
    authorization_file: PathBuf,
    /// Divisions (GB/T 2260, from the left) whose bodies issue there.
    #[serde(default)]
    divisions: Vec<String>,
    /// Networks and hosts of the inside where it may lie.
    #[serde(default)]
    allow: Vec<String>,
    /// Certificates (PEM) that its certificate leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<PathBuf>,
}

impl Sharing {
    /// Whether each region has a name of its own, and divisions of digits.
    pub(super) fn are_regions_named_well(&self) -> bool {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let once = |id: &str| self.region.iter().filter(|one| one.id == id).count() == 1;
        let well = |id: &str| !id.is_empty() && id.bytes().all(plain) && once(id);
        let digits = |one: &String| {
            (2..=6).contains(&one.len()) && one.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.region.iter().all(|one| well(&one.id) && one.divisions.iter().all(digits))
    }

    /// What the service needs to know.
    pub(super) fn regions(&self) -> Vec<app::RegionSettings> {
        let region = |one: &Region| app::RegionSettings {
            id: one.id.clone(),
            name: one.name.clone(),
            url: one.url.clone(),
            authorization: one.authorization_file.clone(),
            divisions: one.divisions.clone(),
            allow: one.allow.clone(),
            ca_file: one.ca_file.clone(),
        };
        self.region.iter().map(region).collect()
    }
}
