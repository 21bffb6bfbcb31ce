//! Many licenses of one type at once: a file of rows, each issued once or not at all.

mod batch;
mod columns;
mod day;

pub use batch::{
    BadProblems, Batch, BatchEvent, BatchRefused, BatchState, Format, Problem, ProblemCount, Row,
    RowCounts, RowState,
};
pub use columns::{BadColumn, Columns, PROBLEMS_COLUMN, Read};
