//! Permissions, and the roles that bundle them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::word::{UnknownWord, words};

words! { "permission";
    /// One thing that a caller may be allowed to do.
    pub enum Permission {
        /// Read license types, also unpublished ones.
        CatalogueRead = "catalogue.read",
        /// Change license types that the own organization keeps: drafts, versions, withdrawal.
        CatalogueWrite = "catalogue.write",
        /// Issue licenses.
        LicenseIssue = "license.issue",
        /// Read licenses of the own organization.
        LicenseRead = "license.read",
        /// Suspend, reinstate, revoke, supersede.
        LicenseStatus = "license.status",
        /// Seal documents that are no licenses.
        SealUse = "seal.use",
        /// Say whether something may be sealed that another asked for.
        SealApprove = "seal.approve",
        /// Make, suspend and revoke seals.
        SealManage = "seal.manage",
        /// Verify with full detail.
        Verify = "verify",
        /// Decide what applicants need not hand in, by licenses of every department.
        ExemptionDecide = "exempt",
        /// Say who may act: organizations, people and their roles, API keys.
        AccessManage = "access.manage",
        /// Say where events of the own organization are sent.
        WebhookManage = "webhook.manage",
        /// Read how far the region has come: figures of all departments, nobody's licenses.
        TargetRead = "target.read",
        /// Read the audit trail.
        AuditRead = "audit.read",
        /// Run the machine: backup, check, restore.
        Operate = "operate",
    }
}

words! { "role";
    /// A usual bundle of permissions: of systems, of people in a department, and of the three
    /// administrators (三员), whose powers are apart: no role both manages access and reads the
    /// audit trail.
    pub enum Role {
        /// A department that issues.
        Issuer = "issuer",
        /// A service window or system that verifies.
        Verifier = "verifier",
        /// Issues and looks after the licenses of a department, and its license types (经办人).
        Clerk = "clerk",
        /// Keeps the seals of a department and asks for their use (印章管理员).
        SealKeeper = "seal_keeper",
        /// Approves that a seal of a department is used (用印审批人).
        SealApprover = "seal_approver",
        /// Machines and backups, no business.
        SystemAdmin = "system_admin",
        /// Accounts, keys and seals, no business.
        SecurityAdmin = "security_admin",
        /// Reads everything that happened, changes nothing.
        Auditor = "auditor",
    }
}

impl Role {
    /// What the role may do.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        use Permission::{
            AccessManage, AuditRead, CatalogueRead, CatalogueWrite, ExemptionDecide, LicenseIssue,
            LicenseRead, LicenseStatus, Operate, SealApprove, SealManage, SealUse, TargetRead,
            Verify, WebhookManage,
        };
        let list: &[Permission] = match self {
            Self::Issuer => &[
                CatalogueRead,
                CatalogueWrite,
                LicenseIssue,
                LicenseRead,
                LicenseStatus,
                SealUse,
                Verify,
                ExemptionDecide,
                WebhookManage,
            ],
            Self::Verifier => &[CatalogueRead, Verify, ExemptionDecide],
            Self::Clerk => &[
                CatalogueRead,
                CatalogueWrite,
                LicenseIssue,
                LicenseRead,
                LicenseStatus,
                Verify,
                ExemptionDecide,
            ],
            Self::SealKeeper => &[CatalogueRead, LicenseRead, SealUse, Verify],
            Self::SealApprover => &[CatalogueRead, LicenseRead, SealApprove, Verify],
            Self::SystemAdmin => &[Operate],
            Self::SecurityAdmin => {
                &[AccessManage, CatalogueRead, SealManage, TargetRead, WebhookManage]
            }
            Self::Auditor => &[AuditRead, CatalogueRead, TargetRead],
        };
        list.iter().copied().collect()
    }

    /// Whether people have the role; the others are of systems, by API key.
    #[must_use]
    pub fn is_of_people(self) -> bool {
        !matches!(self, Self::Issuer | Self::Verifier)
    }

    /// Whether it is one of the three administrators, of whom nobody may be two.
    #[must_use]
    pub fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::Auditor)
    }
}

/// A set of permissions, written with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    /// Whether the permission is among them.
    #[must_use]
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }
}

impl IntoIterator for Permissions {
    type Item = Permission;
    type IntoIter = std::collections::btree_set::IntoIter<Permission>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<Source: IntoIterator<Item = Permission>>(permissions: Source) -> Self {
        Self(permissions.into_iter().collect())
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|permission| permission.as_str()).collect();
        out.write_str(&words.join(" "))
    }
}

impl FromStr for Permissions {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.split_ascii_whitespace().map(Permission::from_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_read_back() {
        for role in Role::ALL {
            let permissions = role.permissions();
            assert_eq!(permissions.to_string().parse(), Ok(permissions));
        }
        assert_eq!("".parse(), Ok(Permissions::default()));
        assert!("license.issue everything".parse::<Permissions>().is_err());
    }

    #[test]
    fn the_three_administrators_are_apart() {
        let admins = [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor];
        let powers = [Permission::Operate, Permission::AccessManage, Permission::AuditRead];
        for (place, role) in admins.iter().enumerate() {
            for (other, power) in powers.iter().enumerate() {
                assert_eq!(role.permissions().allow(*power), place == other, "{role} {power}");
            }
            assert!(!role.permissions().allow(Permission::LicenseIssue));
        }
    }
}
