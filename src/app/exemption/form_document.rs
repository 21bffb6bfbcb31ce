//! A form as a PDF: what licenses fill in and what was typed, each with where it comes from.

use super::prefill::{FilledForm, PrefillAsked};
use super::{App, AppError};
use crate::compare::reasons;
use crate::{Caller, Document, Errand, FieldProblem};
use domain::catalogue::{Format, Value};
use domain::digest::Sha256;
use domain::exemption::{AGENT, APPLICANT};
use domain::form::{Fill, FormEntry, Taken};
use domain::time::{china_date, day_text};
use render::{FormSheet, RenderError, SheetCell, SheetMark, SheetSection, form_pdf};
use serde_json::{Map, Value as Json};

/// A form that is to be drawn.
#[derive(Clone, Default)]
pub struct FormDocumentAsked {
    /// The form, and who is in the case.
    pub prefill: PrefillAsked,
    /// What was typed, by field: as in license types. What is left out is as licenses say; null is left
    /// empty.
    pub values: Map<String, Json>,
}

/// A field as it is drawn.
struct Settled {
    value: Option<Value>,
    mark: SheetMark,
    source: String,
}

impl App {
    /// A form as a PDF. What licenses say is looked up and verified anew, so that a mark is never only
    /// claimed; that they were looked at is written down first.
    ///
    /// # Errors
    /// As [`App::prefill`]; one problem for each field that is missing, unknown or unfit, or about which
    /// licenses say different things and nobody said which is right.
    pub fn form_document(
        &self,
        caller: &Caller,
        errand: &Errand,
        asked: &FormDocumentAsked,
    ) -> Result<Document, AppError> {
        let filled = self.form_filled(caller, errand, &asked.prefill)?;
        let form = &filled.filed.form;
        let mut problems = Vec::new();
        let mut sections = Vec::new();
        for section in &form.sections {
            let mut cells = Vec::new();
            for entry in &section.entries {
                match self.settled(&filled, entry, asked.values.get(&entry.field.key)) {
                    Ok(settled) => cells.push(cell(entry, settled)),
                    Err(problem) => problems.push(problem),
                }
            }
            sections.push(SheetSection { title: section.title.zh.clone(), cells });
        }
        for key in asked.values.keys().filter(|key| form.entry(key).is_none()) {
            problems.push(problem(key, "unknown_field", "the form has no such field"));
        }
        if !problems.is_empty() {
            return Err(AppError::Fields(problems));
        }
        self.form_drawn(&filled, &sections)
    }

    fn form_drawn(
        &self,
        filled: &FilledForm,
        sections: &[SheetSection],
    ) -> Result<Document, AppError> {
        let form = &filled.filed.form;
        let item = self.service_item(form.item.as_str(), None)?;
        let office = self.store.organization_by_code(&item.item.department)?;
        let office = office.map_or_else(String::new, |found| found.name);
        let about = format!(
            "{}　事项编码 {}　办件号 {}\n填表日期 {}",
            item.item.name.zh,
            form.item,
            filled.case_no,
            day_text(china_date(filled.now)),
        );
        let sheet = FormSheet {
            fonts: &self.fonts,
            title: &form.name.zh,
            about: &about,
            sections,
            note: form.note.as_ref().map(|note| note.zh.as_str()),
            issuer: &office,
            sample_mark: form.example || self.settings.sample_mark,
            created: filled.now,
        };
        let bytes = form_pdf(&sheet).map_err(|cause| undrawn(cause, &filled.case_no))?;
        Ok(Document {
            sha256: Sha256::of(&bytes).to_string(),
            bytes,
            media_type: "application/pdf",
            name: format!("form-{}.pdf", form.code),
        })
    }

