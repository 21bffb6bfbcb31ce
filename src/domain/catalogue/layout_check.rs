//! Whether the parts of a layout fit together, and its type.

use super::field::FieldKind;
use super::layout::{
    Area, Element, Fields, Flow, Grid, Layout, PageLayout, Point, Table, TextStyle,
};
use super::license_type::LicenseType;
use super::reading::{CatalogueError, inconsistent};
use super::template::Template;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Elements of a layout; the largest built-in type has about 20.
const ELEMENTS_MAX: usize = 400;
/// Pages from a card to a large poster, in mm.
const PAGE_SIDE: RangeInclusive<f32> = 40.0..=1200.0;
/// Characters that can be read in print and fit a page, in points.
const TEXT_SIZE: RangeInclusive<f32> = 4.0..=120.0;
/// From a person's small seal to the largest in use, in mm.
const SEAL_SIZE: RangeInclusive<f32> = 10.0..=60.0;
/// Codes that a camera reads from paper, in mm.
const CODE_SIZE: RangeInclusive<f32> = 10.0..=100.0;
/// Patterns narrower than this cannot be drawn, in mm.
const BORDER_BREADTH: RangeInclusive<f32> = 1.0..=30.0;
/// Lines that a printer prints, in mm.
const LINE_THICKNESS: RangeInclusive<f32> = 0.05..=5.0;
/// Tolerance of sums of lengths, in mm.
const SLACK: f32 = 0.01;

/// Checks the layout of a type.
pub(super) fn check(license_type: &LicenseType) -> Result<(), CatalogueError> {
    let layout = &license_type.layout;
    check_page(&layout.page).map_err(|problem| inconsistent("layout.page", problem))?;
    for (name, style) in &layout.styles {
        check_style(style).map_err(|problem| inconsistent(format!("style `{name}`"), problem))?;
    }
    if layout.elements.len() > ELEMENTS_MAX {
        return Err(inconsistent("layout.elements", format!("more than {ELEMENTS_MAX}")));
    }
    for (index, element) in layout.elements.iter().enumerate() {
        check_names(license_type, element)
            .and_then(|()| check_element(license_type, element))
            .map_err(|problem| inconsistent(format!("layout.elements[{index}]"), problem))?;
    }
    check_whole(license_type)
}

fn check_page(page: &PageLayout) -> Result<(), String> {
    if !PAGE_SIDE.contains(&page.width) || !PAGE_SIDE.contains(&page.height) {
        return Err("a side is 40 to 1200 mm".to_owned());
    }
    if let Some(ground) = &page.ground {
        inside(page, ground.area)?;
        if !ground.rosette.is_none_or(|radius| (0.0..=*PAGE_SIDE.end()).contains(&radius)) {
            return Err("the rosette is larger than a page".to_owned());
        }
    }
    if let Some(border) = &page.border {
        inside(page, border.area)?;
        let least = border.area.width.min(border.area.height);
        if !BORDER_BREADTH.contains(&border.breadth) || border.breadth * 4.0 > least {
            return Err("the border is 1 to 30 mm broad, at most a quarter of its area".to_owned());
        }
    }
    Ok(())
}

fn check_style(style: &TextStyle) -> Result<(), String> {
    let least = style.size_min.unwrap_or(style.size);
    let sizes = TEXT_SIZE.contains(&style.size) && TEXT_SIZE.contains(&least);
    let spacing = (0.0..=4.0).contains(&style.tracking) && (1.0..=4.0).contains(&style.leading);
    if sizes && spacing && least <= style.size {
        return Ok(());
    }
    Err("sizes are 4 to 120 pt, the least first; leading is 1 to 4, tracking 0 to 4".to_owned())
}

/// Every style and field that an element names is there.
fn check_names(license_type: &LicenseType, element: &Element) -> Result<(), String> {
    let styles = &license_type.layout.styles;
    if let Some(name) = style_names(element).into_iter().find(|name| !styles.contains_key(*name)) {
        return Err(format!("there is no style `{name}`"));
    }
    let mut keys = shown_keys(element).into_iter().chain(when_keys(element));
    match keys.find(|key| license_type.field(key).is_none()) {
        Some(key) => Err(format!("there is no field `{key}`")),
        None => Ok(()),
    }
}

