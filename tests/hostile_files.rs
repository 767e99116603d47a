//! Other files that are read beside a build, by people who mean harm: RECORDs, manifests, kept sizes and keys. Each is
//! refused with its name, or what it says is not believed; nothing takes over 10 seconds or 512 MB, and nothing elsewhere
//! is read.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(clippy::print_stdout, reason = "the counts are shown where the tests are run")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/counts.rs"]
mod counts;
#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/limited.rs"]
mod limited;
#[path = "support/pty.rs"]
mod pty;

use std::fs::File;
use std::path::{Path, PathBuf};

use hostile::{PLAN, Place, Thing, deep_and_long, no_text_at_all, text};
use sha2::{Digest, Sha256};

#[test]
fn a_hostile_record_claims_what_is_there_and_nothing_else() {
    let rows = |row: &str, count: usize| row.repeat(count).into_bytes();
    let honest = Place::new();
    let total = total(&honest);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("zeros", vec![0; 1 << 20]),
        ("a million rows of nothing", rows("x,,\n", 1_000_000)),
        ("a million times the same file", rows("numpy/__init__.py,,\n", 1_000_000)),
        ("a row of ten megabytes", rows("x", 10 << 20)),
        ("a path of a million parts", rows("a/", 1_000_000)),
        ("a path of a million ways up", rows("../", 1_000_000)),
        ("a quote that never ends", [b"\"".to_vec(), rows("numpy/__init__.py,,\n", 100_000)].concat()),
        ("quotes alone", rows("\"", 3_000_001)),
        (
            "what lies outside",
            b"/etc/passwd,,\n../../../../etc/passwd,,\nC:\\x,,\n\\\\host\\x,,\nnumpy/../../x,,\n".to_vec(),
        ),
        ("what a terminal would act on", b"\x1b[2J,,\n\xff\xfe,,\nnumpy/\xe2\x80\xae.py,,\n".to_vec()),
        ("digests that are none", b"numpy/__init__.py,sha256=,x\nnumpy/__init__.py,md5=1,-1\n".to_vec()),
        ("folders", b"numpy,,\nnumpy/,,\n.,,\n/,,\n,,\n".to_vec()),
        ("the other's files", b"app.py,,\nbin/,,\n".to_vec()),
    ];
    let count = cases.len();
    for (what, record) in cases {
        let place = Place::new();
        place.write("build/numpy-2.1.dist-info/RECORD", &record);
        let length = std::fs::metadata(honest.path("build/numpy-2.1.dist-info/RECORD")).unwrap().len();
        assert_eq!(self::total(&place), total - length + record.len() as u64, "{what}: every byte once");
    }
    let place = Place::new();
    File::create(place.path("build/numpy-2.1.dist-info/RECORD")).unwrap().set_len(10 << 40).unwrap();
    let run = place.run(&["report", "build", "--format", "json", "--no-cache"]);
    assert!(run.code == 0 && run.out.contains("10995116"), "ten terabytes are counted, and not read: {}", run.err);
    assert!(run.out.contains("is longer than 16 MB"), "and that is said: {}", run.out);
    assert_eq!(count + 1, counts::RECORDS, "as tests/support/counts.rs says");
    println!("RECORDs: {} hostile files, every byte with one owner", count + 1);
}

