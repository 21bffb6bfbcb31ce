//! `yinzheng receipt`.

use super::verify::{self, outcome, trust_path, word};
use super::{open, read};
use crate::cli::args::{ReceiptCommand, ReceiptKeysTyped, ReceiptVerifyTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::receipt::{CheckedReceipt, ReceiptKeys, Standing, check};
use app::view::ReceiptView;

/// Carries out the command on receipts.
pub(super) fn run(
    command: ReceiptCommand,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        ReceiptCommand::Verify(typed) => verify_receipt(&typed, &config, output),
        ReceiptCommand::Keys(typed) => keys(typed, config, output),
    }
}

fn verify_receipt(
    typed: &ReceiptVerifyTyped,
    config: &Config,
    output: &Output,
) -> Result<Exit, Failure> {
    let receipt = read(&typed.receipt, config.limits.file_bytes_max)?;
    let file = typed.file.as_deref().map(|path| read(path, config.limits.file_bytes_max));
    let file = file.transpose()?;
    let trust = verify::trust(&typed.anchors, config, output)?;
    let keys = match trust_path(&typed.anchors, config) {
        Some(folder) => ReceiptKeys::load(&folder)
            .map_err(|cause| Failure::Trust { folder: folder.display().to_string(), cause })?,
        None => ReceiptKeys::default(),
    };
    let checked = check(&receipt, file.as_deref(), &keys, &trust);
    if typed.json {
        output.json(&checked);
    } else {
        show(&checked, output);
    }
    Ok(exit(&checked))
}

/// As of a verification: only a genuine receipt that says valid is a success.
fn exit(checked: &CheckedReceipt) -> Exit {
    let said = checked.receipt.as_ref().map_or("", |receipt| &receipt.outcome);
    match checked.standing {
        Standing::Genuine => outcome(said),
        Standing::Altered | Standing::OtherFile => Exit::Failed,
        Standing::UnknownKey | Standing::NotAReceipt => Exit::Indeterminate,
    }
}

fn show(checked: &CheckedReceipt, output: &Output) {
    let words = output.words();
    output.line(checked.standing.sentence(output.language()));
    let Some(ReceiptView { input, outcome, as_of, service, trust_list, .. }) = &checked.receipt
    else {
        return;
    };
    output.entry(words.outcome, word(outcome, output));
    output.entry(words.checked_at, as_of);
    output.entry(words.file, format_args!("{} bytes, SM3 {}", input.bytes, input.sm3));
    output.entry(words.trust, trust_list);
    output.entry(words.service, &service.address);
    if let Some(again) = &checked.judged_again {
        output.entry(words.judged_again, word(again, output));
    }
}

fn keys(typed: ReceiptKeysTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let keys = open(config, typed.data)?.receipt_keys()?;
    if typed.json {
        output.json(&keys);
    } else {
        keys.iter().for_each(|key| output.document(&key.pem));
    }
    Ok(Exit::Success)
}
