//! What the words mean and what is allowed: no I/O, no clock, no SQL, no HTTP.

pub mod access;
mod as_text;
pub mod audit;
pub mod canonical;
pub mod catalogue;
pub mod collection;
pub mod compare;
pub mod digest;
pub mod exemption;
pub mod form;
pub mod id;
pub mod identifier;
pub mod ingest;
pub mod jwt;
pub mod library;
pub mod license;
pub mod log;
pub mod marked_copy;
pub mod mask;
pub mod nonces;
pub mod notice;
pub mod party;
pub mod quality;
pub mod request_signature;
pub mod seal;
pub mod sealing;
pub mod signed;
pub mod signing;
pub mod target;
pub mod time;
pub mod trust_list;
pub mod undertaking;
pub mod validation;
pub mod webhook;
pub mod word;

#[cfg(test)]
#[allow(unreachable_pub, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
