//! A copy of everything, made while the service runs, and its way back.

use crate::settings::{CHECKPOINT, FILES, REGISTER};
use crate::view::time::from_instant;
use crate::{App, AppError, Settings};
use domain::audit::{Actor, Subject};
use gateway::backup::{
    close_folder, copy_file, copy_folder, digest, make_folder, passing, settle, write,
};
use gateway::files::{FilePlace, FileStore};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use storage::Location;

const MANIFEST: &str = "backup.json";
const MANIFEST_BEFORE: &str = "backup.json.old";
/// When the backup beside it was restored somewhere.
const RESTORED: &str = "restored";

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
    /// Copies everything to a folder, which becomes its owner's alone: an empty one, or an earlier
    /// backup, which is brought up to date. The order makes it whole: the checkpoint is not newer
    /// than the register, and what the register names is there before it is named.
    ///
    /// # Errors
    /// `not_a_backup` for a folder of something else; the disk's.
    pub fn backup(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Backup, AppError> {
        self.settings.own_register("backup_by_server", "copy")?;
        make_folder(to)?;
        admit(to)?;
        close_folder(to)?;
        // Not whole until the manifest is there again.
        let manifest = to.join(MANIFEST);
        if manifest.exists() {
            fs::rename(&manifest, to.join(MANIFEST_BEFORE))
                .map_err(|cause| internal(format!("renaming {}", manifest.display()), cause))?;
        }
        let log_size = self.store.log_newest()?.map_or(0, |newest| newest.size);
        let checkpoint = self.settings.checkpoint_file();
        if checkpoint.exists() {
            copy_file(&checkpoint, &to.join(CHECKPOINT))?;
        }
        let register_sm3 = self.backup_register(&to.join(REGISTER))?;
        let data = &self.settings.data;
        let apart = self.settings.copied_apart();
        let wanted = |path: &Path| {
            let here = data.join(path);
            is_small(path) && !apart.contains(&here) && !to.starts_with(&here)
        };
        copy_folder(data, to, &wanted)?;
        let files = self.backup_files(&to.join(FILES), progress)?;
        let made_at = crate::view::time::instant(self.clock.now());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let backup = Backup { made_at, version, register_sm3, files, log_size };
        let said = serde_json::to_vec_pretty(&backup)
            .map_err(|cause| AppError::internal("describing the backup".to_owned(), cause))?;
        write(&manifest, &said)?;
        let _ = fs::remove_file(to.join(MANIFEST_BEFORE));
        self.note_backup(to)?;
        Ok(backup)
    }

    /// That a backup was made, and whether the one before it in this folder was ever restored, for
    /// whoever looks after the service. The copy itself does not know it yet.
    fn note_backup(&self, to: &Path) -> Result<(), AppError> {
        let event = |kind: &str, action: &str| {
            self.clock.entry(&Actor::Console, action, Subject::new(kind, "register"), &[])
        };
        let mut told = vec![event("backup", "backup.make")?];
        let tried = to.join(RESTORED);
        let at = fs::read_to_string(&tried).ok().and_then(|text| from_instant(text.trim()));
        if let Some(at) = at {
            told.insert(0, domain::audit::Entry { at, ..event("restore", "backup.restored")? });
        }
        self.store.audit_append(&told)?;
        if at.is_some() {
            let _ = fs::remove_file(tried);
        }
        Ok(())
    }

    /// The register as it is now; SM3 of the copy.
    fn backup_register(&self, to: &Path) -> Result<String, AppError> {
        let passing = passing(to);
        let _ = fs::remove_file(&passing);
        self.store.backup(&passing)?;
        let sm3 = digest(&passing)?;
        settle(&passing, to)?;
        Ok(sm3.to_string())
    }

    fn backup_files(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<u64, AppError> {
        make_folder(to)?;
        let kept = FileStore::open(to)?;
        let names = self.files.names()?;
        let mut count = 0;
        for (done, name) in names.iter().enumerate() {
            progress(done, names.len());
            let there = kept.check(*name).is_ok();
            // One at a time; none is larger than an upload may be.
            let missing = if there { None } else { self.whole_file(*name)? };
            if let Some(bytes) = &missing {
                kept.put(bytes)?;
            }
            count += u64::from(there || missing.is_some());
        }
        progress(names.len(), names.len());
        Ok(count)
    }
}

impl Settings {
    /// Where the register lies, when it is a file of ours.
    fn own_register(&self, code: &'static str, verb: &str) -> Result<PathBuf, AppError> {
        match self.register() {
            Location::File(path) => Ok(path),
            Location::Server(_) => Err(AppError::Refused {
                code,
                detail: format!(
                    "the register is on a server: {verb} it with the server's means, and the \
                     folders files/ and custody/ beside it"
                ),
            }),
        }
    }

    /// What may lie in the data folder and is not copied as it lies there: the register with the
    /// files that the database keeps beside it, and the sealed files.
    fn copied_apart(&self) -> Vec<PathBuf> {
        let beside = |path: &Path, end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        let mut apart = Vec::new();
        if let Location::File(path) = self.register() {
            apart.extend(["", "-wal", "-shm", "-journal"].map(|end| beside(&path, end)));
        }
        if let FilePlace::Folder(path) = self.file_place() {
            apart.push(path);
        }
        apart
    }
}

/// Puts a backup where `settings` have the data folder, the register and the sealed files, of which
/// there must be none yet; every file is compared with its digest.
///
/// # Errors
/// `not_a_backup`, `backup_damaged`, `folder_not_empty`, `restore_by_server`; the disk's.
pub fn restore(from: &Path, settings: &Settings) -> Result<Backup, AppError> {
    let backup = read(from)?;
    let register = settings.own_register("restore_by_server", "put back")?;
    let data = &settings.data;
    make_folder(data)?;
    for (taken, what) in [(!is_empty(data)?, data), (register.exists(), &register)] {
        if taken {
            return Err(AppError::Refused {
                code: "folder_not_empty",
                detail: format!("{} is not empty; restore into a new folder", what.display()),
            });
        }
    }
    close_folder(data)?;
    let copied = from.join(REGISTER);
    same(&backup, &digest(&copied)?.to_string())?;
    restore_files(from, &backup, settings)?;
    copy_folder(from, data, &|path| is_small(path) && path != Path::new(MANIFEST))?;
    if from.join(CHECKPOINT).exists() {
        copy_file(&from.join(CHECKPOINT), &settings.checkpoint_file())?;
    }
    // The register last: a folder without it is not yet a restored one.
    same(&backup, &copy_file(&copied, &register)?.to_string())?;
    // The next backup to this folder tells; on a medium that is only read nobody can.
    let now = crate::view::time::instant(time::OffsetDateTime::now_utc());
    let _ = fs::write(from.join(RESTORED), now);
    Ok(backup)
}

fn same(backup: &Backup, register_sm3: &str) -> Result<(), AppError> {
    if register_sm3 == backup.register_sm3 {
        return Ok(());
    }
    Err(damaged("its register is not the one that was copied"))
}

fn restore_files(from: &Path, backup: &Backup, settings: &Settings) -> Result<(), AppError> {
    let place = settings.file_place();
    if let FilePlace::Folder(folder) = &place {
        make_folder(folder)?;
    }
    let (kept, files) = (FileStore::open(&from.join(FILES))?, FileStore::open_at(&place)?);
    let names = kept.names()?;
    if (names.len() as u64) < backup.files {
        return Err(damaged("sealed files are missing"));
    }
    for name in names {
        files.put(&kept.read(name).map_err(|cause| damaged(&cause.to_string()))?)?;
    }
    Ok(())
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
    let ours = [MANIFEST, MANIFEST_BEFORE, REGISTER, CHECKPOINT];
    let begun = ours.iter().any(|name| to.join(name).exists() || passing(&to.join(name)).exists());
    if begun || is_empty(to)? {
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

/// Whether a path below a data folder or a backup is copied as it lies: not the register, the
/// sealed files and the checkpoint, which are copied in their own ways, nor what belongs to a
/// running process.
fn is_small(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let top = path.components().count() == 1;
    let apart = [FILES, CHECKPOINT, "lock", MANIFEST_BEFORE, RESTORED];
    !(top && (apart.contains(&name) || name.starts_with(REGISTER))) && !name.ends_with(".tmp")
}
