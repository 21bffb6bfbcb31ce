//! Marked copies and proof bundles as they are kept: whatever is done to their files or their rows is
//! named by fsck, and nobody sweeps them away.

use crate::support::service::{copy, database, demo, empty_folder, free_address, settings};
use app::{App, Caller, Errand, ExemptionAsked, FsckRequest, ItemAsked, PartyAsked};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// 食品经营许可证新办 of the demo, and a company whose business license is in its register.
const ITEM: &str = "11999900MB000003530057";
const COMPANY: (&str, &str) = ("示例市青禾食品有限公司", "91999900MA0000015N");

/// A data folder of its own with the copy and the bundle of two decisions.
struct Kept {
    data: PathBuf,
    /// Of each decision its id, and what stands in the register of its copy.
    decided: [(String, String); 2],
}

impl Kept {
    fn app(&self) -> App {
        App::open(settings(&self.data, free_address())).expect("it opens")
    }

    fn new() -> Self {
        let data = empty_folder("kept-copies");
        copy(&demo().made, &data);
        let app = App::open(settings(&data, free_address())).expect("it opens");
        let caller = app.console("示例市行政审批服务局").expect("the office");
        let decided = [1, 2].map(|number| decided(&app, &caller, number));
        drop(app);
        Self { data, decided }
    }

    /// What fsck says of copies and bundles.
    fn faults(&self) -> Vec<String> {
        let found = self.app().fsck(&FsckRequest::default(), &mut |_, _| {}).expect("checked");
        let copies = found.invariants.into_iter().find(|one| one.name == "copies");
        let copies = copies.expect("looked at");
        assert_eq!(copies.looked_at, 4);
        copies.faults
    }

    /// The file whose name is this SM3.
    fn file(&self, sm3: &str) -> PathBuf {
        let mut files = Vec::new();
        crate::artefacts::below(&self.data.join("files"), &mut files);
        let named = |file: &&PathBuf| file.to_string_lossy().replace('/', "").contains(sm3);
        files.iter().find(named).expect("it is stored").clone()
    }

    /// With the register changed, and then as it was.
    fn with_register(&self, change: impl FnOnce(&mut Vec<u8>)) -> Vec<String> {
        let register = self.data.join("register.db");
        let whole = fs::read(&register).expect("the register");
        let mut changed = whole.clone();
        change(&mut changed);
        assert_ne!(changed, whole);
        fs::write(&register, changed).expect("changed");
        let faults = self.faults();
        fs::write(&register, whole).expect("mended");
        faults
    }
}

/// Decides, and has the bundle made; the id, and SM3 of the copy.
fn decided(app: &App, caller: &Caller, number: u32) -> (String, String) {
    let asked = ExemptionAsked {
        items: vec![ItemAsked { code: ITEM.to_owned(), ..ItemAsked::default() }],
        applicant: PartyAsked {
            name: COMPANY.0.to_owned(),
            code: COMPANY.1.to_owned(),
            kind: None,
        },
        case_no: format!("测存〔2026〕{number}号"),
        ..ExemptionAsked::default()
    };
    let errand = Errand::by("POST /v1/exemption-decisions");
    let made = app.decide_exemption(caller, &errand, None, &asked).expect("decided").value;
    let errand = Errand::by("GET /v1/exemption-decisions/{id}/bundle");
    app.proof_bundle(caller, &errand, &made.id).expect("a bundle");
    let license = made.materials.iter().flat_map(|one| &one.evidence).next().expect("a license");
    let copy = app.marked_copy(caller, &errand, &made.id, &license.license_id).expect("a copy");
    (made.id, domain::digest::Sm3::of(&copy.bytes).to_string())
}

/// Another figure for that at this place.
fn flip(register: &mut [u8], at: usize) {
    register[at] = if register[at] == b'0' { b'1' } else { b'0' };
}

/// SM3, SHA-256 and, in three bytes, the size, as they follow each other in a row.
const TAIL: usize = 64 + 64 + 3;

