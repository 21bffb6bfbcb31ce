//! Reading the columns of a row into domain values: what does not read is damage, told by name.

use std::fmt::Display;
use std::str::FromStr;

use domain::audit::Head;
use domain::time::{day, from_micros};
use time::{Date, OffsetDateTime};

use crate::error::StoreError;

/// The row being read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) what: &'static str,
    pub(crate) id: &'a str,
}

impl Reading<'_> {
    pub(crate) fn corrupt(&self, column: &str, reason: impl Display) -> StoreError {
        StoreError::corrupt(self.what, self.id, format!("column {column}: {reason}"))
    }

    /// The end of a chain by its last row: an empty chain has none.
    pub(crate) fn head(
        what: &'static str,
        last: Option<(i64, String)>,
    ) -> Result<Head, StoreError> {
        let Some((sequence, hash)) = last else {
            return Ok(Head::empty());
        };
        let read = Reading { what, id: &sequence.to_string() };
        Ok(Head { sequence: read.number("sequence", sequence)?, hash: read.parse("hash", &hash)? })
    }

    pub(crate) fn own_id<T: FromStr<Err: Display>>(&self) -> Result<T, StoreError> {
        self.parse("id", self.id)
    }

    pub(crate) fn parse<T>(&self, column: &str, text: &str) -> Result<T, StoreError>
    where
        T: FromStr<Err: Display>,
    {
        text.parse().map_err(|reason| self.corrupt(column, reason))
    }

    pub(crate) fn maybe<T>(&self, column: &str, text: Option<&str>) -> Result<Option<T>, StoreError>
    where
        T: FromStr<Err: Display>,
    {
        text.map(|text| self.parse(column, text)).transpose()
    }

    pub(crate) fn instant(&self, column: &str, micros: i64) -> Result<OffsetDateTime, StoreError> {
        from_micros(micros).ok_or_else(|| self.corrupt(column, "not an instant"))
    }

    pub(crate) fn maybe_instant(
        &self,
        column: &str,
        micros: Option<i64>,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        micros.map(|micros| self.instant(column, micros)).transpose()
    }

    pub(crate) fn maybe_day(
        &self,
        column: &str,
        text: Option<&str>,
    ) -> Result<Option<Date>, StoreError> {
        let read = |text| day(text).ok_or_else(|| self.corrupt(column, "not a day"));
        text.map(read).transpose()
    }

    pub(crate) fn number<N, T>(&self, column: &str, number: N) -> Result<T, StoreError>
    where
        T: TryFrom<N, Error: Display>,
    {
        number.try_into().map_err(|reason| self.corrupt(column, reason))
    }
}
