//! Each rule with a case that shows it and one that nearly does.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use bayplan::model::budget::Budgets;
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::cargo::Cargo;
use bayplan::model::class::Class;
use bayplan::model::entry::{EntryId, EntryKind};
use bayplan::model::facts::Facts;
use bayplan::model::finding::{Conclusion, Finding, Judged, Outcome, Severity, Verdict};
use bayplan::model::listing::{Attributes, ListingBuilder, Source};
use bayplan::model::lock::Lock;
use bayplan::model::package::{Ecosystem, Package, PackageIndex, PackageKey, Unit};
use bayplan::model::plan::Plan;
use bayplan::model::problem::Problem;
use bayplan::model::target::Target;
use bayplan::model::transition::State;
use bayplan::model::zipped::ZippedSizes;
use bayplan::planfile::parse_plan;
use bayplan::verdict::{Case, Unbuilt, judge};

const LIMIT: u64 = 262_144_000;
const DIRECT: u64 = 52_428_800;
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:layer:x";

/// A bundle of packages with one file each, in the order of their names.
#[derive(Default)]
struct Build<'a> {
    files: Vec<(&'a str, u64)>,
    zipped: bool,
    archive: Option<u64>,
    link: Option<&'a str>,
    problems: Vec<Problem>,
    versions: Vec<(&'a str, &'a str, &'a str)>,
    unit: Option<&'a str>,
}

impl Build<'_> {
    fn bundle(&self) -> Bundle {
        let source = self.archive.map_or(Source::Demo, |length| Source::Zip("f.zip".into(), Bytes(length)));
        let mut builder = ListingBuilder::new(source);
        let mut packages = Vec::new();
        let mut files = self.files.clone();
        files.sort();
        for (key, length) in &files {
            let zipped = self.zipped.then_some(Bytes(*length));
            let kind = if self.link == Some(key) { EntryKind::Link } else { EntryKind::File };
            let name = key.trim_start_matches("file:");
            let entry = builder.add(name.as_bytes(), Attributes { zipped, kind, ..Attributes::file(*length) }).unwrap();
            packages.push(self.package(key, entry));
        }
        self.problems.iter().cloned().for_each(|problem| builder.problem(problem));
        let listing = Arc::new(builder.finish());
        let owners = (0..=packages.len() as u32).map(|entry| entry.checked_sub(1).map(PackageIndex)).collect();
        let classes = vec![Class::Code; packages.len() + 1];
        let members = (0..packages.len() as u32).map(PackageIndex).collect();
        let units = self.unit.map(|because| Unit { members, because: because.to_owned() }).into_iter().collect();
        Bundle::new(listing, Arc::new(nothing_found()), packages, owners, classes, units, Vec::new())
    }

    fn package(&self, key: &str, entry: EntryId) -> Package {
        let known = self.versions.iter().find(|(name, _, _)| *name == key);
        Package {
            key: PackageKey::new(key),
            ecosystem: if key.starts_with("file:") { Ecosystem::YourFiles } else { Ecosystem::Python },
            version: known.map(|(_, version, _)| (*version).to_owned()),
            root: EntryId::ROOT,
            layer_folder: Ecosystem::Python.layer_folder().into(),
            facts: None,
            tops: vec![entry],
            digest: known.map(|(_, _, digest)| (*digest).to_owned()),
            classes: Box::default(),
        }
    }
}

/// Facts that were read, of files in which nothing was found.
fn nothing_found() -> Facts {
    let (natives, bytecode, path_files) = (Some([].into()), Some([].into()), Some([].into()));
    Facts { natives, bytecode, path_files, ..Facts::default() }
}

fn files<'a>(files: &[(&'a str, u64)]) -> Build<'a> {
    Build { files: files.to_vec(), ..Build::default() }
}

/// The plan with `body` below a function on python3.10 with a handler that each bundle has or has not.
fn plan(function: &str, body: &str) -> Plan {
    let head = "version = 1\n[function.f]\nruntime = \"python3.10\"\narchitecture = \"x86_64\"\n";
    parse_plan(&format!("{head}{function}\n{body}")).unwrap_or_else(|error| panic!("{error}"))
}

struct Asked<'a> {
    lock: Option<&'a Lock>,
    deployed: Option<&'a State>,
    today: Option<&'a str>,
    judged: Judged,
    unbuilt: Option<&'a Unbuilt>,
}

const ASKED: Asked<'_> = Asked { lock: None, deployed: None, today: None, judged: Judged::Plan, unbuilt: None };

