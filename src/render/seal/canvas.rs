//! Drawing in mm around the middle of a picture, in one colour.

use super::figure::{Arc, Ring, star};
use crate::error::RenderError;
use crate::fonts::{FaceIndex, Fonts};
use domain::catalogue::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};
use tiny_skia::{
    FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, PremultipliedColorU8, Rect, Stroke,
    Transform,
};

/// The red of seals, #E60012.
const RED: [u8; 3] = [0xE6, 0x00, 0x12];
/// Middle of a Chinese character over the baseline, in em.
const MIDDLE: f32 = 0.38;
/// Seals are cut stronger than type: a line of this many em is drawn around each character.
const STRENGTH: f32 = 0.022;
/// Characters of a line narrower than this share of their height are drawn smaller instead.
const LINE_NARROWEST: f32 = 0.6;

pub(super) struct Canvas<'a> {
    fonts: &'a Fonts,
    pixels: Pixmap,
    ink: [u8; 3],
    /// From mm around the middle to pixels.
    place: Transform,
}

struct Outline {
    path: Path,
    /// In em.
    advance: f32,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(fonts: &'a Fonts, width: f32, height: f32, dpi: f32) -> Option<Self> {
        let scale = dpi / 25.4;
        let (across, down) = ((width * scale).ceil(), (height * scale).ceil());
        let pixels = Pixmap::new(across as u32, down as u32)?;
        let place = Transform::from_row(scale, 0.0, 0.0, scale, across / 2.0, down / 2.0);
        Some(Self { fonts, pixels, ink: RED, place })
    }

    /// The same in another colour than the red of seals.
    pub(super) fn inked(self, ink: [u8; 3]) -> Self {
        Self { ink, ..self }
    }

