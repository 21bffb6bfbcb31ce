//! Laying out: every element of a type's layout becomes marks on pages.

pub(crate) mod code;
mod fields;
mod flow;
mod grid;
mod mark;
mod table;

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::license::RenderContext;
use crate::ornament;
use crate::page::{Item, Page, Path, Picture, point, rectangle};
use crate::photo;
use crate::text::{Typesetter, Words, fitted};
use domain::catalogue::{
    Area, Content, Element, Given, LicenseType, Part, Photo, Template, TextBox, TextStyle,
};
use std::sync::Arc;

/// A place on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Number of the page, from 1.
    pub page: usize,
    /// Where, in mm from the top left corner.
    pub area: Area,
}

/// The pages of a license and its places.
pub(crate) struct Placed {
    pub(crate) pages: Vec<Page>,
    pub(crate) seals: Vec<Place>,
    pub(crate) code: Option<Place>,
}

/// What every element needs to be laid out.
pub(crate) struct Source<'a> {
    pub(crate) license_type: &'a LicenseType,
    pub(crate) content: &'a Content,
    pub(crate) context: &'a RenderContext<'a>,
    pub(crate) typesetter: Typesetter<'a>,
}

/// Which page of how many.
#[derive(Clone, Copy)]
pub(crate) struct PageNumber {
    pub(crate) page: usize,
    pub(crate) pages: usize,
}

/// The only page, or a text that shows no page numbers.
const SINGLE: PageNumber = PageNumber { page: 1, pages: 1 };

/// Lays out a license.
pub(crate) fn placed(
    license_type: &LicenseType,
    content: &Content,
    context: &RenderContext<'_>,
    ground: Arc<[Item]>,
) -> Result<Placed, RenderError> {
    let typesetter = Typesetter::new(context.fonts);
    let source = Source { license_type, content, context, typesetter };
    let flow = license_type.layout().elements.iter().find_map(|element| match element {
        Element::Flow(flow) => Some(flow),
        _ => None,
    });
    let flowed = flow.map(|flow| flow::flowed(&source, flow)).transpose()?.unwrap_or_default();
    let pages = flowed.pages.len().max(1);
    let mut placed = Placed { pages: Vec::new(), seals: Vec::new(), code: None };
    for page in 1..=pages {
        let number = PageNumber { page, pages };
        placed.pages.push(source.page(number, &ground, &mut placed.seals)?);
    }
    for (page, items) in placed.pages.iter_mut().zip(flowed.pages) {
        page.items.extend(items);
    }
    placed.seals.extend(flowed.seal);
    placed.code = code::place(license_type);
    Ok(placed)
}

/// Whether every text of a license finds its place: the same as [`placed`] without the ornaments,
/// which take most of the time.
pub(crate) fn tried(
    license_type: &LicenseType,
    content: &Content,
    context: &RenderContext<'_>,
) -> Result<(), RenderError> {
    let typesetter = Typesetter::new(context.fonts);
    let source = Source { license_type, content, context, typesetter };
    for element in &license_type.layout().elements {
        if let Element::Flow(flow) = element {
            flow::flowed(&source, flow)?;
        }
        source.element(element, SINGLE, &mut Vec::new(), &mut Vec::new())?;
    }
    Ok(())
}

/// What is drawn first on every page of a type: paper, ground, border, and the marks of a sample.
pub(crate) fn ground(
    license_type: &LicenseType,
    sample_mark: bool,
    fonts: &Fonts,
) -> Result<Vec<Item>, RenderError> {
    let typesetter = Typesetter::new(fonts);
    let sheet = &license_type.layout().page;
    let mut items = Vec::new();
    if let Some(paper) = sheet.paper {
        let whole = rectangle(0.0, 0.0, sheet.width, sheet.height);
        items.push(Item::Path(Path::filled(whole, paper)));
    }
    if let Some(ground) = &sheet.ground {
        ornament::ground(ground, &mut items);
    }
    if sample_mark {
        mark::watermark(&typesetter, (sheet.width, sheet.height), &mut items)?;
    }
    if let Some(border) = &sheet.border {
        ornament::border(border, &mut items);
    }
    if sample_mark {
        mark::line(&typesetter, (sheet.width, sheet.height), &mut items)?;
    }
    Ok(items)
}

/// 样例 SAMPLE across a page of this size and at its lower edge, for what is no license.
pub(crate) fn sample(
    typesetter: &Typesetter<'_>,
    size: (f32, f32),
    items: &mut Vec<Item>,
) -> Result<(), RenderError> {
    mark::watermark(typesetter, size, items)?;
    mark::line(typesetter, size, items)
}

