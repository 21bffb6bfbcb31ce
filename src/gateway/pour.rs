//! Reading files of any size, a piece at a time.

use domain::digest::Sm3;
use formats::algorithm::{Digest, Hasher};
use std::io::{self, Read, Write};

/// What is held in memory of a file.
pub(crate) const CHUNK_BYTES: usize = 64 * 1024;

/// Copies all that is left of `from`; SM3 of it.
pub(crate) fn pour(from: &mut dyn Read, out: &mut dyn Write) -> io::Result<Sm3> {
    let mut hasher = Hasher::new(Digest::Sm3);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let len = from.read(&mut chunk)?;
        if len == 0 {
            break;
        }
        hasher.update(&chunk[..len]);
        out.write_all(&chunk[..len])?;
    }
    Sm3::try_from(&hasher.finish()[..]).map_err(io::Error::other)
}
