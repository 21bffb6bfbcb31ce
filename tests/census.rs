//! Every endpoint: in the published document, and closed to those who may not call it.

use crate::support::decision;
use crate::support::http::Request;
use crate::support::service::{copy, database, demo, empty_folder, free_address, listen, settings};
use crate::support::shared::cannot;
use crate::support::snapshot;
use crate::support::tool::said;
use app::App;
use domain::sealing::KeyPurpose;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use storage::Store;
use web::census::{ENDPOINTS, Endpoint, Permission};

/// Who asks at a time.
const ASKING: usize = 8;

#[test]
fn the_openapi_document_is_published_as_it_is_served() {
    let served = String::from_utf8(demo().at("/openapi.json").expect(200).body).expect("text");
    snapshot::compare("schema/openapi.json", &format!("{}\n", served.trim_end()));
}

#[test]
fn every_documented_endpoint_is_in_the_document_and_no_other() {
    let document = demo().at("/openapi.json").expect(200).json();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let mut published: Vec<String> = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let methods = operations.as_object().expect("operations").keys();
        published.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    published.sort();
    let documented = ENDPOINTS.iter().filter(|endpoint| endpoint.documented);
    let mut served: Vec<_> =
        documented.map(|e| format!("{} {}", e.method, e.documented_path())).collect();
    served.sort();
    assert_eq!(published, served);
}

#[test]
fn nobody_passes_without_rights() {
    let wrong = ["Bearer yz_unknown", "Bearer ", "Basic eDp5", "Bearer \u{5370}", "yz_"];
    for endpoint in ENDPOINTS {
        let path = endpoint.path.replace("{id}", "0").replace("{code}", "0").replace("{name}", "0");
        let path = path.replace("{event}", "0");
        let method = match endpoint.method.as_str() {
            "POST" => "POST",
            "PUT" => "PUT",
            "DELETE" => "DELETE",
            _ => "GET",
        };
        let request = demo().request(method, &path);
        match endpoint.permission {
            Permission::Department => {
                let answer = request.send().expect(401);
                let said = answer.json();
                let (kind, code) = match path.starts_with("/compat/") {
                    true => ("application/json", &said["errors"][0]["code"]),
                    false => ("application/problem+json", &said["code"]),
                };
                assert_eq!(answer.header("content-type"), Some(kind));
                assert_eq!(*code, "token_missing", "{method} {path}");
                for key in wrong {
                    request.clone().header("Authorization", key).send().expect(401);
                }
            }
            one if one.is_of_people() || one == Permission::Citizen => {
                let answer = request.header("Accept", "text/html").send().expect(303);
                assert_eq!(answer.header("location"), Some("/sign-in"), "{method} {path}");
            }
            _ => {
                let status = request.send().status;
                // A step of signing in without the one before leads to the beginning.
                assert!(status != 303 || path.starts_with("/sign-in/"), "{method} {path}");
                assert!(![401, 403, 500].contains(&status), "{method} {path}: {status}");
            }
        }
    }
}

/// A service that nobody else asks, on a copy of the demo.
fn alone() -> (App, SocketAddr) {
    let data = empty_folder("census");
    copy(&demo().made, &data);
    let address = free_address();
    let app = App::open(settings(&data, address)).expect("it opens");
    listen(app.clone(), address);
    (app, address)
}

/// Asks an endpoint in every way without authority.
fn asks_no_key(app: &App, address: SocketAddr, endpoint: &Endpoint, before: u64) {
    let names = ["0", &demo().summary.example_license, &demo().summary.example_code];
    // An address without a name in it is one address.
    let names = if endpoint.path.contains('{') { &names[..] } else { &names[..1] };
    for name in names {
        let path = ["{id}", "{code}", "{name}", "{event}"]
            .iter()
            .fold(endpoint.path.to_owned(), |path, part| path.replace(part, name));
        let method = match endpoint.method.as_str() {
            "POST" => "POST",
            "DELETE" => "DELETE",
            "PUT" => "PUT",
            _ => "GET",
        };
        let request = Request::new(address, method, &path);
        let typed = request.clone().header("Authorization", "Bearer yz_unknown");
        let whole = request.clone().json(&decision::request(&decision::fresh_number()));
        for request in [request, typed, whole] {
            request.send();
            assert_eq!(app.key_uses(), before, "{method} {path}");
        }
    }
}

