//! What is armed: files in a folder.

use crate::Fault;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What is to happen at a place, which then is no longer armed.
pub(super) fn take(place: &str) -> Option<Fault> {
    static FOLDER: LazyLock<Option<PathBuf>> =
        LazyLock::new(|| std::env::var_os("FAULT_AT").map(PathBuf::from));
    take_in(FOLDER.as_ref()?, place)
}

fn take_in(folder: &Path, place: &str) -> Option<Fault> {
    let file = folder.join(place);
    let word = fs::read_to_string(&file).ok()?;
    // Of several that come by, one has it.
    fs::remove_file(&file).ok()?;
    let fault = Fault::ALL.into_iter().find(|fault| fault.word() == word);
    Some(fault.unwrap_or_else(|| panic!("{place}: no fault is called {word:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_armed_happens_once() {
        let folder = std::env::temp_dir().join(format!("yz-fault-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for fault in Fault::ALL {
            fs::write(folder.join("file"), fault.word()).unwrap();
            assert_eq!(take_in(&folder, "commit"), None);
            assert_eq!(take_in(&folder, "file"), Some(fault));
            assert_eq!(take_in(&folder, "file"), None);
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_place_that_nobody_arms_is_passed() {
        let step = || Ok::<_, ()>(7);
        assert_eq!(crate::at("file", || unreachable!("nothing failed"), step), Ok(7));
    }
}