fn check_element(license_type: &LicenseType, element: &Element) -> Result<(), String> {
    let page = &license_type.layout.page;
    match element {
        Element::Text(text) => inside(page, text.at),
        Element::Fields(fields) => check_fields(page, fields),
        Element::Grid(grid) => check_grid(page, grid),
        Element::Table(table) => check_table(license_type, table),
        Element::Photo(photo) => {
            inside(page, photo.at)?;
            match license_type.field(&photo.field).map(|field| &field.kind) {
                Some(FieldKind::Photo) => Ok(()),
                _ => Err(format!("field `{}` is not a photo", photo.field)),
            }
        }
        Element::Code(code) => {
            inside(page, square(code.at, code.size))?;
            within("code", code.size, &CODE_SIZE)
        }
        Element::Seal(seal) => {
            let half = seal.size / 2.0;
            let corner = Point { x: seal.center.x - half, y: seal.center.y - half };
            inside(page, square(corner, seal.size))?;
            within("seal", seal.size, &SEAL_SIZE)
        }
        Element::Line(line) => {
            inside(page, square(line.from, 0.0))?;
            inside(page, square(line.to, 0.0))?;
            within("thickness", line.thickness, &LINE_THICKNESS)
        }
        Element::Flow(flow) => check_flow(page, flow),
    }
}

fn within(what: &str, size: f32, range: &RangeInclusive<f32>) -> Result<(), String> {
    if range.contains(&size) {
        return Ok(());
    }
    Err(format!("the {what} is {} to {} mm", range.start(), range.end()))
}

fn check_fields(page: &PageLayout, fields: &Fields) -> Result<(), String> {
    inside(page, fields.at)?;
    let lengths = [fields.label_width, fields.gap, fields.row_gap];
    let room = fields.label_width + fields.gap < fields.at.width;
    if !room || !lengths.iter().all(|length| *length >= 0.0) || fields.rows.is_empty() {
        return Err("the labels leave no room for values, or there is no row".to_owned());
    }
    Ok(())
}

fn check_grid(page: &PageLayout, grid: &Grid) -> Result<(), String> {
    let heights = grid.rows.iter().map(|row| row.height);
    if !grid.columns.iter().copied().chain(heights.clone()).all(|length| length > 0.0) {
        return Err("a column or row without extent".to_owned());
    }
    let (width, height) = (grid.columns.iter().sum(), heights.sum());
    inside(page, Area { x: grid.at.x, y: grid.at.y, width, height })?;
    let covered = |cells: &[super::layout::Cell]| {
        cells.iter().fold(0_usize, |sum, cell| sum.saturating_add(cell.span))
    };
    let cells = || grid.rows.iter().flat_map(|row| &row.cells);
    if grid.rows.iter().any(|row| grid.columns.len() != covered(&row.cells))
        || cells().any(|cell| cell.span == 0)
    {
        return Err("the spans of a row do not add up to the columns".to_owned());
    }
    if cells().any(|cell| cell.label.is_some() && cell.text.is_some()) {
        return Err("a cell has a label or a text, not both".to_owned());
    }
    Ok(())
}

fn check_table(license_type: &LicenseType, table: &Table) -> Result<(), String> {
    inside(&license_type.layout.page, table.at)?;
    let Some(FieldKind::Table { columns, .. }) =
        license_type.field(&table.field).map(|field| &field.kind)
    else {
        return Err(format!("field `{}` is not a table", table.field));
    };
    if let Some(column) =
        table.columns.iter().find(|c| columns.iter().all(|known| known.key != c.key))
    {
        return Err(format!("the table has no column `{}`", column.key));
    }
    let width: f32 = table.columns.iter().map(|column| column.width).sum();
    let extent = table.columns.iter().all(|column| column.width > 0.0) && table.row_height > 0.0;
    if table.columns.is_empty() || !extent || width > table.at.width + SLACK {
        return Err("the columns are without extent or wider than the table".to_owned());
    }
    Ok(())
}

fn check_flow(page: &PageLayout, flow: &Flow) -> Result<(), String> {
    inside(page, flow.at)?;
    inside(page, flow.next)?;
    let closing = &flow.closing;
    within("seal", closing.seal_size, &SEAL_SIZE)?;
    if (flow.at.width - flow.next.width).abs() > SLACK {
        return Err("the flow is not equally wide on all pages".to_owned());
    }
    if closing.width > flow.at.width
        || closing.width < closing.seal_size
        || closing.lines.is_empty()
    {
        return Err(
            "the closing is empty, wider than the flow, or narrower than the seal".to_owned()
        );
    }
    let spaces = flow.blocks.iter().map(|block| block.before).chain([closing.before]);
    let indents = flow.blocks.iter().map(|block| block.indent);
    if !spaces.chain(indents).all(|length| (0.0..=200.0).contains(&length)) {
        return Err("spaces and indents are 0 to 200".to_owned());
    }
    Ok(())
}

