//! What was approved: every manifest with its signature again, and what was done under it.

use super::{Findings, Invariant};
use crate::{App, AppError};
use domain::sealing::{
    Approval, Manifest, ManifestContent, ManifestState, RequestState, SealingRequest,
    verify_approval,
};
use storage::{PAGE_ITEMS_MAX, PageRequest};

impl App {
    /// Every approved manifest: unaltered, signed by the key that is named, and of the orders that
    /// it names.
    pub(super) fn fsck_approvals(&self, findings: &mut Findings) -> Result<(), AppError> {
        let mut after = None;
        loop {
            let page = PageRequest { limit: PAGE_ITEMS_MAX, after };
            let page = self.store.manifest_list(None, &page)?;
            for manifest in page.items.iter().filter(|one| one.state == ManifestState::Approved) {
                findings.looked_at(Invariant::Approvals, 1);
                if let Err(fault) = self.approved_as_stored(manifest)? {
                    findings
                        .fault(Invariant::Approvals, format!("manifest {}: {fault}", manifest.id));
                }
            }
            let Some(next) = page.next else { return Ok(()) };
            after = Some(next);
        }
    }

    fn approved_as_stored(
        &self,
        manifest: &Manifest,
    ) -> Result<Result<(), &'static str>, AppError> {
        let (Some(Approval { key, signature }), Some((by, _))) =
            (&manifest.approval, &manifest.decided)
        else {
            return Ok(Err("approved without a signature"));
        };
        let key = self.store.approver_key_read(*key)?;
        if verify_approval(&key.public_key, manifest.text.as_bytes(), signature).is_err() {
            return Ok(Err("its signature is not under these bytes"));
        }
        if domain::audit::Actor::Staff(key.staff) != *by {
            return Ok(Err("signed with a key of somebody else"));
        }
        let Ok(content) = ManifestContent::from_text(&manifest.text) else {
            return Ok(Err("it cannot be read"));
        };
        let of_row = (manifest.id.to_string(), manifest.seal.to_string());
        if (content.id.clone(), content.seal.id.clone()) != of_row {
            return Ok(Err("it is another one's"));
        }
        let orders = self.store.sealing_requests_of(manifest.id)?;
        let same =
            orders.len() == content.orders.len() && orders.iter().all(|one| named(one, &content));
        Ok(if same { Ok(()) } else { Err("it names other orders than those that it approved") })
    }
}

/// Whether the manifest names the order as it is.
fn named(order: &SealingRequest, content: &ManifestContent) -> bool {
    let (id, document) = (order.id.to_string(), order.document.to_string());
    let license = order.license.to_string();
    let decided = !matches!(order.state, RequestState::Waiting | RequestState::Refused);
    decided
        && content
            .orders
            .iter()
            .any(|line| line.order == id && line.document == document && line.license == license)
}
