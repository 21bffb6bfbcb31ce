//! Revisions by bytes: where each ends, what it introduces, which of its bytes nothing explains.

use super::PdfError;
use super::file::{File, Indirect, end_of_revision};
use super::syntax::{Id, Lexer, Span, is_space};
use super::xref::{Entry, Section, SectionKind};
use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;

/// One saving of the document: the bytes from the end of the one before it to the line end after
/// its `%%EOF` (ISO 32000-2, 7.5.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its bytes.
    pub span: Span,
    /// Where the `%%EOF` token ends.
    pub end_of_token: usize,
    /// How its cross-reference section is written.
    pub kind: SectionKind,
    /// Objects that it writes, ascending.
    pub objects: Vec<Id>,
    /// Object numbers that were in use and that it frees.
    pub freed: Vec<u32>,
    /// Its newest section, counted from the newest of the file.
    pub(crate) section: usize,
    /// All its sections: a linearized file and some hybrid ones have two.
    pub(crate) sections: RangeInclusive<usize>,
}

/// Something about the file's structure that an honest writer does not produce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// What it is.
    pub kind: DefectKind,
    /// The revision it belongs to, from 0, the oldest.
    pub revision: usize,
    /// The object, if one is concerned.
    pub object: Option<Id>,
    /// The bytes.
    pub span: Span,
}

/// The kinds of [`Defect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefectKind {
    /// A cross-reference entry points where no object of that number starts.
    EntryAstray,
    /// A revision's section names an object outside the revision's own bytes.
    OutsideRevision,
    /// The section, or the object an entry points at, cannot be read.
    Unreadable,
    /// Bytes that belong to no object, section or white space.
    Unaccounted,
    /// A cross-reference table that does not stand in lines of its own.
    NotInLines,
    /// Bytes after the line end of the last `%%EOF`, be they white space.
    Trailing,
}

impl fmt::Display for DefectKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::EntryAstray => "a cross-reference entry points at something else",
            Self::OutsideRevision => "an object outside the bytes of its revision",
            Self::Unreadable => "an object that cannot be read",
            Self::Unaccounted => "bytes that nothing explains",
            Self::NotInLines => "a cross-reference table that readers may read differently",
            Self::Trailing => "bytes after the end of the document",
        })
    }
}

/// The revisions of a file, oldest first.
///
/// # Errors
/// When a section is not followed by its `startxref` and `%%EOF`, or sections interleave.
pub(crate) fn revisions(file: &File<'_>) -> Result<Vec<Revision>, PdfError> {
    let mut revisions: Vec<Revision> = Vec::new();
    let oldest = file.sections.len() - 1;
    let mut section = oldest + 1;
    let mut known: HashMap<u32, Entry> = HashMap::new();
    while section > 0 {
        section -= 1;
        // The two sections of a linearized file are one revision, which ends with the older one.
        let ends_with = section;
        if file.linearized && section == oldest {
            section -= 1;
        }
        let start = revisions.last().map_or(0, |last| last.span.end);
        let (end_of_token, end) = end_of(file, ends_with, section)?;
        if end <= start {
            return Err(PdfError::CrossReference {
                offset: file.sections[section].span.start,
                reason: "revisions overlap",
            });
        }
        let (objects, freed) = introduced(file, section..=ends_with, &mut known);
        match revisions.last_mut().filter(|last| completes(&file.sections[section], last)) {
            Some(last) => {
                last.span.end = end;
                (last.end_of_token, last.kind) = (end_of_token, SectionKind::Hybrid);
                last.sections = section..=*last.sections.end();
                last.objects.extend(objects);
                last.objects.sort_unstable();
            }
            None => revisions.push(Revision {
                span: start..end,
                end_of_token,
                kind: file.sections[section].kind,
                objects,
                freed,
                section,
                sections: section..=ends_with,
            }),
        }
        if let Some(last) = revisions.last_mut() {
            last.section = section;
        }
    }
    Ok(revisions)
}

/// Whether a section only names the cross-reference stream that the revision before it holds already:
/// word processors end a hybrid file with such a second section (7.5.8.4).
fn completes(section: &Section, before: &Revision) -> bool {
    let inside = |span: &Span| before.span.start <= span.start && span.end <= before.span.end;
    section.table_is_empty && section.hybrid.as_ref().is_some_and(inside)
}

/// The revision in whose bytes an object stands that is in no object stream.
pub(crate) fn revision_of(revisions: &[Revision], object: &Indirect) -> Option<usize> {
    revisions.iter().position(|revision| revision.span.contains(&object.span.start))
}

/// Behind section `ends_with`: `startxref`, the offset of section `named`, `%%EOF`.
fn end_of(file: &File<'_>, ends_with: usize, named: usize) -> Result<(usize, usize), PdfError> {
    let at = startxref(file, ends_with);
    let (offset, end) = end_of_revision(file.bytes(), at)?;
    if offset != file.sections[named].span.start {
        return Err(PdfError::CrossReference {
            offset: at,
            reason: "startxref of another section",
        });
    }
    let mut token = end;
    while is_space(file.bytes()[token - 1]) {
        token -= 1;
    }
    Ok((token, end))
}

/// Where the first token behind a section stands.
fn startxref(file: &File<'_>, section: usize) -> usize {
    let mut lexer = Lexer::new(file.bytes(), file.sections[section].span.end);
    lexer.skip_space();
    lexer.at()
}

