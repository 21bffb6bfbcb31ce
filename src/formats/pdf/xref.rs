//! Cross-reference sections: tables, streams, hybrids (ISO 32000-2, 7.5.4, 7.5.5, 7.5.8).

use super::PdfError;
use super::file::Reading;
use super::syntax::{Dictionary, Lexer, Object, Parser, Span, Token, Value, decode};

/// Where a section says an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Free,
    InFile { offset: usize, generation: u16 },
    InStream { container: u32, index: usize },
}

/// How a cross-reference section is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// A table and a trailer (7.5.4, 7.5.5).
    Table,
    /// A cross-reference stream (7.5.8).
    Stream,
    /// A table whose trailer names a cross-reference stream too (7.5.8.4).
    Hybrid,
}

/// One section with its trailer dictionary.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) kind: SectionKind,
    /// From `xref` to the end of the trailer dictionary, or the whole stream object.
    pub(crate) span: Span,
    /// The stream object of a hybrid section.
    pub(crate) hybrid: Option<Span>,
    /// Whether the section's own table, the stream of a hybrid one apart, lists nothing.
    pub(crate) table_is_empty: bool,
    /// Whether a table stands in lines as the standard draws it; readers that go by lines read no other.
    pub(crate) in_lines: bool,
    /// Ascending, each number once.
    pub(crate) entries: Vec<(u32, Entry)>,
    pub(crate) trailer: Dictionary,
}

impl Section {
    pub(crate) fn entry(&self, number: u32) -> Option<Entry> {
        let index = self.entries.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        Some(self.entries[index].1)
    }

    /// `/Size`: one more than the highest object number (7.5.5).
    pub(crate) fn size(&self) -> usize {
        self.trailer.get("Size").and_then(Object::size).unwrap_or(0)
    }

    /// `/Prev`
    pub(crate) fn previous(&self) -> Result<Option<usize>, PdfError> {
        offset_of(&self.trailer, "Prev", self.span.start)
    }
}

fn offset_of(trailer: &Dictionary, key: &str, at: usize) -> Result<Option<usize>, PdfError> {
    let Some(value) = trailer.get(key) else { return Ok(None) };
    value.size().map(Some).ok_or_else(|| wrong(at, "a pointer to a section is not an offset"))
}

fn wrong(offset: usize, reason: &'static str) -> PdfError {
    PdfError::CrossReference { offset, reason }
}

/// The section at `offset`.
pub(crate) fn read_section(reading: &Reading<'_>, offset: usize) -> Result<Section, PdfError> {
    let bytes = reading.bytes.get(offset..).ok_or_else(|| wrong(offset, "beyond the end"))?;
    let mut section = match bytes.first() {
        Some(b'x') => read_table(reading, offset)?,
        Some(b'0'..=b'9') => read_stream(reading, offset)?,
        _ => return Err(wrong(offset, "neither a table nor a stream starts here")),
    };
    if let Some(stream_at) = offset_of(&section.trailer, "XRefStm", offset)? {
        if section.kind == SectionKind::Stream {
            return Err(wrong(offset, "a cross-reference stream names another"));
        }
        let stream = read_stream(reading, stream_at)?;
        if ["Root", "Encrypt"].iter().any(|key| contradicts(&stream, &section, key)) {
            return Err(wrong(offset, "table and stream disagree about the document"));
        }
        section.entries = merge(section.entries, stream.entries, offset)?;
        section.kind = SectionKind::Hybrid;
        section.hybrid = Some(stream.span);
    }
    let size = section.size();
    match section.entries.last() {
        _ if size == 0 => Err(wrong(offset, "no /Size")),
        Some((number, _)) if *number as usize >= size => {
            Err(wrong(offset, "an object number is not below /Size"))
        }
        _ => Ok(section),
    }
}

/// Whether the stream of a hybrid section says something else under `key` than the trailer.
fn contradicts(stream: &Section, section: &Section, key: &str) -> bool {
    let said = stream.trailer.get(key);
    said.is_some() && said != section.trailer.get(key)
}