fn verdict_of(build: &Build<'_>, plan: &Plan, asked: &Asked<'_>) -> Verdict {
    let bundle = build.bundle();
    let cargo = Cargo::new(&bundle, plan, &ZippedSizes::of_listing(&bundle.listing));
    let budgets = Budgets::new(&bundle, &cargo, plan);
    let target: Target = plan.function.target.clone();
    let Asked { lock, deployed, today, judged, unbuilt } = *asked;
    judge(&Case {
        bundle: &bundle,
        cargo: &cargo,
        budgets: &budgets,
        plan,
        target: &target,
        judged,
        lock,
        deployed,
        today,
        unbuilt,
        artifacts: None,
    })
}

fn verdict(build: &Build<'_>, plan: &Plan) -> Verdict {
    verdict_of(build, plan, &ASKED)
}

fn found(verdict: &Verdict, id: &str) -> Option<Finding> {
    verdict.findings.iter().find(|finding| finding.id == id).cloned()
}

fn outcome(verdict: &Verdict, id: &str) -> Outcome {
    verdict.rules.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}")).outcome.clone()
}

/// The first case is found with this severity and these words, the second passes.
fn shows(id: &str, severity: Severity, words: &str, bad: &Verdict, good: &Verdict) {
    let finding = found(bad, id).unwrap_or_else(|| panic!("{id} found nothing: {:?}", outcome(bad, id)));
    assert_eq!(finding.severity, severity, "{id}: {}", finding.message);
    assert!(finding.message.contains(words), "{id}: {}", finding.message);
    assert!(!finding.cure.is_empty() && !finding.cure.ends_with('.') && !finding.message.ends_with('.'), "{finding:?}");
    assert_eq!(found(good, id), None, "{id} should have nothing to say");
}

#[test]
fn the_storys_bundle_is_over_and_the_way_out_comes_in_order() {
    let verdict = verdict(&files(&[("scipy", 370_064_218)]), &plan("", ""));
    let finding = verdict.worst().unwrap();
    assert_eq!(
        finding.message,
        "function + layers hold 352.9 MB (370 064 218 bytes) unzipped, 102.9 MB (107 920 218 bytes) over the 250 MB \
         that they share"
    );
    assert_eq!((finding.id, finding.bytes), ("size.joint", Some(Bytes(107_920_218))));
    let place = |words: &str| finding.cure.find(words).unwrap_or_else(|| panic!("{words}: {}", finding.cure));
    assert!(place("leave packages out or slim") < place("container image") && place("container image") < place("EFS"));
    assert!(finding.cure.contains("Moving them to a layer frees nothing"));
    assert_eq!(verdict.conclusion(Severity::Error), Conclusion::Failed);
}

#[test]
fn function_and_layers_together_must_stay_below_250_mb() {
    let layered = plan("layers = [\"a\"]", "[layer.a]\npackages = [\"scipy\"]");
    for (function, layer, is_over) in [(1, LIMIT - 2, false), (1, LIMIT - 1, true), (2, LIMIT - 1, true)] {
        let verdict = verdict(&files(&[("numpy", function), ("scipy", layer)]), &layered);
        assert_eq!(found(&verdict, "size.joint").is_some(), is_over, "{function} + {layer}");
    }
    let exact = verdict(&files(&[("numpy", LIMIT)]), &plan("", ""));
    assert!(found(&exact, "size.joint").unwrap().message.ends_with("and must be smaller than that"));
    let efs = verdict(&files(&[("scipy", 2 * LIMIT)]), &plan("", "[efs]\npackages = [\"scipy\"]"));
    assert_eq!(outcome(&efs, "size.joint"), Outcome::Passed, "EFS does not count");
}

#[test]
fn with_layers_the_number_that_aws_quotes_is_named() {
    let layered = plan("layers = [\"a\"]", "[layer.a]\npackages = [\"scipy\"]");
    let verdict = verdict(&files(&[("numpy", 200_000_000), ("scipy", 176_936_801)]), &layered);
    assert!(found(&verdict, "size.joint").unwrap().message.contains("85207199 bytes"), "{verdict:?}");
}

#[test]
fn a_lower_bound_below_the_limit_is_undecided_and_above_it_is_proven() {
    let hidden = |length| Build { problems: vec![Problem::hidden("x", "denied")], ..files(&[("scipy", length)]) };
    let below = verdict(&hidden(1), &plan("", ""));
    assert!(matches!(outcome(&below, "size.joint"), Outcome::Undecided(_)));
    assert_eq!(below.conclusion(Severity::Error), Conclusion::Undecided);
    let above = verdict(&hidden(LIMIT), &plan("", ""));
    assert_eq!(above.conclusion(Severity::Error), Conclusion::Failed, "a proven error wins over doubt");
    shows("bundle.readable", Severity::Warning, "x (denied)", &below, &verdict(&files(&[("a", 1)]), &plan("", "")));
}

