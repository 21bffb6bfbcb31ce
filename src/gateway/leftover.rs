//! What a crash may leave: files that never got their names.

use crate::durable;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Every file below `folder` that has a passing name and is older than `before`.
///
/// # Errors
/// A folder cannot be read. What goes away meanwhile was none.
pub fn left_over(folder: &Path, before: SystemTime) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if durable::is_left_over(&path, before).unwrap_or(false) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn old_files_with_passing_names_are_found_in_every_folder() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("files/00");
        fs::create_dir_all(&below).unwrap();
        for name in [".11.tmp", "files/00/.22.tmp", "files/00/33"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let later = SystemTime::now() + Duration::from_secs(60);
        let expected = [folder.path().join(".11.tmp"), below.join(".22.tmp")];
        assert_eq!(left_over(folder.path(), later).unwrap(), expected);
        assert_eq!(
            left_over(folder.path(), SystemTime::UNIX_EPOCH).unwrap(),
            [""; 0].map(PathBuf::from)
        );
        assert!(left_over(&folder.path().join("absent"), later).is_err());
    }
}
