//! The one integration executable.
