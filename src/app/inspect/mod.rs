//! A file in words, for people who look into it: revisions, signatures, seals, certificates.

mod document;
mod structure;
mod words;

use crate::chain;
use crate::language::{Language, Words};
use crate::view::time::instant;
use formats::container::{Kind, recognise};
use serde::Serialize;
use std::fmt::{Display, Write as _};
use time::OffsetDateTime;

/// What is in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// `pdf`, `seal`, …
    pub kind: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Titled parts in the order of the file.
    pub sections: Vec<Section>,
    #[serde(skip)]
    language: Language,
}

/// One titled part.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Title, such as `Signature 1: Seal1`.
    pub title: String,
    /// Names and values.
    pub items: Vec<(String, String)>,
    /// The DER tree, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    #[serde(skip)]
    language: Language,
}

/// Looks into the bytes of any file; what cannot be read is said so.
#[must_use]
pub fn describe(bytes: &[u8], language: Language) -> Inspection {
    let kind = recognise(bytes);
    let sections = match kind {
        Kind::Pdf => document::sections(bytes, language),
        Kind::Seal => vec![structure::seal(Section::new(language, words::SEAL), bytes)],
        Kind::SealSignature => {
            structure::seal_signature(Section::new(language, words::SEAL_SIGNATURE), bytes, &[])
        }
        Kind::Cms => {
            vec![structure::message(Section::new(language, words::SIGNED_MESSAGE), bytes, None)]
        }
        Kind::Certificate => vec![structure::certificate_file(language, bytes)],
        Kind::Ofd | Kind::Unknown => Vec::new(),
    };
    Inspection { kind: kind.name().to_owned(), bytes: bytes.len(), sections, language }
}

impl Inspection {
    /// As text: one part after the other, values aligned.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out =
            format!("{}, {} {}\n", self.kind, self.bytes, self.language.pick(words::BYTES));
        for section in &self.sections {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n{}", section.title);
            let width = section.items.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
            for (name, value) in &section.items {
                let gap = " ".repeat(width - columns(name));
                let _ = writeln!(out, "  {name}{gap}  {value}");
            }
            for line in section.tree.iter().flat_map(|tree| tree.lines()) {
                let _ = writeln!(out, "    {line}");
            }
        }
        out
    }
}

/// Columns of a terminal; a Chinese character takes two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

impl Section {
    fn new(language: Language, title: Words) -> Self {
        let title = language.pick(title).to_owned();
        Self { title, items: Vec::new(), tree: None, language }
    }

    /// With something that tells it apart, such as its number.
    fn titled(mut self, what: impl Display) -> Self {
        self.title = format!("{} {what}", self.title);
        self
    }

    /// A name, and a value that is the same in every language.
    fn with(mut self, name: Words, value: impl Display) -> Self {
        self.items.push((self.language.pick(name).to_owned(), value.to_string()));
        self
    }

    /// A name, and a value in words.
    fn said(self, name: Words, value: Words) -> Self {
        let value = self.language.pick(value);
        self.with(name, value)
    }

    /// A name and a value, when there is one.
    fn maybe(self, name: Words, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// From when to when.
    fn period(self, name: Words, from: OffsetDateTime, to: OffsetDateTime) -> Self {
        self.with(name, format_args!("{} – {}", instant(from), instant(to)))
    }

    /// Why a part cannot be read.
    fn unreadable(self, cause: &(dyn std::error::Error + 'static)) -> Self {
        self.with(words::NOT_READABLE, chain(cause))
    }

    /// The DER tree of these bytes.
    fn tree(mut self, der: &[u8]) -> Self {
        self.tree = Some(formats::tree::print(der));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_under_each_other_in_both_languages() {
        for (language, expected) in [
            (Language::Zh, "pdf, 5 字节\n\n印章\n  名称      a\n  制章时间  b\n"),
            (Language::En, "pdf, 5 bytes\n\nSeal\n  name  a\n  made  b\n"),
        ] {
            let section = Section::new(language, words::SEAL);
            let section = section.with(words::NAME, "a").with(words::MADE, "b");
            let sections = vec![section];
            let inspection = Inspection { kind: "pdf".to_owned(), bytes: 5, sections, language };
            assert_eq!(inspection.to_text(), expected);
        }
    }

    #[test]
    fn what_is_not_known_has_no_parts() {
        let inspection = describe(b"words", Language::Zh);
        assert_eq!(inspection.to_text(), "unknown, 5 字节\n");
        let broken = describe(b"%PDF-1.7\n", Language::Zh);
        assert!(broken.to_text().contains("无法读取"), "{}", broken.to_text());
    }
}
