//! The store: who reads, who writes, and that each returns from a transaction as it promises.

use std::path::Path;
use std::time::Duration;

use diesel::connection::Connection as _;
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection as _};
use domain::audit::Access;

pub(crate) use crate::backend::{AnyConnection as Connection, Dialect};
use crate::error::StoreError;
use crate::gather::Gather;
use crate::location::Location;
#[cfg(feature = "postgres")]
use crate::pooled::Pooled;
use crate::writer::Writer;
use crate::{migrate, sqlite};

/// Readers at a time. Each costs a handle and a page cache of 2 MiB; queries are short.
const READERS: u32 = 8;
/// Longest wait for a connection: beyond it a client had better be told.
pub(crate) const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// Rows that one transaction takes away: some ten milliseconds.
pub(crate) const AT_ONCE: i64 = 500;

/// The register.
pub struct Store {
    location: Location,
    writing: Writing,
    readers: Pool<Opener>,
    /// Rows of the access log that are waiting to be written.
    pub(crate) looks: Gather<Access>,
}

/// How writes come to be on stable storage.
enum Writing {
    /// By one connection, gathered: a file has one writer at a time in any case.
    Gathered(Writer),
    /// Each by a transaction of its own, which the server gathers.
    #[cfg(feature = "postgres")]
    Pooled(Pooled),
}

/// The settings of one connection, as the database itself reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A file.
    Sqlite {
        /// `wal`.
        journal_mode: String,
        /// 2: FULL.
        synchronous: i32,
        /// 1: enforced.
        foreign_keys: i32,
        /// How long a connection waits for a lock, in milliseconds.
        busy_timeout_ms: i32,
        /// 1 for a connection that only reads.
        query_only: i32,
    },
    /// A server.
    Postgres {
        /// `on`, or a stronger word where there are standbys.
        synchronous_commit: String,
        /// `on`.
        fsync: String,
        /// `on`.
        full_page_writes: String,
        /// `on` for a connection that only reads.
        read_only: String,
        /// `read committed`; `repeatable read` for a connection that only reads.
        isolation: String,
    },
}

/// A row by which a transaction is known to have been committed, when the answer to the commit
/// was lost with the connection: only that transaction makes a row of this table with this id.
#[derive(Clone, Debug)]
pub(crate) struct Witness {
    pub(crate) table: &'static str,
    pub(crate) id: String,
}

impl Witness {
    pub(crate) fn new(table: &'static str, id: impl ToString) -> Self {
        Self { table, id: id.to_string() }
    }
}

impl Store {
    /// Opens the database at `location`, creating a file when it is absent, and brings it up to
    /// date.
    ///
    /// # Errors
    /// When it cannot be opened, a newer program made it, or it would not keep what it is given.
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        if let Location::File(path) = location {
            sqlite::make_for_owner(path)?;
        }
        let mut connection = establish(location, Role::Writer)?;
        migrate::apply(&mut connection, location)?;
        drop(connection);
        let readers = pool(location, Role::Reader, READERS)?;
        let (location, writing) = (location.clone(), Writing::open(location)?);
        Ok(Self { location, writing, readers, looks: Gather::default() })
    }

    /// Opens the database file at `path`; as [`Store::open`].
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_file(path: &Path) -> Result<Self, StoreError> {
        Self::open(&path.into())
    }

    /// Where the database lies.
    #[must_use]
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// Whether other processes may be at work on it at this moment.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.location.is_shared()
    }

    /// Runs `work` in a transaction and returns when it is on stable storage or undone. Of a
    /// transaction whose fate is not known it says [`StoreError::Busy`].
    ///
    /// `work` may run again, and sees then what others have written meanwhile.
    pub(crate) fn write<T>(
        &self,
        operation: &'static str,
        work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match &self.writing {
            Writing::Gathered(writer) => writer.write(operation, work),
            #[cfg(feature = "postgres")]
            Writing::Pooled(pooled) => pooled.write(operation, None, work),
        }
    }

    /// As [`Store::write`]; what became of the transaction is always found out, by its witness.
    pub(crate) fn write_witnessed<T>(
        &self,
        operation: &'static str,
        witness: &Witness,
        work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _ = (witness.table, &witness.id);
        match &self.writing {
            // A file does not hang up.
            Writing::Gathered(writer) => writer.write(operation, work),
            #[cfg(feature = "postgres")]
            Writing::Pooled(pooled) => pooled.write(operation, Some(witness), work),
        }
    }

    /// Takes rows away in transactions of [`AT_ONCE`], until `step` finds none, so that nobody
    /// waits long for the writer; how many it took.
    pub(crate) fn write_in_steps(
        &self,
        operation: &'static str,
        mut step: impl FnMut(&mut Connection) -> diesel::QueryResult<usize>,
    ) -> Result<usize, StoreError> {
        let mut count = 0;
        loop {
            let taken = self.write(operation, |connection| {
                step(connection).map_err(|cause| StoreError::database(operation, cause))
            })?;
            count += taken;
            if taken == 0 {
                return Ok(count);
            }
        }
    }

    /// How many threads wait for the writer.
    #[cfg(test)]
    pub(crate) fn writer_waiting(&self) -> usize {
        match &self.writing {
            Writing::Gathered(writer) => writer.waiting(),
            #[cfg(feature = "postgres")]
            Writing::Pooled(_) => 0,
        }
    }

    /// Runs `work`, which is one query: each sees one state of the database by itself, and a
    /// transaction around it would cost more than it.
    pub(crate) fn read<T>(
        &self,
        operation: &'static str,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut once = || {
            let mut connection = self.readers.get().map_err(|_| StoreError::Busy { operation })?;
            work(&mut connection)
        };
        match once() {
            // The server was restarted between two queries; reading again harms nobody.
            Err(StoreError::Busy { .. }) if self.is_shared() => once(),
            result => result,
        }
    }

    /// Runs the queries of `work` on one state of the database.
    pub(crate) fn read_together<T>(
        &self,
        operation: &'static str,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read(operation, |connection| transact(connection, operation, &mut work))
    }

    /// Whether every write so far was taken by the disk. Once it is not, nothing is written any
    /// more and the process should end. The disk of a server is the server's own affair.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match &self.writing {
            Writing::Gathered(writer) => writer.is_sound(),
            #[cfg(feature = "postgres")]
            Writing::Pooled(_) => true,
        }
    }

    /// The settings of a writer first, then of every reader, as the database reports them.
    ///
    /// # Errors
    /// When a connection does not answer.
    pub fn durability(&self) -> Result<Vec<Durability>, StoreError> {
        const OPERATION: &str = "reading the settings";
        let mut all = vec![self.write(OPERATION, durability)?];
        let readers: Vec<_> = std::iter::repeat_with(|| self.readers.get())
            .take(READERS as usize)
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::Busy { operation: OPERATION })?;
        for mut reader in readers {
            all.push(durability(&mut reader)?);
        }
        Ok(all)
    }
}

