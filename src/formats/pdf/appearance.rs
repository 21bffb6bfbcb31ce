//! What the widgets of a signature field show, and whether it is the picture of a seal.

use super::PdfError;
use super::file::Indirect;
use super::form::Field;
use super::limits::Limits;
use super::page::{self, Geometry, PlaceMm, Rectangle};
use super::picture::{Picture, Samples, gray_as_rgb};
use super::syntax::{Dictionary, Id, Lexer, Object, Token, inflate_exactly};
use super::view::View;
use crate::algorithm::Digest;
use crate::memo;
use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// An image as stored: enough to compare it with a picture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownImage {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    color: Stored,
    mask: Option<Stored>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    /// Samples a pixel; 0 for JPEG data.
    channels: u8,
    data: Arc<[u8]>,
}

/// One widget of a signature field.
#[derive(Clone, Debug)]
pub struct ShownPicture {
    /// The widget annotation.
    pub widget: Id,
    /// Index of the page that lists it, from 0.
    pub page: Option<usize>,
    /// Its rectangle on the visible page; `None` when it is empty or unreadable.
    pub place: Option<PlaceMm>,
    /// The image that the appearance draws over the whole rectangle, and nothing else; or why that
    /// cannot be said.
    pub image: Result<Option<ShownImage>, NotCanonical>,
    /// The part of the image's width that is visible, from and to, between 0 and 1.
    pub part: (f64, f64),
    /// Whether the image only darkens what is below it, as a stamp does: it hides nothing.
    pub darkens: bool,
}

/// Why an appearance is not simply one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the appearance {0}")]
pub struct NotCanonical(pub &'static str);

/// The answer to "is this the picture of the seal?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureMatch {
    /// Every visible widget shows exactly this picture (or its strip of it).
    Equal,
    /// A widget shows another picture.
    Different,
    /// No widget shows anything.
    NotShown,
    /// The appearance is of another maker's shape.
    Undecidable(NotCanonical),
}

/// Which page lists which annotation, and how the page is shown.
pub(crate) struct PagesOfWidgets(HashMap<Id, (usize, Option<Geometry>)>);

impl PagesOfWidgets {
    /// Without a readable page tree nothing is known; the comparison of revisions reports that.
    pub(crate) fn new(view: &View<'_, '_>, widgets: &HashSet<Id>) -> Self {
        let mut pages_of = HashMap::new();
        if widgets.is_empty() {
            return Self(pages_of);
        }
        for (index, page) in page::pages(view).unwrap_or_default().iter().enumerate() {
            let annotations =
                page.dictionary().and_then(|entries| view.entry_of(entries, "Annots").ok()?);
            let Some(annotations) = annotations else { continue };
            let items = annotations.array().unwrap_or_default();
            if view.file.reading.budget.visits(items.len()).is_err() {
                break;
            }
            for id in items.iter().filter_map(Object::reference).filter(|id| widgets.contains(id)) {
                pages_of.insert(id, (index, page.geometry(view).ok()));
            }
        }
        Self(pages_of)
    }
}

/// What the widgets of `field` show.
pub(crate) fn shown(
    view: &View<'_, '_>,
    field: &Field,
    pages: &PagesOfWidgets,
) -> Vec<ShownPicture> {
    field.widgets.iter().map(|&widget| one(view, widget, pages)).collect()
}

/// What one widget shows.
pub(crate) fn one(view: &View<'_, '_>, widget: Id, pages: &PagesOfWidgets) -> ShownPicture {
    let object = view.object(widget).ok().flatten();
    let entries = object.as_ref().and_then(|object| object.object.dictionary());
    let rectangle = entries.and_then(|entries| Rectangle::read(view, entries.get("Rect")?).ok()?);
    let rectangle = rectangle.filter(|shown| shown.width() > 0.0 && shown.height() > 0.0);
    let listed = pages.0.get(&widget);
    let geometry = listed.and_then(|(_, geometry)| *geometry);
    let place =
        geometry.zip(rectangle.as_ref()).map(|(geometry, rectangle)| geometry.place(rectangle));
    let drawn = match (entries, &rectangle) {
        (Some(entries), Some(_)) => drawn(view, entries),
        _ => Ok(None),
    };
    let page = listed.map(|(index, _)| *index);
    let (image, part, darkens) = match drawn {
        Ok(Some(drawn)) => (Ok(Some(drawn.image)), drawn.part, drawn.darkens),
        Ok(None) => (Ok(None), (0.0, 1.0), true),
        Err(reason) => (Err(reason), (0.0, 1.0), false),
    };
    ShownPicture { widget, page, place, image, part, darkens }
}

