//! The clients to copy (docs/sdk), each against the demo.

use crate::support::decision::{fresh_number, request};
use crate::support::service::{demo, empty_folder};
use crate::support::shared::cannot;
use crate::support::systems::{Client, SCOPE};
use crate::support::tool::{on_path, said, tool};
use crate::support::tree::root;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a file of docs/sdk under the name that its language asks for.
fn check(program: &Path, before: &[&str], file: &str, name: &str) {
    let folder = empty_folder(&format!("sdk-{name}"));
    fs::copy(root().join("docs/sdk").join(file), folder.join(name)).expect("copied");
    let license = request(&fresh_number()).to_string();
    fs::write(folder.join("license.json"), license).expect("written");
    let client = Client::new("client_secret", SCOPE);
    let secret = client.secret.as_deref().expect("a secret");
    let ran = Command::new(program)
        .args(before)
        .args([name, "license.json"])
        .current_dir(&folder)
        .env("YZ_URL", format!("http://{}/", demo().address))
        .env("YZ_CLIENT", &client.name)
        .env("YZ_SECRET", secret)
        .env("GOCACHE", folder.join("cache"))
        .output();
    let answer = said(ran.expect("it runs"));
    assert!(answer.well, "{}", answer.text);
    let lines: Vec<&str> = answer.text.lines().collect();
    let [issued, outcome, state, unknown] = &lines[..] else { panic!("{}", answer.text) };
    assert!(issued.starts_with("issued 0"), "{}", answer.text);
    assert_eq!([*outcome, *state, *unknown], ["outcome VALID", "state ISSUED", "unknown 404"]);
}

#[test]
fn python() {
    let Some(python) = tool("sdk::python", "python3") else { return };
    check(&python, &[], "yinzheng.py", "yinzheng.py");
}

#[test]
fn typescript() {
    let Some(node) = tool("sdk::typescript", "node") else { return };
    check(&node, &[], "yinzheng.ts", "yinzheng.mjs");
}

/// Languages whose tools are too large to be installed for this.
fn where_there_is(program: &str, before: &[&str], file: &str) {
    match on_path(program) {
        Some(program) => check(&program, before, file, file),
        None => cannot(&format!("sdk::{file}"), &format!("{program} is not installed")),
    }
}

#[test]
fn java() {
    where_there_is("java", &["-Dfile.encoding=UTF-8"], "Yinzheng.java");
}

#[test]
fn go() {
    where_there_is("go", &["run"], "yinzheng.go");
}
