//! Transcripts: what is typed, what comes back. Each `fixtures/cli/*.txt` is a session in a folder
//! of its own; `$DEMO` is the data folder of the demo. A line `...` stands for any lines, `...`
//! within a line for any text; `exit N` ends an answer whose exit code is not 0.

use crate::support::service::{demo, empty_folder};
use crate::support::tree::{files, root};
use std::path::Path;
use std::process::Command;

/// One command of a transcript.
struct Step {
    typed: String,
    answer: Vec<String>,
    exit: i32,
}

fn steps(transcript: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in transcript.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(typed) = line.strip_prefix("$ ") {
            steps.push(Step { typed: typed.to_owned(), answer: Vec::new(), exit: 0 });
        } else if let Some(step) = steps.last_mut() {
            match line.strip_prefix("exit ").and_then(|code| code.parse().ok()) {
                Some(exit) => step.exit = exit,
                None => step.answer.push(line.to_owned()),
            }
        }
    }
    for step in &mut steps {
        while step.answer.last().is_some_and(String::is_empty) {
            step.answer.pop();
        }
    }
    steps
}

/// Runs one command line as a person would: `yinzheng` is the one under test, the language
/// English, nothing configured.
fn typed(line: &str, folder: &Path, demo: &str) -> (String, i32) {
    let program = Path::new(env!("CARGO_BIN_EXE_yinzheng"));
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = program.parent().expect("a folder").display();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{{ {line}\n}} 2>&1")]).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("YZ_") {
            shell.env_remove(name);
        }
    }
    shell.env("PATH", format!("{bin}:{path}")).env("LC_ALL", "C").env("DEMO", demo);
    let answer = shell.output().expect("a shell");
    let text = String::from_utf8_lossy(&answer.stdout).replace(demo, "$DEMO");
    (text, answer.status.code().unwrap_or(-1))
}

/// True when the lines are as expected, `...` standing for anything.
fn fits(expected: &[String], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((any, rest)) if any == "..." => {
            (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]))
        }
        Some((line, rest)) => {
            lines.first().is_some_and(|said| line_fits(line, said)) && fits(rest, &lines[1..])
        }
    }
}

fn line_fits(expected: &str, said: &str) -> bool {
    let mut parts = expected.split("...");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[track_caller]
fn check(name: &str) {
    let transcript = std::fs::read_to_string(root().join("fixtures/cli").join(name)).expect(name);
    let demo =
        if transcript.contains("$DEMO") { demo().data.display().to_string() } else { "/-".into() };
    let folder = empty_folder(&format!("cli-{name}"));
    for step in steps(&transcript) {
        let (said, exit) = typed(&step.typed, &folder, &demo);
        let lines: Vec<&str> = said.trim_end().lines().collect();
        assert!(
            exit == step.exit && fits(&step.answer, &lines),
            "{name}: $ {}\n{said}exit {exit}\n\nexpected:\n{}\nexit {}",
            step.typed,
            step.answer.join("\n"),
            step.exit
        );
    }
}

macro_rules! transcripts {
    ($($test:ident)*) => {
        $(#[test] fn $test() { check(concat!(stringify!($test), ".txt")); })*

        #[test]
        fn every_transcript_is_run() {
            let run = [$(concat!("fixtures/cli/", stringify!($test), ".txt")),*];
            assert_eq!(files("fixtures/cli"), run);
        }
    };
}

transcripts! { archive assistance audit client compare config doctor fsck help inspect item license license_type log pki receipt seal sign staff trust usage verify }

#[test]
fn dots_stand_for_anything_and_nothing_else_does() {
    for (expected, said, fit) in [
        ("a ... c", "a b c", true),
        ("a ... c", "a b d", false),
        ("...", "", true),
        ("a", "a b", false),
        ("id ... number ...", "id 1 number 2", true),
        ("id ... number ...", "id 1", false),
    ] {
        assert_eq!(line_fits(expected, said), fit, "{expected} / {said}");
    }
    let expected = ["a", "...", "b"].map(str::to_owned);
    assert!(fits(&expected, &["a", "x", "y", "b"]) && !fits(&expected, &["a", "b", "c"]));
}
