//! A batch from its file to its last license: checked, issued, broken off by a kill half way, gone on
//! with, and what came back sent once more.

use super::client::Client;
use super::requests::{DECISION, Requests, document_number, form};
use super::service::Service;
use super::{PAGE, each, now, text};
use crate::cli::args::BenchTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// One row in so many is bad.
const BAD_EACH: u32 = 100;
const GOOD_CODE: &str = "91999900MA0000015N";
/// The same with a wrong check character.
const BAD_CODE: &str = "91999900MA0000015X";
const HEAD: [&str; 7] =
    ["证照编号", "申请人", "统一社会信用代码", "许可事项", "受理日期", "决定内容", "决定日期"];
/// How often the service is asked how far it is: counting rows costs it something.
const ASKED_EVERY: Duration = Duration::from_millis(500);

/// What was measured.
#[derive(Serialize)]
struct Answer {
    rows: u32,
    bad: u32,
    file_bytes: usize,
    phases: Vec<Phase>,
    /// Bytes of memory that the process of the service held at most.
    peak_bytes: Option<u64>,
    /// Licenses that the rows name, each counted once, and those that the department has more now.
    licenses: usize,
    licenses_more: usize,
}

/// One part of the way.
#[derive(Serialize)]
pub(super) struct Phase {
    name: &'static str,
    rows: u32,
    seconds: f64,
    per_second: f64,
    /// Time of a processor that the service took for one row, in ms.
    processor_ms: Option<f64>,
}

/// Measures a batch of so many rows.
pub(super) fn run(rows: u32, typed: &BenchTyped, output: &Output) -> Result<Exit, Failure> {
    let mut way = Way::begin(typed)?;
    let before = way.licenses()?;
    let file = file(rows, |number| decision(&way.requests, number));
    let sent = way.sent(&file)?;
    way.checked("dry run", &sent, rows)?;
    way.issued_until_killed(&sent)?;
    way.issued("resumed", &sent)?;
    let back = way.requests.fetch(&mut way.client, &format!("{}/failed", path(&sent)))?.body;
    let mended = String::from_utf8_lossy(&back).replace(BAD_CODE, GOOD_CODE);
    let again = way.sent(mended.as_bytes())?;
    let bad = rows / BAD_EACH;
    way.checked("mended: dry run", &again, bad)?;
    way.step(&again, "start")?;
    way.issued("mended", &again)?;
    let mut licenses = way.of_rows(&sent)?;
    licenses.extend(way.of_rows(&again)?);
    let licenses_more = way.licenses()? - before;
    let (licenses, peak_bytes) = (licenses.len(), way.peak());
    let (phases, file_bytes) = (way.phases, file.len());
    let answer = Answer { rows, bad, file_bytes, phases, peak_bytes, licenses, licenses_more };
    if typed.json {
        output.json(&answer)
    } else {
        show(&answer, output)
    }
    let whole = licenses == rows as usize && licenses_more == licenses;
    Ok(if whole { Exit::Success } else { Exit::Failed })
}

/// CSV of as many decisions as `said` is asked for, from 1 on.
pub(super) fn file(rows: u32, said: impl Fn(u32) -> Said) -> Vec<u8> {
    let row = |number: u32| {
        let Said { document_number, applicant, code, item } = said(number);
        let road = number % 997 + 1;
        let body = format!("准予你单位在示例市样板区长安路{road}号设置户外广告设施一处。");
        let days = ["2026-02-20", "2026-03-02"];
        let cells = [&document_number, &applicant, &code, &item, days[0], &body, days[1]];
        format!("\n{}", cells.join(","))
    };
    let rows: String = (1..=rows).map(row).collect();
    format!("{}{rows}\n", HEAD.join(",")).into_bytes()
}

/// What one row says differently from others.
pub(super) struct Said {
    pub(super) document_number: String,
    pub(super) applicant: String,
    pub(super) code: String,
    pub(super) item: String,
}

/// Numbered by the run; every hundredth names a company by a wrong code.
fn decision(requests: &Requests, number: u32) -> Said {
    let code = if number.is_multiple_of(BAD_EACH) { BAD_CODE } else { GOOD_CODE };
    Said {
        document_number: document_number(requests.run, number.into()),
        applicant: company(number),
        code: code.to_owned(),
        item: "户外广告设施设置审批".to_owned(),
    }
}

/// The name of some company.
pub(super) fn company(number: u32) -> String {
    format!("示例市{}记青禾食品有限公司", SURNAMES[number as usize % SURNAMES.len()])
}

/// So that not every license has the same characters.
const SURNAMES: [&str; 12] =
    ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙"];

/// A service, and how far the measurement is.
pub(super) struct Way {
    pub(super) service: Service,
    pub(super) requests: Requests,
    pub(super) client: Client,
    pub(super) phases: Vec<Phase>,
    peak_bytes: Option<u64>,
}

impl Way {
    /// The service that was asked for.
    pub(super) fn begin(typed: &BenchTyped) -> Result<Self, Failure> {
        let service = Service::of(typed)?;
        let (address, key) = (service.address, service.key.clone());
        let requests = Requests { address, key, form: typed.form, document: None, run: now() };
        let client = Client::new(address);
        Ok(Self { service, requests, client, phases: Vec::new(), peak_bytes: None })
    }

    /// Sends a file; the id of its batch.
    pub(super) fn sent(&mut self, file: &[u8]) -> Result<String, Failure> {
        let form = form(self.requests.form);
        let path = format!("/v1/ingest-batches?license_type={DECISION}&form={form}");
        let request = self.requests.post(&path, "", "text/csv", file);
        let answer = self.requests.sent(&mut self.client, &path, &request)?;
        let view: Value = serde_json::from_slice(&answer.body)
            .map_err(|cause| Failure::Bench(cause.to_string()))?;
        Ok(text(&view["id"]))
    }

