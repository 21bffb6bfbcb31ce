//! Layer `domain`.
