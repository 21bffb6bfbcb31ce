//! Keys in custody: their public part.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::KeyId;
use domain::sealing::{KeyPurpose, SigningKey};
use domain::time::micros;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{signing_key, signing_key_certificate as certificate};

const WHAT: &str = "key";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
struct Row {
    id: String,
    organization_id: Option<String>,
    purpose: String,
    kind: String,
    public_key: Vec<u8>,
    custody: String,
    state: String,
    created_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = certificate)]
struct CertificateRow<'a> {
    key_id: String,
    position: i32,
    der: &'a [u8],
}

impl From<&SigningKey> for Row {
    fn from(key: &SigningKey) -> Self {
        Self {
            id: key.id.to_string(),
            organization_id: key.organization.map(|id| id.to_string()),
            purpose: key.purpose.to_string(),
            kind: key.kind.clone(),
            public_key: key.public_key.clone(),
            custody: key.custody.clone(),
            state: key.state.to_string(),
            created_at: micros(key.created_at),
        }
    }
}

impl Row {
    fn with_chain(self, chain: Vec<Vec<u8>>) -> Result<SigningKey, StoreError> {
        let read = Reading { what: WHAT, id: &self.id };
        Ok(SigningKey {
            id: read.own_id()?,
            organization: read.maybe("organization_id", self.organization_id.as_deref())?,
            purpose: read.parse("purpose", &self.purpose)?,
            state: read.parse("state", &self.state)?,
            created_at: read.instant("created_at", self.created_at)?,
            kind: self.kind,
            public_key: self.public_key,
            custody: self.custody,
            chain,
        })
    }
}

fn chain(connection: &mut Connection, key: &str) -> Result<Vec<Vec<u8>>, StoreError> {
    certificate::table
        .filter(certificate::key_id.eq(key))
        .order(certificate::position)
        .select(certificate::der)
        .load(connection)
        .map_err(|cause| StoreError::database("reading the certificates of a key", cause))
}

fn certify(connection: &mut Connection, key: KeyId, chain: &[Vec<u8>]) -> Result<(), StoreError> {
    for (position, der) in (0..).zip(chain) {
        let row = CertificateRow { key_id: key.to_string(), position, der };
        diesel::insert_into(certificate::table)
            .values(row)
            .execute(connection)
            .map_err(|cause| StoreError::insert("certificate of key", key, cause))?;
    }
    Ok(())
}

impl Store {
    /// Registers a key with its certificates.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id or its place in custody is taken.
    pub fn signing_key_insert(&self, new: &SigningKey) -> Result<(), StoreError> {
        self.write("registering a key", |connection| {
            let exists = |cause| StoreError::insert(WHAT, new.id, cause);
            let row = Row::from(new);
            diesel::insert_into(signing_key::table)
                .values(row)
                .execute(connection)
                .map_err(exists)?;
            certify(connection, new.id, &new.chain)
        })
    }

    /// Gives a key its certificates, its own first: a key that certifies itself signs before it
    /// has any.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when it has some; [`StoreError::Violation`] when there is no such
    /// key.
    pub fn signing_key_certify(&self, id: KeyId, chain: &[Vec<u8>]) -> Result<(), StoreError> {
        self.signing_key_certify_said(id, chain, &[])
    }

    /// The same, with what is said of it in the audit trail.
    ///
    /// # Errors
    /// As [`Store::signing_key_certify`].
    pub fn signing_key_certify_said(
        &self,
        id: KeyId,
        chain: &[Vec<u8>],
        said: &[Entry],
    ) -> Result<(), StoreError> {
        self.write("certifying a key", |connection| {
            certify(connection, id, chain)?;
            audit::append(connection, said)
        })
    }

    /// The key with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn signing_key_read(&self, id: KeyId) -> Result<SigningKey, StoreError> {
        const OPERATION: &str = "reading a key";
        self.read_together(OPERATION, |connection| {
            let by_id = signing_key::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            let row: Option<Row> = row.map_err(|cause| StoreError::database(OPERATION, cause))?;
            let row = row.ok_or_else(|| StoreError::missing(WHAT, id))?;
            let chain = chain(connection, &row.id)?;
            row.with_chain(chain)
        })
    }

    /// The keys with this purpose, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn signing_key_list(&self, purpose: KeyPurpose) -> Result<Vec<SigningKey>, StoreError> {
        const OPERATION: &str = "listing keys";
        self.read_together(OPERATION, |connection| {
            let rows: Vec<Row> = signing_key::table
                .filter(signing_key::purpose.eq(purpose.as_str()))
                .order((signing_key::created_at, signing_key::id))
                .select(Row::as_select())
                .load(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))?;
            let with_chain = |row: Row| {
                let chain = chain(connection, &row.id)?;
                row.with_chain(chain)
            };
            rows.into_iter().map(with_chain).collect()
        })
    }
}