#[test]
fn each_layer_alone_and_all_together_are_judged() {
    let layered = plan("layers = [\"a\"]", "[layer.a]\npackages = [\"scipy\"]");
    let of = |length| verdict(&files(&[("scipy", length)]), &layered);
    shows("size.layer", Severity::Error, "layer a alone holds", &of(LIMIT), &of(LIMIT - 1));
    shows("size.layers", Severity::Error, "nothing of the 250 MB is left", &of(LIMIT), &of(LIMIT - 1));
    for id in ["size.layer", "size.layers"] {
        assert!(found(&of(LIMIT + 1), id).is_some(), "{id}: one above is over as well");
    }
}

#[test]
fn headroom_is_what_the_plan_wants() {
    let eighty = plan("", "[check]\nwarn_at_percent = 80");
    let of = |length| verdict(&files(&[("scipy", length)]), &eighty);
    shows("size.headroom", Severity::Warning, "more than 80 %", &of(LIMIT / 5 * 4 + 1), &of(LIMIT / 5 * 4));
}

#[test]
fn a_zip_as_it_is_is_judged_by_its_own_length() {
    let asked = Asked { judged: Judged::Zip, ..ASKED };
    let direct = plan("upload = \"direct\"", "");
    let of = |length, plan: &Plan| {
        verdict_of(&Build { zipped: true, archive: Some(length), ..files(&[("a", 1)]) }, plan, &asked)
    };
    shows("upload.direct", Severity::Error, "smaller than 50 MB", &of(DIRECT, &direct), &of(DIRECT - 100, &direct));
    let message = found(&of(DIRECT, &direct), "upload.direct").unwrap().message.clone();
    assert!(message.ends_with("; UpdateFunctionCode would carry it as base64 in 69 905 083 bytes"), "{message}");
    assert_eq!(found(&of(DIRECT - 1, &direct), "upload.direct").unwrap().severity, Severity::Warning);
    assert_eq!(found(&of(DIRECT + 1, &direct), "upload.direct").unwrap().severity, Severity::Error);
    shows("upload.direct", Severity::Note, "through S3", &of(DIRECT, &plan("", "")), &of(DIRECT - 1, &plan("", "")));
}

#[test]
fn a_direct_upload_of_unknown_length_is_undecided() {
    let direct = plan("upload = \"direct\"", "");
    assert!(matches!(outcome(&verdict(&files(&[("a", 1)]), &direct), "upload.direct"), Outcome::Undecided(_)));
    let zipped = |length| verdict(&Build { zipped: true, ..files(&[("a", length)]) }, &direct);
    shows("upload.direct", Severity::Error, "the zip of the function", &zipped(DIRECT), &zipped(DIRECT - 300));
    let s3 = verdict(&files(&[("a", 1)]), &plan("", ""));
    assert!(matches!(outcome(&s3, "upload.direct"), Outcome::Skipped(_)), "S3 takes any length");
}

fn foreign(versions: [u8; 2], declared: &str) -> Plan {
    let [one, two] = versions;
    let layers =
        format!("[layer.a]\narn = \"{ARN}:{one}\"\n{declared}\n[layer.b]\narn = \"{ARN}{two}:{two}\"\n{declared}");
    plan("layers = [\"a\", \"b\"]", &layers)
}

#[test]
fn somebody_elses_layers_are_declared_and_come_in_one_version() {
    let twin = plan("layers = [\"a\", \"b\"]", &format!("[layer.a]\narn = \"{ARN}:1\"\n[layer.b]\narn = \"{ARN}:2\""));
    let build = files(&[("a", 1)]);
    let good = verdict(&build, &foreign([1, 2], "unzipped_bytes = 5"));
    shows("layers.versions", Severity::Error, "two versions of one layer", &verdict(&build, &twin), &good);
    shows("layers.declared", Severity::Warning, "layer a", &verdict(&build, &twin), &good);
    assert!(matches!(outcome(&verdict(&build, &twin), "size.joint"), Outcome::Undecided(_)));
    let pandas = "arn = \"arn:aws:lambda:eu-west-1:336392948345:layer:AWSSDKPandas-Python313:11\"";
    let known = verdict(&build, &plan("layers = [\"a\"]", &format!("[layer.a]\n{pandas}")));
    let cure = found(&known, "layers.declared").unwrap().cure.clone();
    assert!(cure.ends_with("issue 3331, 204 MB for awswrangler 3.16.1 (167 MB for 3.16.0)"), "{cure}");
    let heavy = verdict(&build, &foreign([1, 2], "unzipped_bytes = 131_072_000"));
    assert_eq!(heavy.worst().unwrap().id, "size.joint", "what is declared counts");
}