impl Writing {
    fn open(location: &Location) -> Result<Self, StoreError> {
        match location {
            #[cfg(feature = "postgres")]
            Location::Server(_) => Ok(Self::Pooled(Pooled::open(location)?)),
            Location::File(path) => {
                let (own, path) = (path.clone(), path.clone());
                let open = move || sqlite::establish(&own, Role::Writer);
                Ok(Self::Gathered(Writer::new(open, move || sqlite::is_given_up(&path))?))
            }
            #[cfg(not(feature = "postgres"))]
            Location::Server(_) => Err(StoreError::Unsupported { place: location.clone() }),
        }
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
        // The database itself undid everything, as SQLite does on a full disk and a server that
        // hung up, and then could not undo again.
        (_, Some(error)) if error.is_failure() => error,
        (cause, _) => StoreError::database(operation, cause),
    })
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Store({})", self.location)
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Reads one state, and may not write whatever a query says.
    Reader,
    /// Writes.
    Writer,
}

/// Makes connections for a pool, each with its settings.
pub(crate) struct Opener {
    location: Location,
    role: Role,
}

impl ManageConnection for Opener {
    type Connection = Connection;
    type Error = StoreError;

    fn connect(&self) -> Result<Connection, StoreError> {
        establish(&self.location, self.role)
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), StoreError> {
        connection.ping().map_err(|cause| StoreError::database("asking the database", cause))
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

pub(crate) fn pool(location: &Location, role: Role, size: u32) -> Result<Pool<Opener>, StoreError> {
    let mut builder = Pool::builder().max_size(size).connection_timeout(CONNECTION_WAIT);
    // A file does not hang up as a server may; a server has room for few connections.
    builder = builder.test_on_check_out(location.is_shared());
    if location.is_shared() {
        builder = builder.min_idle(Some(1));
    }
    let manager = Opener { location: location.clone(), role };
    let failed = |cause: diesel::r2d2::PoolError| StoreError::Open {
        place: location.clone(),
        cause: cause.into(),
    };
    builder.build(manager).map_err(failed)
}

fn establish(location: &Location, role: Role) -> Result<Connection, StoreError> {
    match location {
        Location::File(path) => sqlite::establish(path, role),
        #[cfg(feature = "postgres")]
        Location::Server(url) => crate::postgres::establish(url, role),
        #[cfg(not(feature = "postgres"))]
        Location::Server(_) => Err(StoreError::Unsupported { place: location.clone() }),
    }
}

fn durability(connection: &mut Connection) -> Result<Durability, StoreError> {
    match connection {
        Connection::Sqlite(connection) => sqlite::durability(connection),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => crate::postgres::durability(connection),
    }
}
