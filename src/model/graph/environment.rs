//! What markers are asked about: the Pythons that a target may turn out to be.
//!
//! A target says `python3.10`, which is a Python of some patch level on some of Lambda's machines; a bundle whose
//! target is not known may run on any. So a marker is asked about every Python that the target leaves open, and what
//! holds for some of them only holds *perhaps*.

use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder};

use crate::model::target::{Architecture, Runtime, Target};

/// Markers are asked about this many Pythons at once: one bit for each.
const MOST: usize = 64;

/// The patch levels that stand for all: the first, and one beyond those that exist.
const PATCHES: [u8; 2] = [0, 99];

/// Every Python that a target leaves open; at least one.
#[derive(Clone, Debug)]
pub struct Environments(Vec<MarkerEnvironment>);

impl Environments {
    /// The Pythons that may run on a target. What the target does not say, or what is no Python, leaves all open that
    /// Lambda has.
    pub fn of(target: &Target) -> Environments {
        let machines = match target.architecture {
            Some(architecture) => vec![machine(architecture)],
            None => vec![machine(Architecture::X86_64), machine(Architecture::Arm64)],
        };
        let versions = versions(target.runtime.as_ref());
        let patched = versions.iter().flat_map(|&version| PATCHES.map(|patch| (version, patch)));
        let all = patched.flat_map(|(version, patch)| {
            machines.iter().filter_map(move |machine| environment(version, patch, machine))
        });
        Environments(all.take(MOST).collect())
    }

    /// One by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = &MarkerEnvironment> {
        self.0.iter()
    }

    /// Any of them, for what does not hang on the environment.
    pub(super) fn any(&self) -> Option<&MarkerEnvironment> {
        self.0.first()
    }

    /// A bit for each of them.
    pub(super) fn all(&self) -> u64 {
        u64::MAX.checked_shr((MOST - self.0.len()) as u32).unwrap_or(0)
    }
}

fn versions(runtime: Option<&Runtime>) -> Vec<(u8, u8)> {
    match runtime.and_then(Runtime::python_version) {
        Some(version) => vec![version],
        None => Runtime::known()
            .filter_map(|name| name.parse::<Runtime>().ok().and_then(|runtime| runtime.python_version()))
            .collect(),
    }
}

/// As Linux names it, which is what markers are written for.
fn machine(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    }
}

/// CPython on Linux; the kernel's release is not known and left empty.
fn environment((major, minor): (u8, u8), patch: u8, machine: &str) -> Option<MarkerEnvironment> {
    let full = format!("{major}.{minor}.{patch}");
    MarkerEnvironment::try_from(MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: &full,
        os_name: "posix",
        platform_machine: machine,
        platform_python_implementation: "CPython",
        platform_release: "",
        platform_system: "Linux",
        platform_version: "",
        python_full_version: &full,
        python_version: &format!("{major}.{minor}"),
        sys_platform: "linux",
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_does_not_say_is_left_open() {
        let python = |runtime: &str| Some(runtime.parse::<Runtime>().unwrap());
        let count = |runtime, architecture| Environments::of(&Target { runtime, architecture }).0.len();
        assert_eq!(count(python("python3.10"), Some(Architecture::Arm64)), PATCHES.len());
        assert_eq!(count(python("python3.10"), None), 2 * PATCHES.len(), "two machines");
        assert_eq!(count(python("nodejs22.x"), None), count(None, None), "no Python leaves every Python open");
        assert!(count(None, None) < MOST, "all Pythons of Lambda fit into the bits");
    }

    #[test]
    fn there_is_a_bit_for_each() {
        let one = Environments::of(&Target { runtime: None, architecture: Some(Architecture::X86_64) });
        assert_eq!(one.all().count_ones() as usize, one.0.len());
        assert_eq!(one.all().trailing_ones() as usize, one.0.len());
    }
}
