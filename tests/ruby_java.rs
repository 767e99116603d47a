//! Ruby, Java and runtimes of one's own: whose the bytes are, where they must lie, and what is said where loading is
//! not followed. Trees are made as Bundler, Maven and Gradle leave them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/elf.rs"]
mod elf;
#[path = "support/judging.rs"]
mod judging;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::class::Class;
use bayplan::model::finding::{Outcome, Severity};
use bayplan::model::package::PackageKey;
use bundles::{Files, Zip, assert_every_byte_has_one_owner, bundle_at, owned_paths};
use elf::{AARCH64, Elf, PLAIN};
use judging::{found, outcome, plan_on, shows, verdict};
use serde_json::Value;

const HOME: &str = "vendor/bundle/ruby/3.3.0";

/// A gem as RubyGems installs it; `needs` are names.
fn with_gem(files: Files, home: &str, full_name: &str, stub: &str, needs: &[&str]) -> Files {
    let needs: String = needs
        .iter()
        .map(|name| format!("  s.add_runtime_dependency(%q<{name}>.freeze, [\"~> 1.0\".freeze])\n"))
        .collect();
    let specification = format!(
        "# -*- encoding: utf-8 -*-\n# stub: {stub} lib\n\nGem::Specification.new do |s|\n  s.executables = \
         [\"run-{full_name}\".freeze]\n{needs}end\n"
    );
    files
        .with(&format!("{home}/specifications/{full_name}.gemspec"), specification)
        .with(&format!("{home}/gems/{full_name}/lib/{full_name}.rb"), "module X; end\n")
        .with(&format!("{home}/gems/{full_name}/lib/{full_name}/test/helper.rb"), "# loaded at run time\n")
        .with(&format!("{home}/gems/{full_name}/spec/x_spec.rb"), "# a test\n")
        .with(&format!("{home}/cache/{full_name}.gem"), "as it was fetched")
        .with(&format!("{home}/build_info/{full_name}.info"), "")
        .with(&format!("{home}/bin/run-{full_name}"), "#!/usr/bin/env ruby\n")
}

fn ruby(home: &str) -> Files {
    let files = Files::default().with("app.rb", "def handler(event:, context:) = 1\n");
    let files =
        with_gem(files, home, "nokogiri-1.16.0-x86_64-linux", "nokogiri 1.16.0 x86_64-linux", &["racc", "json"]);
    let extension = PLAIN.bytes();
    with_gem(files, home, "racc-1.7.3", "racc 1.7.3 ruby", &[])
        .with(&format!("{home}/extensions/x86_64-linux/3.3.0/racc-1.7.3/racc/cparse.so"), &extension)
        .with(&format!("{home}/gems/racc-1.7.3/lib/racc/cparse.so"), extension)
}

/// `META-INF/maven/…/pom.properties` and a class.
fn with_artifact(jar: &mut Zip, group: &str, artifact: &str, version: &str) {
    let pom = format!("#Created by Apache Maven\ngroupId={group}\nartifactId={artifact}\nversion={version}\n");
    jar.add(format!("META-INF/maven/{group}/{artifact}/pom.properties").as_bytes(), pom.as_bytes(), 0o100_644);
    jar.add(format!("{}/X.class", group.replace('.', "/")).as_bytes(), b"\xca\xfe\xba\xbe", 0o100_644);
}

fn jar(artifacts: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut jar = Zip::default();
    artifacts.iter().for_each(|(group, artifact, version)| with_artifact(&mut jar, group, artifact, version));
    jar.finish()
}

fn java() -> Files {
    Files::default()
        .with("com/example/Orders.class", b"\xca\xfe\xba\xbe\0\0\0\x41")
        .with("lib/slf4j-api-2.0.9.jar", jar(&[("org.slf4j", "slf4j-api", "2.0.9")]))
        .with("lib/kotlin-stdlib-1.9.0.jar", jar(&[]))
}

