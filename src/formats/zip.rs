//! ZIP archives (APPNOTE 6.3): read strictly from the central directory, and written plainly.
//!
//! Nothing is unpacked before the directory is known as a whole: how many entries, how large, that
//! no two have one name and no two share bytes. An entry is inflated alone and never beyond the size
//! that the directory says, so an archive costs no more memory than its largest entry.

use crate::text::gb18030;
use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};
use std::collections::BTreeSet;

/// What an archive may cost.
#[derive(Clone, Copy, Debug)]
pub struct ZipLimits {
    /// Most entries, folders included.
    pub entries_max: usize,
    /// Most bytes of one entry when it is inflated.
    pub entry_bytes_max: usize,
    /// Most bytes of all entries together.
    pub total_bytes_max: u64,
}

/// An entry that grows more than this is a bomb, unless it stays small.
const RATIO_MAX: u64 = 100;
const SMALL_BYTES: u64 = 1 << 20;
const NAME_BYTES_MAX: usize = 512;

const END: [u8; 4] = *b"PK\x05\x06";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const END_BYTES: usize = 22;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
const ENCRYPTED: u16 = 1;
const UTF8: u16 = 1 << 11;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Why an archive is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// It is none, or one that was cut off.
    #[error("not a whole ZIP archive: {0}")]
    Malformed(&'static str),
    /// A kind that is not read: several volumes, ZIP64, encrypted, another compression.
    #[error("a kind of ZIP archive that is not read: {0}")]
    Unsupported(&'static str),
    /// A name that is no plain path below the archive, or that is there twice.
    #[error("the name of an entry is refused: {0}")]
    Name(&'static str),
    /// It would cost more than is allowed.
    #[error("the archive is over a limit: {0}")]
    Limit(&'static str),
}

/// An entry of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipEntry {
    /// Its path, with `/` between the parts.
    pub name: String,
    /// Its size when it is inflated.
    pub bytes: usize,
    method: u16,
    crc: u32,
    start: usize,
    end: usize,
}

/// An archive whose directory was read.
#[derive(Clone, Debug)]
pub struct Zip<'a> {
    bytes: &'a [u8],
    entries: Vec<ZipEntry>,
}

impl<'a> Zip<'a> {
    /// Reads the directory of an archive.
    ///
    /// # Errors
    /// See [`ZipError`].
    pub fn read(bytes: &'a [u8], limits: &ZipLimits) -> Result<Self, ZipError> {
        let (count, mut at, directory_end) = end_record(bytes)?;
        if count > limits.entries_max {
            return Err(ZipError::Limit("too many entries"));
        }
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let (entry, next) = central(bytes, at, directory_end)?;
            entries.push(entry);
            at = next;
        }
        if at != directory_end {
            return Err(ZipError::Malformed("the directory has another length"));
        }
        within(&entries, limits)?;
        Ok(Self { bytes, entries })
    }

    /// The files in the order of the directory.
    pub fn files(&self) -> impl Iterator<Item = &ZipEntry> {
        self.entries.iter().filter(|entry| !entry.name.ends_with('/'))
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&ZipEntry> {
        self.files().find(|entry| entry.name == name)
    }

    /// The entries as they lie: name, packed bytes, checksum.
    pub(crate) fn packed(&self) -> impl Iterator<Item = (&str, &'a [u8], u32)> {
        // The directory was read with the spans of all entries.
        let one = |entry: &ZipEntry| &self.bytes[entry.start..entry.end];
        self.entries.iter().map(move |entry| (entry.name.as_str(), one(entry), entry.crc))
    }

    /// The bytes of an entry, which have its checksum.
    ///
    /// # Errors
    /// When they do not inflate to what the directory says.
    pub fn inflate(&self, entry: &ZipEntry) -> Result<Vec<u8>, ZipError> {
        let damaged = ZipError::Malformed("an entry is damaged");
        let packed = self.bytes.get(entry.start..entry.end).ok_or(damaged.clone())?;
        let plain = match entry.method {
            STORED => packed.to_vec(),
            _ => inflated(packed, entry.bytes).ok_or(damaged.clone())?,
        };
        let same = plain.len() == entry.bytes && checksum(&plain) == entry.crc;
        same.then_some(plain).ok_or(damaged)
    }
}

/// Entries, begin and end of the directory.
fn end_record(bytes: &[u8]) -> Result<(usize, usize, usize), ZipError> {
    let cut = ZipError::Malformed("its end is missing");
    let last = bytes.len().checked_sub(END_BYTES).ok_or(cut.clone())?;
    // The record ends the file, behind it only its own comment of 65,535 bytes at most.
    let first = last.saturating_sub(usize::from(u16::MAX));
    let at = (first..=last).rev().find(|at| {
        let comment = u16_at(bytes, at + 20).map(usize::from);
        bytes[*at..].starts_with(&END) && comment == Some(last - at)
    });
    let at = at.ok_or(cut.clone())?;
    let word = |offset| u16_at(bytes, at + offset).ok_or(cut.clone());
    let (disk, here, all) = (word(4)?, word(8)?, word(10)?);
    if disk != 0 || word(6)? != 0 || here != all {
        return Err(ZipError::Unsupported("several volumes"));
    }
    let size = u32_at(bytes, at + 12).ok_or(cut.clone())?;
    let start = u32_at(bytes, at + 16).ok_or(cut)?;
    if all == u16::MAX || start == u32::MAX || size == u32::MAX {
        return Err(ZipError::Unsupported("ZIP64"));
    }
    let start = start as usize;
    match start.checked_add(size as usize) {
        Some(end) if end == at => Ok((usize::from(all), start, end)),
        _ => Err(ZipError::Malformed("the directory is not before its end")),
    }
}

/// The entry of the directory at `at`, and where the next begins.
fn central(bytes: &[u8], at: usize, end: usize) -> Result<(ZipEntry, usize), ZipError> {
    let broken = || ZipError::Malformed("an entry of the directory");
    let head = bytes.get(at..end).filter(|head| head.len() >= CENTRAL_BYTES).ok_or_else(broken)?;
    if !head.starts_with(&CENTRAL) {
        return Err(broken());
    }
    let word = |offset| u16_at(head, offset).map(usize::from).ok_or_else(broken);
    let long = |offset| u32_at(head, offset).ok_or_else(broken);
    let (flags, method) = (word(8)? as u16, word(10)? as u16);
    if flags & ENCRYPTED != 0 {
        return Err(ZipError::Unsupported("encrypted"));
    }
    if method != STORED && method != DEFLATED {
        return Err(ZipError::Unsupported("a compression other than Deflate"));
    }
    let (packed, plain, local) = (long(20)?, long(24)?, long(42)?);
    if [packed, plain, local].contains(&u32::MAX) {
        return Err(ZipError::Unsupported("ZIP64"));
    }
    let name_end = CENTRAL_BYTES + word(28)?;
    let raw = head.get(CENTRAL_BYTES..name_end).ok_or_else(broken)?;
    let next = at + name_end + word(30)? + word(32)?;
    let start = local_data(bytes, local as usize, raw, method)?;
    let data_end = start.checked_add(packed as usize).filter(|end| *end <= bytes.len());
    let entry = ZipEntry {
        name: name(raw, flags)?,
        bytes: plain as usize,
        method,
        crc: long(16)?,
        start,
        end: data_end.ok_or_else(broken)?,
    };
    if method == STORED && packed != plain {
        return Err(broken());
    }
    Ok((entry, next))
}

/// Where the data begins behind the local header, which is for the same name.
fn local_data(bytes: &[u8], at: usize, name: &[u8], method: u16) -> Result<usize, ZipError> {
    let other = || ZipError::Malformed("an entry that its own header does not confirm");
    let head = bytes.get(at..).filter(|head| head.len() >= LOCAL_BYTES).ok_or_else(other)?;
    let name_bytes = u16_at(head, 26).map(usize::from).ok_or_else(other)?;
    let extra = u16_at(head, 28).map(usize::from).ok_or_else(other)?;
    let same = head.starts_with(&LOCAL)
        && u16_at(head, 8) == Some(method)
        && head.get(LOCAL_BYTES..LOCAL_BYTES + name_bytes) == Some(name);
    same.then_some(at + LOCAL_BYTES + name_bytes + extra).ok_or_else(other)
}

/// A plain path below the archive. Names without the mark of UTF-8 are read as UTF-8 if they are,
/// else as GB 18030, which Chinese Windows writes.
fn name(raw: &[u8], flags: u16) -> Result<String, ZipError> {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) if flags & UTF8 != 0 => return Err(ZipError::Name("not UTF-8")),
        Err(_) => gb18030(raw).ok_or(ZipError::Name("neither UTF-8 nor GB 18030"))?,
    };
    let plain = text.strip_suffix('/').unwrap_or(&text);
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    if raw.len() > NAME_BYTES_MAX || text.chars().any(|c| c.is_control() || c == '\\' || c == ':') {
        return Err(ZipError::Name("too long, or with a character that no path has"));
    }
    match plain.split('/').all(part) {
        true => Ok(text),
        false => Err(ZipError::Name("no plain path below the archive")),
    }
}

