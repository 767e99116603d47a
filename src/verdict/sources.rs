//! A folder of sources is never green: what would be deployed is not there yet.

use super::Case;
use super::ruling::{Ruling, error, named};
use crate::model::target::{Architecture, Target};

/// Sources that were opened instead of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbuilt {
    /// The file that names the dependencies, fit to print: `requirements.txt`.
    pub manifest: String,
    /// The command that builds it for the target, if one is known.
    pub command: Option<String>,
    /// Builds that lie near, fit to print.
    pub builds: Vec<String>,
}

/// Whether a build was opened.
pub(super) fn built(case: &Case<'_>) -> Ruling {
    let Some(unbuilt) = case.unbuilt else { return Ruling::passed() };
    let message =
        format!("{} stands here, but nothing that it asks for is installed: these are sources", unbuilt.manifest);
    let mut ways: Vec<String> = unbuilt.command.iter().map(|command| format!("build it: {command}")).collect();
    if !unbuilt.builds.is_empty() {
        ways.push(format!("open what was built already: {}", named(&unbuilt.builds)));
    }
    let cure = if ways.is_empty() { "build it, and open what the build made".to_owned() } else { ways.join("; or ") };
    error(message, cure).into()
}

/// The command that installs a manifest's dependencies for a target, whatever machine it runs on.
pub fn build_command(manifest: &str, target: &Target) -> Option<String> {
    let architecture = target.architecture.unwrap_or(Architecture::X86_64);
    match manifest {
        "requirements.txt" => Some(pip(target, architecture, "requirements.txt", "build")),
        "package.json" => {
            let cpu = if architecture == Architecture::Arm64 { "arm64" } else { "x64" };
            Some(format!("npm install --omit=dev --os=linux --cpu={cpu} --libc=glibc"))
        }
        _ => None,
    }
}

/// The command that installs into a folder anew what a manifest asks for and locks; both are words of the shell. Node's
/// packages are installed beside their manifest, which has to lie in the folder.
pub fn rebuild_command(manifest: &str, target: &Target, at: &str, folder: &str) -> Option<String> {
    match manifest {
        "requirements.txt" => Some(pip(target, target.architecture.unwrap_or(Architecture::X86_64), at, folder)),
        _ => {
            let how = build_command(manifest, target)?;
            how.strip_prefix("npm install").map(|how| format!("npm ci --prefix {folder}{how}"))
        }
    }
}

fn pip(target: &Target, architecture: Architecture, requirements: &str, folder: &str) -> String {
    let runtime = target.runtime.as_ref();
    let version = runtime.and_then(|runtime| runtime.python_version());
    let machine = if architecture == Architecture::Arm64 { "aarch64" } else { "x86_64" };
    let mut platforms = vec![format!("manylinux2014_{machine}")];
    // pip takes the tags it is given and derives none, so the newest that the runtime's glibc loads are named too.
    let glibc = runtime.and_then(|runtime| runtime.facts()?.glibc.as_deref()?.split_once('.')?.1.parse::<u32>().ok());
    if glibc.is_some_and(|minor| minor >= 28) {
        platforms.push(format!("manylinux_2_28_{machine}"));
    }
    let platforms: String = platforms.iter().map(|platform| format!(" --platform {platform}")).collect();
    let version = version.map_or(String::new(), |(major, minor)| format!(" --python-version {major}.{minor}"));
    format!("pip install -r {requirements} -t {folder}{platforms}{version} --only-binary=:all:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_command_is_right_for_the_target() {
        let target =
            |runtime: &str, architecture| Target { runtime: runtime.parse().ok(), architecture: Some(architecture) };
        assert_eq!(
            build_command("requirements.txt", &target("python3.12", Architecture::X86_64)).unwrap(),
            "pip install -r requirements.txt -t build --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 \
             --python-version 3.12 --only-binary=:all:"
        );
        let old = build_command("requirements.txt", &target("python3.10", Architecture::Arm64)).unwrap();
        assert!(old.contains("manylinux2014_aarch64 --python-version 3.10"), "glibc 2.26 loads no 2_28 wheel: {old}");
        assert!(
            build_command("package.json", &target("nodejs22.x", Architecture::Arm64)).unwrap().contains("--cpu=arm64")
        );
        assert_eq!(build_command("pom.xml", &Target::default()), None);
        let anew = rebuild_command("package.json", &target("nodejs22.x", Architecture::X86_64), "x", "'a b'").unwrap();
        assert_eq!(anew, "npm ci --prefix 'a b' --omit=dev --os=linux --cpu=x64 --libc=glibc");
        let anew = rebuild_command("requirements.txt", &target("python3.12", Architecture::X86_64), "x/r.txt", "'a b'")
            .unwrap();
        assert!(anew.starts_with("pip install -r x/r.txt -t 'a b' --platform"), "{anew}");
    }
}
