//! People sign in by certificate: over the service's own TLS, and behind a gateway.

use crate::support::clients::{Authority, Client, NOW, role, tls};
use crate::support::people::{Browser, code_of, invite, set_up, text};
use crate::support::service::{
    copy, demo, empty_folder, free_address, listen_with, server_settings, settings,
};
use app::{App, Caller, TrailQuery, Visitor};
use formats::algorithm::KeyKind;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex, PoisonError};
use time::Duration;
use web::{ServerSettings, TlsFiles};

/// A service that asks for certificates, and is told of them by this machine, which is a gateway to
/// one of its addresses and nobody to the other.
struct Place {
    app: App,
    /// Told of certificates by this machine.
    gateway: SocketAddr,
    /// The same without a gateway.
    bare: SocketAddr,
    /// By TLS.
    secure: SocketAddr,
    sm2: Mutex<Authority>,
    p256: Mutex<Authority>,
}

fn place() -> &'static Place {
    static PLACE: LazyLock<Place> = LazyLock::new(|| {
        let data = empty_folder("certificates");
        copy(&demo().made, &data);
        let p256 = Authority::new(&KeyKind::P256, "client-authorities");
        let sm2 = Authority::new(&KeyKind::Sm2, "client-authorities-sm2");
        std::fs::copy(sm2.folder.join("root.der"), p256.folder.join("sm2.der")).expect("copied");
        let [gateway, bare, secure] = [free_address(), free_address(), free_address()];
        let own = app::Settings {
            client_authorities: Some(p256.folder.clone()),
            ..settings(&data, gateway)
        };
        let app = App::open(own).expect("it opens");
        let at = |listen| ServerSettings { listen, ..server_settings() };
        let gateways = vec![[127, 0, 0, 1].into()];
        listen_with(app.clone(), ServerSettings { gateways, ..at(gateway) });
        listen_with(app.clone(), at(bare));
        // The server's own certificate and the one above it.
        let chain = ["tls-server", "ca-rsa"].map(|name| role(name).join("certificate.pem"));
        let chain = chain.map(|file| std::fs::read_to_string(file).expect("read")).concat();
        let certificates = data.join("tls.pem");
        std::fs::write(&certificates, chain).expect("written");
        let files = TlsFiles { certificates, key: role("tls-server").join("key.pem") };
        listen_with(app.clone(), ServerSettings { tls: Some(files), ..at(secure) });
        Place { app, gateway, bare, secure, sm2: Mutex::new(sm2), p256: Mutex::new(p256) }
    });
    &PLACE
}

fn client(of: &Mutex<Authority>, name: &str) -> Client {
    of.lock().unwrap_or_else(PoisonError::into_inner).client(name, NOW)
}

/// A browser behind the gateway, with a certificate or none.
fn behind(client: Option<&Client>) -> Browser {
    let browser = Browser::at(place().gateway);
    client.map_or(browser.clone(), |one| browser.with("Client-Cert", &one.header()))
}

/// Somebody with password, device and a certificate that the administrator registered.
fn person(login: &str, own: &str, certificate: &Client) -> String {
    let place = place();
    let first = invite(&place.app, login, "clerk");
    let (_, secret) = set_up(Browser::at(place.bare), &first, login, own);
    register(login, certificate).expect("registered");
    secret
}

/// Whoever sits at the machine.
fn console(app: &App) -> Caller {
    app.console("示例市行政审批服务局").expect("the platform")
}

/// The id of an account.
fn account(app: &App, login: &str) -> String {
    let accounts = app.accounts(&console(app)).expect("listed");
    accounts.into_iter().find(|one| one.login == login).expect("the account").id
}

fn register(login: &str, certificate: &Client) -> Result<(), String> {
    let app = &place().app;
    let id = account(app, login);
    let added = app.account_certificate_add(&console(app), &id, &certificate.pem());
    added.map_err(|error| error.to_string())
}

