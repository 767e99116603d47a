//! What will not be found where it lies, and bytecode that is dead weight: each with a bundle that shows it and one
//! that nearly does.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/elf.rs"]
mod elf;
#[path = "support/judging.rs"]
mod judging;

use bayplan::model::bundle::Bundle;
use bayplan::model::compiled::Worth;
use bayplan::model::finding::{Judged, Outcome, Severity, Verdict};
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Plan;
use bundles::{Files, Zip, bundle_at};
use elf::{Elf, PLAIN};
use judging::{found, judged_as, outcome, plan, shows, verdict};

const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:layer:x:1";

fn distribution(name: &str, paths: &[&str]) -> Files {
    Files::default().with_distribution("", name, "1.0", paths)
}

/// The packages named in the layer `a`, or on EFS.
fn placed(bucket: &str, packages: &str) -> Plan {
    match bucket {
        "efs" => plan(&format!("[efs]\npackages = [{packages}]")),
        layer => plan(&format!("layers = [\"{layer}\"]\n[layer.{layer}]\npackages = [{packages}]")),
    }
}

#[test]
fn a_regular_package_over_two_trees_is_split_and_a_namespace_is_not() {
    let of = |first: &str, bucket: &str| {
        let files = distribution("one", &[first]).with_distribution("vendor/", "two", "1.0", &["x/b.py"]);
        verdict(&files.bundle(), &placed(bucket, "\"two\""))
    };
    let (bad, namespace) = (of("x/__init__.py", "efs"), of("x/a.py", "efs"));
    shows("layout.split", Severity::Error, "the package x lies in the function and EFS", &bad, &namespace);
    let files = distribution("one", &["x/__init__.py"]).with_distribution("vendor/", "two", "1.0", &["x/b.py"]);
    let layers = plan("layers = [\"a\", \"b\"]\n[layer.a]\npackages = [\"one\"]\n[layer.b]\npackages = [\"two\"]");
    assert_eq!(found(&verdict(&files.bundle(), &layers), "layout.split"), None, "layers merge into one tree");
}

#[test]
fn libraries_must_lie_where_run_paths_lead() {
    let module = Elf { needed: &["libq.so"], run_path: Some("$ORIGIN/../x.libs"), ..PLAIN }.bytes();
    let of = |place: &str, environment: &str| {
        let files = distribution("x", &["x/__init__.py", "x/m.so"]).with("x/m.so", &module).with(place, PLAIN.bytes());
        verdict(&files.bundle(), &plan(environment))
    };
    let good = of("x.libs/libq.so", "");
    shows("layout.libraries", Severity::Error, "libq.so will not be found", &of("else/x.libs/libq.so", ""), &good);
    let rescued = of("else/x.libs/libq.so", "environment = { LD_LIBRARY_PATH = \"/var/task/else/x.libs\" }");
    assert_eq!(found(&rescued, "layout.libraries").unwrap().severity, Severity::Warning);
    assert_eq!(found(&of("lib/libq.so", ""), "layout.libraries"), None, "the runtime looks in /var/task/lib");
}

#[test]
fn a_library_of_another_package_moves_with_it_or_not_at_all() {
    let module = Elf { needed: &["libq.so"], run_path: Some("$ORIGIN/../q/lib"), ..PLAIN }.bytes();
    let files = distribution("x", &["x/__init__.py", "x/m.so"]).with_distribution("", "q", "1.0", &["q/lib/libq.so"]);
    let bundle = files.with("x/m.so", &module).with("q/lib/libq.so", PLAIN.bytes()).bundle();
    let (apart, together) =
        (verdict(&bundle, &placed("efs", "\"q\"")), verdict(&bundle, &placed("efs", "\"q\", \"x\"")));
    shows("layout.libraries", Severity::Error, "libq.so", &apart, &together);
}

#[test]
fn files_that_meet_at_one_path_are_told_with_who_wins() {
    let of = |second: &str| {
        let files = distribution("one", &["x/a.py"]).with_distribution("z/", "two", "1.0", &[second]);
        let layers = "layers = [\"a\", \"b\"]\n[layer.a]\npackages = [\"two\"]\n[layer.b]\npackages = [\"one\"]";
        verdict(&files.bundle(), &plan(layers))
    };
    shows("layout.clash", Severity::Warning, "x/a.py; that of one wins", &of("x/a.py"), &of("x/b.py"));
}

