//! Sessions of citizens, and secrets of the service that its processes share.

use diesel::prelude::*;
use domain::access::{Citizen, CitizenSession};
use domain::audit::Entry;
use domain::digest::Sha256;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{citizen_session, service_secret};

const WHAT: &str = "session of a citizen";
const READING: &str = "reading a session of a citizen";
const CHANGING: &str = "changing a session of a citizen";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = citizen_session)]
struct Row {
    digest: String,
    provider: String,
    holder: String,
    name: String,
    created_at: i64,
    seen_at: i64,
}

impl From<&CitizenSession> for Row {
    fn from(one: &CitizenSession) -> Self {
        Self {
            digest: one.digest.to_string(),
            provider: one.citizen.provider.clone(),
            holder: one.citizen.holder.to_string(),
            name: one.citizen.name.clone(),
            created_at: micros(one.created_at),
            seen_at: micros(one.seen_at),
        }
    }
}

impl TryFrom<Row> for CitizenSession {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.holder };
        Ok(Self {
            digest: read.parse("digest", &row.digest)?,
            created_at: read.instant("created_at", row.created_at)?,
            seen_at: read.instant("seen_at", row.seen_at)?,
            citizen: Citizen {
                holder: read.parse("holder", &row.holder)?,
                provider: row.provider,
                name: row.name,
            },
        })
    }
}

fn secret(connection: &mut Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let one = service_secret::table.find(name).select(service_secret::wrapped);
    let found = one.get_result(connection).optional();
    found.map_err(|cause| StoreError::database("reading a secret of the service", cause))
}

impl Store {
    /// Begins a session, with the event that tells of it.
    ///
    /// # Errors
    /// The database's.
    pub fn citizen_session_begin(
        &self,
        new: &CitizenSession,
        told: &Entry,
    ) -> Result<(), StoreError> {
        let row = Row::from(new);
        self.write("beginning a session of a citizen", |connection| {
            let inserted =
                diesel::insert_into(citizen_session::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.citizen.holder, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The session of this digest.
    ///
    /// # Errors
    /// The database's.
    pub fn citizen_session_find(
        &self,
        digest: Sha256,
    ) -> Result<Option<CitizenSession>, StoreError> {
        self.read(READING, |connection| {
            let one = citizen_session::table.find(digest.to_string()).select(Row::as_select());
            let row: Option<Row> = one
                .get_result(connection)
                .optional()
                .map_err(|cause| StoreError::database(READING, cause))?;
            row.map(TryInto::try_into).transpose()
        })
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database's.
    pub fn citizen_session_note(&self, used: &CitizenSession) -> Result<(), StoreError> {
        self.write(CHANGING, |connection| {
            let same = citizen_session::table.find(used.digest.to_string());
            let value = citizen_session::seen_at.eq(micros(used.seen_at));
            let noted = diesel::update(same).set(value).execute(connection);
            noted.map(drop).map_err(|cause| StoreError::database(CHANGING, cause))
        })
    }

    /// Ends a session, with the event that tells of it.
    ///
    /// # Errors
    /// The database's.
    pub fn citizen_session_end(&self, digest: Sha256, told: &Entry) -> Result<(), StoreError> {
        self.write(CHANGING, |connection| {
            let same = citizen_session::table.find(digest.to_string());
            let ended = diesel::delete(same).execute(connection);
            ended.map_err(|cause| StoreError::database(CHANGING, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Takes away sessions that were last used before this; how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn citizen_sessions_forget(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        self.write_in_steps(CHANGING, |connection| {
            let old = citizen_session::table.filter(citizen_session::seen_at.lt(micros(before)));
            let some = old.select(citizen_session::digest).limit(500);
            let digests: Vec<String> = some.load(connection)?;
            let these = citizen_session::table.filter(citizen_session::digest.eq_any(digests));
            diesel::delete(these).execute(connection)
        })
    }

    /// The secret of this name, as custody wrapped it; `new` from now on, when there is none.
    ///
    /// # Errors
    /// The database's.
    pub fn service_secret(&self, name: &str, new: &[u8]) -> Result<Vec<u8>, StoreError> {
        let kept = self.write("keeping a secret of the service", |connection| {
            if let Some(known) = secret(connection, name)? {
                return Ok(known);
            }
            let row = (service_secret::name.eq(name), service_secret::wrapped.eq(new));
            let inserted =
                diesel::insert_into(service_secret::table).values(row).execute(connection);
            inserted.map_err(|cause| StoreError::insert("secret of the service", name, cause))?;
            Ok(new.to_vec())
        });
        match kept {
            // Another process was first.
            Err(StoreError::Exists { .. }) => self.service_secret(name, new),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::LicenseId;
    use time::Duration;

    use super::*;
    use crate::fixtures::{NOW, entropy, entry, world};

    #[test]
    fn sessions_begin_and_end() {
        let store = &world().store;
        let told = |action: &str| entry(action, LicenseId::mint(NOW, entropy()));
        let holder = Sha256::of(b"somebody");
        let citizen = Citizen { provider: "a".into(), holder, name: "样**".into() };
        let digest = Sha256::of(b"a token");
        let one = CitizenSession { digest, citizen, created_at: NOW, seen_at: NOW };
        store.citizen_session_begin(&one, &told("citizen.session_open")).unwrap();
        assert_eq!(store.citizen_session_find(digest).unwrap(), Some(one.clone()));
        let used = CitizenSession { seen_at: NOW + Duration::MINUTE, ..one };
        store.citizen_session_note(&used).unwrap();
        assert_eq!(store.citizen_session_find(digest).unwrap(), Some(used.clone()));
        assert_eq!(store.citizen_sessions_forget(used.seen_at).unwrap(), 0);
        store.citizen_session_end(digest, &told("citizen.session_end")).unwrap();
        assert_eq!(store.citizen_session_find(digest).unwrap(), None);
        store.citizen_session_begin(&used, &told("citizen.session_open")).unwrap();
        assert_eq!(store.citizen_sessions_forget(used.seen_at + Duration::SECOND).unwrap(), 1);
    }

    #[test]
    fn a_secret_stays() {
        let store = &world().store;
        assert_eq!(store.service_secret("a", b"first").unwrap(), b"first");
        assert_eq!(store.service_secret("a", b"second").unwrap(), b"first");
        assert_eq!(store.service_secret("b", b"second").unwrap(), b"second");
    }
}
