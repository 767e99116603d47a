//! `bayplan pack` through the real binary: the same bytes whatever the surroundings, whole or not at all, and nothing
//! touched that is not bayplan's.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/pty.rs"]
mod pty;

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bayplan::model::bytes::Bytes;
use bayplan::model::watch::{Unwatched, Watch};
use bayplan::pack::{Effort, Look, Reuse};
use bayplan::workflow::{self, Errors, LoadOptions, Loaded, Outcome, PackFailure, PackOptions};
use bundles::Files;
use pty::{Key, Terminal};
use sha2::{Digest, Sha256};

/// A magic number of CPython 3.13, and a date of the sources.
const MAGIC: u16 = 3571;
const DATE: u64 = 1_700_000_001;

const PLAN: &str = r#"version = 1
[function.f]
handler = "app.handler"
runtime = "python3.13"
architecture = "x86_64"
layers = ["libraries"]
mount = "/mnt/m"
[layer.libraries]
packages = ["alpha"]
[efs]
packages = ["beta"]
[left-out]
gamma = { because = "nobody asks for it" }
[slim]
rules = ["tests"]
"#;

/// A folder with a build and its plan.
struct Case {
    folder: tempfile::TempDir,
}

fn files() -> Files {
    let long: String = (0..20_000).map(|number| format!("value_{number} = {}\n", number * 7919 % 1000)).collect();
    Files::default()
        .with("app.py", "import alpha\ndef handler(event, context): ...\n")
        .with("größe/日本.py", long)
        .with("bin/tool", "#!/bin/sh\n")
        .with_distribution("", "alpha", "1.0", &["alpha/__init__.py", "alpha/tests/test_a.py"])
        .with_distribution("", "beta", "2.1", &["beta/__init__.py", "beta/inner/deep/x.py"])
        .with_distribution("", "gamma", "0.1", &["gamma/__init__.py"])
}

/// A `.pyc` that knows its source by date.
fn dated(date: u64, source: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_le_bytes().to_vec();
    bytes.extend(b"\r\n\0\0\0\0");
    bytes.extend((date as u32).to_le_bytes());
    bytes.extend((source.len() as u32).to_le_bytes());
    bytes.extend(b"marshalled code");
    bytes
}

/// The same files with bytecode for two sources: one that belongs, one of another date.
fn with_bytecode(files: Files) -> Files {
    let source = |path: &str| files.0[path].clone();
    let good = dated(DATE, &source("beta/__init__.py"));
    let other = dated(DATE - 60, &source("alpha/__init__.py"));
    let files = files.with("beta/__pycache__/__init__.cpython-313.pyc", good);
    files.with("alpha/__pycache__/__init__.cpython-313.pyc", other)
}

impl Case {
    fn new() -> Case {
        Case::of(&with_bytecode(files()), PLAN)
    }

