//! Service items (政务服务事项): what offices do and what they ask for, by version; found by name, by the
//! first letters of its pinyin, and by code.

mod editor;
mod import;
mod mapping;
mod needs;

pub use import::ItemFormat;
pub use needs::ItemSign;

use crate::error::id_of;
use crate::lately::Lately;
use crate::view::time::instant;
use crate::view::{
    AskedPaperView, ServiceItemRowView, ServiceItemView, ServiceItemsView, item_handling,
};
use crate::{App, AppError, TypeDocument};
use domain::audit::Actor;
use domain::canonical::search_key;
use domain::digest::{Sha256, Sm3};
use domain::exemption::{ItemCode, Material, ServiceItem};
use domain::identifier::UnifiedCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::{ItemFilter, ItemHead, StoredItem};
use time::OffsetDateTime;

/// Items of a page, where nobody says how many.
const PAGE_ITEMS: usize = 50;
const PAGE_ITEMS_MAX: usize = 200;

/// One version of an item as it was published; it never changes.
#[derive(Clone, Debug)]
pub struct FiledItem {
    /// What it says.
    pub item: ServiceItem,
    /// SM3 of its document.
    pub digest: Sm3,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// Who published it.
    pub published_by: Actor,
}

/// Versions that were asked for lately.
pub(crate) type FiledItems = Lately<Arc<FiledItem>, 2048>;

/// Which items are listed.
#[derive(Clone, Debug, Default)]
pub struct ItemQuery {
    /// Part of a name, first letters of its pinyin, or part of the code.
    pub text: String,
    /// Only of the office with this social credit code.
    pub department: Option<String>,
    /// Only those that changed since somebody said what may stand in the place of their materials.
    pub drifted: bool,
    /// Only those that ask for a paper although an office issued it.
    pub still_asking: bool,
    /// Behind this code.
    pub after: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// The names of offices by code, each looked up once.
struct Offices<'a> {
    app: &'a App,
    known: BTreeMap<String, Option<String>>,
}

impl Offices<'_> {
    fn name(&mut self, code: &UnifiedCode) -> Result<Option<String>, AppError> {
        if let Some(known) = self.known.get(code.as_str()) {
            return Ok(known.clone());
        }
        let name = self.app.store.organization_by_code(code)?.map(|found| found.name);
        self.known.insert(code.to_string(), name.clone());
        Ok(name)
    }
}

