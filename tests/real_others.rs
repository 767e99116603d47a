//! What bundlers, Java and Ruby themselves say, against what bayplan says of the same bundles: parts of one file, the
//! coordinates of jars, whose each file of a gem is; and what bayplan packs runs, what it calls lost does not.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/real.rs"]
mod real;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use bundles::{assert_every_byte_has_one_owner, bundle_at, owned_paths};
use real::{bayplan, text, tool};
use serde_json::Value;

/// A bundle that `tests/others.sh` builds.
fn built(path: &str) -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_OTHERS").expect("BAYPLAN_OTHERS names the folder of tests/others.sh");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(path);
    assert!(place.exists(), "{} is missing: tests/others.sh builds it", place.display());
    place
}

fn report(path: &Path) -> Value {
    let output = bayplan(&["report", "--format", "json", "--zipped", "none", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The bytes of each package inside the one file, `yours`, `map` and `itself` among them; they add up to the file.
fn parts(path: &Path, file: &str) -> BTreeMap<String, u64> {
    let report = report(path);
    let inside = report["inside"].as_array().unwrap();
    let made = inside.iter().find(|made| made["path"] == file).unwrap_or_else(|| panic!("{file} is not in {inside:?}"));
    let length = std::fs::metadata(path.join(file)).unwrap().len();
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for part in made["parts"].as_array().unwrap() {
        let name = part["key"].as_str().or(part["whose"].as_str()).unwrap();
        *sums.entry(name.to_owned()).or_default() += part["bytes"].as_u64().unwrap();
    }
    assert_eq!(sums.values().sum::<u64>(), length, "{file} is as long as its parts");
    sums
}

/// What esbuild says itself: per package, from its metafile.
fn by_metafile(path: &Path, output: &str) -> BTreeMap<String, u64> {
    let meta: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let output = &meta["outputs"][output];
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for (input, taken) in output["inputs"].as_object().unwrap() {
        let package = input.rsplit_once("node_modules/").map(|(_, below)| below.split('/').next().unwrap());
        let bytes = taken["bytesInOutput"].as_u64().unwrap();
        *sums.entry(package.map_or("yours".to_owned(), |package| format!("npm:{package}"))).or_default() += bytes;
    }
    let claimed: u64 = sums.values().sum();
    sums.insert("itself".to_owned(), output["bytes"].as_u64().unwrap() - claimed);
    sums.retain(|_, bytes| *bytes > 0);
    sums
}

#[test]
fn esbuilds_own_sums_are_those_of_the_breakdown() {
    let folder = built("scripts/metafile");
    assert_eq!(parts(&folder, "index.js"), by_metafile(&folder.join("meta.json"), "metafile/index.js"));
}

/// A map tells where sources lie in the file, a metafile how much of it they are: without minifying the two agree on
/// each package but for what esbuild writes around modules.
#[test]
fn a_source_map_comes_to_what_the_metafile_says() {
    let (told, scratch) = (built("scripts/both"), tempfile::tempdir().unwrap());
    for file in ["index.js", "index.js.map"] {
        std::fs::copy(told.join(file), scratch.path().join(file)).unwrap();
    }
    let (by_map, by_metafile) =
        (parts(scratch.path(), "index.js"), by_metafile(&told.join("meta.json"), "both/index.js"));
    for (package, bytes) in by_metafile.iter().filter(|(package, _)| package.starts_with("npm:")) {
        let share = by_map[package] as f64 / *bytes as f64;
        assert!((0.9..=1.0).contains(&share), "{package}: {} by the map, {bytes} by the metafile", by_map[package]);
    }
    assert!(by_map["yours"] > 0 && by_map.len() == by_metafile.len(), "{by_map:?} {by_metafile:?}");
}

#[test]
fn maps_of_esbuild_and_webpack_open_their_files_to_the_byte() {
    let minified = parts(&built("scripts/minified"), "index.js");
    let webpack = parts(&built("scripts/webpack"), "main.js");
    for (tool, parts) in [("esbuild", &minified), ("webpack", &webpack)] {
        for package in ["npm:lodash", "npm:zod", "npm:uuid", "yours"] {
            assert!(parts.get(package).is_some_and(|bytes| *bytes > 0), "{tool}: no {package} in {parts:?}");
        }
        let itself = parts.get("itself").copied().unwrap_or(0);
        assert!(itself * 20 < parts.values().sum(), "{tool}: more than a twentieth is nobody's: {parts:?}");
    }
    let inline = parts(&built("scripts/inline"), "index.js");
    let file = std::fs::read_to_string(built("scripts/inline/index.js")).unwrap();
    assert_eq!(inline["map"] as usize, file.len() - file.rfind("//# sourceMappingURL=").unwrap());
}

#[test]
fn a_closed_file_says_which_bundler_has_to_tell_more() {
    for (folder, words) in [("scripts/closed", "esbuild --metafile"), ("scripts/webpack-closed", "devtool")] {
        let report = report(&built(folder));
        let found = report["findings"].as_array().unwrap().iter().find(|found| found["id"] == "bundle.inside");
        let cure = found.unwrap_or_else(|| panic!("{folder}: {report:#}"))["cure"].as_str().unwrap().to_owned();
        assert!(cure.contains(words), "{folder}: {cure}");
        assert!(!(cure.contains("esbuild") && cure.contains("webpack")), "{folder} is known for what it is: {cure}");
    }
}

/// The coordinates that a jar holds, as unzip reads them.
fn coordinates(jar: &Path) -> BTreeSet<String> {
    let poms = tool(Command::new("unzip").arg("-p").arg(jar).arg("META-INF/maven/*/pom.properties"));
    let value = |name: &str| -> Vec<String> {
        poms.lines().filter_map(|line| Some(line.trim().strip_prefix(name)?.strip_prefix('=')?.to_owned())).collect()
    };
    let (groups, artifacts, versions) = (value("groupId"), value("artifactId"), value("version"));
    let all = groups.iter().zip(&artifacts).zip(&versions);
    all.map(|((group, artifact), version)| format!("jar:{group}:{artifact} {version}")).collect()
}

#[test]
fn debians_jars_are_called_as_they_call_themselves() {
    let build = built("java/build");
    let bundle = bundle_at(&build);
    assert_every_byte_has_one_owner(&bundle);
    let shown: BTreeSet<String> =
        bundle.packages().iter().map(|package| package.title()).filter(|title| title.starts_with("jar:")).collect();
    let jars = std::fs::read_dir(build.join("lib")).unwrap().map(|jar| jar.unwrap().path());
    assert_eq!(shown, jars.flat_map(|jar| coordinates(&jar)).collect());
    assert_eq!(shown.len(), 3);
}

#[test]
fn a_real_fat_jar_is_opened_one_level() {
    let folder = built("java/fat");
    let jar = folder.join("lib/app.jar");
    let sums = parts(&folder, "lib/app.jar");
    // The jar was packed without compressing, so that the jar in it lies there as it is.
    let guava = std::fs::metadata(built("java/build/lib/guava.jar")).unwrap().len();
    assert_eq!(sums.keys().collect::<Vec<_>>(), ["itself", "jar:com.google.guava:guava"]);
    assert_eq!(sums["jar:com.google.guava:guava"], guava);
    let report = report(&folder);
    let mingled = report["inside"][0]["mingled"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let mingled: BTreeSet<String> =
        mingled.iter().map(|it| format!("{} {}", word(&it["key"]), word(&it["version"]))).collect();
    assert_eq!(mingled, coordinates(&jar));
}

/// A plan over a copy of a build, packed and unpacked: `task` is the function, `opt` what layers become.
struct Packed(tempfile::TempDir);

impl Packed {
    fn new(build: &Path, plan: &str) -> Packed {
        let packed = Packed(tempfile::tempdir().unwrap());
        tool(Command::new("cp").arg("-r").arg(build).arg(packed.path("build")));
        std::fs::write(packed.path("bayplan.toml"), format!("version = 1\n[function.f]\n{plan}")).unwrap();
        packed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn bayplan(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command.current_dir(self.0.path()).args(arguments).args(["--plan", "bayplan.toml"]).output().unwrap()
    }

    fn pack(&self) {
        let output = self.bayplan(&["pack", "build", "--out", "out"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        for file in std::fs::read_dir(self.path("out")).unwrap().map(|file| file.unwrap().path()) {
            let to = match file.file_name().unwrap().to_str().unwrap() {
                "function.zip" => "task",
                name if name.ends_with(".zip") => "opt",
                _ => continue,
            };
            tool(Command::new("unzip").arg("-qo").arg(&file).arg("-d").arg(self.path(to)));
        }
    }

    /// The findings of a check by their ids.
    fn findings(&self) -> Vec<String> {
        let output = self.bayplan(&["check", "build", "--format", "json"]);
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        let errors = report["findings"].as_array().unwrap().iter().filter(|found| found["severity"] == "error");
        errors.map(|found| found["id"].as_str().unwrap().to_owned()).collect()
    }
}

const JAVA: &str = "runtime = \"java21\"\narchitecture = \"x86_64\"\nhandler = \"com.example.App::handle\"\n";

#[test]
fn a_java_function_and_its_layer_run_as_they_were_packed() {
    let plan = format!("{JAVA}layers = [\"l\"]\n[layer.l]\npackages = [\"jar:com.google.code.gson:gson\"]\n");
    let packed = Packed::new(&built("java/build"), &plan);
    assert!(packed.findings().is_empty(), "{:?}", packed.findings());
    packed.pack();
    let run = |path: &str| {
        Command::new("java").current_dir(packed.0.path()).args(["-cp", path, "com.example.App"]).output().unwrap()
    };
    let whole = run("task:task/lib/*:opt/java/lib/*");
    assert_eq!(text(&whole.stdout), "\"Bundle\"\n", "{}", text(&whole.stderr));
    assert!(!run("task:task/lib/*").status.success(), "the layer is needed, or this proves nothing");
}

#[test]
fn a_jar_that_java_will_not_load_is_foretold() {
    let lost =
        Packed::new(&built("java/build"), &format!("{JAVA}[efs]\npackages = [\"jar:com.google.code.gson:gson\"]\n"));
    assert_eq!(lost.findings(), ["java.places"]);
}

/// Whose each file is, as RubyGems tells it of a folder that it installed into.
fn gems_own(home: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let script = r#"
        Gem.use_paths(ARGV[0], [ARGV[0]])
        Gem::Specification.dirs = [ARGV[0]]
        Gem::Specification.each do |spec|
          next unless spec.spec_file.start_with?(ARGV[0])
          tops = [spec.spec_file, spec.cache_file, spec.full_gem_path, spec.extension_dir]
          tops += spec.executables.map { |name| File.join(ARGV[0], "bin", name) }
          tops.uniq.each do |top|
            files = File.directory?(top) ? Dir.glob(top + "/**/*", File::FNM_DOTMATCH) : [top]
            files.select { |file| File.file?(file) }.each { |file| puts [spec.name, file].join("\t") }
          end
        end"#;
    let told = tool(Command::new("ruby").args(["-e", script]).arg(home));
    let mut owned: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (gem, file) in told.lines().filter_map(|line| line.split_once('\t')) {
        let below = Path::new(file).strip_prefix(home).unwrap().to_str().unwrap().to_owned();
        owned.entry(format!("gem:{gem}")).or_default().insert(below);
    }
    owned
}

/// The folder that gems were installed into, below the build, and its ABI.
fn home() -> (PathBuf, String) {
    let ruby = built("ruby/build/vendor/bundle/ruby").canonicalize().unwrap();
    let abi = std::fs::read_dir(&ruby).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
    (ruby.join(&abi), abi)
}

#[test]
fn every_file_is_the_gems_that_rubygems_says() {
    let (home, abi) = home();
    let bundle = bundle_at(&built("ruby/build"));
    assert_every_byte_has_one_owner(&bundle);
    let mut owned = owned_paths(&bundle);
    assert_eq!(owned.remove("file:app.rb").unwrap(), ["app.rb"]);
    let prefix = format!("vendor/bundle/ruby/{abi}/");
    let below = |paths: Vec<String>| paths.iter().map(|path| path.strip_prefix(&prefix).unwrap().to_owned()).collect();
    let owned: BTreeMap<String, BTreeSet<String>> = owned.into_iter().map(|(gem, paths)| (gem, below(paths))).collect();
    assert_eq!(owned.keys().collect::<Vec<_>>(), ["gem:greeting", "gem:loud", "gem:msgpack"]);
    assert_eq!(owned, gems_own(&home));
}

#[test]
fn gems_in_function_and_layer_are_found_as_they_were_packed_and_lost_ones_were_foretold() {
    let (_, abi) = home();
    let runtime = format!("ruby{}", abi.trim_end_matches(".0"));
    let plan = |runtime: &str| {
        format!(
            "runtime = \"{runtime}\"\narchitecture = \"x86_64\"\nhandler = \"app.handler\"\nlayers = [\"l\"]\n\
             [layer.l]\npackages = [\"gem:greeting\", \"gem:msgpack\"]\n[slim]\nrules = [\"gem-cache\", \"tests\"]\n"
        )
    };
    let packed = Packed::new(&built("ruby/build"), &plan(&runtime));
    assert!(packed.findings().is_empty(), "{:?}", packed.findings());
    packed.pack();
    let run = |abi: &str| {
        let at = |folder: &str| packed.path(folder).join(abi).to_str().unwrap().to_owned();
        let path = format!("{}:{}", at("task/vendor/bundle/ruby"), at("opt/ruby/gems"));
        let script = "require \"./app\"; print handler(event: \"ruby\", context: nil)";
        let mut ruby = Command::new("ruby");
        ruby.current_dir(packed.path("task")).env("GEM_PATH", path).env("GEM_HOME", at("none")).args(["-e", script]);
        ruby.output().unwrap()
    };
    let whole = run(&abi);
    assert_eq!(text(&whole.stdout), "HELLO RUBY", "{}", text(&whole.stderr));
    let other = Packed::new(&built("ruby/build"), &plan("ruby3.4"));
    assert!(other.findings().contains(&"ruby.places".to_owned()), "{:?}", other.findings());
    assert!(!run("3.4.0").status.success(), "where another Ruby looks there is nothing");
}