/// The bytes of all packages, which the report must add up to.
fn total(place: &Place) -> u64 {
    let run = place.run(&["report", "build", "--format", "json", "--no-cache"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let packages = report["packages"].as_array().unwrap();
    packages.iter().map(|package| package["bytes"].as_u64().unwrap()).sum()
}

/// What bundlers tell of a file is read within bounds, and where it is too much that is said; every byte is still counted.
#[test]
fn hostile_maps_and_metafiles_take_no_more_than_they_may() {
    let script = |map: &str| format!("exports.handler = 1;\n{}//# sourceMappingURL={map}\n", "x=1;\n".repeat(14_000));
    let map = |sources: &str, mappings: &str| {
        format!("{{\"version\":3,\"sources\":[{sources}],\"mappings\":\"{mappings}\"}}")
    };
    let metafile = |inputs: String| {
        format!("{{\"inputs\":{{}},\"outputs\":{{\"x.js\":{{\"bytes\":9,\"inputs\":{{{inputs}}}}}}}}}")
    };
    let inputs = (0..400_000).map(|at| format!("\"a{at}\":{{\"bytesInOutput\":1}},")).collect::<String>();
    let cases: Vec<(&str, &str, String)> = vec![
        ("a million sources", "x.js.map", map(&format!("{}\"\"", "\"\",".repeat(1_000_000)), "AAAA")),
        ("a source of 20 MB", "x.js.map", map(&format!("\"{}\"", "a".repeat(20 << 20)), "AAAA")),
        ("five million lines", "x.js.map", map("\"a\"", &";".repeat(5_000_000))),
        ("a number without end", "x.js.map", map("\"a\"", &"g".repeat(1_000_000))),
        ("deep", "x.js.map", format!("{{\"version\":3,\"x\":{}", "[".repeat(1_000_000))),
        ("another version", "x.js.map", map("", "").replace(":3", ":4")),
        ("another type", "x.js.map", "[3]".to_owned()),
        ("a map of maps", "x.js.map", map("", "").replace("\"sources\":[]", "\"sections\":[[[]]]")),
        ("400 000 inputs", "meta.json", metafile(format!("{inputs}\"b\":{{\"bytesInOutput\":1}}"))),
        ("more bytes than there are", "meta.json", metafile(format!("\"a\":{{\"bytesInOutput\":{}}}", u64::MAX))),
        ("deep", "meta.json", "{\"outputs\":".repeat(500_000)),
    ];
    let mut count = 0;
    for (what, name, content) in cases {
        let place = Place::new();
        for at in 0..3 {
            place.write(&format!("build/x{at}.js"), script(if name == "x.js.map" { name } else { "none.map" }));
        }
        place.write(&format!("build/{name}"), &content);
        let bytes = walk(&place.path("build")).iter().map(|path| std::fs::metadata(path).unwrap().len()).sum::<u64>();
        assert_eq!(total(&place), bytes, "{what}: every byte once");
        count += 1;
    }
    let place = Place::new();
    place.write("build/x.js", script("x.js.map"));
    for (name, length) in [("x.js.map", 65 << 20), ("meta.json", 10 << 40)] {
        File::create(place.path("build").join(name)).unwrap().set_len(length).unwrap();
    }
    let run = place.run(&["report", "build", "--no-cache"]);
    assert!(run.code == 0 && run.out.contains("x.js.map: is too long to be read"), "{}{}", run.out, run.err);
    assert_eq!(count + 2, counts::MAPS, "as tests/support/counts.rs says");
    println!("maps and metafiles: {} hostile files, every byte counted", count + 2);
}

/// All files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let found = walkdir::WalkDir::new(folder).into_iter().map(|found| found.unwrap().into_path());
    found.filter(|path| path.is_file()).collect()
}

#[test]
fn hostile_manifests_are_refused_by_name_and_lead_nowhere() {
    let place = Place::new();
    place.write("bayplan.toml", PLAN);
    assert_eq!(place.run(&["pack", "build", "--plan", "bayplan.toml", "--out", "out"]).code, 0);
    let manifest = std::fs::read_to_string(place.path("out/manifest.json")).unwrap();
    place.write("outside.zip", std::fs::read(place.path("out/function.zip")).unwrap());
    let mut count = 0;
    let deep = |open: &str, close: &str| {
        text(format!("{{\"version\": 1, \"x\": {}1{}}}", open.repeat(100_000), close.repeat(100_000)))
    };
    let things = no_text_at_all().into_iter().filter(|(what, _)| *what != "a link to itself").chain([
        ("100 000 lists in each other", deep("[", "]")),
        ("100 000 tables in each other", deep("{\"a\":", "}")),
        ("another version", text(manifest.replace("\"version\": 1", "\"version\": 2"))),
        ("a version of a wrong type", text(manifest.replace("\"version\": 1", "\"version\": \"1\""))),
        ("nothing", text("{}")),
        ("a list", text("[]")),
        ("another field", text(manifest.replacen('{', "{\"more\": 1,", 1))),
        ("a field of a wrong type", text(manifest.replacen("\"joint_bytes\":", "\"joint_bytes\": \"x\", \"y\":", 1))),
        ("an escape sequence", text("{\"\\u001b[2J\": 1}")),
    ]);
    for (what, thing) in things {
        let _ = std::fs::remove_file(place.path("out/manifest.json"));
        let _ = std::fs::remove_dir(place.path("out/manifest.json"));
        thing.put(&place.path("out/manifest.json"));
        let check = ["check", "build", "--plan", "bayplan.toml", "--artifacts", "out", "--no-cache"];
        place.run(&check).refuses(what, &["out/manifest.json"]);
        count += 1;
    }
    let _ = std::fs::remove_file(place.path("out/manifest.json"));
    for name in [
        "../outside.zip",
        "/etc/passwd",
        "..",
        "a/../../outside.zip",
        "a\\\\..\\\\b",
        "",
        "function.zip/",
        "./function.zip",
    ] {
        place.write("out/manifest.json", manifest.replace("\"function.zip\"", &format!("\"{name}\"")));
        let run = place.run(&["check", "build", "--plan", "bayplan.toml", "--artifacts", "out", "--no-cache"]);
        assert_ne!(run.code, 0, "{name}: a file elsewhere is not the artifact");
        count += 1;
    }
    assert_eq!(count, counts::MANIFESTS, "as tests/support/counts.rs says");
    println!("manifests: {count} hostile files, none believed");
}

#[test]
fn kept_sizes_that_cannot_be_relied_on_change_no_answer() {
    let place = Place::new();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    for path in walk(&place.path("build")) {
        File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
    }
    let exact = || place.run(&["report", "build", "--zipped", "exact", "--format", "json"]);
    let first = exact();
    assert_eq!(first.code, 0, "{}", first.err);
    let is_kept = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "sizes");
    let file = walk(&place.path("cache")).into_iter().find(is_kept).expect("sizes are kept");
    let whole = std::fs::read(&file).unwrap();
    assert_eq!(exact().out, first.out, "sizes that are kept are those that were measured");
    let flipped = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        text(bytes)
    };
    let mut things = no_text_at_all();
    things.retain(|(what, _)| *what != "a link to itself");
    things.extend([
        ("nothing", text("")),
        ("a part", text(&whole[..whole.len() / 2])),
        ("one byte less", text(&whole[..whole.len() - 1])),
        ("one byte more", text([&whole[..], b"x"].concat())),
        ("another first byte", flipped(0)),
        ("another size", flipped(whole.len() - 36)),
        ("another checksum", flipped(whole.len() - 1)),
        ("another format", text(signed(whole[..whole.len() - 32].strip_prefix(b"bayplan").unwrap()))),
        ("a record that is cut off", text(signed(&whole[..whole.len() - 33]))),
        ("itself twice", text([&whole[..], &whole[..]].concat())),
    ]);
    let count = things.len();
    for (what, thing) in things {
        let _ = std::fs::remove_file(&file);
        let _ = std::fs::remove_dir(&file);
        thing.put(&file);
        let run = exact();
        assert_eq!((run.code, &run.out), (0, &first.out), "{what}: {}", run.err);
    }
    let folder = file.parent().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let instead =
        [("a file", text("x")), ("a FIFO", Thing::Fifo), ("a link to nowhere", Thing::Link("nowhere/at/all"))];
    for (what, thing) in &instead {
        thing.put(folder);
        let run = exact();
        assert_eq!((run.code, &run.out), (0, &first.out), "{what} for the folder: {}", run.err);
        std::fs::remove_file(folder).unwrap();
    }
    assert_eq!(count + instead.len(), counts::KEPT, "as tests/support/counts.rs says");
    println!("kept sizes: {} hostile files and folders, no answer changed", count + instead.len());
}

