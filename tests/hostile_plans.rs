//! Plans and locks by people who mean harm: deep, long, of the wrong types, from the future, or leading elsewhere. Each is
//! refused with its name and the cure, within 10 seconds and 512 MB.

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

use hostile::{PLAN, Place, Thing, deep_and_long, no_text_at_all, text};

#[test]
fn hostile_plans_are_refused_by_name() {
    let mut count = 0;
    let versions = ["2", "0", "-1", "99999999999999999999", "9223372036854775807", "\"1\"", "1.0", "[1]", "true", "{}"];
    let future =
        versions.map(|version| ("another version", text(PLAN.replace("version = 1", &format!("version = {version}")))));
    let none = [
        ("no version", text(PLAN.replace("version = 1", ""))),
        ("nothing", text("")),
        ("no function", text("version = 1\n")),
        ("five megabytes of comment", text(format!("{PLAN}# {}", "x".repeat(5 << 20)))),
    ];
    let lead_elsewhere = [
        ("function.f", "function.\"../f\""),
        ("\"x86_64\"\n", "\"x86_64\"\nmount = \"/etc\"\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nmount = \"/mnt/../etc\"\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nmount = \"/mnt/..\"\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nmount = \"/mnt/.\"\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nlayers = [\"../x\"]\n[layer.\"../x\"]\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nlayers = [\"..\"]\n[layer.\"..\"]\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nsource = \"a\\u001b[2J\"\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nenvironment = { \"a=b\" = \"1\" }\n"),
        ("\"x86_64\"\n", "\"x86_64\"\nenvironment = { \"LD PRELOAD\" = \"1\" }\n"),
    ]
    .map(|(from, to)| (to, text(PLAN.replace(from, to))));
    let globs = ["[", "{a", "a{b,{c", "[z-a]", "\\\\"]
        .map(|glob| ("a pattern that is none", text(format!("{PLAN}[slim]\nexclude = [\"{glob}\"]\n"))));
    let many = [
        ("six layers", text(format!("{}layers = [{}]\n", PLAN, "\"a\",".repeat(6)))),
        ("a million layers", text(format!("{}layers = [{}]\n", PLAN, "\"a\",".repeat(900_000)))),
        (
            "100 000 functions",
            text((0..100_000).fold("version = 1\n".to_owned(), |text, at| text + &format!("[function.f{at}]\n"))),
        ),
    ];
    let all = no_text_at_all().into_iter().chain(deep_and_long(PLAN)).chain(future).chain(none).chain(lead_elsewhere);
    for (what, thing) in all.chain(globs).chain(many) {
        let place = Place::new();
        thing.put(&place.path("bayplan.toml"));
        place.check().refuses(what, &["bayplan.toml"]);
        count += 1;
    }
    assert_eq!(count, counts::PLANS, "as tests/support/counts.rs says");
    println!("plans: {count} hostile files, all refused by name");
}

/// Every setting, given what it is not.
#[test]
fn plans_of_wrong_types_are_refused_with_the_line() {
    const SETTINGS: &[(&str, &str, &[&str])] = &[
        ("", "efs", &["table"]),
        ("", "layer", &["table"]),
        ("", "left-out", &["table"]),
        ("", "slim", &["table"]),
        ("", "pack", &["table"]),
        ("", "check", &["table"]),
        ("function.f", "source", &["text"]),
        ("function.f", "handler", &["text"]),
        ("function.f", "runtime", &["text"]),
        ("function.f", "architecture", &["text"]),
        ("function.f", "upload", &["text"]),
        ("function.f", "layers", &["list"]),
        ("function.f", "mount", &["text"]),
        ("function.f", "snapstart", &["switch"]),
        ("function.f", "environment", &["table"]),
        ("layer.a", "packages", &["list"]),
        ("layer.a", "arn", &["text"]),
        ("layer.a", "unzipped_bytes", &["number"]),
        ("layer.a", "provides", &["list"]),
        ("efs", "packages", &["list"]),
        ("left-out", "numpy", &["table"]),
        ("slim", "rules", &["list"]),
        ("slim", "exclude", &["list"]),
        ("slim", "keep", &["list"]),
        ("slim", "services", &["list"]),
        ("pack", "bytecode", &["text"]),
        ("pack", "keep_folders", &["switch"]),
        ("check", "warn_at_percent", &["number"]),
        ("check", "growth", &["table"]),
        ("check", "unplanned_package", &["text"]),
        ("check", "pinned", &["list"]),
        ("check", "restricted", &["list"]),
        ("check", "ignore", &["list"]),
        ("check", "rules", &["table"]),
    ];
    const VALUES: &[(&str, &str)] = &[
        ("text", "\"x\""),
        ("number", "7"),
        ("number", "-7"),
        ("fraction", "0.5"),
        ("not a number", "nan"),
        ("switch", "true"),
        ("day", "2026-01-01"),
        ("list", "[1]"),
        ("list", "[[]]"),
        ("table", "{ x = 1 }"),
    ];
    let place = Place::new();
    let mut count = 0;
    for (table, setting, kinds) in SETTINGS {
        for (kind, value) in VALUES {
            let is_negative = *value == "-7";
            if kinds.contains(kind) && !matches!(*kind, "list" | "table") && !is_negative {
                continue;
            }
            let text = match *table {
                "" => PLAN.replace("version = 1\n", &format!("version = 1\n{setting} = {value}\n")),
                "function.f" => format!("{PLAN}{setting} = {value}\n"),
                "layer.a" => format!("{PLAN}layers = [\"a\"]\n[layer.a]\n{setting} = {value}\n"),
                table => format!("{PLAN}[{table}]\n{setting} = {value}\n"),
            };
            place.write("bayplan.toml", text);
            place.check().refuses(&format!("{table}.{setting} = {value}"), &["bayplan.toml:"]);
            count += 1;
        }
    }
    assert_eq!(count, counts::SETTINGS, "as tests/support/counts.rs says");
    println!("plans: {count} settings of a wrong type, all refused with their line");
}

