//! Marked copies and proof bundles of decisions.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::digest::Sm3;
use domain::exemption::{KeptFile, RecordedBundle, RecordedCopy};
use domain::id::{ExemptionDecisionId, LicenseId};
use domain::marked_copy::CopyId;
use domain::time::{day_text, micros};

use crate::connection::{Store, Witness};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{marked_copy, proof_bundle};
use crate::{audit, exemptions};

const COPY: &str = "marked copy";
const BUNDLE: &str = "proof bundle";
const KEEPING_COPY: &str = "keeping a marked copy";
const KEEPING_BUNDLE: &str = "keeping a proof bundle";
const READING: &str = "reading copies and bundles";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = marked_copy)]
struct CopyRow {
    id: String,
    decision_id: String,
    license_id: String,
    organization_id: String,
    actor: String,
    case_no: String,
    original_sm3: String,
    sm3: String,
    sha256: String,
    bytes: i64,
    valid_until: String,
    created_at: i64,
}

impl CopyRow {
    fn of(one: &RecordedCopy) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        Ok(Self {
            decision_id: one.decision.to_string(),
            license_id: one.license.to_string(),
            organization_id: one.organization.to_string(),
            actor: one.actor.to_string(),
            case_no: one.case_no.clone(),
            original_sm3: one.original.to_string(),
            sm3: one.file.sm3.to_string(),
            sha256: one.file.sha256.to_string(),
            bytes: Reading { what: COPY, id: &id }.number("bytes", one.file.bytes)?,
            valid_until: day_text(one.until),
            created_at: micros(one.at),
            id,
        })
    }
}

impl TryFrom<CopyRow> for RecordedCopy {
    type Error = StoreError;

