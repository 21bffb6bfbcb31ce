//! Notices of a case, sealed instead of stamped (免用实物印章): issued as licenses of their own types, so
//! that they are sealed through the same door, and verified, withdrawn and replaced like any license.

mod bulk;
mod content;
mod form;

pub use bulk::NoticeBulkAsked;
pub use content::NoticeAsked;

use crate::once::asked;
use crate::view::{LicenseMoveView, LicensePageView, LicenseView, NoticeView};
use crate::{
    App, AppError, Caller, Document, Errand, IdempotencyKey, LicenseMove, MoveRequest, Once, Page,
    Seen, SuccessionRequest, parsed, refused,
};
use content::kind_of;
use domain::access::Permission;
use domain::audit::Fields;
use domain::digest::Sm3;
use domain::license::{License, Reason, SuccessionKind};
use domain::notice::NoticeKind;
use domain::time::{china_date, day_text};
use serde_json::{Map, Value};
use storage::{NoticeFilter, PageRequest};

/// Of a page where nobody says how many.
const PAGE_ITEMS: u32 = 50;
/// Two windows that number notices of one case at once: one of them looks again.
const NUMBERS_TRIED: u64 = 4;

/// Which notices are listed.
#[derive(Clone, Debug, Default)]
pub struct NoticeQuery {
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only of this case.
    pub case_no: Option<String>,
    /// Only in this stored state.
    pub state: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl App {
    /// Issues a notice: fills in what the register knows of its case, draws and seals it. Once per
    /// idempotency key.
    ///
    /// # Errors
    /// One problem for each value that is not acceptable; [`AppError::NotFound`] for a decision of
    /// another organization or an item that is none; as [`App::issue`].
    pub fn issue_notice(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        notice: &NoticeAsked,
    ) -> Result<Once<NoticeView>, AppError> {
        let (kind, digest) = (kind_of(&notice.kind)?, digest(notice)?);
        let mut tried = 1;
        loop {
            let request = self.notice_request(caller, kind, (notice, tried))?;
            match self.issue_as(caller, key, &request, digest, |_| Ok(None)) {
                Err(AppError::Duplicate { .. })
                    if notice.number.is_none() && tried < NUMBERS_TRIED =>
                {
                    tried += 1;
                }
                issued => return once_shown(issued?),
            }
        }
    }

    /// The same for what a page sent: once for the page and what was typed into it.
    ///
    /// # Errors
    /// As [`App::issue_notice`].
    pub fn issue_notice_typed(
        &self,
        caller: &Caller,
        page: &IdempotencyKey,
        notice: &NoticeAsked,
    ) -> Result<Once<NoticeView>, AppError> {
        self.issue_notice(caller, Some(&page.and(digest(notice)?)), notice)
    }

    /// Notices of the caller's organization, newest first; that they were looked at is written down
    /// first.
    ///
    /// # Errors
    /// A malformed kind, state or cursor; `case_number_missing`, `operator_missing`; not allowed.
    pub fn notices(
        &self,
        caller: &Caller,
        errand: &Errand,
        query: &NoticeQuery,
    ) -> Result<Page<NoticeView>, AppError> {
        self.require_errand(caller, errand)?;
        let filter = NoticeFilter {
            issuer: caller.require(Permission::LicenseRead)?,
            kind: parsed("kind", query.kind.as_deref())?,
            case_no: query.case_no.clone(),
            state: parsed("state", query.state.as_deref())?,
            types: caller.types().map(|types| types.into_iter().collect()),
        };
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let page = PageRequest { limit, after: parsed("cursor", query.cursor.as_deref())? };
        let page = self.store.notice_list(&filter, &page)?;
        let licenses = page.items.iter().map(|(_, license)| license);
        let items = licenses.clone().map(|one| self.notice_view(one));
        let items = items.collect::<Result<_, AppError>>()?;
        self.note_look(caller, errand, licenses.map(License::id).collect(), Fields::Content)?;
        Ok(Page { items, next_cursor: page.next.map(|cursor| cursor.to_string()) })
    }

    /// One notice of the caller's organization; that it was looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a license that is no notice; as [`App::license`].
    pub fn notice(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<NoticeView, AppError> {
        self.own_notice(caller, Permission::LicenseRead, id)?;
        shown(self.license(caller, errand, id)?)
    }

    /// The same with its history, for its page.
    ///
    /// # Errors
    /// As [`App::notice`].
    pub fn notice_page(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LicensePageView, AppError> {
        self.own_notice(caller, Permission::LicenseRead, id)?;
        self.license_page(caller, errand, id)
    }

    /// Its sealed file, byte for byte as issued; that it was looked at is written down first.
    ///
    /// # Errors
    /// As [`App::notice`] and [`App::rendition`].
    pub fn notice_document(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        self.own_notice(caller, Permission::LicenseRead, id)?;
        self.rendition(caller, errand, id)
    }

    /// Withdraws a notice (作废) for a reason: from then on it is not valid, for whoever asks. Once per
    /// idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `reason_needed`; [`AppError::IllegalMove`] for one that has ended.
    pub fn withdraw_notice(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        (reason, document): (&str, Option<&str>),
    ) -> Result<Once<LicenseMoveView>, AppError> {
        let license = self.own_notice(caller, Permission::LicenseStatus, id)?;
        let reason = said_why(reason)?;
        let own = license.particulars().number.as_str();
        let request = MoveRequest {
            act: LicenseMove::Revoke,
            reason: Some(Reason::Withdrawn.to_string()),
            // A notice is its own document where nobody decided anew.
            legal_document: Some(document.unwrap_or(own).to_owned()),
            note: Some(reason),
            effective_at: None,
            corrected: None,
        };
        self.license_move(caller, key, id, &Seen::Whatever, &request)
    }

    /// Issues the notice that takes the place of another, under the same number: what is not said is
    /// as before. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `reason_needed`; as [`App::license_succeed`].
    pub fn replace_notice(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        id: &str,
        (fields, reason): (&Map<String, Value>, &str),
    ) -> Result<Once<NoticeView>, AppError> {
        self.own_notice(caller, Permission::LicenseStatus, id)?;
        let mut fields = fields.clone();
        let today = || day_text(china_date(self.clock.now())).into();
        fields.entry("issue_date").or_insert_with(today);
        let request = SuccessionRequest {
            fields,
            note: Some(said_why(reason)?),
            ..SuccessionRequest::of(SuccessionKind::Change)
        };
        let seen = &Seen::Whatever;
        once_shown(self.license_succeed(caller, errand, key, id, seen, request)?)
    }

    /// A notice of the caller's organization with which the caller may do this.
    fn own_notice(
        &self,
        caller: &Caller,
        permission: Permission,
        id: &str,
    ) -> Result<License, AppError> {
        let license = self.own_license_for(caller, permission, id)?;
        let notice = NoticeKind::of_type(&license.particulars().type_code);
        notice.map(|_| license).ok_or(AppError::NotFound)
    }

    fn notice_view(&self, license: &License) -> Result<NoticeView, AppError> {
        let issuer = self.store.organization_read(license.particulars().issuer)?;
        let renditions = self.store.rendition_list(license.id())?;
        shown(self.license_view(license, &issuer, &renditions, None)?)
    }
}

fn once_shown(done: Once<LicenseView>) -> Result<Once<NoticeView>, AppError> {
    Ok(Once { value: shown(done.value)?, replayed: done.replayed })
}

fn shown(license: LicenseView) -> Result<NoticeView, AppError> {
    NoticeView::of(license).ok_or(AppError::NotFound)
}

fn said_why(reason: &str) -> Result<String, AppError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(refused("reason_needed", "say why the notice is withdrawn or replaced"));
    }
    Ok(reason.to_owned())
}

/// SM3 of everything that is asked for.
fn digest(notice: &NoticeAsked) -> Result<Sm3, AppError> {
    let json = serde_json::to_vec(notice)
        .map_err(|cause| AppError::internal("reading a notice".to_owned(), cause))?;
    Ok(asked("notice", &[&json]))
}
