//! Whatever strangers wrote, it stays text in every format: no line, tag, cell, property or command comes of it.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/judging.rs"]
mod judging;

use bayplan::model::budget::Budgets;
use bayplan::model::bundle::Bundle;
use bayplan::model::cargo::Cargo;
use bayplan::model::escape::{printable, visible};
use bayplan::model::finding::{Finding, Severity, Verdict};
use bayplan::model::graph::Graph;
use bayplan::model::package::PackageKey;
use bayplan::model::place::{Place, Places};
use bayplan::model::plan::Plan;
use bayplan::model::zipped::ZippedSizes;
use bayplan::report::{Format, Report, Telling, defused, render};
use bundles::{Files, Zip, bundle_at};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

const CHECK: Telling = Telling::Check(Severity::Error);

/// A bundle with a file of that name, in a zip, where names can be anything.
fn bundle(name: &str) -> Bundle {
    let folder = tempfile::tempdir().unwrap();
    let mut zip = Zip::default();
    zip.add(b"app.py", b"def handler(event, context): pass\n", 0o100_644);
    zip.add(format!("n{}", name.replace(['/', '\0'], "-")).as_bytes(), b"1", 0o100_644);
    let path = folder.path().join("bundle.zip");
    std::fs::write(&path, zip.finish()).unwrap();
    bundle_at(&path)
}

fn plan() -> Plan {
    judging::plan("handler = \"app.handler\"\n")
}

/// The verdict of an innocent bundle with findings in a stranger's words.
fn verdict(words: &[String]) -> (Verdict, Places) {
    let mut verdict = judging::verdict(&Files::default().with("app.py", "def handler(a, b): pass\n").bundle(), &plan());
    let finding = |(index, words): (usize, &String)| Finding {
        id: "bundle.unclear",
        severity: [Severity::Error, Severity::Warning, Severity::Note][index % 3],
        message: format!("m{words}"),
        cure: format!("c{words}"),
        packages: vec![PackageKey::new(&printable(words.as_bytes()))],
        buckets: Vec::new(),
        bytes: None,
        source: String::new(),
    };
    verdict.findings = words.iter().enumerate().map(finding).collect();
    verdict.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let place = |finding: &Finding| Place { path: format!("p{}", finding.packages[0]), line: 3 };
    let places =
        Places { findings: verdict.findings.iter().map(place).collect(), whole: Place::top("plan".to_owned()) };
    (verdict, places)
}

fn told(name: &str, words: &[String], format: Format, telling: Telling) -> String {
    let (bundle, plan, (verdict, places)) = (bundle(name), plan(), verdict(words));
    let cargo = Cargo::new(&bundle, &plan, &ZippedSizes::of_listing(&bundle.listing));
    let target = plan.function.target.clone();
    let report = Report {
        bundle: &bundle,
        plan: &plan,
        cargo: &cargo,
        graph: &Graph::new(&bundle, &target),
        budgets: &Budgets::new(&bundle, &cargo, &plan),
        verdict: &verdict,
        target: &target,
        places: Some(&places),
        changed: None,
    };
    render(&report, format, telling)
}

/// Names of the worst kind: what ends things in some format, and anything at all.
fn hostile() -> impl Strategy<Value = String> {
    let ends = prop::sample::select(vec![
        "\n",
        "\r\n",
        "::",
        "::error::x",
        "##[error]",
        "|",
        "`",
        "```",
        "]]>",
        "<!--",
        "-->",
        "<script>",
        "</details>",
        "&amp;",
        "\"",
        "'",
        "\\",
        "\u{1b}[31m",
        "\0",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{ffff}",
        "%0A",
        ",",
        "](x)",
        "![x](y)",
        "@you",
        "#1",
        "https://x.y",
        "www.x.y",
        "$x$",
        "~~",
        "**",
        "__",
        "    ",
        "\t",
        "- ",
        "1. ",
        "> ",
        "# ",
        "---",
        "=",
        ":",
        "{{x}}",
        "${x}",
    ]);
    let part =
        prop_oneof![4 => ends.prop_map(str::to_owned), 1 => "\\PC{0,6}", 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// The shape of a Markdown document: its events without the texts, which the hosts run together.
fn shape(markdown: &str) -> Vec<String> {
    let events =
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH);
    events
        .filter(|event| !matches!(event, Event::Text(_)))
        .map(|event| match event {
            Event::End(TagEnd::Heading(_)) => "end of heading".to_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}

/// What stands in the last column of every row of every table, without the digits of sizes, which grow with a name. No
/// name stands there, and a cell that ends too early pushes out what does.
fn last_cells(markdown: &str) -> Vec<String> {
    let (mut rows, mut cell) = (Vec::new(), String::new());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableCell) => cell.clear(),
            Event::Text(text) | Event::Code(text) => {
                cell.extend(text.chars().filter(|letter| !letter.is_ascii_digit()))
            }
            Event::End(TagEnd::TableRow) => rows.push(cell.clone()),
            _ => {}
        }
    }
    rows
}

