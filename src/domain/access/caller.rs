//! Who is asking.

use super::{Grant, Permission, Permissions};
use crate::audit::Actor;
use crate::id::{ApiKeyId, ClientId, OrganizationId, StaffId};
use crate::identifier::LicenseTypeCode;
use std::collections::BTreeSet;
use std::sync::Arc;

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
    /// A system that proved who it is, acting for an organization.
    Client {
        /// Which.
        client: ClientId,
        /// The organization.
        organization: OrganizationId,
        /// What it may do, and on what.
        grant: Arc<Grant>,
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
    /// The key, the client or the person has not this permission.
    #[error("the caller has not the permission {0}")]
    Missing(Permission),
    /// The client has it, but not for this.
    #[error("the scope of the client for {0} is narrowed and does not reach this")]
    Narrowed(Permission),
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
            Self::Client { grant, .. } if !grant.allows(permission) => {
                Err(Denied::Missing(permission))
            }
            Self::Key { organization, .. }
            | Self::Client { organization, .. }
            | Self::Person { organization, .. }
            | Self::Console { organization } => Ok(*organization),
        }
    }

    /// The organization for all of whose things the caller may do this, of whatever type.
    ///
    /// # Errors
    /// As [`Caller::require`]; a client whose scope is narrowed.
    pub fn require_whole(&self, permission: Permission) -> Result<OrganizationId, Denied> {
        let organization = self.require(permission)?;
        match self {
            Self::Client { grant, .. } if !grant.is_whole() => Err(Denied::Narrowed(permission)),
            _ => Ok(organization),
        }
    }

    /// The organization for which the caller may do this with its licenses of a type.
    ///
    /// # Errors
    /// As [`Caller::require`]; a client whose scope does not reach them.
    pub fn require_for(
        &self,
        permission: Permission,
        type_code: LicenseTypeCode,
    ) -> Result<OrganizationId, Denied> {
        let organization = self.require(permission)?;
        let reaches = self.reaches(organization, type_code);
        reaches.then_some(organization).ok_or(Denied::Narrowed(permission))
    }

    /// Whether licenses of this type that this organization issued are within its scope; who has
    /// no scope is not narrowed by it.
    #[must_use]
    pub fn reaches(&self, issuer: OrganizationId, type_code: LicenseTypeCode) -> bool {
        match self {
            Self::Client { grant, .. } => grant.covers(issuer, type_code),
            _ => true,
        }
    }

    /// The types of licenses of its own organization that the caller reaches; all when absent.
    #[must_use]
    pub fn types(&self) -> Option<BTreeSet<LicenseTypeCode>> {
        match self {
            Self::Client { grant, organization, .. } if !grant.includes(*organization) => {
                Some(BTreeSet::new())
            }
            Self::Client { grant, .. } => grant.types().cloned(),
            _ => None,
        }
    }

    /// Whether calls for this item (`X-Item-Code`) are within its scope.
    #[must_use]
    pub fn serves(&self, item: Option<&str>) -> bool {
        match self {
            Self::Client { grant, .. } => grant.serves(item),
            _ => true,
        }
    }

    /// A person or a console acting for another organization: of administrators, who look after all.
    /// Keys and clients act for their own.
    #[must_use]
    pub fn acting_for(&self, organization: OrganizationId) -> Self {
        match self {
            Self::Person { staff, permissions, .. } => {
                Self::Person { staff: *staff, organization, permissions: permissions.clone() }
            }
            Self::Console { .. } => Self::Console { organization },
            own => own.clone(),
        }
    }

    /// The organization for which the caller acts, if it is known.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::Anonymous => None,
            Self::Key { organization, .. }
            | Self::Client { organization, .. }
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
            Self::Client { client, .. } => Actor::Client(*client),
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
