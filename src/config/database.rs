//! Where the register lies, as it is configured: it may hold a password, which is never shown.

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Where the register lies, as it was written.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Database(String);

impl Database {
    pub(crate) fn new(written: &str) -> Self {
        Self(written.to_owned())
    }

    /// What was meant, or what would be right. What is wrong is not repeated.
    pub(crate) fn location(&self) -> Result<app::Location, String> {
        let location: app::Location =
            self.0.parse().map_err(|bad: app::BadLocation| bad.to_string())?;
        if location.is_shared() && !cfg!(feature = "postgres") {
            return Err("this program was built without PostgreSQL: build it with \
                        `--features postgres` (libpq is needed), or name a file"
                .to_owned());
        }
        Ok(location)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.parse::<app::Location>() {
            Ok(location) => location.fmt(out),
            Err(_) => out.write_str("…"),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Database({self})")
    }
}

impl Serialize for Database {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