fn bayplan(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bayplan")).args(arguments).current_dir(folder).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn report(files: &Files) -> Value {
    let folder = tempfile::tempdir().unwrap();
    files.write(&folder.path().join("b"));
    json(&bayplan(&["report", "b", "--format", "json"], folder.path()))
}

fn outcomes(report: &Value, id: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["id"] == id);
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

/// The names in a zip.
fn names(zip: &Path) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    (0..archive.len()).map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned()).collect()
}

fn titles(bundle: &Bundle) -> Vec<String> {
    let mut titles: Vec<String> = bundle.packages().iter().map(bayplan::model::package::Package::title).collect();
    titles.sort();
    titles
}

#[test]
fn every_folder_of_a_gem_is_the_gems() {
    for bundle in [ruby(HOME).bundle(), ruby(HOME).zipped_bundle()] {
        assert_every_byte_has_one_owner(&bundle);
        assert_eq!(titles(&bundle), ["app.rb", "gem:nokogiri 1.16.0", "gem:racc 1.7.3"]);
        let racc: Vec<String> = owned_paths(&bundle)["gem:racc"].clone();
        let mut below: Vec<&str> = racc.iter().map(|path| path.strip_prefix(HOME).unwrap()).collect();
        below.sort_unstable();
        let expected = [
            "/bin/run-racc-1.7.3",
            "/build_info/racc-1.7.3.info",
            "/cache/racc-1.7.3.gem",
            "/extensions/x86_64-linux/3.3.0/racc-1.7.3/racc/cparse.so",
            "/gems/racc-1.7.3/lib/racc-1.7.3.rb",
            "/gems/racc-1.7.3/lib/racc-1.7.3/test/helper.rb",
            "/gems/racc-1.7.3/lib/racc/cparse.so",
            "/gems/racc-1.7.3/spec/x_spec.rb",
            "/specifications/racc-1.7.3.gemspec",
        ];
        assert_eq!(below, expected);
    }
}

#[test]
fn a_gems_tests_and_its_archive_may_leave_and_its_code_not() {
    let bundle = ruby(HOME).bundle();
    let classes = |end: &str| {
        let listing = &bundle.listing;
        let entry = listing.entries().find(|&entry| listing.path(entry).ends_with(end.as_bytes())).unwrap();
        bundle.class(entry)
    };
    assert_eq!(classes("racc-1.7.3/spec/x_spec.rb"), Class::Tests);
    assert_eq!(classes("racc-1.7.3/test/helper.rb"), Class::Code, "a folder below lib/ is loaded by its name");
    assert_eq!(classes("cache/racc-1.7.3.gem"), Class::Archives);
    assert_eq!(classes("specifications/racc-1.7.3.gemspec"), Class::Metadata);

    let folder = tempfile::tempdir().unwrap();
    ruby(HOME).write(&folder.path().join("b"));
    let slimmed = bayplan(&["slim", "b", "gem-cache", "--plan", "bayplan.toml"], folder.path());
    assert!(slimmed.status.success(), "{}", String::from_utf8_lossy(&slimmed.stderr));
    let slimmed = json(&bayplan(&["report", "b", "--plan", "bayplan.toml", "--format", "json"], folder.path()));
    let before = report(&ruby(HOME))["joint"]["bytes"].as_u64().unwrap();
    assert_eq!(slimmed["joint"]["bytes"].as_u64().unwrap(), before - 2 * "as it was fetched".len() as u64);
}

#[test]
fn gems_tell_the_runtime_and_the_machine_and_who_needs_whom() {
    let with_lock = ruby(HOME).with("Gemfile.lock", "DEPENDENCIES\n  nokogiri (~> 1.16)\n");
    let report = report(&with_lock);
    assert_eq!((&report["runtime"], &report["architecture"]), (&"ruby3.3".into(), &"x86_64".into()));
    let package =
        |key: &str| report["packages"].as_array().unwrap().iter().find(|it| it["key"] == key).unwrap().clone();
    assert_eq!(package("gem:racc")["needed_by"], serde_json::json!(["gem:nokogiri"]));
    assert_eq!((&package("gem:nokogiri")["root"], &package("gem:racc")["root"]), (&true.into(), &false.into()));
    assert_eq!(outcomes(&report, "ruby.needs").len(), 1, "{report:#}");
    assert!(outcomes(&report, "ruby.needs")[0].contains("does not have json, which gem:nokogiri asks for"));
    assert!(outcomes(&report, "imports.metadata").is_empty(), "Ruby's needs are no affair of Python's rules");
}

