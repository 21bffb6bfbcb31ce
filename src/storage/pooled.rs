//! Writers of a server: each in a transaction of its own, run again when the server undid it, and
//! never taken for done or undone before it is known.

use std::thread;
use std::time::Duration;

use diesel::connection::TransactionManager;
use diesel::r2d2::Pool;

use crate::connection::{Connection, Opener, Role, Witness, pool};
use crate::error::StoreError;
use crate::location::Location;

/// Writers at a time: those of one process that wait for the server's disk.
const WRITERS: u32 = 16;
/// How often work is run before its caller is told to come again.
const ATTEMPTS: u32 = 6;
/// The pause before the second attempt; each further one is twice as long, 620 ms together.
const PAUSE: Duration = Duration::from_millis(20);

type Manages = <Connection as diesel::Connection>::TransactionManager;

pub(crate) struct Pooled {
    pool: Pool<Opener>,
}

/// What became of one attempt.
enum Fate<T> {
    /// On stable storage.
    Committed(T),
    /// Certainly not done.
    Undone(StoreError),
    /// The connection was lost before the commit was answered.
    Unknown(T),
}

impl Pooled {
    pub(crate) fn open(location: &Location) -> Result<Self, StoreError> {
        Ok(Self { pool: pool(location, Role::Writer, WRITERS)? })
    }

    /// Runs `work` in a transaction; returns when it is on stable storage or undone, or says
    /// [`StoreError::Busy`] when that cannot be found out.
    pub(crate) fn write<T>(
        &self,
        operation: &'static str,
        witness: Option<&Witness>,
        mut work: impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // Of an attempt whose fate is not known: done, if its witness is there.
        let mut unsure = None;
        let mut raced = false;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                thread::sleep(PAUSE * 2_u32.pow(attempt - 1));
            }
            match self.attempt(operation, &mut work) {
                // The witness of an earlier attempt would have stood in the way.
                Fate::Committed(value) => return Ok(value),
                Fate::Unknown(value) => unsure = unsure.or(Some(value)),
                Fate::Undone(error) if unsure.is_none() => match error {
                    StoreError::Busy { .. } => {}
                    // Free when it was looked at, taken when it was inserted: another was quicker,
                    // and a second look says by what.
                    StoreError::Exists { .. } if !raced => raced = true,
                    error => return Err(error),
                },
                Fate::Undone(_) => {}
            }
            if let Some(value) = unsure.take() {
                let Some(witness) = witness else { break };
                match self.testifies(operation, witness) {
                    Ok(true) => return Ok(value),
                    // Its server process may yet commit it; then the next attempt finds that out.
                    Ok(false) | Err(_) => unsure = Some(value),
                }
            }
        }
        Err(StoreError::Busy { operation })
    }

    fn attempt<T>(
        &self,
        operation: &'static str,
        work: &mut impl FnMut(&mut Connection) -> Result<T, StoreError>,
    ) -> Fate<T> {
        let Ok(mut connection) = self.pool.get() else {
            return Fate::Undone(StoreError::Busy { operation });
        };
        let connection: &mut Connection = &mut connection;
        if let Err(cause) = Manages::begin_transaction(connection) {
            return Fate::Undone(StoreError::database(operation, cause));
        }
        let value = match work(connection) {
            Ok(value) => value,
            Err(error) => {
                // When this fails too, the connection is gone, and the transaction with it.
                let _ = Manages::rollback_transaction(connection);
                return Fate::Undone(error);
            }
        };
        match Manages::commit_transaction(connection) {
            Ok(()) => Fate::Committed(value),
            Err(cause) => match StoreError::database(operation, cause) {
                // A constraint that is looked at last.
                error @ StoreError::Violation { .. } => Fate::Undone(error),
                _ => Fate::Unknown(value),
            },
        }
    }

    fn testifies(&self, operation: &'static str, witness: &Witness) -> Result<bool, StoreError> {
        let mut connection = self.pool.get().map_err(|_| StoreError::Busy { operation })?;
        match &mut *connection {
            Connection::Sqlite(_) => Ok(true),
            Connection::Postgres(connection) => {
                crate::postgres::has(connection, witness.table, &witness.id)
                    .map_err(|cause| StoreError::database(operation, cause))
            }
        }
    }
}
