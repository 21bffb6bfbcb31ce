//! Issuing, in transactions after each of which a crash loses nothing and doubles nothing.
//!
//! 1. [`Store::issue_begin`]: request row, number, order and what will be signed, before anything
//!    is signed.
//! 2. The keys sign, the signatures are verified, the sealed file goes to the file store. A second
//!    signature, whose message contains the first, is written down by [`Store::key_use_intend`].
//! 3. [`Store::issue_commit`]: license in force, its files, ledger done, order spent, log leaf,
//!    audit events, what is owed to subscribers, the answer: all or nothing.
//!
//! What was begun and not ended is found by [`Store::license_unfinished`] and ended by
//! [`Store::issue_abandon`].

use domain::audit::Entry;
use domain::id::{LicenseId, OrderId, RequestId};
use domain::ingest::RowState;
use domain::license::{License, Rendition, StatusEntry};
use domain::log::Leaf;
use domain::sealing::{KeyUse, KeyUseState, OrderState, SealingOrder};
use domain::webhook::OwedEvent;
use time::OffsetDateTime;

use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::key_uses::Now;
use crate::licenses::Moved;
use crate::requests::{self, Answer, Known, NewRequest, Response};
use crate::waiting::{self, ClaimedRequest};
use crate::{RowOf, audit, ingest, key_uses, licenses, log, orders, outbox, renditions};

/// What is written down before a license is sealed.
#[derive(Clone, Copy)]
pub struct Begin<'a> {
    /// The request, when its client named it.
    pub request: Option<&'a NewRequest>,
    /// The row of a batch that it is made of.
    pub row: Option<RowOf>,
    /// The license as a draft: its number is taken.
    pub draft: &'a License,
    /// The license once its order stands, with the entry of that change.
    pub ordered: (&'a License, &'a StatusEntry),
    /// The approved order.
    pub order: &'a SealingOrder,
    /// What the first key will sign under the order.
    pub key_uses: &'a [KeyUse],
    /// What happened, for the audit trail.
    pub events: &'a [Entry],
    /// When the uses are written down.
    pub now: Now<'a>,
}

/// How a request to issue stands after it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new, and ours to finish.
    Fresh,
    /// It was answered before.
    Answered(Response),
    /// It was begun by a worker that is dead, and is ours to finish now. Nothing was written.
    Resumed {
        /// The request.
        request: RequestId,
        /// The license that it began.
        license: Option<LicenseId>,
    },
}

/// The end of a sealing that came to a sealed file.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// The order, now spent.
    pub order: OrderId,
    /// What happened, for the audit trail.
    pub events: &'a [Entry],
    /// When.
    pub at: OffsetDateTime,
}

/// The end of an issue: all of it, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Commit<'a> {
    /// The license in force, with the entry of that change.
    pub issued: (&'a License, &'a StatusEntry),
    /// The license whose place it takes, superseded by it.
    pub superseded: Option<Moved<'a>>,
    /// What the log says of that change.
    pub leaf: &'a Leaf,
    /// Its files; their bytes are on stable storage already.
    pub renditions: &'a [Rendition],
    /// What subscribers are told of it.
    pub owed: &'a OwedEvent,
    /// The order, and what happened.
    pub ended: Ended<'a>,
    /// The answer, for the request that asked.
    pub answer: Answer<'a>,
    /// The approval by a person under which it was sealed.
    pub claimed: Option<&'a ClaimedRequest>,
}

/// An issue that is given up.
#[derive(Clone, Copy, Debug)]
pub struct Abandoned<'a> {
    /// The license, now void, with the entry of that change.
    pub void: (&'a License, &'a StatusEntry),
    /// Its order, if it came so far.
    pub order: Option<OrderId>,
    /// What happened, for the audit trail.
    pub events: &'a [Entry],
    /// When.
    pub at: OffsetDateTime,
}

impl Store {
    /// Writes down what will be issued and signed. After this returns, and not before, keys may
    /// sign.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] and [`StoreError::InProgress`] by the idempotency key;
    /// [`StoreError::NumberTaken`]; [`StoreError::SealNotApplicable`]; then nothing was written.
    pub fn issue_begin(&self, begin: &Begin<'_>) -> Result<Begun, StoreError> {
        let witness = Witness::new("sealing_order", begin.order.id);
        let write = |connection: &mut Connection| begin.write(connection);
        fault::at("intent", StoreError::injected, || {
            self.write_witnessed("beginning to issue", &witness, write)
        })
    }

    /// Puts an issued license in force, with all that belongs to it. After this returns, and not
    /// before, the client may be answered.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when license, order or request are no longer as they were left;
    /// then nothing was written.
    pub fn issue_commit(&self, commit: &Commit<'_>) -> Result<(), StoreError> {
        let (issued, entry) = commit.issued;
        let witness = Witness::new("status_entry", entry.id);
        let write = |connection: &mut Connection| {
            commit.claimed.map_or(Ok(()), |claimed| waiting::sealed(connection, claimed))?;
            licenses::change(connection, issued, entry)?;
            log::append(connection, commit.leaf)?;
            commit.superseded.map_or(Ok(()), |moved| moved.write(connection))?;
            for rendition in commit.renditions {
                renditions::insert(connection, rendition)?;
            }
            outbox::owe(connection, commit.owed)?;
            spend(connection, &commit.ended)?;
            requests::answer(connection, commit.answer)?;
            audit::append(connection, commit.superseded.map_or(&[], |moved| moved.events))?;
            audit::append(connection, commit.ended.events)
        };
        fault::at("commit", StoreError::injected, || {
            self.write_witnessed("committing an issue", &witness, write)
        })
    }

