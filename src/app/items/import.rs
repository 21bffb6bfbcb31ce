//! Items from a register of items: a table (CSV, XLSX) or documents (JSON), with what is wrong told by
//! row. Items without fault are published together; those that say what they said before are not.

use super::mapping::references;
use crate::error::refused;
use crate::ingest::{Table, sheet_of};
use crate::view::{ImportedItemView, ItemImportView, ItemProblemView};
use crate::{App, AppError, Caller, FieldProblem};
use domain::access::Permission;
use domain::audit::{Entry, Subject};
use domain::canonical::search_key;
use domain::digest::Sm3;
use domain::exemption::table::{BadTable, ReadTable, RowProblem, heads, read_table, rows};
use domain::exemption::{Material, MaterialSource, ServiceItem};
use domain::identifier::UnifiedCode;
use domain::party::Organization;
use formats::initials::initials;
use formats::sheet::{Charset, write_csv};
use std::collections::BTreeMap;
use storage::{ItemHead, StoreError, StoredItem};

/// A few thousand items with their materials.
pub(crate) const IMPORT_BYTES_MAX: usize = 8 << 20;
/// Versions that are published by one transaction.
const ITEMS_MAX: usize = 5000;

/// A form in which items are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemFormat {
    /// A list of documents, with everything.
    Json,
    /// A table with a row for each material; without questions, conditions and mapping.
    Csv,
}

fn problem(row: u32, one: FieldProblem) -> RowProblem {
    RowProblem { row, place: one.pointer, code: one.code, message: one.message }
}

fn of_documents(bytes: &[u8]) -> Result<ReadTable, AppError> {
    let list: Vec<serde_json::Value> = match bytes.trim_ascii_start().first() {
        Some(b'[') => serde_json::from_slice(bytes)
            .map_err(|cause| refused("not_a_service_item", format!("no list in JSON: {cause}")))?,
        _ => Vec::new(),
    };
    if list.len() > ITEMS_MAX {
        return Err(refused("table_too_large", BadTable::TooLarge(ITEMS_MAX)));
    }
    let whole = list.is_empty().then(|| bytes.to_vec());
    let documents = list.iter().map(|one| one.to_string().into_bytes()).chain(whole);
    let mut read = ReadTable::default();
    for (row, document) in (1..).zip(documents) {
        match ServiceItem::read(&document) {
            Ok(item) => read.items.push((row, item)),
            Err(error) => read.problems.push(problem(row, super::mapping::fault(&error))),
        }
    }
    Ok(read)
}

fn of_file(bytes: &[u8]) -> Result<ReadTable, AppError> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if matches!(start.first(), Some(b'[' | b'{')) {
        return of_documents(start);
    }
    let Table::Sheet { head, rows, .. } = sheet_of(bytes)? else {
        return Err(refused("not_a_table", "a table or documents in JSON are needed"));
    };
    let rows = rows.iter().map(|row| (row.number, row.cells.as_slice()));
    read_table(&head, rows, ITEMS_MAX).map_err(|bad| match bad {
        BadTable::TooLarge(_) => refused("table_too_large", bad),
        BadTable::Unknown(_) | BadTable::Twice(_) | BadTable::Missing(_) => {
            refused("unknown_column", bad)
        }
    })
}

/// An import while it is judged.
struct Import<'a> {
    app: &'a App,
    caller: &'a Caller,
    offices: BTreeMap<String, Option<Organization>>,
    publish: Vec<(ItemHead, StoredItem)>,
    told: Vec<Entry>,
    items: Vec<ImportedItemView>,
    problems: Vec<RowProblem>,
}

