//! The demo: an invented office with departments, seals and licenses, made through the same code
//! that production uses. Everything in it says 样例.

mod batch;
mod certify;
mod clients;
mod connectors;
mod decisions;
mod items;
mod life;
mod looks;
mod newcomer;
mod notices;
mod office;
mod people;
mod sandbox;
mod signatories;
mod trust;
mod types;

pub use clients::ClientSummary;
pub use connectors::connectors;
pub use people::{DemoAccount, PersonSummary};

use crate::settings::{FILES, REGISTER};
use crate::{App, AppError, Caller, Errand, IdempotencyKey, IssueRequest, SealForm, Settings};
use domain::sealing::Level;
use office::Department;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// How far the demo is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
    /// What is being made.
    pub what: String,
}

/// What the demo made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Summary {
    /// False when it was there already.
    #[serde(skip)]
    pub fresh: bool,
    /// Each department with an API key of its own. These are keys to invented data only.
    pub departments: Vec<DepartmentSummary>,
    /// One that has no seal yet: its keeper asked for one.
    #[serde(default)]
    pub newcomer: Option<DepartmentSummary>,
    /// People who sign in.
    #[serde(default)]
    pub people: Vec<PersonSummary>,
    /// Systems that call the service.
    #[serde(default)]
    pub clients: Vec<ClientSummary>,
    /// Number of licenses.
    pub licenses: usize,
    /// Number of license types among them.
    pub license_types: usize,
    /// Folder of the sealed files.
    pub files: PathBuf,
    /// Folder of the trust anchors.
    pub trust: PathBuf,
    /// One sealed file to begin with.
    pub example_file: PathBuf,
    /// Id of its license.
    pub example_license: String,
    /// Code printed on it.
    pub example_code: String,
    /// Address that the printed codes open: that of the service when they were printed.
    pub public_url: String,
}

/// A department of the demo.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct DepartmentSummary {
    /// Its name.
    pub name: String,
    /// Its social credit code.
    pub code: String,
    /// Name of its seal.
    pub seal: String,
    /// Its API key.
    pub api_key: String,
}

const STARTED: &str = "started";
const SUMMARY: &str = "summary.json";
/// Folder of the files with validation material: signatures that later revisions follow.
const KEPT_LONG: &str = "kept-long";
/// What the demo makes in its folder, and so may throw away when it was interrupted.
const OWN: [&str; 6] = [REGISTER, "register.db-wal", "register.db-shm", FILES, "custody", "trust"];

/// Makes the demo in the data folder of `settings`, or finds it there.
///
/// # Errors
/// When the folder holds a register that the demo did not make, or anything cannot be made.
pub fn prepare(
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, AppError> {
    if settings.production {
        let detail = "custody.production is set: the demo is not for production".to_owned();
        return Err(AppError::Refused { code: "test_keys_in_production", detail });
    }
    let folder = settings.data.join("demo");
    if folder.join(SUMMARY).exists() {
        return read_summary(&folder);
    }
    clear_interrupted(&settings.data, &folder)?;
    let kept_long = folder.join(KEPT_LONG);
    fs::create_dir_all(&kept_long).map_err(|cause| unwritable(&kept_long, cause))?;
    write(&folder.join(STARTED), b"")?;
    let settings =
        Settings { sample_mark: true, trust: None, trust_signer: None, ..settings.clone() };
    let departments = trust::found(&App::open(settings.clone())?, progress)?;
    // Opened again, because the trust anchors are there only now.
    let app = App::open(settings)?;
    trust::write_receipt_keys(&app)?;
    let summary = issue_all(&app, &folder, departments, progress)?;
    trust::write_log_keys(&app)?;
    let json = serde_json::to_vec_pretty(&summary)
        .map_err(|cause| AppError::internal("writing the demo's summary".to_owned(), cause))?;
    write(&folder.join(SUMMARY), &json)?;
    Ok(summary)
}

fn read_summary(folder: &Path) -> Result<Summary, AppError> {
    let path = folder.join(SUMMARY);
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        AppError::internal(format!("reading {}", path.display()), cause)
    };
    let json = fs::read(&path).map_err(|cause| failed(cause.into()))?;
    serde_json::from_slice(&json).map_err(|cause| failed(cause.into()))
}

/// An interrupted demo is made again from nothing; anything else in the folder is left alone.
fn clear_interrupted(data: &Path, folder: &Path) -> Result<(), AppError> {
    if !data.join(REGISTER).exists() {
        return Ok(());
    }
    if !folder.join(STARTED).exists() {
        return Err(AppError::Refused {
            code: "not_a_demo_folder",
            detail: format!(
                "{} holds a register that the demo did not make; choose another folder",
                data.display()
            ),
        });
    }
    for name in OWN {
        let path = data.join(name);
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match removed {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(unwritable(&path, cause));
            }
            _ => {}
        }
    }
    Ok(())
}

