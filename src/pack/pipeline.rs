//! Work on many threads whose results come back in order, with a bound on the bytes under way.
//!
//! The calling thread takes the jobs one by one, hands them to the pool and gives the results to the caller in the
//! jobs' order. It takes no new job while too many bytes wait to be worked on or fetched, so memory stays the same
//! whatever is packed. Called from inside the pool it works along instead of blocking the thread.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::encode::Encoder;

/// The most bytes under way.
const UNDER_WAY: u64 = 64 << 20;
/// The most jobs under way of those that are soon done, for each thread of the pool.
const NEAR: u64 = 6;
/// How long to sleep where there is nothing to do but to wait for the other threads of the pool.
const PAUSE: Duration = Duration::from_millis(1);

/// A job that says how much memory it may take.
pub trait Weighed: Send {
    /// Its bytes, plain or as they lie in an archive, whichever are more.
    fn weight(&self) -> u64;
}

/// The room for what is under way, shared by all that is worked on at once. Whoever has nothing under way may begin in
/// any case.
#[derive(Debug, Default)]
pub struct Room(AtomicU64);

impl Room {
    fn has(&self, bytes: u64) -> bool {
        self.0.load(Ordering::Relaxed) + bytes <= UNDER_WAY
    }

    fn take(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    fn give_back(&self, bytes: u64) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// How far the work may be ahead of who takes the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// As far as there is room: a job that takes long holds up none behind it.
    Far,
    /// By a few jobs: where all are soon done, results are taken while the processor has them at hand.
    Near,
}

impl Ahead {
    fn jobs(self) -> u64 {
        match self {
            Ahead::Far => u64::MAX,
            Ahead::Near => NEAR * rayon::current_num_threads() as u64,
        }
    }
}

/// Works on all jobs, as long as there is room; hands each result to `take` in order and stops at the first error that
/// it returns.
pub fn in_order<J: Weighed, R: Send, E>(
    room: &Room,
    ahead: Ahead,
    mut jobs: impl Iterator<Item = J>,
    work: impl Fn(&mut Encoder, J) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let shared = Shared { encoders: Mutex::default(), is_over: AtomicBool::new(false), work };
    let (sender, results) = channel();
    rayon::in_place_scope_fifo(|scope| {
        let most = ahead.jobs();
        let mut queue = Queue { room, most, results, early: BTreeMap::new(), started: 0, taken: 0, under_way: 0 };
        let mut next = jobs.next();
        let outcome = loop {
            match next.take() {
                Some(job) if queue.has_room(job.weight()) => {
                    let ticket = queue.ticket(job.weight(), sender.clone());
                    let shared = &shared;
                    scope.spawn_fifo(move |_| shared.run(job, ticket));
                    next = jobs.next();
                    continue;
                }
                waiting => next = waiting,
            }
            match queue.next() {
                Some(result) => {
                    if let Err(error) = take(result) {
                        break Err(error);
                    }
                }
                None => break Ok(()),
            }
        };
        shared.is_over.store(true, Ordering::Relaxed);
        outcome
    })
}

/// What the threads share.
struct Shared<W> {
    /// Encoders that nobody uses at the moment.
    encoders: Mutex<Vec<Encoder>>,
    is_over: AtomicBool,
    work: W,
}

impl<W> Shared<W> {
    fn run<J, R>(&self, job: J, ticket: Ticket<R>)
    where
        W: Fn(&mut Encoder, J) -> R,
    {
        if self.is_over.load(Ordering::Relaxed) {
            return;
        }
        let mut encoder = self.idle().pop().unwrap_or_default();
        let result = (self.work)(&mut encoder, job);
        self.idle().push(encoder);
        ticket.hand_in(result);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Encoder>> {
        self.encoders.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A result with its place in the order; without one if the work panicked.
type Done<R> = (u64, u64, Option<R>);

/// The right to hand in one result. Dropped unused it says so, so that nobody waits for ever.
struct Ticket<R> {
    number: u64,
    weight: u64,
    sender: Option<Sender<Done<R>>>,
}

impl<R> Ticket<R> {
    fn hand_in(mut self, result: R) {
        self.send(Some(result));
    }

    fn send(&mut self, result: Option<R>) {
        if let Some(sender) = self.sender.take() {
            // Nobody listens any more once the work is over.
            let _ = sender.send((self.number, self.weight, result));
        }
    }
}

impl<R> Drop for Ticket<R> {
    fn drop(&mut self) {
        self.send(None);
    }
}

/// The calling thread's account of what is under way.
struct Queue<'a, R> {
    room: &'a Room,
    /// So many jobs at once.
    most: u64,
    results: Receiver<Done<R>>,
    /// Results that came before their turn.
    early: BTreeMap<u64, (u64, Option<R>)>,
    started: u64,
    taken: u64,
    under_way: u64,
}

impl<R> Drop for Queue<'_, R> {
    /// What was under way when an error came does not come any more.
    fn drop(&mut self) {
        self.room.give_back(self.under_way);
    }
}

impl<R: Send> Queue<'_, R> {
    fn has_room(&self, weight: u64) -> bool {
        let jobs = self.started - self.taken;
        jobs == 0 || (jobs < self.most && self.room.has(weight))
    }

    fn ticket(&mut self, weight: u64, sender: Sender<Done<R>>) -> Ticket<R> {
        let ticket = Ticket { number: self.started, weight, sender: Some(sender) };
        self.started += 1;
        self.under_way += weight;
        self.room.take(weight);
        ticket
    }

    /// The next result in order; `None` if nothing is under way. A panic of the work ends the wait too; the scope
    /// raises it again.
    fn next(&mut self) -> Option<R> {
        while self.taken < self.started {
            if let Some((weight, result)) = self.early.remove(&self.taken) {
                self.taken += 1;
                self.under_way -= weight;
                self.room.give_back(weight);
                return result;
            }
            let (number, weight, result) = self.wait()?;
            self.early.insert(number, (weight, result));
        }
        None
    }

    fn wait(&self) -> Option<Done<R>> {
        loop {
            if let Ok(done) = self.results.try_recv() {
                return Some(done);
            }
            match rayon::yield_now() {
                Some(rayon::Yield::Executed) => {}
                Some(rayon::Yield::Idle) => std::thread::sleep(PAUSE),
                None => return self.results.recv().ok(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Number(u64);

    impl Weighed for Number {
        fn weight(&self) -> u64 {
            10 << 20
        }
    }

    fn squares(ahead: Ahead, count: u64, stop_at: u64) -> (Vec<u64>, Result<(), u64>) {
        let mut squares = Vec::new();
        let outcome = in_order(
            &Room::default(),
            ahead,
            (0..count).map(Number),
            |_, Number(number)| number * number,
            |square| {
                squares.push(square);
                if square == stop_at { Err(square) } else { Ok(()) }
            },
        );
        (squares, outcome)
    }

    #[test]
    fn results_come_in_the_order_of_their_jobs_inside_and_outside_a_pool() {
        let expected: Vec<u64> = (0..100).map(|number| number * number).collect();
        for ahead in [Ahead::Far, Ahead::Near] {
            assert_eq!(squares(ahead, 100, u64::MAX), (expected.clone(), Ok(())));
            for threads in [1, 2] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let made = pool.install(|| squares(ahead, 100, u64::MAX));
                assert_eq!(made, (expected.clone(), Ok(())), "{threads} threads, {ahead:?}");
            }
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        assert_eq!(squares(Ahead::Far, 100, 9), (vec![0, 1, 4, 9], Err(9)));
    }
}