impl Import<'_> {
    /// Whether the caller changes items of an office; none where nobody of this code is registered.
    fn changes_items_of(&mut self, department: &UnifiedCode) -> Result<Option<bool>, AppError> {
        let code = department.to_string();
        if !self.offices.contains_key(&code) {
            let found = self.app.store.organization_by_code(department)?;
            self.offices.insert(code.clone(), found);
        }
        let office = self.offices.get(&code).and_then(Option::as_ref);
        Ok(office.map(|office| self.is_console() || self.caller.organization() == Some(office.id)))
    }

    fn is_console(&self) -> bool {
        matches!(self.caller, Caller::Console { .. })
    }

    /// What keeps the caller from publishing an item: that it is to be another office's, or is.
    fn stranger(
        &mut self,
        item: &ServiceItem,
        before: Option<&ItemHead>,
    ) -> Result<Option<FieldProblem>, AppError> {
        let said = |pointer: &str, code, message| {
            Ok(Some(FieldProblem { pointer: pointer.to_owned(), code, message }))
        };
        let code = &item.department;
        match self.changes_items_of(code)? {
            Some(true) => {}
            None => {
                let message = format!("{code} is not registered");
                return said("/department", "unknown_organization", message);
            }
            Some(false) => {
                let message = format!("{code} is another department");
                return said("/department", "not_the_department", message);
            }
        }
        match before.filter(|_| !self.is_console()) {
            Some(head) if self.changes_items_of(&head.department)? != Some(true) => {
                let message = format!("item {} is handled by another department", item.code);
                said("/code", "not_the_department", message)
            }
            _ => Ok(None),
        }
    }

    fn add(&mut self, row: u32, item: ServiceItem) -> Result<(), AppError> {
        let before = match self.app.store.item_head(&item.code) {
            Ok(head) => Some(head),
            Err(StoreError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let mut faults = references(self.app, &item);
        faults.extend(self.stranger(&item, before.as_ref())?);
        if self.items.iter().any(|known| known.code == item.code.as_str()) {
            let message = format!("item {} is there twice", item.code);
            let pointer = "/code".to_owned();
            faults.push(FieldProblem { pointer, code: "item_twice", message });
        }
        if !faults.is_empty() {
            self.problems.extend(faults.into_iter().map(|fault| problem(row, fault)));
            return Ok(());
        }
        let (item, mapped_version, outcome) = match &before {
            None => {
                let item = ServiceItem { version: 1, ..item };
                let papers = item.materials.iter().any(|one| one.source == MaterialSource::Issued);
                let mapped = item.is_mapped() || !papers;
                (item, u32::from(mapped), "new")
            }
            Some(head) => self.following(item, head)?,
        };
        let (code, name) = (item.code.to_string(), item.name.zh.clone());
        self.items.push(ImportedItemView { code, name, version: item.version, outcome });
        if outcome != "same" {
            let (head, version) = self.app.item_version(self.caller, &item, mapped_version)?;
            self.told.push(self.app.item_told(self.caller, "service_item.import", &version)?);
            self.publish.push((head, version));
        }
        Ok(())
    }

    /// The item as the version behind the newest, or the newest itself where it says the same.
    fn following(
        &self,
        item: ServiceItem,
        head: &ItemHead,
    ) -> Result<(ServiceItem, u32, &'static str), AppError> {
        let newest = self.app.filed(&head.code, head.version)?;
        let own = item.is_mapped();
        let next = item.following(&newest.item);
        if (ServiceItem { version: head.version, ..next.clone() }) == newest.item {
            return Ok((newest.item.clone(), head.mapped_version, "same"));
        }
        let paper = |one: &Material| one.source == MaterialSource::Issued;
        let drifts = next.changed_since(&newest.item).any(paper);
        let mapped = head.mapped_version == head.version;
        let mapped_version =
            if own || (mapped && !drifts) { next.version } else { head.mapped_version };
        Ok((next, mapped_version, "changed"))
    }
}

impl App {
    /// Publishes the items of a file, a new version of each that changed; with `check` it only says
    /// what would come of it.
    ///
    /// # Errors
    /// `not_a_table`, `unknown_column` and others for a file that cannot be read at all;
    /// `scope_missing`; `version_mismatch` when somebody else changed an item meanwhile.
    pub fn items_import(
        &self,
        caller: &Caller,
        bytes: &[u8],
        check: bool,
    ) -> Result<ItemImportView, AppError> {
        caller.require_whole(Permission::CatalogueWrite)?;
        if bytes.len() > IMPORT_BYTES_MAX {
            return Err(AppError::TooLarge { limit: IMPORT_BYTES_MAX });
        }
        let read = of_file(bytes)?;
        let mut import = Import {
            app: self,
            caller,
            offices: BTreeMap::new(),
            publish: Vec::new(),
            told: Vec::new(),
            items: Vec::new(),
            problems: read.problems,
        };
        for (row, item) in read.items {
            import.add(row, item)?;
        }
        let Import { publish, told, items, mut problems, .. } = import;
        let kept = !check && !publish.is_empty();
        if kept {
            self.store.items_publish(&publish, &told).map_err(super::mapping::changed_meanwhile)?;
        }
        problems.sort_by_key(|one| one.row);
        let problem = |one: RowProblem| {
            let RowProblem { row, place, code, message } = one;
            ItemProblemView { row, place, code, message }
        };
        Ok(ItemImportView { kept, items, problems: problems.into_iter().map(problem).collect() })
    }

    /// An item as it is published by somebody now.
    pub(super) fn item_version(
        &self,
        caller: &Caller,
        item: &ServiceItem,
        mapped_version: u32,
    ) -> Result<(ItemHead, StoredItem), AppError> {
        let document = serde_json::to_string(item)
            .map_err(|cause| AppError::internal(format!("publishing {}", item.code), cause))?;
        let keys = [search_key(&item.name.zh), search_key(&item.name.en)];
        let head = ItemHead {
            code: item.code.clone(),
            version: item.version,
            mapped_version,
            department: item.department.clone(),
            name: item.name.zh.clone(),
            found_by: format!("{}\n{}\n{}", keys.join("\n"), initials(&item.name.zh), item.code),
        };
        let stored = StoredItem {
            code: item.code.clone(),
            version: item.version,
            digest: Sm3::of(document.as_bytes()),
            document,
            published_at: self.clock.now(),
            published_by: caller.actor(),
        };
        Ok((head, stored))
    }

    /// What the audit trail says of a version.
    pub(super) fn item_told(
        &self,
        caller: &Caller,
        action: &str,
        version: &StoredItem,
    ) -> Result<Entry, AppError> {
        let detail =
            [("version", version.version.to_string()), ("sm3", version.digest.to_string())];
        let subject = Subject::new("service_item", &version.code);
        self.clock.entry(&caller.actor(), action, subject, &detail)
    }

    /// Every item as a file.
    ///
    /// # Errors
    /// The register's.
    pub fn items_export(&self, format: ItemFormat) -> Result<Vec<u8>, AppError> {
        let mut query =
            super::ItemQuery { limit: Some(super::PAGE_ITEMS_MAX), ..Default::default() };
        let mut items = Vec::new();
        loop {
            let page = self.service_items(&query)?;
            for row in &page.items {
                items.push(self.service_item(&row.code, Some(row.version))?.item.clone());
            }
            match page.next_cursor {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        match format {
            ItemFormat::Json => serde_json::to_vec_pretty(&items)
                .map_err(|cause| AppError::internal("exporting items".to_owned(), cause)),
            ItemFormat::Csv => {
                let all: Vec<Vec<String>> =
                    std::iter::once(heads()).chain(items.iter().flat_map(rows)).collect();
                Ok(write_csv(all.iter().map(Vec::as_slice), Charset::Utf8))
            }
        }
    }
}
