//! `yinzheng worker`, which nobody types.

use crate::cli::args::WorkerTyped;
use crate::cli::exit::{Exit, Failure};
use app::examiner::work;
use app::offline::{Trust, TrustPlace};

/// Examines files until the service that started this process asks no more.
pub(super) fn run(typed: WorkerTyped) -> Result<Exit, Failure> {
    let WorkerTyped { address_bytes, anchors } = typed;
    let place = |path| TrustPlace { path, signer: anchors.trust_signer, seen: None };
    let trust = anchors.trust.map(|path| Trust::from_place(&place(path))).transpose()?;
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    work(&trust.unwrap_or_default(), address_bytes, input, output)?;
    Ok(Exit::Success)
}
