//! Citizens sign in by the word of an identity provider.

use crate::support::http::{Answer, Request};
use crate::support::people::{Browser, between, text};
use crate::support::provider::Provider;
use crate::support::service::{
    copy, demo, empty_folder, free_address, listen_with, server_settings, settings,
};
use crate::support::shared::skip;
use crate::support::tool::tool;
use app::{App, ProviderSettings, SignInSettings};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use web::ServerSettings;

const NUMBER: &str = "119999199003070131";

fn provider(id: &str, issuer: &str) -> ProviderSettings {
    ProviderSettings {
        id: id.to_owned(),
        name_zh: "示例省统一身份认证".to_owned(),
        name_en: "Sample identity".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "yinzheng".to_owned(),
        client_secret: None,
        scope: "openid profile".to_owned(),
        id_claim: "citizen_id".to_owned(),
        name_claim: "name".to_owned(),
        assurance: vec!["high".to_owned()],
        allow: vec!["127.0.0.1".to_owned()],
        ca_file: None,
        is_test: false,
    }
}

/// A service with these providers.
fn service(name: &str, providers: Vec<ProviderSettings>, test_identity: bool) -> (App, SocketAddr) {
    let (data, address) = (empty_folder(name), free_address());
    copy(&demo().made, &data);
    let sign_in = SignInSettings { providers, test_identity, certificate_alone: false };
    let app = App::open(app::Settings { sign_in, ..settings(&data, address) }).expect("it opens");
    listen_with(app.clone(), ServerSettings { listen: address, ..server_settings() });
    (app, address)
}

/// Somebody on the way to a provider.
struct Way {
    browser: Browser,
    state: String,
    nonce: String,
    challenge: String,
}

fn parameter(address: &str, name: &str) -> String {
    between(&format!("{address}&"), &format!("{name}="), "&").unwrap_or_default()
}

fn begin(address: SocketAddr, id: &str) -> Way {
    let mut browser = Browser::at(address);
    let sent = browser.visit(&format!("/sign-in/with/{id}")).expect(303);
    let place = sent.header("location").expect("the provider").to_owned();
    assert!(place.contains("code_challenge_method=S256") && place.contains("response_type=code"));
    assert_eq!(place.matches('?').count(), 1, "{place}");
    let [state, nonce, challenge] =
        ["state", "nonce", "code_challenge"].map(|name| parameter(&place, name));
    assert!(state != nonce && state.len() == 64 && nonce.len() == 64);
    Way { browser, state, nonce, challenge }
}

fn claims(issuer: &str, way: &Way, changes: &Value) -> Value {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let mut claims = json!({
        "iss": issuer, "sub": "s-1", "aud": "yinzheng", "iat": now, "exp": now + 120,
        "nonce": way.nonce, "acr": "high", "name": "样例甲", "citizen_id": NUMBER,
        "phone_number": "13800138000",
    });
    let members = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    claims
}

fn back(way: &mut Way, id: &str, query: &str) -> Answer {
    way.browser.visit(&format!("/sign-in/back/{id}?{query}"))
}

fn usual(way: &Way, issuer: &str) -> String {
    format!("code=c-1&state={}&iss={}", way.state, issuer.replace(':', "%3A").replace('/', "%2F"))
}

#[track_caller]
fn refused(answer: Answer, code: &str) {
    let page = text(&answer.expect(401));
    assert!(page.contains(&format!("<code>{code}</code>")), "{code}: {page}");
}

#[test]
fn a_provider_that_hangs_holds_up_nobody_else() {
    let hangs = TcpListener::bind("127.0.0.1:0").expect("a port");
    let one = Provider::start();
    let endpoint = format!("http://{}/token", hangs.local_addr().expect("an address"));
    one.say("token_endpoint", &json!(endpoint));
    let (_, address) = service("identity-hangs", vec![provider("province", &one.issuer)], false);
    let ways: Vec<Way> = (0..8).map(|_| begin(address, "province")).collect();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let come = |mut way: Way| {
            let query = usual(&way, &one.issuer);
            move || back(&mut way, "province", &query).status
        };
        let came: Vec<_> = ways.into_iter().map(|way| scope.spawn(come(way))).collect();
        let asked = hangs.accept().expect("asked");
        let begun = Instant::now();
        let body = json!({ "code": demo().summary.example_code });
        let check = Request::new(address, "POST", "/v1/verifications").json(&body);
        assert_eq!(check.send().expect(200).json()["outcome"], "VALID");
        assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
        drop((asked, hangs));
        came.into_iter().map(|one| one.join().expect("answered")).collect()
    });
    // Some had gone to the provider; the others were told at once that it is too much.
    assert!(answers.contains(&503) && answers.contains(&401), "{answers:?}");
}

