//! The license types of the register: those that came with the program, those of the operator's
//! folder, and those that departments published since.

mod findings;
mod keeping;
mod listing;
mod preview;

pub use keeping::TypeDocument;
pub use listing::NewType;
pub use preview::TypePreview;

use crate::AppError;
use crate::view::{FieldView, LicenseTypeView};
use domain::audit::Actor;
use domain::catalogue::{LicenseType, built_in};
use domain::digest::Sm3;
use domain::id::OrganizationId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use storage::{Store, StoreError, StoredLicenseType, TypeStand, Withdrawal};

/// For this long nothing new is looked for: what another process published is in use after it.
const FRESH: Duration = Duration::from_secs(1);

/// One type with all that was published of it.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// Its versions, oldest first; never empty.
    pub(crate) versions: BTreeMap<u32, Arc<LicenseType>>,
    /// Who keeps it, where that was said.
    pub(crate) keeper: Option<OrganizationId>,
    /// Set while it is out of use.
    pub(crate) withdrawn: Option<Withdrawal>,
}

impl Kind {
    /// The newest version.
    pub(crate) fn newest(&self) -> Option<&Arc<LicenseType>> {
        self.versions.last_key_value().map(|(_, newest)| newest)
    }
}

type Kinds = BTreeMap<String, Kind>;

/// What the register has of license types, as of a second ago at the latest.
pub(crate) struct Catalogue {
    store: Arc<Store>,
    known: RwLock<(Option<Instant>, Arc<Kinds>)>,
}

impl Catalogue {
    /// The catalogue of a register.
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { store, known: RwLock::default() }
    }

    /// What is known, looked up again when it is not fresh any more. Without the register, what
    /// was known goes on.
    fn kinds(&self) -> Arc<Kinds> {
        let (at, kinds) = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.0, Arc::clone(&known.1))
        };
        if at.is_some_and(|at| at.elapsed() < FRESH) {
            return kinds;
        }
        match self.look() {
            Ok(kinds) => kinds,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the catalogue");
                kinds
            }
        }
    }

    /// Looks at the register now; documents that are known are not read again, since they never
    /// change.
    pub(crate) fn look(&self) -> Result<Arc<Kinds>, StoreError> {
        let before = {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            // Others go on with what is known while this one looks.
            known.0 = known.0.map(|_| Instant::now());
            Arc::clone(&known.1)
        };
        let kinds = Arc::new(self.read(&before, self.store.type_stand()?)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = (Some(Instant::now()), Arc::clone(&kinds));
        Ok(kinds)
    }

    fn read(&self, before: &Kinds, stand: TypeStand) -> Result<Kinds, StoreError> {
        let mut kinds = Kinds::new();
        for (code, version) in stand.published {
            let known = before.get(code.as_str()).and_then(|kind| kind.versions.get(&version));
            let Some(license_type) = (match known {
                Some(known) => Some(Arc::clone(known)),
                None => self.document(&self.store.license_type_read(&code, version)?),
            }) else {
                continue;
            };
            let new = || Kind { versions: BTreeMap::new(), keeper: None, withdrawn: None };
            let kind = kinds.entry(code.to_string()).or_insert_with(new);
            kind.versions.insert(version, license_type);
        }
        for one in stand.uses {
            if let Some(kind) = kinds.get_mut(one.code.as_str()) {
                (kind.keeper, kind.withdrawn) = (one.keeper, one.withdrawn);
            }
        }
        Ok(kinds)
    }

    /// A published document; one that this program cannot read is left out, and the log says so.
    fn document(&self, stored: &StoredLicenseType) -> Option<Arc<LicenseType>> {
        let read = LicenseType::read(stored.document.as_bytes());
        let told = |error| {
            let (code, version) = (stored.code.as_str(), stored.version);
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, code, version, "a published license type cannot be read");
        };
        read.map_err(told).ok().map(Arc::new)
    }

    /// A type with all its versions.
    pub(crate) fn kind(&self, code: &str) -> Option<Kind> {
        self.kinds().get(code).cloned()
    }

    /// The newest version of a type, also of one that was withdrawn.
    pub(crate) fn find(&self, code: &str) -> Option<Arc<LicenseType>> {
        self.kinds().get(code).and_then(Kind::newest).cloned()
    }

    /// One version of a type: that by which a license was drawn.
    pub(crate) fn version(&self, code: &str, version: u32) -> Option<Arc<LicenseType>> {
        self.kinds().get(code).and_then(|kind| kind.versions.get(&version)).cloned()
    }

    /// The newest version of every type, by code, and whether the type is in use.
    pub(crate) fn all(&self) -> Vec<(Arc<LicenseType>, bool)> {
        let kinds = self.kinds();
        let newest = |kind: &Kind| Some((Arc::clone(kind.newest()?), kind.withdrawn.is_none()));
        kinds.values().filter_map(newest).collect()
    }
}

