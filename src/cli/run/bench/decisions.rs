//! Decisions about what need not be handed in: licenses of many holders are issued from files of
//! rows, items ask for them, and clients have it decided for one holder and one item after the other.

use super::batch::{self, Phase, Said, Way, company, show_phases};
use super::client::Client;
use super::figures::{Figures, Tally};
use super::load::index;
use super::receiver::Receiver;
use super::requests::{DECISION, Requests, document_number};
use super::{each, text};
use crate::cli::args::BenchTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use domain::identifier::UnifiedCode;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

/// Licenses of one holder.
const LICENSES_EACH: u32 = 5;
/// Items, each of which asks for one of the kinds of decisions.
const ITEMS: u32 = 500;
/// Items in one import.
const ITEMS_AT_ONCE: u32 = 100;
/// Rows of one file.
const ROWS_AT_ONCE: u32 = 100_000;
/// 示例市市场监督管理局, whose key is the first of the demo.
const OFFICE: &str = "11999900MB0000019D";
/// So far from the items that the demo has.
const FIRST_ITEM: u32 = 5000;
/// Licenses that are revoked, of a holder each.
const REVOCATIONS: u32 = 20;
/// A refused client waits before it asks again.
const REFUSED: Duration = Duration::from_millis(50);

/// What was measured.
#[derive(Serialize)]
struct Answer {
    licenses: u32,
    holders: u32,
    items: u32,
    clients: u16,
    phases: Vec<Phase>,
    decisions: Figures,
    /// From a revocation to the webhook of whoever relied on the license.
    revocations: Figures,
    /// Time of a processor that the service took for one decision, in ms.
    processor_ms: Option<f64>,
    /// Bytes in memory of all processes of the service at the end.
    resident_bytes: Option<u64>,
}

/// Measures decisions over so many licenses.
pub(super) fn run(licenses: u32, typed: &BenchTyped, output: &Output) -> Result<Exit, Failure> {
    let mut way = Way::begin(typed)?;
    import(&mut way)?;
    let mut made = 0;
    while made < licenses {
        let rows = ROWS_AT_ONCE.min(licenses - made);
        let file = batch::file(rows, |number| said(&way.requests, made + number - 1));
        let sent = way.sent(&file)?;
        way.checked("dry run", &sent, rows)?;
        way.step(&sent, "start")?;
        way.issued("issued", &sent)?;
        made += rows;
    }
    if let Some(line) = &typed.between {
        way.start_again_after(line)?;
    }
    let holders = licenses.div_ceil(LICENSES_EACH);
    let before = way.service.processor_time();
    let asking = Asking { requests: &way.requests, licenses, next: AtomicU64::new(0) };
    let (tally, took) = asking.run(typed.clients, Duration::from_secs(typed.seconds))?;
    let decisions = tally.figures(took);
    let spent = way.service.processor_time().zip(before).map(|(after, before)| after - before);
    let processor_ms = spent.and_then(|spent| each(spent, decisions.count));
    let revocations = asking.revoked(holders)?;
    let (resident_bytes, phases) = (way.service.resident_bytes(), way.phases);
    let (items, clients) = (ITEMS, typed.clients);
    let answer = Answer {
        licenses,
        holders,
        items,
        clients,
        phases,
        decisions,
        revocations,
        processor_ms,
        resident_bytes,
    };
    if typed.json {
        output.json(&answer)
    } else {
        show(&answer, output)
    }
    let well = |figures: &Figures| figures.count > 0 && figures.errors.is_empty();
    let done = well(&answer.decisions) && well(&answer.revocations);
    Ok(if done { Exit::Success } else { Exit::Failed })
}

/// The license of this number, from 0: those of one holder are of as many kinds.
fn said(requests: &Requests, number: u32) -> Said {
    let holder = number / LICENSES_EACH;
    Said {
        document_number: document_number(requests.run, number.into()),
        applicant: company(holder),
        code: code(requests.run, holder),
        item: kind(number),
    }
}

/// What a decision permits.
fn kind(number: u32) -> String {
    format!("户外广告设施设置审批（第{}类）", number % LICENSES_EACH + 1)
}

