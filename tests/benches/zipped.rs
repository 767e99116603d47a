//! Exact sizes and packing beside `zip -r -q` in the same run: wall and CPU, medians of alternating runs, as ratios.
//!
//! BAYPLAN_CORPORA names the folder of tests/corpora.sh; BAYPLAN_BENCH_DIR a single build instead. The goals: exact
//! sizes in 0.20 of zip's wall; packing in 0.25 of its wall and 0.40 of its CPU, no larger.

#![cfg_attr(not(unix), allow(dead_code, unused_imports))]
#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on says where")]

#[path = "../support/packed.rs"]
mod packed;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use bayplan::model::bucket::Bucket;
use bayplan::model::plan::Plan;
use bayplan::model::watch::Unwatched;
use bayplan::pack::{Artifact, Effort, Room, Writing, write_zip};
use packed::Build;

const RUNS: usize = 3;

/// Seconds of one run.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

fn main() {
    let one = std::env::var_os("BAYPLAN_BENCH_DIR").map(PathBuf::from);
    let corpora = std::env::var_os("BAYPLAN_CORPORA").map(PathBuf::from);
    let builds = match (one, corpora) {
        (Some(build), _) => vec![build],
        (None, Some(corpora)) => ["seed", "today"].map(|name| corpora.join(name)).to_vec(),
        (None, None) => panic!("BAYPLAN_CORPORA names the folder of tests/corpora.sh"),
    };
    builds.iter().for_each(|build| compare(build));
}

fn compare(folder: &Path) {
    let scratch = tempfile::tempdir().unwrap();
    let (theirs, ours) = (scratch.path().join("theirs.zip"), scratch.path().join("ours.zip"));
    let build = Build::open(folder);
    let (mut zip, mut exact, mut pack) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        zip.push(cost(|| run_zip(folder, &theirs)));
        exact.push(cost(|| drop(build.measured())));
        pack.push(cost(|| run_pack(&build, &ours)));
    }
    let length = |path: &Path| std::fs::metadata(path).unwrap().len();
    let (zip, exact, pack) = (median(zip), median(exact), median(pack));
    println!("{}: zip -r -q {:.2} s wall, {:.2} s CPU", folder.display(), zip.wall, zip.cpu);
    println!("  exact sizes  wall × {:.3}  CPU × {:.3}", exact.wall / zip.wall, exact.cpu / zip.cpu);
    println!("  packing      wall × {:.3}  CPU × {:.3}", pack.wall / zip.wall, pack.cpu / zip.cpu);
    println!("  output       {} against {} bytes", length(&ours), length(&theirs));
    println!("  most memory  {}", most_memory());
}

fn run_zip(folder: &Path, into: &Path) {
    // zip would add to an archive that is there.
    let _ = std::fs::remove_file(into);
    let status = Command::new("zip").args(["-r", "-q"]).arg(into).arg(".").current_dir(folder).status();
    assert!(status.unwrap().success(), "zip packs {}", folder.display());
}

fn run_pack(build: &Build, into: &Path) {
    // As zip does it: every path as it is in the folder.
    let mut plan = Plan::new("function");
    plan.pack.keep_folders = true;
    let artifact = Artifact::of_bucket(&build.bundle, &plan, &Bucket::Function).unwrap();
    let file = std::io::BufWriter::new(File::create(into).unwrap());
    write_zip(
        &artifact,
        &build.bundle.listing,
        build.contents.as_ref(),
        file,
        Writing { effort: Effort::Usual, room: &Room::default(), watch: &Unwatched },
    )
    .unwrap();
}

fn cost(work: impl FnOnce()) -> Cost {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    work();
    Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu_seconds() - cpu }
}

/// CPU of this process and of the children that it waited for; Linux counts it in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("not known").to_owned()
}

fn median(runs: Vec<Cost>) -> Cost {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Cost {
        wall: middle(runs.iter().map(|cost| cost.wall).collect()),
        cpu: middle(runs.iter().map(|cost| cost.cpu).collect()),
    }
}
