//! Notices of a case: which licenses they are, found by case and kind.

use diesel::prelude::*;
use domain::id::{LicenseId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::license::{License, LicenseState};
use domain::notice::{Notice, NoticeKind};
use domain::time::micros;

use crate::connection::{Connection, Dialect, Store};
use crate::error::StoreError;
use crate::licenses;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::schema::{license, notice};

const WHAT: &str = "notice";
const READING: &str = "reading a notice";
const LISTING: &str = "listing notices";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notice)]
struct Row {
    license_id: String,
    issuer_id: String,
    kind: String,
    case_no: String,
    item: Option<String>,
    decision_id: Option<String>,
    created_at: i64,
}

impl TryFrom<&Row> for Notice {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.license_id };
        Ok(Self {
            license: read.own_id()?,
            kind: read.parse("kind", &row.kind)?,
            case_no: row.case_no.clone(),
            item: read.maybe("item", row.item.as_deref())?,
            decision: read.maybe("decision_id", row.decision_id.as_deref())?,
        })
    }
}

/// Which notices to list.
#[derive(Clone, Debug)]
pub struct NoticeFilter {
    /// Of whom.
    pub issuer: OrganizationId,
    /// Only of this kind.
    pub kind: Option<NoticeKind>,
    /// Only of this case.
    pub case_no: Option<String>,
    /// Only in this state; without VOID ones when absent.
    pub state: Option<LicenseState>,
    /// Only of one of these types, whatever else is asked.
    pub types: Option<Vec<LicenseTypeCode>>,
}

/// Notes that a new license is a notice, if it is one: in the transaction of its draft, whatever way it
/// is issued.
pub(crate) fn insert(connection: &mut Connection, new: &License) -> Result<(), StoreError> {
    let Some(one) = Notice::of(new) else { return Ok(()) };
    let row = Row {
        license_id: one.license.to_string(),
        issuer_id: new.particulars().issuer.to_string(),
        kind: one.kind.to_string(),
        case_no: one.case_no,
        item: one.item.map(|code| code.to_string()),
        decision_id: one.decision.map(|id| id.to_string()),
        created_at: micros(new.particulars().created_at),
    };
    let kept = diesel::insert_into(notice::table).values(row).execute(connection);
    kept.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id(), cause))
}

fn failed(operation: &'static str) -> impl FnOnce(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

impl Store {
    /// What is known of a license as a notice.
    ///
    /// # Errors
    /// [`StoreError::Missing`] for one that is none.
    pub fn notice_read(&self, id: LicenseId) -> Result<Notice, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = notice::table.find(id.to_string()).select(Row::as_select());
            one.get_result(connection).optional().map_err(failed(READING))
        })?;
        (&row.ok_or_else(|| StoreError::missing(WHAT, id))?).try_into()
    }

    /// How many notices of a kind a case has, those that never came into force included: by this the
    /// next one is numbered.
    ///
    /// # Errors
    /// The database's.
    pub fn notice_count(
        &self,
        issuer: OrganizationId,
        kind: NoticeKind,
        case_no: &str,
    ) -> Result<u64, StoreError> {
        let count: i64 = self.read(LISTING, |connection| {
            let own = notice::table
                .filter(notice::issuer_id.eq(issuer.to_string()))
                .filter(notice::case_no.eq(case_no))
                .filter(notice::kind.eq(kind.as_str()));
            own.count().get_result(connection).map_err(failed(LISTING))
        })?;
        Reading { what: WHAT, id: case_no }.number("count", count)
    }

    /// One page of notices with their licenses, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn notice_list(
        &self,
        filter: &NoticeFilter,
        page: &PageRequest,
    ) -> Result<Page<(Notice, License)>, StoreError> {
        let rows: Vec<(Row, licenses::Row)> = self.read(LISTING, |connection| {
            let all = notice::table.inner_join(license::table).into_boxed::<Dialect>();
            let mut query = all.filter(notice::issuer_id.eq(filter.issuer.to_string()));
            if let Some(kind) = filter.kind {
                query = query.filter(notice::kind.eq(kind.as_str()));
            }
            if let Some(case_no) = &filter.case_no {
                query = query.filter(notice::case_no.eq(case_no.clone()));
            }
            if let Some(types) = &filter.types {
                let codes: Vec<String> = types.iter().map(ToString::to_string).collect();
                query = query.filter(license::type_code.eq_any(codes));
            }
            query = match filter.state {
                Some(state) => query.filter(license::state.eq(state.as_str())),
                None => query.filter(license::state.ne(LicenseState::Void.as_str())),
            };
            if let Some(Cursor { created_at, id }) = page.after.clone() {
                let same = notice::created_at.eq(created_at).and(notice::license_id.lt(id));
                query = query.filter(notice::created_at.lt(created_at).or(same));
            }
            query
                .order((notice::created_at.desc(), notice::license_id.desc()))
                .limit(page.rows())
                .select((Row::as_select(), licenses::Row::as_select()))
                .load(connection)
                .map_err(failed(LISTING))
        })?;
        let place = |(row, _): &(Row, licenses::Row)| Cursor {
            created_at: row.created_at,
            id: row.license_id.clone(),
        };
        page.page(rows, place, |(row, license)| {
            Ok((Notice::try_from(&row)?, License::try_from(license)?))
        })
    }
}

#[cfg(test)]
mod tests;
