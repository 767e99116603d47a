//! Limits that a shell, a container or a CI runner sets: where one is met, the work fails with words or goes on with less.

use std::io::ErrorKind;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rayon::{ThreadBuilder, ThreadPoolBuilder};

/// Makes the program ready for narrow limits. To be called before anything else.
pub(super) fn prepare() {
    make_long_files_an_error();
    make_threads();
}

/// A file that grows beyond `ulimit -f` is a signal that kills, unless somebody wants to hear it; then it is an error of
/// the call that writes, as a full disk is.
#[cfg(unix)]
fn make_long_files_an_error() {
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // Without it there is one more way to be killed, and nothing else is lost.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, heard);
}

#[cfg(not(unix))]
fn make_long_files_an_error() {}

/// The threads that all parallel work shares: as many as the system gives. Where it gives none, this one does all.
///
/// They are started first and then given their part, as a pool that is promised more threads than come waits for them.
fn make_threads() {
    let mut started: Vec<Sender<ThreadBuilder>> = (0..wanted()).map_while(|_| start()).collect();
    let pool = ThreadPoolBuilder::new().num_threads(started.len().max(1));
    let _ = if started.is_empty() {
        pool.use_current_thread().build_global()
    } else {
        let give = |worker| {
            let thread = started.pop().ok_or(ErrorKind::WouldBlock)?;
            thread.send(worker).map_err(|_| ErrorKind::BrokenPipe.into())
        };
        pool.spawn_handler(give).build_global()
    };
}

/// A thread that waits for its part of the pool.
fn start() -> Option<Sender<ThreadBuilder>> {
    let (sender, receiver) = channel::<ThreadBuilder>();
    let work = move || receiver.into_iter().next().map(ThreadBuilder::run);
    thread::Builder::new().spawn(work).ok().map(|_| sender)
}

/// As many as there are processors, or as the user says.
fn wanted() -> usize {
    let told = std::env::var("RAYON_NUM_THREADS").ok().and_then(|text| text.parse().ok()).filter(|&number| number > 0);
    told.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
}