#[test]
fn what_a_provider_says_is_believed_only_when_all_of_it_fits() {
    let (one, other) = (Provider::start(), Provider::start());
    let providers = vec![provider("province", &one.issuer), provider("other", &other.issuer)];
    let (app, address) = service("identity", providers, false);
    let page = text(&Browser::at(address).get("/sign-in").expect(200));
    assert!(page.contains("href=\"/sign-in/with/province\""));
    assert_eq!(Browser::at(address).get("/sign-in/with/absent").status, 404);
    assert_eq!(Browser::at(address).get("/test-identity/keys").status, 406, "a page asks JSON");

    // As it should be: the challenge is of the verifier that is told with the code.
    let mut way = begin(address, "province");
    one.give(one.signed(&claims(&one.issuer, &way, &json!({}))));
    let stolen = way.browser.clone();
    let query = usual(&way, &one.issuer);
    let done = back(&mut way, "province", &query).expect(303);
    assert_eq!(done.header("location"), Some("/me"));
    let form = one.form();
    let verifier = parameter(&form.replace("\r\n", "&"), "code_verifier");
    let digest = domain::digest::Sha256::of(verifier.as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(digest.as_bytes()), way.challenge);
    assert!(form.contains("redirect_uri=http%3A%2F%2F") && !form.contains("Authorization"));
    let me = text(&way.browser.get("/me").expect(200));
    assert!(me.contains("样**") && !me.contains("样例甲") && !me.contains(NUMBER), "{me}");
    // It is no session of staff, and one of staff is none of a citizen.
    assert_eq!(way.browser.get("/work").status, 303);
    assert_eq!(Browser::of("clerk").get("/me").status, 303);
    // The same once more, from a copy of the browser: the code is spent.
    let mut again = Way { browser: stolen, ..way };
    refused(back(&mut again, "province", &query), "identity_not_believed");

    // Nothing of the person is at rest, or in the trail.
    let caller = app.console("示例市行政审批服务局").expect("the platform");
    let events = app.trail(&caller, &app::TrailQuery::default()).expect("read").events;
    let opened: Vec<_> = events.iter().filter(|e| e.action == "citizen.session_open").collect();
    // On a server other tests have theirs there too.
    assert!(!opened.is_empty());
    assert!(!format!("{opened:?}").contains(NUMBER) && !format!("{opened:?}").contains("甲"));

    let old = OffsetDateTime::now_utc().unix_timestamp() - 3600;
    for (changes, code) in [
        (json!({"nonce": "0".repeat(64)}), "identity_not_believed"),
        (json!({"nonce": null}), "identity_not_believed"),
        (json!({"iss": other.issuer}), "identity_not_believed"),
        (json!({"aud": "somebody"}), "identity_not_believed"),
        (json!({"aud": ["yinzheng", "x"], "azp": "x"}), "identity_not_believed"),
        (json!({"exp": old}), "identity_not_believed"),
        (json!({"exp": null}), "identity_not_believed"),
        (json!({"exp": old + 864_000}), "identity_not_believed"),
        (json!({"acr": "low"}), "identity_assurance"),
        (json!({"acr": null}), "identity_assurance"),
        (json!({"citizen_id": null}), "identity_incomplete"),
        (json!({"citizen_id": "13800138000"}), "identity_incomplete"),
        (json!({"citizen_id": 7}), "identity_incomplete"),
    ] {
        let mut way = begin(address, "province");
        one.give(one.signed(&claims(&one.issuer, &way, &changes)));
        let query = usual(&way, &one.issuer);
        refused(back(&mut way, "province", &query), code);
        assert_eq!(way.browser.get("/me").status, 303, "{changes}");
    }

    // Signed by nobody, by everybody, by another.
    type Forge = fn(&Provider, &Value) -> String;
    let unsigned: Forge = |_, claims| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
    };
    let by_public_key: Forge = |one, claims| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({"alg": "HS256", "kid": "1"});
        let message = format!("{}.{}", part(&head), part(claims));
        let tag = gateway::keyed::digest(&one.public(), message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    };
    let forged: Forge = |one, claims| one.forged(claims);
    for make in [unsigned, by_public_key, forged] {
        let mut way = begin(address, "province");
        one.give(make(&one, &claims(&one.issuer, &way, &json!({}))));
        let query = usual(&way, &one.issuer);
        refused(back(&mut way, "province", &query), "identity_not_believed");
    }
}