struct Drawn {
    image: ShownImage,
    part: (f64, f64),
    darkens: bool,
}

/// The image that the normal appearance draws, if it draws that and nothing else.
fn drawn(view: &View<'_, '_>, widget: &Dictionary) -> Result<Option<Drawn>, NotCanonical> {
    let unreadable = |_: PdfError| NotCanonical("cannot be read");
    let Some(shown) = view.entry_of(widget, "AP").map_err(unreadable)? else { return Ok(None) };
    let Some(entries) = shown.dictionary() else { return Ok(None) };
    let Some(normal) = view.entry_of(entries, "N").map_err(unreadable)? else { return Ok(None) };
    let form = normal.indirect.as_ref().filter(|object| object.stream.is_some());
    let form = form.ok_or(NotCanonical("has several states"))?;
    let entries = form.object.dictionary().ok_or(NotCanonical("cannot be read"))?;
    let content = view.decoded(form).map_err(unreadable)?.unwrap_or_default();
    let content = Content::read(&content).ok_or(NotCanonical("draws more than one image"))?;
    let bounds = entries.get("BBox").and_then(|bounds| Rectangle::read(view, bounds).ok()?);
    let part = content.part(bounds.as_ref()).ok_or(NotCanonical("does not fill its rectangle"))?;
    if !upright(entries) {
        return Err(NotCanonical("is distorted"));
    }
    let resources = view.entry_of(entries, "Resources").map_err(unreadable)?;
    let resources = resources.as_ref().and_then(|resources| resources.dictionary());
    let resources = resources.ok_or(NotCanonical("has no resources"))?;
    let entry = |category: &str, name: &str| {
        let category = view.entry_of(resources, category).ok()??;
        view.entry_of(category.dictionary()?, name).ok()?
    };
    let mut darkens = false;
    if let Some(state) = &content.state {
        let state = entry("ExtGState", state).ok_or(NotCanonical("has no graphics state"))?;
        let mode = state.dictionary().and_then(|entries| entries.get("BM"));
        darkens = mode.is_some_and(|mode| mode.is_name("Multiply"));
        let known = |entries: &Dictionary| {
            entries.iter().all(|(key, value)| match &*key.0 {
                b"Type" => true,
                b"BM" => value.is_name("Multiply") || value.is_name("Normal"),
                _ => false,
            })
        };
        if !state.dictionary().is_some_and(known) {
            return Err(NotCanonical("changes how the image is drawn"));
        }
    }
    let image = entry("XObject", &content.image).and_then(|image| image.indirect);
    let image = image.ok_or(NotCanonical("has no image"))?;
    let image =
        stored_image(view, &image).ok_or(NotCanonical("has an image of an unusual kind"))?;
    Ok(Some(Drawn { image, part, darkens }))
}

/// The operators `q /State gs w 0 0 h x y cm /Image Do Q`; the graphics state is optional.
struct Content {
    state: Option<String>,
    image: String,
    width: f64,
    height: f64,
}

