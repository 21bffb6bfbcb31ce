//! Pages as a PDF that keeps PDF/A-2u.

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::{Item, Page, Path, Picture, PictureKind, Run, Segment};
use domain::catalogue::Color;
use krilla::color::rgb;
use krilla::configure::{Archival, Configuration, ConfigurationBuilder};
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use time::OffsetDateTime;

/// Points of a mm.
const PT: f32 = 72.0 / 25.4;

/// What a PDF says about itself.
pub(crate) struct About<'a> {
    pub(crate) title: String,
    pub(crate) issuer: &'a str,
    pub(crate) identifier: Option<&'a str>,
    pub(crate) created: OffsetDateTime,
}

/// Draws the pages. The same pages give the same bytes.
pub(crate) fn written(
    pages: &[Page],
    fonts: &Fonts,
    about: &About<'_>,
) -> Result<Vec<u8>, RenderError> {
    let mut document = Document::new_with(SerializeSettings {
        configuration: archive_rules()?,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(about));
    for page in pages {
        let settings = PageSettings::from_wh(page.width * PT, page.height * PT);
        let settings = settings.ok_or_else(|| archive("a page without extent"))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        let drawn = page.items.iter().try_for_each(|item| draw(&mut surface, fonts, item));
        surface.finish();
        sheet.finish();
        drawn?;
    }
    document.finish().map_err(|cause| archive(reasons(&cause)))
}

fn archive(problem: impl Into<String>) -> RenderError {
    RenderError::Archive(problem.into())
}

fn archive_rules() -> Result<Configuration, RenderError> {
    let rules = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    rules.map_err(|cause| archive(format!("{cause:?}")))
}

fn metadata(about: &About<'_>) -> Metadata {
    let created = about.created.to_offset(time::UtcOffset::UTC);
    let date = DateTime::new(u16::try_from(created.year()).unwrap_or(0))
        .month(u8::from(created.month()))
        .day(created.day())
        .hour(created.hour())
        .minute(created.minute())
        .second(created.second())
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let metadata = Metadata::new()
        .title(about.title.clone())
        .authors(vec![about.issuer.to_owned()])
        .creator("yinzheng".to_owned())
        .producer("yinzheng (krilla)".to_owned())
        .language("zh-CN".to_owned())
        .creation_date(date);
    match about.identifier {
        Some(identifier) => {
            metadata.description(identifier.to_owned()).document_id(identifier.to_owned())
        }
        None => metadata,
    }
}

fn reasons(cause: &KrillaError) -> String {
    match cause {
        KrillaError::Validation(violations) => {
            let named: Vec<String> =
                violations.iter().map(|(violation, _)| format!("{violation:?}")).collect();
            named.join("; ")
        }
        other => other.to_string(),
    }
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, item: &Item) -> Result<(), RenderError> {
    match item {
        Item::Text(run) => draw_run(surface, fonts, run),
        Item::Path(path) => {
            draw_path(surface, path);
            Ok(())
        }
        Item::Picture(picture) => draw_picture(surface, picture),
    }
}

fn draw_run(surface: &mut Surface<'_>, fonts: &Fonts, run: &Run) -> Result<(), RenderError> {
    let face = fonts.face(run.face).ok_or_else(|| archive("a text of another font list"))?;
    let glyphs: Vec<KrillaGlyph> = run
        .glyphs
        .iter()
        .map(|glyph| KrillaGlyph {
            glyph_id: GlyphId::new(glyph.id),
            text_range: glyph.bytes.clone(),
            x_advance: glyph.advance / run.size,
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        })
        .collect();
    surface.set_fill(Some(fill(run.color)));
    surface.set_stroke(None);
    let origin = Point::from_xy(run.origin.x * PT, run.origin.y * PT);
    let turned = run.turn != 0.0;
    if turned {
        surface.push_transform(&Transform::from_rotate_at(run.turn, origin.x, origin.y));
    }
    let font = face.drawn.clone();
    surface.draw_glyphs(origin, &glyphs, font, &run.text, run.size * PT, run.outlined);
    if turned {
        surface.pop();
    }
    Ok(())
}

fn fill(color: Color) -> Fill {
    Fill { paint: paint(color).into(), ..Fill::default() }
}

fn paint(color: Color) -> rgb::Color {
    rgb::Color::new(color.red, color.green, color.blue)
}

/// mm in points, to a hundredth: finer than any printer, and half the digits in the file.
fn points(mm: f32) -> f32 {
    (mm * PT * 100.0).round() / 100.0
}

fn draw_path(surface: &mut Surface<'_>, path: &Path) {
    let mut builder = PathBuilder::new();
    for segment in &path.segments {
        match segment {
            Segment::Move(to) => builder.move_to(points(to.x), points(to.y)),
            Segment::Line(to) => builder.line_to(points(to.x), points(to.y)),
            Segment::Curve(a, b, to) => builder.cubic_to(
                points(a.x),
                points(a.y),
                points(b.x),
                points(b.y),
                points(to.x),
                points(to.y),
            ),
            Segment::Close => builder.close(),
        }
    }
    // A path without extent draws nothing.
    let Some(outline) = builder.finish() else { return };
    surface.set_fill(path.fill.map(fill));
    surface.set_stroke(path.stroke.map(|stroke| Stroke {
        paint: paint(stroke.color).into(),
        width: stroke.breadth * PT,
        ..Stroke::default()
    }));
    surface.draw_path(&outline);
}

fn draw_picture(surface: &mut Surface<'_>, picture: &Picture) -> Result<(), RenderError> {
    let data = std::sync::Arc::clone(&picture.bytes).into();
    let image = match picture.kind {
        PictureKind::Jpeg => Image::from_jpeg(data, false),
        PictureKind::Png => Image::from_png(data, false),
    };
    let image = image.map_err(archive)?;
    let size = Size::from_wh(picture.width * PT, picture.height * PT);
    let size = size.ok_or_else(|| archive("a picture without extent"))?;
    surface.push_transform(&Transform::from_translate(picture.at.x * PT, picture.at.y * PT));
    surface.draw_image(image, size);
    surface.pop();
    Ok(())
}