#[test]
fn whatever_is_done_to_copies_and_bundles_is_named() {
    if database().is_some() {
        // Rows of a server are not changed in a file.
        return;
    }
    let kept = Kept::new();
    assert_eq!(kept.faults(), Vec::<String>::new());
    let [(first, copy), (second, other)] = &kept.decided;
    let bundle = |decision: &str| format!("proof bundle of {decision}: ");

    let path = kept.file(copy);
    let whole = fs::read(&path).expect("the copy");
    fs::remove_file(&path).expect("gone");
    assert_named(&kept.faults(), "marked copy ", copy);
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    fs::write(&path, changed).expect("changed");
    assert_named(&kept.faults(), "marked copy ", copy);
    fs::write(&path, whole).expect("mended");
    assert_eq!(kept.faults(), Vec::<String>::new());

    // A row is told from its index by the digests that stand side by side in it.
    let rows = |register: &[u8]| {
        let row = |sm3: &str| {
            let begins =
                register.windows(64).enumerate().filter(|(_, part)| *part == sm3.as_bytes());
            let hex = |at: &usize| register[at - 64..at + 128].iter().all(u8::is_ascii_hexdigit);
            begins.map(|(at, _)| at).find(hex).expect("its row")
        };
        [row(copy), row(other)]
    };
    let faults = kept.with_register(|register| {
        let [row, _] = rows(register);
        flip(register, row - 1);
    });
    assert_named(&faults, "marked copy ", "it shows a file that is none of license");
    let faults = kept.with_register(|register| {
        let [row, _] = rows(register);
        flip(register, row + 64);
    });
    assert_named(&faults, "marked copy ", "another size or SHA-256");
    let faults = kept.with_register(|register| {
        let [one, two] = rows(register);
        (0..TAIL).for_each(|byte| register.swap(one + byte, two + byte));
    });
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|one| one.ends_with("that of another copy")), "{faults:?}");
    // The decision and the license of a copy stand side by side in its row alone.
    let faults = kept.with_register(|register| {
        let [row, _] = rows(register);
        let begin = (0..row).rev().find(|at| register[*at..].starts_with(first.as_bytes()));
        flip(register, begin.expect("the decision") + 2 * first.len() - 1);
    });
    assert_named(&faults, "marked copy ", "is not in the register");

    let ends = |register: &[u8], decision: &str| {
        let all = register.windows(36).enumerate().filter(|(_, part)| *part == decision.as_bytes());
        let behind = |at: usize| {
            let rest = &register[at + 36..at + 36 + 200];
            let hex = |from: usize| rest[from..from + 128].iter().all(u8::is_ascii_hexdigit);
            (36..72).rev().find(|from| hex(*from)).map(|from| at + 36 + from)
        };
        all.filter_map(|(at, _)| behind(at)).next().expect("the row of a bundle")
    };
    let faults = kept.with_register(|register| {
        let row = ends(register, first);
        flip(register, row + 64);
    });
    assert_named(&faults, &bundle(first), "another size or SHA-256");
    let faults = kept.with_register(|register| {
        let (one, two) = (ends(register, first), ends(register, second));
        (0..TAIL).for_each(|byte| register.swap(one + byte, two + byte));
    });
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|one| one.ends_with("that of another decision")), "{faults:?}");
    swept(&kept, &path);
}

#[track_caller]
fn assert_named(faults: &[String], begins: &str, words: &str) {
    let named = |one: &String| one.starts_with(begins) && one.contains(words);
    assert!(faults.iter().any(named), "{begins}{words}: {faults:?}");
}

/// What nobody's license is goes by the hour; copies and bundles stay.
fn swept(kept: &Kept, copy: &Path) {
    let mut files = Vec::new();
    crate::artefacts::below(&kept.data.join("files"), &mut files);
    let old = SystemTime::now() - Duration::from_secs(2 * 3600);
    for file in &files {
        fs::File::options().append(true).open(file).expect("open").set_modified(old).expect("aged");
    }
    let app = kept.app();
    app.tend(None).expect("tended");
    drop(app);
    assert!(copy.exists());
    assert_eq!(kept.faults(), Vec::<String>::new());
}
