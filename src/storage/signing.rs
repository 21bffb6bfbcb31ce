//! Documents that somebody signs with a key of their own: prepared, then ended once.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::audit::{Actor, Entry};
use domain::digest::Sm3;
use domain::exemption::KeptFile;
use domain::id::SigningRequestId;
use domain::signing::{
    Countersigned, Signatory, SigningEnd, SigningRequest, SigningState, WaitingDocument,
};
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::Store;
use crate::error::StoreError;
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::signing_request as request;

const WHAT: &str = "signing request";
const READING: &str = "reading signing requests";
const PREPARING: &str = "keeping a signing request";
const ENDING: &str = "ending a signing request";
const SEALING: &str = "keeping the seal below a signature";
const LETTING_GO: &str = "letting prepared documents go";
/// Rows of one transaction, so that nobody waits long for the writer.
const AT_ONCE: i64 = 500;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = request)]
struct Row {
    id: String,
    organization_id: String,
    actor: String,
    case_no: String,
    item: Option<String>,
    signer_shown: String,
    fingerprint: String,
    algorithm: String,
    sm3: String,
    sha256: String,
    bytes: i64,
    original_bytes: i64,
    gap_start: i64,
    gap_end: i64,
    certificates: Option<String>,
    message: String,
    token: String,
    created_at: i64,
    expires_at: i64,
    state: String,
    ended_by: Option<String>,
    ended_at: Option<i64>,
    result_sm3: Option<String>,
    result_sha256: Option<String>,
    result_bytes: Option<i64>,
    order_id: Option<String>,
    sealed_sm3: Option<String>,
    sealed_sha256: Option<String>,
    sealed_bytes: Option<i64>,
    sealed_at: Option<i64>,
}

/// A file as its columns have it.
type FileColumns<'a> = (&'a Option<String>, &'a Option<String>, Option<i64>);

impl Row {
    /// A new one: prepared.
    fn prepared(one: &SigningRequest) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let document = &one.document;
        Ok(Self {
            organization_id: one.organization.to_string(),
            actor: one.actor.to_string(),
            case_no: one.case_no.clone(),
            item: one.item.as_ref().map(ToString::to_string),
            signer_shown: one.signatory.shown.clone(),
            fingerprint: one.signatory.fingerprint.to_string(),
            algorithm: one.signatory.algorithm.to_string(),
            sm3: document.file.sm3.to_string(),
            sha256: document.file.sha256.to_string(),
            bytes: read.number("bytes", document.file.bytes)?,
            original_bytes: read.number("original_bytes", document.original_bytes)?,
            gap_start: read.number("gap_start", document.gap.start)?,
            gap_end: read.number("gap_end", document.gap.end)?,
            certificates: document.certificates.clone(),
            message: one.message.to_string(),
            token: one.token.to_string(),
            created_at: micros(one.at),
            expires_at: micros(one.expires_at),
            state: SigningState::Prepared.to_string(),
            ended_by: None,
            ended_at: None,
            result_sm3: None,
            result_sha256: None,
            result_bytes: None,
            order_id: None,
            sealed_sm3: None,
            sealed_sha256: None,
            sealed_bytes: None,
            sealed_at: None,
            id,
        })
    }

    fn end(&self, read: Reading<'_>) -> Result<Option<SigningEnd>, StoreError> {
        let Some((by, at)) = self.ended_by.as_deref().zip(self.ended_at) else { return Ok(None) };
        let result = (&self.result_sm3, &self.result_sha256, self.result_bytes);
        Ok(Some(SigningEnd {
            state: read.parse("state", &self.state)?,
            file: maybe_file(read, result)?,
            by: read.parse("ended_by", by)?,
            at: read.instant("ended_at", at)?,
        }))
    }

    fn countersigned(&self, read: Reading<'_>) -> Result<Option<Countersigned>, StoreError> {
        let Some((order, at)) = self.order_id.as_deref().zip(self.sealed_at) else {
            return Ok(None);
        };
        let sealed = (&self.sealed_sm3, &self.sealed_sha256, self.sealed_bytes);
        let file = maybe_file(read, sealed)?;
        Ok(Some(Countersigned {
            order: read.parse("order_id", order)?,
            file: file.ok_or_else(|| read.corrupt("sealed_sm3", "no file"))?,
            at: read.instant("sealed_at", at)?,
        }))
    }
}

