//! Sums by tables are held against those by complete formulas.

use super::*;
use elliptic_curve::PrimeField;
use proptest::prelude::*;

/// The point d·G.
fn point(d: &Scalar) -> PublicPoint {
    let bytes = public_point(d).expect("not zero");
    PublicPoint::read(bytes[1..].try_into().expect("64 bytes")).expect("on the curve")
}

fn table(point: &PublicPoint) -> Table {
    Table::new(point.point).expect("no multiple is infinity")
}

/// Numbers around zero, the order, and the bounds of windows and bytes.
fn numbers() -> Vec<Scalar> {
    let near = (0..4_u64).map(Scalar::from);
    let bounds = [31_u64, 32, 33, 63, 64, 65, 255, 2048, u64::MAX].map(Scalar::from);
    let high = Scalar::from(2_u64).invert().expect("odd order");
    let positive: Vec<Scalar> = near.chain(bounds).chain([high]).collect();
    positive.iter().copied().chain(positive.iter().map(|number| -*number)).collect()
}

#[test]
fn equal_and_opposite_points_and_infinity_are_summed_right() {
    let numbers = numbers();
    for d in [1_u64, 2, 64].map(Scalar::from).into_iter().flat_map(|d| [d, -d]) {
        let point = point(&d);
        let table = table(&point);
        for (s, t) in numbers.iter().flat_map(|s| numbers.iter().map(move |t| (*s, *t))) {
            let (s, t) = (Public(s), Public(t));
            let expected = point.sum_x_once(s, t);
            assert_eq!(point.sum_x(s, t), expected);
            let by_table = by_table(&table, s, t);
            assert!(by_table.is_none() || by_table == expected);
        }
    }
}

#[test]
fn tables_have_no_answer_where_their_formula_has_none() {
    let one = || Public(Scalar::ONE);
    for same in [Scalar::ONE, -Scalar::ONE] {
        assert_eq!(by_table(&table(&point(&same)), one(), one()), None);
    }
    let zero = Public(Scalar::ZERO);
    assert_eq!(by_table(&table(&point(&Scalar::from(7_u64))), zero, zero), None);
    assert_eq!(point(&-Scalar::ONE).sum_x(one(), one()), None, "infinity");
    let doubled: [u8; 65] = public_point(&Scalar::from(2_u64)).expect("a point");
    assert_eq!(point(&Scalar::ONE).sum_x(one(), one()).expect("2G")[..], doubled[1..33]);
}

#[test]
fn thousands_of_sums_are_those_of_the_complete_formulas() {
    let mut number = Scalar::from(20_261_123_u64);
    let mut next = || {
        number = number.square() + Scalar::from(7_u64);
        number
    };
    for _ in 0..8 {
        let point = point(&next());
        let table = table(&point);
        for _ in 0..400 {
            let (s, t) = (Public(next()), Public(next()));
            let expected = point.sum_x_once(s, t);
            assert!(expected.is_some());
            assert_eq!(by_table(&table, s, t), expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sums_are_those_of_the_complete_formulas(bytes in any::<[[u8; 32]; 3]>()) {
        let read = |bytes: [u8; 32]| Scalar::from_repr(bytes.into()).into_option();
        let [Some(d), Some(s), Some(t)] = bytes.map(read) else { return Ok(()) };
        prop_assume!(d != Scalar::ZERO);
        let (point, s, t) = (point(&d), Public(s), Public(t));
        prop_assert_eq!(by_table(&table(&point), s, t), point.sum_x_once(s, t));
    }
}
