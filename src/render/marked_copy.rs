//! A marked copy: the pages of a license file as they are, a watermark across each, and below it a band
//! that says for whom, for what and until when.

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::{Item, Path, point, rectangle};
use crate::pdf::{CopyPage, copied};
use crate::text::{Fitted, Typesetter, Words, set_turned};
use domain::catalogue::{Align, Area, Color, Font, TextStyle, VerticalAlign, Wrap};
use domain::marked_copy::Mark;
use formats::pdf::{Limits, carry};

const MM: f32 = 25.4 / 72.0;
const INK: Color = Color { red: 0x1F, green: 0x29, blue: 0x37 };
const MUTED: Color = Color { red: 0x4B, green: 0x55, blue: 0x63 };
const ACCENT: Color = Color { red: 0xB0, green: 0x3A, blue: 0x2E };
const PAPER: Color = Color { red: 0xFF, green: 0xFB, blue: 0xF5 };
/// Between the band's edge and its words, in mm.
const MARGIN: f32 = 5.0;
/// Between two paragraphs of the band, in mm.
const GAP: f32 = 1.2;
/// Turn of the watermark in degrees: upwards to the right.
const TURN: f32 = -30.0;
/// Size of the watermark's characters, in mm.
const WATERMARK: f32 = 4.2;
/// Distance of its lines, in mm.
const LINES: f32 = 46.0;
/// More marks than this are no watermark any more; a page of A0 has some hundred.
const MARKS_MAX: usize = 400;

/// What is copied, and what is said of it.
#[derive(Clone, Debug)]
pub struct CopyContext<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// Name of the license type.
    pub type_name: &'a str,
    /// Who issued the license.
    pub issuer: &'a str,
    /// Who seals the copy.
    pub service: &'a str,
    /// The mark.
    pub mark: &'a Mark,
    /// Whether 样例 SAMPLE is printed in the band.
    pub sample_mark: bool,
}

/// Draws the pages of a license file with their mark. The same input gives the same bytes.
///
/// # Errors
/// The file cannot be read strictly or exceeds a budget; a character of the mark that no font has.
pub fn marked_copy(original: &[u8], context: &CopyContext<'_>) -> Result<Vec<u8>, RenderError> {
    let typesetter = Typesetter::new(context.fonts);
    let band = Band::of(&typesetter, context)?;
    let words = typesetter.words(&watermark(context.mark), Font::Sans, "mark")?;
    copied(original, context, |width, height| {
        let below = band.set(width)?;
        let items = across(&words, width, height);
        Ok(CopyPage { band: below.height, items, below: below.items })
    })
}

pub(crate) fn carried(original: &[u8], first: usize) -> Result<formats::pdf::Carried, RenderError> {
    carry(original, first, &Limits::default())
        .map_err(|cause| RenderError::Original(cause.to_string()))
}

fn watermark(mark: &Mark) -> String {
    let (until, id) = (domain::time::day_text(mark.until), mark.id.to_string());
    format!("加注件 仅供{}办理{} 至{until} {}", mark.consumer, mark.case_no, &id[..8])
}

/// The watermark in lines across the page, each shifted against the one before.
fn across(words: &Words, width: f32, height: f32) -> Vec<Item> {
    let length: f32 = words.letters.iter().map(|one| one.measured.breadth).sum::<f32>() * WATERMARK;
    let (sin, cos) = TURN.to_radians().sin_cos();
    // The middle of the page is always marked, however small it is.
    let (step, reach) = (length + LINES / 2.0, (width + height) / 2.0);
    let along = (reach / step).ceil() as i32;
    let lines = (reach / LINES).ceil() as i32;
    let mut items = Vec::new();
    for line in -lines..=lines {
        for place in -along..=along {
            let shift = if line % 2 == 0 { 0.0 } else { step / 2.0 };
            let (right, down) = (place as f32 * step + shift - length / 2.0, line as f32 * LINES);
            let origin = point(
                width / 2.0 + right * cos - down * sin,
                height / 2.0 + right * sin + down * cos,
            );
            let end = point(origin.x + length * cos, origin.y + length * sin);
            let outside = origin.x.max(end.x) < 0.0
                || origin.x.min(end.x) > width
                || origin.y.max(end.y) < 0.0
                || origin.y.min(end.y) > height;
            if outside || items.len() >= MARKS_MAX {
                continue;
            }
            let runs = set_turned(&words.letters, origin, WATERMARK, TURN, MUTED);
            items.extend(runs.into_iter().map(Item::Text));
        }
    }
    items
}

/// The words below the page.
struct Band(Vec<(Words, TextStyle)>);

/// The band of a page.
struct Set {
    height: f32,
    items: Vec<Item>,
}

impl Band {
    fn of(typesetter: &Typesetter<'_>, context: &CopyContext<'_>) -> Result<Self, RenderError> {
        let CopyContext { type_name, issuer, service, mark, .. } = context;
        let sample = if context.sample_mark { "　样例 SAMPLE" } else { "" };
        let title = format!("加注件{sample}　{type_name}");
        let source = format!(
            "{} 颁发机构：{issuer}。本件由{service}据证照原件制作并签章，原件未作改动；不是证照原件。",
            mark.grade_words()
        );
        let id = format!(
            "加注件标识 {}　制作时间 {}\n证照标识 {}",
            mark.id.grouped(),
            formats::text::moment_cst(mark.made_at),
            mark.identifier,
        );
        let style = |font, size, color| TextStyle {
            font,
            size,
            size_min: None,
            color,
            align: Align::Left,
            wrap: Wrap::Fill,
            tracking: 0.0,
            leading: 1.35,
        };
        let lines = [
            (title, style(Font::Title, 13.0, ACCENT)),
            (mark.note(), style(Font::Sans, 11.0, INK)),
            (source, style(Font::Sans, 8.0, MUTED)),
            (id, style(Font::Sans, 7.5, MUTED)),
        ];
        let words = |(text, style): (String, TextStyle)| {
            Ok((typesetter.words(&text, style.font, "mark")?, style))
        };
        lines.into_iter().map(words).collect::<Result<_, _>>().map(Self)
    }

    /// The band of a page of this width: as high as its words need.
    fn set(&self, width: f32) -> Result<Set, RenderError> {
        let room = width - 2.0 * MARGIN;
        if room < WATERMARK {
            return Err(RenderError::Original("a page is too narrow for a mark".to_owned()));
        }
        let set = |(words, style): &(Words, TextStyle)| {
            Fitted::broken(words, style, style.size, room, 0.0)
        };
        let paragraphs: Vec<(Fitted, &TextStyle)> =
            self.0.iter().map(|one| (set(one), &one.1)).collect();
        let words: f32 = paragraphs.iter().map(|(one, style)| one.height(style) + GAP).sum();
        let height = (words - GAP + 2.0 * MARGIN * 0.8).max(24.0 * MM);
        let whole = rectangle(0.0, 0.0, width, height);
        let edge = rectangle(0.0, 0.0, width, 0.6);
        let mut items =
            vec![Item::Path(Path::filled(whole, PAPER)), Item::Path(Path::filled(edge, ACCENT))];
        let mut y = MARGIN * 0.8;
        for (paragraph, style) in paragraphs {
            let height = paragraph.height(style);
            let area = Area { x: MARGIN, y, width: room, height };
            paragraph.set(style, area, VerticalAlign::Top, &mut items);
            y += height + GAP;
        }
        Ok(Set { height, items })
    }
}

#[cfg(test)]
mod tests;