/// No call without authority reaches a private key; nor does one that only looks.
#[test]
fn nothing_without_authority_uses_a_key() {
    let (app, address) = alone();
    // The log of what the demo issued is signed when the service starts to grow it.
    let begin = Instant::now();
    while Request::new(address, "GET", "/v1/log/checkpoint").send().status != 200 {
        assert!(begin.elapsed() < Duration::from_secs(30), "no checkpoint");
        std::thread::sleep(Duration::from_millis(50));
    }
    let before = app.key_uses();
    // Most of the time is spent in waiting: who is answered before the body was read is let go a
    // second later.
    std::thread::scope(|scope| {
        for some in ENDPOINTS.chunks(ENDPOINTS.len().div_ceil(ASKING)) {
            let app = &app;
            scope.spawn(move || {
                some.iter().for_each(|endpoint| asks_no_key(app, address, endpoint, before))
            });
        }
    });
    // With authority it does, or the counter would say nothing.
    let issue = Request::new(address, "POST", "/v1/licenses");
    let issue = issue.json(&decision::request(&decision::fresh_number()));
    let issue = issue.header("Idempotency-Key", "census");
    issue.header("Authorization", &demo().key()).send().expect(201);
    assert!(app.key_uses() >= before + 2, "both forms of signature");
}

/// What the ledger has of every key together.
fn ledger(data: &Path) -> u64 {
    let place =
        database().map_or_else(|| data.join("register.db").display().to_string(), Into::into);
    let store = Store::open(&place.parse().expect("a place")).expect("a register");
    let keys =
        KeyPurpose::ALL.iter().flat_map(|purpose| store.signing_key_list(*purpose).expect("keys"));
    keys.map(|key| store.key_use_count(key.id).expect("counted")).sum()
}

#[test]
fn no_command_that_only_looks_uses_a_key() {
    if database().is_some() {
        return cannot("no_command_that_only_looks_uses_a_key", "others issue in this register");
    }
    let data = empty_folder("census-commands");
    copy(&demo().made, &data);
    // What the first start after the demo signs: its log.
    let typed = |line: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program
            .args(line)
            .current_dir(&data)
            .env("YZ_DATA", &data)
            .env("YZ_TRUST", data.join("trust"));
        said(program.output().expect("it runs"))
    };
    typed(&["fsck", "--quick"]).expect(&[]);
    let before = ledger(&data);
    assert!(before > 0, "the demo used its keys");
    let example = demo().summary.example_file.display().to_string();
    let license = &demo().summary.example_license;
    let department = &demo().summary.departments[0].name;
    for line in [
        &["verify", &example][..],
        &["inspect", &example],
        &["doctor", &example],
        &["license", "list", "--organization", department],
        &["license", "show", license],
        &["key", "list", "--organization", department],
        &["receipt", "keys"],
        &["audit", "nonces"],
        &["fsck"],
        &["config", "check"],
        &["codes"],
        &["openapi"],
        &["backup", "copy"],
    ] {
        let answer = typed(line);
        assert!(answer.well, "{line:?}: {}", answer.text);
        assert_eq!(ledger(&data), before, "{line:?}");
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    for path in ["/", "/docs", "/v1/license-types", "/v1/seals", "/absent", "/healthz"] {
        let answer = demo().at(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("default-src 'none'") || policy.contains("default-src 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(answer.header("referrer-policy").is_some(), "{path}");
    }
}
