//! A process that gives away what it does not need, before it looks at bytes of strangers.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::io;

/// What a confined process keeps.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of memory that it may address.
    pub address_bytes: u64,
}

/// From now on this process opens no file and no connection, writes no file, leaves no core, starts
/// no process, and addresses no more than its bound. What is open stays open. There is no way back.
///
/// # Errors
/// When the system sets no such limits; the process had better end then.
pub fn confine(bounds: Bounds) -> io::Result<()> {
    let never = |resource| setrlimit(resource, fixed(0));
    // Standard input, output and error have the numbers below: a new descriptor has none left.
    setrlimit(Resource::Nofile, fixed(3))?;
    never(Resource::Fsize)?;
    never(Resource::Core)?;
    // Whoever runs as root may start processes all the same; those could open nothing.
    never(Resource::Nproc)?;
    setrlimit(Resource::As, fixed(bounds.address_bytes))?;
    Ok(())
}

/// From now on this process leaves no core when it ends badly, and no other process of its user looks
/// into its memory: it is about to hold keys.
///
/// # Errors
/// When the system does not grant it; no key should be read then.
pub fn keep_secrets() -> io::Result<()> {
    setrlimit(Resource::Core, fixed(0))?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// The next piece of work may use this many seconds of processor time; the system ends the process
/// when it uses more.
///
/// # Errors
/// When the system sets no such limit.
pub fn allow_seconds(seconds: u64) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let until = u64::try_from(used).unwrap_or(0) + seconds + 1; // the second under way
    let hard = getrlimit(Resource::Cpu).maximum;
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(until), maximum: hard })?)
}

const fn fixed(value: u64) -> Rlimit {
    Rlimit { current: Some(value), maximum: Some(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::net::TcpStream;
    use std::process::{Command, Stdio};

    const INSIDE: &str = "YZ_TEST_INSIDE";

    /// Limits bind a whole process, so each is tried in one of its own: this test, run again.
    fn inside(what: &str) -> std::process::Output {
        let test = "confine::tests::a_confined_process_reaches_nothing";
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.args(["--exact", test, "--test-threads", "1", "--nocapture"]).env(INSIDE, what);
        command.stdin(Stdio::null()).output().expect("run again")
    }

    #[cfg(target_os = "linux")]
    fn leaves_no_core() -> bool {
        use rustix::process::{DumpableBehavior, dumpable_behavior};
        keep_secrets().expect("kept");
        let behavior = dumpable_behavior().expect("known");
        behavior == DumpableBehavior::NotDumpable && getrlimit(Resource::Core) == fixed(0)
    }

    #[cfg(not(target_os = "linux"))]
    fn leaves_no_core() -> bool {
        keep_secrets().expect("kept");
        getrlimit(Resource::Core) == fixed(0)
    }

    fn act(what: &str) {
        let folder = std::env::temp_dir();
        confine(Bounds { address_bytes: 512 << 20 }).expect("confined");
        let refused = match what {
            "read" => File::open("/proc/self/status").is_err(),
            "write" => File::create(folder.join("confined")).is_err(),
            "connect" => TcpStream::connect(("127.0.0.1", 9)).is_err(),
            "process" => Command::new("true").stdin(Stdio::null()).status().is_err(),
            "memory" => Vec::<u8>::new().try_reserve_exact(1 << 30).is_err(),
            "core" => leaves_no_core(),
            _ => {
                allow_seconds(1).expect("allowed");
                loop {
                    std::hint::black_box(what);
                }
            }
        };
        assert!(refused, "{what} was allowed");
    }

    #[test]
    fn a_confined_process_reaches_nothing() {
        if let Ok(what) = std::env::var(INSIDE) {
            return act(&what);
        }
        for what in ["read", "write", "connect", "process", "memory", "core"] {
            let output = inside(what);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("1 passed"), "{what}: {said}");
        }
        let endless = inside("time");
        let signal = std::os::unix::process::ExitStatusExt::signal(&endless.status);
        assert_eq!(signal, Some(24), "ended by SIGXCPU: {:?}", endless.status);
    }
}