impl Content {
    fn read(content: &[u8]) -> Option<Self> {
        let mut lexer = Lexer::new(content, 0);
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut operators: Vec<(&[u8], Vec<Token<'_>>)> = Vec::new();
        loop {
            match lexer.next().ok()?.0 {
                Token::End => break,
                Token::Keyword(operator) => {
                    operators.push((operator, std::mem::take(&mut operands)))
                }
                operand => operands.push(operand),
            }
            if operators.len() > 5 || operands.len() > 6 {
                return None;
            }
        }
        let mut operators = operators.into_iter();
        let (b"q", []) =
            operators.next().as_ref().map(|(name, operands)| (*name, &operands[..]))?
        else {
            return None;
        };
        let mut next = operators.next()?;
        let mut state = None;
        if let (b"gs", [Token::Name(name)]) = (next.0, &next.1[..]) {
            state = Some(name.text());
            next = operators.next()?;
        }
        let numbers: Vec<f64> = next.1.iter().map_while(number).collect();
        let (b"cm", [width, 0.0, 0.0, height, 0.0, 0.0]) = (next.0, &numbers[..]) else {
            return None;
        };
        let image = match operators.next()? {
            (b"Do", operands) => match &operands[..] {
                [Token::Name(name)] => name.text(),
                _ => return None,
            },
            _ => return None,
        };
        let (b"Q", []) =
            operators.next().as_ref().map(|(name, operands)| (*name, &operands[..]))?
        else {
            return None;
        };
        let (width, height) = (*width, *height);
        (operands.is_empty() && width > 0.0 && height > 0.0).then_some(Self {
            state,
            image,
            width,
            height,
        })
    }

    /// The part of the image's width inside the bounding box, which must show its whole height.
    fn part(&self, bounds: Option<&Rectangle>) -> Option<(f64, f64)> {
        let bounds = bounds?;
        // Four decimals are written.
        let near = |a: f64, b: f64| (a - b).abs() <= 0.001;
        let whole = near(bounds.bottom, 0.0) && near(bounds.top, self.height);
        let part = (bounds.left / self.width, bounds.right / self.width);
        (whole && part.0 >= -0.001 && part.1 <= 1.001 && part.0 < part.1)
            .then_some((part.0.max(0.0), part.1.min(1.0)))
    }
}

fn number(token: &Token<'_>) -> Option<f64> {
    match *token {
        #[expect(clippy::cast_precision_loss, reason = "coordinates are far below 2^53")]
        Token::Integer(value) => Some(value as f64),
        Token::Real(value) => Some(value),
        _ => None,
    }
}

/// Whether `/Matrix` turns by a multiple of 90 degrees and does nothing else.
fn upright(form: &Dictionary) -> bool {
    let Some(matrix) = form.get("Matrix") else { return true };
    let numbers: Vec<f64> =
        matrix.array().unwrap_or_default().iter().map_while(Object::number).collect();
    const TURNS: [[f64; 6]; 4] = [
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
        [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
        [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
    ];
    TURNS.iter().any(|turn| numbers == turn)
}

/// The image in the form that [`super::SealPicture`] writes.
fn stored_image(view: &View<'_, '_>, image: &Indirect) -> Option<ShownImage> {
    let (width, height, color) = stored(view, image)?;
    let entries = image.object.dictionary()?;
    let mask = match view.entry_of(entries, "SMask").ok()? {
        None => None,
        Some(mask) => {
            let (mask_width, mask_height, mask) = stored(view, mask.indirect.as_ref()?)?;
            let plain = mask.channels == 1 && (mask_width, mask_height) == (width, height);
            Some(plain.then_some(mask)?)
        }
    };
    Some(ShownImage { width, height, color, mask })
}

fn stored(view: &View<'_, '_>, image: &Indirect) -> Option<(u32, u32, Stored)> {
    let entries = image.object.dictionary()?;
    // Anything else (Decode, Mask, Matte, Intent, …) changes what is shown.
    const KNOWN: [&str; 10] = [
        "Type",
        "Subtype",
        "Width",
        "Height",
        "ColorSpace",
        "BitsPerComponent",
        "Filter",
        "Length",
        "SMask",
        "Interpolate",
    ];
    if entries.iter().any(|(key, _)| !KNOWN.iter().any(|known| *key == **known)) {
        return None;
    }
    let size = |key: &str| u32::try_from(entries.get(key)?.size()?).ok();
    let (width, height) = (size("Width")?, size("Height")?);
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > view.file.limits.picture_pixels_max || size("BitsPerComponent")? != 8
    {
        return None;
    }
    let space = entries.get("ColorSpace")?;
    let channels = match &*space.name()?.0 {
        b"DeviceRGB" => 3,
        b"DeviceGray" => 1,
        _ => return None,
    };
    let filter = entries.get("Filter")?;
    let channels = match &*filter.name()?.0 {
        b"FlateDecode" => channels,
        b"DCTDecode" => 0,
        _ => return None,
    };
    let data = &view.file.bytes()[image.stream.clone()?];
    Some((width, height, Stored { channels, data: data.into() }))
}

/// Whether the widgets show exactly the picture of the file `picture` (PNG or JPEG). An image that
/// was found to show a picture is not decoded again.
#[must_use]
pub fn matches_picture(shown: &[ShownPicture], picture: &[u8], limits: &Limits) -> PictureMatch {
    let expected = LazyCell::new(|| Picture::decode(picture, limits).ok());
    let name = LazyCell::new(|| {
        [&limits.picture_pixels_max.to_be_bytes()[..], &Digest::Sha256.hash(&[picture])].concat()
    });
    let shows = |image: &ShownImage| match &*expected {
        Some(expected) if image.shows(expected) => Ok(()),
        _ => Err(()),
    };
    let shows = |image: &ShownImage| image.once(&name, || shows(image)).is_ok();
    match compared(shown, shows) {
        // The picture was decoded, now or before.
        PictureMatch::Equal => PictureMatch::Equal,
        _ if expected.is_none() => {
            PictureMatch::Undecidable(NotCanonical("cannot be compared with an unreadable picture"))
        }
        answer => answer,
    }
}

fn compared(shown: &[ShownPicture], shows: impl Fn(&ShownImage) -> bool) -> PictureMatch {
    let mut equal: Vec<&ShownImage> = Vec::new();
    for widget in shown {
        match &widget.image {
            Ok(None) => {}
            Err(reason) => return PictureMatch::Undecidable(*reason),
            Ok(Some(image)) if equal.contains(&image) => {}
            Ok(Some(image)) if shows(image) => equal.push(image),
            Ok(Some(_)) => return PictureMatch::Different,
        }
    }
    if equal.is_empty() { PictureMatch::NotShown } else { PictureMatch::Equal }
}

impl ShownImage {
    /// Whether the image shows the picture of that name, decided once.
    fn once(&self, picture: &[u8], decide: impl FnOnce() -> Result<(), ()>) -> Result<(), ()> {
        let (color, mask) = (&self.color, self.mask.as_ref());
        let shape = [self.width, self.height, color.channels.into(), mask.is_some().into()];
        let shape = shape.map(u32::to_be_bytes);
        // A mask has one channel.
        let mask = mask.map_or(&[][..], |mask| &mask.data);
        memo::once("picture", &[picture, shape.as_flattened(), &color.data, mask], decide)
    }

    /// Whether a viewer shows the samples of `picture`.
    fn shows(&self, picture: &Picture) -> bool {
        if (self.width, self.height) != (picture.width, picture.height) {
            return false;
        }
        let pixels = self.width as usize * self.height as usize;
        match &picture.samples {
            Samples::Jpeg(file) => {
                self.color.channels == 0 && self.mask.is_none() && *self.color.data == **file
            }
            Samples::Pixels { rgb, alpha } => {
                let mask = match &self.mask {
                    None => None,
                    Some(mask) => match inflate_exactly(&mask.data, pixels) {
                        Some(mask) => Some(mask),
                        None => return false,
                    },
                };
                let color = match self.color.channels {
                    3 => inflate_exactly(&self.color.data, pixels * 3),
                    1 => inflate_exactly(&self.color.data, pixels).map(|gray| gray_as_rgb(&gray)),
                    _ => None,
                };
                color.as_ref() == Some(rgb) && mask == *alpha
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::{SealPicture, tests::png};
    use super::*;

    fn shown(image: &ShownImage) -> [ShownPicture; 1] {
        let image = Ok(Some(image.clone()));
        let widget = Id { number: 1, generation: 0 };
        [ShownPicture { widget, page: None, place: None, image, part: (0.0, 1.0), darkens: true }]
    }

    /// Everything that decides has a part in what is remembered.
    #[test]
    fn what_was_found_equal_says_nothing_of_another_image_picture_or_limit() {
        let file = png(2, 1, ::png::ColorType::Rgba, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let other = png(2, 1, ::png::ColorType::Rgba, &[1, 2, 3, 4, 5, 6, 7, 9]);
        let limits = Limits::default();
        let sealed = SealPicture::read(&file, &limits).expect("a picture");
        let stored = |channels, data: &[u8]| Stored { channels, data: data.into() };
        let color = stored(3, &sealed.image.1);
        let mask = stored(1, &sealed.mask.as_ref().expect("translucent").1);
        let image =
            ShownImage { width: 2, height: 1, color: color.clone(), mask: Some(mask.clone()) };
        let longer = stored(3, &[&color.data[..], &[0]].concat());
        let others = [
            ShownImage { width: 1, ..image.clone() },
            ShownImage { height: 2, ..image.clone() },
            ShownImage { color: stored(1, &color.data), ..image.clone() },
            ShownImage { color: longer, ..image.clone() },
            ShownImage { color: mask.clone(), mask: Some(color), ..image.clone() },
            ShownImage { mask: None, ..image.clone() },
        ];
        for _ in ["computed", "remembered"] {
            assert_eq!(matches_picture(&shown(&image), &file, &limits), PictureMatch::Equal);
            assert_eq!(matches_picture(&shown(&image), &other, &limits), PictureMatch::Different);
            for other in &others {
                assert_eq!(matches_picture(&shown(other), &file, &limits), PictureMatch::Different);
            }
            let narrow = Limits { picture_pixels_max: 1, ..limits.clone() };
            let unreadable = matches_picture(&shown(&image), &file, &narrow);
            assert!(matches!(unreadable, PictureMatch::Undecidable(_)), "{unreadable:?}");
            assert_eq!(matches_picture(&[], &file, &limits), PictureMatch::NotShown);
        }
    }
}
