//! The program itself: it starts, serves, stops when told, and keeps everything.

use crate::support::decision::{self, fresh_number};
use crate::support::http::Request;
pub(super) use crate::support::service::copy;
use crate::support::service::{database, demo, empty_folder, free_address};
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program serving; ended hard if a test ends before it.
pub(super) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // The whole group: what runs under another program outlives it otherwise.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}

impl Running {
    pub(super) fn start(data: &Path, address: SocketAddr) -> Self {
        Self::begin(Command::new(env!("CARGO_BIN_EXE_yinzheng")), data, address)
    }

    /// The program on a register of its own address.
    pub(super) fn start_on(database: &str, data: &Path, address: SocketAddr) -> Self {
        Self::start_among(data, address, &[("YZ_DATABASE", database)])
    }

    /// The program with these variables.
    pub(super) fn start_among(
        data: &Path,
        address: SocketAddr,
        environment: &[(&str, &str)],
    ) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.envs(database().map(|url| ("YZ_DATABASE", url))).envs(environment.iter().copied());
        Self::serve(program, data, address)
    }

    /// The program with a configuration file.
    pub(super) fn start_with(data: &Path, address: SocketAddr, config: &Path) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.arg("--config").arg(config);
        Self::begin(program, data, address)
    }

    /// The program started by another one.
    pub(super) fn start_under(
        other: &Path,
        arguments: &[String],
        data: &Path,
        address: SocketAddr,
    ) -> Self {
        let mut program = Command::new(other);
        program.args(arguments).arg(env!("CARGO_BIN_EXE_yinzheng"));
        Self::begin(program, data, address)
    }

    fn begin(mut program: Command, data: &Path, address: SocketAddr) -> Self {
        program.envs(database().map(|url| ("YZ_DATABASE", url)));
        Self::serve(program, data, address)
    }

    /// Starts it and waits until it listens.
    fn serve(mut program: Command, data: &Path, address: SocketAddr) -> Self {
        program.arg("serve").arg("--data").arg(data).args(["--listen", &address.to_string()]);
        Self::listening(program, address)
    }

    /// Any command that ends up listening there.
    pub(super) fn listening(mut program: Command, address: SocketAddr) -> Self {
        program.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut running = Self(program.spawn().unwrap());
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert_eq!(running.0.try_wait().expect("asked"), None, "it ended instead of listening");
            assert!(begin.elapsed() < Duration::from_secs(180), "it does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        running
    }

    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// The processes that it has started, by their ids.
    pub(super) fn children(&self) -> Vec<String> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.0.id()));
        let children = threads.into_iter().flatten().flatten().filter_map(|thread| {
            let children = fs::read_to_string(thread.path().join("children")).ok()?;
            Some(children.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        });
        children.flatten().collect()
    }

    /// It ends by itself, soon; the exit code, which who is killed has not.
    #[track_caller]
    pub(super) fn ended(mut self) -> Option<i32> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().expect("asked") {
                return status.code();
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ctrl-C; the exit code.
    fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        assert!(told.expect("kill").success());
        self.0.wait().expect("it ends").code()
    }
}

#[test]
fn a_restart_keeps_everything() {
    let data = empty_folder("restart");
    copy(&demo().made, &data);
    let address = free_address();
    let as_department = |request: Request| request.header("Authorization", &demo().key()).send();

    let running = Running::start(&data, address);
    assert_eq!(Request::new(address, "GET", "/readyz").send().status, 200);
    let body = decision::request(&fresh_number());
    let issued = Request::new(address, "POST", "/v1/licenses")
        .json(&body)
        .header("Idempotency-Key", "before-the-restart");
    let license = as_department(issued.clone()).expect(201).json();
    let path = license["renditions"][0]["href"].as_str().expect("a path").to_owned();
    let before = as_department(Request::new(address, "GET", &path)).expect(200).body;
    assert_eq!(running.stop(), Some(0), "Ctrl-C is a clean end");

    let running = Running::start(&data, address);
    let after = as_department(Request::new(address, "GET", &path)).expect(200).body;
    assert!(before == after, "the file is the same");
    let again = as_department(issued);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.expect(201).json()["id"], license["id"]);
    let twice = Request::new(address, "POST", "/v1/licenses").json(&body);
    assert_eq!(as_department(twice).expect(409).json()["code"], "duplicate_license_number");
    drop(running);
}

#[test]
fn a_taken_address_is_said_and_not_served() {
    let taken = demo().address.to_string();
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    let data = empty_folder("taken-address");
    copy(&demo().made, &data);
    program.arg("serve").arg("--data").arg(&data).args(["--listen", &taken, "--lang", "en"]);
    program.envs(database().map(|url| ("YZ_DATABASE", url)));
    let answer = program.output().expect("it runs");
    assert_eq!(answer.status.code(), Some(1));
    let said = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert!(said.contains(&taken), "{said}");
}
