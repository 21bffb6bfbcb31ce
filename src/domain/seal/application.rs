//! A seal that is asked for, until it is made.

use time::OffsetDateTime;

use super::{FourEyes, Limits, Picture, Scope, SealEvent, SealKind, SealRefused, SealStatus};
use crate::audit::Actor;
use crate::id::{KeyId, OrganizationId, SealId};
use crate::identifier::SealCode;

/// What a department asked for, and how far it is. The seal will have the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealApplication {
    /// The id that the seal will have.
    pub id: SealId,
    /// The organization in whose name it will speak.
    pub organization: OrganizationId,
    /// The code that it will have.
    pub code: SealCode,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: SealKind,
    /// What it will look like, byte for byte.
    pub picture: Picture,
    /// Where it may stand.
    pub scope: Scope,
    /// How often and when it may be used.
    pub limits: Limits,
    /// Its first instant.
    pub not_before: OffsetDateTime,
    /// Its last instant.
    pub not_after: OffsetDateTime,
    /// The seal whose place it takes.
    pub replaces: Option<SealId>,
    /// The key of its seal signatures, once there is one.
    pub sm2_key: Option<KeyId>,
    /// The key for signatures that every PDF reader checks, once there is one.
    pub pades_key: Option<KeyId>,
    /// Who asked.
    pub requested_by: Actor,
    /// When.
    pub requested_at: OffsetDateTime,
    /// Who approved.
    pub approved_by: Option<Actor>,
    /// Who made it.
    pub made_by: Option<Actor>,
    /// How far it is.
    pub status: SealStatus,
    /// Grows by one with every change.
    pub version: u32,
}

/// Why a step was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// Not from this status.
    #[error(transparent)]
    Status(#[from] SealRefused),
    /// Not by this person.
    #[error(transparent)]
    SamePerson(#[from] FourEyes),
}

impl SealApplication {
    /// Takes a step of the life before the seal is there.
    ///
    /// # Errors
    /// The status does not allow it, or the person took an earlier step; all stays as it was.
    pub fn step(&mut self, event: SealEvent, by: &Actor) -> Result<(), StepRefused> {
        let next = self.status.next(event)?;
        match event {
            SealEvent::Approve => {
                FourEyes::check(by, [Some(&self.requested_by)])?;
                self.approved_by = Some(by.clone());
            }
            SealEvent::Make => {
                FourEyes::check(by, [Some(&self.requested_by), self.approved_by.as_ref()])?;
                self.made_by = Some(by.clone());
            }
            _ => {}
        }
        self.status = next;
        self.version += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::id::StaffId;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn person(number: u8) -> Actor {
        Actor::Staff(StaffId::mint(NOON, [number; 10]))
    }

    fn application() -> SealApplication {
        let made = crate::seal::tests::seal();
        let properties = made.properties().clone();
        SealApplication {
            id: properties.id,
            organization: properties.organization,
            code: properties.code,
            name: properties.name,
            kind: properties.kind,
            picture: properties.picture,
            scope: properties.scope,
            limits: properties.limits,
            not_before: properties.not_before,
            not_after: properties.not_after,
            replaces: None,
            sm2_key: None,
            pades_key: None,
            requested_by: person(1),
            requested_at: NOON,
            approved_by: None,
            made_by: None,
            status: SealStatus::Requested,
            version: 1,
        }
    }

    #[test]
    fn asking_approving_and_making_are_three_people() {
        let mut one = application();
        let same = one.step(SealEvent::Approve, &person(1)).unwrap_err();
        assert!(matches!(same, StepRefused::SamePerson(_)), "{same}");
        assert_eq!((one.status, one.version), (SealStatus::Requested, 1));
        one.step(SealEvent::Approve, &person(2)).unwrap();
        for earlier in [1, 2] {
            let same = one.step(SealEvent::Make, &person(earlier)).unwrap_err();
            assert!(matches!(same, StepRefused::SamePerson(_)), "{same}");
        }
        one.step(SealEvent::Make, &person(3)).unwrap();
        assert_eq!((one.status, one.version), (SealStatus::Made, 3));
        assert_eq!((one.approved_by, one.made_by), (Some(person(2)), Some(person(3))));
    }

    #[test]
    fn whoever_sits_at_the_machine_is_one_person_too() {
        let mut one = SealApplication { requested_by: Actor::Console, ..application() };
        assert!(one.step(SealEvent::Approve, &Actor::Console).is_err());
        assert!(one.step(SealEvent::Withdraw, &Actor::Console).is_ok());
    }
}
