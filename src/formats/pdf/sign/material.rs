//! Adding validation material: the revision that makes a signature one of PAdES level B-LT
//! (ETSI EN 319 142-1, 5.4.2). A time stamp over the document after it makes it B-LTA.

use super::admission::{self, array_holder};
use super::{SignRefused, to};
use crate::pdf::file::{File, Indirect};
use crate::pdf::material::{self, KINDS, Material};
use crate::pdf::syntax::{Dictionary, Id, Object};
use crate::pdf::view::{Resolved, View};
use crate::pdf::write::Update;
use crate::pdf::{Limits, PdfError};
use std::collections::HashMap;
use std::rc::Rc;

/// What is kept for one signature.
#[derive(Clone, Copy, Debug)]
pub struct SignatureMaterial<'a> {
    /// The decoded `/Contents` of the signature, padding included
    /// ([`SignedField::contents`](crate::pdf::SignedField::contents)).
    pub contents: &'a [u8],
    /// What its validation needs, time stamps included.
    pub material: &'a Material,
}

/// The file with `additions` in its document security store: the original bytes, then a revision,
/// if anything is new. What is there already stays and is not repeated.
///
/// # Errors
/// When the document cannot be read strictly, or what stands there is no store.
pub fn add_material(
    original: &[u8],
    additions: &[SignatureMaterial<'_>],
    limits: &Limits,
) -> Result<Vec<u8>, SignRefused> {
    let file = File::read(original, limits)?;
    let catalog = admission::admit_material(&file)?;
    let mut update = Update::new(&file);
    let mut store = Store::open(file.newest(), catalog)?;
    for addition in additions {
        store.add(&mut update, addition);
    }
    if !store.finish(&mut update)? {
        return Ok(original.to_vec());
    }
    Ok([original, &update.finish()?.bytes].concat())
}

/// The store of a document while it grows.
struct Store<'f, 'a> {
    view: View<'f, 'a>,
    catalog: Rc<Indirect>,
    /// `/DSS`, where there is one.
    old: Option<Resolved>,
    /// Streams that are there, or will be, by kind and data.
    known: HashMap<(usize, Vec<u8>), Id>,
    /// New streams, by kind.
    new: [Vec<Id>; 3],
    /// New entries of `/VRI`: key and text.
    entries: Vec<(String, String)>,
}

impl<'f, 'a> Store<'f, 'a> {
    fn open(view: View<'f, 'a>, catalog: Rc<Indirect>) -> Result<Self, PdfError> {
        let entries = catalog.object.dictionary();
        let old = entries.map(|entries| view.entry_of(entries, "DSS")).transpose()?.flatten();
        if old.as_ref().is_some_and(|old| old.dictionary().is_none()) {
            return Err(PdfError::Structure("/DSS is not a dictionary"));
        }
        let mut known = HashMap::new();
        if let Some(entries) = old.as_ref().and_then(Resolved::dictionary) {
            for (kind, (key, _)) in KINDS.iter().enumerate() {
                for id in material::streams(&view, entries, key)? {
                    if let Some(data) = material::data(&view, id)? {
                        known.insert((kind, data), id);
                    }
                }
            }
        }
        let (new, entries) = Default::default();
        Ok(Self { view, catalog, old, known, new, entries })
    }

    fn add(&mut self, update: &mut Update<'_, '_>, addition: &SignatureMaterial<'_>) {
        let mut entry = String::from("<< /Type /VRI");
        for (kind, data) in addition.material.kinds().into_iter().enumerate() {
            let references: Vec<String> =
                data.iter().map(|data| to(self.stream(update, kind, data))).collect();
            if !references.is_empty() {
                entry += &format!(" /{} [{}]", KINDS[kind].1, references.join(" "));
            }
        }
        let key = key_of(addition.contents);
        let taken = self.entries.iter().any(|(known, _)| *known == key);
        if !taken && !addition.material.is_empty() {
            self.entries.push((key, format!("{entry} >>")));
        }
    }

    fn stream(&mut self, update: &mut Update<'_, '_>, kind: usize, data: &[u8]) -> Id {
        let new = &mut self.new[kind];
        *self.known.entry((kind, data.to_vec())).or_insert_with(|| {
            let id = update.add_stream("", data);
            new.push(id);
            id
        })
    }

    /// Writes what is new; false when nothing is.
    fn finish(mut self, update: &mut Update<'_, '_>) -> Result<bool, PdfError> {
        let old = self.old.take();
        let Some((dictionary, entries)) =
            old.as_ref().and_then(|old| Some((old.object()?, old.dictionary()?)))
        else {
            return self.create(update);
        };
        let holder = old.as_ref().and_then(|old| old.indirect.as_ref()).unwrap_or(&self.catalog);
        let mut grown = false;
        for ((key, _), new) in KINDS.iter().zip(&self.new).filter(|(_, new)| !new.is_empty()) {
            match array_holder(self.view.file, holder, entries, key)? {
                Some((holder, array)) => update.push(&holder, &array, &list(new))?,
                None => update.set(holder, dictionary, key, &format!("[{}]", list(new)))?,
            }
            grown = true;
        }
        Ok(self.information(update, holder, dictionary, entries)? || grown)
    }

    /// The entries of `/VRI` that are not there yet.
    fn information(
        &self,
        update: &mut Update<'_, '_>,
        holder: &Rc<Indirect>,
        dictionary: &Object,
        entries: &Dictionary,
    ) -> Result<bool, PdfError> {
        let Some(old) = self.view.entry_of(entries, "VRI")? else {
            if let Some(text) = self.information_text() {
                update.set(holder, dictionary, "VRI", &text)?;
            }
            return Ok(!self.entries.is_empty());
        };
        let (Some(object), Some(known)) = (old.object(), old.dictionary()) else {
            return Err(PdfError::Structure("/VRI is not a dictionary"));
        };
        let holder = old.indirect.as_ref().unwrap_or(holder);
        let new = self.entries.iter().filter(|(key, _)| known.get(key).is_none());
        let mut grown = false;
        for (key, text) in new {
            update.set(holder, object, key, text)?;
            grown = true;
        }
        Ok(grown)
    }

    fn information_text(&self) -> Option<String> {
        let entries: Vec<String> =
            self.entries.iter().map(|(key, text)| format!("/{key} {text}")).collect();
        (!entries.is_empty()).then(|| format!("<< {} >>", entries.join(" ")))
    }

    /// A store where there was none.
    fn create(&self, update: &mut Update<'_, '_>) -> Result<bool, PdfError> {
        let mut text = String::from("<< /Type /DSS");
        for ((key, _), new) in KINDS.iter().zip(&self.new).filter(|(_, new)| !new.is_empty()) {
            text += &format!(" /{key} [{}]", list(new));
        }
        let Some(information) = self.information_text() else { return Ok(false) };
        let store = update.add(format!("{text} /VRI {information} >>").into_bytes());
        update.set(&self.catalog, &self.catalog.object, "DSS", &to(store))?;
        Ok(true)
    }
}

fn list(ids: &[Id]) -> String {
    ids.iter().map(|&id| to(id)).collect::<Vec<_>>().join(" ")
}

/// The key of a signature in `/VRI`: a name, not a proof, so SHA-1 does no harm (EN 319 142-1, 5.4.2.3).
fn key_of(contents: &[u8]) -> String {
    let sha1 = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    let digest = aws_lc_rs::digest::digest(sha1, contents);
    digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::samples::two_pages_with;
    use crate::pdf::sign::{SignatureKind, SignatureRequest, prepare};
    use crate::pdf::{ChangeLevel, Coverage, KeptMaterial, SectionKind, examine};

    const DER: [u8; 4] = [0x30, 2, 5, 0];

    fn signed(kind: SectionKind, doc_mdp: Option<u8>) -> Vec<u8> {
        let original = two_pages_with(kind, &[]);
        let mut request = SignatureRequest::new("S", SignatureKind::Pades);
        (request.contents_reserve, request.doc_mdp) = (40, doc_mdp);
        prepare(&original, &request, &Limits::default()).expect("prepares").complete(&DER).unwrap()
    }

    fn stamped(original: &[u8], name: &str) -> Vec<u8> {
        let mut request = SignatureRequest::new(name, SignatureKind::TimeStamp);
        request.contents_reserve = 40;
        prepare(original, &request, &Limits::default()).expect("prepares").complete(&DER).unwrap()
    }

    fn material(certificates: &[&str], crls: &[&str], ocsp_responses: &[&str]) -> Material {
        let own = |all: &[&str]| all.iter().map(|one| one.as_bytes().to_vec()).collect();
        Material {
            certificates: own(certificates),
            crls: own(crls),
            ocsp_responses: own(ocsp_responses),
        }
    }

    fn added(file: &[u8], contents: &[u8], material: &Material) -> Vec<u8> {
        let additions = [SignatureMaterial { contents, material }];
        let grown = add_material(file, &additions, &Limits::default()).expect("adds");
        assert!(grown.starts_with(file));
        grown
    }

    /// Material, a time stamp, more material, another stamp: nothing of it harms what was signed,
    /// even where a certification allows no changes.
    #[test]
    fn material_and_stamps_may_follow_every_signature() {
        for kind in [SectionKind::Table, SectionKind::Stream, SectionKind::Hybrid] {
            for doc_mdp in [None, Some(1), Some(2)] {
                let file = signed(kind, doc_mdp);
                let facts = examine(&file, &Limits::default()).expect("examines");
                let contents = facts.signatures[0].signed.contents.clone();
                let first = material(&["a", "b"], &["c"], &[]);
                let kept = stamped(&added(&file, &contents, &first), "T1");
                let second = material(&["b", "d"], &[], &["e"]);
                let kept = stamped(&added(&kept, b"another", &second), "T2");
                let facts = examine(&kept, &Limits::default()).expect("examines");
                let second = material(&["d"], &[], &["e"]);
                let expected = [(2, first), (4, second)]
                    .map(|(revision, material)| KeptMaterial { revision, material });
                assert_eq!(facts.kept, expected);
                assert!(facts.defects.is_empty(), "{:?}", facts.defects);
                assert_eq!(facts.revisions.len(), 6);
                let later = &facts.signatures[0].later;
                assert!(later.permitted(), "{kind:?} {doc_mdp:?}: {:?}", later.changes);
                assert_eq!(later.level, ChangeLevel::LtaUpdates);
                let last = facts.signatures.last().expect("stamped");
                assert_eq!(last.signed.coverage, Ok(Coverage::WholeFile));
            }
        }
    }

    #[test]
    fn nothing_new_writes_nothing() {
        let file = signed(SectionKind::Table, None);
        let one = material(&["a"], &[], &[]);
        assert_eq!(added(&file, b"x", &Material::default()), file);
        let once = added(&file, b"x", &one);
        assert_eq!(added(&once, b"x", &one), once);
        // The same material for another signature is one entry, no stream.
        let twice = added(&once, b"y", &one);
        assert!(twice.len() > once.len());
        let facts = examine(&twice, &Limits::default()).expect("examines");
        assert_eq!(facts.kept, [KeptMaterial { revision: 2, material: one }]);
        assert!(facts.signatures[0].later.permitted(), "{:?}", facts.signatures[0].later);
    }

    #[test]
    fn a_store_of_others_grows_wherever_it_stands() {
        let forms = [
            ("/DSS << /Certs [20 0 R] /VRI << >> >>", "<< >>"),
            ("/DSS 19 0 R", "<< /Certs 18 0 R /VRI 17 0 R >>"),
            ("/DSS 19 0 R", "<< >>"),
        ];
        for (entry, store) in forms {
            let stream = "<< /Length 1 >>\nstream\nz\nendstream";
            let catalog = format!("<< /Type /Catalog /Pages 2 0 R {entry} >>");
            let original = two_pages_with(
                SectionKind::Table,
                &[(1, &catalog), (17, "<< >>"), (18, "[20 0 R]"), (19, store), (20, stream)],
            );
            let grown = added(&original, b"x", &material(&["z", "a"], &["c"], &[]));
            let facts = examine(&grown, &Limits::default()).expect("examines");
            let kept = facts.kept.iter().flat_map(|kept| kept.material.kinds().concat());
            assert_eq!(kept.collect::<Vec<_>>(), [b"z", b"a", b"c"], "{entry}");
            let text = String::from_utf8_lossy(&grown);
            assert!(text.contains("/11F6AD8EC52A2984ABAAFD7C3B516503785C2072 << /Type /VRI"));
        }
    }

    #[test]
    fn no_store_is_put_where_none_can_be() {
        let catalog = "<< /Type /Catalog /Pages 2 0 R /DSS [1] >>";
        let original = two_pages_with(SectionKind::Table, &[(1, catalog)]);
        let one = material(&["a"], &[], &[]);
        let additions = [SignatureMaterial { contents: b"x", material: &one }];
        let refused = add_material(&original, &additions, &Limits::default());
        assert!(matches!(refused, Err(SignRefused::Unreadable(_))), "{refused:?}");
    }
}
