//! A PostgreSQL server: what is asked of it before it is trusted, and the locks that many
//! processes need where SQLite has one writer.

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::connection::{Connection, Durability, Role};
use crate::error::StoreError;
use crate::location::{Location, ServerUrl};
use crate::locks::Chain;

/// Settings that last for a connection. A stronger `synchronous_commit` than `on`, which waits for
/// standbys, is left as it is. A lock is waited for as long as SQLite's; a connection of a process
/// that stands still lets go of its locks.
const SETTINGS: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
    SET lock_timeout = '5s';
    SET statement_timeout = '30s';
    SET idle_in_transaction_session_timeout = '30s';
";
/// Writers see what others have committed as soon as they hold its lock.
const WRITER: &str = "SET default_transaction_isolation = 'read committed'";
/// Readers see one state, and may not write whatever a query says.
const READER: &str = "
    SET default_transaction_isolation = 'repeatable read';
    SET default_transaction_read_only = on;
";
/// Messages of the server in English, by which a lock that was waited for too long is told.
/// Not everybody may set it.
const ENGLISH: &str = "SET lc_messages = 'C'";

/// The lock of whoever brings the database up to date.
const MIGRATING: i64 = 0x797a_6d69_6772_6174;
/// The locks of whoever adds to the audit trail, and of whoever grows the log.
const AUDITING: i64 = 0x797a_6175_6469_7400;
const GROWING: i64 = 0x797a_6c6f_6700_0000;
const LOOKING: i64 = 0x797a_6c6f_6f6b_0000;
const ALERTING: i64 = 0x797a_616c_6572_7400;

pub(crate) fn establish(url: &ServerUrl, role: Role) -> Result<Connection, StoreError> {
    let failed = |cause: String| StoreError::Open {
        place: Location::Server(url.clone()),
        cause: url.without_secrets(&cause).into(),
    };
    let mut connection =
        PgConnection::establish(&url.for_client()).map_err(|cause| failed(cause.to_string()))?;
    // Refused without harm where it is not allowed.
    let _ = connection.batch_execute(ENGLISH);
    let own = if role == Role::Writer { WRITER } else { READER };
    for settings in [SETTINGS, own] {
        connection.batch_execute(settings).map_err(|cause| failed(cause.to_string()))?;
    }
    trusted(&mut connection).map_err(failed)?;
    Ok(Connection::Postgres(connection))
}

/// A server that forgets what it has acknowledged is refused, as is one that garbles names.
fn trusted(connection: &mut PgConnection) -> Result<(), String> {
    const NEEDED: [(&str, &str); 3] =
        [("fsync", "on"), ("full_page_writes", "on"), ("server_encoding", "UTF8")];
    for (name, needed) in NEEDED {
        let is = setting(connection, name).map_err(|cause| cause.to_string())?;
        if is != needed {
            return Err(format!(
                "the server has {name} = {is}, with which it may lose or garble what it \
                 acknowledged; {name} = {needed} is needed"
            ));
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct TextValue {
    #[diesel(sql_type = Text)]
    value: String,
}

fn setting(connection: &mut PgConnection, name: &str) -> QueryResult<String> {
    let query = diesel::sql_query("SELECT current_setting($1) AS value").bind::<Text, _>(name);
    query.get_result::<TextValue>(connection).map(|row| row.value)
}

/// The settings of a connection, as the server reports them.
pub(crate) fn durability(connection: &mut PgConnection) -> Result<Durability, StoreError> {
    let mut setting = |name| {
        setting(connection, name)
            .map_err(|cause| StoreError::database("reading the settings", cause))
    };
    Ok(Durability::Postgres {
        synchronous_commit: setting("synchronous_commit")?,
        fsync: setting("fsync")?,
        full_page_writes: setting("full_page_writes")?,
        read_only: setting("transaction_read_only")?,
        isolation: setting("transaction_isolation")?,
    })
}

/// Runs `work` while no other process migrates.
pub(crate) fn alone<T>(
    connection: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> T,
) -> QueryResult<T> {
    advisory(connection, "SELECT pg_advisory_lock($1)", MIGRATING)?;
    let result = work(connection);
    advisory(connection, "SELECT pg_advisory_unlock($1)", MIGRATING)?;
    Ok(result)
}

/// Waits until nobody else adds to this chain, and keeps others out until the transaction ends.
pub(crate) fn append_alone(connection: &mut PgConnection, chain: Chain) -> QueryResult<()> {
    let key = match chain {
        Chain::Audit => AUDITING,
        Chain::Access => LOOKING,
        Chain::Alerts => ALERTING,
        Chain::Log => GROWING,
    };
    advisory(connection, "SELECT pg_advisory_xact_lock($1)", key)
}

fn advisory(connection: &mut PgConnection, query: &str, key: i64) -> QueryResult<()> {
    diesel::sql_query(query).bind::<BigInt, _>(key).execute(connection).map(drop)
}

/// Holds a row as it is until the end of the transaction: `NO KEY UPDATE` for whoever will change
/// it, `SHARE` for whoever rests on it.
pub(crate) fn hold(
    connection: &mut PgConnection,
    strength: &'static str,
    table: &'static str,
    id: &str,
) -> QueryResult<()> {
    let query = format!("SELECT id FROM {table} WHERE id = $1 FOR {strength}");
    diesel::sql_query(query).bind::<Text, _>(id).execute(connection).map(drop)
}

/// Whether a row with this id is there.
pub(crate) fn has(
    connection: &mut PgConnection,
    table: &'static str,
    id: &str,
) -> QueryResult<bool> {
    let query = format!("SELECT id AS value FROM {table} WHERE id = $1");
    let rows: Vec<TextValue> = diesel::sql_query(query).bind::<Text, _>(id).load(connection)?;
    Ok(!rows.is_empty())
}

#[cfg(test)]
mod tests;