#[test]
fn gems_must_lie_where_ruby_looks() {
    let bundle = ruby(HOME).bundle();
    let on = |runtime: &str, body: &str| verdict(&bundle, &plan_on(runtime, body));
    let good = on("ruby3.3", "");
    shows("ruby.places", Severity::Error, "where ruby3.4 does not look", &on("ruby3.4", ""), &good);
    let layer = "layers = [\"gems\"]\n[layer.gems]\npackages = [\"gem:nokogiri\", \"gem:racc\"]\n";
    assert_eq!(outcome(&on("ruby3.3", layer), "ruby.places"), Outcome::Passed);
    let efs = "[efs]\npackages = [\"gem:racc\"]\n";
    let lost = found(&on("ruby3.3", efs), "ruby.places").unwrap();
    assert_eq!(lost.severity, Severity::Error);
    assert!(
        lost.cure.contains("GEM_PATH = \"/var/task/vendor/bundle/ruby/3.3.0:/opt/ruby/gems/3.3.0:/mnt/"),
        "{}",
        lost.cure
    );
    let path = lost.cure.split('"').nth(1).unwrap();
    let set = format!("environment = {{ GEM_PATH = \"{path}\" }}\n{efs}");
    assert_eq!(outcome(&on("ruby3.3", &set), "ruby.places"), Outcome::Passed, "what the cure says cures");
    let elsewhere = ruby("gems/ruby/3.3.0").bundle();
    assert!(
        found(&verdict(&elsewhere, &plan_on("ruby3.3", "")), "ruby.places").is_some(),
        "GEM_PATH names vendor/bundle"
    );
    let skipped = outcome(&on("nodejs22.x", ""), "ruby.places");
    assert_eq!(skipped, Outcome::Skipped("nodejs22.x does not run Ruby".to_owned()));
}

#[test]
fn gems_are_packed_to_where_ruby_looks() {
    let folder = tempfile::tempdir().unwrap();
    ruby(HOME).write(&folder.path().join("b"));
    let plan = "version = 1\n[function.f]\nhandler = \"app.handler\"\nruntime = \"ruby3.3\"\narchitecture = \"x86_64\"\n\
                layers = [\"gems\"]\n[layer.gems]\npackages = [\"gem:racc\"]\n";
    std::fs::write(folder.path().join("bayplan.toml"), plan).unwrap();
    let packed = bayplan(&["pack", "b", "--plan", "bayplan.toml", "--out", "out"], folder.path());
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    let names = |zip: &str| names(&folder.path().join("out").join(zip));
    assert!(names("layer-gems.zip").contains(&"ruby/gems/3.3.0/specifications/racc-1.7.3.gemspec".to_owned()));
    assert!(names("layer-gems.zip").iter().all(|name| name.starts_with("ruby/gems/3.3.0/")));
    let stays = format!("{HOME}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec");
    assert!(names("function.zip").contains(&stays), "{:?}", names("function.zip"));
}

#[test]
fn two_versions_two_abis_and_gems_from_git_are_told_apart() {
    let files = with_gem(ruby(HOME), HOME, "racc-1.8.0", "racc 1.8.0 ruby", &[]);
    let files = with_gem(files, "vendor/bundle/ruby/3.2.0", "racc-1.7.3", "racc 1.7.3 ruby", &[])
        .with(&format!("{HOME}/bundler/gems/own-0123456789ab/lib/own.rb"), "module Own; end\n")
        .with(&format!("{HOME}/bundler/gems/own-0123456789ab/own.gemspec"), "s.add_dependency \"racc\", \"~> 1.7\"\n")
        .with(&format!("{HOME}/gems/bare-2.0/lib/bare.rb"), "module Bare; end\n");
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    let keys: Vec<&str> =
        bundle.packages().iter().map(|package| package.key.as_str()).filter(|key| key.starts_with("gem:")).collect();
    for key in [
        "gem:own",
        "gem:bare",
        "gem:racc",
        "gem:racc@vendor/bundle/ruby/3.3.0",
        "gem:racc@vendor/bundle/ruby/3.3.0@1.8.0",
    ] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
    let report = report(&files);
    assert_eq!(report["runtime"], Value::Null, "3.2 and 3.3 disagree");
    let unclear = outcomes(&report, "bundle.unclear").concat();
    assert!(unclear.contains("was built for ruby3.2") && unclear.contains("gems/bare-2.0"), "{unclear}");
}