/// What the runner of GitHub makes of an annotation: command, properties, message.
fn read_annotation(line: &str) -> (String, Vec<(String, String)>, String) {
    let (head, data) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    let undone = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), undone(value))).unwrap();
    (command.to_owned(), properties.split(',').map(pair).collect(), undone(data))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn annotations_are_one_line_each_and_say_what_they_say(words in prop::collection::vec(hostile(), 1..4)) {
        let log = told("x", &words, Format::Github, CHECK);
        let lines: Vec<&str> = log.split_inclusive('\n').collect();
        prop_assert_eq!(lines.len(), words.len() + 1, "{}", log);
        let (verdict, places) = verdict(&words);
        for ((line, finding), place) in lines.iter().zip(&verdict.findings).zip(&places.findings) {
            let (command, properties, message) = read_annotation(line.trim_end_matches('\n'));
            prop_assert!(["error", "warning", "notice"].contains(&command.as_str()));
            let expected = [("file", place.path.as_str()), ("line", "3"), ("title", "bundle.unclear")];
            let properties: Vec<(&str, &str)> = properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            prop_assert_eq!(properties, expected);
            prop_assert_eq!(message, visible(&format!("{} → {}", finding.message, finding.cure)));
        }
    }

    #[test]
    fn markdown_keeps_its_shape(name in hostile(), words in prop::collection::vec(hostile(), 1..4)) {
        let innocent = vec!["x".to_owned(); words.len()];
        for telling in [CHECK, Telling::Report] {
            let text = told(&name, &words, Format::Markdown, telling);
            let innocent = told("x", &innocent, Format::Markdown, telling);
            prop_assert_eq!(shape(&text), shape(&innocent), "{}", text);
            prop_assert_eq!(last_cells(&text), last_cells(&innocent), "{}", text);
        }
    }

    #[test]
    fn json_and_xml_are_read_back_as_they_were_meant(name in hostile(), words in prop::collection::vec(hostile(), 1..4)) {
        let (verdict, _) = verdict(&words);
        let quality: Vec<serde_json::Value> = serde_json::from_str(&told(&name, &words, Format::Gitlab, CHECK)).unwrap();
        prop_assert_eq!(quality.len(), words.len());
        let prints: std::collections::BTreeSet<&str> = quality.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
        prop_assert_eq!(prints.len(), words.len());
        let json: serde_json::Value = serde_json::from_str(&told(&name, &words, Format::Json, CHECK)).unwrap();
        for (found, finding) in json["findings"].as_array().unwrap().iter().zip(&verdict.findings) {
            prop_assert_eq!(found["message"].as_str(), Some(finding.message.as_str()));
        }
        let xml = told(&name, &words, Format::Junit, CHECK);
        let junit = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        prop_assert_eq!(junit.tests, verdict.rules.len(), "{}", &xml);
        prop_assert_eq!(junit.test_suites.len(), 1);
        let case = junit.test_suites[0].test_cases.iter().find(|case| case.name.starts_with("bundle.unclear")).unwrap();
        let quick_junit::TestCaseStatus::NonSuccess { message, .. } = &case.status else { panic!("{xml}") };
        let first = visible(&verdict.findings[0].message);
        prop_assert_eq!(message.as_ref().map(|it| it.as_str()), Some(first.as_str()));
        let is_fit = |letter: char| matches!(letter, '\n' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
        prop_assert!(xml.chars().all(is_fit), "{:?}", xml);
    }

    #[test]
    fn a_log_for_people_holds_no_command(name in hostile(), words in prop::collection::vec(hostile(), 1..4)) {
        for telling in [CHECK, Telling::Report] {
            let text = defused(&told(&name, &words, Format::Text, telling));
            let acts = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
            prop_assert!(!text.split(['\n', '\r']).any(acts), "{}", text);
        }
    }
}
