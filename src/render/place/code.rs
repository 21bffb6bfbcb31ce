//! The two-dimensional code, drawn as vectors.

use super::{Place, Source};
use crate::error::RenderError;
use crate::page::{Item, Path, add_rectangle, rectangle};
use crate::text::{fitted, single_line};
use domain::catalogue::{Align, Area, Code, Color, Element, LicenseType, VerticalAlign};
use fast_qr::{ECL, QRBuilder};

/// ISO/IEC 18004: four light modules around the code.
pub(crate) const QUIET_ZONE: usize = 4;
/// A module below this many mm is not scanned reliably from paper.
const MODULE_MIN: f32 = 0.33;
const BLACK: Color = Color { red: 0x1A, green: 0x1A, blue: 0x1A };
const WHITE: Color = Color { red: 0xFF, green: 0xFF, blue: 0xFF };

/// Where the code of a type is.
pub(super) fn place(license_type: &LicenseType) -> Option<Place> {
    license_type.layout().elements.iter().find_map(|element| match element {
        Element::Code(code) => Some(Place { page: 1, area: area(code) }),
        _ => None,
    })
}

fn area(code: &Code) -> Area {
    Area { x: code.at.x, y: code.at.y, width: code.size, height: code.size }
}

pub(super) fn draw(
    source: &Source<'_>,
    code: &Code,
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let Some(url) = source.context.code_url else { return Ok(()) };
    let too_long = || RenderError::Code { bytes: url.len() };
    let matrix = QRBuilder::new(url).ecl(ECL::M).build().map_err(|_| too_long())?;
    let module = code.size / (matrix.size + 2 * QUIET_ZONE) as f32;
    if module < MODULE_MIN {
        return Err(too_long());
    }
    let at = area(code);
    let ground = rectangle(at.x, at.y, at.width, at.height);
    items.push(Item::Path(Path::filled(ground, WHITE)));
    let mut segments = Vec::new();
    for row in 0..matrix.size {
        let y = at.y + (row + QUIET_ZONE) as f32 * module;
        for (start, length) in dark_runs(&matrix[row][..matrix.size]) {
            let x = at.x + (start + QUIET_ZONE) as f32 * module;
            add_rectangle(&mut segments, x, y, length as f32 * module, module);
        }
    }
    items.push(Item::Path(Path::filled(segments, BLACK)));
    caption(source, code, items)
}

/// Begin and length of each row of dark modules.
pub(crate) fn dark_runs(modules: &[fast_qr::Module]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, module) in modules.iter().enumerate().filter(|(_, module)| module.value()) {
        debug_assert!(module.value());
        match runs.last_mut() {
            Some((start, length)) if *start + *length == index => *length += 1,
            _ => runs.push((index, 1)),
        }
    }
    runs
}

fn caption(source: &Source<'_>, code: &Code, items: &mut Vec<Item>) -> Result<(), RenderError> {
    let (Some(caption), Some(style)) = (&code.caption, &code.style) else { return Ok(()) };
    let mut style = single_line(source.style(style));
    style.align = Align::Center;
    let words = source.fixed_words(caption, &style)?;
    let fitted = fitted(&words, &style, code.size, f32::MAX)?;
    let at = area(code);
    let below = Area { y: at.y + at.height + 0.5, height: fitted.height(&style), ..at };
    fitted.set(&style, below, VerticalAlign::Top, items);
    Ok(())
}
