//! Paragraphs over as many pages as they need, and the closing with the seal.

use super::{Place, SINGLE, Source, centered};
use crate::error::RenderError;
use crate::page::{Item, point};
use crate::text::{Fitted, Words};
use domain::catalogue::{Align, Area, Block, Flow, TextStyle};

/// A decision of this many pages is a book; it also bounds the work for one license.
const PAGES_MAX: usize = 60;
/// So many lines of the text go with a closing that begins a page of its own.
const LINES_WITH_CLOSING: usize = 2;

/// The flow's marks by page, and the seal's place.
#[derive(Default)]
pub(super) struct Flowed {
    pub(super) pages: Vec<Vec<Item>>,
    pub(super) seal: Option<Place>,
}

/// One line of a block, before it has a place.
struct Line<'a> {
    block: usize,
    index: usize,
    style: &'a TextStyle,
    /// Space before it when it does not begin a page, in mm.
    before: f32,
    height: f32,
}

pub(super) fn flowed(source: &Source<'_>, flow: &Flow) -> Result<Flowed, RenderError> {
    let blocks: Vec<(&Block, Fitted)> = flow
        .blocks
        .iter()
        .filter(|block| source.has_value(block.when.as_deref()))
        .map(|block| broken(source, flow, block).map(|fitted| (block, fitted)))
        .collect::<Result<_, _>>()?;
    let lines = lines(source, &blocks);
    let closing = Closing::read(source, flow)?;
    let pages = paged(flow, &lines, closing.height())?;
    let mut flowed = Flowed::default();
    for (number, page) in pages.iter().enumerate() {
        let area = region(flow, number);
        let mut items = Vec::new();
        let mut y = area.y;
        for (position, line) in lines[page.clone()].iter().enumerate() {
            y += if position == 0 { 0.0 } else { line.before };
            let fitted = &blocks[line.block].1;
            fitted.set_line(
                line.index,
                line.style,
                line.style.align,
                area.x,
                y,
                area.width,
                &mut items,
            );
            y += line.height;
        }
        if number + 1 == pages.len() {
            let (seal, sheet) = (closing.set(flow, area, y, &mut items), number + 1);
            flowed.seal = Some(Place { page: sheet, area: seal });
        }
        flowed.pages.push(items);
    }
    Ok(flowed)
}

fn region(flow: &Flow, page: usize) -> Area {
    if page == 0 { flow.at } else { flow.next }
}

/// A block in lines of the first page's width; reading the type keeps both pages alike wide.
fn broken(source: &Source<'_>, flow: &Flow, block: &Block) -> Result<Fitted, RenderError> {
    let style = source.style(&block.style);
    let words = source.words(&block.text, style, SINGLE)?;
    let width = flow.at.width.min(flow.next.width);
    let fitted = Fitted::broken(&words, style, style.size, width, block.indent);
    if fitted.within(style, width) {
        return Ok(fitted);
    }
    Err(RenderError::Overflow { field: words.field })
}

fn lines<'a>(source: &'a Source<'_>, blocks: &[(&Block, Fitted)]) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for (number, (block, fitted)) in blocks.iter().enumerate() {
        let style = source.style(&block.style);
        for index in 0..fitted.line_count() {
            let before = if index == 0 { block.before } else { 0.0 };
            let height = fitted.line_height(style);
            lines.push(Line { block: number, index, style, before, height });
        }
    }
    lines
}

/// Which lines are on which page, such that the closing fits on the last one.
fn paged(
    flow: &Flow,
    lines: &[Line<'_>],
    closing: f32,
) -> Result<Vec<std::ops::Range<usize>>, RenderError> {
    let mut pages: Vec<std::ops::Range<usize>> = std::iter::once(0..0).collect();
    let mut used = 0.0;
    for (index, line) in lines.iter().enumerate() {
        let page = pages.len() - 1;
        let first = pages[page].is_empty();
        let needed = line.height + if first { 0.0 } else { line.before };
        if !first && used + needed > region(flow, page).height {
            pages.push(index..index + 1);
            used = line.height;
        } else {
            pages[page].end = index + 1;
            used += needed;
        }
        if pages.len() > PAGES_MAX {
            return Err(RenderError::TooManyPages { max: PAGES_MAX });
        }
    }
    let page = pages.len() - 1;
    if used + closing > region(flow, page).height {
        let last = &mut pages[page];
        let moved = LINES_WITH_CLOSING.min(last.len().saturating_sub(1));
        let start = last.end - moved;
        last.end = start;
        pages.push(start..lines.len());
        let moved: f32 = lines[start..].iter().map(|line| line.height + line.before).sum();
        if pages.len() > PAGES_MAX || moved + closing > region(flow, page + 1).height {
            return Err(RenderError::TooManyPages { max: PAGES_MAX });
        }
    }
    Ok(pages)
}

struct Closing<'a> {
    style: &'a TextStyle,
    lines: Vec<Fitted>,
    before: f32,
    seal_size: f32,
}

impl<'a> Closing<'a> {
    fn read(source: &'a Source<'_>, flow: &Flow) -> Result<Self, RenderError> {
        let closing = &flow.closing;
        let style = source.style(&closing.style);
        let fitted = |words: Words| crate::text::fitted(&words, style, closing.width, f32::MAX);
        let lines =
            closing.lines.iter().map(|line| source.words(line, style, SINGLE).and_then(fitted));
        Ok(Self {
            style,
            lines: lines.collect::<Result<_, _>>()?,
            before: closing.before,
            seal_size: closing.seal_size,
        })
    }

    /// Down to the lower edge of the seal, in mm.
    fn height(&self) -> f32 {
        let last = self.lines.last().map_or(0.0, |line| line.height(self.style));
        self.before + self.lines_height() - last / 2.0 + (self.seal_size / 2.0).max(last / 2.0)
    }

    fn lines_height(&self) -> f32 {
        self.lines.iter().map(|line| line.height(self.style)).sum()
    }

    /// Sets the lines at the right edge and answers where the seal goes.
    fn set(&self, flow: &Flow, area: Area, y: f32, items: &mut Vec<Item>) -> Area {
        let width = flow.closing.width;
        let x = area.x + area.width - width;
        let mut y = y + self.before;
        let mut middle = y;
        for line in &self.lines {
            let height = line.height(self.style);
            middle = y + height / 2.0;
            for index in 0..line.line_count() {
                let top = y + index as f32 * line.line_height(self.style);
                line.set_line(index, self.style, Align::Center, x, top, width, items);
            }
            y += height;
        }
        centered(point(x + width / 2.0, middle), self.seal_size)
    }
}
