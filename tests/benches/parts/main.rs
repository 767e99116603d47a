//! The parts of the program, by the clock: `cargo bench --bench parts`, and `-- NAME` for one of them.
//!
//! On a machine that does other things as well, tests/growth.sh counts instructions instead.

mod build;
mod list;

use std::sync::LazyLock;

use build::Build;
use list::PARTS;

const PACKAGES: usize = 64;

static BUILD: LazyLock<(Build, tempfile::TempDir)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (Build::make(folder.path(), PACKAGES).expect("a build can be made"), folder)
});

fn main() {
    divan::main();
}

#[divan::bench(args = PARTS.iter().map(|part| part.name))]
fn part(bencher: divan::Bencher<'_, '_>, name: &str) {
    let part = PARTS.iter().find(|part| part.name == name).expect("divan gives back what it was given");
    bencher.bench_local((part.ready)(&BUILD.0));
}
