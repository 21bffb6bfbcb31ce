//! Requests that their client signed: each counts once, as it was signed, and for its time.

use crate::support::decision;
use crate::support::http::{Answer, Request};
use crate::support::service::demo;
use crate::support::systems::{Client, DEPARTMENT, SCOPE, key, new_client, public};
use app::CredentialRequest;
use domain::request_signature::Mac;
use formats::algorithm::KeyKind;
use serde_json::json;
use time::{Duration, OffsetDateTime};

/// A client each of whose requests must be signed.
fn strict() -> Client {
    let mut new = new_client(&demo().app, "private_key_jwt", SCOPE);
    new.requires_signed_requests = true;
    Client::registered(&demo().app, demo().address, &new)
}

fn code(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    (answer.status, code)
}

#[track_caller]
fn is_refused(request: &Request, status: u16, expected: &str) {
    assert_eq!(code(&request.send()), (status, expected.to_owned()));
}

#[test]
fn who_must_sign_is_refused_unsigned() {
    let client = strict();
    let token = client.token();
    let ask = client.request("GET", "/v1/licenses").header("Authorization", &token);
    let refused = ask.send().expect(401);
    assert_eq!(refused.json()["code"], "signature_required");
    // With the token and without it; a token of another client does not go with the signature.
    let signed = || client.signed("GET", "/v1/licenses?limit=1", &[]);
    signed().by(&client.key, None).send().expect(200);
    signed().by(&client.key, None).header("Authorization", &token).send().expect(200);
    let other = Client::new("private_key_jwt", SCOPE).token();
    let mixed = signed().by(&client.key, None).header("Authorization", &other);
    is_refused(&mixed, 401, "signature_invalid");
    let mixed = signed().by(&client.key, None).header("Authorization", &demo().key());
    is_refused(&mixed, 401, "token_invalid");
}

#[test]
fn every_kind_of_key_signs_requests() {
    for (kind, named) in [
        (KeyKind::P256, None),
        (KeyKind::Ed25519, Some("ed25519")),
        (KeyKind::Sm2, None),
        (KeyKind::Rsa { bits: 2048 }, None),
        (KeyKind::Rsa { bits: 2048 }, Some("rsa-v1_5-sha256")),
    ] {
        let new = new_client(&demo().app, "private_key_jwt", SCOPE);
        let client = Client::with_key(&demo().app, demo().address, &new, key(&kind));
        let body = decision::request(&decision::fresh_number()).to_string();
        let headers = [("X-Case-No", "示2026-7"), ("Idempotency-Key", client.name.as_str())];
        let signing = client.signed("POST", "/v1/licenses", &headers);
        let request = signing.body("application/json", body).by(&client.key, named);
        request.send().expect(201);
    }
}

#[test]
fn a_signed_request_counts_once_and_as_it_was_signed() {
    let client = strict();
    let body = || json!({ "license_id": demo().summary.example_license }).to_string();
    let signing = || {
        let headers = [("X-Item-Code", "000123-A"), ("X-Operator-Id", "007")];
        client.signed("POST", "/v1/verifications", &headers).body("application/json", body())
    };
    let request = signing().by(&client.key, None);
    request.send().expect(200);
    is_refused(&request, 409, "nonce_replayed");
    // What is signed is what is done.
    let other = json!({ "license_id": "another" }).to_string();
    let changed = signing().by(&client.key, None).body("application/json", other);
    is_refused(&changed, 401, "signature_invalid");
    let moved = signing().by(&client.key, None);
    is_refused(&moved.clone().header("X-Case-No", "2026-7"), 401, "signature_invalid");
    is_refused(&moved.clone().header("Idempotency-Key", "k"), 401, "signature_invalid");
    // None of those used the nonce up.
    moved.send().expect(200);
    // The order and the spelling of headers do not matter.
    let mut signing_again = signing();
    signing_again.headers.reverse();
    signing_again.headers.push(("x-OPERATOR-role".to_owned(), " clerk ".to_owned()));
    signing_again.by(&client.key, None).send().expect(200);
    // Of now, by a key of the client.
    for (by, status) in [(-290, 200), (-310, 401), (50, 200), (75, 401)] {
        let mut signing = signing();
        signing.created = OffsetDateTime::now_utc() + Duration::seconds(by);
        let answer = signing.by(&client.key, None).send();
        assert_eq!(answer.status, status, "{by}");
        if status == 401 {
            assert_eq!(answer.json()["code"], "timestamp_out_of_window");
        }
    }
    is_refused(&signing().by(&key(&KeyKind::P256), None), 401, "signature_invalid");
    let mut stranger = signing();
    stranger.key = "nobody-here/1".to_owned();
    is_refused(&stranger.by(&client.key, None), 401, "signature_invalid");
}

