//! The document security store: what a validator needs besides the signatures, kept in the document
//! (ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4.2).

use super::PdfError;
use super::revision::{Revision, revision_of};
use super::syntax::{Dictionary, Id, Object};
use super::view::View;
use std::collections::BTreeMap;

/// Certificates, revocation lists and OCSP answers, DER each. Nothing of it is believed for standing
/// in the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// Certificates.
    pub certificates: Vec<Vec<u8>>,
    /// Certificate revocation lists.
    pub crls: Vec<Vec<u8>>,
    /// OCSP responses.
    pub ocsp_responses: Vec<Vec<u8>>,
}

/// The kinds of material: key in the store, and key in an entry of `/VRI`.
pub(crate) const KINDS: [(&str, &str); 3] = [("Certs", "Cert"), ("CRLs", "CRL"), ("OCSPs", "OCSP")];

impl Material {
    /// In the order of [`KINDS`].
    pub(crate) fn kinds(&self) -> [&[Vec<u8>]; 3] {
        [&self.certificates, &self.crls, &self.ocsp_responses]
    }

    fn kinds_mut(&mut self) -> [&mut Vec<Vec<u8>>; 3] {
        [&mut self.certificates, &mut self.crls, &mut self.ocsp_responses]
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds().iter().all(|kind| kind.is_empty())
    }
}

/// What one revision added to the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptMaterial {
    /// The revision that wrote it, from 0, the oldest: time stamps over it prove that it was there.
    pub revision: usize,
    /// What it wrote.
    pub material: Material,
}

/// Streams read of one store: an archive of ten signatures and their time stamps has a hundred.
const STREAMS_MAX: usize = 256;

/// What the store of the document holds, by revisions. What cannot be read is left out: material
/// only ever helps.
pub(crate) fn read(view: &View<'_, '_>, revisions: &[Revision]) -> Vec<KeptMaterial> {
    let store = view.catalog().ok().and_then(|catalog| {
        let store = view.entry_of(catalog.object.dictionary()?, "DSS").ok()??;
        store.dictionary().cloned()
    });
    let Some(store) = store else { return Vec::new() };
    let mut kept: BTreeMap<usize, Material> = BTreeMap::new();
    let mut left = STREAMS_MAX;
    for (kind, (key, _)) in KINDS.iter().enumerate() {
        let streams = streams(view, &store, key).unwrap_or_default();
        for &id in streams.iter().take(left) {
            left -= 1;
            let Ok(Some(object)) = view.object(id) else { continue };
            let Ok(Some(data)) = view.decoded(&object) else { continue };
            let Some(revision) = revision_of(revisions, &object) else { continue };
            kept.entry(revision).or_default().kinds_mut()[kind].push(data);
        }
    }
    kept.into_iter().map(|(revision, material)| KeptMaterial { revision, material }).collect()
}

/// The objects in the array under `key`.
pub(crate) fn streams(
    view: &View<'_, '_>,
    store: &Dictionary,
    key: &str,
) -> Result<Vec<Id>, PdfError> {
    let Some(array) = view.entry_of(store, key)? else { return Ok(Vec::new()) };
    let items = array.array().unwrap_or_default();
    view.file.reading.budget.visits(items.len())?;
    Ok(items.iter().filter_map(Object::reference).collect())
}

/// The decoded data of a stream.
pub(crate) fn data(view: &View<'_, '_>, id: Id) -> Result<Option<Vec<u8>>, PdfError> {
    match view.object(id)? {
        Some(object) => view.decoded(&object),
        None => Ok(None),
    }
}
