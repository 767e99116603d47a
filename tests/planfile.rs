//! Plan and lock as text: what is read, what is refused and how, and that writing keeps what a person wrote.

#![allow(clippy::unwrap_used)]

use bayplan::model::bucket::{Bucket, LayerName};
use bayplan::model::bytes::Bytes;
use bayplan::model::edit::Edit;
use bayplan::model::finding::Severity;
use bayplan::model::lock::{Lock, LockedLayer, LockedPackage};
use bayplan::model::package::PackageKey;
use bayplan::model::plan::{
    BytecodeMode, ForeignLayer, Growth, Ignore, Layer, LayerKind, Placement, Plan, Reason, Restricted, Upload,
};
use bayplan::model::slim::{Globs, Slim, SlimRule};
use bayplan::planfile::{parse_lock, parse_plan, render_lock, render_plan};
use proptest::prelude::*;

const EXAMPLE: &str = r#"version = 1

# What the team agreed on in March.
[function.recommender]            # what no other bucket names stays here
source = "build"
handler = "app.handler"
runtime = "python3.10"
architecture = "x86_64"
upload = "s3"                     # "direct": judged against 50 MB
layers = ["scientific", "powertools"]   # in this order; the last wins
mount = "/mnt/python_modules"
snapstart = false
environment = { LOG_LEVEL = "info" }

[layer.scientific]
packages = [
    "pandas",
    # numpy first would be nicer
    "numpy",
]

[layer.powertools]                # somebody else's
arn = "arn:aws:lambda:${region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python310-x86_64:27"
unzipped_bytes = 12_000_000
provides = ["aws-lambda-powertools", "typing-extensions"]

[efs]
packages = ["scikit-learn", "scipy"]

[left-out]                        # the SDK's family leaves together or not at all
boto3 = { provided_by = "runtime" }
# its data is huge
botocore = { provided_by = "runtime" }
"file:docs/" = { because = "not needed at run time" }

[slim]
rules = ["tests", "type-stubs"]
exclude = ["**/*.h"]
keep = ["numpy/**/tests/**"]

[pack]
bytecode = "hash-based"
keep_folders = false

[check]
warn_at_percent = 90
growth = { percent = 10, at_least_bytes = 5_242_880, severity = "warning" }
unplanned_package = "warning"
pinned = ["numpy"]
ignore = [{ finding = "platform.glibc", package = "numpy", because = "runs on a custom image", until = "2027-01-31" }]
"#;

fn key(text: &str) -> PackageKey {
    PackageKey::new(text)
}

fn put(plan: &mut Plan, package: &str, placement: Option<Placement>) {
    plan.apply(Edit::Move(vec![(key(package), placement)])).unwrap();
}

#[test]
fn the_example_of_the_design_is_read() {
    let plan = parse_plan(EXAMPLE).unwrap();
    assert_eq!(plan.function.name, "recommender");
    assert_eq!(plan.layers().iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>(), ["scientific", "powertools"]);
    assert_eq!(plan.layers()[1].foreign().unwrap().unzipped, Some(Bytes(12_000_000)));
    assert_eq!(plan.bucket_of(&key("scipy")), Bucket::Efs);
    assert_eq!(plan.bucket_of(&key("numpy")), Bucket::Layer("scientific".parse().unwrap()));
    assert_eq!(plan.placements()[&key("boto3")], Placement::LeftOut(Reason::ProvidedBy("runtime".to_owned())));
    assert_eq!(plan.slim().rules, [SlimRule::Tests, SlimRule::TypeStubs]);
    assert_eq!(plan.check.ignore[0].until.as_deref(), Some("2027-01-31"));
}

#[test]
fn writing_an_unchanged_plan_changes_no_byte() {
    for text in [EXAMPLE.to_owned(), EXAMPLE.replace('\n', "\r\n")] {
        assert_eq!(render_plan(&parse_plan(&text).unwrap(), Some(&text)), text);
    }
}

#[test]
fn only_what_changed_changes() {
    let mut plan = parse_plan(EXAMPLE).unwrap();
    put(&mut plan, "scipy", None);
    put(&mut plan, "joblib", Some(Placement::Layer("scientific".parse().unwrap())));
    put(&mut plan, "boto3", None);
    let expected = EXAMPLE
        .replace("packages = [\"scikit-learn\", \"scipy\"]", "packages = [\"scikit-learn\"]")
        .replace("    \"numpy\",\n", "    \"numpy\",\n    \"joblib\",\n")
        .replace("boto3 = { provided_by = \"runtime\" }\n", "");
    assert_eq!(render_plan(&plan, Some(EXAMPLE)), expected);
}

