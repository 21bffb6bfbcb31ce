//! Keys of approvers: the public part, and whether it counts.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::{ApproverKeyId, StaffId};
use domain::sealing::ApproverKey;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::Store;
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::approver_key;

const WHAT: &str = "approver key";
const READING: &str = "reading a key of an approver";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = approver_key)]
struct Row {
    id: String,
    staff_id: String,
    label: String,
    origin: String,
    public_key: Vec<u8>,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for ApproverKey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            staff: read.parse("staff_id", &row.staff_id)?,
            origin: read.parse("origin", &row.origin)?,
            created_at: read.instant("created_at", row.created_at)?,
            revoked_at: read.maybe_instant("revoked_at", row.revoked_at)?,
            label: row.label,
            public_key: row.public_key,
        })
    }
}

impl Store {
    /// Registers a key.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when somebody has registered this key before.
    pub fn approver_key_insert(&self, new: &ApproverKey, told: &Entry) -> Result<(), StoreError> {
        let row = Row {
            id: new.id.to_string(),
            staff_id: new.staff.to_string(),
            label: new.label.clone(),
            origin: new.origin.to_string(),
            public_key: new.public_key.clone(),
            created_at: micros(new.created_at),
            revoked_at: None,
        };
        self.write("registering a key of an approver", |connection| {
            diesel::insert_into(approver_key::table)
                .values(&row)
                .execute(connection)
                .map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The key with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn approver_key_read(&self, id: ApproverKeyId) -> Result<ApproverKey, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let by_id = approver_key::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// The keys of a person, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn approver_key_list(&self, of: StaffId) -> Result<Vec<ApproverKey>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = approver_key::table
                .filter(approver_key::staff_id.eq(of.to_string()))
                .order((approver_key::created_at, approver_key::id));
            let rows = own.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(ApproverKey::try_from).collect()
    }

    /// Takes a key out of use; what it signed before stays approved.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was before.
    pub fn approver_key_revoke(
        &self,
        id: ApproverKeyId,
        at: OffsetDateTime,
        told: &Entry,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "taking a key of an approver out of use";
        self.write(OPERATION, |connection| {
            let open =
                approver_key::table.find(id.to_string()).filter(approver_key::revoked_at.is_null());
            let rows = diesel::update(open)
                .set(approver_key::revoked_at.eq(micros(at)))
                .execute(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            audit::append(connection, std::slice::from_ref(told))
        })
    }
}