fn within(entries: &[ZipEntry], limits: &ZipLimits) -> Result<(), ZipError> {
    let mut names = BTreeSet::new();
    let mut spans: Vec<(usize, usize)> = Vec::with_capacity(entries.len());
    let mut total = 0_u64;
    for entry in entries {
        // Where case does not count, two names are one file.
        if !names.insert(entry.name.trim_end_matches('/').to_lowercase()) {
            return Err(ZipError::Name("there twice"));
        }
        if entry.bytes > limits.entry_bytes_max {
            return Err(ZipError::Limit("an entry is too large"));
        }
        let (plain, packed) = (entry.bytes as u64, (entry.end - entry.start) as u64);
        if plain > SMALL_BYTES && plain > packed.saturating_mul(RATIO_MAX) {
            return Err(ZipError::Limit("an entry grows more than 100 times"));
        }
        total += plain;
        spans.push((entry.start, entry.end));
    }
    if total > limits.total_bytes_max {
        return Err(ZipError::Limit("its files are too large together"));
    }
    spans.sort_unstable();
    let apart = spans.windows(2).all(|two| two[0].1 <= two[1].0);
    if apart { Ok(()) } else { Err(ZipError::Malformed("two entries share bytes")) }
}

fn inflated(packed: &[u8], bytes: usize) -> Option<Vec<u8>> {
    // Room for one byte more, so that a stream which says more than the directory is told apart.
    let mut plain = Vec::with_capacity(bytes + 1);
    let mut inflater = Decompress::new(false);
    let status = inflater.decompress_vec(packed, &mut plain, FlushDecompress::Finish).ok()?;
    let whole = inflater.total_in() == packed.len() as u64;
    (status == Status::StreamEnd && whole).then_some(plain)
}

