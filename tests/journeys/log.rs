//! The log of what was issued: a signed checkpoint soon after, and no way back behind it.

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::Request;
use crate::support::service::{database, demo, empty_folder, free_address};
use domain::log::Checkpoint;
use formats::algorithm::PublicKey;
use formats::x509::pem_blocks;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use storage::{Location, Store};

fn keys(address: SocketAddr) -> Vec<PublicKey> {
    let keys = Request::new(address, "GET", "/v1/log/keys").send().expect(200).json();
    let pems = keys["items"].as_array().expect("keys").iter().map(|key| key["pem"].as_str());
    pems.map(|pem| {
        let spki = pem_blocks(pem.expect("PEM"), "PUBLIC KEY").expect("PEM");
        PublicKey::from_spki(&spki[0]).expect("a key")
    })
    .collect()
}

fn checkpoint(address: SocketAddr) -> Option<Checkpoint> {
    let answer = Request::new(address, "GET", "/v1/log/checkpoint").send();
    (answer.status == 200).then(|| Checkpoint::read(&answer.body, &keys(address)).expect("signed"))
}

/// Waits for a checkpoint over at least this many leaves.
fn grown(address: SocketAddr, leaves: u64) -> Checkpoint {
    let begin = Instant::now();
    loop {
        match checkpoint(address) {
            Some(checkpoint) if checkpoint.size >= leaves => return checkpoint,
            _ => assert!(begin.elapsed() < Duration::from_secs(60), "the log does not grow"),
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn issue(address: SocketAddr) {
    let request = Request::new(address, "POST", "/v1/licenses");
    let request = request.json(&decision::request(&fresh_number()));
    request.header("Authorization", &demo().key()).send().expect(201);
}

fn serve(data: &Path, more: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    program.arg("serve").arg("--data").arg(data).args(["--lang", "en"]).args(more);
    program
}

#[test]
fn what_is_issued_is_soon_under_a_signed_checkpoint() {
    let address = demo().address;
    let before = grown(address, 30);
    issue(address);
    let after = grown(address, before.size + 1);
    assert_ne!(before.root, after.root);
}

#[test]
fn an_older_register_is_not_served() {
    if database().is_some() {
        // What is put back here is a file; a server has ways of its own.
        return;
    }
    let data = empty_folder("log");
    copy(&demo().made, &data);
    let address = free_address();
    let running = Running::start(&data, address);
    grown(address, 30);
    drop(running);

    let older = empty_folder("log-older");
    for file in ["register.db", "register.db-wal", "register.db-shm"] {
        let _ = fs::copy(data.join(file), older.join(file));
    }
    // The process may have ended before it told of the last growth.
    let kept = Store::open(&Location::from(&*older.join("register.db"))).expect("opened");
    let before = kept.log_newest().expect("read").expect("a checkpoint");
    drop(kept);
    let running = Running::start(&data, address);
    issue(address);
    let after = grown(address, before.size + 1);
    assert_ne!((before.size, before.root), (after.size, after.root));
    drop(running);

    for file in ["register.db", "register.db-wal", "register.db-shm"] {
        let _ = fs::remove_file(data.join(file));
        let _ = fs::copy(older.join(file), data.join(file));
    }
    let address = free_address();
    let listen = address.to_string();
    let refused = serve(&data, &["--listen", &listen]).output().expect("it ran");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("accept-older-register"), "{said}");

    let mut accepting = serve(&data, &["--accept-older-register"]);
    accepting.args(["--listen", &listen]);
    let running = Running::listening(accepting, address);
    grown(address, before.size);
    drop(running);
    // Once accepted, it is the register.
    drop(Running::start(&data, address));
}
