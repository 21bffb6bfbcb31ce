//! The form by which a clerk issues a notice: what its type asks for, filled in as far as it is known.

use super::content::kind_of;
use super::{App, AppError, Caller, NoticeAsked};
use crate::lifecycle::field_view;
use crate::view::{LicenseFieldView, NoticeFormView};
use domain::access::Permission;
use domain::time::{china_date, day_text};

/// What the service knows by itself, and nobody types.
const KNOWN: [&str; 2] = ["item_code", "decision"];

impl App {
    /// What a notice of this kind asks for; of a decision of the caller's organization what it says is
    /// filled in.
    ///
    /// # Errors
    /// A kind that is none; [`AppError::NotFound`] for a decision of another organization; not allowed.
    pub fn notice_form(
        &self,
        caller: &Caller,
        kind: &str,
        decision: Option<&str>,
    ) -> Result<NoticeFormView, AppError> {
        caller.require(Permission::LicenseIssue)?;
        let kind = kind_of(kind)?;
        let license_type = self.type_to_issue(kind.type_code())?;
        let known = NoticeAsked { decision: decision.map(str::to_owned), ..NoticeAsked::default() };
        let mut known = self.notice_content(caller, kind, &known)?;
        known.insert("issue_date".to_owned(), day_text(china_date(self.clock.now())).into());
        let asked = license_type.fields().iter().filter(|one| !KNOWN.contains(&one.key.as_str()));
        let field = |field| {
            let view = field_view(field, &known, None);
            // The next number is given where none is typed.
            LicenseFieldView { required: view.required && view.key != "number", ..view }
        };
        Ok(NoticeFormView {
            kind: kind.to_string(),
            title: license_type.name().zh.clone(),
            title_en: license_type.name().en.clone(),
            decision_id: decision.map(str::to_owned),
            fields: asked.map(field).collect(),
        })
    }
}
