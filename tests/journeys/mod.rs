//! Journeys of ARCHITECTURE.md, each through real HTTP and the files that come out of it.

mod issue;
mod own_document;
mod restart;
mod verify;
