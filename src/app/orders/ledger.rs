//! The ledger of a seal, as those see it who answer for it.

use crate::people::actor_named;
use crate::verify::shown_number;
use crate::view::time::instant;
use crate::view::{LedgerEntryView, LedgerUseView, LedgerView};
use crate::{App, AppError, Caller, id_of, refused};
use domain::access::Permission;
use domain::audit::Actor;
use domain::id::{OrderId, SealId};
use domain::time::{day, day_begins};
use storage::{LedgerEntry, LedgerFilter};
use time::Duration;

/// Orders on one page, and in one file.
const ORDERS_A_PAGE: u32 = 50;
const ORDERS_A_FILE: u32 = 5000;

/// Which part of a ledger.
#[derive(Clone, Debug, Default)]
pub struct LedgerQuery {
    /// Only this day in China, `YYYY-MM-DD`.
    pub day: String,
    /// Only what this account approved, or `policy`.
    pub approver: String,
    /// `next` of the page before.
    pub before: String,
    /// As much as a file holds.
    pub whole: bool,
}

impl App {
    /// The ledger of a seal, newest first: for those who keep seals or approve in its organization,
    /// and for auditors.
    ///
    /// # Errors
    /// Not allowed; `day_unknown`, `actor_unknown`; [`AppError::NotFound`].
    pub fn ledger(
        &self,
        caller: &Caller,
        seal: &str,
        query: &LedgerQuery,
    ) -> Result<LedgerView, AppError> {
        let seal = self.seal_to_answer_for(caller, seal)?;
        let limit = if query.whole { ORDERS_A_FILE } else { ORDERS_A_PAGE };
        let filter = self.ledger_filter(query)?;
        let mut entries = self.store.ledger_list(seal.id(), &filter, limit + 1)?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| more).map(|entry| entry.order.id.to_string());
        let entries = entries.iter().map(|entry| self.ledger_entry(entry));
        Ok(LedgerView {
            seal: seal.id().to_string(),
            seal_name: seal.properties().name.clone(),
            entries: entries.collect::<Result<_, _>>()?,
            next,
        })
    }

    fn seal_to_answer_for(
        &self,
        caller: &Caller,
        seal: &str,
    ) -> Result<domain::seal::Seal, AppError> {
        let everywhere = caller.require(Permission::AuditRead).is_ok();
        let own = caller
            .require(Permission::SealApprove)
            .or_else(|_| caller.require(Permission::SealUse));
        let own = if everywhere { None } else { Some(own?) };
        let id: SealId = id_of(seal)?;
        let seal = self.store.seal_read(id)?;
        let visible = own.is_none_or(|own| own == seal.properties().organization);
        visible.then_some(seal).ok_or(AppError::NotFound)
    }

    fn ledger_filter(&self, query: &LedgerQuery) -> Result<LedgerFilter, AppError> {
        let mut filter = LedgerFilter::default();
        if !query.day.is_empty() {
            let day = day(&query.day)
                .ok_or_else(|| refused("day_unknown", "write a day as 2026-03-02"))?;
            let begins = day_begins(day);
            filter.from = Some(OrderId::mint(begins, [0; 10]));
            filter.before = Some(OrderId::mint(begins + Duration::DAY, [0; 10]));
        }
        if !query.before.is_empty() {
            let before: OrderId = id_of(&query.before)?;
            filter.before = Some(filter.before.map_or(before, |end| end.min(before)));
        }
        filter.approved_by = match query.approver.trim() {
            "" => None,
            "policy" => Some(Actor::Service("approval-policy".to_owned())),
            name => actor_named(&self.store, name)?,
        };
        Ok(filter)
    }

    fn ledger_entry(&self, entry: &LedgerEntry) -> Result<LedgerEntryView, AppError> {
        let order = &entry.order;
        let uses = entry.uses.iter().map(|one| LedgerUseView {
            id: one.id.to_string(),
            at: instant(one.intended_at),
            key: one.key.to_string(),
            signed: one.to_be_signed.to_string(),
            state: one.state.to_string(),
            attempts: one.attempt,
        });
        let number = entry.license.as_ref().map(|(code, version, number)| {
            let known = self.catalogue.version(&code.to_string(), *version);
            shown_number(known.as_deref(), number)
        });
        Ok(LedgerEntryView {
            order: order.id.to_string(),
            state: order.state.to_string(),
            document: order.document.to_string(),
            form: order.form.to_string(),
            license: order.license.map(|id| id.to_string()),
            number,
            asked_by: self.actor_named_in_words(&order.requested_by)?,
            approved_by: self.actor_named_in_words(&order.approved_by)?,
            manifest: entry.manifest.map(|id| id.to_string()),
            uses: uses.collect(),
        })
    }
}
