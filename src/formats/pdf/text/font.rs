//! Codes of a string to characters and widths (ISO 32000-2, 9.6 to 9.10).

use super::cmap::CMap;
use super::encoding;
use crate::pdf::file::Indirect;
use crate::pdf::syntax::{Dictionary, Id, Object};
use crate::pdf::view::View;
use crate::pdf::{Exhausted, PdfError};
use std::collections::HashMap;
use std::rc::Rc;

/// A character code: its number and how many bytes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Code {
    pub(super) number: u32,
    pub(super) length: usize,
}

impl Code {
    /// Word spacing applies to the single-byte code 32 only (9.3.3).
    pub(super) fn is_space(self) -> bool {
        self.number == 32 && self.length == 1
    }
}

/// Fonts and forms already read, by object, and what was spent on all pages together.
#[derive(Default)]
pub(in crate::pdf) struct Known {
    fonts: HashMap<Id, Option<Rc<Font>>>,
    forms: HashMap<Id, Rc<[u8]>>,
    fonts_read: usize,
    pub(super) operators: usize,
}

/// Fonts of one document, those without an object number counted as often as they are selected.
const FONTS_MAX: usize = 5_000;

impl Known {
    /// The decoded content of a form.
    pub(super) fn form(
        &mut self,
        view: &View<'_, '_>,
        form: &Indirect,
    ) -> Result<Rc<[u8]>, PdfError> {
        if let Some(known) = self.forms.get(&form.id) {
            return Ok(Rc::clone(known));
        }
        let content: Rc<[u8]> = decoded(view, form)?.unwrap_or_default().into();
        self.forms.insert(form.id, Rc::clone(&content));
        Ok(content)
    }

    pub(super) fn font(
        &mut self,
        view: &View<'_, '_>,
        object: &Object,
    ) -> Result<Option<Rc<Font>>, PdfError> {
        let id = object.reference();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Ok(known.clone());
        }
        self.fonts_read += 1;
        if self.fonts_read > FONTS_MAX {
            return Err(Exhausted::Visits.into());
        }
        let resolved = view.resolve(object)?;
        let font = match resolved.dictionary() {
            Some(entries) => Some(Rc::new(Font::read(view, entries)?)),
            None => None,
        };
        if let Some(id) = id {
            self.fonts.insert(id, font.clone());
        }
        Ok(font)
    }
}

/// How the strings of a font are read.
pub(super) struct Font {
    to_unicode: Option<CMap>,
    kind: Kind,
}

enum Kind {
    /// One byte a code.
    Simple { characters: Vec<Option<String>>, widths: Vec<f64> },
    /// Codes by a CMap; widths by CID.
    Composite { encoding: Encoding, widths: HashMap<u32, f64>, default_width: f64 },
}

enum Encoding {
    /// Two bytes a code, which is the CID.
    Identity,
    /// Two bytes a code, UTF-16BE.
    Unicode,
    /// A CMap in the file.
    Embedded(CMap),
}

/// Entries of `/W` and ranges in CMaps expand to at most this many; a font has 65,536 CIDs.
pub(super) const CIDS_MAX: u32 = 65_536;

impl Font {
    fn read(view: &View<'_, '_>, entries: &Dictionary) -> Result<Self, PdfError> {
        let to_unicode = match view.entry_of(entries, "ToUnicode")?.and_then(|map| map.indirect) {
            Some(stream) => decoded(view, &stream)?.map(|text| CMap::read(&text)),
            None => None,
        };
        let composite = entries.get("Subtype").is_some_and(|subtype| subtype.is_name("Type0"));
        let kind =
            if composite { composite_kind(view, entries)? } else { simple_kind(view, entries)? };
        Ok(Self { to_unicode, kind })
    }

    /// The codes of a string.
    pub(super) fn codes(&self, bytes: &[u8]) -> Vec<Code> {
        if let Kind::Composite { encoding: Encoding::Embedded(map), .. } = &self.kind {
            return map.codes(bytes);
        }
        let length = if matches!(self.kind, Kind::Simple { .. }) { 1 } else { 2 };
        let number =
            |chunk: &[u8]| chunk.iter().fold(0, |value, &byte| value << 8 | u32::from(byte));
        bytes
            .chunks(length)
            .map(|chunk| Code { number: number(chunk), length: chunk.len() })
            .collect()
    }

    /// The characters of a code; `None` when nothing says what it means.
    pub(super) fn text(&self, code: &Code) -> Option<String> {
        if let Some(text) = self.to_unicode.as_ref().and_then(|map| map.text(code.number)) {
            return Some(text);
        }
        match &self.kind {
            Kind::Simple { characters, .. } => characters.get(code.number as usize)?.clone(),
            Kind::Composite { encoding: Encoding::Unicode, .. } => {
                char::from_u32(code.number).map(String::from)
            }
            Kind::Composite { .. } => None,
        }
    }

    /// Advance in units of text space at size 1.
    pub(super) fn width(&self, code: &Code) -> f64 {
        match &self.kind {
            Kind::Simple { widths, .. } => widths.get(code.number as usize).copied().unwrap_or(0.0),
            Kind::Composite { encoding, widths, default_width } => {
                let cid = match encoding {
                    Encoding::Embedded(map) => map.cid(code.number).unwrap_or(0),
                    Encoding::Identity => code.number,
                    // Its CIDs are those of a character collection that the file does not hold.
                    Encoding::Unicode => return *default_width,
                };
                widths.get(&cid).copied().unwrap_or(*default_width)
            }
        }
    }
}