/// Of many that send the same signed request at once, one is heard.
#[test]
fn a_request_that_is_repeated_at_once_is_heard_once() {
    let client = strict();
    let request = client.signed("GET", "/v1/licenses?limit=1", &[]).by(&client.key, None);
    let good = std::thread::scope(|scope| {
        let ask = || (0..25).filter(|_| request.send().status == 200).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().expect("asked")).sum::<usize>()
    });
    assert_eq!(good, 1);
}

#[test]
fn a_file_that_is_sent_in_parts_is_the_one_that_was_signed() {
    let client = strict();
    let file = std::fs::read(&demo().summary.example_file).expect("a file");
    let boundary = "a-boundary-that-no-test-file-contains";
    let media_type = format!("multipart/form-data; boundary={boundary}");
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"";
    let parts = |file: &[u8], after: &str| {
        let head = format!("--{boundary}\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n");
        let end = format!("\r\n--{boundary}--{after}");
        [head.as_bytes(), file, end.as_bytes()].concat()
    };
    let signing =
        |body: Vec<u8>| client.signed("POST", "/v1/verifications", &[]).body(&media_type, body);
    let answer = signing(parts(&file, "\r\n")).by(&client.key, None).send().expect(200);
    assert_eq!(answer.json()["outcome"], "VALID");
    // Behind the last part too nothing is added or taken away.
    let padding = format!("\r\n{}", "x".repeat(9000));
    signing(parts(&file, &padding)).by(&client.key, None).send().expect(200);
    for altered in
        [parts(&file, &padding), parts(&file, ""), parts(&file[..file.len() - 1], "\r\n")]
    {
        let request = signing(parts(&file, "\r\n")).by(&client.key, None);
        is_refused(&request.body(&media_type, altered), 401, "signature_invalid");
    }
}

#[test]
fn an_old_client_signs_by_a_secret() {
    let app = &demo().app;
    let caller = app.console(DEPARTMENT).expect("the department");
    let new = new_client(app, "signed_requests", SCOPE);
    let named = CredentialRequest { key_id: "s".to_owned(), ..CredentialRequest::default() };
    let made = app.client_add(&caller, &new, &named).expect("registered");
    let secret = made.secret.expect("a secret").to_string();
    // A key of the same client, for its requests by the standard.
    let pair = key(&KeyKind::Sm2);
    app.credential_add(&caller, &made.client.id, &public(&pair, "1")).expect("added");
    let other = Client::new("private_key_jwt", SCOPE);
    let signing = |key_id: &str| {
        let mut signing = other.signed("POST", "/v1/verifications?", &[]);
        signing.key = format!("{}/{key_id}", new.name);
        let body = json!({ "license_id": demo().summary.example_license }).to_string();
        signing.body("application/json", body)
    };
    for mac in Mac::ALL {
        let request = signing("s").by_secret(*mac, &secret);
        request.send().expect(200);
        is_refused(&request, 409, "nonce_replayed");
        let changed = signing("s").by_secret(*mac, &secret).body("application/json", "{}");
        is_refused(&changed, 401, "signature_invalid");
        let wrong = signing("s").by_secret(*mac, &"0".repeat(64));
        is_refused(&wrong, 401, "signature_invalid");
        // A key is no secret, and the other way round.
        is_refused(&signing("1").by_secret(*mac, &secret), 401, "signature_invalid");
    }
    is_refused(&signing("s").by(&pair, None), 401, "signature_invalid");
    signing("1").by(&pair, None).send().expect(200);
    // It has no token, and its secret gets none.
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &new.name),
        ("client_secret", &secret),
    ];
    crate::support::systems::post(demo().address, "/oauth2/token", &fields).expect(401);
}

#[test]
fn the_examples_of_the_documentation_work() {
    use std::process::Command;
    let page = std::fs::read_to_string(crate::support::tree::root().join("docs/clients.md"));
    let page = page.expect("the page");
    let app = &demo().app;
    let caller = app.console(DEPARTMENT).expect("the department");
    let folder = crate::support::service::empty_folder("clients-examples");
    let run = |script: &str, name: &str| {
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_yinzheng"));
        let path = std::env::var("PATH").unwrap_or_default();
        let bin = program.parent().expect("a folder").display();
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", script]).current_dir(&folder);
        shell.env("PATH", format!("{bin}:{path}")).env("CLIENT", name);
        shell.env("SERVICE", format!("http://{}", demo().address));
        let said = shell.output().expect("a shell");
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
        text
    };
    let blocks: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(script, _)| script))
        .collect();
    // The first makes the key; what comes of it is registered as its reader would.
    run(blocks[0], "");
    let material = std::fs::read_to_string(folder.join("client.pub.pem")).expect("a public key");
    let new = new_client(app, "private_key_jwt", SCOPE);
    let first = CredentialRequest { material, key_id: "1".to_owned(), valid_until: String::new() };
    app.client_add(&caller, &new, &first).expect("registered");
    assert!(blocks.len() >= 4, "{} examples", blocks.len());
    for script in &blocks[1..] {
        let said = run(script, &new.name);
        assert!(said.contains("\"items\""), "{script}\n{said}");
    }
}
