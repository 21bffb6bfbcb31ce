//! A file of SQLite: durable settings on every connection, and a file for its owner alone.

use std::fs::OpenOptions;
use std::path::Path;

use diesel::connection::{AnsiTransactionManager, Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::Text;

use crate::connection::{Connection, Durability, Role};
use crate::error::StoreError;
use crate::location::Location;

/// Settings that last for a connection. WAL lets readers go on while one writes; FULL puts every
/// commit on stable storage before it returns (NORMAL loses acknowledged rows in a power cut).
/// What a savepoint would undo is kept in memory, not in a file of its own.
const SETTINGS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
";
/// "Input/output error", the same on every Unix.
const EIO: i32 = 5;
/// The one writer keeps at hand what every transaction changes, and copies pages from the log to the
/// file when there are 16 MiB of them: one that many transactions changed is copied once.
const WRITES: &str = "
    PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 4096;
";
/// Readers may not write, whatever a query says.
const READ_ONLY: &str = "PRAGMA query_only = ON;";

/// The register holds personal data: the file, and with it its log, is for its owner alone.
pub(crate) fn make_for_owner(path: &Path) -> Result<(), StoreError> {
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

pub(crate) fn establish(path: &Path, role: Role) -> Result<Connection, StoreError> {
    let mut connection =
        SqliteConnection::establish(url(path)?).map_err(|cause| open_failed(path, cause))?;
    let mut set = |sql| connection.batch_execute(sql).map_err(|cause| open_failed(path, cause));
    set(SETTINGS)?;
    set(match role {
        Role::Reader => READ_ONLY,
        Role::Writer => WRITES,
    })?;
    Ok(Connection::Sqlite(connection))
}

/// Begins a transaction that holds the write lock from its first moment: one that begins by
/// reading could not get it later when another process writes.
pub(crate) fn begin(connection: &mut SqliteConnection) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
}

/// Whether the disk below the register is gone. A file system that was given up in the middle of an
/// fsync may have called it a success; after that it opens nothing, so whoever asks behind a commit
/// knows. Asked of the log, on which SQLite holds no locks: closing the register itself would drop
/// the locks of this process.
pub(crate) fn is_given_up(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::File::open(log).is_err_and(|cause| cause.raw_os_error() == Some(EIO))
}

fn open_failed(
    path: &Path,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    let cause = cause.into();
    if is_given_up(path) {
        return StoreError::Disk { operation: "opening the register", cause };
    }
    StoreError::Open { place: Location::from(path), cause }
}

#[derive(QueryableByName)]
struct TextValue {
    #[diesel(sql_type = Text)]
    value: String,
}

/// The settings of a connection, as the database itself reports them.
pub(crate) fn durability(connection: &mut SqliteConnection) -> Result<Durability, StoreError> {
    let mut setting = |name: &str| {
        let query = format!("SELECT CAST(p.\"{name}\" AS TEXT) AS value FROM pragma_{name} AS p");
        let query = query.replace("p.\"busy_timeout\"", "p.\"timeout\"");
        let row: Result<TextValue, _> = diesel::sql_query(query).get_result(connection);
        row.map_err(|cause| StoreError::database("reading the settings", cause))
    };
    let journal_mode = setting("journal_mode")?.value;
    let mut number = |name| setting(name).map(|row| row.value.parse().unwrap_or(-1));
    Ok(Durability::Sqlite {
        journal_mode,
        synchronous: number("synchronous")?,
        foreign_keys: number("foreign_keys")?,
        busy_timeout_ms: number("busy_timeout")?,
        query_only: number("query_only")?,
    })
}