impl Source<'_> {
    /// One page without its flow.
    fn page(
        &self,
        number: PageNumber,
        ground: &Arc<[Item]>,
        seals: &mut Vec<Place>,
    ) -> Result<Page, RenderError> {
        let layout = self.license_type.layout();
        let sheet = &layout.page;
        let mut items = Vec::new();
        for element in &layout.elements {
            self.element(element, number, seals, &mut items)?;
        }
        let ground = Arc::clone(ground);
        Ok(Page { width: sheet.width, height: sheet.height, ground, items })
    }

    fn element(
        &self,
        element: &Element,
        number: PageNumber,
        seals: &mut Vec<Place>,
        items: &mut Vec<Item>,
    ) -> Result<(), RenderError> {
        if let Element::Text(text) = element
            && (text.every_page || number.page == 1)
        {
            return self.text_box(text, number, items);
        }
        if number.page > 1 {
            return Ok(());
        }
        match element {
            Element::Text(_) | Element::Flow(_) => Ok(()),
            Element::Fields(fields) => fields::place(self, fields, items),
            Element::Grid(grid) => grid::place(self, grid, items),
            Element::Table(table) => table::place(self, table, items),
            Element::Photo(photo) => self.photo(photo, items),
            Element::Code(code) => code::draw(self, code, items),
            Element::Seal(seal) => {
                seals.push(Place { page: 1, area: centered(seal.center, seal.size) });
                Ok(())
            }
            Element::Line(line) => {
                let segments = vec![
                    crate::page::Segment::Move(line.from),
                    crate::page::Segment::Line(line.to),
                ];
                items.push(Item::Path(Path::stroked(segments, line.color, line.thickness)));
                Ok(())
            }
        }
    }

    fn text_box(
        &self,
        text: &TextBox,
        number: PageNumber,
        items: &mut Vec<Item>,
    ) -> Result<(), RenderError> {
        if !self.has_value(text.when.as_deref()) {
            return Ok(());
        }
        let style = self.style(&text.style);
        let words = self.words(&text.text, style, number)?;
        let fitted = fitted(&words, style, text.at.width, text.at.height)?;
        fitted.set(style, text.at, text.vertical, items);
        Ok(())
    }

    /// A photo, fitted whole into its box and in the middle of it.
    fn photo(&self, place: &Photo, items: &mut Vec<Item>) -> Result<(), RenderError> {
        let Some(domain::catalogue::Value::Photo(photograph)) = self.content.value(&place.field)
        else {
            return Ok(());
        };
        let problem = |problem: String| RenderError::Photo { field: place.field.clone(), problem };
        let checked = photo::checked(photograph).map_err(problem)?;
        let area = place.at;
        let scale = (area.width / checked.width as f32).min(area.height / checked.height as f32);
        let (width, height) = (checked.width as f32 * scale, checked.height as f32 * scale);
        let at = point(area.x + (area.width - width) / 2.0, area.y + (area.height - height) / 2.0);
        let (kind, bytes) = (checked.kind, Arc::new(checked.bytes));
        items.push(Item::Picture(Picture { at, width, height, kind, bytes }));
        if let Some(color) = place.frame {
            let frame = rectangle(at.x, at.y, width, height);
            items.push(Item::Path(Path::stroked(frame, color, 0.15)));
        }
        Ok(())
    }

    /// Whether an optional part is drawn: its field has a value, or it depends on none.
    fn has_value(&self, when: Option<&str>) -> bool {
        when.is_none_or(|key| self.content.value(key).is_some())
    }

    /// A style by name; reading the type has checked that there is one.
    fn style(&self, name: &str) -> &TextStyle {
        &self.license_type.layout().styles[name]
    }

    /// The text of a template with its values, ready to be fitted.
    fn words(
        &self,
        template: &Template,
        style: &TextStyle,
        number: PageNumber,
    ) -> Result<Words, RenderError> {
        let field = template.keys().next().unwrap_or_default().to_owned();
        let mut letters = Vec::new();
        for part in template.parts() {
            let (text, field) = match part {
                Part::Fixed(text) => (text.clone(), ""),
                Part::Field { key, format } => {
                    (self.content.printed(self.license_type, key, *format), key.as_str())
                }
                Part::Given(given) => (self.given(*given, number), ""),
            };
            letters.extend_from_slice(&self.typesetter.words(&text, style.font, field)?.letters);
        }
        Ok(Words { field, letters: letters.into() })
    }

    fn given(&self, given: Given, number: PageNumber) -> String {
        match given {
            Given::Issuer => self.context.issuer.to_owned(),
            Given::Identifier => self.context.identifier.unwrap_or_default().to_owned(),
            Given::Page => number.page.to_string(),
            Given::Pages => number.pages.to_string(),
        }
    }

    /// Words of the layout itself.
    fn fixed_words(&self, text: &str, style: &TextStyle) -> Result<Words, RenderError> {
        self.typesetter.words(text, style.font, "")
    }
}

/// A square around its middle.
fn centered(center: domain::catalogue::Point, size: f32) -> Area {
    Area { x: center.x - size / 2.0, y: center.y - size / 2.0, width: size, height: size }
}
