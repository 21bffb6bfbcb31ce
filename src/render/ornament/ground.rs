//! A faint guilloche ground.

use super::smooth;
use crate::page::{Item, Path, point};
use domain::catalogue::{Area, Ground};
use std::f32::consts::TAU;

/// Breadth of the lines in mm.
const LINE: f32 = 0.09;
/// Distance of two waves in mm.
const STEP: f32 = 2.6;
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
    let waves = (area.height / STEP).floor() as usize;
    for number in 0..=waves {
        let y = area.y + number as f32 * STEP;
        for phase in [0.0, TAU / 2.0] {
            segments.extend(wave(area, y, phase + number as f32 * 0.22));
        }
    }
    items.push(Item::Path(Path::stroked(segments, ground.color, LINE)));
    if let Some(radius) = ground.rosette {
        let mut segments = Vec::new();
        let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        for ring in 0..PETALS {
            let turn = ring as f32 / PETALS as f32 * TAU;
            segments.extend(petal(x, y, radius, turn));
        }
        items.push(Item::Path(Path::stroked(segments, ground.color, LINE * 1.25)));
    }
}

fn wave(area: Area, y: f32, phase: f32) -> Vec<crate::page::Segment> {
    let steps = (area.width / WAVE * 6.0).ceil().max(2.0) as usize;
    let points: Vec<_> = (0..=steps)
        .map(|step| {
            let x = area.width * step as f32 / steps as f32;
            let swung = y + SWING * (x / WAVE * TAU + phase).sin();
            point(area.x + x, swung.clamp(area.y, area.y + area.height))
        })
        .collect();
    smooth(&points, false)
}

/// One closed curve whose radius swings eight times around the circle.
fn petal(x: f32, y: f32, radius: f32, turn: f32) -> Vec<crate::page::Segment> {
    const SWINGS: f32 = 8.0;
    const POINTS: usize = 64;
    let points: Vec<_> = (0..=POINTS)
        .map(|step| {
            let angle = step as f32 / POINTS as f32 * TAU;
            let swung = radius * (0.66 + 0.34 * (SWINGS * angle + turn).sin());
            point(x + swung * angle.cos(), y + swung * angle.sin())
        })
        .collect();
    smooth(&points, true)
}
