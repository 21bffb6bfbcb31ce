//! Reading the columns of a row into domain values: what does not read is damage, told by name.

use std::fmt::Display;
use std::str::FromStr;

use domain::time::from_micros;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::error::StoreError;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The row being read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) what: &'static str,
    pub(crate) id: &'a str,
}

impl Reading<'_> {
    fn corrupt(&self, column: &str, reason: impl Display) -> StoreError {
        StoreError::corrupt(self.what, self.id, format!("column {column}: {reason}"))
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
        let parse = |text| Date::parse(text, DAY).map_err(|reason| self.corrupt(column, reason));
        text.map(parse).transpose()
    }

    pub(crate) fn number<N, T>(&self, column: &str, number: N) -> Result<T, StoreError>
    where
        T: TryFrom<N, Error: Display>,
    {
        number.try_into().map_err(|reason| self.corrupt(column, reason))
    }
}

/// A day as it is stored.
pub(crate) fn day_text(day: Date) -> String {
    // Years of four digits have this form; others keep time's own, and read back as damage.
    day.format(DAY).unwrap_or_else(|_| day.to_string())
}