    fn settled(
        &self,
        filled: &FilledForm,
        entry: &FormEntry,
        typed: Option<&Json>,
    ) -> Result<Settled, FieldProblem> {
        let key = &entry.field.key;
        let fill = filled.fill(key);
        let Some(typed) = typed else {
            return match fill {
                Fill::Prefilled(taken) => Ok(Settled {
                    value: taken.first().map(|one| one.value.clone()),
                    mark: SheetMark::Prefilled,
                    source: taken.first().map_or_else(String::new, |one| {
                        format!("预填：{}", self.origin(filled, one))
                    }),
                }),
                Fill::Conflict(_) => Err(problem(
                    key,
                    "licenses_differ",
                    "licenses say different things: say which is right",
                )),
                Fill::Empty(_) => entered(entry, None, fill),
            };
        };
        let settled = entered(entry, Some(typed), fill)?;
        let Some(value) = &settled.value else { return Ok(settled) };
        // Character by character: what is marked as of a license stands in it.
        let same = |one: &&Taken| *value == one.value;
        match fill.taken().iter().find(same) {
            Some(one) => {
                let differ = matches!(fill, Fill::Conflict(_));
                let how = if differ { "证照不一致，经核对取" } else { "预填" };
                let source = format!("{how}：{}", self.origin(filled, one));
                Ok(Settled { mark: SheetMark::Prefilled, source, ..settled })
            }
            None => Ok(settled),
        }
    }

    /// Where a value stands, in words.
    fn origin(&self, filled: &FilledForm, taken: &Taken) -> String {
        let Some(shown) = filled.shown(taken) else { return String::new() };
        let face = self.face(&shown.license, &shown.issuer, filled.now);
        let whose = match taken.source.holder.as_str() {
            APPLICANT => "",
            AGENT => "代理人的",
            _ => "相关人的",
        };
        format!(
            "{whose}《{}》，{}颁发，A级，{}核验",
            face.type_name,
            face.issuer,
            day_text(china_date(filled.now)),
        )
    }
}

/// A field with what was typed: against what licenses say, if they do.
fn entered(entry: &FormEntry, typed: Option<&Json>, fill: &Fill) -> Result<Settled, FieldProblem> {
    let value = entry.field.read(typed).map_err(|wrong| FieldProblem {
        pointer: format!("/values{}", wrong.pointer),
        code: wrong.code,
        message: wrong.message,
    })?;
    let Some(value) = value else {
        let left = !fill.taken().is_empty();
        let source = if left { "改填：删去证照上的内容" } else { "" };
        let mark = if left { SheetMark::Changed } else { SheetMark::Empty };
        return Ok(Settled { value: None, mark, source: source.to_owned() });
    };
    let Some(said) = fill.taken().first() else {
        let source = "申请人填写".to_owned();
        return Ok(Settled { value: Some(value), mark: SheetMark::Typed, source });
    };
    let comparison = entry.compared(&value, &said.value);
    let why: Vec<String> = reasons(&comparison)
        .into_iter()
        .map(|one| one.text.trim_end_matches('。').to_owned())
        .collect();
    let stands = said.value.printed(&entry.field.kind, Format::Plain);
    let source = format!("改填：证照为“{stands}”（{}）", why.join("；"));
    Ok(Settled { value: Some(value), mark: SheetMark::Changed, source })
}

fn cell(entry: &FormEntry, settled: Settled) -> SheetCell {
    let Settled { value, mark, source } = settled;
    SheetCell {
        key: entry.field.key.clone(),
        label: entry.field.name.zh.clone(),
        value: value.map_or_else(String::new, |one| one.printed(&entry.field.kind, Format::Plain)),
        mark,
        source,
        wide: entry.wide,
    }
}

fn problem(key: &str, code: &'static str, message: &str) -> FieldProblem {
    crate::error::problem(&pointer(key), code, message.to_owned())
}

fn pointer(key: &str) -> String {
    format!("/values/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What cannot be printed is wrong with its field, or with the number of the case; more pages than any
/// form has, with all values together.
fn undrawn(error: RenderError, case_no: &str) -> AppError {
    let told = |pointer: &str, code| {
        AppError::Fields(vec![crate::error::problem(pointer, code, error.to_string())])
    };
    match (&error, error.field()) {
        (RenderError::Overflow { .. }, Some(field)) => told(&pointer(field), "too_long"),
        (_, Some(field)) => told(&pointer(field), "unprintable_character"),
        (RenderError::MissingCharacter { character, .. }, None) if case_no.contains(*character) => {
            told("/case_no", "unprintable_character")
        }
        (RenderError::TooManyPages { .. }, None) => told("/values", "too_long"),
        _ => AppError::internal("drawing a form".to_owned(), error),
    }
}