#[test]
fn a_renamed_layer_keeps_its_place_and_its_comments() {
    let mut plan = parse_plan(EXAMPLE).unwrap();
    plan.apply(Edit::RenameLayer { from: "scientific".parse().unwrap(), to: "science".parse().unwrap() }).unwrap();
    assert_eq!(render_plan(&plan, Some(EXAMPLE)), EXAMPLE.replace("scientific", "science"));
}

#[test]
fn comments_of_what_is_gone_are_kept() {
    let mut plan = parse_plan(EXAMPLE).unwrap();
    put(&mut plan, "botocore", None);
    put(&mut plan, "numpy", None);
    let text = render_plan(&plan, Some(EXAMPLE));
    assert_eq!(comments(&text), comments(EXAMPLE));
    assert_eq!(parse_plan(&text).unwrap(), plan);
}

#[test]
fn a_new_table_stands_where_the_canonical_order_has_it() {
    let before =
        "version = 1\n[function.f]\n\n[slim]\nrules = [\"tests\"] # all of them\n\n[check]\nwarn_at_percent = 80\n";
    let mut plan = parse_plan(before).unwrap();
    plan.apply(Edit::AddLayer { at: 0, layer: Layer::own("a".parse().unwrap()) }).unwrap();
    put(&mut plan, "numpy", Some(Placement::Layer("a".parse().unwrap())));
    put(&mut plan, "scipy", Some(Placement::Efs));
    let expected = "version = 1\n[function.f]\nlayers = [\"a\"]\n\n[layer.a]\npackages = [\"numpy\"]\n\n[efs]\n\
                    packages = [\"scipy\"]\n\n[slim]\nrules = [\"tests\"] # all of them\n\n[check]\nwarn_at_percent = 80\n";
    assert_eq!(render_plan(&plan, Some(before)), expected);
}

#[test]
fn what_is_emptied_leaves_the_file_unless_somebody_commented_on_it() {
    let before = "version = 1\n[function.f]\n\n[efs]\npackages = [\"numpy\"]\n\n[slim]\nrules = [\"tests\"] # all\n";
    let mut plan = parse_plan(before).unwrap();
    put(&mut plan, "numpy", None);
    plan.apply(Edit::Slim(Slim::default())).unwrap();
    let expected = "version = 1\n[function.f]\n\n[slim]\nrules = [] # all\n";
    assert_eq!(render_plan(&plan, Some(before)), expected);
}

#[test]
fn a_new_plan_says_what_is_known_and_no_default() {
    let mut plan = Plan::new("recommender");
    plan.function.target.runtime = "python3.10".parse().ok();
    put(&mut plan, "scipy", Some(Placement::Efs));
    put(&mut plan, "file:docs/", Some(Placement::LeftOut(Reason::Because("not needed".to_owned()))));
    let expected = "version = 1\n\n[function.recommender]\nruntime = \"python3.10\"\n\n[efs]\npackages = [\"scipy\"]\n\n\
                    [left-out]\n\"file:docs/\" = { because = \"not needed\" }\n";
    assert_eq!(render_plan(&plan, None), expected);
}

