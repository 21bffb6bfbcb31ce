//! What a provider may say, and when it is asked.

use super::*;
use crate::identity::provider::Provider as Known;
use crate::provider::Provider as Machine;
use crate::settings::ProviderSettings;
use crate::{Settings, SignInSettings};
use serde_json::json;
use std::net::TcpListener;
use std::time::Instant;

fn settings(issuer: &str) -> ProviderSettings {
    ProviderSettings {
        id: "province".to_owned(),
        name_zh: "省".to_owned(),
        name_en: "Province".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "yinzheng".to_owned(),
        client_secret: None,
        scope: "openid".to_owned(),
        id_claim: "citizen_id".to_owned(),
        name_claim: "name".to_owned(),
        assurance: Vec::new(),
        allow: vec!["127.0.0.1".to_owned()],
        ca_file: None,
        is_test: false,
    }
}

fn providers(issuer: &str, production: bool) -> Result<Providers, AppError> {
    let sign_in = SignInSettings { providers: vec![settings(issuer)], ..Default::default() };
    let own = Settings::in_folder(std::path::Path::new("nowhere"));
    Providers::open(&Settings { production, sign_in, ..own })
}

fn only(providers: &Providers) -> &Known {
    providers.find("province").unwrap()
}

#[test]
fn new_keys_are_fetched_for_a_token_of_an_unknown_one_once_a_minute() {
    let machine = Machine::start();
    let all = providers(&machine.issuer, false).unwrap();
    let provider = only(&all);
    let now = OffsetDateTime::now_utc();
    let claims = json!({"iss": machine.issuer, "aud": "yinzheng"});
    let first = machine.signed(&claims);
    assert!(provider.verified(&first, now).is_ok());
    machine.rotate();
    let second = machine.signed(&claims);
    let soon = now + Duration::seconds(59);
    assert!(provider.verified(&second, soon).is_err());
    assert_eq!(machine.asked("/keys"), 1, "a stranger's token has nobody asked");
    assert!(provider.verified(&second, now + Duration::MINUTE).is_ok());
    assert!(provider.verified(&first, now + Duration::MINUTE).is_err(), "it is gone");
    assert_eq!(
        (machine.asked("/keys"), machine.asked("/.well-known/openid-configuration")),
        (2, 1)
    );
    assert!(provider.known(now + Duration::HOUR).is_ok());
    assert_eq!(machine.asked("/.well-known/openid-configuration"), 2);
}

#[test]
fn a_provider_that_lies_about_itself_or_is_away_lets_nobody_in() {
    let machine = Machine::start();
    let now = OffsetDateTime::now_utc();
    for (name, value) in [
        ("issuer", json!("https://another.example")),
        ("token_endpoint", json!("http://192.0.2.1/token")),
        ("jwks_uri", json!("ftp://127.0.0.1/keys")),
        ("authorization_endpoint", json!("https://a.example/\r\nSet-Cookie: a=b")),
        ("jwks_uri", json!(format!("{}/absent", machine.issuer))),
    ] {
        let all = providers(&machine.issuer, false).unwrap();
        machine.say(name, &value);
        let known = only(&all).known(now);
        assert!(
            matches!(known, Err(AppError::Unavailable { code: "identity_unavailable", .. })),
            "{name} {value}"
        );
        machine.say_the_truth();
    }
    let away = providers("http://127.0.0.1:9", false).unwrap();
    assert!(only(&away).known(now).is_err());
    assert!(only(&away).known(now).is_err(), "and is left alone for a while");
}

#[test]
fn a_provider_that_hangs_is_waited_for_by_one() {
    let hangs = TcpListener::bind("127.0.0.1:0").unwrap();
    let all = providers(&format!("http://{}", hangs.local_addr().unwrap()), false).unwrap();
    let ask = || only(&all).known(OffsetDateTime::now_utc()).is_err();
    std::thread::scope(|scope| {
        let first = scope.spawn(ask);
        let (asked, _) = hangs.accept().unwrap();
        let begun = Instant::now();
        assert!(ask(), "nothing is known of it");
        assert!(begun.elapsed() < gateway::webhook::PATIENCE / 2, "{:?}", begun.elapsed());
        drop(asked);
        assert!(first.join().unwrap());
    });
}

#[test]
fn only_https_is_asked_where_it_matters() {
    for (issuer, production, taken) in [
        ("https://id.example.gov.cn", true, true),
        ("http://127.0.0.1:1/a", false, true),
        ("http://127.0.0.1:1/a", true, false),
        ("http://id.example.gov.cn", false, false),
        ("https://", false, false),
        ("javascript:alert(1)", false, false),
    ] {
        assert_eq!(providers(issuer, production).is_ok(), taken, "{issuer}");
    }
}

#[test]
fn the_test_identity_is_refused_in_production() {
    let folder = tempfile::tempdir().unwrap();
    let sign_in = SignInSettings { test_identity: true, ..Default::default() };
    let own = Settings { sign_in, ..Settings::in_folder(folder.path()) };
    let refused = App::open(Settings { production: true, ..own.clone() }).err();
    let refused = refused.map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.contains("test_identity_in_production"), "{refused}");
    let app = App::open(own).unwrap();
    assert!(app.test_identity_keys().unwrap()["keys"][0]["x"].is_string());
    let plain = tempfile::tempdir().unwrap();
    let app = App::open(Settings::in_folder(plain.path())).unwrap();
    assert!(matches!(app.test_identity_keys(), Err(AppError::NotFound)));
}

#[test]
fn numbers_of_people_and_bodies_and_nothing_else() {
    for (text, right) in [
        ("119999199003070131", true),
        (" 11430000006122244l ", true),
        ("13800138000", false),
        ("somebody@example.cn", false),
        ("119999199003070132", false),
        ("", false),
    ] {
        assert_eq!(assured(text).is_some(), right, "{text}");
    }
    assert_eq!(with_query("https://a/b?c=d", &[("e", "f/ g&")]), "https://a/b?c=d&e=f%2F%20g%26");
}
