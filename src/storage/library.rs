//! The material library: what is kept for a holder, who looked at it, who used it, and that it is erased.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::audit::Entry;
use domain::digest::{Sha256, Sm3};
use domain::exemption::KeptFile;
use domain::id::LibraryMaterialId;
use domain::library::{HandedIn, LibraryCheck, LibraryErasure, LibraryMaterial, LibraryUse};
use domain::time::{day_text, micros};

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::{library_material as material, library_use as usage};
use crate::{audit, locks};

const WHAT: &str = "material";
const READING: &str = "reading the material library";
const KEEPING: &str = "keeping a material";
const CHECKING: &str = "keeping the check of a material";
const ERASING: &str = "erasing a material";
const USING: &str = "keeping the use of a material";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = material)]
struct Row {
    id: String,
    holder: String,
    name: String,
    source: String,
    handed_by: String,
    handed_for: Option<String>,
    handed_operator: String,
    handed_case: String,
    media_type: String,
    pages: i32,
    sm3: String,
    sha256: String,
    bytes: i64,
    original_sm3: String,
    original_sha256: String,
    original_bytes: i64,
    last_day: Option<String>,
    created_at: i64,
    checked_by: Option<String>,
    checked_for: Option<String>,
    checked_operator: Option<String>,
    checked_window: Option<String>,
    checked_case: Option<String>,
    checked_at: Option<i64>,
    erased_by: Option<String>,
    erased_for: Option<String>,
    erased_at: Option<i64>,
}

impl Row {
    /// A new one: neither checked nor erased.
    fn new(one: &LibraryMaterial) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        Ok(Self {
            holder: one.holder.to_string(),
            name: one.name.clone(),
            source: one.source.to_string(),
            handed_by: one.handed.by.to_string(),
            handed_for: one.handed.organization.map(|id| id.to_string()),
            handed_operator: one.handed.operator.clone(),
            handed_case: one.handed.case_no.clone(),
            media_type: one.media_type.clone(),
            pages: read.number("pages", one.pages)?,
            sm3: one.file.sm3.to_string(),
            sha256: one.file.sha256.to_string(),
            bytes: read.number("bytes", one.file.bytes)?,
            original_sm3: one.original.sm3.to_string(),
            original_sha256: one.original.sha256.to_string(),
            original_bytes: read.number("original_bytes", one.original.bytes)?,
            last_day: one.last_day.map(day_text),
            created_at: micros(one.at),
            checked_by: None,
            checked_for: None,
            checked_operator: None,
            checked_window: None,
            checked_case: None,
            checked_at: None,
            erased_by: None,
            erased_for: None,
            erased_at: None,
            id,
        })
    }

    fn check(&self, read: Reading<'_>) -> Result<Option<LibraryCheck>, StoreError> {
        let (Some(by), Some(organization), Some(at)) =
            (&self.checked_by, &self.checked_for, self.checked_at)
        else {
            return Ok(None);
        };
        Ok(Some(LibraryCheck {
            by: read.parse("checked_by", by)?,
            organization: read.parse("checked_for", organization)?,
            operator: self.checked_operator.clone().unwrap_or_default(),
            window: self.checked_window.clone().unwrap_or_default(),
            case_no: self.checked_case.clone().unwrap_or_default(),
            at: read.instant("checked_at", at)?,
        }))
    }

    fn erased(&self, read: Reading<'_>) -> Result<Option<LibraryErasure>, StoreError> {
        let Some((by, at)) = self.erased_by.as_deref().zip(self.erased_at) else {
            return Ok(None);
        };
        Ok(Some(LibraryErasure {
            by: read.parse("erased_by", by)?,
            organization: read.maybe("erased_for", self.erased_for.as_deref())?,
            at: read.instant("erased_at", at)?,
        }))
    }
}

impl TryFrom<Row> for LibraryMaterial {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let file = |sm3: &str, sha256: &str, bytes: i64| -> Result<KeptFile, StoreError> {
            Ok(KeptFile {
                sm3: read.parse("sm3", sm3)?,
                sha256: read.parse("sha256", sha256)?,
                bytes: read.number("bytes", bytes)?,
            })
        };
        Ok(Self {
            id: read.own_id()?,
            holder: read.parse("holder", &row.holder)?,
            source: read.parse("source", &row.source)?,
            handed: HandedIn {
                by: read.parse("handed_by", &row.handed_by)?,
                organization: read.maybe("handed_for", row.handed_for.as_deref())?,
                operator: row.handed_operator.clone(),
                case_no: row.handed_case.clone(),
            },
            pages: read.number("pages", row.pages)?,
            file: file(&row.sm3, &row.sha256, row.bytes)?,
            original: file(&row.original_sm3, &row.original_sha256, row.original_bytes)?,
            last_day: read.maybe_day("last_day", row.last_day.as_deref())?,
            at: read.instant("created_at", row.created_at)?,
            check: row.check(read)?,
            erased: row.erased(read)?,
            name: row.name,
            media_type: row.media_type,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = usage)]
struct UseRow {
    material_id: String,
    organization_id: String,
    case_no: String,
    item: String,
    decision_id: Option<String>,
    created_at: i64,
}

impl TryFrom<UseRow> for LibraryUse {
    type Error = StoreError;

