//! What counts when it is decided what need not be handed in.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// What counts when it is decided what need not be handed in.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Exemption {
    /// File with the policy of the region; every ground and the spouse by marriage certificate when
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PathBuf>,
    /// Folder with application forms of one's own; those that come with the program when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    forms: Option<PathBuf>,
    /// Systems of other departments that confirm what a material would show.
    pub(super) connector: Vec<Connector>,
}

/// A system of another department that confirms what a material would show.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Connector {
    /// The name by which items ask for it.
    id: String,
    /// Where it is asked.
    pub(super) url: String,
    /// File with the value of the header `Authorization`.
    authorization_file: PathBuf,
    /// How long an answer is waited for, in milliseconds.
    #[serde(default = "patience")]
    timeout_ms: u64,
    /// Networks and hosts of the inside where it may lie.
    #[serde(default)]
    allow: Vec<String>,
    /// Certificates (PEM) that its certificate leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<PathBuf>,
}

fn patience() -> u64 {
    2000
}

impl Exemption {
    /// The policy that counts.
    ///
    /// # Errors
    /// The file cannot be read, or is no policy; in words.
    pub(super) fn policy(&self) -> Result<app::ExemptionPolicy, String> {
        let Some(file) = &self.policy else { return Ok(app::ExemptionPolicy::default()) };
        let document =
            std::fs::read(file).map_err(|cause| format!("{}: {cause}", file.display()))?;
        app::ExemptionPolicy::read(&document)
            .map_err(|cause| format!("{}: {}", file.display(), app::chain(&cause)))
    }

    /// The application forms.
    ///
    /// # Errors
    /// A file that is no form, and where; in words.
    pub(super) fn forms(&self) -> Result<app::Forms, String> {
        self.forms.as_deref().map_or_else(|| Ok(app::Forms::default()), app::Forms::of_folder)
    }

    /// Whether each connector has a name of its own that items can use, and time to answer.
    pub(super) fn are_connectors_well(&self) -> bool {
        let once = |id: &str| self.connector.iter().filter(|one| one.id == id).count() == 1;
        let well = |one: &Connector| {
            app::is_connector_name(&one.id)
                && once(&one.id)
                && (100..=10_000).contains(&one.timeout_ms)
        };
        self.connector.iter().all(well)
    }

    /// What the service needs to know.
    pub(super) fn connectors(&self) -> Vec<app::ConnectorSettings> {
        let connector = |one: &Connector| app::ConnectorSettings {
            id: one.id.clone(),
            url: one.url.clone(),
            authorization: one.authorization_file.clone(),
            patience: Duration::from_millis(one.timeout_ms),
            allow: one.allow.clone(),
            ca_file: one.ca_file.clone(),
        };
        self.connector.iter().map(connector).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_or_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("policy.json");
        let read = |text: &str| {
            std::fs::write(&file, text).expect("a file");
            Exemption { policy: Some(file.clone()), ..Exemption::default() }.policy()
        };
        let three = r#"{ "freedoms": ["submission", "filling"], "grounds": ["waived_by_license"],
            "relations": [{ "relation": "legal_representative", "by": "name",
                "license_type": "11100000MB0143028R001", "own": "uscc",
                "other": "legal_representative" }], "days": 30 }"#;
        let policy = read(three).expect("a policy");
        assert_eq!((policy.days, policy.relations.len(), policy.grounds.len()), (30, 1, 1));
        for (text, problem) in [
            ("{", "line 1"),
            (&three.replace(": 30", ": 0"), "days: 1 to 366"),
            (&three.replace("waived_by_license", "waived"), "unknown ground"),
            (
                &three.replace("\"legal_representative\", \"by\"", "\"agent\", \"by\""),
                "no relations",
            ),
        ] {
            let refused = read(text).expect_err(problem);
            assert!(refused.contains(problem) && refused.contains("policy.json"), "{refused}");
        }
        assert_eq!(Exemption::default().policy(), Ok(app::ExemptionPolicy::default()));
    }
}
