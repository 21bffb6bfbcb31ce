//! Orders that a person approves: asked for, shown, approved under a signature, sealed behind it.
//!
//! One way for one and for a thousand: what is approved is a manifest, which names each document by
//! its SM3; the approver signs the manifest with a key of their own; what is sealed afterwards are
//! these bytes and no others. Nobody approves what they asked for.

mod asking;
mod bell;
mod deciding;
mod keys;
mod ledger;
mod limits;
mod making;
mod outside;
mod sealing;

pub(crate) use asking::ToApprove;
pub(crate) use bell::Bell;
pub use keys::ApproverKeyRequest;
pub use ledger::LedgerQuery;
pub(crate) use limits::LimitsSaid;
pub use outside::sign_manifest;
pub use sealing::Sealers;

use crate::view::time::instant;
use crate::view::{LicenseOrderView, WaitingOrderView};
use crate::{App, AppError, Caller, refused};
use domain::access::Permission;
use domain::audit::Actor;
use domain::id::{OrganizationId, StaffId};
use domain::sealing::SealingRequest;

fn self_approval() -> AppError {
    let detail = "who asked does not approve: another approver decides".to_owned();
    AppError::Forbidden { code: "self_approval", detail }
}

fn key_refused() -> AppError {
    let detail = "sign with a registered key of your own that is in use".to_owned();
    AppError::Forbidden { code: "approver_key_refused", detail }
}

/// Somebody decided meanwhile.
fn decided() -> AppError {
    refused("order_decided", "somebody decided about one of these orders before")
}

/// The person who approves, and for whom.
fn approver(caller: &Caller) -> Result<(StaffId, OrganizationId), AppError> {
    let organization = caller.require(Permission::SealApprove)?;
    match caller {
        Caller::Person { staff, .. } => Ok((*staff, organization)),
        _ => {
            let detail = "a person who signed in approves".to_owned();
            Err(AppError::Forbidden { code: "person_needed", detail })
        }
    }
}

/// How an order stands, for whoever asked for its license.
pub(crate) fn order_view(request: &SealingRequest) -> LicenseOrderView {
    LicenseOrderView {
        id: request.id.to_string(),
        state: request.state.to_string(),
        reason: request.decision.as_ref().and_then(|decision| decision.reason.clone()),
        trouble: request.trouble.clone(),
    }
}

impl App {
    /// Somebody in words: a name to sign in with, the label of a key, or the actor as it is.
    pub(crate) fn actor_named_in_words(&self, actor: &Actor) -> Result<String, AppError> {
        Ok(match actor {
            Actor::Staff(id) => self.store.staff_read(*id)?.name,
            other => other.to_string(),
        })
    }

    /// An order with what an approver needs to see of it.
    fn waiting_view(
        &self,
        request: &SealingRequest,
        seal_name: &str,
        reader: Option<StaffId>,
    ) -> Result<WaitingOrderView, AppError> {
        let license = self.store.license_read(request.license)?;
        let particulars = license.particulars();
        let type_code = particulars.type_code.to_string();
        let type_name = self.catalogue.find(&type_code).map(|found| found.name().zh.clone());
        let holder = particulars.holder.as_ref().map(|holder| holder.name().to_owned());
        Ok(WaitingOrderView {
            id: request.id.to_string(),
            license: request.license.to_string(),
            type_name: type_name.unwrap_or(type_code),
            number: particulars.number.as_str().to_owned(),
            holder_name: holder.unwrap_or_default(),
            seal: request.seal.to_string(),
            seal_name: seal_name.to_owned(),
            document: request.document.to_string(),
            form: request.form.to_string(),
            asked_by: self.actor_named_in_words(&request.requested_by)?,
            asked_by_reader: reader.map(Actor::Staff).as_ref() == Some(&request.requested_by),
            asked_at: instant(request.requested_at),
            state: request.state.to_string(),
            trouble: request.trouble.clone(),
        })
    }
}
