//! `yinzheng bench`: asks a service on this machine as fast as it answers, then looks whether
//! everything that it acknowledged is there.

mod batch;
mod client;
mod decisions;
mod figures;
mod limits;
mod load;
mod receiver;
mod requests;
mod service;

use crate::cli::args::{Ask, BenchTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use client::Client;
use figures::Figures;
use limits::Limits;
use load::{Known, License, Load, valid};
use requests::Requests;
use serde::Serialize;
use service::Service;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

const EVERYTHING: [Ask; 5] = [Ask::Issue, Ask::File, Ask::Code, Ask::Id, Ask::Mix];
/// Sealed files that are shown again and again.
const FILES: usize = 64;
/// Licenses of the department that are asked for when this run has issued none.
const LICENSES: usize = 2000;
/// A page of licenses.
const PAGE: usize = 200;
const BYTES_MAX: usize = 256 << 20;

/// What was measured.
#[derive(Serialize)]
struct Answer {
    clients: u16,
    seconds: u64,
    rounds: Vec<Round>,
    /// Bytes in memory of all processes of the service at the end, when it was this command's.
    resident_bytes: Option<u64>,
    limits: Limits,
    acknowledged: usize,
    /// Ids that were acknowledged and are not valid now.
    lost: Vec<String>,
}

/// One measurement.
#[derive(Serialize)]
struct Round {
    asked: &'static str,
    /// Time of a processor that the service took for one request, in ms, when it was this command's.
    processor_ms: Option<f64>,
    #[serde(flatten)]
    kinds: BTreeMap<&'static str, Figures>,
}

/// Measures what was typed.
pub(super) fn run(typed: &BenchTyped, output: &Output) -> Result<Exit, Failure> {
    if let Some(rows) = typed.rows {
        return batch::run(rows, typed, output);
    }
    if let Some(licenses) = typed.decisions {
        return decisions::run(licenses, typed, output);
    }
    let read = |path: &Path| super::read(path, BYTES_MAX);
    let document = typed.document.as_deref().map(read).transpose()?;
    let service = Service::of(typed)?;
    let run = now();
    let (address, key) = (service.address, service.key.clone());
    let requests = Requests { address, key, form: typed.form, document, run };
    let limits = Limits::measure(service.data.as_deref())?;
    let mut known = Known::default();
    let mut rounds = Vec::new();
    let asks = if typed.asks.is_empty() { &EVERYTHING[..] } else { &typed.asks };
    for ask in asks {
        output.note(format_args!("{} {} s", word(*ask), typed.seconds));
        if *ask != Ask::Issue {
            prepare(&mut known, &requests, typed)?;
        }
        let (clients, time) = (typed.clients, Duration::from_secs(typed.seconds));
        let load = Load { requests: &requests, known: &known, clients, time };
        let before = service.processor_time();
        let (tallies, took) = load.run(*ask)?;
        let spent = service.processor_time().zip(before).map(|(after, before)| after - before);
        let figures = |(kind, tally): (_, figures::Tally)| (kind, tally.figures(took));
        let kinds: BTreeMap<_, _> = tallies.into_iter().map(figures).collect();
        let count = kinds.values().map(|figures| figures.count).sum();
        let processor_ms = spent.and_then(|spent| each(spent, count));
        rounds.push(Round { asked: word(*ask), processor_ms, kinds });
    }
    let resident_bytes = service.resident_bytes();
    let told = known.acknowledged.into_inner().unwrap_or_default();
    if let Some(path) = &typed.acknowledged {
        note_down(path, &told)?;
    }
    let lost = lost(&requests, &told, typed.clients)?;
    let (clients, seconds, acknowledged) = (typed.clients, typed.seconds, told.len());
    let answer = Answer { clients, seconds, rounds, resident_bytes, limits, acknowledged, lost };
    if typed.json {
        output.json(&answer)
    } else {
        show(&answer, output)
    }
    Ok(if answer.lost.is_empty() { Exit::Success } else { Exit::Failed })
}

/// Tells the licenses of one run from those of another: seconds since 1970.
fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

/// The share of one of so many, in ms.
fn each(spent: Duration, count: usize) -> Option<f64> {
    let share = spent.checked_div(u32::try_from(count).ok()?)?;
    Some(f64::from(u32::try_from(share.as_micros()).ok()? / 10) / 100.0)
}

const fn word(ask: Ask) -> &'static str {
    match ask {
        Ask::Issue => "issue",
        Ask::File => "file",
        Ask::Code => "code",
        Ask::Id => "id",
        Ask::Mix => "mix",
    }
}

