//! Where the visible seal goes.

use crate::sealing::Instrument;
use crate::{AppError, Place};
use domain::catalogue::{Element, LicenseType};
use formats::pdf::sign::Placement;
use formats::pdf::{File, Limits, PdfError, PlaceMm, outline, text};

/// Distance of the seal from the edges of the page where nothing else is said, in mm: the seal of
/// an official document stands in the lower right, within the printed area.
const MARGIN_MM: f64 = 25.0;

/// A PDF as a place for seals: its pages, read once.
pub(crate) struct Sheets<'a> {
    file: File<'a>,
    /// At least one.
    pages: Vec<PageSize>,
}

/// Width and height of a visible page in mm.
#[derive(Clone, Copy)]
struct PageSize {
    width: f64,
    height: f64,
}

impl<'a> Sheets<'a> {
    /// Reads the pages of a PDF.
    pub(crate) fn read(pdf: &'a [u8]) -> Result<Self, AppError> {
        let file = File::read(pdf, &Limits::default()).map_err(unreadable)?;
        let outline = outline(&file).map_err(unreadable)?;
        // A page without a sound size has no place for a seal.
        let size = |page: Option<(f64, f64)>| {
            let (width, height) = page.unwrap_or_default();
            PageSize { width, height }
        };
        let pages: Vec<PageSize> = outline.pages.into_iter().map(size).collect();
        if pages.is_empty() {
            return Err(no_page(1, 0));
        }
        Ok(Self { file, pages })
    }

    /// On a department's own PDF: where the license type has its seal, when the first page has the
    /// type's size; else in the lower right of the last page.
    pub(crate) fn of_type(
        &self,
        license_type: &LicenseType,
        instrument: &Instrument,
    ) -> Result<Placement, AppError> {
        let layout = license_type.layout();
        let first = self.pages[0];
        let same_size = (first.width - f64::from(layout.page.width)).abs() < 1.0
            && (first.height - f64::from(layout.page.height)).abs() < 1.0;
        let center = layout.elements.iter().find_map(|element| match element {
            Element::Seal(seal) => Some((f64::from(seal.center.x), f64::from(seal.center.y))),
            _ => None,
        });
        match center {
            Some(center) if same_size => self.centered(0, center, instrument.size_mm()),
            _ => self.in_corner(instrument.size_mm()),
        }
    }

    /// Where a person asked for it.
    pub(crate) fn asked(
        &self,
        place: &Place,
        instrument: &Instrument,
    ) -> Result<Placement, AppError> {
        match place {
            Place::Default => self.in_corner(instrument.size_mm()),
            Place::At { page, x_mm, y_mm } => {
                let index = page.checked_sub(1).ok_or_else(|| no_page(*page, self.pages.len()))?;
                self.centered(index, (*x_mm, *y_mm), instrument.size_mm())
            }
            Place::Keyword(text) => self.keyword(text, instrument),
        }
    }

    /// For something of this size, where nothing else is said: in the lower right of the last page.
    pub(crate) fn free(&self, size: (f64, f64)) -> Result<Placement, AppError> {
        self.in_corner(size)
    }

    /// Over the right edges of all pages, at half their height.
    pub(crate) fn riding(&self, instrument: &Instrument) -> Placement {
        let lowest = self.pages.iter().map(|page| page.height).fold(f64::INFINITY, f64::min);
        let (width, height) = instrument.size_mm();
        Placement::Riding { y: ((lowest - height) / 2.0).max(0.0), width, height }
    }

    /// With its middle over the last occurrence of a text.
    fn keyword(&self, keyword: &str, instrument: &Instrument) -> Result<Placement, AppError> {
        let found = text::find(&self.file, keyword).map_err(unreadable)?;
        let last = found.last().ok_or_else(|| AppError::Refused {
            code: "keyword_not_found",
            detail: format!("the document has no text “{keyword}”"),
        })?;
        let place = &last.place;
        let middle = (place.x + place.width / 2.0, place.y + place.height / 2.0);
        self.centered(last.page, middle, instrument.size_mm())
    }

    fn in_corner(&self, (width, height): (f64, f64)) -> Result<Placement, AppError> {
        let index = self.pages.len() - 1;
        let page = &self.pages[index];
        let center = (
            (page.width - MARGIN_MM - width / 2.0).max(page.width / 2.0),
            (page.height - MARGIN_MM - height / 2.0).max(page.height / 2.0),
        );
        self.centered(index, center, (width, height))
    }

    /// The seal with its middle at `center`, moved onto the page where it would stand over its
    /// edge.
    fn centered(
        &self,
        index: usize,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) -> Result<Placement, AppError> {
        let page = self.pages.get(index).ok_or_else(|| no_page(index + 1, self.pages.len()))?;
        let inside = (0.0..=page.width).contains(&x) && (0.0..=page.height).contains(&y);
        if !inside {
            let detail = format!(
                "{x} mm, {y} mm is not on page {}, which has {:.0} × {:.0} mm",
                index + 1,
                page.width,
                page.height
            );
            return Err(AppError::Refused { code: "seal_place", detail });
        }
        let place = PlaceMm {
            x: (x - width / 2.0).clamp(0.0, (page.width - width).max(0.0)),
            y: (y - height / 2.0).clamp(0.0, (page.height - height).max(0.0)),
            width,
            height,
        };
        Ok(Placement::Page { index, place })
    }
}

/// Micrometers in a millimeter.
const UM: f64 = 1000.0;

/// A place on a page as an order keeps it; the others are not those of licenses.
pub(crate) fn kept(place: &Placement) -> Option<domain::sealing::Placement> {
    let Placement::Page { index, place } = place else { return None };
    // Pages are a few meters at most.
    let um = |from: f64, length: f64| ((from + length / 2.0) * UM).round() as i32;
    Some(domain::sealing::Placement::At {
        page: u32::try_from(index + 1).ok()?,
        x_um: um(place.x, place.width),
        y_um: um(place.y, place.height),
    })
}

/// The same place for a seal of this size.
pub(crate) fn restored(
    place: &domain::sealing::Placement,
    instrument: &Instrument,
) -> Option<Placement> {
    let domain::sealing::Placement::At { page, x_um, y_um } = place else { return None };
    let (width, height) = instrument.size_mm();
    let begins = |center: i32, length: f64| (f64::from(center) / UM - length / 2.0).max(0.0);
    let place = PlaceMm { x: begins(*x_um, width), y: begins(*y_um, height), width, height };
    Some(Placement::Page { index: usize::try_from(page.checked_sub(1)?).ok()?, place })
}

fn unreadable(cause: PdfError) -> AppError {
    if cause == PdfError::Encrypted {
        let detail = "the document is encrypted; remove the encryption first".to_owned();
        return AppError::Refused { code: "encrypted_document", detail };
    }
    AppError::Refused {
        code: "damaged_document",
        detail: format!("the document cannot be read: {cause}; save it anew with a PDF writer"),
    }
}

fn no_page(page: usize, pages: usize) -> AppError {
    let detail = format!("the document has {pages} pages, no page {page}");
    AppError::Refused { code: "seal_place", detail }
}
