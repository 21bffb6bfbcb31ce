//! The log of what was issued: a signed checkpoint soon after, and no way back behind it.

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::Request;
use crate::support::service::{database, demo, empty_folder, free_address};
use domain::digest::Sha256;
use domain::log::{
    Checkpoint, Evidence, Hashes, Note, NoteKey, Tile, TilePath, leaf_hash, verify_consistency,
};
use formats::algorithm::{PublicKey, Suite};
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

/// Waits until an entry with these words is under a checkpoint.
pub(super) fn logged(address: SocketAddr, words: &str) {
    let begin = Instant::now();
    let has = |checkpoint: &Checkpoint| {
        let tiles = (0..).step_by(256).map_while(|at| Tile::holding(0, at, checkpoint.size));
        let mut bundles = tiles.map(|tile| {
            let path = format!("/v1/log/tile/{}", TilePath::Entries(tile));
            String::from_utf8_lossy(&get(address, &path).expect(200).body).into_owned()
        });
        bundles.any(|bundle| bundle.contains(words))
    };
    while !checkpoint(address).as_ref().is_some_and(has) {
        assert!(begin.elapsed() < Duration::from_secs(60), "{words} is not logged");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn certificates_of_seals_are_logged() {
    logged(demo().address, r#""event":"seal_cert","issuer":""#);
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

/// The note keys of the log, as readers of notes have them.
fn note_keys(address: SocketAddr) -> Vec<NoteKey> {
    let keys = Request::new(address, "GET", "/v1/log/keys").send().expect(200).json();
    let keys = keys["items"].as_array().expect("keys").iter();
    keys.map(|key| NoteKey::parse(key["note_key"].as_str().expect("a text")).expect("a key"))
        .collect()
}

fn get(address: SocketAddr, path: &str) -> crate::support::http::Answer {
    Request::new(address, "GET", path).send()
}

/// Hashes of the log of a size, out of the tiles that are served.
fn hashes(
    address: SocketAddr,
    size: u64,
) -> Hashes<impl FnMut(Tile) -> Result<Vec<Sha256>, domain::log::BadTile>> {
    Hashes::new(size, move |tile: Tile| {
        let answer = get(address, &format!("/v1/log/tile/{}", TilePath::Hashes(tile))).expect(200);
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
        let cache = answer.header("cache-control").unwrap_or_default();
        assert!(cache.contains("max-age=31536000") && cache.contains("immutable"), "{cache}");
        tile.hashes(&answer.body)
    })
}

#[test]
fn a_license_is_proved_by_its_department_and_by_its_code() {
    let address = demo().address;
    grown(address, 30);
    let request = Request::new(address, "POST", "/v1/licenses");
    let request = request.json(&decision::request(&fresh_number()));
    let issued = request.header("Authorization", &demo().key()).send().expect(201).json();
    let id = issued["id"].as_str().expect("an id");
    let path = format!("/v1/log/proof?license_id={id}");
    assert_eq!(get(address, &path).expect(401).json()["code"], "token_missing");
    let asked =
        || Request::new(address, "GET", &path).header("Authorization", &demo().key()).send();
    let begin = Instant::now();
    let proof = loop {
        match asked() {
            answer if answer.status == 200 => break answer,
            answer => assert_eq!(answer.expect(409).json()["code"], "log_pending"),
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "the log does not grow");
        std::thread::sleep(Duration::from_millis(200));
    };
    let evidence = Evidence::read(&proof.body).expect("a proof");
    let note = evidence.checkpoint.as_bytes();
    let checkpoint = Checkpoint::read(note, &keys(address)).expect("signed");
    evidence.check(&checkpoint).expect("proved");
    let opening = evidence.leaves[0].opening.as_ref().expect("opened");
    assert_eq!(opening.license, id);
    let sm3 = issued["renditions"][0]["sm3"].as_str().expect("a digest").to_owned();
    assert_eq!(opening.file.map(|file| file.to_string()), Some(sm3));
    // Both signatures, by the keys as tools have them.
    let note = Note::read(note).expect("a note");
    let suites: Vec<_> = note_keys(address)
        .iter()
        .map(|key| (key.suite(), note.signed_by(key).is_some_and(|signed| signed.is_ok())))
        .collect();
    assert_eq!(suites, [(Suite::Sm2Sm3, true), (Suite::Ed25519, true)]);

    let code =
        issued["code_url"].as_str().expect("an address").rsplit('/').next().unwrap_or_default();
    let by_code = get(address, &format!("/v1/log/proof?code={code}")).expect(200);
    let by_code = Evidence::read(&by_code.body).expect("a proof");
    assert_eq!(by_code.leaves[0].opening, evidence.leaves[0].opening);
    let index = evidence.leaves[0].index;
    let plain = get(address, &format!("/v1/log/proof?index={index}")).expect(200);
    let plain = Evidence::read(&plain.body).expect("a proof");
    assert_eq!(
        (&plain.leaves[0].entry, &plain.leaves[0].opening),
        (&evidence.leaves[0].entry, &None)
    );
    assert!(!plain.leaves[0].entry.contains(id), "blinded");
}

#[test]
fn what_is_asked_of_the_log_wrongly_is_refused_by_name() {
    let address = demo().address;
    let size = grown(address, 30).size;
    for (path, status, code) in [
        ("/v1/log/proof".to_owned(), 400, "malformed_request"),
        ("/v1/log/proof?index=0&code=a".to_owned(), 400, "malformed_request"),
        ("/v1/log/proof?index=-1".to_owned(), 400, "malformed_request"),
        ("/v1/log/proof?leaf=1".to_owned(), 400, "unsupported_parameter"),
        (format!("/v1/log/proof?index={}", size + 100_000), 404, "not_found"),
        ("/v1/log/proof?index=18446744073709551615".to_owned(), 404, "not_found"),
        ("/v1/log/proof?code=ABCD".to_owned(), 404, "not_found"),
        ("/v1/log/consistency".to_owned(), 400, "malformed_request"),
        ("/v1/log/consistency?from=0".to_owned(), 422, "log_size"),
        ("/v1/log/consistency?from=9&to=8".to_owned(), 422, "log_size"),
        ("/v1/log/consistency?from=1&to=18446744073709551615".to_owned(), 422, "log_size"),
        ("/v1/log/tile/0/999".to_owned(), 404, "not_found"),
        ("/v1/log/tile/0/0".to_owned(), 404, "not_found"),
        ("/v1/log/tile/00/000.p/1".to_owned(), 404, "not_found"),
        ("/v1/log/tile/entries/000.p/256".to_owned(), 404, "not_found"),
        ("/v1/log/tile/entries/../000.p/1".to_owned(), 404, "not_found"),
        ("/v1/log/tile/1/000".to_owned(), 404, "not_found"),
    ] {
        let answer = get(address, &path);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{path}");
    }
}

#[test]
fn others_read_the_log_by_its_tiles() {
    let address = demo().address;
    let checkpoint = grown(address, 30);
    let mut tiles = hashes(address, checkpoint.size);
    assert_eq!(tiles.root(), Ok(checkpoint.root));
    assert_eq!(tiles.is_under(checkpoint.root), Ok(true));
    let tile = Tile::holding(0, 0, checkpoint.size).expect("a tile");
    let path = format!("/v1/log/tile/{}", TilePath::Entries(tile));
    let bundle = get(address, &path).expect(200).body;
    let read = get(address, &format!("/v1/log/tile/{}", TilePath::Hashes(tile))).expect(200).body;
    for (entry, hash) in
        tile.entries(&bundle).expect("entries").iter().zip(tile.hashes(&read).expect("hashes"))
    {
        assert_eq!(leaf_hash(entry), hash);
        let entry: serde_json::Value = serde_json::from_slice(entry).expect("JSON");
        assert_eq!(entry["v"], 1);
    }
    for from in [1, 7, 16, checkpoint.size] {
        let path = format!("/v1/log/consistency?from={from}&to={}", checkpoint.size);
        let view = get(address, &path).expect(200).json();
        let digest =
            |value: &serde_json::Value| value.as_str().expect("hex").parse().expect("a digest");
        let path: Vec<Sha256> =
            view["path"].as_array().expect("hashes").iter().map(digest).collect();
        let (before, after) = (digest(&view["from"]["root"]), digest(&view["to"]["root"]));
        assert_eq!(after, checkpoint.root);
        assert_eq!(hashes(address, from).root(), Ok(before));
        verify_consistency((from, before), (checkpoint.size, after), &path).expect("proved");
    }
}

fn yinzheng(arguments: &[&str], folder: &Path) -> (i32, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    program.args(["--lang", "en"]).args(arguments).current_dir(folder);
    let output = program.output().expect("it ran");
    let said = [&output.stdout[..], &output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// Two services with the keys of one log that each issue something else.
#[test]
fn a_witness_sees_two_histories_of_one_log() {
    if database().is_some() {
        // Two registers here are two files; a server has one.
        return;
    }
    let data = empty_folder("log-witness");
    copy(&demo().made, &data);
    let address = free_address();
    drop((Running::start(&data, address), grown(address, 30)));
    let other = empty_folder("log-witness-other");
    copy(&data, &other);
    let (one, two) = (free_address(), free_address());
    let services = (Running::start(&data, one), Running::start(&other, two));
    let before = grown(one, 30);
    for address in [one, two] {
        issue(address);
        grown(address, before.size + 1);
    }

    let folder = empty_folder("log-witness-state");
    let (code, pem) = yinzheng(&["log", "keys", "--data", data.to_str().expect("a path")], &folder);
    // The folder is in use: what is asked of it is only read.
    assert_eq!(code, 0, "{pem}");
    fs::write(folder.join("keys.pem"), pem).expect("written");
    let look = |address: SocketAddr| {
        let log = format!("http://{address}/v1/log");
        let name = ["--name", "witness.example/w1", "--key", "keys.pem", "--state", "state"];
        yinzheng(&[&["witness", &log][..], &name].concat(), &folder)
    };
    let (code, said) = look(one);
    assert_eq!((code, said.contains("— witness.example/w1 ")), (0, true), "{said}");
    issue(one);
    let newest = grown(one, before.size + 2);
    let (code, said) = look(one);
    assert!(code == 0 && said.contains(&format!("\n{}\n", newest.size)), "{said}");
    issue(two);
    issue(two);
    grown(two, before.size + 3);
    let (code, said) = look(two);
    assert_eq!((code, said.contains("another history")), (1, true), "{said}");
    let evidence = fs::read_dir(folder.join("state")).expect("listed").filter_map(Result::ok);
    let evidence =
        evidence.filter(|entry| entry.file_name().to_string_lossy().starts_with("breach-"));
    assert_eq!(evidence.count(), 1);

    let whole = |address: SocketAddr| {
        let log = format!("http://{address}/v1/log");
        yinzheng(
            &["log", "verify", "--key", "keys.pem", "--from", &log, "state/seen.checkpoint"],
            &folder,
        )
    };
    let (code, said) = whole(one);
    assert_eq!(code, 0, "{said}");
    let (code, said) = whole(two);
    assert!(code == 1 && said.contains("the log had another root"), "{said}");
    drop(services);
    let (code, said) = look(one);
    assert_eq!(code, 2, "nobody answers: {said}");
}
