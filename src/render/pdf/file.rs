//! Objects one after the other, and the table of their places (ISO 32000-1, 7.5).

use flate2::{Compression, write::ZlibEncoder};
use std::fmt::{Display, Write as _};
use std::io::Write as _;

/// The number of an object.
pub(super) type Number = usize;

/// A PDF that is being written. A copy of a beginning goes on by itself.
#[derive(Clone)]
pub(super) struct File {
    bytes: Vec<u8>,
    /// Where each object begins, in the order of their numbers, which count from 1.
    places: Vec<usize>,
}

/// A stream ready to be written.
#[derive(Clone)]
pub(super) struct Stream {
    /// The inside of its dictionary, without its length.
    pub(super) entries: String,
    pub(super) data: Vec<u8>,
}

impl Stream {
    /// Compresses `data`.
    pub(super) fn deflated(entries: &str, data: &[u8], effort: Compression) -> Self {
        let mut encoder = ZlibEncoder::new(Vec::with_capacity(data.len() / 2), effort);
        // A Vec takes every write.
        let data = encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default();
        Self { entries: format!("{entries} /Filter /FlateDecode"), data }
    }
}

impl File {
    /// The head; four bytes above 127 tell programs that the file is not text.
    pub(super) fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), places: Vec::new() }
    }

    /// The number of an object that is written later.
    pub(super) fn number(&mut self) -> Number {
        self.places.push(0);
        self.places.len()
    }

    /// The number that the next object gets.
    pub(super) fn next(&self) -> Number {
        self.places.len() + 1
    }

    fn begin(&mut self, number: Number) {
        self.places[number - 1] = self.bytes.len();
        self.text(format_args!("{number} 0 obj\n"));
    }

    /// Writing to memory does not fail.
    fn text(&mut self, text: impl Display) {
        let _ = write!(self.bytes, "{text}");
    }

    /// Writes an object under its number.
    pub(super) fn object(&mut self, number: Number, body: impl Display) {
        self.begin(number);
        self.text(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// Writes an object that is bytes already.
    pub(super) fn bytes_of(&mut self, number: Number, body: &[u8]) {
        self.begin(number);
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// Writes a stream under its number.
    pub(super) fn stream(&mut self, number: Number, stream: &Stream) {
        self.begin(number);
        self.text(format_args!("<< {} /Length {} >>\nstream\n", stream.entries, stream.data.len()));
        self.bytes.extend_from_slice(&stream.data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// A stream under the next number.
    pub(super) fn add_stream(&mut self, stream: &Stream) -> Number {
        let number = self.number();
        self.stream(number, stream);
        number
    }

    /// What was written so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The table of places and the trailer.
    pub(super) fn finish(mut self, root: Number, info: Number, id: &str) -> Vec<u8> {
        let start = self.bytes.len();
        let size = self.places.len() + 1;
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for place in &self.places {
            // Writing to a text does not fail.
            let _ = writeln!(table, "{place:010} 00000 n ");
        }
        self.text(table);
        self.text(format_args!(
            "trailer\n<< /Size {size} /Root {root} 0 R /Info {info} 0 R /ID [{id}] >>\n\
             startxref\n{start}\n%%EOF\n"
        ));
        self.bytes
    }
}
