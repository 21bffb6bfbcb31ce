//! Bringing a database up to date.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::migration::{Migration, MigrationSource as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use crate::connection::{Connection, Dialect};
use crate::error::StoreError;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../schema/migrations/sqlite");

/// Applies what is missing; each migration is one transaction.
///
/// # Errors
/// [`StoreError::Newer`] when the database knows a migration that this program does not: an older
/// program would write rows that the newer one cannot read.
pub(crate) fn apply(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |cause| StoreError::Open { path: path.to_owned(), cause };
    let migrations: Vec<Box<dyn Migration<Dialect>>> = MIGRATIONS.migrations().map_err(failed)?;
    let known: BTreeSet<String> =
        migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    let applied = connection.applied_migrations().map_err(failed)?;
    if let Some(newer) = applied.iter().map(ToString::to_string).find(|one| !known.contains(one)) {
        return Err(StoreError::Newer { migration: newer });
    }
    connection.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    Ok(())
}
