//! Work that computes (signing, rendering, judging files) on a fixed number of threads.
//!
//! Three lanes with a bounded queue each. Work of departments goes before that of others. It waits
//! for the disk most of its time, so it has some threads for each processor: those that wait
//! together share one fsync. Their short questions wait for nothing and come first, on as many
//! threads as there are processors: more would only take turns. Work for anonymous callers only
//! computes, and may never hold all processors, so that a flood of uploads cannot stop the sealing.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Who waits for the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// A caller with an API key.
    Department,
    /// The same, with a short question that is answered from memory.
    Question,
    /// Anyone.
    Public,
}

/// Why work has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// The queue is full.
    QueueFull,
    /// It took too long; it may still be finished later.
    TooSlow,
    /// The work panicked.
    Broken,
}

/// Of the time of an issue a fraction is spent computing; more threads would only hold memory.
const THREADS_A_PROCESSOR: usize = 8;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    department: VecDeque<Job>,
    question: VecDeque<Job>,
    public: VecDeque<Job>,
    running: usize,
    running_question: usize,
    running_public: usize,
    /// Threads that wait for work, or are waking up.
    idle: usize,
    closing: bool,
}

impl Queue {
    fn line(&mut self, lane: Lane) -> &mut VecDeque<Job> {
        match lane {
            Lane::Department => &mut self.department,
            Lane::Question => &mut self.question,
            Lane::Public => &mut self.public,
        }
    }

    /// The lane from which a free thread would take its work.
    fn next(&self, most: Most) -> Option<Lane> {
        let question = !self.question.is_empty() && self.running_question < most.question;
        let public = !self.public.is_empty() && self.running_public < most.public;
        let department = !self.department.is_empty();
        let lanes =
            [(question, Lane::Question), (department, Lane::Department), (public, Lane::Public)];
        lanes.into_iter().find_map(|(ready, lane)| ready.then_some(lane))
    }

    fn take(&mut self, most: Most) -> Option<(Lane, Job)> {
        let lane = self.next(most)?;
        let job = self.line(lane).pop_front()?;
        self.running += 1;
        self.running_question += usize::from(lane == Lane::Question);
        self.running_public += usize::from(lane == Lane::Public);
        Some((lane, job))
    }

    fn done(&mut self, lane: Lane) {
        self.running -= 1;
        self.running_question -= usize::from(lane == Lane::Question);
        self.running_public -= usize::from(lane == Lane::Public);
    }
}

/// How many threads may be at work for a lane at once.
#[derive(Clone, Copy)]
struct Most {
    question: usize,
    public: usize,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    threads: usize,
    most: Most,
    queue_max: usize,
}

impl Shared {
    /// A panic cannot happen while the lock is held (jobs run outside), so a poisoned queue is
    /// still a whole queue.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes a thread if there is something that it may do, and one to wake.
    fn wake(&self, queue: &Queue) {
        if queue.idle > 0 && queue.next(self.most).is_some() {
            self.changed.notify_one();
        }
    }
}

/// A fixed number of threads behind three bounded queues; finishes what it began when dropped.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// How busy the pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) threads: usize,
    pub(crate) running: usize,
    pub(crate) waiting_department: usize,
    pub(crate) waiting_public: usize,
}

impl Pool {
    /// A pool for the processors of this machine; one of them is kept for departments.
    pub(crate) fn new(queue_max: usize) -> std::io::Result<Self> {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let most =
            Most { question: processors.max(2), public: processors.saturating_sub(1).max(1) };
        Self::with_threads(processors.max(2) * THREADS_A_PROCESSOR, most, queue_max)
    }

