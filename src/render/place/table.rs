//! The rows of a table field, ruled, with the names of the columns above.

use super::Source;
use crate::error::RenderError;
use crate::page::{Item, Path, Segment, add_rectangle, point};
use crate::text::{Fitted, Words, sizes};
use domain::catalogue::{
    Area, Column, FieldKind, Format, Table, TableColumn, TextStyle, Value, VerticalAlign,
};

/// Between a rule and the text of a cell, in mm.
const PADDING: f32 = 1.2;
/// Breadth of the rules, in mm.
const RULE: f32 = 0.18;

struct Sheet<'a> {
    table: &'a Table,
    /// Texts of the head and of each row.
    rows: Vec<Vec<Words>>,
    head: &'a TextStyle,
    body: &'a TextStyle,
}

pub(super) fn place(
    source: &Source<'_>,
    table: &Table,
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    let Some(Value::Table(rows)) = source.content.value(&table.field) else { return Ok(()) };
    let Some(FieldKind::Table { columns, .. }) =
        source.license_type.field(&table.field).map(|field| &field.kind)
    else {
        return Ok(());
    };
    let (head, body) = (source.style(&table.head_style), source.style(&table.style));
    let shown: Vec<(usize, &Column)> = table
        .columns
        .iter()
        .filter_map(|shown| columns.iter().enumerate().find(|(_, c)| c.key == shown.key))
        .collect();
    let mut texts = Vec::new();
    let names = shown.iter().map(|(_, column)| source.fixed_words(&column.name.zh, head));
    texts.push(names.collect::<Result<Vec<_>, _>>()?);
    for row in rows {
        let cells = shown.iter().map(|(index, column)| {
            let text = match row.get(*index) {
                Some(Some(value)) => value.printed(&column.kind, Format::Plain),
                _ => String::new(),
            };
            source.typesetter.words(&text, body.font, &table.field)
        });
        texts.push(cells.collect::<Result<Vec<_>, _>>()?);
    }
    Sheet { table, rows: texts, head, body }.place(items)
}

impl Sheet<'_> {
    /// The largest size of the cells at which all rows fit.
    fn place(&self, items: &mut Vec<Item>) -> Result<(), RenderError> {
        for size in sizes(self.body) {
            let rows: Vec<Vec<Fitted>> =
                (0..self.rows.len()).map(|row| self.fitted_row(row, size)).collect();
            let heights: Vec<f32> = rows
                .iter()
                .enumerate()
                .map(|(index, row)| self.row_height(index, row, size))
                .collect();
            let fits = heights.iter().sum::<f32>() <= self.table.at.height
                && rows.iter().enumerate().all(|(index, row)| self.row_within(index, row));
            if fits {
                self.set(&rows, &heights, items);
                return Ok(());
            }
        }
        Err(RenderError::Overflow { field: self.table.field.clone() })
    }

    fn style(&self, row: usize) -> &TextStyle {
        if row == 0 { self.head } else { self.body }
    }

    fn fitted_row(&self, row: usize, size: f32) -> Vec<Fitted> {
        let style = self.style(row);
        let size = if row == 0 { style.size } else { size };
        let cells = self.rows[row].iter().zip(&self.table.columns);
        cells
            .map(|(words, column)| Fitted::broken(words, style, size, inner(column), 0.0))
            .collect()
    }

    /// The height of one line shrinks with the text.
    fn row_height(&self, row: usize, cells: &[Fitted], size: f32) -> f32 {
        let highest = cells.iter().map(|cell| cell.height(self.style(row))).fold(0.0, f32::max);
        (highest + PADDING / 2.0).max(self.table.row_height * size / self.body.size)
    }

    fn row_within(&self, row: usize, cells: &[Fitted]) -> bool {
        let mut cells = cells.iter().zip(&self.table.columns);
        cells.all(|(cell, column)| cell.within(self.style(row), inner(column)))
    }

    fn set(&self, rows: &[Vec<Fitted>], heights: &[f32], items: &mut Vec<Item>) {
        let at = self.table.at;
        let width: f32 = self.table.columns.iter().map(|column| column.width).sum();
        let mut rules = Vec::new();
        let mut y = at.y;
        for (index, (row, height)) in rows.iter().zip(heights).enumerate() {
            let mut x = at.x;
            for (cell, column) in row.iter().zip(&self.table.columns) {
                let area = Area { x: x + PADDING, y, width: inner(column), height: *height };
                cell.set(self.style(index), area, VerticalAlign::Middle, items);
                x += column.width;
            }
            y += height;
            rules.extend([Segment::Move(point(at.x, y)), Segment::Line(point(at.x + width, y))]);
        }
        let mut x = at.x;
        for column in self.table.columns.iter().skip(1).zip(&self.table.columns).map(|(_, c)| c) {
            x += column.width;
            rules.extend([Segment::Move(point(x, at.y)), Segment::Line(point(x, y))]);
        }
        add_rectangle(&mut rules, at.x, at.y, width, y - at.y);
        items.push(Item::Path(Path::stroked(rules, self.table.color, RULE)));
    }
}

fn inner(column: &TableColumn) -> f32 {
    (column.width - 2.0 * PADDING).max(0.0)
}
