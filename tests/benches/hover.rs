//! What a hover of a drag costs with 300 packages that need and import each other: budgets, verdict and the preview of letting go.
//! The aim is at most 1 ms for budgets and verdict together. Beside it what the graph costs, which is made once a scan.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use bayplan::attribute::{Wanted, attribute, guess_target, read_facts};
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::finding::Judged;
use bayplan::model::graph::Graph;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Plan;
use bayplan::model::shape::Handler;
use bayplan::model::target::Target;
use bayplan::model::watch::Unwatched;
use bayplan::scan;
use bayplan::session::{Assessment, Background, Destination, Message, Opened, Session};
use bayplan::tui::keymap::KEYMAP;

const PACKAGES: usize = 300;
const FILES: usize = 40;

static BUNDLE: LazyLock<(Arc<Bundle>, Target)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (0..PACKAGES).for_each(|number| install(folder.path(), number).expect("a distribution can be made"));
    write_handler(folder.path()).expect("a handler can be written");
    let scanned = scan::open(folder.path(), &Unwatched).expect("the tree can be read");
    let facts = read_facts(&scanned.listing, &*scanned.contents, Wanted::VERDICT, &Unwatched);
    let bundle = Arc::new(attribute(scanned.listing, Arc::new(facts)));
    let target = Target { runtime: "python3.12".parse().ok(), architecture: "x86_64".parse().ok() };
    let target = target.or(guess_target(&bundle));
    (bundle, target)
});

/// A distribution that needs a few of those before it.
fn install(root: &Path, number: usize) -> std::io::Result<()> {
    let (name, mut record) = (format!("package{number}"), String::new());
    let info = format!("{name}-1.0.dist-info");
    std::fs::create_dir_all(root.join(&name))?;
    std::fs::create_dir_all(root.join(&info))?;
    for file in 0..FILES {
        let path = format!("{name}/m{file}.py");
        std::fs::write(
            root.join(&path),
            format!("import os, sys\nfrom typing import Any\n{}", "x = 1\n".repeat(file)),
        )?;
        let _ = writeln!(record, "{path},,");
    }
    std::fs::write(root.join(&name).join("__init__.py"), imports(number))?;
    let _ = writeln!(record, "{name}/__init__.py,,");
    let mut metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    for needed in [number / 2, number / 3, number.saturating_sub(1)].into_iter().filter(|&needed| needed != number) {
        let _ = writeln!(metadata, "Requires-Dist: package{needed} (>=0.5) ; python_version >= '3.8'");
    }
    std::fs::write(root.join(&info).join("METADATA"), metadata)?;
    std::fs::write(root.join(&info).join("RECORD"), format!("{record}{info}/METADATA,,\n{info}/RECORD,,\n"))
}

/// A package imports six of its modules and the packages that it needs.
fn imports(number: usize) -> String {
    let own: String = (0..6).map(|module| format!("from . import m{module}\n")).collect();
    let needed = [number / 2, number / 3].into_iter().filter(|&needed| needed != number);
    own + &needed.map(|needed| format!("import package{needed}.m1\n")).collect::<String>()
}

fn write_handler(root: &Path) -> std::io::Result<()> {
    let imports: String = (0..PACKAGES).map(|number| format!("import package{number}\n")).collect();
    std::fs::write(root.join("app.py"), format!("{imports}def handler(event, context):\n    return 1\n"))
}

/// Everything in the function, and a handler that imports all of it.
fn plan() -> Plan {
    let mut plan = Plan::new("f");
    plan.function.handler = Handler::try_from("app.handler".to_owned()).ok();
    plan
}

fn background() -> Background {
    let zipped = Arc::default();
    Background { judged: Judged::Plan, lock: None, deployed: None, today: None, unbuilt: None, zipped, artifacts: None }
}

fn main() {
    divan::main();
}

/// Cargo, budgets and the whole verdict, as after letting go.
#[divan::bench]
fn budgets_and_verdict(bencher: divan::Bencher<'_, '_>) {
    let (bundle, target) = &*BUNDLE;
    let (plan, background) = (plan(), background());
    bencher.bench(|| Assessment::new(bundle, &plan, target, &background));
}

/// The hand goes from bucket to bucket.
#[divan::bench]
fn hover(bencher: divan::Bencher<'_, '_>) {
    let (bundle, target) = &*BUNDLE;
    let opened = Opened {
        bundle: bundle.clone(),
        plan: plan(),
        target: target.clone(),
        graph: bundle.graph(target),
        background: background(),
        words: None,
    };
    let mut session = Session::scanning("bench".to_owned(), true, KEYMAP.names());
    session.update(Message::Opened(Box::new(opened)));
    session.update(Message::Grab(PackageKey::new("package7")));
    let mut to_efs = false;
    bencher.bench_local(move || {
        to_efs = !to_efs;
        let bucket = if to_efs { Bucket::Efs } else { Bucket::LeftOut };
        session.update(Message::Hover(Some(Destination::Bucket(bucket))));
    });
}

#[divan::bench]
fn graph(bencher: divan::Bencher<'_, '_>) {
    let (bundle, target) = &*BUNDLE;
    bencher.bench(|| Graph::new(bundle, target));
}

#[divan::bench]
fn sizes(bencher: divan::Bencher<'_, '_>) {
    let (bundle, target) = &*BUNDLE;
    let graph = Graph::new(bundle, target);
    let own: Vec<Bytes> = bundle.packages().iter().map(|package| package.load().unzipped).collect();
    bencher.bench(|| graph.sizes(&own));
}
