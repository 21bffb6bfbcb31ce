//! Reading a catalogue document: JSON, then whether its parts fit together.

use super::field::{Field, FieldKind, Role};
use super::layout::{Area, Element, Layout, Point};
use super::license_type::{CodeStatus, LicenseType, Validity};
use super::number::SEGMENTS_MAX;
use super::template::Template;
use crate::identifier::UnifiedCode;
use std::collections::BTreeSet;

/// The built-in types are below 20 KB; drawn forms of departments stay far below this.
const DOCUMENT_BYTES_MAX: usize = 512 * 1024;
/// GB/T 36903 extensions of a type number some tens.
const FIELDS_MAX: usize = 200;
/// Elements of a layout; the largest built-in type has about 20.
const ELEMENTS_MAX: usize = 400;
/// Pages from a card to a large poster, in mm.
const PAGE_SIDE: std::ops::RangeInclusive<f32> = 40.0..=1200.0;
/// Characters that can be read in print and fit a page, in points.
const TEXT_SIZE: std::ops::RangeInclusive<f32> = 4.0..=120.0;

/// Why a catalogue document is not a license type.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Larger than any license type.
    #[error("the document has {0} bytes; a license type has at most {DOCUMENT_BYTES_MAX}")]
    TooLarge(usize),
    /// Not JSON, or not of the form of a license type.
    #[error("line {}, column {}", .0.line(), .0.column())]
    Form(#[source] serde_json::Error),
    /// The parts contradict each other.
    #[error("{place}: {problem}")]
    Inconsistent {
        /// Which part.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
}

fn inconsistent(place: impl Into<String>, problem: impl Into<String>) -> CatalogueError {
    CatalogueError::Inconsistent { place: place.into(), problem: problem.into() }
}

impl LicenseType {
    /// Reads a catalogue document.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn read(document: &[u8]) -> Result<Self, CatalogueError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(CatalogueError::TooLarge(document.len()));
        }
        let license_type: Self = serde_json::from_slice(document).map_err(CatalogueError::Form)?;
        license_type.check_code()?;
        license_type.check_fields()?;
        license_type.check_roles()?;
        license_type.check_layout()?;
        Ok(license_type)
    }

    fn check_code(&self) -> Result<(), CatalogueError> {
        let authority = self.defining_authority.code.as_str();
        if let Err(cause) = authority.parse::<UnifiedCode>() {
            return Err(inconsistent("defining_authority.code", cause.to_string()));
        }
        if self.code.authority() != authority {
            return Err(inconsistent("code", "does not begin with `defining_authority.code`"));
        }
        let invented = authority.get(2..8) == Some(INVENTED_DIVISION);
        match (self.code_status, invented) {
            (CodeStatus::Official, true) => {
                let problem = "`official`, but the authority is of the invented division 999900";
                Err(inconsistent("code_status", problem))
            }
            (CodeStatus::Placeholder, false) => {
                let problem = "a placeholder code needs an authority of the division 999900";
                Err(inconsistent("code_status", problem))
            }
            _ => Ok(()),
        }
    }

    fn check_fields(&self) -> Result<(), CatalogueError> {
        if self.fields.len() > FIELDS_MAX {
            return Err(inconsistent("fields", format!("more than {FIELDS_MAX}")));
        }
        let mut keys = BTreeSet::new();
        for field in &self.fields {
            let place = format!("field `{}`", field.key);
            if !is_key(&field.key) {
                return Err(inconsistent(place, "a key is a-z, then a-z, 0-9 and _"));
            }
            if !keys.insert(field.key.as_str()) {
                return Err(inconsistent(place, "the key occurs twice"));
            }
            check_kind(field).map_err(|problem| inconsistent(place, problem))?;
        }
        Ok(())
    }

    fn check_roles(&self) -> Result<(), CatalogueError> {
        let fields = |role: Role| self.fields_of(role).collect::<Vec<&Field>>();
        match fields(Role::LicenseNumber).as_slice() {
            [number] if number.required => {}
            _ => return Err(inconsistent("fields", "one required `license_number` is needed")),
        }
        if !fields(Role::HolderName).iter().any(|field| field.required) {
            return Err(inconsistent("fields", "a required `holder_name` is needed"));
        }
        for role in [Role::IssueDate, Role::ValidFrom, Role::ValidTo, Role::ValidPeriod] {
            if fields(role).len() > 1 {
                return Err(inconsistent("fields", format!("{role:?} occurs twice")));
            }
        }
        let stated =
            [Role::ValidTo, Role::ValidPeriod].iter().any(|role| !fields(*role).is_empty());
        if (self.validity == Validity::Stated) != stated {
            let problem = "`stated` goes with a field of role `valid_to` or `valid_period`";
            return Err(inconsistent("validity", problem));
        }
        Ok(())
    }

    fn check_layout(&self) -> Result<(), CatalogueError> {
        let layout = &self.layout;
        let page = &layout.page;
        if !PAGE_SIDE.contains(&page.width) || !PAGE_SIDE.contains(&page.height) {
            return Err(inconsistent("layout.page", "a side is 40 to 1200 mm"));
        }
        for (name, style) in &layout.styles {
            let least = style.size_min.unwrap_or(style.size);
            let sizes = TEXT_SIZE.contains(&style.size) && TEXT_SIZE.contains(&least);
            let spacing = (0.0..=4.0).contains(&style.tracking);
            if !sizes || least > style.size || !spacing || !(1.0..=4.0).contains(&style.leading) {
                return Err(inconsistent(
                    format!("style `{name}`"),
                    "sizes are 4 to 120 pt, the least first; leading is 1 to 4, tracking 0 to 4",
                ));
            }
        }
        if layout.elements.len() > ELEMENTS_MAX {
            return Err(inconsistent("layout.elements", format!("more than {ELEMENTS_MAX}")));
        }
        for (index, element) in layout.elements.iter().enumerate() {
            self.check_element(element)
                .map_err(|problem| inconsistent(format!("layout.elements[{index}]"), problem))?;
        }
        self.check_whole(layout)
    }

    /// What the elements must have together: one code at most, a seal, every printed field.
    fn check_whole(&self, layout: &Layout) -> Result<(), CatalogueError> {
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
        match self.fields.iter().find(|field| field.printed && !shown.contains(field.key.as_str()))
        {
            Some(field) => {
                let problem =
                    "the layout does not show it; say `\"printed\": false` if that is meant";
                Err(inconsistent(format!("field `{}`", field.key), problem))
            }
            None => Ok(()),
        }
    }

    fn check_element(&self, element: &Element) -> Result<(), String> {
        for name in style_names(element) {
            if !self.layout.styles.contains_key(name) {
                return Err(format!("there is no style `{name}`"));
            }
        }
        for key in shown_keys(element).into_iter().chain(when_keys(element)) {
            if self.field(key).is_none() {
                return Err(format!("there is no field `{key}`"));
            }
        }
        self.check_places(element)
    }

    fn check_places(&self, element: &Element) -> Result<(), String> {
        match element {
            Element::Text(text) => self.inside(text.at),
            Element::Fields(fields) => {
                self.inside(fields.at)?;
                if fields.label_width + fields.gap >= fields.at.width || fields.rows.is_empty() {
                    return Err("the labels leave no room for values, or there is no row".into());
                }
                Ok(())
            }
            Element::Grid(grid) => {
                let width = grid.columns.iter().sum();
                let height = grid.rows.iter().map(|row| row.height).sum();
                self.inside(Area { x: grid.at.x, y: grid.at.y, width, height })?;
                let spans = |cells: &[super::layout::Cell]| {
                    cells.iter().fold(0_usize, |sum, cell| sum.saturating_add(cell.span))
                };
                if grid.rows.iter().any(|row| grid.columns.len() != spans(&row.cells)) {
                    return Err("the spans of a row do not add up to the columns".into());
                }
                Ok(())
            }
            Element::Table(table) => {
                self.inside(table.at)?;
                let Some(FieldKind::Table { columns, .. }) =
                    self.field(&table.field).map(|field| &field.kind)
                else {
                    return Err(format!("field `{}` is not a table", table.field));
                };
                match table.columns.iter().find(|c| columns.iter().all(|known| known.key != c.key))
                {
                    Some(column) => Err(format!("the table has no column `{}`", column.key)),
                    None => Ok(()),
                }
            }
            Element::Photo(photo) => {
                self.inside(photo.at)?;
                match self.field(&photo.field).map(|field| &field.kind) {
                    Some(FieldKind::Photo) => Ok(()),
                    _ => Err(format!("field `{}` is not a photo", photo.field)),
                }
            }
            Element::Code(code) => self.inside(square(code.at, code.size)),
            Element::Seal(seal) => {
                let corner = Point {
                    x: seal.center.x - seal.size / 2.0,
                    y: seal.center.y - seal.size / 2.0,
                };
                self.inside(square(corner, seal.size))
            }
            Element::Line(line) => {
                self.inside(square(line.from, 0.0))?;
                self.inside(square(line.to, 0.0))
            }
            Element::Flow(flow) => {
                self.inside(flow.at)?;
                self.inside(flow.next)?;
                if flow.closing.width > flow.at.width.min(flow.next.width) {
                    return Err("the closing is wider than the flow".into());
                }
                Ok(())
            }
        }
    }

    fn inside(&self, area: Area) -> Result<(), String> {
        let page = &self.layout.page;
        let numbers = [area.x, area.y, area.width, area.height];
        let inside = numbers.iter().all(|number| number.is_finite() && *number >= 0.0)
            && area.x + area.width <= page.width + 0.01
            && area.y + area.height <= page.height + 0.01;
        if inside { Ok(()) } else { Err(format!("{numbers:?} is not inside the page")) }
    }
}

