//! `yinzheng pki`.

use crate::cli::args::PkiTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;

/// Makes the test PKI.
pub(super) fn run(typed: &PkiTyped, output: &Output) -> Result<Exit, Failure> {
    app::pki::make(&typed.folder, &mut |made| output.line(made))?;
    Ok(Exit::Success)
}
