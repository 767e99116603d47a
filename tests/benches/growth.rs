//! One part of the program, done once over a build of some size: for tests/growth.sh, which asks how its cost grows.
//!
//! usage: `growth FOLDER PACKAGES PART`, with builds kept below FOLDER; prints the seconds of processor and the bytes of
//! memory that the part took. All work is done on the main thread, so that what an observer counts in [`measured`] is
//! all of it. Without arguments it prints the parts' names.

#![allow(clippy::print_stdout, reason = "it says what it measured")]
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

#[path = "parts/build.rs"]
mod build;
#[path = "parts/list.rs"]
mod list;

use std::path::Path;

use build::Build;
use list::PARTS;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, packages, name] = &arguments[..] else {
        return PARTS.iter().for_each(|part| println!("{}", part.name));
    };
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
    let build = Build::make(Path::new(folder), packages.parse().unwrap()).unwrap();
    let part = PARTS.iter().find(|part| part.name == name).unwrap();
    let mut work = (part.ready)(&build);
    // What is made once and kept, tables and patterns, is made now.
    work();
    forget_most_memory();
    let (memory, processor) = (field("VmRSS"), seconds());
    measured(&mut *work);
    println!("{:.6}\t{}", seconds() - processor, field("VmHWM").saturating_sub(memory) * 1024);
}

/// What is counted.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    work();
    std::hint::black_box(());
}

/// From now on the system remembers the most memory anew.
fn forget_most_memory() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// In kilobytes.
fn field(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or(0)
}

/// Of this thread on a processor.
fn seconds() -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedule.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}
