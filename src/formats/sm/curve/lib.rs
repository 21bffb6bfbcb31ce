//! The four curve operations that SM2 signatures need, over the arithmetic of the `sm2` crate.
//!
//! A crate of its own for one reason: the arithmetic is generic, so it is compiled where it is
//! used. Here that is a package that development builds optimize by name (a verification takes
//! 0.3 ms instead of 4 ms). Points that verify often have tables of their own.
//!
//! What takes a time that depends on numbers takes them as [`Public`], and points as
//! [`PublicPoint`]; secrets are plain scalars and have no way into it but by that name.

mod known;
mod table;

use elliptic_curve::Group;
use elliptic_curve::ops::MulByGeneratorVartime;
use elliptic_curve::point::AffineCoordinates;
use elliptic_curve::sec1::{FromSec1Point, ToSec1Point};
use sm2::{AffinePoint, ProjectivePoint, Sec1Point};
pub use sm2::{FieldBytes, NonZeroScalar, Scalar};
use std::sync::LazyLock;
use table::Table;

/// A number that everyone may know, like s of a signature: the time of what is computed with it
/// tells it. Never a private key, a nonce, or something computed from them alone.
#[derive(Clone, Copy)]
pub struct Public(pub Scalar);

/// X‖Y of a point.
type Coordinates = [u8; 64];

/// A point of the curve other than infinity that everyone may know, as of a public key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicPoint {
    point: ProjectivePoint,
    coordinates: Coordinates,
}

impl PublicPoint {
    /// The point of X‖Y; `None` when it is not on the curve.
    #[must_use]
    pub fn read(coordinates: &[u8; 64]) -> Option<Self> {
        let encoded = Sec1Point::from_untagged_bytes(coordinates.into());
        let affine = AffinePoint::from_sec1_point(&encoded).into_option()?;
        Some(Self { point: affine.into(), coordinates: *coordinates })
    }

    /// X‖Y.
    #[must_use]
    pub fn coordinates(&self) -> &[u8; 64] {
        &self.coordinates
    }

    /// x of s·G + t·P for this point P, in variable time; `None` at infinity, whose x reads as
    /// zero.
    #[must_use]
    pub fn sum_x(&self, s: Public, t: Public) -> Option<FieldBytes> {
        known::table(self)
            .and_then(|table| by_table(&table, s, t))
            .or_else(|| self.sum_x_once(s, t))
    }

    /// The same by formulas without exceptions, and without a table.
    fn sum_x_once(&self, Public(s): Public, Public(t): Public) -> Option<FieldBytes> {
        let sum = ProjectivePoint::mul_by_generator_and_mul_add_vartime(&s, &t, &self.point);
        (!bool::from(sum.is_identity())).then(|| sum.to_affine().x())
    }
}

/// As [`PublicPoint::sum_x`] of the table's point; `None` also where tables have no answer.
fn by_table(table: &Table, s: Public, t: Public) -> Option<FieldBytes> {
    static OF_G: LazyLock<Option<Table>> = LazyLock::new(|| Table::new(ProjectivePoint::GENERATOR));
    table::sum_x([(OF_G.as_ref()?, s), (table, t)])
}

/// `04‖X‖Y` of d·G for a secret d, in constant time; `None` for d = 0.
#[must_use]
pub fn public_point(d: &Scalar) -> Option<[u8; 65]> {
    let affine = ProjectivePoint::mul_by_generator(d).to_affine();
    affine.to_sec1_point(false).as_bytes().try_into().ok()
}

/// x of k·G for a secret k, in constant time.
#[must_use]
pub fn nonce_x(k: &NonZeroScalar) -> FieldBytes {
    ProjectivePoint::mul_by_generator(k).to_affine().x()
}

/// The inverse modulo n of a secret number, in constant time; `None` for zero.
#[must_use]
pub fn inverse(number: &Scalar) -> Option<Scalar> {
    number.invert().into_option()
}

#[cfg(test)]
mod tests;
