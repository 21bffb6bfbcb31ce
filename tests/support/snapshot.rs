//! Whole documents that people read, kept in the tree and compared.

use super::tree::root;

/// Fails unless the file of the project is exactly `made`; `YZ_UPDATE=1` writes it instead.
#[track_caller]
pub fn compare(file: &str, made: &str) {
    let path = root().join(file);
    if std::env::var("YZ_UPDATE").as_deref() == Ok("1") {
        std::fs::write(&path, made).unwrap_or_else(|error| panic!("{file}: {error}"));
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(made.lines().count()));
    assert!(
        kept == made,
        "{file} differs at line {}: {:?} is now {:?}; YZ_UPDATE=1 cargo test writes it anew",
        line + 1,
        kept.lines().nth(line).unwrap_or_default(),
        made.lines().nth(line).unwrap_or_default()
    );
}
