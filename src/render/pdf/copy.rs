//! Pages of another file, drawn with something across and below them.

use super::content::{Characters, Content, PT, STOCK};
use super::file::{File, Number, Stream};
use super::{About, EFFORT, hex, metadata};
use crate::error::RenderError;
use crate::marked_copy::{CopyContext, carried};
use crate::page::Item;
use flate2::Compression;
use formats::algorithm::Digest;
use formats::pdf::CarriedPage;
use std::fmt::Write;

/// How much of what is below the watermark shows through it.
const FAINT: &str = "<< /Type /ExtGState /ca 0.13 /CA 0.13 >>";
/// The color profile that the band's colors are of.
const SRGB: &[u8] = include_bytes!("../color/sRGB-v4.icc");

/// What is drawn with a page.
pub(crate) struct CopyPage {
    /// How high the band below it is, in mm.
    pub(crate) band: f32,
    /// What is drawn faintly over it.
    pub(crate) items: Vec<Item>,
    /// What is drawn in the band.
    pub(crate) below: Vec<Item>,
}

/// Draws every page of `original` with what `more` says of a page of this size, in mm.
pub(crate) fn copied(
    original: &[u8],
    context: &CopyContext<'_>,
    more: impl Fn(f32, f32) -> Result<CopyPage, RenderError>,
) -> Result<Vec<u8>, RenderError> {
    let effort = Compression::new(EFFORT);
    let mut file = File::new();
    let [root, list, about, faint, resources] = [(); 5].map(|()| file.number());
    let carried = carried(original, file.next())?;
    for object in &carried.objects {
        let number = file.number();
        file.bytes_of(number, object);
    }
    file.object(faint, FAINT);
    let mut characters = Characters::new(context.fonts, &[]);
    let mut leaves = Vec::new();
    for page in &carried.pages {
        let (width, height) = (mm(page.width), mm(page.height));
        let drawn = more(width, height)?;
        let content = content(page, height, &drawn, &mut characters)?;
        let content = file.add_stream(&Stream::deflated("", &content, effort));
        leaves.push((page, drawn.band, content));
    }
    let mut named = String::new();
    for (index, (subset, face)) in characters.own.iter().zip(context.fonts.faces()).enumerate() {
        if !subset.is_empty() {
            let font = subset.written(face, effort, &mut file)?;
            put(&mut named, format_args!("/{STOCK}{index} {font} 0 R "));
        }
    }
    file.object(resources, format_args!("<< {named}>>"));
    let mut kids = String::new();
    for (page, band, content) in &leaves {
        let fonts_and_forms = (resources, faint);
        let kid = leaf(page, *band, *content, fonts_and_forms, list, &mut file);
        put(&mut kids, format_args!("{kid} 0 R "));
    }
    let count = leaves.len();
    file.object(list, format_args!("<< /Type /Pages /Count {count} /Kids [{kids}] >>"));
    let profile = file.add_stream(&Stream::deflated("/N 3", SRGB, Compression::best()));
    let layers = carried.layers.map(|layers| format!("/OCProperties {layers} 0 R "));
    file.object(
        root,
        format_args!(
            "<< /Type /Catalog /Pages {list} 0 R /Metadata {about} 0 R /Lang (zh-CN) {}\
             /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 \
             /OutputConditionIdentifier (sRGB) /Info (sRGB) \
             /DestOutputProfile {profile} 0 R >>] >>",
            layers.unwrap_or_default()
        ),
    );
    let said = About {
        title: format!("{} 加注件", context.type_name),
        issuer: context.issuer,
        identifier: Some(&context.mark.identifier),
        created: context.mark.made_at,
        archive: false,
        more: context.mark.entries(),
    };
    let id = hex(&Digest::Sha256.hash(&[file.bytes(), said.title.as_bytes()])[..16]);
    let info = metadata::written(&said, about, &id, &mut file);
    Ok(file.finish(root, info, &format!("<{id}> <{id}>")))
}

/// The page above its band, the watermark over it, and the band.
fn content(
    page: &CarriedPage,
    height: f32,
    drawn: &CopyPage,
    characters: &mut Characters<'_>,
) -> Result<Vec<u8>, RenderError> {
    let up = drawn.band * PT;
    let mut pictures = Vec::new();
    let mut out = format!("q 1 0 0 1 0 {up:.2} cm\n{}", page.content).into_bytes();
    let (across, high) = (page.width, page.height);
    out.extend(format!("q 0 0 {across:.2} {high:.2} re W n /Faint gs\n").bytes());
    for (items, height, end) in
        [(&drawn.items, height, &b"Q Q\n"[..]), (&drawn.below, drawn.band, b"")]
    {
        let mut content = Content::new(height, characters, &mut pictures);
        content.draw(items)?;
        out.extend(content.finish());
        out.extend_from_slice(end);
    }
    Ok(out)
}

/// One page; its number.
fn leaf(
    page: &CarriedPage,
    band: f32,
    content: Number,
    (fonts, faint): (Number, Number),
    parent: Number,
    file: &mut File,
) -> Number {
    let mut forms = String::new();
    for (name, form) in &page.forms {
        put(&mut forms, format_args!("/{name} {form} 0 R "));
    }
    let number = file.number();
    let (width, height) = (page.width, page.height + f64::from(band * PT));
    file.object(
        number,
        format_args!(
            "<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {width:.2} {height:.2}] \
             /Group << /S /Transparency /CS /DeviceRGB >> \
             /Resources << /Font {fonts} 0 R /XObject << {forms}>> \
             /ExtGState << /Faint {faint} 0 R >> >> /Contents {content} 0 R >>"
        ),
    );
    number
}

/// Pages are at most some metres long.
#[expect(clippy::cast_possible_truncation, reason = "a hundredth of a point is enough")]
fn mm(points: f64) -> f32 {
    points as f32 / PT
}

/// Writing to a text does not fail.
fn put(text: &mut String, more: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(more);
}
