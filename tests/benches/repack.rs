//! `pack` of a zip into a function and two layers, digests and manifest included, beside `cp` of that zip in the same
//! run: medians of alternating runs, as ratios of wall time.
//!
//! BAYPLAN_CORPORA names the folder of tests/corpora.sh. The goal: at most 3 × `cp`, with the default, which makes
//! bytecode hash-based, as well as where every byte is copied as it lies in the zip (`bytecode = "keep"`). Measured is
//! all from a loaded build to named artifacts: verdict, writing, digests, reading back, manifest. Loading is apart, and
//! its time stands beside it: `pack` loads what it is to pack so that sizes are foretold to the byte and sources that are
//! read anyway are hashed. The third row is what packing takes after a loading that did neither. Both sides remove what
//! the run before left.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on says where")]

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use bayplan::model::watch::Unwatched;
use bayplan::pack::{Effort, Look, Reuse};
use bayplan::workflow::{self, Errors, LoadOptions, Loaded, PackOptions};

const RUNS: usize = 9;

const PLAN: &str = r#"version = 1
[function.recommender]
handler = "app.handler"
runtime = "python3.10"
architecture = "x86_64"
layers = ["numbers", "science"]
[layer.numbers]
packages = ["numpy", "pandas"]
[layer.science]
packages = ["scipy", "scikit-learn"]
"#;

fn main() {
    let corpora = std::env::var_os("BAYPLAN_CORPORA").expect("BAYPLAN_CORPORA names the folder of tests/corpora.sh");
    let scratch = tempfile::tempdir().unwrap();
    let zip = scratch.path().join("build.zip");
    let seed = Path::new(&corpora).join("seed");
    let status = Command::new("zip").arg("-qry").arg(&zip).arg(".").current_dir(seed).status();
    assert!(status.unwrap().success(), "zip packs the seed");
    println!("a zip of {} bytes", std::fs::metadata(&zip).unwrap().len());
    for (bytecode, foretold) in [("keep", true), ("hash-based", true), ("hash-based", false)] {
        let plan = scratch.path().join(format!("{bytecode}.toml"));
        std::fs::write(&plan, format!("{PLAN}[pack]\nbytecode = \"{bytecode}\"\n")).unwrap();
        compare(&zip, &plan, bytecode, foretold);
    }
}

fn compare(zip: &Path, plan: &Path, bytecode: &str, foretold: bool) {
    let options = LoadOptions { plan: Some(plan.to_owned()), packs: foretold, ..LoadOptions::default() };
    let load = || workflow::load(zip, &options, &Unwatched).unwrap();
    let loaded = load();
    let loads = (0..RUNS).map(|_| seconds(|| drop(load()))).collect();
    let (mut copies, mut packs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        copies.push(seconds(|| copy(zip, &zip.with_extension("copy"))));
        packs.push(seconds(|| pack(&loaded, &zip.with_file_name("out"))));
    }
    let (copied, loading, packed) = (median(copies), median(loads), median(packs));
    let how = if foretold { "foretold" } else { "not foretold" };
    println!(
        "  bytecode = {bytecode:<10} {how:<12} packing is {:.2} × cp ({copied:.3} s), loading {:.2} ×",
        packed / copied,
        loading / copied
    );
}

fn copy(zip: &Path, to: &Path) {
    let _ = std::fs::remove_file(to);
    assert!(Command::new("cp").arg(zip).arg(to).status().unwrap().success(), "cp copies");
}

fn pack(loaded: &Loaded, out: &Path) {
    let _ = std::fs::remove_dir_all(out);
    let options = PackOptions {
        out: out.to_owned(),
        reuse: Reuse::AsItLies,
        look: Look::Headers,
        effort: Effort::Usual,
        errors: Errors::PackAnyway,
    };
    workflow::pack(&loaded.packing(), &loaded.background, &options, &Unwatched).unwrap();
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}
