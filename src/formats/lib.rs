//! Bytes to facts and facts to bytes: certificates, seals, signed messages, PDF.
//!
//! No I/O, no clock, no opinion: whether a fact is good enough is for `domain` to say.

pub mod der;
pub mod oid;
