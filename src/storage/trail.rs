//! Following the audit trail: what belongs to licenses that were issued or changed is done behind
//! the answers, each once, and a crash loses nothing.

use diesel::prelude::*;
use domain::id::LicenseId;
use std::collections::BTreeSet;

use crate::connection::Connection;
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{audit_event, trail_place as place};

const FOLLOWING: &str = "following the audit trail";

/// Whom the trail is followed for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Follower {
    /// Who finds licenses by their holders.
    Holders,
    /// Who tells those that relied on licenses.
    Reliance,
}

/// Some licenses that the trail tells of, and how far it was read for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The licenses.
    pub licenses: BTreeSet<LicenseId>,
    /// The last event that was read.
    pub reached: i64,
    /// How many events were read.
    pub events: usize,
}

impl Follower {
    fn as_str(self) -> &'static str {
        match self {
            Self::Holders => "license_holder",
            Self::Reliance => "reliance",
        }
    }
}

/// Licenses that events after a place are about, by at most `limit` events.
pub(crate) fn after(
    connection: &mut Connection,
    from: i64,
    limit: u32,
) -> Result<Followed, StoreError> {
    let rows: Vec<(i64, String, String)> = audit_event::table
        .filter(audit_event::sequence.gt(from))
        // The chain has no gaps, and this statement stays prepared.
        .filter(audit_event::sequence.le(from.saturating_add(limit.into())))
        .order(audit_event::sequence)
        .select((audit_event::sequence, audit_event::action, audit_event::subject_id))
        .load(connection)
        .map_err(|cause| StoreError::database(FOLLOWING, cause))?;
    let reached = rows.last().map_or(from, |(sequence, ..)| *sequence);
    let told = rows.iter().filter(|(_, action, _)| action.starts_with("license."));
    let licenses = told.map(|(_, _, id)| Reading { what: "license", id }.own_id());
    Ok(Followed { licenses: licenses.collect::<Result<_, _>>()?, reached, events: rows.len() })
}

/// What follows for somebody.
pub(crate) fn next(
    connection: &mut Connection,
    follower: Follower,
    limit: u32,
) -> Result<Followed, StoreError> {
    let from: i64 = place::table
        .find(follower.as_str())
        .select(place::sequence)
        .get_result(connection)
        .map_err(|cause| StoreError::database(FOLLOWING, cause))?;
    after(connection, from, limit)
}

/// Notes how far somebody came; who came further meanwhile stays there.
pub(crate) fn reached(
    connection: &mut Connection,
    follower: Follower,
    sequence: i64,
) -> Result<(), StoreError> {
    let behind = place::table.find(follower.as_str()).filter(place::sequence.lt(sequence));
    let moved = diesel::update(behind).set(place::sequence.eq(sequence)).execute(connection);
    moved.map(drop).map_err(|cause| StoreError::database(FOLLOWING, cause))
}