/// The code of a holder: of one run, so that another finds none of its licenses.
fn code(run: u64, holder: u32) -> String {
    let body = format!("91999900{:09}", (run % 997) * 1_000_000 + u64::from(holder));
    // Seventeen digits have a check character.
    UnifiedCode::with_check(&body).map_or(body, |code| code.to_string())
}

fn item_code(number: u32) -> String {
    format!("{OFFICE}{}", FIRST_ITEM + number)
}

/// The item of this number, from 0: it asks for a decision of one kind.
fn item(number: u32) -> Value {
    let condition = format!("item = '{}'", kind(number));
    json!({
        "code": item_code(number), "version": 1,
        "name": { "zh": format!("样例事项{number}"), "en": format!("Sample item {number}") },
        "department": OFFICE, "handling": "accepted", "applicants": ["organization"],
        "materials": [{
            "key": "permit", "name": { "zh": "行政许可决定书", "en": "Decision" },
            "source": "issued", "grade": "A", "necessity": "required", "form": "copy",
            "waived_by": [{ "all": [{
                "license_type": DECISION, "holder": "applicant", "where": [condition]
            }] }]
        }],
        "form": [{ "key": "name", "label": { "zh": "名称", "en": "Name" }, "from": [
            { "license_type": DECISION, "field": "applicant", "holder": "applicant" }] }]
    })
}

fn import(way: &mut Way) -> Result<(), Failure> {
    let path = "/v1/service-items:import";
    for first in (0..ITEMS).step_by(ITEMS_AT_ONCE as usize) {
        let items: Vec<Value> = (first..ITEMS.min(first + ITEMS_AT_ONCE)).map(item).collect();
        let body = Value::from(items).to_string();
        let request = way.requests.post(path, "", "application/json", body.as_bytes());
        let answer = way.requests.sent(&mut way.client, path, &request)?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if said["problems"].as_array().is_none_or(|problems| !problems.is_empty()) {
            return Err(Failure::Bench(format!("{path}: {said}")));
        }
    }
    Ok(())
}

/// Clients that ask.
struct Asking<'a> {
    requests: &'a Requests,
    licenses: u32,
    next: AtomicU64,
}

impl Asking<'_> {
    fn run(&self, clients: u16, time: Duration) -> Result<(Tally, Duration), Failure> {
        let begin = Instant::now();
        let ask = || {
            let (mut client, mut tally) = (Client::new(self.requests.address), Tally::default());
            while begin.elapsed() < time {
                self.step(&mut client, &mut tally);
            }
            tally
        };
        let tallies: Vec<_> = scope(|scope| {
            let clients: Vec<_> = (0..clients).map(|_| scope.spawn(ask)).collect();
            clients.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
        });
        let mut all = Tally::default();
        for tally in tallies {
            all.add(tally.map_err(|_| Failure::Bench("a client broke".to_owned()))?);
        }
        Ok((all, begin.elapsed()))
    }

    fn step(&self, client: &mut Client, tally: &mut Tally) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let request = self.request(number);
        let begin = Instant::now();
        let refused = match client.send(&request) {
            Ok(answer) if answer.status == 201 => {
                let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                match said["waived"].as_u64() {
                    Some(1) => return tally.done(begin.elapsed()),
                    _ => text(&said["materials"][0]["reason"]),
                }
            }
            Ok(answer) => answer.status.to_string(),
            Err(cause) => cause.kind().to_string(),
        };
        tally.refused(refused);
        sleep(REFUSED);
    }

    /// Some license, of whose holder it is asked what need not be handed in for some item that asks
    /// for its kind.
    fn request(&self, number: u64) -> Vec<u8> {
        let license = index(number, self.licenses as usize).unwrap_or_default();
        // Fewer than there are numbers of 32 bits.
        self.request_for(u32::try_from(license).unwrap_or_default(), number)
    }

    /// What is asked for an item that this license stands for.
    fn request_for(&self, license: u32, number: u64) -> Vec<u8> {
        let kinds = u64::from(ITEMS / LICENSES_EACH);
        let item = u32::try_from(number % kinds).unwrap_or_default() * LICENSES_EACH;
        let holder = license / LICENSES_EACH;
        let body = json!({
            "items": [{ "code": item_code(item + license % LICENSES_EACH) }],
            "applicant": { "name": company(holder), "code": code(self.requests.run, holder) },
            "case_no": format!("测免〔2026〕{number}号"),
        });
        let body = body.to_string();
        self.requests.post("/v1/exemption-decisions", "", "application/json", body.as_bytes())
    }
}

