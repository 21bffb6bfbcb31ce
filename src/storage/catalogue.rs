//! License types while the service runs: drafts, who keeps a type, what was withdrawn from use.

use diesel::prelude::*;
use domain::audit::{Actor, Entry};
use domain::id::OrganizationId;
use domain::identifier::LicenseTypeCode;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::license_types::{self, StoredLicenseType};
use crate::read::Reading;
use crate::schema::{license_type, license_type_draft as draft, license_type_use as uses};

const WHAT: &str = "license type";
const DRAFT: &str = "draft of license type";
const CHANGING: &str = "changing a license type";

/// Why a type is out of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Since when.
    pub at: OffsetDateTime,
    /// Who withdrew it.
    pub by: Actor,
    /// The reason that was given.
    pub reason: String,
}

/// How a type stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeUse {
    /// Its code.
    pub code: LicenseTypeCode,
    /// Who keeps it, where that was said.
    pub keeper: Option<OrganizationId>,
    /// Set while it is out of use.
    pub withdrawn: Option<Withdrawal>,
}

/// What is published, by code and version, and how types stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeStand {
    /// Code and version of everything that was published.
    pub published: Vec<(LicenseTypeCode, u32)>,
    /// Types of which something was said here.
    pub uses: Vec<TypeUse>,
}

/// The next version of a type, until it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDraft {
    /// The code.
    pub code: LicenseTypeCode,
    /// The catalogue document, JSON.
    pub document: String,
    /// Who changed it last.
    pub changed_by: Actor,
    /// When.
    pub changed_at: OffsetDateTime,
    /// Counts the changes, from 1.
    pub version: u32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = uses)]
struct UseRow {
    code: String,
    keeper_id: Option<String>,
    withdrawn_at: Option<i64>,
    withdrawn_by: Option<String>,
    reason: Option<String>,
}

impl TryFrom<UseRow> for TypeUse {
    type Error = StoreError;

    fn try_from(row: UseRow) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.code };
        let at = read.maybe_instant("withdrawn_at", row.withdrawn_at)?;
        let by = read.maybe("withdrawn_by", row.withdrawn_by.as_deref())?;
        let withdrawn = at.zip(by).zip(row.reason);
        Ok(Self {
            code: read.own_id()?,
            keeper: read.maybe("keeper_id", row.keeper_id.as_deref())?,
            withdrawn: withdrawn.map(|((at, by), reason)| Withdrawal { at, by, reason }),
        })
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = draft)]
struct DraftRow {
    code: String,
    document: String,
    changed_by: String,
    changed_at: i64,
    version: i32,
}

impl TryFrom<&TypeDraft> for DraftRow {
    type Error = StoreError;

    fn try_from(one: &TypeDraft) -> Result<Self, StoreError> {
        let code = one.code.to_string();
        Ok(Self {
            version: Reading { what: DRAFT, id: &code }.number("version", one.version)?,
            document: one.document.clone(),
            changed_by: one.changed_by.to_string(),
            changed_at: micros(one.changed_at),
            code,
        })
    }
}

impl TryFrom<DraftRow> for TypeDraft {
    type Error = StoreError;

    fn try_from(row: DraftRow) -> Result<Self, StoreError> {
        let read = Reading { what: DRAFT, id: &row.code };
        Ok(Self {
            code: read.own_id()?,
            changed_by: read.parse("changed_by", &row.changed_by)?,
            changed_at: read.instant("changed_at", row.changed_at)?,
            version: read.number("version", row.version)?,
            document: row.document,
        })
    }
}

/// Takes a draft away that is at this version.
fn take_draft(
    connection: &mut Connection,
    code: &LicenseTypeCode,
    version: u32,
) -> Result<(), StoreError> {
    let number: i32 = Reading { what: DRAFT, id: code.as_str() }.number("version", version)?;
    let one = draft::table.find(code.as_str()).filter(draft::version.eq(number));
    let rows = diesel::delete(one).execute(connection);
    match rows.map_err(|cause| StoreError::database(CHANGING, cause))? {
        1 => Ok(()),
        _ => Err(StoreError::conflict(DRAFT, code)),
    }
}

/// A row for the type, so that something can be said of it.
fn known(connection: &mut Connection, code: &LicenseTypeCode) -> Result<(), StoreError> {
    let there: i64 = uses::table
        .filter(uses::code.eq(code.as_str()))
        .count()
        .get_result(connection)
        .map_err(|cause| StoreError::database(CHANGING, cause))?;
    if there > 0 {
        return Ok(());
    }
    let new = uses::code.eq(code.as_str());
    let made = diesel::insert_into(uses::table).values(new).execute(connection);
    made.map(drop).map_err(|cause| StoreError::insert(WHAT, code, cause))
}

