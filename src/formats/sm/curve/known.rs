//! The tables of points that came lately, built for those that come again.

use crate::table::Table;
use crate::{Coordinates, PublicPoint};
use std::sync::{Arc, Mutex, PoisonError};

/// A table is built in the time of six or seven sums without it, so who comes a few times costs
/// nothing and nobody more than double.
const OFTEN: u8 = 6;
/// Tables that are kept, 5.6 MB at most, and points that are counted.
const KEPT: usize = 64;

/// Both with the last used first. They are apart so that a flood of points that come once pushes
/// no table out.
struct Known {
    tables: Vec<(Coordinates, Arc<Table>)>,
    counts: Vec<(Coordinates, u8)>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { tables: Vec::new(), counts: Vec::new() });

/// The table of a point that has come often enough. Everything here is public.
pub(crate) fn table(point: &PublicPoint) -> Option<Arc<Table>> {
    // A panic elsewhere leaves the lists usable: what they lack is built again.
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(table) = known().find(&point.coordinates) {
        return Some(table);
    }
    if known().count(&point.coordinates) < OFTEN {
        return None;
    }
    // Others go on meanwhile; who builds the same at the same time builds it twice.
    let table = Arc::new(Table::new(point.point)?);
    known().keep(point.coordinates, &table);
    Some(table)
}

impl Known {
    fn find(&mut self, point: &Coordinates) -> Option<Arc<Table>> {
        let place = self.tables.iter().position(|(one, _)| one == point)?;
        self.tables[..=place].rotate_right(1);
        Some(self.tables[0].1.clone())
    }

    /// How often the point came, this time included.
    fn count(&mut self, point: &Coordinates) -> u8 {
        let place = self.counts.iter().position(|(one, _)| one == point);
        let before = place.map_or(0, |place| self.counts.remove(place).1);
        let count = before.saturating_add(1);
        self.counts.truncate(KEPT - 1);
        self.counts.insert(0, (*point, count));
        count
    }

    fn keep(&mut self, point: Coordinates, table: &Arc<Table>) {
        self.counts.retain(|(one, _)| *one != point);
        self.tables.retain(|(one, _)| *one != point);
        self.tables.truncate(KEPT - 1);
        self.tables.insert(0, (point, table.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProjectivePoint, Public, Scalar, public_point};

    fn point(number: u64) -> PublicPoint {
        let bytes = public_point(&Scalar::from(number)).expect("not zero");
        PublicPoint::read(bytes[1..].try_into().expect("64 bytes")).expect("on the curve")
    }

    fn empty() -> Known {
        Known { tables: Vec::new(), counts: Vec::new() }
    }

    #[test]
    fn a_point_that_came_often_has_a_table() {
        let point = point(1_234_567);
        assert!((1..OFTEN).all(|_| table(&point).is_none()));
        let built = table(&point).expect("often enough");
        assert!(Arc::ptr_eq(&built, &table(&point).expect("kept")));
        let (s, t) = (Public(Scalar::from(5_u64)), Public(Scalar::from(9_u64)));
        assert_eq!(crate::by_table(&built, s, t), point.sum_x_once(s, t));
    }

    #[test]
    fn a_flood_of_points_that_come_once_pushes_out_no_table() {
        let table = Arc::new(Table::new(ProjectivePoint::GENERATOR).expect("a table"));
        let mut known = empty();
        known.keep([0; 64], &table);
        assert_eq!(known.count(&[1; 64]), 1);
        assert_eq!(known.count(&[1; 64]), 2);
        for number in 2..=u8::MAX {
            assert_eq!(known.count(&[number; 64]), 1);
        }
        assert_eq!(known.counts.len(), KEPT);
        assert_eq!(known.count(&[1; 64]), 1, "forgotten");
        assert!(known.find(&[0; 64]).is_some());
    }

    #[test]
    fn the_table_that_was_not_used_longest_goes_first() {
        let table = Arc::new(Table::new(ProjectivePoint::GENERATOR).expect("a table"));
        let mut known = empty();
        for number in 0..u8::MAX {
            known.keep([number; 64], &table);
            known.keep([number; 64], &table);
            assert!(known.find(&[0; 64]).is_some(), "in use");
        }
        assert_eq!(known.tables.len(), KEPT);
        assert!(known.find(&[1; 64]).is_none());
        assert!(known.find(&[u8::MAX - 1; 64]).is_some());
    }
}
