//! A PDF file as its chain of cross-reference sections, and its objects on demand.

use super::PdfError;
use super::limits::{Budget, Limits};
use super::syntax::{
    FilterError, Id, Lexer, Object, Parser, Span, SyntaxError, Token, Value, is_space,
};
use super::view::{ObjectStream, View};
use super::xref::{Entry, Section, SectionKind, read_section};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The bytes of a file and what may still be spent on reading them.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) budget: Budget,
}

/// An indirect object as written.
#[derive(Debug)]
pub(crate) struct Indirect {
    pub(crate) id: Id,
    pub(crate) object: Object,
    /// The raw data of a stream, in the file.
    pub(crate) stream: Option<Span>,
    /// From the object number to the end of `endobj`; of the value, in an object stream.
    pub(crate) span: Span,
    /// The decoded object stream that holds the object.
    pub(crate) container: Option<Rc<ObjectStream>>,
}

impl Reading<'_> {
    pub(crate) fn filter_error(&self, offset: usize, error: FilterError) -> PdfError {
        match error {
            FilterError::Malformed(reason) => PdfError::Stream { offset, reason },
            FilterError::Exhausted(exhausted) => exhausted.into(),
        }
    }

    /// The object `n g obj … endobj` at `offset`; `length_of` answers an indirect `/Length`.
    pub(crate) fn indirect(
        &self,
        offset: usize,
        length_of: &mut dyn FnMut(Id) -> Option<usize>,
    ) -> Result<Indirect, PdfError> {
        let (id, at) = self.heading(offset)?;
        let mut parser = Parser::new(self.bytes, at, &self.budget);
        let object = parser.value()?;
        let mut lexer = parser.lexer;
        let mut stream = None;
        let (mut token, mut span) = lexer.next()?;
        if token == Token::Keyword(b"stream") {
            let data = self.stream_data(&object, span.end, length_of)?;
            lexer.seek(data.end);
            let (end, at) = lexer.next()?;
            if end != Token::Keyword(b"endstream") || at.start != after_space(self.bytes, data.end)
            {
                return Err(syntax(at.start, "stream data does not end where /Length says"));
            }
            stream = Some(data);
            (token, span) = lexer.next()?;
        }
        if token != Token::Keyword(b"endobj") {
            return Err(syntax(span.start, "endobj expected"));
        }
        Ok(Indirect { id, object, stream, span: offset..span.end, container: None })
    }

    /// Object number and generation at `offset`, and where the value starts.
    pub(crate) fn heading(&self, offset: usize) -> Result<(Id, usize), PdfError> {
        let none = || syntax(offset, "no object starts here");
        if !self.bytes.get(offset).is_some_and(u8::is_ascii_digit)
            || offset.checked_sub(1).is_some_and(|before| self.bytes[before].is_ascii_digit())
        {
            return Err(none());
        }
        let mut lexer = Lexer::new(self.bytes, offset);
        let number = lexer.next()?.0;
        let generation = lexer.next()?.0;
        let (Token::Integer(number), Token::Integer(generation)) = (number, generation) else {
            return Err(none());
        };
        // `obj` and the value may touch: `obj<<` lexes apart, `obj12` does not.
        let (keyword, span) = lexer.next()?;
        let id = u32::try_from(number).ok().zip(u16::try_from(generation).ok());
        match (keyword, id) {
            (Token::Keyword(b"obj"), Some((number, generation))) if number > 0 => {
                Ok((Id { number, generation }, span.end))
            }
            _ => Err(none()),
        }
    }

    fn stream_data(
        &self,
        object: &Object,
        keyword_end: usize,
        length_of: &mut dyn FnMut(Id) -> Option<usize>,
    ) -> Result<Span, PdfError> {
        let entries = object.dictionary();
        let entries =
            entries.ok_or_else(|| syntax(object.span.start, "stream of no dictionary"))?;
        // External data (/F) would be another file's.
        if entries.get("F").is_some() {
            return Err(syntax(object.span.start, "stream data outside the file"));
        }
        let start = match self.bytes.get(keyword_end..) {
            Some([b'\r', b'\n', ..]) => keyword_end + 2,
            Some([b'\n', ..]) => keyword_end + 1,
            _ => return Err(syntax(keyword_end, "no line end after the keyword stream")),
        };
        let length = entries.get("Length").and_then(|length| match length.value {
            Value::Reference(id) => length_of(id),
            _ => length.size(),
        });
        length
            .and_then(|length| start.checked_add(length))
            .filter(|end| *end <= self.bytes.len())
            .map(|end| start..end)
            .ok_or_else(|| syntax(object.span.start, "stream without a usable /Length"))
    }
}

pub(crate) fn syntax(offset: usize, reason: &'static str) -> PdfError {
    SyntaxError { offset, reason }.into()
}

/// A file read strictly: header at byte 0, an unbroken chain of cross-reference sections.
/// Objects are parsed when asked for, once.
#[derive(Debug)]
pub struct File<'a> {
    pub(crate) reading: Reading<'a>,
    pub(crate) limits: Limits,
    /// Newest first.
    pub(crate) sections: Vec<Section>,
    /// Entries of all sections by number and age, when there are several sections.
    pub(crate) index: Vec<(u32, u32, Entry)>,
    /// Whether the two oldest sections are those of a linearized file (ISO 32000-2, annex F).
    pub(crate) linearized: bool,
    pub(crate) objects: RefCell<HashMap<(usize, usize), Rc<Indirect>>>,
    pub(crate) containers: RefCell<HashMap<usize, Rc<ObjectStream>>>,
}

