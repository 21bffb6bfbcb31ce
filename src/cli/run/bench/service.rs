//! The service that is measured: one that runs, or a demo of its own for the time.

use crate::cli::args::BenchTyped;
use crate::cli::exit::Failure;
use serde::Deserialize;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Making the demo and its keys takes some seconds.
const START_MAX: Duration = Duration::from_secs(120);
/// A program cannot know its path after it was replaced; this is it as it was started.
const PROGRAM: &str = "/proc/self/exe";

/// A service on this machine, and a key to it.
pub(super) struct Service {
    pub(super) address: SocketAddr,
    pub(super) key: String,
    /// Its data folder, if that is known.
    pub(super) data: Option<PathBuf>,
    own: Option<Own>,
}

/// A process that ends with the measurement.
struct Own {
    child: Child,
    passing: Option<PathBuf>,
}

/// What the demo says of itself.
#[derive(Deserialize)]
struct Summary {
    departments: Vec<Department>,
}

#[derive(Deserialize)]
struct Department {
    api_key: String,
}

impl Service {
    /// The service that was named, or one of its own.
    pub(super) fn of(typed: &BenchTyped) -> Result<Self, Failure> {
        let data = typed.data.data.clone();
        match &typed.url {
            Some(url) => {
                let address = loopback(url)?;
                let key = key(typed.key_file.as_deref(), data.as_deref())?;
                Ok(Self { address, key, data, own: None })
            }
            None => Self::start(typed),
        }
    }

    fn start(typed: &BenchTyped) -> Result<Self, Failure> {
        let passing = typed.data.data.is_none().then(|| {
            // Here, and not in the folder for passing files: that is often memory, which has no
            // fsync.
            PathBuf::from(format!("yinzheng-bench-{}", std::process::id()))
        });
        let data = typed.data.data.clone().or_else(|| passing.clone()).unwrap_or_default();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|one| one.local_addr());
        let address = free.map_err(|cause| Failure::Bench(cause.to_string()))?;
        let child = started(&data, address)?;
        let mut own = Own { child, passing };
        own.until_ready(address)?;
        let key = key(typed.key_file.as_deref(), Some(&data))?;
        Ok(Self { address, key, data: Some(data), own: Some(own) })
    }

    /// Kills it, when it was begun by this command, and starts it again on the same data.
    pub(super) fn kill_and_start_again(&mut self) -> Result<(), Failure> {
        self.start_again_after(|_| Ok(()))
    }

    /// The same, and between the two the shell runs this line with the data folder as `$1`.
    pub(super) fn start_again_after_line(&mut self, line: &str) -> Result<(), Failure> {
        self.start_again_after(|data| {
            let mut shell = Command::new("sh");
            shell.args(["-c", line, "sh"]).arg(data).stdout(Stdio::null());
            let ended = shell.status().map_err(Failure::on(Path::new("sh")))?;
            let failed = || Failure::Bench(format!("--between {line}: {ended}"));
            ended.success().then_some(()).ok_or_else(failed)
        })
    }

    fn start_again_after(
        &mut self,
        meanwhile: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (Some(own), Some(data)) = (&mut self.own, &self.data) else { return Ok(()) };
        let killed = own.child.kill().and_then(|()| own.child.wait());
        killed.map_err(|cause| Failure::Bench(cause.to_string()))?;
        meanwhile(data)?;
        own.child = started(data, self.address)?;
        own.until_ready(self.address)
    }

    /// Bytes of memory that its process held at most, when it was begun by this command.
    pub(super) fn peak_bytes(&self) -> Option<u64> {
        memory(self.own.as_ref()?.child.id(), "VmHWM:")
    }

    /// Bytes of memory that its processes hold, when they were begun by this one.
    pub(super) fn resident_bytes(&self) -> Option<u64> {
        Some(self.processes()?.into_iter().filter_map(|id| memory(id, "VmRSS:")).sum())
    }

    /// Time of processors that its processes have taken since they began.
    pub(super) fn processor_time(&self) -> Option<Duration> {
        Some(self.processes()?.into_iter().filter_map(processor_time).sum())
    }

    fn processes(&self) -> Option<Vec<u32>> {
        let id = self.own.as_ref()?.child.id();
        // Workers are begun by whichever thread needs one.
        let threads = fs::read_dir(format!("/proc/{id}/task")).ok()?;
        let children = threads
            .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
        let children: Vec<String> = children.collect();
        let workers = children.iter().flat_map(|ids| ids.split_whitespace());
        Some([id].into_iter().chain(workers.filter_map(|id| id.parse().ok())).collect())
    }
}

