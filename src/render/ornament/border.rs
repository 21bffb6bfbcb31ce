//! Frames: double lines, meanders, guilloche bands.

use super::{curve, rosette};
use crate::page::{Item, Path, Segment, add_rectangle, point, rectangle};
use domain::catalogue::{Area, Border, BorderStyle, Color};
use std::f32::consts::TAU;

/// Draws a frame.
pub(crate) fn border(border: &Border, items: &mut Vec<Item>) {
    match border.style {
        BorderStyle::Double => double(border, items),
        BorderStyle::Meander => meander(border, items),
        BorderStyle::Guilloche => guilloche(border, items),
    }
}

/// The area without a margin on each side.
fn inset(area: Area, by: f32) -> Area {
    Area {
        x: area.x + by,
        y: area.y + by,
        width: area.width - 2.0 * by,
        height: area.height - 2.0 * by,
    }
}

/// A rectangular line of a breadth, its outer edge `by` mm inside the frame's.
fn line(area: Area, by: f32, breadth: f32, color: Color, items: &mut Vec<Item>) {
    let at = inset(area, by + breadth / 2.0);
    let segments = rectangle(at.x, at.y, at.width, at.height);
    items.push(Item::Path(Path::stroked(segments, color, breadth)));
}

fn double(border: &Border, items: &mut Vec<Item>) {
    let thick = border.breadth * 0.42;
    let thin = border.breadth * 0.14;
    line(border.area, 0.0, thick, border.color, items);
    line(border.area, border.breadth - thin, thin, border.color, items);
}

/// The lines on both sides of a band, and the band between them.
fn band(border: &Border, items: &mut Vec<Item>) -> Area {
    let (outer, inner) = (0.55, 0.22);
    line(border.area, 0.0, outer, border.color, items);
    line(border.area, outer + 0.5, inner, border.color, items);
    line(border.area, border.breadth - inner, inner, border.color, items);
    inset(border.area, outer + 0.5 + inner)
}

/// A square spiral as a polyline in units of its side.
const SPIRAL: [(f32, f32); 8] = [
    (0.0, 1.0),
    (0.0, 0.0),
    (0.8, 0.0),
    (0.8, 0.8),
    (0.25, 0.8),
    (0.25, 0.3),
    (0.52, 0.3),
    (0.52, 0.55),
];

fn meander(border: &Border, items: &mut Vec<Item>) {
    let band_area = band(border, items);
    let depth = border.breadth - 0.55 - 0.5 - 0.22 - 0.22;
    let side = depth * 0.62;
    let margin = (depth - side) / 2.0;
    let mut segments = Vec::new();
    for edge in Edge::all(band_area) {
        let room = edge.length - 2.0 * depth;
        let count = ((room / (side * 1.45)).floor() as usize).max(1);
        let pitch = room / count as f32;
        for number in 0..count {
            let start = depth + number as f32 * pitch + (pitch - side * 0.8) / 2.0;
            let mirrored = number % 2 == 1;
            for (index, (along, across)) in SPIRAL.iter().enumerate() {
                let along = if mirrored { 0.8 - along } else { *along };
                let at = edge.at(start + along * side, margin + across * side);
                segments.push(if index == 0 { Segment::Move(at) } else { Segment::Line(at) });
            }
        }
    }
    for corner in corners(band_area, depth) {
        for shrink in [margin, margin + side * 0.22, margin + side * 0.44] {
            let at = inset(corner, shrink);
            add_rectangle(&mut segments, at.x, at.y, at.width, at.height);
        }
    }
    items.push(Item::Path(Path::stroked(segments, border.color, 0.24)));
}

fn guilloche(border: &Border, items: &mut Vec<Item>) {
    let band_area = band(border, items);
    let depth = border.breadth - 0.55 - 0.5 - 0.22 - 0.22;
    let mut segments = Vec::new();
    for edge in Edge::all(band_area) {
        let room = edge.length - 2.0 * depth;
        let count = (room / (depth * 2.2)).round().max(1.0);
        for strand in 0..4 {
            let phase = strand as f32 * TAU / 8.0;
            for turned in [phase, phase + TAU / 2.0] {
                segments.extend(strand_of(&edge, depth, room, count, turned));
            }
        }
    }
    for corner in corners(band_area, depth) {
        let middle = point(corner.x + depth / 2.0, corner.y + depth / 2.0);
        for petal in 0..6 {
            segments.extend(rosette(middle, depth * 0.46, 0.38, 4.0, petal as f32 / 6.0 * TAU));
        }
    }
    items.push(Item::Path(Path::stroked(segments, border.color, 0.16)));
}

/// One wave along an edge.
fn strand_of(edge: &Edge, depth: f32, room: f32, count: f32, phase: f32) -> Vec<Segment> {
    let swing = depth * 0.46;
    curve(count as usize * 4, |share| {
        let angle = share * count * TAU + phase;
        let (here, start) =
            (edge.at(depth + share * room, depth / 2.0 + swing * angle.sin()), edge.at(0.0, 0.0));
        let ahead = edge.at(room, swing * angle.cos() * count * TAU);
        (here, point(ahead.x - start.x, ahead.y - start.y))
    })
}

/// One side of a frame, as a line with a depth towards the middle.
struct Edge {
    area: Area,
    side: usize,
    length: f32,
}

impl Edge {
    fn all(area: Area) -> [Self; 4] {
        [0, 1, 2, 3].map(|side| {
            let length = if side % 2 == 0 { area.width } else { area.height };
            Self { area, side, length }
        })
    }

    /// A point so far along the side and so deep inside it, clockwise from the top.
    fn at(&self, along: f32, deep: f32) -> domain::catalogue::Point {
        let area = self.area;
        match self.side {
            0 => point(area.x + along, area.y + deep),
            1 => point(area.x + area.width - deep, area.y + along),
            2 => point(area.x + area.width - along, area.y + area.height - deep),
            _ => point(area.x + deep, area.y + area.height - along),
        }
    }
}

fn corners(area: Area, side: f32) -> [Area; 4] {
    let (right, bottom) = (area.x + area.width - side, area.y + area.height - side);
    [(area.x, area.y), (right, area.y), (right, bottom), (area.x, bottom)].map(|(x, y)| Area {
        x,
        y,
        width: side,
        height: side,
    })
}