#[test]
fn an_empty_layer_takes_a_slot() {
    let build = files(&[("numpy", 1)]);
    let full = plan("layers = [\"a\"]", "[layer.a]\npackages = [\"numpy\"]");
    let empty = plan("layers = [\"a\"]", "[layer.a]");
    shows("layers.empty", Severity::Warning, "layer a", &verdict(&build, &empty), &verdict(&build, &full));
    assert_eq!(outcome(&verdict(&build, &full), "layers.slots"), Outcome::Passed);
}

#[test]
fn the_handlers_module_is_looked_for() {
    let build = files(&[("file:app.py", 1), ("numpy", 1)]);
    let of = |handler: &str, body: &str| verdict(&build, &plan(&format!("handler = \"{handler}\""), body));
    shows("plan.handler", Severity::Error, "which the bundle does not have", &of("main.run", ""), &of("app.run", ""));
    shows("plan.handler", Severity::Error, "has no dot", &of("app", ""), &of("app.run", ""));
    shows("plan.handler", Severity::Note, "not known", &verdict(&build, &plan("", "")), &of("app.run", ""));
    let foreign = format!("layers = [\"a\"]\nhandler = \"datadog.run\"\n[layer.a]\narn = \"{ARN}:1\"");
    let foreign = verdict(&build, &plan(&foreign, ""));
    assert_eq!(found(&foreign, "plan.handler").unwrap().severity, Severity::Warning, "a layer may have it");
}

#[test]
fn what_the_plan_knows_and_the_bundle_does_not_is_a_note() {
    let build = files(&[("numpy", 1)]);
    let of = |body: &str| verdict(&build, &plan("", body));
    let (bad, good) = (of("[efs]\npackages = [\"numpyy\"]"), of("[efs]\npackages = [\"numpy\"]"));
    shows("plan.unknown-packages", Severity::Note, "numpyy", &bad, &good);
}

#[test]
fn an_acceptance_makes_a_finding_a_note_until_its_day() {
    let build = files(&[("numpy", LIMIT)]);
    let accepted =
        "[check]\nignore = [{ finding = \"size.joint\", because = \"an image\\u001b\", until = \"2027-01-31\" }]";
    let on = |today| verdict_of(&build, &plan("", accepted), &Asked { today: Some(today), ..ASKED });
    let finding = found(&on("2027-01-31"), "size.joint").unwrap();
    assert_eq!(finding.severity, Severity::Note);
    assert!(finding.message.starts_with("accepted: ") && finding.message.ends_with("(because: an image\\u{1B})"));
    assert_eq!(on("2027-01-31").conclusion(Severity::Error), Conclusion::Passed);
    assert_eq!(on("2027-02-01").conclusion(Severity::Error), Conclusion::Failed);
    shows("plan.ignore-expired", Severity::Warning, "ended on 2027-01-31", &on("2027-02-01"), &on("2027-01-31"));
    let mistyped = verdict(&build, &plan("", "[check]\nignore = [{ finding = \"size.jiont\", because = \"x\" }]"));
    shows("plan.ignore-unknown", Severity::Note, "size.jiont", &mistyped, &on("2027-01-31"));
}

#[test]
fn an_acceptance_for_a_package_covers_that_package_only() {
    let build = files(&[("file:a", 1), ("file:b", 1)]);
    let body = "[efs]\npackages = [\"file:a\", \"file:b\"]\n[check]\n\
                ignore = [{ finding = \"bundle.files-moved\", package = \"file:a\", because = \"x\" }]";
    let verdict = verdict(&build, &plan("", body));
    let severities: Vec<_> = verdict
        .findings
        .iter()
        .filter(|finding| finding.id == "bundle.files-moved")
        .map(|finding| (finding.packages[0].as_str(), finding.severity))
        .collect();
    assert_eq!(severities, [("file:b", Severity::Warning), ("file:a", Severity::Note)]);
}

#[test]
fn your_own_files_get_another_path() {
    let build = files(&[("file:model.bin", 1), ("numpy", 1)]);
    let of = |body: &str| verdict(&build, &plan("mount = \"/mnt/m\"", body));
    let (bad, good) = (of("[efs]\npackages = [\"file:model.bin\"]"), of("[efs]\npackages = [\"numpy\"]"));
    shows("bundle.files-moved", Severity::Warning, "/mnt/m/model.bin instead of /var/task/model.bin", &bad, &good);
}

