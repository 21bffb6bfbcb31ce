//! Frames and grounds, drawn as vectors.

mod border;
mod ground;

pub(crate) use border::border;
pub(crate) use ground::ground;

use crate::page::{Segment, point};
use domain::catalogue::Point;

/// A curve given by its points and their derivatives, as cubic segments between equal steps of
/// its parameter from 0 to 1. A quarter of a swing a step is enough for the eye.
fn curve(steps: usize, at: impl Fn(f32) -> (Point, Point)) -> Vec<Segment> {
    let third = 1.0 / (3.0 * steps as f32);
    let mut before = at(0.0);
    let mut segments = vec![Segment::Move(before.0)];
    for step in 1..=steps {
        let here = at(step as f32 / steps as f32);
        let out = point(before.0.x + before.1.x * third, before.0.y + before.1.y * third);
        let into = point(here.0.x - here.1.x * third, here.0.y - here.1.y * third);
        segments.push(Segment::Curve(out, into, here.0));
        before = here;
    }
    segments
}

/// A closed curve around a middle whose radius swings `swings` times around.
fn rosette(middle: Point, radius: f32, depth: f32, swings: f32, turn: f32) -> Vec<Segment> {
    use std::f32::consts::TAU;
    let mut segments = curve(swings as usize * 4, |share| {
        let angle = share * TAU;
        let phase = swings * angle + turn;
        let swung = radius * (1.0 - depth + depth * phase.sin());
        let change = radius * depth * phase.cos() * swings;
        let (sin, cos) = angle.sin_cos();
        let at = point(middle.x + swung * cos, middle.y + swung * sin);
        let along = point((change * cos - swung * sin) * TAU, (change * sin + swung * cos) * TAU);
        (at, along)
    });
    segments.push(Segment::Close);
    segments
}