#[test]
fn hostile_locks_are_refused_by_name() {
    const LOCK: &str = "version = 1\nfunction = \"f\"\n";
    let package = |value: &str| text(format!("{LOCK}[packages]\nnumpy = {value}\n"));
    let wrong = [
        "1",
        "\"x\"",
        "[]",
        "{}",
        "{ bucket = \"function\" }",
        "{ bytes = 1 }",
        "{ bucket = 1, bytes = 1 }",
        "{ bucket = \"function\", bytes = -1 }",
        "{ bucket = \"function\", bytes = 1.5 }",
        "{ bucket = \"function\", bytes = 9223372036854775808 }",
        "{ bucket = \"function\", bytes = 1, kept_bytes = \"1\" }",
        "{ bucket = \"function\", bytes = 1, digest = [1] }",
        "{ bucket = \"function\", bytes = 1, more = 1 }",
        "{ bucket = \"\\u001b[2J\", bytes = 1 }",
        "{ bucket = \"function\", bytes = 1, version = \"\\u202e\" }",
    ];
    let others = [
        ("another version", text(LOCK.replace("= 1", "= 2"))),
        ("another version", text(LOCK.replace("= 1", "= 9223372036854775807"))),
        ("no version", text("function = \"f\"\n")),
        ("no function", text("version = 1\n")),
        ("a version of a wrong type", text(LOCK.replace("= 1", "= \"1\""))),
        ("a runtime that is none", text(format!("{LOCK}runtime = \"../../etc\"\n"))),
        ("a machine that is none", text(format!("{LOCK}architecture = \"z80\"\n"))),
        ("a layer that leads elsewhere", text(format!("{LOCK}[layers]\n\"../x\" = {{ arn = \"x\" }}\n"))),
        ("seventy megabytes", text(format!("{LOCK}# {}", "x".repeat(70 << 20)))),
    ];
    let wrong = wrong.map(|value| (value, package(value)));
    let mut count = 0;
    let is_about_locks = |(what, _): &(&str, Thing)| *what != "a link to itself";
    let things = no_text_at_all().into_iter().filter(is_about_locks).chain(deep_and_long(LOCK)).chain(wrong);
    for (what, thing) in things.chain(others).chain([("a link to itself", Thing::Link("bayplan.lock"))]) {
        let place = Place::new();
        place.write("bayplan.toml", PLAN);
        thing.put(&place.path("bayplan.lock"));
        place.check().refuses(what, &["bayplan.lock"]);
        if !matches!(thing, Thing::Folder) {
            place.run(&["diff", "bayplan.lock", "build"]).refuses(what, &["bayplan.lock"]);
            count += 1;
        }
        place.run(&["check", "build", "--from", "bayplan.toml", "--no-cache"]).refuses(what, &["bayplan.lock"]);
        count += 2;
    }
    assert_eq!(count, counts::LOCKS, "as tests/support/counts.rs says");
    println!("locks: {count} readings of hostile files, all refused by name");
}

/// A handler and a source that lie elsewhere are looked for in the build alone.
#[test]
fn what_a_plan_names_outside_of_the_build_is_not_there() {
    let place = Place::new();
    place.write("secret.py", "def handler(event, context): pass\n");
    for handler in
        ["../secret.handler", "../../etc/passwd.handler", "/etc/passwd.handler", "build/../../secret.handler"]
    {
        place.write("bayplan.toml", format!("{PLAN}handler = \"{handler}\"\n"));
        let run = place.check();
        let is_told =
            run.code == 1 && run.out.contains("plan.handler") || run.code == 2 && run.err.contains("bayplan.toml:");
        assert!(is_told, "{handler}: {}{}", run.out, run.err);
    }
    println!("plans: 4 handlers elsewhere, none found");
}

/// A lock may say what it likes of sizes; sums stay sums.
#[test]
fn a_lock_that_lies_is_judged_and_believed_in_nothing() {
    let place = Place::new();
    place.write(
        "bayplan.toml",
        PLAN.to_owned() + "[check]\ngrowth = { percent = 1, at_least_bytes = 1, severity = \"error\" }\n",
    );
    let most = i64::MAX;
    let rows = (0..2_000)
        .fold(String::new(), |rows, at| rows + &format!("p{at} = {{ bucket = \"layer:l{at}\", bytes = {most} }}\n"));
    let lock = format!(
        "version = 1\nfunction = \"other\"\n[packages]\n{rows}numpy = {{ bucket = \"layer:x\", bytes = 0, kept_bytes = {most} }}\n"
    );
    place.write("bayplan.lock", lock);
    for arguments in
        [&["check", "build"][..], &["check", "build", "--from", "bayplan.lock"], &["diff", "bayplan.lock", "build"]]
    {
        let run = place.run(arguments);
        assert!(run.code < 2, "{}", run.err);
    }
    println!("locks: a lie of 2 001 packages of 8 EB each, three readings");
}
