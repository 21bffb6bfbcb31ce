//! What all licenses of a type share: drawn, subset and compressed once.

use super::content::{Characters, Content};
use super::file::{File, Number, Stream};
use super::font::Subset;
use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::Item;
use crate::place;
use crate::text::Typesetter;
use domain::catalogue::{Element, FieldKind, Font, LicenseType, Part, Template};
use flate2::Compression;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Types whose stock is kept: some hundred kilobytes each.
const STOCKS_MAX: usize = 64;
/// What values are mostly made of.
const USUAL: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-/:年月日号第至〔〕（），、。；：";
/// Compact-ICC-Profiles, CC0.
const SRGB: &[u8] = include_bytes!("../color/sRGB-v4.icc");

/// What all licenses of a type begin with.
pub(crate) struct Stock {
    /// Of which type; none for what is no license.
    license_type: Option<LicenseType>,
    sample_mark: bool,
    /// Paper, ground, border and marks.
    pub(crate) ground: Arc<[Item]>,
    /// The beginning of the file.
    pub(super) file: File,
    pub(super) root: Number,
    pub(super) pages: Number,
    pub(super) metadata: Number,
    /// The ground as a form.
    pub(super) form: Number,
    /// By face; a face that the type does not use is empty.
    pub(super) characters: Vec<Subset>,
    /// The fonts of these characters as entries of a dictionary.
    pub(super) fonts: String,
}

/// The stocks of types that were drawn lately, the last used first.
#[derive(Default)]
pub(crate) struct Stocks(Mutex<Vec<Arc<Stock>>>);

impl Stocks {
    /// The stock of a type, made when it is not there.
    pub(crate) fn of(
        &self,
        license_type: &LicenseType,
        sample_mark: bool,
        fonts: &Fonts,
    ) -> Result<Arc<Stock>, RenderError> {
        // A panic elsewhere leaves the list whole: it is changed in single steps.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |one: &Arc<Stock>| {
            one.sample_mark == sample_mark && one.license_type.as_ref() == Some(license_type)
        };
        let mut known = lock();
        if let Some(place) = known.iter().position(fits) {
            known[..=place].rotate_right(1);
            return Ok(Arc::clone(&known[0]));
        }
        drop(known);
        let made = Arc::new(Stock::make(license_type, sample_mark, fonts)?);
        let mut known = lock();
        known.truncate(STOCKS_MAX - 1);
        known.insert(0, Arc::clone(&made));
        Ok(made)
    }
}

impl Stock {
    /// Bytes that every license of the type begins with.
    pub(crate) fn shared(&self) -> usize {
        self.file.bytes().len()
    }

    fn make(
        license_type: &LicenseType,
        sample_mark: bool,
        fonts: &Fonts,
    ) -> Result<Self, RenderError> {
        let ground = place::ground(license_type, sample_mark, fonts)?;
        let page = &license_type.layout().page;
        let made = Self::begun(ground, (page.width, page.height), Some(license_type), fonts)?;
        Ok(Self { sample_mark, ..made })
    }

    /// What a document of one's own begins with: nothing is shared by way of it.
    pub(crate) fn of_sheet(
        ground: Vec<Item>,
        size: (f32, f32),
        fonts: &Fonts,
    ) -> Result<Self, RenderError> {
        Self::begun(ground, size, None, fonts)
    }

