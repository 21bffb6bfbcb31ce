//! Systems prove who they are, and do what their scope reaches and nothing else.

mod page;
mod signed;

use crate::support::decision;
use crate::support::http::{Answer, Request};
use crate::support::people::encoded;
use crate::support::service::{copy, demo, empty_folder, free_address, listen_with, settings};
use crate::support::systems::{
    Client, DEPARTMENT, SCOPE, basic, bearer, key, new_client, post, public, signed,
};
use app::{App, ClientRequest, CredentialRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::KeyKind;
use formats::x509::Certificate;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use web::{AnonymousLimit, ServerSettings};

fn licenses(client: &Client, token: &str) -> Answer {
    client.request("GET", "/v1/licenses?limit=1").header("Authorization", token).send()
}

#[test]
fn every_kind_of_key_gets_a_token_and_uses_it() {
    for kind in [KeyKind::P256, KeyKind::Ed25519, KeyKind::Sm2, KeyKind::Rsa { bits: 2048 }] {
        let new = new_client(&demo().app, "private_key_jwt", SCOPE);
        let client = Client::with_key(&demo().app, demo().address, &new, key(&kind));
        for key_id in [Some("1"), None] {
            let answer = client.asks(&client.assertion(&client.key, key_id), &[]).expect(200);
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{kind}");
            let said = answer.json();
            assert_eq!((&said["token_type"], &said["expires_in"]), (&json!("Bearer"), &json!(600)));
            assert_eq!(said["scope"], SCOPE);
            licenses(&client, &bearer(&answer)).expect(200);
        }
    }
    // The trail names the client; it never has a token or an assertion.
    let client = Client::new("private_key_jwt", SCOPE);
    let token = client.token();
    let trail = crate::support::people::Browser::of("auditor");
    let page = trail.get(&format!("/trail?subject=client+{}", client.id)).expect(200);
    let page = crate::support::people::text(&page);
    assert!(page.contains("client.add") && page.contains("client.token"), "{page}");
    assert!(!page.contains(&token[7..]));
}

#[test]
fn a_secret_is_sent_in_either_way_and_never_in_both() {
    let client = Client::new("client_secret", SCOPE);
    let secret = client.secret.as_deref().expect("a secret");
    let grant = ("grant_type", "client_credentials");
    let fields = [grant, ("client_id", &client.name), ("client_secret", secret)];
    licenses(&client, &bearer(&post(demo().address, "/oauth2/token", &fields))).expect(200);
    let by_header = |header: &str, fields: &[(&str, &str)]| {
        let request = client.request("POST", "/oauth2/token").header("Authorization", header);
        request.body("application/x-www-form-urlencoded", encoded(fields)).send()
    };
    let header = basic(&client.name, secret);
    licenses(&client, &bearer(&by_header(&header, &[grant]))).expect(200);
    for (header, fields, status, error) in [
        (&header, &fields[..], 400, "invalid_request"),
        (&header, &[grant, ("client_id", "another")], 400, "invalid_request"),
        (&header, &[("grant_type", "password")], 400, "unsupported_grant_type"),
        (&header, &[], 400, "invalid_request"),
        (&header, &[grant, grant], 400, "invalid_request"),
        (&header, &[grant, ("scope", "operate")], 400, "invalid_scope"),
        (&header, &[grant, ("scope", "no such word")], 400, "invalid_scope"),
        (&basic(&client.name, &"0".repeat(64)), &[grant], 401, "invalid_client"),
        (&"Bearer x".to_owned(), &[grant], 401, "invalid_client"),
        (&"Basic !".to_owned(), &[grant], 401, "invalid_client"),
    ] {
        let answer = by_header(header, fields).expect(status);
        assert_eq!(answer.json()["error"], error, "{header} {fields:?}");
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let json = client.request("POST", "/oauth2/token").json(&json!({"grant_type": "x"})).send();
    assert_eq!(json.expect(400).json()["error"], "invalid_request");
}

#[test]
fn who_is_unknown_and_who_is_wrong_look_alike() {
    let (client, other) =
        (Client::new("client_secret", SCOPE), Client::new("private_key_jwt", SCOPE));
    let said = |name: &str, secret: &str| {
        let fields =
            [("grant_type", "client_credentials"), ("client_id", name), ("client_secret", secret)];
        post(demo().address, "/oauth2/token", &fields).expect(401).body
    };
    let wrong = said(&client.name, &"0".repeat(64));
    for (name, secret) in [
        ("nobody-here", "0".repeat(64)),
        (&client.name, String::from("short")),
        (&other.name, "0".repeat(64)),
        ("NO NAME AT ALL", client.secret.clone().unwrap_or_default()),
    ] {
        assert_eq!(said(name, &secret), wrong, "{name}");
    }
    let mut claims = other.claims();
    let changed = |name: &str, value: Value, claims: &mut serde_json::Map<String, Value>| {
        let before = claims.insert(name.to_owned(), value);
        let answer = other.asks(&signed(&other.key, Some("1"), claims), &[]);
        claims.insert(name.to_owned(), before.unwrap_or_default());
        answer.expect(401).body
    };
    let now = claims["iat"].as_i64().expect("seconds");
    for (name, value) in [
        ("iss", json!("nobody-here")),
        ("sub", json!(client.name)),
        ("aud", json!("https://other.example/oauth2/token")),
        ("exp", json!(now - 61)),
        ("exp", json!(now + 3600)),
        ("jti", Value::Null),
    ] {
        assert_eq!(changed(name, value.clone(), &mut claims), wrong, "{name} {value}");
    }
    // Another's key, a key that is not named, no algorithm, a shared secret.
    let stranger = key(&KeyKind::P256);
    assert_eq!(other.asks(&signed(&stranger, Some("1"), &claims), &[]).expect(401).body, wrong);
    assert_eq!(other.asks(&signed(&other.key, Some("2"), &claims), &[]).expect(401).body, wrong);
    let good = signed(&other.key, Some("1"), &claims);
    let parts: Vec<&str> = good.split('.').collect();
    let head = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    for header in
        [r#"{"alg":"none"}"#, r#"{"alg":"HS256","kid":"1"}"#, r#"{"alg":"RS256","kid":"1"}"#]
    {
        let forged = format!("{}.{}.{}", head(header), parts[1], parts[2]);
        assert_eq!(other.asks(&forged, &[]).expect(401).body, wrong, "{header}");
    }
    other.asks(&good, &[]).expect(200);
}

/// Of many that send the same assertion at once, one gets a token.
#[test]
fn a_thousand_at_once_redeem_one_assertion_once() {
    let client = Client::new("private_key_jwt", SCOPE);
    let assertion = client.assertion(&client.key, Some("1"));
    let good = std::thread::scope(|scope| {
        let ask = || (0..50).filter(|_| client.asks(&assertion, &[]).status == 200).count();
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().expect("asked")).sum::<usize>()
    });
    assert_eq!(good, 1);
}

fn add_key(client: &Client, key_id: &str, kind: &KeyKind) -> formats::algorithm::PrivateKey {
    let caller = demo().app.console(DEPARTMENT).expect("the department");
    let new = key(kind);
    demo().app.credential_add(&caller, &client.id, &public(&new, key_id)).expect("added");
    new
}

fn end(client: &Client, key_id: &str, day: &str) {
    let caller = demo().app.console(DEPARTMENT).expect("the department");
    let view = demo().app.client(&caller, &client.id).expect("there");
    let one = view.credentials.iter().find(|one| one.key_id == key_id).expect("its key");
    demo().app.credential_end(&caller, &client.id, &one.id, day).expect("ended");
}

#[test]
fn a_key_is_changed_without_a_refused_request() {
    let client = Client::new("private_key_jwt", SCOPE);
    let old = client.token();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // A program that goes on asking all the while, with the key that it has.
        let busy = scope.spawn(|| {
            let mut count = 0;
            while !done.load(Ordering::Relaxed) {
                client.asks(&client.assertion(&client.key, Some("1")), &[]).expect(200);
                licenses(&client, &old).expect(200);
                count += 1;
            }
            count
        });
        let new = add_key(&client, "2", &KeyKind::Ed25519);
        for _ in 0..5 {
            let answer = client.asks(&client.assertion(&new, Some("2")), &[]);
            licenses(&client, &bearer(&answer)).expect(200);
        }
        done.store(true, Ordering::Relaxed);
        assert!(busy.join().expect("never refused") > 0);
        // The old one has a last day, and counts until then.
        end(&client, "1", "2099-12-31");
        client.asks(&client.assertion(&client.key, Some("1")), &[]).expect(200);
        let fresh = bearer(&client.asks(&client.assertion(&new, Some("2")), &[]));
        end(&client, "1", "");
        let begin = Instant::now();
        client.asks(&client.assertion(&client.key, Some("1")), &[]).expect(401);
        while licenses(&client, &old).status != 401 {
            assert!(begin.elapsed() < Duration::from_secs(20), "a revoked key's token");
            std::thread::sleep(Duration::from_millis(50));
        }
        licenses(&client, &fresh).expect(200);
    });
}

