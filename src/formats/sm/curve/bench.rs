//! What a verification computes: s·G + t·P for a point that comes again, and for points that come
//! once.

use divan::{Bencher, black_box};
use sm2_curve::{Public, PublicPoint, Scalar, public_point};

fn main() {
    divan::main();
}

/// Not small, and different for each place.
fn number(place: u32) -> Scalar {
    (0..8).fold(Scalar::from(place), |number, _| number.square() + Scalar::from(7_u32))
}

fn point(place: u32) -> PublicPoint {
    let bytes = public_point(&number(place)).expect("not zero");
    PublicPoint::read(bytes[1..].try_into().expect("64 bytes")).expect("on the curve")
}

#[divan::bench(sample_size = 10, sample_count = 200)]
fn known(bencher: Bencher) {
    let (point, s, t) = (point(1), Public(number(2)), Public(number(3)));
    // Until the table is built.
    (0..9).for_each(|_| assert!(point.sum_x(s, t).is_some()));
    bencher.bench_local(|| black_box(point).sum_x(black_box(s), black_box(t)));
}

#[divan::bench(sample_size = 10, sample_count = 200)]
fn unknown(bencher: Bencher) {
    let (s, t) = (Public(number(2)), Public(number(3)));
    // So many that none is counted twice.
    let points: Vec<PublicPoint> = (100..300).map(point).collect();
    let mut next = points.iter().cycle();
    bencher.with_inputs(|| next.next()).bench_local_values(|point| point?.sum_x(s, t));
}
