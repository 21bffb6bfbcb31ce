//! A form of ruled cells.

use super::{SINGLE, Source};
use crate::error::RenderError;
use crate::page::{Item, Path, Segment, add_rectangle, point};
use crate::text::fitted;
use domain::catalogue::{Area, Cell, Grid, VerticalAlign};

/// Between a rule and the text of a cell, in mm.
const PADDING: f32 = 1.8;
/// Above and below the text, in mm.
const PADDING_ABOVE: f32 = 1.3;
/// Breadth of the rules inside, in mm.
const RULE: f32 = 0.18;
/// Breadth of the frame, in mm.
const FRAME: f32 = 0.35;

pub(super) fn place(
    source: &Source<'_>,
    grid: &Grid,
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let width: f32 = grid.columns.iter().sum();
    let mut rules = Vec::new();
    let mut y = grid.at.y;
    for (number, row) in grid.rows.iter().enumerate() {
        if number > 0 {
            rules.extend([
                Segment::Move(point(grid.at.x, y)),
                Segment::Line(point(grid.at.x + width, y)),
            ]);
        }
        let mut column = 0;
        let mut x = grid.at.x;
        for cell in &row.cells {
            let breadth: f32 = grid.columns.iter().skip(column).take(cell.span).sum();
            if column > 0 {
                rules.extend([Segment::Move(point(x, y)), Segment::Line(point(x, y + row.height))]);
            }
            let at = Area { x, y, width: breadth, height: row.height };
            place_cell(source, grid, cell, at, items)?;
            column += cell.span;
            x += breadth;
        }
        y += row.height;
    }
    items.push(Item::Path(Path::stroked(rules, grid.color, RULE)));
    let mut frame = Vec::new();
    add_rectangle(&mut frame, grid.at.x, grid.at.y, width, y - grid.at.y);
    items.push(Item::Path(Path::stroked(frame, grid.color, FRAME)));
    Ok(())
}

fn place_cell(
    source: &Source<'_>,
    grid: &Grid,
    cell: &Cell,
    at: Area,
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let usual = if cell.label.is_some() { &grid.label_style } else { &grid.style };
    let style = source.style(cell.style.as_ref().unwrap_or(usual));
    let words = match (&cell.label, &cell.text) {
        (Some(label), _) => source.fixed_words(label, style)?,
        (None, Some(text)) => source.words(text, style, SINGLE)?,
        (None, None) => return Ok(()),
    };
    let inner = Area {
        x: at.x + PADDING,
        y: at.y + PADDING_ABOVE,
        width: (at.width - 2.0 * PADDING).max(0.0),
        height: (at.height - 2.0 * PADDING_ABOVE).max(0.0),
    };
    let fitted = fitted(&words, style, inner.width, inner.height)?;
    fitted.set(style, inner, VerticalAlign::Middle, items);
    Ok(())
}
