//! `requirement`: a line of `Requires-Dist`. The first byte decides whether the rest is the line itself, or choices of
//! which a line is made whose meaning is known.

use std::sync::{Arc, LazyLock};

use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::bundle::Bundle;
use bayplan::model::escape::printable;
use bayplan::model::facts::Facts;
use bayplan::model::graph::{Fit, Graph, Holds, Need, flaw};
use bayplan::model::package::PackageKey;
use bayplan::model::watch::Unwatched;

use super::build::Build;
use super::draw::Draw;
use super::holds::{is_fit_to_print, target};

/// Reads a line, and fails where it means something else than it says.
pub fn requirement(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    if first & 1 == 0 {
        raw(&printable(rest));
    } else {
        composed(&mut Draw::new(rest));
    }
}

/// What strangers wrote, as it is kept in facts: it is read or its flaw is told, and spaces around it mean nothing.
fn raw(line: &str) {
    match flaw(line) {
        Some(flaw) => is_fit_to_print(&flaw),
        None => {
            let asked = needs(line);
            assert!(asked.len() <= 1, "one line asks for one thing");
            assert_eq!(meaning(&asked), meaning(&needs(&format!("  {line} "))), "spaces around it mean nothing");
            for need in asked {
                assert_eq!(need.text, line);
                is_fit_to_print(&need.name);
                let is_kept = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
                assert!(need.name.chars().all(is_kept), "{} is normalised", need.name);
            }
        }
    }
}

/// The distributions that may be asked for: as they are written, their name in the graph, and their version.
const NAMES: &[(&str, &str, Option<[u32; 3]>)] = &[
    ("numpy", "numpy", Some([2, 1, 0])),
    ("NumPy", "numpy", Some([2, 1, 0])),
    ("Scikit_Learn", "scikit-learn", Some([1, 2, 2])),
    ("scikit.learn", "scikit-learn", Some([1, 2, 2])),
    ("ruamel--yaml", "ruamel-yaml", Some([0, 18, 0])),
    ("six", "six", None),
    ("absent", "absent", None),
];
const VERSIONS: &[[u32; 3]] = &[[0, 18, 0], [1, 2, 0], [1, 2, 2], [2, 0, 0], [2, 1, 0], [3, 0, 0]];
const OPERATORS: &[&str] = &[">=", "<=", "==", "!=", "<", ">", "~="];
const EXTRAS: &[&str] = &["", "[fast]", "[ fast,Docs ]", "[]"];
/// Comparisons that hold for Python 3.13 on Linux and x86_64 with no extra asked for, and such that do not.
const TRUE: &[&str] = &[
    "python_version >= '3.9'",
    "python_version<\"3.14\"",
    "\"3.13\" == python_version",
    "sys_platform == 'linux'",
    "platform_machine != 'aarch64'",
    "os_name=='posix'",
    "python_version in '3.12 3.13'",
];
const FALSE: &[&str] = &[
    "python_version < '3.13'",
    "'2.7' >= python_version",
    "sys_platform == \"win32\"",
    "platform_machine=='aarch64'",
    "extra == 'fast'",
    "os_name == 'nt'",
    "python_version not in '3.12 3.13'",
];

