//! Every fixture is named by someone and says where it came from.

use super::{has_extension, none};
use crate::support::tree::{files, text};

const SOURCES: &str = "fixtures/SOURCES.md";

fn fixtures() -> impl Iterator<Item = String> {
    files("fixtures").into_iter().filter(|file| file != SOURCES)
}

/// A fixture and the folders it lies in, innermost first, without the `fixtures/` itself.
fn names(fixture: &str) -> Vec<&str> {
    let mut names = vec![fixture];
    while let Some((folder, _)) = names[names.len() - 1].rsplit_once('/') {
        if folder == "fixtures" {
            break;
        }
        names.push(folder);
    }
    names
}

#[test]
fn every_fixture_has_a_source() {
    let sources = text(SOURCES).expect("text");
    let faults = fixtures().filter(|fixture| {
        let told = |name: &str| {
            let name = name.strip_prefix("fixtures/").expect("lies there");
            sources.contains(&format!("`{name}`")) || sources.contains(&format!("`{name}/`"))
        };
        !names(fixture).into_iter().any(told)
    });
    none("no line in fixtures/SOURCES.md", faults.collect());
}

#[test]
fn every_source_has_a_fixture() {
    let sources = text(SOURCES).expect("text");
    let told = sources.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let there = |name: &str| crate::support::tree::root().join("fixtures").join(name).exists();
    none("told but not there", told.filter(|name| !there(name)).map(str::to_owned).collect());
}

#[test]
fn every_fixture_is_named_by_a_test() {
    let readers: String = ["src", "tests", "benches", "fuzz"]
        .iter()
        .flat_map(|folder| files(folder))
        .filter(|file| has_extension(file, &["rs", "py", "mjs", "toml"]))
        .filter(|file| !file.starts_with("tests/tidy/"))
        .filter_map(|file| text(&file))
        .collect();
    let named = |name: &str| {
        let short = name.strip_prefix("fixtures/").expect("lies there");
        readers.contains(&format!("fixtures/{short}")) || readers.contains(&format!("\"{short}"))
    };
    let faults = fixtures().filter(|fixture| !names(fixture).into_iter().any(named));
    none("nobody reads it", faults.collect());
}
