//! What a decision is made of: all that was found out, as arguments.

use super::assistance::Assisted;
use super::condition::Answers;
use super::item::ServiceItem;
use super::key::{ItemCode, Key};
use super::policy::ExemptionPolicy;
use crate::catalogue::{Content, HolderKind, LicenseType, Role, Value};
use crate::id::LicenseId;
use crate::identifier::LicenseTypeCode;
use crate::library::LibraryHeld;
use crate::license::Standing;
use std::collections::{BTreeMap, BTreeSet};
use time::Date;

/// Somebody in an application.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// A person or an organization.
    pub kind: HolderKind,
    /// The name.
    pub name: String,
    /// The citizen number, social credit code or other code, in capitals.
    pub code: String,
}

/// Without name and code, which are personal.
impl std::fmt::Debug for Party {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Party({})", self.kind.name())
    }
}

/// What came of verifying the sealed file of a license, and its seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Nobody has looked: taken for valid, and told when a decision hangs on it.
    Unasked,
    /// Genuine, and the seal in order.
    Valid,
    /// Not genuine, or the seal was not in order.
    Invalid,
    /// Nobody could tell whether a certificate of the seal was revoked.
    RevocationUnknown,
    /// Nobody could tell for another reason.
    Unknown,
}

/// A license of which another is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartHeld {
    /// Its id.
    pub id: LicenseId,
    /// Which version of its state was looked at.
    pub version: u32,
    /// Its last day, if it has one.
    pub last: Option<Date>,
}

/// A license that the register found for a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: LicenseId,
    /// Which version of its state was looked at.
    pub version: u32,
    /// Its type.
    pub license_type: LicenseTypeCode,
    /// Codes of those who hold it, as its content says.
    pub holders: BTreeSet<String>,
    /// What it says; none when the version of its type is not known any more.
    pub content: Option<Content>,
    /// The licenses of which it is made, each in its version of today: it stands by them.
    pub parts: Vec<PartHeld>,
    /// How it stands now.
    pub standing: Standing,
    /// What came of verifying it.
    pub verified: Verified,
}

/// What the register said of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// All licenses of the party that the case could use, in any order.
    Found(Vec<Held>),
    /// More than are looked through for one case.
    TooMany,
    /// It could not be asked, or not to the end.
    Unavailable,
}

/// What a connector said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Yes.
    Yes {
        /// What it calls its answer.
        reference: String,
        /// The last day on which it may be relied on, where it says one.
        until: Option<Date>,
    },
    /// No.
    No,
    /// Nothing.
    Unavailable,
}

/// One item that is applied for, with the answers to its questions.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The item.
    pub item: &'a ServiceItem,
    /// What was answered.
    pub answers: &'a Answers,
}

/// A question to decide.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// What is applied for, each item once.
    pub items: Vec<Asked<'a>>,
    /// Who is in it: `applicant`, `agent`, and relations of the policy.
    pub parties: BTreeMap<Key, Party>,
    /// What the register said of each party.
    pub looked: &'a BTreeMap<Key, Looked>,
    /// What connectors said, by item and material.
    pub confirmed: BTreeMap<(ItemCode, Key), Confirmation>,
    /// What is known of asking other departments, by item and material.
    pub assisted: BTreeMap<(ItemCode, Key), Assisted>,
    /// Materials of the applicant in the library, in any order; none when it could not be asked.
    pub library: Option<&'a [LibraryHeld]>,
    /// What counts here.
    pub policy: &'a ExemptionPolicy,
    /// The day in China.
    pub today: Date,
}

/// The codes of those who hold a license: what its type calls so, or the license number where that
/// is the code of a person or a body, as on a business license.
#[must_use]
pub fn holder_codes(license_type: &LicenseType, content: &Content) -> BTreeSet<String> {
    let stated: BTreeSet<String> =
        content.holder_codes().into_iter().map(str::to_uppercase).collect();
    if !stated.is_empty() {
        return stated;
    }
    let number = license_type.fields_of(Role::LicenseNumber).next();
    match number.and_then(|field| content.value(&field.key)) {
        Some(Value::Uscc(code)) => BTreeSet::from([code.as_str().to_owned()]),
        Some(Value::CitizenId(id)) => BTreeSet::from([id.as_str().to_owned()]),
        _ => BTreeSet::new(),
    }
}