impl<'a> File<'a> {
    /// Reads the cross-reference sections.
    ///
    /// # Errors
    /// When the file needs repair, is encrypted, or exceeds a budget.
    pub fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self, PdfError> {
        if !is_pdf(bytes) {
            return Err(PdfError::Header);
        }
        if bytes.len() > 9_999_999_999 {
            return Err(PdfError::TooLong);
        }
        let reading = Reading { bytes, budget: Budget::new(limits, bytes.len()) };
        let newest = last_section(bytes)?;
        let (sections, linearized) = chain(&reading, newest, limits)?;
        if sections.iter().any(|section| section.trailer.get("Encrypt").is_some()) {
            return Err(PdfError::Encrypted);
        }
        Ok(Self {
            reading,
            limits: limits.clone(),
            index: index(&sections),
            sections,
            linearized,
            objects: RefCell::default(),
            containers: RefCell::default(),
        })
    }

    /// The whole file.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.reading.bytes
    }

    /// The document as the newest section shows it.
    pub(crate) fn newest(&self) -> View<'_, 'a> {
        View { file: self, first: 0 }
    }

    /// The document as it was when section `first` (counted from the newest) was the newest.
    pub(crate) fn view(&self, first: usize) -> View<'_, 'a> {
        View { file: self, first }
    }

    /// One more than the highest object number that any section mentions.
    pub(crate) fn next_number(&self) -> u32 {
        let numbers = self.sections.iter().map(Section::size);
        let sizes = numbers.max().unwrap_or(1);
        u32::try_from(sizes).unwrap_or(u32::MAX)
    }

    /// How the newest section is written.
    #[must_use]
    pub fn section_kind(&self) -> SectionKind {
        self.sections[0].kind
    }
}

/// Object number, section (counted from the newest) and entry, ascending.
fn index(sections: &[Section]) -> Vec<(u32, u32, Entry)> {
    if sections.len() < 2 {
        return Vec::new();
    }
    let mut index: Vec<(u32, u32, Entry)> = (0..)
        .zip(sections)
        .flat_map(|(at, section)| {
            section.entries.iter().map(move |&(number, entry)| (number, at, entry))
        })
        .collect();
    index.sort_unstable_by_key(|&(number, at, _)| (number, at));
    index
}

/// Whether `bytes` start as a PDF does: `%PDF-`, digit, full stop, digit.
#[must_use]
pub fn is_pdf(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', b'P', b'D', b'F', b'-', b'1'..=b'9', b'.', b'0'..=b'9', ..])
}

/// What the last `startxref` says.
fn last_section(bytes: &[u8]) -> Result<usize, PdfError> {
    let at = bytes
        .windows(9)
        .rposition(|window| window == b"startxref")
        .ok_or(PdfError::CrossReference { offset: bytes.len(), reason: "no startxref" })?;
    Ok(end_of_revision(bytes, at)?.0)
}

/// At `startxref`: the offset it names, and the end of the `%%EOF` line.
pub(crate) fn end_of_revision(bytes: &[u8], at: usize) -> Result<(usize, usize), PdfError> {
    let wrong = |reason| PdfError::CrossReference { offset: at, reason };
    let mut lexer = Lexer::new(bytes, at);
    if lexer.next()?.0 != Token::Keyword(b"startxref") {
        return Err(wrong("startxref expected"));
    }
    // White space only: of a comment here every reader thinks something else.
    let number = after_space(bytes, lexer.at());
    let (Token::Integer(offset), span) = lexer.next()? else {
        return Err(wrong("startxref without an offset"));
    };
    let mut end = after_space(bytes, lexer.at());
    if span.start != number {
        return Err(wrong("a comment behind startxref"));
    }
    if !bytes[end..].starts_with(b"%%EOF") {
        return Err(wrong("no %%EOF after startxref"));
    }
    end += 5;
    end += match &bytes[end..] {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    let offset = usize::try_from(offset).map_err(|_| wrong("startxref without an offset"))?;
    Ok((offset, end))
}

/// The first byte from `at` on that is not white space.
fn after_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| !is_space(byte)).unwrap_or(rest.len())
}

/// All sections from `newest` by `/Prev`, each earlier in the file than the one before it; the
/// first-page section of a linearized file, which stands before the main one, is the exception.
fn chain(
    reading: &Reading<'_>,
    newest: usize,
    limits: &Limits,
) -> Result<(Vec<Section>, bool), PdfError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut visited = HashSet::new();
    let mut next = Some(newest);
    let mut backwards = 0;
    while let Some(offset) = next {
        let wrong = |reason| PdfError::CrossReference { offset, reason };
        if !visited.insert(offset) {
            return Err(wrong("the chain of sections is a loop"));
        }
        if sections.len() >= limits.sections_max {
            return Err(super::Exhausted::Sections.into());
        }
        if backwards > 0 {
            return Err(wrong("a section stands behind the one that names it"));
        }
        backwards += usize::from(sections.last().is_some_and(|last| last.span.start < offset));
        let section = read_section(reading, offset)?;
        if sections.last().is_some_and(|newer| newer.size() < section.size()) {
            return Err(wrong("a later section has a smaller /Size"));
        }
        next = section.previous()?;
        sections.push(section);
    }
    let linearized = backwards > 0;
    if linearized && !is_linearized(reading) {
        return Err(PdfError::CrossReference {
            offset: newest,
            reason: "a section stands behind the one that names it",
        });
    }
    Ok((sections, linearized))
}

/// Whether the first object is a linearization parameter dictionary (ISO 32000-2, F.3.3).
fn is_linearized(reading: &Reading<'_>) -> bool {
    let mut lexer = Lexer::new(reading.bytes, 0);
    lexer.skip_space();
    let first = reading.indirect(lexer.at(), &mut |_| None);
    first.is_ok_and(|object| {
        object.object.dictionary().is_some_and(|entries| entries.get("Linearized").is_some())
    })
}
