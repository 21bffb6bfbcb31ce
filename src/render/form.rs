//! A form that was filled in: its sections as tables, and below each value where it comes from.

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::{Item, Page, Path, Segment, point, rectangle};
use crate::pdf::{About, Stock, written};
use crate::place;
use crate::text::{Fitted, Typesetter};
use domain::catalogue::{Align, Area, Color, Font, TextStyle, VerticalAlign, Wrap};
use std::sync::Arc;
use time::OffsetDateTime;

/// A4 in mm.
const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const MARGIN: f32 = 18.0;
/// Where the last row of a page ends.
const FOOT: f32 = HEIGHT - 20.0;
const INK: Color = Color { red: 0x1F, green: 0x29, blue: 0x37 };
const MUTED: Color = Color { red: 0x6B, green: 0x72, blue: 0x80 };
const HAIRLINE: Color = Color { red: 0xC9, green: 0xCE, blue: 0xD6 };
const LABEL_PAPER: Color = Color { red: 0xF6, green: 0xF7, blue: 0xF9 };
const ACCENT: Color = Color { red: 0x1F, green: 0x4E, blue: 0x79 };
const GREEN: Color = Color { red: 0x1B, green: 0x6B, blue: 0x45 };
const AMBER: Color = Color { red: 0x9A, green: 0x5B, blue: 0x00 };
/// Width of a label, in mm.
const LABEL: f32 = 30.0;
/// Between the edge of a cell and its words, in mm.
const PADDING: f32 = 2.2;
/// The least height of a row, in mm.
const ROW: f32 = 10.0;
/// More pages are no form any more.
const PAGES_MAX: usize = 60;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetMark {
    /// From a license, as it stands there.
    Prefilled,
    /// Somebody typed it, and no license says it.
    Typed,
    /// Somebody typed it, and a license says it otherwise.
    Changed,
    /// There is no value.
    Empty,
}

/// One field of a form.
#[derive(Clone, Debug)]
pub struct SheetCell {
    /// Its key, for errors.
    pub key: String,
    /// Its words.
    pub label: String,
    /// Its value as printed; empty where there is none.
    pub value: String,
    /// Where the value comes from.
    pub mark: SheetMark,
    /// The same in words.
    pub source: String,
    /// Whether it takes a whole line.
    pub wide: bool,
}

/// Fields under one heading.
#[derive(Clone, Debug)]
pub struct SheetSection {
    /// The heading.
    pub title: String,
    /// The fields in order.
    pub cells: Vec<SheetCell>,
}

/// A form that was filled in.
#[derive(Clone, Debug)]
pub struct FormSheet<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// Its title.
    pub title: &'a str,
    /// What stands below the title: item and case.
    pub about: &'a str,
    /// The sections.
    pub sections: &'a [SheetSection],
    /// What stands below the fields, if anything.
    pub note: Option<&'a str>,
    /// Who made it.
    pub issuer: &'a str,
    /// Whether 样例 SAMPLE is printed across the page.
    pub sample_mark: bool,
    /// When it was made: its date in the PDF.
    pub created: OffsetDateTime,
}

/// Draws a form, PDF/A-2u; the same input gives the same bytes.
///
/// # Errors
/// A character that no font has, with its field; more pages than any form has.
pub fn form_pdf(sheet: &FormSheet<'_>) -> Result<Vec<u8>, RenderError> {
    let typesetter = Typesetter::new(sheet.fonts);
    let mut ground = Vec::new();
    if sheet.sample_mark {
        place::sample(&typesetter, (WIDTH, HEIGHT), &mut ground)?;
    }
    let stock = Stock::of_sheet(ground, (WIDTH, HEIGHT), sheet.fonts)?;
    let mut pages = Pages {
        heading: heading_font(&typesetter, sheet),
        typesetter,
        ground: Arc::clone(&stock.ground),
        done: Vec::new(),
        items: Vec::new(),
        y: MARGIN,
    };
    pages.head(sheet)?;
    for section in sheet.sections {
        pages.section(section)?;
    }
    if let Some(note) = sheet.note {
        pages.note(note)?;
    }
    let pages = pages.finished(sheet)?;
    let about = About {
        title: sheet.title.to_owned(),
        issuer: sheet.issuer,
        identifier: None,
        created: sheet.created,
        archive: true,
        more: Vec::new(),
    };
    written(&pages, sheet.fonts, &stock, &about)
}

