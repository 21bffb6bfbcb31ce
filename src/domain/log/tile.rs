//! Where the hashes of the tree are found: tiles of 256 (C2SP tlog-tiles).
//!
//! A tile of level 0 has the hashes of leaves; one of level 1 those of full tiles of level 0; and
//! so on. Any proof can be made of a few of them, by the log itself as by anybody who reads them.

use crate::digest::Sha256;
use std::fmt;
use std::str::FromStr;

/// How many hashes a full tile has.
pub const TILE_WIDTH: u16 = 256;
/// How much higher each level is than the one below: 2 to this is [`TILE_WIDTH`].
pub(super) const TILE_HEIGHT: u32 = 8;
/// A tree of 2^63 leaves has no tile above this.
const LEVEL_MAX: u8 = 63 / 8;
/// Three digits of an index to each part of a path.
const DIGITS: usize = 3;

/// One tile: which hashes, and how many of them there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// 0 for hashes of leaves, 1 for those of full tiles of leaves, …
    pub level: u8,
    /// Which one of its level, from 0.
    pub number: u64,
    /// 1 to [`TILE_WIDTH`] hashes.
    pub width: u16,
}

/// What a path asks for: hashes, or the entries below a tile of level 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TilePath {
    /// `<L>/<N>[.p/<W>]`
    Hashes(Tile),
    /// `entries/<N>[.p/<W>]`
    Entries(Tile),
}

/// Not the one way to write a tile's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct BadTilePath;

/// Bytes that are not the tile, or the entries, that they were read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are not {width} hashes or entries of a tile")]
pub struct BadTile {
    /// What was read.
    pub bytes: usize,
    /// What was asked for.
    pub width: u16,
}

impl Tile {
    /// The tile of a level with the hash at this place, as a tree of `size` leaves has it; `None`
    /// when it has none there.
    #[must_use]
    pub fn holding(level: u8, place: u64, size: u64) -> Option<Self> {
        let complete = size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0);
        let number = place / u64::from(TILE_WIDTH);
        let first = number.checked_mul(TILE_WIDTH.into())?;
        let width = complete.checked_sub(first)?.min(TILE_WIDTH.into());
        let width = u16::try_from(width).ok()?;
        (place < complete).then_some(Self { level, number, width })
    }

    /// The place in its level of its first hash.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.number.saturating_mul(TILE_WIDTH.into())
    }

    /// Whether a tree of `size` leaves, or one that grew to it, has this tile.
    #[must_use]
    pub fn is_in(&self, size: u64) -> bool {
        let complete = size.checked_shr(TILE_HEIGHT * u32::from(self.level)).unwrap_or(0);
        self.first().checked_add(self.width.into()).is_some_and(|end| end <= complete)
    }

    /// Whether all of its hashes are there: it never changes any more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The hashes of a tile as it is served.
    ///
    /// # Errors
    /// Another number of bytes.
    pub fn hashes(&self, bytes: &[u8]) -> Result<Vec<Sha256>, BadTile> {
        let (whole, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || whole.len() != usize::from(self.width) {
            return Err(BadTile { bytes: bytes.len(), width: self.width });
        }
        Ok(whole.iter().map(|hash| Sha256::from(*hash)).collect())
    }

    /// The entries below a tile of level 0 as they are served: each behind two bytes that say how
    /// long it is.
    ///
    /// # Errors
    /// Another number of entries, or something behind the last.
    pub fn entries<'a>(&self, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, BadTile> {
        let bad = BadTile { bytes: bytes.len(), width: self.width };
        let mut entries = Vec::with_capacity(self.width.into());
        let mut rest = bytes;
        for _ in 0..self.width {
            let (len, behind) = rest.split_first_chunk::<2>().ok_or(bad)?;
            let entry = behind.split_at_checked(u16::from_be_bytes(*len).into()).ok_or(bad)?;
            entries.push(entry.0);
            rest = entry.1;
        }
        rest.is_empty().then_some(entries).ok_or(bad)
    }

    fn write_number(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.number.to_string();
        let padded = format!("{digits:0>width$}", width = digits.len().next_multiple_of(DIGITS));
        for at in (0..padded.len()).step_by(DIGITS) {
            let last = at + DIGITS == padded.len();
            write!(out, "{}{}", if last { "/" } else { "/x" }, &padded[at..at + DIGITS])?;
        }
        if self.is_full() { Ok(()) } else { write!(out, ".p/{}", self.width) }
    }
}

