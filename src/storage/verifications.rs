//! Finished verifications.

use diesel::prelude::*;
use domain::digest::Sm3;
use domain::id::{LicenseId, OrganizationId, VerificationId};
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::{AT_ONCE, Connection, Store, Witness};
use crate::error::StoreError;
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::verification;

const WHAT: &str = "verification";

/// A finished verification. Its report is kept as the text that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVerification {
    /// Its id.
    pub id: VerificationId,
    /// Its outcome in a word.
    pub outcome: String,
    /// SM3 of the file, when it was of a file.
    pub input_sm3: Option<Sm3>,
    /// The license of our register that it was of.
    pub license: Option<LicenseId>,
    /// The report, JSON.
    pub report: String,
    /// When it was finished.
    pub created_at: OffsetDateTime,
    /// The signed receipt, once somebody asked for it.
    pub receipt: Option<String>,
    /// For which organization it was asked, when that is known.
    pub organization: Option<OrganizationId>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = verification)]
struct Row {
    id: String,
    outcome: String,
    input_sm3: Option<String>,
    license_id: Option<String>,
    report: String,
    created_at: i64,
    receipt: Option<String>,
    organization_id: Option<String>,
}

impl From<&StoredVerification> for Row {
    fn from(one: &StoredVerification) -> Self {
        Self {
            id: one.id.to_string(),
            outcome: one.outcome.clone(),
            input_sm3: one.input_sm3.map(|sm3| sm3.to_string()),
            license_id: one.license.map(|id| id.to_string()),
            report: one.report.clone(),
            created_at: micros(one.created_at),
            receipt: one.receipt.clone(),
            organization_id: one.organization.map(|id| id.to_string()),
        }
    }
}

impl TryFrom<Row> for StoredVerification {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            input_sm3: read.maybe("input_sm3", row.input_sm3.as_deref())?,
            license: read.maybe("license_id", row.license_id.as_deref())?,
            created_at: read.instant("created_at", row.created_at)?,
            organization: read.maybe("organization_id", row.organization_id.as_deref())?,
            outcome: row.outcome,
            report: row.report,
            receipt: row.receipt,
        })
    }
}

fn insert(connection: &mut Connection, new: &StoredVerification) -> Result<(), StoreError> {
    let insert = diesel::insert_into(verification::table).values(Row::from(new));
    let inserted = insert.execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
}

impl Store {
    /// Keeps a finished verification, and the answer of the request that asked for it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else answered the request meanwhile.
    pub fn verification_insert(
        &self,
        new: &StoredVerification,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let witness = Witness::new("verification", new.id);
        self.write_witnessed("keeping a verification", &witness, |connection| {
            insert(connection, new)?;
            requests::answer(connection, answer)
        })
    }

    /// Keeps finished verifications, all or none.
    ///
    /// # Errors
    /// The database's.
    pub fn verification_insert_all(&self, new: &[StoredVerification]) -> Result<(), StoreError> {
        self.write("keeping verifications", |connection| {
            new.iter().try_for_each(|one| insert(connection, one))
        })
    }

    /// The verification with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn verification_read(&self, id: VerificationId) -> Result<StoredVerification, StoreError> {
        const OPERATION: &str = "reading a verification";
        let row: Option<Row> = self.read(OPERATION, |connection| {
            let by_id = verification::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// Keeps the receipt of a verification, unless one is kept; the one that is kept comes back.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn verification_receipt_keep(
        &self,
        id: VerificationId,
        receipt: &str,
    ) -> Result<String, StoreError> {
        const OPERATION: &str = "keeping a receipt";
        self.write(OPERATION, |connection| {
            let failed = |cause| StoreError::database(OPERATION, cause);
            let by_id = verification::table.find(id.to_string());
            diesel::update(by_id.clone().filter(verification::receipt.is_null()))
                .set(verification::receipt.eq(receipt))
                .execute(connection)
                .map_err(failed)?;
            let kept: Option<Option<String>> = by_id
                .select(verification::receipt)
                .get_result(connection)
                .optional()
                .map_err(failed)?;
            kept.flatten().ok_or_else(|| StoreError::missing(WHAT, id))
        })
    }

    /// Forgets verifications that were finished before this instant.
    ///
    /// # Errors
    /// The database's.
    pub fn verification_expire(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        self.write_in_steps("expiring verifications", |connection| {
            let old = verification::table.filter(verification::created_at.lt(micros(before)));
            let some: Vec<String> = old.limit(AT_ONCE).select(verification::id).load(connection)?;
            diesel::delete(verification::table.filter(verification::id.eq_any(some)))
                .execute(connection)
        })
    }
}
