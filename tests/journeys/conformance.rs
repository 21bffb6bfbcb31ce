//! The conformance kit against the demo: 20 cases, and a service that answers otherwise.

use crate::support::service::{demo, empty_folder};
use crate::support::systems::{Client, SCOPE};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

fn conformance(url: &str, more: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    let output = program.args(["--lang", "en", "conformance", url]).args(more).output();
    let output = output.expect("it ran");
    let both = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&both).into_owned())
}

#[test]
fn a_demo_answers_as_every_service_should() {
    let url = format!("http://{}/", demo().address);
    let folder = empty_folder("conformance");
    let client = Client::new("client_secret", SCOPE);
    let secret = folder.join("secret");
    fs::write(&secret, client.secret.as_deref().expect("a secret")).expect("written");
    let secret = secret.display().to_string();
    let as_client = ["--client", &client.name, "--secret-file", &secret];
    let (code, said) = conformance(&url, &as_client);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.trim_end().ends_with("20 / 20"), "{said}");
    // Without a client one case cannot be tried, which is said and no failure.
    let (code, said) = conformance(&url, &["--json"]);
    let skipped: Vec<&str> = said.lines().filter(|line| line.contains("\"skip\"")).collect();
    assert_eq!((code, said.lines().count(), skipped.len()), (Some(0), 20, 1), "{said}");
    assert!(skipped[0].contains("\"authorized\""), "{said}");
    // A secret that is none, and a service that is away.
    fs::write(folder.join("secret"), "wrong").expect("written");
    assert_eq!(conformance(&url, &as_client).0, Some(1));
    assert_eq!(conformance("http://127.0.0.1:1", &[]).0, Some(1));
}

#[test]
fn a_service_that_calls_everything_valid_is_told_so() {
    const BODY: &str = r#"{"outcome":"VALID","openapi":"3.1.0"}"#;
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 65536]);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", BODY.len());
            let _ = stream.write_all(&[head.as_bytes(), BODY.as_bytes()].concat());
        }
    });
    let (code, said) = conformance(&url, &[]);
    assert_eq!(code, Some(1), "{said}");
    for case in ["unknown_address", "no_token", "unknown_license", "wrong_issuer", "not_a_license"]
    {
        let line = said.lines().find(|line| line.contains(case)).expect("its line");
        assert!(line.starts_with('✗'), "{said}");
    }
}
