//! The roles of one person.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Permissions, Role};

/// The roles of one person: some of a department, or one of the three administrators and nothing
/// else, so that nobody can do something, permit it and hide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

/// Nobody may have these roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolesRefused {
    /// None at all.
    #[error("name a role")]
    None,
    /// Not a role.
    #[error("there is no such role for people")]
    Unknown,
    /// A role of systems.
    #[error("{0} is a role of systems, which have API keys")]
    OfSystems(Role),
    /// An administrator with a second role.
    #[error("an administrator has no other role")]
    NotApart,
}

impl Roles {
    /// These roles.
    ///
    /// # Errors
    /// When no person may have them together.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, RolesRefused> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        if let Some(role) = roles.iter().find(|role| !role.is_of_people()) {
            return Err(RolesRefused::OfSystems(*role));
        }
        match roles.len() {
            0 => Err(RolesRefused::None),
            2.. if roles.iter().any(|role| role.is_administrator()) => Err(RolesRefused::NotApart),
            _ => Ok(Self(roles)),
        }
    }

    /// Whether the role is among them.
    #[must_use]
    pub fn include(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Each role.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }

    /// What they allow together.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.iter().flat_map(|role| role.permissions()).collect()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Role::as_str).collect();
        out.write_str(&words.join(" "))
    }
}

impl FromStr for Roles {
    type Err = RolesRefused;

    fn from_str(text: &str) -> Result<Self, RolesRefused> {
        let roles = text.split_ascii_whitespace().map(Role::from_str);
        Self::new(roles.collect::<Result<Vec<_>, _>>().map_err(|_| RolesRefused::Unknown)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_is_nothing_else() {
        for (text, expected) in [
            ("clerk", Ok("clerk")),
            ("seal_approver clerk clerk", Ok("clerk seal_approver")),
            ("auditor", Ok("auditor")),
            ("", Err(RolesRefused::None)),
            ("king", Err(RolesRefused::Unknown)),
            ("issuer", Err(RolesRefused::OfSystems(Role::Issuer))),
            ("auditor security_admin", Err(RolesRefused::NotApart)),
            ("system_admin clerk", Err(RolesRefused::NotApart)),
        ] {
            let read = text.parse::<Roles>().map(|roles| roles.to_string());
            assert_eq!(read.as_deref().map_err(|refused| *refused), expected, "{text}");
        }
    }

    #[test]
    fn roles_add_up() {
        let roles: Roles = "seal_keeper seal_approver".parse().unwrap();
        let both = [Role::SealKeeper, Role::SealApprover].map(Role::permissions);
        for permission in crate::access::Permission::ALL {
            let either = both.iter().any(|one| one.allow(*permission));
            assert_eq!(roles.permissions().allow(*permission), either, "{permission}");
        }
    }
}
