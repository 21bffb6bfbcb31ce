//! The project's own files, as the tests that read the tree see them.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Folders that hold what is made, not what is written.
const MADE: [&str; 7] =
    [".git", "target", "data", "node_modules", "corpus", "artifacts", "__pycache__"];

/// Every file below `folder` (relative to the root), sorted, by its path relative to the root
/// with `/` between the parts. Empty when there is no such folder.
pub fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let relative = |path: PathBuf| {
        let path = path.strip_prefix(root()).expect("walked from the root");
        path.to_string_lossy().into_owned()
    };
    let mut found: Vec<String> = found.into_iter().map(relative).collect();
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        match MADE.iter().any(|made| name == *made) {
            true => {}
            false if path.is_dir() => walk(&path, found),
            false => found.push(path),
        }
    }
}

/// The text of a file of the project; `None` when it is not text.
pub fn text(file: &str) -> Option<String> {
    let bytes = fs::read(root().join(file)).unwrap_or_else(|cause| panic!("{file}: {cause}"));
    String::from_utf8(bytes).ok()
}

/// The lines of a Rust file that are production code: comments, and everything from the first
/// `#[cfg(test)]` on, left out.
pub fn production(file: &str) -> Vec<(usize, String)> {
    if file.ends_with("/tests.rs") || file.ends_with("/build.rs") {
        return Vec::new();
    }
    let text = text(file).unwrap_or_default();
    let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").enumerate();
    lines
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or_default().to_owned()))
        .collect()
}
