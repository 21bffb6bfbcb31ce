//! The document security store (ISO 32000-2, 12.8.4.3): validation material may only be added.

use super::{ChangeKind, ChangeLevel, Step, differing_keys};
use crate::pdf::PdfError;
use crate::pdf::syntax::{Dictionary, Id, Object};
use crate::pdf::view::{Resolved, View};

const STREAMS: [&str; 3] = ["Certs", "CRLs", "OCSPs"];
const VRI_STREAMS: [&str; 3] = ["Cert", "CRL", "OCSP"];
const PLACE: &str = "Root/DSS";

impl Step<'_, '_, '_> {
    pub(super) fn security_store(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), PdfError> {
        let Some(new) = new else {
            if old.is_some() {
                self.reject(ChangeKind::SecurityStoreMalformed, None, PLACE);
            }
            return Ok(());
        };
        let before = self.outcome.changes.len();
        let explained = self.explained.len();
        let (old_value, new_value) = self.pair(old, Some(new), PLACE)?;
        let empty = Dictionary::default();
        let old_entries = old_value.as_ref().and_then(Resolved::dictionary).unwrap_or(&empty);
        let Some(new_entries) = new_value.as_ref().and_then(Resolved::dictionary) else {
            self.reject(ChangeKind::SecurityStoreMalformed, new.reference(), PLACE);
            return Ok(());
        };
        self.streams(old_entries, new_entries, &STREAMS, &["VRI", "Type"])?;
        self.validation_information(old_entries.get("VRI"), new_entries.get("VRI"))?;
        let clean = self.outcome.changes.len() == before;
        if clean && (self.explained.len() > explained || old.is_none()) {
            self.report(ChangeLevel::LtaUpdates, ChangeKind::SecurityStore, new.reference(), PLACE);
        }
        Ok(())
    }

    /// Resolves both sides; a reference may stay or become a new object.
    fn pair(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
        place: &str,
    ) -> Result<(Option<Resolved>, Option<Resolved>), PdfError> {
        let old_id = old.and_then(Object::reference);
        let new_id = new.and_then(Object::reference);
        if !self.may_refer(old_id, new_id) {
            self.reject(ChangeKind::Repointed, new_id, place);
        }
        if let Some(id) = new_id.filter(|id| self.changed.contains(&id.number)) {
            self.explain(id);
        }
        let resolve = |value: Option<&Object>, view: &View<'_, '_>| {
            value.map(|value| view.resolve(value)).transpose()
        };
        Ok((resolve(old, &self.old)?, resolve(new, &self.new)?))
    }

    /// Arrays of streams under `keys`: all that were there stay, as they were.
    fn streams(
        &mut self,
        old: &Dictionary,
        new: &Dictionary,
        keys: &[&str],
        others: &[&str],
    ) -> Result<(), PdfError> {
        let known = |key: &str| keys.contains(&key) || others.contains(&key);
        if new.iter().any(|(key, _)| !known(&key.text())) {
            self.reject(ChangeKind::SecurityStoreMalformed, None, PLACE);
        }
        for key in keys {
            let (old_array, new_array) = self.pair(old.get(key), new.get(key), PLACE)?;
            let items = |array: Option<&Resolved>| -> Vec<Id> {
                let items = array.and_then(Resolved::array).unwrap_or_default();
                items.iter().filter_map(Object::reference).collect()
            };
            let (old_items, new_items) = (items(old_array.as_ref()), items(new_array.as_ref()));
            if old_items.iter().any(|id| !new_items.contains(id)) {
                self.reject(ChangeKind::SecurityStoreMalformed, None, &format!("{PLACE}/{key}"));
            }
            for id in old_items {
                if self.seen.insert(id) && self.differs(id)? {
                    self.reject(ChangeKind::SecurityStoreMalformed, Some(id), PLACE);
                }
            }
            for id in new_items {
                self.material(id)?;
            }
        }
        Ok(())
    }

    /// One certificate, CRL, OCSP answer or time stamp: a stream.
    fn material(&mut self, id: Id) -> Result<(), PdfError> {
        if self.explained.contains(&id.number) || !self.changed.contains(&id.number) {
            return Ok(());
        }
        match self.new.object(id)?.filter(|object| object.stream.is_some()) {
            Some(object) if self.fresh(id) || !self.differs(id)? => {
                self.explain(id);
                self.account(&object.object)?;
            }
            _ => self.reject(ChangeKind::SecurityStoreMalformed, Some(id), PLACE),
        }
        Ok(())
    }

    /// `/VRI`: entries stay, new ones have a digest as key.
    fn validation_information(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), PdfError> {
        let place = "Root/DSS/VRI";
        let (old_value, new_value) = self.pair(old, new, place)?;
        let empty = Dictionary::default();
        let old_entries = old_value.as_ref().and_then(Resolved::dictionary).unwrap_or(&empty);
        let new_entries = new_value.as_ref().and_then(Resolved::dictionary).unwrap_or(&empty);
        for key in differing_keys(old_entries, new_entries) {
            let digest = key.len() == 40
                && key.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
            let added = new_entries.get(&key).filter(|_| old_entries.get(&key).is_none() && digest);
            let Some(added) = added else {
                self.reject(ChangeKind::SecurityStoreMalformed, None, place);
                continue;
            };
            let (_, resolved) = self.pair(None, Some(added), place)?;
            let Some(entries) = resolved.as_ref().and_then(Resolved::dictionary) else {
                self.reject(ChangeKind::SecurityStoreMalformed, added.reference(), place);
                continue;
            };
            self.streams(&Dictionary::default(), entries, &VRI_STREAMS, &["TS", "TU", "Type"])?;
            if let Some(id) = entries.get("TS").and_then(Object::reference) {
                self.material(id)?;
            }
        }
        for (_, value) in old_entries.iter() {
            self.unchanged(value, place)?;
        }
        Ok(())
    }
}
