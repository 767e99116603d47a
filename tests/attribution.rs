//! A listing becomes a bundle: whose every byte is, on bundles made here and on the story's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::Path;
use std::sync::Arc;

use bayplan::attribute::{Wanted, attribute, guess_target, read_facts, source_folder};
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::cargo::Cargo;
use bayplan::model::class::Class;
use bayplan::model::edit::Edit;
use bayplan::model::facts::{Claim, Timing};
use bayplan::model::package::PackageKey;
use bayplan::model::plan::{Placement, Plan, Reason};
use bayplan::model::slim::{Slim, SlimRule};
use bayplan::model::watch::Unwatched;
use bayplan::model::zipped::ZippedSizes;
use bayplan::scan;
use bundles::{Files, assert_every_byte_has_one_owner, owned_paths};
use proptest::prelude::*;

fn keys(bundle: &Bundle) -> Vec<&str> {
    let mut keys: Vec<&str> = bundle.packages().iter().map(|package| package.key.as_str()).collect();
    keys.sort_unstable();
    keys
}

/// The key of the owner of a path.
fn owner<'a>(bundle: &'a Bundle, path: &str) -> &'a str {
    let entry = bundle.listing.find(bayplan::model::entry::EntryId::ROOT, path.as_bytes());
    let entry = entry.unwrap_or_else(|| panic!("{path} is listed"));
    bundle.package(bundle.owner(entry).unwrap()).key.as_str()
}

fn told(bundle: &Bundle) -> Vec<String> {
    bundle.all_problems().map(|problem| format!("{}: {}", problem.path, problem.what)).collect()
}

fn two_distributions() -> Files {
    Files::default()
        .with("app.py", "import numpy\ndef handler(event, context):\n    pass\n")
        .with_distribution("", "numpy", "1.24.3", &["numpy/__init__.py", "numpy.libs/libblas.so", "../../bin/f2py"])
        .with_distribution("", "Six", "1.16.0", &["six.py"])
}

#[test]
fn a_folder_and_its_zip_give_the_same_packages_sums_and_digests() {
    let (folder, zip) = (two_distributions().bundle(), two_distributions().zipped_bundle());
    for bundle in [&folder, &zip] {
        assert_every_byte_has_one_owner(bundle);
        assert_eq!(bundle.total().bytes, two_distributions().total());
    }
    assert_eq!(keys(&folder), ["file:app.py", "numpy", "six"]);
    assert_eq!(owned_paths(&folder), owned_paths(&zip));
    for (one, other) in folder.packages().iter().zip(zip.packages()) {
        assert_eq!((&one.digest, one.load().unzipped), (&other.digest, other.load().unzipped), "{}", one.key);
        assert_eq!(one.digest.is_some(), one.facts.is_some());
    }
}

#[test]
fn scripts_that_record_places_outside_are_found_in_bin() {
    let bundle = two_distributions().bundle();
    assert_eq!(owner(&bundle, "bin/f2py"), "numpy");
    let numpy = bundle.get(&PackageKey::new("numpy")).unwrap();
    assert_eq!(numpy.of_class(Class::BuildMetadata).files, 3, "the script, RECORD and INSTALLER");
    assert_eq!(bundle.distribution(numpy).unwrap().missing, 0);
}

#[test]
fn python_roots_are_found_wherever_installers_put_them() {
    let layer = "python/lib/python3.12/site-packages/";
    let files = Files::default()
        .with_distribution("", "a", "1", &["a.py"])
        .with_distribution("vendor/", "b", "1", &["b.py"])
        .with_distribution("python/", "c", "1", &["c.py"])
        .with_distribution(layer, "d", "1", &["d.py"])
        .with_distribution("vendor/", "a", "2", &["a.py"])
        .with_distribution("vendor/", "a", "1.9", &["a_old.py"])
        .with("vendor/mine/x.py", "")
        .with("vendor/notes.txt", "n");
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    let expected = ["a", "a@vendor", "a@vendor@1.9", "b", "c", "d", "file:vendor/mine/", "file:vendor/notes.txt"];
    assert_eq!(keys(&bundle), expected);
    assert_eq!(guess_target(&bundle).to_string(), "python3.12 architecture not known");
    let plain = bundle.get(&PackageKey::new("a")).unwrap();
    assert_eq!(plain.version.as_deref(), Some("1"), "the shallowest root keeps the plain key");
}

