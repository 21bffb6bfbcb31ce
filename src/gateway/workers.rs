//! Worker processes: what is dangerous to do is done by another process, which may die of it.
//!
//! A worker reads jobs on its standard input and answers on its standard output, each as its length
//! in eight bytes (little-endian) and then the bytes. It is started with an empty environment, in
//! the root folder, and knows nothing but its arguments and its jobs.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Answers are reports of some hundred kilobytes; a worker that says more has gone astray.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// How a worker is started.
#[derive(Clone, Debug)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// No worker could be started.
    #[error("starting a worker process")]
    Start(#[source] io::Error),
    /// It took longer than allowed and was ended.
    #[error("the worker process took too long and was ended")]
    TooSlow,
    /// It ended without an answer.
    #[error("the worker process ended without an answer")]
    Ended,
}

/// Workers that wait for jobs.
#[derive(Debug)]
pub struct Workers {
    command: WorkerCommand,
    idle: Mutex<Vec<Worker>>,
    count: usize,
    time_max: Duration,
}

impl Workers {
    /// Starts `count` workers, so that no job waits for one to start; each job may take
    /// `time_max`.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start(
        command: WorkerCommand,
        count: usize,
        time_max: Duration,
    ) -> Result<Self, WorkerError> {
        let idle = (0..count).map(|_| Worker::start(&command)).collect::<Result<_, _>>()?;
        Ok(Self { command, idle: Mutex::new(idle), count, time_max })
    }

    /// Has a job done, given in parts. When a worker ends without an answer a fresh one is asked
    /// once more: somebody may have ended it, or it died while it waited.
    ///
    /// # Errors
    /// [`WorkerError::Ended`] when that one ended too.
    pub fn ask(&self, job: &[&[u8]]) -> Result<Vec<u8>, WorkerError> {
        let waiting = self.lock().pop();
        if let Some(worker) = waiting {
            match self.done_by(worker, job) {
                Err(WorkerError::Ended) => {}
                answer => return answer,
            }
        }
        self.done_by(Worker::start(&self.command)?, job)
    }

    fn done_by(&self, mut worker: Worker, job: &[&[u8]]) -> Result<Vec<u8>, WorkerError> {
        let answer = worker.do_within(job, self.time_max);
        // The next one starts while nobody waits for it.
        let next = match answer {
            Ok(_) => Ok(worker),
            Err(_) => Worker::start(&self.command),
        };
        if let Ok(next) = next {
            let mut idle = self.lock();
            if idle.len() < self.count {
                idle.push(next);
            }
        }
        answer
    }

    /// A panic elsewhere leaves the list whole: it is changed in single steps.
    fn lock(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Worker {
    fn start(command: &WorkerCommand) -> Result<Self, WorkerError> {
        let mut child = Command::new(&command.program)
            .args(&command.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(WorkerError::Start)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => {
                let unblocked = ioctl_fionbio(&input, true).and(ioctl_fionbio(&output, true));
                unblocked.map_err(|cause| WorkerError::Start(cause.into()))?;
                Ok(Self { child, input, output })
            }
            _ => Err(WorkerError::Start(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn do_within(&mut self, job: &[&[u8]], time_max: Duration) -> Result<Vec<u8>, WorkerError> {
        let until = Instant::now() + time_max;
        let len: usize = job.iter().map(|part| part.len()).sum();
        let answer = send(&mut self.input, &(len as u64).to_le_bytes(), until)
            .and_then(|()| job.iter().try_for_each(|part| send(&mut self.input, part, until)))
            .and_then(|()| receive(&mut self.output, until));
        answer.map_err(|cause| match cause.kind() {
            io::ErrorKind::TimedOut => WorkerError::TooSlow,
            _ => WorkerError::Ended,
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended; then only its exit status is taken.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes all of `bytes`; whoever does not read them in time is not waited for.
fn send(input: &mut ChildStdin, mut bytes: &[u8], until: Instant) -> io::Result<()> {
    while !bytes.is_empty() {
        match input.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(cause) => pause(cause, &*input, PollFlags::OUT, until)?,
        }
    }
    Ok(())
}

fn receive(output: &mut ChildStdout, until: Instant) -> io::Result<Vec<u8>> {
    let mut len = [0; 8];
    fill(output, &mut len, until)?;
    let len = u64::from_le_bytes(len);
    if len > ANSWER_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Room is made for what comes, not for what is announced.
    let (mut bytes, mut chunk) = (Vec::new(), [0; 64 * 1024]);
    let mut left = usize::try_from(len).map_err(io::Error::other)?;
    while left > 0 {
        let part = &mut chunk[..left.min(64 * 1024)];
        fill(output, part, until)?;
        bytes.extend_from_slice(part);
        left -= part.len();
    }
    Ok(bytes)
}

fn fill(output: &mut ChildStdout, mut room: &mut [u8], until: Instant) -> io::Result<()> {
    while !room.is_empty() {
        match output.read(room) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => room = &mut room[read..],
            Err(cause) => pause(cause, &*output, PollFlags::IN, until)?,
        }
    }
    Ok(())
}

/// Waits until a pipe that would block is ready; any other error is one.
fn pause(cause: io::Error, pipe: impl AsFd, ready: PollFlags, until: Instant) -> io::Result<()> {
    match cause.kind() {
        io::ErrorKind::Interrupted => return Ok(()),
        io::ErrorKind::WouldBlock => {}
        _ => return Err(cause),
    }
    let left = until.checked_duration_since(Instant::now()).ok_or(io::ErrorKind::TimedOut)?;
    let left = Timespec::try_from(left).map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(&pipe, ready)], Some(&left)) {
        Ok(0) => Err(io::ErrorKind::TimedOut.into()),
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(cause) => Err(cause.into()),
    }
}

/// The worker's side: does every job until its input ends.
///
/// # Errors
/// When input or output break.
pub fn serve(
    mut input: impl Read,
    mut output: impl Write,
    mut job: impl FnMut(&[u8]) -> io::Result<Vec<u8>>,
) -> io::Result<()> {
    loop {
        let mut len = [0; 8];
        match input.read_exact(&mut len) {
            Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        // Sent by the process that started this one.
        let len = usize::try_from(u64::from_le_bytes(len)).map_err(io::Error::other)?;
        let mut bytes = vec![0; len];
        input.read_exact(&mut bytes)?;
        let answer = job(&bytes)?;
        drop(bytes);
        output.write_all(&(answer.len() as u64).to_le_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn shell(script: &str, time_max: Duration) -> Workers {
        let arguments = vec!["-c".into(), script.into()];
        let command = WorkerCommand { program: "/bin/sh".into(), arguments };
        Workers::start(command, 2, time_max).expect("started")
    }

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn a_worker_answers_again_and_again() {
        // The length and the content come back as they are.
        let echo = shell("exec cat", PATIENCE);
        let large = vec![7; 3 << 20];
        for round in 0..5_u32 {
            let job = round.to_le_bytes();
            assert_eq!(echo.ask(&[&job[..2], &job[2..]]).expect("an answer"), job);
        }
        // One that answers before it has read the job is not waited for by either side for ever.
        let hasty = shell("exec cat", Duration::from_millis(300));
        assert!(matches!(hasty.ask(&[&large]), Err(WorkerError::TooSlow)));
    }

    #[test]
    fn one_that_dies_is_replaced_and_one_that_hangs_is_ended() {
        let dying = shell("head -c 1 > /dev/null; exit 3", PATIENCE);
        for _ in 0..3 {
            assert!(matches!(dying.ask(&[b"job"]), Err(WorkerError::Ended)));
        }
        // The child of a child, which holds the pipes open, is not waited for either.
        for script in ["exec sleep 1000", "sleep 5"] {
            let hanging = shell(script, Duration::from_millis(100));
            let begin = Instant::now();
            assert!(matches!(hanging.ask(&[b"job"]), Err(WorkerError::TooSlow)));
            assert!(begin.elapsed() < Duration::from_secs(4));
        }
        let boasting = shell("printf '\\377\\377\\377\\377\\377\\377\\377\\177'; cat", PATIENCE);
        assert!(matches!(boasting.ask(&[b"job"]), Err(WorkerError::Ended)));
    }

    #[test]
    fn what_cannot_be_started_is_said() {
        let command = WorkerCommand { program: "/nowhere/worker".into(), arguments: Vec::new() };
        let refused = Workers::start(command, 1, PATIENCE);
        assert!(matches!(refused, Err(WorkerError::Start(_))));
    }

    #[test]
    fn a_worker_serves_until_its_input_ends() {
        let frame = |bytes: &[u8]| [&(bytes.len() as u64).to_le_bytes(), bytes].concat();
        let jobs = [frame(b"one"), frame(b""), frame(b"three")].concat();
        let mut answers = Vec::new();
        serve(&jobs[..], &mut answers, |job| Ok(job.repeat(2))).unwrap();
        assert_eq!(answers, [frame(b"oneone"), frame(b""), frame(b"threethree")].concat());
        assert!(serve(&jobs[..10], &mut answers, |job| Ok(job.to_vec())).is_err(), "cut off");
    }
}
