use super::*;
use crate::StoredLicenseType;
use crate::fixtures::{NOW, World, license_type, world};
use domain::license::{License, Particulars};
use time::Duration;

/// A draft of an acceptance of a case.
fn acceptance(world: &World, number: &str, case_no: &str, hours: i64) -> License {
    let fixed = world.draft(number, NOW + Duration::hours(hours));
    let fixed = fixed.particulars();
    License::draft(Particulars {
        type_code: NoticeKind::Acceptance.type_code().parse().unwrap(),
        fields_json: format!(r#"{{"case_no":"{case_no}","item_code":"11999900MB000003530057"}}"#),
        ..fixed.clone()
    })
}

fn kept(world: &World, license: &License) {
    let insert = |connection: &mut Connection| licenses::insert(connection, license);
    world.store.write("keeping a draft", insert).unwrap();
}

fn found(world: &World, filter: &NoticeFilter) -> Vec<LicenseId> {
    let page = PageRequest { limit: 10, after: None };
    let page = world.store.notice_list(filter, &page).unwrap();
    page.items
        .iter()
        .map(|(notice, license)| {
            assert_eq!(notice.license, license.id());
            license.id()
        })
        .collect()
}

#[test]
fn a_license_is_a_notice_of_its_case_by_its_type_and_no_other_is() {
    let world = world();
    let code = NoticeKind::Acceptance.type_code().parse().unwrap();
    let published = StoredLicenseType { code, ..license_type() };
    world.store.license_type_publish(&published).unwrap();
    let (first, second) =
        (acceptance(&world, "受1", "示办1", 0), acceptance(&world, "受2", "示办2", 1));
    let other = world.draft("示照1", NOW);
    for license in [&first, &second, &other] {
        kept(&world, license);
    }
    let own = NoticeFilter {
        issuer: world.organization.id,
        kind: None,
        case_no: None,
        state: None,
        types: None,
    };
    assert_eq!(found(&world, &own), [second.id(), first.id()], "newest first");
    let case = NoticeFilter { case_no: Some("示办1".into()), ..own.clone() };
    assert_eq!(found(&world, &case), [first.id()]);
    let kind = NoticeFilter { kind: Some(NoticeKind::Refusal), ..own.clone() };
    assert_eq!(found(&world, &kind), []);
    let narrowed =
        NoticeFilter { types: Some(vec![crate::fixtures::TYPE.parse().unwrap()]), ..own.clone() };
    assert_eq!(found(&world, &narrowed), []);
    let issued = NoticeFilter { state: Some(LicenseState::Issued), ..own.clone() };
    assert_eq!(found(&world, &issued), [], "drafts are not issued");
    let notice = world.store.notice_read(first.id()).unwrap();
    assert_eq!((notice.kind, notice.case_no.as_str()), (NoticeKind::Acceptance, "示办1"));
    assert_eq!(notice.item.map(|code| code.to_string()).as_deref(), Some("11999900MB000003530057"));
    assert!(matches!(world.store.notice_read(other.id()), Err(StoreError::Missing { .. })));
    let count = |kind| world.store.notice_count(world.organization.id, kind, "示办1").unwrap();
    assert_eq!((count(NoticeKind::Acceptance), count(NoticeKind::Refusal)), (1, 0));
}

#[test]
fn pages_of_notices_go_on_where_they_ended() {
    let world = world();
    let code = NoticeKind::Acceptance.type_code().parse().unwrap();
    let published = StoredLicenseType { code, ..license_type() };
    world.store.license_type_publish(&published).unwrap();
    let all: Vec<License> =
        (0..5).map(|place| acceptance(&world, &format!("受{place}"), "示办", place / 2)).collect();
    all.iter().for_each(|one| kept(&world, one));
    let own = NoticeFilter {
        issuer: world.organization.id,
        kind: Some(NoticeKind::Acceptance),
        case_no: None,
        state: None,
        types: None,
    };
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.notice_list(&own, &PageRequest { limit: 2, after }).unwrap();
        seen.extend(page.items.into_iter().map(|(notice, _)| notice.license));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    seen.sort();
    let mut wanted: Vec<LicenseId> = all.iter().map(License::id).collect();
    wanted.sort();
    assert_eq!(seen, wanted, "each once");
}
