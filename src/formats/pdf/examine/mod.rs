//! Facts about the signatures of a file: what each covers, and what happened after it.

mod signature;

use super::active::{self, ActiveFinding};
use super::appearance::{self, ShownPicture};
use super::changes::{self, Change, ChangeKind, ChangeLevel, Forms, LaterChanges, Outcome};
use super::file::File;
use super::form::{self, Form};
use super::information;
use super::material::{self, KeptMaterial};
use super::permission::{self, Permission};
use super::revision::{self, Defect, Revision};
use super::syntax::{Id, Span};
use super::{Exhausted, Limits, PdfError};
pub use signature::{Coverage, SignatureFault, SignedField};
use std::collections::HashMap;

/// One signature.
#[derive(Clone, Debug)]
pub struct SignatureFacts {
    /// The signature object by its bytes.
    pub signed: SignedField,
    /// What it allows to change.
    pub permission: Permission,
    /// What was changed after it; of a signature without coverage, everything after its revision.
    pub later: LaterChanges,
    /// What each widget of the field shows.
    pub shown: Vec<ShownPicture>,
}

/// What can be said of a PDF without cryptography and without opinion.
#[derive(Clone, Debug)]
pub struct PdfFacts {
    /// Oldest first.
    pub revisions: Vec<Revision>,
    /// What is wrong with the structure, in any revision.
    pub defects: Vec<Defect>,
    /// In order of the field tree.
    pub signatures: Vec<SignatureFacts>,
    /// Objects that look like signatures and belong to no field.
    pub strays: Vec<(Id, Span)>,
    /// What the document keeps for validators.
    pub kept: Vec<KeptMaterial>,
    /// What the document would do by itself, as far as a short search finds it.
    pub active: Vec<ActiveFinding>,
    /// What it said about itself when it was made: names and texts.
    pub information: Vec<(String, String)>,
}

/// Examines every signature of a file. A broken signature is a fact about it and hides no other.
///
/// # Errors
/// When the file itself cannot be read strictly.
pub fn examine(bytes: &[u8], limits: &Limits) -> Result<PdfFacts, PdfError> {
    examine_file(&File::read(bytes, limits)?)
}

/// As [`examine`], of a file already read.
///
/// # Errors
/// As [`examine`].
pub fn examine_file(file: &File<'_>) -> Result<PdfFacts, PdfError> {
    let revisions = revision::revisions(file)?;
    let form = form::read(&file.newest())?;
    let mut signatures = signatures(file, &revisions, form.as_ref())?;
    let signed_from = signatures.iter().filter_map(|facts| facts.signed.revision).min();
    let defects =
        revision::defects(file, &revisions, signed_from.map_or(revisions.len(), |at| at + 1));
    let outcomes = match signed_from {
        Some(from) => outcomes(file, &revisions, from, &signatures, &defects)?,
        None => Vec::new(),
    };
    let later: Vec<LaterChanges> =
        signatures.iter().map(|facts| later(facts.signed.revision, &outcomes)).collect();
    for (facts, later) in signatures.iter_mut().zip(later) {
        facts.later = later;
    }
    let known: Vec<&SignedField> = signatures.iter().map(|facts| &facts.signed).collect();
    let strays = signature::strays(file, &known);
    let kept = material::read(&file.newest(), &revisions);
    let active = active::search_briefly(&file.newest());
    let information = information::first(file);
    Ok(PdfFacts { revisions, defects, signatures, strays, kept, active, information })
}

