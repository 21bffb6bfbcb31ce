//! The use cases together, in a folder of their own.

use crate::{App, Settings, Tended, VerifyInput, demo};
use std::path::Path;
use std::time::{Duration, SystemTime};

fn settings(data: &Path) -> Settings {
    Settings { sample_mark: true, ..Settings::in_folder(data) }
}

#[test]
fn the_demo_verifies_and_is_reused() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(folder.path());
    let made = demo::prepare(&settings, &mut |_| {}).expect("made");
    assert!(made.fresh && made.licenses >= 30 && made.license_types >= 12, "{made:?}");
    let app = App::open(settings.clone()).expect("opened");
    for entry in std::fs::read_dir(&made.files).expect("listed") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|end| end != "pdf") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("read");
        let answer = app.verify(VerifyInput::File { bytes, at: None }).expect("verified");
        assert_eq!(answer.outcome, "VALID", "{}: {answer:#?}", path.display());
    }
    assert_eq!(app.store.key_use_open().expect("listed"), [], "every key use came to an end");
    tended(&app, folder.path());
    let again = demo::prepare(&settings, &mut |_| {}).expect("found");
    assert!(!again.fresh);
    assert_eq!((&again.departments, again.licenses), (&made.departments, made.licenses));
}

/// Orphans of a crash go when they are old, and what the register knows stays.
fn tended(app: &App, data: &Path) {
    let known = app.files.names().expect("listed");
    let orphan = app.files.put(b"of an issue that never came to be").expect("stored").sm3;
    assert_eq!(app.tend(None).expect("tended"), Tended::default(), "it may still come to be");
    let old = SystemTime::now() - Duration::from_secs(2 * 3600);
    let name = orphan.to_string();
    let path = data.join("files").join(&name[..2]).join(&name);
    let file = std::fs::File::options().write(true).open(path).expect("opened");
    file.set_modified(old).expect("aged");
    assert_eq!(app.tend(Some(SystemTime::now())).expect("tended"), Tended::default(), "asked once");
    assert_eq!(app.tend(None).expect("tended"), Tended { orphans: 1, ..Tended::default() });
    assert_eq!(app.files.names().expect("listed"), known);
}
