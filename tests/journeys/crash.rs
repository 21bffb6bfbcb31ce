//! The service killed, and its disk without power, in the middle of issuing: whatever a client was
//! told is there, once.

use super::restart::{Running, copy};
use crate::support::disk::Disk;
use crate::support::http::Request;
use crate::support::load::{Client, Counts};
use crate::support::postgres::{self, Server};
use crate::support::service::{database, demo, demo_on, empty_folder, free_address};
use crate::support::shared::cannot;
use crate::support::tool::{Said, said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: usize = 3;
const CAME_INTO_FORCE: [&str; 5] = ["ISSUED", "SUSPENDED", "REVOKED", "SUPERSEDED", "EXPIRED"];

/// How often, by hand with this variable; CI, where nothing is left out, does it in full.
fn times(variable: &str, in_full: usize, otherwise: usize) -> usize {
    let typed = std::env::var(variable).ok().map(|text| text.parse().expect("a number"));
    let full = std::env::var("YZ_REQUIRE_ALL").as_deref() == Ok("1");
    typed.unwrap_or(if full { in_full } else { otherwise })
}

/// From 0.1 s to 1 s, never the same twice.
fn a_while() -> Duration {
    Duration::from_millis(100 + RandomState::new().build_hasher().finish() % 900)
}

/// A service under load that is ended again and again.
struct Ordeal<'a> {
    /// Where its register lies, when that is not its own folder.
    server: Option<(&'a Server, String)>,
    data: PathBuf,
    /// Where clients note what they were told: never on the disk of the service.
    notes: PathBuf,
    authorization: String,
    clients: Vec<Client>,
    begin: Instant,
}

impl<'a> Ordeal<'a> {
    /// With the demo's data in a folder.
    fn in_a_file(test: &str, data: PathBuf) -> Self {
        copy(&demo().made, &data);
        Self::new(test, data, None, demo().key())
    }

    /// With a demo of its own, whose register is on a server.
    fn on(test: &str, data: PathBuf, server: &'a Server) -> Self {
        let url = server.database();
        let authorization = demo_on(&url, &data);
        Self::new(test, data, Some((server, url)), authorization)
    }

    fn new(
        test: &str,
        data: PathBuf,
        server: Option<(&'a Server, String)>,
        authorization: String,
    ) -> Self {
        let notes = empty_folder(&format!("{test}-told"));
        let client = |number| Client::new(&notes, number, &authorization);
        let clients = (1..=CLIENTS).map(client).collect();
        Self { server, data, notes, authorization, clients, begin: Instant::now() }
    }

    fn start(&self, address: SocketAddr) -> Running {
        match &self.server {
            Some((_, url)) => Running::start_on(url, &self.data, address),
            None => Running::start(&self.data, address),
        }
    }

    /// It starts, is asked by everyone, and ends like this.
    fn live(&mut self, end: impl FnOnce(Running)) {
        let address = free_address();
        let running = self.start(address);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for client in &mut self.clients {
                scope.spawn(|| client.ask(address, || over.load(Ordering::SeqCst)));
            }
            thread::sleep(a_while());
            end(running);
            over.store(true, Ordering::SeqCst);
        });
        self.fsck(&["--quick"]).expect(&[]);
    }

    fn fsck(&self, options: &[&str]) -> Said {
        let told: String = (1..=CLIENTS)
            .map(|number| fs::read_to_string(self.notes.join(format!("client-{number}"))))
            .collect::<Result<_, _>>()
            .expect("their notes");
        let all = self.notes.join("all");
        fs::write(&all, told).expect("written");
        let mut fsck = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        fsck.args(["--lang", "en", "fsck", "--data"]).arg(&self.data).args(options);
        fsck.arg("--acknowledged").arg(all);
        fsck.envs(self.server.as_ref().map(|(_, url)| ("YZ_DATABASE", url)));
        said(fsck.output().expect("it runs"))
    }

    /// Nothing is lost and nothing is there twice, says everyone who can be asked.
    #[allow(clippy::print_stdout, reason = "figures for a reader who asks with --nocapture")]
    fn reckon(mut self, test: &str, ends: usize) {
        let address = free_address();
        let running = self.start(address);
        if let Some((server, url)) = &self.server {
            server.end_leases(url);
        }
        let mut counts = Counts::default();
        for client in &mut self.clients {
            client.settle(address);
            counts += client.counts;
        }
        let mut listed = licenses(address, &self.authorization);
        let told = self.clients.iter().flat_map(|client| &client.told);
        let (mut lost, mut double) = (Vec::new(), Vec::new());
        for (license, id) in told {
            match listed.remove(license).unwrap_or_default().as_slice() {
                [only] if only == id => {}
                [] => lost.push(license),
                more => double.push((license, more.to_vec())),
            }
        }
        let seconds = self.begin.elapsed().as_secs_f32();
        let (lost_count, double_count) = (lost.len(), double.len());
        println!(
            "{test}: {ends} ends in {seconds:.1} s, {counts:?}, {lost_count} lost, \
             {double_count} double"
        );
        assert!(lost.is_empty() && double.is_empty(), "lost {lost:?}, double {double:?}");
        let unasked: Vec<_> = listed.keys().filter(|number| number.contains("示断许")).collect();
        assert!(unasked.is_empty(), "nobody was told of {unasked:?}");
        // On a machine that is busy with other things, some lives are too short for one.
        assert!(counts.acknowledged > ends / 2, "that was no load: {counts:?}");
        drop(running);
        self.fsck(&[]).expect(&["everything that was promised is there"]);
    }
}

