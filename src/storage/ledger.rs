//! The ledger of a seal: every order and every use of a key under it.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::audit::Actor;
use domain::id::{KeyId, ManifestId, OrderId, SealId};
use domain::identifier::LicenseTypeCode;
use domain::sealing::{KeyUse, SealingOrder};

use crate::backend::Dialect;
use crate::connection::Store;
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{key_use, license, sealing_order, sealing_request};
use crate::{key_uses, orders};

const READING: &str = "reading the ledger of a seal";

/// Which part of a ledger. Ids of orders sort by the time at which sealing began.
#[derive(Clone, Debug, Default)]
pub struct LedgerFilter {
    /// From this id on.
    pub from: Option<OrderId>,
    /// Before this id.
    pub before: Option<OrderId>,
    /// Only what this person, or the policy, approved.
    pub approved_by: Option<Actor>,
}

/// An order with what was signed under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The order.
    pub order: SealingOrder,
    /// The manifest under which a person approved it.
    pub manifest: Option<ManifestId>,
    /// The type of its license in its version, and the number.
    pub license: Option<(LicenseTypeCode, u32, String)>,
    /// The uses of keys, oldest first.
    pub uses: Vec<KeyUse>,
}

impl Store {
    /// Every key that was used under orders of a seal, also those that it does not use any more.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_keys_used(&self, of: SealId) -> Result<Vec<KeyId>, StoreError> {
        let keys: Vec<String> = self.read(READING, |connection| {
            let orders = sealing_order::table
                .filter(sealing_order::seal_id.eq(of.to_string()))
                .select(sealing_order::id.nullable());
            let uses = key_use::table.filter(key_use::order_id.eq_any(orders));
            let keys = uses.select(key_use::key_id).distinct().order(key_use::key_id);
            keys.load(connection).map_err(|cause| StoreError::database(READING, cause))
        })?;
        let id = of.to_string();
        let read = Reading { what: "seal", id: &id };
        keys.iter().map(|key| read.parse("key_id", key)).collect()
    }

    /// The newest orders of a seal that fit, at most so many.
    ///
    /// # Errors
    /// The database's.
    pub fn ledger_list(
        &self,
        of: SealId,
        filter: &LedgerFilter,
        limit: u32,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let failed = |cause| StoreError::database(READING, cause);
        self.read_together(READING, |connection| {
            let mut query = sealing_order::table
                .filter(sealing_order::seal_id.eq(of.to_string()))
                .into_boxed::<Dialect>();
            if let Some(from) = filter.from {
                query = query.filter(sealing_order::id.ge(from.to_string()));
            }
            if let Some(before) = filter.before {
                query = query.filter(sealing_order::id.lt(before.to_string()));
            }
            if let Some(by) = &filter.approved_by {
                query = query.filter(sealing_order::approved_by.eq(by.to_string()));
            }
            let query = query.order(sealing_order::id.desc()).limit(limit.into());
            let orders = orders::of(connection, query)?;
            let mut uses = key_uses::of(connection, orders.iter().map(|one| one.id))?;
            let texts = |ids: Vec<Option<String>>| ids.into_iter().flatten().collect::<Vec<_>>();
            let requests = orders.iter().map(|one| one.request.map(|id| id.to_string()));
            let manifests: Vec<(String, Option<String>)> = sealing_request::table
                .filter(sealing_request::id.eq_any(texts(requests.collect())))
                .select((sealing_request::id, sealing_request::manifest_id))
                .load(connection)
                .map_err(failed)?;
            let manifests: BTreeMap<String, Option<String>> = manifests.into_iter().collect();
            let licenses = orders.iter().map(|one| one.license.map(|id| id.to_string()));
            let licenses: Vec<(String, (String, i32, String))> = license::table
                .filter(license::id.eq_any(texts(licenses.collect())))
                .select((license::id, (license::type_code, license::type_version, license::number)))
                .load(connection)
                .map_err(failed)?;
            let licenses: BTreeMap<_, _> = licenses.into_iter().collect();
            let entry = |order: SealingOrder| {
                let id = order.id.to_string();
                let read = Reading { what: "sealing order", id: &id };
                let request = order.request.and_then(|id| manifests.get(&id.to_string()));
                let license = order.license.and_then(|id| licenses.get(&id.to_string()));
                let license = license.map(|(code, version, number)| {
                    let version = read.number("type_version", *version)?;
                    Ok::<_, StoreError>((read.parse("type_code", code)?, version, number.clone()))
                });
                Ok(LedgerEntry {
                    manifest: read.maybe("manifest_id", request.and_then(|id| id.as_deref()))?,
                    license: license.transpose()?,
                    uses: uses.remove(&order.id).unwrap_or_default(),
                    order,
                })
            };
            orders.into_iter().map(entry).collect()
        })
    }
}
