//! Packages that leave the service: a ZIP of one form ([`formats::package`]) whose manifest lists every
//! file by SM3 and SHA-256 and is signed as receipts are.

use crate::receipt::{self, ReceiptKeys, Standing};
use crate::view::ArchiveFileView;
use crate::{App, AppError};
use domain::digest::{Sha256, Sm3};
use domain::sealing::KeyPurpose;
use domain::signed::prepare;
use formats::package::{self, Entry, PackageError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// What is signed.
pub(crate) const MANIFEST: &str = "manifest.json";

/// A file of a package: its path, and its bytes.
pub(crate) type File = (String, Vec<u8>);

/// The files of a package that was read, by path.
pub(crate) type Entries<'a> = BTreeMap<String, Entry<'a>>;

/// What the manifests of a kind of package say.
pub(crate) trait Manifest: DeserializeOwned + Serialize {
    /// What it says it is.
    const TYPE: &'static str;

    /// Every file but the manifest, and what lies beside it.
    fn files(&self) -> &[ArchiveFileView];

    /// A file that says something of the manifest, and so is not listed in it.
    fn beside(&self) -> Option<&'static str>;
}

/// Something that is not as it was packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageFault {
    /// Which file of the package; empty for the package itself.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why nothing in a package is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// Something in it was changed, added or taken away.
    Altered,
    /// The key that it names is not among those believed.
    UnknownKey,
    /// It is no package of this kind.
    NoneOfThese,
}

/// A package that is as its service made it.
pub(crate) struct Opened<'a, M> {
    pub(crate) manifest: M,
    pub(crate) entries: Entries<'a>,
}

pub(crate) fn fault(path: &str, reason: impl ToString) -> PackageFault {
    PackageFault { path: path.to_owned(), reason: reason.to_string() }
}

/// How a file stands in a manifest.
pub(crate) fn listed((path, bytes): &File) -> ArchiveFileView {
    ArchiveFileView {
        path: path.clone(),
        bytes: bytes.len() as u64,
        sha256: Sha256::of(bytes).to_string(),
        sm3: Sm3::of(bytes).to_string(),
    }
}

/// Opens a package that is whole, and that a service that is believed made; otherwise everything that
/// is wrong with it, by name.
pub(crate) fn opened<'a, M: Manifest>(
    bytes: &'a [u8],
    keys: &ReceiptKeys,
) -> Result<Opened<'a, M>, (Unopened, Vec<PackageFault>)> {
    let entries = package::read(bytes).map_err(|cause| {
        let why = match cause {
            PackageError::Form(_) => Unopened::Altered,
            _ => Unopened::NoneOfThese,
        };
        (why, vec![fault("", cause)])
    })?;
    let entries: Entries<'a> =
        entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
    let changed = entries.values().filter(|entry| !entry.whole);
    let mut faults: Vec<PackageFault> =
        changed.map(|entry| fault(&entry.name, "its bytes were changed")).collect();
    let manifest: M = match said(&entries, keys) {
        Ok(manifest) => manifest,
        Err((why, reason)) => {
            let why = if faults.is_empty() { why } else { Unopened::Altered };
            faults.extend((!faults.iter().any(|one| one.path == MANIFEST)).then_some(reason));
            return Err((why, faults));
        }
    };
    for found in unlisted(&entries, &manifest).chain(unlike(&entries, &manifest)) {
        if !faults.iter().any(|known| known.path == found.path) {
            faults.push(found);
        }
    }
    if faults.is_empty() {
        Ok(Opened { manifest, entries })
    } else {
        Err((Unopened::Altered, faults))
    }
}

/// What the service said, or why that is not known.
fn said<M: Manifest>(
    entries: &Entries<'_>,
    keys: &ReceiptKeys,
) -> Result<M, (Unopened, PackageFault)> {
    let missing = (Unopened::NoneOfThese, fault(MANIFEST, "it is missing"));
    let manifest = entries.get(MANIFEST).ok_or(missing)?;
    receipt::said(manifest.bytes, M::TYPE, keys).map_err(|standing| match standing {
        Standing::UnknownKey => {
            (Unopened::UnknownKey, fault(MANIFEST, "no known key has signed it"))
        }
        Standing::NotAReceipt => (Unopened::NoneOfThese, fault(MANIFEST, "it is no manifest")),
        Standing::Altered | Standing::Genuine | Standing::OtherFile => {
            (Unopened::Altered, fault(MANIFEST, "its signature does not hold"))
        }
    })
}

/// Files that the manifest does not know.
fn unlisted<'a, M: Manifest>(
    entries: &'a Entries<'_>,
    manifest: &'a M,
) -> impl Iterator<Item = PackageFault> + 'a {
    let known = |name: &str| {
        name == MANIFEST
            || manifest.beside() == Some(name)
            || manifest.files().iter().any(|file| file.path == name)
    };
    let unknown = entries.keys().filter(move |name| !known(name));
    unknown.map(|name| fault(name, "the manifest does not list it"))
}

/// Files that are not there, or are others than were packed.
fn unlike<'a, M: Manifest>(
    entries: &'a Entries<'_>,
    manifest: &'a M,
) -> impl Iterator<Item = PackageFault> + 'a {
    let beside = manifest.beside().filter(|name| !entries.contains_key(*name));
    let beside = beside.map(|name| fault(name, "it is missing"));
    let unlike = manifest.files().iter().filter_map(|listed| {
        let Some(entry) = entries.get(&*listed.path) else {
            return Some(fault(&listed.path, "it is missing"));
        };
        let same = Sm3::of(entry.bytes).to_string() == listed.sm3
            && Sha256::of(entry.bytes).to_string() == listed.sha256
            && entry.bytes.len() as u64 == listed.bytes;
        (!same).then(|| fault(&listed.path, "it has another digest than in the manifest"))
    });
    beside.into_iter().chain(unlike)
}

impl App {
    /// A manifest, signed; `duty` says in the ledger what for.
    pub(crate) fn signed_manifest<M: Manifest>(
        &self,
        said: &M,
        duty: &str,
    ) -> Result<Vec<u8>, AppError> {
        let prepared =
            prepare(M::TYPE, said).map_err(|cause| AppError::internal(duty.to_owned(), cause))?;
        let key = self.service_key(KeyPurpose::Receipt)?;
        let signature = self.sign_as_service(&key, prepared.message(), duty)?;
        Ok(prepared.complete(&[], &signature))
    }
}