    /// Gives an issue up: its number is free again, its request may be repeated, and what its
    /// keys signed stays in the ledger as failed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the license was issued meanwhile.
    pub fn issue_abandon(&self, abandoned: &Abandoned<'_>) -> Result<(), StoreError> {
        let (void, entry) = abandoned.void;
        let witness = Witness::new("status_entry", entry.id);
        self.write_witnessed("giving an issue up", &witness, |connection| {
            licenses::change(connection, void, entry)?;
            if let Some(order) = abandoned.order {
                orders::advance(connection, order, OrderState::Failed)?;
                key_uses::end(connection, order, KeyUseState::Failed, abandoned.at)?;
            }
            requests::forget(connection, void.id())?;
            audit::append(connection, abandoned.events)
        })
    }

    /// Writes down the order to seal a document that is no license, and what will be signed.
    ///
    /// # Errors
    /// As [`Store::key_use_intend`].
    pub fn sealing_begin(
        &self,
        order: &SealingOrder,
        key_uses: &[KeyUse],
        events: &[Entry],
        now: Now<'_>,
    ) -> Result<(), StoreError> {
        let witness = Witness::new("sealing_order", order.id);
        self.write_witnessed("beginning to seal", &witness, |connection| {
            orders::insert(connection, order)?;
            key_uses::intend(connection, key_uses, now)?;
            audit::append(connection, events)
        })
    }

    /// The sealed document is ready: the order is spent.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the order was not being spent.
    pub fn sealing_commit(&self, ended: &Ended<'_>) -> Result<(), StoreError> {
        self.write("committing a sealing", |connection| {
            spend(connection, ended)?;
            audit::append(connection, ended.events)
        })
    }

    /// Gives an order for a document that is no license up.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was spent or given up before.
    pub fn sealing_abandon(&self, ended: &Ended<'_>) -> Result<(), StoreError> {
        self.write("giving a sealing up", |connection| {
            orders::advance(connection, ended.order, OrderState::Failed)?;
            key_uses::end(connection, ended.order, KeyUseState::Failed, ended.at)?;
            audit::append(connection, ended.events)
        })
    }
}

impl Begin<'_> {
    fn write(&self, connection: &mut Connection) -> Result<Begun, StoreError> {
        let registered = register(connection, self.request, self.draft, self.ordered)?;
        if registered != Begun::Fresh {
            return Ok(registered);
        }
        if let Some(row) = self.row {
            ingest::take(connection, row, self.draft.id(), RowState::Sealing)?;
        }
        fault::at("approval", StoreError::injected, || orders::insert(connection, self.order))?;
        key_uses::intend(connection, self.key_uses, self.now)?;
        audit::append(connection, self.events)?;
        Ok(Begun::Fresh)
    }
}

/// The license with its number, its request and its first change; only what is new is written.
pub(crate) fn register(
    connection: &mut Connection,
    request: Option<&NewRequest>,
    draft: &License,
    (ordered, entry): (&License, &StatusEntry),
) -> Result<Begun, StoreError> {
    if let Some(begun) = known(connection, request)? {
        return Ok(begun);
    }
    let insert = || licenses::insert(connection, draft);
    match fault::at("number", StoreError::injected, insert) {
        // Perhaps by this very request, which another process began in between.
        Err(taken @ (StoreError::NumberTaken { .. } | StoreError::Succeeded { .. })) => {
            return known(connection, request)?.ok_or(taken);
        }
        inserted => inserted?,
    }
    if let Some(request) = request {
        fault::at("request", StoreError::injected, || {
            requests::insert(connection, request, Some(draft.id()))
        })?;
    }
    licenses::change(connection, ordered, entry)?;
    Ok(Begun::Fresh)
}

/// What became of the request before, if it is not new.
fn known(
    connection: &mut Connection,
    request: Option<&NewRequest>,
) -> Result<Option<Begun>, StoreError> {
    let Some(request) = request else { return Ok(None) };
    Ok(match requests::look(connection, request)? {
        Known::Nothing => None,
        Known::Done(response) => Some(Begun::Answered(response)),
        Known::TakenOver { id, license } => Some(Begun::Resumed { request: id, license }),
    })
}

/// An order is spent by at least one key use; a file that no ledger row explains is not kept.
fn spend(connection: &mut Connection, ended: &Ended<'_>) -> Result<(), StoreError> {
    orders::advance(connection, ended.order, OrderState::Spent)?;
    if key_uses::end(connection, ended.order, KeyUseState::Done, ended.at)? == 0 {
        return Err(StoreError::conflict("sealing order", ended.order));
    }
    Ok(())
}

#[cfg(test)]
mod races;
#[cfg(test)]
mod tests;