    fn try_from(row: CopyRow) -> Result<Self, StoreError> {
        let read = Reading { what: COPY, id: &row.id };
        let until = read.maybe_day("valid_until", Some(&row.valid_until))?;
        Ok(Self {
            id: read.own_id()?,
            decision: read.parse("decision_id", &row.decision_id)?,
            license: read.parse("license_id", &row.license_id)?,
            organization: read.parse("organization_id", &row.organization_id)?,
            actor: read.parse("actor", &row.actor)?,
            original: read.parse("original_sm3", &row.original_sm3)?,
            file: kept_file(&read, (&row.sm3, &row.sha256), row.bytes)?,
            until: until.ok_or_else(|| read.corrupt("valid_until", "no day"))?,
            at: read.instant("created_at", row.created_at)?,
            case_no: row.case_no,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = proof_bundle)]
struct BundleRow {
    decision_id: String,
    organization_id: String,
    actor: String,
    sm3: String,
    sha256: String,
    bytes: i64,
    created_at: i64,
}

impl TryFrom<BundleRow> for RecordedBundle {
    type Error = StoreError;

    fn try_from(row: BundleRow) -> Result<Self, StoreError> {
        let read = Reading { what: BUNDLE, id: &row.decision_id };
        Ok(Self {
            decision: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            actor: read.parse("actor", &row.actor)?,
            file: kept_file(&read, (&row.sm3, &row.sha256), row.bytes)?,
            at: read.instant("created_at", row.created_at)?,
        })
    }
}

fn kept_file(
    read: &Reading<'_>,
    (sm3, sha256): (&str, &str),
    bytes: i64,
) -> Result<KeptFile, StoreError> {
    Ok(KeptFile {
        sm3: read.parse("sm3", sm3)?,
        sha256: read.parse("sha256", sha256)?,
        bytes: read.number("bytes", bytes)?,
    })
}

/// A copy that was made, of a license as the decision relied on it.
#[derive(Clone, Copy, Debug)]
pub struct NewCopy<'a> {
    /// The copy.
    pub copy: &'a RecordedCopy,
    /// The version of the license's state that was relied on.
    pub relied: u32,
}

impl Store {
    /// Keeps a marked copy, and what the audit trail says of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the license is not as it was relied on;
    /// [`StoreError::Exists`] when somebody made the copy of this decision meanwhile.
    pub fn marked_copy_insert(&self, new: NewCopy<'_>, told: &Entry) -> Result<(), StoreError> {
        let NewCopy { copy, relied } = new;
        let witness = Witness::new("marked_copy", copy.id);
        self.write_witnessed(KEEPING_COPY, &witness, |connection| {
            exemptions::unchanged(connection, copy.license, relied)?;
            let row = CopyRow::of(copy)?;
            let kept = diesel::insert_into(marked_copy::table).values(&row).execute(connection);
            kept.map_err(|cause| StoreError::insert(COPY, copy.id, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The marked copy with this identifier inside.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn marked_copy_read(&self, id: CopyId) -> Result<RecordedCopy, StoreError> {
        let row: Option<CopyRow> = self.read(READING, |connection| {
            let one = marked_copy::table.find(id.to_string()).select(CopyRow::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(COPY, id))?.try_into()
    }

    /// The marked copies of a decision.
    ///
    /// # Errors
    /// The database's.
    pub fn marked_copy_list(
        &self,
        of: ExemptionDecisionId,
    ) -> Result<Vec<RecordedCopy>, StoreError> {
        let rows: Vec<CopyRow> = self.read(READING, |connection| {
            let own = marked_copy::table.filter(marked_copy::decision_id.eq(of.to_string()));
            let rows = own.order(marked_copy::license_id).select(CopyRow::as_select());
            rows.load(connection).map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(RecordedCopy::try_from).collect()
    }

    /// At most so many marked copies, by identifier, behind one of them.
    ///
    /// # Errors
    /// The database's.
    pub fn marked_copies_after(
        &self,
        after: Option<CopyId>,
        limit: u32,
    ) -> Result<Vec<RecordedCopy>, StoreError> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows: Vec<CopyRow> = self.read(READING, |connection| {
            let rest = marked_copy::table.filter(marked_copy::id.gt(&after));
            let rows = rest.order(marked_copy::id).limit(limit.into());
            let rows = rows.select(CopyRow::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(RecordedCopy::try_from).collect()
    }

    /// At most so many proof bundles, by decision, behind that of one of them.
    ///
    /// # Errors
    /// The database's.
    pub fn proof_bundles_after(
        &self,
        after: Option<ExemptionDecisionId>,
        limit: u32,
    ) -> Result<Vec<RecordedBundle>, StoreError> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows: Vec<BundleRow> = self.read(READING, |connection| {
            let rest = proof_bundle::table.filter(proof_bundle::decision_id.gt(&after));
            let rows = rest.order(proof_bundle::decision_id).limit(limit.into());
            let rows = rows.select(BundleRow::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(RecordedBundle::try_from).collect()
    }

    /// Keeps the proof bundle of a decision that relied on these versions of licenses, and what the
    /// audit trail says of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a license is not as it was relied on;
    /// [`StoreError::Exists`] when there is one.
    pub fn proof_bundle_insert(
        &self,
        new: &RecordedBundle,
        relied: &[(LicenseId, u32)],
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write(KEEPING_BUNDLE, |connection| {
            for (license, version) in relied {
                exemptions::unchanged(connection, *license, *version)?;
            }
            let id = new.decision.to_string();
            let row = BundleRow {
                organization_id: new.organization.to_string(),
                actor: new.actor.to_string(),
                sm3: new.file.sm3.to_string(),
                sha256: new.file.sha256.to_string(),
                bytes: Reading { what: BUNDLE, id: &id }.number("bytes", new.file.bytes)?,
                created_at: micros(new.at),
                decision_id: id,
            };
            let kept = diesel::insert_into(proof_bundle::table).values(&row).execute(connection);
            kept.map_err(|cause| StoreError::insert(BUNDLE, new.decision, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The proof bundle of a decision, once there is one.
    ///
    /// # Errors
    /// The database's.
    pub fn proof_bundle_find(
        &self,
        of: ExemptionDecisionId,
    ) -> Result<Option<RecordedBundle>, StoreError> {
        let row: Option<BundleRow> = self.read(READING, |connection| {
            let one = proof_bundle::table.find(of.to_string()).select(BundleRow::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.map(RecordedBundle::try_from).transpose()
    }

    /// Whether a file is a marked copy or a proof bundle.
    ///
    /// # Errors
    /// The database's.
    pub fn bundles_know(&self, sm3: Sm3) -> Result<bool, StoreError> {
        self.read(READING, |connection| {
            let failed = |cause| StoreError::database(READING, cause);
            let name = sm3.to_string();
            let copies: i64 = marked_copy::table
                .filter(marked_copy::sm3.eq(&name))
                .count()
                .get_result(connection)
                .map_err(failed)?;
            let bundles = proof_bundle::table.filter(proof_bundle::sm3.eq(&name)).count();
            let bundles: i64 = bundles.get_result(connection).map_err(failed)?;
            Ok(copies + bundles > 0)
        })
    }
}

#[cfg(test)]
mod tests;
