//! A disk whose power can be cut: an ext4 of its own in a file, on a loop device.

use super::postgres::{is_root, left_by_the_dead};
use super::service::empty_folder;
use super::shared::cannot;
use super::tool::{Said, run, tool};
use super::tree::root;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// Sparse; the demo and some thousands of licenses.
const BYTES: u64 = 512 << 20;
const PREFIX: &str = "yz-disk-";

/// A mounted disk; unmounted at the end.
pub struct Disk {
    image: PathBuf,
    mount_point: PathBuf,
    python: PathBuf,
}

impl Disk {
    /// An empty one; `None`, said loudly, where this machine has no such thing.
    pub fn new(test: &str) -> Option<Self> {
        if !is_root() || !Path::new("/dev/loop-control").exists() {
            cannot(test, "only root mounts a loop device, where there are some");
            return None;
        }
        let (format, python) = (tool(test, "mkfs.ext4")?, tool(test, "python3")?);
        // Where others come, too: a database does not run as root.
        let place = std::env::temp_dir();
        left_by_the_dead(&place, PREFIX).iter().for_each(|left| drop_mounted(left));
        let mount_point = place.join(format!("{PREFIX}{}-{test}", std::process::id()));
        let image = empty_folder(test).join("image");
        fs::create_dir(&mount_point).expect("a folder");
        File::create(&image).and_then(|image| image.set_len(BYTES)).expect("an image");
        run(&format, ["-q".as_ref(), "-F".as_ref(), image.as_os_str()]).expect(&[]);
        let disk = Self { image, mount_point, python };
        let mounted = disk.mount();
        if !mounted.well {
            cannot(test, &mounted.text);
            return None;
        }
        Some(disk)
    }

    fn mount(&self) -> Said {
        // Nothing is committed just because some seconds passed.
        let options = ["-o", "loop,commit=300"].map(AsRef::as_ref);
        let paths = [self.image.as_os_str(), self.mount_point.as_os_str()];
        run(Path::new("mount"), options.into_iter().chain(paths))
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.mount_point
    }

    /// Everything written so far is there for good.
    pub fn sync(&self) {
        run(Path::new("sync"), ["-f".as_ref(), self.mount_point.as_os_str()]).expect(&[]);
    }

    /// From now on nothing reaches it, and what was not flushed never did.
    pub fn cut(&self) {
        let cut = root().join("tests/interop/cut_power.py");
        run(&self.python, [&cut, &self.mount_point]).expect(&[]);
    }

    /// The power is back. Nobody may still have a file open there.
    pub fn restore(&self) {
        // What was killed lets go of its files a little later.
        let unmount = || run(Path::new("umount"), [&self.mount_point]);
        let mut unmounted = unmount();
        for _ in 0..100 {
            if unmounted.well {
                break;
            }
            sleep(Duration::from_millis(50));
            unmounted = unmount();
        }
        unmounted.expect(&[]);
        self.mount().expect(&[]);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop_mounted(&self.mount_point);
        let _ = fs::remove_file(&self.image);
    }
}

/// As far as it is mounted, and there.
fn drop_mounted(mount_point: &Path) {
    let _ = run(Path::new("umount"), ["-l".as_ref(), mount_point.as_os_str()]);
    let _ = fs::remove_dir(mount_point);
}