    fn begun(
        ground: Vec<Item>,
        (width, height): (f32, f32),
        license_type: Option<&LicenseType>,
        fonts: &Fonts,
    ) -> Result<Self, RenderError> {
        let ground: Arc<[Item]> = ground.into();
        let mut characters = Characters::new(fonts, &[]);
        let mut pictures = Vec::new();
        let mut content = Content::new(height, &mut characters, &mut pictures);
        content.draw(&ground)?;
        let content = content.finish();
        let mut characters = characters.own;
        if let Some(license_type) = license_type {
            collect(license_type, fonts, &mut characters);
        }

        let mut file = File::new();
        let [root, pages, metadata] = [(); 3].map(|()| file.number());
        let profile = file.add_stream(&Stream::deflated("/N 3", SRGB, Compression::best()));
        file.object(
            root,
            format_args!(
                "<< /Type /Catalog /Pages {pages} 0 R /Metadata {metadata} 0 R /Lang (zh-CN) \
                 /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 \
                 /OutputConditionIdentifier (sRGB) /Info (sRGB) \
                 /DestOutputProfile {profile} 0 R >>] >>"
            ),
        );
        let mut named = String::new();
        for (index, (subset, face)) in characters.iter().zip(fonts.faces()).enumerate() {
            if !subset.is_empty() {
                let font = subset.written(face, Compression::best(), &mut file)?;
                // Writing to a text does not fail.
                let _ = write!(named, "/S{index} {font} 0 R ");
            }
        }
        let (width, height) = (width * super::content::PT, height * super::content::PT);
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 {width:.2} {height:.2}] \
             /Resources << /Font << {named}>> >>"
        );
        let form = Stream::deflated(&entries, &content, Compression::best());
        let form = file.add_stream(&form);
        Ok(Self {
            license_type: license_type.cloned(),
            sample_mark: false,
            ground,
            file,
            root,
            pages,
            metadata,
            form,
            characters,
            fonts: named,
        })
    }
}

/// The characters of the layout's own words, and those that values mostly have.
fn collect(license_type: &LicenseType, fonts: &Fonts, into: &mut [Subset]) {
    let typesetter = Typesetter::new(fonts);
    for (font, text) in words(license_type) {
        // A character that no font has is told when a license is drawn.
        let letters = text.chars().filter_map(|character| typesetter.letter(character, font));
        for letter in letters.filter(|letter| letter.measured.character != '\n') {
            if let Ok(glyph) = u16::try_from(letter.glyph) {
                into[letter.face].add(glyph, letter.measured.character);
            }
        }
    }
}

/// The words of a layout, with their fonts.
fn words(license_type: &LicenseType) -> Vec<(Font, &str)> {
    let layout = license_type.layout();
    let font = |style: &str| layout.styles.get(style).map_or(Font::Song, |style| style.font);
    let mut words = Vec::new();
    let fixed = |words: &mut Vec<_>, style: &str, text| words.push((font(style), text));
    let filled = |words: &mut Vec<_>, style: &str, template| {
        words.extend(parts(template).map(|text| (font(style), text)));
    };
    for element in &layout.elements {
        match element {
            Element::Text(text) => filled(&mut words, &text.style, &text.text),
            Element::Fields(fields) => {
                for row in &fields.rows {
                    fixed(&mut words, &fields.label_style, row.label.as_str());
                    let style = row.style.as_ref().unwrap_or(&fields.value_style);
                    filled(&mut words, style, &row.text);
                }
            }
            Element::Grid(grid) => {
                for cell in grid.rows.iter().flat_map(|row| &row.cells) {
                    let style = |usual| cell.style.as_deref().unwrap_or(usual);
                    if let Some(label) = &cell.label {
                        fixed(&mut words, style(&grid.label_style), label);
                    }
                    if let Some(text) = &cell.text {
                        filled(&mut words, style(&grid.style), text);
                    }
                }
            }
            Element::Table(table) => {
                fixed(&mut words, &table.style, USUAL);
                let field = license_type.field(&table.field).map(|field| &field.kind);
                if let Some(FieldKind::Table { columns, .. }) = field {
                    let names = columns.iter().map(|column| column.name.zh.as_str());
                    names.for_each(|name| fixed(&mut words, &table.head_style, name));
                }
            }
            Element::Code(code) => {
                if let (Some(caption), Some(style)) = (&code.caption, &code.style) {
                    fixed(&mut words, style, caption);
                }
            }
            Element::Flow(flow) => {
                flow.blocks.iter().for_each(|block| filled(&mut words, &block.style, &block.text));
                let closing = &flow.closing;
                closing.lines.iter().for_each(|line| filled(&mut words, &closing.style, line));
            }
            Element::Photo(_) | Element::Seal(_) | Element::Line(_) => {}
        }
    }
    words
}

/// What stands in a template itself, and what its values mostly are.
fn parts(template: &Template) -> impl Iterator<Item = &str> {
    template.parts().iter().map(|part| match part {
        Part::Fixed(text) => text.as_str(),
        Part::Field { .. } | Part::Given(_) => USUAL,
    })
}
