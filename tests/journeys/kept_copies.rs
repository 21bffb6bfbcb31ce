//! Marked copies and proof bundles as they are kept: whatever is done to their files or their rows is
//! named by fsck, and nobody sweeps them away.

use crate::support::service::{copy, database, demo, empty_folder, free_address, settings};
use crate::support::tool::tool;
use app::{App, Caller, Errand, ExemptionAsked, FsckRequest, ItemAsked, PartyAsked};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// 食品经营许可证新办 of the demo, and a company whose business license is in its register.
const ITEM: &str = "11999900MB000003530057";
const COMPANY: (&str, &str) = ("示例市青禾食品有限公司", "91999900MA0000015N");

/// A data folder of its own with the copy and the bundle of two decisions.
struct Kept {
    data: PathBuf,
    /// The Python that changes the register.
    python: PathBuf,
    /// How many papers fsck looked at before.
    before: u64,
    /// Of each decision its id, and what stands in the register of its copy.
    decided: [(String, String); 2],
}

impl Kept {
    fn app(&self) -> App {
        App::open(settings(&self.data, free_address())).expect("it opens")
    }

    fn new(python: PathBuf) -> Self {
        let data = empty_folder("kept-copies");
        copy(&demo().made, &data);
        let app = App::open(settings(&data, free_address())).expect("it opens");
        let caller = app.console("示例市行政审批服务局").expect("the office");
        let before = copies(&app).looked_at;
        let decided = [1, 2].map(|number| decided(&app, &caller, number));
        drop(app);
        Self { data, python, before, decided }
    }

    /// What fsck says of copies and bundles.
    fn faults(&self) -> Vec<String> {
        let found = copies(&self.app());
        assert_eq!(found.looked_at, self.before + 4, "two decisions, of each a copy and a bundle");
        found.faults
    }

    /// The file whose name is this SM3.
    fn file(&self, sm3: &str) -> PathBuf {
        let mut files = Vec::new();
        crate::artefacts::below(&self.data.join("files"), &mut files);
        let named = |file: &&PathBuf| file.to_string_lossy().replace('/', "").contains(sm3);
        files.iter().find(named).expect("it is stored").clone()
    }

    /// What is said with the register changed by these statements, which the register itself would
    /// not let through; then it is as it was.
    fn with_register(&self, change: &str) -> Vec<String> {
        let register = self.data.join("register.db");
        let whole = fs::read(&register).expect("the register");
        let ran =
            Command::new(&self.python).args(["-c", CHANGE]).arg(&register).arg(change).status();
        assert!(ran.expect("Python runs").success(), "{change}");
        assert_ne!(fs::read(&register).expect("changed"), whole, "{change}");
        let faults = self.faults();
        fs::write(&register, whole).expect("mended");
        faults
    }
}

/// What fsck finds at copies, bundles, and the other papers that are kept beside them.
fn copies(app: &App) -> app::view::InvariantView {
    let found = app.fsck(&FsckRequest::default(), &mut |_, _| {}).expect("checked");
    found.invariants.into_iter().find(|one| one.name == "copies").expect("looked at")
}

/// Statements run on a register, with what keeps its rows from being changed out of the way.
const CHANGE: &str = "
import sqlite3, sys
register = sqlite3.connect(sys.argv[1])
guards = register.execute(
    \"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' \"
    \"AND tbl_name IN ('marked_copy', 'proof_bundle')\").fetchall()
assert len(guards) == 4
register.executescript(''.join(f'DROP TRIGGER {name};' for name, _ in guards))
changed = register.execute(sys.argv[2]).rowcount
assert changed in (1, 2), changed
register.executescript(''.join(f'{sql};' for _, sql in guards))
register.commit()
register.close()
";

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

#[test]
fn whatever_is_done_to_copies_and_bundles_is_named() {
    if database().is_some() {
        // Rows of a server are not changed in a file.
        return;
    }
    let Some(python) = tool("journeys::kept_copies", "python3") else { return };
    let kept = Kept::new(python);
    assert_eq!(kept.faults(), Vec::<String>::new());
    let [(first, copy), (second, _)] = &kept.decided;
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

    let alone = |table: &str, change: &str| {
        kept.with_register(&format!("UPDATE {table} SET {change} WHERE decision_id = '{first}'"))
    };
    let faults = alone("marked_copy", &format!("original_sm3 = '{copy}'"));
    assert_named(&faults, "marked copy ", "it shows a file that is none of license");
    for change in ["sha256 = original_sm3", "bytes = bytes + 1"] {
        assert_named(&alone("marked_copy", change), "marked copy ", "another size or SHA-256");
    }
    let nobody = "license_id = '00000000-0000-7000-8000-000000000000'";
    assert_named(&alone("marked_copy", nobody), "marked copy ", "is not in the register");
    let faults = kept.with_register(&exchanged("marked_copy", [first, second]));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|one| one.ends_with("that of another copy")), "{faults:?}");

    for change in ["sha256 = sm3", "bytes = bytes - 1"] {
        let faults = alone("proof_bundle", change);
        assert_named(&faults, &bundle(first), "another size or SHA-256");
    }
    let faults = kept.with_register(&exchanged("proof_bundle", [first, second]));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|one| one.ends_with("that of another decision")), "{faults:?}");
    swept(&kept, &path);
}

/// The statement by which the rows of two decisions have each other's file.
fn exchanged(table: &str, decisions: [&str; 2]) -> String {
    let both = decisions.map(|decision| format!("'{decision}'")).join(", ");
    format!(
        "UPDATE {table} SET sm3 = other.sm3, sha256 = other.sha256, bytes = other.bytes \
         FROM (SELECT * FROM {table}) AS other \
         WHERE {table}.decision_id IN ({both}) AND other.decision_id IN ({both}) \
         AND other.decision_id != {table}.decision_id"
    )
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
