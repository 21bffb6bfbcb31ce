//! Journeys of ARCHITECTURE.md, each through real HTTP and the files that come out of it.

mod asking;
mod backup;
mod bench;
mod clock;
mod crash;
mod custody;
mod disk;
mod issue;
mod keyword;
mod levels;
mod log;
#[cfg(feature = "postgres")]
mod many;
mod matrix;
mod own_document;
mod people;
mod receipt;
mod restart;
mod time_stamp;
mod trust;
mod verify;
mod webhook;
mod worker;