/// Plans with one thing wrong: the text, and how its error begins and what it shows.
const WRONG: &[(&str, &str, &str)] = &[
    ("[function.f]", "1:1: the plan's version is missing", ""),
    ("version = 2\n[function.f]", "1:11: version 2 is not known", "^"),
    ("version = 1", "1:1: the plan names no function", ""),
    ("version = 1\n[function.a]\n[function.b]", "3:11: \"b\" is a second function", "^"),
    ("version = 1\n[function.\"a b\"]", "2:11: \"a b\" cannot name a function", "^^^^^"),
    ("version = 1\n[function.f]\nhandlr = \"a\"", "3:1: unknown field `handlr`", "^^^^^^"),
    ("version = 1\n[function.f]\nhandler = \"a b\"", "3:11: handler \"a b\" is not a handler", "^^^^^"),
    ("version = 1\n[function.f]\nmount = \"/efs\"", "3:9: mount \"/efs\" is not a mount path", "^^^^^^"),
    ("version = 1\n[function.f]\nruntime = \"Python\"", "3:11: \"Python\" is not the name of a runtime", "^^^^^^^^"),
    (
        "version = 1\n[function.f]\nupload = \"ftp\"",
        "3:10: \"ftp\" is not known here; write one of s3, direct",
        "^^^^^",
    ),
    ("version = 1\n[function.f]\nenvironment = { \"A B\" = \"\" }", "3:17: \"A B\" cannot name a variable", "^^^^^"),
    ("version = 1\n[function.f]\nlayers = [\"a\"]", "3:11: layer \"a\" has no table; add [layer.a]", "^^^"),
    ("version = 1\n[function.f]\n[layer.a]", "3:8: layer \"a\" is attached to no function", "^"),
    ("version = 1\n[function.f]\nlayers = [\"a\", \"a\"]\n[layer.a]", "3:16: layer \"a\" is attached twice", "^^^"),
    (
        "version = 1\n[function.f]\nlayers = [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]\n[layer]\na={}\nb={}\nc={}\nd={}\ne={}\nf={}",
        "3:31: a function takes 5 layers",
        "^^^",
    ),
    (
        "version = 1\n[function.f]\nlayers = [\"a\"]\n[layer.a]\narn = \"arn:aws:x\"",
        "5:7: arn \"arn:aws:x\" is not the ARN of a layer version",
        "^^^^^^^^^^^",
    ),
    (
        "version = 1\n[function.f]\n[efs]\npackages = [\"numpy\"]\n[left-out]\nnumpy = { because = \"x\" }",
        "6:1: package \"numpy\" is in EFS and in left out",
        "^^^^^",
    ),
    ("version = 1\n[function.f]\n[left-out]\nnumpy = {}", "4:9: say why", "^^"),
    (
        "version = 1\n[function.f]\nhandler = \"app.handler\"\n[efs]\npackages = [\"file:app.py\"]",
        "5:13: file:app.py holds the handler and stays in the function",
        "^^^^^^^^^^^^^",
    ),
    ("version = 1\n[function.f]\n[slim]\nrules = [\"all\"]", "4:10: \"all\" is not known here", "^^^^^"),
    ("version = 1\n[function.f]\n[slim]\nexclude = [\"**/*.h\", \"a[\"]", "4:22: \"a[\" is not a glob pattern", "^^^^"),
    (
        "version = 1\n[function.f]\n[check]\nunplanned_package = \"fatal\"",
        "4:21: \"fatal\" is not known here",
        "^^^^^^^",
    ),
    ("version = 1\n[function.f]\n[check]\nwarn_at_percent = 101", "4:19: 101 is no percentage", "^^^"),
    (
        "version = 1\n[function.f]\n[check]\nignore = [{ finding = \"a\", because = \"b\", until = \"soon\" }]",
        "4:51: \"soon\" is not a day",
        "^^^^^^",
    ),
    (
        "version = 1\n[function.f]\n[check.rules]\nlayers.emtpy = \"off\"",
        "4:8: no rule \"layers.emtpy\"; near it: layers.empty",
        "^^^^^",
    ),
    (
        "version = 1\n[function.f]\n[check]\nrules = { \"size.joint\" = \"fatal\" }",
        "4:26: \"fatal\" is not known here; write one of warning, error, note, off",
        "^^^^^^^",
    ),
    ("version = 1\n[function.f]\n[check.rules]\nsize.joint = 3", "4:14: invalid type: integer `3`", "^"),
    (
        "version = 1\n[function.f]\n[check]\nunplanned_package = \"off\"\n[check.rules]\ndrift.unplanned = \"error\"",
        "6:7: unplanned_package says already how bad drift.unplanned is",
        "^^^^^^^^^",
    ),
    (
        "version = 1\n[function.f]\n[check]\ngrowth = { percent = 1, severity = \"off\" }\nrules.drift.growth = \"note\"",
        "5:13: growth says already how bad drift.growth is",
        "^^^^^^",
    ),
    (
        "version = 1\n[function.f]\n[check.rules]\n\"size.joint\" = \"off\"\nsize.joint = \"error\"",
        "4:1: size.joint is named twice",
        "^^^",
    ),
    (
        "version = 1\n[function.f]\n[check]\nrestricted = [{ package = \"torch\", instaed = \"onnxruntime\" }]",
        "4:36: unknown field `instaed`",
        "^^^^^^^",
    ),
    (
        "version = 1\n[function.f]\n[check]\nrestricted = [{ package = \"torch\" }]",
        "4:15: missing field `because`",
        "^",
    ),
    (
        "version = 1\n[function.f]\n[efs]\npackages = [\"\\u001b[31m\"]",
        "4:13: holds characters that cannot be seen",
        "^",
    ),
    ("version = 1\n[function.f\n", "2:12: ", ""),
    ("version = 1\n\u{0}", "2:2: key with no value", "^"),
];

