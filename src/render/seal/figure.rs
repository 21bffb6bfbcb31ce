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
}

/// Steps in which an ellipse is measured; below a tenth of a mm for every seal.
const STEPS: usize = 1440;

/// Characters narrower than this share of their height are drawn smaller instead.
const NARROWEST: f32 = 0.55;
/// Characters lower than this, in mm, cannot be read on paper.
const LOWEST: f32 = 0.9;

impl Arc {
    /// Inside a ring, for the name.
    pub(super) fn above(ring: &Ring, height: f32, gap: f32) -> Self {
        Self::inside(ring, height, gap, true)
    }

    /// Inside a ring, for the figures.
    pub(super) fn below(ring: &Ring, height: f32, gap: f32) -> Self {
        Self::inside(ring, height, gap, false)
    }

    fn inside(ring: &Ring, height: f32, gap: f32, above: bool) -> Self {
        let inward = ring.breadth / 2.0 + gap + height / 2.0;
        let (across, down) = (ring.across - inward, ring.down - inward);
        let (share, pitch) = if above { (0.66, 1.5) } else { (0.22, 1.0) };
        Self { across, down, height, above, share, pitch }
    }

    /// The same with room for `count` characters, which stay as high where they can, and how broad
    /// each may be; none when they would be too small to be read.
    pub(super) fn fitted(self, count: usize) -> Option<(Self, f32)> {
        let mut arc = self;
        while arc.height >= LOWEST {
            let broad = arc.breadth(count);
            if broad >= arc.height * NARROWEST {
                return Some((arc, broad));
            }
            // As far from the ring as before.
            let lower = arc.height * 0.04;
            arc.height -= lower;
            arc.across += lower / 2.0;
            arc.down += lower / 2.0;
        }
        None
    }

    /// How broad characters may be so that no two of them touch: they turn, so their feet (above)
    /// or heads (below) are nearer to each other than their middles.
    fn breadth(&self, count: usize) -> f32 {
        let stands = self.stands(count);
        let pairs = stands.iter().zip(stands.iter().skip(1));
        let room = pairs.map(|(one, next)| {
            let half = ((next.turn - one.turn + 540.0).rem_euclid(360.0) - 180.0).abs() / 2.0;
            let (sin, cos) = half.to_radians().sin_cos();
            (next.x - one.x).hypot(next.y - one.y) / cos - self.height * sin / cos
        });
        room.fold(self.height, f32::min)
    }

    /// Places of `count` characters, evenly spaced and symmetric.
    pub(super) fn stands(&self, count: usize) -> Vec<Stand> {
        let lengths = self.lengths();
        let whole = lengths.last().copied().unwrap_or_default();
        let room = (self.height * self.pitch).min(whole * self.share / count.max(1) as f32);
        let first = whole / 2.0 - room * (count as f32 - 1.0) / 2.0;
        (0..count).map(|index| self.stand(&lengths, first + index as f32 * room)).collect()
    }

    /// The angle of a step, whole or not: from the far end clockwise above, counterclockwise below,
    /// so that the text's middle is half way.
    fn angle(&self, step: f32) -> f32 {
        let turned = step / STEPS as f32 * TAU;
        if self.above { FRAC_PI_2 + turned } else { -FRAC_PI_2 - turned }
    }

    fn point(&self, angle: f32) -> (f32, f32) {
        (self.across * angle.cos(), self.down * angle.sin())
    }

    /// Length along the ellipse up to each step.
    fn lengths(&self) -> Vec<f32> {
        let mut sum = 0.0;
        let mut before = self.point(self.angle(0.0));
        (0..=STEPS)
            .map(|step| {
                let here = self.point(self.angle(step as f32));
                sum += (here.0 - before.0).hypot(here.1 - before.1);
                before = here;
                sum
            })
            .collect()
    }

    fn stand(&self, lengths: &[f32], along: f32) -> Stand {
        let step = lengths.partition_point(|length| *length < along);
        let before = step.saturating_sub(1);
        let length = |step: usize| lengths.get(step).copied().unwrap_or_default();
        let within = (along - length(before)) / (length(step) - length(before)).max(f32::EPSILON);
        let angle = self.angle(before as f32 + within.clamp(0.0, 1.0));
        let (x, y) = self.point(angle);
        let forward = if self.above { 1.0 } else { -1.0 };
        let (right, down) =
            (-self.across * angle.sin() * forward, self.down * angle.cos() * forward);
        Stand { x, y, turn: down.atan2(right).to_degrees() }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The corners of a character of this breadth.
    fn corners(stand: &Stand, broad: f32, height: f32) -> [(f32, f32); 4] {
        let (sin, cos) = stand.turn.to_radians().sin_cos();
        [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| {
            let (x, y) = (x * broad, y * height);
            (stand.x + x * cos - y * sin, stand.y + x * sin + y * cos)
        })
    }

    /// Whether some line parts two boxes (the separating axis of convex figures).
    fn apart(one: &[(f32, f32); 4], other: &[(f32, f32); 4]) -> bool {
        [one, other].iter().any(|of| {
            (0..4).any(|side| {
                let (from, to) = (of[side], of[(side + 1) % 4]);
                let axis = (to.1 - from.1, from.0 - to.0);
                let span = |points: &[(f32, f32); 4]| {
                    let along = points.map(|(x, y)| x * axis.0 + y * axis.1);
                    let low = along.into_iter().fold(f32::MAX, f32::min);
                    (low, along.into_iter().fold(f32::MIN, f32::max))
                };
                let ((low, high), (other_low, other_high)) = (span(one), span(other));
                high <= other_low + 1e-3 || other_high <= low + 1e-3
            })
        })
    }

    #[test]
    fn names_of_2_to_40_characters_are_even_and_touch_nothing() {
        for (width, height) in [(42.0, 42.0), (40.0, 40.0), (40.0, 30.0), (30.0, 20.0)] {
            let ring = Ring::inside(width, height, 0.028 * width);
            for count in 2..=40 {
                let arc = Arc::above(&ring, 0.12 * width, 0.026 * width);
                let Some((arc, broad)) = arc.fitted(count) else {
                    assert!(width < 40.0 && count > 30, "{width} × {height}, {count}");
                    continue;
                };
                let stands = arc.stands(count);
                let boxes: Vec<_> =
                    stands.iter().map(|stand| corners(stand, broad, arc.height)).collect();
                for one in 0..count {
                    for other in one + 1..count {
                        assert!(apart(&boxes[one], &boxes[other]), "{count}: {one}, {other}");
                    }
                    let (first, last) = (&stands[one], &stands[count - 1 - one]);
                    assert!((first.x + last.x).abs() < 0.1, "{count}: symmetric");
                    let outer = boxes[one]
                        .iter()
                        .map(|(x, y)| (x / ring.across).powi(2) + (y / ring.down).powi(2));
                    assert!(outer.fold(0.0, f32::max) < 1.0, "{count}: within the ring");
                }
                let lengths = arc.lengths();
                let whole = lengths[lengths.len() - 1];
                let room = (arc.height * arc.pitch).min(whole * arc.share / count as f32);
                for pair in stands.windows(2) {
                    // A chord is shorter than its arc, by little.
                    let chord = (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y);
                    assert!((0.9..1.01).contains(&(chord / room)), "{count}: {}", chord / room);
                }
            }
        }
    }
}
