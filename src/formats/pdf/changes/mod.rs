//! What later revisions changed (stage S9): each revision is compared with the one before it, from
//! the trailer downwards. Along every path the rule of that place decides; an object that is used in
//! two places must satisfy both.

mod annotations;
mod catalog;
mod form;
mod metadata;
mod pages;
mod security_store;
mod sight;
mod walk;

pub use sight::{Remark, RemarkKind};

use super::file::{File, Indirect};
use super::form::{Field, Form};
use super::permission::Permission;
use super::revision::{Defect, DefectKind, Revision};
use super::syntax::{Dictionary, Id, Span};
use super::view::View;
use super::xref::Entry;
use super::{PdfError, page};
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

/// How much a change needs to be allowed; the order is that of ISO 32000-2, 12.8.2.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeLevel {
    /// Nothing but the file's own bookkeeping.
    #[default]
    None,
    /// Validation material, document time stamps, metadata: allowed under every certification.
    LtaUpdates,
    /// Filling and signing of fields, new signature fields.
    FormFilling,
    /// Comments and other annotations.
    Annotations,
    /// Anything else: never allowed.
    Other,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `/DSS` grew.
    SecurityStore,
    /// XMP metadata were replaced.
    Metadata,
    /// The information dictionary was replaced.
    Information,
    /// `/Extensions` or `/Version` was raised.
    Extensions,
    /// A signature or time stamp was added.
    Signature,
    /// A field was filled.
    FieldFilled,
    /// An annotation was added or changed.
    Annotation,
    /// An annotation was removed, or their order was changed.
    AnnotationRemoved,
    /// An object was replaced that a rule protects along one of its paths.
    ObjectChanged,
    /// An object in use was freed.
    ObjectFreed,
    /// An object was written that nothing explains.
    Unexplained,
    /// A new object was written that nothing in the document leads to.
    Orphan,
    /// An appearance dictionary of a filled field is used elsewhere too.
    SharedAppearance,
    /// An object stream that others rely on was replaced.
    ContainerReplaced,
    /// A trailer entry changed.
    Trailer,
    /// A catalog entry changed.
    Catalog,
    /// A node of the page tree changed.
    Page,
    /// The form dictionary changed beyond new signature fields.
    Form,
    /// A field was removed, renamed or added that is not a signature just made.
    FieldSet,
    /// Something of a field other than its value and appearance changed.
    FieldChanged,
    /// A signature locks the field.
    FieldLocked,
    /// The field was signed before.
    SignedFieldChanged,
    /// A place now refers to another object that existed before.
    Repointed,
    /// The new signature's own byte range is worth nothing.
    SignatureWithoutCoverage,
    /// Validation material was removed or is malformed.
    SecurityStoreMalformed,
    /// Metadata that are not plain XMP, or information that is not plain text.
    MetadataMalformed,
    /// The structure of the revision has a defect.
    Defect(DefectKind),
    /// The comparison could not read something.
    Unreadable(PdfError),
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::SecurityStore => "validation material added",
            Self::Metadata => "metadata updated",
            Self::Information => "document information updated",
            Self::Extensions => "version or extensions raised",
            Self::Signature => "signature added",
            Self::FieldFilled => "field filled",
            Self::Annotation => "annotation added or changed",
            Self::AnnotationRemoved => "annotation removed or reordered",
            Self::ObjectChanged => "object replaced",
            Self::ObjectFreed => "object freed",
            Self::Unexplained => "object that nothing explains",
            Self::Orphan => "object that nothing leads to",
            Self::SharedAppearance => "appearance that is used elsewhere too",
            Self::ContainerReplaced => "object stream replaced",
            Self::Trailer => "trailer changed",
            Self::Catalog => "catalog changed",
            Self::Page => "page changed",
            Self::Form => "form changed",
            Self::FieldSet => "field removed or added",
            Self::FieldChanged => "field changed",
            Self::FieldLocked => "locked field changed",
            Self::SignedFieldChanged => "signed field changed",
            Self::Repointed => "refers to an older object now",
            Self::SignatureWithoutCoverage => "signature without coverage of its own",
            Self::SecurityStoreMalformed => "validation material removed or malformed",
            Self::MetadataMalformed => "malformed metadata",
            Self::Defect(defect) => return defect.fmt(out),
            Self::Unreadable(error) => return error.fmt(out),
        })
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The revision that made it, from 0, the oldest.
    pub revision: usize,
    /// What it needs.
    pub level: ChangeLevel,
    /// What it is.
    pub kind: ChangeKind,
    /// The object concerned.
    pub object: Option<Id>,
    /// Where in the document, as a path of keys.
    pub place: String,
    /// The bytes of the object or defect in the file.
    pub span: Option<Span>,
}