#[test]
fn what_is_over_opens_nothing() {
    let app = &demo().app;
    let caller = app.console(DEPARTMENT).expect("the department");
    let over = ClientRequest {
        change: app::ClientChange {
            valid_until: "2026-01-31".to_owned(),
            ..new_client(app, "private_key_jwt", SCOPE).change
        },
        ..new_client(app, "private_key_jwt", SCOPE)
    };
    let client = Client::registered(app, demo().address, &over);
    client.asks(&client.assertion(&client.key, Some("1")), &[]).expect(401);
    // A key whose last day has passed, beside one without an end.
    let client = Client::new("private_key_jwt", SCOPE);
    let old = key(&KeyKind::P256);
    let past = CredentialRequest { valid_until: "2026-01-31".to_owned(), ..public(&old, "2") };
    app.credential_add(&caller, &client.id, &past).expect("added");
    client.asks(&client.assertion(&old, Some("2")), &[]).expect(401);
    client.token();
    // Another network.
    let mut new = new_client(app, "private_key_jwt", SCOPE);
    new.change.addresses = "10.99.0.0/16 fd00::/8".to_owned();
    let elsewhere = Client::registered(app, demo().address, &new);
    elsewhere.asks(&elsewhere.assertion(&elsewhere.key, Some("1")), &[]).expect(401);
    let moved = app::ClientChange { addresses: "127.0.0.0/8".to_owned(), ..new.change.clone() };
    app.client_change(&caller, &elsewhere.id, SCOPE, &moved).expect("changed");
    let token = elsewhere.token();
    licenses(&elsewhere, &token).expect(200);
    let scope = app.client(&caller, &elsewhere.id).expect("it").scope;
    app.client_change(&caller, &elsewhere.id, &scope, &new.change).expect("changed");
    std::thread::sleep(Duration::from_millis(1100));
    licenses(&elsewhere, &token).expect(401);
    // A client that was closed.
    let token = client.token();
    app.client_close(&caller, &client.id).expect("closed");
    std::thread::sleep(Duration::from_millis(1100));
    licenses(&client, &token).expect(401);
    client.asks(&client.assertion(&client.key, Some("1")), &[]).expect(401);
}

