//! Where the register lies.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where the register lies: a file of SQLite, or a database of a PostgreSQL server. Printed, it
/// never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of this machine, for one writing process.
    File(PathBuf),
    /// A server, for any number of processes.
    Server(ServerUrl),
}

/// The address of a database server, which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(String);

/// The text names a kind of database that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a path, or an address that begins with postgres://, is needed")]
pub struct BadLocation;

impl Location {
    /// Whether several processes may write at once.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Server(_))
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl FromStr for Location {
    type Err = BadLocation;

    fn from_str(text: &str) -> Result<Self, BadLocation> {
        if ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Ok(Self::Server(ServerUrl(text.to_owned())));
        }
        // Anything else with a scheme is a mistyped address; as a path it would be made silently.
        let path = !text.is_empty() && !text.contains("://");
        path.then(|| Self::File(text.into())).ok_or(BadLocation)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(out),
            Self::Server(url) => url.fmt(out),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Location({self})")
    }
}

/// The address without password and parameters.
impl fmt::Display for ServerUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", &self.0));
        let rest = rest.split('?').next().unwrap_or_default();
        match rest.rsplit_once('@') {
            Some((user, place)) => {
                let user = user.split(':').next().unwrap_or_default();
                write!(out, "{scheme}://{user}@{place}")
            }
            None => write!(out, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ServerUrl({self})")
    }
}

#[cfg(feature = "postgres")]
impl ServerUrl {
    /// The address for the client library, with what was not said: how long to wait for a server
    /// that does not answer, and who asks.
    pub(crate) fn for_client(&self) -> String {
        const UNSAID: [(&str, &str); 4] = [
            ("connect_timeout", "5"),
            ("tcp_user_timeout", "10000"),
            ("keepalives_idle", "10"),
            ("application_name", "yinzheng"),
        ];
        let mut url = self.0.clone();
        for (name, value) in UNSAID {
            if !url.contains(&format!("{name}=")) {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(&format!("{name}={value}"));
            }
        }
        url
    }

    /// What the client library says may repeat the address.
    pub(crate) fn without_secrets(&self, message: &str) -> String {
        message.replace(&self.0, &self.to_string()).replace(&self.for_client(), &self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        for (text, shared) in [
            ("register.db", Some(false)),
            ("/srv/yinzheng/register.db", Some(false)),
            ("postgres://yz@db/yinzheng", Some(true)),
            ("postgresql:///yinzheng?host=/run/postgresql", Some(true)),
            ("mysql://db/yinzheng", None),
            ("postgres:/db", Some(false)),
            ("", None),
        ] {
            assert_eq!(text.parse::<Location>().ok().map(|one| one.is_shared()), shared, "{text}");
        }
    }

    #[test]
    fn no_password_is_printed() {
        for (url, shown) in [
            ("postgres://yz:se:cr@et@db:5432/yinzheng", "postgres://yz@db:5432/yinzheng"),
            ("postgres://db/yinzheng?user=yz&password=secret", "postgres://db/yinzheng"),
            ("postgresql:///yinzheng?host=/run", "postgresql:///yinzheng"),
        ] {
            let location: Location = url.parse().unwrap();
            assert_eq!(location.to_string(), shown);
            assert_eq!(format!("{location:?}"), format!("Location({shown})"));
        }
    }
}
