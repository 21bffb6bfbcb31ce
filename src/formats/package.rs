//! ZIP packages of one form: for the same entries always the same bytes, and no others are read.
//!
//! Entries are stored as they are, one behind the other, without comments, extra fields or times. So
//! a package cannot unpack to more than it is, two readers cannot find different entries in it, and
//! nothing stands between the entries.

use crate::zip::{Zip, ZipError, ZipLimits, checksum, stored};
use std::collections::BTreeSet;

/// Most entries: a license and the trust data of some thousand authorities.
pub const ENTRIES_MAX: usize = 4096;
/// Largest package: far below the 4 GiB at which ZIP needs another form.
pub const BYTES_MAX: usize = 256 << 20;
/// Longest name.
const NAME_BYTES_MAX: usize = 200;

const LIMITS: ZipLimits = ZipLimits {
    entries_max: ENTRIES_MAX,
    entry_bytes_max: BYTES_MAX,
    total_bytes_max: BYTES_MAX as u64,
};

/// Why bytes are no package, or entries make none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// More bytes than any package has.
    #[error("larger than {BYTES_MAX} bytes")]
    TooLarge,
    /// More entries than any package has.
    #[error("more than {ENTRIES_MAX} entries")]
    TooMany,
    /// It is no archive, or none that is read.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// A name that leads out of a folder, or that not every system has.
    #[error("{0:?} is no name of an entry")]
    Name(String),
    /// Two entries of one name.
    #[error("{0} stands twice")]
    Twice(String),
    /// The package has another form than this program gives it, from this byte on.
    #[error("byte {0}: not as such packages are written")]
    Form(usize),
}

/// One entry as it lies in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name: a path below the package.
    pub name: String,
    /// Its content.
    pub bytes: &'a [u8],
    /// Whether the content still has the checksum that was written with it.
    pub whole: bool,
}

/// Writes a package.
///
/// # Errors
/// A name is none or stands twice, or it is too much.
pub fn write(entries: &[(String, Vec<u8>)]) -> Result<Vec<u8>, PackageError> {
    if entries.len() > ENTRIES_MAX {
        return Err(PackageError::TooMany);
    }
    let mut names = Names::default();
    entries.iter().try_for_each(|(name, _)| names.add(name))?;
    let all = entries.iter().map(|(name, bytes)| (name.as_str(), &bytes[..], checksum(bytes)));
    let package = stored(all)?;
    if package.len() > BYTES_MAX { Err(PackageError::TooLarge) } else { Ok(package) }
}

/// Reads a package in exactly the form that [`write`] gives it.
///
/// # Errors
/// It is none. That the content of an entry was changed is told by the entry.
pub fn read(bytes: &[u8]) -> Result<Vec<Entry<'_>>, PackageError> {
    if bytes.len() > BYTES_MAX {
        return Err(PackageError::TooLarge);
    }
    let zip = Zip::read(bytes, &LIMITS)?;
    let mut names = Names::default();
    zip.packed().try_for_each(|(name, ..)| names.add(name))?;
    // Whatever else an archive may say is said by none that was written here.
    let written = stored(zip.packed())?;
    if written != bytes {
        let same = written.iter().zip(bytes).take_while(|(one, other)| one == other).count();
        return Err(PackageError::Form(same));
    }
    let entry = |(name, bytes, crc): (&str, _, u32)| Entry {
        name: name.to_owned(),
        bytes,
        whole: checksum(bytes) == crc,
    };
    Ok(zip.packed().map(entry).collect())
}

/// Names so far. Two that differ in the size of letters alone are one name on some systems.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn add(&mut self, name: &str) -> Result<(), PackageError> {
        let plain = |part: &str| {
            let letters = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            !part.is_empty() && !part.starts_with('.') && part.chars().all(letters)
        };
        if name.len() > NAME_BYTES_MAX || !name.split('/').all(plain) {
            return Err(PackageError::Name(name.chars().take(NAME_BYTES_MAX).collect()));
        }
        match self.0.insert(name.to_ascii_lowercase()) {
            true => Ok(()),
            false => Err(PackageError::Twice(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    const CENTRAL_BYTES: usize = 46;
    const END_BYTES: usize = 22;

    fn entries(names: &[&str]) -> Vec<(String, Vec<u8>)> {
        let content = |(place, name): (usize, &&str)| ((*name).to_owned(), vec![b'a'; place * 3]);
        names.iter().enumerate().map(content).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        for names in [&[][..], &["a"], &["a", "b/c.txt", "B/c.xml", "d"]] {
            let written = entries(names);
            let package = write(&written).expect("written");
            assert_eq!(write(&written).expect("again"), package, "the same bytes");
            let read = read(&package).expect("read");
            let read = read.iter().map(|one| (one.name.to_owned(), one.bytes.to_vec()));
            assert_eq!(read.collect::<Vec<_>>(), written);
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["", "/a", "../a", "a/../b", "a//b", "a/", "a\\b", "C:a", ".a", "证", "a\n"] {
            let refused = write(&entries(&[name])).expect_err(name);
            assert_eq!(refused, PackageError::Name(name.to_owned()));
        }
        assert!(matches!(write(&entries(&["a", "A"])), Err(PackageError::Twice(_))));
        let many: Vec<String> = (0..=ENTRIES_MAX).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(write(&entries(&many)), Err(PackageError::TooMany));
    }

    #[test]
    fn every_changed_byte_is_seen() {
        let written = entries(&["a", "b/c.txt", "d"]);
        let package = write(&written).expect("written");
        for at in 0..package.len() {
            for change in [1, 0x20, 0x80] {
                let mut changed = package.clone();
                changed[at] ^= change;
                let seen = read(&changed).map(|all| all.iter().any(|one| !one.whole));
                assert_ne!(seen, Ok(false), "byte {at}");
            }
            assert!(read(&package[..at]).is_err(), "only {at} bytes");
            let longer = [&package[..at], &[0], &package[at..]].concat();
            assert!(read(&longer).is_err(), "one more at {at}");
        }
    }

    #[test]
    fn nothing_that_unpacks_to_more() {
        let package = write(&entries(&["a", "b"])).expect("written");
        // One entry that says it is packed, and one that lies where another lies.
        for at in [8, package.len() - END_BYTES - 2 * (CENTRAL_BYTES + 1) + 10] {
            let mut packed = package.clone();
            packed[at] = 8;
            assert!(read(&packed).is_err());
        }
        let mut twice = package.clone();
        let second = package.len() - END_BYTES - CENTRAL_BYTES - 1;
        let first: Vec<u8> = package[second - CENTRAL_BYTES - 1..second].to_vec();
        twice[second..second + CENTRAL_BYTES + 1].copy_from_slice(&first);
        assert!(read(&twice).is_err());
        // Deflated, as archives of others may be.
        let other = crate::zip::zip([("a", &b"words words words"[..])]).expect("an archive");
        assert!(matches!(read(&other), Err(PackageError::Form(_))));
    }

    #[test]
    fn others_read_it() {
        let python = "import sys, io, zipfile\n\
                      z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n\
                      assert z.testzip() is None\n\
                      print(*z.namelist())";
        let mut program = Command::new("python3");
        program.args(["-c", python]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let Ok(mut started) = program.spawn() else {
            crate::shared::skip("package::others_read_it", "python3 is not installed");
            return;
        };
        let package = write(&entries(&["a", "b/c.txt"])).expect("written");
        started.stdin.take().expect("a pipe").write_all(&package).expect("taken");
        let said = started.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "a b/c.txt");
    }
}
