//! Pages as a PDF that keeps PDF/A-2u (ISO 19005-2).
//!
//! What all licenses of a type share stands first in the file and is made once for many: the color
//! profile, ground and border, the characters of the layout's own words. A license adds its texts,
//! and fonts of the characters that are not among those.

mod content;
mod copy;
mod file;
mod font;
mod metadata;
mod stock;

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::{Page, Picture};
use content::{Characters, Content, OWN, PT};
pub(crate) use copy::{CopyPage, copied};
use file::{File, Number, Stream};
use flate2::Compression;
use formats::algorithm::Digest;
use formats::pdf::{Limits, SealPicture};
use std::fmt::Write;
pub(crate) use stock::{Stock, Stocks};
use time::OffsetDateTime;

/// A third of the time of the usual effort, and a tenth more bytes.
const EFFORT: u32 = 1;

/// What a PDF says about itself.
pub(crate) struct About<'a> {
    pub(crate) title: String,
    pub(crate) issuer: &'a str,
    pub(crate) identifier: Option<&'a str>,
    pub(crate) created: OffsetDateTime,
    /// Whether it keeps PDF/A-2u.
    pub(crate) archive: bool,
    /// What else programs are told.
    pub(crate) more: Vec<(&'static str, String)>,
}

/// Draws the pages behind the stock of their type. The same pages give the same bytes.
pub(crate) fn written(
    pages: &[Page],
    fonts: &Fonts,
    stock: &Stock,
    about: &About<'_>,
) -> Result<Vec<u8>, RenderError> {
    let effort = Compression::new(EFFORT);
    let mut file = stock.file.clone();
    let mut characters = Characters::new(fonts, &stock.characters);
    let mut pictures = Vec::new();
    let mut contents = Vec::new();
    for page in pages {
        let mut content = Content::new(page.height, &mut characters, &mut pictures);
        content.add("/G Do\n");
        content.draw(&page.items)?;
        let content = Stream::deflated("", &content.finish(), effort);
        contents.push(file.add_stream(&content));
    }
    let mut named = stock.fonts.clone();
    for (index, (subset, face)) in characters.own.iter().zip(fonts.faces()).enumerate() {
        if !subset.is_empty() {
            let font = subset.written(face, effort, &mut file)?;
            // Writing to a text does not fail.
            let _ = write!(named, "/{OWN}{index} {font} 0 R ");
        }
    }
    let mut drawn = format!("/G {} 0 R ", stock.form);
    for (index, picture) in pictures.iter().enumerate() {
        let _ = write!(drawn, "/P{index} {} 0 R ", image(picture, &mut file)?);
    }
    let resources = file.number();
    file.object(resources, format_args!("<< /Font << {named}>> /XObject << {drawn}>> >>"));
    let kids: Vec<Number> = pages
        .iter()
        .zip(contents)
        .map(|(page, content)| leaf(page, content, resources, stock.pages, &mut file))
        .collect();
    let list: String = kids.iter().map(|kid| format!("{kid} 0 R ")).collect();
    let count = kids.len();
    file.object(stock.pages, format_args!("<< /Type /Pages /Count {count} /Kids [{list}] >>"));
    let id = hex(&Digest::Sha256.hash(&[file.bytes(), about.title.as_bytes()])[..16]);
    let info = metadata::written(about, stock.metadata, &id, &mut file);
    Ok(file.finish(stock.root, info, &format!("<{id}> <{id}>")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One page; its number.
fn leaf(
    page: &Page,
    content: Number,
    resources: Number,
    parent: Number,
    file: &mut File,
) -> Number {
    let number = file.number();
    let (width, height) = (page.width * PT, page.height * PT);
    file.object(
        number,
        format_args!(
            "<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {width:.2} {height:.2}] \
             /Resources {resources} 0 R /Contents {content} 0 R >>"
        ),
    );
    number
}

/// A picture; its number.
fn image(picture: &Picture, file: &mut File) -> Result<Number, RenderError> {
    let read = SealPicture::read(&picture.bytes, &Limits::default());
    let read = read.map_err(|cause| RenderError::Archive(cause.to_string()))?;
    let stream = |entries: String, data: &[u8]| Stream { entries, data: data.to_vec() };
    let (entries, data) = read.image();
    let mask = read.mask().map(|(entries, data)| file.add_stream(&stream(entries.into(), data)));
    let mask = mask.map(|mask| format!(" /SMask {mask} 0 R")).unwrap_or_default();
    Ok(file.add_stream(&stream(format!("{entries}{mask}"), data)))
}