/// Division of invented bodies: no place has it (GB/T 2260).
const INVENTED_DIVISION: &str = "999900";

fn square(at: Point, size: f32) -> Area {
    Area { x: at.x, y: at.y, width: size, height: size }
}

fn is_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && key.len() <= 64
}

fn check_kind(field: &Field) -> Result<(), String> {
    if let Some(pattern) = &field.pattern
        && (pattern.0.len() > SEGMENTS_MAX || !matches!(field.kind, FieldKind::Text { .. }))
    {
        return Err(format!("a pattern is for text and has at most {SEGMENTS_MAX} segments"));
    }
    let texts =
        matches!(field.kind, FieldKind::Text { .. } | FieldKind::CitizenId | FieldKind::Uscc);
    let fits = match field.role {
        None => true,
        Some(Role::LicenseNumber | Role::HolderName | Role::HolderCode) => texts,
        Some(Role::IssueDate | Role::ValidFrom | Role::ValidTo) => field.kind == FieldKind::Date,
        Some(Role::ValidPeriod) => field.kind == FieldKind::Period,
    };
    if !fits {
        return Err(format!("kind {} does not suit its role", field.kind.name()));
    }
    match &field.kind {
        FieldKind::Choice { choices } if choices.is_empty() => Err("no choices".into()),
        FieldKind::Table { columns, .. } if columns.is_empty() => Err("no columns".into()),
        FieldKind::Table { columns, .. } => {
            let mut keys = BTreeSet::new();
            match columns.iter().find(|c| !is_key(&c.key) || !keys.insert(c.key.as_str())) {
                Some(column) => Err(format!("column `{}`: bad or repeated key", column.key)),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests;
