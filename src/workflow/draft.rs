//! What is exported, worked out once: from it the files of any tool are made, named from wherever they go.

use std::path::{Component, Path, PathBuf};

use super::deployment::{DeploymentError, deployment};
use super::export::ExportFailure;
use super::locate::PlanFile;
use super::zipped::Packing;
use crate::deploy::{NamedFile, Shape, Tool, shell_word};
use crate::model::bytes::Bytes;
use crate::model::deployment::{Deployment, Install, Origin};
use crate::model::finding::{Severity, Verdict};
use crate::model::limits::LIMITS;
use crate::model::listing::Source;
use crate::model::target::Target;
use crate::model::watch::Watch;
use crate::session::Assessment;
use crate::verdict::rebuild_command;

/// A plan that can be exported: worked out once, written for any tool and named from wherever its files go.
#[derive(Debug)]
pub struct Draft {
    deployment: Deployment,
    source: Source,
    target: Target,
    plan: PathBuf,
    packed: PathBuf,
    verdict: Verdict,
    build: Bytes,
}

impl Draft {
    /// Works it out. `packed` is the folder of the artifacts; `None`: beside the plan. What is to lie on EFS is read,
    /// unless it was packed already.
    pub fn new(
        packing: &Packing<'_>,
        file: &PlanFile,
        assessment: &Assessment,
        packed: Option<&Path>,
        watch: &dyn Watch,
    ) -> Result<Draft, DeploymentError> {
        let packed = packed.map_or_else(|| file.artifacts(), Path::to_owned);
        Ok(Draft {
            deployment: deployment(packing, assessment, &packed, watch)?,
            source: packing.bundle.listing.source.clone(),
            target: packing.target.clone(),
            plan: file.path.clone(),
            packed,
            verdict: assessment.verdict.clone(),
            build: packing.bundle.total().bytes,
        })
    }

    /// The files of a tool, as they are to stand in a folder; `None`: in that of the plan.
    pub fn files(&self, tool: Tool, shape: Shape, folder: Option<&Path>) -> Result<Vec<NamedFile>, ExportFailure> {
        let from = folder.map_or_else(|| folder_of(&self.plan), Path::to_owned);
        let way = |path: &Path| relative(&from, path).ok_or_else(|| ExportFailure::NotText(path.to_owned()));
        let mut deployment = self.deployment.clone();
        deployment.artifacts = way(&self.packed)?;
        deployment.build.plan = way(&self.plan)?;
        if let Source::Directory(path) | Source::Zip(path, _) = &self.source {
            deployment.build.path = way(path)?;
        }
        deployment.build.install = install(&self.target, &deployment.build.plan, &deployment.build.path);
        Ok(tool.files(&deployment, shape)?)
    }

    /// What it was made from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Why a tool should not be given it, in a sentence: AWS would refuse it, or it would fail. `None`: all is well.
    pub fn objection(&self, tool: Tool) -> Option<String> {
        if tool == Tool::Dockerfile {
            return image_objection(self.build);
        }
        let errors = self.verdict.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let errors: Vec<&str> = errors.map(|finding| finding.message.as_str()).collect();
        match errors[..] {
            [] => None,
            [only] => Some(format!("It would not work: {only}.")),
            [worst, ..] => Some(format!("It would not work, for {} reasons. The worst: {worst}.", errors.len())),
        }
    }

    /// What comes after the files of a tool are written, in the order in which it is done.
    pub fn next(&self, tool: Tool, shape: Shape) -> String {
        if self.deployment.origin == Origin::Recorded {
            return "open a build of yours; this is a recording".to_owned();
        }
        let save = (!self.plan.exists()).then_some("save the plan");
        let pack = (tool.wants_artifacts() && self.deployment.origin != Origin::Packed).then_some("pack");
        let steps: Vec<&str> = [save, pack, Some(tool.next(shape))].into_iter().flatten().collect();
        steps.join(", then ")
    }

    /// Where the files of a tool go if nothing else is said: beside the plan, or into a folder of the tool's there.
    pub fn folder(&self, tool: Tool) -> PathBuf {
        let beside = folder_of(&self.plan);
        match tool.folder() {
            None => beside,
            Some(name) if beside == Path::new(".") => PathBuf::from(name),
            Some(name) => beside.join(name),
        }
    }
}

/// Why a build cannot be an image, which knows neither layers nor 250 MB but has a limit of its own.
pub fn image_objection(build: Bytes) -> Option<String> {
    let is_over = LIMITS.image.is_reached_by(build);
    is_over.then(|| format!("the build has {}; an image may have 10 GB", build.with_exact()))
}

/// How the packages of a bundle are installed anew, from the manifest beside the plan.
fn install(target: &Target, plan: &str, path: &str) -> Option<Install> {
    let runtime = target.runtime.as_ref()?;
    let manifest = match runtime.python_version() {
        Some(_) => "requirements.txt",
        None if runtime.as_str().starts_with("nodejs") => "package.json",
        None => return None,
    };
    let at = Path::new(plan).with_file_name(manifest).to_string_lossy().into_owned();
    let command = rebuild_command(manifest, target, &shell_word(&at), &shell_word(path))?;
    Some(Install { manifest: at, command })
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// The way from one folder to another; across drives there is none, so the whole path is named.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let plain = |path: &Path| -> Vec<std::ffi::OsString> {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut parts: Vec<std::ffi::OsString> = Vec::new();
        for part in whole.components() {
            match part {
                Component::ParentDir => drop(parts.pop()),
                Component::CurDir => {}
                part => parts.push(part.as_os_str().to_owned()),
            }
        }
        parts
    };
    let (from, to) = (plain(from), plain(to));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    if common == 0 {
        return Some(to.iter().collect::<PathBuf>().to_str()?.replace('\\', "/"));
    }
    let up = from[common..].iter().map(|_| Some(".."));
    let parts = up.chain(to[common..].iter().map(|part| part.to_str())).collect::<Option<Vec<&str>>>()?;
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_named_from_where_the_files_lie() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).unwrap();
        assert_eq!(way(".", "artifacts"), "artifacts");
        assert_eq!(way("deploy/sam", "artifacts"), "../../artifacts");
        assert_eq!(way("a/../b", "./b"), ".");
        assert_eq!(way("/x", "/y/z"), "../y/z");
    }
}