fn maybe_file(
    read: Reading<'_>,
    (sm3, sha256, bytes): FileColumns<'_>,
) -> Result<Option<KeptFile>, StoreError> {
    let (Some(sm3), Some(sha256), Some(bytes)) = (sm3, sha256, bytes) else { return Ok(None) };
    Ok(Some(KeptFile {
        sm3: read.parse("sm3", sm3)?,
        sha256: read.parse("sha256", sha256)?,
        bytes: read.number("bytes", bytes)?,
    }))
}

impl TryFrom<Row> for SigningRequest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let file = KeptFile {
            sm3: read.parse("sm3", &row.sm3)?,
            sha256: read.parse("sha256", &row.sha256)?,
            bytes: read.number("bytes", row.bytes)?,
        };
        let gap = read.number("gap_start", row.gap_start)?..read.number("gap_end", row.gap_end)?;
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            actor: read.parse("actor", &row.actor)?,
            item: read.maybe("item", row.item.as_deref())?,
            signatory: Signatory {
                shown: row.signer_shown.clone(),
                fingerprint: read.parse("fingerprint", &row.fingerprint)?,
                algorithm: read.parse("algorithm", &row.algorithm)?,
            },
            document: WaitingDocument {
                file,
                original_bytes: read.number("original_bytes", row.original_bytes)?,
                gap,
                certificates: row.certificates.clone(),
            },
            message: read.parse("message", &row.message)?,
            token: read.parse("token", &row.token)?,
            at: read.instant("created_at", row.created_at)?,
            expires_at: read.instant("expires_at", row.expires_at)?,
            end: row.end(read)?,
            countersigned: row.countersigned(read)?,
            case_no: row.case_no,
        })
    }
}

