//! A copy made while the service works, its way back, and damage found by name.

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::Request;
use crate::support::service::{database, demo, empty_folder, free_address};
use crate::support::tool::{Said, run, said};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

fn yinzheng(arguments: &[&Path]) -> Said {
    run(Path::new(env!("CARGO_BIN_EXE_yinzheng")), arguments)
}

fn fsck(data: &Path) -> Said {
    yinzheng(&["--lang".as_ref(), "en".as_ref(), "fsck".as_ref(), "--data".as_ref(), data])
}

/// The sealed files as they lie in a data folder.
fn stored(data: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    crate::artefacts::below(&data.join("files"), &mut found);
    found.sort();
    found
}

#[test]
fn a_backup_comes_back_whole_and_damage_is_named() {
    if database().is_some() {
        // A register on a server is copied by the server's means.
        return;
    }
    let data = empty_folder("backup-data");
    copy(&demo().made, &data);
    let address = free_address();
    let running = Running::start(&data, address);
    let issue = Request::new(address, "POST", "/v1/licenses");
    let issue = issue.json(&decision::request(&fresh_number()));
    let license = issue.header("Authorization", &demo().key()).send().expect(201).json();
    let path = license["renditions"][0]["href"].as_str().expect("a path").to_owned();
    let get = Request::new(address, "GET", &path).header("Authorization", &demo().key());
    let before = get.clone().send().expect(200).body;

    let to = empty_folder("backup");
    let backup = |to: &Path| yinzheng(&["backup".as_ref(), to, "--data".as_ref(), &data]);
    backup(&to).expect(&[]);
    // Once more over the earlier one.
    backup(&to).expect(&[]);
    let other = empty_folder("backup-other");
    fs::write(other.join("letter.txt"), "mine").expect("written");
    assert!(!backup(&other).well, "a folder of something else is not written to");
    drop(running);
    for_its_owner_alone(&to);

    let back = empty_folder("backup-back");
    yinzheng(&["restore".as_ref(), &to, "--data".as_ref(), &back]).expect(&[]);
    for_its_owner_alone(&back);
    let running = Running::start(&back, address);
    assert!(get.send().expect(200).body == before, "the same file");
    let half = back.join(".0123456789abcdef.tmp");
    fs::write(&half, "half").expect("written");
    let whole = "everything that was promised is there";
    fsck(&back).expect(&[whole]);
    let old = SystemTime::now() - Duration::from_secs(2 * 3600);
    fs::File::options().append(true).open(&half).expect("open").set_modified(old).expect("aged");
    fsck(&back).expect(&[whole, "(left half-written: .0123456789abcdef.tmp)"]);
    drop(running);
    let stopped = fsck(&back);
    assert!(!stopped.well && stopped.text.contains("left half-written"), "{}", stopped.text);
    fs::remove_file(half).expect("removed");
    fsck(&back).expect(&["everything that was promised is there"]);
    damaged(&back);
    restored_to_where_settings_say(&to);
    restored_only_whole(&to);
}

/// Nobody else reads the register, the keys or the sealed files of a copy.
fn for_its_owner_alone(copy: &Path) {
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    for folder in [copy, &copy.join("files"), &copy.join("custody")] {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    let mut files = Vec::new();
    crate::artefacts::below(copy, &mut files);
    // That of a running process holds nothing.
    files.retain(|file| !file.starts_with(copy.join("files")) && !file.ends_with("lock"));
    assert!(files.contains(&copy.join("register.db")));
    for file in files {
        assert_eq!(mode(&file) & 0o077, 0, "{}", file.display());
    }
}

fn restored_to_where_settings_say(from: &Path) {
    let (data, other) = (empty_folder("backup-data-apart"), empty_folder("backup-apart"));
    let restore = || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.args(["--lang".as_ref(), "en".as_ref(), "restore".as_ref(), from]);
        program.args(["--data".as_ref(), &*data]);
        let places = [("YZ_DATABASE", "licenses.db"), ("YZ_FILES", "sealed")];
        program.envs(places.map(|(name, place)| (name, other.join(place))));
        said(program.output().expect("it runs"))
    };
    restore().expect(&["everything that was promised is there"]);
    assert!(!data.join("register.db").exists() && !data.join("files").exists());
    assert!(other.join("licenses.db").exists() && other.join("sealed").exists());
    fs::remove_dir_all(&data).expect("removed");
    let again = restore();
    assert!(!again.well && again.text.contains("licenses.db"), "{}", again.text);
}

fn damaged(data: &Path) {
    let file = &stored(data)[0];
    let whole = fs::read(file).expect("read");
    let name = file.file_name().expect("a name").to_str().expect("text");
    let mut bent = whole.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    for (damage, bytes) in [("changed", Some(bent)), ("missing", None)] {
        match bytes {
            Some(bytes) => fs::write(file, bytes).expect("bent"),
            None => fs::remove_file(file).expect("removed"),
        }
        let said = fsck(data);
        assert!(!said.well && said.text.contains(name), "{damage}: {}", said.text);
    }
    fs::write(file, whole).expect("mended");
    fsck(data).expect(&[]);
}

fn restored_only_whole(from: &Path) {
    let fresh = empty_folder("backup-fresh");
    let restore = || yinzheng(&["restore".as_ref(), from, "--data".as_ref(), &fresh]);
    let file = &stored(from)[0];
    let whole = fs::read(file).expect("read");
    fs::write(file, b"something else").expect("bent");
    assert!(!restore().well, "a changed file is not put back");
    assert!(!fresh.join("register.db").exists(), "a restore that failed is no service");
    fs::write(file, whole).expect("mended");
    fs::remove_file(from.join("backup.json")).expect("removed");
    let said = restore();
    assert!(!said.well && said.text.contains("backup.json"), "{}", said.text);
}