/// Everything that happened after one signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaterChanges {
    /// The highest level of all changes.
    pub level: ChangeLevel,
    /// All changes in order of revisions.
    pub changes: Vec<Change>,
    /// Full names of signature fields whose signatures must be valid themselves for the level to hold.
    pub relies_on: Vec<String>,
    /// What people should know of changes that are allowed.
    pub remarks: Vec<Remark>,
    /// The strictest `/P` that any of the changes had to keep to.
    pub doc_mdp: Option<u8>,
    /// Whether a revision changed more than the signatures before it allow.
    excessive: bool,
}

impl LaterChanges {
    /// Whether each revision kept to what the signatures before it allow: validation material under a
    /// certification with `/P 1`, else form filling and signing. Annotations can cover what was signed
    /// and are not allowed, even where `/P 3` allows them; a policy that knows better looks at the
    /// level and `doc_mdp`.
    #[must_use]
    pub fn permitted(&self) -> bool {
        !self.excessive
    }

    /// Adds the changes of one revision.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        let level = outcome.changes.iter().map(|change| change.level).max().unwrap_or_default();
        let allowed = match outcome.doc_mdp {
            Some(1) => ChangeLevel::LtaUpdates,
            _ => ChangeLevel::FormFilling,
        };
        self.excessive |= level > allowed;
        self.doc_mdp = match (self.doc_mdp, outcome.doc_mdp) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for change in &outcome.changes {
            // Later revisions add what there is room for, and whatever is worse.
            if self.changes.len() < CHANGES_MAX || change.level > self.level {
                self.changes.push(change.clone());
            }
        }
        self.level = self.level.max(level);
        self.relies_on.extend(outcome.relies_on.iter().cloned());
        if self.remarks.len() < CHANGES_MAX {
            self.remarks.extend(outcome.remarks.iter().cloned());
        }
    }
}

/// The changes of one revision and the signatures it relies on.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) changes: Vec<Change>,
    pub(crate) relies_on: Vec<String>,
    pub(crate) remarks: Vec<Remark>,
    /// The strictest certification in force before the revision.
    pub(crate) doc_mdp: Option<u8>,
}

/// Changes kept of one revision; what exceeds them in level is kept all the same.
pub(crate) const CHANGES_MAX: usize = 50;

/// One revision compared with the one before it.
pub(crate) struct Step<'s, 'f, 'a> {
    old: View<'f, 'a>,
    new: View<'f, 'a>,
    revision: usize,
    /// Restrictions of all signatures before this revision.
    permission: &'s Permission,
    /// Object numbers whose entries differ.
    changed: HashSet<u32>,
    /// Objects that a rule has accounted for.
    explained: HashSet<u32>,
    /// Objects that were compared as they are.
    seen: HashSet<Id>,
    /// Pages, fields, widgets and annotations of the old revision: judged in their own place.
    nodes: HashSet<Id>,
    /// Widgets of signature fields that this revision adds.
    new_widgets: HashSet<Id>,
    /// Fields that this revision fills.
    filled: Vec<Field>,
    /// Appearance dictionaries of fields that were filled; nothing else may use them.
    own_appearances: Vec<(Id, String)>,
    outcome: Outcome,
}

/// Forms of the two revisions, read once for all uses.
pub(crate) struct Forms<'s> {
    pub(crate) old: Option<&'s Form>,
    pub(crate) new: Option<&'s Form>,
}

