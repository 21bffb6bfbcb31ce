//! The characters of a document out of a face: a font of theirs alone (ISO 32000-1, 9.7).

use super::file::{File, Number, Stream};
use crate::error::RenderError;
use crate::fonts::Face;
use flate2::Compression;
use formats::algorithm::Digest;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::raw::types::Tag;
use skrifa::string::StringId;
use skrifa::{FontRef, GlyphId, MetadataProvider};
use std::fmt::Write;
use subsetter::GlyphRemapper;

/// Characters of one code table are listed in parts of so many (Adobe Technical Note 5411).
const CHARACTERS_AT_ONCE: usize = 100;

/// The glyphs of a face that a document has, in the order in which it came to them.
#[derive(Clone, Default)]
pub(super) struct Subset {
    glyphs: GlyphRemapper,
    /// What each glyph says, beginning with the second: the first stands for what is missing.
    characters: Vec<char>,
}

impl Subset {
    /// The number of a glyph in the subset, where it is there.
    pub(super) fn find(&self, glyph: u16) -> Option<u16> {
        self.glyphs.get(glyph).filter(|number| *number > 0)
    }

    /// The number of a glyph in the subset, added when it is new.
    pub(super) fn add(&mut self, glyph: u16, character: char) -> u16 {
        let number = self.glyphs.remap(glyph);
        if usize::from(number) > self.characters.len() {
            self.characters.push(character);
        }
        number
    }

    /// What the glyph of this number says.
    pub(super) fn character(&self, number: u16) -> Option<char> {
        self.characters.get(usize::from(number).checked_sub(1)?).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// Writes the font; the number of its object.
    pub(super) fn written(
        &self,
        face: &Face,
        effort: Compression,
        file: &mut File,
    ) -> Result<Number, RenderError> {
        let failed = |why: &str| RenderError::Archive(format!("a font cannot be embedded: {why}"));
        let program = subsetter::subset(face.bytes(), face.index(), &self.glyphs);
        let program = program.map_err(|cause| failed(&cause.to_string()))?;
        let compact = FontRef::new(&program).ok().and_then(|font| font.table_data(CFF));
        let (data, kind, key) = match &compact {
            Some(cff) => (cff.as_bytes(), "CIDFontType0", "FontFile3"),
            None => (program.as_slice(), "CIDFontType2", "FontFile2"),
        };
        let entries = match compact {
            Some(_) => "/Subtype /CIDFontType0C".to_owned(),
            None => format!("/Length1 {}", data.len()),
        };
        let [font, below, descriptor] = [(); 3].map(|()| file.number());
        let program = file.add_stream(&Stream::deflated(&entries, data, effort));
        let codes = self.codes();
        let codes = file.add_stream(&Stream::deflated("/Type /CMap", codes.as_bytes(), effort));
        let about = FaceFacts::of(face);
        let name = format!("{}+{}", self.tag(), about.name);
        file.object(
            font,
            format_args!(
                "<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H \
                 /DescendantFonts [{below} 0 R] /ToUnicode {codes} 0 R >>"
            ),
        );
        let identity = if key == "FontFile2" { "/CIDToGIDMap /Identity " } else { "" };
        let widths = self.widths(face);
        file.object(
            below,
            format_args!(
                "<< /Type /Font /Subtype /{kind} /BaseFont /{name} /CIDSystemInfo << \
                 /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> \
                 /FontDescriptor {descriptor} 0 R /DW 0 {identity}/W [0 [{widths}]] >>"
            ),
        );
        let entries = about.entries;
        file.object(
            descriptor,
            format_args!(
                "<< /Type /FontDescriptor /FontName /{name} {entries} /{key} {program} 0 R >>"
            ),
        );
        Ok(font)
    }

    /// Six letters that tell subsets of one face apart (9.6.4).
    fn tag(&self) -> String {
        let glyphs: Vec<u8> = self.glyphs.remapped_gids().flat_map(u16::to_be_bytes).collect();
        let digest = Digest::Sha256.hash(&[&glyphs]);
        digest.iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
    }

    /// In thousandths of an em.
    fn widths(&self, face: &Face) -> String {
        let widths = face.widths();
        let mut text = String::new();
        for glyph in self.glyphs.remapped_gids() {
            // Writing to a text does not fail.
            let _ = write!(text, "{} ", Thousandths(widths.of(glyph)));
        }
        text
    }

    /// Which character each glyph stands for (9.10.3).
    fn codes(&self) -> String {
        let mut text = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << \
             /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName \
             /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n\
             endcodespacerange\n",
        );
        let all: Vec<(u16, char)> = (1..).zip(self.characters.iter().copied()).collect();
        for some in all.chunks(CHARACTERS_AT_ONCE) {
            // Writing to a text does not fail.
            let _ = writeln!(text, "{} beginbfchar", some.len());
            for (number, character) in some {
                let _ = writeln!(text, "<{number:04X}> <{}>", utf_16(*character));
            }
            text.push_str("endbfchar\n");
        }
        text.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        text
    }
}