#[test]
fn somebody_elses_layer_may_hold_the_same_package() {
    let bundle = distribution("numpy", &["numpy/__init__.py"]).bundle();
    let of = |provides: &str, own: &str| {
        let foreign = format!("[layer.f]\narn = \"{ARN}\"\nunzipped_bytes = 1\nprovides = [\"{provides}\"]");
        verdict(&bundle, &plan(&format!("layers = [\"f\", \"a\"]\n{foreign}\n[layer.a]\npackages = [{own}]")))
    };
    shows(
        "layout.clash",
        Severity::Warning,
        "in layer a and in layer f",
        &of("numpy", "\"numpy\""),
        &of("scipy", "\"numpy\""),
    );
    shows("layout.clash", Severity::Note, "the function's is used", &of("numpy", ""), &of("scipy", ""));
}

#[test]
fn two_versions_in_one_folder_are_told() {
    let one = distribution("x", &["x/__init__.py"]);
    let two = one.clone().with_distribution("", "x", "2.0", &["x/new.py"]);
    let (bad, good) = (verdict(&two.bundle(), &plan("")), verdict(&one.bundle(), &plan("")));
    shows("layout.versions", Severity::Warning, "two versions of one package", &bad, &good);
    let left_out = plan("[left-out]\n\"x@1.0\" = { because = \"older\" }");
    assert_eq!(found(&verdict(&two.bundle(), &left_out), "layout.versions"), None);
    let slimmed = plan("[slim]\nexclude = [\"x-1.0.dist-info/**\"]");
    assert!(
        found(&verdict(&two.bundle(), &slimmed), "layout.versions").is_some(),
        "metadata stays, whatever is excluded"
    );
}

#[test]
fn pth_files_must_lie_where_python_reads_them() {
    let of = |name: &str, line: &str, plan: &Plan| {
        let files = distribution("x", &["x/__init__.py", name, "y/__init__.py"]).with(name, line);
        verdict(&files.with_distribution("", "z", "1.0", &["z/__init__.py"]).bundle(), plan)
    };
    let (efs, layer) = (placed("efs", "\"x\""), placed("a", "\"x\""));
    let good = of("x.pth", "import x", &layer);
    shows("layout.path-files", Severity::Warning, "the code in it does not run", &of("x.pth", "import x", &efs), &good);
    shows(
        "layout.path-files",
        Severity::Warning,
        "are not searched",
        &of("x.pth", "y", &efs),
        &of("x.pth", "y", &plan("")),
    );
    let with_path = "layers = [\"a\"]\nenvironment = { PYTHONPATH = \"/opt/python\" }\n[layer.a]\npackages = [\"x\"]";
    shows("layout.path-files", Severity::Warning, "PYTHONPATH of your own", &of("x.pth", "y", &plan(with_path)), &good);
    let with_efs = "layers = [\"a\"]\n[layer.a]\npackages = [\"x\"]\n[efs]\npackages = [\"z\"]";
    shows("layout.path-files", Severity::Warning, "with packages on EFS", &of("x.pth", "y", &plan(with_efs)), &good);
    let known = of("distutils-precedence.pth", "import os", &efs);
    assert_eq!(found(&known, "layout.path-files"), None, "setuptools' own is harmless");
}

#[test]
fn a_namespace_made_by_a_pth_file_is_pinned_to_its_tree() {
    let line = "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('ns',));more";
    let files = distribution("one", &["ns/one.py", "one-nspkg.pth"]).with("one-nspkg.pth", line);
    let bundle = files.with_distribution("", "two", "1.0", &["ns/two.py"]).bundle();
    let of = |packages: &str| verdict(&bundle, &placed("efs", packages));
    shows(
        "layout.path-files",
        Severity::Error,
        "makes the namespace ns there",
        &of("\"two\""),
        &of("\"one\", \"two\""),
    );
    assert_eq!(found(&of("\"one\""), "layout.path-files"), None, "not read on EFS, it is an ordinary namespace");
}