#[test]
fn a_token_that_is_taken_away_is_gone() {
    let (client, other) =
        (Client::new("client_secret", SCOPE), Client::new("client_secret", SCOPE));
    let fields = |client: &Client| {
        let secret = client.secret.clone().unwrap_or_default();
        [("client_id".to_owned(), client.name.clone()), ("client_secret".to_owned(), secret)]
    };
    let send = |client: &Client, path: &str, more: (&str, &str)| {
        let own = fields(client);
        let own: Vec<_> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        post(demo().address, path, &[&own[..], &[more]].concat())
    };
    let token = bearer(&send(&client, "/oauth2/token", ("grant_type", "client_credentials")));
    let text = &token[7..];
    // Another's revocation, and one of nothing, are answered the same and do nothing.
    send(&other, "/oauth2/revoke", ("token", text)).expect(200);
    send(&client, "/oauth2/revoke", ("token", "yzt_0")).expect(200);
    licenses(&client, &token).expect(200);
    post(demo().address, "/oauth2/revoke", &[("token", text)]).expect(401);
    send(&client, "/oauth2/revoke", ("token", text)).expect(200);
    std::thread::sleep(Duration::from_millis(1100));
    licenses(&client, &token).expect(401);
}

/// Which of some routes a client may use, by what it was given and what its token is for.
#[test]
fn a_scope_reaches_what_it_says_and_nothing_else() {
    let other_type = demo_type_of_others();
    let own = issued(&demo().key());
    let foreign = foreign_license();
    let whole = Client::new("private_key_jwt", &format!("{SCOPE} seal.use webhook.manage"));
    let own_type = format!("type:{}", decision::TYPE);
    for (scope, narrowed) in [
        ("", [201, 200, 200, 404, 200, 422, 200]),
        ("license.read", [403, 200, 200, 404, 403, 403, 403]),
        ("verify", [403, 403, 403, 403, 200, 403, 403]),
        (&own_type, [201, 200, 200, 404, 200, 403, 403]),
        (&format!("type:{other_type}"), [403, 200, 404, 404, 404, 403, 403]),
    ] {
        let assertion = whole.assertion(&whole.key, Some("1"));
        let token = bearer(&whole.asks(&assertion, &[("scope", scope)]));
        let ask = |method, path: &str| whole.request(method, path).header("Authorization", &token);
        let hook = json!({ "url": "http://10.255.255.1:1/" });
        let seen = [
            ask("POST", "/v1/licenses").json(&decision::request(&decision::fresh_number())),
            ask("GET", "/v1/licenses"),
            ask("GET", &format!("/v1/licenses/{own}")),
            ask("GET", &format!("/v1/licenses/{foreign}")),
            ask("POST", "/v1/verifications").json(&json!({ "license_id": own })),
            ask("POST", "/v1/webhook-endpoints").json(&hook),
            ask("GET", "/v1/webhook-endpoints"),
        ];
        let seen: Vec<u16> = seen.iter().map(|request| request.send().status).collect();
        assert_eq!(seen, narrowed, "{scope}");
        let listed = ask("GET", "/v1/licenses?limit=200").send();
        if listed.status == 200 {
            let listed = listed.json();
            let types = listed["items"].as_array().expect("items").iter();
            let foreign = types.filter(|one| one["license_type"] != decision::TYPE).count();
            let all = listed["items"].as_array().map_or(0, Vec::len);
            match scope {
                _ if scope == own_type => assert!(foreign == 0 && all > 0, "{scope}"),
                _ if scope.starts_with("type:") => assert_eq!(foreign, all, "{scope}"),
                _ => assert!(all > 0),
            }
        }
    }
    // More than the client has is not given.
    let reader = Client::new("private_key_jwt", &format!("license.read {own_type}"));
    for scope in ["license.issue", "license.read verify", &format!("type:{other_type}")] {
        let assertion = reader.assertion(&reader.key, Some("1"));
        let refused = reader.asks(&assertion, &[("scope", scope)]).expect(400);
        assert_eq!(refused.json()["error"], "invalid_scope", "{scope}");
    }
}