#[test]
fn of_two_versions_in_one_root_the_newer_keeps_the_plain_key() {
    let files = Files::default().with_distribution("", "numpy", "1.9.0", &["numpy/old.py"]).with_distribution(
        "",
        "numpy",
        "1.10.0",
        &["numpy/__init__.py"],
    );
    let bundle = files.bundle();
    assert_eq!(keys(&bundle), ["numpy", "numpy@1.9.0"]);
    assert_eq!(owner(&bundle, "numpy/__init__.py"), "numpy");
}

#[test]
fn vendored_metadata_is_no_package() {
    let vendored = ["setuptools/_vendor/wheel.py", "setuptools/_vendor/wheel-1.dist-info/METADATA"];
    let bundle = Files::default().with_distribution("", "setuptools", "70", &vendored).bundle();
    assert_every_byte_has_one_owner(&bundle);
    assert_eq!(keys(&bundle), ["setuptools"]);
}

#[test]
fn a_users_file_inside_a_distribution_stays_the_users_and_moves_with_it() {
    let files =
        two_distributions().with("numpy/mine.py", "").with("numpy/more/a.txt", "a").with("numpy/more/b.txt", "b");
    let bundle = files.bundle();
    assert_eq!(keys(&bundle), ["file:app.py", "file:numpy/mine.py", "file:numpy/more/", "numpy", "six"]);
    let mine = bundle.find(&PackageKey::new("file:numpy/mine.py")).unwrap();
    assert_eq!(bundle.unit(mine).len(), 3);
    assert_eq!(bundle.bound_because(mine), Some("share the regular package \"numpy\""));
}