#[test]
fn editable_installs_point_outside_the_bundle() {
    let of =
        |name: &str, line: &str| verdict(&distribution("x", &["x/__init__.py"]).with(name, line).bundle(), &plan(""));
    let good = of("x.pth", "vendor");
    shows("layout.editable", Severity::Error, "an editable install", &of("__editable__.y-1.pth", "import y"), &good);
    shows("layout.editable", Severity::Error, "easy-install.pth", &of("easy-install.pth", "/home/me/y"), &good);
    shows("layout.editable", Severity::Error, "y.egg-link", &of("y.egg-link", "/home/me/y"), &good);
}

#[cfg(unix)]
#[test]
fn files_closed_to_others_are_judged_by_who_packs() {
    use std::os::unix::fs::PermissionsExt;
    let closed = |mode: u32| {
        let folder = tempfile::tempdir().unwrap();
        distribution("x", &["x/__init__.py"]).write(folder.path());
        std::fs::set_permissions(folder.path().join("x/__init__.py"), PermissionsExt::from_mode(mode)).unwrap();
        bundle_at(folder.path())
    };
    let of = |judged, mode| judged_as(judged, &closed(mode), &plan(""));
    shows("layout.permissions", Severity::Note, "x/__init__.py", &of(Judged::Plan, 0o600), &of(Judged::Plan, 0o644));
    shows(
        "layout.permissions",
        Severity::Warning,
        "other packers",
        &of(Judged::Bundle, 0o640),
        &of(Judged::Bundle, 0o604),
    );
}

#[test]
fn a_zip_with_closed_files_fails() {
    let zipped = |mode: u32| {
        let folder = tempfile::tempdir().unwrap();
        let mut zip = Zip::default();
        zip.add(b"app.py", b"", 0o100_000 | mode);
        std::fs::write(folder.path().join("f.zip"), zip.finish()).unwrap();
        judged_as(Judged::Zip, &bundle_at(&folder.path().join("f.zip")), &plan(""))
    };
    shows("layout.permissions", Severity::Error, "runs as another user", &zipped(0o600), &zipped(0o644));
    assert!(matches!(outcome(&zipped(0), "layout.permissions"), Outcome::Skipped(_)), "not recorded");
}

#[test]
fn metadata_is_missed() {
    let whole = distribution("x", &["x/__init__.py"]);
    let mut bare = whole.clone();
    bare.0.remove("x-1.0.dist-info/METADATA");
    let (bad, good) = (verdict(&bare.bundle(), &plan("")), verdict(&whole.bundle(), &plan("")));
    shows("layout.metadata", Severity::Warning, "x has a metadata folder without METADATA", &bad, &good);
}

/// A `.pyc` with this magic number that is valid by a date and length, or by a hash.
fn compiled(magic: u16, date_and_length: Option<(u32, u32)>) -> Vec<u8> {
    let (flags, date, length) = date_and_length.map_or((1u32, 7, 7), |(date, length)| (0, date, length));
    let mut file = [&magic.to_le_bytes()[..], b"\r\n"].concat();
    [flags, date, length].iter().for_each(|word| file.extend(word.to_le_bytes()));
    file.extend([0; 100]);
    file
}

const PYC: &str = "x/__pycache__/a.cpython-313.pyc";

fn with_bytecode(path: &str, bytecode: &[u8]) -> Files {
    distribution("x", &["x/a.py"]).with("x/a.py", "a = 1\n").with(path, bytecode)
}

#[test]
fn bytecode_of_another_python_is_dead_weight_or_worse() {
    let of = |path: &str, magic| verdict(&with_bytecode(path, &compiled(magic, None)).bundle(), &plan(""));
    let good = of(PYC, 3571);
    shows("bytecode.foreign", Severity::Note, "compiled by CPython 3.10, which python3.13", &of(PYC, 3439), &good);
    shows("bytecode.foreign", Severity::Error, "cannot import it", &of("x/b.pyc", 3439), &of("x/b.pyc", 3571));
    let heavy = [compiled(3439, None), vec![0; 1 << 20]].concat();
    let heavy = verdict(&with_bytecode(PYC, &heavy).bundle(), &plan(""));
    assert_eq!(found(&heavy, "bytecode.foreign").unwrap().severity, Severity::Warning, "from a megabyte on");
}