/// A line made of parts that are known: what is read of it is what it was made of, however it is spaced.
fn composed(draw: &mut Draw<'_>) {
    let (written, name, version) = *draw.pick(NAMES);
    let asked: Vec<(&str, [u32; 3])> =
        (0..draw.below(4)).map(|_| (*draw.pick(OPERATORS), *draw.pick(VERSIONS))).collect();
    let extras = *draw.pick(EXTRAS);
    let marker = (!draw.flip()).then(|| marker(draw, 3));
    let specifiers: Vec<String> = asked.iter().map(|(operator, version)| specifier(operator, version)).collect();
    let specifiers = specifiers.join(if draw.flip() { "," } else { " , " });
    let specifiers = if draw.flip() && !specifiers.is_empty() { format!("({specifiers})") } else { specifiers };
    let space = if draw.flip() { " " } else { "" };
    let condition = marker.as_ref().map_or(String::new(), |(text, _)| format!("{space};{space}{text}"));
    let line = format!("{written}{space}{extras}{space}{specifiers}{condition}");
    assert_eq!(flaw(&line), None, "{line:?} is a requirement");
    let holds = marker.is_none_or(|(_, holds)| holds);
    let fit = match version {
        _ if name == "absent" => Fit::NotKnown,
        _ if asked.is_empty() => Fit::Fits,
        None => Fit::NotKnown,
        Some(there) if asked.iter().all(|(operator, version)| compares(&there, operator, version)) => Fit::Fits,
        Some(_) => Fit::Outside,
    };
    let expected: Vec<(String, Holds, Fit)> =
        if holds { vec![(name.to_owned(), Holds::Surely, fit)] } else { Vec::new() };
    assert_eq!(meaning(&needs(&line)), expected, "{line:?}");
}

/// A condition and whether it holds.
fn marker(draw: &mut Draw<'_>, depth: usize) -> (String, bool) {
    match draw.below(if depth == 0 { 2 } else { 5 }) {
        0 => ((*draw.pick(TRUE)).to_owned(), true),
        1 => ((*draw.pick(FALSE)).to_owned(), false),
        2 => {
            let (inner, holds) = marker(draw, depth - 1);
            (format!("({inner})"), holds)
        }
        // `and` binds closer than `or`, so what stands around it is set apart.
        3 => {
            let ((one, first), (other, second)) = (marker(draw, depth - 1), marker(draw, depth - 1));
            (format!("({one}) and ({other})"), first && second)
        }
        _ => {
            let ((one, first), (other, second)) = (marker(draw, depth - 1), marker(draw, depth - 1));
            (format!("{one} or {other}"), first || second)
        }
    }
}

fn specifier(operator: &str, [major, minor, patch]: &[u32; 3]) -> String {
    format!("{operator}{major}.{minor}.{patch}")
}

fn compares(there: &[u32; 3], operator: &str, asked: &[u32; 3]) -> bool {
    match operator {
        ">=" => there >= asked,
        "<=" => there <= asked,
        "==" => there == asked,
        "!=" => there != asked,
        "<" => there < asked,
        ">" => there > asked,
        _ => there >= asked && there[..2] == asked[..2],
    }
}

fn meaning(needs: &[Need]) -> Vec<(String, Holds, Fit)> {
    needs.iter().map(|need| (need.name.clone(), need.holds, need.fit)).collect()
}

/// What a distribution needs whose one requirement is this.
fn needs(line: &str) -> Vec<Need> {
    static READ: LazyLock<(Build, Facts)> = LazyLock::new(|| {
        let build = Build::holding(&[
            ("asker-1.dist-info/METADATA", b"Name: asker\nVersion: 1\nRequires-Dist: six\n"),
            ("numpy-2.1.0.dist-info/METADATA", b"Name: numpy\nVersion: 2.1.0\n"),
            ("ruamel.yaml-0.18.0.dist-info/METADATA", b"Name: ruamel.yaml\nVersion: 0.18.0\n"),
            ("scikit_learn-1.2.2.dist-info/METADATA", b"Name: scikit-learn\nVersion: 1.2.2\n"),
            ("six.dist-info/METADATA", b"Name: six\n"),
        ]);
        let facts = read_facts(&build.listing, &build, Wanted::OWNERS, &Unwatched);
        (build, facts)
    });
    let (build, facts) = &*READ;
    let mut facts = facts.clone();
    facts.distributions[0].requires = vec![line.to_owned()];
    let bundle: Bundle = attribute(build.listing.clone(), Arc::new(facts));
    let asker = bundle.find(&PackageKey::new("asker")).expect("it is there");
    Graph::new(&bundle, &target("python3.13")).needs(asker).to_vec()
}
