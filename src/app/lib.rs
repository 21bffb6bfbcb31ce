//! Layer `app`.