#[test]
fn bytecode_of_another_source_is_stale() {
    let of = |length| verdict(&with_bytecode(PYC, &compiled(3571, Some((5, length)))).bundle(), &plan(""));
    shows("bytecode.stale", Severity::Note, "another state of the sources", &of(7), &of(6));
}

#[test]
fn in_a_folder_that_others_pack_the_date_counts_too() {
    let of = |drift: u32| {
        let folder = tempfile::tempdir().unwrap();
        with_bytecode(PYC, b"").write(folder.path());
        let changed = std::fs::metadata(folder.path().join("x/a.py")).unwrap().modified().unwrap();
        let seconds = changed.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as u32;
        std::fs::write(folder.path().join(PYC), compiled(3571, Some((seconds - drift, 6)))).unwrap();
        judged_as(Judged::Bundle, &bundle_at(folder.path()), &plan(""))
    };
    shows("bytecode.stale", Severity::Note, "1 .pyc file", &of(1), &of(0));
}

#[test]
fn bytecode_is_told_apart_by_what_it_is_worth() {
    let worth = |bytecode: &[u8], runtime: &str| {
        let (bundle, target) = (with_bytecode(PYC, bytecode).bundle(), runtime.parse().ok());
        let target = bayplan::model::target::Target { runtime: target, architecture: None };
        let all = bayplan::model::compiled::of_packages(&bundle, &target);
        let Worth { valid, stale, foreign, not_known } = all[bundle.find(&PackageKey::new("x")).unwrap().0 as usize];
        [valid, stale, foreign, not_known].map(|bytes| bytes.0)
    };
    let (hashed, dated) = (compiled(3571, None), compiled(3571, Some((5, 7))));
    assert_eq!(worth(&hashed, "python3.13"), [116, 0, 0, 0]);
    assert_eq!(worth(&dated, "python3.13"), [0, 116, 0, 0], "of a source of another length");
    assert_eq!(worth(&hashed, "python3.10"), [0, 0, 116, 0]);
    assert_eq!(worth(b"cut off", "python3.13"), [0, 0, 0, 7]);
    assert_eq!(worth(&hashed, "python3.99"), [0, 0, 0, 116], "whose magic number is not known");
}

#[test]
fn fixed_dates_make_dated_bytecode_stale() {
    let dated = with_bytecode(PYC, &compiled(3571, Some((1_700_000_000, 6))));
    let hashed = with_bytecode(PYC, &compiled(3571, None));
    let as_zip = |files: &Files| judged_as(Judged::Zip, &files.zipped_bundle(), &plan(""));
    shows("bytecode.dates", Severity::Note, "other dates than the zip", &as_zip(&dated), &as_zip(&hashed));
    let kept = |files: &Files| verdict(&files.bundle(), &plan("[pack]\nbytecode = \"keep\""));
    shows("bytecode.dates", Severity::Note, "the same date", &kept(&dated), &kept(&hashed));
    let dropped = plan("[pack]\nbytecode = \"drop\"");
    assert!(matches!(outcome(&verdict(&dated.bundle(), &dropped), "bytecode.dates"), Outcome::Skipped(_)));
}

#[test]
fn bytecode_whose_date_does_not_show_its_source_is_not_believed_to_be_of_it() {
    let of = |drift: u32| {
        let folder = tempfile::tempdir().unwrap();
        with_bytecode(PYC, b"").write(folder.path());
        let changed = std::fs::metadata(folder.path().join("x/a.py")).unwrap().modified().unwrap();
        let seconds = changed.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as u32;
        std::fs::write(folder.path().join(PYC), compiled(3571, Some((seconds - drift, 6)))).unwrap();
        verdict(&bundle_at(folder.path()), &plan(""))
    };
    shows("bytecode.dates", Severity::Note, "the dates do not show", &of(1), &of(0));
}