#[test]
fn a_unit_in_two_roots_is_torn_and_in_two_layers_is_not() {
    let build = Build { unit: Some("share the regular package \"x\""), ..files(&[("a", 1), ("b", 1)]) };
    let layers = |b: &str| {
        plan("layers = [\"one\", \"two\"]", &format!("[layer.one]\npackages = [\"a\"]\n[layer.two]\npackages = [{b}]"))
    };
    let (torn, merged) = (verdict(&build, &layers("")), verdict(&build, &layers("\"b\"")));
    shows("bundle.units", Severity::Error, "a and b share the regular package \"x\", but lie in", &torn, &merged);
}

#[test]
fn links_and_unclear_things_are_said() {
    let plain = verdict(&files(&[("a", 1)]), &plan("", ""));
    let linked = verdict(&Build { link: Some("a"), ..files(&[("a", 1)]) }, &plan("", ""));
    shows("bundle.links", Severity::Note, "1 link is counted as links (a)", &linked, &plain);
    let problems = (0..9).map(|kind| Problem::unclear("x", format!("strange in way {kind}"))).collect();
    let unclear = verdict(&Build { problems, ..files(&[("a", 1)]) }, &plan("", ""));
    shows("bundle.unclear", Severity::Note, "x: strange in way 0", &unclear, &plain);
    assert_eq!(unclear.findings.iter().filter(|finding| finding.id == "bundle.unclear").count(), 6, "grouped");
    shows("bundle.empty", Severity::Error, "no file", &verdict(&files(&[]), &plan("", "")), &plain);
}

#[test]
fn the_sdk_leaves_together() {
    let sdk = ["boto3", "botocore", "jmespath", "s3transfer"];
    let build = files(&sdk.map(|name| (name, 1)));
    let left_out = |names: &[&str]| {
        let lines: String = names.iter().map(|name| format!("{name} = {{ provided_by = \"runtime\" }}\n")).collect();
        verdict(&build, &plan("", &format!("[left-out]\n{lines}")))
    };
    shows("provided.family", Severity::Warning, "botocore", &left_out(&["boto3"]), &left_out(&sdk));
    shows("provided.holder", Severity::Warning, "numpy", &left_out(&["numpy"]), &left_out(&sdk));
    let by_layer = |provides: &str| {
        let layer = format!("[layer.a]\narn = \"{ARN}:1\"\nprovides = [{provides}]");
        verdict(&build, &plan("layers = [\"a\"]", &format!("{layer}\n[left-out]\nboto3 = {{ provided_by = \"a\" }}")))
    };
    shows("provided.holder", Severity::Warning, "does not declare", &by_layer(""), &by_layer("\"boto3\""));
}

#[test]
fn efs_has_its_price_and_no_snapstart() {
    let build = files(&[("scipy", 1)]);
    let of = |snapstart: bool, body: &str| verdict(&build, &plan(&format!("snapstart = {snapstart}"), body));
    let efs = "[efs]\npackages = [\"scipy\"]";
    shows("efs.snapstart", Severity::Error, "SnapStart", &of(true, efs), &of(false, efs));
    shows("efs.snapstart", Severity::Error, "SnapStart", &of(true, efs), &of(true, ""));
    shows("efs.vpc", Severity::Note, "VPC", &of(false, efs), &of(false, ""));
}

#[test]
fn the_environment_has_4_kb_as_compact_json() {
    // {"AB":"…"} is nine bytes around the value.
    let of = |length: usize| {
        let value = "x".repeat(length);
        verdict(&files(&[("a", 1)]), &plan(&format!("environment = {{ AB = \"{value}\" }}"), ""))
    };
    shows("environment.size", Severity::Error, "4 097 bytes", &of(4_097 - 9), &of(4_096 - 9));
    assert_eq!(found(&of(4_095 - 9), "environment.size"), None);
}

#[test]
fn a_pythonpath_must_lead_to_layers_and_efs() {
    let build = files(&[("numpy", 1)]);
    let layered = |path: &str| {
        let function = format!("layers = [\"a\"]\nenvironment = {{ PYTHONPATH = \"{path}\" }}");
        verdict(&build, &plan(&function, "[layer.a]\npackages = [\"numpy\"]"))
    };
    let (bad, good) = (layered("/var/task/vendor"), layered("/var/task/vendor:/opt/python/"));
    shows("pythonpath.layers", Severity::Error, "/opt/python is not searched", &bad, &good);
    let mounted = |path: &str| {
        let function = format!("mount = \"/mnt/m\"\nenvironment = {{ PYTHONPATH = \"{path}\" }}");
        verdict(&build, &plan(&function, "[efs]\npackages = [\"numpy\"]"))
    };
    shows("pythonpath.efs", Severity::Error, "/mnt/m is not searched", &mounted("/mnt/me"), &mounted("/mnt/m/v1"));
}

