//! Tokens and values with their byte positions (ISO 32000-2, 7.2 and 7.3).

mod filter;
mod lexer;
mod object;
mod parser;

pub(crate) use filter::{FilterError, count_decoded, decode, inflate_exactly};
pub(crate) use lexer::{Lexer, Token, is_regular, is_space};
pub(crate) use object::{Dictionary, Name, Object, Value};
pub use object::{Id, Span};
pub(crate) use parser::Parser;

/// Bytes that are not a token or value of PDF, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}: {reason}")]
pub struct SyntaxError {
    /// Offset in the file, or in the decoded stream that holds the value.
    pub offset: usize,
    /// What is wrong.
    pub reason: &'static str,
}