    fn of(files: &Files, plan: &str) -> Case {
        let folder = tempfile::tempdir().unwrap();
        let case = Case { folder };
        files.write(&case.path("build"));
        set_dates(&case.path("build"));
        std::fs::set_permissions(case.path("build/bin/tool"), std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::write(case.path("bayplan.toml"), plan).unwrap();
        case
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn command(&self, source: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command
            .current_dir(self.folder.path())
            .args(["pack", source, "--plan", "bayplan.toml", "--no-cache"])
            .args(more);
        command
    }

    fn pack(&self, more: &[&str]) -> Output {
        self.command("build", more).output().unwrap()
    }

    #[track_caller]
    fn packs(&self, source: &str, more: &[&str]) -> String {
        let output = self.command(source, more).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Packing must not be done, and leave nothing behind.
    #[track_caller]
    fn refuses(&self, more: &[&str], says: &str) {
        let before = tree(self.folder.path());
        let output = self.pack(more);
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(words(&output).contains(says), "{}", words(&output));
        assert_eq!(tree(self.folder.path()), before, "nothing changed");
    }

    fn manifest(&self, out: &str) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.path(out).join("manifest.json")).unwrap()).unwrap()
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn set_dates(folder: &Path) {
    for found in walkdir::WalkDir::new(folder) {
        let found = found.unwrap();
        if found.file_type().is_file() {
            set_date(found.path());
        }
    }
}

fn set_date(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(DATE)).unwrap();
}

/// Everything below a folder: path, mode, and a digest of the content or the text of a link.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (u32, String)> {
    let mut all = BTreeMap::new();
    for found in walkdir::WalkDir::new(folder).min_depth(1) {
        let found = found.unwrap();
        let metadata = std::fs::symlink_metadata(found.path()).unwrap();
        let content = if metadata.is_file() {
            std::fs::read(found.path()).map_or("closed".to_owned(), |bytes| hexadecimal(&Sha256::digest(bytes)))
        } else if metadata.is_symlink() {
            format!("{:?}", std::fs::read_link(found.path()).unwrap())
        } else {
            String::new()
        };
        all.insert(found.path().strip_prefix(folder).unwrap().to_owned(), (metadata.mode(), content));
    }
    all
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_plan_becomes_zips_a_tree_and_a_manifest_that_says_what_they_are() {
    let case = Case::new();
    let build = tree(&case.path("build"));
    let said = case.packs("build", &["--zipped", "exact", "--verify"]);
    assert_eq!(said.matches("as foretold, to the byte").count(), 2, "{said}");
    assert_eq!(tree(&case.path("build")), build, "the build is never written to");
    let manifest = case.manifest("artifacts");
    assert_eq!(manifest["version"], 1);
    let zips = manifest["artifacts"].as_array().unwrap();
    let names: Vec<&str> = zips.iter().map(|zip| zip["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["function.zip", "layer-libraries.zip"]);
    let mut joint = 0;
    for zip in zips {
        let bytes = std::fs::read(case.path("artifacts").join(zip["file"].as_str().unwrap())).unwrap();
        assert_eq!(zip["bytes"], bytes.len());
        assert_eq!(zip["sha256"], hexadecimal(&Sha256::digest(&bytes)));
        joint += zip["unzipped_bytes"].as_u64().unwrap();
    }
    assert_eq!(manifest["joint_bytes"], joint);
    let path = manifest["efs"]["path"].as_str().unwrap();
    assert_eq!(manifest["environment"]["PYTHONPATH"], format!("/opt/python:{path}"));
    assert!(path.starts_with("/mnt/m/") && manifest["efs"]["folder"] == path.replace("/mnt/m", "efs"));
    assert_eq!(manifest["left_out"][0]["because"], "nobody asks for it");
    assert_eq!(manifest["slimmed"][0]["rule"], "tests");
    assert_eq!(manifest["bytecode"]["hash_based"], 1);
    assert_eq!(manifest["bytecode"]["kept"].as_object().unwrap().len(), 1, "another date shows nothing");
}

#[test]
fn bytecode_that_belongs_to_its_source_gets_its_hash_and_no_other_byte_changes() {
    let case = Case::new();
    case.packs("build", &[]);
    let efs = case.path("artifacts").join(case.manifest("artifacts")["efs"]["folder"].as_str().unwrap());
    let packed = std::fs::read(efs.join("beta/__pycache__/__init__.cpython-313.pyc")).unwrap();
    let before = std::fs::read(case.path("build/beta/__pycache__/__init__.cpython-313.pyc")).unwrap();
    assert_eq!((&packed[..4], &packed[16..]), (&before[..4], &before[16..]));
    assert_eq!(packed[4..8], [1, 0, 0, 0], "hash-based, not to be checked");
    assert_ne!(packed[8..16], before[8..16]);
}

#[test]
fn the_same_build_gives_the_same_bytes_whatever_is_around_it() {
    let case = Case::new();
    case.packs("build", &["--out", "first"]);
    let first = tree(&case.path("first"));
    // Another copy, whose files were made in another order and have other modes for others.
    let files = with_bytecode(files());
    for (path, content) in files.0.iter().rev() {
        let path = case.path("copy").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    std::fs::set_permissions(case.path("copy/bin/tool"), std::fs::Permissions::from_mode(0o755)).unwrap();
    set_dates(&case.path("copy"));
    for (number, (zone, umask, threads)) in
        [("UTC", "000", "1"), ("Asia/Kathmandu", "077", "2"), ("America/St_Johns", "022", "7")].into_iter().enumerate()
    {
        let out = format!("again-{number}");
        let bayplan = env!("CARGO_BIN_EXE_bayplan");
        let line = format!("umask {umask}; exec '{bayplan}' pack copy --plan bayplan.toml --out {out} --no-cache");
        let mut shell = Command::new("sh");
        shell.current_dir(case.folder.path()).args(["-c", &line]).env("TZ", zone).env("RAYON_NUM_THREADS", threads);
        let output = shell.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        assert_eq!(tree(&case.path(&out)), first, "{zone}, {umask}, {threads} threads");
    }
}

#[test]
fn a_zip_comes_to_the_bytes_of_its_folder_if_it_is_deflated_anew() {
    let case = Case::of(&files(), PLAN);
    std::fs::write(case.path("build.zip"), files().zip()).unwrap();
    std::fs::set_permissions(case.path("build/bin/tool"), std::fs::Permissions::from_mode(0o644)).unwrap();
    case.packs("build", &["--out", "folder"]);
    let anew = case.packs("build.zip", &["--out", "anew", "--recompress", "--verify"]);
    assert!(anew.contains("foretold"), "{anew}");
    assert_eq!(tree(&case.path("folder")), tree(&case.path("anew")));
    let copied = case.packs("build.zip", &["--out", "copied", "--verify"]);
    assert_eq!(copied.matches("as foretold, to the byte").count(), 2, "{copied}");
    assert_ne!(tree(&case.path("folder")), tree(&case.path("copied")), "what is copied was deflated by somebody else");
}

/// Bytecode of a length, with what real bytecode has: parts that come again, the header's own bytes among them.
fn long_bytecode(source: &[u8], parts: u64) -> Vec<u8> {
    let header = dated(DATE, source);
    let part = |number: u64| {
        let name = format!("name_{}", number * number % 977);
        [&header[4..13], &[0; 9], name.as_bytes(), &header[..(number % 17) as usize]].concat()
    };
    header.iter().copied().chain((0..parts).flat_map(part)).collect()
}

/// The build as `zip` makes it, each file dated and deflated.
fn dated_zip(files: &Files) -> Vec<u8> {
    let date = zip::DateTime::from_date_and_time(2023, 11, 14, 22, 13, 20).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, content) in &files.0 {
        let stored = path.contains("stored");
        let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = zip::write::SimpleFileOptions::default().last_modified_time(date).compression_method(method);
        writer.start_file(path.as_str(), options).unwrap();
        std::io::Write::write_all(&mut writer, content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The files of a zip, and what they are deflated to there.
fn read_zip(path: &Path) -> BTreeMap<String, (Vec<u8>, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for number in 0..zip.len() {
        let (mut plain, mut raw) = (Vec::new(), Vec::new());
        std::io::copy(&mut zip.by_index_raw(number).unwrap(), &mut raw).unwrap();
        let mut file = zip.by_index(number).unwrap();
        let name = file.name().unwrap().into_owned();
        std::io::copy(&mut file, &mut plain).unwrap();
        drop(file);
        files.insert(name, (plain, raw));
    }
    files
}

#[test]
fn bytecode_of_a_zip_gets_its_hash_where_it_lies_and_its_length_is_foretold() {
    let mut files = files();
    let names = [("short", 3), ("middle", 700), ("long", 9000), ("stored", 50), ("stored_long", 4000)];
    for (name, parts) in names {
        let source = format!("# {name}\n");
        let bytecode = long_bytecode(source.as_bytes(), parts);
        files = files.with(&format!("beta/{name}.py"), source);
        files = files.with(&format!("beta/__pycache__/{name}.cpython-313.pyc"), bytecode);
    }
    let case = Case::of(&files, &PLAN.replace("\"beta\"", ""));
    std::fs::write(case.path("build.zip"), dated_zip(&files)).unwrap();
    case.packs("build", &["--out", "folder", "--verify"]);
    let said = case.packs("build.zip", &["--out", "zip", "--verify"]);
    assert!(said.contains("every file in them was read back and is whole"), "{said}");
    assert_eq!(said.matches("as foretold, to the byte").count(), 2, "{said}");
    let said = case.packs("build.zip", &["--out", "estimated", "--zipped", "estimate"]);
    assert_eq!(said.matches("as foretold, to the byte").count(), 1, "the layer has no bytecode: {said}");
    assert_eq!(tree(&case.path("estimated")), tree(&case.path("zip")), "whatever was found out before");
    assert_eq!(case.manifest("zip")["bytecode"]["hash_based"], names.len());
    let (folder, zip) = (read_zip(&case.path("folder/function.zip")), read_zip(&case.path("zip/function.zip")));
    let plain = |files: &BTreeMap<String, (Vec<u8>, Vec<u8>)>| {
        files.iter().map(|(name, (plain, _))| (name.clone(), plain.clone())).collect::<Vec<_>>()
    };
    assert!(plain(&folder) == plain(&zip), "unpacked, folder and zip are the same");
    let before = read_zip(&case.path("build.zip"));
    for name in ["middle", "long", "stored_long"].map(|name| format!("beta/__pycache__/{name}.cpython-313.pyc")) {
        let (before, after) = (&before[&name].1, &zip[&name].1);
        let tail = |raw: &Vec<u8>| raw[raw.len() - 200..].to_vec();
        assert!(before != after && tail(before) == tail(after), "{name} was not deflated anew");
    }
    let said = case.packs("build.zip", &["--out", "anew", "--recompress", "--verify"]);
    assert_eq!(said.matches("foretold: ≈ ").count(), 2, "copying says no more of it: {said}");
    assert_eq!(read_zip(&case.path("anew/function.zip")), folder, "--recompress makes both agree");
}

#[test]
fn bytecode_of_two_pythons_gets_the_hash_that_each_of_them_makes() {
    let source = "x = 1\n";
    let header = |magic: u16| [&magic.to_le_bytes()[..], &dated(DATE, source.as_bytes())[2..]].concat();
    let files = files()
        .with("beta/two.py", source)
        .with("beta/__pycache__/two.cpython-310.pyc", header(3439))
        .with("beta/__pycache__/two.cpython-313.pyc", header(3571));
    // The runtime is not one whose Python is known, so whichever may read them finds its own.
    let plan = PLAN.replace("python3.13", "python3.99").replace("\"beta\"", "");
    let case = Case::of(&files, &plan);
    std::fs::write(case.path("build.zip"), dated_zip(&files)).unwrap();
    case.command("build.zip", &["--force"]).output().unwrap();
    let zip = read_zip(&case.path("artifacts/function.zip"));
    // What _imp.source_hash of CPython 3.10 and 3.13 says of this source.
    for (python, hash) in [("310", 0xd94a_ade2_8c8c_bebf_u64), ("313", 0xe786_e289_3651_120e)] {
        let packed = &zip[&format!("beta/__pycache__/two.cpython-{python}.pyc")].0;
        assert_eq!(packed[8..16], hash.to_be_bytes(), "{python}");
    }
}

#[test]
fn the_smallest_is_smaller_and_says_so() {
    let case = Case::new();
    case.packs("build", &["--out", "usual"]);
    let said = case.packs("build", &["--out", "smallest", "--smallest", "--verify", "--zipped", "exact"]);
    assert!(said.contains("smaller than the") && said.contains("below the 50 MB of a direct upload"), "{said}");
    let length = |out: &str| std::fs::metadata(case.path(out).join("function.zip")).unwrap().len();
    assert!(length("smallest") < length("usual"));
}

#[test]
fn a_plan_that_does_not_fit_is_packed_only_by_force_and_the_exit_code_stays() {
    let case = Case::of(&files(), &PLAN.replace("[layer.libraries]", "snapstart = true\n[layer.libraries]"));
    let output = case.pack(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("efs.snapstart") && words(&output).contains("--force"), "{}", words(&output));
    assert!(!case.path("artifacts").exists(), "nothing was packed");
    let output = case.pack(&["--force"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(case.path("artifacts/function.zip").exists());
}

#[test]
fn folders_that_are_not_for_artifacts_are_refused() {
    let case = Case::new();
    let write = |path: &str| {
        std::fs::create_dir_all(case.path(path).parent().unwrap()).unwrap();
        std::fs::write(case.path(path), "mine").unwrap();
    };
    case.refuses(&["--out", "build/artifacts"], "lies in the build");
    // Where something in the build cannot be packed either, the folder is told first.
    std::os::unix::net::UnixListener::bind(case.path("build/socket")).unwrap();
    case.refuses(&["--force", "--out", "build/artifacts"], "lies in the build");
    case.refuses(&["--force"], "\"socket\"");
    std::fs::remove_file(case.path("build/socket")).unwrap();
    case.refuses(&["--out", "build"], "lies in the build");
    case.refuses(&["--out", "."], "holds");
    write("notes/mine.txt");
    case.refuses(&["--out", "notes"], "mine.txt");
    case.refuses(&["--out", "notes/mine.txt"], "not a folder");
    symlink("nowhere", case.path("dead")).unwrap();
    case.refuses(&["--out", "dead"], "leads nowhere");
    symlink("build", case.path("alias")).unwrap();
    case.refuses(&["--out", "alias/out"], "lies in the build");
    case.packs("build", &[]);
    write("artifacts/mine.txt");
    case.refuses(&[], "mine.txt");
    std::fs::remove_file(case.path("artifacts/mine.txt")).unwrap();
    write("artifacts/efs/mine/x.py");
    case.refuses(&[], "mine");
    // An artifact is a build like any other, but not one that may be written over while it is read.
    std::fs::remove_dir_all(case.path("artifacts/efs/mine")).unwrap();
    let before = tree(case.folder.path());
    let output = case.command("artifacts/function.zip", &["--out", "artifacts", "--force"]).output().unwrap();
    assert!(words(&output).contains("holds what is to be packed"), "{}", words(&output));
    assert_eq!(tree(case.folder.path()), before);
}

#[test]
fn a_second_run_takes_the_place_of_the_first_with_nothing_left_of_it() {
    let case = Case::new();
    case.packs("build", &["--out", "deep/down/out"]);
    let first = tree(&case.path("deep/down"));
    std::fs::write(case.path("build/beta/__init__.py"), "changed = True\n").unwrap();
    std::fs::write(case.path("bayplan.toml"), PLAN.replace("packages = [\"alpha\"]", "packages = []")).unwrap();
    case.packs("build", &["--out", "deep/down/out"]);
    let second = tree(&case.path("deep/down"));
    assert!(first.contains_key(Path::new("out/layer-libraries.zip")));
    assert!(
        !second.contains_key(Path::new("out/layer-libraries.zip")),
        "an empty layer is not packed, and no old one stays"
    );
    let trees = second.keys().filter(|path| path.starts_with("out/efs") && path.components().count() == 3).count();
    assert_eq!(trees, 1, "the tree of before is gone");
    assert_eq!(second.keys().filter(|path| path.components().count() == 1).count(), 1, "and so is the staging folder");
}

#[test]
fn the_folder_that_the_user_stands_in_stays_that_folder() {
    let case = Case::new();
    std::fs::create_dir(case.path("here")).unwrap();
    let number = std::fs::metadata(case.path("here")).unwrap().ino();
    for _ in 0..2 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command.current_dir(case.path("here")).args(["pack", "../build", "--plan", "../bayplan.toml"]);
        let output = command.args(["--no-cache", "--out", "."]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        assert_eq!(std::fs::metadata(case.path("here")).unwrap().ino(), number);
    }
    case.packs("build", &["--out", "expected"]);
    assert_eq!(tree(&case.path("here")), tree(&case.path("expected")));
}

#[test]
fn links_and_special_files_that_cannot_be_packed_are_named() {
    let case = Case::new();
    for (to, says) in [("/etc/passwd", "/etc/passwd"), ("../../bayplan.toml", "bayplan.toml")] {
        symlink(to, case.path("build/bin/link")).unwrap();
        case.refuses(&["--force"], says);
        std::fs::remove_file(case.path("build/bin/link")).unwrap();
    }
    symlink("../app.py", case.path("build/bin/link")).unwrap();
    case.packs("build", &[]);
    assert!(Command::new("mkfifo").arg(case.path("build/bin/pipe")).status().unwrap().success());
    std::fs::remove_dir_all(case.path("artifacts")).unwrap();
    case.refuses(&["--force"], "bin/pipe");
}

#[test]
fn the_demo_cannot_be_packed() {
    let case = Case::new();
    let output = case.command("demo:", &[]).output().unwrap();
    assert_ne!(output.status.code(), Some(0));
    let output = case.command("demo:", &["--force"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output).contains("cannot be packed"), "{}", words(&output));
}

#[test]
fn what_was_packed_is_judged_as_it_lies_there() {
    let case = Case::new();
    case.packs("build", &[]);
    let check = |code: i32, says: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command.current_dir(case.folder.path()).args(["check", "build", "--plan", "bayplan.toml"]);
        let output = command.args(["--no-cache", "--artifacts", "artifacts"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{says}: {said}{}", words(&output));
        assert!(said.contains(says) || words(&output).contains(says), "{says}: {said}{}", words(&output));
        said
    };
    check(0, "the artifacts as they were packed");
    let zip = case.path("artifacts/function.zip");
    let whole = std::fs::read(&zip).unwrap();
    let mut changed = whole.clone();
    changed[40] ^= 1;
    std::fs::write(&zip, &changed).unwrap();
    check(1, "artifacts.whole");
    std::fs::write(&zip, &whole[..whole.len() - 1]).unwrap();
    check(1, "artifacts.whole");
    std::fs::remove_file(&zip).unwrap();
    check(1, "artifacts.whole");
    std::fs::write(&zip, &whole).unwrap();
    let efs = case.path("artifacts").join(case.manifest("artifacts")["efs"]["folder"].as_str().unwrap());
    std::fs::set_permissions(efs.join("beta/__init__.py"), std::fs::Permissions::from_mode(0o600)).unwrap();
    check(1, "artifacts.whole");
    std::fs::set_permissions(efs.join("beta/__init__.py"), std::fs::Permissions::from_mode(0o644)).unwrap();
    check(0, "PASS");
    // Judged is what lies there, and that is not what the plan makes of bytecode now.
    std::fs::write(case.path("bayplan.toml"), format!("{PLAN}[pack]\nbytecode = \"keep\"\n")).unwrap();
    let said = check(0, "artifacts.planned").split_whitespace().collect::<Vec<_>>().join(" ");
    let is_as_it_lies =
        said.contains("bytecode is hash-based and not keep") && !said.contains("packs every file with the same date");
    assert!(is_as_it_lies, "{said}");
    std::fs::write(case.path("bayplan.toml"), PLAN.replace("\"beta\"", "")).unwrap();
    check(1, "artifacts.planned");
    std::fs::write(case.path("bayplan.toml"), PLAN).unwrap();
    std::fs::remove_file(case.path("artifacts/manifest.json")).unwrap();
    check(2, "name the folder that bayplan pack made");
}

#[test]
fn a_folder_that_cannot_be_written_is_named_and_nothing_is_left() {
    let case = Case::new();
    std::fs::create_dir(case.path("closed")).unwrap();
    std::fs::set_permissions(case.path("closed"), std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(case.path("closed/probe"), "").is_ok() {
        // This user may write everywhere; the tests with real tools look at this as another.
        return;
    }
    case.refuses(&["--out", "closed/out"], "permission denied");
}

/// Does something to the build once packing has begun.
struct Meddler<F: Fn() + Sync>(std::sync::Once, F);

impl<F: Fn() + Sync> Watch for Meddler<F> {
    fn packed(&self, _: Bytes) {
        self.0.call_once(|| (self.1)());
    }
}

/// Wants no more from the given question on.
struct Impatient(AtomicUsize);

impl Watch for Impatient {
    fn is_cancelled(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
    }
}

/// Packs the case's build in this process, watched.
fn pack_watched(case: &Case, watch: &dyn Watch) -> Result<Outcome, PackFailure> {
    pack_loaded(case, &load(case, "build"), watch)
}

fn load(case: &Case, build: &str) -> Loaded {
    let options = LoadOptions { plan: Some(case.path("bayplan.toml")), packs: true, ..LoadOptions::default() };
    workflow::load(&case.path(build), &options, &Unwatched).unwrap()
}

fn pack_loaded(case: &Case, loaded: &Loaded, watch: &dyn Watch) -> Result<Outcome, PackFailure> {
    let options = PackOptions {
        out: case.path("artifacts"),
        reuse: Reuse::AsItLies,
        look: Look::Headers,
        effort: Effort::Usual,
        errors: Errors::Refuse,
    };
    workflow::pack(&loaded.packing(), &loaded.background, &options, watch)
}

#[test]
fn sources_that_change_or_vanish_while_they_are_packed_are_named_and_the_old_set_stays() {
    let case = Case::new();
    case.packs("build", &[]);
    let old = tree(&case.path("artifacts"));
    let source = case.path("build/app.py");
    let content = std::fs::read(&source).unwrap();
    let same_length = vec![b'#'; content.len()];
    let meddle = |what: &(dyn Fn() + Sync)| {
        let failure = pack_watched(&case, &Meddler(std::sync::Once::new(), what)).unwrap_err().to_string();
        assert!(failure.contains("app.py"), "{failure}");
        assert_eq!(tree(&case.path("artifacts")), old);
        assert!(!case.path(".artifacts.bayplan-staging").exists());
        std::fs::write(&source, &content).unwrap();
        set_dates(&case.path("build"));
    };
    meddle(&|| std::fs::write(&source, &same_length).unwrap());
    // A replacement of the same length and date is another file.
    meddle(&|| {
        std::fs::write(case.path("replacement"), &same_length).unwrap();
        set_date(&case.path("replacement"));
        std::fs::rename(case.path("replacement"), &source).unwrap();
    });
    meddle(&|| std::fs::remove_file(&source).unwrap());
    pack_watched(&case, &Unwatched).unwrap();
    assert_eq!(tree(&case.path("artifacts")), old);
}

#[test]
fn a_zip_that_is_written_over_once_it_is_open_is_not_packed() {
    let files = with_bytecode(files());
    let case = Case::of(&files, PLAN);
    let old = dated_zip(&files);
    std::fs::write(case.path("build.zip"), &old).unwrap();
    let loaded = load(&case, "build.zip");
    assert_eq!(loaded.bundle.facts.source_hashes.len(), 2, "of both sources that have bytecode");
    let refuses = || {
        let failure = pack_loaded(&case, &loaded, &Unwatched).unwrap_err().to_string();
        assert!(failure.contains("build.zip\" cannot be packed: the zip was changed since it was listed"), "{failure}");
        assert!(!case.path("artifacts").exists());
    };
    // Another source of the same length, and so another hash than the one that is known.
    let source = files.0["beta/__init__.py"].to_ascii_uppercase();
    let changed = files.with("beta/__init__.py", source);
    let new = dated_zip(&changed);
    assert!(old.len() == new.len() && old != new);
    let listed = std::fs::metadata(case.path("build.zip")).unwrap().modified().unwrap();
    let write = |path: &str, second: i64| {
        std::fs::write(case.path(path), &new).unwrap();
        let later = listed + Duration::from_secs(second as u64);
        std::fs::File::options().write(true).open(case.path(path)).unwrap().set_modified(later).unwrap();
    };
    // A builder puts another file in its place, or takes it away, or writes over it.
    std::fs::rename(case.path("build.zip"), case.path("kept.zip")).unwrap();
    refuses();
    write("build.zip", 0);
    refuses();
    std::fs::rename(case.path("kept.zip"), case.path("build.zip")).unwrap();
    write("build.zip", 1);
    refuses();
    pack_loaded(&case, &load(&case, "build.zip"), &Unwatched).unwrap();
}

#[test]
fn the_screen_packs_its_own_plan_from_the_zip_that_it_has_scanned() {
    let source = "x = 1\n";
    let bytecode = long_bytecode(source.as_bytes(), 700);
    let files = files().with("m.py", source).with("__pycache__/m.cpython-313.pyc", bytecode);
    let case = Case::of(&files, PLAN);
    std::fs::write(case.path("build.zip"), dated_zip(&files)).unwrap();
    let arguments = ["build.zip", "--plan", "bayplan.toml"];
    let terminal = Terminal::open(24, 100).in_folder(case.folder.path()).run(&arguments);
    terminal.wait_for("alpha 1.0");
    let pack = |says: &str| {
        terminal.keys("P");
        terminal.wait_for("pack into the folder: artifacts");
        terminal.key(Key::Enter);
        terminal.wait_for(says);
    };
    // Somebody else changes what becomes of bytecode; the plan on the screen stays, and is what is measured.
    std::fs::write(case.path("bayplan.toml"), format!("{PLAN}[pack]\nbytecode = \"keep\"\n")).unwrap();
    terminal.keys("r");
    terminal.wait_for("scanned again; the plan is as it was");
    pack("packed 2 zips");
    assert_eq!(case.manifest("artifacts")["bytecode"]["mode"], "hash-based");
    std::fs::rename(case.path("build.zip"), case.path("kept.zip")).unwrap();
    std::fs::write(case.path("build.zip"), Files::default().with("app.py", "").zip()).unwrap();
    pack("the zip was changed since it was listed");
    terminal.key(Key::Ctrl('c'));
    terminal.key(Key::Ctrl('c'));
    terminal.wait_exit().assert_clean(0);
}

/// A zip whose directory and header say another length of a file.
fn with_length(mut zip: Vec<u8>, name: &str, length: u32) -> Vec<u8> {
    let shapes: [(&[u8], usize, usize); 2] = [(b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)];
    for (sign, name_at, length_at) in shapes {
        let is_there = |at: &usize| zip[*at..].starts_with(sign) && zip[at + name_at..].starts_with(name.as_bytes());
        let at = (0..zip.len() - name_at).find(is_there).unwrap();
        zip[at + length_at..at + length_at + 4].copy_from_slice(&length.to_le_bytes());
    }
    zip
}

#[test]
fn a_source_that_is_longer_than_its_zip_says_is_not_hashed_as_far_as_that() {
    let source = "x = 1\n";
    for name in ["two.py", "stored_two.py"] {
        let bytecode = format!("beta/__pycache__/{}.cpython-313.pyc", name.trim_end_matches(".py"));
        let files =
            files().with(&format!("beta/{name}"), source.repeat(7)).with(&bytecode, dated(DATE, source.as_bytes()));
        let case = Case::of(&files, PLAN);
        let zip = with_length(dated_zip(&files), &format!("beta/{name}"), source.len() as u32);
        std::fs::write(case.path("build.zip"), zip).unwrap();
        let output = case.command("build.zip", &["--force"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(words(&output).contains("its source cannot be read: it is longer"), "{}", words(&output));
        assert!(!case.path("artifacts").exists());
    }
}

#[test]
fn cancelled_at_any_moment_it_leaves_the_old_set_and_nothing_else() {
    let case = Case::new();
    case.packs("build", &[]);
    let old = tree(case.folder.path());
    for patience in 0..1000 {
        match pack_watched(&case, &Impatient(AtomicUsize::new(patience))) {
            Ok(_) => {
                assert!(patience > 5, "it is asked more than once");
                return;
            }
            Err(failure) => assert_eq!(failure.to_string(), "packing was cancelled"),
        }
        assert_eq!(tree(case.folder.path()), old, "patience {patience}");
    }
    panic!("it never comes to its end");
}

#[test]
fn two_at_once_do_not_mix() {
    let case = Case::new();
    let staging = case.path(".artifacts.bayplan-staging");
    std::fs::create_dir(&staging).unwrap();
    let lock = std::fs::File::create(staging.join("lock")).unwrap();
    lock.lock().unwrap();
    case.refuses(&[], "another bayplan is packing");
    drop(lock);
    case.packs("build", &[]);
    assert!(!staging.exists(), "what a killed run left is taken over, and then away");
}

#[test]
fn killed_at_any_moment_one_whole_set_lies_there() {
    let case = Case::new();
    case.packs("build", &[]);
    let old = tree(&case.path("artifacts"));
    std::fs::write(case.path("build/new.py"), "new = True\n").unwrap();
    case.packs("build", &["--out", "expected"]);
    let new = tree(&case.path("expected"));
    assert_ne!(old, new);
    let began = SystemTime::now();
    case.packs("build", &["--out", "timed"]);
    let whole = began.elapsed().unwrap();
    let (mut kept, mut replaced) = (0, 0);
    for round in 0..40 {
        // The first set again, so that each kill finds it there.
        if tree(&case.path("artifacts")) != old {
            std::fs::remove_file(case.path("build/new.py")).unwrap();
            case.packs("build", &[]);
            std::fs::write(case.path("build/new.py"), "new = True\n").unwrap();
        }
        let mut child = case
            .command("build", &[])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * (round % 20 + 1) / 18);
        child.kill().unwrap();
        child.wait().unwrap();
        match tree(&case.path("artifacts")) {
            set if set == old => kept += 1,
            set if set == new => replaced += 1,
            set => panic!("neither the old set nor the new one: {set:?}"),
        }
    }
    assert!(kept > 0, "{kept} kept, {replaced} replaced");
    case.packs("build", &[]);
    assert_eq!(tree(&case.path("artifacts")), new, "nothing that was left stands in the way");
    assert!(!case.path(".artifacts.bayplan-staging").exists());
}

#[test]
fn sizes_kept_for_dated_bytecode_are_not_taken_for_hash_based_ones() {
    let source = files().0["beta/__init__.py"].clone();
    // A date and a length that come again further down are deflated better than a hash that does not.
    let header = dated(DATE, &source);
    let long = [header.clone(), header[4..16].repeat(40), b"marshalled code".repeat(60)].concat();
    let case =
        Case::of(&files().with("beta/__pycache__/__init__.cpython-313.pyc", long), &PLAN.replace("\"beta\"", ""));
    let pack = |mode: &str| {
        let plan = PLAN.replace("\"beta\"", "") + &format!("[pack]\nbytecode = \"{mode}\"\n");
        std::fs::write(case.path("bayplan.toml"), plan).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command.current_dir(case.folder.path()).env("XDG_CACHE_HOME", case.path("cache"));
        let output = command.args(["pack", "build", "--plan", "bayplan.toml", "--zipped", "exact"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        std::fs::metadata(case.path("artifacts/function.zip")).unwrap().len()
    };
    let (kept, hashed) = (pack("keep"), pack("hash-based"));
    assert_ne!(kept, hashed, "the two have another length, or nothing is shown");
    assert_eq!((pack("keep"), pack("hash-based")), (kept, hashed));
}

#[test]
fn ended_by_a_signal_it_takes_away_what_it_began() {
    let case = Case::new();
    case.packs("build", &[]);
    let old = tree(&case.path("artifacts"));
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    std::fs::write(case.path("build/noise.bin"), noise.take(48 << 20).collect::<Vec<u8>>()).unwrap();
    for signal in ["TERM", "INT", "HUP"] {
        let mut child = case.command("build", &[]).stderr(std::process::Stdio::null()).spawn().unwrap();
        // Its staging folder shows that it has begun, and that it heeds signals.
        while !case.path(".artifacts.bayplan-staging/new").exists() {
            std::thread::sleep(Duration::from_millis(1));
            assert!(child.try_wait().unwrap().is_none(), "it ended before it began");
        }
        let kill = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(2), "{signal}");
        assert_eq!(tree(&case.path("artifacts")), old);
        assert!(!case.path(".artifacts.bayplan-staging").exists());
    }
}

#[test]
fn packages_lie_at_the_root_unless_folders_are_kept_and_then_pythonpath_names_them() {
    let vendored = Files::default()
        .with("app.py", "import alpha\nhandler = print\n")
        .with("bin/tool", "")
        .with_distribution("vendor/", "alpha", "1.0", &["alpha/__init__.py"]);
    let plan = "version = 1\n[function.f]\nhandler = \"app.handler\"\nruntime = \"python3.13\"\n\
                architecture = \"x86_64\"\n";
    let case = Case::of(&vendored, plan);
    let names = || {
        let zip = std::fs::File::open(case.path("artifacts/function.zip")).unwrap();
        let zip = zip::ZipArchive::new(zip).unwrap();
        zip.file_names().map(|name| name.unwrap().into_owned()).collect::<Vec<String>>()
    };
    case.packs("build", &[]);
    assert!(names().contains(&"alpha/__init__.py".to_owned()));
    assert_eq!(case.manifest("artifacts")["environment"], serde_json::json!({}));
    std::fs::write(case.path("bayplan.toml"), format!("{plan}[pack]\nkeep_folders = true\n")).unwrap();
    case.packs("build", &[]);
    assert!(names().contains(&"vendor/alpha/__init__.py".to_owned()));
    assert_eq!(case.manifest("artifacts")["environment"]["PYTHONPATH"], "/var/task/vendor");
}