#[test]
fn native_extensions_of_gems_are_judged_like_all_others() {
    let arm = Elf { machine: AARCH64, ..PLAIN }.bytes();
    let files = ruby(HOME)
        .with(&format!("{HOME}/gems/racc-1.7.3/lib/racc/cparse.so"), &arm)
        .with(&format!("{HOME}/extensions/x86_64-linux/3.3.0/racc-1.7.3/racc/cparse.so"), &arm);
    let found = found(&verdict(&files.bundle(), &plan_on("ruby3.3", "")), "platform.architecture").unwrap();
    assert_eq!(found.packages, [PackageKey::new("gem:racc")]);
    assert!(!found.cure.contains("pip"), "{}", found.cure);
}

#[test]
fn jars_are_called_after_their_coordinates() {
    for bundle in [java().bundle(), java().zipped_bundle()] {
        assert_every_byte_has_one_owner(&bundle);
        assert_eq!(titles(&bundle), ["com/", "jar:kotlin-stdlib 1.9.0", "jar:org.slf4j:slf4j-api 2.0.9"]);
    }
    let bundle = Files::default().with("java/lib/a-1.0.jar", jar(&[("org.a", "a", "1.0")])).bundle();
    assert_eq!(titles(&bundle), ["jar:org.a:a 1.0"], "a layer's own folder");
    let elsewhere = Files::default().with("tools/a-1.0.jar", jar(&[("org.a", "a", "1.0")])).bundle();
    assert_eq!(titles(&elsewhere), ["tools/"], "no runtime loads it");
}

