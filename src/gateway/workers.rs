//! Worker processes: what is dangerous to do is done by another process, which may die of it.
//!
//! A worker reads what every job needs, and then jobs, on its standard input and answers on its standard output, each as its length
//! in eight bytes (little-endian) and then the bytes. It is started with an empty environment, in
//! the root folder, and knows nothing but its arguments and what it is sent.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Answers are reports of some hundred kilobytes; a worker that says more has gone astray.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// How long a job waits for a worker that is at work. They take milliseconds, and one that has done
/// a job knows what a fresh one has to find out; who is held up by a hostile file gets a fresh one.
const WAIT_MAX: Duration = Duration::from_millis(500);

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
    state: Mutex<State>,
    returned: Condvar,
    count: usize,
    time_max: Duration,
}

#[derive(Debug)]
struct State {
    /// What every worker is sent first.
    greeting: Arc<[u8]>,
    /// Those that were sent this greeting and have nothing to do.
    idle: Vec<Worker>,
}

impl Workers {
    /// Starts `count` workers, so that no job waits for one to start; each is sent `greeting`
    /// before its first job, and each job may take `time_max`.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn start(
        command: WorkerCommand,
        greeting: Vec<u8>,
        count: usize,
        time_max: Duration,
    ) -> Result<Self, WorkerError> {
        let state = State { greeting: Arc::default(), idle: Vec::new() };
        let (state, returned) = (Mutex::new(state), Condvar::new());
        let workers = Self { command, state, returned, count, time_max };
        workers.renew(greeting)?;
        Ok(workers)
    }

    /// Replaces all workers by ones that are sent another greeting. One that has a job finishes it.
    ///
    /// # Errors
    /// When one cannot be started; then all is as before.
    pub fn renew(&self, greeting: Vec<u8>) -> Result<(), WorkerError> {
        let greeting: Arc<[u8]> = greeting.into();
        let idle = (0..self.count).map(|_| self.greeted(&greeting)).collect::<Result<_, _>>()?;
        let before = std::mem::replace(&mut *self.lock(), State { greeting, idle });
        self.returned.notify_all();
        drop(before);
        Ok(())
    }

    fn greeted(&self, greeting: &Arc<[u8]>) -> Result<Worker, WorkerError> {
        Worker::start(&self.command, Arc::clone(greeting), self.time_max)
    }

    /// A worker that knows the greeting in use.
    fn fresh(&self) -> Result<Worker, WorkerError> {
        let greeting = Arc::clone(&self.lock().greeting);
        self.greeted(&greeting)
    }

    /// Has a job done, given in parts. When a worker ends without an answer a fresh one is asked
    /// once more: somebody may have ended it, or it died while it waited.
    ///
    /// # Errors
    /// [`WorkerError::Ended`] when that one ended too.
    pub fn ask(&self, job: &[&[u8]]) -> Result<Vec<u8>, WorkerError> {
        if let Some(worker) = self.idle() {
            match self.done_by(worker, job) {
                Err(WorkerError::Ended) => {}
                answer => return answer,
            }
        }
        self.done_by(self.fresh()?, job)
    }

    /// A worker that has nothing to do, as soon as there is one.
    fn idle(&self) -> Option<Worker> {
        let none = |state: &mut State| state.idle.is_empty();
        let waited = self.returned.wait_timeout_while(self.lock(), WAIT_MAX, none);
        waited.unwrap_or_else(PoisonError::into_inner).0.idle.pop()
    }

    fn done_by(&self, mut worker: Worker, job: &[&[u8]]) -> Result<Vec<u8>, WorkerError> {
        let answer = worker.do_within(job, self.time_max);
        // The next one starts while nobody waits for it.
        let next = match answer {
            Ok(_) => Ok(worker),
            Err(_) => self.fresh(),
        };
        if let Ok(next) = next {
            let mut state = self.lock();
            let current = Arc::ptr_eq(&next.greeting, &state.greeting);
            if current && state.idle.len() < self.count {
                state.idle.push(next);
                self.returned.notify_one();
            }
        }
        answer
    }

    /// A panic elsewhere leaves it whole: it is changed in single steps.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    greeting: Arc<[u8]>,
}

