//! Notices of a case as JSON.

use super::{LicenseFieldView, LicenseOrderView, LicenseView, RenditionView};
use domain::identifier::LicenseTypeCode;
use domain::notice::NoticeKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A notice of a case, sealed: everything that holds of a license of this id holds of it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct NoticeView {
    /// Its id, which is that of its license.
    pub id: String,
    /// `acceptance`, `corrections`, `one_time`, `completion`, `refusal` or `approval`.
    pub kind: String,
    /// What it is called, as printed.
    pub title: String,
    /// Its number.
    pub number: String,
    /// The case.
    pub case_no: String,
    /// Name of the service item.
    pub item: String,
    /// Code of the service item, if it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_code: Option<String>,
    /// The decision about what need not be handed in, from which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<String>,
    /// Whom it is for.
    pub party: String,
    /// Who issues it.
    pub issuer: String,
    /// `PENDING_SEAL` while a person has to approve it, `ISSUED`, `REVOKED` when it was withdrawn,
    /// `SUPERSEDED` when another took its place; `VOID` when it never came to be.
    pub state: String,
    /// The date printed on it.
    pub issued_on: Option<String>,
    /// When this service issued it.
    pub created_at: String,
    /// GB/T 36904 license identifier, printed on it.
    pub identifier: String,
    /// Random code printed on it, by which anyone may check it.
    pub code: String,
    /// Address that the printed code opens.
    pub code_url: String,
    /// Everything it says, by key, in the order of its type.
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    /// The sealed file; absent until it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<RenditionView>,
    /// The notice whose place it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// The order that a person has to approve, until it is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<LicenseOrderView>,
}

impl NoticeView {
    /// A license as the notice that it is; none of one that is no notice.
    pub(crate) fn of(license: LicenseView) -> Option<Self> {
        let type_code: LicenseTypeCode = license.license_type.parse().ok()?;
        let kind = NoticeKind::of_type(&type_code)?;
        let said = |key: &str| license.fields.get(key)?.as_str().map(str::to_owned);
        Some(Self {
            kind: kind.to_string(),
            title: license.type_name,
            case_no: said("case_no").unwrap_or_default(),
            item: said("item").unwrap_or_default(),
            item_code: said("item_code"),
            decision_id: said("decision"),
            document: license.renditions.into_iter().next().map(|file| RenditionView {
                href: format!("/v1/notices/{}/document", license.id),
                ..file
            }),
            id: license.id,
            number: license.number,
            party: license.holder_name,
            issuer: license.issuer,
            state: license.state,
            issued_on: license.issued_on,
            created_at: license.created_at,
            identifier: license.identifier,
            code: license.code,
            code_url: license.code_url,
            fields: license.fields,
            supersedes: license.supersedes,
            order: license.order,
        })
    }
}

/// What a form for a notice asks for.
#[derive(Clone, Debug)]
pub struct NoticeFormView {
    /// The kind.
    pub kind: String,
    /// What the notice is called, in Chinese.
    pub title: String,
    /// And in English.
    pub title_en: String,
    /// The decision from which it is made.
    pub decision_id: Option<String>,
    /// What it says, filled in as far as it is known.
    pub fields: Vec<LicenseFieldView>,
}

/// What became of many notices.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct NoticeBulkView {
    /// True when nothing was issued: a row says what would become of it.
    pub dry_run: bool,
    /// How many were issued, or would be.
    pub done: usize,
    /// How many were not.
    pub refused: usize,
    /// One for each, in the order in which they were given.
    pub rows: Vec<NoticeRowView>,
}

/// What became of one of many notices.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct NoticeRowView {
    /// Its place in the list, from 1.
    pub row: usize,
    /// Its id, when it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_id: Option<String>,
    /// Its number, when it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its state: `ISSUED`, or `PENDING_SEAL` while a person has to approve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why it was not issued: a problem code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
