//! Where events may be sent, and that what is asked twice is done once.

use super::{Office, TO_THIS_MACHINE, path};
use crate::support::receiver::{OK, Receiver};
use crate::support::service::demo;
use domain::access::{Permission, Role};
use domain::id::{ApiKeyId, OrganizationId};
use serde_json::{Value, json};
use time::OffsetDateTime;

#[test]
fn addresses_of_the_inside_are_refused_when_they_are_saved() {
    let create = |url: &str| {
        let request = demo().request("POST", "/v1/webhook-endpoints");
        request.header("Authorization", &demo().key()).json(&json!({ "url": url })).send()
    };
    for url in [
        "http://127.0.0.1/",
        "http://localhost:8080/hook",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "https://192.168.1.1/",
        "http://0x7f000001/",
        "http://user:word@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://hooks.invalid/",
        "",
    ] {
        let problem = create(url).expect(422).json();
        assert_eq!(problem["code"], "webhook_url_refused", "{url}");
    }
    let unknown = json!({ "url": "http://127.0.0.1/", "events": ["license.printed"] });
    let request = demo().request("POST", "/v1/webhook-endpoints").json(&unknown);
    let problem = request.header("Authorization", &demo().key()).send().expect(422).json();
    assert_eq!(problem["code"], "unknown_event_type");
}

#[test]
fn an_address_is_checked_again_when_it_is_sent_to() {
    let mut office = Office::start("webhook-recheck");
    let receiver = Receiver::start(&[OK]);
    let endpoint = office.endpoint(&receiver.url());
    office.restart(&[]);
    office.issue();
    let tried = office.wait(&endpoint, |one| one["attempts"] == 1);
    assert_eq!(
        (&tried["trouble"], &tried["state"]),
        (&"address_not_allowed".into(), &"pending".into())
    );
    assert!(receiver.received().is_empty());
    // Allowed again, it arrives.
    office.restart(&TO_THIS_MACHINE);
    receiver.wait(1);
    assert_eq!(office.wait(&endpoint, super::delivered)["attempts"], 2);
}

#[test]
fn what_is_asked_twice_is_done_once_and_secrets_are_not_kept() {
    let office = Office::start("webhook-once");
    let receiver = Receiver::start(&[OK]);
    let keyed = |path: &str, key: &str| office.request("POST", path).header("Idempotency-Key", key);
    let body = json!({ "url": receiver.url(), "events": ["license.issued"] });
    let create = keyed("/v1/webhook-endpoints", "create-1").json(&body);
    let first = create.send().expect(201);
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(first.header("cache-control"), Some("no-store"));
    let again = create.send().expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body, "byte for byte, the secret too");
    let other = keyed("/v1/webhook-endpoints", "create-1").json(&json!({ "url": receiver.url() }));
    assert_eq!(other.send().expect(422).json()["code"], "idempotency_key_reused");
    let listed = office.request("GET", "/v1/webhook-endpoints").send().expect(200).json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));

    let endpoint = first.json();
    let rotate = keyed(&format!("{}:rotate-secret", path(&endpoint)), "rotate-1");
    let rotated = rotate.send().expect(200).json();
    assert_eq!(rotate.send().expect(200).json()["secret"], rotated["secret"]);
    let test = keyed(&format!("{}:test", path(&endpoint)), "test-1");
    assert_eq!(test.send().expect(202).json()["id"], test.send().expect(202).json()["id"]);
    office.wait(&endpoint, super::delivered);
    assert_eq!(receiver.received().len(), 1);
    let elsewhere = keyed(&format!("{}:rotate-secret", path(&endpoint)), "test-1");
    elsewhere.send().expect(422);
    verified_once(&office);

    // A secret is nowhere in the register, neither as text nor as bytes.
    let mut register = Vec::new();
    for file in ["register.db", "register.db-wal"] {
        // On a server it is not ours to read.
        register.extend(std::fs::read(office.data.join(file)).unwrap_or_default());
    }
    for endpoint in [&endpoint, &rotated] {
        let secret = endpoint["secret"].as_str().expect("a secret");
        let text = secret.strip_prefix("whsec_").expect("its prefix");
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
        for trace in [text.as_bytes(), &bytes, b"whsec_"] {
            assert!(!register.windows(trace.len()).any(|window| window == trace));
        }
    }
    office.request("DELETE", &path(&endpoint)).send().expect(204);
    office.request("DELETE", &path(&endpoint)).send().expect(404);
    office.request("GET", &format!("{}/deliveries", path(&endpoint))).send().expect(404);
    office.issue();
    assert_eq!(receiver.received().len(), 1);
}

/// A verification is one of the creating requests.
fn verified_once(office: &Office) {
    let verify = |key: &str, bytes: &[u8]| {
        let parts = [("file", Some("a.pdf"), "application/pdf", bytes)];
        let request = office.request("POST", "/v1/verifications").parts(&parts);
        request.header("Idempotency-Key", key).send()
    };
    let first = verify("verify-1", b"words").expect(200);
    let again = verify("verify-1", b"words").expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.json(), again.json());
    let other = verify("verify-1", b"other words").expect(422).json();
    assert_eq!(other["code"], "idempotency_key_reused");
    let id = |answer: crate::support::http::Answer| answer.json()["id"].clone();
    assert_ne!(id(verify("verify-2", b"words")), id(first));
    verify("two words", b"words").expect(400);
}

#[test]
fn only_who_may_manage_webhooks_does() {
    let organization = demo().app.console(&demo().summary.departments[0].name).expect("known");
    let at = OffsetDateTime::UNIX_EPOCH;
    let organization = organization.organization().expect("a department");
    for role in Role::ALL {
        let permissions = role.permissions();
        let may = permissions.allow(Permission::WebhookManage);
        let key = ApiKeyId::mint(at, [7; 10]);
        let caller = app::Caller::Key { key, organization, permissions };
        assert_eq!(demo().app.webhook_endpoints(&caller).is_ok(), may, "{role}");
    }
    let nobodys = OrganizationId::mint(at, [7; 10]);
    let list = demo().app.webhook_endpoints(&app::Caller::Console { organization: nobodys });
    assert!(list.expect("none").is_empty());
}

#[test]
fn deliveries_are_paged() {
    let office = Office::start("webhook-pages");
    let receiver = Receiver::start(&[OK]);
    let endpoint = office.endpoint(&receiver.url());
    for _ in 0..5 {
        office.ask(&endpoint, ":test").expect(202);
    }
    let mut found: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{}/deliveries?limit=2{cursor}", path(&endpoint));
        let page = office.request("GET", &path).send().expect(200).json();
        found.extend(page["items"].as_array().expect("items").iter().map(|one| one["id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let all: Vec<Value> =
        office.deliveries(&endpoint).iter().map(|one| one["id"].clone()).collect();
    assert_eq!((found.len(), found), (5, all));
    for wrong in ["?limit=0", "?limit=201", "?limit=x", "?cursor=x", "?page=2"] {
        let path = format!("{}/deliveries{wrong}", path(&endpoint));
        let status = office.request("GET", &path).send().status;
        assert!([400, 422].contains(&status), "{wrong}: {status}");
    }
}