impl Worker {
    fn start(
        command: &WorkerCommand,
        greeting: Arc<[u8]>,
        time_max: Duration,
    ) -> Result<Self, WorkerError> {
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
                let mut worker = Self { child, input, output, greeting: Arc::clone(&greeting) };
                let until = Instant::now() + time_max;
                worker.send(&[&greeting], until).map_err(WorkerError::Start)?;
                Ok(worker)
            }
            _ => Err(WorkerError::Start(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn do_within(&mut self, job: &[&[u8]], time_max: Duration) -> Result<Vec<u8>, WorkerError> {
        let until = Instant::now() + time_max;
        let answer = self.send(job, until).and_then(|()| receive(&mut self.output, until));
        answer.map_err(|cause| match cause.kind() {
            io::ErrorKind::TimedOut => WorkerError::TooSlow,
            _ => WorkerError::Ended,
        })
    }

    /// Sends parts as one message, after its length.
    fn send(&mut self, parts: &[&[u8]], until: Instant) -> io::Result<()> {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        send(&mut self.input, &(len as u64).to_le_bytes(), until)?;
        parts.iter().try_for_each(|part| send(&mut self.input, part, until))
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

/// The worker's side: hears the greeting, and then does every job until its input ends.
///
/// # Errors
/// When input or output break, or the greeting is not understood.
pub fn serve<Known>(
    mut input: impl Read,
    mut output: impl Write,
    greeted: impl FnOnce(&[u8]) -> io::Result<Known>,
    job: impl Fn(&Known, &[u8]) -> io::Result<Vec<u8>>,
) -> io::Result<()> {
    let Some(greeting) = message(&mut input)? else { return Ok(()) };
    let known = greeted(&greeting)?;
    drop(greeting);
    while let Some(bytes) = message(&mut input)? {
        let answer = job(&known, &bytes)?;
        drop(bytes);
        output.write_all(&(answer.len() as u64).to_le_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

/// The next message; none when the input has ended.
fn message(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut len = [0; 8];
    match input.read_exact(&mut len) {
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    // Sent by the process that started this one.
    let len = usize::try_from(u64::from_le_bytes(len)).map_err(io::Error::other)?;
    let mut bytes = vec![0; len];
    input.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn shell(script: &str, time_max: Duration) -> Workers {
        let arguments = vec!["-c".into(), script.into()];
        let command = WorkerCommand { program: "/bin/sh".into(), arguments };
        Workers::start(command, b"hello".to_vec(), 2, time_max).expect("started")
    }

    /// A script that hears the greeting of thirteen bytes first.
    fn greeted(script: &str) -> String {
        format!("head -c 13 > /dev/null; {script}")
    }

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn a_worker_answers_again_and_again() {
        // The length and the content come back as they are.
        let echo = shell(&greeted("exec cat"), PATIENCE);
        let large = vec![7; 3 << 20];
        for round in 0..5_u32 {
            let job = round.to_le_bytes();
            assert_eq!(echo.ask(&[&job[..2], &job[2..]]).expect("an answer"), job);
        }
        // One that answers before it has read the job is not waited for by either side for ever.
        let hasty = shell(&greeted("exec cat"), Duration::from_millis(300));
        assert!(matches!(hasty.ask(&[&large]), Err(WorkerError::TooSlow)));
    }

    #[test]
    fn one_that_dies_is_replaced_and_one_that_hangs_is_ended() {
        let dying = shell(&greeted("head -c 1 > /dev/null; exit 3"), PATIENCE);
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
        let boasting = shell(
            "head -c 13 > /dev/null; printf '\\377\\377\\377\\377\\377\\377\\377\\177'; cat",
            PATIENCE,
        );
        assert!(matches!(boasting.ask(&[b"job"]), Err(WorkerError::Ended)));
    }

    #[test]
    fn jobs_wait_for_a_worker_but_not_for_ever() {
        // Says who it is, whatever it is asked.
        let script = "head -c 9 > /dev/null; printf '\\010\\0\\0\\0\\0\\0\\0\\0'; printf %08d $$";
        let script = greeted(&format!("while :; do {script}; done"));
        let workers = shell(&script, PATIENCE);
        let all: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let ask = || scope.spawn(|| workers.ask(&[b"?"]).expect("an answer"));
            let asked: Vec<_> = (0..6).map(|_| ask()).collect();
            asked.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let processes: std::collections::BTreeSet<_> = all.into_iter().collect();
        assert!(processes.len() <= 2, "{processes:?}");
        // Both are held up: a third begins.
        let busy = (workers.idle(), workers.idle());
        let begin = Instant::now();
        assert!(!processes.contains(&workers.ask(&[b"?"]).expect("an answer")));
        assert!(begin.elapsed() >= WAIT_MAX);
        drop(busy);
    }

    #[test]
    fn what_cannot_be_started_is_said() {
        let command = WorkerCommand { program: "/nowhere/worker".into(), arguments: Vec::new() };
        let refused = Workers::start(command, Vec::new(), 1, PATIENCE);
        assert!(matches!(refused, Err(WorkerError::Start(_))));
    }

    #[test]
    fn a_worker_serves_until_its_input_ends() {
        let frame = |bytes: &[u8]| [&(bytes.len() as u64).to_le_bytes(), bytes].concat();
        let jobs = [frame(b"+"), frame(b"one"), frame(b""), frame(b"three")].concat();
        let hear = |greeting: &[u8]| Ok(greeting.to_vec());
        let work = |known: &Vec<u8>, job: &[u8]| Ok([job, known, job].concat());
        let mut answers = Vec::new();
        serve(&jobs[..], &mut answers, hear, work).unwrap();
        assert_eq!(answers, [frame(b"one+one"), frame(b"+"), frame(b"three+three")].concat());
        assert!(serve(&jobs[..19], &mut answers, hear, work).is_err(), "cut off");
        let deaf = |_: &[u8]| Err::<Vec<u8>, _>(io::ErrorKind::InvalidData.into());
        assert!(serve(&jobs[..], &mut answers, deaf, work).is_err());
    }

    #[test]
    fn with_another_greeting_every_worker_is_another() {
        // Says its greeting whatever it is asked, in one frame.
        let script = "read -r line; while head -c 10 > /dev/null; do \
                      printf '\\005\\0\\0\\0\\0\\0\\0\\0'; printf %s \"$line\" | tail -c 5; done";
        let arguments = vec!["-c".into(), script.into()];
        let command = WorkerCommand { program: "/bin/sh".into(), arguments };
        let greeting = |text: &str| format!("{text}\n").into_bytes();
        let workers = Workers::start(command, greeting("first"), 2, PATIENCE).expect("started");
        assert_eq!(workers.ask(&[b"go"]).expect("an answer"), b"first");
        workers.renew(greeting("other")).expect("renewed");
        for _ in 0..2 {
            assert_eq!(workers.ask(&[b"go"]).expect("an answer"), b"other");
        }
    }
}
