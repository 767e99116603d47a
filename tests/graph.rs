//! Who needs whom: made bundles for targets other than this machine, hostile ones, and the story's.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/story.rs"]
mod story;

use std::time::{Duration, Instant};

use bayplan::attribute::guess_target;
use bayplan::model::bucket::LayerName;
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::{Bytes, Certainty};
use bayplan::model::duplicates::{Duplicates, SMALLEST_CONTENT, brought_by_layers};
use bayplan::model::edit::Edit;
use bayplan::model::graph::{Asked, Fit, Graph, Holds, Need, Sizes};
use bayplan::model::package::{PackageIndex, PackageKey};
use bayplan::model::plan::{ForeignLayer, Layer, LayerKind, Plan};
use bayplan::model::target::Target;
use bundles::Files;

/// A distribution below `root` with requirements, and with `REQUESTED` where it was asked for.
fn with(files: Files, root: &str, name: &str, version: &str, requires: &[&str], requested: bool) -> Files {
    let module = format!("{}/__init__.py", name.replace('-', "_"));
    let files = files.with_distribution(root, name, version, &[&module]);
    let info = format!("{root}{}-{version}.dist-info/", name.replace('-', "_"));
    let requires: String = requires.iter().map(|line| format!("Requires-Dist: {line}\n")).collect();
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}\n");
    let files = files.with(&format!("{info}METADATA"), metadata);
    if requested { files.with(&format!("{info}REQUESTED"), "") } else { files }
}

fn target(runtime: &str, architecture: &str) -> Target {
    Target { runtime: runtime.parse().ok(), architecture: architecture.parse().ok() }
}

fn index(bundle: &Bundle, key: &str) -> PackageIndex {
    bundle.find(&PackageKey::new(key)).unwrap_or_else(|| panic!("no package {key}"))
}

fn names(bundle: &Bundle, packages: &[PackageIndex]) -> Vec<String> {
    packages.iter().map(|&package| bundle.package(package).key.to_string()).collect()
}

fn needs<'a>(graph: &'a Graph, bundle: &Bundle, key: &str) -> Vec<&'a Need> {
    graph.needs(index(bundle, key)).iter().collect()
}

fn needed(graph: &Graph, bundle: &Bundle, key: &str) -> Vec<String> {
    needs(graph, bundle, key).iter().map(|need| need.name.clone()).collect()
}

fn sizes(graph: &Graph, bundle: &Bundle, key: &str) -> Sizes {
    let own: Vec<Bytes> = bundle.packages().iter().map(|package| package.load().unzipped).collect();
    graph.sizes(&own)[index(bundle, key).0 as usize]
}

#[test]
fn scipy_is_here_because_of_scikit_learn() {
    let bundle = story::bundle();
    let graph = Graph::new(&bundle, &guess_target(&bundle));
    let chains = graph.chains(index(&bundle, "scipy"), 8);
    assert_eq!(chains.len(), 1, "one root leads to it");
    assert_eq!(names(&bundle, &chains[0]), ["scikit-learn", "scipy"]);
    assert_eq!(graph.asked(), Asked::NotTold, "all pins carry REQUESTED, which tells nothing");
    let roots: Vec<String> =
        bundle.indexed().filter(|&(it, _)| graph.is_root(it)).map(|(_, it)| it.key.to_string()).collect();
    assert_eq!(roots.len(), 6, "five that nothing else needs, and app.py: {roots:?}");
    for root in ["boto3", "graypy", "pandas", "requests", "scikit-learn", "file:app.py"] {
        assert!(roots.contains(&root.to_owned()), "{root} is among {roots:?}");
    }
}

#[test]
fn what_goes_with_scikit_learn_is_listed_with_its_bytes() {
    let bundle = story::bundle();
    let graph = Graph::new(&bundle, &guess_target(&bundle));
    let mut company = names(&bundle, &graph.goes_with(index(&bundle, "scikit-learn")));
    company.sort();
    assert_eq!(company, ["joblib", "scipy", "threadpoolctl"], "not numpy, which pandas needs too");
    let scikit_learn = sizes(&graph, &bundle, "scikit-learn");
    assert_eq!(scikit_learn.own, Bytes(39_530_790));
    assert_eq!(scikit_learn.retained, Bytes(160_859_529), "with joblib, scipy and threadpoolctl");
    assert_eq!(scikit_learn.with_needs.bytes, Bytes(228_955_939), "and numpy");
    assert_eq!(scikit_learn.with_needs.certainty, Certainty::Exact);
}

