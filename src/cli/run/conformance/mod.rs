//! `yinzheng conformance`: what a deployment answers to what clients meet sooner or later.

mod cases;
mod session;

use super::remote::Remote;
use crate::cli::args::ConformanceTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use cases::CASES;
use serde::Serialize;
use session::{Session, Unfit};

/// What came of a case.
#[derive(Serialize)]
struct Line<'a> {
    case: &'static str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// Tries every case, one after the other.
pub(super) fn run(typed: &ConformanceTyped, output: &Output) -> Result<Exit, Failure> {
    let session = Session::new(Remote::new(&typed.url, &typed.access)?)?;
    let (mut passed, mut failed) = (0, 0);
    for case in &CASES {
        let tried = (case.run)(&session);
        let (result, reason) = match &tried {
            Ok(()) => ("pass", None),
            Err(Unfit::Skipped(reason)) => ("skip", Some(*reason)),
            Err(Unfit::Failed(reason)) => ("fail", Some(reason.as_str())),
        };
        passed += usize::from(result == "pass");
        failed += usize::from(result == "fail");
        if typed.json {
            output.json_line(&Line { case: case.name, result, reason });
            continue;
        }
        let mark = match result {
            "pass" => "✓",
            "fail" => "✗",
            _ => "–",
        };
        let about = output.pick(case.zh, case.en);
        let reason = reason.map_or_else(String::new, |reason| format!("  ({reason})"));
        output.line(format_args!("{mark} {:<16} {about}{reason}", case.name));
    }
    if !typed.json {
        output.line(format_args!("{passed} / {}", CASES.len()));
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::Failed })
}