#[test]
fn a_fat_jar_is_opened_one_level_and_shown() {
    let inner = jar(&[("org.inner", "inner", "3.1")]);
    let deepest = {
        let mut jar = Zip::default();
        jar.add(b"lib/inner-3.1.jar", &inner, 0o100_644);
        with_artifact(&mut jar, "org.holds", "holds", "1.0");
        jar.finish()
    };
    let mut fat = Zip::default();
    with_artifact(&mut fat, "com.example", "app", "1.0");
    with_artifact(&mut fat, "org.shaded", "shaded", "2.2");
    fat.add(b"BOOT-INF/lib/inner-3.1.jar", &inner, 0o100_644);
    fat.add(b"BOOT-INF/lib/holds-1.0.jar", &deepest, 0o100_644);
    fat.add(b"BOOT-INF/lib/nameless-7.jar", b"no jar at all", 0o100_644);
    let files = java().with("lib/app-1.0.jar", fat.finish());
    let report = report(&files);
    let [file] = report["inside"].as_array().unwrap().as_slice() else { panic!("{}", report["inside"]) };
    assert_eq!((&file["path"], &file["package"]), (&"lib/app-1.0.jar".into(), &"jar:com.example:app".into()));
    let sizes: BTreeMap<&str, u64> = file["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["key"].as_str().unwrap_or("itself"), part["bytes"].as_u64().unwrap()))
        .collect();
    let keys: Vec<&str> = sizes.keys().copied().collect();
    assert_eq!(keys, ["itself", "jar:nameless", "jar:org.holds:holds", "jar:org.inner:inner"]);
    assert_eq!(sizes.values().sum::<u64>(), file["bytes"].as_u64().unwrap());
    assert_eq!(file["mingled"], serde_json::json!([{"key": "jar:org.shaded:shaded", "version": "2.2"}]));
}

#[test]
fn jars_must_lie_where_java_loads_them_and_in_one_version() {
    let bundle = java().bundle();
    let on = |bundle: &Bundle, body: &str| verdict(bundle, &plan_on("java21", body));
    let good = on(&bundle, "layers = [\"l\"]\n[layer.l]\npackages = [\"jar:org.slf4j:slf4j-api\"]\n");
    let efs = on(&bundle, "[efs]\npackages = [\"jar:org.slf4j:slf4j-api\"]\n");
    shows("java.places", Severity::Error, "from which java21 loads no jar", &efs, &good);
    let layer = Files::default().with("java/lib/a-1.0.jar", jar(&[("org.a", "a", "1.0")])).bundle();
    assert!(found(&on(&layer, ""), "java.places").unwrap().message.contains("/var/task/java/lib"));

    let twice = java().with("lib/slf4j-api-1.7.36.jar", jar(&[("org.slf4j", "slf4j-api", "1.7.36")])).bundle();
    assert_every_byte_has_one_owner(&twice);
    shows("java.versions", Severity::Warning, "1.7.36 and 2.0.9", &on(&twice, ""), &on(&bundle, ""));
    let shaded = jar(&[("com.example", "app", "1.0"), ("org.slf4j", "slf4j-api", "1.7.36")]);
    let shaded = java().with("lib/app-1.0.jar", shaded).bundle();
    assert!(found(&on(&shaded, ""), "java.versions").unwrap().message.contains("jar:org.slf4j:slf4j-api"));
}

#[test]
fn handlers_are_looked_for_as_each_runtime_does() {
    let outcome_of = |bundle: &Bundle, runtime: &str, handler: &str| {
        let plan = plan_on(runtime, &format!("handler = \"{handler}\"\n"));
        outcome(&verdict(bundle, &plan), "plan.handler")
    };
    let (java, ruby) = (java().bundle(), ruby(HOME).bundle());
    assert_eq!(outcome_of(&java, "java21", "com.example.Orders::handle"), Outcome::Passed);
    assert_eq!(outcome_of(&java, "java21", "com.example.Orders"), Outcome::Passed);
    assert_eq!(
        outcome_of(&java, "java21", "com.example.Missing::x"),
        Outcome::Found(Severity::Note),
        "a jar may have it"
    );
    let bare = Files::default().with("com/example/Orders.class", "x").bundle();
    assert_eq!(outcome_of(&bare, "java21", "com.example.Missing::x"), Outcome::Found(Severity::Error));
    assert_eq!(outcome_of(&ruby, "ruby3.3", "app.handler"), Outcome::Passed);
    assert_eq!(outcome_of(&ruby, "ruby3.3", "app.Orders::Handler.process"), Outcome::Passed);
    assert_eq!(outcome_of(&ruby, "ruby3.3", "other.handler"), Outcome::Found(Severity::Error));
    assert!(matches!(outcome_of(&bare, "provided.al2023", "anything"), Outcome::Skipped(_)));
}

/// A folder with `bootstrap` in some mode.
#[cfg(unix)]
fn custom(content: &[u8], mode: u32) -> Bundle {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bootstrap");
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    bundle_at(folder.path())
}

#[test]
#[cfg(unix)]
fn a_custom_runtime_needs_a_bootstrap_that_can_be_started() {
    let program = Elf { versions: &["GLIBC_2.17"], ..PLAIN }.bytes();
    let on = |bundle: &Bundle, runtime: &str, body: &str| verdict(bundle, &plan_on(runtime, body));
    let good = on(&custom(&program, 0o755), "provided.al2023", "");
    let missing = Files::default().with("main", &program).bundle();
    shows("provided.bootstrap", Severity::Error, "there is none", &on(&missing, "provided.al2023", ""), &good);
    shows(
        "provided.bootstrap",
        Severity::Error,
        "mode 644",
        &on(&custom(&program, 0o644), "provided.al2023", ""),
        &good,
    );
    shows(
        "provided.bootstrap",
        Severity::Error,
        "mode 700",
        &on(&custom(&program, 0o700), "provided.al2023", ""),
        &good,
    );
    let script = on(&custom(b"#!/bin/sh\n", 0o755), "provided.al2023", "");
    assert_eq!(outcome(&script, "provided.bootstrap"), Outcome::Passed);
    let foreign = "layers = [\"r\"]\n[layer.r]\narn = \"arn:aws:lambda:eu-west-1:123456789012:layer:r:1\"\n";
    let perhaps = found(&on(&missing, "provided.al2023", foreign), "provided.bootstrap").unwrap();
    assert_eq!(perhaps.severity, Severity::Warning, "{}", perhaps.message);
    let own = "layers = [\"r\"]\n[layer.r]\npackages = [\"file:bootstrap\"]\n";
    let in_layer = on(&custom(&program, 0o755), "provided.al2023", own);
    assert_eq!(outcome(&in_layer, "provided.bootstrap"), Outcome::Passed, "it becomes /opt/bootstrap");
    assert!(matches!(outcome(&on(&missing, "python3.13", ""), "provided.bootstrap"), Outcome::Skipped(_)));
}

#[test]
#[cfg(unix)]
fn a_bootstrap_is_judged_as_the_native_program_that_it_is() {
    let on = |content: &[u8], mode, runtime| verdict(&custom(content, mode), &plan_on(runtime, ""));
    let arm = on(&Elf { machine: AARCH64, ..PLAIN }.bytes(), 0o644, "provided.al2023");
    assert!(found(&arm, "platform.architecture").is_some(), "its mode is another question");
    let new = Elf { versions: &["GLIBC_2.28"], ..PLAIN }.bytes();
    let old = found(&on(&new, 0o755, "provided.al2"), "platform.glibc").unwrap();
    assert_eq!(old.severity, Severity::Error, "it is the first thing that is loaded");
    assert!(old.cure.contains("provided.al2023") && !old.cure.contains("wheel"), "{}", old.cure);
    assert!(found(&on(&new, 0o755, "provided.al2023"), "platform.glibc").is_none());
    let guessed = bayplan::attribute::guess_target(&custom(&Elf { machine: AARCH64, ..PLAIN }.bytes(), 0o755));
    assert_eq!(guessed.architecture, Some(bayplan::model::target::Architecture::Arm64));
    assert_eq!(guessed.runtime, None, "which provided runtime it is for, nothing in it tells");
}

#[test]
fn what_is_not_followed_is_said_and_never_silently_green() {
    for runtime in ["java21", "ruby3.3", "provided.al2023", "dotnet8"] {
        let said = found(&verdict(&java().bundle(), &plan_on(runtime, "")), "target.followed");
        assert!(said.is_some_and(|it| it.message.contains("is not known")), "{runtime}");
    }
    for runtime in ["python3.13", "nodejs22.x"] {
        assert_eq!(found(&verdict(&java().bundle(), &plan_on(runtime, "")), "target.followed"), None, "{runtime}");
    }
}

#[test]
fn hostile_jars_and_specifications_are_findings_and_nothing_more() {
    let bomb = {
        let mut jar = Zip::default();
        jar.add(b"META-INF/maven/a/a/pom.properties", &vec![b'#'; 100 << 20], 0o100_644);
        jar.add(b"nested.jar", &vec![0; 300 << 20], 0o100_644);
        jar.finish()
    };
    assert!(bomb.len() < 1 << 20, "400 MB in {} bytes", bomb.len());
    let overlapping = overlapping();
    let specification = format!("{HOME}/specifications");
    let files = Files::default()
        .with("lib/bomb-1.0.jar", &bomb)
        .with("lib/broken-1.0.jar", b"PK\x03\x04 and nothing else")
        .with("lib/empty-1.0.jar", b"")
        .with("lib/lies-1.0.jar", &overlapping)
        .with(&format!("{specification}/huge-1.0.gemspec"), vec![b'x'; 2 << 20])
        .with(&format!("{specification}/\u{1b}[2J-1.0.gemspec"), b"\xff\xfe# stub: \x1b[2J 1.0 ruby lib")
        .with(&format!("{specification}/.gemspec"), b"");
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    assert_eq!(bundle.total().bytes, files.total());
    let problems: Vec<String> =
        bundle.all_problems().map(|problem| format!("{}: {}", problem.path, problem.what)).collect();
    for (name, what) in [
        ("bomb-1.0.jar", "longer than what is read of a jar"),
        ("broken-1.0.jar", "is no jar that can be read"),
        ("empty-1.0.jar", "is no jar that can be read"),
        ("lies-1.0.jar", "claim more bytes than it has"),
        ("huge-1.0.gemspec", "is longer than any specification"),
    ] {
        let told = problems.iter().any(|problem| problem.contains(name) && problem.contains(what));
        assert!(told, "{name}: {what} is not in {problems:#?}");
    }
    let keys: Vec<&str> = bundle.packages().iter().map(|package| package.key.as_str()).collect();
    assert!(keys.iter().all(|key| !key.contains('\u{1b}')), "{keys:?}");
    assert!(keys.contains(&"jar:bomb") && keys.contains(&"jar:broken"), "named by their names: {keys:?}");
    let fifty = Bytes(50);
    assert!(bundle.get(&PackageKey::new("jar:empty")).is_none_or(|it| it.load().unzipped < fifty));
}

/// A jar of 200 entries that all claim the same 100 000 bytes.
fn overlapping() -> Vec<u8> {
    let mut jar = Zip::default();
    let mut state = 1_u32;
    let noise: Vec<u8> = (0..100_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    jar.add(b"a.jar", &noise, 0o100_644);
    let whole = jar.finish();
    let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let end = whole.windows(4).rposition(|four| four == b"PK\x05\x06").unwrap();
    let record = &whole[directory..end];
    let mut lying = whole[..directory].to_vec();
    (0..200).for_each(|_| lying.extend_from_slice(record));
    let mut tail = whole[end..].to_vec();
    tail[8..10].copy_from_slice(&200_u16.to_le_bytes());
    tail[10..12].copy_from_slice(&200_u16.to_le_bytes());
    tail[12..16].copy_from_slice(&(200 * record.len() as u32).to_le_bytes());
    lying.extend(tail);
    lying
}

#[test]
fn python_node_ruby_and_java_live_in_one_bundle_each_in_its_own_folder_of_a_layer() {
    let files = java()
        .with("app.py", "def handler(event, context): pass\n")
        .with_distribution("", "six", "1.16.0", &["six.py"])
        .with("node_modules/semver/package.json", r#"{"name": "semver", "version": "7.6.0"}"#)
        .with("node_modules/semver/index.js", "module.exports = 1\n");
    let files = with_gem(files, HOME, "racc-1.7.3", "racc 1.7.3 ruby", &[]);
    assert_every_byte_has_one_owner(&files.bundle());
    let folder = tempfile::tempdir().unwrap();
    files.write(&folder.path().join("b"));
    let packages = r#"["six", "npm:semver", "gem:racc", "jar:org.slf4j:slf4j-api"]"#;
    let plan = format!(
        "version = 1\n[function.f]\nruntime = \"python3.13\"\narchitecture = \"x86_64\"\nhandler = \"app.handler\"\n\
         layers = [\"all\"]\n[layer.all]\npackages = {packages}\n"
    );
    std::fs::write(folder.path().join("bayplan.toml"), plan).unwrap();
    let packed = bayplan(&["pack", "b", "--plan", "bayplan.toml", "--out", "out"], folder.path());
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    let names = names(&folder.path().join("out/layer-all.zip"));
    for expected in [
        "java/lib/slf4j-api-2.0.9.jar",
        "nodejs/node_modules/semver/index.js",
        "python/six.py",
        "ruby/gems/3.3.0/gems/racc-1.7.3/lib/racc-1.7.3.rb",
    ] {
        assert!(names.iter().any(|name| name == expected), "{expected} is not in {names:?}");
    }
}
