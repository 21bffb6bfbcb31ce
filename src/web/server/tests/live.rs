//! A server on a socket: what only shows between two machines.

use super::app_with;
use crate::{ServerSettings, TlsFiles, serve};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Serves while `client` talks, then stops; says how long stopping took.
fn while_serving(
    settings: ServerSettings,
    client: impl FnOnce(SocketAddr) + Send + 'static,
) -> Duration {
    let (app, _folder) = app_with(settings.file_bytes_max);
    let settings = ServerSettings { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..settings };
    let (bound, address) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let talking = std::thread::spawn(move || {
        let address = address.recv_timeout(Duration::from_secs(20)).unwrap();
        client(address);
        stop.send(()).unwrap();
        Instant::now()
    });
    let report = move |addresses: &[SocketAddr]| bound.send(addresses[0]).unwrap();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let serving = serve(app, settings, report, shutdown);
    actix_web::rt::System::new().block_on(serving).unwrap();
    talking.join().unwrap().elapsed()
}

/// Sends bytes and reads what comes back until the server closes or goes quiet.
fn talk(address: SocketAddr, parts: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    for part in parts {
        // A server that refuses early may have closed its side.
        if stream.write_all(part).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&answer)),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn an_upload_over_the_limit_learns_so_while_it_is_still_sending() {
    while_serving(
        ServerSettings { file_bytes_max: 1024, ..ServerSettings::default() },
        |address| {
            let head = b"POST /v1/verifications HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
            content-type: multipart/form-data; boundary=b\r\ncontent-length: 8000000\r\n\r\n";
            let body = vec![b'x'; 8_000_000];
            let answer = talk(address, &[head, &body]);
            assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
            assert!(answer.contains("file_too_large"), "{answer}");
        },
    );
}

#[test]
fn a_body_that_trickles_is_given_up() {
    let body_timeout = Duration::from_millis(200);
    while_serving(ServerSettings { body_timeout, ..ServerSettings::default() }, |address| {
        let head = b"POST /v1/verifications HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
            content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        let answer = talk(address, &[head]);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("request_timeout"), "{answer}");
    });
}

#[test]
fn heads_that_are_not_http_end_quietly() {
    while_serving(ServerSettings::default(), |address| {
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(300));
        let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(200_000));
        for head in ["\r\n\r\nnonsense\r\n\r\n", &many, &long] {
            let answer = talk(address, &[head.as_bytes()]);
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        }
        let alive =
            talk(address, &[b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
        assert!(alive.starts_with("HTTP/1.1 200 "), "{alive}");
        let head =
            talk(address, &[b"HEAD /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"]);
        assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
    });
}

#[test]
fn stopping_does_not_wait_for_idle_connections() {
    let took = while_serving(ServerSettings::default(), |address| {
        let mut idle = TcpStream::connect(address).unwrap();
        idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut buffer = [0; 64];
        assert!(idle.read(&mut buffer).unwrap() > 0);
        std::mem::forget(idle);
    });
    assert!(took < Duration::from_secs(10), "stopping took {took:?}");
}

#[test]
fn tls_files_that_cannot_be_used_are_named() {
    let (app, folder) = app_with(1024);
    let certificates = folder.path().join("server.pem");
    std::fs::write(&certificates, "not a certificate").unwrap();
    let tls = TlsFiles { certificates, key: folder.path().join("server.key") };
    let settings = ServerSettings { tls: Some(tls), ..ServerSettings::default() };
    let serving = serve(app, settings, |_| panic!("bound"), std::future::pending());
    let error = actix_web::rt::System::new().block_on(serving).unwrap_err();
    assert!(error.to_string().contains("server."), "{error}");
}