/// Compares revision `index` with the one before it.
pub(crate) fn compare(
    file: &File<'_>,
    revisions: &[Revision],
    index: usize,
    forms: &Forms<'_>,
    permission: &Permission,
    defects: &[Defect],
) -> Outcome {
    let (before, after) = (&revisions[index - 1], &revisions[index]);
    let mut step = Step {
        old: file.view(before.section),
        new: file.view(after.section),
        revision: index,
        permission,
        changed: HashSet::new(),
        explained: HashSet::new(),
        seen: HashSet::new(),
        nodes: HashSet::new(),
        new_widgets: HashSet::new(),
        filled: Vec::new(),
        own_appearances: Vec::new(),
        outcome: Outcome { doc_mdp: permission.doc_mdp, ..Outcome::default() },
    };
    for defect in defects.iter().filter(|defect| defect.revision == index) {
        let kind = ChangeKind::Defect(defect.kind);
        step.report(ChangeLevel::Other, kind, defect.object, "");
        if let Some(change) = step.outcome.changes.last_mut() {
            change.span = Some(defect.span.clone());
        }
    }
    if let Err(error) = step.run(after, forms) {
        step.report(ChangeLevel::Other, ChangeKind::Unreadable(error), None, "");
    }
    step.outcome
}

impl<'f, 'a> Step<'_, 'f, 'a> {
    fn run(&mut self, after: &Revision, forms: &Forms<'_>) -> Result<(), PdfError> {
        let numbers = after.objects.iter().map(|id| id.number).chain(after.freed.iter().copied());
        self.changed = numbers.collect();
        if self.changed.is_empty() && self.old.trailer() == self.new.trailer() {
            return Ok(());
        }
        self.find_nodes(forms)?;
        self.form_fields(forms)?;
        self.trailer()?;
        self.catalog(forms)?;
        self.shared_appearances();
        self.containers(after)?;
        self.leftovers(after)?;
        // Where more was changed than is allowed, nobody needs to be told what else there is to see.
        let worst = self.outcome.changes.iter().map(|change| change.level).max();
        if worst <= Some(ChangeLevel::FormFilling) {
            self.look(forms);
        }
        Ok(())
    }

    /// The places that are judged as themselves wherever they are referred to from.
    fn find_nodes(&mut self, forms: &Forms<'_>) -> Result<(), PdfError> {
        let (pages, nodes) = page::tree(&self.old)?;
        self.nodes = nodes;
        for page in pages {
            let annotations = page.dictionary().map(|entries| self.old.entry_of(entries, "Annots"));
            let Some(annotations) = annotations.transpose()?.flatten() else { continue };
            let items = annotations.array().unwrap_or_default();
            self.old.file.reading.budget.visits(items.len())?;
            self.nodes.extend(items.iter().filter_map(super::syntax::Object::reference));
        }
        for form in forms.old.into_iter() {
            self.nodes.extend(&form.parents);
            for field in &form.fields {
                self.nodes.insert(field.id);
                self.nodes.extend(&field.widgets);
            }
        }
        Ok(())
    }

    fn report(&mut self, level: ChangeLevel, kind: ChangeKind, object: Option<Id>, place: &str) {
        let worst = self.outcome.changes.iter().map(|change| change.level).max();
        if self.outcome.changes.len() >= CHANGES_MAX && Some(level) <= worst {
            return;
        }
        let span = object.and_then(|id| self.new.object(id).ok().flatten());
        let span =
            span.filter(|object| object.container.is_none()).map(|object| object.span.clone());
        let (revision, place) = (self.revision, place.to_owned());
        self.outcome.changes.push(Change { revision, level, kind, object, place, span });
    }

    fn reject(&mut self, kind: ChangeKind, object: Option<Id>, place: &str) {
        self.report(ChangeLevel::Other, kind, object, place);
    }

    fn explain(&mut self, id: Id) {
        self.explained.insert(id.number);
    }

    /// Whether no object of that number was in use before.
    fn fresh(&self, id: Id) -> bool {
        !matches!(
            self.old.entry(id.number),
            Some((Entry::InFile { .. } | Entry::InStream { .. }, _))
        )
    }

    /// Whether the object means something else than before.
    fn differs(&self, id: Id) -> Result<bool, PdfError> {
        if !self.changed.contains(&id.number) {
            return Ok(false);
        }
        Ok(match (self.old.object(id)?, self.new.object(id)?) {
            (Some(old), Some(new)) => !self.same(&old, &new),
            (None, None) => false,
            _ => true,
        })
    }

    fn same(&self, old: &Rc<Indirect>, new: &Rc<Indirect>) -> bool {
        let data =
            |object: &Indirect| object.stream.clone().map(|span| &self.old.file.bytes()[span]);
        old.object == new.object && data(old) == data(new)
    }

    /// A place that held `old` may refer to `new`: the same object, a direct value, or an object
    /// that was not there before; anything else could bring hidden content to light.
    fn may_refer(&self, old: Option<Id>, new: Option<Id>) -> bool {
        new.is_none_or(|new| old == Some(new) || self.fresh(new))
    }

    fn shared_appearances(&mut self) {
        let own = std::mem::take(&mut self.own_appearances);
        let mut others = HashSet::new();
        for (id, place) in &own {
            if self.seen.contains(id) || !others.insert(*id) {
                self.reject(ChangeKind::SharedAppearance, Some(*id), place);
            }
        }
    }

    /// Every changed object must have been accounted for by now, or lie where nothing leads.
    fn leftovers(&mut self, after: &Revision) -> Result<(), PdfError> {
        let mut reachable: Option<HashSet<Id>> = None;
        for &number in &after.freed {
            self.reject(ChangeKind::ObjectFreed, Some(Id { number, generation: 0 }), "");
        }
        // A number never used before starts at generation 0 (7.3.10); readers that do not look at
        // generations would see the object where we see none.
        for &id in after.objects.iter().filter(|id| id.generation != 0) {
            if self.old.entry(id.number).is_none() {
                self.reject(ChangeKind::Unexplained, Some(id), "");
            }
        }
        let reported: HashSet<Option<Id>> =
            self.outcome.changes.iter().map(|change| change.object).collect();
        for &id in &after.objects {
            if self.explained.contains(&id.number) || reported.contains(&Some(id)) {
                continue;
            }
            // Written again as it was.
            if !self.fresh(id) && !self.differs(id)? {
                continue;
            }
            if reachable.is_none() {
                reachable = Some(self.new.reachable()?);
            }
            if self.fresh(id)
                && reachable.as_ref().is_some_and(|reachable| !reachable.contains(&id))
            {
                self.report(ChangeLevel::LtaUpdates, ChangeKind::Orphan, Some(id), "");
            } else {
                self.reject(ChangeKind::Unexplained, Some(id), "");
            }
        }
        Ok(())
    }
}

