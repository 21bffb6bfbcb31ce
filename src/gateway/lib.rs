//! Everything outside that is not the database: clock, chance, files, keys, trust folders, other
//! processes.

pub mod backup;
pub mod clock;
pub mod confine;
pub mod custody;
pub mod disk;
pub mod elsewhere;
pub mod fetch;
pub mod files;
pub mod inquiry;
pub mod kept;
pub mod keyed;
pub mod leftover;
pub mod lock;
pub mod log_place;
pub mod network;
pub mod one_time;
pub mod password;
pub mod random;
pub mod receipt_keys;
pub mod stamper;
pub mod trust;
pub mod webhook;
pub mod witness;
pub mod workers;

mod breaker;
mod durable;
mod pour;

#[cfg(test)]
#[allow(unreachable_pub, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/authority.rs"]
mod authority;
#[cfg(test)]
#[allow(unreachable_pub, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