#[test]
fn what_is_wrong_is_shown_with_line_column_caret_and_cure() {
    for (text, begins, carets) in WRONG {
        let error = parse_plan(text).unwrap_err().to_string();
        assert!(error.starts_with(begins), "{text}\n{error}");
        assert!(error.lines().count() <= 3 && error.contains(carets), "{error}");
        assert!(!error.chars().any(|letter| letter.is_control() && letter != '\n'), "nothing raw: {error:?}");
        let caret_line = error.lines().nth(2).unwrap_or_default();
        assert!(carets.is_empty() || caret_line.trim().starts_with(carets), "{error}");
    }
}

/// Rules may be named as people write them, and stay written so with what stands beside them.
#[test]
fn rules_keep_their_spelling_and_their_comments() {
    let text = "version = 1\n[function.f]\n\n[check.rules]\nlayers.empty = \"off\"           # we fill it later\n\
                \"size.headroom\" = \"error\"      # agreed in May\n# and this one\nsize.layer = \"note\"\n\n\
                [[check.restricted]]\npackage = \"torch\"  # 1.1 GB\nbecause = \"never fits\"\n";
    let mut plan = parse_plan(text).unwrap();
    let rules: Vec<(&str, Option<Severity>)> = plan.check.rules.iter().map(|(id, at)| (id.as_str(), *at)).collect();
    let (error, note) = (Some(Severity::Error), Some(Severity::Note));
    assert_eq!(rules, [("layers.empty", None), ("size.headroom", error), ("size.layer", note)]);
    put(&mut plan, "numpy", Some(Placement::Efs));
    let written = render_plan(&plan, Some(text));
    assert_eq!(written, text.replace("\n\n[check.rules]", "\n\n[efs]\npackages = [\"numpy\"]\n\n[check.rules]"));
    plan.check.rules.insert("size.headroom".to_owned(), note);
    plan.check.rules.remove("size.layer");
    let written = render_plan(&plan, Some(&written));
    assert!(written.contains("\"size.headroom\" = \"note\"      # agreed in May"), "{written}");
    assert!(written.contains("# and this one") && !written.contains("size.layer"), "{written}");
}

#[test]
fn ten_megabytes_and_deep_nesting_are_refused_quickly_and_in_a_line() {
    let huge = format!("version = 1\n[function.f]\nsource = \"{}\"", "x".repeat(10_000_000));
    assert!(parse_plan(&huge).unwrap_err().to_string().contains("no plan of bayplan's"));
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let deep = format!("version = 1\nx = {}{}", open.repeat(50_000), close.repeat(50_000));
        assert!(parse_plan(&deep).unwrap_err().to_string().len() < 1_000);
    }
}

#[test]
fn a_lock_is_a_line_a_package_and_is_read_again() {
    let powertools = LockedLayer {
        arn: "arn:aws:lambda:${region}:017000801446:layer:x:27".to_owned(),
        bytes: Some(Bytes(12_000_000)),
        provides: vec!["aws-lambda-powertools".to_owned()],
    };
    let lock = Lock {
        function: "recommender".to_owned(),
        packages: [
            ("numpy", Some("1.24.3"), "layer:scientific", 5, Some("abc")),
            ("file:a\\x1B", None, "function", 7, None),
        ]
        .map(|(name, version, bucket, bytes, digest)| {
            let package = LockedPackage {
                kept: Bytes(if bytes == 7 { 3 } else { bytes }),
                version: version.map(str::to_owned),
                bucket: bucket.to_owned(),
                bytes: Bytes(bytes),
                digest: digest.map(str::to_owned),
            };
            (key(name), package)
        })
        .into(),
        drops_bytecode: true,
        foreign: [("powertools".parse().unwrap(), powertools)].into(),
        ..Lock::default()
    };
    let text = render_lock(&lock);
    assert!(text.starts_with("# Written by bayplan"), "{text}");
    let line = "numpy = { version = \"1.24.3\", bucket = \"layer:scientific\", bytes = 5, digest = \"abc\" }\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("bytes = 7, kept_bytes = 3 }"), "what slimming keeps, where it is less: {text}");
    assert!(text.contains("drops_bytecode = true\n\n[layers]\npowertools = { arn = "), "{text}");
    assert_eq!(parse_lock(&text), Ok(lock));
    let unknown = parse_lock(&text.replace("bytes = 5", "bites = 5")).unwrap_err().to_string();
    assert!(unknown.contains("unknown field `bites`") && unknown.contains('^'), "{unknown}");
    let hostile = parse_lock(&text.replace("1.24.3", "\\u001b[2J")).unwrap_err().to_string();
    assert!(hostile.contains("cannot be seen") && !hostile.contains('\u{1b}'), "{hostile}");
}

fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> =
        text.lines().filter_map(|line| line.split_once("# ").map(|(_, comment)| comment.trim().to_owned())).collect();
    comments.sort();
    comments
}

fn package_keys() -> impl Strategy<Value = PackageKey> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,8}".prop_map(|name| PackageKey::new(&name)),
        "[a-z .'\"=\\[\\]äß猫\\\\]{1,8}/?".prop_map(|path| PackageKey::file(&path)),
        "[a-z]{1,5}@[a-z/]{1,8}".prop_map(|name| PackageKey::new(&name)),
    ]
}

fn words() -> impl Strategy<Value = String> {
    "[ -~äß猫]{0,20}"
}

fn severities() -> impl Strategy<Value = Option<Severity>> {
    prop::sample::select(vec![None, Some(Severity::Note), Some(Severity::Warning), Some(Severity::Error)])
}

fn layers() -> impl Strategy<Value = Vec<Layer>> {
    let foreign =
        (prop::option::of(0u64..1 << 60), prop::collection::vec("[a-z-]{1,9}", 0..3)).prop_map(|(size, provides)| {
            let arn = "arn:aws:lambda:${region}:017000801446:layer:x:27".to_owned().try_into().unwrap();
            LayerKind::Foreign(ForeignLayer { arn, unzipped: size.map(Bytes), provides })
        });
    let kind = prop_oneof![3 => Just(LayerKind::Own), 1 => foreign];
    // "efs" is a bucket of its own and names no layer.
    let name = "[a-e][a-zA-Z0-9_-]{0,3}".prop_filter("a layer's name", |name| name.parse::<LayerName>().is_ok());
    prop::collection::btree_map(name, kind, 0..6)
        .prop_map(|layers| layers.into_iter().map(|(name, kind)| Layer { name: name.parse().unwrap(), kind }).collect())
}

type Choice = (PackageKey, u8, String);

fn placement(choice: u8, words: &str, own: &[LayerName]) -> Placement {
    match choice % 4 {
        0 => Placement::Efs,
        1 => Placement::LeftOut(Reason::Because(words.to_owned())),
        2 => Placement::LeftOut(Reason::ProvidedBy("runtime".to_owned())),
        _ => own.get(choice as usize % own.len().max(1)).map_or(Placement::Efs, |name| Placement::Layer(name.clone())),
    }
}

fn fill(plan: &mut Plan, layers: Vec<Layer>, choices: Vec<Choice>) {
    let own: Vec<LayerName> =
        layers.iter().filter(|layer| layer.foreign().is_none()).map(|layer| layer.name.clone()).collect();
    for layer in layers {
        plan.apply(Edit::AddLayer { at: usize::MAX, layer }).unwrap();
    }
    for (key, choice, words) in choices {
        // The handler's module is refused, as it should be.
        let _ = plan.apply(Edit::Move(vec![(key, Some(placement(choice, &words, &own)))]));
    }
}

prop_compose! {
    fn functions()(
        name in "[a-zA-Z0-9_-]{1,20}",
        source in prop::option::of("[a-z./]{1,10}"),
        handler in prop::option::of(Just("app.handler".to_owned())),
        runtime in prop::option::of(prop::sample::select(vec!["python3.10", "nodejs22.x"])),
        architecture in prop::option::of(prop::sample::select(vec!["x86_64", "arm64"])),
        direct in any::<bool>(),
        mount in prop::option::of("/mnt/[a-z_.-]{1,8}"),
        snapstart in any::<bool>(),
        environment in prop::collection::btree_map("[A-Z][A-Z_]{1,6}", words(), 0..3),
    ) -> Plan {
        let mut plan = Plan::new(&name);
        plan.function.source = source;
        plan.function.handler = handler.and_then(|text| text.try_into().ok());
        plan.function.target.runtime = runtime.and_then(|text| text.parse().ok());
        plan.function.target.architecture = architecture.and_then(|text| text.parse().ok());
        plan.function.upload = if direct { Upload::Direct } else { Upload::S3 };
        plan.function.mount = mount.and_then(|text| text.try_into().ok()).unwrap_or_default();
        plan.function.snapstart = snapstart;
        plan.function.environment = environment;
        plan
    }
}

