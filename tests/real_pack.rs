//! What `bayplan pack` makes of real bundles is what real tools take: four readers of zips, AWS's own runtime client,
//! the CPythons that the bytecode is for, and the AWS CLI.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/moto.rs"]
mod moto;
#[path = "support/readers.rs"]
mod readers;
#[path = "support/real.rs"]
mod real;
#[path = "support/runtime.rs"]
mod runtime;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use moto::Moto;
use readers::assert_read_alike;
use real::{bayplan, corpus, text, tool};
use runtime::{Outcome, Start};
use serde_json::Value;

/// The packages that the SDK's family has, which the runtime holds.
const SDK: &str = r#"
[left-out]
boto3 = { provided_by = "runtime" }
botocore = { provided_by = "runtime" }
s3transfer = { provided_by = "runtime" }
jmespath = { provided_by = "runtime" }
"#;

/// A real bundle and the Python that it is for.
#[derive(Clone, Copy)]
struct Corpus {
    name: &'static str,
    python: &'static str,
}

const CORPORA: [Corpus; 2] = [Corpus { name: "seed", python: "3.10" }, Corpus { name: "today", python: "3.13" }];

impl Corpus {
    fn plan(self, layers: &str, rest: &str) -> String {
        let python = self.python;
        format!(
            "version = 1\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"python{python}\"\n\
             architecture = \"x86_64\"\nmount = \"/mnt/packages\"\nlayers = [{layers}]\n{rest}{SDK}"
        )
    }

    /// Science on EFS, the rest in function and layer.
    fn with_efs(self) -> String {
        let rest = "[layer.data]\npackages = [\"pandas\", \"python-dateutil\", \"six\"]\n\
                    [efs]\npackages = [\"numpy\", \"scipy\", \"scikit-learn\", \"joblib\", \"threadpoolctl\"]\n";
        self.plan("\"data\"", rest)
    }

    /// Everything in function and layers, slimmed until it fits.
    fn with_layers(self) -> String {
        let rest = "[layer.numbers]\npackages = [\"numpy\", \"scipy\"]\n[layer.data]\npackages = [\"pandas\"]\n\
                    [slim]\nrules = [\"tests\", \"type-stubs\"]\n";
        self.plan("\"numbers\", \"data\"", rest)
    }
}

/// Artifacts of one plan over one build.
struct Packed {
    folder: tempfile::TempDir,
}

impl Packed {
    #[track_caller]
    fn new(build: &Path, plan: &str) -> Packed {
        let folder = tempfile::tempdir().unwrap();
        let packed = Packed { folder };
        std::fs::write(packed.path("bayplan.toml"), plan).unwrap();
        let (plan, out) = (packed.path("bayplan.toml"), packed.path("out"));
        let [build, plan, out] = [build, &plan, &out].map(|path| path.to_str().unwrap());
        let output =
            bayplan(&["pack", build, "--plan", plan, "--out", out, "--no-cache", "--verify", "--zipped", "exact"]);
        assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
        assert!(text(&output.stdout).contains("as foretold, to the byte"), "{}", text(&output.stdout));
        packed
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn manifest(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path("out/manifest.json")).unwrap()).unwrap()
    }

    /// Function and layers as Lambda unpacks them.
    fn unpack(&self) {
        for zip in self.manifest()["artifacts"].as_array().unwrap() {
            let place = if zip["layer"].is_null() { "task" } else { "opt" };
            let zip = self.path("out").join(zip["file"].as_str().unwrap());
            tool(Command::new("unzip").args(["-qo", "-d"]).arg(self.path(place)).arg(zip));
        }
    }

    fn start(&self, corpus: Corpus) -> Outcome {
        let manifest = self.manifest();
        self.unpack();
        let efs = manifest["efs"].as_object().map(|tree| {
            let mount = tree["mount"].as_str().unwrap().to_owned();
            (mount, self.path("out/efs"))
        });
        let environment = manifest["environment"].as_object().unwrap().iter();
        let environment = environment.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        let opt = Some(self.path("opt")).filter(|opt| opt.exists());
        let handler = manifest["handler"].as_str().unwrap().to_owned();
        let environment = environment.collect();
        Start { python: corpus.python, task: self.path("task"), opt, efs, environment, handler }.run()
    }
}

