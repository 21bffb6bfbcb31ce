//! `yinzheng witness`.

use super::log::believed;
use crate::cli::args::WitnessTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::AppError;
use app::log::{LogKeys, LogPlace, Seen, Witness};
use std::time::Duration;
use time::OffsetDateTime;

/// Looks once, or again and again.
pub(super) fn run(typed: &WitnessTyped, config: &Config, output: &Output) -> Result<Exit, Failure> {
    let place = LogPlace::named(&typed.log).map_err(|cause| Failure::Usage(cause.to_string()))?;
    let keys = believed(typed.key.as_deref(), &typed.anchors, config)?;
    let witness = Witness::open(&typed.state, &typed.name)?;
    output.note(format_args!("{}: {}", output.words().key, witness.note_key()));
    loop {
        let exit = look(&witness, &place, &keys, output)?;
        match typed.every {
            // What the log did does not go away; what could not be read may.
            Some(seconds) if exit != Exit::Failed => {
                std::thread::sleep(Duration::from_secs(seconds.into()));
            }
            _ => return Ok(exit),
        }
    }
}

fn look(
    witness: &Witness,
    place: &LogPlace,
    keys: &LogKeys,
    output: &Output,
) -> Result<Exit, Failure> {
    let words = output.words();
    match witness.look(place, keys, OffsetDateTime::now_utc()) {
        Ok(Seen::Grew(note) | Seen::Same(note)) => {
            output.document(&note);
            Ok(Exit::Success)
        }
        Ok(Seen::Refused(breach, evidence)) => {
            output.note(format_args!("{}: {breach}", words.error));
            output.note(format_args!("  {}: {}", words.evidence, evidence.display()));
            Ok(Exit::Failed)
        }
        Ok(Seen::Unbelieved(cause)) => {
            output.note(format_args!("{}: {cause}", words.indeterminate));
            Ok(Exit::Indeterminate)
        }
        Err(AppError::Unavailable { detail, .. }) => {
            output.note(format_args!("{}: {detail}", words.indeterminate));
            Ok(Exit::Indeterminate)
        }
        Err(error) => Err(error.into()),
    }
}