#[test]
fn the_lock_tells_what_came_went_changed_and_grew() {
    let build = |size, version: &'static str, digest: &'static str| Build {
        versions: vec![("numpy", version, digest)],
        ..files(&[("numpy", size)])
    };
    let growth = plan("", "[check]\ngrowth = { percent = 10, at_least_bytes = 5, severity = \"error\" }");
    let before = build(100, "1.0", "d1").bundle();
    let lock = Lock::new(&before, &growth, &growth.function.target);
    let against = |build: &Build<'_>, lock: &Lock| verdict_of(build, &growth, &Asked { lock: Some(lock), ..ASKED });
    let same = against(&build(100, "1.0", "d1"), &lock);
    assert!(same.findings.iter().all(|finding| !finding.id.starts_with("drift.")), "{same:?}");

    let mut more = build(100, "1.0", "d1");
    more.files.push(("scipy", 7));
    shows("drift.unplanned", Severity::Warning, "scipy is new", &against(&more, &lock), &same);
    let gone = against(&files(&[]), &lock);
    shows("drift.gone", Severity::Warning, "numpy is in the lock", &gone, &same);
    shows("drift.versions", Severity::Note, "numpy 1.0 → 1.1", &against(&build(100, "1.1", "d2"), &lock), &same);
    shows("drift.versions", Severity::Warning, "other content", &against(&build(100, "1.0", "d2"), &lock), &same);
    let (grown, nearly) = (against(&build(111, "1.0", "d1"), &lock), against(&build(110, "1.0", "d1"), &lock));
    shows("drift.growth", Severity::Error, "numpy by 11 B", &grown, &nearly);
    let elsewhere = Lock { target: Target::default(), ..lock.clone() };
    shows(
        "drift.target",
        Severity::Warning,
        "python3.10 x86_64",
        &against(&build(100, "1.0", "d1"), &elsewhere),
        &same,
    );
    assert!(matches!(outcome(&verdict(&build(1, "1", "d"), &growth), "drift.growth"), Outcome::Skipped(_)), "no lock");
}

#[test]
fn sources_are_never_green() {
    let unbuilt = Unbuilt {
        manifest: "requirements.txt".to_owned(),
        command: Some("pip install -r requirements.txt -t build".to_owned()),
        builds: vec![".aws-sam/build/F".to_owned()],
    };
    let build = files(&[("file:app.py", 1)]);
    let sources = verdict_of(&build, &plan("", ""), &Asked { unbuilt: Some(&unbuilt), ..ASKED });
    shows(
        "bundle.built",
        Severity::Error,
        "nothing that it asks for is installed",
        &sources,
        &verdict(&build, &plan("", "")),
    );
    let cure = found(&sources, "bundle.built").unwrap().cure;
    assert!(cure.contains("pip install") && cure.contains(".aws-sam/build/F"), "{cure}");
}

#[test]
fn an_unknown_target_is_said() {
    let unknown = parse_plan("version = 1\n[function.f]\nruntime = \"python2.7\"").unwrap();
    let build = files(&[("a", 1)]);
    let bad = verdict(&build, &unknown);
    shows("target.known", Severity::Note, "python2.7", &bad, &verdict(&build, &plan("", "")));
    let of = |runtime: &str| {
        let plan = parse_plan(&format!("version = 1\n[function.f]\nruntime = \"{runtime}\"")).unwrap();
        found(&verdict(&build, &plan), "target.known").unwrap()
    };
    assert_eq!(of("python4.1").severity, Severity::Note, "it may have come later");
    assert_eq!(of("cobol1.x").severity, Severity::Note);
    let slip = of("pyhton3.12");
    assert!(slip.severity == Severity::Error && slip.cure.starts_with("name python3.12"), "{slip:?}");
}

#[test]
fn findings_stand_worst_first_and_every_rule_has_an_outcome() {
    let verdict = verdict(&files(&[("file:a", LIMIT)]), &plan("", "[left-out]\nx = { because = \"\" }"));
    assert!(verdict.findings.is_sorted_by(|a, b| a.severity >= b.severity));
    assert_eq!(verdict.rules.len(), bayplan::verdict::rules().count());
}