fn marked() -> Bundle {
    let requires = [
        "on-arm; platform_machine == 'aarch64'",
        "on-intel; platform_machine == 'x86_64'",
        "backport; python_version < '3.11'",
        "on-windows; sys_platform == 'win32'",
        "between; python_full_version < '3.11.3'",
    ];
    let files = with(Files::default(), "", "app", "1", &requires, true);
    ["on-arm", "on-intel", "backport", "between"]
        .iter()
        .fold(files, |files, name| with(files, "", name, "1", &[], false))
        .bundle()
}

#[test]
fn markers_are_those_of_the_target() {
    let bundle = marked();
    let arm = Graph::new(&bundle, &target("python3.13", "arm64"));
    assert_eq!(needed(&arm, &bundle, "app"), ["on-arm"]);
    let intel = Graph::new(&bundle, &target("python3.10", "x86_64"));
    assert_eq!(needed(&intel, &bundle, "app"), ["on-intel", "backport", "between"]);
    assert!(arm.is_root(index(&bundle, "backport")), "what no root leads to is there for its own sake");
}

#[test]
fn what_the_target_leaves_open_is_needed_perhaps() {
    let bundle = marked();
    let some_patch = Graph::new(&bundle, &target("python3.11", "arm64"));
    let told: Vec<_> = needs(&some_patch, &bundle, "app").iter().map(|need| (need.name.clone(), need.holds)).collect();
    assert_eq!(told, [("on-arm".to_owned(), Holds::Surely), ("between".to_owned(), Holds::Perhaps)]);
    let open = Graph::new(&bundle, &Target::default());
    assert!(needs(&open, &bundle, "app").iter().all(|need| need.holds == Holds::Perhaps));
    assert_eq!(needed(&open, &bundle, "app").len(), 4, "never on Windows");
}

#[test]
fn extras_are_followed_as_far_as_they_lead() {
    let files = with(Files::default(), "", "app", "1", &["Web_Kit[all]>=2"], true);
    let all = ["web-kit[fast]; extra == 'all'", "loop; extra == 'fast'", "never; extra == 'slow'"];
    let files = with(files, "", "web.kit", "2.1", &all, false);
    let files = with(with(files, "", "loop", "1", &[], false), "", "never", "1", &[], false);
    let bundle = files.bundle();
    let graph = Graph::new(&bundle, &target("python3.12", "x86_64"));
    assert_eq!(needed(&graph, &bundle, "app"), ["web-kit"], "whichever way the name is written");
    assert_eq!(needed(&graph, &bundle, "web-kit"), ["web-kit", "loop"], "all asks for fast, fast for loop");
    assert_eq!(names(&bundle, graph.needed_by(index(&bundle, "web-kit"))), ["app"], "nobody needs itself");
}

#[test]
fn versions_are_compared_and_what_is_missing_is_told() {
    let requires = ["old>=2", "fine~=1.4", "gone", "odd @ https://example.org/odd.zip"];
    let files = with(Files::default(), "", "app", "1", &requires, true);
    let files = with(with(files, "", "old", "1.9", &[], false), "", "fine", "1.26.0", &[], false);
    let bundle = with(files, "", "odd", "1", &[], false).bundle();
    let graph = Graph::new(&bundle, &target("python3.12", "x86_64"));
    let told: Vec<_> = needs(&graph, &bundle, "app").iter().map(|need| (need.package.is_some(), need.fit)).collect();
    assert_eq!(told, [(true, Fit::Outside), (true, Fit::Fits), (false, Fit::NotKnown), (true, Fit::NotKnown)]);
}

#[test]
fn a_malformed_requirement_is_told_and_stops_nothing() {
    let deep = format!("deep; {}os_name == 'posix'{}", "(".repeat(100_000), ")".repeat(100_000));
    let requires = ["a. (", "six; 'a'<\"3¡1\"\"3\u{10000}1\"", &deep, "six >=1; nonsense", "six"];
    let files = with(Files::default(), "", "app", "1", &requires, true);
    let bundle = with(files, "", "six", "1.16.0", &[], false).bundle();
    let told: Vec<&str> = bundle.problems.iter().map(|problem| problem.what.as_str()).collect();
    let flawed = told.iter().filter(|what| what.starts_with("the requirement \"")).count();
    assert_eq!(flawed, 3, "the three that cannot be read, in {told:?}");
    assert!(bundle.problems.iter().all(|problem| !problem.hides_bytes()), "every byte is counted");
    let graph = Graph::new(&bundle, &target("python3.12", "x86_64"));
    assert_eq!(needed(&graph, &bundle, "app"), ["deep", "six"], "nesting is no reason to stop either");
}

#[test]
fn circles_are_legal() {
    let files = with(Files::default(), "", "egg", "1", &["hen"], false);
    let files = with(files, "", "hen", "1", &["egg", "corn"], false);
    let bundle = with(files, "", "corn", "1", &[], false).bundle();
    let graph = Graph::new(&bundle, &target("python3.12", "x86_64"));
    assert!(graph.is_root(index(&bundle, "egg")) && graph.is_root(index(&bundle, "hen")));
    assert_eq!(names(&bundle, &graph.goes_with(index(&bundle, "hen"))), ["corn"]);
    let whole = sizes(&graph, &bundle, "egg").with_needs.bytes;
    assert_eq!(whole, bundle.total().bytes, "each once, however often the circle is walked");
}