    pub(super) fn step(&mut self, id: &str, step: &str) -> Result<(), Failure> {
        let path = format!("{}:{step}", path(id));
        let request = self.requests.post(&path, "", "application/json", b"");
        self.requests.sent(&mut self.client, &path, &request).map(drop)
    }

    pub(super) fn checked(
        &mut self,
        name: &'static str,
        id: &str,
        rows: u32,
    ) -> Result<(), Failure> {
        let waits = |batch: &Value| batch["state"] == "received";
        let batch = self.measured(name, id, waits, |_| rows)?;
        expect(&batch, "checked")
    }

    pub(super) fn issued(&mut self, name: &'static str, id: &str) -> Result<(), Failure> {
        let before = count(&self.batch(id)?, "issued");
        let waits = |batch: &Value| batch["state"] == "running";
        let batch = self.measured(name, id, waits, |batch| count(batch, "issued") - before)?;
        expect(&batch, "completed")
    }

    fn issued_until_killed(&mut self, id: &str) -> Result<(), Failure> {
        self.step(id, "start")?;
        let half = |batch: &Value| {
            batch["state"] == "running" && count(batch, "issued") < count(batch, "ready")
        };
        self.measured("issued until killed", id, half, |batch| count(batch, "issued"))?;
        self.peak_bytes = self.peak();
        self.service.kill_and_start_again()?;
        self.client = Client::new(self.service.address);
        Ok(())
    }

    /// Starts the service again after this line of the shell.
    pub(super) fn start_again_after(&mut self, line: &str) -> Result<(), Failure> {
        self.service.start_again_after_line(line)?;
        self.client = Client::new(self.service.address);
        Ok(())
    }

    /// Waits as long as `waits` says, and counts what was done.
    fn measured(
        &mut self,
        name: &'static str,
        id: &str,
        waits: impl Fn(&Value) -> bool,
        done: impl Fn(&Value) -> u32,
    ) -> Result<Value, Failure> {
        let (begin, before) = (Instant::now(), self.service.processor_time());
        let mut batch = self.batch(id)?;
        while waits(&batch) {
            sleep(ASKED_EVERY);
            batch = self.batch(id)?;
        }
        let (took, rows) = (begin.elapsed(), done(&batch));
        let spent = self.service.processor_time().zip(before).map(|(after, before)| after - before);
        let processor_ms = spent.and_then(|spent| each(spent, rows as usize));
        let seconds = (took.as_secs_f64() * 100.0).round() / 100.0;
        let per_second = (f64::from(rows) / took.as_secs_f64() * 10.0).round() / 10.0;
        self.phases.push(Phase { name, rows, seconds, per_second, processor_ms });
        Ok(batch)
    }

    fn batch(&mut self, id: &str) -> Result<Value, Failure> {
        self.requests.read(&mut self.client, &path(id))
    }

    /// The most that any process of the service held so far.
    fn peak(&self) -> Option<u64> {
        self.peak_bytes.max(self.service.peak_bytes())
    }

    /// The licenses that the rows of a batch name.
    fn of_rows(&mut self, id: &str) -> Result<BTreeSet<String>, Failure> {
        let mut licenses = BTreeSet::new();
        let mut after = 0;
        loop {
            let path = format!("{}/rows?state=issued&limit={PAGE}&after={after}", path(id));
            let page = self.requests.read(&mut self.client, &path)?;
            let rows = page["items"].as_array().map_or(&[][..], Vec::as_slice);
            licenses.extend(rows.iter().map(|row| text(&row["license_id"])));
            match page["next_after"].as_u64() {
                Some(next) => after = next,
                None => return Ok(licenses),
            }
        }
    }

    /// How many licenses the department has.
    fn licenses(&mut self) -> Result<usize, Failure> {
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let path = format!("/v1/licenses?limit={PAGE}{cursor}");
            let page = self.requests.read(&mut self.client, &path)?;
            count += page["items"].as_array().map_or(0, Vec::len);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(count),
            }
        }
    }
}

fn path(id: &str) -> String {
    format!("/v1/ingest-batches/{id}")
}

fn count(batch: &Value, name: &str) -> u32 {
    batch[name].as_u64().and_then(|count| u32::try_from(count).ok()).unwrap_or_default()
}

fn expect(batch: &Value, state: &str) -> Result<(), Failure> {
    let found = &batch["state"];
    let right = found == state;
    right.then_some(()).ok_or_else(|| Failure::Bench(format!("a batch is {found}: {batch}")))
}

/// A table of what was done.
pub(super) fn show_phases(phases: &[Phase], output: &Output) {
    output.line(format_args!("{:20} {:>9} {:>9} {:>9} {:>9}", "", "rows", "s", "per s", "cpu ms"));
    for Phase { name, rows, seconds, per_second, processor_ms } in phases {
        let cpu = processor_ms.map(|ms| format!("{ms:9.2}")).unwrap_or_default();
        let line = format_args!("{name:20} {rows:>9} {seconds:>9.2} {per_second:>9.1} {cpu}");
        output.line(line);
    }
    output.line("");
}

fn show(answer: &Answer, output: &Output) {
    show_phases(&answer.phases, output);
    let words = output.words();
    let licenses = format_args!("{} / {}", answer.licenses, answer.licenses_more);
    output.entry(output.pick("证照", "licenses"), licenses);
    if let Some(bytes) = answer.peak_bytes {
        output.entry(words.resident, format_args!("{} MiB", bytes >> 20));
    }
}