#[test]
fn namespace_packages_bind_nobody() {
    let files = Files::default()
        .with_distribution("", "google-a", "1", &["google/a/__init__.py"])
        .with_distribution("", "google-b", "1", &["google/b/__init__.py"])
        .with_distribution("", "x-one", "1", &["x/__init__.py", "x/one.py"])
        .with_distribution("", "x-two", "1", &["x/two.py"]);
    let bundle = files.bundle();
    let unit = |key: &str| bundle.unit_keys(&PackageKey::new(key)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(unit("google-a"), ["google-a"]);
    let mut shared = unit("x-two");
    shared.sort_unstable();
    assert_eq!(shared, ["x-one", "x-two"]);
}

#[test]
fn bytecode_goes_with_its_source() {
    let files = two_distributions()
        .with("__pycache__/app.cpython-310.pyc", "1")
        .with("__pycache__/six.cpython-310.pyc", "2")
        .with("numpy/__pycache__/__init__.cpython-310.opt-1.pyc", "3")
        .with("numpy/__pycache__/gone.cpython-310.pyc", "4")
        .with("__pycache__/stray.cpython-310.pyc", "5");
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    assert_eq!(owner(&bundle, "__pycache__/app.cpython-310.pyc"), "file:app.py");
    assert_eq!(owner(&bundle, "__pycache__/six.cpython-310.pyc"), "six");
    assert_eq!(owner(&bundle, "numpy/__pycache__/__init__.cpython-310.opt-1.pyc"), "numpy");
    assert_eq!(owner(&bundle, "numpy/__pycache__/gone.cpython-310.pyc"), "numpy", "nobody else has files there");
    assert_eq!(owner(&bundle, "__pycache__/stray.cpython-310.pyc"), "file:__pycache__/stray.cpython-310.pyc");
}

#[test]
fn without_a_record_the_next_surest_list_is_taken() {
    let files = Files::default()
        .with("installed.egg-info/PKG-INFO", "Name: installed\nVersion: 1\n")
        .with("installed.egg-info/installed-files.txt", "../installed/a.py\nPKG-INFO\n")
        .with("installed/a.py", "")
        .with("sourced.egg-info/PKG-INFO", "Name: sourced\n")
        .with("sourced.egg-info/SOURCES.txt", "setup.py\nsrc/sourced/b.py\ndocs/gone.md\n")
        .with("sourced/b.py", "")
        .with("setup.py", "")
        .with("topped-1.dist-info/METADATA", "Name: topped\n")
        .with("topped-1.dist-info/top_level.txt", "_topped\ntop\n")
        .with("_topped.cpython-310-aarch64-linux-gnu.so", "")
        .with("top/c.py", "")
        .with("Some_Name-1.dist-info/METADATA", "Name: some.name\n")
        .with("some_name/d.py", "")
        .with("some_name.libs/e.so", "")
        .with("only.egg-info", "Name: only\nVersion: 3\n")
        .with("only.py", "");
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    assert_eq!(keys(&bundle), ["file:setup.py", "installed", "only", "some-name", "sourced", "topped"]);
    let claim = |key: &str| bundle.distribution(bundle.get(&PackageKey::new(key)).unwrap()).unwrap().claim;
    assert_eq!(
        [claim("installed"), claim("sourced"), claim("topped")],
        [Claim::FileList, Claim::FileList, Claim::TopLevel]
    );
    assert_eq!([claim("some-name"), claim("only")], [Claim::Name, Claim::Name]);
    assert!(
        told(&bundle).contains(
            &"only.egg-info: lists no files; a folder or module of its name is taken to be its own".to_owned()
        )
    );
    assert_eq!(guess_target(&bundle).to_string(), "python3.10 arm64");
}

#[test]
fn a_hostile_record_claims_nothing_outside_its_folder() {
    let record = "/etc/passwd,,\n../../../app.py,,\nx/../../app.py,,\nC:\\x,,\nx.py,,\nx.py,,\n\"unclosed,,\n";
    let files = Files::default()
        .with("app.py", "mine")
        .with("vendor/x.py", "")
        .with("vendor/x-1.dist-info/METADATA", "Name: \u{1b}[31mx\n")
        .with("vendor/x-1.dist-info/RECORD", record);
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    assert_eq!(owner(&bundle, "app.py"), "file:app.py");
    let told = told(&bundle);
    assert!(
        told.contains(&"vendor/x-1.dist-info: lists 3 paths outside its folder; they are ignored".to_owned()),
        "{told:?}"
    );
    assert!(keys(&bundle).iter().all(|key| !key.contains('\u{1b}')));
}

#[test]
fn metadata_without_a_name_falls_back_to_the_folders() {
    for metadata in [&b""[..], b"Name: caf\xe9\n", b"\xff\xfe\0\0", b"Description only\n\nName: late\n"] {
        let files = Files::default().with("big_one-2.dist-info/METADATA", metadata).with("big_one.py", "");
        let bundle = files.bundle();
        assert_eq!(keys(&bundle), ["big-one"]);
        assert_eq!(bundle.packages()[0].version.as_deref(), Some("2"));
        assert!(told(&bundle)[0].contains("names no distribution"), "{:?}", told(&bundle));
    }
}

#[test]
fn metadata_of_any_length_is_read_to_its_headers_end() {
    let folder = tempfile::tempdir().unwrap();
    two_distributions().write(folder.path());
    let path = folder.path().join("Six-1.16.0.dist-info/METADATA");
    std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(100 << 20).unwrap();
    let bundle = bundles::bundle_at(folder.path());
    assert_eq!(keys(&bundle), ["file:app.py", "numpy", "six"]);
}

#[test]
fn what_two_distributions_claim_goes_to_the_first_and_is_told() {
    let files = Files::default().with_distribution("", "a", "1", &["shared.py", "a.py"]).with_distribution(
        "",
        "b",
        "1",
        &["shared.py", "b.py"],
    );
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    assert_eq!(owner(&bundle, "shared.py"), "a");
    assert!(told(&bundle).contains(&"shared.py: is claimed by a and b, 1 files in all; a has them".to_owned()));
}

#[test]
fn the_target_is_read_from_wheels_and_disagreement_is_told() {
    let tagged = |python: &str, machine: &str| format!("Tag: {python}-{python}-manylinux_2_17_{machine}\n");
    let with = |two: &str| {
        two_distributions()
            .with("numpy-1.24.3.dist-info/WHEEL", tagged("cp310", "x86_64"))
            .with("Six-1.16.0.dist-info/WHEEL", two)
            .bundle()
    };
    assert_eq!(guess_target(&with("Tag: py2-none-any\n")).to_string(), "python3.10 x86_64");
    assert_eq!(guess_target(&with("Tag: cp37-abi3-manylinux2014_x86_64\n")).to_string(), "python3.10 x86_64");
    let torn = with(&tagged("cp312", "aarch64"));
    assert_eq!(guess_target(&torn).to_string(), "runtime not known architecture not known");
    let expected = [
        ": was built for python3.10 (numpy) and for python3.12 (Six); say which with --runtime",
        ": was built for x86_64 (numpy) and for arm64 (Six); say which with --arch",
    ];
    assert_eq!(told(&torn), expected);
}

#[test]
fn handlers_are_found_in_the_users_own_modules() {
    let files = two_distributions()
        .with(
            "api/main.py",
            "def lambda_handler(a, b): ...\ndef other(a, b): ...\nasync def handler(event, context): ...\n",
        )
        .with("deep/er/x.py", "def handler(event, context): ...\n");
    assert_eq!(files.bundle().facts.handlers, ["api/main.lambda_handler", "app.handler"]);
}

#[test]
fn sources_are_no_build() {
    let sources = Files::default().with("app.py", "").with("requirements.txt", "numpy\n").bundle();
    assert_eq!(source_folder(&sources.listing).unwrap().manifests, ["requirements.txt"]);
    let build = two_distributions().with("requirements.txt", "numpy\n").bundle();
    assert_eq!(source_folder(&build.listing), None);
}

#[test]
fn only_what_is_wanted_is_read() {
    let folder = tempfile::tempdir().unwrap();
    two_distributions().write(folder.path());
    let scanned = scan::open(folder.path(), &Unwatched).unwrap();
    let facts = read_facts(&scanned.listing, scanned.contents.as_ref(), Wanted::OWNERS, &Unwatched);
    assert!(facts.natives.is_none() && facts.modules.is_none() && facts.bytecode.is_none(), "not known is not none");
    let facts = read_facts(&scanned.listing, scanned.contents.as_ref(), Wanted::EVERYTHING, &Unwatched);
    let app = scanned.listing.child(bayplan::model::entry::EntryId::ROOT, b"app.py").unwrap();
    let import = &facts.modules.unwrap()[&app].imports[0];
    assert_eq!((import.module.as_str(), import.timing), ("numpy", Timing::Always));
}

/// Paths of a few letters, so that trees, lists and metadata meet.
fn path() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "b",
        "vendor",
        "__pycache__",
        "a.py",
        "__init__.py",
        "a.cpython-310.pyc",
        "a.libs",
        "tests",
        "bin",
        "..",
        "a-1.dist-info",
        "b-2.dist-info",
        "a.egg-info",
    ]);
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
}

