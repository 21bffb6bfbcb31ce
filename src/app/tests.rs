//! The use cases together, in a folder of their own.

use crate::{App, Settings, VerifyInput, demo};
use std::path::Path;

fn settings(data: &Path) -> Settings {
    Settings {
        data: data.to_owned(),
        trust: None,
        public_url: "http://127.0.0.1:8080".to_owned(),
        fonts: Vec::new(),
        catalogue: None,
        sample_mark: true,
        file_bytes_max: 20 << 20,
    }
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
    let again = demo::prepare(&settings, &mut |_| {}).expect("found");
    assert!(!again.fresh);
    assert_eq!((&again.departments, again.licenses), (&made.departments, made.licenses));
}
