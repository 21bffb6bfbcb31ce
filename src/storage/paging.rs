//! Pages of a list, in a stable order: instant of creation, then id.

use std::fmt;
use std::str::FromStr;

/// Items of a page, at most: a page of licenses stays below a megabyte.
pub const PAGE_ITEMS_MAX: u32 = 200;

/// Where a page ended. Its text is opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) created_at: i64,
    pub(crate) id: String,
}

/// The text is not a cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a page")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:x}.{}", self.created_at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (created_at, id) = text.split_once('.').ok_or(BadCursor)?;
        let created_at = i64::from_str_radix(created_at, 16).map_err(|_| BadCursor)?;
        let plain = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let right = plain && id.len() == 36;
        right.then(|| Self { created_at, id: id.to_owned() }).ok_or(BadCursor)
    }
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// So many items, at most [`PAGE_ITEMS_MAX`].
    pub limit: u32,
    /// After this place; from the start when absent.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// One row more than asked, so that it is known whether another page follows.
    pub(crate) fn rows(&self) -> i64 {
        i64::from(self.items()) + 1
    }

    fn items(&self) -> u32 {
        self.limit.clamp(1, PAGE_ITEMS_MAX)
    }

    /// The page of these rows, which were read by [`PageRequest::rows`].
    pub(crate) fn page<Row, T, E>(
        &self,
        mut rows: Vec<Row>,
        place: impl Fn(&Row) -> Cursor,
        item: impl FnMut(Row) -> Result<T, E>,
    ) -> Result<Page<T>, E> {
        let items = self.items() as usize;
        let more = rows.len() > items;
        rows.truncate(items);
        let next = rows.last().filter(|_| more).map(place);
        Ok(Page { items: rows.into_iter().map(item).collect::<Result<_, E>>()?, next })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// Where the next page begins; absent at the end.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_others_are_refused() {
        let id = "019cadb6-3c00-7101-8101-010101010101".to_owned();
        let cursor = Cursor { created_at: 1_772_438_400_000_000, id: id.clone() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", ".", "1.", &id, "z.019cadb6-3c00-7101-8101-010101010101", "1.' OR 1=1 --"]
        {
            assert_eq!(text.parse::<Cursor>(), Err(BadCursor), "{text}");
        }
    }

    #[test]
    fn limits_are_kept() {
        for (limit, rows) in [(0, 2), (1, 2), (200, 201), (u32::MAX, 201)] {
            assert_eq!(PageRequest { limit, after: None }.rows(), rows);
        }
    }
}
