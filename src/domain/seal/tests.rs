use time::macros::datetime;

use super::*;

const MADE: OffsetDateTime = datetime!(2026-01-01 0:00 UTC);

/// A seal that may stand on one license type.
pub(crate) fn seal() -> Seal {
    Seal::registered(SealProperties {
        id: SealId::mint(MADE, [1; 10]),
        organization: OrganizationId::mint(MADE, [2; 10]),
        code: "99010100000001".parse().unwrap(),
        name: "示例市市场监督管理局".into(),
        kind: SealKind::LegalName,
        seal_der: vec![0x30, 0],
        picture: Picture {
            media_type: "image/png".into(),
            bytes: vec![1, 2, 3],
            width_mm: 42,
            height_mm: 42,
        },
        sm2_key: Some(KeyId::mint(MADE, [3; 10])),
        pades_key: None,
        scope: Scope::Only(["11100000MB0143028R001".parse().unwrap()].into()),
        limits: Limits::default(),
        approval: ApprovalRule::Policy,
        not_before: MADE,
        not_after: datetime!(2028-01-01 0:00 UTC),
        created_at: MADE,
    })
}

#[test]
fn a_seal_is_used_within_status_period_and_scope() {
    let own = "11100000MB0143028R001".parse().unwrap();
    let other = "11100000000013338W011".parse().unwrap();
    let at = datetime!(2026-06-01 0:00 UTC);
    let active = seal();
    assert_eq!(active.authorize(Some(&own), at), Ok(()));
    assert_eq!(active.authorize(None, at), Ok(()));
    assert_eq!(active.authorize(Some(&other), at), Err(NotApplicable::LicenseType(other)));
    let early = MADE - time::Duration::SECOND;
    assert_eq!(active.authorize(None, early), Err(NotApplicable::NotYetValid));
    let late = datetime!(2028-01-01 0:00:01 UTC);
    assert_eq!(active.authorize(None, late), Err(NotApplicable::Expired));
    let mut suspended = seal();
    suspended.apply(SealEvent::Suspend, at).unwrap();
    let refusal = NotApplicable::Status(SealStatus::Suspended);
    assert_eq!(suspended.authorize(Some(&own), at), Err(refusal));
    assert_eq!((suspended.version(), suspended.changed_at()), (2, at));
}

#[test]
fn any_scope_allows_every_type() {
    assert!(Scope::Any.allows(&"11100000000013338W011".parse().unwrap()));
}