const RULES: &[&str] = &["size.joint", "size.headroom", "layers.empty", "drift.gone", "plan.restricted"];

prop_compose! {
    fn plans()(
        mut plan in functions(),
        layers in layers(),
        choices in prop::collection::vec((package_keys(), any::<u8>(), words()), 0..12),
        rules in prop::collection::vec(prop::sample::select(SlimRule::ALL.to_vec()), 0..4),
        services in prop::option::of(prop::collection::btree_set("[a-z0-9-]{1,8}", 0..4)),
        globs in prop::collection::vec("[a-z*/.]{1,8}", 0..3),
        bytecode in prop::sample::select(vec![BytecodeMode::HashBased, BytecodeMode::Keep, BytecodeMode::Drop]),
        keep_folders in any::<bool>(),
        percent in 1u8..=100,
        growth in prop::option::of((any::<u32>(), 0u64..1 << 60, severities())),
        unplanned in severities(),
        pinned in prop::collection::vec(package_keys(), 0..3),
        ignored in prop::collection::vec((prop::option::of(package_keys()), words(), any::<bool>()), 0..3),
        restricted in prop::collection::vec((package_keys(), words(), prop::option::of(words())), 0..3),
        levels in prop::collection::btree_map(prop::sample::select(RULES), severities(), 0..4),
    ) -> Plan {
        fill(&mut plan, layers, choices);
        let globs = Globs::new(globs.into_iter().filter(|glob| Globs::new(vec![glob.clone()]).is_ok()).collect());
        let exclude = globs.unwrap_or_default();
        plan.apply(Edit::Slim(Slim { rules, keep: exclude.clone(), exclude, services })).unwrap();
        plan.pack.bytecode = bytecode;
        plan.pack.keep_folders = keep_folders;
        plan.check.warn_at_percent = percent;
        plan.check.growth =
            growth.map(|(percent, least, severity)| Growth { percent, at_least: Bytes(least), severity });
        plan.check.unplanned_package = unplanned;
        plan.check.pinned = pinned;
        plan.check.restricted = restricted
            .into_iter()
            .map(|(key, because, instead)| Restricted { package: key.as_str().to_owned(), because, instead })
            .collect();
        plan.check.rules = levels.into_iter().map(|(id, level)| (id.to_owned(), level)).collect();
        plan.check.ignore = ignored
            .into_iter()
            .map(|(package, because, dated)| Ignore {
                finding: "platform.glibc".to_owned(),
                package,
                because,
                until: dated.then(|| "2027-01-31".to_owned()),
            })
            .collect();
        plan
    }
}

/// The text with numbered comments above some lines, as a person might have put them.
fn with_comments(text: &str, places: &[prop::sample::Index]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (number, place) in places.iter().enumerate() {
        lines.insert(place.index(lines.len() + 1), format!("# note-{number}"));
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn a_plan_written_and_read_is_the_same_plan(plan in plans()) {
        let text = render_plan(&plan, None);
        prop_assert_eq!(parse_plan(&text), Ok(plan.clone()), "{}", text);
        prop_assert_eq!(render_plan(&plan, Some(&text)), text);
    }

    #[test]
    fn a_plan_written_over_any_other_is_the_same_plan_and_keeps_every_comment(
        before in plans(),
        after in plans(),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let old = with_comments(&render_plan(&before, None), &places);
        prop_assert_eq!(parse_plan(&old), Ok(before), "{}", old);
        let new = render_plan(&after, Some(&old));
        prop_assert_eq!(parse_plan(&new), Ok(after), "{}\n---\n{}", old, new);
        for number in 0..places.len() {
            let note = format!("# note-{number}");
            prop_assert!(new.lines().any(|line| line.trim() == note), "{} is lost:\n{}\n---\n{}", note, old, new);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        plan in plans(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), any::<bool>()), 1..6),
    ) {
        let mut letters: Vec<char> = render_plan(&plan, None).chars().collect();
        for (place, letter, replaces) in cuts {
            let at = place.index(letters.len());
            if replaces { letters[at] = letter } else { letters.truncate(at.max(1)) }
        }
        let text: String = letters.into_iter().collect();
        if let Err(error) = parse_plan(&text) {
            let shown = error.to_string();
            let is_fit = shown.lines().count() <= 3 && !shown.chars().any(|letter| letter.is_control() && letter != '\n');
            prop_assert!(is_fit, "{:?}", shown);
        }
        let _ = parse_lock(&text);
        let _ = render_plan(&plan, Some(&text));
    }
}
