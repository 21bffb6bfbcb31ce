//! Figures of this server as Prometheus text. Labels come from fixed lists (route patterns,
//! known methods, statuses), so their number is bounded whatever clients send.

use crate::site::Site;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Upper bounds of the histogram in milliseconds: a code is promised in 300 ms, a file in 2 s.
const BOUNDS_MS: [u64; 10] = [5, 10, 25, 50, 100, 300, 1_000, 2_000, 5_000, 10_000];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Labels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Default)]
struct Series {
    /// Requests up to each bound, not cumulated; the last one is beyond all bounds.
    counts: [u64; BOUNDS_MS.len() + 1],
    sum: Duration,
}

/// Counts of requests.
pub(crate) struct Tally {
    started: Instant,
    series: Mutex<BTreeMap<Labels, Series>>,
    open: AtomicU64,
    /// Client certificates that were handed on by no gateway.
    certificates_ignored: AtomicU64,
}

impl Default for Tally {
    fn default() -> Self {
        let (series, open, certificates_ignored) = Default::default();
        Self { started: Instant::now(), series, open, certificates_ignored }
    }
}

/// A method as a label.
pub(crate) fn method_label(method: &actix_web::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

impl Tally {
    /// Counts one request as open until the guard is dropped.
    pub(crate) fn open(&self) -> impl Drop + '_ {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(&self.open)
    }

    /// Counts a client certificate that was handed on by somebody who is no gateway.
    pub(crate) fn certificate_ignored(&self) {
        self.certificates_ignored.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one answered request.
    pub(crate) fn answered(
        &self,
        route: &'static str,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        let beyond = BOUNDS_MS.len();
        let slot = BOUNDS_MS.iter().position(|bound| took <= Duration::from_millis(*bound));
        // Nothing in here panics, so a poisoned map is still whole.
        let mut all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let series = all.entry(Labels { route, method, status }).or_default();
        series.counts[slot.unwrap_or(beyond)] += 1;
        series.sum += took;
    }
}

struct Open<'a>(&'a AtomicU64);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All figures in the text format of Prometheus, version 0.0.4.
pub(crate) fn text(site: &Site) -> String {
    let mut text = String::new();
    requests(&mut text, &site.tally);
    let load = site.pool.load();
    let uploads = site.uploads.available_permits() * crate::site::UPLOAD_UNIT;
    let open = site.tally.open.load(Ordering::Relaxed);
    let uptime = site.tally.started.elapsed().as_secs();
    for (name, help, value) in [
        ("yinzheng_requests_open", "Requests under way.", open),
        ("yinzheng_work_threads", "Threads for signing and judging.", load.threads as u64),
        ("yinzheng_work_running", "Units of work under way.", load.running as u64),
        ("yinzheng_upload_bytes_free", "Bytes left for uploads in memory.", uploads as u64),
        ("yinzheng_uptime_seconds", "Seconds since the start.", uptime),
    ] {
        family(&mut text, name, "gauge", help);
        let _ = writeln!(text, "{name} {value}");
    }
    let name = "yinzheng_client_certificates_ignored_total";
    family(&mut text, name, "counter", "Client certificates handed on by no gateway.");
    let _ = writeln!(text, "{name} {}", site.tally.certificates_ignored.load(Ordering::Relaxed));
    let name = "yinzheng_seal_limit_reached_total";
    family(&mut text, name, "counter", "Orders refused by a limit of a seal.");
    let _ = writeln!(text, "{name} {}", site.app.limits_reached());
    if let Some(open) = site.app.alerts_open() {
        let name = "yinzheng_alerts_open";
        family(&mut text, name, "gauge", "Alerts that no auditor has looked at.");
        let _ = writeln!(text, "{name} {open}");
    }
    let name = "yinzheng_work_waiting";
    family(&mut text, name, "gauge", "Units of work that wait for a thread.");
    let _ = writeln!(text, "{name}{{lane=\"department\"}} {}", load.waiting_department);
    let _ = writeln!(text, "{name}{{lane=\"public\"}} {}", load.waiting_public);
    text
}

// Writing to a String cannot fail, so the results below are left out.

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn requests(text: &mut String, tally: &Tally) {
    let all = tally.series.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let name = "yinzheng_request_duration_seconds";
    family(text, name, "histogram", "Time to answer by route, method and status.");
    for (Labels { route, method, status }, series) in &all {
        let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
        let mut total = 0;
        let bounds = BOUNDS_MS.iter().map(|ms| (*ms as f64 / 1000.0).to_string());
        for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(series.counts) {
            total += count;
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {total}");
        }
        let _ = writeln!(text, "{name}_sum{{{labels}}} {}", series.sum.as_secs_f64());
        let _ = writeln!(text, "{name}_count{{{labels}}} {total}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_cumulated() {
        let tally = Tally::default();
        for ms in [1, 5, 6, 20_000] {
            tally.answered("/v/{code}", "GET", 200, Duration::from_millis(ms));
        }
        let mut text = String::new();
        requests(&mut text, &tally);
        let labels = "route=\"/v/{code}\",method=\"GET\",status=\"200\"";
        for line in [
            format!("_bucket{{{labels},le=\"0.005\"}} 2\n"),
            format!("_bucket{{{labels},le=\"0.01\"}} 3\n"),
            format!("_bucket{{{labels},le=\"10\"}} 3\n"),
            format!("_bucket{{{labels},le=\"+Inf\"}} 4\n"),
            format!("_sum{{{labels}}} 20.012\n"),
            format!("_count{{{labels}}} 4\n"),
        ] {
            assert!(text.contains(&line), "{line} is not in\n{text}");
        }
    }
}
