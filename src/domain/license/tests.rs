use time::macros::{date, datetime};

use super::*;
use crate::audit::Actor;
use crate::party::HolderCodeType;

const DRAFTED: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

/// A business license of an invented company.
pub(crate) fn draft() -> License {
    let type_code = "11100000MB0143028R001".parse().unwrap();
    let issuer = "11430000006122244L".parse().unwrap();
    let identifier =
        LicenseIdentifier::assign(&type_code, &issuer, &"2026000001".parse().unwrap(), 1).unwrap();
    let first = Some(date!(2026 - 03 - 02));
    License::draft(Particulars {
        id: LicenseId::mint(DRAFTED, [1; 10]),
        type_code,
        type_version: 1,
        number: "示照〔2026〕1号".parse().unwrap(),
        identifier,
        public_code: PublicCode::mint([1; 12]),
        issuer: OrganizationId::mint(DRAFTED, [2; 10]),
        holder: Holder::new("示例公司", HolderCodeType::UnifiedCode, "11100000000013338W").ok(),
        fields_json: r#"{"name":"示例公司"}"#.into(),
        issued_on: first,
        period: Period::new(first, Some(date!(2027 - 03 - 01))).unwrap(),
        succession: None,
        parts: Vec::new(),
        created_at: DRAFTED,
    })
}

fn apply(license: &mut License, change: Change) -> Result<StatusEntry, Refused> {
    license.apply(StatusEntryId::mint(change.recorded_at(), [3; 10]), change)
}

fn plain(event: Event) -> Change {
    Change::plain(event, Actor::Console, DRAFTED).unwrap()
}

fn issued() -> License {
    let mut license = draft();
    apply(&mut license, plain(Event::Order)).unwrap();
    apply(&mut license, plain(Event::Issue)).unwrap();
    license
}

#[test]
fn every_change_leaves_an_entry_and_a_version() {
    let mut license = draft();
    assert_eq!((license.state(), license.version()), (LicenseState::Draft, 1));
    let entry = apply(&mut license, plain(Event::Order)).unwrap();
    assert_eq!((entry.from, entry.to), (LicenseState::Draft, LicenseState::PendingSeal));
    assert_eq!((license.state(), license.version()), (LicenseState::PendingSeal, 2));
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut license = issued();
    let before = license.clone();
    let refused = apply(&mut license, plain(Event::Reinstate)).unwrap_err();
    assert_eq!(refused.allowed, [Event::Suspend, Event::Revoke, Event::Supersede]);
    assert_eq!(license, before);
}

#[test]
fn standing_follows_state_and_period() {
    let within = datetime!(2026-06-01 0:00 UTC);
    let over = datetime!(2027-03-01 16:00 UTC);
    let license = issued();
    for (at, standing) in [
        (datetime!(2026-03-01 15:59 UTC), Standing::NotYetValid),
        (datetime!(2026-03-01 16:00 UTC), Standing::Valid),
        (datetime!(2027-03-01 15:59 UTC), Standing::Valid),
        (over, Standing::Expired),
    ] {
        assert_eq!(license.standing(at), standing, "{at}");
    }
    let mut suspended = issued();
    apply(&mut suspended, plain(Event::Suspend)).unwrap();
    assert_eq!(suspended.standing(within), Standing::Suspended);
    assert_eq!(suspended.standing(over), Standing::Expired);
    let mut revoked = issued();
    let change = Change::revoke(Reason::Stripped, None, Actor::Console, within).unwrap();
    apply(&mut revoked, change).unwrap();
    assert_eq!(revoked.standing(over), Standing::Revoked);
    assert_eq!(draft().standing(within), Standing::NotIssued);
}

#[test]
fn reasons_and_events_belong_together() {
    let at = DRAFTED;
    let other = LicenseId::mint(at, [9; 10]);
    let error = Change::revoke(Reason::IssuedInError, None, Actor::Console, at);
    assert_eq!(error, Err(WrongReason::ReplacementMissing));
    assert!(Change::revoke(Reason::IssuedInError, Some(other), Actor::Console, at).is_ok());
    assert_eq!(Change::plain(Event::Revoke, Actor::Console, at), Err(WrongReason::Missing));
    assert_eq!(
        Change::stored(Event::Suspend, Some(Reason::Lost), None, Actor::Console, at),
        Err(WrongReason::Misplaced)
    );
    let superseded = Change::supersede(other, Actor::Console, at);
    assert_eq!(
        Change::stored(Event::Supersede, None, Some(other), Actor::Console, at),
        Ok(superseded)
    );
}

#[test]
fn formatting_never_shows_a_person() {
    let mut particulars = draft().particulars().clone();
    particulars.holder = Holder::new("张三", HolderCodeType::CitizenId, "11010519491231002X").ok();
    particulars.fields_json = r#"{"name":"张三"}"#.into();
    let shown = format!("{:?}", License::draft(particulars));
    assert!(!shown.contains("张三") && !shown.contains("19491231"), "{shown}");
}
