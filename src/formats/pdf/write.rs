//! An incremental update: objects appended with a cross-reference section in the file's own manner
//! (ISO 32000-2, 7.5.6). Earlier bytes are never touched; an object is overridden by its own text
//! with values exchanged, so that nothing is re-encoded.

use super::PdfError;
use super::file::{File, Indirect};
use super::syntax::{Id, Object, Span};
use super::xref::SectionKind;
use crate::algorithm::Digest;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The bytes to append, and where in them the body of each object starts.
pub(crate) struct Revision {
    pub(crate) bytes: Vec<u8>,
    pub(crate) bodies: BTreeMap<Id, usize>,
}

enum Draft {
    New(Vec<u8>),
    Changed { base: Rc<Indirect>, edits: Vec<(Span, Vec<u8>)> },
}

/// Objects collected for one update.
pub(crate) struct Update<'f, 'a> {
    file: &'f File<'a>,
    next: u32,
    drafts: BTreeMap<Id, Draft>,
}

impl<'f, 'a> Update<'f, 'a> {
    pub(crate) fn new(file: &'f File<'a>) -> Self {
        Self { file, next: file.next_number(), drafts: BTreeMap::new() }
    }

    /// A number for a new object, never used before in the file.
    pub(crate) fn allocate(&mut self) -> Id {
        let id = Id { number: self.next, generation: 0 };
        self.next = self.next.saturating_add(1);
        id
    }

    pub(crate) fn put(&mut self, id: Id, body: Vec<u8>) {
        self.drafts.insert(id, Draft::New(body));
    }

    /// A new object holding `body`.
    pub(crate) fn add(&mut self, body: Vec<u8>) -> Id {
        let id = self.allocate();
        self.put(id, body);
        id
    }

    /// A new stream: `entries` is the inside of its dictionary, without `/Length`.
    pub(crate) fn add_stream(&mut self, entries: &str, data: &[u8]) -> Id {
        let mut body = format!("<< {entries} /Length {} >>\nstream\n", data.len()).into_bytes();
        body.extend(data);
        body.extend(b"\nendstream");
        self.add(body)
    }

    /// Replaces the bytes at `span` of the value of `base` (an empty span inserts).
    fn edit(&mut self, base: &Rc<Indirect>, span: Span, text: &str) -> Result<(), PdfError> {
        if base.stream.is_some() {
            return Err(PdfError::Object {
                id: base.id,
                reason: "a stream where a plain object belongs",
            });
        }
        let draft = self
            .drafts
            .entry(base.id)
            .or_insert_with(|| Draft::Changed { base: Rc::clone(base), edits: Vec::new() });
        if let Draft::Changed { edits, .. } = draft {
            edits.push((span, text.as_bytes().to_vec()));
        }
        Ok(())
    }

    /// Sets `key` of `dictionary`, which stands somewhere in `base`.
    pub(crate) fn set(
        &mut self,
        base: &Rc<Indirect>,
        dictionary: &Object,
        key: &str,
        text: &str,
    ) -> Result<(), PdfError> {
        let entries = dictionary
            .dictionary()
            .ok_or(PdfError::Object { id: base.id, reason: "not a dictionary" })?;
        match entries.span(key) {
            Some(span) => self.edit(base, span, &format!(" {text}")),
            None => {
                let end = dictionary.span.end - 2;
                self.edit(base, end..end, &format!("\n/{key} {text}\n"))
            }
        }
    }

    /// Appends `text` to `array`, which stands somewhere in `base`.
    pub(crate) fn push(
        &mut self,
        base: &Rc<Indirect>,
        array: &Object,
        text: &str,
    ) -> Result<(), PdfError> {
        let end = array.span.end - 1;
        self.edit(base, end..end, &format!(" {text}"))
    }

    /// Writes everything. `/Size` and offsets fit: numbers are 32-bit, offsets at most ten digits.
    pub(crate) fn finish(mut self) -> Result<Revision, PdfError> {
        let file = self.file;
        let base = file.bytes().len();
        let mut bytes = Vec::new();
        if !matches!(file.bytes().last(), Some(b'\n' | b'\r')) {
            bytes.push(b'\n');
        }
        let mut offsets = BTreeMap::new();
        let mut bodies = BTreeMap::new();
        for (id, draft) in std::mem::take(&mut self.drafts) {
            offsets.insert(id, base + bytes.len());
            bytes.extend(format!("{id} obj\n").into_bytes());
            bodies.insert(id, bytes.len());
            match draft {
                Draft::New(body) => bytes.extend(body),
                Draft::Changed { base, edits } => bytes.extend(apply(file, &base, edits)),
            }
            bytes.extend(b"\nendobj\n");
        }
        let start = base + bytes.len();
        match file.section_kind() {
            SectionKind::Stream => self.section_stream(&mut bytes, start, offsets),
            SectionKind::Table | SectionKind::Hybrid => self.section_table(&mut bytes, &offsets),
        }
        bytes.extend(format!("startxref\n{start}\n%%EOF\n").into_bytes());
        if base + bytes.len() > 9_999_999_999 {
            return Err(PdfError::TooLong);
        }
        Ok(Revision { bytes, bodies })
    }

