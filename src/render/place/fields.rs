//! Labelled values under each other: every row is as high as its value, all shrink together.

use super::{SINGLE, Source};
use crate::error::RenderError;
use crate::page::{Item, Path, Segment, point};
use crate::text::{Fitted, Words, fitted, single_line, sizes};
use domain::catalogue::{Align, Area, FieldRow, Fields, TextStyle, VerticalAlign};

struct Row<'a> {
    label: &'a str,
    words: Words,
    style: &'a TextStyle,
}

pub(super) fn place(
    source: &Source<'_>,
    fields: &Fields,
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let rows = fields.rows.iter().filter(|row| source.has_value(row.when.as_deref()));
    let rows: Vec<Row<'_>> = rows.map(|row| read(source, fields, row)).collect::<Result<_, _>>()?;
    let values = shrunk_together(fields, &rows)?;
    let label_style = single_line(source.style(&fields.label_style));
    let mut y = fields.at.y;
    for (row, value) in rows.iter().zip(&values) {
        let height = row_height(row, value);
        label(source, fields, row, &label_style, (y, value.line_height(row.style)), items)?;
        let at = Area {
            x: fields.at.x + fields.label_width + fields.gap,
            y,
            width: value_width(fields),
            height,
        };
        value.set(row.style, at, VerticalAlign::Top, items);
        y += height;
        if let Some(color) = fields.hairline {
            let line = vec![
                Segment::Move(point(at.x, y + HAIRLINE_BELOW)),
                Segment::Line(point(at.x + at.width, y + HAIRLINE_BELOW)),
            ];
            items.push(Item::Path(Path::stroked(line, color, HAIRLINE)));
        }
        y += fields.row_gap;
    }
    Ok(())
}

/// Breadth of a hairline in mm.
const HAIRLINE: f32 = 0.12;
/// How far below its value a hairline is, in mm.
const HAIRLINE_BELOW: f32 = 0.6;

fn read<'a>(
    source: &'a Source<'_>,
    fields: &'a Fields,
    row: &'a FieldRow,
) -> Result<Row<'a>, RenderError> {
    let style = source.style(row.style.as_ref().unwrap_or(&fields.value_style));
    Ok(Row { label: &row.label, words: source.words(&row.text, style, SINGLE)?, style })
}

fn value_width(fields: &Fields) -> f32 {
    fields.at.width - fields.label_width - fields.gap
}

/// At least one line, so that an empty value keeps its row.
fn row_height(row: &Row<'_>, value: &Fitted) -> f32 {
    value.height(row.style).max(value.line_height(row.style))
}

/// All values at the largest step at which they fit together; each style shrinks by as many steps
/// as it has, the longest value to blame when none fits.
fn shrunk_together(fields: &Fields, rows: &[Row<'_>]) -> Result<Vec<Fitted>, RenderError> {
    let width = value_width(fields);
    let steps = rows.iter().map(|row| sizes(row.style).count()).max().unwrap_or(0);
    let mut longest = String::new();
    for step in 0..steps {
        let values: Vec<Fitted> = rows
            .iter()
            .map(|row| {
                let size = sizes(row.style).take(step + 1).last().unwrap_or(row.style.size);
                Fitted::broken(&row.words, row.style, size, width, 0.0)
            })
            .collect();
        let gaps = fields.row_gap * rows.len().saturating_sub(1) as f32;
        let heights: f32 =
            rows.iter().zip(&values).map(|(row, value)| row_height(row, value)).sum();
        let narrow = rows.iter().zip(&values).find(|(row, value)| !value.within(row.style, width));
        if heights + gaps <= fields.at.height && narrow.is_none() {
            return Ok(values);
        }
        let most = rows.iter().zip(&values).max_by_key(|(_, value)| value.line_count());
        let blamed = narrow.or(most).map(|(row, _)| row.words.field.clone());
        longest = blamed.unwrap_or_default();
    }
    if rows.is_empty() { Ok(Vec::new()) } else { Err(RenderError::Overflow { field: longest }) }
}

/// A label, spread over its width, on the line of its value.
fn label(
    source: &Source<'_>,
    fields: &Fields,
    row: &Row<'_>,
    style: &TextStyle,
    (y, height): (f32, f32),
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let words = source.fixed_words(row.label, style)?;
    let fitted = fitted(&words, style, fields.label_width, f32::MAX)?;
    let style = TextStyle { align: Align::Spread, ..style.clone() };
    let at = Area { x: fields.at.x, y, width: fields.label_width, height };
    fitted.set(&style, at, VerticalAlign::Middle, items);
    Ok(())
}