fn failed(operation: &'static str) -> impl FnOnce(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

impl Store {
    /// Keeps a request that was prepared.
    ///
    /// # Errors
    /// The database's.
    pub fn signing_prepare(
        &self,
        one: &SigningRequest,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let row = Row::prepared(one)?;
        self.write(PREPARING, |connection| {
            let kept = diesel::insert_into(request::table).values(&row).execute(connection);
            kept.map_err(|cause| StoreError::insert(WHAT, one.id, cause))?;
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// A request.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn signing_read(&self, id: SigningRequestId) -> Result<SigningRequest, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = request::table.find(id.to_string()).select(Row::as_select());
            one.get_result(connection).optional().map_err(failed(READING))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// Ends a request; the certificates go with it. What counts is the time of the end: a request whose
    /// time is over then is not completed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it does not wait any more.
    pub fn signing_end(
        &self,
        id: SigningRequestId,
        end: &SigningEnd,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let text = id.to_string();
        let read = Reading { what: WHAT, id: &text };
        let file = end.file.as_ref();
        let bytes = file.map(|file| read.number("result_bytes", file.bytes)).transpose()?;
        let bytes: Option<i64> = bytes;
        self.write(ENDING, |connection| {
            let waiting = request::table
                .find(&text)
                .filter(request::state.eq(SigningState::Prepared.as_str()))
                .filter(request::expires_at.gt(micros(end.at)));
            let rows = diesel::update(waiting)
                .set((
                    request::state.eq(end.state.as_str()),
                    request::certificates.eq(None::<String>),
                    request::ended_by.eq(end.by.to_string()),
                    request::ended_at.eq(micros(end.at)),
                    request::result_sm3.eq(file.map(|file| file.sm3.to_string())),
                    request::result_sha256.eq(file.map(|file| file.sha256.to_string())),
                    request::result_bytes.eq(bytes),
                ))
                .execute(connection)
                .map_err(failed(ENDING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Keeps the seal below the signature, and what the audit trail says of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one, or the request was not completed.
    pub fn signing_countersign(
        &self,
        id: SigningRequestId,
        seal: &Countersigned,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let text = id.to_string();
        let read = Reading { what: WHAT, id: &text };
        let bytes: i64 = read.number("sealed_bytes", seal.file.bytes)?;
        self.write(SEALING, |connection| {
            let signed = request::table
                .find(&text)
                .filter(request::state.eq(SigningState::Completed.as_str()))
                .filter(request::order_id.is_null());
            let rows = diesel::update(signed)
                .set((
                    request::order_id.eq(seal.order.to_string()),
                    request::sealed_sm3.eq(seal.file.sm3.to_string()),
                    request::sealed_sha256.eq(seal.file.sha256.to_string()),
                    request::sealed_bytes.eq(bytes),
                    request::sealed_at.eq(micros(seal.at)),
                ))
                .execute(connection)
                .map_err(failed(SEALING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Ends what nobody signed in time, and says which prepared files nobody needs any more. Each is
    /// told once.
    ///
    /// # Errors
    /// The database's.
    pub fn signing_let_go(&self, now: OffsetDateTime) -> Result<Vec<Sm3>, StoreError> {
        let by = Actor::Service("signing".to_owned()).to_string();
        let rows: Vec<(String, String)> = self.write(LETTING_GO, |connection| {
            let late = request::table
                .filter(sql::<Bool>("state = 'prepared'"))
                .filter(request::expires_at.le(micros(now)));
            diesel::update(late)
                .set((
                    request::state.eq(SigningState::Expired.as_str()),
                    request::certificates.eq(None::<String>),
                    request::ended_by.eq(&by),
                    request::ended_at.eq(request::expires_at.nullable()),
                ))
                .execute(connection)
                .map_err(failed(LETTING_GO))?;
            let ended = request::table
                .filter(sql::<Bool>("state <> 'prepared' AND file_gone_at IS NULL"))
                .order(request::ended_at)
                .limit(AT_ONCE)
                .select((request::id, request::sm3));
            let ended: Vec<(String, String)> =
                ended.load(connection).map_err(failed(LETTING_GO))?;
            let ids = ended.iter().map(|(id, _)| id.as_str());
            diesel::update(request::table.filter(request::id.eq_any(ids)))
                .set(request::file_gone_at.eq(micros(now)))
                .execute(connection)
                .map_err(failed(LETTING_GO))?;
            Ok(ended)
        })?;
        let file = |(id, sm3): &(String, String)| Reading { what: WHAT, id }.parse("sm3", sm3);
        rows.iter().map(file).collect()
    }

    /// Whether a file is one that waits for a signature, or that was signed.
    ///
    /// # Errors
    /// The database's.
    pub fn signing_knows(&self, file: Sm3) -> Result<bool, StoreError> {
        let name = file.to_string();
        self.read(READING, |connection| {
            let waits = request::table.filter(request::sm3.eq(&name));
            let waits = waits.filter(request::file_gone_at.is_null());
            let signed = request::table.filter(request::result_sm3.eq(&name));
            let sealed = request::table.filter(request::sealed_sm3.eq(&name));
            let any = diesel::dsl::exists(waits);
            let any = diesel::select(any).get_result::<bool>(connection);
            if any.map_err(failed(READING))? {
                return Ok(true);
            }
            let signed = diesel::select(diesel::dsl::exists(signed)).get_result::<bool>(connection);
            if signed.map_err(failed(READING))? {
                return Ok(true);
            }
            let sealed = diesel::select(diesel::dsl::exists(sealed)).get_result(connection);
            sealed.map_err(failed(READING))
        })
    }

    /// Requests behind one, by id, for going through all of them.
    ///
    /// # Errors
    /// The database's.
    pub fn signing_after(
        &self,
        after: Option<SigningRequestId>,
        most: u32,
    ) -> Result<Vec<SigningRequest>, StoreError> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows: Vec<Row> = self.read(READING, |connection| {
            let next = request::table.filter(request::id.gt(&after)).order(request::id);
            let rows = next.limit(most.into()).select(Row::as_select());
            rows.load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(SigningRequest::try_from).collect()
    }
}

#[cfg(test)]
mod tests;