/// The pages so far, and how far the last one is filled.
struct Pages<'a> {
    typesetter: Typesetter<'a>,
    /// The font of title and headings.
    heading: Font,
    ground: Arc<[Item]>,
    done: Vec<Vec<Item>>,
    items: Vec<Item>,
    y: f32,
}

/// A text that was broken into lines.
struct Broken {
    fitted: Fitted,
    style: TextStyle,
    height: f32,
}

/// A cell that was measured.
struct Measured<'c> {
    cell: &'c SheetCell,
    label: Broken,
    value: Broken,
    source: Option<Broken>,
    width: f32,
}

impl Measured<'_> {
    fn height(&self) -> f32 {
        let source = self.source.as_ref().map_or(0.0, |one| one.height + 0.8);
        (self.value.height + source).max(self.label.height) + 2.0 * PADDING * 0.8
    }
}

impl Pages<'_> {
    fn broken(
        &self,
        text: &str,
        style: TextStyle,
        width: f32,
        key: &str,
    ) -> Result<Broken, RenderError> {
        let words = self.typesetter.words(text, style.font, key)?;
        let fitted = Fitted::broken(&words, &style, style.size, width, 0.0);
        let height = fitted.height(&style);
        Ok(Broken { fitted, style, height })
    }

    fn set(&mut self, broken: &Broken, x: f32, y: f32, width: f32) {
        let area = Area { x, y, width, height: broken.height };
        broken.fitted.set(&broken.style, area, VerticalAlign::Top, &mut self.items);
    }

    fn head(&mut self, sheet: &FormSheet<'_>) -> Result<(), RenderError> {
        let width = WIDTH - 2.0 * MARGIN;
        let centered = |style: TextStyle| TextStyle { align: Align::Center, ..style };
        let title =
            self.broken(sheet.title, centered(style(self.heading, 19.0, INK)), width, "")?;
        self.set(&title, MARGIN, self.y, width);
        self.y += title.height + 1.5;
        let about = self.broken(sheet.about, centered(style(Font::Sans, 8.5, MUTED)), width, "")?;
        self.set(&about, MARGIN, self.y, width);
        self.y += about.height + 5.0;
        Ok(())
    }

    fn section(&mut self, section: &SheetSection) -> Result<(), RenderError> {
        let width = WIDTH - 2.0 * MARGIN;
        let heading = self.broken(&section.title, style(self.heading, 12.0, ACCENT), width, "")?;
        let rows = self.rows(section)?;
        // A heading stands with its first row.
        let first = rows.first().map_or(0.0, |row| row_height(row));
        self.room(heading.height + 2.0 + first);
        let bar = rectangle(MARGIN, self.y + 0.9, 1.1, heading.height - 1.8);
        self.items.push(Item::Path(Path::filled(bar, ACCENT)));
        self.set(&heading, MARGIN + 3.0, self.y, width - 3.0);
        self.y += heading.height + 1.5;
        for row in &rows {
            self.row(row)?;
        }
        self.y += 5.0;
        Ok(())
    }

    /// The cells of a section by line: two, or one that is wide.
    fn rows<'c>(&self, section: &'c SheetSection) -> Result<Vec<Vec<Measured<'c>>>, RenderError> {
        let width = WIDTH - 2.0 * MARGIN;
        let mut rows: Vec<Vec<&SheetCell>> = Vec::new();
        for cell in &section.cells {
            match rows.last_mut() {
                Some(row) if !cell.wide && row.len() == 1 && !row[0].wide => row.push(cell),
                _ => rows.push(vec![cell]),
            }
        }
        let measured = |row: Vec<&'c SheetCell>| {
            let share = width / row.len() as f32;
            row.into_iter().map(|cell| self.measured(cell, share)).collect()
        };
        rows.into_iter().map(measured).collect()
    }

    fn measured<'c>(&self, cell: &'c SheetCell, width: f32) -> Result<Measured<'c>, RenderError> {
        let room = width - LABEL - 2.0 * PADDING;
        let key = cell.key.as_str();
        let color = match cell.mark {
            SheetMark::Prefilled => GREEN,
            SheetMark::Changed => AMBER,
            SheetMark::Typed | SheetMark::Empty => MUTED,
        };
        let value = if cell.value.is_empty() { "—" } else { cell.value.as_str() };
        let value_style = style(Font::Song, 11.0, if cell.value.is_empty() { MUTED } else { INK });
        let source = match cell.source.is_empty() {
            true => None,
            false => Some(self.broken(&cell.source, style(Font::Sans, 7.0, color), room, key)?),
        };
        Ok(Measured {
            cell,
            label: self.broken(
                &cell.label,
                style(Font::Sans, 9.5, INK),
                LABEL - 2.0 * PADDING,
                key,
            )?,
            value: self.broken(value, value_style, room, key)?,
            source,
            width,
        })
    }

    fn row(&mut self, row: &[Measured<'_>]) -> Result<(), RenderError> {
        let height = row_height(row);
        // Nothing is lost below the foot of a page.
        if let Some(first) = row.first().filter(|_| height > FOOT - MARGIN) {
            return Err(RenderError::Overflow { field: first.cell.key.clone() });
        }
        self.room(height);
        let (mut x, y) = (MARGIN, self.y);
        for cell in row {
            let paper = rectangle(x, y, LABEL, height);
            self.items.push(Item::Path(Path::filled(paper, LABEL_PAPER)));
            self.set(
                &cell.label,
                x + PADDING,
                y + (height - cell.label.height) / 2.0,
                LABEL - 2.0 * PADDING,
            );
            let room = cell.width - LABEL - 2.0 * PADDING;
            let source = cell.source.as_ref().map_or(0.0, |one| one.height + 0.8);
            let top = y + (height - cell.value.height - source) / 2.0;
            self.set(&cell.value, x + LABEL + PADDING, top, room);
            if let Some(source) = &cell.source {
                self.set(source, x + LABEL + PADDING, top + cell.value.height + 0.8, room);
            }
            if cell.cell.mark == SheetMark::Changed {
                let edge = rectangle(x + LABEL, y, 0.8, height);
                self.items.push(Item::Path(Path::filled(edge, AMBER)));
            }
            self.items.push(frame(x, y, cell.width, height));
            x += cell.width;
        }
        self.y += height;
        Ok(())
    }

    fn note(&mut self, note: &str) -> Result<(), RenderError> {
        let width = WIDTH - 2.0 * MARGIN;
        let note = self.broken(note, style(Font::Sans, 8.0, MUTED), width, "")?;
        let signed = self.broken(
            "申请人（签名或盖章）：　　　　　　　　　　　　　　　　　　年　　月　　日",
            style(Font::Song, 11.0, INK),
            width,
            "",
        )?;
        self.room(note.height + signed.height + 12.0);
        self.set(&note, MARGIN, self.y, width);
        self.y += note.height + 9.0;
        self.set(&signed, MARGIN, self.y, width);
        self.y += signed.height;
        Ok(())
    }

    /// Begins another page where so much does not fit any more.
    fn room(&mut self, height: f32) {
        if self.y + height > FOOT && self.y > MARGIN {
            self.done.push(std::mem::take(&mut self.items));
            self.y = MARGIN;
        }
    }

    /// The pages with their numbers.
    fn finished(mut self, sheet: &FormSheet<'_>) -> Result<Vec<Page>, RenderError> {
        self.done.push(std::mem::take(&mut self.items));
        let pages = std::mem::take(&mut self.done);
        if pages.len() > PAGES_MAX {
            return Err(RenderError::TooManyPages { max: PAGES_MAX });
        }
        let width = WIDTH - 2.0 * MARGIN;
        let count = pages.len();
        let mut finished = Vec::new();
        for (index, items) in pages.into_iter().enumerate() {
            self.items = items;
            let foot = format!("{}　第{}页，共{count}页", sheet.title, index + 1);
            let centered = TextStyle { align: Align::Center, ..style(Font::Sans, 7.5, MUTED) };
            let foot = self.broken(&foot, centered, width, "")?;
            self.set(&foot, MARGIN, HEIGHT - 14.0, width);
            let (ground, items) = (Arc::clone(&self.ground), std::mem::take(&mut self.items));
            finished.push(Page { width: WIDTH, height: HEIGHT, ground, items });
        }
        Ok(finished)
    }
}

