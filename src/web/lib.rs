//! Layer `web`.