const CFF: Tag = Tag::new(b"CFF ");

/// A character in UTF-16BE, hexadecimal.
pub(super) fn utf_16(character: char) -> String {
    let mut units = [0; 2];
    character.encode_utf16(&mut units).iter().map(|unit| format!("{unit:04X}")).collect()
}

/// Whole where it is, as most widths are.
struct Thousandths(f32);

impl std::fmt::Display for Thousandths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.fract() == 0.0 {
            true => write!(f, "{:.0}", self.0),
            false => write!(f, "{:.3}", self.0),
        }
    }
}

/// What is said of a face beside its glyphs.
struct FaceFacts {
    name: String,
    entries: String,
}

impl FaceFacts {
    fn of(face: &Face) -> Self {
        let font = face.font();
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        let units =
            |value: f32| Thousandths(value * 1000.0 / f32::from(metrics.units_per_em.max(1)));
        let names = font.localized_strings(StringId::POSTSCRIPT_NAME);
        let name = names.into_iter().next().map(|name| name.chars().collect::<String>());
        let name: String = name
            .unwrap_or_default()
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || *character == '-')
            .take(63)
            .collect();
        let bounds = metrics.bounds.unwrap_or_default();
        let bounds = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(units);
        let [left, bottom, right, top] = bounds;
        // Bits 1, 2, 3 and 7: of one width, with serifs, with characters of its own, slanted.
        let flags = i32::from(metrics.is_monospace)
            | i32::from(name.contains("Serif")) << 1
            | 1 << 2
            | i32::from(metrics.italic_angle != 0.0) << 6;
        let weight = font.os2().map_or(400.0, |os2| f32::from(os2.us_weight_class()));
        let entries = format!(
            "/Flags {flags} /FontBBox [{left} {bottom} {right} {top}] /ItalicAngle {} /Ascent {} \
             /Descent {} /CapHeight {} /StemV {}",
            Thousandths(metrics.italic_angle),
            units(metrics.ascent),
            units(metrics.descent),
            units(metrics.cap_height.unwrap_or(metrics.ascent)),
            Thousandths((10.0 + 0.244 * (weight - 50.0)).round()),
        );
        Self { name: if name.is_empty() { "Face".to_owned() } else { name }, entries }
    }
}

/// Widths of the glyphs of a face, in thousandths of an em.
pub(crate) struct Widths<'a> {
    metrics: skrifa::metrics::GlyphMetrics<'a>,
    scale: f32,
}

impl Face {
    /// How broad its glyphs are.
    pub(super) fn widths(&self) -> Widths<'_> {
        let font = self.font();
        let units = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        Widths {
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
            scale: 1000.0 / f32::from(units.max(1)),
        }
    }
}

impl Widths<'_> {
    /// That of one glyph.
    pub(super) fn of(&self, glyph: u16) -> f32 {
        self.metrics.advance_width(GlyphId::from(glyph)).unwrap_or_default() * self.scale
    }
}