impl Own {
    fn until_ready(&mut self, address: SocketAddr) -> Result<(), Failure> {
        let begin = Instant::now();
        while begin.elapsed() < START_MAX {
            if let Ok(Some(ended)) = self.child.try_wait() {
                return Err(Failure::Bench(format!("the service did not start: {ended}")));
            }
            if TcpStream::connect(address).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err(Failure::Bench("the service did not start in time".to_owned()))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // What it was told is on stable storage; how it ends is of no matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(folder) = &self.passing {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// A demo that is served at `address`, made in `data` when it is not there yet.
fn started(data: &Path, address: SocketAddr) -> Result<Child, Failure> {
    let mut command = Command::new(PROGRAM);
    command.arg("demo").arg("--data").arg(data).args(["--listen", &address.to_string()]);
    // Webhooks come back to this command.
    command.env("YZ_WEBHOOKS_ALLOW", "127.0.0.0/8");
    command.env("YZ_LOG_LEVEL", "warn").stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().map_err(Failure::on(Path::new(PROGRAM)))
}

/// Bytes of memory of a process, by their name in `proc_pid_status(5)`.
fn memory(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// Its own time and that of workers that have ended, in hundredths of a second (`proc_pid_stat(5)`,
/// fields 14 to 17).
fn processor_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in brackets, may hold blanks.
    let (_, rest) = stat.rsplit_once(") ")?;
    let ticks = |field: usize| rest.split(' ').nth(field - 3)?.parse::<u64>().ok();
    let all = (14..=17).map(ticks).sum::<Option<u64>>()?;
    Some(Duration::from_millis(all * 10))
}

/// Licenses are issued in masses: only where they are invented.
fn loopback(url: &str) -> Result<SocketAddr, Failure> {
    let usage = || {
        Failure::Usage(format!("{url}: an address of this machine, such as http://127.0.0.1:8080"))
    };
    let rest = url.strip_prefix("http://").ok_or_else(usage)?.trim_end_matches('/');
    let rest = rest.replacen("localhost", "127.0.0.1", 1);
    let address = match rest.parse::<SocketAddr>() {
        Ok(address) => address,
        Err(_) => SocketAddr::new(rest.parse::<IpAddr>().map_err(|_| usage())?, 80),
    };
    if address.ip().is_loopback() { Ok(address) } else { Err(usage()) }
}

fn key(file: Option<&Path>, data: Option<&Path>) -> Result<String, Failure> {
    if let Some(file) = file {
        let text = fs::read_to_string(file).map_err(Failure::on(file))?;
        return Ok(text.trim().to_owned());
    }
    let none =
        || Failure::Usage("an API key is needed: --key-file, or --data of a demo".to_owned());
    let path = data.ok_or_else(none)?.join("demo").join("summary.json");
    let json = fs::read(&path).map_err(Failure::on(&path))?;
    let summary: Summary = serde_json::from_slice(&json)
        .map_err(|cause| Failure::on(&path)(std::io::Error::other(cause)))?;
    let first = summary.departments.into_iter().next().ok_or_else(none)?;
    Ok(first.api_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_measured() {
        for (url, address) in [
            ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
            ("http://localhost:9", "127.0.0.1:9"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("http://127.0.0.1", "127.0.0.1:80"),
        ] {
            assert_eq!(loopback(url).unwrap().to_string(), address);
        }
        for url in ["http://192.0.2.1:80", "https://127.0.0.1", "127.0.0.1", "http://a.example", ""]
        {
            assert!(matches!(loopback(url), Err(Failure::Usage(_))), "{url}");
        }
    }
}
