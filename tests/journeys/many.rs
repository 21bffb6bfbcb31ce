//! Many processes on one register: what is acknowledged is there once, whoever was asked, and
//! however often the database is restarted meanwhile.

use super::restart::{Running, copy};
use crate::support::decision;
use crate::support::http::Request;
use crate::support::postgres;
use crate::support::service::{demo_on, empty_folder, free_address};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Clients at a time, half of them at each process, in pairs that ask for the same.
const CLIENTS: usize = 8;

/// How long the load lasts; by hand with `YZ_TEST_LOAD_S=60`.
fn load_time() -> Duration {
    let seconds = std::env::var("YZ_TEST_LOAD_S").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(11))
}

/// What the clients were told.
#[derive(Default)]
struct Told {
    /// The ids that were acknowledged for each key.
    ids: BTreeMap<usize, BTreeSet<String>>,
    /// How often each status came.
    statuses: BTreeMap<u16, usize>,
}

/// Asks under one key after the other until the time is over; each until it is acknowledged.
fn ask(address: SocketAddr, authorization: &str, next: &AtomicUsize, over: &AtomicBool) -> Told {
    let mut told = Told::default();
    while !over.load(Ordering::SeqCst) {
        // Whoever comes second takes the same key again, most often while the first is at work.
        let key = next.fetch_add(1, Ordering::SeqCst) / 2;
        let request = Request::new(address, "POST", "/v1/licenses")
            .header("Authorization", authorization)
            .header("Idempotency-Key", &format!("many-{key}"))
            .json(&decision::request(&format!("示并许〔2026〕{key}号")));
        for _ in 0..40 {
            let answer = request.send();
            *told.statuses.entry(answer.status).or_default() += 1;
            match answer.status {
                201 => {
                    let id = answer.json()["id"].as_str().expect("an id").to_owned();
                    told.ids.entry(key).or_default().insert(id);
                    break;
                }
                409 => assert_eq!(answer.json()["code"], "request_in_progress"),
                503 => {}
                other => panic!("{other}: {}", String::from_utf8_lossy(&answer.body)),
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
    told
}

#[test]
#[allow(clippy::print_stdout, reason = "figures for a reader who asks with --nocapture")]
fn two_processes_issue_once_while_the_database_restarts() {
    let test = "two_processes_issue_once_while_the_database_restarts";
    let Some(server) = postgres::own(test) else { return };
    let (one, two) = (empty_folder("many-1"), empty_folder("many-2"));
    let url = server.database();
    let authorization = demo_on(&url, &one);
    copy(&one.join("custody"), &two.join("custody"));
    copy(&one.join("trust"), &two.join("trust"));
    symlink(one.join("files"), two.join("files")).expect("one store of files");
    let addresses = [free_address(), free_address()];
    let _running = [(&one, addresses[0]), (&two, addresses[1])]
        .map(|(data, address)| Running::start_on(&url, data, address));

    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let begin = Instant::now();
    let mut restarts = 0;
    let mut told = Told::default();
    thread::scope(|scope| {
        let start = |client: usize| {
            let (address, authorization) = (addresses[client % 2], &authorization);
            let (next, over) = (&next, &over);
            scope.spawn(move || ask(address, authorization, next, over))
        };
        let clients: Vec<_> = (0..CLIENTS).map(start).collect();
        while begin.elapsed() < load_time() {
            thread::sleep(Duration::from_secs(5).min(load_time() / 2));
            server.restart();
            restarts += 1;
        }
        over.store(true, Ordering::SeqCst);
        for client in clients {
            let Told { ids, statuses } = client.join().expect("a client ends");
            ids.into_iter().for_each(|(key, more)| told.ids.entry(key).or_default().extend(more));
            for (status, more) in statuses {
                *told.statuses.entry(status).or_default() += more;
            }
        }
    });
    let (seconds, issued) = (begin.elapsed().as_secs_f32(), told.ids.len());
    println!("{issued} issued in {seconds:.1} s, {restarts} restarts, {:?}", told.statuses);
    assert!(issued > 10, "{issued} issued: {:?}", told.statuses);

    let doubled: Vec<_> = told.ids.iter().filter(|(_, ids)| ids.len() != 1).collect();
    assert!(doubled.is_empty(), "one key, two licenses: {doubled:?}");
    for id in told.ids.values().flatten() {
        let path = format!("/v1/licenses/{id}/renditions/original");
        let file = Request::new(addresses[1], "GET", &path).header("Authorization", &authorization);
        file.send().expect(200);
    }
    let store = storage::Store::open(&url.parse().expect("an address")).expect("it opens");
    store.audit_verify().expect("readable").expect("whole");
    let schema = postgres::schema(&url);
    let twice = format!(
        "SELECT count(*) - count(DISTINCT number_key) FROM {schema}.license \
         WHERE state <> 'VOID' AND number LIKE '示并许%'"
    );
    assert_eq!(server.ask(&twice), "0", "a number was given twice");
    let lost = format!(
        "SELECT count(*) FROM {schema}.request WHERE state = 'done' AND status <> 202 \
         AND license_id NOT IN (SELECT id FROM {schema}.license \
         WHERE state NOT IN ('DRAFT', 'PENDING_SEAL', 'VOID'))"
    );
    assert_eq!(server.ask(&lost), "0", "an answer without its license");
}
