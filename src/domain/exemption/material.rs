//! A material that an item asks for, and all that may stand in its place.

use super::condition::Condition;
use super::key::Key;
use super::predicate::Predicate;
use crate::catalogue::Names;
use crate::identifier::{LicenseTypeCode, UnifiedCode};
use serde::{Deserialize, Serialize};

/// Where a material comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialSource {
    /// 政府部门核发.
    Issued,
    /// 申请表格.
    Form,
    /// 申请人自备.
    SelfMade,
}

/// How far the origin of a material is trusted (国办函〔2016〕108号), best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Grade {
    /// Made by the body that is competent for it.
    A,
    /// Compared with the original at a window.
    B,
    /// Uploaded by the applicant; the original is looked at.
    C,
    /// Made by the applicant, who vouches for it.
    D,
}

/// Whether a material must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Necessity {
    /// 必要.
    Required,
    /// 非必要.
    Optional,
}

/// In which form it is handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialForm {
    /// 原件.
    Original,
    /// 复印件.
    Copy,
    /// Either.
    Either,
}

/// One license that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Its type.
    #[serde(with = "crate::as_text")]
    pub license_type: LicenseTypeCode,
    /// Who holds it: `applicant`, `agent`, or a relation that the policy knows how to prove.
    pub holder: Key,
    /// What must hold of it, all.
    #[serde(rename = "where", default, skip_serializing_if = "Vec::is_empty")]
    pub predicates: Vec<Predicate>,
}

/// Licenses that together stand in a material's place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// All of them are needed.
    pub all: Vec<Evidence>,
}

/// A question to another system about the applicant, in its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataCheck {
    /// Which connector answers: the name that the configuration gives it.
    pub connector: Key,
}

/// What covers a material, so that it is not asked for as well.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoveredBy {
    /// Another material of the item.
    Material(Key),
    /// What another item asked for together with this one gives: the code of its license type.
    Output(#[serde(with = "crate::as_text")] LicenseTypeCode),
}

/// It is not asked for any more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cancelled {
    /// By which document.
    pub basis: String,
}

/// A written promise may stand in its place (告知承诺).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// By which document.
    pub basis: String,
    /// Within how many days what was promised is looked at.
    pub days: u16,
}

/// It may be handed in later (容缺受理).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deferral {
    /// Within how many days.
    pub days: u16,
}

/// Another department is asked, and answers later (行政协助).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assistance {
    /// Which department.
    #[serde(with = "crate::as_text")]
    pub department: UnifiedCode,
    /// Within how many days it answers.
    pub days: u16,
}

/// One material of an item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its name within the item.
    pub key: Key,
    /// Its words.
    pub name: Names,
    /// Where it comes from.
    pub source: MaterialSource,
    /// Who issues it: words, or a social credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The lowest grade that is accepted.
    pub grade: Grade,
    /// Whether it must be there.
    pub necessity: Necessity,
    /// When it is needed; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// In which form.
    pub form: MaterialForm,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copies: u8,
    /// What the list says besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Names>,
    /// Alternatives, one of which is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived_by: Vec<Alternative>,
    /// A question to another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_check: Option<DataCheck>,
    /// What covers it; one is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covered_by: Vec<CoveredBy>,
    /// It is not asked for any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancelled>,
    /// A promise may stand in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// It may come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferrable: Option<Deferral>,
    /// Another department may be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistance: Option<Assistance>,
}

fn one() -> u8 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_one(copies: &u8) -> bool {
    *copies == 1
}