/// An archive of these files, each deflated; the same files give the same bytes.
///
/// # Errors
/// More than a ZIP archive without ZIP64 can hold.
pub fn zip<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Result<Vec<u8>, ZipError> {
    let mut writer = Writer::default();
    for (name, plain) in files {
        let head = Head { name, packing: &DEFLATE, crc: checksum(plain), bytes: plain.len() };
        writer.add(&head, &deflated(plain))?;
    }
    writer.finish()
}

/// An archive of one new file and of entries of another one as they lie there: nothing is inflated, so
/// it takes no more memory than the two.
///
/// # Errors
/// As [`zip`].
pub fn zip_with<'e>(
    (name, plain): (&str, &[u8]),
    from: &Zip<'_>,
    entries: impl IntoIterator<Item = &'e ZipEntry>,
) -> Result<Vec<u8>, ZipError> {
    let mut writer = Writer::default();
    let head = Head { name, packing: &DEFLATE, crc: checksum(plain), bytes: plain.len() };
    writer.add(&head, &deflated(plain))?;
    for entry in entries {
        let ZipEntry { name, crc, bytes, .. } = entry;
        let packing = if entry.method == STORED { &STORE_NAMED } else { &DEFLATE };
        let packed = from.bytes.get(entry.start..entry.end);
        let packed = packed.ok_or(ZipError::Malformed("an entry of another archive"))?;
        writer.add(&Head { name, packing, crc: *crc, bytes: *bytes }, packed)?;
    }
    writer.finish()
}

