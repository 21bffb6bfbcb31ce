//! Sharing with others: what changed, for those who follow it, and services of other regions.

mod changes;
mod fetch;
mod regions;

pub(crate) use regions::Regions;