/// The font of titles has the characters of the titles of licenses: where it has not all, none is set
/// in it, so that no word is of two weights.
fn heading_font(typesetter: &Typesetter<'_>, sheet: &FormSheet<'_>) -> Font {
    let first = sheet.fonts.order(Font::Title).next();
    let has = |character| {
        let letter = typesetter.letter(character, Font::Title);
        letter.is_some_and(|letter| Some(letter.face) == first)
    };
    let headings = sheet.sections.iter().map(|section| section.title.as_str());
    let whole = headings.chain([sheet.title]).flat_map(str::chars).all(has);
    if whole { Font::Title } else { Font::Song }
}

fn row_height(row: &[Measured<'_>]) -> f32 {
    row.iter().map(Measured::height).fold(ROW, f32::max)
}

fn frame(x: f32, y: f32, width: f32, height: f32) -> Item {
    let corners =
        [point(x, y), point(x + width, y), point(x + width, y + height), point(x, y + height)];
    let mut segments = vec![Segment::Move(corners[0])];
    segments.extend(corners[1..].iter().map(|corner| Segment::Line(*corner)));
    segments.push(Segment::Close);
    Item::Path(Path::stroked(segments, HAIRLINE, 0.2))
}

fn style(font: Font, size: f32, color: Color) -> TextStyle {
    TextStyle {
        font,
        size,
        size_min: None,
        color,
        align: Align::Left,
        wrap: Wrap::Fill,
        tracking: 0.0,
        leading: 1.35,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::pdf::{File, Limits, outline};
    use time::macros::datetime;

    fn cell(value: &str, mark: SheetMark) -> SheetCell {
        SheetCell {
            key: "name".to_owned(),
            label: "名称".to_owned(),
            value: value.to_owned(),
            mark,
            source: "申请人填写".to_owned(),
            wide: false,
        }
    }

    fn drawn(sections: &[SheetSection]) -> Result<Vec<u8>, RenderError> {
        form_pdf(&FormSheet {
            fonts: &Fonts::embedded(),
            title: "困难补贴申请表",
            about: "事项编码 1　办件号 2",
            sections,
            note: Some("申请人负责。"),
            issuer: "示例市民政局",
            sample_mark: true,
            created: datetime!(2026-03-02 08:00 UTC),
        })
    }

    fn section(cells: usize) -> SheetSection {
        let marks = [SheetMark::Prefilled, SheetMark::Typed, SheetMark::Changed, SheetMark::Empty];
        let cells = (0..cells).map(|place| cell("示例市青禾食品有限公司", marks[place % 4]));
        SheetSection { title: "申请人".to_owned(), cells: cells.collect() }
    }

    #[test]
    fn a_form_takes_as_many_pages_as_it_needs_and_is_the_same_each_time() {
        let pages = |cells| {
            let pdf = drawn(&[section(cells)]).expect("drawn");
            assert_eq!(pdf, drawn(&[section(cells)]).expect("drawn"));
            let limits = Limits::default();
            let file = File::read(&pdf, &limits).expect("a PDF");
            outline(&file).expect("its pages").pages.len()
        };
        assert_eq!((pages(3), pages(80)), (1, 3));
    }

    #[test]
    fn a_character_that_no_font_has_is_told_with_its_field() {
        let cells = vec![cell("\u{F0000}", SheetMark::Typed)];
        let refused = drawn(&[SheetSection { title: "申请人".to_owned(), cells }]);
        assert_eq!(refused.expect_err("refused").field(), Some("name"));
    }

    #[test]
    fn more_pages_than_any_form_has_are_refused() {
        let refused = drawn(&[section(3000)]).expect_err("refused");
        assert_eq!(refused, RenderError::TooManyPages { max: PAGES_MAX });
    }
}
