//! The use cases together, in a folder of their own.

use crate::{
    App, AppError, BatchEvent, Errand, IngestRequest, Place, SealForm, SealRequest, Settings,
    Tended, VerifyInput, demo,
};
use domain::digest::Sm3;
use domain::sealing::KeyPurpose;
use gateway::clock::{Clock, SystemClock};
use gateway::files::FileError;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;

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
    batch_files_go(&app, &made.departments[0].name);
    drop(app);
    skewed(&settings, &made);
    let again = demo::prepare(&settings, &mut |_| {}).expect("found");
    assert!(!again.fresh);
    assert_eq!((&again.departments, again.licenses), (&made.departments, made.licenses));
}

/// The system's clock, set by so many seconds.
#[derive(Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + time::Duration::seconds(self.0.load(Ordering::SeqCst))
    }

    fn running(&self) -> time::Duration {
        SystemClock.running()
    }
}

/// Nothing is signed while the clock is wrong, and nothing is forgotten.
fn skewed(settings: &Settings, made: &demo::Summary) {
    const DAY: i64 = 86_400;
    let clock = Arc::new(SetClock::default());
    clock.0.store(-3 * DAY, Ordering::SeqCst);
    let app = App::open_by(settings.clone(), clock.clone()).expect("opened all the same");
    let uses = || {
        let keys = KeyPurpose::ALL.iter().map(|purpose| app.store.signing_key_list(*purpose));
        let keys = keys.flat_map(|keys| keys.expect("listed"));
        keys.map(|key| app.store.key_use_count(key.id).expect("counted")).sum::<u64>()
    };
    let seal = || {
        let department = &made.departments[0];
        let caller = app.console(&department.name).expect("a department");
        app.seal_document(
            &caller,
            SealRequest {
                document: crate::pdf::one_page("Late"),
                seal: department.seal.clone(),
                form: SealForm::Both,
                level: None,
                place: Place::Default,
                riding: false,
            },
        )
    };
    let before = uses();
    // At start, and set while it runs, either way.
    for days in [-3, 0, 4000, 0, -1] {
        clock.0.store(days * DAY, Ordering::SeqCst);
        let parts = app.readiness().parts;
        let code = parts.iter().find_map(|(_, part)| Some(part.as_ref().err()?.code));
        let on_time = days == 0;
        assert_eq!(code, (!on_time).then_some("clock_skew"), "{days}");
        assert_eq!(app.look_at_clock(), on_time);
        match seal() {
            Ok(_) => assert!(on_time, "sealed with a clock set by {days} days"),
            Err(AppError::Unavailable { code: "clock_skew", .. }) => assert!(!on_time),
            Err(other) => panic!("{days}: {other}"),
        }
        app.tend(None).expect("tended");
    }
    assert_eq!(uses(), before + 4, "two forms, twice");
    assert_eq!(app.store.key_use_open().expect("listed"), []);
}

/// Orphans of a crash go when they are old, and what the register knows stays.
fn tended(app: &App, data: &Path) {
    let known = app.files.names().expect("listed");
    let orphan = app.files.put(b"of an issue that never came to be").expect("stored").sm3;
    assert_eq!(app.tend(None).expect("tended"), Tended::default(), "it may still come to be");
    let old = SystemTime::now() - Duration::from_secs(2 * 3600);
    let name = orphan.to_string();
    let path = data.join("files").join(&name[..2]).join(&name);
    let file = std::fs::File::options().write(true).open(&path).expect("opened");
    file.set_modified(old).expect("aged");
    assert_eq!(app.tend(Some(SystemTime::now())).expect("tended"), Tended::default(), "asked once");
    assert_eq!(app.tend(None).expect("tended"), Tended { orphans: 1, ..Tended::default() });
    half_written(app, &path);
    assert_eq!(app.files.names().expect("listed"), known);
}

/// The file of a batch goes some time after its end, and it is said so.
fn batch_files_go(app: &App, department: &str) {
    let caller = app.console(department).expect("the department");
    let request = IngestRequest {
        license_type: "119999000000000198001".to_owned(),
        file_name: "三月.csv".to_owned(),
        bytes: b"document_number\n1\n".to_vec(),
        declared: None,
        seal: None,
        form: None,
        level: None,
    };
    let forgotten = IngestRequest { bytes: b"document_number\n2\n".to_vec(), ..request.clone() };
    let batch = app.ingest_receive(&caller, None, request).expect("received").value;
    app.ingest_step(&caller, &batch.id, BatchEvent::Cancel).expect("cancelled");
    let now = OffsetDateTime::now_utc();
    batches_are_forgotten(app, &caller, forgotten, now);
    let at = |days| app.let_batch_files_go(now + time::Duration::days(days)).expect("tended");
    // The demo has a finished batch too.
    let gone = [at(89), at(91), at(92)];
    assert!(gone[0] == 0 && gone[1] >= 1 && gone[2] == 0, "{gone:?}");
    let file: Sm3 = batch.sm3.parse().expect("a digest");
    assert!(matches!(app.files.read(file), Err(FileError::Missing { .. })));
    assert!(app.ingest_batch(&caller, &batch.id).expect("there").file_gone_at.is_some());
    let back = app.ingest_failed(&caller, &Errand::by("a test"), &batch.id);
    assert!(matches!(back, Err(AppError::Refused { code: "batch_file_gone", .. })), "{back:?}");
}

/// A batch that nobody begins ends by itself, and its file goes some time later.
fn batches_are_forgotten(
    app: &App,
    caller: &crate::Caller,
    request: IngestRequest,
    now: OffsetDateTime,
) {
    let batch = app.ingest_receive(caller, None, request).expect("received").value;
    app.work_on_batch(&batch.id, &mut |_| {}).expect("checked");
    let state = |days| {
        app.end_forgotten_batches(now + time::Duration::days(days)).expect("tended");
        let view = app.ingest_batch(caller, &batch.id).expect("there");
        (view.state, view.trouble)
    };
    assert_eq!(state(89).0, "checked");
    assert_eq!(state(91), ("cancelled".to_owned(), Some("forgotten".to_owned())));
}

/// What an issue has begun to write is in nobody's way.
fn half_written(app: &App, path: &Path) {
    std::fs::write(path, b"of an issue that").expect("written");
    let backup = tempfile::tempdir().expect("a folder");
    let count = app.files.names().expect("listed").len();
    let copied = app.backup(backup.path(), &mut |_, _| {}).expect("copied");
    assert_eq!(copied.files as usize, count - 1);
    app.audit_nonces(&mut |_, _| {}).expect("looked at");
    std::fs::remove_file(path).expect("removed");
}
