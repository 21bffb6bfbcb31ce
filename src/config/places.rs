//! Where register and files lie, as they are configured: an address may hold a password, which is
//! never shown.

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

/// Where the sealed files lie, as it was written.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Files(String);

impl Files {
    pub(crate) fn new(written: &str) -> Self {
        Self(written.to_owned())
    }

    /// What was meant, or what would be right. What is wrong is not repeated.
    pub(crate) fn place(&self) -> Result<app::FilePlace, String> {
        let place = self.0.parse().map_err(|bad: app::BadFilePlace| bad.to_string())?;
        if matches!(place, app::FilePlace::Bucket { .. }) && !cfg!(feature = "s3") {
            return Err("this program was built without S3: build it with `--features s3`, or \
                        name a folder"
                .to_owned());
        }
        Ok(place)
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place() {
            Ok(place) => write!(out, "Files({place})"),
            Err(_) => out.write_str("Files(…)"),
        }
    }
}
