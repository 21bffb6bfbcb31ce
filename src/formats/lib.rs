//! Bytes to facts and facts to bytes: certificates, seals, signed messages, PDF.
//!
//! No I/O, no clock, no opinion: whether a fact is good enough is for `domain` to say.

pub mod algorithm;
pub mod cms;
pub mod container;
pub mod der;
pub mod diagnosis;
pub mod examine;
pub mod initials;
pub mod intake;
mod memo;
pub mod messages;
pub mod nonces;
pub mod oid;
pub mod original;
pub mod package;
pub mod pdf;
pub mod png_chunks;
pub mod proof;
pub mod seen;
pub mod ses;
pub mod sheet;
pub mod sm;
pub mod structured_field;
pub mod text;
pub mod tree;
pub mod tsp;
pub mod x509;
pub mod zip;

#[cfg(test)]
mod sample;
#[cfg(test)]
#[path = "../../tests/support/shared.rs"]
#[allow(unreachable_pub)] // the file is shared with crates where `pub` is reachable
mod shared;