/// Entries of a hybrid section: what the stream adds must be free or absent in the table, else
/// readers with and without streams see different objects.
fn merge(
    table: Vec<(u32, Entry)>,
    stream: Vec<(u32, Entry)>,
    offset: usize,
) -> Result<Vec<(u32, Entry)>, PdfError> {
    let mut merged = table;
    for (number, entry) in stream {
        match merged.binary_search_by_key(&number, |(number, _)| *number) {
            Err(index) => merged.insert(index, (number, entry)),
            Ok(index) if merged[index].1 == Entry::Free => merged[index].1 = entry,
            Ok(index) if merged[index].1 == entry || entry == Entry::Free => {}
            Ok(_) => return Err(wrong(offset, "table and stream disagree about an object")),
        }
    }
    Ok(merged)
}

fn read_table(reading: &Reading<'_>, offset: usize) -> Result<Section, PdfError> {
    let mut lexer = Lexer::new(reading.bytes, offset);
    if lexer.next()?.0 != Token::Keyword(b"xref") {
        return Err(wrong(offset, "neither a table nor a stream starts here"));
    }
    let mut entries = Vec::new();
    loop {
        match lexer.next()? {
            (Token::Keyword(b"trailer"), _) => break,
            (Token::Integer(first), span) => {
                let (Token::Integer(count), _) = lexer.next()? else {
                    return Err(wrong(span.start, "malformed subsection heading"));
                };
                let at = line_end(reading.bytes, lexer.at())
                    .ok_or_else(|| wrong(span.start, "malformed subsection heading"))?;
                let rows = subsection(reading, at, first, count)?;
                lexer.seek(at + rows.len() * 20);
                entries.extend(rows);
            }
            (_, span) => return Err(wrong(span.start, "neither subsection nor trailer")),
        }
    }
    let mut parser = Parser::new(reading.bytes, lexer.at(), &reading.budget);
    let trailer = parser.value()?;
    let span = offset..trailer.span.end;
    let Value::Dictionary(trailer) = trailer.value else {
        return Err(wrong(offset, "the trailer is not a dictionary"));
    };
    let entries = ascending(entries, offset)?;
    let (kind, table_is_empty) = (SectionKind::Table, entries.is_empty());
    let in_lines = in_lines(reading.bytes, offset);
    Ok(Section { kind, span, hybrid: None, table_is_empty, in_lines, entries, trailer })
}

/// Whether the table at `offset` is `xref`, headings of two numbers with their rows, and `trailer`,
/// a line each (7.5.4).
fn in_lines(bytes: &[u8], offset: usize) -> bool {
    let walk = || {
        let mut at = line_end(bytes, offset + b"xref".len())?;
        while !bytes[at..].starts_with(b"trailer") {
            let first = digits(&bytes[at..]);
            let space = bytes.get(at + first) == Some(&b' ');
            let from = at + first + 1;
            let count = digits(bytes.get(from..)?);
            let rows: usize = std::str::from_utf8(&bytes[from..from + count]).ok()?.parse().ok()?;
            at = line_end(bytes, from + count)?.checked_add(rows.checked_mul(20)?)?;
            if first == 0 || !space || at > bytes.len() {
                return None;
            }
        }
        Some(())
    };
    walk().is_some()
}

/// How many digits the bytes start with.
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The start of the line after the one at `at`, on which only spaces may follow.
fn line_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    match (bytes.get(at)?, bytes.get(at + 1)) {
        (b'\r', Some(b'\n')) => Some(at + 2),
        (b'\r' | b'\n', _) => Some(at + 1),
        _ => None,
    }
}

fn subsection(
    reading: &Reading<'_>,
    at: usize,
    first: i64,
    count: i64,
) -> Result<Vec<(u32, Entry)>, PdfError> {
    let numbers = u32::try_from(first).ok().zip(usize::try_from(count).ok());
    let (first, count) = numbers.ok_or_else(|| wrong(at, "malformed subsection heading"))?;
    let rows = count
        .checked_mul(20)
        .and_then(|length| reading.bytes.get(at..at.checked_add(length)?))
        .ok_or_else(|| wrong(at, "subsection cut short"))?;
    reading.budget.entries(count)?;
    let mut entries = Vec::with_capacity(count);
    for (index, row) in rows.chunks_exact(20).enumerate() {
        let number = u32::try_from(index).ok().and_then(|index| first.checked_add(index));
        let entry = number.zip(table_entry(row));
        entries.push(entry.ok_or_else(|| wrong(at + index * 20, "entry is not 20 regular bytes"))?);
    }
    Ok(entries)
}