    fn paint(&self) -> Paint<'static> {
        let [red, green, blue] = self.ink;
        let mut paint = Paint::default();
        paint.set_color_rgba8(red, green, blue, 0xFF);
        paint.anti_alias = true;
        paint
    }

    fn fill(&mut self, path: &Path, transform: Transform) {
        let transform = self.place.pre_concat(transform);
        let paint = self.paint();
        self.pixels.fill_path(path, &paint, FillRule::Winding, transform, None);
    }

    fn stroke(&mut self, path: &Path, breadth: f32, transform: Transform) {
        let stroke = Stroke { width: breadth, line_join: LineJoin::Miter, ..Stroke::default() };
        let transform = self.place.pre_concat(transform);
        let paint = self.paint();
        self.pixels.stroke_path(path, &paint, &stroke, transform, None);
    }

    pub(super) fn ring(&mut self, ring: &Ring) {
        let edges = (-ring.across, -ring.down, ring.across, ring.down);
        let bounds = Rect::from_ltrb(edges.0, edges.1, edges.2, edges.3);
        if let Some(path) = bounds.and_then(PathBuilder::from_oval) {
            self.stroke(&path, ring.breadth, Transform::identity());
        }
    }

    /// A line just inside the picture.
    pub(super) fn frame(&mut self, width: f32, height: f32, breadth: f32) {
        let edge = |side: f32| side / 2.0 - breadth / 2.0 - 0.1;
        let (across, down) = (edge(width), edge(height));
        if let Some(bounds) = Rect::from_ltrb(-across, -down, across, down) {
            self.stroke(&PathBuilder::from_rect(bounds), breadth, Transform::identity());
        }
    }

    /// A star of a radius, its middle so far below the seal's.
    pub(super) fn star(&mut self, radius: f32, y: f32) {
        let mut path = PathBuilder::new();
        for (index, (x, down)) in star().into_iter().enumerate() {
            let (x, y) = (x * radius, y + down * radius);
            if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        path.close();
        if let Some(path) = path.finish() {
            self.fill(&path, Transform::identity());
        }
    }

    /// Characters evenly along an arc, narrower and smaller where they are many.
    pub(super) fn arc_text(&mut self, part: &str, text: &str, arc: Arc) -> Result<(), RenderError> {
        let font = if part == "code" { Font::Sans } else { Font::Song };
        let outlines = self.outlines(part, text, font)?;
        let overflow = || RenderError::Overflow { field: part.to_owned() };
        let (arc, broad) = arc.fitted(outlines.len()).ok_or_else(overflow)?;
        for (outline, stand) in outlines.iter().zip(arc.stands(outlines.len())) {
            let natural = outline.advance * arc.height;
            let narrowed = (broad * 0.94 / natural).min(1.0);
            let transform = Transform::from_translate(stand.x, stand.y)
                .pre_concat(Transform::from_rotate(stand.turn));
            self.glyph(outline, transform, arc.height * narrowed, arc.height);
        }
        Ok(())
    }

    /// A straight line of text, its middle so far below the seal's, narrowed to `width` and then
    /// lowered.
    pub(super) fn line_text(
        &mut self,
        part: &str,
        text: &str,
        y: f32,
        height: f32,
        width: f32,
    ) -> Result<(), RenderError> {
        let outlines = self.outlines(part, text, Font::Song)?;
        let natural: f32 = outlines.iter().map(|outline| outline.advance * height).sum();
        let narrowed = if natural > width { width / natural } else { 1.0 };
        let height = height * (narrowed / LINE_NARROWEST).min(1.0);
        let narrowed = narrowed.max(LINE_NARROWEST);
        let mut x = -outlines.iter().map(|one| one.advance).sum::<f32>() * height * narrowed / 2.0;
        for outline in &outlines {
            let advance = outline.advance * height * narrowed;
            let transform = Transform::from_translate(x + advance / 2.0, y);
            self.glyph(outline, transform, height * narrowed, height);
            x += advance;
        }
        Ok(())
    }

    /// One character around a point, as broad and as high as its cell allows.
    pub(super) fn character(
        &mut self,
        part: &str,
        character: char,
        (x, y): (f32, f32),
        (across, height): (f32, f32),
    ) -> Result<(), RenderError> {
        for outline in self.outlines(part, character.encode_utf8(&mut [0; 4]), Font::Song)? {
            self.glyph(&outline, Transform::from_translate(x, y), across, height);
        }
        Ok(())
    }

    /// Draws an outline in em around its middle.
    fn glyph(&mut self, outline: &Outline, transform: Transform, across: f32, height: f32) {
        let to_middle = Transform::from_row(
            across,
            0.0,
            0.0,
            -height,
            -outline.advance / 2.0 * across,
            MIDDLE * height,
        );
        let transform = transform.pre_concat(to_middle);
        self.fill(&outline.path, transform);
        self.stroke(&outline.path, STRENGTH, transform);
    }

    fn outlines(&self, part: &str, text: &str, font: Font) -> Result<Vec<Outline>, RenderError> {
        let outlines = text.chars().filter(|c| !c.is_whitespace()).map(|character| {
            let mut faces = self.fonts.order(font);
            let found = faces.find_map(|face| self.outline(face, character));
            found.ok_or_else(|| RenderError::MissingCharacter { field: part.to_owned(), character })
        });
        outlines.collect()
    }

    fn outline(&self, face: FaceIndex, character: char) -> Option<Outline> {
        let font = self.fonts.face(face)?.font();
        let glyph = font.charmap().map(character).filter(|glyph| *glyph != GlyphId::NOTDEF)?;
        let location = LocationRef::default();
        let units = f32::from(font.metrics(Size::unscaled(), location).units_per_em.max(1));
        let advance = font.glyph_metrics(Size::unscaled(), location).advance_width(glyph)?;
        let mut pen = Pen { builder: PathBuilder::new(), units };
        let settings = DrawSettings::unhinted(Size::unscaled(), location);
        font.outline_glyphs().get(glyph)?.draw(settings, &mut pen).ok()?;
        Some(Outline { path: pen.builder.finish()?, advance: advance / units })
    }

    /// The picture: sixteen opacities of one colour, half a byte a pixel. Edges look the same as with
    /// more, and every file that is sealed carries this picture twice.
    pub(super) fn png(&self) -> Result<Vec<u8>, RenderError> {
        let unwritten = |cause: png::EncodingError| RenderError::Archive(cause.to_string());
        let (width, height) = (self.pixels.width(), self.pixels.height());
        let rows = self.pixels.pixels().chunks(width as usize);
        let packed: Vec<u8> = rows.flat_map(|row| row.chunks(2).map(pair)).collect();
        let mut written = Vec::new();
        let mut encoder = png::Encoder::new(&mut written, width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_palette(self.ink.repeat(16));
        encoder.set_trns((0..16).map(|step| step * 17).collect::<Vec<u8>>());
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header().map_err(unwritten)?;
        writer.write_image_data(&packed).map_err(unwritten)?;
        writer.finish().map_err(unwritten)?;
        Ok(written)
    }
}

/// Two pixels of a row in a byte, the left one first; the last of an odd row stands alone.
fn pair(pixels: &[PremultipliedColorU8]) -> u8 {
    let step = |at: usize| pixels.get(at).map_or(0, |one| stepped(one.alpha()));
    step(0) << 4 | step(1)
}

/// An opacity in sixteen steps.
fn stepped(opacity: u8) -> u8 {
    opacity.saturating_add(8) / 17
}

/// Collects an outline in em, the baseline at 0 and up positive.
struct Pen {
    builder: PathBuilder,
    units: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(x / self.units, y / self.units);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(x / self.units, y / self.units);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let units = self.units;
        self.builder.quad_to(cx0 / units, cy0 / units, x / units, y / units);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let units = self.units;
        let (a, b) = ((cx0 / units, cy0 / units), (cx1 / units, cy1 / units));
        self.builder.cubic_to(a.0, a.1, b.0, b.1, x / units, y / units);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
