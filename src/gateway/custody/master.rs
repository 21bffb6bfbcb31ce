//! Where the master key comes from: the environment, else a program that asks whoever keeps it (a
//! KMS), else a file of its owner alone.

use super::secret::is_for_owner_alone;
use super::wrap::MasterKey;
use super::{CustodyError, io_error};
use crate::durable::{self, Readers};
use std::env::VarError;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use zeroize::Zeroizing;

/// Environment variable with the master key: 64 hexadecimal digits.
pub const MASTER_KEY_VARIABLE: &str = "YZ_MASTER_KEY";

const MASTER: &str = "master";
/// A KMS at the other end of the country answers within seconds.
const COMMAND_TIME_MAX: Duration = Duration::from_secs(30);
/// 64 digits, and the end of a line.
const TEXT_BYTES_MAX: u64 = 256;

/// The master key of the environment, else that of `command`, else that of the file at `path`. The
/// file is made once, and only while there are no keys yet: another master key would not open them.
pub(super) fn obtain(
    path: &Path,
    command: Option<&str>,
    has_keys: bool,
) -> Result<MasterKey, CustodyError> {
    match (std::env::var(MASTER_KEY_VARIABLE), command) {
        (Ok(_), Some(_)) => {
            let reason = "YZ_MASTER_KEY and custody.master_key_command are both set; choose one";
            Err(CustodyError::Master { reason })
        }
        (Ok(text), None) => parse(&Zeroizing::new(text)),
        (Err(VarError::NotUnicode(_)), _) => Err(malformed()),
        (Err(VarError::NotPresent), Some(command)) => of_command(command, COMMAND_TIME_MAX),
        (Err(VarError::NotPresent), None) => of_file(path, has_keys),
    }
}

/// What a program prints; its own complaints go where ours go.
fn of_command(command: &str, time_max: Duration) -> Result<MasterKey, CustodyError> {
    let failed = |operation| move |cause| io_error(operation, MASTER, cause);
    let mut words = command.split_ascii_whitespace();
    let mut program = Command::new(words.next().unwrap_or_default());
    program.args(words).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = program.spawn().map_err(failed("running custody.master_key_command for"))?;
    let printed = printed(&mut child, time_max);
    if printed.is_none() {
        let _ = child.kill();
    }
    let status = child.wait().map_err(failed("waiting for"))?;
    let reason = match &printed {
        None => "custody.master_key_command did not print it in time",
        Some(_) if !status.success() => "custody.master_key_command failed",
        Some(text) => return parse(text),
    };
    Err(CustodyError::Master { reason })
}

/// Everything that a program prints until it ends; `None` when it does not end, or prints no text.
fn printed(child: &mut Child, time_max: Duration) -> Option<Zeroizing<String>> {
    let output = child.stdout.take()?;
    let (all, whole) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut text = Zeroizing::new(String::with_capacity(TEXT_BYTES_MAX as usize));
        let read = output.take(TEXT_BYTES_MAX).read_to_string(&mut text);
        let _ = all.send(read.is_ok().then_some(text));
    });
    whole.recv_timeout(time_max).ok().flatten()
}

fn of_file(path: &Path, has_keys: bool) -> Result<MasterKey, CustodyError> {
    let failed = |operation| move |cause: io::Error| io_error(operation, MASTER, cause);
    let there = path.try_exists().map_err(failed("looking for"))?;
    if !there && has_keys {
        let reason =
            "there are keys, but neither YZ_MASTER_KEY nor the file master.key that opens them";
        return Err(CustodyError::Master { reason });
    }
    if !there {
        let text = fresh().map_err(failed("making"))?;
        durable::write_once(path, text.as_bytes(), Readers::OwnerOnly)
            .map_err(|failure| io_error("keeping", MASTER, failure.into()))?;
    }
    require_owner_only(path)?;
    // Read back also when it was just made: another process may have been quicker.
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(failed("reading"))?;
    parse(&text)
}

fn fresh() -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut bytes[..]).map_err(io::Error::other)?;
    Ok(Zeroizing::new(hex::encode(&bytes[..])))
}

fn parse(text: &str) -> Result<MasterKey, CustodyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut bytes[..]).map_err(|_| malformed())?;
    if bytes[..] == [0; 32] {
        return Err(CustodyError::Master { reason: "it is all zeros" });
    }
    Ok(MasterKey::new(bytes))
}

fn malformed() -> CustodyError {
    CustodyError::Master { reason: "it must have 64 hexadecimal digits" }
}

fn require_owner_only(path: &Path) -> Result<(), CustodyError> {
    if is_for_owner_alone(path).map_err(|cause| io_error("reading", MASTER, cause))? {
        return Ok(());
    }
    let reason =
        "others than its owner may read the file master.key; chmod 600, and consider it known";
    Err(CustodyError::Master { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(result: Result<MasterKey, CustodyError>, message: &str) {
        let error = result.err().unwrap().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn it_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let master = of_file(&path, false).unwrap();
        let wrapped = master.wrap("a", b"secret").unwrap();
        assert!(of_file(&path, true).unwrap().unwrap("a", &wrapped).is_some(), "the same again");
        assert!(path.metadata().unwrap().len() == 64);
    }

    #[test]
    fn many_that_open_at_once_have_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<MasterKey> = std::thread::scope(|scope| {
            let open = |_| scope.spawn(|| of_file(&path, false).unwrap());
            let threads: Vec<_> = (0..8).map(open).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let wrapped = keys[0].wrap("a", b"secret").unwrap();
        assert!(keys.iter().all(|key| key.unwrap("a", &wrapped).is_some()));
    }

    #[cfg(unix)]
    #[test]
    fn a_program_may_print_it() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("kms");
        let run = |script: &str| {
            fs::write(&program, script).unwrap();
            of_command(&format!("sh {} get  yinzheng", program.display()), Duration::from_secs(2))
        };
        let digits = "ab".repeat(32);
        let known = parse(&digits).unwrap().wrap("a", b"secret").unwrap();
        let printed = run(&format!("[ \"$*\" = 'get yinzheng' ] && echo {digits}")).unwrap();
        assert!(printed.unwrap("a", &known).is_some(), "the same key");
        refused(run(&format!("echo {digits}; exit 3")), "master_key_command failed");
        refused(run("echo no key today"), "64 hexadecimal digits");
        refused(run("yes"), "master_key_command failed");
        refused(run("sleep 20"), "did not print it in time");
        let absent = of_command("/absent/kms", Duration::from_secs(2));
        refused(absent, "running custody.master_key_command");
    }

    #[test]
    fn refusals_say_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        refused(of_file(&path, true), "neither YZ_MASTER_KEY nor the file master.key");
        refused(parse(""), "64 hexadecimal digits");
        refused(parse(&"0".repeat(63)), "64 hexadecimal digits");
        refused(parse(&"0".repeat(64)), "all zeros");
        parse(&format!("{}\n", "a".repeat(64))).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            of_file(&path, false).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            refused(of_file(&path, true), "others than its owner");
        }
    }
}
