//! What was measured, a line a run, written down at once.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::jobs::{Job, Program};
use super::measure::Cost;

const OPEN: &str = "open.tsv";

/// One run.
#[derive(Clone, Debug)]
pub struct Note {
    /// Of which job.
    pub job: String,
    /// By which program.
    pub program: String,
    /// In which round.
    pub round: usize,
    /// Whether the work was done.
    pub is_good: bool,
    /// What it cost.
    pub cost: Cost,
}

/// The runs of one measurement.
pub struct Notes {
    /// Where they are kept while it goes on; `None`: they are read only.
    place: Option<PathBuf>,
    all: Vec<Note>,
}

impl Notes {
    /// Goes on with a measurement that was stopped, if it was of the same program and the same jobs; else begins a new one.
    pub fn open(work: &Path, bayplan: &Path, jobs: &[&Job]) -> Notes {
        let place = work.join(OPEN);
        let names: Vec<&str> = jobs.iter().map(|job| job.name).collect();
        let digest = Sha256::digest([&std::fs::read(bayplan).unwrap(), names.join(",").as_bytes()].concat());
        let head: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = std::fs::read_to_string(&place).unwrap_or_default();
        let all = if text.lines().next() == Some(&head) { read(&text) } else { Vec::new() };
        if all.is_empty() {
            std::fs::write(&place, format!("{head}\n")).unwrap();
        } else {
            eprintln!("peers: going on with {}, {} runs are there", place.display(), all.len());
        }
        Notes { place: Some(place), all }
    }

    /// The last so many that were completed, the newest last.
    pub fn last(work: &Path, count: usize) -> Vec<Notes> {
        let numbers = complete(work);
        let first = numbers.len().saturating_sub(count);
        let read = |number: &u64| read(&std::fs::read_to_string(file(work, *number)).unwrap_or_default());
        numbers[first..].iter().map(|number| Notes { place: None, all: read(number) }).collect()
    }

    /// Whether a run is there.
    pub fn has(&self, job: &Job, program: &Program, round: usize) -> bool {
        self.of(job, program).any(|note| note.round == round)
    }

    /// The runs of a program at a job.
    pub fn of(&self, job: &Job, program: &Program) -> impl Iterator<Item = &Note> {
        self.all.iter().filter(|note| note.job == job.name && note.program == program.name)
    }

    /// Notes a run.
    pub fn add(&mut self, note: Note) {
        let Cost { wall, cpu, memory } = note.cost;
        let Note { job, program, round, is_good, .. } = &note;
        if let Some(place) = &self.place {
            let mut file = File::options().append(true).open(place).unwrap();
            writeln!(file, "{job}\t{program}\t{round}\t{is_good}\t{wall}\t{cpu}\t{memory}").unwrap();
        }
        self.all.push(note);
    }

    /// Nothing more comes: the next measurement is a new one.
    pub fn complete(self) {
        if let Some(place) = &self.place {
            let work = place.parent().unwrap();
            let next = complete(work).last().map_or(1, |last| last + 1);
            std::fs::rename(place, file(work, next)).unwrap();
        }
    }
}

fn file(work: &Path, number: u64) -> PathBuf {
    work.join(format!("{number}.tsv"))
}

fn complete(work: &Path) -> Vec<u64> {
    let names = std::fs::read_dir(work).unwrap().filter_map(|found| found.ok()?.file_name().into_string().ok());
    let mut numbers: Vec<u64> = names.filter_map(|name| name.strip_suffix(".tsv")?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

fn read(text: &str) -> Vec<Note> {
    text.lines().skip(1).filter_map(note).collect()
}

/// A line that was cut off is no note.
fn note(line: &str) -> Option<Note> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [job, program, round, is_good, wall, cpu, memory] = fields[..] else { return None };
    let cost = Cost { wall: wall.parse().ok()?, cpu: cpu.parse().ok()?, memory: memory.parse().ok()? };
    let (round, is_good) = (round.parse().ok()?, is_good.parse().ok()?);
    Some(Note { job: job.to_owned(), program: program.to_owned(), round, is_good, cost })
}