fn issue_all(
    app: &App,
    folder: &Path,
    departments: Vec<Department>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, AppError> {
    app.log_foundations()?;
    let mut sandbox = departments.last().map(|one| sandbox::make(app, one)).transpose()?;
    let requests = office::requests(&departments)?;
    let total = requests.len();
    let mut types = std::collections::BTreeSet::new();
    let mut example = None;
    for (place, asked) in requests.into_iter().enumerate() {
        progress(Progress { done: place, total, what: asked.what.clone() });
        let caller = Caller::Console { organization: asked.organization };
        let key = named(&format!("demo-{place}"))?;
        let (form, level) = shown(place, total);
        let request = IssueRequest { form: Some(form), level: Some(level), ..asked.request };
        let issued = app.issue(&caller, Some(&key), request)?.value;
        let file = app.rendition(&caller, &Errand::by("yinzheng demo"), &issued.id)?;
        let path = match level {
            Level::B | Level::T => folder.to_owned(),
            Level::Lt | Level::Lta => folder.join(KEPT_LONG),
        }
        .join(format!("{:02}-{}.pdf", place + 1, asked.file_stem));
        write(&path, &file.bytes)?;
        types.insert(issued.license_type.clone());
        example.get_or_insert((path, issued.id, issued.code));
    }
    if let Some(department) = departments.first() {
        let caller = Caller::Console { organization: department.id };
        for (place, asked) in office::to_approve(department).enumerate() {
            let key = named(&format!("demo-waiting-{place}"))?;
            let waiting = app.issue(&caller, Some(&key), asked)?.value;
            if let Some(list) = sandbox.as_mut().filter(|_| place == 0) {
                list.items.push(sandbox::pending(waiting));
            }
        }
    }
    sandbox.map_or(Ok(()), |list| sandbox::publish(folder, &list))?;
    if let Some(department) = departments.first() {
        batch::send(app, department)?;
    }
    progress(Progress { done: total, total, what: String::new() });
    let office = departments.last().cloned();
    let platform = office.as_ref().map(|one| one.id);
    let mut people = match departments.first().map(|one| one.id).zip(platform) {
        Some((department, platform)) => people::invite(app, department, platform)?,
        None => Vec::new(),
    };
    let (newcomer, others) = newcomer::arrive(app)?;
    people.extend(others);
    let register = |platform| clients::register(app, folder, platform);
    let clients = platform.map_or_else(|| Ok(Vec::new()), register)?;
    if let Some(department) = departments.first() {
        looks::look(app, department)?;
        types::define(app, department)?;
        life::live(app, department)?;
    }
    if let Some(platform) = &office {
        people.push(items::load(app, platform)?);
        let asked = departments.get(1).unwrap_or(platform);
        people.push(decisions::decide(app, platform, asked)?);
    }
    app.watch_quality()?;
    let (example_file, example_license, example_code) = example.ok_or_else(|| {
        AppError::internal("making the demo".to_owned(), "there are no sample licenses")
    })?;
    let shown = departments.into_iter().map(|one| DepartmentSummary {
        name: one.name,
        code: one.code,
        seal: one.seal,
        api_key: one.api_key,
    });
    Ok(Summary {
        fresh: true,
        departments: shown.collect(),
        newcomer: Some(newcomer),
        people,
        clients,
        licenses: total,
        license_types: types.len(),
        files: folder.to_owned(),
        trust: app.settings.data.join("trust"),
        example_file,
        example_license,
        example_code,
        public_url: app.settings.public_url.clone(),
    })
}

fn named(key: &str) -> Result<IdempotencyKey, AppError> {
    let failed = |cause: &str| AppError::internal("naming a demo request".to_owned(), cause);
    key.parse().map_err(failed)
}

/// Most carry both signatures as they are; some show each form alone, some a time stamp, and the
/// last two what is kept for years.
fn shown(place: usize, total: usize) -> (SealForm, Level) {
    let form = match place % 6 {
        4 => SealForm::Pades,
        5 => SealForm::Sm2,
        _ => SealForm::Both,
    };
    match total - place {
        1 => (SealForm::Both, Level::Lta),
        2 => (SealForm::Pades, Level::Lt),
        _ if place % 7 == 1 => (form, Level::T),
        _ => (form, Level::B),
    }
}

fn unwritable(path: &Path, cause: std::io::Error) -> AppError {
    AppError::internal(format!("making {}", path.display()), cause)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    fs::write(path, bytes).map_err(|cause| unwritable(path, cause))
}
