//! What a client may do, and on what: one text for the register, for tokens and for people.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Permission, Permissions};
use crate::id::OrganizationId;
use crate::identifier::LicenseTypeCode;

/// The code of a service item (事项), as `X-Item-Code` names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemCode(String);

/// Longest code of an item; the national catalogue has 31 characters.
const ITEM_BYTES_MAX: usize = 64;
/// Longest grant: some dozens of types and items.
const GRANT_BYTES_MAX: usize = 8 * 1024;

/// The text is not a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGrant {
    /// A word that is none.
    #[error(
        "{0:?} is neither a permission nor type:CODE, department:ID or item:CODE with a code that can be one"
    )]
    Word(String),
    /// Longer than any that is needed.
    #[error("a scope has at most {GRANT_BYTES_MAX} characters")]
    TooLong,
}

impl ItemCode {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ItemCode {
    type Err = BadGrant;

    fn from_str(text: &str) -> Result<Self, BadGrant> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let fits = (1..=ITEM_BYTES_MAX).contains(&text.len()) && text.bytes().all(good);
        fits.then(|| Self(text.to_owned())).ok_or_else(|| BadGrant::Word(shortened(text)))
    }
}

/// A choice among things of a kind; any of them when it is not narrowed.
type Narrowed<T> = Option<BTreeSet<T>>;

/// Permissions, narrowed to license types, issuing departments and service items.
///
/// Written as words with spaces between, such as `license.read verify type:11…011`, which is also
/// the form of `scope` (RFC 6749, clause 3.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    permissions: Permissions,
    types: Narrowed<LicenseTypeCode>,
    departments: Narrowed<OrganizationId>,
    items: Narrowed<ItemCode>,
}

impl Grant {
    /// Whether the permission is among them.
    #[must_use]
    pub fn allows(&self, permission: Permission) -> bool {
        self.permissions.allow(permission)
    }

    /// The permissions.
    #[must_use]
    pub fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// The license types to which it is narrowed, if it is.
    #[must_use]
    pub fn types(&self) -> Option<&BTreeSet<LicenseTypeCode>> {
        self.types.as_ref()
    }

    /// Whether it reaches licenses of this type that this department issued.
    #[must_use]
    pub fn covers(&self, issuer: OrganizationId, type_code: LicenseTypeCode) -> bool {
        let among = |types: &BTreeSet<LicenseTypeCode>| types.contains(&type_code);
        self.types.as_ref().is_none_or(among) && self.includes(issuer)
    }

    /// Whether it reaches what this department issued.
    #[must_use]
    pub fn includes(&self, issuer: OrganizationId) -> bool {
        let by = |departments: &BTreeSet<OrganizationId>| departments.contains(&issuer);
        self.departments.as_ref().is_none_or(by)
    }

    /// Whether it reaches everything of the organization: neither types nor departments are named.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.types.is_none() && self.departments.is_none()
    }

    /// Whether calls for this item (`X-Item-Code`) are within it; without items every call is.
    #[must_use]
    pub fn serves(&self, item: Option<&str>) -> bool {
        let named = |code: &ItemCode| item == Some(code.as_str());
        self.items.as_ref().is_none_or(|items| items.iter().any(named))
    }

    /// What both reach: a token of a grant that was narrowed meanwhile is narrowed with it.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mine = self.permissions.clone().into_iter();
        Self {
            permissions: mine.filter(|one| other.allows(*one)).collect(),
            types: both(&self.types, &other.types),
            departments: both(&self.departments, &other.departments),
            items: both(&self.items, &other.items),
        }
    }

    /// The part of this grant that is asked for: all permissions when none is named. `None` when
    /// more is asked for than there is.
    #[must_use]
    pub fn part(&self, asked: &Self) -> Option<Self> {
        let named = asked.permissions.clone().into_iter().next().is_some();
        let permissions = if named { &asked.permissions } else { &self.permissions };
        let asked = Self { permissions: permissions.clone(), ..asked.clone() };
        let part = self.and(&asked);
        let within = part.permissions == asked.permissions
            && (asked.types.is_none() || part.types == asked.types)
            && (asked.departments.is_none() || part.departments == asked.departments)
            && (asked.items.is_none() || part.items == asked.items);
        within.then_some(part)
    }
}