/// The story's numpy: in the function of the deployed state or in its layer, and then the other way round.
#[test]
fn the_way_from_what_is_deployed_must_hold_at_every_step() {
    let judged = |numpy: u64, old: &Plan, new: &Plan| {
        let build = files(&[("app", 1000), ("numpy", numpy)]);
        let bundle = build.bundle();
        let cargo = Cargo::new(&bundle, old, &ZippedSizes::default());
        let deployed = State::of_plan(&bundle, old, &cargo, &old.function.target);
        verdict_of(&build, new, &Asked { deployed: Some(&deployed), ..ASKED })
    };
    let (code, layer) = (plan("", ""), plan("layers = [\"a\"]", "[layer.a]\npackages = [\"numpy\"]"));
    // In between numpy is there twice: once in the old code, once in the new layer.
    let half = (LIMIT - 1000) / 2;
    let (over, fits) = (judged(half, &code, &layer), judged(half - 1, &code, &layer));
    shows("transition.update", Severity::Error, "the old code with the new layers hold", &over, &fits);
    // Neither order holds: 1 000 + 131 071 500 of code with 131 071 500 of layers are 262 144 000, the limit itself,
    // and the new code alone lacks numpy.
    let update = found(&over, "transition.update").unwrap();
    let sum = "250.0 MB (131 072 500 bytes of code + 131 071 500 of layers = 262 144 000) unzipped, 0 B (0 bytes) over";
    assert!(update.message.contains(sum), "{}", update.message);
    assert!(update.cure.starts_with("no order holds, so go by a version"), "{}", update.cure);
    assert!(
        update.cure.contains("of now (0 B (0 bytes)) and of then (125.0 MB (131 071 500 bytes))"),
        "{}",
        update.cure
    );
    // Going back, the layer with numpy would go before the code that needs it.
    let words = "the new code with the old layers lack numpy, which the code had";
    shows("transition.rollback", Severity::Warning, words, &fits, &judged(1000, &code, &code));
    let cure = found(&fits, "transition.rollback").unwrap().cure.clone();
    assert!(cure.starts_with("to go back, update the code first, with the layers as they are: 250.0 MB ("), "{cure}");
    // 1 000 + 131 071 499 of code, and the same numpy in the layer.
    assert!(cure.contains("131 072 499 bytes of code + 131 071 499 of layers = 262 143 998)"), "{cure}");
    // Out of the layer again: the layer goes first, and the old code lacks it until the new code is there.
    let back = judged(1000, &layer, &code);
    shows("transition.update", Severity::Error, "the old code with the new layers lack numpy", &back, &fits);
    assert!(found(&back, "transition.update").unwrap().cure.starts_with("update the code first"));
    assert!(matches!(outcome(&verdict(&files(&[("app", 1)]), &code), "transition.update"), Outcome::Skipped(_)));
}

#[test]
fn a_lock_of_what_is_deployed_gives_lower_bounds_where_something_changed() {
    let (code, layer) = (plan("", ""), plan("layers = [\"a\"]", "[layer.a]\npackages = [\"numpy\"]"));
    let on_the_way = |then: u64, now: u64| {
        let (old, new) = (files(&[("app", 1000), ("numpy", then)]), files(&[("app", 1000), ("numpy", now)]));
        let lock = Lock::new(&old.bundle(), &code, &Target::default());
        let bundle = new.bundle();
        let cargo = Cargo::new(&bundle, &layer, &ZippedSizes::default());
        let deployed = State::of_lock(&lock, &bundle, &layer, &cargo);
        verdict_of(&new, &layer, &Asked { deployed: Some(&deployed), ..ASKED })
    };
    let over = on_the_way(LIMIT / 2, LIMIT / 2 + 1);
    assert_eq!(found(&over, "transition.update").unwrap().severity, Severity::Error, "≥ and over all the same");
    let near = on_the_way(LIMIT / 2 - 3000, LIMIT / 2 - 2000);
    assert!(matches!(outcome(&near, "transition.update"), Outcome::Undecided(_)), "what a lock leaves out may tip it");
    let same = on_the_way(LIMIT / 2 - 2000, LIMIT / 2 - 2000);
    assert_eq!(outcome(&same, "transition.update"), Outcome::Passed, "what did not change is known exactly");
    assert_eq!(outcome(&on_the_way(1000, 2000), "transition.update"), Outcome::Passed, "far below");
}