#[test]
fn leaving_bytecode_out_has_its_price() {
    let bundle = with_bytecode(PYC, &compiled(3571, None)).bundle();
    let of = |body: &str| verdict(&bundle, &plan(body));
    let (bad, good) = (of("[pack]\nbytecode = \"drop\""), of(""));
    shows("bytecode.left-out", Severity::Note, "saves 116 B", &bad, &good);
}

#[test]
fn a_folder_on_efs_should_have_a_version() {
    let bundle = distribution("x", &["x/__init__.py"]).bundle();
    let of = |path: &str| {
        let function = format!("mount = \"/mnt/m\"\nenvironment = {{ PYTHONPATH = \"{path}\" }}");
        verdict(&bundle, &plan(&format!("{function}\n[efs]\npackages = [\"x\"]")))
    };
    shows("efs.versioned", Severity::Note, "/mnt/m itself", &of("/mnt/m/"), &of("/mnt/m/v2"));
}

#[test]
fn facts_that_were_not_read_leave_their_rules_undecided() {
    let read: Bundle = distribution("x", &["x/__init__.py"]).bundle();
    let mut unread = read.clone();
    unread.facts = std::sync::Arc::new(bayplan::model::facts::Facts {
        natives: None,
        bytecode: None,
        path_files: None,
        ..(*read.facts).clone()
    });
    let verdict: Verdict = verdict(&unread, &plan("[pack]\nbytecode = \"keep\""));
    for id in ["platform.architecture", "platform.glibc", "layout.libraries", "layout.path-files", "bytecode.stale"] {
        assert!(matches!(outcome(&verdict, id), Outcome::Undecided(_)), "{id}");
    }
}

#[test]
fn large_contents_that_are_there_twice_are_told() {
    let megabyte = vec![b'x'; 1 << 20];
    let of = |second: &str, placement: &Plan| {
        let files = distribution("one", &["one/model.bin"]).with("one/model.bin", &megabyte);
        verdict(&files.with(second, &megabyte).bundle(), placement)
    };
    let bad = of("models/model.bin", &plan(""));
    let words = "1 content is there more than once, going by name and length: ≈ 1.0 MB too much";
    shows("bundle.duplicates", Severity::Note, words, &bad, &of("models/other.bin", &plan("")));
    let libraries = distribution("one", &["one.libs/libq.so"]).with("one.libs/libq.so", &megabyte);
    let libraries =
        libraries.with_distribution("", "two", "1.0", &["two.libs/libq.so"]).with("two.libs/libq.so", &megabyte);
    let vendored = verdict(&libraries.bundle(), &plan(""));
    assert_eq!(found(&vendored, "bundle.duplicates"), None, "each wheel loads its own copy");
    let finding = found(&bad, "bundle.duplicates").unwrap();
    assert_eq!(finding.bytes, Some(bayplan::model::bytes::Bytes(1 << 20)));
    assert_eq!(found(&of("models/model.bin", &placed("efs", "\"one\"")), "bundle.duplicates"), None, "EFS has room");
}

#[test]
fn what_aws_cannot_unpack_where_it_was_meant_to_go_is_an_error() {
    let of = |name: &[u8], is_encrypted: bool| {
        let mut zip = Zip::default();
        zip.add(name, b"pass", 0o100_644);
        let mut archive = zip.finish();
        if is_encrypted {
            // The flag stands in the local and in the central header.
            let central = archive.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
            (archive[6], archive[central + 8]) = (archive[6] | 1, archive[central + 8] | 1);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("build.zip");
        std::fs::write(&path, archive).unwrap();
        judged_as(Judged::Zip, &bundle_at(&path), &plan(""))
    };
    let good = of(b"x/a.py", false);
    shows("bundle.unpackable", Severity::Error, "x/a.py (encrypted", &of(b"x/a.py", true), &good);
    for outside in [&b"../a.py"[..], b"/etc/a.py", b"x/../../a.py"] {
        shows("bundle.unpackable", Severity::Error, "outside the bundle", &of(outside, false), &good);
    }
}
