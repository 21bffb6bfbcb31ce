//! What the words mean and what is allowed: no I/O, no clock, no SQL, no HTTP.

pub mod canonical;
pub mod catalogue;
pub mod id;
pub mod identifier;
pub mod mask;
pub mod time;

#[cfg(test)]
#[allow(unreachable_pub, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
