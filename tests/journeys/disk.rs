//! A disk that is full, and one that lies: nothing acknowledged is lost, and nothing is answered
//! that cannot be promised. `strace` makes the system calls fail.

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::service::{database, demo, empty_folder, free_address};
use crate::support::tool::tool;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The program under `strace`, with the demo's data, and this fault injected.
fn faulty(test: &str, fault: &str) -> Option<(Running, SocketAddr)> {
    let strace = tool(test, "strace")?;
    let (data, address): (PathBuf, SocketAddr) = (empty_folder(test), free_address());
    copy(&demo().made, &data);
    let calls = fault.split(':').next().expect("calls");
    let inject = format!("inject={fault}");
    let traced = [
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &format!("trace={calls}"),
        "-e",
        &inject,
    ]
    .map(str::to_owned);
    Some((Running::start_under(&strace, &traced, &data, address), address))
}

fn issue(address: SocketAddr) -> Answer {
    Request::new(address, "POST", "/v1/licenses")
        .header("Authorization", &demo().key())
        .json(&decision::request(&fresh_number()))
        .send()
}

#[test]
fn a_full_disk_is_said_and_passes() {
    let test = "a_full_disk_is_said_and_passes";
    if database().is_some() {
        // The disk of a server is not this process's to fill.
        return;
    }
    // Counted by thread, so that a fault comes now and then and goes again.
    let Some((running, address)) = faulty(test, "pwrite64:error=ENOSPC:when=150..170") else {
        return;
    };
    let mut issued = Vec::new();
    let (mut refused, mut passed) = (0, 0);
    // Until the disk was full, and has room again.
    while refused == 0 || passed < 2 {
        assert!(issued.len() + refused < 600, "{} issued, {refused} refused", issued.len());
        let answer = issue(address);
        match answer.status {
            201 => {
                issued.push(answer.json()["id"].as_str().expect("an id").to_owned());
                passed += u32::from(refused > 0);
            }
            507 => {
                assert_eq!(answer.json()["code"], "storage_full");
                refused += 1;
            }
            other => panic!("{other}: {}", String::from_utf8_lossy(&answer.body)),
        }
    }
    for id in issued {
        let path = format!("/v1/licenses/{id}/renditions/original");
        let read =
            || Request::new(address, "GET", &path).header("Authorization", &demo().key()).send();
        // A look is written down, perhaps by a thread for which the disk is full just now.
        let read = std::iter::repeat_with(read).take(200).find(|answer| answer.status != 507);
        read.expect("the disk has room again").expect(200);
    }
    drop(running);
}

#[test]
fn a_disk_that_loses_writes_ends_the_service() {
    let test = "a_disk_that_loses_writes_ends_the_service";
    let Some((running, address)) = faulty(test, "fsync,fdatasync:error=EIO:when=40+") else {
        return;
    };
    // Counted by thread, of which departments have some.
    let failed = (0..1000).map(|_| issue(address)).find(|answer| answer.status != 201);
    let failed = failed.expect("the disk never failed").expect(503).json();
    assert_eq!(failed["code"], "storage_failed");
    let begin = Instant::now();
    // Nothing is a success any more, also what only reads, until nobody listens.
    while let Ok(stream) = TcpStream::connect(address) {
        drop(stream);
        if let Ok(answer) =
            std::panic::catch_unwind(|| Request::new(address, "GET", "/v1/license-types").send())
        {
            assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "it goes on");
    }
    assert_ne!(running.ended(), Some(0), "it ends as a failure");
}
