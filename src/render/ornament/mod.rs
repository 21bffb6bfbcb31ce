//! Frames and grounds, drawn as vectors.

mod border;
mod ground;

pub(crate) use border::border;
pub(crate) use ground::ground;

use crate::page::{Segment, point};
use domain::catalogue::Point;

/// A smooth curve through `points` (Catmull-Rom), closed where the last point is the first.
fn smooth(points: &[Point], closed: bool) -> Vec<Segment> {
    let Some(first) = points.first() else { return Vec::new() };
    let count = points.len();
    let at = |index: isize| {
        let last = count as isize - 1;
        // In a closed curve the last point is the first again.
        let index = if closed { index.rem_euclid(last) } else { index.clamp(0, last) };
        points[index as usize]
    };
    let mut segments = vec![Segment::Move(*first)];
    for index in 0..count as isize - 1 {
        let (before, from, to, after) = (at(index - 1), at(index), at(index + 1), at(index + 2));
        let first = point(from.x + (to.x - before.x) / 6.0, from.y + (to.y - before.y) / 6.0);
        let second = point(to.x - (after.x - from.x) / 6.0, to.y - (after.y - from.y) / 6.0);
        segments.push(Segment::Curve(first, second, to));
    }
    if closed {
        segments.push(Segment::Close);
    }
    segments
}
