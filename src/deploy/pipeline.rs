//! What pipelines have in common, whoever runs them: the commands from the requirements to what is deployed, each a
//! finished line of a POSIX shell. Templates put them in order and say why.

use serde::Serialize;

use super::quote::shell_word;
use super::view::View;
use super::{CannotExport, Shape};
use crate::model::deployment::{Deployment, Install};
use crate::model::escape::printable;

/// Where the script that deploys is exported to on the runner.
pub(super) const DEPLOY: &str = "deploy";
/// Letters that a runner reads as its own in a path, as a pattern or as a variable.
const ODD: &str = "$*?[]{}\\%!~";

/// What the templates name besides.
#[derive(Debug, Serialize)]
pub(super) struct Pipeline {
    #[serde(flatten)]
    pub view: View,
    /// `python` or `node`.
    pub language: &'static str,
    /// The version of the language, which is the runtime's.
    pub version: String,
    /// What asks for the packages, and beside it what locks them.
    pub manifest: String,
    pub lock: String,
    /// The folder that is built, and its way in a shell.
    pub build: String,
    pub clear: String,
    pub install: String,
    /// What is copied before packages are installed, and after.
    pub copy_first: Option<String>,
    pub copy: Option<String>,
    /// `bayplan check` of the plan, and of the artifacts; the formats are the template's.
    pub check: String,
    pub check_artifacts: String,
    pub pack: String,
    pub export: String,
    pub deploy: &'static str,
    /// The pruned build, in the place of the one that is there.
    pub replace: String,
}

/// Who runs a pipeline, and what of a text it would read as its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runner {
    pub title: &'static str,
    /// A text in which the runner finds nothing of its own.
    pub literal: fn(String) -> String,
}

impl Pipeline {
    /// The commands for a runner. A fragment needs no way to build.
    pub(super) fn new(deployment: &Deployment, shape: Shape, runner: Runner) -> Result<Pipeline, CannotExport> {
        let paths = [
            ("build", &deployment.build.path),
            ("plan", &deployment.build.plan),
            ("folder of artifacts", &deployment.artifacts),
        ];
        paths.into_iter().try_for_each(|(what, path)| within_reach(what, path, runner))?;
        let install = match (&deployment.build.install, shape) {
            (Some(install), _) if !(deployment.build.is_zip && shape == Shape::Complete) => install.clone(),
            (_, Shape::Fragment) => Install { manifest: String::new(), command: String::new() },
            (None, Shape::Complete) => return Err(CannotExport::NoBuild(deployment.runtime.to_string())),
            (Some(_), Shape::Complete) => return Err(CannotExport::ZippedBuild(runner.title)),
        };
        within_reach("manifest", &install.manifest, runner)?;
        let words = Words::new(deployment);
        let literal = |text: String| (runner.literal)(text);
        let (copy_first, copy) = copies(deployment, &install, &words.build, runner)?;
        Ok(Pipeline {
            view: View::new(deployment),
            language: if deployment.runtime.python_version().is_some() { "python" } else { "node" },
            version: version(deployment),
            lock: install.manifest.replace("package.json", "package-lock.json"),
            manifest: install.manifest,
            build: deployment.build.path.clone(),
            clear: literal(format!("rm -rf {0} && mkdir -p {0}", words.build)),
            install: literal(install.command),
            copy_first: copy_first.map(literal),
            copy: copy.map(literal),
            check: literal(words.check()),
            check_artifacts: literal(format!("{} --artifacts {}", words.check(), words.artifacts)),
            pack: literal(format!("bayplan pack {} --plan {} --out {}", words.build, words.plan, words.artifacts)),
            export: literal(format!(
                "bayplan export {} --plan {} --to script --artifacts {} --out {DEPLOY} --force",
                words.build, words.plan, words.artifacts
            )),
            deploy: DEPLOY,
            replace: literal(words.replace(deployment.build.is_zip)),
        })
    }
}

/// Paths as words of the shell.
struct Words {
    build: String,
    plan: String,
    artifacts: String,
}

impl Words {
    fn new(deployment: &Deployment) -> Words {
        Words {
            build: shell_word(&deployment.build.path),
            plan: shell_word(&deployment.build.plan),
            artifacts: shell_word(&deployment.artifacts),
        }
    }

    fn check(&self) -> String {
        format!("bayplan check {} --plan {}", self.build, self.plan)
    }

    fn replace(&self, is_zip: bool) -> String {
        let Words { build, artifacts, .. } = self;
        if is_zip {
            format!("cp {artifacts}/function.zip {build}")
        } else {
            format!("rm -rf {build} && unzip -q {artifacts}/function.zip -d {build}")
        }
    }
}

/// A runner has the repository alone, and the pipeline lies at its root.
fn within_reach(what: &'static str, path: &str, runner: Runner) -> Result<(), CannotExport> {
    let leads_out = path == "." || path.starts_with('/') || path.split('/').any(|part| part == "..");
    let is_odd = |letter: char| ODD.contains(letter) || letter.is_control();
    if leads_out || path.contains(is_odd) {
        return Err(CannotExport::OddPath { what, path: printable(path.as_bytes()), tool: runner.title });
    }
    Ok(())
}

/// `3.12`, `22`.
fn version(deployment: &Deployment) -> String {
    match deployment.runtime.python_version() {
        Some((major, minor)) => format!("{major}.{minor}"),
        None => deployment.runtime.as_str().chars().filter(char::is_ascii_digit).collect(),
    }
}

/// How the user's own files get into the build. Node's manifests have to lie there before packages are installed.
fn copies(
    deployment: &Deployment,
    install: &Install,
    build: &str,
    runner: Runner,
) -> Result<(Option<String>, Option<String>), CannotExport> {
    let beside = |name: &str| match install.manifest.rsplit_once('/') {
        Some((folder, _)) => shell_word(&format!("{folder}/{name}")),
        None => shell_word(name),
    };
    let manifests = ["package.json", "package-lock.json"];
    let is_node = install.manifest.ends_with("package.json");
    let mut names = Vec::new();
    for path in &deployment.build.own {
        let shown = printable(path);
        let is_plain = std::str::from_utf8(path).is_ok_and(|name| name.replace('\\', "\\\\") == shown);
        if !is_plain {
            return Err(CannotExport::OddPath { what: "file", path: shown, tool: runner.title });
        }
        names.push(String::from_utf8_lossy(path).into_owned());
    }
    let copy = |names: Vec<String>| (!names.is_empty()).then(|| format!("cp -R {} {build}/", names.join(" ")));
    let rest = names.iter().filter(|name| !(is_node && manifests.contains(&name.as_str()))).map(|name| beside(name));
    let first = if is_node { manifests.map(beside).to_vec() } else { Vec::new() };
    Ok((copy(first), copy(rest.collect())))
}
