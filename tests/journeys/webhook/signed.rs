//! What is sent, and what others make of its signatures.

use super::{Office, delivered, only, path};
use crate::support::decision;
use crate::support::receiver::{OK, Received, Receiver, read};
use crate::support::service::empty_folder;
use crate::support::tool::{python_with, run, tool};
use crate::support::tree::root;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::digest::Sha256;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;

/// HMAC-SHA256 by its definition (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let padded = |with: u8| {
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(key);
        block.map(|byte| byte ^ with).to_vec()
    };
    let inner = Sha256::of(&[padded(0x36), message.to_vec()].concat());
    Sha256::of(&[padded(0x5c), inner.as_bytes().to_vec()].concat()).as_bytes().to_vec()
}

fn content(received: &Received) -> Vec<u8> {
    let (id, at) = (received.header("webhook-id"), received.header("webhook-timestamp"));
    [format!("{id}.{at}.").as_bytes(), &received.body].concat()
}

fn expected_v1(received: &Received, endpoint: &Value) -> String {
    let secret = endpoint["secret"].as_str().expect("a secret");
    let key = secret.strip_prefix("whsec_").expect("its prefix");
    let key = STANDARD.decode(key).expect("base64");
    assert!((24..=64).contains(&key.len()));
    format!("v1,{}", STANDARD.encode(hmac(&key, &content(received))))
}

fn signatures(received: &Received) -> Vec<&str> {
    received.header("webhook-signature").split(' ').collect()
}

#[test]
fn an_issued_license_is_told_at_once_and_nothing_of_its_holder() {
    let office = Office::start("webhook-signed");
    let receiver = Receiver::start(&[OK]);
    let endpoint = office.endpoint(&receiver.url());
    let license = office.issue();
    let received = only(&receiver);
    assert_eq!(received.line, "POST /hook HTTP/1.1");
    assert_eq!(received.header("content-type"), "application/json");
    let body = received.json();
    assert_eq!(body["type"], "license.issued");
    assert_eq!(body["data"]["license_id"], license["id"]);
    assert_eq!(body["data"]["license_type"], decision::TYPE);
    assert_eq!(body["data"]["state"], "ISSUED");
    let names = |value: &Value| value.as_object().expect("an object").keys().cloned().collect();
    let (of_body, of_data): (Vec<String>, Vec<String>) = (names(&body), names(&body["data"]));
    assert_eq!(of_body, ["type", "timestamp", "data"]);
    let thin = ["license_id", "license_type", "state", "version", "effective_at"];
    assert_eq!(of_data, thin);
    let said = String::from_utf8(received.body.clone()).expect("text");
    for (name, value) in license["fields"].as_object().expect("fields") {
        let value = value.as_str().expect("a text");
        assert!(!said.contains(value), "{name} is in {said}");
    }
    assert!(received.body.len() < 20_000);

    let signed = signatures(&received);
    assert_eq!(signed.len(), 2, "{signed:?}");
    assert_eq!(signed[0], expected_v1(&received, &endpoint));
    assert!(signed[1].starts_with("v1s,"));
    let done = office.wait(&endpoint, delivered);
    assert_eq!(done["id"], received.header("webhook-id"));
    assert_eq!((&done["attempts"], &done["last_status"]), (&1.into(), &204.into()));

    // Both secrets sign for a while after a rotation.
    let rotated = office.ask(&endpoint, ":rotate-secret").expect(200).json();
    assert_ne!(rotated["secret"], endpoint["secret"]);
    assert!(rotated["old_secret_until"].is_string());
    office.issue();
    let second = receiver.wait(2).remove(1);
    let signed = signatures(&second);
    assert_eq!(signed.len(), 3, "{signed:?}");
    assert_eq!(signed[0], expected_v1(&second, &rotated));
    assert_eq!(signed[1], expected_v1(&second, &endpoint));

    // The ledger knows why the key signed.
    office.wait(&endpoint, delivered);
    let shown = office.request("GET", &path(&endpoint)).send().expect(200).json();
    assert!(shown["secret"].is_null(), "shown once");
    others_believe(&received, &endpoint);
    others_believe(&second, &rotated);
    others_believe(&second, &endpoint);
}

/// The package `standardwebhooks` verifies HMAC, OpenSSL verifies SM2.
fn others_believe(received: &Received, endpoint: &Value) {
    let test = "others_believe";
    let folder = empty_folder("webhook-others");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let secret = endpoint["secret"].as_str().expect("a secret");
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers = headers.map(|name| received.header(name).to_owned());
    let body = write("body", &received.body);
    if let Some(python) = python_with(test, "standardwebhooks") {
        let judge = root().join("tests/interop/webhook_judge.py").display().to_string();
        let [id, at, signed] = headers;
        let arguments = [&judge, secret, &id, &at, &signed, &body].map(ToOwned::to_owned);
        run(&python, arguments).expect(&["believed"]);
        let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let arguments = [&judge, other, &id, &at, &signed, &body].map(ToOwned::to_owned);
        run(&python, arguments).expect(&["refused"]);
    }
    let Some(openssl) = tool(test, "openssl") else { return };
    let signed = signatures(received);
    let sm2 = signed.last().and_then(|one| one.strip_prefix("v1s,")).expect("v1s");
    let sm2 = write("signature", &STANDARD.decode(sm2).expect("base64"));
    let key = write("key.pem", endpoint["sm2_public_key"].as_str().expect("a key").as_bytes());
    let message = write("message", &content(received));
    let arguments = [
        "pkeyutl",
        "-verify",
        "-rawin",
        "-digest",
        "sm3",
        "-pkeyopt",
        "distid:1234567812345678",
        "-pubin",
        "-inkey",
        &key,
        "-in",
        &message,
        "-sigfile",
        &sm2,
    ];
    run(&openssl, arguments).expect(&["Signature Verified Successfully"]);
}

#[test]
fn a_receiver_with_tls_is_believed_by_its_certificate() {
    let authority = root().join("certs-test/root-rsa/certificate.pem");
    let environment = [
        ("YZ_WEBHOOKS_ALLOW", "127.0.0.1"),
        ("YZ_WEBHOOKS_CA_FILE", authority.to_str().expect("a path")),
    ];
    let office = Office::start_with("webhook-tls", &environment);
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let certs = root().join("certs-test");
        let chain = ["tls-server", "ca-rsa"].map(|name| {
            let file = certs.join(name).join("certificate.pem");
            CertificateDer::from_pem_file(file).expect("a certificate")
        });
        let key = PrivateKeyDer::from_pem_file(certs.join("tls-server/key.pem")).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain.to_vec(), key)
            .expect("a server");
        let connection = rustls::ServerConnection::new(Arc::new(config)).expect("a connection");
        let (stream, _) = listener.accept().expect("somebody comes");
        let mut stream = rustls::StreamOwned::new(connection, stream);
        let received = read(&mut stream).expect("a request");
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").expect("answered");
        stream.flush().expect("sent");
        received
    });
    let endpoint = office.endpoint(&format!("https://localhost:{port}/hook"));
    office.issue();
    let received = server.join().expect("served");
    assert_eq!(signatures(&received)[0], expected_v1(&received, &endpoint));
    office.wait(&endpoint, delivered);

    // One that proves another name is not sent anything.
    let stranger = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = stranger.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in stranger.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        }
    });
    let endpoint = office.endpoint(&format!("https://127.0.0.1:{port}/hook"));
    office.issue();
    let tried = office.wait(&endpoint, |one| one["attempts"] == 1);
    assert_eq!((&tried["trouble"], &tried["state"]), (&"tls_failed".into(), &"pending".into()));
}
