//! What cannot load on the target, each with a bundle that shows it and one that nearly does.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/elf.rs"]
mod elf;
#[path = "support/judging.rs"]
mod judging;

use bayplan::model::bundle::Bundle;
use bayplan::model::finding::{Outcome, Severity, Verdict};
use bundles::Files;
use elf::{AARCH64, Elf, PLAIN};
use judging::{found, outcome, plan, plan_on, shows, verdict};

const MODULE: &str = "x/m.cpython-313-x86_64-linux-gnu.so";

/// A distribution `x` with these files.
fn bundle(files: &[(&str, &[u8])]) -> Bundle {
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).chain(["x/__init__.py"]).collect();
    let made = Files::default().with_distribution("", "x", "1.0", &paths);
    files.iter().fold(made, |made, (path, content)| made.with(path, content)).bundle()
}

fn of(files: &[(&str, &[u8])]) -> Verdict {
    verdict(&bundle(files), &plan(""))
}

fn arm() -> Vec<u8> {
    Elf { machine: AARCH64, ..PLAIN }.bytes()
}

fn needing(needed: &[&str]) -> Vec<u8> {
    Elf { needed, ..PLAIN }.bytes()
}

fn glibc(versions: &[&str]) -> Vec<u8> {
    Elf { versions, ..PLAIN }.bytes()
}

/// The head of a 64-bit program for Windows.
fn windows() -> Vec<u8> {
    let mut file = vec![0; 0x200];
    file[..2].copy_from_slice(b"MZ");
    file[0x3c] = 0x80;
    file[0x80..0x84].copy_from_slice(b"PE\0\0");
    file[0x84..0x86].copy_from_slice(&0x8664u16.to_le_bytes());
    file[0x94] = 0xf0;
    file[0x98..0x9a].copy_from_slice(&0x20bu16.to_le_bytes());
    file
}

/// The head of a 64-bit library for macOS on ARM.
fn macos() -> Vec<u8> {
    [0xfeed_facf_u32, 0x0100_000c, 0, 6, 0, 0, 0, 0].iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn another_machine_is_an_error_unless_the_right_file_is_there_too() {
    let good = of(&[(MODULE, &PLAIN.bytes())]);
    shows("platform.architecture", Severity::Error, "is built for arm64", &of(&[(MODULE, &arm())]), &good);
    let both: &[(&str, &[u8])] = &[(MODULE, &PLAIN.bytes()), ("x/m.cpython-313-aarch64-linux-gnu.so", &arm())];
    assert_eq!(found(&of(both), "platform.architecture"), None, "a package may bring several platforms");
    let other: &[(&str, &[u8])] = &[(MODULE, &PLAIN.bytes()), ("x/n.cpython-313-aarch64-linux-gnu.so", &arm())];
    assert!(found(&of(other), "platform.architecture").is_some(), "n is there for arm64 alone");
}

#[test]
fn a_module_with_its_source_beside_it_and_a_program_are_warnings() {
    let fallback = of(&[("x/m.cpython-313-aarch64-linux-gnu.so", &arm()), ("x/m.py", b"")]);
    let finding = found(&fallback, "platform.architecture").unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.message.ends_with("its Python sources are used instead"), "{}", finding.message);
}

#[test]
fn other_systems_are_errors() {
    let good = of(&[(MODULE, &PLAIN.bytes())]);
    shows(
        "platform.system",
        Severity::Error,
        "built for macOS",
        &of(&[("x/m.cpython-313-darwin.so", &macos())]),
        &good,
    );
    shows("platform.system", Severity::Error, "Windows", &of(&[("x/m.cp313-win_amd64.pyd", &windows())]), &good);
    let text = of(&[("x/m.dll", b"MZ, a letter")]);
    assert_eq!(found(&text, "platform.system"), None, "two letters make no program");
}

#[test]
fn musl_is_an_error_by_what_is_needed() {
    let bad = of(&[("x/m.so", &needing(&["libc.musl-x86_64.so.1"]))]);
    let good = of(&[("x/m.so", &needing(&["libc.so.6"]))]);
    shows("platform.musl", Severity::Error, "built for musl", &bad, &good);
}

#[test]
fn the_python_in_a_modules_name_must_be_the_runtimes() {
    let of_name = |name: &str| of(&[(name, &PLAIN.bytes())]);
    let good = of_name("x/m.cpython-313-x86_64-linux-gnu.so");
    let bad = of_name("x/m.cpython-39-x86_64-linux-gnu.so");
    shows("platform.python", Severity::Error, "CPython 3.9, and python3.13 does not look", &bad, &good);
    for any in ["x/m.abi3.so", "x/m.so", "x/libm.so.1"] {
        assert_eq!(found(&of_name(any), "platform.python"), None, "{any} is for any version");
    }
    let node = verdict(&bundle(&[(MODULE, &PLAIN.bytes())]), &plan_on("nodejs22.x", ""));
    assert!(matches!(outcome(&node, "platform.python"), Outcome::Skipped(_)));
}

