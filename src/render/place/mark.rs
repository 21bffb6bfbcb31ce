//! 样例 SAMPLE: what every invented license carries.

use crate::error::RenderError;
use crate::page::{Item, point};
use crate::text::{Fitted, Typesetter, fitted, set_turned};
use domain::catalogue::{Align, Area, Color, Font, TextStyle, VerticalAlign, Wrap};

const WATERMARK: Color = Color { red: 0xF4, green: 0xE6, blue: 0xE1 };
const LINE: Color = Color { red: 0xB0, green: 0x3A, blue: 0x2E };
/// Turn of the watermark in degrees: upwards to the right.
const TURN: f32 = -30.0;

/// Middles of the words, in shares of the page.
const MIDDLES: [(f32, f32); 5] =
    [(0.29, 0.27), (0.71, 0.27), (0.5, 0.5), (0.29, 0.73), (0.71, 0.73)];

/// Large light words across the page, under everything but the ground.
pub(super) fn watermark(
    typesetter: &Typesetter<'_>,
    (width, height): (f32, f32),
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let words = typesetter.words("样例 SAMPLE", Font::Title, "")?;
    let size = width.min(height) / 15.0;
    let length: f32 = words.letters.iter().map(|l| l.measured.breadth).sum::<f32>() * size;
    let (sin, cos) = TURN.to_radians().sin_cos();
    for (x, y) in MIDDLES {
        let middle = point(x * width, y * height);
        let origin = point(middle.x - length / 2.0 * cos, middle.y - length / 2.0 * sin);
        let runs = set_turned(&words.letters, origin, size, TURN, WATERMARK);
        items.extend(runs.into_iter().map(Item::Text));
    }
    Ok(())
}

/// One plain line at the lower edge of the page.
pub(super) fn line(
    typesetter: &Typesetter<'_>,
    (width, height): (f32, f32),
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let style = TextStyle {
        font: Font::Sans,
        size: 7.5,
        size_min: Some(5.0),
        color: LINE,
        align: Align::Center,
        wrap: Wrap::None,
        tracking: 0.08,
        leading: 1.2,
    };
    let words = typesetter.words("样例 SAMPLE　仅供演示与测试，不具有法律效力", style.font, "")?;
    let fitted: Fitted = fitted(&words, &style, width - 10.0, 5.0)?;
    let at = Area { x: 5.0, y: height - 6.0, width: width - 10.0, height: 4.0 };
    fitted.set(&style, at, VerticalAlign::Middle, items);
    Ok(())
}
