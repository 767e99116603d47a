//! The runs as a table in Markdown.

use std::fmt::Write;

use super::inputs::Inputs;
use super::jobs::{Job, Program};
use super::notes::{Note, Notes};

/// Stands before and behind the table in the README.
pub const MARKER: &str = "<!-- peers -->\n";

const HEAD: &str = "| | wall | CPU | memory | wall ÷ bayplan's |\n|---|--:|--:|--:|--:|\n";

/// The middle of some values, and the least and the most.
#[derive(Clone, Copy)]
struct Spread {
    least: f64,
    middle: f64,
    most: f64,
}

impl Spread {
    fn of(notes: &[&Note], value: impl Fn(&Note) -> f64) -> Option<Spread> {
        let mut values: Vec<f64> = notes.iter().map(|note| value(note)).collect();
        values.sort_by(f64::total_cmp);
        Some(Spread { least: *values.first()?, middle: values[values.len() / 2], most: *values.last()? })
    }
}

/// A table for each job, and what they were made with.
pub fn write(jobs: &[&Job], inputs: &Inputs, notes: &Notes) -> String {
    let mut text = format!(
        "Made on {} by `tests/peers.sh` on {}. Medians, with the least and the most in brackets; memory is the most \
         held at once. Above 1 in the last column bayplan took less time.\n",
        inputs.date, inputs.machine
    );
    for job in jobs {
        let rounds = notes.of(job, &job.programs[0]).count();
        let _ = write!(text, "\n**{}** ({rounds} rounds)\n\n{HEAD}", job.name);
        for program in job.programs {
            let _ = writeln!(text, "{}", row(job, program, inputs, notes));
        }
    }
    text
}

fn row(job: &Job, program: &Program, inputs: &Inputs, notes: &Notes) -> String {
    let name = match inputs.version(program) {
        Some(version) => format!("{} ({version})", program.name),
        None => program.name.to_owned(),
    };
    let all: Vec<&Note> = notes.of(job, program).collect();
    if all.is_empty() {
        return format!("| {name} | skipped: not here ({}) | | | |", program.from);
    }
    let good: Vec<&Note> = all.into_iter().filter(|note| note.is_good).collect();
    let spread = |value: fn(&Note) -> f64| Spread::of(&good, value);
    let (wall, cpu, memory) =
        (spread(|note| note.cost.wall), spread(|note| note.cost.cpu), spread(|note| note.cost.memory as f64));
    let (Some(wall), Some(cpu), Some(memory)) = (wall, cpu, memory) else {
        return format!("| {name} | failed | | | |");
    };
    let ratio = ratio(job, program, notes).map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
    let megabytes = memory.middle / f64::from(1 << 20);
    format!("| {name} | {} | {} | {megabytes:.0} MB | {ratio} |", seconds(wall), seconds(cpu))
}

fn seconds(Spread { least, middle, most }: Spread) -> String {
    let digits = if middle < 0.1 { 4 } else { 3 - usize::from(middle >= 1.0) };
    format!("{middle:.digits$} s [{least:.digits$}–{most:.digits$}]")
}

/// The median of this program's wall time over that of the first.
fn ratio(job: &Job, program: &Program, notes: &Notes) -> Option<f64> {
    let wall = |program: &Program| {
        let good: Vec<&Note> = notes.of(job, program).filter(|note| note.is_good).collect();
        Spread::of(&good, |note| note.cost.wall).map(|spread| spread.middle)
    };
    Some(wall(program)? / wall(&job.programs[0])?)
}

/// Whether measurements agree about who is faster; a line for each program about which they do not.
pub fn agreement(jobs: &[&Job], measurements: &[Notes]) -> String {
    let mut text = String::new();
    let mut compared = 0;
    for (job, program) in jobs.iter().flat_map(|job| job.programs[1..].iter().map(move |program| (job, program))) {
        let ratios: Vec<f64> = measurements.iter().filter_map(|notes| ratio(job, program, notes)).collect();
        compared += usize::from(!ratios.is_empty());
        let above = ratios.iter().filter(|&&ratio| ratio > 1.0).count();
        if above != 0 && above != ratios.len() {
            let _ = writeln!(text, "{} · {}: {ratios:.2?} lie on both sides of 1", job.name, program.name);
        }
    }
    let count = measurements.len();
    if text.is_empty() {
        text = format!("The last {count} measurements agree about the side of 1 of all {compared} ratios.\n");
    }
    text
}
