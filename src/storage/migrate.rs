//! Bringing a database up to date.

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::Connection;
use crate::error::StoreError;
use crate::location::Location;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../schema/migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../schema/migrations/postgres");

/// Applies what is missing; each migration is one transaction.
///
/// # Errors
/// [`StoreError::Newer`] when the database knows a migration that this program does not: an older
/// program would write rows that the newer one cannot read.
pub(crate) fn apply(connection: &mut Connection, location: &Location) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(connection) => missing(connection, SQLITE, location),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => {
            let failed = |cause: diesel::result::Error| StoreError::Open {
                place: location.clone(),
                cause: Box::new(cause),
            };
            // Processes that start together: one does it, the others find it done.
            crate::postgres::alone(connection, |connection| missing(connection, POSTGRES, location))
                .map_err(failed)?
        }
    }
}

fn missing<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: EmbeddedMigrations,
    location: &Location,
) -> Result<(), StoreError>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let failed = |cause| StoreError::Open { place: location.clone(), cause };
    let migrations: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(failed)?;
    let known: BTreeSet<String> =
        migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    let applied = connection.applied_migrations().map_err(failed)?;
    if let Some(newer) = applied.iter().map(ToString::to_string).find(|one| !known.contains(one)) {
        return Err(StoreError::Newer { migration: newer });
    }
    connection.run_pending_migrations(source).map_err(failed)?;
    Ok(())
}