#[test]
fn a_certificate_and_a_code_open_a_session_that_needs_the_certificate() {
    let one = client(&place().sm2, "样例 SM2 经办人");
    let other = client(&place().sm2, "样例另一位");
    let secret = person("by.gateway", "松下问童子言师采药去只在此山中", &one);
    let mut browser = behind(Some(&one));
    let page = text(&browser.get("/sign-in").expect(200));
    assert!(page.contains("样例 SM2 经办人") && page.contains("用证书登录"));
    let begun = browser.post_bare("/sign-in/certificate", &[]).expect(303);
    assert_eq!(begun.header("location"), Some("/sign-in/code"));
    assert_eq!(browser.get("/work").status, 303, "half signed in is not signed in");
    // The step that is left is of the bearer alone.
    let code = code_of(&secret, 1);
    let thief = browser.clone().without("Client-Cert");
    assert_eq!(thief.clone().post_bare("/sign-in/code", &[("code", &code)]).status, 303);
    assert_eq!(thief.get("/work").status, 303);
    let opened = browser.post_bare("/sign-in/code", &[("code", &code)]).expect(303);
    assert_eq!(opened.header("location"), Some("/work"));
    browser.get("/work").expect(200);
    // Another certificate, and the session is over for everyone.
    let taken = browser.clone().without("Client-Cert").with("Client-Cert", &other.header());
    assert_eq!(taken.get("/work").status, 303);
    assert_eq!(browser.get("/work").status, 303, "it ended");
    let app = &place().app;
    let subject = format!("staff {}", account(app, "by.gateway"));
    let query = TrailQuery { subject, ..TrailQuery::default() };
    let events = app.trail(&console(app), &query).expect("read").events;
    for action in ["staff.certificate_add", "session.open", "session.certificate_missing"] {
        assert!(events.iter().any(|event| event.action == action), "{action}");
    }
}

#[test]
fn what_lets_nobody_in_is_said_with_its_code() {
    let place = place();
    let (known, strange) = (client(&place.p256, "样例在册"), client(&place.p256, "样例未登记"));
    person("refused.often", "明月几时有把酒问青天不知天上", &known);
    let over = {
        let mut authority = place.p256.lock().unwrap_or_else(PoisonError::into_inner);
        authority.client("样例过期", Duration::days(-9)..Duration::days(-2))
    };
    let foreign = Authority::new(&KeyKind::P256, "strange-authority").client("样例外人", NOW);
    let junk = Browser::at(place.gateway).with("Client-Cert", ":YWJj:");
    let mut refusals = vec![
        (behind(None), "certificate_needed"),
        (behind(Some(&strange)), "certificate_unregistered"),
        (behind(Some(&over)), "certificate_expired"),
        (behind(Some(&foreign)), "certificate_untrusted"),
        (junk, "certificate_unreadable"),
        // No gateway, whatever the header says.
        (Browser::at(place.bare).with("Client-Cert", &known.header()), "certificate_needed"),
    ];
    for (browser, code) in &mut refusals {
        let page = text(&browser.post_bare("/sign-in/certificate", &[]).expect(401));
        assert!(page.contains(&format!("<code>{code}</code>")), "{code}: {page}");
        assert_eq!(browser.get("/work").status, 303);
    }
    let counted = crate::support::http::Request::new(place.bare, "GET", "/metrics").send();
    let counted = text(&counted);
    let line =
        counted.lines().find(|line| line.starts_with("yinzheng_client_certificates_ignored"));
    assert!(line.is_some_and(|line| !line.ends_with(" 0")), "{line:?}");
    // What is no certificate at all is not passed on.
    let broken = Browser::at(place.gateway).with("Client-Cert", "abc");
    assert_eq!(broken.get("/sign-in").status, 400);
    // It is of one account, and of an authority that is believed.
    assert!(register("refused.often", &known).is_err_and(|why| why.contains("registered")));
    assert!(register("refused.often", &foreign).is_err_and(|why| why.contains("vouches")));
}

