//! Artifacts are made side by side, each on a thread of its own. When one cannot be made the others stop, as nothing is
//! packed then.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, scope};

use super::PackFailure;
use crate::model::bytes::Bytes;
use crate::model::watch::Watch;
use crate::pack::PackError;

/// Makes something of each, in their order. Where the system gives no thread, it is made here.
pub(super) fn side_by_side<I: Sync, R: Send>(
    items: &[I],
    watch: &dyn Watch,
    make: impl Fn(&I, &dyn Watch) -> Result<R, PackFailure> + Sync,
) -> Result<Vec<R>, PackFailure> {
    let together = Together { watch, has_failed: AtomicBool::new(false) };
    let one = &|item| make(item, &together).inspect_err(|_| together.has_failed.store(true, Ordering::Relaxed));
    let results: Vec<Result<R, PackFailure>> = scope(|scope| {
        let begin = |item| Builder::new().spawn_scoped(scope, move || one(item)).map_err(|_| one(item));
        let begun: Vec<_> = items.iter().map(begin).collect();
        let end = |begun| match begun {
            Ok(thread) => std::thread::ScopedJoinHandle::join(thread).unwrap_or_else(|panic| resume_unwind(panic)),
            Err(made) => made,
        };
        begun.into_iter().map(end).collect()
    });
    all(results)
}

/// All of them, or the first error that is not the echo of another.
fn all<R>(results: Vec<Result<R, PackFailure>>) -> Result<Vec<R>, PackFailure> {
    let mut made = Vec::with_capacity(results.len());
    let mut echo = None;
    for result in results {
        match result {
            Ok(result) => made.push(result),
            Err(PackFailure::Pack(PackError::Cancelled)) => echo = Some(PackError::Cancelled),
            Err(error) => return Err(error),
        }
    }
    match echo {
        Some(error) => Err(error.into()),
        None => Ok(made),
    }
}

/// Watches for all of them: one that failed cancels the others.
struct Together<'a> {
    watch: &'a dyn Watch,
    has_failed: AtomicBool,
}

impl Watch for Together<'_> {
    fn is_cancelled(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed) || self.watch.is_cancelled()
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

    #[test]
    fn all_are_made_in_their_order() {
        let made = side_by_side(&[3, 1, 2], &Unwatched, |number, _| {
            std::thread::sleep(Duration::from_millis(*number));
            Ok(*number)
        });
        assert_eq!(made.unwrap(), [3, 1, 2]);
    }

    #[test]
    fn when_one_fails_the_others_stop_and_its_error_is_told() {
        let made: Result<Vec<()>, _> = side_by_side(&[false, true, false], &Unwatched, |fails, watch| {
            if *fails {
                return Err(PackError::TooLong.into());
            }
            while !watch.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(PackError::Cancelled.into())
        });
        assert!(matches!(made, Err(PackFailure::Pack(PackError::TooLong))));
    }
}