fn metadata() -> impl Strategy<Value = (String, Vec<u8>)> {
    let folder =
        prop::sample::select(vec!["a-1.dist-info", "b-2.dist-info", "vendor/a-1.dist-info", "a/b-2.dist-info"]);
    let file = prop::sample::select(vec!["RECORD", "METADATA", "top_level.txt", "SOURCES.txt", "installed-files.txt"]);
    let rows = prop::collection::vec(path(), 0..8).prop_map(|rows| rows.join(",,\n").into_bytes());
    let name =
        prop::sample::select(vec![b"Name: a\n".to_vec(), b"Name: file:a.py\n".to_vec(), b"Name: \xff\n".to_vec()]);
    (folder, file, prop_oneof![rows, name]).prop_map(|(folder, file, content)| (format!("{folder}/{file}"), content))
}

proptest! {
    #[test]
    fn rows_add_up_whatever_trees_and_lists_say(
        plain in prop::collection::vec((path(), 0_usize..50), 0..25),
        described in prop::collection::vec(metadata(), 0..8),
    ) {
        let mut zip = bundles::Zip::default();
        for (path, length) in &plain {
            zip.add(path.as_bytes(), &vec![b'x'; *length], 0o100_644);
        }
        for (path, content) in &described {
            zip.add(path.as_bytes(), content, 0o100_644);
        }
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("x.zip");
        std::fs::write(&archive, zip.finish()).unwrap();
        let bundle = bundles::bundle_at(&archive);
        assert_every_byte_has_one_owner(&bundle);
        let sum: usize = plain.iter().map(|(_, length)| length).chain(&described.iter().map(|(_, content)| content.len()).collect::<Vec<_>>()).sum();
        prop_assert_eq!(bundle.total().bytes, Bytes(sum as u64));
    }
}