fn assert_fits_a_model(outcome: Outcome) {
    let Outcome::Answered(answer) = outcome else { panic!("{outcome:?}") };
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert!((body["coef"].as_f64().unwrap() - 1.0).abs() < 1e-9, "{body}");
}

#[test]
fn packed_plans_are_read_alike_and_start_and_fit_a_model() {
    for corpus in CORPORA {
        for plan in [corpus.with_efs(), corpus.with_layers()] {
            let packed = Packed::new(&real::corpus(corpus.name), &plan);
            for zip in packed.manifest()["artifacts"].as_array().unwrap() {
                assert_read_alike(&packed.path("out").join(zip["file"].as_str().unwrap()));
            }
            assert_fits_a_model(packed.start(corpus));
        }
    }
}

#[test]
fn a_start_without_what_lies_on_efs_fails() {
    let [seed, _] = CORPORA;
    let packed = Packed::new(&corpus(seed.name), &seed.with_efs());
    std::fs::remove_dir_all(packed.path("out/efs")).unwrap();
    std::fs::create_dir(packed.path("out/efs")).unwrap();
    let Outcome::Failed { message, .. } = packed.start(seed) else { panic!("numpy came from nowhere") };
    assert!(message.contains("numpy"), "{message}");
}

/// The CPython of a version, as the runtime has it.
fn cpython(version: &str) -> PathBuf {
    let runtimes = std::env::var_os("BAYPLAN_RUNTIMES").expect("BAYPLAN_RUNTIMES names the folder of tests/runtime.sh");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(runtimes).join(version).join(format!("lang/bin/python{version}"))
}

/// What `-v` says while everything is imported from a folder: modules whose bytecode was used, and those whose source
/// was compiled instead.
fn imported(version: &str, folder: &Path) -> (usize, Vec<String>) {
    let mut command = Command::new(cpython(version));
    command.args([
        "-v",
        "-S",
        "--check-hash-based-pycs",
        "always",
        "-c",
        "import numpy, pandas, scipy.linalg, sklearn.linear_model",
    ]);
    command.env("PYTHONPATH", folder).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().unwrap();
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    let place = folder.to_str().unwrap();
    let lines: Vec<&str> = said.lines().filter(|line| line.contains(place)).collect();
    let used = lines.iter().filter(|line| line.contains("code object from '") && line.ends_with(".pyc'")).count();
    let compiled =
        lines.iter().filter(|line| line.contains("code object from ") && line.trim_end_matches('\'').ends_with(".py"));
    (used, compiled.map(|line| (*line).to_owned()).collect())
}

#[test]
fn hash_based_bytecode_is_accepted_and_used_by_the_pythons_it_is_for() {
    for corpus in CORPORA {
        let all = corpus.plan("", "[slim]\nrules = [\"tests\"]\n");
        let packed = Packed::new(&real::corpus(corpus.name), &all);
        let count = packed.manifest()["bytecode"]["hash_based"].as_u64().unwrap();
        assert!(count > 1000, "{} of {} are hash-based", count, corpus.name);
        packed.unpack();
        let (used, compiled) = imported(corpus.python, &packed.path("task"));
        assert!(used > 500 && compiled.is_empty(), "{used} used, compiled: {compiled:?}");
        // The same test can fail: with dates kept, what is packed is compiled anew.
        let kept = Packed::new(&real::corpus(corpus.name), &format!("{all}\n[pack]\nbytecode = \"keep\"\n"));
        kept.unpack();
        let (used, compiled) = imported(corpus.python, &kept.path("task"));
        assert!(used == 0 && compiled.len() > 500, "{used} used, {} compiled", compiled.len());
    }
}

