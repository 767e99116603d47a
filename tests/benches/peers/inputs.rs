//! What the programs work on, and how they are started.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::Options;
use super::jobs::{Job, Program};

/// Entries of the zip that is only listed.
const ENTRIES: usize = 200_000;

const PLAN: &str = r#"version = 1
[function.recommender]
handler = "app.handler"
runtime = "python3.10"
architecture = "x86_64"
layers = ["numbers", "science"]
[layer.numbers]
packages = ["numpy", "pandas"]
[layer.science]
packages = ["scipy", "scikit-learn"]
"#;
const PLAN_OF_A_FOLDER: &str = "version = 1\n[function.f]\nruntime = \"python3.10\"\narchitecture = \"x86_64\"\n[pack]\nbytecode = \"keep\"\nkeep_folders = true\n";

/// Inputs by name, and programs by name.
pub struct Inputs {
    bayplan: PathBuf,
    floor: PathBuf,
    /// PATH with the peers that were built in front.
    path: std::ffi::OsString,
    corpora: PathBuf,
    work: PathBuf,
    /// Today, in UTC.
    pub date: String,
    /// Processor and system.
    pub machine: String,
}

impl Inputs {
    /// Makes what is missing below the folder of work.
    pub fn new(options: &Options) -> Inputs {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths([options.peers.clone()].into_iter().chain(std::env::split_paths(&old))).unwrap();
        let inputs = Inputs {
            bayplan: options.bayplan.clone(),
            floor: std::env::current_exe().unwrap(),
            path,
            corpora: options.corpora.clone(),
            work: options.work.clone(),
            date: said(Command::new("date").args(["-u", "+%-d %B %Y"]).env("LC_ALL", "C")).unwrap_or_default(),
            machine: machine(),
        };
        std::fs::create_dir_all(&inputs.work).unwrap();
        inputs.make();
        inputs
    }

    fn make(&self) {
        for (name, plan) in [
            ("plan.toml", PLAN.to_owned()),
            ("plan-keep.toml", format!("{PLAN}[pack]\nbytecode = \"keep\"\n")),
            ("plan-folder.toml", PLAN_OF_A_FOLDER.to_owned()),
        ] {
            std::fs::write(self.work.join(name), plan).unwrap();
        }
        self.once("many.zip", |place| make_many(place).unwrap());
        self.once("seed.zip", |place| {
            let zip =
                Command::new("zip").arg("-qry").arg(place).arg(".").current_dir(self.corpora.join("seed")).status();
            assert!(zip.unwrap().success(), "zip packs the seed");
        });
        self.once("node-4", |place| {
            for copy in ["one", "two", "three", "four"] {
                std::fs::create_dir_all(place).unwrap();
                // Links to the same files: as many entries to look at, and no more room on the disk.
                let mut cp = Command::new("cp");
                cp.arg("-al").arg(self.corpora.join("node")).arg(place.join(copy));
                assert!(cp.status().unwrap().success(), "cp copies the node_modules");
            }
        });
    }

    /// Made beside its place and moved there, so that what stands is whole.
    fn once(&self, name: &str, make: impl FnOnce(&Path)) {
        let (place, part) = (self.work.join(name), self.work.join(format!("part-{name}")));
        if !place.exists() {
            eprintln!("peers: making {name}");
            let _ = std::fs::remove_dir_all(&part);
            let _ = std::fs::remove_file(&part);
            make(&part);
            std::fs::rename(part, place).unwrap();
        }
    }

    fn input(&self, job: &Job) -> PathBuf {
        let made = self.work.join(job.input);
        if made.exists() { made } else { self.corpora.join(job.input) }
    }

    /// Reads what a job is about once, so that it lies in memory for whoever is first.
    pub fn warm(&self, job: &Job) {
        if !job.input.is_empty() {
            let input = self.input(job);
            assert!(input.exists(), "{} is not here: tests/corpora.sh makes it", input.display());
            let files = walkdir::WalkDir::new(input).into_iter().filter_map(Result::ok);
            for file in files.filter(|found| found.file_type().is_file()) {
                let _ = File::open(file.path()).and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
            }
        }
    }

    /// How to start a program at a job, with nothing left of what it wrote before; `None`: it is not here.
    pub fn command(&self, job: &Job, program: &Program) -> Option<Command> {
        let out = self.work.join("out");
        let _ = std::fs::remove_dir_all(&out);
        [out.clone(), out.with_extension("zip")].iter().for_each(|file| drop(std::fs::remove_file(file)));
        let plan = if job.input.ends_with(".zip") { "plan.toml" } else { "plan-folder.toml" };
        let places = [
            ("{in}", self.input(job)),
            ("{out}", out),
            ("{plan}", self.work.join(plan)),
            ("{plan-keep}", self.work.join("plan-keep.toml")),
        ];
        let (name, arguments) = program.command.split_first()?;
        let mut command = Command::new(self.find(name)?);
        if *name == "floor" {
            command.arg("--floor");
        }
        for argument in arguments {
            command.arg(
                places
                    .iter()
                    .fold((*argument).to_owned(), |text, (mark, place)| text.replace(mark, place.to_str().unwrap())),
            );
        }
        command.env("CI", "true").env("PATH", &self.path);
        Some(command)
    }

    fn find(&self, name: &str) -> Option<PathBuf> {
        match name {
            "bayplan" => Some(self.bayplan.clone()),
            "floor" => Some(self.floor.clone()),
            _ => std::env::split_paths(&self.path).map(|folder| folder.join(name)).find(|place| place.is_file()),
        }
    }

    /// What a program says that it is: the first thing in what it says that looks like a version.
    pub fn version(&self, program: &Program) -> Option<String> {
        let name = program.command[0];
        if matches!(name, "floor" | "bayplan") {
            return None;
        }
        let asked = match name {
            "zipinfo" | "unzip" | "zip" => "-v",
            "7z" => "i",
            _ => "--version",
        };
        // zipinfo is unzip by another name, and says its version only as that.
        let name = if name == "zipinfo" { "unzip" } else { name };
        let text = said(Command::new(self.find(name)?).arg(asked))?;
        let is_version = |word: &&str| {
            let word = word.trim_start_matches('v');
            word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.')
        };
        text.split([' ', '\n', ',']).find(is_version).map(|word| word.trim_start_matches('v').to_owned())
    }
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn machine() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let system = said(Command::new("uname").args(["-s", "-r"])).unwrap_or_default();
    format!("{processors} processors ({}), {system}", named.map_or("unknown", |(_, name)| name.trim()))
}

/// Packages of 400 files in eight folders each, which come in no order within their package.
fn make_many(archive: &Path) -> Result<(), zip::result::ZipError> {
    let mut zip = ZipWriter::new(File::create(archive)?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for number in 0..ENTRIES {
        let (package, folder) = (number / 400, number * 7 % 8);
        zip.start_file(format!("package{package:03}/folder{folder}/module{number}.py"), options)?;
        zip.write_all(&[b'x'; 300][..number % 300])?;
    }
    zip.finish()?;
    Ok(())
}
