//! Certificates by which people sign in.

use diesel::prelude::*;
use domain::access::StaffCertificate;
use domain::audit::Entry;
use domain::digest::Sha256;
use domain::id::StaffId;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::Store;
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{session, staff_certificate};

const WHAT: &str = "staff certificate";
const READING: &str = "reading certificates of people";
const WITHDRAWING: &str = "withdrawing a certificate";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = staff_certificate)]
struct Row {
    fingerprint: String,
    staff_id: String,
    subject: String,
    until: i64,
    added_at: i64,
    withdrawn_at: Option<i64>,
}

impl From<&StaffCertificate> for Row {
    fn from(one: &StaffCertificate) -> Self {
        Self {
            fingerprint: one.fingerprint.to_string(),
            staff_id: one.staff.to_string(),
            subject: one.subject.clone(),
            until: micros(one.until),
            added_at: micros(one.added_at),
            withdrawn_at: one.withdrawn_at.map(micros),
        }
    }
}

impl TryFrom<Row> for StaffCertificate {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.fingerprint };
        Ok(Self {
            fingerprint: read.parse("fingerprint", &row.fingerprint)?,
            staff: read.parse("staff_id", &row.staff_id)?,
            until: read.instant("until", row.until)?,
            added_at: read.instant("added_at", row.added_at)?,
            withdrawn_at: read.maybe_instant("withdrawn_at", row.withdrawn_at)?,
            subject: row.subject,
        })
    }
}

impl Store {
    /// Registers a certificate to an account, with the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when it is or was registered to an account.
    pub fn staff_certificate_insert(
        &self,
        new: &StaffCertificate,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write("registering a certificate", |connection| {
            let row = Row::from(new);
            let inserted =
                diesel::insert_into(staff_certificate::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.fingerprint, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The certificate with this fingerprint.
    ///
    /// # Errors
    /// The database's.
    pub fn staff_certificate_find(
        &self,
        fingerprint: Sha256,
    ) -> Result<Option<StaffCertificate>, StoreError> {
        self.read(READING, |connection| {
            let one = staff_certificate::table.find(fingerprint.to_string());
            let row: Option<Row> = one
                .select(Row::as_select())
                .first(connection)
                .optional()
                .map_err(|cause| StoreError::database(READING, cause))?;
            row.map(TryInto::try_into).transpose()
        })
    }

    /// The certificates of an account, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn staff_certificate_list(&self, of: StaffId) -> Result<Vec<StaffCertificate>, StoreError> {
        self.read(READING, |connection| {
            let own =
                staff_certificate::table.filter(staff_certificate::staff_id.eq(of.to_string()));
            let rows: Vec<Row> = own
                .order(staff_certificate::added_at.desc())
                .select(Row::as_select())
                .load(connection)
                .map_err(|cause| StoreError::database(READING, cause))?;
            rows.into_iter().map(TryInto::try_into).collect()
        })
    }

    /// Withdraws a certificate of an account, ends every session that was opened with it, and keeps
    /// the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the account has no such certificate in use.
    pub fn staff_certificate_withdraw(
        &self,
        of: StaffId,
        fingerprint: Sha256,
        at: OffsetDateTime,
        told: &Entry,
    ) -> Result<(), StoreError> {
        let failed = |cause| StoreError::database(WITHDRAWING, cause);
        self.write(WITHDRAWING, |connection| {
            let own = staff_certificate::table
                .find(fingerprint.to_string())
                .filter(staff_certificate::staff_id.eq(of.to_string()))
                .filter(staff_certificate::withdrawn_at.is_null());
            let value = staff_certificate::withdrawn_at.eq(micros(at));
            if diesel::update(own).set(value).execute(connection).map_err(failed)? != 1 {
                return Err(StoreError::missing(WHAT, fingerprint));
            }
            let opened = session::table.filter(session::certificate.eq(fingerprint.to_string()));
            diesel::delete(opened).execute(connection).map_err(failed)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }
}
