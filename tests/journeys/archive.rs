//! An archive package, made today and opened when every certificate in it has ended.

use crate::support::decision;
use crate::support::service::{copy, demo, empty_folder};
use domain::digest::Sm3;
use formats::package;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// When the demo's authorities, which last for 20 years at most, are history.
const LATER: [&str; 2] = ["2038-11-23", "2060-01-01"];

fn yinzheng(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    let output = program.args(["--lang", "en"]).args(arguments).current_dir(folder).output();
    let output = output.expect("it ran");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The package of a license, once the log has that.
fn package(license: &str) -> Vec<u8> {
    demo().app.log_grow().expect("grown");
    let asked = demo().request("POST", "/v1/archive-packages");
    let asked = asked.header("Authorization", &demo().key());
    let asked = asked.json(&json!({ "license_id": license }));
    let answer = asked.send().expect(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    answer.body
}

/// A folder with the package of the demo's first license, and what its keeper kept.
fn keeper(name: &str) -> (PathBuf, Vec<u8>) {
    keeper_of(name, &demo().summary.example_license)
}

/// A folder with the package of a license, and what its keeper kept: anchors and keys.
fn keeper_of(name: &str, license: &str) -> (PathBuf, Vec<u8>) {
    let (folder, package) = (empty_folder(name), package(license));
    fs::write(folder.join("a.zip"), &package).expect("written");
    copy(&demo().trust(), &folder.join("trust"));
    fs::create_dir_all(folder.join("trust/logs")).expect("made");
    let keys = demo().at("/v1/log/keys").expect(200).json();
    let keys = keys["items"].as_array().expect("keys").iter();
    let keys: String = keys.map(|key| key["pem"].as_str().expect("PEM")).collect();
    fs::write(folder.join("trust/logs/office.pem"), keys).expect("written");
    (folder, package)
}

#[test]
fn a_package_verifies_when_all_authorities_have_ended() {
    let (folder, package) = keeper("archive");
    let entries = package::read(&package).expect("a package");
    let content = |name: &str| {
        entries.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no {name}")).bytes
    };
    let file = fs::read(&demo().summary.example_file).expect("readable");
    assert_eq!(content("license.pdf"), file);
    let metadata: Value = serde_json::from_slice(content("metadata.json")).expect("JSON");
    let xml = String::from_utf8_lossy(content("metadata.xml")).into_owned();
    let items = metadata["items"].as_array().expect("items");
    for name in ["证照名称", "证照标识", "持证主体", "证照颁发机构代码"] {
        let item = items.iter().find(|one| one["name"] == name).expect(name);
        let value = item["value"].as_str().expect("a text");
        assert!(!value.is_empty() && xml.contains(&format!(">{value}</item>")), "{name}: {xml}");
    }
    let report: Value = serde_json::from_slice(content("verification.json")).expect("JSON");
    assert_eq!(report["outcome"], "VALID");

    for at in [&[][..], &["--at", LATER[0]], &["--at", LATER[1]]] {
        let asked = [&["archive", "verify", "a.zip", "--trust", "trust", "--json"], at].concat();
        let (code, said) = yinzheng(&asked, &folder);
        let said: Value = serde_json::from_str(&said).expect("JSON");
        assert_eq!((code, &said["standing"]), (Some(0), &json!("genuine")), "{at:?}: {said}");
        assert_eq!(said["outcome"], "VALID", "{said}");
        let times = said["times"].as_array().expect("times");
        let proved = times.iter().filter(|time| time["at"].is_string());
        let by: Vec<&str> = proved.filter_map(|time| time["by"].as_str()).collect();
        assert_eq!(by, ["time_stamp", "log"], "{said}");
    }
    // The file by itself does not: its certificates have ended.
    fs::write(folder.join("alone.pdf"), &file).expect("written");
    let alone = ["verify", "alone.pdf", "--trust", "trust", "--at", LATER[1]];
    assert_ne!(yinzheng(&alone, &folder).0, Some(0));

    let restore = ["archive", "restore", "a.zip", "--trust", "trust", "--out", "back.pdf"];
    let (code, said) = yinzheng(&[&restore[..], &["--at", LATER[1]]].concat(), &folder);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(fs::read(folder.join("back.pdf")).expect("written"), file);
    assert!(said.contains("genuine") && said.contains("as of then"), "{said}");
}

#[test]
fn the_package_of_a_revoked_license_is_genuine_and_no_proof_of_a_license() {
    let department =
        |path: &str| demo().request("POST", path).header("Authorization", &demo().key());
    let license = decision::request(&decision::fresh_number());
    let license = department("/v1/licenses").json(&license).send().expect(201).json();
    let id = license["id"].as_str().expect("an id");
    let revoke = department(&format!("/v1/licenses/{id}:revoke")).header("If-Match", "*");
    let why = json!({ "reason": "stripped", "legal_document": "示撤〔2026〕1号" });
    revoke.json(&why).send().expect(200);
    let (folder, _) = keeper_of("archive-revoked", id);
    let asked = ["archive", "verify", "a.zip", "--trust", "trust", "--json"];
    let (code, said) = yinzheng(&asked, &folder);
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &said["standing"]), (Some(1), &json!("genuine")), "{said}");
    let outcomes = (&said["outcome"], &said["license"]["outcome"]);
    assert_eq!(outcomes, (&json!("INVALID"), &json!("VALID")), "the file itself is in order");
    assert_eq!(said["manifest"]["state"], "REVOKED");
}

