//! The bucket against moto, an S3-compatible server in Python.

use super::*;
use crate::shared::skip;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// A server that ends with the test.
struct Moto {
    server: Child,
    endpoint: String,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

const BUCKET: &str = "licenses";

fn moto(test: &str) -> Option<Moto> {
    let there = Command::new("python3").args(["-c", "import moto.server, flask"]).output();
    if !there.is_ok_and(|answer| answer.status.success()) {
        skip(test, "the Python package moto[server] is not installed");
        return None;
    }
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let mut server = Command::new("python3");
    server.args(["-m", "moto.server", "-p", &port.to_string()]);
    let mut server = server.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(server.stderr.take().unwrap());
    let running = said.lines().map_while(Result::ok).any(|line| line.contains("Running on"));
    assert!(running, "moto does not start");
    Some(Moto { server, endpoint: format!("http://127.0.0.1:{port}") })
}

/// As [`Bucket::open`], with what the variables say given by the test.
fn bucket(endpoint: &str) -> Bucket {
    let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
    let store = AmazonS3Builder::new()
        .with_bucket_name(BUCKET)
        .with_endpoint(endpoint)
        .with_region("cn-test-1")
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .with_allow_http(true)
        .with_retry(retry)
        .build();
    Bucket { store: Arc::new(store.unwrap()), prefix: Path::from("sealed/2026") }
}

fn make_bucket(moto: &Moto) {
    let made = Command::new("python3")
        .args([
            "-c",
            "import sys, urllib.request as r; r.urlopen(r.Request(sys.argv[1], method='PUT'))",
        ])
        .arg(format!("{}/{BUCKET}", moto.endpoint))
        .env("no_proxy", "127.0.0.1")
        .status();
    assert!(made.unwrap().success(), "a bucket");
}

#[test]
fn files_are_kept_by_digest_and_checked() {
    let Some(moto) = moto("files_are_kept_by_digest_and_checked") else { return };
    make_bucket(&moto);
    let bucket = bucket(&moto.endpoint);
    let sealed = Sm3::of(b"sealed");
    bucket.put(sealed, b"sealed").unwrap();
    bucket.put(sealed, b"sealed").unwrap();
    assert_eq!(bucket.read(sealed).unwrap(), b"sealed");
    let name = sealed.to_string();
    let path = bucket.path(sealed);
    assert_eq!(path.as_ref(), format!("sealed/2026/{}/{name}", &name[..2]));
    assert_eq!(bucket.names().unwrap(), [sealed]);

    let forged = wait(bucket.store.put(&path, "forged".into())).unwrap();
    forged.unwrap();
    assert!(matches!(bucket.read(sealed), Err(FileError::Changed { .. })));
    bucket.put(sealed, b"sealed").unwrap();
    assert_eq!(bucket.read(sealed).unwrap(), b"sealed");
    assert!(matches!(bucket.read(Sm3::of(b"never stored")), Err(FileError::Missing { .. })));
}

#[test]
fn orphans_go_when_they_are_old() {
    let Some(moto) = moto("orphans_go_when_they_are_old") else { return };
    make_bucket(&moto);
    let bucket = bucket(&moto.endpoint);
    let [wanted, orphan] = [b"wanted", b"orphan"].map(|bytes| {
        let sm3 = Sm3::of(bytes);
        bucket.put(sm3, bytes).unwrap();
        sm3
    });
    let now = SystemTime::now();
    let minute = Duration::from_secs(60);
    let sweep = |when| bucket.sweep::<FileError>(when, |sm3| Ok(sm3 == wanted)).unwrap().orphans;
    assert_eq!(sweep(SystemTime::UNIX_EPOCH..now - minute), 0, "it may still come to be");
    assert_eq!(sweep(SystemTime::UNIX_EPOCH..now + minute), 1);
    assert_eq!(bucket.names().unwrap(), [wanted]);
    assert!(matches!(bucket.read(orphan), Err(FileError::Missing { .. })));
}

#[test]
fn a_store_that_is_not_there_is_said() {
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let bucket = bucket(&format!("http://{free}"));
    let refused = bucket.put(Sm3::of(b"sealed"), b"sealed").unwrap_err();
    assert!(matches!(refused, FileError::Unavailable { operation: "storing", .. }), "{refused}");
    let refused = bucket.read(Sm3::of(b"sealed")).unwrap_err();
    assert!(matches!(refused, FileError::Unavailable { operation: "reading", .. }), "{refused}");
}