/// The data of a stream; what cannot be decoded is absent.
fn decoded(view: &View<'_, '_>, stream: &Indirect) -> Result<Option<Vec<u8>>, PdfError> {
    match view.decoded(stream) {
        Err(PdfError::Stream { .. }) => Ok(None),
        other => other,
    }
}

fn composite_kind(view: &View<'_, '_>, entries: &Dictionary) -> Result<Kind, PdfError> {
    let encoding = match view.entry_of(entries, "Encoding")? {
        Some(value) => match (&value.indirect, value.object().and_then(Object::name)) {
            (_, Some(name)) => {
                let name = name.text();
                let unicode = name.contains("UCS2") || name.contains("UTF16");
                if unicode { Encoding::Unicode } else { Encoding::Identity }
            }
            (Some(stream), None) => match decoded(view, stream)? {
                Some(text) => Encoding::Embedded(CMap::read(&text)),
                None => Encoding::Identity,
            },
            (None, None) => Encoding::Identity,
        },
        None => Encoding::Identity,
    };
    let descendants = view.entry_of(entries, "DescendantFonts")?;
    let descendant = descendants.as_ref().and_then(|fonts| fonts.array()?.first());
    let descendant = descendant.map(|font| view.resolve(font)).transpose()?;
    let empty = Dictionary::default();
    let font = descendant.as_ref().and_then(|font| font.dictionary()).unwrap_or(&empty);
    let default_width = font.get("DW").and_then(Object::number).unwrap_or(1000.0) / 1000.0;
    let widths = match view.entry_of(font, "W")? {
        Some(widths) => cid_widths(view, widths.array().unwrap_or_default())?,
        None => HashMap::new(),
    };
    Ok(Kind::Composite { encoding, widths, default_width })
}

/// `/W`: `c [w …]` and `first last w` (9.7.4.3).
fn cid_widths(view: &View<'_, '_>, items: &[Object]) -> Result<HashMap<u32, f64>, PdfError> {
    let mut widths = HashMap::new();
    let cid = |object: &Object| object.size().and_then(|cid| u32::try_from(cid).ok());
    let mut rest = items;
    let mut written = 0_u32;
    while let [first, second, tail @ ..] = rest {
        let Some(first) = cid(first).filter(|cid| *cid < CIDS_MAX) else { break };
        let second = view.resolve(second)?;
        if let Some(list) = second.array() {
            for (at, width) in (first..CIDS_MAX).zip(list) {
                widths.insert(at, width.number().unwrap_or(0.0) / 1000.0);
            }
            rest = tail;
            continue;
        }
        let (Some(last), [width, after @ ..]) = (second.object().and_then(cid), tail) else {
            break;
        };
        let width = width.number().unwrap_or(0.0) / 1000.0;
        let last = last.min(CIDS_MAX - 1);
        written += last.saturating_sub(first);
        if written > 4 * CIDS_MAX {
            break;
        }
        widths.extend((first..=last).map(|at| (at, width)));
        rest = after;
    }
    Ok(widths)
}

fn simple_kind(view: &View<'_, '_>, entries: &Dictionary) -> Result<Kind, PdfError> {
    let characters = simple_characters(view, entries)?;
    // Glyph space of a Type 3 font is its own (9.6.4).
    let matrix = view.entry_of(entries, "FontMatrix")?;
    let unit =
        matrix.as_ref().and_then(|matrix| matrix.array()?.first()?.number()).unwrap_or(0.001);
    let first = entries.get("FirstChar").and_then(Object::size).unwrap_or(0);
    let listed = view.entry_of(entries, "Widths")?;
    let Some(listed) = listed.as_ref().and_then(|widths| widths.array()) else {
        let name = entries.get("BaseFont").and_then(Object::name).map(|name| name.text());
        let widths = encoding::standard_widths(&name.unwrap_or_default(), &characters);
        return Ok(Kind::Simple { characters, widths });
    };
    let mut widths = vec![0.0; 256];
    for (width, value) in widths.iter_mut().skip(first).zip(listed) {
        *width = view.resolve(value)?.object().and_then(Object::number).unwrap_or(0.0) * unit;
    }
    Ok(Kind::Simple { characters, widths })
}

fn simple_characters(
    view: &View<'_, '_>,
    entries: &Dictionary,
) -> Result<Vec<Option<String>>, PdfError> {
    let mut characters: Vec<Option<String>> =
        (0..=255).map(|byte| encoding::win_ansi(byte).map(String::from)).collect();
    let Some(encoding) = view.entry_of(entries, "Encoding")? else { return Ok(characters) };
    let differences = encoding.dictionary().map(|entries| view.entry_of(entries, "Differences"));
    let Some(differences) = differences.transpose()?.flatten() else { return Ok(characters) };
    let mut code = 0;
    for item in differences.array().unwrap_or_default().iter().take(1024) {
        match (item.size(), item.name()) {
            (Some(next), _) => code = next,
            (None, Some(name)) => {
                if let Some(slot) = characters.get_mut(code) {
                    *slot = encoding::named(&name.text()).map(String::from);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    Ok(characters)
}