fn issued(key: &str) -> String {
    let request = demo().request("POST", "/v1/licenses").header("Authorization", key);
    let made = request.json(&decision::request(&decision::fresh_number())).send().expect(201);
    made.json()["id"].as_str().expect("an id").to_owned()
}

fn foreign_license() -> String {
    let listed = demo().request("GET", "/v1/licenses?limit=1");
    let listed = listed.header("Authorization", &demo().other_key()).send().expect(200);
    listed.json()["items"][0]["id"].as_str().expect("an id").to_owned()
}

/// A license type of the catalogue that is not the decision's.
fn demo_type_of_others() -> String {
    let all = demo().at("/v1/license-types").expect(200).json();
    let mut all = all["items"].as_array().expect("items").iter();
    let other = all.find(|one| one["code"] != decision::TYPE).expect("another");
    other["code"].as_str().expect("a code").to_owned()
}

#[test]
fn an_item_is_named_by_each_call_of_a_client_that_is_for_items() {
    let client = Client::new("private_key_jwt", "license.read item:000123-A item:000124-B");
    let token = client.token();
    let ask = |item: Option<&str>| {
        let request = client.request("GET", "/v1/licenses").header("Authorization", &token);
        let request = match item {
            Some(item) => request.header("X-Item-Code", item),
            None => request,
        };
        request.send()
    };
    ask(Some("000123-A")).expect(200);
    ask(Some("000124-B")).expect(200);
    for item in [None, Some("000125-C"), Some("")] {
        assert_eq!(ask(item).expect(403).json()["code"], "item_not_entitled", "{item:?}");
    }
}

