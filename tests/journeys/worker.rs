//! Files of strangers are looked at by processes that may die: the service lives on.

use super::restart::{Running, copy};
use crate::support::http::{Answer, Request};
use crate::support::service::{demo, empty_folder, free_address};
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

fn upload(address: SocketAddr, bytes: &[u8]) -> Answer {
    let parts = [("file", Some("a.pdf"), "application/pdf", bytes)];
    Request::new(address, "POST", "/v1/verifications").parts(&parts).send()
}

/// The workers that have not ended.
fn living(running: &Running) -> Vec<String> {
    let mut all = running.children();
    all.retain(|worker| {
        let status = fs::read_to_string(format!("/proc/{worker}/status")).unwrap_or_default();
        !status.contains("State:\tZ")
    });
    all
}

#[test]
fn a_worker_that_is_killed_is_replaced() {
    let (data, address) = (empty_folder("workers"), free_address());
    copy(&demo().made, &data);
    let running = Running::start(&data, address);
    assert!(living(&running).len() >= 2, "workers wait before they are asked");
    // Another file each time: a verdict on one of the register's own is remembered.
    for file in demo().sealed().iter().take(3) {
        let sealed = fs::read(file).expect("readable");
        let all = living(&running);
        assert!(!all.is_empty(), "what was killed was replaced");
        for worker in &all {
            let environment = fs::read(format!("/proc/{worker}/environ")).expect("its own");
            assert_eq!(environment, b"", "nothing of our environment, such as a master key");
            let limits = fs::read_to_string(format!("/proc/{worker}/limits")).expect("limits");
            let bounded = |name: &str, bound: &str| {
                let line = limits.lines().find(|line| line.starts_with(name)).expect(name);
                assert!(line[name.len()..].trim_start().starts_with(bound), "{line}");
            };
            bounded("Max open files", "3 ");
            bounded("Max file size", "0 ");
            bounded("Max core file size", "0 ");
            bounded("Max processes", "0 ");
            let ended = Command::new("kill").args(["-KILL", worker]).status();
            assert!(ended.expect("kill").success());
        }
        assert_eq!(upload(address, &sealed).expect(200).json()["outcome"], "VALID");
    }
    drop(running);
}

#[test]
#[allow(clippy::print_stdout, reason = "for a reader who asks with --nocapture")]
fn a_worker_answers_as_the_command_line_does() {
    let trust = app::offline::Trust::load(&demo().trust()).expect("anchors");
    let now = time::OffsetDateTime::now_utc();
    let mut slowest = std::time::Duration::ZERO;
    for file in demo().sealed() {
        let bytes = fs::read(&file).expect("readable");
        let here = Instant::now();
        let offline = serde_json::to_value(app::offline::verify(&bytes, &trust, now));
        let here = here.elapsed();
        let there = Instant::now();
        let online = upload(demo().address, &bytes).expect(200).json();
        slowest = slowest.max(there.elapsed().saturating_sub(here));
        assert_eq!(offline.expect("JSON")["signatures"], online["signatures"]);
    }
    println!("HTTP, register and worker cost at most {slowest:?} more than the engine alone");
}
