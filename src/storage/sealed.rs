//! What was sealed with a seal.

use diesel::prelude::*;
use domain::id::{LicenseId, SealId};
use domain::sealing::OrderState;

use crate::connection::Store;
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::sealing_order;

impl Store {
    /// Licenses that were sealed with a seal, by id, from behind this one on; at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn sealed_with(
        &self,
        seal: SealId,
        after: Option<LicenseId>,
        limit: u32,
    ) -> Result<Vec<LicenseId>, StoreError> {
        const OPERATION: &str = "listing what was sealed with a seal";
        let after = after.map_or_else(String::new, |id| id.to_string());
        let ids: Vec<Option<String>> = self.read(OPERATION, |connection| {
            let spent = sealing_order::table
                .filter(sealing_order::seal_id.eq(seal.to_string()))
                .filter(sealing_order::state.eq(OrderState::Spent.as_str()))
                .filter(sealing_order::license_id.gt(&after));
            let ids = spent.order(sealing_order::license_id).limit(limit.into());
            let ids = ids.select(sealing_order::license_id).distinct().load(connection);
            ids.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        let id = |id: &String| Reading { what: "sealing order of license", id }.own_id();
        ids.iter().flatten().map(id).collect()
    }
}
