//! The command line: arguments as typed, the command with its configuration, the answer.

mod args;
mod exit;
mod output;
mod run;
mod words;

use clap::Parser;
use exit::Exit;
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;
use words::Language;

/// Parses `arguments`, runs the command and answers with its exit code.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let typed = match args::Typed::try_parse_from(arguments) {
        Ok(typed) => typed,
        Err(answer) => return shown(&answer),
    };
    let language = typed.lang.unwrap_or_else(Language::from_environment);
    let output = Output::new(language);
    let exit = run::run(typed, &output).unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit()
    });
    output.close(exit).into()
}

/// Prints help, version or a usage error; only the last is a failure.
fn shown(answer: &clap::Error) -> ExitCode {
    let _ = answer.print();
    if answer.use_stderr() { Exit::Usage.into() } else { Exit::Success.into() }
}