impl Asking<'_> {
    /// Relies on a license of one holder after the other, revokes it, and waits for the webhook.
    fn revoked(&self, holders: u32) -> Result<Figures, Failure> {
        let (mut client, receiver) = (Client::new(self.requests.address), Receiver::start()?);
        let hook = json!({ "url": receiver.url(), "events": ["reliance.changed"] });
        let mut post = |path: &str, headers: &str, body: &[u8]| {
            let request = self.requests.post(path, headers, "application/json", body);
            self.requests.sent(&mut client, path, &request)
        };
        post("/v1/webhook-endpoints", "", hook.to_string().as_bytes())?;
        let why =
            json!({ "reason": "annulled", "legal_document": "示测撤〔2026〕1号" }).to_string();
        let (mut tally, begun) = (Tally::default(), Instant::now());
        let mut asker = Client::new(self.requests.address);
        for holder in 0..holders.min(REVOCATIONS) {
            let path = "/v1/exemption-decisions";
            let request = self.request_for(holder * LICENSES_EACH, holder.into());
            let answer = self.requests.sent(&mut asker, path, &request)?;
            let decided: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let license = text(&decided["materials"][0]["evidence"][0]["license_id"]);
            let asked = Instant::now();
            post(&format!("/v1/licenses/{license}:revoke"), "If-Match: *\r\n", why.as_bytes())?;
            match receiver.told_of(&license) {
                Some(at) => tally.done(at - asked),
                None => tally.refused("no webhook".to_owned()),
            }
        }
        Ok(tally.figures(begun.elapsed()))
    }
}

fn show(answer: &Answer, output: &Output) {
    show_phases(&answer.phases, output);
    let Answer { licenses, holders, items, decisions, revocations, .. } = answer;
    output.line(format_args!(
        "{:20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "count", "per s", "p50 ms", "p99 ms", "max ms", "cpu ms"
    ));
    let cpu = answer.processor_ms.map(|ms| format!("{ms:9.2}")).unwrap_or_default();
    for (name, figures, cpu) in
        [("decisions", decisions, cpu.as_str()), ("revoked to webhook", revocations, "")]
    {
        let Figures { count, per_second, p50_ms, p99_ms, max_ms, errors } = figures;
        output.line(format_args!(
            "{name:20} {count:>9} {per_second:>9.1} {p50_ms:>9.2} {p99_ms:>9.2} {max_ms:>9.2} {cpu}"
        ));
        for (why, count) in errors {
            output.line(format_args!("    {count} × {why}"));
        }
    }
    output.line("");
    let words = output.words();
    output.entry(output.pick("证照", "licenses"), licenses);
    output.entry(output.pick("持证主体", "holders"), holders);
    output.entry(output.pick("事项", "items"), items);
    if let Some(bytes) = answer.resident_bytes {
        output.entry(words.resident, format_args!("{} MiB", bytes >> 20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_holder_has_a_code_and_every_item_asks_for_a_kind() {
        let codes: std::collections::BTreeSet<String> =
            (0..200_000).step_by(997).map(|holder| code(1_700_000_000, holder)).collect();
        assert_eq!(codes.len(), 201);
        assert!(codes.iter().all(|code| code.parse::<UnifiedCode>().is_ok()));
        let kinds: Vec<String> = (0..5).map(kind).collect();
        assert_eq!(kind(7), kinds[2]);
        let text = item(7).to_string();
        assert!(domain::exemption::ServiceItem::read(text.as_bytes()).is_ok(), "{text}");
    }
}
