//! Sums by tables of multiples: additions only, no doubling.
//!
//! An addition here is the usual one of a point in Jacobian coordinates and one in affine
//! coordinates, which is right wherever the two have different x. Where they have not (equal or
//! opposite points), and where there is nothing to add, there is no answer: the caller computes it
//! by the complete formulas.

use crate::{FieldBytes, ProjectivePoint, Public};
use elliptic_curve::hazmat::FieldArithmetic;
use elliptic_curve::ops::Invert;
use elliptic_curve::point::AffineCoordinates;
use elliptic_curve::{BatchNormalize, Group, PrimeField};
use sm2::{AffinePoint, Sm2};

type Element = <Sm2 as FieldArithmetic>::FieldElement;

/// Bits of a number that one addition takes in. With 8 a sum is a tenth faster, and a table three
/// times as large and as slow to build.
const BITS: usize = 6;
/// One more than fill the 256 bits, for the carry of the last.
const WINDOWS: usize = 256 / BITS + 1;
const MASK: u16 = (1 << BITS) - 1;
/// The greatest digit: they are signed, so half as many multiples suffice.
const HALF: i8 = 1 << (BITS - 1);
const MULTIPLES: usize = 1 << (BITS - 1);

/// A point other than infinity.
#[derive(Clone, Copy)]
struct Affine {
    x: Element,
    y: Element,
}

/// j·2⁶ⁱ·P for each window i and 1 ≤ j ≤ 32: 88 KB.
pub(crate) struct Table(Vec<Affine>);

impl Table {
    /// The multiples of a point other than infinity. None of them is infinity: the order of the
    /// group is a prime greater than every j.
    pub(crate) fn new(point: ProjectivePoint) -> Option<Self> {
        let mut multiples = Vec::with_capacity(WINDOWS * MULTIPLES);
        let mut base = point;
        for _ in 0..WINDOWS {
            let multiple = std::iter::successors(Some(base), |one| Some(*one + base));
            multiples.extend(multiple.take(MULTIPLES));
            base = multiples.last()?.double();
        }
        let affine: Vec<AffinePoint> = ProjectivePoint::batch_normalize(multiples.as_slice());
        affine.iter().map(Affine::read).collect::<Option<_>>().map(Self)
    }

    /// The points whose sum is the multiple of the table's point by `number`.
    fn points(&self, number: Public) -> impl Iterator<Item = Affine> {
        let of_window = |(multiples, digit): (&[Affine], i8)| {
            let place = usize::from(digit.unsigned_abs()).checked_sub(1)?;
            let Affine { x, y } = multiples[place];
            Some(Affine { x, y: if digit < 0 { -y } else { y } })
        };
        self.0.chunks_exact(MULTIPLES).zip(digits(number)).filter_map(of_window)
    }
}

/// x of the sum of each table's point times its number. `None` where the plain addition has no
/// answer, which says nothing of the sum.
pub(crate) fn sum_x(terms: [(&Table, Public); 2]) -> Option<FieldBytes> {
    let mut points = terms.into_iter().flat_map(|(table, number)| table.points(number));
    let Affine { x, y } = points.next()?;
    points.try_fold(Sum { x, y, z: Element::ONE }, |sum, point| sum.plus(&point))?.affine_x()
}

/// d₀, d₁ … with −32 < dᵢ ≤ 32 and Σ dᵢ·2⁶ⁱ the number.
fn digits(Public(number): Public) -> [i8; WINDOWS] {
    let bytes = number.to_repr();
    // Counted from the last byte, which is the lowest.
    let byte = |place: usize| bytes.iter().rev().nth(place).copied().unwrap_or_default();
    let mut carry = 0;
    std::array::from_fn(|window| {
        let (place, bit) = (window * BITS / 8, window * BITS % 8);
        let two = u16::from_le_bytes([byte(place), byte(place + 1)]);
        let value = (two >> bit & MASK).to_le_bytes()[0].cast_signed() + carry;
        carry = i8::from(value > HALF);
        value - carry * 2 * HALF
    })
}

impl Affine {
    fn read(point: &AffinePoint) -> Option<Self> {
        let element = |bytes: FieldBytes| Element::from_repr(bytes).into_option();
        Some(Self { x: element(point.x())?, y: element(point.y())? })
    }
}

/// A point other than infinity in Jacobian coordinates: (x/z², y/z³).
struct Sum {
    x: Element,
    y: Element,
    z: Element,
}

impl Sum {
    /// `None` where both have the same x. z stays other than zero: it is multiplied by the
    /// difference of both.
    fn plus(&self, Affine { x, y }: &Affine) -> Option<Self> {
        let zz = self.z.square();
        let width = *x * zz - self.x;
        if bool::from(width.is_zero()) {
            return None;
        }
        let height = *y * (zz * self.z) - self.y;
        let square = width.square();
        let cube = square * width;
        let middle = self.x * square;
        let sum = height.square() - cube - middle.double();
        Some(Self { x: sum, y: height * (middle - sum) - self.y * cube, z: self.z * width })
    }

    fn affine_x(&self) -> Option<FieldBytes> {
        let inverse = Invert::invert_vartime(&self.z).into_option()?;
        Some((self.x * inverse.square()).to_repr())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;
    use proptest::prelude::*;

    fn check(number: Scalar) {
        let digits = digits(Public(number));
        assert!(digits.iter().all(|digit| (-HALF + 1..=HALF).contains(digit)), "{digits:?}");
        let add = |sum: Scalar, digit: &i8| {
            let size = Scalar::from(u64::from(digit.unsigned_abs()));
            sum * Scalar::from(1_u64 << BITS) + if *digit < 0 { -size } else { size }
        };
        assert_eq!(digits.iter().rev().fold(Scalar::ZERO, add), number, "{digits:?}");
    }

    #[test]
    fn digits_are_those_of_the_number() {
        (0..200_u64).map(Scalar::from).for_each(|number| {
            check(number);
            check(-number);
        });
    }

    proptest! {
        #[test]
        fn digits_are_those_of_any_number(bytes in any::<[u8; 32]>()) {
            if let Some(number) = Scalar::from_repr(bytes.into()).into_option() {
                check(number);
            }
        }
    }
}