#[test]
fn glibc_is_judged_by_symbols_and_equality_is_enough() {
    let on = |runtime: &str, versions: &[&str]| verdict(&bundle(&[(MODULE, &glibc(versions))]), &plan_on(runtime, ""));
    let (newer, equal) = (["GLIBC_2.17", "GLIBC_2.35"], ["GLIBC_2.17", "GLIBC_2.34"]);
    let words = "x (1 file, x/m.cpython-313-x86_64-linux-gnu.so) needs symbols of glibc 2.35, and python3.13 has 2.34";
    shows("platform.glibc", Severity::Error, words, &on("python3.13", &newer), &on("python3.13", &equal));
    let beside = [(MODULE, glibc(&newer)), ("x/n.cpython-313-x86_64-linux-gnu.so", glibc(&equal))];
    let beside = bundle(&[(beside[0].0, &beside[0].1), (beside[1].0, &beside[1].1)]);
    let only = found(&verdict(&beside, &plan_on("python3.13", "")), "platform.glibc").unwrap().message;
    assert!(only.starts_with(words), "the file beside it is not accused: {only}");
    let unknown = on("python3.15", &newer);
    assert!(matches!(outcome(&unknown, "platform.glibc"), Outcome::Skipped(_)), "not known is not none");
    let old =
        found(&verdict(&bundle(&[("x/m.so", &glibc(&["GLIBC_2.28"]))]), &plan_on("python3.11", "")), "platform.glibc");
    assert!(old.unwrap().cure.contains("python3.12"), "a runtime with a newer glibc is named");
}

#[test]
fn a_library_that_nothing_loads_by_name_is_a_warning() {
    let library = glibc(&["GLIBC_2.99"]);
    let idle = of(&[(MODULE, &PLAIN.bytes()), ("x.libs/libz-1.so", &library)]);
    assert_eq!(found(&idle, "platform.glibc").unwrap().severity, Severity::Warning);
    let needed = of(&[(MODULE, &needing(&["libz-1.so"])), ("x.libs/libz-1.so", &library)]);
    assert_eq!(found(&needed, "platform.glibc").unwrap().severity, Severity::Error);
}

#[test]
fn libraries_that_nobody_brings_are_notes() {
    let of_needed = |library: &str| of(&[(MODULE, &needing(&[library, "libc.so.6", "libstdc++.so.6"]))]);
    let good = of(&[(MODULE, &needing(&["libq.so.1"])), ("x.libs/libq.so.1", &PLAIN.bytes())]);
    shows("platform.libraries", Severity::Note, "x needs libq.so.1, which is not in", &of_needed("libq.so.1"), &good);
    assert!(found(&of_needed("libGL.so.1"), "platform.libraries").is_some(), "a desktop's is not known to be there");
    assert_eq!(found(&of_needed("libm.so.6"), "platform.libraries"), None);
}

#[test]
fn requires_python_is_compared_with_the_runtime() {
    let asking = |specifier: &str| {
        let metadata = format!("Metadata-Version: 2.1\nName: x\nVersion: 1.0\nRequires-Python: {specifier}\n");
        let files = Files::default().with_distribution("", "x", "1.0", &["x/__init__.py"]);
        verdict(&files.with("x-1.0.dist-info/METADATA", metadata).bundle(), &plan(""))
    };
    let good = asking(">=3.9,!=3.12.*");
    shows("platform.requires-python", Severity::Error, "x 1.0 is for Python >=3.14", &asking(">=3.14"), &good);
    shows("platform.requires-python", Severity::Warning, "and the runtime is python3.13", &asking("<3.13"), &good);
    assert_eq!(found(&asking(">=3.13.5"), "platform.requires-python"), None, "which patch release runs is not known");
    shows("platform.requires-python", Severity::Note, "cannot be read", &asking("at least 3"), &good);
}

#[test]
fn what_is_left_out_or_slimmed_away_is_not_judged() {
    let bad = bundle(&[(MODULE, &arm())]);
    let left_out = verdict(&bad, &plan("[left-out]\nx = { because = \"not needed\" }"));
    assert_eq!(found(&left_out, "platform.architecture"), None);
    let excluded = verdict(&bad, &plan("[slim]\nexclude = [\"**/*.so\"]"));
    assert_eq!(found(&excluded, "platform.architecture"), None);
}