/// Where neither order holds, the steps in between are said with their sums.
#[test]
fn the_steps_in_between_are_said_with_their_sums() {
    let way = |sizes: &[(&'static str, u64)], old: &Plan, new: &Plan| {
        let build = files(sizes);
        let bundle = build.bundle();
        let deployed =
            State::of_plan(&bundle, old, &Cargo::new(&bundle, old, &ZippedSizes::default()), &old.function.target);
        let update =
            found(&verdict_of(&build, new, &Asked { deployed: Some(&deployed), ..ASKED }), "transition.update");
        update.unwrap().cure
    };
    let layers = |packages: &str| plan("layers = [\"a\"]", &format!("[layer.a]\npackages = [{packages}]"));
    let swap = (layers("\"numpy\""), layers("\"pandas\""));
    // numpy comes out of the layer and pandas goes in: code with both, 30 + 20 + 10, with either layer.
    let sizes = [("app", 10), ("numpy", 20_000_000), ("pandas", 30_000_000)];
    let cure = way(&sizes, &swap.0, &swap.1);
    assert!(cure.starts_with("go in three deployments: 1. code that holds the packages of both functions: "), "{cure}");
    assert!(
        cure.contains("(50 000 010 bytes of code + 20 000 000 of layers = 70 000 010); 2. the other layers"),
        "{cure}"
    );
    assert!(
        cure.contains("(50 000 010 bytes of code + 30 000 000 of layers = 80 000 010); 3. the other code"),
        "{cure}"
    );
    // 240 MB in all: moved at once, numpy and pandas would be there twice, 340 MB; one after the other they fit.
    let sizes = [("app", 140_000_000), ("numpy", 50_000_000), ("pandas", 50_000_000)];
    let cure = way(&sizes, &plan("", ""), &layers("\"numpy\", \"pandas\""));
    assert!(cure.starts_with("no order holds"), "290 MB with one of them twice: {cure}");
    let sizes = [("app", 140_000_000), ("numpy", 30_000_000), ("pandas", 50_000_000)];
    let cure = way(&sizes, &plan("", ""), &layers("\"numpy\", \"pandas\""));
    assert!(cure.starts_with("no order holds"), "270 MB with pandas twice: {cure}");
    let sizes = [("app", 140_000_000), ("numpy", 30_000_000), ("pandas", 41_000_000)];
    let cure = way(&sizes, &plan("", ""), &layers("\"numpy\", \"pandas\""));
    // 211 000 000 + 41 000 000, then 211 000 000 + 30 000 000.
    assert!(
        cure.starts_with(
            "go in 2 rounds: 1. pandas into a layer, the layers first (in between 240.3 MB (252 000 000 bytes))"
        ),
        "{cure}"
    );
    assert!(
        cure.contains("; 2. numpy into a layer, the layers first (in between 229.8 MB (241 000 000 bytes))"),
        "{cure}"
    );
    // The plan leaves the SDK to the runtime: without it the old code fits beside the new layer.
    let sizes = [("app", 10), ("botocore", 80_000_000), ("numpy", 100_000_000)];
    let new = plan(
        "layers = [\"a\"]",
        "[layer.a]\npackages = [\"numpy\"]\n[left-out]\nbotocore = { provided_by = \"runtime\" }",
    );
    let cure = way(&sizes, &plan("", ""), &new);
    assert!(cure.starts_with("go in three deployments: 1. the code as it is, slimmed as its successor is: "), "{cure}");
    assert!(
        cure.contains("(100 000 010 bytes of code + 100 000 000 of layers = 200 000 010); 3. the other code"),
        "{cure}"
    );
}

/// What the runtime holds is not missing; what a foreign layer held is; and the runtime goes with the layers.
#[test]
fn what_runs_between_two_calls_is_looked_at_whole() {
    let build = files(&[("app", 10), ("botocore", 80), ("numpy", 100)]);
    let bundle = build.bundle();
    let judged = |old: &Plan, new: &Plan| {
        let deployed =
            State::of_plan(&bundle, old, &Cargo::new(&bundle, old, &ZippedSizes::default()), &old.function.target);
        verdict_of(&build, new, &Asked { deployed: Some(&deployed), ..ASKED })
    };
    let code = plan("", "");
    let layered = plan("layers = [\"a\"]", "[layer.a]\npackages = [\"botocore\"]");
    let provided = plan("", "[left-out]\nbotocore = { provided_by = \"runtime\" }");
    assert_eq!(outcome(&judged(&layered, &provided), "transition.update"), Outcome::Passed, "the runtime has the SDK");
    let foreign = |provides: &str| {
        plan("layers = [\"x\"]", &format!("[layer.x]\narn = \"{ARN}:1\"\nunzipped_bytes = 5\nprovides = [{provides}]"))
    };
    let gone = judged(&foreign("\"powertools\""), &code);
    shows("transition.update", Severity::Error, "lack powertools", &gone, &judged(&foreign(""), &code));
    let newer = parse_plan("version = 1\n[function.f]\nruntime = \"python3.13\"\narchitecture = \"x86_64\"").unwrap();
    let words = "the runtime changes from python3.10 to python3.13 with the layers";
    let found = found(&judged(&code, &newer), "transition.update").unwrap();
    assert!(found.severity == Severity::Warning && found.message.starts_with(words), "{found:?}");
}