fn signatures(
    file: &File<'_>,
    revisions: &[Revision],
    form: Option<&Form>,
) -> Result<Vec<SignatureFacts>, PdfError> {
    let fields =
        form.into_iter().flat_map(|form| &form.fields).filter(|field| field.is_signature());
    let mut uses: HashMap<Id, usize> = HashMap::new();
    for field in fields.clone() {
        if let Some(id) = field.value.as_ref().and_then(super::syntax::Object::reference) {
            *uses.entry(id).or_default() += 1;
        }
    }
    let signed = fields.clone().filter(|field| field.value.is_some());
    let widgets = signed.flat_map(|field| field.widgets.iter().copied()).collect();
    let shows = appearance::PagesOfWidgets::new(&file.newest(), &widgets);
    let mut signatures = Vec::new();
    for field in fields {
        let id = field.value.as_ref().and_then(super::syntax::Object::reference);
        let shared = id.is_some_and(|id| uses[&id] > 1);
        let Some((signed, object)) = signature::look(file, revisions, field, shared) else {
            continue;
        };
        if signatures.len() >= file.limits.signatures_max {
            return Err(Exhausted::Signatures.into());
        }
        let entries = object.as_ref().and_then(|object| object.object.dictionary());
        let permission =
            match entries.map(|entries| permission::of_signature(&file.newest(), entries)) {
                Some(Ok(permission)) => permission,
                // What cannot be read is taken for the strictest.
                Some(Err(_)) => Permission { doc_mdp: Some(1), locks: Vec::new() },
                None => Permission::default(),
            };
        let shown = appearance::shown(&file.newest(), field, &shows);
        signatures.push(SignatureFacts {
            signed,
            permission,
            later: LaterChanges::default(),
            shown,
        });
    }
    Ok(signatures)
}

/// The changes of each revision after `from`, each compared with the one before it.
fn outcomes(
    file: &File<'_>,
    revisions: &[Revision],
    from: usize,
    signatures: &[SignatureFacts],
    defects: &[Defect],
) -> Result<Vec<(usize, Outcome)>, PdfError> {
    let mut outcomes = Vec::new();
    let form_of = |index: usize| form::read(&file.view(revisions[index].section));
    if from + 1 >= revisions.len() {
        return Ok(outcomes);
    }
    let mut before = form_of(from);
    // Restrictions add up from revision to revision.
    let mut permission = Permission::default();
    for index in from + 1..revisions.len() {
        let after = form_of(index);
        for facts in signatures.iter().filter(|facts| facts.signed.revision == Some(index - 1)) {
            permission.join(facts.permission.clone());
        }
        let mut outcome = match (&before, &after) {
            (Ok(old), Ok(new)) => {
                let forms = Forms { old: old.as_ref(), new: new.as_ref() };
                changes::compare(file, revisions, index, &forms, &permission, defects)
            }
            (Err(error), _) | (_, Err(error)) => unreadable(index, error.clone()),
        };
        reject_unfounded(index, &mut outcome, signatures);
        outcomes.push((index, outcome));
        before = after;
    }
    Ok(outcomes)
}

fn unreadable(revision: usize, error: PdfError) -> Outcome {
    let kind = ChangeKind::Unreadable(error);
    let place = String::from("Root/AcroForm");
    let change =
        Change { revision, level: ChangeLevel::Other, kind, object: None, place, span: None };
    Outcome { changes: vec![change], ..Outcome::default() }
}

/// A signature that a revision relies on must have been made by that very revision, over all of it.
fn reject_unfounded(index: usize, outcome: &mut Outcome, signatures: &[SignatureFacts]) {
    for name in &outcome.relies_on {
        let own = signatures.iter().find(|facts| facts.signed.field_name == *name);
        let sound = own
            .is_some_and(|own| own.signed.coverage.is_ok() && own.signed.revision == Some(index));
        if !sound {
            outcome.changes.push(Change {
                revision: index,
                level: ChangeLevel::Other,
                kind: ChangeKind::SignatureWithoutCoverage,
                object: own.and_then(|own| own.signed.object),
                place: format!("field {name:?}"),
                span: own.and_then(|own| own.signed.span.clone()),
            });
        }
    }
}

/// What happened after revision `signed`; a signature object that stands in no revision gets everything.
fn later(signed: Option<usize>, outcomes: &[(usize, Outcome)]) -> LaterChanges {
    let mut later = LaterChanges::default();
    for (_, outcome) in outcomes.iter().filter(|(index, _)| signed.is_none_or(|at| *index > at)) {
        later.add(outcome);
    }
    later
}

#[cfg(test)]
mod tests;
