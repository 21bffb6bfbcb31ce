//! Layer `render`.
