//! A license with all that belongs to it, as its department and auditors look at it.

use super::{LicenseHistoryView, LicensePartView, LicenseRenewalView, LicenseView};

/// A license with its history, versions, seals and places in the log.
#[derive(Clone, Debug)]
pub struct LicensePageView {
    /// The license.
    pub license: LicenseView,
    /// What happened to it.
    pub history: LicenseHistoryView,
    /// Its versions, oldest first.
    pub versions: Vec<LicenseVersionView>,
    /// The orders by which it was sealed, oldest first.
    pub seals: Vec<LicenseSealView>,
    /// What the log has of it, oldest first.
    pub leaves: Vec<LicenseLeafView>,
    /// Who may rely on it.
    pub reliance: RelianceView,
    /// Its content, in the order of its type.
    pub fields: Vec<LicenseFieldView>,
    /// Of one that ends soon: what a renewal would be, to be confirmed.
    pub renewal: Option<LicenseRenewalView>,
    /// Licenses that are made of it.
    pub part_of: Vec<LicensePartView>,
    /// Days until its last day is over, when that is soon.
    pub days_left: Option<i64>,
}

/// A version of a license.
#[derive(Clone, Debug)]
pub struct LicenseVersionView {
    /// Id of the license.
    pub id: String,
    /// Its version, from 1 (GB/T 36904).
    pub version: u16,
    /// How it came from the one before: `renewal` or `change`.
    pub succession: Option<String>,
    /// Its number.
    pub number: String,
    /// Its state.
    pub state: String,
    /// Since when it is in that state.
    pub changed_at: String,
}

/// An order by which a license was sealed.
#[derive(Clone, Debug)]
pub struct LicenseSealView {
    /// Id of the seal.
    pub seal: String,
    /// Its name.
    pub name: String,
    /// `pades`, `sm2` or `both`.
    pub form: String,
    /// How far it is.
    pub state: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: String,
}

/// A leaf of the log.
#[derive(Clone, Debug)]
pub struct LicenseLeafView {
    /// What happened.
    pub event: String,
    /// Its place in the tree; none until the tree has grown over it.
    pub index: Option<u64>,
    /// When it was recorded.
    pub at: String,
}

/// Who may rely on a license.
#[derive(Clone, Debug, Default)]
pub struct RelianceView {
    /// Over how many days it was looked for.
    pub days: i64,
    /// Organizations that looked at it or verified it, by name.
    pub organizations: Vec<String>,
    /// How often it was verified.
    pub verifications: u64,
}

/// A field of a license.
#[derive(Clone, Debug)]
pub struct LicenseFieldView {
    /// Its key.
    pub key: String,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// Kind of value, such as `text` or `date`.
    pub kind: String,
    /// Its value as text; of a period its two days with a blank between.
    pub value: String,
    /// Whether a form can hold it.
    pub editable: bool,
    /// Whether a renewal enters it anew.
    pub anew: bool,
    /// What a renewal would enter, as text.
    pub suggested: String,
    /// Whether a value is needed.
    pub required: bool,
    /// The values of a choice, with their names in Chinese.
    pub choices: Vec<(String, String)>,
}
