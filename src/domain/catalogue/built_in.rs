//! The license types and sample contents of `schema/catalogue/` and `schema/notices/`, compiled in by
//! `build.rs`.

use super::license_type::LicenseType;
use super::reading::CatalogueError;
use crate::identifier::LicenseTypeCode;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The built-in license types, ordered by file name; those of notices come last.
///
/// # Errors
/// None in a released build: a test reads all of them. The error names the file.
pub fn built_in() -> Result<Vec<LicenseType>, (&'static str, CatalogueError)> {
    TYPES
        .iter()
        .map(|(name, document)| {
            LicenseType::read(document.as_bytes()).map_err(|cause| (*name, cause))
        })
        .collect()
}

/// An invented license for demo and tests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Name of its type's document, such as `business_license`.
    #[serde(skip)]
    pub name: &'static str,
    /// Code of its type.
    #[serde(skip)]
    pub license_type: Option<LicenseTypeCode>,
    /// What the sample shows.
    pub about: String,
    /// Name of the invented issuing body.
    pub issuer: String,
    /// The content.
    pub content: Map<String, Json>,
}

/// The samples of every built-in type, in the order of [`built_in`].
///
/// # Errors
/// None in a released build: a test reads all of them. The error names the file.
pub fn samples() -> Result<Vec<Sample>, (&'static str, CatalogueError)> {
    let mut all = Vec::new();
    for (name, document) in SAMPLES {
        let samples: Vec<Sample> =
            serde_json::from_str(document).map_err(|e| (*name, CatalogueError::Form(e)))?;
        let definition = TYPES.iter().find(|(type_name, _)| type_name == name);
        let license_type = match definition {
            Some((_, document)) => {
                Some(LicenseType::read(document.as_bytes()).map_err(|e| (*name, e))?.code)
            }
            None => None,
        };
        all.extend(samples.into_iter().map(|sample| Sample { name, license_type, ..sample }));
    }
    Ok(all)
}
