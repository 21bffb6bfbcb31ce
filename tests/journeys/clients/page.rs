//! A security administrator registers a system on its page, changes its key, and closes it.

use crate::support::people::{Browser, between, text};
use crate::support::service::{DEAF, demo};
use crate::support::systems::{Client, DEPARTMENT, bearer, chance, key, post, public, signed};
use formats::algorithm::{KeyKind, PrivateKey};
use serde_json::json;
use time::OffsetDateTime;

fn organization() -> String {
    let caller = demo().app.console(DEPARTMENT).expect("the department");
    caller.organization().expect("an organization").to_string()
}

/// Asks for a token as a program with this key would.
fn asks(name: &str, key: &PrivateKey, key_id: &str) -> u16 {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = json!({
        "iss": name, "sub": name, "jti": chance(), "exp": now + 60,
        "aud": format!("http://{}", demo().address),
    });
    let assertion = signed(key, Some(key_id), claims.as_object().expect("an object"));
    const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", TYPE),
        ("client_assertion", &assertion),
    ];
    post(demo().address, "/oauth2/token", &fields).status
}

/// The forms of a page that end something, as `name=value` of the thing.
fn credential(page: &str, key_id: &str) -> String {
    let row = page.split("<tr>").find(|row| row.contains(&format!("<code>{key_id}</code>")));
    between(row.expect("its row"), "name=\"credential\" value=\"", "\"").expect("its id")
}

#[test]
fn a_system_is_registered_given_another_key_and_closed() {
    let mut security = Browser::of("security");
    let (first, second) = (key(&KeyKind::P256), key(&KeyKind::Sm2));
    let (name, organization) = (format!("page-{}", &chance()[..8]), organization());
    let material = public(&first, "").material;
    let fields = [
        ("organization", organization.as_str()),
        ("label", "样例<b>系统</b>"),
        ("name", &name),
        ("method", "private_key_jwt"),
        ("material", &material),
        ("key_id", "2026"),
        ("permission", "license.read"),
        ("permission", "verify"),
        ("items", "000123-A"),
    ];
    let made = security.post("/clients", &fields).expect(303);
    let place = made.header("location").expect("its page").to_owned();
    let page = text(&security.get(&place).expect(200));
    assert!(page.contains("样例&#60;b&#62;系统"), "shown as it was typed");
    assert!(page.contains("license.read verify item:000123-A") && page.contains("尚未使用"));
    assert!(page.contains(&format!("yinzheng client assertion {name}")), "an example to copy");
    let again = text(&security.post("/clients", &fields).expect(400));
    assert!(again.contains("已有系统使用") && again.contains("<details class=\"card\" open>"));
    assert!(text(&security.get("/clients")).contains(&format!("<code>{name}</code>")));
    assert_eq!(asks(&name, &first, "2026"), 200);
    assert!(!text(&security.get(&place)).contains("尚未使用"));

    // The next key beside the last, and then the last no more.
    let next = public(&second, "").material;
    let change = |act: &str| format!("{place}:{act}");
    security.post(&change("rotate"), &[("material", &next), ("key_id", "2027")]).expect(303);
    assert_eq!([asks(&name, &first, "2026"), asks(&name, &second, "2027")], [200, 200]);
    let old = credential(&text(&security.get(&place)), "2026");
    let later = [("credential", old.as_str()), ("when", "later"), ("until", "2099-12-31")];
    security.post(&change("end"), &later).expect(303);
    assert!(text(&security.get(&place)).contains("2100年1月1日"));
    assert_eq!(asks(&name, &first, "2026"), 200);
    let now = [("credential", old.as_str()), ("when", "now"), ("until", "2099-12-31")];
    security.post(&change("end"), &now).expect(303);
    assert_eq!([asks(&name, &first, "2026"), asks(&name, &second, "2027")], [401, 200]);
    let twice = text(&security.post(&change("end"), &now).expect(400));
    assert!(twice.contains("已经停用"));
    let private = [("material", "-----BEGIN PRIVATE KEY-----"), ("key_id", "x")];
    assert!(text(&security.post(&change("rotate"), &private).expect(400)).contains("不要粘贴私钥"));

    let page = text(&security.get(&place).expect(200));
    let seen = between(&page, "name=\"seen\" value=\"", "\"").expect("its scope");
    let narrower = [
        ("seen", seen.as_str()),
        ("label", "样例系统"),
        ("scope", "license.read"),
        ("addresses", "10.0.0.0/8"),
    ];
    security.post(&change("change"), &narrower).expect(303);
    // Whoever still sees the wider scope does not bring it back.
    let wider = [("seen", seen.as_str()), ("label", "样例系统"), ("scope", seen.as_str())];
    assert!(text(&security.post(&change("change"), &wider).expect(400)).contains("刚被他人更改"));
    assert_eq!(asks(&name, &second, "2027"), 401, "from another network");
    security.post(&change("close"), &[]).expect(303);
    let closed = text(&security.get(&place));
    assert!(closed.contains("已停用") && !closed.contains(":change\""));
    let id = place.rsplit('/').next().expect("its id");
    let trail = Browser::of("auditor").get(&format!("/trail?actor=security&subject=client+{id}"));
    let trail = text(&trail.expect(200));
    for action in ["client.add", "client.credential", "client.until", "client.revoke"] {
        assert!(trail.contains(action), "{action}");
    }
}

