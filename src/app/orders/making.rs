//! Manifests put together and shown, and what waits for a person.

use super::{approver, decided, self_approval};
use crate::view::time::instant;
use crate::view::{ManifestProgressView, ManifestView, OrdersView, WaitingOrderView};
use crate::{App, AppError, Caller, Document, Errand, id_of, refused};
use domain::access::Permission;
use domain::audit::{Actor, Fields};
use domain::digest::Sha256;
use domain::id::{ManifestId, SealingRequestId};
use domain::sealing::{
    MANIFEST_ORDERS_MAX, MANIFEST_TYPE, Manifest, ManifestContent, ManifestOrder, ManifestSeal,
    ManifestState, RequestState, SealingRequest,
};
use std::collections::BTreeMap;
use storage::PageRequest;

/// Manifests on the page of orders.
const MANIFESTS_SHOWN: u32 = 20;

impl App {
    /// What waits for the approvers of the caller's organization, and what they decided last. That
    /// holders were named is written down first.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn orders(&self, caller: &Caller, errand: &Errand) -> Result<OrdersView, AppError> {
        let (staff, organization) = approver(caller)?;
        let seals = self.store.seal_list(organization)?;
        let names: BTreeMap<_, _> =
            seals.iter().map(|seal| (seal.id(), seal.properties().name.clone())).collect();
        let waiting = self.store.sealing_requests_waiting(organization, MANIFEST_ORDERS_MAX)?;
        let name = |id| names.get(&id).map_or("", String::as_str);
        let view = |one: &SealingRequest| self.waiting_view(one, name(one.seal), Some(staff));
        let licenses = waiting.iter().map(|one| one.license).collect();
        self.note_look(caller, errand, licenses, Fields::Content)?;
        let waiting = waiting.iter().map(view).collect::<Result<Vec<_>, _>>()?;
        let page = PageRequest { limit: MANIFESTS_SHOWN, after: None };
        let manifests = self.store.manifest_list(Some(organization), &page)?.items;
        let shown = manifests.iter().map(|one| self.manifest_view(one, name(one.seal), Vec::new()));
        Ok(OrdersView {
            count: self.store.sealing_request_count(organization)?,
            waiting,
            manifests: shown.collect::<Result<_, _>>()?,
        })
    }

    /// How many orders wait for the caller, if the caller approves any.
    ///
    /// # Errors
    /// The store's.
    pub fn orders_waiting(&self, caller: &Caller) -> Result<Option<u64>, AppError> {
        match caller.require(Permission::SealApprove) {
            Ok(organization) => Ok(Some(self.store.sealing_request_count(organization)?)),
            Err(_) => Ok(None),
        }
    }

    /// Puts a manifest of these orders together; its id.
    ///
    /// # Errors
    /// Not allowed; `self_approval`; `order_decided`; `manifest_refused` when the orders are none,
    /// too many, or not all of one seal; [`AppError::NotFound`].
    pub fn manifest_make(&self, caller: &Caller, orders: &[String]) -> Result<String, AppError> {
        let (staff, organization) = approver(caller)?;
        let by = Actor::Staff(staff);
        let mut ids: Vec<SealingRequestId> = Vec::new();
        for order in orders {
            ids.push(id_of(order)?);
        }
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() || ids.len() > MANIFEST_ORDERS_MAX {
            let most = format!("choose 1 to {MANIFEST_ORDERS_MAX} orders");
            return Err(refused("manifest_refused", most));
        }
        let read = ids.iter().map(|id| Ok::<_, AppError>(self.store.sealing_request_read(*id)?));
        let requests = read.collect::<Result<Vec<_>, _>>()?;
        for one in &requests {
            if one.organization != organization {
                return Err(AppError::NotFound);
            }
            if one.state != RequestState::Waiting {
                return Err(decided());
            }
            if one.requested_by == by {
                return Err(self_approval());
            }
            if one.seal != requests[0].seal {
                return Err(refused("manifest_refused", "a manifest is of one seal"));
            }
        }
        let manifest = self.manifest_of(&requests, by)?;
        self.store.manifest_insert(&manifest)?;
        Ok(manifest.id.to_string())
    }

    /// At least one order, all of one seal.
    fn manifest_of(
        &self,
        requests: &[SealingRequest],
        made_by: Actor,
    ) -> Result<Manifest, AppError> {
        let id = self.clock.id(ManifestId::mint)?;
        let made_at = self.clock.now();
        let seal = self.store.seal_read(requests[0].seal)?;
        let properties = seal.properties();
        let organization = self.store.organization_read(properties.organization)?;
        let orders = requests.iter().map(|one| self.line(one)).collect::<Result<Vec<_>, _>>()?;
        let content = ManifestContent {
            r#type: MANIFEST_TYPE.to_owned(),
            id: id.to_string(),
            made_at: instant(made_at),
            organization: organization.code.to_string(),
            seal: ManifestSeal {
                id: seal.id().to_string(),
                code: properties.code.to_string(),
                name: properties.name.clone(),
            },
            count: orders.len(),
            orders,
        };
        let text = content
            .to_text()
            .map_err(|cause| AppError::internal("writing a manifest".to_owned(), cause))?;
        Ok(Manifest {
            id,
            organization: organization.id,
            seal: seal.id(),
            text,
            orders: u32::try_from(requests.len()).unwrap_or(u32::MAX),
            made_by,
            made_at,
            state: ManifestState::Open,
            decided: None,
            approval: None,
            reason: None,
        })
    }

    fn line(&self, one: &SealingRequest) -> Result<ManifestOrder, AppError> {
        let license = self.store.license_read(one.license)?;
        let particulars = license.particulars();
        Ok(ManifestOrder {
            order: one.id.to_string(),
            license: one.license.to_string(),
            license_type: particulars.type_code.to_string(),
            number: particulars.number.as_str().to_owned(),
            document: one.document.to_string(),
            form: one.form.to_string(),
            level: one.level.to_string(),
            asked_by: one.requested_by.to_string(),
            asked_at: instant(one.requested_at),
        })
    }

    /// A manifest of the caller's organization, with its orders as they stand now.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn manifest(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<ManifestView, AppError> {
        let (staff, _) = approver(caller)?;
        let (manifest, content) = self.own_manifest(caller, id)?;
        let named = named(&content)?;
        let mut orders = Vec::with_capacity(named.len());
        let mut licenses = Vec::with_capacity(named.len());
        for (id, _) in &named {
            let request = self.store.sealing_request_read(*id)?;
            licenses.push(request.license);
            orders.push(self.waiting_view(&request, &content.seal.name, Some(staff))?);
        }
        self.note_look(caller, errand, licenses, Fields::Content)?;
        let seal = self.store.seal_read(manifest.seal)?;
        self.manifest_view(&manifest, &seal.properties().name, orders)
    }

    /// The manifest byte for byte as it is signed, with the numbers of its licenses; that they were
    /// looked at is written down first.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`].
    pub fn manifest_file(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        let (manifest, content) = self.own_manifest(caller, id)?;
        let licenses = content.orders.iter().map(|line| id_of(&line.license));
        self.note_look(caller, errand, licenses.collect::<Result<_, _>>()?, Fields::Content)?;
        let bytes = manifest.text.into_bytes();
        Ok(Document {
            sha256: Sha256::of(&bytes).to_string(),
            media_type: "application/json",
            name: format!("manifest-{}.json", manifest.id),
            bytes,
        })
    }

    /// The document of an order, as it will be sealed; that it was looked at is written down first.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `digest_changed`.
    pub fn order_document(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        let (_, organization) = approver(caller)?;
        let id: SealingRequestId = id_of(id)?;
        let request = self.store.sealing_request_read(id)?;
        if request.organization != organization || !request.state.is_open() {
            return Err(AppError::NotFound);
        }
        let bytes = self.unsealed(&request)?;
        self.note_look(caller, errand, vec![request.license], Fields::File)?;
        Ok(Document {
            sha256: Sha256::of(&bytes).to_string(),
            media_type: "application/pdf",
            name: format!("unsealed-{id}.pdf"),
            bytes,
        })
    }

    pub(super) fn own_manifest(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(Manifest, ManifestContent), AppError> {
        let (_, organization) = approver(caller)?;
        let id: ManifestId = id_of(id)?;
        let manifest = self.store.manifest_read(id)?;
        if manifest.organization != organization {
            return Err(AppError::NotFound);
        }
        let content = ManifestContent::from_text(&manifest.text)
            .map_err(|cause| AppError::internal(format!("reading manifest {id}"), cause))?;
        Ok((manifest, content))
    }

    fn manifest_view(
        &self,
        manifest: &Manifest,
        seal_name: &str,
        orders: Vec<WaitingOrderView>,
    ) -> Result<ManifestView, AppError> {
        let decided = manifest.decided.as_ref();
        let by = decided.map(|(by, _)| self.actor_named_in_words(by)).transpose()?;
        let mut progress = ManifestProgressView::default();
        if manifest.state == ManifestState::Approved {
            for one in self.store.sealing_requests_of(manifest.id)? {
                match one.state {
                    RequestState::Sealed => progress.sealed += 1,
                    RequestState::Failed => progress.failed += 1,
                    _ => {
                        progress.waiting += 1;
                        progress.trouble = progress.trouble.or(one.trouble);
                    }
                }
            }
        }
        Ok(ManifestView {
            id: manifest.id.to_string(),
            seal: manifest.seal.to_string(),
            seal_name: seal_name.to_owned(),
            count: manifest.orders,
            digest: domain::digest::Sm3::of(manifest.text.as_bytes()).to_string(),
            text: manifest.text.clone(),
            made_at: instant(manifest.made_at),
            state: manifest.state.to_string(),
            decided_by: by,
            decided_at: decided.map(|(_, at)| instant(*at)),
            reason: manifest.reason.clone(),
            progress,
            orders,
        })
    }
}

/// The orders that a manifest names, each with the SM3 of what will be sealed.
pub(super) fn named(
    content: &ManifestContent,
) -> Result<Vec<(SealingRequestId, domain::digest::Sm3)>, AppError> {
    let bad = || AppError::internal(format!("reading manifest {}", content.id), "a bad order");
    let one = |line: &ManifestOrder| {
        Ok((line.order.parse().map_err(|_| bad())?, line.document.parse().map_err(|_| bad())?))
    };
    content.orders.iter().map(one).collect()
}