/// The ids of all licenses of a department, by number.
pub(super) fn licenses(address: SocketAddr, authorization: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut path = "/v1/licenses?limit=200".to_owned();
    loop {
        let get = Request::new(address, "GET", &path).header("Authorization", authorization);
        let page = get.send().expect(200).json();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        for item in page["items"].as_array().expect("items") {
            let state = item["state"].as_str().expect("a state");
            assert!(CAME_INTO_FORCE.contains(&state), "{item}");
            found.entry(text(&item["number"])).or_default().push(text(&item["id"]));
        }
        let Some(cursor) = page["next_cursor"].as_str() else { return found };
        path = format!("/v1/licenses?limit=200&cursor={cursor}");
    }
}

#[test]
fn kills_lose_nothing_and_double_nothing() {
    let test = "kills_lose_nothing_and_double_nothing";
    let data = empty_folder(test);
    let mut ordeal = if database().is_some() {
        let Some(server) = postgres::shared(test) else { return };
        Ordeal::on(test, data, server)
    } else {
        Ordeal::in_a_file(test, data)
    };
    let kills = times("YZ_KILLS", 50, 5);
    for _ in 0..kills {
        // Let go, it is killed with all its processes.
        ordeal.live(drop);
    }
    ordeal.reckon(test, kills);
}

#[test]
fn power_cuts_lose_nothing_and_double_nothing() {
    let test = "power_cuts_lose_nothing_and_double_nothing";
    if database().is_some() {
        // A register on a server lies on the server's disk.
        return;
    }
    let Some(disk) = Disk::new(test) else { return };
    let mut ordeal = Ordeal::in_a_file(test, disk.path().join("data"));
    disk.sync();
    let cuts = times("YZ_CUTS", 20, 2);
    for _ in 0..cuts {
        ordeal.live(|running| {
            disk.cut();
            // What is acknowledged without power would be a lie.
            thread::sleep(Duration::from_millis(100));
            drop(running);
            disk.restore();
        });
    }
    ordeal.reckon(test, cuts);
}

#[test]
fn power_cuts_of_a_server_lose_nothing_and_double_nothing() {
    let test = "power_cuts_of_a_server_lose_nothing_and_double_nothing";
    if database().is_some() {
        // Has its turn when the demo is in a file.
        return;
    }
    if !cfg!(feature = "postgres") {
        return cannot(test, "built without the feature postgres");
    }
    let Some(disk) = Disk::new(test) else { return };
    let Some(server) = postgres::own_in(test, disk.path()) else { return };
    // All on one disk: with the register the sealed files lose their power.
    let mut ordeal = Ordeal::on(test, disk.path().join("data"), &server);
    disk.sync();
    let cuts = times("YZ_CUTS", 5, 1);
    for _ in 0..cuts {
        ordeal.live(|running| {
            // A server does not ask its disk again behind a commit, so nothing runs on.
            server.halt();
            disk.cut();
            drop(running);
            server.kill();
            disk.restore();
            server.start();
        });
    }
    ordeal.reckon(test, cuts);
    server.kill();
}
