//! `yinzheng import`.

mod here;
mod there;

use super::remote::Remote;
use super::{absent, caller, open, read, write_new};
use crate::cli::args::ImportTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::IngestBatchView;
use app::{App, BatchEvent};
use here::Here;
use std::path::Path;
use there::There;

/// Whoever has batches and works on them.
trait Desk {
    /// Takes a file; the id of its batch.
    fn receive(&self, sent: Sent<'_>) -> Result<String, Failure>;

    fn batch(&self, id: &str) -> Result<IngestBatchView, Failure>;

    fn step(&self, id: &str, event: BatchEvent) -> Result<(), Failure>;

    /// Returns when the batch needs no more work, or waits for somebody; `told` hears how far it is.
    fn work(&self, id: &str, told: &mut dyn FnMut(&IngestBatchView)) -> Result<(), Failure>;

    /// The rows that failed, as a file.
    fn failed(&self, id: &str) -> Result<Vec<u8>, Failure>;
}

/// A file, and what was said of it.
struct Sent<'a> {
    typed: &'a ImportTyped,
    name: String,
    bytes: Vec<u8>,
}

/// Checks a file of rows, then issues them; or goes on with a batch.
pub(super) fn run(typed: ImportTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    typed.failed.as_deref().map_or(Ok(()), absent)?;
    let file = typed
        .file
        .as_deref()
        .map(|path| Ok::<_, Failure>((path, read(path, App::ingest_bytes_max())?)));
    let file = file.transpose()?;
    let desk: Box<dyn Desk> = match &typed.url {
        Some(url) => Box::new(There::new(Remote::new(url, &typed.access)?)?),
        None if typed.access.is_some() => {
            let words = "--client, --key-file and --ca-file are for --url";
            return Err(Failure::Usage(words.to_owned()));
        }
        None => {
            let app = open(config, typed.data.clone())?;
            let caller = caller(&app, typed.organization.as_deref(), typed.seal.as_deref())?;
            Box::new(Here { app, caller })
        }
    };
    let desk = &*desk;
    let id = match (&typed.resume, file) {
        (Some(id), _) => desk.batch(id)?.id,
        (None, Some((path, bytes))) => receive(desk, &typed, path, bytes)?,
        (None, None) => return Err(Failure::Usage("FILE or --resume is needed".to_owned())),
    };
    let batch = checked(desk, &id, output)?;
    let good = batch.state != "unreadable"
        && batch.counts_agree != Some(false)
        && (batch.failed == 0 || typed.skip_failed || batch.state != "checked");
    let batch = match batch.state.as_str() {
        "checked" if good && !typed.dry_run => issued(desk, &id, Some(BatchEvent::Start), output)?,
        "paused" if !typed.dry_run => issued(desk, &id, Some(BatchEvent::Resume), output)?,
        "running" if !typed.dry_run => issued(desk, &id, None, output)?,
        _ => batch,
    };
    if let Some(path) = typed.failed.as_deref().filter(|_| batch.failed > 0) {
        write_new(path, &desk.failed(&id)?)?;
    }
    shown(&batch, &typed, output);
    let done = matches!(batch.state.as_str(), "checked" | "completed" | "running");
    let whole = done && good && (batch.failed == 0 || typed.skip_failed);
    Ok(if whole { Exit::Success } else { Exit::Failed })
}

fn receive(
    desk: &dyn Desk,
    typed: &ImportTyped,
    path: &Path,
    bytes: Vec<u8>,
) -> Result<String, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    desk.receive(Sent { typed, name: name.unwrap_or_default(), bytes })
}

/// Every row checked.
fn checked(desk: &dyn Desk, id: &str, output: &Output) -> Result<IngestBatchView, Failure> {
    let batch = desk.batch(id)?;
    if batch.state != "received" {
        return Ok(batch);
    }
    output.note(output.pick("正在逐行检查……", "checking the rows …"));
    desk.work(id, &mut |_| {})?;
    desk.batch(id)
}

fn issued(
    desk: &dyn Desk,
    id: &str,
    step: Option<BatchEvent>,
    output: &Output,
) -> Result<IngestBatchView, Failure> {
    step.map(|step| desk.step(id, step)).transpose()?;
    let bar = output.progress();
    let worked = desk.work(id, &mut |batch| {
        let rate = batch.rate_per_second.map_or_else(String::new, |rate| format!("{rate}/s"));
        let done = batch.received_count - batch.ready - batch.sealing;
        bar.show(done as usize, batch.received_count as usize, &rate);
    });
    bar.close();
    worked?;
    desk.batch(id)
}

fn shown(batch: &IngestBatchView, typed: &ImportTyped, output: &Output) {
    if typed.json {
        return output.json(batch);
    }
    let pick = |zh, en| output.pick(zh, en);
    output.entry("id", &batch.id);
    output.entry(pick("状态", "state"), &batch.state);
    output.entry(pick("原因", "trouble"), batch.trouble.as_deref().unwrap_or_default());
    if let Some(declared) = batch.declared_count {
        output.entry(pick("申报", "declared"), declared);
    }
    output.entry(pick("收到", "received"), batch.received_count);
    output.entry(pick("可发", "ready"), batch.ready);
    output.entry(pick("待审批", "waiting"), batch.waiting);
    output.entry(pick("已发", "issued"), batch.issued);
    output.entry(pick("未通过", "failed"), batch.failed);
    if let Some(rate) = batch.rate_per_second {
        output.entry(pick("速率", "rate"), format_args!("{rate}/s"));
    }
    for one in &batch.problems {
        output.line(format_args!("    {} × {}  {}", one.rows, one.code, one.name));
    }
    if batch.counts_agree == Some(false) {
        output.note(pick(
            "申报数与收到数不一致，未签发。",
            "the declared count is not the received one; nothing was issued",
        ));
    } else if batch.state == "checked" && batch.failed > 0 && !typed.dry_run {
        output.note(pick(
            "有未通过的行，未签发：改正后重新导入，或加 --skip-failed 签发其余各行。",
            "rows failed, and nothing was issued: mend them and import again, or add --skip-failed",
        ));
    }
}
