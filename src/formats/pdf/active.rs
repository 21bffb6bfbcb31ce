//! Active content: what a document would do by itself when somebody opens it.

use super::PdfError;
use super::file::Indirect;
use super::syntax::{Dictionary, Id, Object, Value};
use super::view::View;
use std::collections::HashSet;
use std::fmt;

/// A kind of active content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActiveContent {
    /// `/JS`, or an action `/S /JavaScript` (12.6.4.17).
    JavaScript,
    /// Starts a program (12.6.4.6).
    Launch,
    /// An action, not a mere destination, when the document opens (`/OpenAction`).
    OpenAction,
    /// Actions on events (`/AA`, 12.6.3).
    AdditionalActions,
    /// Embedded files (7.11.4).
    EmbeddedFile,
    /// An XFA form, a second document inside the document.
    Xfa,
    /// Sends form data, or reads it from elsewhere (12.7.6).
    FormAction,
    /// Film, sound, 3D, rich media.
    Multimedia,
    /// Opens another document (`/GoToR`, `/GoToE`).
    RemoteGoTo,
}

impl fmt::Display for ActiveContent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::JavaScript => "JavaScript",
            Self::Launch => "launch action",
            Self::OpenAction => "action on opening",
            Self::AdditionalActions => "action on an event",
            Self::EmbeddedFile => "embedded file",
            Self::Xfa => "XFA form",
            Self::FormAction => "form submission or import",
            Self::Multimedia => "multimedia",
            Self::RemoteGoTo => "link into another document",
        })
    }
}

/// One finding and the indirect object that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveFinding {
    /// What was found.
    pub kind: ActiveContent,
    /// Where; `None` in the trailer.
    pub object: Option<Id>,
}

/// Findings kept; one is enough to refuse, and a file of nothing else must not fill memory.
const FINDINGS_MAX: usize = 100;

/// Everything active that can be reached from the trailer.
pub(crate) fn search(view: &View<'_, '_>) -> Result<Vec<ActiveFinding>, PdfError> {
    let mut findings = Vec::new();
    search_into(view, usize::MAX, &mut findings)?;
    Ok(findings)
}

/// Objects looked at for a remark: ten times those of a license, a fraction of what a bound volume has.
const BRIEF_VISITS_MAX: usize = 5_000;

/// As [`search`], in the first few thousand objects and as far as they can be read.
pub(crate) fn search_briefly(view: &View<'_, '_>) -> Vec<ActiveFinding> {
    let mut findings = Vec::new();
    // What was found before an unreadable object counts; the object is somebody else's finding.
    let _ = search_into(view, BRIEF_VISITS_MAX, &mut findings);
    findings
}

fn search_into(
    view: &View<'_, '_>,
    visits_max: usize,
    findings: &mut Vec<ActiveFinding>,
) -> Result<(), PdfError> {
    let walked = walk(view, visits_max, &mut |indirect, entries| {
        let found = kinds(view, entries)?.into_iter();
        findings.extend(found.map(|kind| ActiveFinding { kind, object: Some(indirect.id) }));
        Ok(findings.len() < FINDINGS_MAX)
    });
    findings.truncate(FINDINGS_MAX);
    walked
}

/// What is to be done with a dictionary of an object; false when enough was seen.
type Each<'e> = &'e mut dyn FnMut(&Indirect, &Dictionary) -> Result<bool, PdfError>;

/// Every dictionary that can be reached from the trailer, each object once.
pub(crate) fn walk(view: &View<'_, '_>, visits_max: usize, each: Each<'_>) -> Result<(), PdfError> {
    let mut visited = HashSet::new();
    let mut waiting = Vec::new();
    for (key, object) in view.trailer().iter() {
        // The keys of a cross-reference stream describe the file, not the document.
        if *key == *"Root" || *key == *"Info" {
            waiting.extend(object.reference());
        }
    }
    while let Some(id) = waiting.pop() {
        if visited.len() >= visits_max {
            break;
        }
        if !visited.insert(id) {
            continue;
        }
        view.file.reading.budget.visit()?;
        let Some(indirect) = view.object(id)? else { continue };
        let mut stack = vec![&indirect.object];
        while let Some(object) = stack.pop() {
            match &object.value {
                Value::Reference(id) => waiting.push(*id),
                Value::Array(items) => stack.extend(items),
                Value::Dictionary(entries) => {
                    if !each(&indirect, entries)? {
                        return Ok(());
                    }
                    stack.extend(entries.iter().map(|(_, object)| object));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

pub(crate) fn kinds(
    view: &View<'_, '_>,
    entries: &Dictionary,
) -> Result<Vec<ActiveContent>, PdfError> {
    use ActiveContent as Kind;
    let mut kinds = Vec::new();
    for (key, object) in entries.iter() {
        kinds.extend(match &*key.0 {
            b"JS" | b"JavaScript" => Some(Kind::JavaScript),
            b"AA" => Some(Kind::AdditionalActions),
            b"XFA" => Some(Kind::Xfa),
            b"EF" | b"EmbeddedFiles" => Some(Kind::EmbeddedFile),
            b"OpenAction" => {
                // An array is a destination on a page, which does nothing but scroll.
                view.resolve(object)?.dictionary().map(|_| Kind::OpenAction)
            }
            b"S" => view.resolve(object)?.object().and_then(action),
            b"Subtype" => view.resolve(object)?.object().and_then(annotation),
            _ => None,
        });
    }
    Ok(kinds)
}

fn action(kind: &Object) -> Option<ActiveContent> {
    Some(match &*kind.name()?.0 {
        b"JavaScript" => ActiveContent::JavaScript,
        b"Launch" => ActiveContent::Launch,
        b"SubmitForm" | b"ImportData" | b"ResetForm" => ActiveContent::FormAction,
        b"GoToR" | b"GoToE" => ActiveContent::RemoteGoTo,
        b"Rendition" | b"Movie" | b"Sound" | b"GoTo3DView" | b"RichMediaExecute" => {
            ActiveContent::Multimedia
        }
        _ => return None,
    })
}

fn annotation(kind: &Object) -> Option<ActiveContent> {
    Some(match &*kind.name()?.0 {
        b"FileAttachment" => ActiveContent::EmbeddedFile,
        b"Movie" | b"Sound" | b"Screen" | b"3D" | b"RichMedia" => ActiveContent::Multimedia,
        _ => return None,
    })
}
