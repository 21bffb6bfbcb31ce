//! Opening the database: durable settings on every connection, one writer, a pool of readers.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::sql_types::Text;

use crate::error::StoreError;
use crate::migrate;
use crate::writer::Writer;

/// The connection of the chosen database.
pub(crate) type Connection = SqliteConnection;
/// Its dialect, for queries put together at run time.
pub(crate) type Dialect = <Connection as diesel::Connection>::Backend;

/// Readers at a time. Each costs a file handle and a page cache of 2 MiB; queries are short.
const READERS: u32 = 8;
/// Longest wait for a reader: beyond it a client had better be told.
const READER_WAIT: Duration = Duration::from_secs(5);

/// Settings that last for a connection. WAL lets readers go on while one writes; FULL puts every
/// commit on stable storage before it returns (NORMAL loses acknowledged rows in a power cut).
const SETTINGS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
";

/// The register.
pub struct Store {
    path: PathBuf,
    writer: Writer,
    readers: Pool<ConnectionManager<Connection>>,
}

/// The settings of one connection, as the database itself reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durability {
    /// `wal`.
    pub journal_mode: String,
    /// 2: FULL.
    pub synchronous: i32,
    /// 1: enforced.
    pub foreign_keys: i32,
    /// How long a connection waits for a lock, in milliseconds.
    pub busy_timeout_ms: i32,
    /// 1 for a connection that only reads.
    pub query_only: i32,
}

impl Store {
    /// Opens the database at `path`, creating it when absent, and brings it up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or a newer program made it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make_for_owner(path)?;
        let mut connection = establish(path)?;
        migrate::apply(&mut connection, path)?;
        drop(connection);
        let own = path.to_owned();
        let writer = Writer::new(move || establish(&own))?;
        let manager = ConnectionManager::new(url(path)?);
        let readers = Pool::builder()
            // A file does not hang up as a server may.
            .test_on_check_out(false)
            .max_size(READERS)
            .connection_timeout(READER_WAIT)
            .connection_customizer(Box::new(ReadOnly))
            .build(manager)
            .map_err(|cause| open_failed(path, cause))?;
        Ok(Self { path: path.to_owned(), writer, readers })
    }

    /// Where the database lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` in a transaction and returns when it is on stable storage or undone.
    pub(crate) fn write<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.writer.write(operation, work)
    }

    /// How many threads wait for the writer.
    #[cfg(test)]
    pub(crate) fn writer_waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Runs `work` on one state of the database.
    pub(crate) fn read<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.readers.get().map_err(|_| StoreError::Busy { operation })?;
        transact(&mut connection, operation, work)
    }

    /// Whether every write so far was taken by the disk. Once it is not, nothing is written any
    /// more and the process should end.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.writer.is_sound()
    }

    /// The settings of the writer first, then of every reader, as the database reports them.
    ///
    /// # Errors
    /// When a connection does not answer.
    pub fn durability(&self) -> Result<Vec<Durability>, StoreError> {
        const OPERATION: &str = "reading the settings";
        let mut all = vec![self.write(OPERATION, report)?];
        let readers: Vec<_> = std::iter::repeat_with(|| self.readers.get())
            .take(READERS as usize)
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::Busy { operation: OPERATION })?;
        for mut reader in readers {
            all.push(report(&mut reader)?);
        }
        Ok(all)
    }
}

/// Runs `work` in a transaction, or in a savepoint when one is open. Its own error comes back when
/// undoing went well; otherwise the failure of the database does.
pub(crate) fn transact<T>(
    connection: &mut Connection,
    operation: &'static str,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut ours = None;
    let result = connection.transaction(|connection| {
        work(connection).map_err(|error| {
            ours = Some(error);
            diesel::result::Error::RollbackTransaction
        })
    });
    result.map_err(|cause| match (cause, ours) {
        (diesel::result::Error::RollbackTransaction, Some(error)) => error,
        // SQLite itself undid everything, as it does on a full disk, and then could not undo again.
        (_, Some(error)) if error.is_failure() => error,
        (cause, _) => StoreError::database(operation, cause),
    })
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Store({})", self.path.display())
    }
}

/// Readers may not write, whatever a query says.
#[derive(Debug)]
struct ReadOnly;

impl CustomizeConnection<Connection, diesel::r2d2::Error> for ReadOnly {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), diesel::r2d2::Error> {
        let settings = format!("{SETTINGS} PRAGMA query_only = ON;");
        connection.batch_execute(&settings).map_err(diesel::r2d2::Error::QueryError)
    }
}

/// The register holds personal data: the file, and with it its log, is for its owner alone.
fn make_for_owner(path: &Path) -> Result<(), StoreError> {
    url(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|cause| open_failed(path, cause))
}

/// SQLite takes a path as UTF-8, and some texts as more than a path.
fn url(path: &Path) -> Result<&str, StoreError> {
    let text = path.to_str().filter(|text| !text.starts_with("file:") && *text != ":memory:");
    text.ok_or_else(|| {
        open_failed(path, "a path in UTF-8 that does not begin with file: is needed")
    })
}

fn establish(path: &Path) -> Result<Connection, StoreError> {
    let mut connection =
        Connection::establish(&path.to_string_lossy()).map_err(|cause| open_failed(path, cause))?;
    connection.batch_execute(SETTINGS).map_err(|cause| open_failed(path, cause))?;
    Ok(connection)
}

fn open_failed(
    path: &Path,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Open { path: path.to_owned(), cause: cause.into() }
}

#[derive(QueryableByName)]
struct TextValue {
    #[diesel(sql_type = Text)]
    value: String,
}

fn report(connection: &mut Connection) -> Result<Durability, StoreError> {
    let mut setting = |name: &str| {
        let query = format!("SELECT CAST(p.\"{name}\" AS TEXT) AS value FROM pragma_{name} AS p");
        let query = query.replace("p.\"busy_timeout\"", "p.\"timeout\"");
        let row: Result<TextValue, _> = diesel::sql_query(query).get_result(connection);
        row.map_err(|cause| StoreError::database("reading the settings", cause))
    };
    let journal_mode = setting("journal_mode")?.value;
    let mut number = |name| setting(name).map(|row| row.value.parse().unwrap_or(-1));
    Ok(Durability {
        journal_mode,
        synchronous: number("synchronous")?,
        foreign_keys: number("foreign_keys")?,
        busy_timeout_ms: number("busy_timeout")?,
        query_only: number("query_only")?,
    })
}
