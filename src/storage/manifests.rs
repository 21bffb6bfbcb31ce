//! Manifests: what is approved under one signature, and the signature.

use diesel::prelude::*;
use domain::audit::{Actor, Entry};
use domain::digest::Sm3;
use domain::id::{ManifestId, OrganizationId, SealingRequestId};
use domain::license::{License, StatusEntry};
use domain::sealing::{Approval, Decision, Manifest, ManifestState, RequestState};
use domain::time::micros;
use domain::webhook::OwedEvent;
use time::OffsetDateTime;

use crate::backend::Dialect;
use crate::connection::{AT_ONCE, Connection, Store};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::schema::{approver_key, sealing_manifest};
use crate::waiting::decide;
use crate::{audit, licenses, locks, outbox};

const WHAT: &str = "manifest";
const READING: &str = "reading a manifest";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sealing_manifest)]
struct Row {
    id: String,
    organization_id: String,
    seal_id: String,
    content: String,
    orders: i32,
    made_by: String,
    made_at: i64,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    key_id: Option<String>,
    signature: Option<Vec<u8>>,
    reason: Option<String>,
}

impl TryFrom<Row> for Manifest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let decided_by: Option<Actor> = read.maybe("decided_by", row.decided_by.as_deref())?;
        let decided_at = read.maybe_instant("decided_at", row.decided_at)?;
        let key = read.maybe("key_id", row.key_id.as_deref())?;
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            seal: read.parse("seal_id", &row.seal_id)?,
            orders: read.number("orders", row.orders)?,
            made_by: read.parse("made_by", &row.made_by)?,
            made_at: read.instant("made_at", row.made_at)?,
            state: read.parse("state", &row.state)?,
            decided: decided_by.zip(decided_at),
            approval: key.zip(row.signature).map(|(key, signature)| Approval { key, signature }),
            text: row.content,
            reason: row.reason,
        })
    }
}

/// The approval of a manifest.
#[derive(Clone, Copy, Debug)]
pub struct Approved<'a> {
    /// The manifest.
    pub manifest: ManifestId,
    /// The signature.
    pub approval: &'a Approval,
    /// Who approves.
    pub by: &'a Actor,
    /// When.
    pub at: OffsetDateTime,
    /// What the manifest names: each order with the SM3 of what will be sealed.
    pub orders: &'a [(SealingRequestId, Sm3)],
    /// What happened, for the audit trail.
    pub event: &'a Entry,
}

/// The refusal of a manifest: none of its licenses is issued.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// The manifest.
    pub manifest: ManifestId,
    /// Why.
    pub reason: &'a str,
    /// Who refuses.
    pub by: &'a Actor,
    /// When.
    pub at: OffsetDateTime,
    /// What the manifest names.
    pub orders: &'a [(SealingRequestId, Sm3)],
    /// Their licenses, given up, with what subscribers are told.
    pub given_up: &'a [(License, StatusEntry, OwedEvent)],
    /// What happened, for the audit trail.
    pub event: &'a Entry,
}

fn failed(cause: diesel::result::Error) -> StoreError {
    StoreError::database("deciding about a manifest", cause)
}

/// Holds a manifest about which nobody has decided.
fn open(connection: &mut Connection, id: ManifestId) -> Result<(), StoreError> {
    locks::hold_to_change(connection, "sealing_manifest", &id.to_string())?;
    let open = sealing_manifest::table
        .find(id.to_string())
        .filter(sealing_manifest::state.eq(ManifestState::Open.as_str()))
        .select(sealing_manifest::id);
    let found: Option<String> = open.get_result(connection).optional().map_err(failed)?;
    found.map(drop).ok_or_else(|| StoreError::conflict(WHAT, id))
}

/// A key that was not taken out of use before this transaction ends.
fn counts(connection: &mut Connection, approval: &Approval) -> Result<(), StoreError> {
    let id = approval.key.to_string();
    locks::hold_as_it_is(connection, "approver_key", &id)?;
    let active = approver_key::table
        .find(&id)
        .filter(approver_key::revoked_at.is_null())
        .select(approver_key::id);
    let found: Option<String> = active.get_result(connection).optional().map_err(failed)?;
    found.map(drop).ok_or_else(|| StoreError::conflict("approver key", id))
}