/// The story's bundle with a plan that leaves things out.
fn story(without: &[&str], rules: &[SlimRule]) -> u64 {
    let scanned = scan::open(Path::new("demo:"), &Unwatched).unwrap();
    let facts = read_facts(&scanned.listing, scanned.contents.as_ref(), Wanted::OWNERS, &Unwatched);
    let bundle = attribute(scanned.listing, Arc::new(facts));
    assert_every_byte_has_one_owner(&bundle);
    let mut plan = Plan::new("recommender");
    plan.apply(Edit::Slim(Slim { rules: rules.to_vec(), ..Slim::default() })).unwrap();
    let reason = || Some(Placement::LeftOut(Reason::ProvidedBy("runtime".to_owned())));
    plan.apply(Edit::Move(without.iter().map(|key| (PackageKey::new(key), reason())).collect())).unwrap();
    let cargo = Cargo::new(&bundle, &plan, &ZippedSizes::unknown());
    bayplan::model::budget::Budgets::new(&bundle, &cargo, &plan).joint().bytes.0
}

/// `bin/jp.py` and its bytecode are jmespath's by its RECORD. The story left out the SDK's folders alone and kept the
/// script in the bundle, so where jmespath leaves, this much more leaves with it here.
const SCRIPT: u64 = 1_719;
const SCRIPT_BYTECODE: u64 = 1_571;

#[test]
fn the_storys_table_comes_out_to_the_byte() {
    let sdk = ["boto3", "botocore", "s3transfer", "jmespath"];
    let (tests, bytecode) = (SlimRule::Tests, SlimRule::Bytecode);
    assert_eq!(story(&[], &[]), 370_064_218);
    assert_eq!(story(&[], &[tests]), 311_837_495);
    assert_eq!(story(&[], &[bytecode]), 370_064_218 - 46_636_561);
    assert_eq!(story(&sdk, &[]), 290_986_155 - SCRIPT - SCRIPT_BYTECODE);
    assert_eq!(story(&sdk, &[tests]), 232_759_432 - SCRIPT - SCRIPT_BYTECODE);
    assert_eq!(story(&sdk, &[bytecode]), 245_786_863 - SCRIPT);
    assert_eq!(story(&sdk, &[tests, bytecode]), 209_391_879 - SCRIPT);
}