#[test]
fn ten_thousand_packages_in_a_chain_take_no_deep_stack() {
    const COUNT: usize = 10_000;
    let mut files = Files::default();
    for number in 0..COUNT {
        let (name, next) = (format!("p{number}"), format!("p{}", number + 1));
        let metadata = format!("Name: {name}\nVersion: 1\nRequires-Dist: {next}\n\n");
        files = files.with(&format!("{name}-1.dist-info/METADATA"), metadata);
        files = files.with(&format!("{name}-1.dist-info/RECORD"), format!("{name}-1.dist-info/METADATA,,\n"));
    }
    let bundle = files.bundle();
    let start = Instant::now();
    let graph = Graph::new(&bundle, &target("python3.12", "x86_64"));
    let last = index(&bundle, &format!("p{}", COUNT - 1));
    assert_eq!(graph.chains(last, 5)[0].len(), COUNT, "the whole chain is why it is here");
    assert_eq!(sizes(&graph, &bundle, "p0").retained, bundle.total().bytes, "everything hangs on the first");
    assert!(start.elapsed() < Duration::from_secs(60), "it took {:?}", start.elapsed());
}

#[test]
fn a_distribution_twice_wastes_all_but_the_first() {
    let files = with(Files::default(), "", "six", "1.16.0", &[], false);
    let files = with(files, "", "app", "1", &["six"], true);
    let files = with(files, "vendor/", "six", "1.15.0", &[], false);
    let bundle = with(files, "vendor/", "lib", "1", &["six"], false).bundle();
    let found = Duplicates::of(&bundle);
    let [repeated] = &found.distributions[..] else { panic!("{found:?}") };
    assert_eq!(names(&bundle, &repeated.packages), ["six", "six@vendor"]);
    assert!(repeated.versions_differ);
    assert_eq!(repeated.wasted, bundle.get(&PackageKey::new("six@vendor")).unwrap().load().unzipped);
    let graph = Graph::new(&bundle, &target("python3.12", "x86_64"));
    assert_eq!(names(&bundle, graph.needed_by(index(&bundle, "six@vendor"))), ["lib"], "the one in the same root");
    assert_eq!(names(&bundle, graph.needed_by(index(&bundle, "six"))), ["app"]);
}

#[test]
fn the_same_content_twice_is_found_by_digest_and_by_name() {
    let large = vec![7; SMALLEST_CONTENT.0 as usize];
    let files = Files::default().with("a/model.bin", &large).with("b/model.bin", &large);
    let bundle = files.with("a/small", "x").with("b/small", "x").bundle();
    let found = Duplicates::of(&bundle).contents;
    assert_eq!(found.len(), 1, "small files are not worth a word");
    assert_eq!((found[0].wasted, found[0].certainty), (SMALLEST_CONTENT, Certainty::Estimate), "no digest is stated");
}

#[test]
fn what_a_layer_of_somebody_else_brings_is_told() {
    let bundle = with(Files::default(), "", "typing-extensions", "4.1", &[], true).bundle();
    let name: LayerName = "powertools".parse().unwrap();
    let arn = "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python310-x86_64:27";
    let foreign = ForeignLayer {
        arn: arn.to_owned().try_into().unwrap(),
        unzipped: None,
        provides: vec!["Typing_Extensions".to_owned()],
    };
    let mut plan = Plan::new("f");
    let layer = Layer { name: name.clone(), kind: LayerKind::Foreign(foreign) };
    plan.apply(Edit::AddLayer { layer, at: 0 }).unwrap();
    assert_eq!(brought_by_layers(&bundle, &plan), [(index(&bundle, "typing-extensions"), &name)]);
}

#[test]
fn native_libraries_beside_a_distribution_are_its_own() {
    // A slimmed tree without RECORD, in which nothing says whose the folder is but its name.
    let files = Files::default()
        .with("scikit_learn-1.dist-info/METADATA", "Name: scikit-learn\nVersion: 1\n\n")
        .with("scikit_learn-1.dist-info/top_level.txt", "sklearn\n")
        .with("sklearn/__init__.py", "")
        .with("scikit_learn.libs/libgomp.so", "x");
    let owned = bundles::owned_paths(&files.bundle());
    let paths = owned.get("scikit-learn").unwrap_or_else(|| panic!("{owned:?}"));
    assert!(paths.contains(&"scikit_learn.libs/libgomp.so".to_owned()), "{owned:?}");
}
