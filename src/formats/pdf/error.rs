//! Why a file cannot be read, with the place.

use super::limits::Exhausted;
use super::syntax::{Id, SyntaxError};

/// Why a PDF cannot be read. Nothing is repaired: a file that needs repair is shown differently by
/// different readers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// No `%PDF-n.n` at byte 0 (ISO 32000-2, 7.5.2).
    #[error("no PDF header at byte 0")]
    Header,
    /// Offsets have ten digits (ISO 32000-2, 7.5.4); the file is longer than they can say.
    #[error("longer than ten-digit offsets can address")]
    TooLong,
    /// Bytes that are not PDF syntax.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The chain of cross-reference sections is broken (ISO 32000-2, 7.5.4 to 7.5.8).
    #[error("cross-reference section at byte {offset}: {reason}")]
    CrossReference {
        /// Where the section, or the pointer to it, stands.
        offset: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// An object is not what its place in the document requires.
    #[error("object {id}: {reason}")]
    Object {
        /// The object.
        id: Id,
        /// What is wrong.
        reason: &'static str,
    },
    /// The document structure lacks something it must have.
    #[error("document structure: {0}")]
    Structure(&'static str),
    /// A stream cannot be decoded.
    #[error("stream at byte {offset}: {reason}")]
    Stream {
        /// Where its data starts in the file.
        offset: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The trailer has `/Encrypt`.
    #[error("the document is encrypted")]
    Encrypted,
    /// A budget ran out.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}
