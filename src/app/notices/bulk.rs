//! Many notices in one request: each for itself, with an answer of its own.

use super::content::kind_of;
use super::{NoticeAsked, digest};
use crate::issue::{not_drawn, outline};
use crate::lifecycle::refusal;
use crate::once::{Named, asked};
use crate::view::{NoticeBulkView, NoticeRowView};
use crate::{App, AppError, Caller, IdempotencyKey, Once, refused};
use domain::access::Permission;
use render::RenderContext;

/// Each is sealed; a client waits for all of them. For more there are batches from a file.
const ROWS_MAX: usize = 50;

/// Many notices.
#[derive(Clone, Debug, Default)]
pub struct NoticeBulkAsked {
    /// Each with its own values.
    pub notices: Vec<NoticeAsked>,
    /// Only says what would become of each.
    pub dry_run: bool,
}

impl NoticeBulkAsked {
    /// The key of one row under the key of the list, by which an interrupted list issues nothing twice;
    /// of two rows that are alike each has its own.
    ///
    /// # Errors
    /// None but an internal one.
    pub fn row_key(&self, key: &IdempotencyKey, place: usize) -> Result<IdempotencyKey, AppError> {
        let row = self.notices.get(place).map(digest).transpose()?;
        let row = row.map_or_else(String::new, |digest| digest.to_string());
        let place = place.to_string();
        Ok(key.and(asked("notice of a list", &[place.as_bytes(), row.as_bytes()])))
    }
}

impl App {
    /// Issues many notices, one after the other: what is refused for one does not keep the others. Once
    /// per idempotency key, also when it was interrupted: a row that was issued under the key is not
    /// issued again. A dry run issues nothing and finds the same reasons, but for those of the seal.
    ///
    /// # Errors
    /// `bulk_size`; not allowed. What is wrong with one row is in its answer.
    pub fn issue_notices(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        bulk: &NoticeBulkAsked,
    ) -> Result<Once<NoticeBulkView>, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        if !(1..=ROWS_MAX).contains(&bulk.notices.len()) {
            return Err(refused("bulk_size", format!("1 to {ROWS_MAX} notices at a time")));
        }
        let digests = bulk.notices.iter().map(digest).collect::<Result<Vec<_>, _>>()?;
        if bulk.dry_run {
            let value = rows(bulk, |_, notice| self.notice_tried(caller, notice));
            return Ok(Once { value, replayed: false });
        }
        let parts: Vec<&[u8]> = digests.iter().map(|one| &one.as_bytes()[..]).collect();
        let what = asked("notices", &parts);
        let named = Named { caller: organization.to_string(), key, asked: what };
        self.once(named, |asked| {
            let view = rows(bulk, |place, notice| {
                let key = key.map(|key| bulk.row_key(key, place)).transpose()?;
                let issued = self.issue_notice(caller, key.as_ref(), notice)?.value;
                Ok(NoticeRowView {
                    notice_id: Some(issued.id),
                    number: Some(issued.number),
                    state: Some(issued.state),
                    ..NoticeRowView::default()
                })
            });
            self.store.request_done(asked.kept(200, &view)?.answer())?;
            Ok(view)
        })
    }

    /// Whether a notice could be issued: what it says fits its type and its paper, and its number is
    /// free.
    fn notice_tried(
        &self,
        caller: &Caller,
        notice: &NoticeAsked,
    ) -> Result<NoticeRowView, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        let request = self.notice_request(caller, kind_of(&notice.kind)?, (notice, 1))?;
        let license_type = self.type_to_issue(&request.license_type)?;
        caller.require_for(Permission::LicenseIssue, license_type.code())?;
        let content = self.content_with_parts(&license_type, &request.fields, &[])?;
        let number = outline(&license_type, &content)?.number;
        let context = RenderContext {
            fonts: &self.fonts,
            issuer: &self.store.organization_read(organization)?.name,
            identifier: None,
            code_url: None,
            sample_mark: false,
            created: self.clock.now(),
        };
        render::license_fits(&license_type, &content, &context).map_err(not_drawn)?;
        let keys = [number.key().to_owned()];
        let taken = self.store.license_numbers_taken(license_type.code(), &keys)?;
        if let Some(id) = taken.values().next() {
            return Err(AppError::Duplicate { id: id.to_string() });
        }
        Ok(NoticeRowView { number: Some(number.to_string()), ..NoticeRowView::default() })
    }
}

fn rows(
    bulk: &NoticeBulkAsked,
    work: impl Fn(usize, &NoticeAsked) -> Result<NoticeRowView, AppError>,
) -> NoticeBulkView {
    let one = |(place, notice): (usize, &NoticeAsked)| {
        let done = work(place, notice).unwrap_or_else(|error| {
            let said = refusal(&error);
            let code = Some(said.code.to_owned());
            NoticeRowView { code, detail: said.detail, ..NoticeRowView::default() }
        });
        NoticeRowView { row: place + 1, ..done }
    };
    let rows: Vec<NoticeRowView> = bulk.notices.iter().enumerate().map(one).collect();
    let done = rows.iter().filter(|row| row.code.is_none()).count();
    NoticeBulkView { dry_run: bulk.dry_run, done, refused: rows.len() - done, rows }
}