impl App {
    /// One version of an item; the newest where none is named.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn service_item(
        &self,
        code: &str,
        version: Option<u32>,
    ) -> Result<Arc<FiledItem>, AppError> {
        let code: ItemCode = id_of(code)?;
        let version = match version {
            Some(version) => version,
            None => self.store.item_head(&code)?.version,
        };
        self.filed(&code, version)
    }

    fn filed(&self, code: &ItemCode, version: u32) -> Result<Arc<FiledItem>, AppError> {
        let about = Sha256::of(format!("{code} {version}").as_bytes());
        if let Some(known) = self.items.find(about) {
            return Ok(known);
        }
        let StoredItem { document, digest, published_at, published_by, .. } =
            self.store.item_read(code, version)?;
        let unreadable = |cause| AppError::internal(format!("reading item {code}"), cause);
        let item = ServiceItem::read(document.as_bytes()).map_err(unreadable)?;
        let filed = Arc::new(FiledItem { item, digest, published_at, published_by });
        self.items.remember(about, Arc::clone(&filed));
        Ok(filed)
    }

    /// A version of an item as it is exported.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn service_item_document(
        &self,
        code: &str,
        version: u32,
    ) -> Result<TypeDocument, AppError> {
        let stored = self.store.item_read(&id_of(code)?, version)?;
        Ok(TypeDocument { digest: stored.digest.to_string(), json: stored.document })
    }

    /// Items by code.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an office or a place that is none; the register's.
    pub fn service_items(&self, query: &ItemQuery) -> Result<ServiceItemsView, AppError> {
        let limit = query.limit.unwrap_or(PAGE_ITEMS).clamp(1, PAGE_ITEMS_MAX);
        let department = query.department.as_deref().filter(|code| !code.is_empty());
        let mut filter = ItemFilter {
            text: search_key(&query.text),
            department: department.map(id_of).transpose()?,
            drifted: query.drifted,
            after: query.after.as_deref().map(id_of).transpose()?,
            limit: PAGE_ITEMS_MAX as u32,
        };
        let mut offices = Offices { app: self, known: BTreeMap::new() };
        let mut items = Vec::new();
        loop {
            let heads = self.store.item_find(&filter)?;
            let last = heads.len() < PAGE_ITEMS_MAX;
            for head in heads {
                filter.after = Some(head.code.clone());
                let row = self.item_row(&head, &mut offices)?;
                if query.still_asking && row.still_asked.is_empty() {
                    continue;
                }
                if items.len() == limit {
                    let next_cursor = items.last().map(|row: &ServiceItemRowView| row.code.clone());
                    return Ok(ServiceItemsView { items, next_cursor });
                }
                items.push(row);
            }
            if last {
                return Ok(ServiceItemsView { items, next_cursor: None });
            }
        }
    }

    fn item_row(
        &self,
        head: &ItemHead,
        offices: &mut Offices<'_>,
    ) -> Result<ServiceItemRowView, AppError> {
        let filed = self.filed(&head.code, head.version)?;
        Ok(ServiceItemRowView {
            code: head.code.to_string(),
            version: head.version,
            name: filed.item.name.zh.clone(),
            name_en: filed.item.name.en.clone(),
            department: offices.name(&head.department)?,
            department_code: head.department.to_string(),
            handling: item_handling(filed.item.handling),
            materials: filed.item.materials.len(),
            drifted: head.mapped_version < head.version,
            example: filed.item.example,
            still_asked: self.still_asked(&filed.item),
        })
    }

    /// Papers that an item asks for although an office issued them.
    fn still_asked(&self, item: &ServiceItem) -> Vec<AskedPaperView> {
        let asked = item.materials.iter().filter(|material| material.still_asks());
        asked.map(|material| self.asked_paper(material)).collect()
    }

    fn asked_paper(&self, material: &Material) -> AskedPaperView {
        let types = self.catalogue.all();
        // A paper of the same name, or whose name says whose it is: 经营场所不动产权证书.
        let same = types.iter().map(|(license_type, _)| license_type);
        let issued = same
            .filter(|one| material.name.zh.contains(one.name().zh.as_str()))
            .max_by_key(|one| one.name().zh.len());
        AskedPaperView {
            key: material.key.to_string(),
            name: material.name.zh.clone(),
            name_en: material.name.en.clone(),
            license_type: issued.map(|one| one.code().to_string()),
        }
    }

    /// An item for whoever looks at it or changes it: its newest version.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn service_item_view(&self, code: &str) -> Result<ServiceItemView, AppError> {
        let head = self.store.item_head(&id_of(code)?)?;
        let filed = self.filed(&head.code, head.version)?;
        let changed = self.changed_materials(&head, &filed.item)?;
        let document = serde_json::to_value(&filed.item)
            .map_err(|cause| AppError::internal(format!("showing item {code}"), cause))?;
        Ok(ServiceItemView {
            code: head.code.to_string(),
            version: head.version,
            digest: filed.digest.to_string(),
            published_at: instant(filed.published_at),
            name: filed.item.name.zh.clone(),
            name_en: filed.item.name.en.clone(),
            department: Offices { app: self, known: BTreeMap::new() }.name(&head.department)?,
            department_code: head.department.to_string(),
            mapped_version: head.mapped_version,
            drifted: head.mapped_version < head.version,
            changed,
            still_asked: self.still_asked(&filed.item),
            document,
        })
    }

    /// Keys of papers that are not asked for as they were when the item was mapped.
    fn changed_materials(
        &self,
        head: &ItemHead,
        item: &ServiceItem,
    ) -> Result<Vec<String>, AppError> {
        if head.mapped_version == head.version {
            return Ok(Vec::new());
        }
        let mapped = self.mapped(head)?;
        let unsaid = item.unsaid_since(mapped.as_deref().map(|filed| &filed.item));
        Ok(unsaid.map(|material| material.key.to_string()).collect())
    }

    /// The version of an item that was mapped, if any was.
    fn mapped(&self, head: &ItemHead) -> Result<Option<Arc<FiledItem>>, AppError> {
        let mapped = (head.mapped_version > 0).then_some(head.mapped_version);
        mapped.map(|version| self.filed(&head.code, version)).transpose()
    }
}
