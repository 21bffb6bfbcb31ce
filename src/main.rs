//! The `yinzheng` program: parse, run, exit code.

mod cli;
mod config;

fn main() -> std::process::ExitCode {
    cli::main(std::env::args_os())
}
