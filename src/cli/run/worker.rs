//! `yinzheng worker`, which nobody types.

use crate::cli::args::WorkerTyped;
use crate::cli::exit::{Exit, Failure};
use app::examiner::work;

/// Examines files until the service that started this process asks no more.
pub(super) fn run(typed: WorkerTyped) -> Result<Exit, Failure> {
    work(typed.address_bytes, std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(Exit::Success)
}