/// Objects whose entries in these sections differ from what was `known` before them.
fn introduced(
    file: &File<'_>,
    sections: RangeInclusive<usize>,
    known: &mut HashMap<u32, Entry>,
) -> (Vec<Id>, Vec<u32>) {
    let (mut objects, mut freed) = (Vec::new(), Vec::new());
    for &(number, entry) in sections.rev().flat_map(|section| &file.sections[section].entries) {
        let before = known.insert(number, entry);
        if before == Some(entry) {
            continue;
        }
        match entry {
            Entry::Free if before.is_some() => freed.push(number),
            Entry::Free => {}
            Entry::InFile { generation, .. } => objects.push(Id { number, generation }),
            Entry::InStream { .. } => objects.push(Id { number, generation: 0 }),
        }
    }
    objects.sort_unstable();
    objects.dedup();
    (objects, freed)
}

/// Every defect of the structure; of unaccounted bytes and odd tables only those from revision `from`
/// on, because what an earlier signature covers needs no other explanation.
pub(crate) fn defects(file: &File<'_>, revisions: &[Revision], from: usize) -> Vec<Defect> {
    let mut defects = Vec::new();
    let mut known: HashMap<u32, Entry> = HashMap::new();
    for (index, revision) in revisions.iter().enumerate() {
        for section in revision.sections.clone().rev() {
            entries(file, (index, revision), section, &mut known, &mut defects);
        }
        if index >= from {
            unaccounted(file, revision, index, &mut defects);
            let sections = &file.sections[revision.sections.clone()];
            let odd = sections.iter().filter(|section| !section.in_lines);
            defects.extend(odd.map(|section| Defect {
                kind: DefectKind::NotInLines,
                revision: index,
                object: None,
                span: section.span.clone(),
            }));
        }
        if defects.len() >= DEFECTS_MAX {
            break;
        }
    }
    let (span, revision) = (trailing(file, revisions), revisions.len().saturating_sub(1));
    if !span.is_empty() {
        defects.push(Defect { kind: DefectKind::Trailing, revision, object: None, span });
    }
    defects
}

/// The bytes behind the end of the newest section's revision. That they end with a `startxref` of
/// their own makes them no revision: it may name an older section, as in a file written twice.
pub(crate) fn trailing(file: &File<'_>, revisions: &[Revision]) -> Span {
    revisions.last().map_or(0, |last| last.span.end)..file.bytes().len()
}

/// Defects kept of one section or revision; one is enough.
const DEFECTS_MAX: usize = 100;

fn entries(
    file: &File<'_>,
    (index, revision): (usize, &Revision),
    section: usize,
    known: &mut HashMap<u32, Entry>,
    defects: &mut Vec<Defect>,
) {
    let mut found = |kind, object, span| {
        if defects.len() < DEFECTS_MAX {
            defects.push(Defect { kind, revision: index, object, span });
        }
    };
    let spans = [Some(&file.sections[section].span), file.sections[section].hybrid.as_ref()];
    for span in spans.into_iter().flatten() {
        if span.start < revision.span.start || span.end > revision.span.end {
            found(DefectKind::OutsideRevision, None, span.clone());
        }
    }
    for &(number, entry) in &file.sections[section].entries {
        let repeated = known.insert(number, entry) == Some(entry);
        let Entry::InFile { offset, generation } = entry else { continue };
        if repeated {
            continue;
        }
        let object = Some(Id { number, generation });
        match file.reading.heading(offset) {
            Ok((id, _)) if Some(id) == object => {}
            _ => {
                found(DefectKind::EntryAstray, object, offset..offset);
                continue;
            }
        }
        if !revision.span.contains(&offset) {
            found(DefectKind::OutsideRevision, object, offset..offset);
        }
    }
}

/// Bytes of the revision that are no object, section or white space.
fn unaccounted(file: &File<'_>, revision: &Revision, index: usize, defects: &mut Vec<Defect>) {
    let view = file.view(revision.section);
    let mut spans = Vec::new();
    for section in revision.sections.clone() {
        spans.push(file.sections[section].span.clone());
        spans.extend(file.sections[section].hybrid.clone());
        let at = startxref(file, section);
        spans.extend(end_of_revision(file.bytes(), at).ok().map(|(_, end)| at..end));
    }
    for &id in &revision.objects {
        match view.object(id) {
            Ok(Some(object)) if object.container.is_none() => spans.push(object.span.clone()),
            Ok(_) => {}
            Err(_) => {
                let span = revision.span.clone();
                let kind = DefectKind::Unreadable;
                if defects.len() < DEFECTS_MAX {
                    defects.push(Defect { kind, revision: index, object: Some(id), span });
                }
            }
        }
    }
    spans.sort_by_key(|span| span.start);
    let mut at = revision.span.start;
    spans.push(revision.span.end..revision.span.end);
    for span in spans {
        let gap = at..span.start.max(at);
        let loose = file.bytes()[gap.clone()].iter().position(|&byte| !is_space(byte));
        if let Some(first) = loose {
            let span = gap.start + first..gap.end;
            defects.push(Defect {
                kind: DefectKind::Unaccounted,
                revision: index,
                object: None,
                span,
            });
        }
        at = at.max(span.end);
    }
}

/// The checks of a file before it is signed: what readers might show differently is not sealed.
pub(crate) fn check_strictly(file: &File<'_>, revisions: &[Revision]) -> Result<(), PdfError> {
    let defects = defects(file, revisions, revisions.len());
    match defects.iter().find(|defect| defect.kind != DefectKind::Trailing) {
        None => Ok(()),
        Some(Defect { object: Some(id), .. }) => {
            Err(PdfError::Object { id: *id, reason: "not where its revision says" })
        }
        Some(defect) => Err(PdfError::CrossReference {
            offset: defect.span.start,
            reason: "a section outside the bytes of its revision",
        }),
    }
}
