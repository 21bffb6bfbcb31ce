//! Service items: what the newest version of each is, and every version as it was published.

use diesel::prelude::*;
use domain::audit::{Actor, Entry};
use domain::digest::Sm3;
use domain::exemption::ItemCode;
use domain::identifier::UnifiedCode;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{service_item as head, service_item_version as versions};

const WHAT: &str = "service item";
const PUBLISHING: &str = "publishing service items";

/// The newest version of an item, and by what it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemHead {
    /// Its code.
    pub code: ItemCode,
    /// Its newest version.
    pub version: u32,
    /// The version of whose materials somebody said what may stand in their place.
    pub mapped_version: u32,
    /// The office that handles it.
    pub department: UnifiedCode,
    /// Its name.
    pub name: String,
    /// Names, first letters and code as search keys, a line each.
    pub found_by: String,
}

/// One version of an item; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem {
    /// Its code.
    pub code: ItemCode,
    /// The version, from 1.
    pub version: u32,
    /// The document, JSON.
    pub document: String,
    /// SM3 of the document.
    pub digest: Sm3,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// Who published it.
    pub published_by: Actor,
}

/// Which items.
#[derive(Clone, Debug)]
pub struct ItemFilter {
    /// A search key that is part of a name, of first letters or of the code; empty for all.
    pub text: String,
    /// Only of this office.
    pub department: Option<UnifiedCode>,
    /// Only those whose newest version is not the one that was mapped.
    pub drifted: bool,
    /// Behind this code.
    pub after: Option<ItemCode>,
    /// At most so many.
    pub limit: u32,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = head)]
struct HeadRow {
    code: String,
    version: i32,
    mapped_version: i32,
    department: String,
    name: String,
    found_by: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = versions)]
struct VersionRow {
    code: String,
    version: i32,
    document: String,
    digest: String,
    published_at: i64,
    published_by: String,
}

fn number(code: &ItemCode, version: u32) -> Result<i32, StoreError> {
    Reading { what: WHAT, id: code.as_str() }.number("version", version)
}

impl TryFrom<&ItemHead> for HeadRow {
    type Error = StoreError;

    fn try_from(one: &ItemHead) -> Result<Self, StoreError> {
        Ok(Self {
            version: number(&one.code, one.version)?,
            mapped_version: number(&one.code, one.mapped_version)?,
            code: one.code.to_string(),
            department: one.department.to_string(),
            name: one.name.clone(),
            found_by: one.found_by.clone(),
        })
    }
}

impl TryFrom<HeadRow> for ItemHead {
    type Error = StoreError;

    fn try_from(row: HeadRow) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.code };
        Ok(Self {
            code: read.own_id()?,
            version: read.number("version", row.version)?,
            mapped_version: read.number("mapped_version", row.mapped_version)?,
            department: read.parse("department", &row.department)?,
            name: row.name,
            found_by: row.found_by,
        })
    }
}

impl TryFrom<&StoredItem> for VersionRow {
    type Error = StoreError;

    fn try_from(one: &StoredItem) -> Result<Self, StoreError> {
        Ok(Self {
            code: one.code.to_string(),
            version: number(&one.code, one.version)?,
            document: one.document.clone(),
            digest: one.digest.to_string(),
            published_at: micros(one.published_at),
            published_by: one.published_by.to_string(),
        })
    }
}

impl TryFrom<VersionRow> for StoredItem {
    type Error = StoreError;

    fn try_from(row: VersionRow) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.code };
        Ok(Self {
            code: read.own_id()?,
            version: read.number("version", row.version)?,
            digest: read.parse("digest", &row.digest)?,
            published_at: read.instant("published_at", row.published_at)?,
            published_by: read.parse("published_by", &row.published_by)?,
            document: row.document,
        })
    }
}

/// Adds the version behind the newest.
fn publish(
    connection: &mut Connection,
    new: &ItemHead,
    version: &StoredItem,
) -> Result<(), StoreError> {
    let row = HeadRow::try_from(new)?;
    let failed = |cause| StoreError::database(PUBLISHING, cause);
    if row.version == 1 {
        let made = diesel::insert_into(head::table).values(&row).execute(connection);
        made.map_err(|cause| match StoreError::insert(WHAT, &new.code, cause) {
            StoreError::Exists { .. } => StoreError::conflict(WHAT, &new.code),
            other => other,
        })?;
    } else {
        let before = head::version.eq(row.version - 1);
        let one = head::table.filter(head::code.eq(new.code.as_str()).and(before));
        if diesel::update(one).set(&row).execute(connection).map_err(failed)? != 1 {
            return Err(StoreError::conflict(WHAT, &new.code));
        }
    }
    let row = VersionRow::try_from(version)?;
    let made = diesel::insert_into(versions::table).values(&row).execute(connection);
    made.map(drop).map_err(failed)
}

