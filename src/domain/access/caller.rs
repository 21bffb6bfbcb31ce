//! Who is asking.

use super::{Permission, Permissions};
use crate::audit::Actor;
use crate::id::{ApiKeyId, OrganizationId, StaffId};

/// Who is asking, once that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anyone.
    Anonymous,
    /// The bearer of an API key, acting for an organization.
    Key {
        /// The key.
        key: ApiKeyId,
        /// The organization.
        organization: OrganizationId,
        /// What it may do.
        permissions: Permissions,
    },
    /// Somebody who signed in, acting for an organization.
    Person {
        /// Who.
        staff: StaffId,
        /// The organization.
        organization: OrganizationId,
        /// What the roles of the person allow.
        permissions: Permissions,
    },
    /// Who sits at the machine and acts for an organization there.
    Console {
        /// The organization.
        organization: OrganizationId,
    },
}

/// The caller may not do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It is not known who is asking.
    #[error("{0} needs an API key or signing in")]
    Anonymous(Permission),
    /// The key or the person has not this permission.
    #[error("the caller has not the permission {0}")]
    Missing(Permission),
}

impl Caller {
    /// The organization for which the caller may do this.
    ///
    /// # Errors
    /// When nobody is known, or the permission is missing.
    pub fn require(&self, permission: Permission) -> Result<OrganizationId, Denied> {
        match self {
            Self::Anonymous => Err(Denied::Anonymous(permission)),
            Self::Key { permissions, .. } | Self::Person { permissions, .. }
                if !permissions.allow(permission) =>
            {
                Err(Denied::Missing(permission))
            }
            Self::Key { organization, .. }
            | Self::Person { organization, .. }
            | Self::Console { organization } => Ok(*organization),
        }
    }

    /// The organization for which the caller acts, if it is known.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::Anonymous => None,
            Self::Key { organization, .. }
            | Self::Person { organization, .. }
            | Self::Console { organization } => Some(*organization),
        }
    }

    /// The caller as the audit trail names it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Anonymous => Actor::Anonymous,
            Self::Key { key, .. } => Actor::ApiKey(*key),
            Self::Person { staff, .. } => Actor::Staff(*staff),
            Self::Console { .. } => Actor::Console,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::access::Role;

    #[test]
    fn a_caller_acts_for_its_organization_within_its_permissions() {
        let at = datetime!(2026-03-02 12:00 UTC);
        let organization = OrganizationId::mint(at, [1; 10]);
        let key = ApiKeyId::mint(at, [2; 10]);
        let caller = Caller::Key { key, organization, permissions: Role::Verifier.permissions() };
        assert_eq!(caller.require(Permission::Verify), Ok(organization));
        let denied = caller.require(Permission::LicenseIssue).unwrap_err();
        assert_eq!(denied.to_string(), "the caller has not the permission license.issue");
        let denied = Caller::Anonymous.require(Permission::Verify).unwrap_err();
        assert_eq!(denied.to_string(), "verify needs an API key or signing in");
        assert_eq!(caller.actor(), Actor::ApiKey(key));
    }
}
