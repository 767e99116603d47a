//! The table of bayplan and its peers in the README is one that tests/peers.sh wrote, of the jobs and programs that it
//! measures now.
//!
//! `tests/peers.sh --readme` writes it anew; it takes some ten minutes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[allow(dead_code, reason = "how they are started is the benchmark's")]
#[path = "benches/peers/jobs.rs"]
mod jobs;

use std::path::Path;

use jobs::JOBS;

const MARKER: &str = "<!-- peers -->\n";
const REFRESH: &str = "tests/peers.sh --readme";

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The rows below a job's heading.
fn rows<'a>(table: &'a str, job: &str) -> Vec<&'a str> {
    let start =
        table.find(&format!("**{job}**")).unwrap_or_else(|| panic!("no \"{job}\"; {REFRESH} writes the table anew"));
    let rows = table[start..].lines().skip(1).skip_while(|line| !line.starts_with("| "));
    rows.skip(2).take_while(|line| line.starts_with('|')).collect()
}

#[test]
fn the_table_in_the_readme_is_of_the_jobs_that_are_measured() {
    let readme = file("README.md");
    let parts: Vec<&str> = readme.split(MARKER).collect();
    let [_, table, _] = parts[..] else { panic!("README.md has two lines {MARKER}") };
    assert!(table.starts_with("Made on ") && table.contains("`tests/peers.sh`"), "{REFRESH} writes the table anew");
    for job in JOBS.iter().filter(|job| !job.is_long) {
        let rows = rows(table, job.name);
        let names: Vec<bool> = job
            .programs
            .iter()
            .zip(&rows)
            .map(|(program, row)| row.starts_with(&format!("| {}", program.name)))
            .collect();
        assert_eq!(names, vec![true; job.programs.len()], "{}: {rows:#?}\n{REFRESH} writes the table anew", job.name);
        assert!(!rows[0].contains("failed") && !rows[0].contains("skipped"), "bayplan itself was measured: {rows:#?}");
    }
}

#[test]
fn every_program_is_compared_with_bayplan_on_the_same_input() {
    for job in JOBS {
        assert_eq!(job.programs[0].command[0], "bayplan", "{}", job.name);
        for program in job.programs {
            let names_input = program.command.contains(&"{in}");
            assert_eq!(names_input, !job.input.is_empty(), "{}: {}", job.name, program.name);
        }
    }
}

#[test]
fn the_script_says_its_options() {
    let script = file("tests/peers.sh");
    for option in ["--readme", "--full", "--fresh", "--minutes", "--only", "--no-install"] {
        assert!(
            script.contains(&format!("#   {option}")) && script.contains(&format!("        {option})")),
            "{option}"
        );
    }
}
