//! A store in a folder of its own, with an issuer, its key and seal, and a license type.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::access::{Staff, StaffStatus};
use domain::audit::{Actor, Entry, Subject};
use domain::digest::{Sha256, Sm3};
use domain::id::{
    AuditEventId, Entropy, KeyId, KeyUseId, LicenseId, OrderId, OrganizationId, PublicCode,
    RenditionId, RequestId, SealId, StaffId, StatusEntryId, WebhookEndpointId, WebhookEventId,
};
use domain::identifier::{LicenseIdentifier, LicenseTypeCode};
use domain::license::{Change, Event, License, Particulars, Rendition, RenditionKind, StatusEntry};
use domain::party::{Holder, HolderCodeType, Organization, OrganizationStatus};
use domain::seal::{ApprovalRule, Limits, Picture, Scope, Seal, SealKind, SealProperties};
use domain::sealing::{
    Cause, KeyPurpose, KeyState, KeyUse, OrderState, Placement, SealForm, SealingOrder, SigningKey,
};
use domain::time::Period;
use domain::webhook::{Endpoint, EndpointState, EventType, OwedEvent, Subscription};
use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};

use crate::{Location, NewRequest, SealStep, Store, StoreError, StoredLicenseType};

pub(crate) const NOW: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);
pub(crate) const TYPE: &str = "11100000MB0143028R001";
const ISSUER: &str = "11430000006122244L";

/// An event of a license, as subscribers of the issuer are told.
pub(crate) fn owed(license: &License, kind: EventType) -> OwedEvent {
    OwedEvent {
        id: WebhookEventId::mint(NOW, entropy()),
        organization: license.particulars().issuer,
        kind,
        body: format!("{{\"license_id\":\"{}\"}}", license.id()),
        at: NOW,
    }
}

/// An endpoint that asked for everything.
pub(crate) fn endpoint(organization: &Organization) -> Endpoint {
    Endpoint {
        id: WebhookEndpointId::mint(NOW, entropy()),
        organization: organization.id,
        url: "https://hooks.example.gov.cn/".into(),
        events: Subscription::all(),
        state: EndpointState::Enabled,
        secret: vec![1, 2, 3],
        old_secret: None,
        failures: 0,
        paused_until: None,
        created_at: NOW,
    }
}

/// Different bytes each time.
pub(crate) fn entropy() -> Entropy {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) organization: Organization,
    pub(crate) key: SigningKey,
    pub(crate) seal: Seal,
}

pub(crate) fn organization() -> Organization {
    Organization {
        id: OrganizationId::mint(NOW, entropy()),
        code: ISSUER.parse().unwrap(),
        name: "示例市市场监督管理局".into(),
        division: "430000".parse().unwrap(),
        parent: None,
        status: OrganizationStatus::Active,
        created_at: NOW,
    }
}

/// Somebody of the organization who signs in.
pub(crate) fn staff(organization: &Organization, login: &str, roles: &str) -> Staff {
    Staff {
        id: StaffId::mint(NOW, entropy()),
        organization: organization.id,
        login: login.parse().unwrap(),
        name: "样例经办人".into(),
        roles: roles.parse().unwrap(),
        status: StaffStatus::Active,
        password: "$argon2id$".into(),
        password_at: NOW,
        one_time: Some(vec![1, 2]),
        one_time_step: 7,
        guesses: 2,
        rests_until: Some(NOW),
        created_at: NOW,
        version: 1,
    }
}

pub(crate) fn key(organization: &Organization) -> SigningKey {
    let id = KeyId::mint(NOW, entropy());
    SigningKey {
        id,
        organization: Some(organization.id),
        purpose: KeyPurpose::Sealer,
        kind: "SM2".into(),
        public_key: vec![4; 65],
        chain: vec![vec![0x30, 1], vec![0x30, 2], vec![0x30, 3]],
        custody: format!("software:{id}"),
        state: KeyState::Active,
        created_at: NOW,
    }
}

pub(crate) fn seal(organization: &Organization, key: &SigningKey, number: u32) -> Seal {
    Seal::registered(SealProperties {
        id: SealId::mint(NOW, entropy()),
        organization: organization.id,
        code: domain::identifier::SealCode::numbered("430000".parse().unwrap(), number).unwrap(),
        name: "示例市市场监督管理局".into(),
        kind: SealKind::LegalName,
        seal_der: vec![0x30, 0],
        picture: Picture {
            media_type: "image/png".into(),
            bytes: vec![1, 2, 3],
            width_mm: 42,
            height_mm: 42,
        },
        sm2_key: Some(key.id),
        pades_key: None,
        scope: Scope::Only([TYPE.parse().unwrap()].into()),
        limits: Limits::default(),
        approval: ApprovalRule::Policy,
        not_before: NOW - Duration::days(1),
        not_after: NOW + Duration::days(365),
        created_at: NOW,
    })
}

/// Keeps a changed seal.
pub(crate) fn seal_change(store: &Store, changed: &Seal) -> Result<(), StoreError> {
    store.seal_change(&SealStep { seals: &[changed], decided: None, history: &[], said: &[] })
}

pub(crate) fn license_type() -> StoredLicenseType {
    StoredLicenseType {
        code: TYPE.parse().unwrap(),
        version: 1,
        document: r#"{"name":"营业执照"}"#.into(),
        digest: Sm3::from([7; 32]),
        published_at: NOW,
        published_by: None,
    }
}

