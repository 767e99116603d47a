//! Artifacts are made side by side, each on a thread of its own. Where one cannot be made those behind it stop, as
//! nothing is packed then; those before it go on, so that the same error is told every time.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, ScopedJoinHandle, scope};

use super::PackFailure;
use crate::model::bytes::Bytes;
use crate::model::watch::Watch;

/// A function and five layers; a plan that has more is an error that may be packed all the same.
const AT_ONCE: usize = 6;

/// Makes something of each, in their order. Inside a pool, and where the system gives no thread, it is made here.
pub(super) fn side_by_side<I: Sync, R: Send>(
    items: &[I],
    watch: &dyn Watch,
    make: impl Fn(&I, &dyn Watch) -> Result<R, PackFailure> + Sync,
) -> Result<Vec<R>, PackFailure> {
    let row = Row { items, watch, make, next: AtomicUsize::new(0), failed: AtomicUsize::new(usize::MAX) };
    // Whoever belongs to a pool works along while it waits. Others it would have to wait for, and they for it.
    let is_in_pool = rayon::current_thread_index().is_some();
    let others = if is_in_pool { 0 } else { items.len().min(AT_ONCE).saturating_sub(1) };
    let mut made = scope(|scope| {
        let begin = |_| Builder::new().spawn_scoped(scope, || row.work()).ok();
        let begun: Vec<ScopedJoinHandle<'_, _>> = (0..others).map_while(begin).collect();
        let here = row.work();
        let there = begun.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        here.into_iter().chain(there).collect::<Vec<_>>()
    });
    made.sort_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, result)| result).collect()
}

/// What is to be made, and how far that is.
struct Row<'a, I, M> {
    items: &'a [I],
    watch: &'a dyn Watch,
    make: M,
    /// The first that nobody has begun.
    next: AtomicUsize,
    /// The first that failed.
    failed: AtomicUsize,
}

impl<I, R, M: Fn(&I, &dyn Watch) -> Result<R, PackFailure>> Row<'_, I, M> {
    /// Makes one after another, until all are begun.
    fn work(&self) -> Vec<(usize, Result<R, PackFailure>)> {
        std::iter::from_fn(|| {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let item = self.items.get(number)?;
            let mut attempt = Attempt { number, failed: &self.failed, watch: self.watch, is_made: false };
            let result = (self.make)(item, &attempt);
            attempt.is_made = result.is_ok();
            Some((number, result))
        })
        .collect()
    }
}

/// One of them while it is made. Dropped before that it has failed, by a panic too.
struct Attempt<'a> {
    number: usize,
    failed: &'a AtomicUsize,
    watch: &'a dyn Watch,
    is_made: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.is_made {
            self.failed.fetch_min(self.number, Ordering::Relaxed);
        }
    }
}

impl Watch for Attempt<'_> {
    fn is_cancelled(&self) -> bool {
        self.failed.load(Ordering::Relaxed) < self.number || self.watch.is_cancelled()
    }

    fn found(&self, top_level: &[u8], files: u64, bytes: Bytes) {
        self.watch.found(top_level, files, bytes);
    }

    fn packed(&self, bytes: Bytes) {
        self.watch.packed(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::watch::Unwatched;
    use crate::pack::PackError;

    fn wait_to_be_cancelled(watch: &dyn Watch) -> Result<(), PackFailure> {
        while !watch.is_cancelled() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(PackError::Cancelled.into())
    }

    #[test]
    fn all_are_made_in_their_order() {
        let numbers: Vec<u64> = (0..20).map(|number| number * 7 % 20).collect();
        let made = side_by_side(&numbers, &Unwatched, |number, _| {
            std::thread::sleep(Duration::from_millis(*number));
            Ok(*number)
        });
        assert_eq!(made.unwrap(), numbers);
    }

    #[test]
    fn those_behind_one_that_fails_stop_and_the_first_error_is_told() {
        let first = PackError::Changed { path: "slow".to_owned() };
        for _ in 0..20 {
            let made = side_by_side(&[0, 1, 2, 3], &Unwatched, |&number, watch| match number {
                0 => Ok(()),
                1 => {
                    std::thread::sleep(Duration::from_millis(2));
                    Err(if watch.is_cancelled() { PackError::Cancelled } else { first.clone() }.into())
                }
                2 => Err(PackError::TooLong.into()),
                _ => wait_to_be_cancelled(watch),
            });
            assert!(matches!(made, Err(PackFailure::Pack(error)) if error == first));
        }
    }

    #[test]
    fn a_panic_stops_those_behind_it() {
        let panics = || {
            side_by_side(&[0, 1], &Unwatched, |&number, watch| match number {
                0 => panic!("as a bug would"),
                _ => wait_to_be_cancelled(watch),
            })
        };
        std::panic::catch_unwind(panics).unwrap_err();
    }

    #[test]
    fn inside_a_pool_all_are_made_by_whoever_asked() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let make = |_: &i32, _: &dyn Watch| {
            std::thread::sleep(Duration::from_millis(5));
            Ok(rayon::current_thread_index())
        };
        assert_eq!(pool.install(|| side_by_side(&[1, 2, 3], &Unwatched, make)).unwrap(), [Some(0); 3]);
    }
}
