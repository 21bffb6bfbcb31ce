//! `yinzheng fsck`.

use super::open;
use crate::cli::args::FsckTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::FsckView;
use app::{App, FsckRequest};

/// Some millions of ids.
const ACKNOWLEDGED_BYTES_MAX: usize = 256 << 20;

/// Checks what was typed; a fault is a failure.
pub(super) fn run(typed: FsckTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let acknowledged = match &typed.acknowledged {
        Some(path) => {
            let bytes = super::read(path, ACKNOWLEDGED_BYTES_MAX)?;
            let text = String::from_utf8_lossy(&bytes);
            text.split_whitespace().map(str::to_owned).collect()
        }
        None => Vec::new(),
    };
    let app = open(config, typed.data)?;
    check(&app, &FsckRequest { acknowledged, quick: typed.quick }, typed.json, output)
}

pub(super) fn check(
    app: &App,
    request: &FsckRequest,
    json: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let bar = output.progress();
    let answer = app.fsck(request, &mut |done, total| bar.show(done, total, ""));
    bar.close();
    let answer = answer?;
    if json {
        output.json(&answer);
    } else {
        show(&answer, output);
    }
    Ok(if answer.sound { Exit::Success } else { Exit::Failed })
}

fn show(answer: &FsckView, output: &Output) {
    let words = output.words();
    output.line(if answer.sound { words.sound } else { words.unsound });
    for invariant in &answer.invariants {
        let name = words.invariant(invariant.name);
        let mark = if invariant.fault_count == 0 { "✓" } else { "✗" };
        output.entry(name, format_args!("{mark} {}", invariant.looked_at));
        for fault in &invariant.faults {
            output.line(format_args!("    {fault}"));
        }
        for remark in &invariant.remarks {
            output.line(format_args!("    ({remark})"));
        }
        let untold = invariant.fault_count - invariant.faults.len() as u64;
        if untold > 0 {
            output.line(format_args!("    … {untold}"));
        }
    }
}