/// With a checksum that is right.
fn signed(content: &[u8]) -> Vec<u8> {
    [content, &Sha256::digest(content)[..]].concat()
}

/// The screen does not open on keys that cannot be.
#[test]
fn hostile_keys_are_refused_before_the_screen_opens() {
    let wrong = [
        ("another table", "[panel]\nfit = [\"F\"]"),
        ("another action", "[panes]\njump = [\"F\"]"),
        ("no list", "[panes]\nfit = \"F\""),
        ("numbers", "[panes]\nfit = [1]"),
        ("a table", "[panes]\nfit = { x = 1 }"),
        ("an empty key", "[panes]\nfit = [\"\"]"),
        ("an escape sequence", "[panes]\nfit = [\"\\u001b[2J\"]"),
        ("three keys", "[panes]\nfit = [\"a b c\"]"),
        ("two meanings", "[panes]\nfit = [\"F\"]\nundo = [\"F\"]"),
        ("no way out", "[panes]\nquit = []\ninterrupt = []"),
        ("letters that are text", "[typing]\nescape = [\"q\"]"),
    ];
    let wrong = wrong.map(|(what, content)| (what, text(content)));
    let too_many = ("a megabyte of keys", text(format!("[panes]\nfit = [{}]", "\"F\",".repeat(400_000))));
    let things = no_text_at_all().into_iter().filter(|(what, _)| *what != "a link to itself");
    let mut count = 0;
    for (what, thing) in things.chain(deep_and_long("")).chain(wrong).chain([too_many]) {
        let place = Place::new();
        thing.put(&place.path("keys.toml"));
        let opening = pty::Terminal::open(24, 80).in_folder(&place.path(""));
        let exit = opening.run(&["build", "--keys", "keys.toml"]).wait_exit();
        exit.assert_clean(2);
        assert!(exit.printed.contains("error: keys.toml:"), "{what}: {}", exit.printed);
        assert!(exit.printed.len() < 4_000, "{what}: {}", exit.printed);
        count += 1;
    }
    assert_eq!(count, counts::KEY_FILES, "as tests/support/counts.rs says");
    println!("keys: {count} hostile files, all refused by name");
}

/// Themes are built in, so a theme is a name alone, and no file is looked for.
#[test]
fn a_theme_is_one_of_five_names() {
    let names = ["../dark", "/etc/passwd", "dark.toml", "DARK", "", " ", "\u{1b}[2J", "plain\n", &"x".repeat(100_000)];
    let place = Place::new();
    for name in names {
        let run = place.run(&["demo", "--theme", name]);
        assert_eq!(run.code, 2, "{name:.20}: {}", run.err);
    }
    assert_eq!(names.len(), counts::THEMES, "as tests/support/counts.rs says");
    println!("themes: {} hostile names, none taken", names.len());
}