fn both<T: Clone + Ord>(one: &Narrowed<T>, other: &Narrowed<T>) -> Narrowed<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one & other),
        (one, None) => one.clone(),
        (None, other) => other.clone(),
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> =
            self.permissions.clone().into_iter().map(|one| one.to_string()).collect();
        words.extend(self.types.iter().flatten().map(|code| format!("type:{code}")));
        words.extend(self.departments.iter().flatten().map(|id| format!("department:{id}")));
        words.extend(self.items.iter().flatten().map(|code| format!("item:{}", code.as_str())));
        out.write_str(&words.join(" "))
    }
}

impl FromStr for Grant {
    type Err = BadGrant;

    fn from_str(text: &str) -> Result<Self, BadGrant> {
        if text.len() > GRANT_BYTES_MAX {
            return Err(BadGrant::TooLong);
        }
        let mut grant = Self::default();
        let mut permissions = BTreeSet::new();
        for word in text.split_ascii_whitespace() {
            let bad = || BadGrant::Word(shortened(word));
            match word.split_once(':') {
                None => drop(permissions.insert(word.parse::<Permission>().map_err(|_| bad())?)),
                Some(("type", code)) => add(&mut grant.types, code, bad)?,
                Some(("department", id)) => add(&mut grant.departments, id, bad)?,
                Some(("item", code)) => add(&mut grant.items, code, bad)?,
                Some(_) => return Err(bad()),
            }
        }
        grant.permissions = permissions.into_iter().collect();
        Ok(grant)
    }
}

fn add<T: FromStr + Ord>(
    to: &mut Narrowed<T>,
    text: &str,
    bad: impl FnOnce() -> BadGrant,
) -> Result<(), BadGrant> {
    to.get_or_insert_default().insert(text.parse().map_err(|_| bad())?);
    Ok(())
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "type:11100000000013338W011";
    const B: &str = "type:11100000MB0143028R001";

    fn grant(text: &str) -> Grant {
        text.parse().unwrap()
    }

    #[test]
    fn a_grant_reads_back_and_nothing_else_is_one() {
        let id = OrganizationId::mint(time::macros::datetime!(2026-03-02 12:00 UTC), [1; 10]);
        let text = format!("license.read verify {A} department:{id} item:000123-A");
        assert_eq!(grant(&text).to_string(), text);
        assert_eq!(grant("").to_string(), "");
        let long = "x".repeat(9000);
        for bad in ["everything", "type:1", "item:", "item:a/b", "department:1", "x:y", &long] {
            assert!(bad.parse::<Grant>().is_err(), "{bad:.40}");
        }
    }

    #[test]
    fn a_part_is_never_more_than_the_whole() {
        let whole = grant(&format!("license.issue license.read {A} item:1 item:2"));
        for (asked, part) in [
            (String::new(), Some(whole.to_string())),
            ("license.read".into(), Some(format!("license.read {A} item:1 item:2"))),
            (format!("{A} item:2"), Some(format!("license.issue license.read {A} item:2"))),
            ("verify".into(), None),
            ("license.read verify".into(), None),
            (format!("license.read {B}"), None),
            (format!("license.read {A} {B}"), None),
            ("item:3".into(), None),
        ] {
            let found = whole.part(&grant(&asked)).map(|part| part.to_string());
            assert_eq!(found, part, "{asked}");
        }
    }

    #[test]
    fn what_was_narrowed_on_both_sides_reaches_nothing_rather_than_all() {
        let nothing = grant(&format!("license.read {A}")).and(&grant(&format!("license.read {B}")));
        let id = OrganizationId::mint(time::macros::datetime!(2026-03-02 12:00 UTC), [1; 10]);
        for code in [A, B] {
            assert!(!nothing.covers(id, code[5..].parse().unwrap()), "{code}");
        }
        assert!(!nothing.is_whole() && grant("verify").is_whole());
        assert!(grant("verify").serves(None) && grant("item:1").serves(Some("1")));
        assert!(!grant("item:1").serves(None) && !grant("item:1").serves(Some("2")));
    }
}
