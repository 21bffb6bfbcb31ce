//! What is on a page: texts, paths and pictures, placed in mm from the top left corner.

use domain::catalogue::{Color, Point};
use std::ops::Range;
use std::sync::Arc;

/// A page, its marks in the order in which they are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Width in mm.
    pub width: f32,
    /// Height in mm.
    pub height: f32,
    /// What is drawn first, the same on all pages of a license type: paper, ground, border, marks.
    pub ground: Arc<[Item]>,
    /// What is drawn over it.
    pub items: Vec<Item>,
}

impl Page {
    /// Everything that is drawn, in order.
    pub fn all(&self) -> impl Iterator<Item = &Item> {
        self.ground.iter().chain(&self.items)
    }
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Glyphs of one face on one line.
    Text(Run),
    /// A path.
    Path(Path),
    /// A picture.
    Picture(Picture),
}

/// Glyphs of one face on one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The face in the fonts that the page was made with.
    pub face: usize,
    /// Size in mm.
    pub size: f32,
    /// Where the baseline begins.
    pub origin: Point,
    /// Turn around the origin in degrees, clockwise.
    pub turn: f32,
    /// Color of the glyphs.
    pub color: Color,
    /// What the glyphs say.
    pub text: String,
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
}

/// One glyph of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Its number in the face.
    pub id: u32,
    /// How far to the next glyph, in mm.
    pub advance: f32,
    /// The bytes of the run's text that it stands for.
    pub bytes: Range<usize>,
}

/// A path, filled or stroked or both.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Its segments.
    pub segments: Vec<Segment>,
    /// The color inside.
    pub fill: Option<Color>,
    /// The line.
    pub stroke: Option<Stroke>,
}

/// The line along a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its color.
    pub color: Color,
    /// Its breadth in mm.
    pub breadth: f32,
}

/// A segment of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Begins a new part.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic Bézier curve: two control points and the end.
    Curve(Point, Point, Point),
    /// Back to where the part began.
    Close,
}

/// The kind of a picture's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Its top left corner.
    pub at: Point,
    /// Width in mm.
    pub width: f32,
    /// Height in mm.
    pub height: f32,
    /// The kind of file.
    pub kind: PictureKind,
    /// The file.
    pub bytes: Arc<Vec<u8>>,
}

pub(crate) fn point(x: f32, y: f32) -> Point {
    Point { x, y }
}

impl Path {
    /// A stroked path.
    #[must_use]
    pub fn stroked(segments: Vec<Segment>, color: Color, breadth: f32) -> Self {
        Self { segments, fill: None, stroke: Some(Stroke { color, breadth }) }
    }

    /// A filled path.
    #[must_use]
    pub fn filled(segments: Vec<Segment>, color: Color) -> Self {
        Self { segments, fill: Some(color), stroke: None }
    }
}

/// Segments of a rectangle, added to `segments`.
pub(crate) fn add_rectangle(segments: &mut Vec<Segment>, x: f32, y: f32, width: f32, height: f32) {
    segments.extend([
        Segment::Move(point(x, y)),
        Segment::Line(point(x + width, y)),
        Segment::Line(point(x + width, y + height)),
        Segment::Line(point(x, y + height)),
        Segment::Close,
    ]);
}

/// Segments of a rectangle.
pub(crate) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(5);
    add_rectangle(&mut segments, x, y, width, height);
    segments
}
