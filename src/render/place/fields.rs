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

/// The values, one of them a step smaller again and again until all fit together.
fn shrunk_together(fields: &Fields, rows: &[Row<'_>]) -> Result<Vec<Fitted>, RenderError> {
    let width = value_width(fields);
    let mut sizes_left: Vec<_> = rows.iter().map(|row| sizes(row.style).skip(1)).collect();
    let mut values: Vec<Fitted> = rows
        .iter()
        .map(|row| fitted(&row.words, row.style, width, f32::MAX))
        .collect::<Result<_, _>>()?;
    let gaps = fields.row_gap * rows.len().saturating_sub(1) as f32;
    loop {
        let heights: Vec<f32> =
            rows.iter().zip(&values).map(|(row, value)| row_height(row, value)).collect();
        if heights.iter().sum::<f32>() + gaps <= fields.at.height {
            return Ok(values);
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        // A high row gives way first; the smaller it is already, the longer the others wait.
        let demand =
            |index: usize| heights[index] * (values[index].size / rows[index].style.size).powi(3);
        order.sort_by(|a, b| demand(*b).total_cmp(&demand(*a)));
        let smaller = order.iter().find_map(|index| {
            Some((*index, sizes_left[*index].find(|s| *s < values[*index].size)?))
        });
        let Some((index, size)) = smaller else {
            let highest = (0..rows.len()).max_by(|a, b| heights[*a].total_cmp(&heights[*b]));
            let field = highest.map(|index| rows[index].words.field.clone());
            return Err(RenderError::Overflow { field: field.unwrap_or_default() });
        };
        values[index] = Fitted::broken(&rows[index].words, rows[index].style, size, width, 0.0);
    }
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
