//! The visible seal: the picture drawn by a form XObject that fills its widget (ISO 32000-2, 12.5.5).

use super::admission::Admitted;
use super::{SignRefused, to};
use crate::pdf::page::{Geometry, PlaceMm, Rectangle};
use crate::pdf::picture::SealPicture;
use crate::pdf::syntax::Id;
use crate::pdf::write::Update;

/// The picture and where it is shown.
#[derive(Clone, Debug)]
pub struct Appearance {
    /// The picture of the seal.
    pub picture: SealPicture,
    /// One signature may be shown at several places.
    pub placements: Vec<Placement>,
}

/// Where the picture is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placement {
    /// On one page, stretched to the place.
    Page {
        /// From 0.
        index: usize,
        /// On the visible page.
        place: PlaceMm,
    },
    /// A riding seal (骑缝章): one strip on the right edge of each page; laid in a fan, the pages show
    /// the whole picture. Long documents carry it once for every 20 pages or fewer.
    Riding {
        /// Top edge of the picture, from the top of each visible page.
        y: f64,
        /// Width of the whole picture.
        width: f64,
        /// Height of the picture.
        height: f64,
    },
    /// In the rectangle of the existing field.
    Field,
}

/// Most strips of one riding seal: at 40 mm each is 2 mm wide.
const STRIPS_MAX: usize = 20;

/// One widget to be drawn.
pub(super) struct Widget {
    pub(super) page: usize,
    pub(super) rectangle: Rectangle,
    pub(super) stream: Id,
}

/// The images of a picture in the file, and the graphics state that multiplies it over the text.
pub(super) struct Drawing<'p> {
    picture: &'p SealPicture,
    image: Id,
    blend: Id,
}

impl<'p> Drawing<'p> {
    pub(super) fn new(update: &mut Update<'_, '_>, picture: &'p SealPicture) -> Self {
        let mask = picture.mask.as_ref().map(|mask| update.add_stream(&mask.0, &mask.1));
        let mask = mask.map_or_else(String::new, |mask| format!(" /SMask {}", to(mask)));
        let image = update.add_stream(&format!("{}{mask}", picture.image.0), &picture.image.1);
        let blend = update.add(b"<< /Type /ExtGState /BM /Multiply >>".to_vec());
        Self { picture, image, blend }
    }

    /// A form that shows the part of the picture between `from` and `to` (fractions of its width),
    /// upright on a page turned by `rotate`. `width` and `height` are those of the whole picture.
    pub(super) fn form(
        &self,
        update: &mut Update<'_, '_>,
        (width, height): (f64, f64),
        (from, until): (f64, f64),
        rotate: u16,
    ) -> Id {
        let matrix = match rotate {
            90 => "0 1 -1 0 0 0",
            180 => "-1 0 0 -1 0 0",
            270 => "0 -1 1 0 0 0",
            _ => "1 0 0 1 0 0",
        };
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [{} 0 {} {}] /Matrix [{matrix}] /Resources << \
             /ExtGState << /Blend {} >> /XObject << /Seal {} >> >>",
            real(width * from),
            real(width * until),
            real(height),
            to(self.blend),
            to(self.image),
        );
        debug_assert!(self.picture.width > 0);
        let content = format!("q /Blend gs {} 0 0 {} 0 0 cm /Seal Do Q", real(width), real(height));
        update.add_stream(&entries, content.as_bytes())
    }
}

/// Draws every placement on a page; [`Placement::Field`] is for the field to draw.
pub(super) fn widgets(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    drawing: &Drawing<'_>,
    placements: &[Placement],
) -> Result<Vec<Widget>, SignRefused> {
    let mut widgets = Vec::new();
    for placement in placements {
        match *placement {
            Placement::Page { index, place } => {
                let pages = admitted.pages.len();
                let (_, geometry) =
                    admitted.pages.get(index).ok_or(SignRefused::NoSuchPage { index, pages })?;
                widgets.push(strip(update, drawing, index, geometry, place, (0.0, 1.0))?);
            }
            Placement::Riding { y, width, height } => {
                riding(update, admitted, drawing, (y, width, height), &mut widgets)?;
            }
            Placement::Field => return Err(SignRefused::PlaceOfField),
        }
    }
    Ok(widgets)
}

fn riding(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    drawing: &Drawing<'_>,
    (y, width, height): (f64, f64, f64),
    widgets: &mut Vec<Widget>,
) -> Result<(), SignRefused> {
    let pages = admitted.pages.len();
    if pages < 2 {
        return Err(SignRefused::TooFewPages);
    }
    // Groups as equal as possible: 21 pages are 11 and 10, not 20 and a whole picture on one.
    let groups = pages.div_ceil(STRIPS_MAX);
    for group in 0..groups {
        let (first, end) = (group * pages / groups, (group + 1) * pages / groups);
        #[expect(clippy::cast_precision_loss, reason = "at most 20")]
        let share = |number: usize| number as f64 / (end - first) as f64;
        for page in first..end {
            let geometry = &admitted.pages[page].1;
            let part = (share(page - first), share(page - first + 1));
            let visible = width * (part.1 - part.0);
            let place = PlaceMm { x: geometry.size_mm().0 - visible, y, width: visible, height };
            widgets.push(strip(update, drawing, page, geometry, place, part)?);
        }
    }
    Ok(())
}

/// One widget showing `part` of the picture at `place`.
fn strip(
    update: &mut Update<'_, '_>,
    drawing: &Drawing<'_>,
    page: usize,
    geometry: &Geometry,
    place: PlaceMm,
    part: (f64, f64),
) -> Result<Widget, SignRefused> {
    let (page_width, page_height) = geometry.size_mm();
    // A tenth of a millimetre of rounding is allowed at the edges.
    let inside = place.x >= -0.1
        && place.y >= -0.1
        && place.x + place.width <= page_width + 0.1
        && place.y + place.height <= page_height + 0.1;
    let rectangular = place.width >= 0.1 && place.height >= 0.1;
    if !inside || !rectangular {
        return Err(SignRefused::OffPage(page));
    }
    let rectangle = geometry.rectangle(place);
    let (width, height) = match geometry.rotate % 180 {
        0 => (rectangle.width(), rectangle.height()),
        _ => (rectangle.height(), rectangle.width()),
    };
    let whole = (width / (part.1 - part.0), height);
    Ok(Widget { page, rectangle, stream: drawing.form(update, whole, part, geometry.rotate) })
}

/// A number as PDF writes it: at most four decimals (ISO 32000-2, 7.3.3 knows no exponents).
pub(super) fn real(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A rectangle object (7.9.5).
pub(super) fn corners(rectangle: &Rectangle) -> String {
    let Rectangle { left, bottom, right, top } = *rectangle;
    format!("[{} {} {} {}]", real(left), real(bottom), real(right), real(top))
}