/// The types that came with the program and those of `folder`: of several versions, the newest.
fn of_the_program(folder: Option<&Path>) -> Result<Vec<LicenseType>, AppError> {
    let types = built_in().map_err(|(name, cause)| {
        AppError::internal(format!("reading the built-in license type {name}"), cause)
    })?;
    let mut newest: BTreeMap<String, LicenseType> = BTreeMap::new();
    let mut add = |license_type: LicenseType| {
        let code = license_type.code().to_string();
        if newest.get(&code).is_none_or(|known| known.version() < license_type.version()) {
            newest.insert(code, license_type);
        }
    };
    types.into_iter().for_each(&mut add);
    for path in folder.map_or_else(|| Ok(Vec::new()), json_files)? {
        let broken = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("reading license type {}", path.display()), cause)
        };
        let document = std::fs::read(&path).map_err(|cause| broken(cause.into()))?;
        add(LicenseType::read(&document).map_err(|cause| broken(cause.into()))?);
    }
    Ok(newest.into_values().collect())
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

/// A type as it is published: its document in the one form in which it is stored and exported.
fn published(
    license_type: &LicenseType,
    by: Option<Actor>,
    at: time::OffsetDateTime,
) -> Result<StoredLicenseType, AppError> {
    let document = serde_json::to_string(license_type).map_err(|cause| {
        AppError::internal(format!("publishing type {}", license_type.code()), cause)
    })?;
    Ok(StoredLicenseType {
        code: license_type.code(),
        version: license_type.version(),
        digest: Sm3::of(document.as_bytes()),
        document,
        published_at: at,
        published_by: by,
    })
}

impl crate::App {
    /// Publishes what came with the program or lies in the operator's folder. What is published
    /// already is not written again; a version that a department published counts.
    pub(crate) fn publish_types(&self) -> Result<(), AppError> {
        let known = self.store.license_type_list()?;
        let of_departments: BTreeSet<(String, u32)> = (known.iter())
            .filter(|one| one.published_by.is_some())
            .map(|one| (one.code.to_string(), one.version))
            .collect();
        let same: BTreeSet<(String, u32, Sm3)> =
            known.iter().map(|one| (one.code.to_string(), one.version, one.digest)).collect();
        for license_type in of_the_program(self.settings.catalogue.as_deref())? {
            let new = published(&license_type, None, self.clock.now())?;
            let named = (new.code.to_string(), new.version);
            if of_departments.contains(&named) {
                let (code, version) = named;
                tracing::warn!(code, version, "the version that a department published counts");
            } else if !same.contains(&(named.0, named.1, new.digest)) {
                self.store.license_type_publish(&new)?;
            }
        }
        self.catalogue.look()?;
        Ok(())
    }
}

/// A license type as JSON.
pub(crate) fn view(license_type: &LicenseType, in_use: bool) -> LicenseTypeView {
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
        status: if in_use { "in_use" } else { "withdrawn" }.to_owned(),
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
        assert!(of_the_program(None).expect("built in").len() >= 12);
        std::fs::write(folder.path().join("broken.json"), b"{}").expect("written");
        let refused = of_the_program(Some(folder.path())).expect_err("not a license type");
        assert!(refused.to_string().contains("broken.json"), "{refused}");
    }
}