#[test]
fn a_zip_by_info_zip_shows_by_its_dates_which_bytecode_belongs() {
    let [seed, _] = CORPORA;
    let scratch = tempfile::tempdir().unwrap();
    for (zone, options) in [("UTC", "-qr"), ("Asia/Kathmandu", "-qrX")] {
        let zip = scratch.path().join("build.zip");
        let _ = std::fs::remove_file(&zip);
        let mut command = Command::new("zip");
        command
            .env("TZ", zone)
            .current_dir(corpus(seed.name))
            .arg(options)
            .arg(&zip)
            .args(["app.py", "requests", "idna"]);
        tool(command.args(["requests-2.31.0.dist-info", "idna-3.4.dist-info"]));
        // Only a part of the bundle lies in the zip, so nothing is said of what is called.
        let plan = seed.plan("", "").replace(SDK, "").replace("handler = \"app.handler\"\n", "");
        let packed = Packed::new(&zip, &plan);
        let bytecode = packed.manifest()["bytecode"].clone();
        assert!(
            bytecode["hash_based"].as_u64().unwrap() > 20 && bytecode["kept"] == serde_json::json!({}),
            "{zone}: {bytecode}"
        );
    }
}

/// What each entry of a zip is deflated to, by its name.
fn deflated(zip: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let count = zip.len();
    let raw = |number| {
        let mut bytes = Vec::new();
        let mut file = zip.by_index_raw(number).unwrap();
        std::io::copy(&mut file, &mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(raw).collect()
}

#[test]
fn headers_are_spliced_into_what_info_zip_and_cpython_deflated() {
    for (corpus, maker) in CORPORA.into_iter().zip(["zip", "CPython"]) {
        let folder = real::corpus(corpus.name);
        let scratch = tempfile::tempdir().unwrap();
        let zip = scratch.path().join("build.zip");
        let mut command = match maker {
            "zip" => Command::new("zip"),
            _ => Command::new(real::python()),
        };
        match maker {
            "zip" => command.arg("-qr").arg(&zip).arg("."),
            _ => {
                command.args(["-c", "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', '.')"]).arg(&zip)
            }
        };
        tool(command.current_dir(&folder).env("TZ", "UTC"));
        let plan = corpus.plan("", "[slim]\nrules = [\"tests\"]\n");
        let packed = Packed::new(&zip, &plan);
        let count = packed.manifest()["bytecode"]["hash_based"].as_u64().unwrap();
        let function = packed.path("out/function.zip");
        assert_read_alike(&function);
        // Sixteen stored bytes, and then the old stream.
        let spliced = deflated(&function).values().filter(|bytes| bytes.starts_with(b"\0\x10\0\xEF\xFF")).count();
        assert_eq!(spliced as u64, count, "{maker}: none had to be deflated anew");
        packed.unpack();
        let (used, compiled) = imported(corpus.python, &packed.path("task"));
        assert!(count > 1000 && used > 500 && compiled.is_empty(), "{maker}: {count}, {used} used, {compiled:?}");
        let from_folder = Packed::new(&folder, &plan);
        from_folder.unpack();
        tool(Command::new("diff").arg("-r").arg(packed.path("task")).arg(from_folder.path("task")));
    }
}

#[test]
fn the_aws_cli_uploads_what_the_manifest_says() {
    let [seed, _] = CORPORA;
    let packed = Packed::new(&corpus(seed.name), &seed.with_efs());
    let moto = Moto::start();
    for zip in packed.manifest()["artifacts"].as_array().unwrap() {
        let file = format!("fileb://{}", packed.path("out").join(zip["file"].as_str().unwrap()).display());
        let answer = match zip["layer"].as_str() {
            None => moto.aws(&[
                "lambda",
                "create-function",
                "--function-name",
                "recommender",
                "--runtime",
                "python3.10",
                "--handler",
                "app.handler",
                "--role",
                &moto.role(),
                "--zip-file",
                &file,
            ]),
            Some(layer) => {
                moto.aws(&["lambda", "publish-layer-version", "--layer-name", layer, "--zip-file", &file])["Content"]
                    .clone()
            }
        };
        assert_eq!(answer["CodeSha256"], zip["code_sha256"], "{answer}");
        assert_eq!(answer["CodeSize"], zip["bytes"], "{answer}");
    }
}

/// A small build, a plan, and artifacts of it, in a folder where another user may look.
fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |below: &str| folder.path().join(below);
    std::fs::create_dir(path("build")).unwrap();
    std::fs::write(path("build/app.py"), "def handler(event, context): return 1\n").unwrap();
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    std::fs::write(path("build/model.bin"), noise.take(6 << 20).collect::<Vec<u8>>()).unwrap();
    let plan =
        "version = 1\n[function.f]\nhandler = \"app.handler\"\nruntime = \"python3.13\"\narchitecture = \"x86_64\"\n";
    std::fs::write(path("bayplan.toml"), plan).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_bayplan"), path("bayplan")).unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs a script where file systems can be mounted and nobody else sees them.
fn alone(folder: &Path, script: &str) -> String {
    let script =
        format!("set -eu; pack() {{ ./bayplan pack build --plan bayplan.toml --no-cache \"$@\" 2>&1; }}\n{script}");
    tool(
        Command::new("unshare").args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]).current_dir(folder),
    )
}

