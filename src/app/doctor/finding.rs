//! One finding while it is put together.

use super::cause::{Cause, Row, Severity};
use crate::view::FindingView;
use domain::validation::CheckReport;
use formats::text::printable;
use std::ops::Range;

/// The same in Chinese and in English.
pub(super) type Said = [String; 2];

/// What is the same in both languages.
pub(super) fn same(text: impl ToString) -> Said {
    let text = text.to_string();
    [text.clone(), text]
}

/// Both languages.
pub(super) fn said(zh: impl Into<String>, en: impl Into<String>) -> Said {
    [zh.into(), en.into()]
}

/// A cause, where it was found, and what was seen there.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    row: Row,
    signature: Option<usize>,
    field: Option<String>,
    certificate: Option<String>,
    range: Option<Range<usize>>,
    seen: Said,
}

impl Finding {
    pub(super) fn new(cause: Cause, seen: Said) -> Self {
        Self::of(cause.row(), seen)
    }

    fn of(row: Row, seen: Said) -> Self {
        Self { row, signature: None, field: None, certificate: None, range: None, seen }
    }

    /// A check that did not pass, in the words of this table or else in its own.
    pub(super) fn of_check(report: &CheckReport) -> Option<Self> {
        let code = report.code?;
        let row = Cause::named(code.name()).unwrap_or_else(|| {
            let own = code.row();
            let (why, cure) = ([own.zh, own.en], [own.next_zh, own.next_en]);
            Row { name: own.name, severity: Severity::FailsHere, why, cure }
        });
        let object = report.object.map(|number| format!("object {number}"));
        let parts: Vec<String> = [report.detail.clone(), object].into_iter().flatten().collect();
        let seen = match parts.is_empty() {
            true => [report.check.zh.to_owned(), report.check.en.to_owned()],
            false => same(parts.join("; ")),
        };
        Some(Self::of(row, seen).at(report.range.clone()))
    }

    /// The same of one signature, counted from 0.
    pub(super) fn signature(self, index: usize, field: Option<&str>) -> Self {
        let field = field.map(printable).filter(|name| !name.is_empty());
        Self { signature: Some(index + 1), field, ..self }
    }

    /// The same of a certificate.
    pub(super) fn certificate(self, subject: impl ToString) -> Self {
        Self { certificate: Some(subject.to_string()), ..self }
    }

    /// The same at these bytes.
    pub(super) fn at(self, range: Option<Range<usize>>) -> Self {
        Self { range, ..self }
    }

    /// The same with other words for what was seen.
    pub(super) fn seen(self, seen: Said) -> Self {
        Self { seen, ..self }
    }

    pub(super) fn code(&self) -> &'static str {
        self.row.name
    }

    pub(super) fn severity(&self) -> Severity {
        self.row.severity
    }

    /// True when both say the same of the same.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        self.row.name == other.row.name
            && self.signature == other.signature
            && (self.certificate == other.certificate || self.certificate.is_none())
    }

    pub(super) fn view(self) -> FindingView {
        let Row { name, severity, why: [why_zh, why_en], cure: [cure_zh, cure_en] } = self.row;
        let [seen_zh, seen_en] = self.seen;
        FindingView {
            code: name.to_owned(),
            severity: severity.name().to_owned(),
            signature: self.signature,
            field: self.field,
            certificate: self.certificate,
            range: self.range.map(|range| [range.start, range.end]),
            seen_zh,
            seen_en,
            why_zh: why_zh.to_owned(),
            why_en: why_en.to_owned(),
            cure_zh: cure_zh.to_owned(),
            cure_en: cure_en.to_owned(),
        }
    }
}