#[test]
fn nothing_is_set_by_members_that_nobody_asked_for() {
    let client = Client::new("private_key_jwt", &format!("{SCOPE} webhook.manage"));
    let token = client.token();
    for (path, body) in [
        ("/v1/webhook-endpoints", json!({"url": "https://a.example/", "state": "enabled"})),
        ("/v1/webhook-endpoints", json!({"url": "https://a.example/", "organization_id": "x"})),
        ("/v1/verifications", json!({"code": "x", "outcome": "VALID"})),
    ] {
        let request = client.request("POST", path).header("Authorization", &token);
        assert_eq!(request.json(&body).send().expect(400).json()["code"], "malformed_request");
    }
    let mut body = decision::request(&decision::fresh_number());
    body["state"] = "REVOKED".into();
    let request = client.request("POST", "/v1/licenses").header("Authorization", &token);
    request.json(&body).send().expect(400);
}

#[test]
fn what_is_no_client_is_not_registered() {
    let app = &demo().app;
    let caller = app.console(DEPARTMENT).expect("the department");
    let good = || new_client(app, "private_key_jwt", SCOPE);
    let key_request = || public(&key(&KeyKind::P256), "1");
    let taken = Client::new("private_key_jwt", SCOPE).name;
    let with = |change: &dyn Fn(&mut ClientRequest)| {
        let mut new = good();
        change(&mut new);
        match app.client_add(&caller, &new, &key_request()) {
            Err(app::AppError::Refused { code, .. }) => code,
            other => panic!("{other:?}"),
        }
    };
    for (change, code) in [
        (
            &(|new: &mut ClientRequest| new.name = "窗口".into()) as &dyn Fn(&mut ClientRequest),
            "client_name_refused",
        ),
        (&|new| new.name.clone_from(&taken), "client_name_taken"),
        (&|new| new.organization = "x".into(), "unknown_organization"),
        (&|new| new.method = "password".into(), "method_refused"),
        (&|new| new.change.scope = "operate".into(), "scope_refused"),
        (&|new| new.change.scope = "access.manage".into(), "scope_refused"),
        (&|new| new.change.scope = String::new(), "scope_refused"),
        (&|new| new.change.scope = "verify type:7".into(), "scope_refused"),
        (&|new| new.change.label = "\u{7}\u{7}".into(), "name_refused"),
        (&|new| new.change.addresses = "10.0.0.0/99".into(), "address_refused"),
        (&|new| new.change.valid_until = "tomorrow".into(), "date_refused"),
    ] {
        assert_eq!(with(change), code);
    }
    for material in [
        "nothing",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        r#"{"kty":"oct","k":"AAAA"}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
    ] {
        let first =
            CredentialRequest { material: material.to_owned(), ..CredentialRequest::default() };
        let refused = app.client_add(&caller, &good(), &first);
        let code = match refused {
            Err(app::AppError::Refused { code, .. }) => code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code, "credential_refused", "{material}");
    }
}

/// A service behind a gateway on this machine that hands certificates on.
fn behind_a_gateway() -> (App, std::net::SocketAddr) {
    let data = empty_folder("clients-gateway");
    copy(&demo().made, &data);
    let address = free_address();
    let app = App::open(settings(&data, address)).expect("it opens");
    let gateways = vec![[127, 0, 0, 1].into()];
    listen_with(
        app.clone(),
        ServerSettings { listen: address, gateways, ..ServerSettings::default() },
    );
    (app, address)
}

fn certificate(role: &str) -> (String, String) {
    let root = crate::support::tree::root();
    let path = root.join("certs-test").join(role).join("certificate.pem");
    let pem = std::fs::read_to_string(path).expect("a certificate");
    let der = Certificate::from_pem(&pem).expect("a certificate").der().to_vec();
    (pem, format!(":{}:", STANDARD.encode(der)))
}