impl Store {
    /// Keeps a manifest that somebody put together.
    ///
    /// # Errors
    /// The database's.
    pub fn manifest_insert(&self, new: &Manifest) -> Result<(), StoreError> {
        let id = new.id.to_string();
        let row = Row {
            organization_id: new.organization.to_string(),
            seal_id: new.seal.to_string(),
            content: new.text.clone(),
            orders: Reading { what: WHAT, id: &id }.number("orders", new.orders)?,
            made_by: new.made_by.to_string(),
            made_at: micros(new.made_at),
            state: ManifestState::Open.to_string(),
            decided_by: None,
            decided_at: None,
            key_id: None,
            signature: None,
            reason: None,
            id,
        };
        self.write("keeping a manifest", |connection| {
            let kept =
                diesel::insert_into(sealing_manifest::table).values(&row).execute(connection);
            kept.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
        })
    }

    /// The manifest with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn manifest_read(&self, id: ManifestId) -> Result<Manifest, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let by_id = sealing_manifest::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// One page of manifests, newest first: of one organization, or of all.
    ///
    /// # Errors
    /// The database's.
    pub fn manifest_list(
        &self,
        of: Option<OrganizationId>,
        page: &PageRequest,
    ) -> Result<Page<Manifest>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let mut query = sealing_manifest::table.into_boxed::<Dialect>();
            if let Some(of) = of {
                query = query.filter(sealing_manifest::organization_id.eq(of.to_string()));
            }
            if let Some(Cursor { created_at, id }) = page.after.clone() {
                let same =
                    sealing_manifest::made_at.eq(created_at).and(sealing_manifest::id.lt(id));
                query = query.filter(sealing_manifest::made_at.lt(created_at).or(same));
            }
            let sorted =
                query.order((sealing_manifest::made_at.desc(), sealing_manifest::id.desc()));
            let rows = sorted.limit(page.rows()).select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        let place = |row: &Row| Cursor { created_at: row.made_at, id: row.id.clone() };
        page.page(rows, place, Manifest::try_from)
    }

    /// Approves a manifest: every order that it names, or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when something was decided meanwhile, or the key counts no more;
    /// [`StoreError::Violation`] when somebody would approve what they asked for.
    pub fn manifest_approve(&self, approved: &Approved<'_>) -> Result<(), StoreError> {
        let Approved { manifest, approval, by, at, orders, event } = *approved;
        self.write("approving a manifest", |connection| {
            open(connection, manifest)?;
            counts(connection, approval)?;
            diesel::update(sealing_manifest::table.find(manifest.to_string()))
                .set((
                    sealing_manifest::state.eq(ManifestState::Approved.as_str()),
                    sealing_manifest::decided_by.eq(by.to_string()),
                    sealing_manifest::decided_at.eq(micros(at)),
                    sealing_manifest::key_id.eq(approval.key.to_string()),
                    sealing_manifest::signature.eq(&approval.signature),
                ))
                .execute(connection)
                .map_err(failed)?;
            let decision = Decision { by: by.clone(), at, manifest, reason: None };
            for order in orders {
                decide(connection, *order, RequestState::Approved, &decision)?;
            }
            audit::append(connection, std::slice::from_ref(event))
        })
    }

    /// Refuses a manifest: every order that it names, or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when something was decided meanwhile.
    pub fn manifest_refuse(&self, refusal: &Refusal<'_>) -> Result<(), StoreError> {
        let Refusal { manifest, reason, by, at, orders, given_up, event } = *refusal;
        self.write("refusing a manifest", |connection| {
            open(connection, manifest)?;
            diesel::update(sealing_manifest::table.find(manifest.to_string()))
                .set((
                    sealing_manifest::state.eq(ManifestState::Refused.as_str()),
                    sealing_manifest::decided_by.eq(by.to_string()),
                    sealing_manifest::decided_at.eq(micros(at)),
                    sealing_manifest::reason.eq(reason),
                ))
                .execute(connection)
                .map_err(failed)?;
            let reason = Some(reason.to_owned());
            let decision = Decision { by: by.clone(), at, manifest, reason };
            for order in orders {
                decide(connection, *order, RequestState::Refused, &decision)?;
            }
            for (license, entry, owed) in given_up {
                licenses::change(connection, license, entry)?;
                outbox::owe(connection, owed)?;
            }
            audit::append(connection, std::slice::from_ref(event))
        })
    }

    /// Forgets manifests that were put together before this instant and never decided.
    ///
    /// # Errors
    /// The database's.
    pub fn manifest_expire(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        self.write_in_steps("forgetting manifests", |connection| {
            let old = sealing_manifest::table
                .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'open'"))
                .filter(sealing_manifest::made_at.lt(micros(before)))
                .limit(AT_ONCE)
                .select(sealing_manifest::id)
                .load::<String>(connection)?;
            let undecided = sealing_manifest::table
                .filter(sealing_manifest::id.eq_any(old))
                .filter(sealing_manifest::state.eq(ManifestState::Open.as_str()));
            diesel::delete(undecided).execute(connection)
        })
    }
}
