//! The project's own files, as the tests that read the tree see them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

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

/// The lines of a Rust file that are production code, comments cut off: items under
/// `#[cfg(test)]` are left out, and so are files that are such an item.
pub fn production(file: &str) -> Vec<(usize, String)> {
    if file.ends_with("/build.rs") || test_modules().iter().any(|module| module.holds(file)) {
        return Vec::new();
    }
    let text = text(file).unwrap_or_default();
    let mut lines = text.lines().enumerate();
    let mut kept = Vec::new();
    while let Some((number, line)) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let close = line.replace("#[cfg(test)]", "}");
            let item = lines.find(|(_, line)| !line.trim_start().starts_with("#["));
            if item.is_some_and(|(_, item)| !item.ends_with([';', '}'])) {
                let _ = lines.find(|(_, line)| *line == close);
            }
        } else {
            kept.push((number + 1, line.split("//").next().unwrap_or_default().to_owned()));
        }
    }
    kept
}

/// A module that only tests compile, by the path of its file without `.rs`.
struct TestModule(String);

impl TestModule {
    fn holds(&self, file: &str) -> bool {
        let rest = file.strip_prefix(&self.0);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }
}

/// Every `#[cfg(test)] mod name;` below `src`.
fn test_modules() -> &'static [TestModule] {
    static MODULES: LazyLock<Vec<TestModule>> = LazyLock::new(|| {
        let rust = files("src").into_iter().filter(|file| file.ends_with(".rs"));
        rust.flat_map(|file| declared_for_tests(&file)).collect()
    });
    &MODULES
}

fn declared_for_tests(file: &str) -> Vec<TestModule> {
    let stem = file.trim_end_matches(".rs");
    let folder = ["/mod", "/lib", "/main"].iter().find_map(|end| stem.strip_suffix(end));
    let text = text(file).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    let mut found = Vec::new();
    while lines.find(|line| *line == "#[cfg(test)]").is_some() {
        let item = lines.find(|line| !line.starts_with("#[")).unwrap_or_default();
        let name = item.strip_suffix(';').and_then(|item| item.rsplit_once("mod "));
        found
            .extend(name.map(|(_, name)| TestModule(format!("{}/{name}", folder.unwrap_or(stem)))));
    }
    found
}