#[test]
fn a_secret_is_shown_once() {
    let mut security = Browser::of("security");
    let (name, organization) = (format!("page-{}", &chance()[..8]), organization());
    let fields = [
        ("organization", organization.as_str()),
        ("label", "样例系统"),
        ("name", &name),
        ("method", "client_secret"),
        ("permission", "license.read"),
    ];
    let made = text(&security.post("/clients", &fields).expect(200));
    let secret = between(&made, "<code class=\"secret\">", "<").expect("a secret");
    let place = between(&made, "<a class=\"button\" href=\"", "\"").expect("its page");
    assert!(!text(&security.get(&place).expect(200)).contains(&secret));
    let own = [
        ("grant_type", "client_credentials"),
        ("client_id", name.as_str()),
        ("client_secret", &secret),
    ];
    bearer(&post(demo().address, "/oauth2/token", &own));
}

#[test]
fn receivers_of_its_organization_are_looked_after() {
    let client = Client::new("private_key_jwt", "license.read webhook.manage");
    let address = format!("http://{DEAF}:1/{}", client.name);
    let made = client.request("POST", "/v1/webhook-endpoints").json(&json!({ "url": address }));
    let made = made.header("Authorization", &client.token()).send().expect(201).json();
    let endpoint = made["id"].as_str().expect("an id");
    let (mut security, place) = (Browser::of("security"), format!("/clients/{}", client.id));
    let act = |security: &mut Browser, act: &str, event: &str| {
        let fields = [("act", act), ("endpoint", endpoint), ("event", event)];
        security.post(&format!("{place}:webhook"), &fields)
    };
    assert!(text(&security.get(&place).expect(200)).contains(&address));
    act(&mut security, "test", "").expect(303);
    let page = text(&security.get(&place));
    let own = page.split("<article>").find(|one| one.contains(&address)).expect("its receiver");
    assert!(own.contains("endpoint.test"));
    let event = between(own, "name=\"event\" value=\"", "\"").expect("an event");
    act(&mut security, "replay", &event).expect(303);
    let rotated = text(&act(&mut security, "rotate", "").expect(200));
    assert!(rotated.contains("<code class=\"secret\">whsec_"));
    act(&mut security, "burn", "").expect(404);
    let gone = client.request("DELETE", &format!("/v1/webhook-endpoints/{endpoint}"));
    gone.header("Authorization", &client.token()).send().expect(204);
}
