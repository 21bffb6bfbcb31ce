//! `yinzheng backup` and `yinzheng restore`.

use super::{fsck, open};
use crate::cli::args::{BackupTyped, RestoreTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::backup::{Backup, restore};
use app::{App, FsckRequest};

/// Copies everything.
pub(super) fn back_up(
    typed: BackupTyped,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let bar = output.progress();
    let made = app.backup(&typed.to, &mut |done, total| bar.show(done, total, ""));
    bar.close();
    let made = made?;
    if typed.json {
        output.json(&made);
    } else {
        output.line(format_args!("{} {}", output.words().backed_up, typed.to.display()));
        show(&made, output);
    }
    Ok(Exit::Success)
}

/// Puts everything back, then checks that it is whole.
pub(super) fn put_back(
    typed: RestoreTyped,
    mut config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    if let Some(data) = typed.data.data {
        config.storage.data = data;
    }
    let settings = config.settings();
    let made = restore(&typed.from, &settings)?;
    if !typed.json {
        output.line(format_args!("{} {}", output.words().restored, settings.data.display()));
        show(&made, output);
        output.line("");
    }
    fsck::check(&App::open(settings)?, &FsckRequest::default(), typed.json, output)
}

fn show(made: &Backup, output: &Output) {
    let words = output.words();
    output.entry(words.checked_at, &made.made_at);
    output.entry(words.files, made.files);
    output.entry(words.log_size, made.log_size);
}
