//! A faint guilloche ground.

use super::{curve, rosette};
use crate::page::{Item, Path, Segment, point};
use domain::catalogue::{Area, Ground};
use std::f32::consts::TAU;

/// Breadth of the lines in mm.
const LINE: f32 = 0.09;
/// Distance of two waves in mm.
const STEP: f32 = 3.2;
/// Length of a wave in mm.
const WAVE: f32 = 42.0;
/// Height of a wave in mm.
const SWING: f32 = 4.2;
/// Curves that make the rosette.
const PETALS: usize = 16;

/// Two families of waves that cross, and a rosette in the middle.
pub(crate) fn ground(ground: &Ground, items: &mut Vec<Item>) {
    let area = ground.area;
    let mut segments = Vec::new();
    let room = (area.height - 2.0 * SWING).max(0.0);
    let waves = (room / STEP).floor();
    for number in 0..=waves as usize {
        let y = area.y + SWING + (room - waves * STEP) / 2.0 + number as f32 * STEP;
        for phase in [0.0, TAU / 2.0] {
            segments.extend(wave(area, y, phase + number as f32 * 0.22));
        }
    }
    items.push(Item::Path(Path::stroked(segments, ground.color, LINE)));
    if let Some(radius) = ground.rosette {
        let middle = point(area.x + area.width / 2.0, area.y + area.height / 2.0);
        let petals = (0..PETALS).map(|petal| petal as f32 / PETALS as f32 * TAU);
        let segments = petals.flat_map(|turn| rosette(middle, radius, 0.34, 8.0, turn)).collect();
        items.push(Item::Path(Path::stroked(segments, ground.color, LINE * 1.25)));
    }
}

fn wave(area: Area, y: f32, phase: f32) -> Vec<Segment> {
    let steps = (area.width / WAVE * 4.0).ceil().max(1.0) as usize;
    curve(steps, |share| {
        let angle = area.width * share / WAVE * TAU + phase;
        let rise = SWING * angle.cos() * area.width / WAVE * TAU;
        (point(area.x + area.width * share, y + SWING * angle.sin()), point(area.width, rise))
    })
}
