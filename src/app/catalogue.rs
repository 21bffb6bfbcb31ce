//! The license types in use: those built in and those of the department's own folder.

use crate::AppError;
use crate::view::{FieldView, LicenseTypeView};
use domain::catalogue::{LicenseType, built_in};
use domain::digest::Sm3;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use storage::StoredLicenseType;

/// License types by code; of several versions, the newest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue(BTreeMap<String, Arc<LicenseType>>);

impl Catalogue {
    /// The built-in types, then those of `folder`.
    pub(crate) fn read(folder: Option<&Path>) -> Result<Self, AppError> {
        let mut catalogue = Self::default();
        let types = built_in().map_err(|(name, cause)| {
            AppError::internal(format!("reading the built-in license type {name}"), cause)
        })?;
        types.into_iter().for_each(|license_type| catalogue.add(license_type));
        for path in folder.map_or_else(|| Ok(Vec::new()), json_files)? {
            let broken = |cause: Box<dyn std::error::Error + Send + Sync>| {
                AppError::internal(format!("reading license type {}", path.display()), cause)
            };
            let document = std::fs::read(&path).map_err(|cause| broken(cause.into()))?;
            let license_type =
                LicenseType::read(&document).map_err(|cause| broken(cause.into()))?;
            catalogue.add(license_type);
        }
        Ok(catalogue)
    }

    fn add(&mut self, license_type: LicenseType) {
        let code = license_type.code().to_string();
        let newer = self.0.get(&code).is_none_or(|known| known.version() < license_type.version());
        if newer {
            self.0.insert(code, Arc::new(license_type));
        }
    }

    /// The type of a code.
    pub(crate) fn find(&self, code: &str) -> Option<&Arc<LicenseType>> {
        self.0.get(code)
    }

    /// Every type, by code.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<LicenseType>> {
        self.0.values()
    }
}

fn json_files(folder: &Path) -> Result<Vec<std::path::PathBuf>, AppError> {
    let unreadable =
        |cause| AppError::internal(format!("reading the folder {}", folder.display()), cause);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|end| end == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl crate::App {
    /// Keeps each type as published, because licenses name the version by which they were drawn.
    /// What is published already is not written again.
    pub(crate) fn publish_types(&self) -> Result<(), AppError> {
        let published: BTreeSet<(String, u32, Sm3)> = (self.store.license_type_list()?.iter())
            .map(|one| (one.code.to_string(), one.version, one.digest))
            .collect();
        for license_type in self.catalogue.all() {
            let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
                AppError::internal(format!("publishing type {}", license_type.code()), cause)
            };
            let document =
                serde_json::to_string(&**license_type).map_err(|cause| failed(cause.into()))?;
            let new = StoredLicenseType {
                code: license_type.code(),
                version: license_type.version(),
                digest: Sm3::of(document.as_bytes()),
                document,
                published_at: self.clock.now(),
            };
            if !published.contains(&(new.code.to_string(), new.version, new.digest)) {
                self.store.license_type_publish(&new)?;
            }
        }
        Ok(())
    }
}

/// A license type as JSON.
pub(crate) fn view(license_type: &LicenseType) -> LicenseTypeView {
    let fields = license_type.fields().iter().map(|field| FieldView {
        key: field.key.clone(),
        name: field.name.zh.clone(),
        name_en: field.name.en.clone(),
        kind: field.kind.name().to_owned(),
        required: field.required,
        sensitivity: field.sensitivity.name().to_owned(),
    });
    LicenseTypeView {
        code: license_type.code().to_string(),
        name: license_type.name().zh.clone(),
        name_en: license_type.name().en.clone(),
        version: license_type.version(),
        defining_authority: license_type.defining_authority().name.clone(),
        holder_kind: license_type.holder_kind().name().to_owned(),
        fields: fields.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_adds_to_what_is_built_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let built_in = Catalogue::read(None).expect("built in").all().count();
        assert!(built_in >= 12);
        std::fs::write(folder.path().join("broken.json"), b"{}").expect("written");
        let refused = Catalogue::read(Some(folder.path())).expect_err("not a license type");
        assert!(refused.to_string().contains("broken.json"), "{refused}");
    }
}