/// A text of which only its own characters count in LIKE.
fn literally(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

impl Store {
    /// Publishes versions of items, all or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one is not the version behind the newest.
    pub fn items_publish(
        &self,
        new: &[(ItemHead, StoredItem)],
        told: &[Entry],
    ) -> Result<(), StoreError> {
        self.write(PUBLISHING, |connection| {
            for (head, version) in new {
                publish(connection, head, version)?;
            }
            audit::append(connection, told)
        })
    }

    /// An item as it stands.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn item_head(&self, code: &ItemCode) -> Result<ItemHead, StoreError> {
        const OPERATION: &str = "finding a service item";
        let row: Option<HeadRow> = self.read(OPERATION, |connection| {
            let one = head::table.find(code.as_str()).select(HeadRow::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, code))?.try_into()
    }

    /// One version of an item.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn item_read(&self, code: &ItemCode, version: u32) -> Result<StoredItem, StoreError> {
        const OPERATION: &str = "reading a service item";
        let version = number(code, version)?;
        let row: Option<VersionRow> = self.read(OPERATION, |connection| {
            let one = versions::table.find((code.as_str(), version));
            let row = one.select(VersionRow::as_select()).get_result(connection).optional();
            row.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, code))?.try_into()
    }

    /// Items by code.
    ///
    /// # Errors
    /// The database's.
    pub fn item_find(&self, filter: &ItemFilter) -> Result<Vec<ItemHead>, StoreError> {
        const OPERATION: &str = "looking for service items";
        let rows: Vec<HeadRow> = self.read(OPERATION, |connection| {
            let mut found = head::table.select(HeadRow::as_select()).into_boxed();
            if !filter.text.is_empty() {
                found = found.filter(head::found_by.like(literally(&filter.text)).escape('\\'));
            }
            if let Some(department) = &filter.department {
                found = found.filter(head::department.eq(department.as_str()));
            }
            if filter.drifted {
                found = found.filter(head::mapped_version.lt(head::version));
            }
            if let Some(after) = &filter.after {
                found = found.filter(head::code.gt(after.as_str()));
            }
            let rows = found.order(head::code).limit(i64::from(filter.limit)).load(connection);
            rows.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(ItemHead::try_from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{NOW, World, entry, world};

    fn version(code: &str, version: u32, name: &str) -> (ItemHead, StoredItem) {
        let code: ItemCode = code.parse().unwrap();
        let department = "11999900MB0000019D".parse().unwrap();
        let (name, found_by) = (name.to_owned(), format!("{name}\nSPJYXKZ\n{code}"));
        let head =
            ItemHead { code: code.clone(), version, mapped_version: 1, department, name, found_by };
        let stored = StoredItem {
            code,
            version,
            document: format!("{{\"version\":{version}}}"),
            digest: Sm3::from([7; 32]),
            published_at: NOW,
            published_by: Actor::Console,
        };
        (head, stored)
    }

    const FIRST: &str = "11999900MB0000019D0001";
    const SECOND: &str = "11999900MB0000019D0002";

    #[test]
    fn versions_follow_each_other_all_or_none() {
        let World { store, .. } = world();
        let told = || [entry("service_item.import", FIRST)];
        let (one, other) = (version(FIRST, 1, "食品经营许可证"), version(SECOND, 1, "小餐饮"));
        store.items_publish(&[one.clone(), other.clone()], &told()).unwrap();
        let next = version(FIRST, 2, "食品经营许可证新办");
        for stale in [version(SECOND, 1, "小餐饮"), version(SECOND, 3, "小餐饮")] {
            let refused = store.items_publish(&[next.clone(), stale], &told()).unwrap_err();
            assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
        }
        assert_eq!(store.item_head(&one.0.code).unwrap(), one.0);
        store.items_publish(std::slice::from_ref(&next), &told()).unwrap();
        assert_eq!(store.item_head(&one.0.code).unwrap(), next.0);
        assert_eq!(store.item_read(&one.0.code, 1).unwrap(), one.1);
        assert_eq!(store.item_read(&one.0.code, 2).unwrap(), next.1);
        assert!(matches!(store.item_read(&one.0.code, 3), Err(StoreError::Missing { .. })));
    }

    #[test]
    fn items_are_found_by_what_is_part_of_their_names() {
        let World { store, .. } = world();
        let told = || [entry("service_item.import", FIRST)];
        let names = [version(FIRST, 1, "食品%经营"), version(SECOND, 1, "小餐饮")];
        store.items_publish(&names, &told()).unwrap();
        store.items_publish(&[version(SECOND, 2, "小餐饮")], &told()).unwrap();
        let all = ItemFilter {
            text: String::new(),
            department: None,
            drifted: false,
            after: None,
            limit: 10,
        };
        let found = |filter: &ItemFilter| {
            let heads = store.item_find(filter).unwrap();
            heads.into_iter().map(|one| one.code.to_string()).collect::<Vec<_>>()
        };
        let text = |text: &str| ItemFilter { text: text.into(), ..all.clone() };
        assert_eq!(found(&all), [FIRST, SECOND]);
        assert_eq!(found(&text("餐")), [SECOND]);
        assert_eq!(found(&text("品%")), [FIRST]);
        assert_eq!(found(&text("S_J")), Vec::<String>::new());
        assert_eq!(found(&text("JYX")), [FIRST, SECOND]);
        assert_eq!(found(&ItemFilter { drifted: true, ..all.clone() }), [SECOND]);
        let after = Some(FIRST.parse().unwrap());
        assert_eq!(found(&ItemFilter { after, ..all.clone() }), [SECOND]);
        assert_eq!(found(&ItemFilter { limit: 1, ..all.clone() }), [FIRST]);
        let department = Some("11430000006122244L".parse().unwrap());
        assert!(found(&ItemFilter { department, ..all }).is_empty());
    }

    #[test]
    fn no_statement_changes_a_version() {
        let World { store, .. } = world();
        let new = version(FIRST, 1, "食品经营许可证");
        let told = [entry("service_item.import", FIRST)];
        store.items_publish(std::slice::from_ref(&new), &told).unwrap();
        for statement in [
            "UPDATE service_item_version SET document = '{}'",
            "DELETE FROM service_item_version",
            "INSERT INTO service_item_version \
             SELECT code, version, '{}', digest, published_at, published_by \
             FROM service_item_version",
        ] {
            let done = store.write("trying", |connection| {
                diesel::sql_query(statement)
                    .execute(connection)
                    .map_err(|cause| StoreError::database("trying", cause))
            });
            assert!(done.is_err(), "{statement}");
        }
        assert_eq!(store.item_read(&new.0.code, 1).unwrap(), new.1);
    }
}
