//! Reading the document of a form: JSON, then whether its parts fit together, then whether what it
//! names is there.

use super::{Form, FormEntry};
use crate::catalogue::{FieldKind, LicenseType, Names};
use crate::exemption::{AGENT, APPLICANT, Key, ServiceItem, Source};
use std::collections::BTreeSet;

/// The longest real forms, some 300 fields, stay far below this.
const DOCUMENT_BYTES_MAX: usize = 512 * 1024;
const SECTIONS_MAX: usize = 40;
const ENTRIES_MAX: usize = 300;
const SOURCES_MAX: usize = 20;
/// Characters of a heading or a note.
const TEXT_MAX: usize = 500;

/// Why a document is not a form: a stable code, where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {pointer}: {problem}")]
pub struct FormError {
    /// `too_large`, `bad_json`, `bad_text`, `bad_count`, `named_twice`, `unknown_item`,
    /// `unknown_holder`, `unknown_license_type`, `unknown_field` or `unfit_field`.
    pub code: &'static str,
    /// JSON pointer to the part (RFC 6901); line and column where it is no such document.
    pub pointer: String,
    /// What is wrong with it.
    pub problem: String,
}

type Checked = Result<(), FormError>;

fn wrong<T>(
    code: &'static str,
    pointer: impl Into<String>,
    problem: impl Into<String>,
) -> Result<T, FormError> {
    Err(FormError { code, pointer: pointer.into(), problem: problem.into() })
}

impl Form {
    /// Reads the document of a form.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn read(document: &[u8]) -> Result<Self, FormError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return wrong("too_large", "", format!("at most {DOCUMENT_BYTES_MAX} bytes"));
        }
        let form: Self = serde_json::from_slice(document).map_err(|cause| FormError {
            code: "bad_json",
            pointer: format!("line {}, column {}", cause.line(), cause.column()),
            problem: cause.to_string(),
        })?;
        form.check()?;
        Ok(form)
    }

    fn check(&self) -> Checked {
        if self.version == 0 {
            return wrong("bad_count", "/version", "versions begin with 1");
        }
        named("/name", &self.name)?;
        if let Some(note) = &self.note {
            named("/note", note)?;
        }
        within("/sections", self.sections.len(), 1, SECTIONS_MAX)?;
        within("/sections", self.entries().count(), 1, ENTRIES_MAX)?;
        let mut met = BTreeSet::new();
        for (place, section) in self.sections.iter().enumerate() {
            let pointer = format!("/sections/{place}");
            named(&format!("{pointer}/title"), &section.title)?;
            within(&format!("{pointer}/entries"), section.entries.len(), 1, ENTRIES_MAX)?;
            for (place, entry) in section.entries.iter().enumerate() {
                let pointer = format!("{pointer}/entries/{place}");
                if !met.insert(&entry.field.key) {
                    let problem = format!("`{}` occurs twice", entry.field.key);
                    return wrong("named_twice", format!("{pointer}/field/key"), problem);
                }
                check_entry(&pointer, entry)?;
            }
        }
        Ok(())
    }

    /// Whether the item, the license types and the fields that it names are there, and relations can
    /// be proved.
    ///
    /// # Errors
    /// The first that is not there, and where it is named.
    pub fn check_names<'t>(
        &self,
        item: Option<&ServiceItem>,
        license_type: impl Fn(&Source) -> Option<&'t LicenseType>,
        relations: &BTreeSet<&Key>,
    ) -> Checked {
        if item.is_none() {
            return wrong("unknown_item", "/item", format!("there is no item {}", self.item));
        }
        for (section, entries) in self.sections.iter().enumerate() {
            for (place, entry) in entries.entries.iter().enumerate() {
                for (source_place, source) in entry.from.iter().enumerate() {
                    let pointer =
                        format!("/sections/{section}/entries/{place}/from/{source_place}");
                    check_source(&pointer, entry, source, license_type(source), relations)?;
                }
            }
        }
        Ok(())
    }
}

fn check_entry(pointer: &str, entry: &FormEntry) -> Checked {
    if matches!(entry.field.kind, FieldKind::Photo | FieldKind::Table { .. }) {
        let problem = "a form has no photos and tables";
        return wrong("unfit_field", format!("{pointer}/field/kind"), problem);
    }
    if entry.field.role.is_some() {
        let problem = "roles are of license types";
        return wrong("unfit_field", format!("{pointer}/field/role"), problem);
    }
    within(&format!("{pointer}/from"), entry.from.len(), 0, SOURCES_MAX)
}

fn check_source(
    pointer: &str,
    entry: &FormEntry,
    source: &Source,
    license_type: Option<&LicenseType>,
    relations: &BTreeSet<&Key>,
) -> Checked {
    let holder = &source.holder;
    if ![APPLICANT, AGENT].contains(&holder.as_str()) && !relations.contains(holder) {
        let problem = format!("nothing proves the relation `{holder}`");
        return wrong("unknown_holder", format!("{pointer}/holder"), problem);
    }
    let Some(license_type) = license_type else {
        let problem = format!("there is no license type {}", source.license_type);
        return wrong("unknown_license_type", format!("{pointer}/license_type"), problem);
    };
    let Some(field) = license_type.field(source.field.as_str()) else {
        let problem = format!("{} has no field `{}`", source.license_type, source.field);
        return wrong("unknown_field", format!("{pointer}/field"), problem);
    };
    if fits(&field.kind, &entry.field.kind) {
        return Ok(());
    }
    let (from, to) = (field.kind.name(), entry.field.kind.name());
    wrong("unfit_field", format!("{pointer}/field"), format!("{from} does not fill {to}"))
}

/// Whether what the one holds can stand in the other as it is written.
fn fits(from: &FieldKind, to: &FieldKind) -> bool {
    use FieldKind::{Choice, CitizenId, LongText, Text, Uscc};
    match (from, to) {
        (Text { .. } | LongText { .. } | Uscc | CitizenId, Text { .. } | LongText { .. }) => true,
        (Choice { choices }, Choice { choices: wanted }) => {
            choices.iter().all(|one| wanted.iter().any(|other| other.value == one.value))
        }
        (from, to) => from.name() == to.name(),
    }
}

fn within(pointer: &str, found: usize, least: usize, most: usize) -> Checked {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    wrong("bad_count", pointer, format!("{found} entries; {least} to {most} are needed"))
}

fn named(pointer: &str, names: &Names) -> Checked {
    for (member, text) in [("zh", &names.zh), ("en", &names.en)] {
        let bad = text.trim().is_empty()
            || text.chars().count() > TEXT_MAX
            || text.chars().any(char::is_control);
        if bad {
            let problem = format!("1 to {TEXT_MAX} characters of one line are needed");
            return wrong("bad_text", format!("{pointer}/{member}"), problem);
        }
    }
    Ok(())
}