/// Licenses and files to ask for: those of this run, else those that are named or there.
fn prepare(known: &mut Known, requests: &Requests, typed: &BenchTyped) -> Result<(), Failure> {
    let mut client = Client::new(requests.address);
    let licenses = known.licenses.get_mut().map_err(|_| Failure::Bench("a client broke".into()))?;
    if licenses.is_empty() {
        *licenses = match &typed.ids {
            Some(path) => named(&super::read(path, BYTES_MAX)?, requests, &mut client)?,
            None => listed(requests, &mut client)?,
        };
    }
    if known.files.is_empty() {
        for license in licenses.iter().take(FILES) {
            let path = format!("/v1/licenses/{}/renditions/original", license.id);
            known.files.push(requests.fetch(&mut client, &path)?.body);
        }
    }
    Ok(())
}

fn named(ids: &[u8], requests: &Requests, client: &mut Client) -> Result<Vec<License>, Failure> {
    let ids = String::from_utf8_lossy(ids);
    let read = |id: &str| {
        let view = requests.read(client, &format!("/v1/licenses/{id}"))?;
        Ok(License { id: id.to_owned(), code: text(&view["code"]) })
    };
    ids.split_whitespace().map(read).collect()
}

fn listed(requests: &Requests, client: &mut Client) -> Result<Vec<License>, Failure> {
    let mut licenses = Vec::new();
    let mut path = format!("/v1/licenses?limit={PAGE}");
    loop {
        let page = requests.read(client, &path)?;
        let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        let license =
            |item: &serde_json::Value| License { id: text(&item["id"]), code: text(&item["code"]) };
        licenses.extend(items.iter().map(license));
        match page["next_cursor"].as_str() {
            Some(cursor) if licenses.len() < LICENSES => {
                path = format!("/v1/licenses?limit={PAGE}&cursor={cursor}");
            }
            _ => return Ok(licenses),
        }
    }
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn note_down(path: &Path, ids: &[String]) -> Result<(), Failure> {
    let mut file = std::fs::File::create(path).map_err(Failure::on(path))?;
    let written = ids.iter().try_for_each(|id| writeln!(file, "{id}"));
    written.and_then(|()| file.sync_all()).map_err(Failure::on(path))
}

/// Those acknowledged licenses that are not valid when they are asked for.
fn lost(requests: &Requests, told: &[String], clients: u16) -> Result<Vec<String>, Failure> {
    let next = AtomicUsize::new(0);
    let look = || {
        let mut client = Client::new(requests.address);
        let mut lost = Vec::new();
        while let Some(id) = told.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answer = client.send(&requests.verify_by("license_id", id));
            if !answer.is_ok_and(|answer| valid(&answer).is_ok()) {
                lost.push(id.clone());
            }
        }
        lost
    };
    std::thread::scope(|scope| {
        let lookers: Vec<_> = (0..clients).map(|_| scope.spawn(look)).collect();
        let mut all = Vec::new();
        for looker in lookers {
            all.extend(looker.join().map_err(|_| Failure::Bench("a client broke".to_owned()))?);
        }
        Ok(all)
    })
}

fn show(answer: &Answer, output: &Output) {
    let words = output.words();
    output.line(format_args!(
        "{:12} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "count", "per s", "p50 ms", "p99 ms", "max ms", "cpu ms"
    ));
    for round in &answer.rounds {
        for (kind, figures) in &round.kinds {
            let mixed = round.asked == word(Ask::Mix);
            let name = if mixed { format!("mix: {kind}") } else { (*kind).to_owned() };
            let cpu = round.processor_ms.map(|ms| format!("{ms:9.2}")).unwrap_or_default();
            let Figures { count, per_second, p50_ms, p99_ms, max_ms, errors } = figures;
            output.line(format_args!(
                "{name:12} {count:>9} {per_second:>9.1} {p50_ms:>9.2} {p99_ms:>9.2} {max_ms:>9.2} {cpu}"
            ));
            for (why, count) in errors {
                output.line(format_args!("    {count} × {why}"));
            }
        }
    }
    output.line("");
    let Limits { fsyncs, sm2_signatures, p256_signatures } = &answer.limits;
    if let Some(fsyncs) = fsyncs {
        output.entry("fsync", format_args!("{fsyncs}/s"));
    }
    output.entry("SM2", format_args!("{sm2_signatures}/s"));
    output.entry("P-256", format_args!("{p256_signatures}/s"));
    if let Some(bytes) = answer.resident_bytes {
        output.entry(words.resident, format_args!("{} MiB", bytes >> 20));
    }
    output.entry(words.acknowledged, answer.acknowledged);
    output.entry(words.lost, answer.lost.len());
    answer.lost.iter().for_each(|id| output.line(format_args!("    {id}")));
}
