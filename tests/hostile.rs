//! Hostile files given to the program itself: two seconds and 64 MiB are enough for each, and none
//! is believed. Measured by the operating system.

use crate::support::service::empty_folder;
use crate::support::shared::shared;
use crate::support::tool::{run, tool};
use crate::support::tree::root;
use crate::support::workshop::anchors;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

const SECONDS_MAX: f64 = 2.0;
const KIB_MAX: u64 = 64 << 10;
/// Exit code of `verify` for a file that is valid.
const VALID: i32 = 0;

/// How one run of the program went.
struct Measured {
    seconds: f64,
    kib: u64,
    code: i32,
    file: PathBuf,
}

impl Measured {
    fn read(line: &str) -> Self {
        let fields: Vec<&str> = line.split('\t').collect();
        let [seconds, kib, code, file] = fields[..] else { panic!("not a measurement: {line}") };
        let number = "a number";
        Self {
            seconds: seconds.parse().expect(number),
            kib: kib.parse().expect(number),
            code: code.parse().expect(number),
            file: file.into(),
        }
    }
}

/// Runs the program once for each file; `arguments` has `{}` for it.
fn measure(python: &Path, arguments: &[&str], files: &[PathBuf]) -> Vec<Measured> {
    let script = root().join("tests/interop/measure.py");
    let mut all: Vec<OsString> = vec![script.into(), env!("CARGO_BIN_EXE_yinzheng").into()];
    all.extend(arguments.iter().map(Into::into));
    all.push("--".into());
    all.extend(files.iter().map(Into::into));
    let said = run(python, all);
    said.expect(&[]);
    said.text.lines().map(Measured::read).collect()
}

#[test]
fn hostile_files_cost_little_and_convince_nobody() {
    let test = "hostile_files_cost_little_and_convince_nobody";
    let Some(folder) = shared(test, "vectors/hostile") else { return };
    let Some(python) = tool(test, "python3") else { return };
    let mut files = Vec::new();
    crate::artefacts::below(&folder, &mut files);
    assert!(files.len() > 70, "only {} hostile files", files.len());
    let trust = empty_folder("hostile");
    for (place, anchor) in anchors().iter().enumerate() {
        fs::copy(anchor, trust.join(format!("{place}.pem"))).expect("copied");
    }
    let trust = trust.to_str().expect("a path in UTF-8");
    let honest = [root().join("fixtures/sealed/lta.pdf")];
    let verify = ["verify", "--trust", trust, "--json", "{}"];
    let usual = &measure(&python, &verify, &honest)[0];
    assert_eq!(usual.code, VALID, "an honest file is valid");
    for arguments in [&verify[..], &["inspect", "--json", "{}"]] {
        for cost in measure(&python, arguments, &files) {
            let (command, file) = (arguments[0], cost.file.display());
            assert!(cost.seconds < SECONDS_MAX, "{command} takes {} s for {file}", cost.seconds);
            let more = cost.kib.saturating_sub(usual.kib);
            assert!(more < KIB_MAX, "{command} takes {more} KiB more for {file}");
            assert!((0..=3).contains(&cost.code), "{command} ends with {} for {file}", cost.code);
            assert!(command != "verify" || cost.code != VALID, "{file} is valid");
        }
    }
}