impl Store {
    /// What is published and how types stand; small, and asked for every second.
    ///
    /// # Errors
    /// The database's.
    pub fn type_stand(&self) -> Result<TypeStand, StoreError> {
        const OPERATION: &str = "reading the catalogue";
        let failed = |cause| StoreError::database(OPERATION, cause);
        let (versions, rows) = self.read_together(OPERATION, |connection| {
            let versions: Vec<(String, i32)> = license_type::table
                .select((license_type::code, license_type::version))
                .order((license_type::code, license_type::version))
                .load(connection)
                .map_err(failed)?;
            let rows: Vec<UseRow> =
                uses::table.select(UseRow::as_select()).load(connection).map_err(failed)?;
            Ok((versions, rows))
        })?;
        let published = versions.iter().map(|(code, version)| {
            let read = Reading { what: WHAT, id: code };
            Ok((read.own_id()?, read.number("version", *version)?))
        });
        let published = published.collect::<Result<_, StoreError>>()?;
        let uses = rows.into_iter().map(TypeUse::try_from).collect::<Result<_, _>>()?;
        Ok(TypeStand { published, uses })
    }

    /// The draft of a type, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub fn type_draft(&self, code: &LicenseTypeCode) -> Result<Option<TypeDraft>, StoreError> {
        const OPERATION: &str = "reading a draft";
        let row: Option<DraftRow> = self.read(OPERATION, |connection| {
            let one = draft::table.find(code.as_str()).select(DraftRow::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        row.map(TypeDraft::try_from).transpose()
    }

    /// Every draft, by code.
    ///
    /// # Errors
    /// The database's.
    pub fn type_drafts(&self) -> Result<Vec<TypeDraft>, StoreError> {
        const OPERATION: &str = "listing drafts";
        let rows: Vec<DraftRow> = self.read(OPERATION, |connection| {
            let all = draft::table.order(draft::code).select(DraftRow::as_select());
            all.load(connection).map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(TypeDraft::try_from).collect()
    }

    /// Keeps a draft: a new one at version 1, or the version after the one that it changes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed, made or published meanwhile.
    pub fn type_draft_keep(&self, new: &TypeDraft, told: &Entry) -> Result<(), StoreError> {
        let row = DraftRow::try_from(new)?;
        self.write("keeping a draft", |connection| {
            if row.version == 1 {
                let made = diesel::insert_into(draft::table).values(&row).execute(connection);
                made.map_err(|cause| match StoreError::insert(DRAFT, new.code, cause) {
                    StoreError::Exists { .. } => StoreError::conflict(DRAFT, new.code),
                    other => other,
                })?;
            } else {
                let before = draft::version.eq(row.version - 1);
                let one = draft::table.find(new.code.as_str()).filter(before);
                let rows = diesel::update(one).set(&row).execute(connection);
                if rows.map_err(|cause| StoreError::database(CHANGING, cause))? != 1 {
                    return Err(StoreError::conflict(DRAFT, new.code));
                }
            }
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed or published meanwhile.
    pub fn type_draft_drop(
        &self,
        code: &LicenseTypeCode,
        version: u32,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write("dropping a draft", |connection| {
            take_draft(connection, code, version)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Publishes a draft that is at this version: it becomes a version that never changes.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the draft was changed or published meanwhile;
    /// [`StoreError::Exists`] when the version is published.
    pub fn type_draft_publish(
        &self,
        new: &StoredLicenseType,
        version: u32,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write("publishing a license type", |connection| {
            take_draft(connection, &new.code, version)?;
            license_types::insert(connection, new)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Says who keeps a type.
    ///
    /// # Errors
    /// The database's.
    pub fn type_give(
        &self,
        code: &LicenseTypeCode,
        keeper: OrganizationId,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write(CHANGING, |connection| {
            known(connection, code)?;
            diesel::update(uses::table.find(code.as_str()))
                .set(uses::keeper_id.eq(keeper.to_string()))
                .execute(connection)
                .map_err(|cause| StoreError::database(CHANGING, cause))?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Takes a type out of use, or brings it back where nothing is given.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it stands so already.
    pub fn type_withdraw(
        &self,
        code: &LicenseTypeCode,
        withdrawal: Option<&Withdrawal>,
        told: &Entry,
    ) -> Result<(), StoreError> {
        let values = (
            uses::withdrawn_at.eq(withdrawal.map(|one| micros(one.at))),
            uses::withdrawn_by.eq(withdrawal.map(|one| one.by.to_string())),
            uses::reason.eq(withdrawal.map(|one| one.reason.clone())),
        );
        self.write(CHANGING, |connection| {
            known(connection, code)?;
            let one = uses::table.filter(uses::code.eq(code.as_str()));
            let changed = match withdrawal {
                Some(_) => diesel::update(one.filter(uses::withdrawn_at.is_null()))
                    .set(values.clone())
                    .execute(connection),
                None => diesel::update(one.filter(uses::withdrawn_at.is_not_null()))
                    .set(values.clone())
                    .execute(connection),
            };
            match changed.map_err(|cause| StoreError::database(CHANGING, cause))? {
                1 => audit::append(connection, std::slice::from_ref(told)),
                _ => Err(StoreError::conflict(WHAT, code)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{NOW, TYPE, World, entry, license_type, world};

    fn draft(version: u32) -> TypeDraft {
        TypeDraft {
            code: TYPE.parse().unwrap(),
            document: format!("{{\"change\":{version}}}"),
            changed_by: Actor::Console,
            changed_at: NOW,
            version,
        }
    }

    #[test]
    fn a_draft_is_changed_by_one_at_a_time_and_published_once() {
        let World { store, .. } = world();
        let told = entry("license_type.draft", TYPE);
        let code = draft(1).code;
        assert_eq!(store.type_draft(&code).unwrap(), None);
        assert!(matches!(
            store.type_draft_keep(&draft(2), &told),
            Err(StoreError::Conflict { .. })
        ));
        store.type_draft_keep(&draft(1), &told).unwrap();
        let again = entry("license_type.draft", TYPE);
        assert!(matches!(
            store.type_draft_keep(&draft(1), &again),
            Err(StoreError::Conflict { .. })
        ));
        store.type_draft_keep(&draft(2), &again).unwrap();
        assert_eq!(store.type_drafts().unwrap(), [draft(2)]);
        let second = StoredLicenseType { version: 2, ..license_type() };
        let told = entry("license_type.publish", TYPE);
        let stale = store.type_draft_publish(&second, 1, &told).unwrap_err();
        assert!(matches!(stale, StoreError::Conflict { .. }));
        store.type_draft_publish(&second, 2, &told).unwrap();
        assert_eq!(store.type_draft(&code).unwrap(), None);
        assert_eq!(store.type_stand().unwrap().published, [(code, 1), (code, 2)]);
    }

    #[test]
    fn a_type_is_withdrawn_once_and_comes_back_once() {
        let World { store, organization, .. } = world();
        let code: LicenseTypeCode = TYPE.parse().unwrap();
        let told = |action: &str| entry(action, TYPE);
        let withdrawal = Withdrawal { at: NOW, by: Actor::Console, reason: "合并".to_owned() };
        store.type_give(&code, organization.id, &told("license_type.give")).unwrap();
        let out = Some(&withdrawal);
        store.type_withdraw(&code, out, &told("license_type.withdraw")).unwrap();
        let twice = store.type_withdraw(&code, out, &told("license_type.withdraw"));
        assert!(matches!(twice, Err(StoreError::Conflict { .. })));
        let stood =
            TypeUse { code, keeper: Some(organization.id), withdrawn: Some(withdrawal.clone()) };
        assert_eq!(store.type_stand().unwrap().uses, [stood]);
        store.type_withdraw(&code, None, &told("license_type.reinstate")).unwrap();
        let twice = store.type_withdraw(&code, None, &told("license_type.reinstate"));
        assert!(matches!(twice, Err(StoreError::Conflict { .. })));
        assert_eq!(store.type_stand().unwrap().uses[0].withdrawn, None);
    }

    #[test]
    fn no_statement_changes_a_published_version() {
        let World { store, .. } = world();
        for statement in [
            "UPDATE license_type SET document = '{}'",
            "DELETE FROM license_type",
            "INSERT INTO license_type (code, version, document, digest, published_at) \
             SELECT code, version, '{}', digest, published_at FROM license_type",
        ] {
            let done = store.write("trying", |connection| {
                diesel::sql_query(statement)
                    .execute(connection)
                    .map_err(|cause| StoreError::database("trying", cause))
            });
            assert!(done.is_err(), "{statement}");
        }
        let kept = store.license_type_read(&TYPE.parse().unwrap(), 1).unwrap();
        assert_eq!(kept, license_type());
    }
}