    fn try_from(row: UseRow) -> Result<Self, StoreError> {
        let read = Reading { what: "use of a material", id: &row.material_id };
        Ok(Self {
            material: read.parse("material_id", &row.material_id)?,
            organization: read.parse("organization_id", &row.organization_id)?,
            decision: read.maybe("decision_id", row.decision_id.as_deref())?,
            at: read.instant("created_at", row.created_at)?,
            case_no: row.case_no,
            item: row.item,
        })
    }
}

fn failed(operation: &'static str) -> impl FnOnce(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

/// Keeps a use, once; a material that was erased meanwhile is used by nobody.
pub(crate) fn insert_use(connection: &mut Connection, one: &LibraryUse) -> Result<(), StoreError> {
    let id = one.material.to_string();
    locks::hold_as_it_is(connection, "library_material", &id)?;
    let erased: Option<i64> = material::table
        .find(&id)
        .select(material::erased_at)
        .get_result(connection)
        .map_err(failed(USING))?;
    if erased.is_some() {
        return Err(StoreError::conflict(WHAT, &id));
    }
    // The same case may fetch it again and again.
    let row = "INSERT INTO library_use \
        (material_id, organization_id, case_no, item, decision_id, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (material_id, organization_id, case_no, item) DO NOTHING";
    diesel::sql_query(row)
        .bind::<Text, _>(&id)
        .bind::<Text, _>(one.organization.to_string())
        .bind::<Text, _>(&one.case_no)
        .bind::<Text, _>(&one.item)
        .bind::<Nullable<Text>, _>(one.decision.map(|id| id.to_string()))
        .bind::<BigInt, _>(micros(one.at))
        .execute(connection)
        .map(drop)
        .map_err(failed(USING))
}

impl Store {
    /// Keeps a material.
    ///
    /// # Errors
    /// The database's.
    pub fn library_keep(
        &self,
        one: &LibraryMaterial,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let row = Row::new(one)?;
        self.write(KEEPING, |connection| {
            let kept = diesel::insert_into(material::table).values(&row).execute(connection);
            kept.map_err(|cause| StoreError::insert(WHAT, one.id, cause))?;
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// A material.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn library_read(&self, id: LibraryMaterialId) -> Result<LibraryMaterial, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = material::table.find(id.to_string()).select(Row::as_select());
            one.get_result(connection).optional().map_err(failed(READING))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// The materials of a holder, newest first; erased ones too. How many there may be is for the caller
    /// of [`Store::library_keep`] to say.
    ///
    /// # Errors
    /// The database's.
    pub fn library_of(&self, holder: Sha256) -> Result<Vec<LibraryMaterial>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = material::table.filter(material::holder.eq(holder.to_string()));
            let own = own.order((material::created_at.desc(), material::id.desc()));
            own.select(Row::as_select()).load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(LibraryMaterial::try_from).collect()
    }

    /// Who used materials, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn library_uses(&self, of: &[LibraryMaterialId]) -> Result<Vec<LibraryUse>, StoreError> {
        let ids: Vec<String> = of.iter().map(ToString::to_string).collect();
        let rows: Vec<UseRow> = self.read(READING, |connection| {
            let uses = usage::table.filter(usage::material_id.eq_any(&ids));
            let uses = uses.order(usage::created_at.desc()).select(UseRow::as_select());
            uses.load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(LibraryUse::try_from).collect()
    }

    /// Keeps that a file was fetched for a case.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the material is erased.
    pub fn library_use(&self, one: &LibraryUse) -> Result<(), StoreError> {
        self.write(USING, |connection| insert_use(connection, one))
    }

    /// Keeps that a clerk compared a material with the original, once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody did before, or it is erased.
    pub fn library_check(
        &self,
        id: LibraryMaterialId,
        check: &LibraryCheck,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        self.write(CHECKING, |connection| {
            let open = material::table
                .find(id.to_string())
                .filter(material::checked_at.is_null())
                .filter(material::erased_at.is_null());
            let rows = diesel::update(open)
                .set((
                    material::checked_by.eq(check.by.to_string()),
                    material::checked_for.eq(check.organization.to_string()),
                    material::checked_operator.eq(&check.operator),
                    material::checked_window.eq(&check.window),
                    material::checked_case.eq(&check.case_no),
                    material::checked_at.eq(micros(check.at)),
                ))
                .execute(connection)
                .map_err(failed(CHECKING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Keeps that a material is erased, once; the file goes after it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is erased.
    pub fn library_erase(
        &self,
        id: LibraryMaterialId,
        erasure: &LibraryErasure,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        self.write(ERASING, |connection| {
            let there = material::table.find(id.to_string()).filter(material::erased_at.is_null());
            let rows = diesel::update(there)
                .set((
                    material::erased_by.eq(erasure.by.to_string()),
                    material::erased_for.eq(erasure.organization.map(|id| id.to_string())),
                    material::erased_at.eq(micros(erasure.at)),
                ))
                .execute(connection)
                .map_err(failed(ERASING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Whether a file is one of a material that is not erased.
    ///
    /// # Errors
    /// The database's.
    pub fn library_knows(&self, file: Sm3) -> Result<bool, StoreError> {
        self.read(READING, |connection| {
            let own = material::table.filter(material::sm3.eq(file.to_string()));
            let own = own.filter(material::erased_at.is_null());
            diesel::select(diesel::dsl::exists(own)).get_result(connection).map_err(failed(READING))
        })
    }

    /// Materials behind one, by id, for going through all of them.
    ///
    /// # Errors
    /// The database's.
    pub fn library_after(
        &self,
        after: Option<LibraryMaterialId>,
        most: u32,
    ) -> Result<Vec<LibraryMaterial>, StoreError> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows: Vec<Row> = self.read(READING, |connection| {
            let next = material::table.filter(material::id.gt(&after)).order(material::id);
            let rows = next.limit(most.into()).select(Row::as_select());
            rows.load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(LibraryMaterial::try_from).collect()
    }
}

#[cfg(test)]
mod tests;