/// An empty place for a register: a file in the folder, or a database of a server when the tests
/// run with `YZ_TEST_DATABASE=postgres`.
pub(crate) fn location(folder: &tempfile::TempDir) -> Location {
    #[cfg(feature = "postgres")]
    if crate::server::is_wanted() {
        let url = crate::server::database("the register").expect("PostgreSQL, which is asked for");
        return url.parse().unwrap();
    }
    Location::File(folder.path().join("yinzheng.db"))
}

/// A register in a file, for what only a file does.
pub(crate) fn world_in_file() -> World {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("yinzheng.db"));
    world_at(folder, &location)
}

pub(crate) fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let location = location(&folder);
    world_at(folder, &location)
}

pub(crate) fn world_at(folder: tempfile::TempDir, location: &Location) -> World {
    let store = Store::open(location).unwrap();
    let organization = organization();
    let key = key(&organization);
    let seal = seal(&organization, &key, 1);
    store.organization_insert(&organization).unwrap();
    store.signing_key_insert(&key).unwrap();
    store.seal_insert(&seal).unwrap();
    store.license_type_publish(&license_type()).unwrap();
    World { folder, store, organization, key, seal }
}

/// All that one issue writes.
#[derive(Clone)]
pub(crate) struct Issue {
    pub(crate) request: NewRequest,
    pub(crate) draft: License,
    pub(crate) ordered: (License, StatusEntry),
    pub(crate) issued: (License, StatusEntry),
    pub(crate) order: SealingOrder,
    pub(crate) key_use: KeyUse,
    pub(crate) rendition: Rendition,
    pub(crate) event: Entry,
}

pub(crate) fn entry(action: &str, subject: impl std::fmt::Display) -> Entry {
    Entry {
        id: AuditEventId::mint(NOW, entropy()),
        at: NOW,
        actor: Actor::Console,
        action: action.into(),
        subject: Subject::new("license", subject),
        detail: [("form".to_owned(), "sm2".to_owned())].into(),
    }
}

pub(crate) fn step(license: &License, event: Event) -> (License, StatusEntry) {
    let mut changed = license.clone();
    let change = Change::plain(event, Actor::Console, NOW).unwrap();
    let entry = changed.apply(StatusEntryId::mint(NOW, entropy()), change).unwrap();
    (changed, entry)
}

impl World {
    pub(crate) fn draft(&self, number: &str, created_at: OffsetDateTime) -> License {
        let type_code: LicenseTypeCode = TYPE.parse().unwrap();
        let seed = entropy();
        let serial = format!("2026{}", u64::from_be_bytes(seed[2..].try_into().unwrap()));
        let serial = serial.parse().unwrap();
        let code = &self.organization.code;
        let mut random = [0; 12];
        random[..10].copy_from_slice(&seed);
        License::draft(Particulars {
            id: LicenseId::mint(created_at, seed),
            type_code,
            type_version: 1,
            number: number.parse().unwrap(),
            identifier: LicenseIdentifier::assign(&type_code, code, &serial, 1).unwrap(),
            public_code: PublicCode::mint(random),
            issuer: self.organization.id,
            holder: Holder::new("示例（东区）公司", HolderCodeType::UnifiedCode, ISSUER).ok(),
            fields_json: r#"{"name":"示例（东区）公司"}"#.into(),
            issued_on: Some(date!(2026 - 03 - 02)),
            period: Period::new(Some(date!(2026 - 03 - 02)), None).unwrap(),
            succession: None,
            parts: Vec::new(),
            created_at,
        })
    }

    pub(crate) fn issue(&self, number: &str, key: &str) -> Issue {
        let draft = self.draft(number, NOW);
        let license = draft.id();
        let ordered = step(&draft, Event::Order);
        let issued = step(&ordered.0, Event::Issue);
        let order = self.order(Some(license));
        let cause = Cause::Order { order: order.id, license: Some(license) };
        Issue {
            request: NewRequest {
                id: RequestId::mint(NOW, entropy()),
                caller: "api-key:1".into(),
                key: key.into(),
                digest: Sm3::from([1; 32]),
                at: NOW,
                lease: Duration::seconds(30),
            },
            key_use: KeyUse::intend(
                KeyUseId::mint(NOW, entropy()),
                self.key.id,
                Sm3::from([9; 32]),
                cause,
                NOW,
            ),
            rendition: Rendition {
                id: RenditionId::mint(NOW, entropy()),
                license,
                kind: RenditionKind::Original,
                media_type: "application/pdf".into(),
                sm3: Sm3::from([3; 32]),
                sha256: Sha256::from([4; 32]),
                bytes: 60_000,
                created_at: NOW,
            },
            event: entry("license.issue", license),
            draft,
            ordered,
            issued,
            order,
        }
    }

    pub(crate) fn order(&self, license: Option<LicenseId>) -> SealingOrder {
        SealingOrder {
            id: OrderId::mint(NOW, entropy()),
            license,
            seal: self.seal.id(),
            document: Sm3::from([2; 32]),
            form: SealForm::Sm2,
            placements: vec![
                Placement::At { page: 1, x_um: 150_000, y_um: 230_000 },
                Placement::Keyword("发证机关\n“盖章”".into()),
            ],
            request: None,
            requested_by: Actor::Console,
            approved_by: Actor::Service("approval-policy".into()),
            approved_at: NOW,
            state: OrderState::Approved,
        }
    }
}