#[test]
fn what_was_changed_is_named_and_nothing_is_restored() {
    let (folder, package) = keeper("archive-altered");
    let entries = package::read(&package).expect("a package");
    let flipped = |name: &str, at: usize| {
        // With a checksum that fits again.
        let changed = entries.iter().map(|one| {
            let mut bytes = one.bytes.to_vec();
            if one.name == name {
                bytes[at] ^= 1;
            }
            (one.name.to_owned(), bytes)
        });
        let changed = package::write(&changed.collect::<Vec<_>>()).expect("a package");
        fs::write(folder.join("changed.zip"), changed).expect("written");
        let asked = ["archive", "restore", "changed.zip", "--trust", "trust", "--out", "back.pdf"];
        yinzheng(&asked, &folder)
    };
    let content = |name: &str| {
        entries.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no {name}")).bytes
    };
    // Of the stamp, what it stamps: the digest of the manifest in it.
    let stamp = content("manifest.tst");
    let digest = Sm3::of(content("manifest.json"));
    let stamped = stamp.windows(32).position(|one| one == digest.as_bytes());
    let middle = |name: &str| content(name).len() / 2;
    for (name, at) in [
        ("license.pdf", middle("license.pdf")),
        ("metadata.xml", middle("metadata.xml")),
        ("manifest.json", middle("manifest.json")),
        ("manifest.tst", stamped.expect("the digest of the manifest")),
    ] {
        let (code, said) = flipped(name, at);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(said.contains(name) && !folder.join("back.pdf").exists(), "{said}");
    }
    // Nothing signs the certificates that travel in a stamp. Whatever is done to them, the stamp is
    // named, or the file comes back as it was by what else proves it.
    for at in (0..stamp.len()).step_by(97) {
        let (code, said) = flipped("manifest.tst", at);
        let back = fs::read(folder.join("back.pdf")).ok();
        match code {
            Some(0) => assert_eq!(back.as_deref(), Some(content("license.pdf")), "{at}: {said}"),
            _ => assert!(back.is_none() && said.contains("manifest.tst"), "{at}: {said}"),
        }
        fs::remove_file(folder.join("back.pdf")).ok();
    }
    // Whoever knows no key of the service is told no more than that.
    let nobody = empty_folder("archive-nobody").display().to_string();
    let (code, said) = yinzheng(&["archive", "verify", "a.zip", "--trust", &nobody], &folder);
    assert!(code == Some(2) && said.contains("not configured"), "{said}");
}

#[test]
fn a_package_is_for_the_department_of_the_license() {
    let asked = |body: Value, key: &str| {
        let asked = demo().request("POST", "/v1/archive-packages").header("Authorization", key);
        asked.json(&body).send().status
    };
    let own = json!({ "license_id": demo().summary.example_license });
    assert_eq!(asked(own, &demo().other_key()), 404);
    assert_eq!(asked(json!({ "license_id": "absent" }), &demo().key()), 404);
    assert_eq!(asked(json!({}), &demo().key()), 400);
}