    fn section_table(&self, bytes: &mut Vec<u8>, offsets: &BTreeMap<Id, usize>) {
        bytes.extend(b"xref\n");
        for run in runs(offsets) {
            bytes.extend(format!("{} {}\n", run[0].0.number, run.len()).into_bytes());
            for (id, offset) in run {
                bytes.extend(format!("{offset:010} {:05} n\r\n", id.generation).into_bytes());
            }
        }
        let trailer = self.trailer(bytes, self.next);
        bytes.extend(b"trailer\n<<");
        bytes.extend(trailer);
        bytes.extend(b" >>\n");
    }

    fn section_stream(
        &mut self,
        bytes: &mut Vec<u8>,
        start: usize,
        mut offsets: BTreeMap<Id, usize>,
    ) {
        let id = self.allocate();
        offsets.insert(id, start);
        // Enough bytes for the largest offset, which is that of this stream.
        let width = (usize::BITS - start.leading_zeros()).div_ceil(8) as usize;
        let mut data = Vec::new();
        let mut index = String::new();
        for run in runs(&offsets) {
            index += &format!(" {} {}", run[0].0.number, run.len());
            for (id, offset) in run {
                data.push(1);
                data.extend(&offset.to_be_bytes()[size_of::<usize>() - width..]);
                data.extend(id.generation.to_be_bytes());
            }
        }
        let trailer = self.trailer(bytes, self.next);
        bytes
            .extend(format!("{id} obj\n<< /Type /XRef /W [1 {width} 2] /Index [{index} ]").bytes());
        bytes.extend(trailer);
        bytes.extend(format!(" /Length {} >>\nstream\n", data.len()).bytes());
        bytes.extend(data);
        bytes.extend(b"\nendstream\nendobj\n");
    }

    /// The entries of the previous trailer (7.5.6), with `/Size`, `/Prev` and `/ID` renewed.
    fn trailer(&self, revision: &[u8], size: u32) -> Vec<u8> {
        const OWN: [&str; 10] = [
            "Size",
            "Prev",
            "XRefStm",
            "ID",
            "Type",
            "W",
            "Index",
            "Length",
            "Filter",
            "DecodeParms",
        ];
        let newest = &self.file.sections[0];
        let source = self.file.bytes();
        let mut text = format!(" /Size {size} /Prev {}", newest.span.start).into_bytes();
        for (key, object) in
            newest.trailer.iter().filter(|(key, _)| !OWN.iter().any(|own| **key == *own))
        {
            text.extend(b" /");
            for &byte in &*key.0 {
                match super::syntax::is_regular(byte)
                    && byte != b'#'
                    && (0x21..0x7f).contains(&byte)
                {
                    true => text.push(byte),
                    false => text.extend(format!("#{byte:02X}").bytes()),
                }
            }
            text.push(b' ');
            text.extend(&source[object.span.clone()]);
        }
        let digest = Digest::Sha256.hash(&[&source.len().to_be_bytes(), revision]);
        let new = hexadecimal(&digest[..16]);
        let first = newest.trailer.get("ID").and_then(Object::array).and_then(|id| id.first());
        let first = first.and_then(Object::string).map_or_else(|| new.clone(), hexadecimal);
        text.extend(format!(" /ID [<{first}> <{new}>]").bytes());
        text
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text of `base` with `edits`, which do not overlap.
fn apply(file: &File<'_>, base: &Indirect, mut edits: Vec<(Span, Vec<u8>)>) -> Vec<u8> {
    let source = base.container.as_ref().map_or(file.bytes(), |container| &container.data);
    edits.sort_by_key(|(span, _)| span.start);
    let mut text = Vec::with_capacity(base.object.span.len() + 256);
    let mut at = base.object.span.start;
    for (span, replacement) in edits {
        text.extend(&source[at..span.start]);
        text.extend(replacement);
        at = span.end;
    }
    text.extend(&source[at..base.object.span.end]);
    text
}

/// Consecutive object numbers, ascending.
fn runs(offsets: &BTreeMap<Id, usize>) -> Vec<Vec<(Id, usize)>> {
    let mut runs: Vec<Vec<(Id, usize)>> = Vec::new();
    for (&id, &offset) in offsets {
        match runs.last_mut() {
            Some(run) if run[run.len() - 1].0.number + 1 == id.number => run.push((id, offset)),
            _ => runs.push(vec![(id, offset)]),
        }
    }
    runs
}
