//! A copy of everything, made while the service runs, and its way back.

use crate::{App, AppError};
use domain::digest::Sm3;
use gateway::backup::{copy_file, copy_folder, settle, write};
use gateway::files::FileStore;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

const MANIFEST: &str = "backup.json";
const REGISTER: &str = "register.db";
const FILES: &str = "files";
const CHECKPOINT: &str = "log.checkpoint";

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// When it was finished.
    pub made_at: String,
    /// By which version of the program.
    pub version: String,
    /// SM3 of the register.
    pub register_sm3: String,
    /// How many sealed files it has.
    pub files: u64,
    /// How many leaves the newest checkpoint of its log covers.
    pub log_size: u64,
}

fn internal(operation: String, cause: impl Into<io::Error>) -> AppError {
    AppError::internal(operation, cause.into())
}

impl App {
    /// Copies everything to a folder: an empty one, or an earlier backup, which is brought up to
    /// date. The order makes it whole: the checkpoint is not newer than the register, and what
    /// the register names is there before it is named.
    ///
    /// # Errors
    /// `not_a_backup` for a folder of something else; the disk's.
    pub fn backup(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Backup, AppError> {
        if self.store.is_shared() {
            let detail = "the register is on a server: copy it with the server's means, then the \
                folders files/ and custody/";
            return Err(AppError::Refused { code: "backup_by_server", detail: detail.to_owned() });
        }
        let data = &self.settings.data;
        fs::create_dir_all(to)
            .map_err(|cause| internal(format!("making {}", to.display()), cause))?;
        admit(to)?;
        // Not whole until the manifest is there again.
        let manifest = to.join(MANIFEST);
        if manifest.exists() {
            fs::rename(&manifest, to.join("backup.json.old"))
                .map_err(|cause| internal(format!("renaming {}", manifest.display()), cause))?;
        }
        let log_size = self.store.log_newest()?.map_or(0, |newest| newest.size);
        if data.join(CHECKPOINT).exists() {
            copy_file(&data.join(CHECKPOINT), &to.join(CHECKPOINT))?;
        }
        let passing = to.join("register.db.new");
        let _ = fs::remove_file(&passing);
        self.store.backup(&passing)?;
        let register = fs::read(&passing)
            .map_err(|cause| internal(format!("reading {}", passing.display()), cause))?;
        settle(&passing, &to.join(REGISTER))?;
        let register_file = self.store.location().to_string();
        let wanted = |path: &Path| {
            let other = !data.join(path).to_string_lossy().starts_with(&register_file);
            other && is_small(path) && !to.starts_with(data.join(path))
        };
        copy_folder(data, to, &wanted)?;
        let files = self.backup_files(&to.join(FILES), progress)?;
        let backup = Backup {
            made_at: crate::view::time::instant(self.clock.now()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            register_sm3: Sm3::of(&register).to_string(),
            files,
            log_size,
        };
        let said = serde_json::to_vec_pretty(&backup)
            .map_err(|cause| AppError::internal("describing the backup".to_owned(), cause))?;
        write(&manifest, &said)?;
        let _ = fs::remove_file(to.join("backup.json.old"));
        Ok(backup)
    }

    fn backup_files(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<u64, AppError> {
        let kept = FileStore::open(to)?;
        let names = self.files.names()?;
        for (done, name) in names.iter().enumerate() {
            progress(done, names.len());
            if kept.check(*name).is_err() {
                kept.put(&self.files.read(*name)?)?;
            }
        }
        progress(names.len(), names.len());
        Ok(names.len() as u64)
    }
}

/// Puts a backup into an empty data folder; every file is compared with its digest.
///
/// # Errors
/// `not_a_backup`, `backup_damaged`, `folder_not_empty`; the disk's.
pub fn restore(from: &Path, data: &Path) -> Result<Backup, AppError> {
    let backup = read(from)?;
    fs::create_dir_all(data)
        .map_err(|cause| internal(format!("making {}", data.display()), cause))?;
    if !is_empty(data)? {
        return Err(AppError::Refused {
            code: "folder_not_empty",
            detail: format!("{} is not empty; restore into a new folder", data.display()),
        });
    }
    let register = fs::read(from.join(REGISTER))
        .map_err(|cause| internal("reading the register of the backup".to_owned(), cause))?;
    if Sm3::of(&register).to_string() != backup.register_sm3 {
        return Err(damaged("its register is not the one that was copied"));
    }
    let (kept, files) = (FileStore::open(&from.join(FILES))?, FileStore::open(&data.join(FILES))?);
    let names = kept.names()?;
    if (names.len() as u64) < backup.files {
        return Err(damaged("sealed files are missing"));
    }
    for name in names {
        files.put(&kept.read(name).map_err(|cause| damaged(&cause.to_string()))?)?;
    }
    copy_folder(from, data, &|path| is_small(path) && path != Path::new(MANIFEST))?;
    if from.join(CHECKPOINT).exists() {
        copy_file(&from.join(CHECKPOINT), &data.join(CHECKPOINT))?;
    }
    // The register last: a folder without it is not yet a restored one.
    write(&data.join(REGISTER), &register)?;
    Ok(backup)
}

fn read(from: &Path) -> Result<Backup, AppError> {
    let text = fs::read(from.join(MANIFEST)).map_err(|_| AppError::Refused {
        code: "not_a_backup",
        detail: format!("{} has no {MANIFEST}: it is no finished backup", from.display()),
    })?;
    serde_json::from_slice(&text).map_err(|cause| damaged(&format!("{MANIFEST}: {cause}")))
}

/// Nothing of anybody else is written over.
fn admit(to: &Path) -> Result<(), AppError> {
    let ours = [MANIFEST, "backup.json.old", REGISTER, "register.db.new", CHECKPOINT];
    if is_empty(to)? || ours.iter().any(|name| to.join(name).exists()) {
        return Ok(());
    }
    Err(AppError::Refused {
        code: "not_a_backup",
        detail: format!("{} is neither empty nor an earlier backup", to.display()),
    })
}

fn is_empty(folder: &Path) -> Result<bool, AppError> {
    let mut entries = fs::read_dir(folder)
        .map_err(|cause| internal(format!("listing {}", folder.display()), cause))?;
    Ok(entries.next().is_none())
}

fn damaged(reason: &str) -> AppError {
    AppError::Refused { code: "backup_damaged", detail: format!("the backup is damaged: {reason}") }
}

/// Whether a path below the data folder is copied as it lies: not the register, the sealed files
/// and the checkpoint, which are copied in their own ways, nor what belongs to a running process.
fn is_small(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let top = path.components().count() == 1;
    let apart = [FILES, CHECKPOINT, "lock", "backup.json.old"];
    !(top && (apart.contains(&name) || name.starts_with(REGISTER))) && !name.ends_with(".tmp")
}
