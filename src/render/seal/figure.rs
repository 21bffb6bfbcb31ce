//! The curves of a seal: its ring, and the arcs on which texts stand.

use std::f32::consts::{FRAC_PI_2, TAU};

/// An elliptic ring around the middle, in mm.
pub(super) struct Ring {
    /// Half the width to the middle of the line.
    pub(super) across: f32,
    /// Half the height to the middle of the line.
    pub(super) down: f32,
    /// Breadth of the line.
    pub(super) breadth: f32,
}

impl Ring {
    /// The ring that just fits into a picture.
    pub(super) fn inside(width: f32, height: f32, breadth: f32) -> Self {
        // A hair of room, so that the edge is not cut off.
        let inset = breadth / 2.0 + 0.15;
        Self { across: width / 2.0 - inset, down: height / 2.0 - inset, breadth }
    }
}

/// A part of an ellipse on which the middles of characters stand.
pub(super) struct Arc {
    across: f32,
    down: f32,
    /// Height of the characters in mm.
    pub(super) height: f32,
    /// Along the upper edge, feet to the middle of the seal; else along the lower, heads to it.
    above: bool,
    /// The share of the ellipse that the text may take.
    share: f32,
    /// Distance of characters in heights where there is room.
    pitch: f32,
}

/// Where a character stands: its middle in mm, and its turn in degrees.
pub(super) struct Stand {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) turn: f32,
    /// Room along the arc in mm.
    pub(super) room: f32,
}

/// Steps in which an ellipse is measured; below a tenth of a mm for every seal.
const STEPS: usize = 1440;

impl Arc {
    /// Inside a ring, for the name.
    pub(super) fn above(ring: &Ring, height: f32, gap: f32) -> Self {
        let inward = ring.breadth / 2.0 + gap + height / 2.0;
        Self {
            across: ring.across - inward,
            down: ring.down - inward,
            height,
            above: true,
            share: 0.66,
            pitch: 1.5,
        }
    }

    /// Inside a ring, for the figures.
    pub(super) fn below(ring: &Ring, height: f32, gap: f32) -> Self {
        let inward = ring.breadth / 2.0 + gap + height / 2.0;
        Self {
            across: ring.across - inward,
            down: ring.down - inward,
            height,
            above: false,
            share: 0.22,
            pitch: 1.0,
        }
    }

    /// Places of `count` characters, evenly spaced and symmetric.
    pub(super) fn stands(&self, count: usize) -> Vec<Stand> {
        let lengths = self.lengths();
        let whole = lengths.last().copied().unwrap_or_default();
        let room = (self.height * self.pitch).min(whole * self.share / count.max(1) as f32);
        let first = whole / 2.0 - room * (count as f32 - 1.0) / 2.0;
        (0..count).map(|index| self.stand(&lengths, first + index as f32 * room, room)).collect()
    }

    /// The angle of a step: from the far end clockwise above, counterclockwise below, so that the
    /// text's middle is half way.
    fn angle(&self, step: usize) -> f32 {
        let turned = step as f32 / STEPS as f32 * TAU;
        if self.above { FRAC_PI_2 + turned } else { -FRAC_PI_2 - turned }
    }

    fn point(&self, angle: f32) -> (f32, f32) {
        (self.across * angle.cos(), self.down * angle.sin())
    }

    /// Length along the ellipse up to each step.
    fn lengths(&self) -> Vec<f32> {
        let mut sum = 0.0;
        let mut before = self.point(self.angle(0));
        (0..=STEPS)
            .map(|step| {
                let here = self.point(self.angle(step));
                sum += (here.0 - before.0).hypot(here.1 - before.1);
                before = here;
                sum
            })
            .collect()
    }

    fn stand(&self, lengths: &[f32], along: f32, room: f32) -> Stand {
        let step = lengths.partition_point(|length| *length < along);
        let angle = self.angle(step);
        let (x, y) = self.point(angle);
        let forward = if self.above { 1.0 } else { -1.0 };
        let (right, down) =
            (-self.across * angle.sin() * forward, self.down * angle.cos() * forward);
        Stand { x, y, turn: down.atan2(right).to_degrees(), room }
    }
}

/// The ten corners of a five-pointed star around (0, 0), its point up, in units of its radius.
pub(super) fn star() -> [(f32, f32); 10] {
    // Where the sides of a regular pentagram cross.
    const INNER: f32 = 0.381_966;
    std::array::from_fn(|corner| {
        let angle = corner as f32 / 10.0 * TAU - FRAC_PI_2;
        let radius = if corner % 2 == 0 { 1.0 } else { INNER };
        (radius * angle.cos(), radius * angle.sin())
    })
}
