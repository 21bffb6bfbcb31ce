//! Where third-party samples and vectors lie, and how a test says that it was skipped.

use std::io::Write;
use std::path::PathBuf;

/// The path of `relative` in the samples folder beside the project (`../shared`, or `YZ_SHARED`);
/// `None`, said loudly, when it is absent. With `YZ_REQUIRE_ALL=1` absence is a failure.
#[must_use]
pub fn shared(test: &str, relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("YZ_SHARED").map_or_else(
        || {
            let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            let workspace = here.ancestors().find(|folder| folder.join("Cargo.lock").exists());
            workspace.unwrap_or(here).join("../shared")
        },
        PathBuf::from,
    );
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    skip(test, &format!("shared/{relative} is absent"));
    None
}

/// Says on standard error, past the test harness's capture, that `test` did not run and why.
///
/// # Panics
/// With `YZ_REQUIRE_ALL=1`, because then a skip is a failure.
pub fn skip(test: &str, reason: &str) {
    assert!(
        std::env::var("YZ_REQUIRE_ALL").as_deref() != Ok("1"),
        "{test} would be skipped ({reason}), and YZ_REQUIRE_ALL=1 forbids it"
    );
    cannot(test, reason);
}

/// Says the same of a test that this machine cannot run whatever is installed, which is never a
/// failure.
pub fn cannot(test: &str, reason: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {reason}");
}