#[test]
fn a_certificate_gets_a_token_that_is_good_with_it_alone() {
    let (app, address) = behind_a_gateway();
    let caller = app.console(DEPARTMENT).expect("the department");
    let (pem, shown) = certificate("document-signer-rsa");
    let (_, other) = certificate("document-signer-p256");
    let (expired_pem, expired) = certificate("expired");
    let new = new_client(&app, "tls_client_auth", SCOPE);
    let first = CredentialRequest { material: pem, ..CredentialRequest::default() };
    let id = app.client_add(&caller, &new, &first).expect("registered").client.id;
    let second = CredentialRequest { material: expired_pem, ..CredentialRequest::default() };
    app.credential_add(&caller, &id, &second).expect("added");
    let ask = |certificate: Option<&str>, name: &str| {
        let fields = [("grant_type", "client_credentials"), ("client_id", name)];
        let request = Request::new(address, "POST", "/oauth2/token");
        let request = request.body("application/x-www-form-urlencoded", encoded(&fields));
        match certificate {
            Some(certificate) => request.header("Client-Cert", certificate).send(),
            None => request.send(),
        }
    };
    ask(None, &new.name).expect(401);
    ask(Some(&other), &new.name).expect(401);
    ask(Some(&expired), &new.name).expect(401);
    ask(Some(&shown), "nobody-here").expect(401);
    let token = bearer(&ask(Some(&shown), &new.name));
    let list = |certificate: Option<&str>| {
        let request = Request::new(address, "GET", "/v1/licenses").header("Authorization", &token);
        match certificate {
            Some(certificate) => request.header("Client-Cert", certificate).send().status,
            None => request.send().status,
        }
    };
    assert_eq!(list(Some(&shown)), 200);
    assert_eq!([list(None), list(Some(&other)), list(Some(&shown))], [401, 401, 200]);
    // Who goes on guessing is told to wait, in the words of the protocol.
    let limited =
        (0..100).map(|_| ask(Some(&other), &new.name)).find(|answer| answer.status != 401);
    let limited = limited.expect("a limit").expect(429);
    assert_eq!(limited.json()["error"], "temporarily_unavailable");
    assert!(limited.header("retry-after").is_some());
}

#[test]
fn a_stranger_uses_up_nobodys_way_to_a_token() {
    let (data, address) = (empty_folder("clients-crowd"), free_address());
    copy(&demo().made, &data);
    let app = App::open(settings(&data, address)).expect("it opens");
    let client = Client::registered(&app, address, &new_client(&app, "private_key_jwt", SCOPE));
    let own = ServerSettings {
        listen: address,
        guesses: AnonymousLimit { burst: 5, per_minute: 0 },
        client_address_header: Some("X-Real-IP".to_owned()),
        ..ServerSettings::default()
    };
    listen_with(app, own);
    let ask = |from: &str, assertion: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        let request = Request::new(address, "POST", "/oauth2/token").header("X-Real-IP", from);
        request.body("application/x-www-form-urlencoded", encoded(&fields)).send()
    };
    let tried: Vec<u16> = (0..7).map(|_| ask("192.0.2.1", "junk").status).collect();
    assert_eq!(tried, [401, 401, 401, 401, 401, 429, 429]);
    // An assertion names its client inside, so nothing in the form tells it from the stranger's.
    ask("198.51.100.7", &client.assertion(&client.key, Some("1"))).expect(200);
}

#[test]
fn what_clients_may_expect_is_published() {
    let said = demo().at("/.well-known/oauth-authorization-server").expect(200).json();
    let base = format!("http://{}", demo().address);
    assert_eq!(said["issuer"], base);
    assert_eq!(said["token_endpoint"], format!("{base}/oauth2/token"));
    assert_eq!(said["grant_types_supported"], json!(["client_credentials"]));
    assert_eq!(said["tls_client_certificate_bound_access_tokens"], true);
    let algorithms = &said["token_endpoint_auth_signing_alg_values_supported"];
    assert_eq!(algorithms, &json!(["RS256", "PS256", "ES256", "EdDSA", "SM2-SM3"]));
}
