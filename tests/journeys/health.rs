//! How the service is, as a page, as JSON and on the command line; what is unknown is not green.

use crate::support::people::{Browser, text};
use crate::support::service::{copy, database, demo, empty_folder};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The light of a part.
fn light(view: &Value, part: &str) -> String {
    let parts = view["parts"].as_array().expect("parts");
    let found = parts.iter().find(|one| one["part"] == part).unwrap_or_else(|| panic!("{part}"));
    found["light"].as_str().expect("a light").to_owned()
}

#[test]
fn a_system_administrator_sees_how_each_part_is() {
    let system = Browser::of("system");
    let page = text(&system.get("/health").expect(200));
    for said in ["运行状况", "登记库", "恢复演练", "不知道", "最早的还有"] {
        assert!(page.contains(said), "{said}");
    }
    let answer = system.request("GET", "/health").header("Accept", "application/json").send();
    let view = answer.expect(200).json();
    for (part, expected) in
        [("register", "good"), ("clock", "good"), ("queues", "good"), ("workers", "good")]
    {
        assert_eq!(light(&view, part), expected, "{part}: {view}");
    }
    // Nobody tried a restore, and nobody witnesses this log: that is no good news.
    for part in ["restore", "witnesses"] {
        assert_eq!(light(&view, part), "unknown", "{part}");
    }
    assert_ne!(view["light"], "good");
    let seen: Vec<&str> = view["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .flat_map(|one| one["text_en"].as_str())
        .collect();
    assert!(seen.iter().all(|text| !text.contains("示例")), "no names: {seen:?}");
}

fn yinzheng(arguments: &[&str]) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    if let Some(url) = database() {
        program.env("YZ_DATABASE", url);
    }
    let output = program.args(["--lang", "en"]).args(arguments).output().expect("it ran");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), if stdout.is_empty() { said } else { stdout })
}

fn status(data: &Path) -> Value {
    let said = yinzheng(&["status", "--json", "--data", data.to_str().expect("a path")]).1;
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"))
}

#[test]
fn backups_and_trying_them_are_noted() {
    let data = empty_folder("health");
    copy(&demo().made, &data);
    let view = status(&data);
    assert_eq!(
        (light(&view, "backup"), light(&view, "workers")),
        ("unknown".into(), "unknown".into())
    );
    if database().is_some() {
        // A register on a server is copied by the server's own means, of which nothing is known.
        return;
    }
    let (kept, restored) = (empty_folder("health-kept"), empty_folder("health-restored"));
    let path = |folder: &Path| folder.to_str().expect("a path").to_owned();
    let backup = || yinzheng(&["backup", &path(&kept), "--data", &path(&data)]);
    assert!(backup().0);
    let view = status(&data);
    assert_eq!(
        (light(&view, "backup"), light(&view, "restore")),
        ("good".into(), "unknown".into())
    );
    let (well, said) = yinzheng(&["restore", &path(&kept), "--data", &path(&restored)]);
    assert!(well, "{said}");
    assert!(backup().0, "brought up to date");
    assert_eq!(light(&status(&data), "restore"), "good");
    // What was restored knows nothing of either.
    let (well, said) = yinzheng(&["status", "--data", &path(&restored)]);
    assert!(well && said.contains("? backup"), "{said}");
}