#[test]
fn over_tls_possession_is_proven_to_us() {
    let place = place();
    let one = client(&place.p256, "样例 P-256 审批人");
    let secret = person("by.tls", "独坐幽篁里弹琴复长啸深林人不知", &one);
    // Whoever has no certificate reads pages all the same.
    let plain = Browser::at(place.secure).over(tls(None));
    let page = text(&plain.get("/sign-in").expect(200));
    assert!(!page.contains("用证书登录"));
    // A header does not count where TLS is ours.
    let lying = plain.clone().with("Client-Cert", &one.header());
    assert!(!text(&lying.get("/sign-in").expect(200)).contains("用证书登录"));
    let mut browser = Browser::at(place.secure).over(tls(Some(&one)));
    browser.post_bare("/sign-in/certificate", &[]).expect(303);
    let code = code_of(&secret, 1);
    browser.post_bare("/sign-in/code", &[("code", &code)]).expect(303);
    browser.get("/work").expect(200);
    // Registering needs the password; withdrawing ends the session at once.
    let refused = text(&browser.post("/certificates", &[]).expect(400));
    assert!(refused.contains("password_needed"));
    let own = text(&browser.get("/certificates").expect(200));
    let print = crate::support::people::between(&own, "name=\"fingerprint\" value=\"", "\"");
    let print = print.expect("its fingerprint");
    browser.post("/certificates/withdraw", &[("fingerprint", &print)]).expect(303);
    assert_eq!(browser.get("/work").status, 303);
    let page = text(&browser.post_bare("/sign-in/certificate", &[]).expect(401));
    assert!(page.contains("certificate_withdrawn"));
}

#[test]
fn who_guesses_does_not_shut_out_whose_name_it_is() {
    let place = place();
    let one = client(&place.sm2, "样例常被猜");
    let login = "often.guessed.elsewhere";
    let own = "白日依山尽黄河入海流欲穷千里目";
    let secret = person(login, own, &one);
    for _ in 0..5 {
        let wrong = [("login", login), ("password", "wrong wrong wrong")];
        Browser::at(place.bare).post_bare("/sign-in", &wrong).expect(401);
    }
    let right = [("login", login), ("password", own)];
    Browser::at(place.bare).post_bare("/sign-in", &right).expect(401);
    let elsewhere = |last: u8| Visitor { address: [192, 0, 2, last].into(), certificate: None };
    place.app.sign_in(login, own, &elsewhere(1)).expect("from another network");
    // A crowd shuts out strangers; the bearer of the certificate signs in all the same.
    for last in 10..20 {
        for _ in 0..5 {
            assert!(place.app.sign_in(login, "wrong wrong wrong", &elsewhere(last)).is_err());
        }
    }
    assert!(place.app.sign_in(login, own, &elsewhere(2)).is_err());
    let mut bearer = behind(Some(&one));
    bearer.post_bare("/sign-in/certificate", &[]).expect(303);
    bearer.post_bare("/sign-in/code", &[("code", &code_of(&secret, 1))]).expect(303);
    bearer.get("/work").expect(200);
}

#[test]
fn a_revoked_certificate_ends_what_it_opened_within_seconds() {
    let data = empty_folder("certificates-revoked");
    copy(&demo().made, &data);
    let mut authority = Authority::new(&KeyKind::P256, "revoking-authority");
    let (one, other) = (authority.client("样例甲", NOW), authority.client("样例乙", NOW));
    let address = free_address();
    let own = app::Settings {
        client_authorities: Some(authority.folder.clone()),
        sign_in: app::SignInSettings { certificate_alone: true, ..Default::default() },
        ..settings(&data, address)
    };
    let app = App::open(own).expect("it opens");
    let gateways = vec![[127, 0, 0, 1].into()];
    listen_with(app.clone(), ServerSettings { listen: address, gateways, ..server_settings() });
    let mut browsers = Vec::new();
    for (login, client) in [("revoked.one", &one), ("revoked.other", &other)] {
        let first = invite(&app, login, "clerk");
        set_up(Browser::at(address), &first, login, "空山不见人但闻人语响返景入深林");
        let id = account(&app, login);
        app.account_certificate_add(&console(&app), &id, &client.pem()).expect("registered");
        let mut browser = Browser::at(address).with("Client-Cert", &client.header());
        let opened = browser.post_bare("/sign-in/certificate", &[]).expect(303);
        assert_eq!(opened.header("location"), Some("/work"), "alone is enough here");
        browser.get("/work").expect(200);
        browsers.push(browser);
    }
    authority.revoke(&[&one]);
    app.refresh_client_authorities().expect("read anew");
    assert_eq!(browsers[0].get("/work").status, 303);
    let page = text(&browsers[0].post_bare("/sign-in/certificate", &[]).expect(401));
    assert!(page.contains("certificate_revoked"));
    browsers[1].get("/work").expect(200);
}
