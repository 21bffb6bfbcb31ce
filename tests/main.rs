//! The one integration executable.

mod artefacts;
mod attacks;
mod authorization;
mod browser;
mod catalogue;
mod census;
mod cli;
mod codes;
mod custody;
mod doctor;
mod hostile;
mod interop;
mod journeys;
mod levels;
mod samples;
pub mod support;
mod tampering;
mod tidy;