#[test]
fn no_step_is_skipped_or_taken_in_another_browser() {
    let (one, other) = (Provider::start(), Provider::start());
    let providers = vec![provider("province", &one.issuer), provider("other", &other.issuer)];
    let (_, address) = service("identity-steps", providers, false);
    let give = |way: &Way| one.give(one.signed(&claims(&one.issuer, way, &json!({}))));

    // Nobody was sent; another browser; another state; another provider's way.
    let mut nobody = begin(address, "province");
    nobody.browser = Browser::at(address);
    give(&nobody);
    let query = usual(&nobody, &one.issuer);
    refused(back(&mut nobody, "province", &query), "identity_begin_again");
    let (mut mine, theirs) = (begin(address, "province"), begin(address, "province"));
    let query = usual(&theirs, &one.issuer);
    refused(back(&mut mine, "province", &query), "identity_begin_again");
    let mut way = begin(address, "other");
    let query = usual(&way, &one.issuer);
    refused(back(&mut way, "province", &query), "identity_begin_again");
    let mut way = begin(address, "province");
    refused(back(&mut way, "province", "code=c-1"), "identity_begin_again");
    // Another answers in the name of the one that was asked, or says no name (RFC 9207).
    let mut way = begin(address, "province");
    let query = usual(&way, &other.issuer);
    refused(back(&mut way, "province", &query), "identity_not_believed");
    let mut way = begin(address, "province");
    let query = format!("code=c-1&state={}", way.state);
    refused(back(&mut way, "province", &query), "identity_not_believed");
    assert_eq!((one.asked("/token"), other.asked("/token")), (0, 0), "no code was told");
    // The person said no.
    let mut way = begin(address, "province");
    let query =
        format!("error=access_denied&{}", usual(&way, &one.issuer).replace("code=c-1&", ""));
    refused(back(&mut way, "province", &query), "identity_refused");

    // A session that somebody put into the browser is not the one that is opened.
    let mut way = begin(address, "province");
    way.browser.keep("citizen", &"a".repeat(64));
    give(&way);
    let query = usual(&way, &one.issuer);
    back(&mut way, "province", &query).expect(303);
    assert_ne!(way.browser.kept("citizen"), Some(&*"a".repeat(64)));
    let me = text(&way.browser.get("/me").expect(200));
    // Out again, with a form of the own page alone.
    way.browser.post_bare("/me/sign-out", &[("form_token", "0")]).expect(403);
    let token = between(&me, "name=\"form_token\" value=\"", "\"").expect("a token");
    let before = way.browser.clone();
    let out = text(&way.browser.post_bare("/me/sign-out", &[("form_token", &token)]).expect(200));
    assert!(out.contains(&format!("{}/leave?client_id=yinzheng", one.issuer)), "{out}");
    assert_eq!(before.get("/me").status, 303, "a copy of the cookie is of no use");
}