/// Keys in which two dictionaries differ.
fn differing_keys(old: &Dictionary, new: &Dictionary) -> Vec<String> {
    let changed = old.iter().filter(|(name, value)| new.get_named(name) != Some(*value));
    let added = new.iter().filter(|(name, _)| old.get_named(name).is_none());
    changed.chain(added).map(|(name, _)| name.text()).collect()
}

/// Whether the dictionaries agree in every key but these.
fn agree_but(old: &Dictionary, new: &Dictionary, exempt: &[&str]) -> bool {
    differing_keys(old, new).iter().all(|key| exempt.contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(revision: usize, level: ChangeLevel, doc_mdp: Option<u8>) -> Outcome {
        let change = Change {
            revision,
            level,
            kind: ChangeKind::Signature,
            object: None,
            place: String::new(),
            span: None,
        };
        Outcome { changes: vec![change], doc_mdp, ..Outcome::default() }
    }

    /// A certification binds what comes after it, not what came before.
    #[test]
    fn permission_is_that_of_the_moment() {
        use ChangeLevel::{Annotations, FormFilling, LtaUpdates, Other};
        for (changes, permitted) in [
            (vec![(FormFilling, None), (LtaUpdates, Some(1))], true),
            (vec![(FormFilling, None), (FormFilling, Some(1))], false),
            (vec![(FormFilling, Some(2))], true),
            (vec![(Annotations, Some(3))], false),
            (vec![(Other, None)], false),
            (vec![], true),
        ] {
            let mut later = LaterChanges::default();
            for (index, (level, doc_mdp)) in changes.iter().enumerate() {
                later.add(&outcome(index, *level, *doc_mdp));
            }
            assert_eq!(later.permitted(), permitted, "{changes:?}");
            let worst = changes.iter().map(|(level, _)| *level).max().unwrap_or_default();
            assert_eq!((later.level, later.changes.len()), (worst, changes.len()));
        }
    }

    #[test]
    fn the_worst_change_is_kept_however_many_there_are() {
        let mut later = LaterChanges::default();
        for index in 0..CHANGES_MAX + 5 {
            later.add(&outcome(index, ChangeLevel::LtaUpdates, None));
        }
        later.add(&outcome(99, ChangeLevel::Other, None));
        assert_eq!(later.changes.len(), CHANGES_MAX + 1);
        assert_eq!(later.changes.last().map(|change| change.revision), Some(99));
    }
}
