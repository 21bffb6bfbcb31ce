//! Outside programs that judge what we make.

use super::shared::skip;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where a program lies on `PATH`; `None`, said loudly, when it is not installed.
pub fn tool(test: &str, name: &str) -> Option<PathBuf> {
    let found = on_path(name);
    if found.is_none() {
        skip(test, &format!("{name} is not installed"));
    }
    found
}

/// Where a program lies on `PATH`, if it is installed.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file())
}

/// What a program said, both streams, and whether it ended well.
pub struct Said {
    /// Standard output, then standard error.
    pub text: String,
    /// True for exit code 0.
    pub well: bool,
}

impl Said {
    /// Fails with everything that was said unless the program ended well and said `words`.
    #[track_caller]
    pub fn expect(&self, words: &[&str]) {
        assert!(self.well, "ended badly:\n{}", self.text);
        for word in words {
            assert!(self.text.contains(word), "did not say {word:?}:\n{}", self.text);
        }
    }
}

/// Runs a program to its end.
#[track_caller]
pub fn run<A: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = A>) -> Said {
    let answer = Command::new(program).args(arguments).output();
    said(answer.unwrap_or_else(|error| panic!("{}: {error}", program.display())))
}

/// What a finished program said.
pub fn said(output: Output) -> Said {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Said { text, well: output.status.success() }
}

/// A Python with pyHanko.
pub fn python(test: &str) -> Option<PathBuf> {
    python_with(test, "pyhanko")
}

/// A Python with this package of tests/interop/requirements.txt.
pub fn python_with(test: &str, package: &str) -> Option<PathBuf> {
    let python = tool(test, "python3")?;
    if run(&python, ["-c", &format!("import {package}")]).well {
        return Some(python);
    }
    skip(test, &format!("the Python package {package} is not installed"));
    None
}