/// `nnnnnnnnnn ggggg n` or `f` and a two-byte line end (7.5.4).
fn table_entry(row: &[u8]) -> Option<Entry> {
    let digits = |range: Span| {
        let digits = std::str::from_utf8(&row[range]).ok()?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
    };
    let offset = digits(0..10)?.parse::<usize>().ok()?;
    let generation = digits(11..16)?.parse::<u32>().ok()?;
    if row[10] != b' ' || row[16] != b' ' || !matches!(&row[18..], b" \r" | b" \n" | b"\r\n") {
        return None;
    }
    match row[17] {
        b'f' => Some(Entry::Free),
        // The header stands at byte 0: an object there is none, and some writers say so.
        b'n' if offset == 0 => Some(Entry::Free),
        b'n' => Some(Entry::InFile { offset, generation: u16::try_from(generation).ok()? }),
        _ => None,
    }
}

fn ascending(mut entries: Vec<(u32, Entry)>, at: usize) -> Result<Vec<(u32, Entry)>, PdfError> {
    entries.sort_by_key(|(number, _)| *number);
    match entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        true => Err(wrong(at, "an object number occurs twice")),
        false => Ok(entries),
    }
}

fn read_stream(reading: &Reading<'_>, offset: usize) -> Result<Section, PdfError> {
    let object = reading.indirect(offset, &mut |_| None)?;
    let span = object.span.clone();
    let dictionary = object.object.dictionary().filter(|entries| entries.is_type("XRef"));
    let (Some(dictionary), Some(data)) = (dictionary, object.stream.clone()) else {
        return Err(wrong(offset, "not a cross-reference stream"));
    };
    let decoded = decode(dictionary, &reading.bytes[data.clone()], &reading.budget)
        .map_err(|error| reading.filter_error(data.start, error))?;
    let rows = rows(dictionary, &decoded, reading)
        .unwrap_or_else(|| Err(wrong(offset, "malformed cross-reference stream")))?;
    let entries = ascending(rows, offset)?;
    let trailer = dictionary.clone();
    let (kind, table_is_empty, in_lines) = (SectionKind::Stream, false, true);
    Ok(Section { kind, span, hybrid: None, table_is_empty, in_lines, entries, trailer })
}

type Rows = Result<Vec<(u32, Entry)>, PdfError>;

/// The rows of a cross-reference stream by `/W` and `/Index` (7.5.8.2, 7.5.8.3); `None` when malformed.
fn rows(dictionary: &Dictionary, decoded: &[u8], reading: &Reading<'_>) -> Option<Rows> {
    let widths: Vec<usize> = dictionary.get("W")?.array()?.iter().map_while(Object::size).collect();
    let [kind, second, third] = widths[..] else { return None };
    if kind > 8 || second > 8 || third > 8 || second == 0 {
        return None;
    }
    let size = dictionary.get("Size")?.size()?;
    let index: Vec<usize> = match dictionary.get("Index") {
        Some(index) => {
            let items = index.array()?;
            let numbers: Vec<usize> = items.iter().map_while(Object::size).collect();
            (numbers.len() == items.len()).then_some(numbers)?
        }
        None => vec![0, size],
    };
    let mut rows = decoded.chunks_exact(kind + second + third);
    let mut entries = Vec::new();
    for range in index.chunks(2) {
        let [first, count] = *range else { return None };
        if count > rows.len() {
            return None;
        }
        if let Err(exhausted) = reading.budget.entries(count) {
            return Some(Err(exhausted.into()));
        }
        for number in first..first.checked_add(count)? {
            let (row, number) = (rows.next()?, u32::try_from(number).ok()?);
            entries.push((number, stream_entry(row, kind, second)?));
        }
    }
    (rows.len() == 0 && rows.remainder().is_empty()).then_some(Ok(entries))
}

/// ISO 32000-2, table 18.
fn stream_entry(row: &[u8], kind: usize, second: usize) -> Option<Entry> {
    let number =
        |bytes: &[u8]| bytes.iter().fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    let (first, rest) = row.split_at(kind);
    let (second, third) = rest.split_at(second);
    match if kind == 0 { 1 } else { number(first) } {
        0 => Some(Entry::Free),
        1 if number(second) == 0 => Some(Entry::Free),
        1 => Some(Entry::InFile {
            offset: usize::try_from(number(second)).ok()?,
            generation: u16::try_from(number(third)).ok()?,
        }),
        2 => Some(Entry::InStream {
            container: u32::try_from(number(second)).ok()?,
            index: usize::try_from(number(third)).ok()?,
        }),
        _ => None,
    }
}