/// What the elements must have together: one code at most, a seal, every printed field.
fn check_whole(license_type: &LicenseType) -> Result<(), CatalogueError> {
    let layout: &Layout = &license_type.layout;
    let count = |wanted: fn(&Element) -> bool| {
        layout.elements.iter().filter(|element| wanted(element)).count()
    };
    if count(|element| matches!(element, Element::Code(_))) > 1 {
        return Err(inconsistent("layout.elements", "more than one code"));
    }
    if count(|element| matches!(element, Element::Flow(_))) > 1 {
        return Err(inconsistent("layout.elements", "more than one flow"));
    }
    if count(|element| matches!(element, Element::Seal(_) | Element::Flow(_))) == 0 {
        return Err(inconsistent("layout.elements", "no place for the seal"));
    }
    let shown: BTreeSet<&str> = layout.elements.iter().flat_map(shown_keys).collect();
    let hidden = |key: &str| !shown.contains(key);
    match license_type.fields.iter().find(|field| field.printed && hidden(&field.key)) {
        Some(field) => {
            let problem = "the layout does not show it; say `\"printed\": false` if that is meant";
            Err(inconsistent(format!("field `{}`", field.key), problem))
        }
        None => Ok(()),
    }
}

fn inside(page: &PageLayout, area: Area) -> Result<(), String> {
    let numbers = [area.x, area.y, area.width, area.height];
    let inside = numbers.iter().all(|number| number.is_finite() && *number >= 0.0)
        && area.x + area.width <= page.width + SLACK
        && area.y + area.height <= page.height + SLACK;
    if inside { Ok(()) } else { Err(format!("{numbers:?} is not inside the page")) }
}

fn square(at: Point, size: f32) -> Area {
    Area { x: at.x, y: at.y, width: size, height: size }
}

/// The keys of the fields that an element draws.
fn shown_keys(element: &Element) -> Vec<&str> {
    match element {
        Element::Text(text) => text.text.keys().collect(),
        Element::Fields(fields) => fields.rows.iter().flat_map(|row| row.text.keys()).collect(),
        Element::Grid(grid) => {
            let cells = grid.rows.iter().flat_map(|row| &row.cells);
            cells.filter_map(|cell| cell.text.as_ref()).flat_map(Template::keys).collect()
        }
        Element::Table(table) => vec![&table.field],
        Element::Photo(photo) => vec![&photo.field],
        Element::Flow(flow) => {
            let blocks = flow.blocks.iter().flat_map(|block| block.text.keys());
            blocks.chain(flow.closing.lines.iter().flat_map(Template::keys)).collect()
        }
        Element::Code(_) | Element::Seal(_) | Element::Line(_) => Vec::new(),
    }
}

/// The keys of the fields on which a part of an element depends.
fn when_keys(element: &Element) -> Vec<&str> {
    match element {
        Element::Text(text) => text.when.as_deref().into_iter().collect(),
        Element::Fields(fields) => {
            fields.rows.iter().filter_map(|row| row.when.as_deref()).collect()
        }
        Element::Flow(flow) => {
            flow.blocks.iter().filter_map(|block| block.when.as_deref()).collect()
        }
        _ => Vec::new(),
    }
}

fn style_names(element: &Element) -> Vec<&str> {
    match element {
        Element::Text(text) => vec![&text.style],
        Element::Fields(fields) => {
            let own = fields.rows.iter().filter_map(|row| row.style.as_deref());
            own.chain([fields.label_style.as_str(), &fields.value_style]).collect()
        }
        Element::Grid(grid) => {
            let cells = grid.rows.iter().flat_map(|row| &row.cells);
            let own = cells.filter_map(|cell| cell.style.as_deref());
            own.chain([grid.style.as_str(), &grid.label_style]).collect()
        }
        Element::Table(table) => vec![&table.head_style, &table.style],
        Element::Code(code) => code.style.as_deref().into_iter().collect(),
        Element::Flow(flow) => {
            let blocks = flow.blocks.iter().map(|block| block.style.as_str());
            blocks.chain([flow.closing.style.as_str()]).collect()
        }
        Element::Photo(_) | Element::Seal(_) | Element::Line(_) => Vec::new(),
    }
}