    fn with_threads(threads: usize, most: Most, queue_max: usize) -> std::io::Result<Self> {
        let (queue, changed) = (Mutex::new(Queue::default()), Condvar::new());
        let shared = Arc::new(Shared { queue, changed, threads, most, queue_max });
        let start = |number: usize| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("work-{number}"))
                // The main thread's usual size: parsers recurse to their own bounds only.
                .stack_size(8 * 1024 * 1024)
                .spawn(move || serve(&shared))
        };
        let threads = (0..threads).map(start).collect::<Result<_, _>>()?;
        Ok(Self { shared, threads })
    }

    /// Does the work on one of the threads and waits for its answer, at most `patience`.
    ///
    /// Work nobody waits for any more is left out unless it has begun.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(move || {
            if !sender.is_closed()
                && let Ok(answer) = catch_unwind(AssertUnwindSafe(work))
            {
                // The waiter may have left meanwhile; the work is done all the same.
                let _ = sender.send(answer);
            }
        });
        self.queue(lane, job)?;
        match tokio::time::timeout(patience, receiver).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(NoAnswer::Broken),
            Err(_) => Err(NoAnswer::TooSlow),
        }
    }

    fn queue(&self, lane: Lane, job: Job) -> Result<(), NoAnswer> {
        let mut queue = self.shared.lock();
        let line = queue.line(lane);
        if line.len() >= self.shared.queue_max {
            return Err(NoAnswer::QueueFull);
        }
        line.push_back(job);
        self.shared.wake(&queue);
        Ok(())
    }

    /// How busy the pool is now.
    pub(crate) fn load(&self) -> Load {
        let queue = self.shared.lock();
        Load {
            threads: self.shared.threads,
            running: queue.running,
            waiting_department: queue.department.len() + queue.question.len(),
            waiting_public: queue.public.len(),
        }
    }
}

fn serve(shared: &Shared) {
    let mut queue = shared.lock();
    loop {
        if let Some((lane, job)) = queue.take(shared.most) {
            // Whoever was woken for this may have come too late for it, and sleeps on.
            shared.wake(&queue);
            drop(queue);
            job();
            queue = shared.lock();
            queue.done(lane);
        } else if queue.closing {
            return;
        } else {
            queue.idle += 1;
            queue = shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // Jobs catch their panics, so a thread ends only by closing.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const PATIENCE: Duration = Duration::from_secs(20);
    const ONE: Most = Most { question: 1, public: 1 };

    #[actix_web::test]
    async fn answers_and_survives_a_panic() {
        let pool = Pool::with_threads(2, ONE, 4).unwrap();
        let broken = pool.run(Lane::Department, PATIENCE, || panic!("hostile file"));
        assert_eq!(broken.await, Err::<(), _>(NoAnswer::Broken));
        for _ in 0..4 {
            assert_eq!(pool.run(Lane::Public, PATIENCE, || 7).await, Ok(7));
        }
    }

    #[actix_web::test]
    async fn some_lanes_never_hold_all_threads() {
        for lane in [Lane::Public, Lane::Question] {
            holds_one_thread(lane).await;
        }
    }

    async fn holds_one_thread(lane: Lane) {
        let pool = Arc::new(Pool::with_threads(2, ONE, 1).unwrap());
        let (release, held) = mpsc::channel::<()>();
        let (begun, started) = mpsc::channel::<()>();
        let blocker = tokio::task::spawn_local({
            let pool = Arc::clone(&pool);
            async move {
                let block = move || {
                    begun.send(()).unwrap();
                    held.recv().unwrap();
                };
                pool.run(lane, PATIENCE, block).await
            }
        });
        while started.try_recv().is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let waiting = tokio::task::spawn_local({
            let pool = Arc::clone(&pool);
            async move { pool.run(lane, PATIENCE, || ()).await }
        });
        while pool.shared.lock().line(lane).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(pool.run(lane, PATIENCE, || ()).await, Err(NoAnswer::QueueFull));
        assert_eq!(pool.run(Lane::Department, PATIENCE, || 1).await, Ok(1));
        release.send(()).unwrap();
        assert_eq!(blocker.await.unwrap(), Ok(()));
        assert_eq!(waiting.await.unwrap(), Ok(()));
    }

    #[actix_web::test]
    async fn patience_ends_and_abandoned_work_is_left_out() {
        let pool = Pool::with_threads(2, ONE, 4).unwrap();
        let (release, held) = mpsc::channel::<()>();
        let slow = pool.run(Lane::Public, Duration::from_millis(20), move || held.recv());
        assert_eq!(slow.await.unwrap_err(), NoAnswer::TooSlow);
        let (sender, done) = mpsc::channel::<()>();
        let left = pool.run(Lane::Public, Duration::from_millis(20), move || sender.send(()));
        assert_eq!(left.await.unwrap_err(), NoAnswer::TooSlow);
        release.send(()).unwrap();
        drop(pool);
        assert!(done.try_recv().is_err(), "work that nobody waits for was done");
    }
}
