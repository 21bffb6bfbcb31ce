//! What the modules of the integration executable share.

pub mod attacks;
pub mod authority;
pub mod clients;
pub mod decision;
pub mod device;
pub mod disk;
pub mod http;
pub mod load;
pub mod office;
pub mod parsers;
pub mod pdf;
pub mod people;
pub mod postgres;
pub mod provider;
pub mod receiver;
pub mod service;
pub mod shared;
pub mod snapshot;
pub mod systems;
pub mod tool;
pub mod tree;
pub mod workshop;
