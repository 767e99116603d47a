//! bayplan and its peers on the same work in the same run: wall, CPU and memory of whole processes.
//!
//! `tests/peers.sh` finds or builds the peers, makes what they work on and starts this. Every round starts each program
//! of a job once, one after another, so that what else the machine does meets all of them. Each run is noted at once in
//! a file; a run that was stopped goes on where it was, if the program under test is the same.
//!
//! `peers --floor walk|directory|copy|deflate PATH` is the least that the machine can do for a job; it is measured as a
//! program among the others.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark says what it measured")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on says where")]

mod floors;
mod inputs;
mod jobs;
mod measure;
mod notes;
mod table;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use inputs::Inputs;
use jobs::{JOBS, Job, Program};
use notes::{Note, Notes};

/// What was asked for.
struct Options {
    /// The program under test.
    bayplan: PathBuf,
    /// A folder with the peers that were built.
    peers: PathBuf,
    /// The folder of tests/corpora.sh.
    corpora: PathBuf,
    /// Where inputs are made and notes are kept.
    work: PathBuf,
    /// When to begin no more rounds.
    minutes: u64,
    /// Also the jobs that take long.
    is_full: bool,
    /// Only jobs whose name holds this.
    only: Option<String>,
    /// The file whose table is written anew.
    readme: Option<PathBuf>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match &arguments[..] {
        [] => eprintln!("tests/peers.sh says what to measure"),
        [flag, floor, paths @ ..] if flag == "--floor" => floors::run(floor, paths),
        _ => compare(&options(&arguments)),
    }
}

fn options(arguments: &[String]) -> Options {
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).cloned()
    };
    let path = |name: &str| PathBuf::from(value(name).unwrap_or_else(|| panic!("{name} names a path")));
    Options {
        bayplan: path("--bayplan"),
        peers: path("--peers"),
        corpora: path("--corpora"),
        work: path("--work"),
        minutes: value("--minutes").map_or(11, |minutes| minutes.parse().expect("--minutes is a number")),
        is_full: arguments.iter().any(|argument| argument == "--full"),
        only: value("--only"),
        readme: value("--readme").map(PathBuf::from),
    }
}

fn compare(options: &Options) {
    let end = Instant::now() + Duration::from_secs(options.minutes * 60);
    let inputs = Inputs::new(options);
    let is_wanted = |job: &&Job| {
        (options.is_full || !job.is_long) && options.only.as_ref().is_none_or(|only| job.name.contains(only.as_str()))
    };
    let jobs: Vec<&Job> = JOBS.iter().filter(is_wanted).collect();
    let mut notes = Notes::open(&options.work, &options.bayplan, &jobs);
    // Round by round over all jobs, so that a run that is stopped early has something of each.
    for round in 0..jobs.iter().map(|job| job.rounds).max().unwrap_or(0) {
        for job in jobs.iter().filter(|job| round < job.rounds) {
            if round > 0 && Instant::now() > end {
                eprintln!("peers: {} minutes are over; no further round", options.minutes);
                return finish(options, &inputs, &jobs, notes);
            }
            play(job, round, &inputs, &mut notes);
        }
    }
    finish(options, &inputs, &jobs, notes);
}

/// One round of a job: each of its programs once.
fn play(job: &Job, round: usize, inputs: &Inputs, notes: &mut Notes) {
    let missing: Vec<&Program> = job.programs.iter().filter(|program| !notes.has(job, program, round)).collect();
    if !missing.is_empty() {
        inputs.warm(job);
    }
    for program in missing {
        let Some(mut command) = inputs.command(job, program) else { continue };
        eprintln!("peers: round {} · {} · {}", round + 1, job.name, program.name);
        let run = measure::run(&mut command);
        let is_good = run.code.is_some_and(|code| program.exits.contains(&code));
        notes.add(Note { job: job.name.to_owned(), program: program.name.to_owned(), round, is_good, cost: run.cost });
    }
}

fn finish(options: &Options, inputs: &Inputs, jobs: &[&Job], notes: Notes) {
    let table = table::write(jobs, inputs, &notes);
    println!("{table}");
    notes.complete();
    print!("{}", table::agreement(jobs, &Notes::last(&options.work, 3)));
    if let Some(readme) = &options.readme {
        let text = std::fs::read_to_string(readme).unwrap();
        let parts: Vec<&str> = text.split(table::MARKER).collect();
        let [before, _, after] = parts[..] else { panic!("{} has two lines {}", readme.display(), table::MARKER) };
        std::fs::write(readme, [before, &table, after].join(table::MARKER)).unwrap();
    }
}
