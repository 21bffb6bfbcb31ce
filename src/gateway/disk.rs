//! How much room a disk has.

use rustix::fs::statvfs;
use std::io;
use std::path::Path;

/// Bytes of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// That this process may still write.
    pub free: u64,
    /// In all.
    pub total: u64,
}

/// The room where a folder lies.
///
/// # Errors
/// The system's.
pub fn room(folder: &Path) -> io::Result<Room> {
    let stat = statvfs(folder)?;
    let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
    Ok(Room { free: bytes(stat.f_bavail), total: bytes(stat.f_blocks) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lies_somewhere() {
        let folder = tempfile::tempdir().unwrap();
        let room = room(folder.path()).unwrap();
        assert!(room.total > 0 && room.free <= room.total, "{room:?}");
        assert!(super::room(Path::new("/nowhere/at/all")).is_err());
    }
}