/// Entries one behind the other, as a tile of them is served; `None` when one is longer than its
/// length can say.
#[must_use]
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a str>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend(entry.as_bytes());
    }
    Some(bytes)
}

/// The path behind the `tile/` of a log.
impl fmt::Display for TilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hashes(tile) => {
                write!(out, "{}", tile.level)?;
                tile.write_number(out)
            }
            Self::Entries(tile) => {
                out.write_str("entries")?;
                tile.write_number(out)
            }
        }
    }
}

/// Only what [`TilePath`] writes itself.
impl FromStr for TilePath {
    type Err = BadTilePath;

    fn from_str(path: &str) -> Result<Self, BadTilePath> {
        let (kind, rest) = path.split_once('/').ok_or(BadTilePath)?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().map_err(|_| BadTilePath)?),
            None => (rest, TILE_WIDTH),
        };
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let number = digits.parse().map_err(|_| BadTilePath)?;
        let tile = |level| Tile { level, number, width };
        let read = match kind {
            "entries" => Self::Entries(tile(0)),
            level => Self::Hashes(tile(level.parse().map_err(|_| BadTilePath)?)),
        };
        let (Self::Hashes(tile) | Self::Entries(tile)) = read;
        let fits = tile.level <= LEVEL_MAX && (1..=TILE_WIDTH).contains(&tile.width);
        (fits && read.to_string() == path).then_some(read).ok_or(BadTilePath)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(level: u8, number: u64, width: u16) -> Tile {
        Tile { level, number, width }
    }

    #[test]
    fn one_path_for_one_tile() {
        for (path, read) in [
            ("0/000", TilePath::Hashes(tile(0, 0, 256))),
            ("0/x001/x234/067", TilePath::Hashes(tile(0, 1_234_067, 256))),
            ("1/017.p/12", TilePath::Hashes(tile(1, 17, 12))),
            ("7/999.p/255", TilePath::Hashes(tile(7, 999, 255))),
            ("entries/x001/000", TilePath::Entries(tile(0, 1000, 256))),
            ("entries/000.p/1", TilePath::Entries(tile(0, 0, 1))),
        ] {
            assert_eq!(path.parse(), Ok(read), "{path}");
            assert_eq!(read.to_string(), path);
        }
        for path in [
            "",
            "0",
            "0/",
            "0/0",
            "0/00",
            "00/000",
            "8/000",
            "64/000",
            "-1/000",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/x000/000",
            "0/001/000",
            "0/x01/000",
            "0/000/",
            "0/000?",
            "entries/1",
            "0/x999999999999999999999/000",
            "+0/000",
            "0/0x0",
        ] {
            assert_eq!(path.parse::<TilePath>(), Err(BadTilePath), "{path}");
        }
    }

    /// The example of the specification.
    #[test]
    fn the_tiles_of_a_tree() {
        for (level, place, width) in
            [(0, 0, 256), (0, 69_887, 256), (0, 69_999, 112), (1, 0, 256), (1, 256, 17), (2, 0, 1)]
        {
            let found = Tile::holding(level, place, 70_000).expect("a tile");
            assert_eq!((found.width, found.is_in(70_000)), (width, true), "{level} {place}");
            assert!(!found.is_in(69_999) || found.is_full() || level > 0, "{level} {place}");
        }
        for (level, place) in [(0, 70_000), (1, 273), (2, 1), (3, 0), (7, 0), (63, 0)] {
            assert_eq!(Tile::holding(level, place, 70_000), None, "{level} {place}");
        }
        assert!(!tile(0, u64::MAX, 256).is_in(u64::MAX));
    }

    #[test]
    fn what_is_no_tile_is_not_read() {
        let two = tile(0, 0, 2);
        assert_eq!(two.hashes(&[7; 64]), Ok(vec![Sha256::from([7; 32]); 2]));
        for bytes in [0, 32, 63, 65, 96] {
            assert!(two.hashes(&vec![0; bytes]).is_err(), "{bytes}");
        }
        let bytes = bundle(["", "ab"]).expect("short");
        assert_eq!(two.entries(&bytes), Ok(vec![&b""[..], b"ab"]));
        for cut in 0..bytes.len() {
            assert!(two.entries(&bytes[..cut]).is_err(), "{cut}");
        }
        assert!(two.entries(&[&bytes[..], &[0]].concat()).is_err());
        assert_eq!(bundle([&*"a".repeat(65_536)]), None);
    }
}