#[test]
fn a_full_disk_is_said_and_leaves_the_old_set_and_no_litter() {
    let folder = small();
    let said = alone(
        folder.path(),
        "mkdir disk; mount -t tmpfs -o size=9m tmpfs disk\n\
         pack --out disk/out > /dev/null; sum=$(cat disk/out/* | sha256sum)\n\
         echo changed >> build/app.py\n\
         code=0; pack --out disk/out || code=$?; echo \"exit $code\"\n\
         [ \"$sum\" = \"$(cat disk/out/* | sha256sum)\" ] && echo unchanged; ls -A disk",
    );
    assert!(said.contains("no space left") && said.contains("exit 2") && said.contains("unchanged"), "{said}");
    assert_eq!(said.lines().last(), Some("out"), "{said}");
}

#[test]
fn a_folder_that_is_mounted_is_filled_from_inside() {
    let folder = small();
    let said = alone(
        folder.path(),
        "mkdir out; mount -t tmpfs tmpfs out\n\
         pack --out out > /dev/null; ls -A out; echo changed >> build/app.py\n\
         pack --out out > /dev/null; ls -A out; ls -A",
    );
    let set = "function.zip\nmanifest.json\n";
    assert_eq!(said, format!("{set}{set}bayplan\nbayplan.toml\nbuild\nout\n"));
}

#[test]
fn killed_inside_a_mounted_folder_the_next_run_puts_things_right() {
    let folder = small();
    let said = alone(
        folder.path(),
        "mkdir out; mount -t tmpfs tmpfs out\n\
         pack --out out > /dev/null; cp -r out old; echo changed >> build/app.py\n\
         pack --out new > /dev/null\n\
         for delay in 01 03 05 07 09 11 13 15 17 19 21 23 25 27 29 31 33 35 37 39; do\n\
           ./bayplan pack build --plan bayplan.toml --no-cache --out out > /dev/null 2>&1 & child=$!\n\
           sleep 0.$delay; kill -9 $child 2> /dev/null || true; wait $child 2> /dev/null || true\n\
           if [ -e out/manifest.json ]; then\n\
             diff -rq -x .bayplan-staging out old > /dev/null || diff -rq -x .bayplan-staging out new\n\
           fi\n\
         done\n\
         pack --out out > /dev/null; diff -rq out new; ls -A out",
    );
    assert_eq!(said, "function.zip\nmanifest.json\n");
}

#[test]
fn a_closed_folder_is_named_to_whoever_may_not_write_there() {
    let folder = small();
    let script = "chmod 777 .; mkdir closed; chmod 555 closed; code=0\n\
                  ./bayplan pack build --plan bayplan.toml --no-cache --out closed/out 2>&1 || code=$?; echo \"exit $code\"; ls -A closed";
    let mut command = Command::new("sh");
    if tool(Command::new("id").arg("-u")).trim() == "0" {
        command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "sh"]);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    let said = tool(command.args(["-c", &script.replace("chmod 777 .; ", "")]).current_dir(folder.path()));
    assert!(said.contains("permission denied") && said.ends_with("exit 2\n"), "{said}");
}