#[test]
fn the_demo_has_people_to_try_it_with() {
    let (_, address) = service("identity-test", Vec::new(), true);
    for (person, expected) in
        [("0", "/me"), ("2", "identity_incomplete"), ("3", "identity_assurance")]
    {
        let mut browser = Browser::at(address);
        let sent = browser.visit("/sign-in/with/test").expect(303);
        let place = sent.header("location").expect("the page").to_owned();
        let path = place.trim_start_matches(&format!("http://{address}")).to_owned();
        let page = text(&browser.get(&path).expect(200));
        assert!(page.contains("这里的人都是虚构的样例") && page.contains("样例甲"));
        let names = [
            "response_type",
            "client_id",
            "redirect_uri",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
        ];
        let values = names.map(|name| {
            let value = between(&page, &format!("name=\"{name}\" value=\""), "\"");
            value.expect(name).replace("&#x2f;", "/").replace("&#58;", ":")
        });
        let mut fields: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        fields.push(("person", person));
        let chosen = browser.post_bare("/test-identity/authorize", &fields).expect(303);
        let back = chosen.header("location").expect("back").to_owned();
        let back = back.trim_start_matches(&format!("http://{address}")).to_owned();
        let came = browser.visit(&back);
        match expected {
            "/me" => assert_eq!(came.expect(303).header("location"), Some("/me")),
            code => refused(came, code),
        }
        // Elsewhere the code is not taken.
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| match *name {
                "redirect_uri" => (*name, "https://evil.example/"),
                _ => (*name, *value),
            })
            .collect();
        assert_eq!(browser.post_bare("/test-identity/authorize", &fields).status, 400);
    }
    let elsewhere = service("identity-no-test", Vec::new(), false).1;
    assert_eq!(Browser::at(elsewhere).get("/test-identity/authorize").status, 404);
}

/// A server of others, until it is dropped.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The provider of npm's oidc-provider at this address, which sends people back there.
fn oidc_provider(test: &str, at: SocketAddr, back: &str) -> Option<Other> {
    let node = tool(test, "node")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/identity");
    if !folder.join("node_modules/oidc-provider").exists() {
        skip(test, "oidc-provider is not installed (npm ci --prefix tests/identity)");
        return None;
    }
    let mut command = Command::new(node);
    command.arg(folder.join("server.mjs")).args([&at.port().to_string(), back]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
    let other = Other(child);
    let begun = Instant::now();
    while std::net::TcpStream::connect(at).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not listen");
        std::thread::sleep(Duration::from_millis(100));
    }
    Some(other)
}

#[test]
fn somebody_signs_in_at_a_provider_of_others() {
    let (at, address) = (free_address(), free_address());
    let own = format!("http://{address}");
    let back = format!("{own}/sign-in/back/others");
    let name = "somebody_signs_in_at_a_provider_of_others";
    let Some(_running) = oidc_provider(name, at, &back) else { return };
    let data = empty_folder("identity-others");
    copy(&demo().made, &data);
    let secret = data.join("others.secret");
    std::fs::write(&secret, "a secret: of/tests+ and spaces\n").expect("written");
    let others = ProviderSettings {
        client_secret: Some(secret),
        assurance: Vec::new(),
        ..provider("others", &format!("http://{at}"))
    };
    let sign_in = SignInSettings { providers: vec![others], ..SignInSettings::default() };
    let app = App::open(app::Settings { sign_in, ..settings(&data, address) }).expect("it opens");
    listen_with(app, ServerSettings { listen: address, ..server_settings() });

    let mut ours = Browser::at(address);
    let mut theirs = Browser::at(at);
    let sent = ours.visit("/sign-in/with/others").expect(303);
    let mut place = sent.header("location").expect("the provider").to_owned();
    let mut steps = Vec::new();
    while !place.starts_with(&back) {
        assert!(steps.len() < 12, "{steps:?}");
        steps.push(place.clone());
        let path = place.trim_start_matches(&format!("http://{at}")).to_owned();
        let mut answer = theirs.visit(&path);
        if answer.status == 200 {
            let page = text(&answer);
            let prompt = between(&page, "name=\"prompt\" value=\"", "\"").expect("a question");
            let fields = [("prompt", prompt.as_str()), ("login", "somebody"), ("password", "x")];
            answer = theirs.post_bare(&path, &fields);
        }
        place = answer.header("location").unwrap_or_else(|| panic!("{}", text(&answer))).to_owned();
    }
    let path = place.trim_start_matches(&own).to_owned();
    let done = ours.visit(&path);
    assert_eq!(done.expect(303).header("location"), Some("/me"));
    assert!(text(&ours.get("/me").expect(200)).contains("样**"));
}
