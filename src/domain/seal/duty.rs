//! Who may take which step with a seal, and that no two of them are one person.

use crate::access::{Caller, Permission};
use crate::audit::Actor;
use crate::id::OrganizationId;
use crate::word::words;

words! { "seal duty";
    /// A step with a seal that somebody takes.
    pub enum SealDuty {
        /// Ask for a seal, or ask for it no more.
        Request = "request",
        /// Say whether it is to be made.
        Approve = "approve",
        /// Make its keys and the seal.
        Make = "make",
        /// Put it on record.
        File = "file",
        /// Take it into use.
        Activate = "activate",
        /// Stop using it, at once and alone.
        Suspend = "suspend",
        /// Propose that it is used again, ended, or used otherwise.
        Propose = "propose",
        /// Say whether what another proposed is done.
        Confirm = "confirm",
    }
}

impl SealDuty {
    /// What lets somebody take the step: each of these alone.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{SealApprove, SealManage, SealUse};
        match self {
            Self::Request => &[SealUse],
            Self::Approve => &[SealApprove],
            Self::Make => &[SealManage],
            Self::File => &[SealUse, SealManage],
            Self::Activate => &[SealUse, SealApprove],
            Self::Suspend | Self::Propose => &[SealUse, SealApprove, SealManage],
            Self::Confirm => &[SealApprove, SealManage],
        }
    }

    /// Whether the caller may take the step with a seal of the organization. Who manages seals does
    /// so for every organization; systems never do.
    #[must_use]
    pub fn is_of(self, caller: &Caller, organization: OrganizationId) -> bool {
        if matches!(caller, Caller::Anonymous | Caller::Key { .. } | Caller::Client { .. }) {
            return false;
        }
        self.permissions().iter().any(|permission| {
            let own = caller.require(*permission).ok();
            let everywhere = matches!(caller, Caller::Person { .. });
            own.is_some_and(|own| {
                own == organization || (everywhere && *permission == Permission::SealManage)
            })
        })
    }
}

/// Two steps of which one person takes only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another person takes this step: whoever took one before it does not")]
pub struct FourEyes;

impl FourEyes {
    /// Whether `by` is none of those who came before.
    ///
    /// # Errors
    /// It is one of them.
    pub fn check<'a>(
        by: &Actor,
        before: impl IntoIterator<Item = Option<&'a Actor>>,
    ) -> Result<(), Self> {
        if before.into_iter().flatten().any(|earlier| earlier == by) { Err(Self) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use time::macros::datetime;

    use super::*;
    use crate::access::Role;
    use crate::id::{ApiKeyId, ClientId, StaffId};

    #[test]
    fn roles_by_steps() {
        let at = datetime!(2026-03-02 12:00 UTC);
        let (own, other) = (OrganizationId::mint(at, [1; 10]), OrganizationId::mint(at, [2; 10]));
        let person = |role: Role| Caller::Person {
            staff: StaffId::mint(at, [3; 10]),
            organization: own,
            permissions: role.permissions(),
        };
        let table = |of: OrganizationId| -> Vec<String> {
            let roles = Role::ALL.iter().filter(|role| role.is_of_people());
            let rows = roles.map(|role| {
                let may = |duty: &&SealDuty| duty.is_of(&person(*role), of);
                let steps: Vec<&str> =
                    SealDuty::ALL.iter().filter(may).map(|duty| duty.as_str()).collect();
                format!("{role}: {}", steps.join(" "))
            });
            rows.collect()
        };
        assert_eq!(
            table(own),
            [
                "clerk: ",
                "seal_keeper: request file activate suspend propose",
                "seal_approver: approve activate suspend propose confirm",
                "system_admin: ",
                "security_admin: make file suspend propose confirm",
                "auditor: ",
            ]
        );
        assert_eq!(
            table(other),
            [
                "clerk: ",
                "seal_keeper: ",
                "seal_approver: ",
                "system_admin: ",
                "security_admin: make file suspend propose confirm",
                "auditor: ",
            ]
        );
        let key = Caller::Key {
            key: ApiKeyId::mint(at, [4; 10]),
            organization: own,
            permissions: Role::Issuer.permissions(),
        };
        let client = Caller::Client {
            client: ClientId::mint(at, [5; 10]),
            organization: own,
            grant: Arc::new("seal.use seal.approve seal.manage".parse().expect("a grant")),
        };
        let console = Caller::Console { organization: own };
        for duty in SealDuty::ALL {
            for system in [&key, &client, &Caller::Anonymous] {
                assert!(!duty.is_of(system, own), "{duty}");
            }
            assert!(duty.is_of(&console, own) && !duty.is_of(&console, other), "{duty}");
        }
    }
}