/// The same of files that are stored as they are, each with the checksum that is said of it.
///
/// # Errors
/// As [`zip`].
pub(crate) fn stored<'f>(
    files: impl IntoIterator<Item = (&'f str, &'f [u8], u32)>,
) -> Result<Vec<u8>, ZipError> {
    let mut writer = Writer::default();
    for (name, plain, crc) in files {
        writer.add(&Head { name, packing: &STORE, crc, bytes: plain.len() }, plain)?;
    }
    writer.finish()
}

/// CRC-32 of an entry.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// What an archive says of entries that are packed in one way.
struct Packing {
    /// The version of the format that unpacks them.
    version: u16,
    flags: u16,
    method: u16,
}

const DEFLATE: Packing = Packing { version: 20, flags: UTF8, method: DEFLATED };
const STORE: Packing = Packing { version: 10, flags: 0, method: STORED };
/// The same under a name that may have any character.
const STORE_NAMED: Packing = Packing { version: 20, flags: UTF8, method: STORED };
/// 1980-01-01 as MS-DOS writes it: no entry says when it was made.
const DAY: u16 = 0x21;

/// What is said of an entry twice: before its bytes, and in the directory.
struct Head<'a> {
    name: &'a str,
    packing: &'a Packing,
    crc: u32,
    bytes: usize,
}

/// An archive that is being written (APPNOTE 4.3.6).
#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Writer {
    fn add(&mut self, head: &Head<'_>, packed: &[u8]) -> Result<(), ZipError> {
        let Packing { version, flags, method } = *head.packing;
        let at = number(self.out.len())?.to_le_bytes();
        let name_bytes = u16::try_from(head.name.len()).map_err(|_| OVER)?.to_le_bytes();
        let mut said = Vec::with_capacity(26);
        for word in [version, flags, method, 0, DAY] {
            said.extend_from_slice(&word.to_le_bytes());
        }
        for long in [head.crc, number(packed.len())?, number(head.bytes)?] {
            said.extend_from_slice(&long.to_le_bytes());
        }
        said.extend_from_slice(&name_bytes);
        let name = head.name.as_bytes();
        for part in [&LOCAL[..], &said, &[0; 2], name, packed] {
            self.out.extend_from_slice(part);
        }
        for part in [&CENTRAL[..], &version.to_le_bytes(), &said, &[0; 12], &at, name] {
            self.directory.extend_from_slice(part);
        }
        self.count = self.count.checked_add(1).ok_or(OVER)?;
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, ZipError> {
        let (start, length) = (number(self.out.len())?, number(self.directory.len())?);
        let count = self.count.to_le_bytes();
        let (start, length) = (start.to_le_bytes(), length.to_le_bytes());
        self.out.append(&mut self.directory);
        for part in [&END[..], &[0; 4], &count, &count, &length, &start, &[0; 2]] {
            self.out.extend_from_slice(part);
        }
        Ok(self.out)
    }
}

const OVER: ZipError = ZipError::Limit("more than an archive holds");

fn number(length: usize) -> Result<u32, ZipError> {
    u32::try_from(length).map_err(|_| OVER)
}

fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(plain.len() / 2 + 64);
    let mut deflater = Compress::new(Compression::default(), false);
    loop {
        let done = usize::try_from(deflater.total_in()).unwrap_or(plain.len());
        let status = deflater.compress_vec(&plain[done..], &mut packed, FlushCompress::Finish);
        if !matches!(status, Ok(Status::Ok | Status::BufError)) {
            return packed;
        }
        packed.reserve(packed.len() + 64);
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
